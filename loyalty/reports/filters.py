"""Filters of the list of customers: by name in an address, in the owner's words, as a condition of the database.

An address is `?show=burns_week`, with several `show` where several are asked; `from` and `to` are days of those
that ask for days, and a level is `level:Золотой`.
"""

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Label,
    Subquery,
    case,
    cast,
    extract,
    func,
    select,
)

from loyalty import wording
from loyalty.customers.consents import said
from loyalty.engine.entries import Kind
from loyalty.models import customers, entries, receipts, relatives

WEEK_DAYS = 7
MONTH_DAYS = 30
SILENT_DAYS = 90
LEVEL = "level"
FIRST_BORN = 1900
YEAR_AHEAD = 1_300  # birthdays are ordered by «month and day» as a number, those of the next year after this year's
c = customers.c


class Days(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Filter:
    """A question to the list: its name in the address, the level it names or the days it asks for."""

    name: str
    of: str = ""
    days: Days | None = None

    def label(self, today: date) -> str:
        """In the owner's words, as short as a button."""
        if self.days:
            label = "Сгорели" if self.name == "burns" and self.is_past(today) else _KINDS[self.name].label
            return f"{label} {wording.span(*self.days, today)}"
        return self.of or _KINDS[self.name].label

    def where(self, today: date) -> ColumnElement[bool]:
        """Who is meant."""
        return _KINDS[self.name].where(self, today)

    @property
    def sort(self) -> tuple[str, bool] | None:
        """The heading that answers the question, and whether downwards; None where no order does."""
        return _KINDS[self.name].sort

    def is_past(self, today: date) -> bool:
        """Whether nothing of what is asked is still to come."""
        return self.days is not None and self.days.last <= today

    def ahead(self, today: date) -> Days:
        """The days that a question about what is to come asks for."""
        if self.days:
            return self.days
        first, count = _AHEAD[self.name]
        return Days(today + timedelta(days=first), today + timedelta(days=count))


# --- Addresses ------------------------------------------------------------------------------------------


def named(shows: Iterable[str], first: str, last: str, levels: Sequence[str]) -> tuple[list[Filter], list[str]]:
    """The filters that an address names, and a sentence about each part that means nothing."""
    found: list[Filter] = []
    unknown: list[str] = []
    for show in dict.fromkeys(shows):
        name, _, of = show.partition(":")
        if name == LEVEL:
            if of in levels:
                found.append(Filter(LEVEL, of))
            else:
                unknown.append(f"Уровня «{of}» в программе нет: показаны клиенты всех уровней")
        elif show == "burns" and not (first or last):
            found.append(Filter("burns_month"))
        elif show in _SPANS:
            if days := _days(first, last):
                found.append(Filter(show, days=days))
            else:
                unknown.append("Дни в адресе страницы непонятны: нужны from и to вида 2026-11-16, from не позже to")
        elif show in _KINDS:
            found.append(Filter(show))
        else:
            unknown.append(f"Непонятно, кого показать: «{show}». Выберите нужное под поиском")
    taken: dict[str, Filter] = {}
    for one in found:
        first_of = taken.setdefault(_LISTS.get(one.name, one.name), one)
        if first_of != one:
            chosen, other = first_of.label(date.max), one.label(date.max)  # which tell no day
            unknown.append(f"«{chosen}» и «{other}» вместе не показать: показаны «{chosen}»")
    return list(taken.values()), unknown


def address(filters: Iterable[Filter]) -> dict[str, list[str]]:
    """The same as an address; what is not asked for is an empty list."""
    filters = list(filters)
    days = next((one.days for one in filters if one.days), None)
    return {
        "show": [f"{LEVEL}:{one.of}" if one.name == LEVEL else one.name for one in filters],
        "from": [days.first.isoformat()] if days else [],
        "to": [days.last.isoformat()] if days else [],
    }


def _days(first: str, last: str) -> Days | None:
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return days if days.first <= days.last else None


# --- Conditions -----------------------------------------------------------------------------------------


def burning(days: Days) -> Subquery:
    """What burns on these days: customer_id, amount, day (the first of them)."""
    e = entries.c
    query = select(e.customer_id, _sum(e.amount), func.min(e.effective_on).label("day"))
    query = query.where(e.kind == Kind.BURNED, e.effective_on >= days.first, e.effective_on <= days.last)
    return query.group_by(e.customer_id).subquery()


def buying(days: Days) -> Subquery:
    """What was bought on these days: customer_id, amount, before returns."""
    r = receipts.c
    query = select(r.customer_id, _sum(r.total)).where(
        r.superseded_at.is_(None), r.customer_id.is_not(None), r.day >= days.first, r.day <= days.last
    )
    return query.group_by(r.customer_id).subquery()


def _sum(amount: ColumnElement[int]) -> Label[int]:
    """A whole number on PostgreSQL, too, whose sums and parts of days are decimals."""
    return cast(func.sum(amount), BigInteger).label("amount")


def part(name: str, day: ColumnElement[Any]) -> ColumnElement[int]:
    """The year, the month or the day of the month."""
    return cast(extract(name, day), Integer)


def relatives_ahead(days: Days, today: date) -> Subquery:
    """Birthdays of relatives on these days: customer_id, ahead (see `birthday_ahead`), whose."""
    t, of = relatives.c, customers.alias()
    root = func.coalesce(of.c.joined_to, of.c.id).label("customer_id")
    soonest = func.min(birthday_ahead(t.birth_date, today)).label("ahead")
    whose = func.aggregate_strings(t.relation + " " + t.name, ", ").label("whose")
    query = select(root, soonest, whose).join_from(relatives, of, of.c.id == t.customer_id)
    return query.where(_born_on(t.birth_date, days)).group_by(root).subquery()


def birthday_ahead(born: ColumnElement[Any], today: date) -> ColumnElement[int]:
    """A number that orders birthdays by how soon they are; `birthday` tells the day."""
    month_and_day = part("month", born) * 100 + part("day", born)
    is_ahead = month_and_day >= today.month * 100 + today.day
    return case((is_ahead, month_and_day), else_=month_and_day + YEAR_AHEAD)


def birthday(ahead: int, today: date) -> date:
    """The day that a number of `birthday_ahead` means; of the 29th of February in other years the 28th."""
    later, month_and_day = divmod(ahead - 100, YEAR_AHEAD)
    year, month, day = today.year + later, month_and_day // 100 + 1, month_and_day % 100
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def _born_on(born: ColumnElement[Any], days: Days) -> ColumnElement[bool]:
    """Who has a birthday on these days: born then in any year, which an index of days of birth finds."""
    wanted = [days.first + timedelta(days=at) for at in range((days.last - days.first).days + 1)]
    born_on = [_in_year(year, day) for day in wanted for year in range(FIRST_BORN, day.year + 1)]
    if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in wanted):
        born_on += [date(year, 2, 29) for year in range(FIRST_BORN, days.last.year) if isleap(year)]
    return born.in_([day for day in born_on if day is not None])


def _in_year(year: int, day: date) -> date | None:
    return None if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)


def _of(asked: Subquery) -> ColumnElement[bool]:
    return c.id.in_(select(asked.c.customer_id))


# --- What there is to ask ---------------------------------------------------------------------------------


class _Kind(NamedTuple):
    label: str
    where: Callable[[Filter, date], ColumnElement[bool]]
    sort: tuple[str, bool] | None = None


_BURNS = ("Когда", False)
_BIRTHDAYS = ("День рождения", False)
_KINDS: dict[str, _Kind] = {
    "has_bonuses": _Kind("Есть бонусы", lambda one, today: c.available > 0, ("Доступно", True)),
    "pending": _Kind("Ждут подтверждения", lambda one, today: c.pending > 0, ("Ждёт", True)),
    "burns_week": _Kind("Сгорят за 7 дней", lambda one, today: _of(burning(one.ahead(today))), _BURNS),
    "burns_month": _Kind("Сгорят за 30 дней", lambda one, today: _of(burning(one.ahead(today))), _BURNS),
    "burns": _Kind("Сгорят", lambda one, today: _of(burning(one.ahead(today))), _BURNS),
    "bought": _Kind("Купили", lambda one, today: _of(buying(one.ahead(today))), ("Куплено", True)),
    "silent": _Kind(
        "Нет покупок 90 дней",
        lambda one, today: c.last_purchase_on < today - timedelta(days=SILENT_DAYS),
        ("Посл. чек", False),
    ),
    "birthdays": _Kind(
        "День рождения за 7 дней", lambda one, today: _born_on(c.birth_date, one.ahead(today)), _BIRTHDAYS
    ),
    "relatives": _Kind(
        "День рождения у близких",
        lambda one, today: _of(relatives_ahead(one.ahead(today), today)),
        _BIRTHDAYS,
    ),
    "consent": _Kind("С согласием на SMS", lambda one, today: c.id.in_(said(is_given=True))),
    "no_consent": _Kind("Без согласия на SMS", lambda one, today: c.id.not_in(said(is_given=True))),
    "refused": _Kind("Отказались от SMS", lambda one, today: c.id.in_(said(is_given=False))),
    LEVEL: _Kind("Уровень", lambda one, today: c.level == one.of, ("Сумма", True)),
}
_SPANS = ("burns", "bought")  # ask for days
_AHEAD = {"burns_week": (1, WEEK_DAYS), "burns_month": (1, MONTH_DAYS), "birthdays": (0, WEEK_DAYS),
          "relatives": (0, WEEK_DAYS)}  # fmt: skip
BURNS = ("burns_week", "burns_month", "burns")
QUICK = tuple(map(Filter, ("has_bonuses", "pending", "burns_week", "burns_month", "silent", "birthdays")))
_LISTS = {"consent": "sms", "no_consent": "sms", "refused": "sms"}  # one of each list, as one of the levels
CONSENTS = tuple(map(Filter, ("consent", "no_consent", "refused")))
