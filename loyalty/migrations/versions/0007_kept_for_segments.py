"""what is kept for segments.

How many receipts of each customer are not returned in full; and who is in a segment now, to be read at once, which
each segment's next refresh writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

RETURNED_WHOLE = """
    SELECT r.customer_id, count(*) AS times
    FROM receipts AS r LEFT JOIN (
        SELECT receipt_id, sum(counted) AS amount FROM returns
        WHERE superseded_at IS NULL AND receipt_id IS NOT NULL GROUP BY receipt_id
    ) AS back ON back.receipt_id = r.id
    WHERE r.superseded_at IS NULL AND r.customer_id IS NOT NULL AND r.total <= coalesce(back.amount, 0)
    GROUP BY r.customer_id
"""


def upgrade() -> None:
    op.create_table(
        "crowds",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"]),
        sa.PrimaryKeyConstraint("segment_id"),
    )
    op.drop_index("receipts_of_nothing", "receipts")  # was for counting what is kept now
    op.add_column("customers", sa.Column("purchases_count", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE customers SET purchases_count = receipts_count")
    op.execute(
        "UPDATE customers SET purchases_count = receipts_count - whole.times"
        f" FROM ({RETURNED_WHOLE}) AS whole WHERE customers.id = whole.customer_id"
    )
