"""What was said on a screen while somebody else writes for long: it waits here in order and is written by itself.

One line a process, in memory. The tab may be closed meanwhile, the program may not; and the screens say so. Their
words are also in a small file: the next process tells what the former one could not write.
"""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy.engine import Engine
from sqlmodel import Session

from loyalty import db, settings
from loyalty.errors import LoyaltyError

PATIENCE_S = 0.5
"""How long a person waits for another writer before she is told that she does."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Deed:
    """Something to be written: `what` in a person's words, `done` as it is told once it is.

    `do` may be called several times, each in a transaction of its own that the former ones left no trace of.
    """

    what: str
    do: Callable[[Session], Any]
    done: Callable[[Any], str]
    at: Engine
    written: str | None = None  # what to tell of it, once it is
    problem: str | None = None  # why it could not be written

    @property
    def is_over(self) -> bool:
        """Whether it came to an end, well or not."""
        return self.written is not None or self.problem is not None

    def attempt(self) -> bool:
        """Write it now; False: somebody else is still writing."""
        try:
            with db.writing(self.at, patience_s=PATIENCE_S) as session:
                result = self.do(session)
            self.written = self.done(result)
        except db.Busy:
            return False
        except LoyaltyError as error:
            self.problem = str(error)
        except Exception:
            log.exception("%s", self.what)
            self.problem = "Программа не справилась и записала причину в журнал dashboard.log"
        return True


class Words(NamedTuple):
    """What stands in the file: who wrote it, what is still to be written, and what a former process has lost."""

    of: str = ""
    waiting: Sequence[str] = ()
    lost: Sequence[str] = ()


class Notes:
    """The words of deeds, beside the database, as long as they are not written: a killed process leaves them."""

    def __init__(self) -> None:
        self._me = uuid4().hex

    def keep(self, deeds: Sequence[Deed]) -> None:
        """These are still to be written."""
        self._write([deed.what for deed in deeds], self.lost())

    def lost(self) -> Sequence[str]:
        """What other processes did not write before they ended."""
        known = self._read()
        return known.lost if known.of == self._me else (*known.lost, *known.waiting)

    def forget_lost(self) -> None:
        """Somebody has read it."""
        known = self._read()
        self._write(known.waiting if known.of == self._me else (), ())

    def _write(self, waiting: Sequence[str], lost: Sequence[str]) -> None:
        place = _place()
        try:
            if waiting or lost:
                place.parent.mkdir(parents=True, exist_ok=True)
                spare = place.with_suffix(".part")
                spare.write_text(json.dumps(Words(self._me, waiting, lost)._asdict()), encoding="utf-8")
                spare.replace(place)
            else:
                place.unlink(missing_ok=True)
        except OSError:  # a full disk: the deed itself waits all the same
            log.exception("%s", place)

    def _read(self) -> Words:
        with suppress(OSError, ValueError, TypeError):
            return Words(**json.loads(_place().read_text(encoding="utf-8")))
        return Words()


def _place() -> Path:
    return settings.files_dir() / "waiting.json"


class Line:
    """Deeds one after another, in the order they were said, written by a thread that lives while there are any."""

    def __init__(self) -> None:
        self._change = threading.Lock()
        self._notes = Notes()
        self._waiting: list[Deed] = []
        self._refused: list[Deed] = []

    def add(self, deed: Deed) -> None:
        """Let it wait for its turn."""
        with self._change:
            self._waiting.append(deed)
            self._note()
            if len(self._waiting) == 1:
                threading.Thread(target=self._work, name="waiting", daemon=True).start()

    def waiting(self) -> list[Deed]:
        """What is still to be written, the oldest first."""
        with self._change:
            return list(self._waiting)

    def refused(self) -> list[Deed]:
        """What could not be written, until somebody says what to do with it."""
        with self._change:
            return list(self._refused)

    def lost(self) -> Sequence[str]:
        """What a process that was stopped did not write, in words, until somebody has read them."""
        with self._change:
            return self._notes.lost()

    def forget_lost(self) -> None:
        """Somebody has read them."""
        with self._change:
            self._notes.forget_lost()

    def put_away(self, deed: Deed) -> None:
        """It will not be written, and a person knows it."""
        with self._change:
            if deed in self._refused:
                self._refused.remove(deed)
                self._note()

    def again(self, deed: Deed) -> None:
        """Try once more what could not be written; a second click finds nothing to try."""
        with self._change:
            if deed not in self._refused:
                return
            self._refused.remove(deed)
        deed.problem = None
        self.add(deed)

    def _note(self) -> None:
        self._notes.keep([*self._refused, *self._waiting])

    def _work(self) -> None:
        while True:
            deed = self.waiting()[0]
            if not deed.attempt():
                continue
            with self._change:
                self._waiting.remove(deed)
                if deed.problem is not None:
                    self._refused.append(deed)
                self._note()
                if not self._waiting:
                    return


line = Line()
