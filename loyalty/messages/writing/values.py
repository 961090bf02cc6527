"""What texts put in for each customer: names as people say them, her bonuses and level, in bulk."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.messages.consent.optout import Refusals
from loyalty.messages.writing import naming, text
from loyalty.models import customers
from loyalty.program import stored
from loyalty.program.terms import Program

Values = Mapping[str, str]
"""By placeholder (text.PLACEHOLDERS); empty where it is not known of her."""

_COLUMNS = (
    "id", "last_name", "first_name", "middle_name", "available", "pending", "next_burn", "next_burn_on", "level",
    "turnover",
)  # fmt: skip


def values(
    session: Session,
    ids: Sequence[int],
    today: date,
    names: Collection[str] = frozenset(text.PLACEHOLDERS),
    channel: str = text.SMS,
) -> dict[int, Values]:
    """What each customer's placeholders are, by her id; only these `names` where few are needed.

    Sums are told as «1 240», days as 14.03.2027. Bonuses are those of the customers' figures: who needs them to
    be today's has brought these to today (engine.ledger).
    """
    shop = _Shop(
        stored.versions(session, today).current.program,
        " ".join(settings.shop_name(session).split()),
        Refusals(session),
        channel,
    )
    fill = [(name, _FILL[name]) for name in names]
    is_called = any(name in _NAMES for name in names)
    found: dict[int, Values] = {}
    for row in _rows(session, ids):
        called = naming.spoken(row.last_name, row.first_name, row.middle_name) if is_called else naming.NOBODY
        found[row.id] = {name: filled(row, called, shop) for name, filled in fill}
    return found


def _rows(session: Session, ids: Sequence[int]) -> Iterable[Any]:
    query = select(*(customers.c[name] for name in _COLUMNS))
    for some in db.chunks(sorted(ids)):
        yield from session.connection().execute(query.where(db.among(session, customers.c.id, some)))


class _Shop(NamedTuple):
    """What is the same for all customers."""

    program: Program
    name: str
    refusals: Refusals
    channel: str


def _to_next_level(row: Any, _: naming.Spoken, shop: _Shop) -> str:
    above = shop.program.next_level(row.turnover)
    return wording.bonuses(above.threshold - row.turnover) if above else ""


_NAMES = ("имя", "имя отчество", "фамилия")
_FILL: Mapping[str, Callable[[Any, naming.Spoken, _Shop], str]] = {
    "имя": lambda _, called, __: called.first,
    "имя отчество": lambda _, called, __: called.formal,
    "фамилия": lambda _, called, __: called.last,
    "бонусы": lambda row, _, __: wording.bonuses(row.available),
    "ждут": lambda row, _, __: wording.bonuses(row.pending),
    "сгорит": lambda row, _, __: wording.bonuses(row.next_burn) if row.next_burn else "",
    "дата сгорания": lambda row, _, __: wording.day(row.next_burn_on),
    "уровень": lambda row, _, shop: row.level or shop.program.level(row.turnover).name,
    "до уровня": _to_next_level,
    "магазин": lambda _, __, shop: shop.name,
    "отписка": lambda row, _, shop: shop.refusals.how(row.id, shop.channel),
}
"""What stands in each place, by the customer's row and what she is called."""

assert _FILL.keys() == text.PLACEHOLDERS.keys()
