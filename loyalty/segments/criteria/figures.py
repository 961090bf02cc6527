"""Criteria by what is kept of every customer: turnover, bonuses, level, days since."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Row, Subquery, and_, cast, func, select

from loyalty import wording
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.parameters import Days, InPeriod, Names, Range, Ranged, Source, Unit
from loyalty.segments.scope import Scope, years_before

PURCHASES, BONUSES, PERSON = "Покупки", "Бонусы", "О человеке"
UNKNOWN = "неизвестно"


def between(column: ColumnElement[Any], low: Any, high: Any) -> ColumnElement[bool]:
    """Within borders that may be absent, both included; unknown is within none."""
    borders = [column >= low] if low is not None else []
    borders += [column <= high] if high is not None else []
    return and_(*borders) if borders else column.is_not(None)


def _sum(name: str, room: str, title: str, also: str, phrase: str | tuple[str, str], unit: Unit) -> Criterion:
    """A sum kept of every customer; `phrase` stands before its range, and agrees with «1 бонус» where it is two."""
    one, many = phrase if isinstance(phrase, tuple) else (phrase, phrase)

    def clause(told: Told) -> Clause:
        found: Range = told["range"]
        said, denied = saying.within(found, unit), saying.beyond(found, unit)
        agrees, is_equal = saying.agreed(found, unit, one, many), found.low == found.high
        return Clause("у которых", f"{agrees} {said}", f"{agrees if is_equal else many} {denied}")

    def measure(told: Told, scope: Scope) -> Measure:
        return Measure(scope.people, between(scope.people.c[name], *told["range"]))

    def tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
        return saying.amount(getattr(row, name, 0), unit)

    example = {"is": name, "from": 50_000_00 if unit is Unit.ROUBLES else 500_00}
    return Criterion(name, room, title, also, (Ranged(required=True, unit=unit),), clause, measure, tell, example)


def _since(name: str, column: str, title: str, also: str, phrase: str, unknown: str, from_days: int) -> Criterion:
    """Days passed since a day kept of every customer."""

    def clause(told: Told) -> Clause:
        found: Range = told["range"]
        said, denied = saying.within(found, Unit.DAYS), saying.beyond(found, Unit.DAYS)
        passed, is_equal = saying.agreed(found, Unit.DAYS, "прошёл", "прошло"), found.low == found.high
        not_so = f"{phrase} {passed if is_equal else 'прошло'} {denied} (или {unknown})"
        return Clause("у которых", f"{phrase} {passed} {said}", not_so)

    def measure(told: Told, scope: Scope) -> Measure:
        low, high = told["range"]
        since = scope.people.c[column]
        return Measure(scope.people, between(since, _ago(scope.day, high), _ago(scope.day, low or 0)))

    def tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
        since: date | None = getattr(row, column, None)
        if since is None:
            return UNKNOWN if column == "registered_on" else "покупок не было"
        return f"{wording.days((scope.day - since).days)}, с {wording.day(since)}"

    room = PERSON if column == "registered_on" else PURCHASES
    parameters = (Ranged(required=True, unit=Unit.DAYS),)
    example = {"is": name, "from": from_days}
    return Criterion(name, room, title, also, parameters, clause, measure, tell, example)


def _ago(day: date, days: int | None) -> date | None:
    return None if days is None else date.fromordinal(min(max(day.toordinal() - days, 1), date.max.toordinal()))


def _age_clause(told: Told) -> Clause:
    found: Range = told["range"]
    said, denied = saying.within(found, Unit.YEARS), saying.beyond(found, Unit.YEARS)
    return Clause("у которых", f"возраст {said}", f"возраст {denied} (или неизвестен)")


def _age_measure(told: Told, scope: Scope) -> Measure:
    low, high = told["range"]
    oldest = None if high is None else years_before(scope.day, high + 1) + timedelta(days=1)
    youngest = years_before(scope.day, low or 0)
    return Measure(scope.people, between(scope.people.c.birth_date, oldest, youngest))


def _age_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return wording.age(row.birth_date, scope.day) if row and row.birth_date else UNKNOWN


def _level_clause(told: Told) -> Clause:
    return Clause("у которых", f"уровень {saying.either(told['in'])}", f"уровень {saying.neither(told['in'])}")


def _level_measure(told: Told, scope: Scope) -> Measure:
    return Measure(scope.people, scope.people.c.level.in_(told["in"]))


def burning(burns: FromClause, first: date | None, last: date | None) -> Subquery:
    """What burns on these days, or has burned: customer_id, figure (kopecks), day (the first of them).

    `burns` as Scope has them.
    """
    b = burns.c
    amount, day = cast(func.sum(b.amount), BigInteger).label("figure"), func.min(b.effective_on).label("day")
    on_them = between(b.effective_on, first, last)
    return select(b.customer_id, amount, day).where(on_them).group_by(b.customer_id).subquery()


def _burns_measure(told: Told, scope: Scope) -> Measure:
    tomorrow, last = scope.day + timedelta(days=1), _ago(scope.day, -told["days"])
    return _some_burn(scope.once(("burns", tomorrow, last), lambda: burning(scope.burns, tomorrow, last)), told)


def _burns_on_measure(told: Told, scope: Scope) -> Measure:
    first, last = told["period"].on(scope.day)
    return _some_burn(scope.once(("burns", first, last), lambda: burning(scope.burns, first, last)), told)


def _some_burn(rows: Subquery, told: Told) -> Measure:
    found: Range = told.get("range", Range(low=1))
    return Measure(rows, between(rows.c.figure, *found), found.has(0))


def _burns_clause(told: Told) -> Clause:
    return _burns_said(f"за {saying.amount(told['days'], Unit.DAYS)}", ("сгорят", "сгорит"), told)


def _burns_on_clause(told: Told) -> Clause:
    """Some of these days may be over and others ahead, and tomorrow it is another part of them."""
    return _burns_said(saying.when(told["period"]) or "за всё время", ("сгорают", "сгорает"), told)


def _burns_said(when: str, verbs: tuple[str, str], told: Told) -> Clause:
    many, one = verbs
    if "range" not in told:
        return Clause("у которых", f"{when} {many} бонусы", f"{when} ничего не {one}")
    said, denied = saying.within(told["range"], Unit.BONUSES), saying.beyond(told["range"], Unit.BONUSES)
    return Clause("у которых", f"{when} {one} {said}", f"{when} {one} {denied}")


def _burns_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    if row is None:
        return f"ничего не {'сгорит' if 'days' in told else 'сгорает'}"
    return f"{wording.bonuses_of(row.figure)}, с {wording.day(row.day)}"


FIGURE_CRITERIA = (
    _sum("turnover", PURCHASES, "Оборот", "сумма всех покупок накопления потратила", "оборот", Unit.ROUBLES),
    _since(
        "days_without_purchase", "last_purchase_on", "Дней без покупок",
        "последняя покупка давно не была не покупала молчит потерянные спящие",
        "после последней покупки", "покупок не было", 90,
    ),
    _sum(
        "available", BONUSES, "Доступно бонусов", "баланс остаток можно потратить", ("доступен", "доступно"),
        Unit.BONUSES,
    ),
    _sum(
        "pending", BONUSES, "Бонусы ждут подтверждения", "ожидают начислено",
        ("ждёт подтверждения", "ждут подтверждения"), Unit.BONUSES,
    ),
    Criterion(
        "burns_within", BONUSES, "Сгорят бонусы", "сгорание сгорит скоро пропадут",
        (Days(required=True, least=1), Ranged(unit=Unit.BONUSES)), _burns_clause, _burns_measure, _burns_tell,
        {"is": "burns_within", "days": 30, "from": 500_00},
    ),
    Criterion(
        "burns", BONUSES, "Сгорание за период", "сгорели сгорят сгорание в эти дни пропали",
        (InPeriod(), Ranged(unit=Unit.BONUSES)), _burns_on_clause, _burns_on_measure, _burns_tell,
        {"is": "burns", "since": "2026-11-01", "until": "2026-11-30"},
    ),
    _sum("debt", BONUSES, "Долг по бонусам", "должна минус", "долг", Unit.BONUSES),
    Criterion(
        "level", PERSON, "Уровень", "статус карта золотой серебряный базовый",
        (Names("in", True, Source.LEVELS),), _level_clause, _level_measure,
        lambda row, told, scope: row.level if row else UNKNOWN, {"is": "level", "in": ["Золотой"]},
    ),
    Criterion(
        "age", PERSON, "Возраст", "лет полных год рождения старше младше",
        (Ranged(required=True, unit=Unit.YEARS),), _age_clause, _age_measure, _age_tell,
        {"is": "age", "from": 30, "to": 40},
    ),
    _since(
        "days_since_registration", "registered_on", "Дней с регистрации", "новые новички зарегистрирована давно",
        "с регистрации", "её день неизвестен", 30,
    ),
)  # fmt: skip
