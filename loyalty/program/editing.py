"""A programme as a form edits it: rows of levels, percents, dates; what a person typed becomes terms. Pure."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from loyalty.money import ROUBLE, BasisPoints, Kopecks
from loyalty.program.terms import Level

NAME, THRESHOLD, RATE = "Уровень", "Порог, ₽", "%"
UNITS: tuple[Kopecks, ...] = (1, 10, ROUBLE, 5 * ROUBLE, 10 * ROUBLE, 50 * ROUBLE, 100 * ROUBLE)


def level_rows(levels: Iterable[Level]) -> list[dict[str, Any]]:
    """Levels as rows of an editor: a name, roubles, percent."""
    return [
        {NAME: level.name, THRESHOLD: float(Decimal(level.threshold) / ROUBLE), RATE: percent_number(level.rate)}
        for level in levels
    ]


def units(present: Kopecks) -> list[Kopecks]:
    """The steps of rounding to choose from, the present one among them."""
    return sorted({*UNITS, present})


def percent_number(rate: BasisPoints) -> float:
    """Basis points as a number field shows them."""
    return float(Decimal(rate) / 100)


def hundredths(number: float | None) -> int:
    """A number field's roubles or percents as kopecks or basis points; empty is 0."""
    return int((Decimal(str(number or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def dates_words(dates: Iterable[tuple[int, int]]) -> str:
    """«01.01, 01.07» of (month, day)."""
    return ", ".join(f"{day:02}.{month:02}" for month, day in sorted(dates))


def dates_typed(text: str) -> tuple[tuple[int, int], ...]:
    """(month, day) of «01.01, 01.07»; what is no date becomes (0, 0), which no programme allows."""
    found = set()
    for part in text.replace(";", ",").replace(" ", ",").split(","):
        day, dot, month = part.strip().strip(".").partition(".")
        if part.strip():
            number = day.isdecimal() and month.isdecimal() and dot
            found.add((int(month), int(day)) if number else (0, 0))
    return tuple(sorted(found))


def levels_typed(rows: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    """Levels of an editor's rows by threshold; rows left empty are no levels."""
    filled = (row for row in rows if any(_filled(row.get(name)) for name in (NAME, THRESHOLD, RATE)))
    return tuple(sorted((_level(row) for row in filled), key=lambda level: level.threshold))


def _level(row: Mapping[str, Any]) -> Level:
    """A row's level; a percent left empty is no percent that a programme allows."""
    name = str(row[NAME]).strip() if _filled(row.get(NAME)) else ""
    threshold = row[THRESHOLD] if _filled(row.get(THRESHOLD)) else 0
    rate = row[RATE] if _filled(row.get(RATE)) else -1
    return Level(name, hundredths(threshold), hundredths(rate))


def _filled(value: Any) -> bool:
    return value is not None and value == value and value != ""  # an editor's empty number is NaN
