"""What follows from the facts, and the programme they follow by."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from loyalty.models.columns import IDS_ONCE, kopecks, table


class Entry(SQLModel, table=True):
    """A movement of bonuses, past or ahead; written by engine.ledger alone (see engine.entries.Kind)."""

    __tablename__ = "entries"
    # Everything «Обзор» asks of entries.
    __table_args__ = (Index("entries_by_day", "effective_on", "kind", "amount"), {"sqlite_with_rowid": False})

    customer_id: int = Field(foreign_key="customers.id", primary_key=True)
    seq: int = Field(primary_key=True)
    effective_on: date
    kind: str
    amount: int = Field(sa_column=kopecks())
    fact_kind: str | None = None
    fact_id: int | None = None
    lot_kind: str | None = None
    lot_id: int | None = None
    lot_part: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # a return may bring several lots


class ProgramVersion(SQLModel, table=True):
    """The programme in force from a day."""

    __tablename__ = "program_versions"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    in_force_from: date = Field(unique=True)
    terms: str  # Program.to_json
    act_id: int = Field(foreign_key="acts.id")


entries = table(Entry)
program_versions = table(ProgramVersion)
