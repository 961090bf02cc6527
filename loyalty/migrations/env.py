"""Alembic runs here, over the connection that loyalty.db.migrate opened."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel


def _plain_type(kind: str, item: Any, _autogen_context: Any) -> str | Literal[False]:
    """Write a migration with SQLAlchemy's own types, so that it stays true when sqlmodel changes."""
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        return "sa.DateTime(timezone=True)" if "DateTime" in type(item).__name__ else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=_plain_type,
    render_as_batch=True,
)
context.run_migrations()
