"""How sending goes: what left today, what did not arrive, what waits for the owner, what gateways have left."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import Session

from loyalty import settings
from loyalty.messages.sending import gateways, limits
from loyalty.messages.sending.gateways import Account
from loyalty.models import batches, campaigns, messages
from loyalty.money import Kopecks

DAYS = 7  # that «Сегодня» looks back
LAST = 200  # messages that say what one costs
WEEKS = 4
LOW_MIN = 50  # messages: with less left one pays again, however few one sends
LEFT = ("sending", "sent", "delivered", "failed", "unknown")
_moment = func.coalesce(messages.c.sent_at, messages.c.queued_at)  # what a gateway refused at once never left


class Purse(NamedTuple):
    """What a gateway has left, and for about how many messages that is; None where nobody can tell."""

    title: str
    channel: str
    trouble: str
    balance: Kopecks | None
    enough_for: int | None
    is_low: bool  # less than waits, or than a week usually takes


class Stopped(NamedTuple):
    """A campaign that waits for the owner: paused, or its time was missed; and why."""

    name: str
    status: str
    why: str


class Missed(NamedTuple):
    """Messages of the last days that did not arrive, or nobody knows; their campaign, if they are of one."""

    failed: int
    unknown: int
    campaign: str


class Sending(NamedTuple):
    """What «Сегодня» asks to be done about."""

    held: str
    stopped: list[Stopped]
    purses: list[Purse]
    missed: Missed


class SentToday(NamedTuple):
    """Messages that left today, by what became of them, with their cost."""

    sent: int
    delivered: int
    failed: int
    waiting: int
    cost: Kopecks


def load(session: Session, today: date) -> Sending:
    """All of it; a few glances where nothing was ever sent."""
    held = limits.held(session)
    return Sending(held, _stopped(session), purses(session, today), _missed(session, today))


def was_ever(session: Session) -> bool:
    """Whether there was ever a message."""
    return session.connection().scalar(select(messages.c.id).limit(1)) is not None


def today(session: Session, day: date) -> SentToday:
    """What left on a day of the shop, and what waits now."""
    m = messages.c
    begins, ends = _between(session, day, day)

    def count(*statuses: str) -> object:
        return func.coalesce(func.sum(case((m.status.in_(statuses), 1), else_=0)), 0)

    columns = (count(*LEFT), count("delivered"), count("failed"), func.coalesce(func.sum(m.cost), 0))
    query = select(*columns).where(_moment >= begins, _moment < ends)  # type: ignore[call-overload]
    sent, delivered, failed, cost = session.connection().execute(query).one()
    waiting = session.connection().scalar(select(func.count()).where(m.status == "queued")) or 0
    return SentToday(int(sent), int(delivered), int(failed), waiting, int(cost))


def purses(session: Session, day: date) -> list[Purse]:
    """Gateways that send, but the sandbox."""
    known = [one for channel in gateways.CHANNELS for one in gateways.accounts(session, channel)]
    return [_purse(session, one, day) for one in known if not one.is_sandbox]


def _purse(session: Session, one: Account, day: date) -> Purse:
    price = _price(session, one)
    enough = one.balance // price if one.balance is not None and price else None
    is_low = enough is not None and enough < max(LOW_MIN, _wanted(session, one.channel, day))
    return Purse(one.title, one.channel, one.trouble, one.balance, enough, is_low)


def _price(session: Session, one: Account) -> Kopecks | None:
    """What a message costs there lately, else what the shop says a part does."""
    m, b = messages.c, batches.c
    last = select(m.cost).join(batches, b.id == m.batch_id).where(b.gateway == one.kind, m.cost > 0)
    costs = session.connection().scalars(last.order_by(m.id.desc()).limit(LAST)).all()
    return -(-sum(costs) // len(costs)) if costs else one.price


def _wanted(session: Session, channel: str, day: date) -> int:
    """How many messages wait, or usually leave in a week."""
    m = messages.c
    begins, ends = _between(session, day - timedelta(days=WEEKS * 7 - 1), day)
    mine = select(func.count()).where(m.channel == channel)
    waiting = session.connection().scalar(mine.where(m.status == "queued")) or 0
    left = session.connection().scalar(mine.where(m.sent_at >= begins, m.sent_at < ends)) or 0
    return int(max(waiting, left // WEEKS))


def _stopped(session: Session) -> list[Stopped]:
    c = campaigns.c
    query = select(c.name, c.status, c.why).where(c.status.in_(("paused", "asking"))).order_by(c.id.desc())
    return [Stopped(*row) for row in session.connection().execute(query)]


def _missed(session: Session, day: date) -> Missed:
    m, c = messages.c, campaigns.c
    begins, ends = _between(session, day - timedelta(days=DAYS - 1), day)
    query = select(m.status, m.campaign_id, func.count()).where(_moment >= begins, _moment < ends)
    query = query.where(m.status.in_(("failed", "unknown"))).group_by(m.status, m.campaign_id)
    rows = session.connection().execute(query).all()
    of = {campaign for _, campaign, _ in rows}
    name = session.connection().scalar(select(c.name).where(c.id == of.pop())) if len(of) == 1 else None
    counts = {status: sum(count for known, _, count in rows if known == status) for status in ("failed", "unknown")}
    return Missed(counts["failed"], counts["unknown"], name or "")


def _between(session: Session, first: date, last: date) -> tuple[datetime, datetime]:
    zone = settings.timezone(session)
    return settings.day_starts(first, zone), settings.day_ends(last, zone)
