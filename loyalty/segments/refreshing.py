"""Segments brought up to date while others write: after an import, at night, on demand.

Who answers is found in a reading session, which keeps nobody waiting; the difference is written in a short
transaction, if nothing was written meanwhile. After a few tries in vain all is done within the transaction.
"""

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import TypeAlias

from sqlmodel import Session

from loyalty import db, settings
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError
from loyalty.segments import membership, stored
from loyalty.segments.membership import Moved

TRIES = 3
Whom: TypeAlias = Callable[[Session], Collection[str]]
"""Which segments, as they are at the moment."""

log = logging.getLogger(__name__)


def run(only: Collection[str] | None = None) -> list[Moved]:
    """Bring segments (all, or `only` these) up to date now; NotFound where there is no such segment."""
    with db.reading() as session:
        for name in only or ():
            stored.get(session, name)
        today, zone = settings.today(session), settings.timezone(session)
    return _run(today, zone, lambda session: stored.questions(session).keys() if only is None else only)


def after_import() -> None:
    """What an import changed, once it is written; where that fails the worker makes up for it (`catch_up`)."""
    try:
        run()
    except LoyaltyError as error:
        log.error("сегменты не обновлены: %s", error)


def catch_up() -> list[Moved]:
    """Bring up to date what somebody was killed over, or never came to; a glance where there is nothing."""
    with db.reading() as session:
        due = membership.is_due(session, settings.today(session))
    return run() if due else []


def night(day: date) -> list[Moved]:
    """Bring segments that don't know a day yet to it: today now, another day to its end, with that time.

    A segment never filled waits for today: it has no past.
    """
    with db.reading() as session:
        today, zone = settings.today(session), settings.timezone(session)
    if day == today:
        return _run(day, zone, lambda session: [one.name for one in membership.late(session, day)])
    end = settings.day_ends(day, zone) - timedelta(seconds=1)
    return _run(day, zone, lambda session: [o.name for o in membership.late(session, day) if o.refreshed_at], end)


def _run(day: date, zone: str, whom: Whom, at: datetime | None = None) -> list[Moved]:
    """Of whom is asked with every try: another worker may have been quicker. `at` None: now, figures of the day."""
    with db.reading() as session:
        if not whom(session):
            return []
        is_behind = at is None and ledger.figures_on(session) not in (day, None)
    if is_behind:
        with db.writing() as session:
            ledger.bring_to(session, day)
    for _ in range(TRIES):
        with db.reading() as session:
            told = membership.answers(session, day, whom(session))
        with db.writing() as session:
            if membership.is_true(session, told):
                return membership.write(session, told, at or settings.now(zone))
    with db.writing() as session:
        db.one_at_a_time(session, db.INTAKE)
        return membership.write(session, membership.answers(session, day, whom(session)), at or settings.now(zone))
