"""Who gets what by a trigger on a day, and who does not and why: what firing writes and rehearsal shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.engine.entries import Grant
from loyalty.engine.ledger import figures_on
from loyalty.identity import roots
from loyalty.messages.audience import Written, rendered
from loyalty.messages.consent.permission import Permission, Person
from loyalty.messages.sending import limits
from loyalty.messages.triggers import ahead
from loyalty.messages.triggers.events import TRIGGERED, Asked, Occurrence
from loyalty.messages.triggers.stored import Saved
from loyalty.messages.writing import text
from loyalty.models import customers, messages
from loyalty.models.people import joined_root
from loyalty.segments import membership

UNWRITTEN = 0  # the id of a grant that is not given yet
NO_GIFTS: Mapping[int, Sequence[Grant]] = {}


@dataclass(frozen=True)
class Planned:
    """What becomes of an occurrence: who she is now, what she gets or why nothing.

    `is_gift`: bonuses go with it, also where the message may not be sent.
    """

    occurrence: Occurrence
    person: Person
    written: Written
    is_gift: bool


@dataclass(frozen=True)
class Timing:
    """When the messages of a day may leave (UTC), and until when they are worth sending.

    `is_stale`: they never will be, as the day is over or the hours have nothing in common.
    """

    due_at: datetime
    stale_at: datetime
    is_stale: bool


def timing(session: Session, saved: Saved, day: date, now: datetime) -> Timing:
    """A message of a day is due at its first hour, one of a moment at once; both within the trigger's hours.

    It is worth sending for the shop's validity: from the day's first hour, or from the end of the day it happened.
    """
    zone, valid = settings.timezone(session), limits.validity(session)
    window = saved.terms.window
    opens = window.on(day, ZoneInfo(zone))[0]
    waits = saved.terms.of.waits(saved.terms.days)
    stale_at = (opens if waits else settings.day_ends(day, zone)) + valid
    due_at = limits.next_moment(session, max(opens, now) if waits else now, window)
    if due_at is None or due_at >= stale_at:
        return Timing(opens, stale_at, is_stale=True)
    return Timing(due_at, stale_at, is_stale=False)


def found(session: Session, saved: Saved, first: date, last: date) -> list[Occurrence]:
    """What happened on some days and the trigger has not seen; it is on."""
    assert saved.since is not None
    first = max(first, saved.since.day)
    if first > last:
        return []
    asked = Asked(session, first, last, saved.terms.days, saved.since, saved.segment_id, saved.id)
    return unseen(session, saved.id, list(saved.terms.of.found(asked)))


def unseen(session: Session, trigger_id: int, occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of which nothing is written yet, neither of her nor of whom she was joined with; each once."""
    seen, kept, m = set[tuple[int, str]](), list[Occurrence](), messages.c
    for some in db.chunks(sorted({one.customer_id for one in occurrences})):
        query = select(joined_root, m.occurrence).join_from(messages, customers, customers.c.id == m.customer_id)
        query = query.where(m.trigger_id == trigger_id, roots.are(session, some))
        seen |= {(id_, key) for id_, key in session.connection().execute(query)}
    for one in occurrences:
        if (one.customer_id, one.key) not in seen:
            seen.add((one.customer_id, one.key))
            kept.append(one)
    return kept


def plan(
    session: Session,
    saved: Saved,
    day: date,
    occurrences: Sequence[Occurrence],
    now: datetime,
    given: Mapping[int, Sequence[Grant]] = NO_GIFTS,
) -> list[Planned]:
    """What becomes of a day's occurrences at a moment (UTC); nothing is written.

    Who is not in the trigger's segment is left out: the event is nothing to the trigger. `given`: gifts of other
    triggers that are not written either, by customer.
    """
    occurrences = _of_segment(session, saved, day, occurrences, now)
    ids = sorted({one.customer_id for one in occurrences})
    too_soon, is_stale = _too_soon(session, saved, day, occurrences), timing(session, saved, day, now).is_stale
    may = Permission(session, saved.terms.channel, saved.terms.is_advertising, now).people(ids)
    left = _left(session, saved, ids, now)

    def reason(one: Occurrence) -> str:
        if one in too_soon:
            return "too_soon"
        gone = "left_segment" if one.customer_id in left else ""
        return gone or ("stale" if is_stale else may[one.customer_id].reason)

    reasons = {one: reason(one) for one in occurrences}
    gifted = {one for one in occurrences if saved.terms.gift and one not in too_soon}
    told = _texts(session, saved, [one for one in occurrences if not reasons[one]], gifted, now, given)
    planned = []
    for one in occurrences:
        said = Written(reason=reasons[one]) if reasons[one] else told[one.customer_id]
        planned.append(Planned(one, may[one.customer_id], said, one in gifted))
    return planned


def _of_segment(
    session: Session, saved: Saved, day: date, occurrences: Sequence[Occurrence], now: datetime
) -> Sequence[Occurrence]:
    """Those of members: at the start of the day, or by now for what is of a moment (rules.md §13, §19)."""
    if saved.segment_id is None or saved.terms.of.needs_segment:
        return occurrences
    zone = settings.timezone(session)
    waits = saved.terms.of.waits(saved.terms.days)
    at = settings.day_starts(day, zone) if waits else min(now, settings.day_ends(day, zone))
    inside = set(membership.inside_at(session, saved.segment_id, at).tolist())
    return [one for one in occurrences if one.customer_id in inside]


def _left(session: Session, saved: Saved, ids: Iterable[int], now: datetime) -> set[int]:
    """Who entered the segment, which is the event, and is in it no more; who has yet to enter stays."""
    is_ahead = now > settings.now(settings.timezone(session))
    if saved.segment_id is None or not saved.terms.of.needs_segment or is_ahead:
        return set()
    inside = membership.inside_at(session, saved.segment_id, now)
    return set(ids) - set(inside.tolist())


def _too_soon(session: Session, saved: Saved, day: date, occurrences: Sequence[Occurrence]) -> set[Occurrence]:
    """Those of whom the trigger wrote, or gave a gift, less than its pause ago; of several all but the first."""
    if not saved.terms.pause_days:
        return set()
    zone, m = settings.timezone(session), messages.c
    since = settings.day_starts(day - timedelta(days=saved.terms.pause_days - 1), zone)
    query = select(joined_root).join_from(messages, customers, customers.c.id == m.customer_id)
    got = (m.queued_at.is_not(None)) | (m.grant_id.is_not(None))
    query = query.where(m.trigger_id == saved.id, m.due_at >= since, got)
    written, found_ = set(session.connection().scalars(query)), set[Occurrence]()
    for one in occurrences:
        if one.customer_id in written:
            found_.add(one)
        written.add(one.customer_id)
    return found_


# --- Texts ------------------------------------------------------------------------------------------------


def _texts(
    session: Session,
    saved: Saved,
    whom: Sequence[Occurrence],
    gifted: Iterable[Occurrence],
    now: datetime,
    given: Mapping[int, Sequence[Grant]],
) -> dict[int, Written]:
    """The text for each customer as of now, with the gifts that go with it."""
    today = settings.shop_time(session, now).date()
    terms, ids = saved.terms, sorted({one.customer_id for one in whom})
    body = text.parse(terms.text, terms.channel)
    subject = text.parse_subject(terms.subject) if terms.channel == text.EMAIL else None
    gifts = defaultdict[int, list[Grant]](list, {id_: list(some) for id_, some in given.items()})
    for one in gifted:
        gifts[one.customer_id].append(gift(saved, one))
    moved = ids if figures_on(session) != today else sorted(gifts.keys() & set(ids))
    return rendered(session, body, subject, ids, today, ahead.values(session, moved, today, gifts))


def gift(saved: Saved, one: Occurrence) -> Grant:
    """The gift of an occurrence as a fact: at the start of its day (rules.md §17)."""
    terms = saved.terms.gift
    assert terms is not None
    at = datetime.combine(one.day, time())
    return Grant(UNWRITTEN, number(saved, one), at, terms.amount, terms.confirm_days, terms.lifetime_days)


def number(saved: Saved, one: Occurrence) -> str:
    """By what a gift is known as this occurrence's."""
    return f"{TRIGGERED}{saved.id}:{one.key}"
