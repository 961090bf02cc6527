"""Filters of the list of customers: by name in an address, in the owner's words, as a question of segments.

An address is `?show=burns_week`, with several `show` where several are asked; `from` and `to` are days of those
that ask for days, and a level is `level:Золотой`. Who is meant is what a segment of the same tree counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Subquery

from loyalty import wording
from loyalty.models import receipts
from loyalty.segments.criteria import birthdays, figures, purchases
from loyalty.segments.scope import burns_kept
from loyalty.segments.tree import Not, Tree, is_

WEEK_DAYS = 7
MONTH_DAYS = 30
SILENT_DAYS = 90
LEVEL = "level"
ANY = 1  # the smallest amount there is


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

    @property
    def tree(self) -> Tree:
        """Who is meant, as a segment's question."""
        return _KINDS[self.name].tree(self)

    @property
    def sort(self) -> tuple[str, bool] | None:
        """The heading that answers the question, and whether downwards; None where no order does."""
        return _KINDS[self.name].sort

    def is_past(self, today: date) -> bool:
        """Whether nothing of what is asked is still to come."""
        return self.days is not None and self.days.last <= today

    def ahead(self, today: date) -> Days:
        """The days that a question about what burns, or was bought, asks for."""
        return self.days or Days(today + timedelta(days=1), today + timedelta(days=_AHEAD[self.name]))


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


# --- What is shown of who is found -------------------------------------------------------------------------


def burning(days: Days) -> Subquery:
    """What burns on these days: customer_id, figure, day (the first of them)."""
    return figures.burning(burns_kept(), *days)


def buying(days: Days) -> Subquery:
    """What was bought on these days: customer_id, amount, before returns."""
    return purchases.receipted(purchases.on_days(receipts, *days))


def relatives_ahead(today: date) -> Subquery:
    """Birthdays of relatives that are asked for: customer_id, ahead, whose."""
    return birthdays.relatives_ahead(today, WEEK_DAYS)


# --- What there is to ask ---------------------------------------------------------------------------------


class _Kind(NamedTuple):
    label: str
    tree: Callable[[Filter], Tree]
    sort: tuple[str, bool] | None = None


def _on_days(criterion: str, **said: int) -> Callable[[Filter], Tree]:
    """A criterion in the period of the filter's days."""

    def tree(one: Filter) -> Tree:
        assert one.days is not None
        return is_(criterion, since=one.days.first.isoformat(), until=one.days.last.isoformat(), **said)

    return tree


_BURNS = ("Когда", False)
_BIRTHDAYS = ("День рождения", False)
_FROM_ANY = {"from": ANY}
_KINDS: dict[str, _Kind] = {
    "has_bonuses": _Kind("Есть бонусы", lambda one: is_("available", **_FROM_ANY), ("Доступно", True)),
    "pending": _Kind("Ждут подтверждения", lambda one: is_("pending", **_FROM_ANY), ("Ждёт", True)),
    "burns_week": _Kind("Сгорят за 7 дней", lambda one: is_("burns_within", days=WEEK_DAYS), _BURNS),
    "burns_month": _Kind("Сгорят за 30 дней", lambda one: is_("burns_within", days=MONTH_DAYS), _BURNS),
    "burns": _Kind("Сгорят", _on_days("burns"), _BURNS),
    "bought": _Kind("Купили", _on_days("receipts_count", **_FROM_ANY), ("Куплено", True)),
    "silent": _Kind(
        "Нет покупок 90 дней",
        lambda one: is_("days_without_purchase", **{"from": SILENT_DAYS}),
        ("Посл. чек", False),
    ),
    "birthdays": _Kind("День рождения за 7 дней", lambda one: is_("birthday_within", days=WEEK_DAYS), _BIRTHDAYS),
    "relatives": _Kind(
        "День рождения у близких", lambda one: is_("relative_birthday_within", days=WEEK_DAYS), _BIRTHDAYS
    ),
    "consent": _Kind("С согласием на SMS", lambda one: is_("has", what="sms_consent")),
    "no_consent": _Kind("Без согласия на SMS", lambda one: Not(is_("has", what="sms_consent"))),
    "refused": _Kind("Отказались от SMS", lambda one: is_("has", what="sms_refused")),
    LEVEL: _Kind("Уровень", lambda one: is_("level", **{"in": [one.of]}), ("Сумма", True)),
}
_SPANS = ("burns", "bought")  # ask for days
_AHEAD = {"burns_week": WEEK_DAYS, "burns_month": MONTH_DAYS}
BURNS = ("burns_week", "burns_month", "burns")
QUICK = tuple(map(Filter, ("has_bonuses", "pending", "burns_week", "burns_month", "silent", "birthdays")))
_LISTS = {"consent": "sms", "no_consent": "sms", "refused": "sms"}  # one of each list, as one of the levels
CONSENTS = tuple(map(Filter, ("consent", "no_consent", "refused")))
