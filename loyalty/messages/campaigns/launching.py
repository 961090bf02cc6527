"""A campaign is launched: who gets it is frozen as rows of messages, once, whoever clicks and however often."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings, wording
from loyalty.acts import Act
from loyalty.engine import ledger
from loyalty.errors import Changed, Refused
from loyalty.messages import audience
from loyalty.messages.audience import Audience, Recipient
from loyalty.messages.campaigns import stored
from loyalty.messages.campaigns.stored import ASKING, DRAFT, SCHEDULED, SENDING
from loyalty.messages.reasons import words
from loyalty.messages.sending import limits, queue
from loyalty.messages.writing.draft import Draft
from loyalty.models import Campaign, campaigns
from loyalty.segments import membership

REASONS_TOLD_MAX = 3


class Launched(NamedTuple):
    """What a launch did: how many messages are under way; nobody yet where it waits for its time."""

    status: str
    recipients: int


def launch(
    session: Session,
    name: str,
    act: Act,
    now: datetime,
    *,
    seen: Draft | None = None,
    expected: int | None = None,
) -> Launched:
    """Send a draft, or let it wait for its time; once, whoever else does the same.

    Changed where it is not what was `seen`, or more people than `expected` would get it. Refused where it is
    launched already, or nobody would get it. One that asks goes at once.
    """
    row = stored.locked(session, name)
    if row.status not in (DRAFT, ASKING):
        raise Refused(_already(session, row))
    draft = stored.get(session, name).draft
    if seen is not None and draft != seen:
        raise Changed(f"Рассылку «{name}» тем временем изменили: проверьте её и запустите снова")
    draft.checked()
    row.launch_act_id = act.id
    if row.at is not None and row.status == DRAFT:
        if wrong := stored.at_problem(session, row.at, now):
            raise Refused(wrong)
        found = audience.found(session, draft, row.seed, now)
        _check(found, expected)
        row.status, row.why = SCHEDULED, ""
        session.flush()
        return Launched(SCHEDULED, len(found.reached))
    return Launched(SENDING, _freeze(session, row, draft, now, expected))


def unschedule(session: Session, name: str) -> None:
    """A scheduled campaign, or one that asks, is a draft again."""
    row = stored.locked(session, name)
    if row.status not in (SCHEDULED, ASKING):
        raise Refused(_already(session, row))
    row.status, row.why = DRAFT, ""
    session.flush()


def start_due(session: Session, now: datetime) -> list[str]:
    """Launch what was scheduled and whose time has come; the names of those that were.

    One whose time was missed by more than messages are valid for, or that nobody would get, asks instead.
    """
    shop_now = settings.shop_time(session, now)
    c = campaigns.c
    query = select(c.name).where(c.status == SCHEDULED, c.at <= shop_now).order_by(c.at, c.id)
    started = []
    for name in list(session.connection().scalars(query)):
        row = stored.locked(session, name)
        if row.status != SCHEDULED or row.at is None:
            continue
        if shop_now - row.at > limits.validity(session):
            row.status, row.why = (
                ASKING,
                (
                    f"Время {wording.time(row.at)} прошло, пока программа не работала: "
                    "отправьте сейчас или выберите другое время"
                ),
            )
            session.flush()
            continue
        try:
            _freeze(session, row, stored.get(session, name).draft, now, None)
        except Refused as why:
            row.status, row.why = ASKING, f"Не отправлена в {wording.time(row.at)}. {why}"
            session.flush()
        else:
            started.append(name)
    return started


def is_due(session: Session, now: datetime) -> bool:
    """Whether `start_due` has anything to do: a glance that writes nothing."""
    c = campaigns.c
    query = select(c.id).where(c.status == SCHEDULED, c.at <= settings.shop_time(session, now)).limit(1)
    return session.connection().scalar(query) is not None


def _freeze(session: Session, row: Campaign, draft: Draft, now: datetime, expected: int | None) -> int:
    """Rows for everybody of the audience; how many will get it."""
    today = settings.shop_time(session, now).date()
    asked = {name for name in (draft.segment, *draft.minus) if name is not None}
    if asked:
        membership.refresh(session, now, today, asked)
    else:
        ledger.bring_to(session, today)
    found = audience.found(session, draft, row.seed, now)
    _check(found, expected)
    assert row.id is not None
    queue.put(session, _rows(session, row.id, draft, found.people, now), now)
    row.status, row.why, row.launched_at = SENDING, "", now
    row.audience = stored.audience_words(draft)
    session.flush()
    return len(found.reached)


def _rows(
    session: Session, id_: int, draft: Draft, people: Sequence[Recipient], now: datetime
) -> Iterator[queue.Row]:
    stale = now + limits.validity(session)
    for one in people:
        yield queue.Row(
            customer_id=one.id,
            address=one.address,
            channel=draft.channel,
            is_advertising=draft.is_advertising,
            campaign_id=id_,
            subject=one.subject,
            text=one.text,
            parts=one.parts,
            reason=one.reason,
            due_at=None if one.reason else now,  # quiet hours are asked as it leaves: they may change
            stale_at=None if one.reason else stale,
            consent_id=one.consent_id,
        )


def _check(found: Audience, expected: int | None) -> None:
    """Refused where nobody is left, Changed where there are more than were `expected`."""
    reached = len(found.reached)
    if not found.people:
        raise Refused(
            "В сегменте сейчас никого: отправлять некому. Выберите другой сегмент или измените его условия"
        )
    if not reached:
        told = ", ".join(f"{words(step.reason)} — {len(step.out)}" for step in found.steps[:REASONS_TOLD_MAX])
        raise Refused(f"Рассылку не получит никто: {told}")
    check_expected(reached, expected)


def check_expected(reached: int, expected: int | None) -> None:
    """Changed where more people would get it than the person agreed to pay for."""
    if expected is not None and reached > expected:
        told = wording.plural(reached, "получатель", "получателя", "получателей")
        raise Changed(
            f"Пока вы смотрели, стало {told} вместо {wording.number(expected)}: проверьте и запустите снова"
        )


def _already(session: Session, row: Campaign) -> str:
    if row.status == SCHEDULED:
        return f"Рассылка «{row.name}» уже запланирована на {wording.time(row.at)}"
    if row.status in (DRAFT, ASKING):
        return f"Рассылку «{row.name}» ещё не запустили"
    return f"Рассылку «{row.name}» уже запустили {stored.launched_when(session, row)}"
