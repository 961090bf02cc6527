"""Facts with their revisions: goods, receipts, returns, grants.

A document's current revision has `superseded_at` null; replaced and voided ones stay, with who did it.
"""

from datetime import date, datetime

from pydantic import NaiveDatetime
from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from loyalty.models.columns import CURRENT, FORMER, IDS_ONCE, kopecks, series, table

OPEN = text("superseded_at IS NULL AND customer_id IS NULL AND mention_id IS NOT NULL")


class Article(SQLModel, table=True):
    """What is sold: known by its code, else by its name; renamed or regrouped it stays one article."""

    __tablename__ = "articles"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # the code, or «=» and the folded name


def folded_goods(name: str) -> str:
    """A name of goods as an article is known by it: letter case, ё and spaces are nothing."""
    return " ".join(name.casefold().replace("ё", "е").split())


class Product(SQLModel, table=True):
    """An article as receipts name it; a renamed one is another row of the same article."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("sku", "name", "group_name"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="articles.id", index=True)
    sku: str
    name: str = Field(index=True)
    group_name: str = Field(index=True)


class Receipt(SQLModel, table=True):
    """A sale, one revision of it."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index(
            "receipts_current",
            "number",
            "shop",
            "year",
            "series",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        # What the till said before a file said otherwise.
        Index("receipts_former", "number", sqlite_where=FORMER, postgresql_where=FORMER),
        # Everything that «Обзор» and segments ask of the receipts of a period.
        Index(
            "receipts_by_day",
            "day",
            "customer_id",
            "total",
            "place",
            "shop",
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        # «Чей это чек?»: said of somebody, and nobody knows of whom.
        Index("receipts_open", "mention_id", sqlite_where=OPEN, postgresql_where=OPEN),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str
    shop: str
    year: int
    series: str = series()
    at: NaiveDatetime
    day: date
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True)  # found from `mention_id`
    mention_id: int | None = Field(default=None, foreign_key="mentions.id", index=True)
    place: str = ""
    cashier: str = ""
    payment: str = ""
    total: int = Field(sa_column=kopecks())
    discount: int = Field(sa_column=kopecks())
    redeemed: int = Field(sa_column=kopecks())
    content: str  # digest of everything the document says
    act_id: int = Field(foreign_key="acts.id", index=True)
    superseded_at: datetime | None = None
    superseded_by: int | None = Field(default=None, foreign_key="acts.id")


class ReceiptLine(SQLModel, table=True):
    """A line of a receipt; `amount` after discounts and before bonuses."""

    __tablename__ = "receipt_lines"
    # Who bought these goods (segments).
    __table_args__ = (
        Index("receipt_lines_by_product", "product_id", "receipt_id", "quantity"),
        {"sqlite_with_rowid": False},
    )

    receipt_id: int = Field(foreign_key="receipts.id", primary_key=True)
    line_no: int = Field(primary_key=True)  # 0-based
    product_id: int = Field(foreign_key="products.id")
    quantity: int = Field(sa_column=kopecks())
    price: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    discount: int = Field(sa_column=kopecks())
    amount: int = Field(sa_column=kopecks())


class Return(SQLModel, table=True):
    """A return, one revision of it; `receipt_id` is found from number, shop and day, null while unmatched."""

    __tablename__ = "returns"
    __table_args__ = (
        Index(
            "returns_current",
            "number",
            "shop",
            "year",
            "series",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("returns_former", "number", sqlite_where=FORMER, postgresql_where=FORMER),
        Index("returns_basis", "receipt_number"),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str
    shop: str
    year: int
    series: str = series()
    at: NaiveDatetime
    day: date = Field(index=True)
    receipt_number: str = ""
    receipt_on: date | None = None
    receipt_id: int | None = Field(default=None, foreign_key="receipts.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True)  # as the document says
    mention_id: int | None = Field(default=None, foreign_key="mentions.id", index=True)
    place: str = ""
    cashier: str = ""
    payment: str = ""
    amount: int = Field(sa_column=kopecks())  # as the document says
    counted: int = Field(sa_column=kopecks())  # what fitted its receipt (engine.ledger); while it waits, the same
    content: str
    act_id: int = Field(foreign_key="acts.id", index=True)
    superseded_at: datetime | None = None
    superseded_by: int | None = Field(default=None, foreign_key="acts.id")


class ReturnLine(SQLModel, table=True):
    """A line of a return: an article, or a till's line of the receipt; an amount, or a quantity alone."""

    __tablename__ = "return_lines"
    __table_args__ = {"sqlite_with_rowid": False}

    return_id: int = Field(foreign_key="returns.id", primary_key=True)
    line_no: int = Field(primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    receipt_line: int | None = None
    quantity: int = Field(sa_column=kopecks())
    amount: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class ReturnedLine(SQLModel, table=True):
    """What a return took of line `line_no` of its receipt; written by engine.ledger alone."""

    __tablename__ = "returned_lines"
    __table_args__ = {"sqlite_with_rowid": False}

    return_id: int = Field(foreign_key="returns.id", primary_key=True)
    line_no: int = Field(primary_key=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    quantity: int = Field(sa_column=kopecks())
    amount: int = Field(sa_column=kopecks())


class Numbering(SQLModel, table=True):
    """A shop whose numbers turned out to start anew every day or shift: its documents differ by day as well."""

    __tablename__ = "numberings"

    shop: str = Field(primary_key=True)
    act_id: int = Field(foreign_key="acts.id")  # which showed it


class Grant(SQLModel, table=True):
    """Bonuses given, with the terms promised that day."""

    __tablename__ = "grants"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    given_to: int = Field(foreign_key="customers.id", index=True)  # herself, also where she was joined to another
    kind: str
    number: str = ""
    at: NaiveDatetime
    amount: int = Field(sa_column=kopecks())
    confirm_days: int = 0
    lifetime_days: int | None = None
    reason: str = ""
    act_id: int = Field(foreign_key="acts.id")
    superseded_at: datetime | None = None
    superseded_by: int | None = Field(default=None, foreign_key="acts.id")


articles = table(Article)
products = table(Product)
receipts = table(Receipt)
receipt_lines = table(ReceiptLine)
returns = table(Return)
return_lines = table(ReturnLine)
returned_lines = table(ReturnedLine)
numberings = table(Numbering)
grants = table(Grant)
