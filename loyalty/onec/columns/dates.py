"""Days and moments as files write them: what a whole column says of its order, and one cell by that.

«01/05/2026» is the first of May or the fifth of January: a column with «1/25/2026» in it answers for all its cells.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from loyalty.onec.columns.cells import Bad, clean

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})\s?(?P<mark>[./,-])\s?(?P<two>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{2})" + _TIME + _ZONE,
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME + _ZONE, re.IGNORECASE
)
_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})[ .-]*(?P<word>[а-яёa-z]{3,})\.?[ .,-]*(?P<year>\d{4}|\d{2})" + _TIME + _ZONE, re.IGNORECASE
)
_PACKED = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?"
    r"(?P<half>)(?P<zone>)"
)
_YEAR_WORD = re.compile(r"\s*(?:года|год|г)\.?(?=$|[\s,])", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_MONTHS: Final = (
    "янв|jan", "фев|feb", "мар|mar", "апр|apr", "май|мая|may", "июн|jun", "июл|jul", "авг|aug", "сен|sep",
    "окт|oct", "ноя|nov", "дек|dec",
)  # fmt: skip
_PIVOT = 70  # «02.04.98» is 1998


@dataclass(slots=True)
class Order:
    """What the cells of a date column say of day and month; dots are always day first unless the cells deny it."""

    seen: set[str] = field(default_factory=set)  # orders that some cell proves
    doubtful: list[str] = field(default_factory=list)  # cells whose numbers may both be months
    with_dots: bool = True

    def look(self, cells: Iterable[str]) -> None:
        """Take more cells of the column; once one says that the day comes first, no other can deny it."""
        if DAY_FIRST in self.seen:
            return
        for cell in cells:
            match = _NUMBERS.fullmatch(cell.strip())
            if match is None:
                continue
            one, two = int(match["one"]), int(match["two"])
            self.with_dots = self.with_dots and match["mark"] == "."
            if one > 12 >= two:
                self.seen.add(DAY_FIRST)
            elif two > 12 >= one:
                self.seen.add(MONTH_FIRST)
            elif len(self.doubtful) < 1000 and one != two:
                self.doubtful.append(cell.strip())

    def decided(self, today: date) -> str | None:
        """DAY_FIRST or MONTH_FIRST; None where every cell allows both and nothing speaks for either."""
        if len(self.seen) == 1:
            return next(iter(self.seen))
        if self.seen or self.with_dots or not self.doubtful:
            return DAY_FIRST  # contradicting cells are errors of their own
        possible = {
            order
            for order in (DAY_FIRST, MONTH_FIRST)
            if all(_not_after(today, date_parser(order)(cell)) for cell in self.doubtful)
        }
        return next(iter(possible)) if len(possible) == 1 else None


def _not_after(today: date, when: datetime | Bad | None) -> bool:
    return isinstance(when, datetime) and when.date() <= today


def date_parser(
    order: str = DAY_FIRST, zone: str = "Europe/Moscow", latest: date | None = None
) -> Callable[[str], datetime | Bad | None]:
    """A function from a cell to the shop's own time; None for an empty 1C date (01.01.0001).

    A moment with a zone («…Z», «+03:00») is turned into the shop's `zone`. Two digits of a year mean the last such
    year not after `latest` (a birth date), else 2000–2069 and 1970–1999.
    """
    here = ZoneInfo(zone)

    def parse(text: str) -> datetime | Bad | None:
        # How 1C writes it: 1 µs, not 7.
        if len(text) == 19 and text[2] == text[5] == "." and text[10] == " " and text[13] == text[16] == ":":
            try:
                value = datetime.fromisoformat(f"{text[6:10]}-{text[3:5]}-{text[:2]} {text[11:]}")
                return value if value.year > 1 else None
            except ValueError:
                pass
        text = _YEAR_WORD.sub("", clean(text)).strip()
        if not text:
            return None
        if _SERIAL.fullmatch(text) and 20_000 <= float(text.replace(",", ".")) < 80_000:
            return _EXCEL_EPOCH + timedelta(seconds=round(float(text.replace(",", ".")) * 86_400))
        parts = _parts(text, order)
        if isinstance(parts, Bad):
            return parts
        year, month, day, match = parts
        try:
            return _moment(_full_year(year, month, day, latest), month, day, match, here)
        except (ValueError, OverflowError):
            return Bad("такой даты или такого времени не бывает")

    return parse


def _parts(text: str, order: str) -> tuple[str, int, int, "re.Match[str]"] | Bad:
    if match := _NUMBERS.fullmatch(text):
        one, two = int(match["one"]), int(match["two"])
        month, day = (one, two) if order == MONTH_FIRST else (two, one)
        return match["year"], month, day, match
    if match := _YEAR_FIRST.fullmatch(text) or _PACKED.fullmatch(text):
        return match["year"], int(match["month"]), int(match["day"]), match
    if match := _IN_WORDS.fullmatch(text):
        found = [
            at for at, stems in enumerate(_MONTHS, 1) if match["word"].lower().startswith(tuple(stems.split("|")))
        ]
        if found:
            return match["year"], found[0], int(match["day"]), match
    return Bad("это не дата вида 31.12.2026")


def _full_year(year: str, month: int, day: int, latest: date | None) -> int:
    if len(year) == 4:
        return int(year)
    if latest is None:
        return int(year) + (2000 if int(year) < _PIVOT else 1900)
    this = 2000 + int(year)
    return this if (this, month, day) <= (latest.year, latest.month, latest.day) else this - 100


def _moment(year: int, month: int, day: int, match: "re.Match[str]", here: ZoneInfo) -> datetime | None:
    if year <= 1:
        return None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if half := match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    value = datetime(year, month, day, hour, minute, second)
    if not match["zone"] or match["hour"] is None:
        return value
    return value.replace(tzinfo=_zone(match["zone"])).astimezone(here).replace(tzinfo=None)


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)


_CLOCK = re.compile(
    r"(?:.*[\sT])?(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?\s*([ap]\.?m\.?)?", re.IGNORECASE
)


def parse_time(text: str) -> tuple[int, int, int] | Bad | None:
    """Hours, minutes, seconds of «10:25», «9:05:01», «14», or of a date with a time; None when empty."""
    text = clean(text)
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        return Bad("это не время вида 10:25")
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    if match[4] and 1 <= hours <= 12:
        hours = hours % 12 + (12 if match[4][0] in "pP" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return Bad("такого времени не бывает")
    return hours, minutes, seconds
