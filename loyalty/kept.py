"""What was computed of a state of the database, kept in memory until something is written."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from sqlmodel import Session

from loyalty import db, settings

KEPT_MAX = 100
T = TypeVar("T")
_lock = Lock()
_known: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def kept(session: Session, what: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What was made of this state of the database before, by the shop's day; nobody may change it.

    A writer sees what nobody else may, so that his is made anew. `what` names the maker first.
    """
    if db.is_writer(session):
        return make()
    state = str(session.get_bind().engine.url), db.changes(session), settings.today(session)
    key = (*state, *what)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            found: T = _known[key]
            return found
    made = make()
    with _lock:
        for old in [one for one in _known if one[0] == state[0] and one[1] != state[1]]:
            del _known[old]  # of a state that is over: these may be large
        _known[key] = made
        while len(_known) > KEPT_MAX:
            _known.popitem(last=False)
    return made
