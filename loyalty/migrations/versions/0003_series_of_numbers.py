"""series of numbers.

Numbers may start anew by day or shift: a document's key has that, too. Names of goods that differ in nothing but
letter case, ё and spaces are one article.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "numberings",
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"]),
        sa.PrimaryKeyConstraint("shop"),
    )
    for table in ("receipts", "returns", "answers"):
        op.add_column(table, sa.Column("series", sa.String(), server_default=sa.text("''"), nullable=False))
    current = sa.text("superseded_at IS NULL")
    for table in ("receipts", "returns"):
        op.drop_index(f"{table}_current", table)
        op.create_index(
            f"{table}_current", table, ["number", "shop", "year", "series"], unique=True,
            sqlite_where=current, postgresql_where=current,
        )  # fmt: skip
    _fold_articles()


def _fold_articles() -> None:
    """Articles known by a name: by the folded one; those that are one now become the oldest of them."""
    connection, kept = op.get_bind(), dict[str, int]()
    named = sa.text("SELECT id, key FROM articles WHERE key LIKE '=%' ORDER BY id")
    rows = connection.execute(named).all()
    for id_, key in rows:
        kept.setdefault(_folded(key), id_)
    for id_, key in rows:
        folded = _folded(key)
        if kept[folded] != id_:
            said = {"kept": kept[folded], "gone": id_}
            connection.execute(sa.text("UPDATE products SET article_id = :kept WHERE article_id = :gone"), said)
            connection.execute(sa.text("DELETE FROM articles WHERE id = :gone"), {"gone": id_})
    for id_, key in rows:
        folded = _folded(key)
        if kept[folded] == id_ and folded != key:
            connection.execute(
                sa.text("UPDATE articles SET key = :key WHERE id = :id"), {"key": folded, "id": id_}
            )


def _folded(key: str) -> str:
    return f"={' '.join(key[1:].casefold().replace('ё', 'е').split())}"
