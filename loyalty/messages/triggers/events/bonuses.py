"""What becomes of her bonuses by itself, and gifts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, String, case, cast, func, or_, select

from loyalty import wording
from loyalty.engine.entries import Kind
from loyalty.messages.triggers.events.event import Asked, Days, Event, Occurrence
from loyalty.messages.triggers.events.purchases import later
from loyalty.models import entries, grants

TRIGGERED = "trigger:"  # how the number of a gift begins that a trigger gave
e, g = entries.c, grants.c


def _moved(asked: Asked, kind: Kind, shift: int) -> Select[Any]:
    """Movements of time, a row a customer and day, with their sum."""
    query = select(e.customer_id, e.effective_on, func.sum(e.amount)).group_by(e.customer_id, e.effective_on)
    of = (e.kind == kind.value, asked.on_days(e.effective_on, shift))
    return query.where(*of, asked.is_new(e.customer_id, cast(e.effective_on, String)))


def available(asked: Asked) -> Iterator[Occurrence]:
    """What had to wait became available; a gift to be spent at once is told by its own event."""
    query = _moved(asked, Kind.AVAILABLE, asked.days)
    query = query.outerjoin(grants, (g.id == e.lot_id) & (e.lot_kind == "grant"))
    query = query.where(or_(g.id.is_(None), g.confirm_days > 0), e.effective_on >= asked.since.day)
    for id_, on, amount in asked.session.connection().execute(query):
        about = f"стало доступно {wording.bonuses_of(amount)} {wording.day(on)}"
        yield Occurrence(id_, on + timedelta(days=asked.days), on.isoformat(), about)


def told_available(days: int) -> str:
    """«в день, когда бонусы стали доступны»."""
    return later("того, как бонусы стали доступны")(days) if days else "в день, когда бонусы стали доступны"


def burns_soon(asked: Asked) -> Iterator[Occurrence]:
    """What burns so many days later, if nothing more happens; once for each day of burning."""
    for id_, on, amount in asked.session.connection().execute(_moved(asked, Kind.BURNED, -asked.days)):
        about = f"{wording.bonuses_of(amount)} {_will_burn(amount)} {wording.day(on)}"
        yield Occurrence(id_, on - timedelta(days=asked.days), on.isoformat(), about)


def _will_burn(amount: int) -> str:
    return "сгорит" if amount % 100 == 0 and amount // 100 % 10 == 1 and amount // 100 % 100 != 11 else "сгорят"


def told_ahead(days: int) -> str:
    """«за 14 дней до сгорания бонусов»."""
    return f"за {wording.days(days)} до сгорания бонусов" if days else "в день сгорания бонусов"


def gift(asked: Asked) -> Iterator[Occurrence]:
    """A gift by hand or by a rule; of what a trigger gives its own message tells."""
    key = case((g.number != "", g.number), else_=cast(g.id, String))
    query = select(g.customer_id, g.at, key, g.amount).where(
        g.superseded_at.is_(None), ~g.number.startswith(TRIGGERED), asked.happened(g.at, g.act_id),
        asked.is_new(g.customer_id, key),
    )  # fmt: skip
    for id_, at, number, amount in asked.session.connection().execute(query.order_by(g.at, g.id)):
        about = f"подарено {wording.bonuses_of(amount)} {wording.day(at)}"
        yield Occurrence(id_, at.date() + timedelta(days=asked.days), number, about)


BONUSES = (
    Event(
        "burns_soon", "Скоро сгорят бонусы", "local_fire_department", Days.AHEAD, True, told_ahead, burns_soon,
        label="За сколько дней", hint="Один раз перед каждым днём сгорания",
    ),
    Event(
        "available", "Бонусы стали доступны", "lock_open", Days.LATER, True,
        told_available, available, label="Через сколько дней",
        hint="Кончился срок подтверждения: бонусами можно платить",
    ),
    Event(
        "gift", "Подарены бонусы", "redeem", Days.LATER, False, later("подарка бонусов"), gift,
        label="Через сколько дней", hint="О подарке, который дарит триггер, пишет он сам", gift_kind="trigger",
    ),
)  # fmt: skip
