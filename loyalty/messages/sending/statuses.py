"""What became of what was sent: gateways are asked after 1, 5, 30 minutes, then hourly for two days; or they call.

A batch whose answer never came is looked for by its own id. What surely was not accepted is queued again; what
nobody can tell stays unknown, and is never sent again by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import Session

from loyalty import db, settings
from loyalty.errors import NotFound
from loyalty.messages.sending import gateways, outcomes, queue
from loyalty.messages.sending.gateways import Account
from loyalty.models import batches, messages
from loyalty.models.messages import UNANSWERED, UNDER_WAY
from loyalty.sms.gateway import Called, Known, NotAccepted, Outcome, Outgoing, State, Uncertain

ASKED_AT_ONCE = 200
REQUEST_S = 180
"""For so long after it began a request may still be under way: who isn't known later surely was not accepted."""
NO_NEWS = "no_news"
LAST_AGAIN = timedelta(hours=1)
"""When those who were to be asked about for the last time are asked about again, should we die over it."""
NOT_ACCEPTED = Outcome(State.UNKNOWN, reason="no_answer", detail="шлюз не принимал")


class Asked(NamedTuple):
    """A message the gateway is to be asked about, with the batch it left in."""

    id: int
    status: str
    address: str
    text: str
    subject: str
    gateway_id: str
    sent_at: datetime
    client_id: int
    claimed_at: datetime
    channel: str
    gateway: str


def is_due(session: Session, now: datetime) -> bool:
    """Whether some gateway is to be asked: a glance."""
    m = messages.c
    return session.connection().scalar(select(m.id).where(UNDER_WAY, m.poll_at <= now).limit(1)) is not None


def poll(now: datetime) -> int:
    """Ask about as many messages as is polite at once; how many there were. No transaction is open meanwhile."""
    with db.writing() as session:
        m = messages.c
        asked = _taken(session, now, m.poll_at <= now, m.poll_at)
    return _asked(asked, now)


def poll_early(now: datetime, until: float) -> int:
    """Ask once about each that is under way, also before its time; no more after `until` (monotonic). How many."""
    m, count, last = messages.c, 0, 0
    while monotonic() < until:
        with db.writing() as session:
            asked = _taken(session, now, and_(m.poll_at.is_not(None), m.id > last))
        if not _asked(asked, now):
            break
        count, last = count + len(asked), asked[-1].id
    return count


def _asked(asked: Sequence[Asked], now: datetime) -> int:
    """Ask the gateways they left through; how many there were."""
    for (channel, kind), some in _by(asked, "channel", "gateway"):
        with db.reading() as session:
            account = _account(session, channel, kind)
        if account is not None:
            _ask(account, some, now)
    over = [one.id for one in asked if outcomes.next_poll(one.sent_at, now) is None]
    if over:
        with db.writing() as session:
            _give_up(session, over)
    return len(asked)


def _give_up(session: Session, ids: Sequence[int]) -> None:
    """For two days nothing was heard: they are asked about no more."""
    which = db.among(session, messages.c.id, ids)
    silent = update(messages).where(which, messages.c.status == State.SENT.value)
    session.connection().execute(silent.values(status=State.UNKNOWN.value, reason=NO_NEWS))
    session.connection().execute(update(messages).where(which, UNDER_WAY).values(poll_at=None))


def _taken(session: Session, now: datetime, which: ColumnElement[bool], *first: ColumnElement[Any]) -> list[Asked]:
    """Those of `which`; who asks next about them, and when, is written before they are asked about.

    So two workers don't ask the same, and one that dies over it leaves them to the next time.
    """
    m, b = messages.c, batches.c
    query = select(
        m.id, m.status, m.address, m.text, m.subject, m.gateway_id, m.sent_at, b.client_id, b.claimed_at, m.channel,
        b.gateway,
    ).join(batches, b.id == m.batch_id)  # fmt: skip
    due = query.where(UNDER_WAY, m.status != "sending", which).order_by(*first, m.id)
    asked = [
        Asked(*row)
        for row in session.connection().execute(
            due.limit(ASKED_AT_ONCE).with_for_update(of=messages, skip_locked=True)
        )
    ]
    for moment, some in _by_next_poll(asked, now):
        change = update(messages).where(db.among(session, m.id, some))
        session.connection().execute(change.values(poll_at=moment or now + LAST_AGAIN))
    return asked


def _by_next_poll(asked: Sequence[Asked], now: datetime) -> Iterator[tuple[datetime | None, list[int]]]:
    by_moment: dict[datetime | None, list[int]] = {}
    for one in asked:
        by_moment.setdefault(outcomes.next_poll(one.sent_at, now), []).append(one.id)
    yield from by_moment.items()


def _account(session: Session, channel: str, kind: str) -> Account | None:
    try:
        return gateways.account(session, channel, kind)
    except NotFound:  # it was forgotten since
        return None


def _by(asked: Iterable[Asked], *names: str) -> Iterator[tuple[tuple[str, ...], list[Asked]]]:
    def key(one: Asked) -> tuple[str, ...]:
        return tuple(getattr(one, name) for name in names)

    for found, some in groupby(sorted(asked, key=key), key):
        yield found, list(some)


def _ask(account: Account, asked: Sequence[Asked], now: datetime) -> None:
    """News of messages that left through one gateway, first of those of which it isn't known that they left."""
    gateway = gateways.opened(account)
    if gateway.can_find:
        lost = [one for one in asked if one.status == State.UNKNOWN and not one.gateway_id]
        for _, batch in _by(lost, "client_id"):
            with _whatever_its_mood(batch, now):
                _look_for(account, batch, now)
    known = [one for one in asked if one.gateway_id]
    if known and gateway.tells_delivery:
        with _whatever_its_mood(known, now):
            told = gateway.status([Known(one.id, one.gateway_id, one.address, one.client_id) for one in known])
            _heard(account, told, now)


@contextmanager
def _whatever_its_mood(asked: Sequence[Asked], now: datetime) -> Iterator[None]:
    """Who could not be asked about is asked about next time, or when the gateway says."""
    try:
        yield
    except NotAccepted as busy:
        if busy.wait_s:
            _put_off([one.id for one in asked], now + timedelta(seconds=busy.wait_s))
    except Uncertain:
        return


def _put_off(ids: Sequence[int], until: datetime) -> None:
    """A gateway may be asked so often and no oftener: they are not left to the next of the far between times."""
    m = messages.c
    with db.writing() as session:
        change = update(messages).where(db.among(session, m.id, ids), UNDER_WAY)
        session.connection().execute(change.values(poll_at=until))


def _heard(account: Account, told: Mapping[int, Outcome], now: datetime) -> None:
    if told:
        with db.writing() as session:
            outcomes.apply(session, told, account, now)


def _look_for(account: Account, batch: Sequence[Asked], now: datetime) -> None:
    """What became of a batch of which nothing was heard."""
    first = batch[0]
    told = gateways.opened(account).find(
        [Outgoing(one.id, one.address, one.text, one.subject) for one in batch], first.client_id, first.claimed_at
    )
    _heard(account, {id_: outcome for id_, outcome in told.items() if outcome is not None}, now)
    absent = [one.id for one in batch if one.id in told and told[one.id] is None]
    if not absent:
        return
    left = first.claimed_at + timedelta(seconds=REQUEST_S) - settings.utc_now()
    with db.writing() as session:
        if left <= timedelta():
            _not_accepted(session, absent, now)
        else:
            m = messages.c
            wait = update(messages).where(db.among(session, m.id, absent), m.status == State.UNKNOWN.value)
            session.connection().execute(wait.values(poll_at=now + left))


def _not_accepted(session: Session, ids: Sequence[int], now: datetime) -> None:
    """The gateway never had them: they wait for another try, in their campaign where that may go on."""
    lost = [one for one in outcomes.standing(session, ids) if one.status == State.UNKNOWN]
    outcomes.queue_again(session, lost, NOT_ACCEPTED, now)
    for campaign_id in {one.campaign_id for one in lost if one.campaign_id is not None}:
        queue.reopen(session, campaign_id)


def called(session: Session, account: Account, said: Called, now: datetime) -> bool:
    """A callback's news of messages by the provider's ids, in any order and more than once.

    False where it is to call again: a request is under way, and it tells of what may be in it.
    """
    m, b = messages.c, batches.c
    query = select(m.gateway_id, m.id).join(batches, b.id == m.batch_id)
    query = query.where(b.gateway == account.kind, db.among(session, m.gateway_id, sorted(said.statuses)))
    known = [(gateway_id, id_) for gateway_id, id_ in session.connection().execute(query)]
    outcomes.apply(session, {id_: said.statuses[gateway_id] for gateway_id, id_ in known}, account, now)
    under_way = select(b.id).where(UNANSWERED, b.gateway == account.kind).limit(1)
    is_all_known = not said.statuses.keys() - {gateway_id for gateway_id, _ in known}
    return is_all_known or session.connection().scalar(under_way) is None
