"""Triggers fire: what happened becomes rows of messages and gifts, a transaction a trigger and day.

The unique occurrence is what makes it once: whoever is killed, doubled or run again finds what is written. Days
that the worker was off are caught up, each with its own day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session

from loyalty import acts, db, models, settings, wording
from loyalty.engine import ledger
from loyalty.messages.sending import queue
from loyalty.messages.triggers import planning, stored
from loyalty.messages.triggers.events import Occurrence
from loyalty.messages.triggers.planning import Planned
from loyalty.messages.triggers.stored import Saved
from loyalty.models import triggers

LATE_DAYS = 62
"""How late a fact may come to be seen by a trigger: a file of the whole month before."""


@dataclass
class Fired:
    """What a trigger did for a day: how many messages wait to be sent, who gets none by reason, how many gifts."""

    trigger: str
    day: date
    queued: int = 0
    gifts: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        """«День рождения» за 26.11.2026: к отправке 3, не отправить 1, подарков 4."""
        said = f"«{self.trigger}» за {wording.day(self.day)}: к отправке {wording.number(self.queued)}"
        if left := self.skipped.total():
            said += f", не отправить {wording.number(left)}"
        return f"{said}, подарков {wording.number(self.gifts)}" if self.gifts else said

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        told = {"trigger": self.trigger, "day": self.day.isoformat(), "queued": self.queued, "gifts": self.gifts}
        return told | {"skipped": dict(self.skipped)}


def run(until: date | None = None) -> list[Fired]:
    """Fire whatever is due until a day (not beyond today) and was not fired yet; again: nothing."""
    with db.reading() as session:
        today = settings.today(session)
        last = min(until or today, today)
        switched_on = [saved for saved in stored.everything(session) if saved.is_on]
        waiting = [
            (saved, day, some)
            for saved in switched_on
            for day, some in by_day(planning.found(session, saved, first_day(saved, last), last))
        ]
    fired = [one for saved, day, some in waiting if (one := _fire(saved, day, some, today))]
    if any(saved.done_on is None or saved.done_on < last for saved in switched_on):
        with db.writing() as session:
            _done(session, switched_on, last)
    return fired


class Watch:
    """Looks whether anything has happened since the last look: facts, passages of segments, another day."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()

    def look(self) -> list[Fired]:
        """Fire what has happened; a glance where nothing has."""
        with db.reading() as session:
            ids = [select(func.max(table.c.id)).scalar_subquery() for table in (models.acts, models.memberships)]
            facts = session.connection().execute(select(*ids)).one()
            seen = (settings.today(session), *facts)
        if seen == self._seen:
            return []
        fired, self._seen = run(), seen
        return fired


def first_day(saved: Saved, last: date) -> date:
    """From which day on a trigger looks for what it has not seen.

    Facts come late, whole days do not: a birthday of last month that nobody knew of is past.
    """
    assert saved.since is not None
    missed = saved.since.day if saved.done_on is None else saved.done_on + timedelta(days=1)
    late = last if saved.terms.of.is_of_days else last - timedelta(days=LATE_DAYS)
    return max(saved.since.day, min(missed, late))


def by_day(occurrences: Sequence[Occurrence]) -> Iterator[tuple[date, list[Occurrence]]]:
    """Occurrences by the day they are due, the earliest first."""
    days = defaultdict[date, list[Occurrence]](list)
    for one in occurrences:
        days[one.day].append(one)
    for day in sorted(days):
        yield day, days[day]


def _fire(saved: Saved, day: date, occurrences: Sequence[Occurrence], today: date) -> Fired | None:
    """One day of a trigger; None where it was changed meanwhile, or somebody else was quicker."""
    with db.writing() as session:
        db.one_at_a_time(session, db.INTAKE)
        if not _is_same(saved, stored.by_id(session, saved.id)):
            return None
        fresh = planning.unseen(session, saved.id, occurrences)
        if not fresh:
            return None
        ledger.bring_to(session, today)
        now = settings.now(settings.timezone(session))
        return write(session, saved, day, planning.plan(session, saved, day, fresh, now), now)


def write(session: Session, saved: Saved, day: date, planned: Sequence[Planned], now: datetime) -> Fired:
    """Rows of messages, and gifts with their entries."""
    gifts = _give(session, saved, [one for one in planned if one.is_gift])
    at, terms = planning.timing(session, saved, day, now), saved.terms
    queue.put(
        session,
        [
            queue.Row(
                one.person.id, one.person.address, terms.channel, terms.is_advertising,
                trigger_id=saved.id, occurrence=one.occurrence.key, subject=one.written.subject,
                text=one.written.text, parts=one.written.parts, reason=one.written.reason, due_at=at.due_at,
                stale_at=at.stale_at, consent_id=one.person.consent_id, grant_id=gifts.get(one.occurrence),
            )
            for one in planned
        ],
        now,
    )  # fmt: skip
    skipped = Counter(one.written.reason for one in planned if one.written.reason)
    return Fired(saved.name, day, len(planned) - skipped.total(), len(gifts), skipped)


_GRANT = (
    "id", "customer_id", "given_to", "kind", "number", "at", "amount", "confirm_days", "lifetime_days", "reason",
    "act_id",
)  # fmt: skip


def _give(session: Session, saved: Saved, whom: Sequence[Planned]) -> dict[Occurrence, int]:
    """Gifts in bulk, of what the programme's rules make of them; which grant each is."""
    if not whom:
        return {}
    act = acts.begin(session, acts.Origin.RULE)
    ids = db.new_ids(session, models.Grant, len(whom))
    rows = []
    for id_, one in zip(ids, whom, strict=True):
        gift = planning.gift(saved, one.occurrence)
        rows.append((
            id_, one.person.id, one.person.id, saved.terms.of.gift_kind, gift.number, gift.at, gift.amount,
            gift.confirm_days, gift.lifetime_days, saved.name, act.id,
        ))  # fmt: skip
    db.insert(session, models.Grant, _GRANT, rows)
    ledger.refresh(session, [one.person.id for one in whom], act.today)
    return {one.occurrence: id_ for id_, one in zip(ids, whom, strict=True)}


def _done(session: Session, switched_on: Sequence[Saved], last: date) -> None:
    """Every day until the last one has fired."""
    ids = [saved.id for saved in switched_on if _is_same(saved, stored.by_id(session, saved.id))]
    t = triggers.c
    behind = (t.id.in_(ids), or_(t.done_on.is_(None), t.done_on < last))
    session.connection().execute(update(triggers).where(*behind).values(done_on=last))


def _is_same(saved: Saved, now_is: Saved | None) -> bool:
    """Whether nobody has switched or changed a trigger meanwhile."""
    return now_is is not None and (now_is.since, now_is.terms) == (saved.since, saved.terms)
