"""A campaign under way: paused, resumed, stopped, its text mended, sent again to whom it did not reach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, insert, or_, select, update
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.acts import Act
from loyalty.errors import Problems, Refused
from loyalty.kept import kept
from loyalty.messages import audience
from loyalty.messages.audience import Written
from loyalty.messages.campaigns import stored
from loyalty.messages.campaigns.launching import REASONS_TOLD_MAX, check_expected
from loyalty.messages.campaigns.stored import DONE, PAUSED, SCHEDULED, SENDING, STATUSES, STOPPED
from loyalty.messages.consent.permission import Permission, Person
from loyalty.messages.reasons import shared, words
from loyalty.messages.sending import limits
from loyalty.messages.writing import text
from loyalty.messages.writing.draft import Draft
from loyalty.models import Campaign, Message, attempts, messages

m = messages.c

NEVER_AGAIN = ("control", "holdout", "same_address", "same_email", "same_person")
"""Whom nothing sends to later: control groups stay without it, one phone gets one message."""
_FAILED = (m.status == "failed",)
_NOT_WRITTEN = (m.status.in_(("skipped", "cancelled")), m.reason.not_in(NEVER_AGAIN))
OF_THE_TEXT = ("empty_value", "too_long")  # reasons that another text may do away with


def pause(session: Session, name: str, why: str = "") -> None:
    """Nothing more is sent until it is resumed."""
    row = stored.locked(session, name)
    if row.status != SENDING:
        raise Refused(_unfit(row, "приостановить"))
    row.status, row.why = PAUSED, why
    session.flush()


def resume(session: Session, name: str, now: datetime) -> None:
    """Go on where it was paused: nobody is left out, nobody gets a second one."""
    row = stored.locked(session, name)
    if row.status != PAUSED:
        raise Refused(_unfit(row, "продолжить"))
    _go_on(session, row, now)


def stop(session: Session, name: str) -> int:
    """Who has not got it will not; how many these are. A scheduled one is not launched at all."""
    row = stored.locked(session, name)
    if row.status not in (SENDING, PAUSED, SCHEDULED):
        raise Refused(_unfit(row, "остановить"))
    cancelled = _of(row).where(m.status == "queued").values(status="cancelled", reason="stopped")
    count = session.connection().execute(cancelled).rowcount
    row.status, row.why, row.finished_at = STOPPED, "", settings.now(settings.timezone(session))
    session.flush()
    return int(count)


def _go_on(session: Session, row: Campaign, now: datetime) -> None:
    """It sends; what waited is not stale because of the waiting that a person ended."""
    stale = now + limits.validity(session)
    session.connection().execute(_of(row).where(m.status == "queued").values(due_at=now, stale_at=stale))
    row.status, row.why, row.finished_at = SENDING, "", None
    session.flush()


def _of(row: Campaign) -> Any:
    return update(messages).where(m.campaign_id == row.id)


def _unfit(row: Campaign, what: str) -> str:
    return f"Рассылку «{row.name}» нельзя {what}: она {STATUSES[row.status]}"


# --- Again ------------------------------------------------------------------------------------------------


class Reach(NamedTuple):
    """How many messages would leave now, how many parts they are; how many more if another text were written."""

    messages: int = 0
    parts: int = 0
    by_another_text: int = 0


def failed(session: Session, name: str, now: datetime) -> Reach:
    """Whom `resend` would send to."""
    return _reach(session, name, now, "failed", *_FAILED)


def resend(session: Session, name: str, now: datetime, *, expected: int | None = None) -> int:
    """Send to those whose message failed, and to nobody else; how many are under way again.

    The failed try is kept beside it; whom one may not write to any more stays as she was.
    """
    row = _launched(session, name)
    rows = _rows_of(session, row, *_FAILED)
    if not rows:
        raise Refused(f"Среди получателей «{name}» нет недошедших")
    return _queue_again(session, row, rows, now, expected)


def rest(session: Session, name: str, now: datetime) -> Reach:
    """Whom `send_rest` would send to."""
    return _reach(session, name, now, "rest", *_NOT_WRITTEN)


def send_rest(session: Session, name: str, now: datetime, *, expected: int | None = None) -> int:
    """Send to those of the audience as it was launched who were not written to, where nothing hinders it now.

    Those are who was written to too often, had no phone or consent, became stale, or was to get it when it was
    stopped; not the control groups, and not who joined the segment since. How many are under way now.
    """
    row = _launched(session, name)
    rows = _rows_of(session, row, *_NOT_WRITTEN)
    if not rows:
        raise Refused(f"Остальных нет: «{name}» отправлена всем, кто должен был её получить")
    return _queue_again(session, row, rows, now, expected)


def _launched(session: Session, name: str) -> Campaign:
    row = stored.locked(session, name)
    if row.status not in (SENDING, PAUSED, DONE, STOPPED):
        raise Refused(_unfit(row, "отправить снова"))
    return row


def _rows_of(session: Session, row: Campaign, *where: Any) -> Sequence[Any]:
    return session.connection().execute(_query(row.id or 0, *where).with_for_update()).all()


def _query(id_: int, *where: Any) -> Select[Any]:
    query = select(m.id, m.customer_id, m.address, m.queued_at, m.status, m.reason).where(m.campaign_id == id_)
    return query.where(*where).order_by(m.id)


def _reach(session: Session, name: str, now: datetime, who: str, *where: Any) -> Reach:
    saved = stored.get(session, name)
    query = _query(saved.id, *where)

    def made() -> Reach:
        rows = session.connection().execute(query).all()
        again, not_again = _decided(session, saved.id, saved.draft, rows, now) if rows else ([], [])
        of_text = sum(reason in OF_THE_TEXT for reason, _ in not_again)
        return Reach(len(again), sum(one.parts for one in again), of_text)

    return kept(session, ("reach", saved.id, who), made)


def _archive(session: Session, ids: Sequence[int]) -> None:
    """The try that ended, kept beside the message that is tried again."""
    kept = ("attempt", "batch_id", "text", "status", "reason", "detail", "sent_at", "gateway_id", "cost")
    for some in db.chunks(ids):
        rows = select(m.id.label("message_id"), *(m[name] for name in kept)).where(db.among(session, m.id, some))
        session.connection().execute(insert(attempts).from_select(("message_id", *kept), rows))


class _Again(NamedTuple):
    """A message as it leaves again."""

    address: str
    subject: str
    text: str
    parts: int
    consent_id: int | None
    id: int


def _decided(
    session: Session, id_: int, draft: Draft, rows: Sequence[Any], now: datetime
) -> tuple[list[_Again], list[tuple[str, int]]]:
    """Who of these gets it with the text of now at her present address; who does not: the reason, the message."""
    people = Permission(session, draft.channel, draft.is_advertising, now).people(one.customer_id for one in rows)
    may = [one for one in rows if not people[one.customer_id].reason]
    day = settings.shop_time(session, now).date()
    ids = [people[one.customer_id].id for one in may]
    written = audience.rendered(session, draft.template, draft.subject_template, ids, day)
    taken = _addresses(session, id_, [one.id for one in rows])
    again, not_again = list[_Again](), list[tuple[str, int]]()
    for one in rows:
        person = people[one.customer_id]
        hers = written.get(person.id, Written())
        if reason := person.reason or hers.reason or _shared(person, taken):
            not_again.append((reason, one.id))
            continue
        taken.add(person.address.casefold())
        again.append(_Again(person.address, hers.subject, hers.text, hers.parts, person.consent_id, one.id))
    return again, not_again


def _queue_again(session: Session, row: Campaign, rows: Sequence[Any], now: datetime, expected: int | None) -> int:
    """Rows are queued; why others were not is brought up to date.

    Refused where nobody may be written to, Changed where more may be than the person agreed to pay for.
    """
    queued, skipped = _decided(session, row.id or 0, stored.get(session, row.name).draft, rows, now)
    if not queued:
        raise Refused(f"Сейчас никому из них писать нельзя: {_why(skipped)}")
    check_expected(len(queued), expected)
    failed_ids = {one.id for one in rows if one.status == "failed"}
    _archive(session, [one.id for one in queued if one.id in failed_ids])
    db.update(session, Message, ("address", "subject", "text", "parts", "consent_id"), queued)
    untried = [("skipped", reason, id_) for reason, id_ in skipped if id_ not in failed_ids]
    db.update(session, Message, ("status", "reason"), untried)
    _begin_anew(session, [one.id for one in queued], now)
    if row.status != PAUSED:
        _go_on(session, row, now)
    session.expire_all()
    return len(queued)


def _begin_anew(session: Session, ids: Sequence[int], now: datetime) -> None:
    """In the queue as if never tried; how often it was is kept."""
    stale = now + limits.validity(session)
    fresh = update(messages).values(
        status="queued", reason="", detail="", queued_at=now, due_at=now, stale_at=stale, batch_id=None,
        sent_at=None, delivered_at=None, effective_at=None, status_at=None, poll_at=None, gateway_id="", cost=None,
    )  # fmt: skip
    for some in db.chunks(ids):
        session.connection().execute(fresh.where(db.among(session, m.id, some)))


def _why(skipped: Sequence[tuple[str, int]]) -> str:
    """«отказ от рассылок — 2, писали недавно — 1», the most frequent first."""
    counts = Counter(reason for reason, _ in skipped).most_common(REASONS_TOLD_MAX)
    return ", ".join(f"{words(reason)} — {wording.number(count)}" for reason, count in counts)


def _shared(person: Person, taken: set[str]) -> str:
    return shared(person.address) if person.address.casefold() in taken else ""


def _addresses(session: Session, id_: int, but: Sequence[int]) -> set[str]:
    """Where a campaign was sent to already, but for these rows."""
    query = select(m.id, m.address).where(m.campaign_id == id_, m.queued_at.is_not(None))
    others = set(but)
    return {address.casefold() for one, address in session.connection().execute(query) if one not in others}


# --- The text mended --------------------------------------------------------------------------------------


def unsent(session: Session, id_: int) -> int:
    """How many have not got it yet and wait in the queue: whose text may be mended."""
    query = select(func.count()).where(m.campaign_id == id_, m.status == "queued")
    return session.connection().scalar(query) or 0


def mend(session: Session, name: str, new: str, act: Act, now: datetime, *, subject: str | None = None) -> int:
    """Another text for who has not got it; how many. Who has keeps what she was sent. Problems of «text»."""
    row = _launched(session, name)
    draft = replace(stored.get(session, name).draft, text=new)
    draft = draft if subject is None else replace(draft, subject=subject)
    draft.checked()
    rows = _rows_of(session, row, m.status == "queued")
    if (
        not rows
        and session.connection().execute(_query(row.id or 0, or_(*_FAILED, and_(*_NOT_WRITTEN)))).first() is None
    ):
        raise Problems({"text": "Всем уже отправлено: исправлять некому"})
    row.text, row.changed_at, row.act_id = text.normalised(new), act.at, act.id
    row.subject = text.normalised(draft.subject)
    session.flush()
    day = settings.shop_time(session, now).date()
    known = Permission(session, draft.channel, draft.is_advertising, now).people(one.customer_id for one in rows)
    ids = [known[one.customer_id].id for one in rows]  # who she is now
    written = audience.rendered(session, draft.template, draft.subject_template, ids, day)
    fit, unfit = [], []
    for one, id_ in zip(rows, ids, strict=True):
        hers = written[id_]
        if hers.reason:
            unfit.append(("skipped", hers.reason, one.id))
        else:
            fit.append((hers.subject, hers.text, hers.parts, one.id))
    db.update(session, Message, ("subject", "text", "parts"), fit)
    db.update(session, Message, ("status", "reason"), unfit)
    session.expire_all()
    return len(fit)
