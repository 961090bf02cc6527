"""The worker's heartbeat as a small file: when it last lived and what it was doing."""

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from loyalty import settings

BEAT_S = 5.0
SILENT_AFTER_S = 120.0
"""A worker that gave no sign for so long is not there."""
RESTING = "ждёт"


class Pulse(NamedTuple):
    """`at` is UTC; `what` a Russian word or two: «ждёт», «загружает файл из 1С»."""

    at: datetime
    what: str

    @property
    def age_s(self) -> float:
        """Seconds since the beat."""
        return (datetime.now(UTC) - self.at).total_seconds()

    @property
    def silent(self) -> bool:
        """Whether the worker has to be given up."""
        return self.age_s > SILENT_AFTER_S


def beat(what: str) -> None:
    """Say «I am alive, and this is what I do»; OSError where the folder can't be written."""
    folder = settings.files_dir()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pulse-{os.getpid()}.tmp"
    path.write_text(json.dumps({"at": settings.utc_now().isoformat(), "what": what}), encoding="utf-8")
    try:
        os.replace(path, folder / "pulse.json")
    except PermissionError:  # Windows, while a screen reads it: the next beat will do
        path.unlink(missing_ok=True)


def last() -> Pulse | None:
    """The last beat; None when the worker has never run."""
    try:
        found = json.loads((settings.files_dir() / "pulse.json").read_text(encoding="utf-8"))
        return Pulse(datetime.fromisoformat(found["at"]).astimezone(UTC), found["what"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Heart:
    """Beats in a thread of its own, so that a long import does not look like death."""

    def __init__(self) -> None:
        self._doing: dict[int, str] = {}  # by thread
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    @property
    def what(self) -> str:
        """What is being done; each thread says its own."""
        return ", ".join(self._doing.copy().values()) or RESTING

    @what.setter
    def what(self, doing: str) -> None:
        if doing == RESTING:
            self._doing.pop(threading.get_ident(), None)
        else:
            self._doing[threading.get_ident()] = doing

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while True:
            with suppress(OSError):
                beat(self.what)
            if self._stopped.wait(BEAT_S):
                return
