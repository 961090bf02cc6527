"""«Клиенты»: the list by search and filters, a page at a time, sorted by the database; everyone to Excel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session

from loyalty import wording
from loyalty.customers.names import Name, folded
from loyalty.engine.facts import load_programs
from loyalty.models import customers
from loyalty.models.people import is_herself

BURNS_WITHIN_DAYS = 30
SILENT_DAYS = 90
FEW = 1_000
c = customers.c

COLUMNS: dict[str, ColumnElement[object]] = {
    "Клиент": c.search,
    "Телефон": c.phone,
    "Уровень": c.rate,
    "Доступно": c.available,
    "Ждёт": c.pending,
    "Сгорит": c.next_burn,
    "Когда": c.next_burn_on,
    "Чеков": c.receipts_count,
    "Сумма": c.turnover,
    "Посл. чек": c.last_purchase_on,
}
"""The list's headings, and by what each sorts."""

ALPHABETICAL = ("Клиент", "Телефон", "Когда")
"""Headings that sort upwards at first; figures begin with the largest."""

_SELECTED = (
    c.id, c.last_name, c.first_name, c.middle_name, c.phone, c.card, c.external_id, c.level, c.rate, c.available,
    c.pending, c.next_burn, c.next_burn_on, c.receipts_count, c.turnover, c.last_purchase_on,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for; empty fields ask for everyone."""

    words: str = ""
    level: str | None = None
    has_bonuses: bool = False
    burns_soon: bool = False
    silent: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anybody is left out."""
        return self != Wanted()


@dataclass(frozen=True)
class Found:
    """How many customers were found; their ids too while they are few, so that nobody seeks them twice."""

    count: int
    ids: Sequence[int] | None = None


def levels(session: Session, today: date) -> list[str]:
    """The programme's levels, from the lowest."""
    return [level.name for level in load_programs(session).on(today).levels]


def count(session: Session, wanted: Wanted, today: date) -> int:
    """How many customers are asked for."""
    return (
        session.connection().scalar(select(func.count()).select_from(customers).where(*_where(wanted, today))) or 0
    )


def find(session: Session, wanted: Wanted, today: date) -> Found:
    """Whom the list is asked for: a search reads every customer, and should do so once."""
    query = select(c.id).where(*_where(wanted, today)).limit(FEW + 1)
    ids = session.connection().scalars(query).all() if wanted.narrowed else None
    if ids is None or len(ids) > FEW:
        return Found(count(session, wanted, today))
    return Found(len(ids), ids)


def page(
    session: Session,
    wanted: Wanted,
    today: date,
    *,
    sort: str,
    descending: bool,
    number: int,
    size: int,
    found: Found | None = None,
) -> pd.DataFrame:
    """One page (from 1) of the list, with the customers' ids as index; sums in kopecks."""
    ids = found.ids if found else None
    where = _where(wanted, today) if ids is None else [c.id.in_(ids)]
    query = _sorted(select(*_SELECTED).where(*where), sort, descending)
    return _frame(session, query.limit(size).offset((number - 1) * size))


def everyone(session: Session, wanted: Wanted, today: date, *, sort: str, descending: bool) -> pd.DataFrame:
    """The whole list that is asked for, with card and code, for Excel."""
    return _frame(session, _sorted(select(*_SELECTED).where(*_where(wanted, today)), sort, descending), whole=True)


def _sorted(query: Select[tuple[object, ...]], sort: str, descending: bool) -> Select[tuple[object, ...]]:
    column = COLUMNS[sort]
    return query.order_by(column.desc().nulls_last() if descending else column.asc().nulls_last(), c.id)


def _frame(session: Session, query: Select[tuple[object, ...]], whole: bool = False) -> pd.DataFrame:
    rows = session.connection().execute(query).all()
    found: dict[str, list[object]] = {
        "Клиент": [Name(row.last_name, row.first_name, row.middle_name).full or "Без имени" for row in rows],
        "Телефон": [wording.phone(row.phone) for row in rows],
    }
    if whole:
        found["Карта"] = [row.card or "" for row in rows]
        found["Код 1С"] = [row.external_id or "" for row in rows]
    found |= {
        "Уровень": [row.level for row in rows],
        "Доступно": [row.available for row in rows],
        "Ждёт": [row.pending for row in rows],
        "Сгорит": [row.next_burn for row in rows],
        "Когда": [row.next_burn_on for row in rows],
        "Чеков": [row.receipts_count for row in rows],
        "Сумма": [row.turnover for row in rows],
        "Посл. чек": [row.last_purchase_on for row in rows],
    }
    return pd.DataFrame(found, index=pd.Index([row.id for row in rows], name="id"), dtype=object)


def _where(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found = [is_herself, *(_has(part) for part in _parts(wanted.words))]
    if wanted.level:
        found.append(c.level == wanted.level)
    if wanted.has_bonuses:
        found.append(c.available > 0)
    if wanted.burns_soon:
        found.append(and_(c.next_burn_on > today, c.next_burn_on <= today + timedelta(days=BURNS_WITHIN_DAYS)))
    if wanted.silent:
        found.append(c.last_purchase_on < today - timedelta(days=SILENT_DAYS))
    return found


def _parts(words: str) -> list[tuple[str, ...]]:
    """What must be found, each as one of some spellings: words in any order, a phone however it is written."""
    words = folded(words).strip()
    if words and not re.search(r"[^\d\s()+\-.]", words):
        digits = re.sub(r"\D", "", words)
        return [_spellings(digits, words)] if digits else []
    return [_spellings(re.sub(r"\D", "", word), word) for word in words.split()]


def _spellings(digits: str, word: str) -> tuple[str, ...]:
    """A word as it may stand in the search text; 8916… is +7916…."""
    found = {word}
    if digits and not re.search(r"[^\d\s()+\-.]", word):
        found.add(digits)
        if digits.startswith("8") and len(digits) > 1:
            found.add("7" + digits[1:])
    return tuple(sorted(found))


def _has(spellings: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(c.search.contains(spelling, autoescape=True) for spelling in spellings))
