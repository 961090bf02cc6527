"""A sale, a return or a customer as a file or a till tells of it, before it becomes a fact.

Values are already typed and normalised: kopecks, thousandths, shop-local time, phones as +7XXXXXXXXXX.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from loyalty.money import Kopecks, Milli

MIDNIGHT = time()
"""The time of a document where a report gives bare days: it says nothing."""


class CustomerRef(NamedTuple):
    """Whose document it is: at least one of code, card and phone, or `id`, chosen by a person at the till."""

    code: str | None = None
    card: str | None = None
    phone: str | None = None
    name: str | None = None
    id: int | None = None


class DocumentLine(NamedTuple):
    """One line. `amount` is after discounts and before bonuses (rules.md §3).

    `amount` is None only in a return that gives a quantity alone. `price` is None where the file has none.
    """

    sku: str
    name: str
    group: str
    quantity: Milli
    price: Kopecks | None
    discount: Kopecks
    amount: Kopecks | None
    receipt_line: int | None = None  # a return at the till names the line; a file names the article


@dataclass(slots=True)
class SaleDocument:
    """A receipt, whole. Its key is (shop, number, year of `at`, series).

    `series` is the day or the shift that its number is of, where the file itself shows that numbers start anew.
    """

    number: str
    shop: str
    at: datetime  # naive, the shop's own time
    lines: list[DocumentLine]
    redeemed: Kopecks | None = 0  # None: the file has nothing about bonuses
    customer: CustomerRef | None = None
    place: str = ""
    cashier: str = ""
    payment: str = ""
    voided: bool = False  # 1C says it is not posted, or marked for deletion
    rows: list[int] = field(default_factory=list)  # 1-based row numbers in the file
    series: str = ""


@dataclass(slots=True)
class ReturnDocument:
    """A return, whole. Quantities and amounts are positive. Its key is that of a receipt."""

    number: str
    shop: str
    at: datetime
    lines: list[DocumentLine]
    receipt_number: str = ""
    receipt_on: date | None = None  # given where numbers repeat
    customer: CustomerRef | None = None
    place: str = ""
    cashier: str = ""
    payment: str = ""
    voided: bool = False
    rows: list[int] = field(default_factory=list)
    series: str = ""


Document = SaleDocument | ReturnDocument


def total_of(document: Document) -> Kopecks:
    """What its lines come to."""
    return sum(line.amount or 0 for line in document.lines)


@dataclass(slots=True)
class CustomerDocument:
    """What a customers file says of one person; None means the file says nothing."""

    ref: CustomerRef
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: date | None = None
    sex: str | None = None  # "f", "m"
    email: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None
    registered_on: date | None = None
    comment: str | None = None
    source: str | None = None
    sms_consent: bool | None = None
    consent_on: date | None = None  # where the cell says when that was said
    consent_column: str = ""  # as the file calls it
    rows: list[int] = field(default_factory=list)
