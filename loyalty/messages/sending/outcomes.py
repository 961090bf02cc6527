"""What became of messages, by the gateway's word: written down for each on its own, and never back from an end.

news:       sent        delivered                  failed      unknown
sending     taken       taken                      taken       taken
sent        —           taken                      taken       —
unknown     taken       taken                      taken       —
delivered   —           —                          —           —
failed      —           taken unless it is older   —           —
other       —           —                          —           —
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from loyalty import acts, db
from loyalty.customers import consents
from loyalty.messages.reasons import words
from loyalty.messages.sending.gateways import Account, opened
from loyalty.models import Attempt, Message, batches, messages
from loyalty.money import Kopecks
from loyalty.sms.gateway import Gateway, Outcome, State

POLLED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, *range(60, 48 * 60 + 1, 60)))
"""When the gateway is asked about a message it has taken, counted from its sending."""
RETRIED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
"""After a passing refusal, where there is no reserve."""
ATTEMPTS_MAX = 10
NO_ANSWER = Outcome(State.UNKNOWN, reason="no_answer")
_STOPS = ("key", "money")
"""Reasons of one that are reasons of all who come after."""
_OPERATORS_OWN = "sender"
"""One operator alone may not know a sender's name, and learns it in days: no waiting helps, only the reserve."""

_TAKEN: Mapping[str, frozenset[State]] = {
    "sending": frozenset(State),
    "sent": frozenset({State.DELIVERED, State.FAILED}),
    "unknown": frozenset({State.SENT, State.DELIVERED, State.FAILED}),
    "failed": frozenset({State.DELIVERED}),
}
_COLUMNS = ("status", "reason", "detail", "gateway_id", "cost", "parts", "sent_at", "delivered_at", "effective_at",
            "status_at", "poll_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it is now."""

    id: int
    status: str
    customer_id: int
    campaign_id: int | None
    channel: str
    gateway_id: str
    cost: int | None
    parts: int
    attempt: int
    batch_id: int | None
    text: str
    sent_at: datetime | None
    delivered_at: datetime | None
    status_at: datetime | None

    def takes(self, news: Outcome) -> bool:
        """Whether news change it."""
        if news.state not in _TAKEN.get(self.status, ()):
            return False
        is_older = news.at is not None and self.status_at is not None and news.at < self.status_at
        return not (self.status == "failed" and is_older)


class Recorded(NamedTuple):
    """What a batch came to: who may be tried again; how many of its last ones failed in a row, and the last why.

    `stop`: what will refuse everybody until somebody mends it, though it took others of the batch.
    """

    again: Sequence[int]
    last_failed: int
    last_failure: Outcome | None
    stop: Outcome | None


def next_poll(sent_at: datetime, now: datetime) -> datetime | None:
    """When to ask next about what was sent then; None: it is of no use any more."""
    return next((sent_at + after for after in POLLED_AFTER if sent_at + after > now), None)


# --- A batch's answer -------------------------------------------------------------------------------------


def record(
    session: Session,
    batch_id: int,
    order: Sequence[int],
    told: Mapping[int, Outcome],
    account: Account,
    now: datetime,
    *,
    has_reserve: bool,
) -> Recorded:
    """Write down what the gateway answered for each message of a batch; who is missing in it is unknown.

    What passes (`Outcome.is_passing`) waits in the queue again: for the reserve at once, else for later.
    """
    standing = {one.id: one for one in _standing(session, messages.c.batch_id == batch_id)}
    mine = [standing[id_] for id_ in order if id_ in standing and standing[id_].status in ("sending", "unknown")]
    close(session, batch_id, now)
    heard = [(one, told.get(one.id, NO_ANSWER)) for one in mine]
    again, ended = list[tuple[Standing, Outcome]](), list[tuple[Standing, Outcome]]()
    for one, news in heard:
        passes = news.is_passing and (has_reserve or news.reason != _OPERATORS_OWN)
        (again if passes and one.attempt < ATTEMPTS_MAX else ended).append((one, news))
    _write(session, [(one, news) for one, news in ended if one.takes(news)], account, now)
    for one, news in again:
        later = now if has_reserve else now + RETRIED_AFTER[min(one.attempt, len(RETRIED_AFTER)) - 1]
        queue_again(session, [one], news, later)
    stop = next((news for _, news in again if news.reason in _STOPS), None)
    refused = [news for _, news in heard if not (has_reserve and news.is_passing)]
    return Recorded([one.id for one, _ in again], *_failed_last(refused), stop)


def _failed_last(heard: Sequence[Outcome]) -> tuple[int, Outcome | None]:
    """How many of the last ones failed without one that did not between; who refused by herself is no failure.

    Neither is, of `heard`, what the reserve will try.
    """
    last = list(takewhile(lambda news: news.state == State.FAILED and not news.is_opt_out, reversed(heard)))
    return len(last), last[0] if last else None


def close(session: Session, batch_id: int, now: datetime) -> bool:
    """The batch was answered, or is given up; whether nobody had said so before."""
    change = update(batches).where(batches.c.id == batch_id, batches.c.answered_at.is_(None))
    return session.connection().execute(change.values(answered_at=now)).rowcount == 1


def give_back(session: Session, batch_id: int, now: datetime) -> None:
    """The request surely was not taken: its messages wait as if nobody had claimed them."""
    m = messages.c
    close(session, batch_id, now)
    mine = update(messages).where(m.batch_id == batch_id, m.status.in_(("sending", "unknown")))
    waits = {"status": "queued", "reason": "", "batch_id": None, "sent_at": None, "poll_at": None}
    session.connection().execute(mine.values(attempt=m.attempt - 1, **waits))


def give_up(session: Session, batch_id: int, now: datetime) -> None:
    """Nobody knows whether the request was taken: the gateway is asked where it can tell; nothing is sent again."""
    if close(session, batch_id, now):
        mine = update(messages).where(messages.c.batch_id == batch_id, messages.c.status == "sending")
        session.connection().execute(mine.values(status=State.UNKNOWN.value, reason=NO_ANSWER.reason, poll_at=now))


def queue_again(session: Session, whom: Iterable[Standing], news: Outcome, due_at: datetime) -> None:
    """These surely were not accepted: the try is kept, and they wait for another one."""
    ids = []
    for one in whom:
        ids.append(one.id)
        session.add(
            Attempt(
                message_id=one.id, attempt=one.attempt, batch_id=one.batch_id, text=one.text,
                status=news.state.value, reason=news.reason, detail=news.detail, sent_at=one.sent_at,
                gateway_id=news.gateway_id, cost=news.cost,
            )
        )  # fmt: skip
    session.flush()
    change = update(messages).where(messages.c.id.in_(ids))
    session.connection().execute(
        change.values(
            status="queued", reason="", detail="", batch_id=None, sent_at=None, gateway_id="", poll_at=None,
            status_at=None, due_at=due_at,
        )
    )  # fmt: skip


# --- News of what was sent --------------------------------------------------------------------------------


def apply(session: Session, told: Mapping[int, Outcome], account: Account, now: datetime) -> int:
    """News of messages by their ids, from a poll or a callback, repeated and out of order; how many were new."""
    standing = _standing(session, db.among(session, messages.c.id, sorted(told)))
    new = [(one, told[one.id]) for one in standing if one.takes(told[one.id])]
    _write(session, new, account, now)
    return len(new)


def standing(session: Session, ids: Sequence[int]) -> list[Standing]:
    """These messages as they are."""
    return _standing(session, db.among(session, messages.c.id, ids))


def _standing(session: Session, which: ColumnElement[bool]) -> list[Standing]:
    query = select(*(messages.c[name] for name in Standing.__slots__)).where(which).order_by(messages.c.id)
    return [Standing(*row) for row in session.connection().execute(query.with_for_update())]


def _write(session: Session, new: Sequence[tuple[Standing, Outcome]], account: Account, now: datetime) -> None:
    gateway = opened(account)
    changed = [(*_changed(one, news, gateway, account.price, now), one.id) for one, news in new]
    db.update(session, Message, _COLUMNS, changed)
    for one, news in new:
        if news.is_opt_out:
            _refused(session, one, news)


def _changed(
    one: Standing, news: Outcome, gateway: Gateway, price: Kopecks | None, now: datetime
) -> tuple[Any, ...]:
    """The columns of a message after the news."""
    began = one.sent_at or now
    is_refused = news.state == State.FAILED and one.status == "sending"  # at once: it never left
    delivered_at = _within(news.at, began, now) if news.state == State.DELIVERED else one.delivered_at
    sent_for_good = news.state == State.SENT and not gateway.tells_delivery
    count = news.parts or one.parts
    charged = price * count if price is not None and not is_refused and news.state != State.UNKNOWN else None
    cost = next((known for known in (news.cost, one.cost, charged) if known is not None), None)
    return (
        news.state.value, news.reason, news.detail, news.gateway_id or one.gateway_id, cost, count,
        None if is_refused else began, delivered_at, delivered_at or (began if sent_for_good else None),
        news.at or one.status_at, _asked_next(news, gateway, began, now),
    )  # fmt: skip


def _asked_next(news: Outcome, gateway: Gateway, began: datetime, now: datetime) -> datetime | None:
    if news.state == State.SENT and gateway.tells_delivery:
        return next_poll(began, now)
    can_tell = gateway.can_find or (gateway.tells_delivery and news.gateway_id)
    return now if news.state == State.UNKNOWN and can_tell else None


def _within(at: datetime | None, began: datetime, now: datetime) -> datetime:
    """A moment by the gateway's clock that may go wrong: not before the sending, not after now."""
    return now if at is None else max(began, min(at, now))


def _refused(session: Session, one: Standing, news: Outcome) -> None:
    """The provider's stop list is her refusal: nothing advertising goes to her on this channel any more."""
    act = acts.begin(session, acts.Origin.RULE)
    told = news.detail or words(news.reason)
    consents.refuse(session, one.customer_id, act, method=consents.GATEWAY, channels=[one.channel], proof=told)
