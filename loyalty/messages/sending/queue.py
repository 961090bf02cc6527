"""The queue: a row of messages for everybody of an audience and every occurrence of a trigger; what may leave now.

What is queued waits for its `due_at`, for the hours of its campaign or trigger, and for a worker (`claiming`). What
waited longer than it is worth is dropped and counted; a paused campaign only waits.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select, update
from sqlmodel import Session

from loyalty import db
from loyalty.messages.sending import limits
from loyalty.models import Message, batches, campaigns, messages, switches, triggers
from loyalty.models.messages import UNANSWERED, WAITING


class Row(NamedTuple):
    """A message to be, or why there is none: with a `reason` (a key of messages.reasons) nothing will be sent.

    `due_at` and `stale_at` are UTC: not before, not after. `consent_id` is the consent that advertising relies on.
    """

    customer_id: int
    address: str
    channel: str
    is_advertising: bool
    campaign_id: int | None = None
    trigger_id: int | None = None
    occurrence: str = ""
    subject: str = ""
    text: str = ""
    parts: int = 0
    reason: str = ""
    due_at: datetime | None = None
    stale_at: datetime | None = None
    consent_id: int | None = None
    grant_id: int | None = None


_SET = ("status", "queued_at", "detail", "attempt", "gateway_id")


def put(session: Session, rows: Iterable[Row], now: datetime) -> None:
    """Write down who gets a message, and who does not and why; in bulk, and sent in the order of `rows`.

    One address a campaign and one occurrence of a trigger a customer: the database refuses a second one.
    """
    told = ((*row, "skipped" if row.reason else "queued", None if row.reason else now, "", 0, "") for row in rows)
    db.insert(session, Message, (*Row._fields, *_SET), told)


# --- What may leave ---------------------------------------------------------------------------------------


class Source(NamedTuple):
    """A campaign under way; or, without one, the triggers of a channel that are on and whose hours these are."""

    campaign_id: int | None
    channel: str
    triggers: tuple[int, ...] = ()

    def waiting(self, now: datetime) -> ColumnElement[bool]:
        """Its messages that are due."""
        m = messages.c
        fired = and_(m.campaign_id.is_(None), m.trigger_id.in_(self.triggers))
        mine = m.campaign_id == self.campaign_id if self.campaign_id else fired
        return and_(WAITING, mine, m.channel == self.channel, m.due_at <= now)


def sources(session: Session, now: datetime) -> list[Source]:
    """Who may send at this moment: triggers first, then campaigns in the order of their launches."""
    if limits.held(session):
        return []
    found = _triggers(session, now)
    if limits.next_moment(session, now) == now:
        c = campaigns.c
        under_way = select(c.id, c.channel).where(c.status == "sending").order_by(c.launched_at, c.id)
        found += [Source(id_, channel) for id_, channel in session.connection().execute(under_way)]
    return found


def due(session: Session, now: datetime) -> list[Source]:
    """Those of them who have something to send: a glance."""
    return [one for one in sources(session, now) if _any(session, one.waiting(now))]


def has_plans(session: Session) -> bool:
    """Whether anything would be sent by itself: what waits, schedules, triggers that are on."""
    c = campaigns.c
    planned = select(c.id).where(c.status.in_(("scheduled", "asking", "sending", "paused"))).limit(1)
    waits = select(messages.c.id).where(WAITING).limit(1)
    some = any(session.connection().scalar(query) is not None for query in (planned, waits))
    return some or bool(switched_on(session))


def _triggers(session: Session, now: datetime) -> list[Source]:
    t = triggers.c
    known = select(t.id, t.channel, t.hours_from, t.hours_to).where(t.id.in_(switched_on(session)))
    by_channel: dict[str, list[int]] = {}
    for id_, channel, opens, closes in session.connection().execute(known.order_by(t.id)):
        if limits.next_moment(session, now, limits.window(opens, closes)) == now:
            by_channel.setdefault(channel, []).append(id_)
    return [Source(None, channel, tuple(ids)) for channel, ids in by_channel.items()]


def switched_on(session: Session) -> list[int]:
    """The triggers that are on: their latest switch says so, and they are not deleted."""
    s, t = switches.c, triggers.c
    query = select(s.trigger_id, s.is_on).join(triggers, t.id == s.trigger_id).where(t.deleted_at.is_(None))
    latest: dict[int, bool] = {}
    for id_, is_on in session.connection().execute(query.order_by(s.id)):
        latest[id_] = is_on
    return sorted(id_ for id_, is_on in latest.items() if is_on)


def _any(session: Session, waiting: ColumnElement[bool]) -> bool:
    return session.connection().scalar(select(messages.c.id).where(waiting).limit(1)) is not None


# --- What will not leave any more -------------------------------------------------------------------------


def _in_vain(session: Session, now: datetime) -> dict[str, Select[Any]]:
    """What waits for nothing, by reason: stale, of a campaign that was stopped, of a trigger that is off."""
    m, c = messages.c, campaigns.c
    waits = select(c.id).where(c.status.in_(("paused", "asking")))
    of_waiting = and_(m.campaign_id.is_not(None), m.campaign_id.in_(waits))
    query = select(m.id).where(WAITING)
    return {
        "stale": query.where(m.stale_at <= now, ~of_waiting),
        "stopped": query.where(m.campaign_id.in_(select(c.id).where(c.status == "stopped"))),
        "switched_off": query.where(m.trigger_id.is_not(None), m.trigger_id.not_in(switched_on(session))),
    }


def needs_sweeping(session: Session, now: datetime) -> bool:
    """Whether something waits in vain: a glance that writes nothing."""
    asked = _in_vain(session, now).values()
    return any(session.connection().scalar(query.limit(1)) is not None for query in asked)


def sweep(session: Session, now: datetime) -> None:
    """Say of what waits in vain that it will not be sent, and why."""
    for reason, query in _in_vain(session, now).items():
        skip(session, list(session.connection().scalars(query)), reason)


def skip(session: Session, ids: Iterable[int], reason: str) -> None:
    """These queued messages will not be sent."""
    status = "cancelled" if reason == "stopped" else "skipped"
    for some in db.chunks(list(ids)):
        change = update(messages).where(db.among(session, messages.c.id, some), WAITING)
        session.connection().execute(change.values(status=status, reason=reason))


# --- Campaigns under way ----------------------------------------------------------------------------------


def pause(session: Session, campaign_id: int, why: str) -> None:
    """Stop sending a campaign until somebody goes on; `why` is the sentence she reads."""
    change = update(campaigns).where(campaigns.c.id == campaign_id, campaigns.c.status == "sending")
    session.connection().execute(change.values(status="paused", why=why))


def reopen(session: Session, campaign_id: int) -> None:
    """A campaign that was done has something to send again."""
    change = update(campaigns).where(campaigns.c.id == campaign_id, campaigns.c.status == "done")
    session.connection().execute(change.values(status="sending", finished_at=None))


def _done() -> ColumnElement[bool]:
    c, m = campaigns.c, messages.c
    waits = exists().where(WAITING, m.campaign_id == c.id)
    open_batches = select(batches.c.id).where(UNANSWERED)
    leaves = exists().where(m.batch_id.in_(open_batches), m.status == "sending", m.campaign_id == c.id)
    return and_(c.status == "sending", ~waits, ~leaves)


def is_any_done(session: Session) -> bool:
    """Whether a campaign has sent all it had: a glance."""
    return session.connection().scalar(select(campaigns.c.id).where(_done()).limit(1)) is not None


def finish(session: Session, now: datetime) -> None:
    """Campaigns of which nothing is queued or under way are done; news of what they sent may come yet."""
    c = campaigns.c
    ids = list(session.connection().scalars(select(c.id).where(_done()).with_for_update()))
    # Asked again under the lock: somebody may have queued more of it meanwhile.
    done = update(campaigns).where(c.id.in_(ids), _done())
    session.connection().execute(done.values(status="done", finished_at=now, why=""))
