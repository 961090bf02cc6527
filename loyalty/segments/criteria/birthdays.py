"""Criteria by birthdays ahead, her own and of whom she cares about.

Who was born on 29 February celebrates on the 28th of other years (rules.md §17).
"""

from calendar import isleap
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Subquery, and_, case, cast, extract, func, or_, select, true

from loyalty import wording
from loyalty.models import customers, relatives
from loyalty.models.people import joined_root
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import PERSON, UNKNOWN
from loyalty.segments.parameters import Days
from loyalty.segments.scope import Scope

FIRST_BORN = 1900  # whoever was born earlier, or after the day asked about, is found without an index
SOUGHT_MAX = 31  # days ahead that are sought as dates of birth, which an index has
YEAR_AHEAD = 1_300  # birthdays are ordered by «month and day» as a number, those of the next year after this year's
c = customers.c


def part(name: str, day: ColumnElement[Any]) -> ColumnElement[int]:
    """The year, the month or the day of the month, whole on PostgreSQL, too."""
    return cast(extract(name, day), Integer)


def month_and_day(born: ColumnElement[Any]) -> ColumnElement[int]:
    """1 March is 301."""
    return part("month", born) * 100 + part("day", born)


def birthday_ahead(born: ColumnElement[Any], today: date) -> ColumnElement[int]:
    """A number that orders birthdays by how soon they are; `birthday` tells the day."""
    at = month_and_day(born)
    return case((at >= today.month * 100 + today.day, at), else_=at + YEAR_AHEAD)


def birthday(ahead: int, today: date) -> date:
    """The day that a number of `birthday_ahead` means; of the 29th of February in other years the 28th."""
    later, at = divmod(ahead - 100, YEAR_AHEAD)
    year, month, day = today.year + later, at // 100 + 1, at % 100
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def relatives_ahead(day: date, days: int) -> Subquery:
    """Birthdays of relatives within so many days: customer_id, ahead (see `birthday_ahead`), whose."""
    t = relatives.c
    root, soonest = joined_root.label("customer_id"), func.min(birthday_ahead(t.birth_date, day)).label("ahead")
    whose = func.aggregate_strings(t.relation + " " + t.name, ", ").label("whose")
    query = select(root, soonest, whose).join_from(relatives, customers, c.id == t.customer_id)
    return query.where(_within(t.birth_date, day, days)).group_by(joined_root).subquery()


def _within(born: ColumnElement[Any], day: date, days: int) -> ColumnElement[bool]:
    """Who has a birthday today or within so many days."""
    if days > SOUGHT_MAX:
        return _within_year(month_and_day(born), day, days)
    rare = and_(or_(born < date(FIRST_BORN, 1, 1), born > day), _within_year(month_and_day(born), day, days))
    return or_(born.in_(_born_on([day + timedelta(days=at) for at in range(days + 1)])), rare)


def _born_on(days: list[date]) -> list[date]:
    """The days of birth, from FIRST_BORN on, of whoever has a birthday on one of these."""
    found = [_in_year(year, day) for day in days for year in range(FIRST_BORN, day.year + 1)]
    if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in days):
        found += [date(year, 2, 29) for year in range(FIRST_BORN, days[-1].year) if isleap(year)]
    return [day for day in found if day is not None]


def _in_year(year: int, day: date) -> date | None:
    return None if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)


def _within_year(born: ColumnElement[int], day: date, days: int) -> ColumnElement[bool]:
    if days >= 365:
        return true()
    last = day + timedelta(days=days)
    first_at, last_at = day.month * 100 + day.day, last.month * 100 + last.day
    if last_at == 228 and not isleap(last.year):
        last_at = 229
    if last.year == day.year:
        return born.between(first_at, last_at)
    return or_(born >= first_at, born <= last_at)


# --- The catalogue -----------------------------------------------------------------------------------------


def _own_clause(told: Told) -> Clause:
    soon = saying.ahead(told["days"])
    return Clause("у которых", f"день рождения {soon}", f"день рождения не {soon} (или неизвестен)")


def _own_measure(told: Told, scope: Scope) -> Measure:
    born = scope.people.c.birth_date
    return Measure(scope.people, and_(born.is_not(None), _within(born, scope.day, told["days"])))


def _own_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return wording.date_in_words(row.birth_date) if row and row.birth_date else UNKNOWN


def _relatives_clause(told: Told) -> Clause:
    soon = saying.ahead(told["days"])
    not_so = f"близкие не празднуют день рождения {soon} (или их день неизвестен)"
    return Clause("чьи", f"близкие празднуют день рождения {soon}", not_so)


def _relatives_measure(told: Told, scope: Scope) -> Measure:
    return Measure(relatives_ahead(scope.day, told["days"]), true())


def _relatives_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    if row is None:
        return "в эти дни ни у кого"
    return f"{row.whose.strip()}, {wording.day(birthday(row.ahead, scope.day))}"


BIRTHDAY_CRITERIA = (
    Criterion(
        "birthday_within", PERSON, "День рождения скоро", "именинники праздник родилась",
        (Days(required=True),), _own_clause, _own_measure, _own_tell, {"is": "birthday_within", "days": 14},
    ),
    Criterion(
        "relative_birthday_within", PERSON, "День рождения близких скоро", "муж дети дочь сын мама семья праздник",
        (Days(required=True),), _relatives_clause, _relatives_measure, _relatives_tell,
        {"is": "relative_birthday_within", "days": 14},
    ),
)  # fmt: skip
