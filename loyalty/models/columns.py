"""Columns that many tables have."""

from typing import Any

from sqlalchemy import BigInteger, Column, Table, text
from sqlmodel import Field, SQLModel

CURRENT = text("superseded_at IS NULL")
FORMER = text("superseded_at IS NOT NULL")
IDS_ONCE = {"sqlite_autoincrement": True}
"""An id is never given twice, even after its row is gone; PostgreSQL's sequences do so by themselves."""


def kopecks(**options: Any) -> Column:  # type: ignore[type-arg]
    """Kopecks or thousandths."""
    return Column(BigInteger, nullable=False, default=0, server_default="0", **options)


def series() -> Any:
    """Where numbers start anew within a year: the day or the shift that a document's number is of; else empty."""
    return Field(default="", sa_column_kwargs={"server_default": text("''")})


def table(model: type[SQLModel]) -> Table:
    """For queries by column: what is read and written in bulk goes past the objects."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found
