"""What texts put in for each customer: names as people say them, her bonuses and level, in bulk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.messages import naming, text
from loyalty.models import customers
from loyalty.program import stored
from loyalty.program.terms import Program

Values = Mapping[str, str]
"""By placeholder (text.PLACEHOLDERS); empty where it is not known of her."""

REFUSAL_WORDS = "refusal_words"  # the setting: how to refuse where the shop has no public address
REFUSAL_DEFAULT = "Отказаться от рассылок можно на кассе"

_COLUMNS = (
    "id", "last_name", "first_name", "middle_name", "available", "pending", "next_burn", "next_burn_on", "level",
    "turnover",
)  # fmt: skip


def values(
    session: Session, ids: Sequence[int], today: date, names: Collection[str] = frozenset(text.PLACEHOLDERS)
) -> dict[int, Values]:
    """What each customer's placeholders are, by her id; only these `names` where few are needed.

    Sums are told as «1 240», days as 14.03.2027. Bonuses are those of the customers' figures: who needs them to
    be today's has brought these to today (engine.ledger).
    """
    asked = [name for name in text.PLACEHOLDERS if name in names]
    program = stored.versions(session, today).current.program
    shop = " ".join(settings.shop_name(session).split())
    refusals = refusal(session, ids) if "отписка" in asked else {}
    found: dict[int, Values] = {}
    for row in _rows(session, ids):
        called = naming.spoken(row.last_name, row.first_name, row.middle_name)
        found[row.id] = {name: _value(name, row, called, program, shop, refusals) for name in asked}
    return found


def _rows(session: Session, ids: Sequence[int]) -> Iterable[Any]:
    query = select(*(customers.c[name] for name in _COLUMNS))
    for some in db.chunks(sorted(ids)):
        yield from session.connection().execute(query.where(db.among(session, customers.c.id, some)))


def _value(
    name: str, row: Any, called: naming.Spoken, program: Program, shop: str, refusals: Mapping[int, str]
) -> str:
    """One placeholder of one customer."""
    match name:
        case "имя":
            return called.first
        case "имя отчество":
            return called.formal
        case "фамилия":
            return called.last
        case "бонусы":
            return wording.bonuses(row.available)
        case "ждут":
            return wording.bonuses(row.pending)
        case "сгорит":
            return wording.bonuses(row.next_burn) if row.next_burn else ""
        case "дата сгорания":
            return wording.day(row.next_burn_on)
        case "уровень":
            return row.level or program.level(row.turnover).name
        case "до уровня":
            above = program.next_level(row.turnover)
            return wording.bonuses(above.threshold - row.turnover) if above else ""
        case "магазин":
            return shop
        case "отписка":
            return refusals.get(row.id, "")
    raise AssertionError(name)


def refusal(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """How each customer refuses: her own short link, or the shop's words where it has no public address."""
    words = settings.get(session, REFUSAL_WORDS, REFUSAL_DEFAULT)
    return dict.fromkeys(ids, words)
