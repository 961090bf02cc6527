"""A cell as a person sees it: numbers under their formats, dates day first, errors and formulas by their words."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from loyalty.onec.memo import Memo

NOT_COMPUTED = "#формула не посчитана"
"""Stands in a cell whose formula was never computed: the writing program left no value."""

Shower: TypeAlias = Callable[[float], str]
"""A number's text under one number format."""

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00",
    9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
}  # fmt: skip
"""Formats that a book names by number alone (ECMA-376 part 1, 18.8.30) and that change what is seen."""

_REMEMBERED = 1 << 16
_DIGITS = 15  # Excel keeps 15 digits, a float 17


def as_seen(value: object) -> str:
    """A value without a format as Excel shows it: 12, not 12.0; 05.03.2026 10:00:00; Да, Нет."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Да" if value else "Нет"
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, datetime):
        value += timedelta(microseconds=500_000)  # Excel's serials are a few microseconds short
        return value.strftime("%d.%m.%Y %H:%M:%S" if value.time() >= time(0, 0, 1) else "%d.%m.%Y")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _plain(value: float) -> str:
    if value.is_integer() and -1e15 < value < 1e15:
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    if "e+" in text:
        return text if value % 10 == 0 else f"{value:.0f}"  # a card of 17 digits has lost its last ones: say so
    return f"{value:.10f}".rstrip("0").removesuffix(".") if "e-" in text else text


Texts: TypeAlias = Memo[Any, str]
"""Texts of values met before: prices and dates repeat, and a look-up costs a fifth of showing."""


def remembered(show: Callable[[Any], str]) -> Texts:
    return Memo(show, _REMEMBERED)


class Seen(Memo[Any, str]):
    """A row's values without formats as texts."""

    def __init__(self) -> None:
        super().__init__(as_seen, _REMEMBERED)

    def row(self, cells: list[Any]) -> list[str]:
        return [
            cell if cell.__class__ is str else as_seen(cell) if cell.__class__ is bool else self[cell]
            for cell in cells  # True equals 1, and would be taken for it
        ]


_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # literals, escapes, paddings, colours and currencies
_NUMBER = re.compile(r"[#0?,]*[0#?][#0?,]*(?:\.([0#?]*))?")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')


@lru_cache(maxsize=1024)
def shower(number_format: str) -> Shower | None:
    """How the format shows numbers; None where the value stands as it is: General, text, dates, fractions.

    Only what changes a number's meaning is followed: rounding, percent, the zeros of codes. Grouping and the
    noughts after the mark are left out, so that 79161234567 under «#,##0.00» is still a phone.
    """
    section = _first_section(number_format)
    if re.search(r"\[[<>=]", section):
        return None
    bare = _ASIDE.sub("", section).strip()
    core = bare.replace("%", "").strip(" -+().₽$€")
    percent = "%" in bare
    places = _NUMBER.fullmatch(core)
    if places is not None and not core.endswith(",") and not re.fullmatch(r"0{2,}", core):
        return rounding(len(places[1] or ""), percent)
    digits = re.sub(r"[^0#?]", "", core)
    if not percent and re.fullmatch(r"#*0{2,}", digits) and re.fullmatch(r"[0#() +-]*", core):
        return _code(_pattern(section))
    return None


def _first_section(number_format: str) -> str:
    masked = _ASIDE.sub(lambda found: "x" * len(found[0]), number_format)
    return number_format[: masked.find(";")] if ";" in masked else number_format


def rounding(places: int, percent: bool) -> Shower:
    """To so many places at most, halves away from zero, as Excel rounds."""
    step = Decimal(1).scaleb(-places)

    def show(value: float) -> str:
        text = _plain(value * 100 if percent else value)
        if "e+" not in text and len(text) - text.find(".") - 1 > places and "." in text:
            try:
                text = f"{Decimal(text).quantize(step, ROUND_HALF_UP):f}"
            except ArithmeticError:  # beyond any sum
                return text
            if places:
                text = text.rstrip("0").removesuffix(".")
            text = "0" if text in ("-0", "") else text
        return text + "%" if percent else text

    return show


def _pattern(section: str) -> str:
    """The format with literals in place: «+7(000)000-00-00» with every letter of theirs marked by a backslash."""
    return _LITERAL.sub(lambda found: "".join(f"\\{letter}" for letter in (found[1] or found[2] or "")), section)


def _code(pattern: str) -> Shower:
    places = [match[0] for match in re.finditer(r"\\.|.", pattern)]
    count = sum(place in "0#?" for place in places)

    def show(value: float) -> str:
        if not value.is_integer() or abs(value) >= 1e15:
            return _plain(value)
        digits = f"{abs(value):0{count}.0f}"
        head, shown = digits[: len(digits) - count], ""
        rest = iter(digits[len(digits) - count :])
        for place in places:
            if place in "0#?":
                digit = next(rest)
                shown += head + digit if place == "0" or head or digit != "0" or shown.strip(" +-(") else ""
                head = ""
            else:
                shown += place[-1]
        return "-" + shown if value < 0 else shown

    return show
