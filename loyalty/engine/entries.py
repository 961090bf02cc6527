"""The shapes of a customer's facts and of the entries they lead to.

Pure: the standard library only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from loyalty.money import Kopecks, Milli


class Line(NamedTuple):
    """A receipt's line; `amount` after discounts and before bonuses. `article` is a code, else empty."""

    article: str
    quantity: Milli
    amount: Kopecks
    full_price: bool
    name: str = ""  # folded


class Receipt(NamedTuple):
    """A sale to the customer."""

    id: int
    number: str
    at: datetime
    redeemed: Kopecks
    lines: Sequence[Line]
    shop: str = ""


class ReturnLine(NamedTuple):
    """What came back: of the receipt's line `line` (0-based), else of its earliest lines of these goods."""

    article: str
    quantity: Milli
    amount: Kopecks | None
    line: int | None = None
    name: str = ""

    def is_of(self, sold: Line) -> bool:
        """Whether these are the goods of a line: by their codes, or by name where one of the two has no code."""
        if self.article and sold.article:
            return self.article == sold.article
        return self.name == sold.name


class Return(NamedTuple):
    """A return matched to its receipt."""

    id: int
    number: str
    at: datetime
    receipt_id: int
    lines: Sequence[ReturnLine]
    shop: str = ""


class Grant(NamedTuple):
    """Bonuses that no receipt earned; a lifetime of its own, or None."""

    id: int
    number: str
    at: datetime
    amount: Kopecks
    confirm_days: int = 0
    lifetime_days: int | None = None


Fact = Receipt | Return | Grant


class Origin(StrEnum):
    """The kind of a fact that an entry or a lot points at."""

    RECEIPT = "receipt"
    RETURN = "return"
    GRANT = "grant"


class Ref(NamedTuple):
    """A fact."""

    origin: Origin
    id: int


class LotRef(NamedTuple):
    """Bonuses that a fact brought: a return may bring several lots, each of its own burn day."""

    origin: Origin
    id: int
    part: int = 0

    @property
    def fact(self) -> Ref:
        return Ref(self.origin, self.id)


class Kind(StrEnum):
    """What an entry does; MOVES says to which account."""

    EARNED = "earned"
    GRANTED = "granted"
    AVAILABLE = "available"
    SPENT = "spent"
    OVERSPENT = "overspent"
    CAME_BACK = "came_back"
    CANCELLED_PENDING = "cancelled_pending"
    CANCELLED = "cancelled"
    OWED = "owed"
    DEBT_PAID = "debt_paid"
    BURNED = "burned"


class Move(NamedTuple):
    """The sign with which an entry's amount enters each account."""

    pending: int = 0
    available: int = 0
    debt: int = 0


MOVES: dict[Kind, Move] = {
    Kind.EARNED: Move(pending=1),
    Kind.GRANTED: Move(pending=1),
    Kind.AVAILABLE: Move(pending=-1, available=1),
    Kind.SPENT: Move(available=-1),
    Kind.OVERSPENT: Move(debt=1),  # a file's receipt was paid with bonuses that weren't there
    Kind.CAME_BACK: Move(available=1),
    Kind.CANCELLED_PENDING: Move(pending=-1),
    Kind.CANCELLED: Move(available=-1),
    Kind.OWED: Move(debt=1),  # a return cancels what is spent already
    Kind.DEBT_PAID: Move(available=-1, debt=-1),
    Kind.BURNED: Move(available=-1),
}


class Entry(NamedTuple):
    """One movement: `fact` caused it (None: time did), `lot` are the bonuses that moved (None: no lot)."""

    effective_on: date
    kind: Kind
    amount: Kopecks
    fact: Ref | None
    lot: LotRef | None
