"""What was said on a screen while somebody else writes for long: it waits here in order and is written by itself.

One line a process, in memory. The tab may be closed meanwhile, the program may not; and the screens say so.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session

from loyalty import db
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


class Line:
    """Deeds one after another, in the order they were said, written by a thread that lives while there are any."""

    def __init__(self) -> None:
        self._change = threading.Lock()
        self._waiting: list[Deed] = []
        self._refused: list[Deed] = []

    def add(self, deed: Deed) -> None:
        """Let it wait for its turn."""
        with self._change:
            self._waiting.append(deed)
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

    def put_away(self, deed: Deed) -> None:
        """It will not be written, and a person knows it."""
        with self._change:
            if deed in self._refused:
                self._refused.remove(deed)

    def again(self, deed: Deed) -> None:
        """Try once more what could not be written; a second click finds nothing to try."""
        with self._change:
            if deed not in self._refused:
                return
            self._refused.remove(deed)
        deed.problem = None
        self.add(deed)

    def _work(self) -> None:
        while True:
            deed = self.waiting()[0]
            if not deed.attempt():
                continue
            with self._change:
                self._waiting.remove(deed)
                if deed.problem is not None:
                    self._refused.append(deed)
                if not self._waiting:
                    return


line = Line()
