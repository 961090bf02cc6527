"""«Клиенты»: the list by search and filters, a page at a time, sorted by the database; everyone to Excel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, FromClause, Select, func, select
from sqlmodel import Session

from loyalty import wording
from loyalty.customers.names import Name
from loyalty.customers.searching import found_by
from loyalty.engine.facts import load_programs
from loyalty.models import customers
from loyalty.models.people import is_herself
from loyalty.money import Kopecks
from loyalty.reports.customers import filters
from loyalty.reports.customers.filters import Filter
from loyalty.segments.conditions import condition
from loyalty.segments.criteria import birthdays
from loyalty.segments.scope import as_kept
from loyalty.segments.tree import All, Tree, is_

FEW = 1_000
NEWEST = ("Посл. чек", True)
c = customers.c

ALPHABETICAL = ("Клиент", "Телефон", "Когда", "День рождения")
"""Headings that sort upwards at first; figures begin with the largest."""


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for: words of a search and filters, all of which must hold; empty: everyone.

    `of` are those whom a segment's page lists: no part of a question that could be kept.
    """

    words: str = ""
    filters: tuple[Filter, ...] = ()
    of: ColumnElement[bool] | None = field(default=None, compare=False)

    @property
    def narrowed(self) -> bool:
        """Whether anybody is left out."""
        return self != Wanted()

    @property
    def tree(self) -> Tree:
        """The same as a segment's question; Refused where the search is too long for one."""
        words = [is_("search", words=self.words.replace("\0", " "))] if found_by(self.words) else []
        parts = (*words, *(one.tree for one in self.filters))
        return parts[0] if len(parts) == 1 else All(parts)

    def asks(self, *names: str) -> Filter | None:
        """The first filter of these names."""
        return next((one for one in self.filters if one.name in names), None)


class Totals(NamedTuple):
    """How many customers are asked for, what they have now and lose on the days asked for."""

    customers: int
    available: Kopecks
    burns: Kopecks


@dataclass(frozen=True)
class Found:
    """How many customers were found; their ids too while they are few, so that nobody seeks them twice.

    `totals` are of what filters found: a list of everybody, or of a search, says nothing of itself.
    """

    count: int
    ids: Sequence[int] | None = None
    totals: Totals | None = None


def levels(session: Session, today: date) -> list[str]:
    """The programme's levels, from the lowest."""
    return [level.name for level in load_programs(session).on(today).levels]


def count(session: Session, wanted: Wanted, today: date) -> int:
    """How many customers are asked for."""
    query = select(func.count()).select_from(customers).where(*_where(session, wanted, today))
    return session.connection().scalar(query) or 0


def totals(session: Session, wanted: Wanted, today: date, ids: Sequence[int] | None = None) -> Totals:
    """What a list says of itself; `ids` are those whom it is known to be of."""
    shown = _shown(wanted, today)
    burns = func.sum(shown.figures["Сгорит"]) if wanted.asks(*filters.BURNS) else func.sum(0)
    query = select(func.count(), func.coalesce(func.sum(c.available), 0), func.coalesce(burns, 0))
    query = shown.joined(query.select_from(customers)).where(*_whom(session, wanted, today, ids))
    return Totals(*map(int, session.connection().execute(query).one()))


def find(session: Session, wanted: Wanted, today: date) -> Found:
    """Whom the list is asked for: a search reads every customer, and should do so once."""
    query = select(c.id).where(*_where(session, wanted, today)).limit(FEW + 1)
    ids = session.connection().scalars(query).all() if wanted.narrowed else None
    known = ids if ids is not None and len(ids) <= FEW else None
    if wanted.filters:
        found = totals(session, wanted, today, known)
        return Found(found.customers, known, found)
    return Found(count(session, wanted, today) if known is None else len(known), known)


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
    shown = _shown(wanted, today)
    query = shown.sorted(
        shown.query().where(*_whom(session, wanted, today, found.ids if found else None)), sort, descending
    )
    return shown.frame(session, query.limit(size).offset((number - 1) * size))


def everyone(session: Session, wanted: Wanted, today: date, *, sort: str, descending: bool) -> pd.DataFrame:
    """The whole list that is asked for, with card and code, for Excel."""
    shown = _shown(wanted, today)
    query = shown.sorted(shown.query().where(*_where(session, wanted, today)), sort, descending)
    return shown.frame(session, query, whole=True)


def sort(wanted: Wanted, today: date) -> tuple[str, bool]:
    """The heading to sort by as the question asks, of those that are shown, and whether downwards."""
    shown = headings(wanted, today)
    return next((one.sort for one in wanted.filters if one.sort and one.sort[0] in shown), NEWEST)


def headings(wanted: Wanted, today: date) -> list[str]:
    """What the list shows, and may be sorted by."""
    return [*_PERSON, *_shown(wanted, today).figures]


@dataclass(frozen=True)
class _Shown:
    """What the list shows of a customer: her figures by their headings, and the queries they come from."""

    figures: dict[str, ColumnElement[Any]]
    said: Mapping[str, Callable[[Any], object]]
    asked: tuple[FromClause, ...] = ()

    def query(self) -> Select[Any]:
        person = (c.id, c.last_name, c.first_name, c.middle_name, c.phone, c.card, c.external_id, c.level)
        named = (by.label(f"figure_{at}") for at, by in enumerate(self.figures.values()))
        return self.joined(select(*person, *named).select_from(customers))

    def joined(self, query: Select[Any]) -> Select[Any]:
        for asked in self.asked:
            query = query.join(asked, asked.c.customer_id == c.id)
        return query

    def sorted(self, query: Select[Any], sort: str, descending: bool) -> Select[Any]:
        by = (_PERSON | self.figures)[sort]
        return query.order_by(by.desc().nulls_last() if descending else by.asc().nulls_last(), c.id)

    def frame(self, session: Session, query: Select[Any], whole: bool = False) -> pd.DataFrame:
        rows = session.connection().execute(query).all()
        found: dict[str, list[object]] = {
            "Клиент": [Name(row.last_name, row.first_name, row.middle_name).full or "Без имени" for row in rows],
            "Телефон": [wording.phone(row.phone) for row in rows],
        }
        if whole:
            found["Карта"] = [row.card or "" for row in rows]
            found["Код 1С"] = [row.external_id or "" for row in rows]
        found["Уровень"] = [row.level for row in rows]
        for at, heading in enumerate(self.figures, start=-len(self.figures)):
            say = self.said.get(heading)
            found[heading] = [say(row[at]) if say else row[at] for row in rows]
        return pd.DataFrame(found, index=pd.Index([row.id for row in rows], name="id"), dtype=object)


_PERSON: dict[str, ColumnElement[Any]] = {"Клиент": c.search, "Телефон": c.phone, "Уровень": c.rate}
_BONUSES: dict[str, ColumnElement[Any]] = {"Ждёт": c.pending, "Сгорит": c.next_burn, "Когда": c.next_burn_on}
_BOUGHT: dict[str, ColumnElement[Any]] = {
    "Чеков": c.receipts_count, "Сумма": c.turnover, "Посл. чек": c.last_purchase_on,
}  # fmt: skip


def _shown(wanted: Wanted, today: date) -> _Shown:
    """The columns that answer what is asked; what says nothing of it leaves its place to them."""
    has = {"Доступно": c.available}
    if one := wanted.asks(*filters.BURNS):
        burns = filters.burning(one.ahead(today))
        return _Shown(has | _BONUSES | {"Сгорит": burns.c.figure, "Когда": burns.c.day} | _BOUGHT, {}, (burns,))
    if one := wanted.asks("bought"):
        bought = filters.buying(one.ahead(today))
        return _Shown({"Куплено": bought.c.amount} | has | _BOUGHT, {}, (bought,))
    said = {"День рождения": lambda ahead: birthdays.birthday(ahead, today)}
    if wanted.asks("birthdays"):
        ahead = birthdays.birthday_ahead(c.birth_date, today)
        years = today.year + ahead // birthdays.YEAR_AHEAD - birthdays.part("year", c.birth_date)
        return _Shown({"День рождения": ahead, "Исполнится": years} | has | _BOUGHT, said)
    if wanted.asks("relatives"):
        near = filters.relatives_ahead(today)
        return _Shown({"День рождения": near.c.ahead, "Чей": near.c.whose} | has | _BOUGHT, said, (near,))
    return _Shown(has | _BONUSES | _BOUGHT, {})


def _whom(session: Session, wanted: Wanted, today: date, ids: Sequence[int] | None) -> list[ColumnElement[bool]]:
    return _where(session, wanted, today) if ids is None else [c.id.in_(ids)]


def _where(session: Session, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    scope = as_kept(session, today)
    asked = (condition(one.tree, scope) for one in wanted.filters)
    of = [] if wanted.of is None else [wanted.of]
    return [is_herself, *of, *found_by(wanted.words), *asked]
