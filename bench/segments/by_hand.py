"""The same questions as somebody writes them who knows the tables, their indexes and what this shop sells."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from loyalty.segments.tree import All, Tree, is_


@dataclass(frozen=True)
class Asked:
    """A segment of five conditions, one of them goods in a period."""

    day: date
    group: str
    cities: tuple[str, ...] = ("Москва", "Химки")
    bought_days: int = 180
    silent_days: int = 30
    times: int = 2

    def changed(self, turn: int) -> "Asked":
        """The same with one condition changed."""
        return replace(self, silent_days=self.silent_days + turn)

    @property
    def tree(self) -> Tree:
        """As the product asks it."""
        return All(
            (
                is_("sex", **{"in": ["f"]}),
                is_("city", **{"in": list(self.cities)}),
                is_("days_without_purchase", **{"from": self.silent_days}),
                is_("purchases_count", **{"from": self.times}),
                is_("bought", groups=[self.group], last_days=self.bought_days),
            )
        )

    @property
    def query(self) -> sa.TextClause:
        """As SQL: goods by receipt_lines_by_product first, the rest of their buyers alone.

        +id keeps SQLite from walking the ids.
        """
        first = self.day - timedelta(days=self.bought_days - 1)
        values: dict[str, Any] = {"group": self.group, "times": self.times}
        values |= {f"city{at}": city for at, city in enumerate(self.cities)}
        cities = ", ".join(f":city{at}" for at in range(len(self.cities)))
        goods = "(SELECT id FROM products WHERE group_name = :group)"
        return sa.text(f"""
            SELECT count(*) FROM customers AS c JOIN (
              SELECT r.customer_id AS id FROM (
                SELECT receipt_id, sum(quantity) AS pieces FROM receipt_lines
                WHERE product_id IN {goods} AND receipt_id >= (
                  SELECT min(+id) FROM receipts WHERE superseded_at IS NULL AND day >= '{first}')
                GROUP BY receipt_id
                UNION ALL
                SELECT b.receipt_id, -sum(t.quantity)
                FROM returned_lines AS t JOIN returns AS b ON b.id = t.return_id
                WHERE t.product_id IN {goods} AND b.superseded_at IS NULL GROUP BY b.receipt_id
              ) AS found JOIN receipts AS r ON r.id = found.receipt_id
              WHERE r.superseded_at IS NULL AND r.day >= '{first}' AND r.day <= '{self.day}'
              GROUP BY r.customer_id HAVING sum(found.pieces) > 0
            ) AS buyers ON buyers.id = c.id
            WHERE c.joined_to IS NULL AND c.sex = 'f' AND c.city IN ({cities})
              AND c.last_purchase_on <= '{self.day - timedelta(days=self.silent_days)}'
              AND c.purchases_count >= :times
        """).bindparams(**values)


SCAN = sa.text("SELECT count(*) FROM customers WHERE search <> '' AND updated_at IS NOT NULL")
"""Every row of the customers table, read once where it lies."""
FETCH = sa.text("SELECT * FROM customers")
"""The same by the driver, row by row."""

MOVING = (
    sa.text("DROP TABLE IF EXISTS moving"),
    sa.text("CREATE TEMPORARY TABLE moving (segment_id INTEGER, membership_id INTEGER, customer_id INTEGER)"),
)
MOVES_ONE = sa.text("INSERT INTO moving VALUES (:segment, :stay, :who)")
GOES = sa.text(
    "UPDATE memberships SET left_at = :at, leaving_is_event = TRUE"
    " WHERE id IN (SELECT membership_id FROM moving WHERE membership_id IS NOT NULL)"
)
COMES = sa.text(
    "INSERT INTO memberships (segment_id, customer_id, entered_at, entering_is_event, leaving_is_event)"
    " SELECT segment_id, customer_id, :at, TRUE, FALSE FROM moving WHERE customer_id IS NOT NULL"
)
"""So many rows are ended and begun, found already."""
