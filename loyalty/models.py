"""What we remember: facts with their revisions, the entries derived from them, and how files are read.

Sums are kopecks, quantities thousandths, `at` the shop's own time without a zone, `*_at` of our own doings UTC.
A document's current revision has `superseded_at` null; replaced and voided ones stay for the record.
"""

from datetime import date, datetime

from pydantic import NaiveDatetime
from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint, text
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

CURRENT = text("superseded_at IS NULL")


def _sum(**options: object) -> Column:  # type: ignore[type-arg]
    return Column(BigInteger, nullable=False, default=0, server_default="0", **options)  # type: ignore[arg-type]


class Customer(SQLModel, table=True):
    """A person, and her figures as of Setting «figures_on», refreshed from entries."""

    __tablename__ = "customers"

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True)  # 1C's code
    card: str | None = Field(default=None, unique=True)
    phone: str | None = Field(default=None, index=True)  # +7XXXXXXXXXX; a family may share one
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    sex: str | None = None  # "f", "m"
    email: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None
    comment: str | None = None
    source: str | None = None
    registered_on: date | None = None
    sms_consent: bool | None = None
    search: str = ""  # lower case name, digits of the phone, card, code
    created_at: datetime
    updated_at: datetime

    level: str = ""
    rate: int = 0  # basis points
    turnover: int = Field(default=0, sa_column=_sum(index=True))
    receipts_count: int = 0
    receipts_sum: int = Field(default=0, sa_column=_sum())
    returns_count: int = 0
    returns_sum: int = Field(default=0, sa_column=_sum())
    last_purchase_on: date | None = Field(default=None, index=True)
    available: int = Field(default=0, sa_column=_sum(index=True))
    pending: int = Field(default=0, sa_column=_sum())
    spent: int = Field(default=0, sa_column=_sum())
    came_back: int = Field(default=0, sa_column=_sum())
    burned: int = Field(default=0, sa_column=_sum())
    debt: int = Field(default=0, sa_column=_sum())
    next_burn_on: date | None = Field(default=None, index=True)
    next_burn: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Relative(SQLModel, table=True):
    """Somebody whose birthday the customer cares about."""

    __tablename__ = "relatives"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    relation: str
    name: str = ""
    birth_date: date


class Product(SQLModel, table=True):
    """An article as receipts name it; a renamed one is another row."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("sku", "name", "group_name"),)

    id: int | None = Field(default=None, primary_key=True)
    sku: str
    name: str = Field(index=True)
    group_name: str


class Receipt(SQLModel, table=True):
    """A sale, one revision of it."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index(
            "receipts_current",
            "number",
            "shop",
            "year",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        # Everything «Обзор» asks of receipts.
        Index("receipts_by_day", "day", "customer_id", "total", sqlite_where=CURRENT, postgresql_where=CURRENT),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str
    shop: str
    year: int
    at: NaiveDatetime
    day: date
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True)
    place: str = ""
    cashier: str = ""
    payment: str = ""
    total: int = Field(sa_column=_sum())
    discount: int = Field(sa_column=_sum())
    redeemed: int = Field(sa_column=_sum())
    content: str  # digest of everything the document says
    import_id: int | None = Field(default=None, foreign_key="imports.id", index=True)
    recorded_at: datetime
    superseded_at: datetime | None = None


class ReceiptLine(SQLModel, table=True):
    """A line of a receipt; `amount` after discounts and before bonuses."""

    __tablename__ = "receipt_lines"
    __table_args__ = {"sqlite_with_rowid": False}

    receipt_id: int = Field(foreign_key="receipts.id", primary_key=True)
    line_no: int = Field(primary_key=True)  # 0-based
    product_id: int = Field(foreign_key="products.id")
    quantity: int = Field(sa_column=_sum())
    price: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    discount: int = Field(sa_column=_sum())
    amount: int = Field(sa_column=_sum())


class Return(SQLModel, table=True):
    """A return, one revision of it; `receipt_id` is found from number, shop and day, null while unmatched."""

    __tablename__ = "returns"
    __table_args__ = (
        Index(
            "returns_current",
            "number",
            "shop",
            "year",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("returns_basis", "receipt_number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str
    shop: str
    year: int
    at: NaiveDatetime
    day: date = Field(index=True)
    receipt_number: str = ""
    receipt_on: date | None = None
    receipt_id: int | None = Field(default=None, foreign_key="receipts.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True)  # as the document says
    place: str = ""
    cashier: str = ""
    payment: str = ""
    amount: int = Field(sa_column=_sum())
    content: str
    import_id: int | None = Field(default=None, foreign_key="imports.id", index=True)
    recorded_at: datetime
    superseded_at: datetime | None = None


class ReturnLine(SQLModel, table=True):
    """A line of a return: an article, or a till's line of the receipt; an amount, or a quantity alone."""

    __tablename__ = "return_lines"
    __table_args__ = {"sqlite_with_rowid": False}

    return_id: int = Field(foreign_key="returns.id", primary_key=True)
    line_no: int = Field(primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    receipt_line: int | None = None
    quantity: int = Field(sa_column=_sum())
    amount: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Grant(SQLModel, table=True):
    """Bonuses given, with the terms promised that day."""

    __tablename__ = "grants"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    kind: str
    number: str = ""
    at: NaiveDatetime
    amount: int = Field(sa_column=_sum())
    confirm_days: int = 0
    lifetime_days: int | None = None
    reason: str = ""
    recorded_at: datetime
    superseded_at: datetime | None = None


class Entry(SQLModel, table=True):
    """A movement of bonuses, past or ahead; written by engine.ledger alone (see engine.entries.Kind)."""

    __tablename__ = "entries"
    # Everything «Обзор» asks of entries.
    __table_args__ = (Index("entries_by_day", "effective_on", "kind", "amount"), {"sqlite_with_rowid": False})

    customer_id: int = Field(foreign_key="customers.id", primary_key=True)
    seq: int = Field(primary_key=True)
    effective_on: date
    kind: str
    amount: int = Field(sa_column=_sum())
    fact_kind: str | None = None
    fact_id: int | None = None
    lot_kind: str | None = None
    lot_id: int | None = None


class ProgramVersion(SQLModel, table=True):
    """The programme in force from a day."""

    __tablename__ = "program_versions"

    id: int | None = Field(default=None, primary_key=True)
    in_force_from: date = Field(unique=True)
    terms: str  # Program.to_json
    created_at: datetime


class Setting(SQLModel, table=True):
    """A stored setting by name."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: str


class Import(SQLModel, table=True):
    """A file taken in, or waiting for it: queued, running, done, failed."""

    __tablename__ = "imports"

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


class ColumnMapping(SQLModel, table=True):
    """Which column is which, remembered per shape of file."""

    __tablename__ = "column_mappings"

    shape: str = Field(primary_key=True)
    mapping: dict = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    updated_at: datetime


class Run(SQLModel, table=True):
    """What the worker did and when; a job of a day happens once."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("job", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    job: str
    day: date | None = None
    started_at: datetime
    finished_at: datetime | None = None
    summary: str = ""


def _table(model: type[SQLModel]) -> Table:
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


# For queries by column: what is read and written in bulk goes past the objects.
customers = _table(Customer)
relatives = _table(Relative)
products = _table(Product)
receipts = _table(Receipt)
receipt_lines = _table(ReceiptLine)
returns = _table(Return)
return_lines = _table(ReturnLine)
grants = _table(Grant)
entries = _table(Entry)
program_versions = _table(ProgramVersion)
imports = _table(Import)
runs = _table(Run)
