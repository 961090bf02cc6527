"""segments.

Questions about customers with who answered them when; what returns took of each line, which `recount` fills; and
goods by who bought them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("is_ready_made", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entering_is_event", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaving_is_event", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    inside = sa.text("left_at IS NULL")
    op.create_index(
        "memberships_now", "memberships", ["segment_id", "customer_id"], unique=True,
        sqlite_where=inside, postgresql_where=inside,
    )  # fmt: skip
    op.create_index("memberships_entered", "memberships", ["segment_id", "entered_at"])
    past = sa.text("left_at IS NOT NULL")
    for name, columns in (("memberships_left", ["segment_id", "left_at"]), ("memberships_past", ["customer_id"])):
        op.create_index(name, "memberships", columns, sqlite_where=past, postgresql_where=past)
    op.create_table(
        "returned_lines",
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"]),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"]),
        sa.PrimaryKeyConstraint("return_id", "line_no"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_returned_lines_product_id", "returned_lines", ["product_id"])
    op.create_index("receipt_lines_by_product", "receipt_lines", ["product_id", "receipt_id", "quantity"])
    current = sa.text("superseded_at IS NULL")
    op.drop_index("receipts_by_day", "receipts")
    op.create_index(
        "receipts_by_day", "receipts", ["day", "customer_id", "total", "place", "shop"],
        sqlite_where=current, postgresql_where=current,
    )  # fmt: skip
    for_nothing = sa.text("superseded_at IS NULL AND total = 0")
    op.create_index(
        "receipts_of_nothing", "receipts", ["customer_id"], sqlite_where=for_nothing, postgresql_where=for_nothing
    )
    # What returns took of lines is counted by service.recount; an empty shop needs none.
    op.execute("UPDATE settings SET value = '3' WHERE name = 'rules' AND NOT EXISTS (SELECT 1 FROM customers)")
