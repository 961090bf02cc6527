"""What was bought: articles and groups of goods, when and where, pieces or roubles, over all or in one receipt.

Returned pieces do not count; `not` of it is «не покупала» (contract.md). A group is the one the receipt names.
"""

from typing import Any

from sqlalchemy import BigInteger, Row, Select, Subquery, and_, cast, func, or_, select, union_all

from loyalty.models import articles, products, receipt_lines, receipts, returned_lines, returns
from loyalty.models.facts import folded_goods
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import between
from loyalty.segments.criteria.purchases import WHERE, asked, back_of, circumstance, circumstances
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


def _lines(told: Told, scope: Scope) -> Subquery:
    """What was bought of these goods and what came back: customer_id, receipt_id, pieces, amount."""
    r, line, t = receipts.c, receipt_lines.c, returned_lines.c
    meant = scope.among(line.product_id, product_ids(told, scope))
    mine = (*asked(receipts, told, scope), r.customer_id.is_not(None))
    sold = select(r.customer_id, r.id.label("receipt_id"), line.quantity.label("pieces"), line.amount)
    sold = sold.select_from(receipt_lines).join(receipts, r.id == line.receipt_id).where(meant, *mine)
    back = select(r.customer_id, r.id, -t.quantity, -t.amount).select_from(receipts)
    back = back.join(returns, back_of(scope)).join(returned_lines, t.return_id == returns.c.id)
    of_line = and_(line.receipt_id == r.id, line.line_no == t.line_no)
    return union_all(sold, back.join(receipt_lines, of_line).where(meant, *mine)).subquery()


def _totals(lines: Subquery, *of: Any) -> Select[Any]:
    pieces = cast(func.sum(lines.c.pieces), BigInteger).label("pieces")
    amount = cast(func.sum(lines.c.amount), BigInteger).label("amount")
    return select(*of, pieces, amount).group_by(*of)


def _measure(told: Told, scope: Scope) -> Measure:
    """In one receipt: any receipt of hers satisfies alone, the best of them is her figure."""
    goods = (told.get("groups"), told.get("articles"), *circumstance(told))
    lines = scope.once(("lines", *goods), lambda: _lines(told, scope))
    rows = scope.once(("goods", *goods), lambda: _totals(lines, lines.c.customer_id).subquery())
    borders = [(rows.c.pieces, told.get("pieces")), (rows.c.amount, told.get("sum"))]
    if told.get("in_one_receipt"):
        each = _totals(lines, lines.c.customer_id, lines.c.receipt_id).subquery()
        fitting = [between(column, *found) for column, found in ((each.c.pieces, told.get("pieces")),
                   (each.c.amount, told.get("sum"))) if found]  # fmt: skip
        holds = rows.c.customer_id.in_(select(each.c.customer_id).where(each.c.pieces > 0, *fitting))
        return Measure(rows, holds)
    fitting = [between(column, *found) for column, found in borders if found]
    nothing = bool(fitting) and all(found.has(0) for _, found in borders if found)
    return Measure(rows, and_(*(fitting or [rows.c.pieces > 0])), nothing)


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
