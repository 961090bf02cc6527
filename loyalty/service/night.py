"""The nightly job: brings figures and segments to the new day, for every day missed, once, whoever else tries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import distinct, func, select
from sqlmodel import Session

from loyalty import db, models
from loyalty.engine import ledger
from loyalty.engine.entries import Kind
from loyalty.messages.results import holdout
from loyalty.models import entries
from loyalty.money import Kopecks
from loyalty.segments import refreshing
from loyalty.service import runs
from loyalty.wording import bonuses, plural, sentence

JOB = "night"


class NightResult(NamedTuple):
    """What happened in a night; sums in kopecks of bonuses, people counted once."""

    day: date
    available: Kopecks
    available_customers: int
    burned: Kopecks
    burned_customers: int

    @property
    def summary(self) -> str:
        """«Стало доступно 1 240 у 3 клиентов, сгорело 500 у 1 клиента», for the journal."""
        parts = []
        if self.available:
            parts.append(f"стало доступно {_of(self.available, self.available_customers)}")
        if self.burned:
            parts.append(f"сгорело {_of(self.burned, self.burned_customers)}")
        return sentence(", ".join(parts) or "бонусы не двигались")


def _of(amount: Kopecks, people: int) -> str:
    return f"{bonuses(amount)} у {plural(people, 'клиента', 'клиентов', 'клиентов')}"


def run(until: date, opened: Callable[[], AbstractContextManager[Session]] = db.writing) -> list[NightResult]:
    """The night of `until` and of every day missed since the last one; nothing where all is done already.

    Each day is one transaction: killed, it is done whole or not at all, and the next run takes it up. Segments are
    brought to each day after it.
    """
    done = []
    with opened() as session:
        first = _first_missed(session, until)
    for ahead in range((until - first).days + 1):
        day = first + timedelta(days=ahead)
        with opened() as session:
            result = _one(session, day)
        if result:
            done.append(result)
        refreshing.night(day)
    refreshing.night(until)  # an earlier run may have been killed over it
    return done


def is_due(session: Session, today: date) -> bool:
    """Whether a night is waiting: a glance that writes nothing."""
    return _first_missed(session, today) <= today


def _first_missed(session: Session, until: date) -> date:
    done = models.runs.c
    query = select(func.max(done.day)).where(done.job == JOB, done.finished_at.is_not(None))
    last: date | None = session.connection().scalar(query)
    return until if last is None else last + timedelta(days=1)


def _one(session: Session, day: date) -> NightResult | None:
    """One day's night; None where another worker has done it."""
    claimed = runs.claim(session, JOB, day)
    if claimed is None:
        return None
    now_at = ledger.figures_on(session)
    if now_at is None or now_at < day:  # an import may have brought them further already
        ledger.bring_to(session, day)
    holdout.draw_newcomers(session, day)
    result = NightResult(day, *_moved(session, day, Kind.AVAILABLE), *_moved(session, day, Kind.BURNED))
    runs.finish(session, claimed, result.summary)
    return result


def _moved(session: Session, day: date, kind: Kind) -> tuple[Kopecks, int]:
    e = entries.c
    query = select(func.coalesce(func.sum(e.amount), 0), func.count(distinct(e.customer_id)))
    amount, people = session.connection().execute(query.where(e.effective_on == day, e.kind == kind.value)).one()
    return int(amount), people
