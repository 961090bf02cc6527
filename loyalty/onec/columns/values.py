"""A cell's text becomes a flag, a document's presentation or a name with its code (1c.md §4)."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from loyalty.onec.columns.cells import Bad, clean
from loyalty.onec.columns.dates import date_parser
from loyalty.onec.columns.nobody import read_phone

_TRUE = frozenset(
    {"да", "истина", "true", "1", "+", "yes", "есть", "v", "x", "согласен", "согласна", "дано", "y", "да."}
)
_FALSE = frozenset({"нет", "ложь", "false", "0", "no", "не согласен", "не согласна", "отказ", "n"})


def percent_of(kopecks: int, percent: Decimal) -> int:
    """That percent of a sum in whole kopecks, halves up."""
    return int((kopecks * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_flag(text: str) -> bool | Bad | None:
    """Да/Нет, Истина/Ложь, 1/0; None when empty."""
    if text.strip() == "-":
        return False
    text = clean(text).lower()
    if not text:
        return None
    if text in _TRUE:
        return True
    return False if text in _FALSE else Bad("ожидалось «Да» или «Нет»")


def parse_consent(text: str) -> tuple[bool, date | None] | Bad | None:
    """«Да», «Нет», «Да, 12.03.2024», «отказ 01.02.2025 10:00»: what was said, and on which day; None when empty.

    A day alone may be of anything: it is no consent.
    """
    found = _DATED.fullmatch(clean(text))
    said = parse_flag(found["said"] if found else text)
    if said is None or isinstance(said, Bad):
        return said
    on = _read_date(found["date"]) if found else None
    if isinstance(on, Bad):
        return on
    return said, on.date() if on else None


_DATED = re.compile(r"(?P<said>[^\d,;]*[^\d,;\s])[\s,;]+(?:от\s+)?(?P<date>\d\S*(?:\s+\d\d?:\S+)?)")


class Presentation(NamedTuple):
    """«Чек ККМ 0001 от 05.03.2026 10:00:00» taken apart."""

    kind: str
    number: str
    at: datetime


_NUMBER = r"(?:(?P<kind>.*?)\s+)??(?:№\s*|N\s*)?(?P<number>\S*\d\S*)"
_FROM = re.compile(_NUMBER + r"\s+от\s+(?P<date>\d\S*(?:\s+\d\S*)?)(?:\s*г\.?)?")
_IN_BRACKETS = re.compile(_NUMBER + r"\s*\((?:от\s+)?(?P<date>\d[^)]*)\)")
_read_date = date_parser()


def parse_presentation(text: str) -> Presentation | None:
    """Kind, number and moment of a document's presentation, also of «Чек № 7 (10.01.2026)»; None when it's none."""
    text = clean(text)
    match = _FROM.fullmatch(text) or _IN_BRACKETS.fullmatch(text)
    if match is None:
        return None
    at = _read_date(match["date"])
    return (
        Presentation((match["kind"] or "").strip(" №"), match["number"], at) if isinstance(at, datetime) else None
    )


_NUMBER_ALONE = re.compile(
    r"(?:(?:чек\w*|документ|продажа|реализация|ккм|заказ)\s+)*(?:№|N)?\s*(\S*\d\S*)", re.IGNORECASE
)


def bare_number(text: str) -> str:
    """The number in «Чек № 000123»; the text itself where it isn't so written."""
    match = _NUMBER_ALONE.fullmatch(clean(text))
    return match[1] if match else clean(text)


_NAME_AND_CODE = re.compile(r"(.+),\s*([^\s,]*\d[^\s,]*)")
_PHONE_INSIDE = re.compile(r"(?<![\d-])(?:\+?7|8)?[\s(-]*9\d{2}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")


class Named(NamedTuple):
    """A name with what stood in its cell besides."""

    name: str
    code: str = ""
    phone: str = ""


def parse_name(text: str) -> Named:
    """«Иванова Анна, 00-00012» and «Иванова Анна, 8-916-123-45-67» taken apart; else the name alone."""
    text = clean(text)
    if (match := _PHONE_INSIDE.search(text)) and (phone := read_phone(match[0]).value):
        rest = re.sub(
            r"(?i)\bт(?:ел(?:ефон)?)?\.?:?(?=\s|$)", " ", text[: match.start()] + " " + text[match.end() :]
        )
        return Named(" ".join(re.sub(r"[(),;:]+", " ", rest).split()), phone=phone)
    if match := _NAME_AND_CODE.fullmatch(text):
        return Named(match[1].strip(), code=match[2])
    return Named(text.rstrip(", "))
