"""What the product keeps of its own doings: who did what, files, runs of the worker, settings."""

from datetime import date, datetime

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

from loyalty.models.columns import IDS_ONCE, table


class Act(SQLModel, table=True):
    """Who said something and when: every fact, version and revision names the act it came with."""

    __tablename__ = "acts"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    origin: str  # "import", "till", "screen", "rule", "site", "gateway"
    person: str = ""
    import_id: int | None = Field(default=None, foreign_key="imports.id", index=True)


class Setting(SQLModel, table=True):
    """A stored setting by name."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: str


class Import(SQLModel, table=True):
    """A file taken in, or waiting for it: queued, running, done, failed."""

    __tablename__ = "imports"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    file_name: str
    path: str | None = None  # where the bytes wait for the worker
    kind: str = "auto"
    status: str = Field(default="queued", index=True)
    origin: str = "cli"  # cli, browser, inbox, demo
    queued_at: datetime
    finished_at: datetime | None = None
    report: dict | None = Field(default=None, sa_column=Column(JSON))  # type: ignore[type-arg]
    problem: str | None = None  # why the file as a whole was refused
    checked: str | None = None  # what a check of whom it touched has found; None: not yet


class ColumnMapping(SQLModel, table=True):
    """Which column is which, remembered per shape of file."""

    __tablename__ = "column_mappings"

    shape: str = Field(primary_key=True)
    mapping: dict = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    updated_at: datetime


class Run(SQLModel, table=True):
    """What the worker did and when; a job of a day happens once."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("job", "day"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True)
    job: str
    day: date | None = None
    started_at: datetime
    finished_at: datetime | None = None
    summary: str = ""


acts = table(Act)
settings = table(Setting)
imports = table(Import)
runs = table(Run)
