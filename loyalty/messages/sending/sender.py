"""The sender: takes what is due out of the queue, hands it to gateways, writes down what they said; never twice.

A message leaves only after `sending` is committed, and comes back into the queue only where the gateway surely
doesn't have it. All else is found out, or stays unknown (docs/decisions/0019-sending.md).
"""

import logging
import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.errors import LoyaltyError
from loyalty.launcher.install import Lock
from loyalty.messages import campaigns
from loyalty.messages.reasons import words
from loyalty.messages.sending import claiming, gateways, limits, outcomes, queue, statuses
from loyalty.messages.sending.claiming import Claimed
from loyalty.messages.sending.gateways import Account
from loyalty.messages.sending.outcomes import Recorded
from loyalty.messages.sending.queue import Source
from loyalty.models import batches
from loyalty.models.messages import UNANSWERED
from loyalty.sms.gateway import NotAccepted, Outcome, State, Uncertain
from loyalty.wording import plural

BATCH_MAX = 100
FAILURES_MAX = 20
"""So many recipients refused in a row, and a campaign pauses: something is wrong with all of them."""
SILENCES_MAX = 5
"""So many requests without an answer in a row, and a campaign pauses: each leaves its messages unknown."""
REST_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""How long a gateway that takes nothing is left alone, each time in a row."""
ONCE_WAITS_S = 20.0
"""For how long in all `send --once` waits for a gateway that may come to itself."""
IDLE_S = 1.0
SWEPT_EVERY_S = 30.0
WRITTEN_WITHIN_S = 600.0
"""For how long an answer is held by a database that does not take it; then its messages are unknown."""
KEPT_S = 7 * 86_400
log = logging.getLogger("worker")
T = TypeVar("T")


class Worker:
    """Who claims: a name of its own, and a file locked as long as the process lives, however it dies."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
        settings.files_dir().mkdir(parents=True, exist_ok=True)
        _tidy_up()
        self._lock = Lock(_place(self.name))
        self._lock.acquire()

    def end(self) -> None:
        """Nothing of its is under way any more."""
        self._lock.release()
        with suppress(OSError):
            _place(self.name).unlink(missing_ok=True)


def _place(worker: str) -> Path:
    return settings.files_dir() / "senders" / f"{worker}.lock"


def _tidy_up() -> None:
    """Files of workers that died long ago; what they left was found long ago."""
    for path in _place("*").parent.glob("*.lock"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink()


def _is_dead(worker: str, claimed_at: datetime) -> bool:
    """Whether a worker surely answers for its batch no more; one of another machine after a request's time."""
    place = _place(worker)
    if not place.exists():
        return settings.utc_now() - claimed_at > timedelta(seconds=statuses.REQUEST_S)
    lock = Lock(place)
    is_dead = lock.acquire()
    lock.release()
    if is_dead:
        with suppress(OSError):
            place.unlink(missing_ok=True)
    return is_dead


class Rest(NamedTuple):
    """A gateway that took nothing: how often in a row, and until when it is left alone (monotonic seconds)."""

    times: int
    until: float


class Sender:
    """Sends by steps of a batch each, so that who runs it can stop between them."""

    def __init__(self) -> None:
        self._worker = Worker()
        self._zone = settings.DEFAULT_TIMEZONE
        self._resting: dict[str, Rest] = {}  # by channel and gateway
        self._used: dict[str, Account] = {}  # since their balances were asked
        self._failed = Counter[int]()  # by campaign: recipients in a row
        self._silent = Counter[int]()  # by campaign: requests in a row
        self._swept_at = -SWEPT_EVERY_S
        self._is_kept_waiting = False  # something is due, and all gateways of its channel rest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Nothing of its is under way any more."""
        self._worker.end()

    def _now(self) -> datetime:
        return settings.now(self._zone)

    def step(self) -> bool:
        """One batch of each source that has something due, and news; whether anything was done."""
        with db.reading() as session:
            self._zone = settings.timezone(session)
        now = self._now()
        self._tidy(now)
        with db.reading() as session:
            due = queue.due(session, now)
            asks = statuses.is_due(session, now)
        self._is_kept_waiting = False
        sent = [self._send(source) for source in due]
        if not any(sent):
            self._ask_balances()
        polled = statuses.poll(now) if asks else 0
        return self._launch(now) or any(sent) or polled > 0

    # --- Before and after ---------------------------------------------------------------------------------

    def _tidy(self, now: datetime) -> None:
        """What others left unanswered, what waits in vain, campaigns that are done: glances first."""
        looks = time.monotonic() >= self._swept_at + SWEPT_EVERY_S
        with db.reading() as session:
            left = self._left_behind(session)
            sweeps = looks and queue.needs_sweeping(session, now)
            ends = queue.is_any_done(session)
        if left or sweeps or ends:
            with db.writing() as session:
                for batch_id in left:
                    outcomes.give_up(session, batch_id, now)
                queue.sweep(session, now)
                queue.finish(session, now)
        self._swept_at = time.monotonic() if looks else self._swept_at

    def _launch(self, now: datetime) -> bool:
        """Schedules whose time has come; whether there were any."""
        with db.reading() as session:
            if limits.held(session) or not campaigns.is_due(session, now):
                return False
        with db.writing() as session:
            campaigns.start_due(session, now)
        return True

    def _left_behind(self, session: Session) -> list[int]:
        """Batches whose worker died before it wrote down an answer; or that we could not write down ourselves."""
        b = batches.c
        rows = session.connection().execute(select(b.id, b.worker, b.claimed_at).where(UNANSWERED).order_by(b.id))
        return [id_ for id_, whose, at in rows if whose == self._worker.name or _is_dead(whose, at)]

    # --- A batch ------------------------------------------------------------------------------------------

    def _send(self, source: Source) -> bool:
        """One batch of a source: to the main gateway, and to the reserve what surely was not accepted."""
        with db.reading() as session:
            accounts = gateways.accounts(session, source.channel)
        awake = [account for account in accounts if not self._rests(account)]
        self._is_kept_waiting |= not awake
        only: Sequence[int] | None = None
        for at, account in enumerate(awake):
            claimed = self._claim(source, account, only)
            if claimed is None or not claimed.messages:
                return claimed is not None
            only = self._hand_over(claimed, account, has_reserve=at + 1 < len(awake))
            if not only:
                break
        return bool(awake)

    def _claim(self, source: Source, account: Account, only: Sequence[int] | None) -> Claimed | None:
        limit = min(BATCH_MAX, gateways.opened(account).batch_max)
        try:
            with db.writing() as session:
                return claiming.claim(session, source, account.kind, limit, self._worker.name, self._now(), only)
        except db.Unavailable:
            raise
        except LoyaltyError as why:  # its text can't be made any more: the others go on
            if source.campaign_id is None:
                raise
            _surely(partial(queue.pause, campaign_id=source.campaign_id, why=str(why)))
            return None

    def _hand_over(self, claimed: Claimed, account: Account, *, has_reserve: bool) -> Sequence[int]:
        """Call the gateway, with no transaction open, and write down what it said; who may be tried elsewhere."""
        if not claimed.is_fresh:
            _surely(lambda session: outcomes.give_back(session, claimed.batch_id, self._now()))
            return ()
        is_heard = False
        try:
            told = gateways.opened(account).send(claimed.messages, claimed.client_id)
            is_heard = True
        except NotAccepted as refusal:
            is_heard = True
            return self._refused(claimed, account, refusal, has_reserve)
        except Uncertain as silence:
            is_heard = True
            self._unanswered(claimed, account, str(silence))
            return ()
        finally:
            if not is_heard:  # a mistake of ours, or we are stopped: nobody knows what was sent
                self._unanswered(claimed, account, "Причина записана в журнал worker.log")
        recorded = self._record(claimed, account, told, has_reserve)
        self._answered(claimed, account, recorded, has_reserve)
        return recorded.again if has_reserve else ()

    def _record(
        self, claimed: Claimed, account: Account, told: Mapping[int, Outcome], has_reserve: bool
    ) -> Recorded:
        order = [one.id for one in claimed.messages]
        return _surely(
            lambda session: outcomes.record(
                session, claimed.batch_id, order, told, account, self._now(), has_reserve=has_reserve
            )
        )

    def _answered(self, claimed: Claimed, account: Account, recorded: Recorded, has_reserve: bool) -> None:
        """The gateway works; a campaign pauses of which it refuses one after another, or can't take any more."""
        self._resting.pop(account.channel + account.kind, None)
        self._used[account.channel + account.kind] = account
        stop = recorded.stop
        trouble = f"{account.title}: {stop.detail or words(stop.reason)}" if stop else ""
        if trouble != account.trouble:
            _surely(lambda session: gateways.said(session, account, trouble=trouble))
        if (id_ := claimed.campaign_id) is None:
            return
        self._silent.pop(id_, None)
        if stop and not has_reserve:
            self._failed.pop(id_, None)
            _surely(lambda session: queue.pause(session, id_, trouble))
            return
        goes_on = recorded.last_failed == len(claimed.messages)
        self._failed[id_] = recorded.last_failed + (self._failed[id_] if goes_on else 0)
        if self._failed[id_] >= FAILURES_MAX and recorded.last_failure:
            told = plural(self._failed.pop(id_), "раз", "раза", "раз")
            last = recorded.last_failure.detail or words(recorded.last_failure.reason)
            _surely(lambda session: queue.pause(session, id_, f"{account.title}: {told} подряд отказ. {last}"))

    def _refused(
        self, claimed: Claimed, account: Account, refusal: NotAccepted, has_reserve: bool
    ) -> Sequence[int]:
        """Nobody was written to: the reserve tries, else all wait; who can't go on pauses with the reason."""
        self._rest(account, refusal.wait_s, is_permanent=refusal.is_permanent)
        _surely(lambda session: gateways.said(session, account, trouble=str(refusal)))
        if has_reserve:
            passed = Outcome(State.FAILED, reason=refusal.reason, detail=str(refusal), is_passing=True)
            told = {one.id: passed for one in claimed.messages}
            return self._record(claimed, account, told, has_reserve).again
        id_ = claimed.campaign_id

        def write(session: Session) -> None:
            outcomes.give_back(session, claimed.batch_id, self._now())
            if refusal.is_permanent and id_ is not None:
                queue.pause(session, id_, str(refusal))

        _surely(write)
        if refusal.is_permanent and id_ is not None:  # the owner says go on: then it is asked at once
            self._resting.pop(account.channel + account.kind, None)
        return ()

    def _unanswered(self, claimed: Claimed, account: Account, why: str) -> None:
        """Its messages are unknown, and looked for; a campaign does not run on into silence."""
        self._rest(account, None)
        id_ = claimed.campaign_id
        self._silent[id_ or 0] += 1
        is_over = id_ is not None and self._silent[id_] >= SILENCES_MAX

        def write(session: Session) -> None:
            outcomes.give_up(session, claimed.batch_id, self._now())
            if is_over and id_ is not None:
                queue.pause(session, id_, f"{account.title} {SILENCES_MAX} раз подряд не ответил. {why}")

        _surely(write)
        if is_over:
            self._silent.pop(id_ or 0)

    def _ask_balances(self) -> None:
        """Of the gateways that have sent something, now that there is nothing more: what is left."""
        for account in self._used.values():
            balance = gateways.tried(account).balance
            if balance is not None:
                _surely(partial(gateways.said, account=account, balance=balance))
        self._used.clear()

    # --- Gateways that take nothing -----------------------------------------------------------------------

    def _rest(self, account: Account, wait_s: int | None, *, is_permanent: bool = False) -> None:
        times = self._resting.get(account.channel + account.kind, Rest(0, 0.0)).times
        rest_s = REST_S[-1] if is_permanent else REST_S[min(times, len(REST_S) - 1)]
        until = time.monotonic() + max(rest_s, float(wait_s or 0))
        self._resting[account.channel + account.kind] = Rest(times + 1, until)

    def _rests(self, account: Account) -> bool:
        rest = self._resting.get(account.channel + account.kind)
        return rest is not None and time.monotonic() < rest.until

    def wakes_in_s(self) -> float | None:
        """When a gateway is asked again that something waits for; None where nothing does."""
        waits = [rest.until - time.monotonic() for rest in self._resting.values()]
        return max(0.0, min(waits)) if waits and self._is_kept_waiting else None


def run(*, once: bool, is_stopped: Callable[[], bool] = lambda: False) -> None:
    """Send what is due; `once`: until nothing is due now, else until somebody stops it."""
    patience_s = ONCE_WAITS_S
    with Sender() as sender:
        while not is_stopped():
            if sender.step():
                continue
            if not once:
                time.sleep(IDLE_S)
                continue
            wait_s = sender.wakes_in_s()
            if wait_s is None or wait_s > patience_s:
                return
            patience_s -= wait_s
            time.sleep(wait_s)


def _surely(write: Callable[[Session], T]) -> T:
    """Write down what a gateway said, however long another writer takes: it would not say it again."""
    until = time.monotonic() + WRITTEN_WITHIN_S
    while True:
        try:
            with db.writing() as session:
                return write(session)
        except db.Unavailable as why:
            if time.monotonic() > until:
                raise
            log.warning("ответ шлюза ждёт записи: %s", why)
            time.sleep(IDLE_S)
