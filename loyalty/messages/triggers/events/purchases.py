"""What she bought, and that she has not bought for long."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from loyalty import wording
from loyalty.engine.entries import Kind
from loyalty.engine.facts import load_programs
from loyalty.messages.triggers.events.event import Asked, Days, Event, Occurrence
from loyalty.models import customers, entries, receipts, returns

r, t, e, c = receipts.c, returns.c, entries.c, customers.c

document = r.number + "|" + r.shop + "|" + cast(r.year, String) + "|" + r.series
"""A receipt for ever, whatever revisions of it come."""


def returned(receipt: FromClause, before: date | None = None) -> ColumnElement[int]:
    """What counts of a receipt's returns, of those before a day."""
    back = select(func.coalesce(func.sum(t.counted), 0))
    back = back.where(t.receipt_id == receipt.c.id, t.superseded_at.is_(None))
    return (back if before is None else back.where(t.day < before)).scalar_subquery()


def later(what: str) -> Any:
    """How an event of a moment is told: «сразу после покупки», «через 3 дня после покупки»."""
    return lambda days: f"через {wording.days(days)} после {what}" if days else f"сразу после {what}"


def _documents(asked: Asked, key: ColumnElement[str], *where: ColumnElement[bool]) -> Select[Any]:
    """Current receipts of customers that happened when asked about, each with the key of its occurrence."""
    query = select(r.customer_id, r.at, key.label("key"), r.number)
    when = (asked.on_days(r.day, asked.days), asked.happened(r.at, r.act_id))  # the first is an index's
    current = (r.customer_id.is_not(None), r.superseded_at.is_(None), *when)
    return query.where(*current, *where, asked.is_new(r.customer_id, key)).order_by(r.at, r.id)


def _bought(asked: Asked, key: ColumnElement[str], *where: ColumnElement[bool]) -> Iterator[Occurrence]:
    for id_, at, told, number in asked.session.connection().execute(_documents(asked, key, *where)):
        about = f"чек {number} от {wording.day(at)}" if number else f"чек от {wording.day(at)}"
        yield Occurrence(id_, at.date() + timedelta(days=asked.days), told, about)


def purchase(asked: Asked) -> Iterator[Occurrence]:
    """Every purchase of which something is left."""
    return _bought(asked, document, r.total > returned(receipts))


def first_purchase(asked: Asked) -> Iterator[Occurrence]:
    """The first receipt ever, whether returned or not (rules.md §13); once in a life."""
    other = receipts.alias()
    o = other.c
    earlier = or_(o.at < r.at, and_(o.at == r.at, o.id < r.id))
    is_second = exists().where(o.customer_id == r.customer_id, o.superseded_at.is_(None), earlier)
    return _bought(asked, cast("first", String), ~is_second)


def accrued(asked: Asked) -> Iterator[Occurrence]:
    """Every purchase that earned."""
    earned = exists().where(
        e.customer_id == r.customer_id, e.kind == Kind.EARNED.value, e.fact_id == r.id, e.fact_kind == "receipt"
    )
    return _bought(asked, document, earned)


def spent(asked: Asked) -> Iterator[Occurrence]:
    """Every purchase paid with bonuses."""
    return _bought(asked, document, r.redeemed > 0)


def level_up(asked: Asked) -> Iterator[Occurrence]:
    """The receipt that brought her to a level on which she still is; once for each level."""
    programs = load_programs(asked.session)
    first_step = min((level.threshold for level in programs.on(asked.last).levels[1:]), default=None)
    if first_step is None:
        return
    earlier, reached = _turnover_before(), c.turnover >= first_step
    query = _documents(asked, document, reached).join_from(receipts, customers, c.id == r.customer_id)
    query = query.add_columns(r.total, earlier.label("before"), c.turnover)
    for id_, at, _, _, total, before, now in asked.session.connection().execute(query):
        program = programs.on(at.date())
        was, reached_level = program.level(before), program.level(before + total)
        if was.threshold < reached_level.threshold <= now:
            day = at.date() + timedelta(days=asked.days)
            yield Occurrence(id_, day, f"level {reached_level.threshold}", f"новый уровень «{reached_level.name}»")


def _turnover_before() -> ColumnElement[int]:
    """Her turnover just before a receipt (rules.md §4)."""
    other, of = receipts.alias(), receipts.alias()
    o = other.c
    before = or_(o.at < r.at, and_(o.at == r.at, o.id < r.id))
    sold = select(func.coalesce(func.sum(o.total), 0)).where(
        o.customer_id == r.customer_id, o.superseded_at.is_(None), before
    )
    back = select(func.coalesce(func.sum(t.counted), 0)).join_from(returns, of, of.c.id == t.receipt_id)
    back = back.where(
        of.c.customer_id == r.customer_id, of.c.superseded_at.is_(None), t.superseded_at.is_(None), t.at < r.at
    )
    return sold.scalar_subquery() - back.scalar_subquery()


# --- No purchase ------------------------------------------------------------------------------------------


def told_since(days: int) -> str:
    """«через 90 дней без покупок»."""
    return f"через {wording.days(days)} без покупок"


def no_purchase(asked: Asked) -> Iterator[Occurrence]:
    """The last purchase was so many days before, as it was at the start of the day; once for each last purchase."""
    for ahead in range((asked.last - asked.first).days + 1):
        yield from _silent_on(asked, asked.first + timedelta(days=ahead))


def _silent_on(asked: Asked, day: date) -> Iterator[Occurrence]:
    bought_on, later_one = day - timedelta(days=asked.days), receipts.alias()
    o, key = later_one.c, bought_on.isoformat()
    bought_since = exists().where(
        o.customer_id == r.customer_id, o.superseded_at.is_(None), o.day > bought_on, o.day < day,
        o.total > returned(later_one, day),
    )  # fmt: skip
    query = select(r.customer_id, c.registered_on).join_from(receipts, customers, c.id == r.customer_id).distinct()
    query = query.where(
        r.superseded_at.is_(None), r.day == bought_on, r.total > returned(receipts, day), ~bought_since,
        asked.is_new(r.customer_id, cast(key, String)),
    )  # fmt: skip
    for id_, registered_on in asked.session.connection().execute(query):
        if registered_on is None or registered_on <= day:
            yield Occurrence(id_, day, key, f"последняя покупка {wording.day(bought_on)}")


PURCHASES = (
    Event(
        "no_purchase", "Давно нет покупок", "hourglass_empty", Days.SINCE, True, told_since, no_purchase,
        label="Сколько дней без покупок", hint="Один раз после каждой последней покупки", gift_kind="no_purchase",
    ),
    Event(
        "first_purchase", "Первая покупка", "looks_one", Days.LATER, False, later("первой покупки"), first_purchase,
        label="Через сколько дней", hint="Первый чек клиента; один раз в жизни", gift_kind="first_purchase",
    ),
    Event(
        "purchase", "Покупка", "shopping_bag", Days.LATER, False, later("покупки"), purchase,
        label="Через сколько дней", hint="Каждая покупка, если её не вернули целиком", gift_kind="trigger",
    ),
    Event(
        "accrued", "Начислены бонусы", "add_circle", Days.LATER, False, later("начисления бонусов"), accrued,
        label="Через сколько дней", hint="Каждый чек, за который начислены бонусы", gift_kind="trigger",
    ),
    Event(
        "spent", "Потрачены бонусы", "remove_circle", Days.LATER, False, later("оплаты бонусами"), spent,
        label="Через сколько дней", hint="Каждый чек, часть которого оплачена бонусами", gift_kind="trigger",
    ),
    Event(
        "level_up", "Новый уровень", "trending_up", Days.LATER, False, later("перехода на новый уровень"), level_up,
        label="Через сколько дней", hint="Один раз на каждый уровень; когда уровни меняете вы, писем нет",
        gift_kind="trigger",
    ),
)  # fmt: skip
