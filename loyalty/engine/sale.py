"""One receipt under the programme: what its lines earn, what paid for them, what came back (rules.md §3, §5, §7).

Pure, like engine.replay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from loyalty.engine.entries import Line, Receipt, ReturnLine
from loyalty.engine.lot import Lot
from loyalty.money import WHOLE, Kopecks
from loyalty.program.terms import Level, Program


class Taken(NamedTuple):
    """What of a return's line fitted the receipt."""

    amount: Kopecks
    whole: bool


class Remains:
    """What came back of a receipt's lines so far, as an exact part of each: pieces and kopecks move it alike."""

    __slots__ = ("lines", "part", "returned")

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.part: list[Fraction] = [Fraction(0)] * len(lines)
        self.returned: list[Kopecks] = [0] * len(lines)

    def take_back(self, wanted: ReturnLine) -> Taken:
        """Take from the named line, or from the article's earliest lines that have something left (rules.md §7)."""
        before, asked = sum(self.returned), Fraction(wanted.quantity if wanted.amount is None else wanted.amount)
        for i, line in enumerate(self.lines):
            if i != wanted.line if wanted.line is not None else line.article != wanted.article:
                continue
            if wanted.amount is None:
                size, left = line.quantity, line.quantity * (1 - self.part[i])
            else:
                size, left = line.amount, Fraction(line.amount - self.returned[i])
            took = min(asked, left)
            if took:
                self.part[i] = min(self.part[i] + took / size, Fraction(1))
                self.returned[i] = int(line.amount * self.part[i])
                asked -= took
            if not asked:
                break
        return Taken(sum(self.returned) - before, whole=not asked)


@dataclass(slots=True, eq=False)
class Sale:
    """A receipt as the programme saw it: what «Почему столько?» tells, and what later returns change."""

    receipt: Receipt
    program: Program
    turnover_before: Kopecks
    level: Level
    total: Kopecks
    shares: Sequence[Kopecks]  # of the redeemed sum, by line
    earned: Kopecks
    lot: Lot | None = None
    came_back: Kopecks = 0
    remains: Remains = field(init=False)

    def __post_init__(self) -> None:
        self.remains = Remains(self.receipt.lines)

    def bases(self) -> list[Kopecks]:
        """What each line earns on, before returns (rules.md §5)."""
        if self.program.earn_on_redeemed:
            return [line.amount if line.full_price else 0 for line in self.receipt.lines]
        lines = zip(self.receipt.lines, self.shares, strict=True)
        return [line.amount - share if line.full_price else 0 for line, share in lines]

    def earned_now(self) -> Kopecks:
        """What is earned for what is left after returns, at the same rate (rules.md §7)."""
        lines = zip(self.receipt.lines, self.bases(), self.remains.returned, strict=True)
        base = sum(Fraction(base * (line.amount - back), line.amount) for line, base, back in lines if line.amount)
        return in_units(base * self.level.rate, self.program)

    def came_back_now(self) -> Kopecks:
        """The bonuses that had paid for what is returned so far."""
        return sum(
            share * returned // line.amount
            for share, returned, line in zip(self.shares, self.remains.returned, self.receipt.lines, strict=True)
            if line.amount
        )

    def back_whole(self) -> bool:
        """Whether everything sold came back: such a receipt is no purchase."""
        return sum(self.remains.returned) == self.total


def spread(redeemed: Kopecks, amounts: Sequence[Kopecks]) -> list[Kopecks]:
    """A redeemed sum over lines in proportion to amounts, by largest remainder, ties to the earlier (§3)."""
    total = sum(amounts)
    if not redeemed or not total:
        return [0] * len(amounts)
    shares = [redeemed * amount // total for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda i: -(redeemed * amounts[i] % total))
    for i in by_remainder[: redeemed - sum(shares)]:
        shares[i] += 1
    return shares


def in_units(exact: Fraction | int, program: Program) -> Kopecks:
    """Base × rate, rounded down once to the bonus unit."""
    return int(exact // (WHOLE * program.bonus_unit)) * program.bonus_unit
