"""The watched folder: a file 1C has finished is queued, one that can't be used comes back with the reason."""

import os
import shutil
import time
import uuid
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select, update

from loyalty import db, settings
from loyalty.files import queue
from loyalty.models import imports

STEADY_S = 2.0
EMPTY_STEADY_S = 60.0  # 1C makes a file first and fills it later
ABANDONED_S = 60.0
TAKEN = ".taken"
NOT_LOADED = "не загружены"
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".lock")
NOT_OURS = ("desktop.ini", "thumbs.db")


class Look(NamedTuple):
    """A file's size and time of writing, and since when (monotonic seconds) we have seen them so."""

    size: int
    written_ns: int
    since_s: float


class Inbox:
    """Looks into the folder now and then; remembers what each file looked like the last time."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.inbox()
        self._seen: dict[str, Look] = {}

    def look(self) -> int:
        """Queue every finished file, give back those that were refused; how many were queued."""
        self.folder.mkdir(parents=True, exist_ok=True)
        finished = [path for path in self._files() if self._is_finished(path)]
        taken = [claimed for path in finished if (claimed := self._claim(path))]
        for claimed in [*taken, *self._abandoned(set(taken))]:
            self._queue(claimed)
        self._give_back()
        return len(taken)

    def _files(self) -> list[Path]:
        with os.scandir(self.folder) as found:
            names = [entry.name for entry in found if entry.is_file() and is_wanted(entry.name)]
        self._seen = {name: look for name, look in self._seen.items() if name in names}
        return [self.folder / name for name in sorted(names)]

    def _is_finished(self, path: Path) -> bool:
        """Unchanged since an earlier look, and nobody keeps it to himself."""
        now_s = time.monotonic()
        try:
            state = path.stat()
            before = self._seen.get(path.name)
            if before is None or before[:2] != (state.st_size, state.st_mtime_ns):
                self._seen[path.name] = Look(state.st_size, state.st_mtime_ns, now_s)
                return False
            if now_s - before.since_s < (STEADY_S if state.st_size else EMPTY_STEADY_S):
                return False
            with open(path, "r+b"):  # on Windows this fails while 1C still has it open for writing
                return True
        except FileNotFoundError:
            return False
        except PermissionError:
            return os.name != "nt" and os.access(path, os.R_OK)  # a file for reading only is as good

    def _claim(self, path: Path) -> Path | None:
        """Take the file out of everybody's sight, or not at all: of two workers one succeeds."""
        claimed = self.folder / TAKEN / uuid.uuid4().hex / path.name
        try:
            claimed.parent.mkdir(parents=True)
            path.rename(claimed)
            os.utime(claimed.parent)
        except (FileNotFoundError, PermissionError):
            _remove_empty(claimed.parent)
            return None
        return claimed

    def _queue(self, claimed: Path) -> None:
        """Copy, queue, then remove: killed in between, the file is queued once more and found unchanged."""
        kept = settings.files_dir() / "uploads" / uuid.uuid4().hex / claimed.name
        kept.parent.mkdir(parents=True)
        with open(claimed, "rb") as source, open(kept, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        with db.writing() as session:
            queue.add(session, kept, claimed.name, origin="inbox")
        claimed.unlink()
        _remove_empty(claimed.parent)

    def _abandoned(self, mine: set[Path]) -> list[Path]:
        """What a worker that was killed had claimed and not yet queued."""
        old = time.time() - ABANDONED_S
        claims = [path for path in self.folder.glob(f"{TAKEN}/*/*") if path not in mine]
        return [path for path in claims if path.parent.stat().st_mtime < old]

    def _give_back(self) -> None:
        """Files that could not be used, each with a note saying why."""
        i = imports.c
        refused = select(i.id, i.path, i.file_name, i.problem).where(
            i.origin == "inbox", i.status == "failed", i.path.is_not(None)
        )
        with db.reading() as session:
            rows = session.connection().execute(refused).all()
        for id_, path, name, problem in rows:
            if Path(path).exists():
                self._leave(Path(path), name, problem or "Файл не удалось прочитать")
            with db.writing() as session:
                session.connection().execute(update(imports).where(i.id == id_).values(path=None))

    def _leave(self, path: Path, name: str, problem: str) -> None:
        folder = self.folder / NOT_LOADED
        folder.mkdir(exist_ok=True)
        back = _free(folder / name)
        note = back.with_name(f"{back.name}.txt")
        note.write_text(_NOTE.format(name=name, problem=problem.rstrip(".")), encoding="utf-8-sig")
        shutil.move(path, back)
        _remove_empty(path.parent)


_NOTE = """Файл «{name}» не загружен.

{problem}.

Из него ничего не записано. Исправьте файл и положите его снова в папку для файлов из 1С
или загрузите на странице «Импорт из 1С»: там можно указать, что в каких колонках.
"""


def is_wanted(name: str) -> bool:
    """Whether a file of this name is meant for us: not hidden, not half-written, not the system's own."""
    low = name.lower()
    return not (low.startswith((".", "~")) or low.endswith(UNFINISHED) or low in NOT_OURS)


def _free(path: Path) -> Path:
    free, count = path, 1
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem} ({count}){path.suffix}")
    return free


def _remove_empty(folder: Path) -> None:
    for empty in (folder, folder.parent):
        try:
            empty.rmdir()
        except OSError:
            return
