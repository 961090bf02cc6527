"""One receipt under the programme: what its lines earn, what paid for them, what came back (rules.md §3, §5, §7).

Pure, like engine.replay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from loyalty.engine.entries import Line, Receipt, ReturnLine
from loyalty.engine.lot import Lot
from loyalty.money import ONE_PIECE, ROUBLE, WHOLE, BasisPoints, Kopecks, Milli, line_cost
from loyalty.program.terms import Level, Program


class TakenOf(NamedTuple):
    """What was taken of one line of the receipt (0-based)."""

    line: int
    pieces: Milli
    amount: Kopecks


class Taken(NamedTuple):
    """What of a return's line fitted the receipt, line by line of it, and whether that is all of it."""

    of: tuple[TakenOf, ...]
    is_whole: bool

    @property
    def amount(self) -> Kopecks:
        """Of all lines together."""
        return sum(one.amount for one in self.of)

    @property
    def pieces(self) -> Milli:
        """Of all lines together."""
        return sum(one.pieces for one in self.of)

    @property
    def is_any(self) -> bool:
        """Whether anything was there to take, be it worth nothing."""
        return bool(self.of)


_NONE = Fraction(0)


class Remains:
    """What came back of a receipt's lines so far, as an exact part of each: pieces and kopecks move it alike."""

    __slots__ = ("lines", "part", "returned")

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.part = [_NONE] * len(lines)
        self.returned: list[Kopecks] = [0] * len(lines)

    def take_back(self, wanted: ReturnLine) -> Taken:
        """Take what is left of the named line, or of the earliest lines of these goods (rules.md §7)."""
        by_pieces = wanted.amount is None
        rest, taken = Fraction(wanted.quantity if wanted.amount is None else wanted.amount), []
        for i, line in enumerate(self.lines):
            if i != wanted.line if wanted.line is not None else not wanted.is_of(line):
                continue
            part, before = self.part[i], self.returned[i]
            size = line.quantity if by_pieces else line.amount
            left = line.quantity * (1 - part) if by_pieces else Fraction(line.amount - before)
            if took := min(rest, left):
                self.part[i] = min(part + took / size, Fraction(1))
                self.returned[i] = int(line.amount * self.part[i])
                pieces = round(line.quantity * self.part[i]) - round(line.quantity * part)
                taken.append(TakenOf(i, pieces, self.returned[i] - before))
                rest -= took
            if not rest:
                break
        return Taken(tuple(taken), rest < 1)


class Earning(NamedTuple):
    """What a line earns: its base (0 for a discounted one) at a rate, and by which rule."""

    base: Kopecks
    rate: BasisPoints
    rule: str  # the level's name


class Piece(NamedTuple):
    """What paid for a receipt: bonuses of a lot; None: they were not there, and became debt."""

    lot: Lot | None
    amount: Kopecks


@dataclass(slots=True, eq=False)
class Sale:
    """A receipt as the programme saw it: what «Почему столько?» tells, and what later returns change."""

    receipt: Receipt
    program: Program
    turnover_before: Kopecks
    level: Level
    total: Kopecks = field(init=False)
    shares: Sequence[Kopecks] = field(init=False)  # of the redeemed sum, by line
    bases: list[Kopecks] = field(init=False)  # of what is earned, by line; 0 for a discounted one
    paid_with: list[Piece] = field(default_factory=list)  # not come back yet, in the order of spending
    earned: Kopecks = field(init=False)  # for what is left of it
    lot: Lot | None = None
    came_back: Kopecks = 0
    remains: Remains = field(init=False)

    def __post_init__(self) -> None:
        amounts = [line.amount for line in self.receipt.lines]
        self.total = sum(amounts)
        assert 0 <= self.receipt.redeemed <= self.total, "intake refuses a receipt paid beyond its total"
        self.shares = spread(self.receipt.redeemed, amounts)
        self.bases = [self._base(line, share) for line, share in zip(self.receipt.lines, self.shares, strict=True)]
        self.remains = Remains(self.receipt.lines)
        self.earned = in_units(sum(self.bases) * self.level.rate, self.program)

    @property
    def earnings(self) -> list[Earning]:
        """By line."""
        return [Earning(base, self.level.rate, self.level.name) for base in self.bases]

    def _base(self, line: Line, share: Kopecks) -> Kopecks:
        if not line.full_price:
            return 0
        return line.amount if self.program.earn_on_redeemed else line.amount - share

    def earned_now(self) -> Kopecks:
        """What is earned for what is left after returns, at the same rates (rules.md §7)."""
        lines = zip(self.receipt.lines, self.bases, self.remains.returned, strict=True)
        exact = sum(Fraction(base * (line.amount - back), line.amount) for line, base, back in lines if line.amount)
        return in_units(exact * self.level.rate, self.program)

    def came_back_now(self) -> Kopecks:
        """The bonuses that had paid for what is returned so far."""
        return sum(
            share * returned // line.amount
            for share, returned, line in zip(self.shares, self.remains.returned, self.receipt.lines, strict=True)
            if line.amount
        )

    def give_back(self, amount: Kopecks) -> Iterator[Piece]:
        """Pieces of what paid, the last one spent first (rules.md §7)."""
        while amount:
            piece = self.paid_with.pop()
            part = min(amount, piece.amount)
            if part < piece.amount:
                self.paid_with.append(piece._replace(amount=piece.amount - part))
            amount -= part
            yield piece._replace(amount=part)

    def is_purchase(self) -> bool:
        """Whether some amount above 0 is left of it (rules.md §8)."""
        return sum(self.remains.returned) < self.total


def full_price(price: Kopecks | None, quantity: Milli, discount: Kopecks, amount: Kopecks) -> bool:
    """Whether a line earns (rules.md §3): no discount said, and none to be seen from the price.

    Less than a rouble off that is also less than 1 % is a rounding.
    """
    if price is None:
        return _is_rounding(discount, (amount + discount) * ONE_PIECE)
    exact = price * quantity
    return _is_rounding(discount, exact) and _is_rounding(line_cost(price, quantity) - amount, exact)


def _is_rounding(off: Kopecks, cost_milli: int) -> bool:
    return off <= 0 or (off < ROUBLE and off * 100 * ONE_PIECE < cost_milli)


def spread(redeemed: Kopecks, amounts: Sequence[Kopecks]) -> list[Kopecks]:
    """A redeemed sum over lines in proportion to amounts, by largest remainder, ties to the earlier (§3)."""
    total = sum(amounts)
    if not redeemed or not total:
        return [0] * len(amounts)
    shares = [redeemed * amount // total for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda i: -(redeemed * amounts[i] % total))
    for i in by_remainder[: redeemed - sum(shares)]:
        shares[i] += 1
    assert sum(shares) == redeemed
    return shares


def in_units(exact: Fraction | int, program: Program) -> Kopecks:
    """Base × rate, rounded down once to the bonus unit."""
    return int(exact // (WHOLE * program.bonus_unit)) * program.bonus_unit
