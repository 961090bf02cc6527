"""What a column holds: how its values are said in Russian, on which side they stand, what they are in Excel.

"money", "bonuses", "round" (bonuses to a whole one, exactly in Excel) and "signed" (a movement) are kopecks,
"percent" basis points, "count" a whole number, "quantity" thousandths, "day" a date, "time" a datetime, "moment"
either, "share" (two decimals) and "ratio" (whole percents) exact fractions, "roubles" kopecks to whole roubles
without the sign, "text" words; "phone" and "figure" are in words already.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from loyalty import wording
from loyalty.money import ROUBLE
from loyalty.tables import Type

Kind = Literal[
    "money",
    "bonuses",
    "round",
    "signed",
    "percent",
    "share",
    "ratio",
    "roubles",
    "count",
    "quantity",
    "day",
    "time",
    "moment",
    "phone",
    "text",
    "figure",
]
Kinds = Mapping[str, Kind]

FIGURES: frozenset[Kind] = frozenset(
    ("money", "bonuses", "round", "signed", "percent", "share", "ratio", "roubles", "count", "quantity", "figure")
)
"""Kinds that stand at the right, so that digits stand under digits."""

TYPES: dict[Kind, Type] = {
    "money": Type.MONEY,
    "bonuses": Type.MONEY,
    "round": Type.MONEY,
    "signed": Type.MONEY,
    "percent": Type.PERCENT,
    "share": Type.FRACTION,
    "ratio": Type.FRACTION,
    "roubles": Type.MONEY,
    "count": Type.WHOLE,
    "day": Type.DAY,
    "time": Type.MOMENT,
    "moment": Type.MOMENT,
}
"""In Excel; what is not here is written as words."""

_SUMS: dict[Kind, Callable[[int, bool], str]] = {
    "money": wording.roubles,
    "bonuses": wording.bonuses,
    "signed": wording.signed,
}
_SAY: dict[Kind, Callable[[Any], str]] = {
    "money": wording.roubles,
    "bonuses": wording.bonuses,
    "round": wording.bonuses_round,
    "signed": wording.signed,
    "percent": wording.percent,
    "share": lambda value: wording.fraction(value, 2),
    "ratio": wording.fraction,
    "roubles": wording.roubles_whole,
    "count": wording.number,
    "quantity": wording.quantity,
    "day": wording.day,
    "time": wording.time,
    "moment": lambda at: wording.time(at) if isinstance(at, datetime) else wording.day(at),
}


def said(value: Any, kind: Kind) -> str:
    """A value as a person reads it; nothing where there is none, «—» where a share is of nothing."""
    if pd.isna(value):
        return "—" if kind in ("share", "ratio") else ""
    if kind not in _SAY:
        return str(value)
    return _SAY[kind](int(value) if kind in FIGURES and not isinstance(value, Fraction) else value)


def said_alike(values: Sequence[Any], kind: Kind) -> list[str]:
    """A column as a person reads it: where one sum has kopecks, all have, and digits stand under digits."""
    if kind in _SUMS and any(value % ROUBLE for value in values if not pd.isna(value)):
        return ["" if pd.isna(value) else _SUMS[kind](int(value), True) for value in values]
    return [said(value, kind) for value in values]


def own(value: Any) -> Any:
    """A frame's value as Python's own; None for what is missing."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():  # a whole number beside missing ones
        return int(value)
    return value.item() if hasattr(value, "item") else value
