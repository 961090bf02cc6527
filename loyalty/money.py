"""Money, bonuses and quantities as integers, and the roundings the rules name."""

from typing import TypeAlias

Kopecks: TypeAlias = int
"""Money or bonuses; 1 bonus = 1 rouble = 100 kopecks (rules.md §1)."""

Milli: TypeAlias = int
"""A quantity of goods in thousandths: 1C keeps three decimals."""

BasisPoints: TypeAlias = int
"""A share in hundredths of a percent: 500 is 5 %."""

ROUBLE: Kopecks = 100
ONE_PIECE: Milli = 1000
WHOLE: BasisPoints = 10_000


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, halves up; both at least 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def line_cost(price: Kopecks, quantity: Milli) -> Kopecks:
    """What a line costs before any discount: round(price × quantity) (rules.md §3)."""
    return price if quantity == ONE_PIECE else round_half_up(price * quantity, ONE_PIECE)
