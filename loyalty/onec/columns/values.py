"""One cell's text becomes a number, a date, a flag or a name, or says in Russian why it cannot (1c.md §4)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Generic, NamedTuple, TypeVar

from loyalty.customers.phones import BadPhone, normalise_phone

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bad(NamedTuple):
    """Why a cell can't be used; the row's error."""

    reason: str


class Memo(dict[Key, Value], Generic[Key, Value]):
    """A bounded cache of a parser: 1C repeats its dates, prices and phones, and a hit costs 50 ns."""

    def __init__(self, parse: Callable[[Key], Value], limit: int = 100_000) -> None:
        super().__init__()
        self._parse = parse
        self._limit = limit

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self._parse(key)
        return value


_NULLS = frozenset({"", "-", "–", "—", "null", "неопределено", "<>", "none", "<пусто>", "nan"})
_EMPTY_REFERENCE = "00000000-0000-0000-0000-000000000000"
_GROUPING = str.maketrans("", "", " \u00a0\u202f\u2009'’\t₽")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+)(?:[.,](\d*))?")
_LARGEST = 10**15  # kopecks: more is no price, and would not fit a database integer


def clean(text: str) -> str:
    """The text without padding and null words; an empty reference is empty."""
    text = text.strip()
    if "\u00a0" in text:
        text = text.replace("\u00a0", " ")
    size = len(text)
    if (size <= 12 and text.lower() in _NULLS) or text == _EMPTY_REFERENCE:
        return ""
    return text


def clean_name(text: str) -> str:
    """An item's name; an empty characteristic leaves «Чай, » behind."""
    return clean(text).rstrip(", ")


def clean_code(text: str) -> str:
    """A code or card: text with its leading zeros, without padding or an Excel «.0»."""
    text = clean(text)
    if text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    return text


def _scaled(text: str, places: int, too_fine: str) -> int | Bad | None:
    """A number × 10**places as an exact integer; None when the cell is empty."""
    text = clean(text).translate(_GROUPING)
    text = re.sub(r"(?:руб\.?|р\.|шт\.?|RUB|RUR)$", "", text, flags=re.IGNORECASE)
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    text = text.replace("−", "-")
    if text.endswith("-") and text[:-1]:
        text = "-" + text[:-1]
    if not text:
        return None
    if "," in text and "." in text:  # 1,234.50 and 1.234,50: the last mark is the decimal one
        text = text.replace("," if text.rfind(".") > text.rfind(",") else ".", "")
    match = _PLAIN_NUMBER.fullmatch(text)
    if match is None:
        return Bad("это не число")
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > places:
        return Bad(too_fine)
    scale: int = 10**places
    value = int(match[1]) * scale + int(fraction.ljust(places, "0") or "0")
    if value > _LARGEST:
        return Bad("слишком большое число")
    return -value if text[0] == "-" else value


def parse_money(text: str) -> int | Bad | None:
    """Kopecks of a sum in roubles; None when empty."""
    return _scaled(text, 2, "в сумме больше двух знаков после запятой")


def parse_quantity(text: str) -> int | Bad | None:
    """Thousandths of a quantity; None when empty."""
    return _scaled(text, 3, "в количестве больше трёх знаков после запятой")


def parse_percent(text: str) -> Decimal | Bad | None:
    """A percentage from 0 to 100; None when empty."""
    text = clean(text).translate(_GROUPING).rstrip("%").replace(",", ".")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Bad("это не процент")
    return value if 0 <= value <= 100 else Bad("процент вне пределов от 0 до 100")


def percent_of(kopecks: int, percent: Decimal) -> int:
    """That percent of a sum in whole kopecks, halves up."""
    return int((kopecks * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ г.,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)


def parse_date(text: str) -> datetime | Bad | None:
    """A day or moment in the shop's time, always day first; None for an empty 1C date (01.01.0001)."""
    if len(text) == 19 and text[2] == text[5] == "." and text[10] == " ":  # how 1C writes it: 1 µs, not 7
        try:
            value = datetime.fromisoformat(f"{text[6:10]}-{text[3:5]}-{text[:2]} {text[11:]}")
            return value if value.year > 1 else None
        except ValueError:
            pass
    text = clean(text)
    if not text:
        return None
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, *time = match.groups()
        if len(year) == 2:
            year = ("20" if int(year) < 70 else "19") + year
    elif match := _ISO.fullmatch(text) or _PACKED.fullmatch(text):
        year, month, day, *time = match.groups()
    elif _SERIAL.fullmatch(text) and 20_000 <= float(text.replace(",", ".")) < 80_000:
        seconds = round(float(text.replace(",", ".")) * 86_400)  # a moment, not money
        return _EXCEL_EPOCH + timedelta(seconds=seconds)
    else:
        return Bad("это не дата вида 31.12.2026")
    try:
        hour, minute, second = (int(part or 0) for part in time)
        value = datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return Bad("такой даты или такого времени не бывает")
    return value if value.year > 1 else None


_TIME = re.compile(r"(?:.*\s)?(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?")


def parse_time(text: str) -> tuple[int, int, int] | Bad | None:
    """Hours, minutes, seconds of «10:25», «9:05:01», «14», or of a date with a time; None when empty."""
    text = clean(text)
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        return Bad("это не время вида 10:25")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        return Bad("такого времени не бывает")
    return hours, minutes, seconds


_TRUE = frozenset({"да", "истина", "true", "1", "+", "yes", "есть", "v", "x", "согласен", "согласна", "дано"})
_FALSE = frozenset({"нет", "ложь", "false", "0", "no", "не согласен", "не согласна", "отказ"})


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


def parse_phone(text: str) -> str | Bad | None:
    """A phone as +7XXXXXXXXXX; None when empty."""
    try:
        return normalise_phone(clean(text))
    except BadPhone as refusal:
        return Bad(str(refusal))


class Presentation(NamedTuple):
    """«Чек ККМ 0001 от 05.03.2026 10:00:00» taken apart; `at` is None in «Чек ККМ 0001»."""

    kind: str
    number: str
    at: datetime | None


_PRESENTATION = re.compile(
    r"(?:(?P<kind>.*?)\s+)??(?:№\s*)?(?P<number>\S*\d\S*)\s+от\s+(?P<date>\d\S*(?:\s+\d\S*)?)"
)


def parse_presentation(text: str) -> Presentation | None:
    """Kind, number and date of a document's presentation; None when the text isn't one."""
    text = clean(text).rstrip(" г.")
    match = _PRESENTATION.fullmatch(text)
    if match is None:
        return None
    at = parse_date(match["date"])
    if not isinstance(at, datetime):
        return None
    return Presentation((match["kind"] or "").strip(), match["number"], at)


_NAME_AND_CODE = re.compile(r"(.+),\s*([^\s,]*\d[^\s,]*)")


def split_name_and_code(text: str) -> tuple[str, str]:
    """«Иванова Анна, 00-00012» as name and code, split at the last comma; else the name and ""."""
    text = clean(text)
    match = _NAME_AND_CODE.fullmatch(text)
    return (match[1].strip(), match[2]) if match else (text.rstrip(", "), "")
