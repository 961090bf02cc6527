"""Rehearsal: who would get what on a day, who would not and why, by the planning that fires; nothing is written.

What will happen by itself is known ahead: birthdays, silence, burning, what becomes available, who will enter a
segment. What people will do is not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.engine.entries import Grant
from loyalty.errors import Refused
from loyalty.messages import audience, campaigns
from loyalty.messages.campaigns.stored import SCHEDULED, audience_words
from loyalty.messages.consent.permission import Permission
from loyalty.messages.sending import limits
from loyalty.messages.triggers import firing, planning, stored
from loyalty.messages.triggers.events import Asked, Occurrence, Since
from loyalty.messages.triggers.planning import Planned
from loyalty.messages.triggers.stored import Saved
from loyalty.models import messages
from loyalty.segments import membership
from loyalty.segments import stored as segments
from loyalty.segments.evaluating import Evaluator

AHEAD_MAX = 366
QUEUED, SKIPPED = "queued", "skipped"


@dataclass(frozen=True)
class Row:
    """What one customer would get by a trigger, or not: `status` and `reason` as of messages, `why` in words.

    `due_at` is UTC; `gift` in words, empty without one.
    """

    trigger: str
    customer_id: int
    address: str
    status: str
    reason: str
    why: str
    text: str
    subject: str
    parts: int
    gift: str
    due_at: datetime
    is_advertising: bool

    @property
    def is_sent(self) -> bool:
        """Whether she gets a message."""
        return self.status not in (SKIPPED, "cancelled", "failed")


@dataclass(frozen=True)
class Rehearsed:
    """What one trigger would do on the day."""

    saved: Saved
    rows: Sequence[Row]

    @property
    def sent(self) -> list[Row]:
        return [row for row in self.rows if row.is_sent]

    @property
    def left_out(self) -> list[Row]:
        return [row for row in self.rows if not row.is_sent]


def rehearse(session: Session, day: date, only: str | None = None) -> list[Rehearsed]:
    """A day, today or ahead: of every trigger that is on, or of `only` one, on or off. Refused, NotFound."""
    zone = settings.timezone(session)
    now, today = settings.now(zone), settings.today(session)
    if not 0 <= (day - today).days <= AHEAD_MAX:
        raise Refused(f"Репетируют сегодняшний день или будущий, не дальше года, а не {wording.day(day)}")
    if only is not None:
        chosen = [stored.get(session, only)]
    else:
        chosen = [saved for saved in stored.everything(session) if saved.is_on]
    at = max(now, settings.day_starts(day, zone))
    given = defaultdict[int, list[Grant]](list)
    found = [Rehearsed(saved, list(_rows(session, saved, day, at, given))) for saved in chosen]
    return _capped(session, found, at)


@dataclass(frozen=True)
class Scheduled:
    """A campaign that is to start on the day: `at` by the shop's clock, to whom in words, how many would get it."""

    name: str
    at: datetime
    audience: str
    recipients: int


def campaigns_on(session: Session, day: date) -> list[Scheduled]:
    """Campaigns that start by themselves on a day, as their audiences are now."""
    zone = settings.timezone(session)
    found = []
    for one in campaigns.everything(session):
        at = one.draft.at
        if one.status == SCHEDULED and at and at.date() == day:
            moment = max(settings.now(zone), at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
            reached = audience.found(session, one.draft, one.seed, moment).reached
            found.append(Scheduled(one.name, at, audience_words(one.draft), len(reached)))
    return sorted(found, key=lambda one: one.at)


def _rows(
    session: Session, saved: Saved, day: date, at: datetime, given: defaultdict[int, list[Grant]]
) -> Iterator[Row]:
    """What is written of the day already, and what would be, after the gifts that others have `given`.

    Today that is with the days which nobody has fired yet.
    """
    if saved.is_on and day == settings.today(session):
        yesterday = day - timedelta(days=1)
        missed = planning.found(session, saved, firing.first_day(saved, yesterday), yesterday)
        for late, some in firing.by_day(missed):
            yield from _planned(session, saved, late, some, at, given)
    whole = _whole(session, saved, at)
    asked = Asked(session, day, day, saved.terms.days, _since(session, whole), saved.segment_id)
    occurrences = [*saved.terms.of.found(asked), *_entering(session, saved, day)]
    fresh = planning.unseen(session, saved.id, occurrences)
    yield from _written(session, saved, set(occurrences) - set(fresh))
    yield from _planned(session, saved, day, fresh, at, given)


def _planned(
    session: Session,
    saved: Saved,
    day: date,
    occurrences: Sequence[Occurrence],
    at: datetime,
    given: defaultdict[int, list[Grant]],
) -> Iterator[Row]:
    timing = planning.timing(session, saved, day, at)
    for one in planning.plan(session, saved, day, occurrences, at, given):
        yield _row(saved, one, timing.due_at)
        if one.is_gift:
            hers = given[one.person.id]
            hers.append(planning.gift(saved, one.occurrence)._replace(id=-1 - len(hers)))


def _whole(session: Session, saved: Saved, at: datetime) -> Saved:
    """As if it were switched on now, where it is off."""
    if saved.since is not None:
        return saved
    now = min(at, settings.now(settings.timezone(session)))
    return replace(saved, since=Since(now, settings.shop_time(session, now), 0))


def _since(session: Session, saved: Saved) -> Since:
    assert saved.since is not None
    return saved.since


def _row(saved: Saved, one: Planned, due_at: datetime) -> Row:
    gift = saved.terms.gift.words if one.is_gift and saved.terms.gift else ""
    said = one.written
    status = SKIPPED if said.reason else QUEUED
    return Row(
        saved.name, one.person.id, one.person.address, status, said.reason, one.occurrence.about, said.text,
        said.subject, said.parts, gift, due_at, saved.terms.is_advertising,
    )  # fmt: skip


def _written(session: Session, saved: Saved, seen: set[Occurrence]) -> Iterator[Row]:
    """What the trigger has written of these occurrences."""
    about, m = {(one.customer_id, one.key): one.about for one in seen}, messages.c
    for some in db.chunks(sorted({one.customer_id for one in seen})):
        query = select(messages).where(m.trigger_id == saved.id, db.among(session, m.customer_id, some))
        for row in session.connection().execute(query.order_by(m.id)):
            if (row.customer_id, row.occurrence) in about:
                gift = saved.terms.gift.words if row.grant_id and saved.terms.gift else ""
                yield Row(
                    saved.name, row.customer_id, row.address, row.status, row.reason,
                    about[row.customer_id, row.occurrence], row.text, row.subject, row.parts, gift, row.due_at,
                    row.is_advertising,
                )  # fmt: skip


def _entering(session: Session, saved: Saved, day: date) -> Iterator[Occurrence]:
    """Who will enter the trigger's segment by itself, if nothing more happens."""
    entered_on = day - timedelta(days=saved.terms.days)
    if not saved.terms.of.needs_segment or saved.terms.segment is None:
        return
    today = settings.today(session)
    if entered_on <= today:
        return
    questions = segments.questions(session)
    tree = questions[saved.terms.segment]
    who = Evaluator(session, entered_on, questions).ids(tree)
    if entered_on - timedelta(days=1) > today:
        was = Evaluator(session, entered_on - timedelta(days=1), questions).ids(tree)
    else:
        was = membership.members(session, saved.terms.segment)
    for id_ in np.setdiff1d(who, was, assume_unique=True).tolist():
        about = f"войдёт в сегмент «{saved.terms.segment}» {wording.day(entered_on)}"
        yield Occurrence(id_, day, f"ahead {entered_on}", about)


def _capped(session: Session, found: Sequence[Rehearsed], at: datetime) -> list[Rehearsed]:
    """As the cap will have it at the instant of sending: whoever is due first gets it."""
    cap = limits.cap(session)
    if cap is None:
        return list(found)
    ahead = [row for one in found for row in one.rows if row.is_advertising and row.status == QUEUED]
    ahead.sort(key=lambda row: row.due_at)
    had = Permission(session, "sms", is_advertising=True, now=at).written(
        {row.customer_id: row.address for row in ahead}, cap
    )
    count, late, first = defaultdict[int, int](int, had), set[int](), dict[str, int]()
    for row in ahead:
        who = first.setdefault(row.address, row.customer_id)  # a phone of two gets what both would
        count[who] += 1
        if count[who] > cap.messages:
            late.add(id(row))
    return [
        replace(
            one,
            rows=[replace(row, status=SKIPPED, reason="too_often") if id(row) in late else row for row in one.rows],
        )
        for one in found
    ]
