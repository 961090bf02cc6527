"""Criteria by receipts and returns: sums, counts, averages, places, in a period.

Purchases are receipts of which some amount above 0 is left (§8); sums are totals less what came back of them,
whenever it did; returns count on their own day (rules.md §19).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Subquery,
    Table,
    and_,
    case,
    cast,
    func,
    select,
    union_all,
)

from loyalty import wording
from loyalty.models import receipts, returned_lines, returns
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import PURCHASES, between
from loyalty.segments.parameters import InPeriod, Names, Parameter, Period, Range, Ranged, Source, Unit
from loyalty.segments.scope import Scope

RETURNS = "Возвраты"
WHERE = (Names("places", of=Source.PLACES), Names("shops", of=Source.SHOPS))


def aside(column: Any) -> Any:
    """The column, but no index of it: SQLite would walk it although far fewer rows are asked for another way."""
    return func.coalesce(column, column)


def whose(table: Table) -> ColumnElement[int]:
    """The customer of receipts or returns that are found another way.

    Cast, so that SQLite knows it for a number: without that it joins to it row by row, each with each.
    """
    return cast(aside(table.c.customer_id), Integer)


def asked(table: Table, told: Told, scope: Scope, *, is_found: bool = False) -> list[ColumnElement[bool]]:
    """Which receipts, or returns, a criterion is about: current ones of a period, of places and shops.

    `is_found`: they are found by their ids already, and only to be looked at.
    """
    t = table.c
    first, last = told.get("period", Period()).on(scope.day)
    if scope.is_past:
        last = min(last, scope.day) if last else scope.day
    found = on_days(table, first, last, is_found=is_found)
    found += [t.place.in_(told["places"])] if "places" in told else []
    found += [t.shop.in_(told["shops"])] if "shops" in told else []
    return found


def on_days(
    table: Table, first: date | None, last: date | None, *, is_found: bool = False
) -> list[ColumnElement[bool]]:
    """Current receipts, or returns, of these days, both included; None: without a border."""
    day = aside(table.c.day) if is_found else table.c.day
    found: list[ColumnElement[bool]] = [table.c.superseded_at.is_(None)]
    found += [day >= first] if first else []
    return found + ([day <= last] if last else [])


def since_receipt(told: Told, scope: Scope) -> int:
    """No receipt of the period has a smaller id: what is found by receipts' ids need not look further back."""
    first, _ = told.get("period", Period()).on(scope.day)
    return 0 if first is None else scope.first_receipt(first)


def returned(scope: Scope) -> list[ColumnElement[bool]]:
    """Returns that count as of the day."""
    b = returns.c
    known: list[ColumnElement[bool]] = [b.superseded_at.is_(None), b.receipt_id.is_not(None)]
    return [*known, b.day <= scope.day] if scope.is_past else known


def whole(total: Any) -> Any:
    """A sum as a whole number on PostgreSQL, too."""
    return cast(func.sum(total), BigInteger)


def circumstance(told: Told) -> tuple[object, ...]:
    """When and where, to know equal questions by."""
    return told.get("period", Period()), told.get("places"), told.get("shops")


class Bought(NamedTuple):
    """Purchases of customers: the rows, and their columns of the sum and of how many."""

    rows: Subquery
    amount: ColumnElement[int]
    times: ColumnElement[int]
    told_by: Subquery  # customer_id, amount, times

    def measure(self, holds: ColumnElement[bool], nothing_holds: bool = False) -> Measure:
        """Who has bought so."""
        return Measure(self.rows, holds, nothing_holds, told_by=self.told_by)


def bought(told: Told, scope: Scope) -> Bought:
    """What customers bought there and then; ever and anywhere it is kept of each."""
    if circumstance(told) == circumstance({}):
        p = scope.people.c
        ever = select(p.customer_id, p.turnover.label("amount"), p.purchases_count.label("times"))
        return Bought(scope.people, p.turnover, p.purchases_count, scope.once("bought", ever.subquery))
    rows = scope.once(("bought", *circumstance(told)), lambda: _bought(told, scope))
    return Bought(rows, rows.c.amount, rows.c.times, rows)


def _bought(told: Told, scope: Scope) -> Subquery:
    r, back = receipts.c, came_back(told, scope)
    gone = case((and_(r.total > 0, back.c.amount >= r.total), -1), else_=0).label("times")
    less = select(whose(receipts).label("customer_id"), (-back.c.amount).label("amount"), gone)
    less = less.join_from(back, receipts, r.id == back.c.receipt_id)
    less = less.where(*asked(receipts, told, scope, is_found=True))
    is_one = case((r.total > 0, 1), else_=0).label("times")
    sold = select(whose(receipts).label("customer_id"), r.total.label("amount"), is_one)
    sold = sold.where(*asked(receipts, told, scope))
    return _summed(union_all(sold, less).subquery())


def came_back(told: Told, scope: Scope) -> Subquery:
    """What came back of receipts since the first one of the period: receipt_id, amount."""
    b = returns.c
    query = select(b.receipt_id, whole(b.counted).label("amount")).where(*returned(scope))
    if first := since_receipt(told, scope):
        query = query.where(b.receipt_id >= first)
    return query.group_by(b.receipt_id).subquery()


def _summed(some: Subquery) -> Subquery:
    amount, times = whole(some.c.amount).label("amount"), whole(some.c.times).label("times")
    query = select(some.c.customer_id, amount, times).where(some.c.customer_id.is_not(None))
    return query.group_by(some.c.customer_id).subquery()


def receipted(which: Sequence[ColumnElement[bool]]) -> Subquery:
    """Receipts of each customer who has such, whatever came back of them: customer_id, amount, times."""
    r = receipts.c
    amount, times = whole(r.total).label("amount"), func.count().label("times")
    her = whose(receipts)
    query = select(her.label("customer_id"), amount, times).where(her.is_not(None), *which)
    return query.group_by(her).subquery()


def _sum_measure(told: Told, scope: Scope) -> Measure:
    it, found = bought(told, scope), told["range"]
    return it.measure(between(it.amount, *found), found.has(0))


def _count_measure(told: Told, scope: Scope) -> Measure:
    it, found = bought(told, scope), told["range"]
    return it.measure(between(it.times, *found), found.has(0))


def _receipts_measure(told: Told, scope: Scope) -> Measure:
    rows, found = receipted(asked(receipts, told, scope)), told["range"]
    return Measure(rows, between(rows.c.times, *found), found.has(0))


def _average_measure(told: Told, scope: Scope) -> Measure:
    """An average of nothing is unknown; compared as fractions, so that nothing is rounded."""
    it, (low, high) = bought(told, scope), told["range"]
    borders = [it.times > 0]
    borders += [it.amount >= low * it.times] if low is not None else []
    borders += [it.amount <= high * it.times] if high is not None else []
    return it.measure(and_(*borders))


def _there(where: str) -> Callable[[Told, Scope], Measure]:
    """Bought there at least once; `where`: «places», «shops»."""

    def measure(told: Told, scope: Scope) -> Measure:
        it = bought({"period": told["period"], where: told["in"]}, scope)
        return it.measure(it.times > 0)

    return measure


def _returns(told: Told, scope: Scope) -> Subquery:
    """What each customer brought back: customer_id, amount, times; only of receipts that are known (§7)."""
    b, r, t = returns.c, receipts.c, returned_lines.c
    her, any_of_it = whose(receipts), select(t.return_id).where(t.return_id == b.id).exists()
    query = select(her.label("customer_id"), whole(b.counted).label("amount"), func.count().label("times"))
    query = query.select_from(returns).join(receipts, and_(r.id == b.receipt_id, r.superseded_at.is_(None)))
    known = [aside(r.day) <= scope.day] if scope.is_past else []
    query = query.where(*asked(returns, told, scope), *known, her.is_not(None), any_of_it)
    return query.group_by(her).subquery()


def _of_returns(figure: str) -> Callable[[Told, Scope], Measure]:
    def measure(told: Told, scope: Scope) -> Measure:
        rows, found = _returns(told, scope), told["range"]
        return Measure(rows, between(rows.c[figure], *found), found.has(0))

    return measure


# --- Words ------------------------------------------------------------------------------------------------


def circumstances(told: Told) -> str:
    """«за последние 90 дней в магазине «Центр»»."""
    return saying.joined(saying.when(told.get("period")), saying.where(told.get("places"), told.get("shops")))


def _sum_clause(phrase: str) -> Callable[[Told], Clause]:
    def clause(told: Told) -> Clause:
        head, found = saying.joined(phrase, circumstances(told)), told["range"]
        said, denied = saying.within(found, Unit.ROUBLES), saying.beyond(found, Unit.ROUBLES)
        return Clause("у которых", f"{head} {'— ' if said[0].isdigit() else ''}{said}", f"{head} {denied}")

    return clause


def _average_clause(told: Told) -> Clause:
    said = _sum_clause("средний чек")(told)
    return said._replace(denied=f"{said.denied} (или покупок не было)")


def _count_clause(did: str) -> Callable[[Told], Clause]:
    """`did`: «покупали», «возвращали»."""

    def clause(told: Told) -> Clause:
        found: Range = told["range"]
        once, never = f"{did} хотя бы раз", f"не {did} ни разу"
        if found.high == 0:
            said, denied = never, once
        elif found == Range(low=1):
            said, denied = once, never
        else:
            said = f"{did} {saying.within(found, Unit.TIMES)}"
            denied = f"{did} {saying.beyond(found, Unit.TIMES)}"
        head = circumstances(told)
        return Clause("которые", saying.joined(head, said), saying.joined(head, denied))

    return clause


def _receipts_clause(told: Told) -> Clause:
    who, said, denied = _count_clause("покупали")(told)
    return Clause(who, f"{said}, считая возвращённое", f"{denied}, считая возвращённое")


def _there_clause(where: str) -> Callable[[Told], Clause]:
    def clause(told: Told) -> Clause:
        days = saying.when(told["period"])
        there = circumstances({where: told["in"]})
        return Clause("которые", saying.joined(days, "покупали", there), saying.joined(days, "не покупали", there))

    return clause


def _tell_sum(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return wording.roubles(row.amount if row else 0)


def _tell_count(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return saying.amount(row.times if row else 0, Unit.TIMES)


def _tell_average(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    if row is None or not row.times:
        return "покупок не было"
    return wording.roubles_round(row.amount // row.times)


def _of_receipts(
    name: str,
    room: str,
    title: str,
    also: str,
    unit: Unit,
    clause: Callable[[Told], Clause],
    measure: Callable[[Told, Scope], Measure],
    tell: Callable[[Row[Any] | None, Told, Scope], str],
    **example: Any,
) -> Criterion:
    parameters: tuple[Parameter, ...] = (Ranged(required=True, unit=unit), InPeriod(), *WHERE)
    return Criterion(name, room, title, also, parameters, clause, measure, tell, {"is": name} | example)


def _of_where(name: str, source: Source, title: str, also: str, example: str) -> Criterion:
    where = source.value
    return Criterion(
        name, PURCHASES, title, also, (Names("in", True, source), InPeriod()), _there_clause(where), _there(where),
        _tell_count, {"is": name, "in": [example], "last_days": 365},
    )  # fmt: skip


PURCHASE_CRITERIA = (
    _of_receipts(
        "purchases_sum", PURCHASES, "Сумма покупок", "купила на потратила выручка оборот за период",
        Unit.ROUBLES, _sum_clause("сумма покупок"), _sum_measure, _tell_sum, **{"from": 5_000_00, "last_days": 365},
    ),
    _of_receipts(
        "purchases_count", PURCHASES, "Число покупок", "чеков сколько раз покупала разовые постоянные",
        Unit.TIMES, _count_clause("покупали"), _count_measure, _tell_count, **{"from": 2, "last_days": 365},
    ),
    _of_receipts(
        "receipts_count", PURCHASES, "Число чеков с возвращёнными", "чеков сколько раз покупала вернула",
        Unit.TIMES, _receipts_clause, _receipts_measure, _tell_count, **{"from": 1, "last_days": 30},
    ),
    _of_receipts(
        "average_receipt", PURCHASES, "Средний чек", "в среднем",
        Unit.ROUBLES, _average_clause, _average_measure, _tell_average, **{"from": 3_000_00},
    ),
    _of_where("place", Source.PLACES, "Место продажи", "где покупала сайт доставка шоурум", "Сайт"),
    _of_where("shop", Source.SHOPS, "Магазин", "где покупала точка", "Центр"),
    _of_receipts(
        "returns_sum", RETURNS, "Сумма возвратов", "вернула на сколько",
        Unit.ROUBLES, _sum_clause("сумма возвратов"), _of_returns("amount"), _tell_sum, **{"from": 1_000_00},
    ),
    _of_receipts(
        "returns_count", RETURNS, "Число возвратов", "возвращала сколько раз вернула",
        Unit.TIMES, _count_clause("возвращали"), _of_returns("times"), _tell_count, **{"from": 1, "last_days": 365},
    ),
)  # fmt: skip
