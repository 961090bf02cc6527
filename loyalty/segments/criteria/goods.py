"""What was bought: articles and groups of goods, when and where, pieces or roubles, over all or in one receipt.

Returned pieces do not count; `not` of it is «не покупала» (contract.md). A group is the one the receipt names.
"""

from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, or_, select, true, union_all

from loyalty.models import articles, products, receipt_lines, receipts, returned_lines, returns
from loyalty.models.facts import folded_goods
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import between
from loyalty.segments.criteria.purchases import (
    WHERE,
    aside,
    asked,
    circumstance,
    circumstances,
    returned,
    since_receipt,
    whole,
    whose,
)
from loyalty.segments.parameters import Flag, InPeriod, Names, Ranged, Source, Unfit, Unit
from loyalty.segments.scope import Scope

GOODS = "Товары"


def product_ids(told: Told, scope: Scope) -> list[int]:
    """The products meant: of the groups as receipts name them, and all names of the articles."""
    p, connection = products.c, scope.session.connection()
    found: set[int] = set()
    if groups := told.get("groups"):
        found.update(connection.scalars(select(p.id).where(scope.among(p.group_name, groups))))
    if names := told.get("articles"):
        keys = {*names, *(f"={folded_goods(name)}" for name in names)}
        known = select(articles.c.id).where(scope.among(articles.c.key, keys))
        found.update(
            connection.scalars(select(p.id).where(or_(p.article_id.in_(known), scope.among(p.name, names))))
        )
    return sorted(found)


def _by_receipt(told: Told, scope: Scope, *, with_amount: bool) -> Subquery:
    """What is left of these goods on each receipt: customer_id, receipt_id, pieces, amount if asked for.

    Lines first, by the index of goods, then their receipts: the other way round is ten times slower.
    """
    r, line, t, b = receipts.c, receipt_lines.c, returned_lines.c, returns.c
    ids, since = product_ids(told, scope), since_receipt(told, scope)
    mine = asked(receipts, told, scope, is_found=True)
    taken = [line.receipt_id, line.quantity.label("pieces")]
    came_back = [b.receipt_id, -t.quantity]
    if with_amount:
        taken.append(line.amount.label("amount"))
        came_back.append(-t.amount)
    sold = select(*taken).where(scope.among(line.product_id, ids))
    back = select(*came_back).join_from(returned_lines, returns, b.id == t.return_id)
    back = back.where(scope.among(t.product_id, ids), *returned(scope))
    if since:
        sold, back = sold.where(line.receipt_id >= since), back.where(aside(b.receipt_id) >= since)
    lines = union_all(sold, back).subquery()
    left = _totals(lines, lines.c.receipt_id).subquery()
    her = whose(receipts)
    query = select(her.label("customer_id"), *left.c).join_from(left, receipts, r.id == left.c.receipt_id)
    return query.where(her.is_not(None), *mine).subquery()


def _totals(lines: Subquery, of: Any) -> Select[Any]:
    sums = [whole(lines.c[name]).label(name) for name in ("pieces", "amount") if name in lines.c]
    return select(of, *sums).group_by(of)


def _measure(told: Told, scope: Scope) -> Measure:
    """In one receipt, or any at all: a receipt of hers satisfies alone; what she bought in all is her figure."""
    goods = (told.get("groups"), told.get("articles"), *circumstance(told))
    whole_lines = scope.once(("lines", *goods), lambda: _by_receipt(told, scope, with_amount=True))
    in_all = scope.once(("goods", *goods), lambda: _totals(whole_lines, whole_lines.c.customer_id).subquery())
    lines = whole_lines if "sum" in told else _by_receipt(told, scope, with_amount=False)
    ranges = [(name, told[key]) for name, key in (("pieces", "pieces"), ("amount", "sum")) if key in told]
    if told.get("in_one_receipt") or not ranges:
        fitting = [lines.c.pieces > 0, *(between(lines.c[name], *found) for name, found in ranges)]
        rows = select(lines.c.customer_id).where(*fitting).subquery()
        return Measure(rows, true(), told_by=in_all)
    rows = in_all if lines is whole_lines else _totals(lines, lines.c.customer_id).subquery()
    fitting = [between(rows.c[name], *found) for name, found in ranges]
    return Measure(rows, and_(*fitting), all(found.has(0) for _, found in ranges), told_by=in_all)


def _clause(told: Told) -> Clause:
    parts = [_named("товары из группы", "товары из групп", told.get("groups"))]
    parts.append(_named("товар", "товары", told.get("articles")))
    goods = " или ".join(part for part in parts if part)
    head = saying.joined(goods, circumstances(told))
    asked = [(told.get("pieces"), Unit.PIECES, ""), (told.get("sum"), Unit.ROUBLES, "на сумму ")]
    ranges = [(found, unit, before) for found, unit, before in asked if found]
    bought, never = f"покупали {head}", f"не покупали {head}"
    if not ranges:
        return Clause("которые", bought, never)
    how_many = " и ".join(before + saying.within(found, unit) for found, unit, before in ranges)
    if told.get("in_one_receipt"):
        so_that = f"{never} так, чтобы в одном чеке было {how_many}"
        return Clause("которые", f"{bought}, в одном чеке {how_many}", so_that)
    if any(found.high == 0 for found, _, _ in ranges):
        return Clause("которые", never, bought)
    other = " или ".join(before + saying.beyond(found, unit) for found, unit, before in ranges)
    said, denied, or_never = f"{bought}, всего {how_many}", f"{bought}, всего {other}", " (или не покупали)"
    if all(found.has(0) for found, _, _ in ranges):  # of nothing they are 0
        return Clause("которые", said + or_never, denied)
    return Clause("которые", said, denied + or_never)


def _named(one: str, many: str, names: tuple[str, ...] | None) -> str:
    return "" if not names else f"{one if len(names) == 1 else many} {saying.either(names)}"


def _tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    if row is None or row.pieces <= 0:
        return "не покупали"
    return f"{saying.amount(row.pieces, Unit.PIECES)} на {saying.amount(row.amount, Unit.ROUBLES)}"


def _check(told: Told) -> None:
    if "articles" not in told and "groups" not in told:
        raise Unfit("не сказано, какие товары: «articles» или «groups»")


GOODS_CRITERIA = (
    Criterion(
        "bought", GOODS, "Покупали товары", "купила платье артикул группа номенклатура не покупала",
        (
            Names("groups", of=Source.GROUPS), Names("articles", of=Source.ARTICLES), InPeriod(), *WHERE,
            Ranged("pieces", unit=Unit.PIECES, is_inside=True), Ranged("sum", unit=Unit.ROUBLES, is_inside=True),
            Flag("in_one_receipt"),
        ),
        _clause, _measure, _tell,
        {"is": "bought", "groups": ["Платья"], "last_days": 365, "pieces": {"from": 2}}, _check,
    ),
)  # fmt: skip
