"""What a criterion is told: a kind of parameter reads its keys of the JSON, refuses what is unfit, writes it back.

Pure. A parameter knows nothing of screens; what it is asked with there hangs on its kind
(`pages/_segment_edit/fields`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, NamedTuple

from loyalty import wording
from loyalty.errors import Refused
from loyalty.money import ONE_PIECE

NUMBER_MAX = 10**15
DAYS_MAX = 36_500
NAMES_MAX = 5_000
TEXT_MAX = 200
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Said = Mapping[str, Any]


class Unfit(Refused):
    """A parameter that can't be what was said; the sentence goes on where the criterion is named."""


class Unit(Enum):
    """What a range counts: by it the range is read, told and asked for."""

    ROUBLES = "roubles"  # kopecks
    BONUSES = "bonuses"  # kopecks of bonuses
    DAYS = "days"
    YEARS = "years"
    TIMES = "times"
    PIECES = "pieces"  # whole pieces in JSON, thousandths here


class Range(NamedTuple):
    """From `low` to `high`, both included; either may be absent, not both."""

    low: int | None = None
    high: int | None = None

    def has(self, value: int) -> bool:
        """Whether a figure is within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Period(NamedTuple):
    """The last days, or days since and until, both included; all time where nothing is said."""

    last_days: int | None = None
    since: date | None = None
    until: date | None = None

    def on(self, today: date) -> tuple[date | None, date | None]:
        """Its first and last day as of a day; None: without a border."""
        if self.last_days is not None:
            return today - timedelta(days=self.last_days - 1), today
        return self.since, self.until

    @property
    def is_all_time(self) -> bool:
        """Whether nothing is left out."""
        return self == Period()


@dataclass(frozen=True)
class Parameter:
    """A named value of a criterion; `keys` are what it takes of the criterion's JSON."""

    name: str = ""
    required: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys in the JSON."""
        return (self.name,)

    def read(self, said: Said) -> Any:
        """The value, None where nothing is said; Unfit where that can't be."""
        raise NotImplementedError

    def write(self, value: Any) -> dict[str, Any]:
        """The same as keys of the JSON."""
        return {self.name: value}


@dataclass(frozen=True)
class Ranged(Parameter):
    """A range: keys `from` and `to` of the criterion itself, or of an object `name` inside it."""

    name: str = "range"
    unit: Unit = Unit.TIMES
    is_inside: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.name,) if self.is_inside else ("from", "to")

    def read(self, said: Said) -> Range | None:
        if self.is_inside:
            inside: object = said.get(self.name)
            if inside is None:
                return None
            if not isinstance(inside, Mapping):
                raise Unfit(f"«{self.name}» — это границы «from» и «to», а не «{brief(inside)}»")
            said = inside
            if unknown := said.keys() - {"from", "to"}:
                raise Unfit(f"«{brief(min(unknown))}» в «{self.name}» непонятно: бывают «from» и «to»")
        low, high = self._border(said, "from"), self._border(said, "to")
        if low is None and high is None:
            if self.is_inside:
                raise Unfit(f"в «{self.name}» нет ни «from», ни «to»")
            return None
        if low is not None and high is not None and low > high:
            raise Unfit(f"«from» ({brief(said['from'])}) больше, чем «to» ({brief(said['to'])})")
        return Range(low, high)

    def _border(self, said: Said, key: str) -> int | None:
        value = said.get(key)
        if value is None:
            return None
        if self.unit is Unit.PIECES:
            return _thousandths(value, key)
        return whole(value, key, 0, NUMBER_MAX)

    def write(self, value: Range) -> dict[str, Any]:
        borders = (("from", value.low), ("to", value.high))
        said = {key: self._written(border) for key, border in borders if border is not None}
        return {self.name: said} if self.is_inside else said

    def _written(self, border: int) -> int | float:
        if self.unit is not Unit.PIECES:
            return border
        return border // ONE_PIECE if border % ONE_PIECE == 0 else border / ONE_PIECE


@dataclass(frozen=True)
class InPeriod(Parameter):
    """When: `last_days`, or `since` and `until`."""

    name: str = "period"

    @property
    def keys(self) -> tuple[str, ...]:
        return ("last_days", "since", "until")

    def read(self, said: Said) -> Period:
        last, since, until = said.get("last_days"), self._day(said, "since"), self._day(said, "until")
        if last is not None:
            if since or until:
                raise Unfit("период — либо «last_days», либо «since» и «until», а не вместе")
            return Period(whole(last, "last_days", 1, DAYS_MAX))
        if since and until and since > until:
            raise Unfit(f"«since» ({since}) позже, чем «until» ({until})")
        return Period(None, since, until)

    def _day(self, said: Said, key: str) -> date | None:
        value = said.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, str) and DAY.fullmatch(value):  # fromisoformat knows weeks as well
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise Unfit(f"«{key}» — день вида 2026-03-14, а не «{brief(value)}»")

    def write(self, value: Period) -> dict[str, Any]:
        if value.last_days is not None:
            return {"last_days": value.last_days}
        days = {"since": value.since, "until": value.until}
        return {key: day.isoformat() for key, day in days.items() if day}


class Source(Enum):
    """What the shop really has, to choose names from (`segments.offers`)."""

    LEVELS = "levels"
    CITIES = "cities"
    SOURCES = "sources"
    PLACES = "places"
    SHOPS = "shops"
    GROUPS = "groups"
    ARTICLES = "articles"
    SEGMENTS = "segments"
    CAMPAIGNS = "campaigns"


@dataclass(frozen=True)
class Names(Parameter):
    """Any of these names."""

    of: Source = Source.PLACES

    def read(self, said: Said) -> tuple[str, ...] | None:
        value = said.get(self.name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Unfit(f"«{self.name}» — это список названий, а не «{brief(value)}»")
        if not value:
            raise Unfit(f"«{self.name}» пуст: назовите хотя бы одно")
        if len(value) > NAMES_MAX:
            raise Unfit(f"в «{self.name}» больше {NAMES_MAX} названий")
        if not all(map(is_legible, value)):
            raise Unfit(f"в «{self.name}» есть знак, которого в названиях не бывает")
        return tuple(dict.fromkeys(value))

    def write(self, value: Sequence[str]) -> dict[str, Any]:
        return {self.name: list(value)}


@dataclass(frozen=True)
class Options(Parameter):
    """One or several of a few words that the program knows; each with its Russian."""

    options: tuple[tuple[str, str], ...] = ()
    is_one: bool = False

    def read(self, said: Said) -> tuple[str, ...] | None:
        value = said.get(self.name)
        if value is None:
            return None
        some, known = [value] if self.is_one else value, [word for word, _ in self.options]
        if not isinstance(some, list) or not some or not all(isinstance(one, str) for one in some):
            raise Unfit(f"«{self.name}» — {'одно' if self.is_one else 'список'} из: {', '.join(known)}")
        for one in some:
            if one not in known:
                raise Unfit(f"«{brief(one)}» в «{self.name}» непонятно: бывает {', '.join(known)}")
        return tuple(dict.fromkeys(some))

    def write(self, value: Sequence[str]) -> dict[str, Any]:
        return {self.name: value[0] if self.is_one else list(value)}

    def say(self, value: Sequence[str]) -> list[str]:
        """In Russian."""
        return [words for word, words in self.options if word in value]


@dataclass(frozen=True)
class Days(Parameter):
    """How many days ahead; 0 is today alone where `least` allows it."""

    name: str = "days"
    least: int = 0
    most: int = DAYS_MAX

    def read(self, said: Said) -> int | None:
        value = said.get(self.name)
        return None if value is None else whole(value, self.name, self.least, self.most)


@dataclass(frozen=True)
class Flag(Parameter):
    """Yes, or no where nothing is said."""

    def read(self, said: Said) -> bool:
        value = said.get(self.name, False)
        if not isinstance(value, bool):
            raise Unfit(f"«{self.name}» — true или false, а не «{brief(value)}»")
        return value

    def write(self, value: bool) -> dict[str, Any]:
        return {self.name: True} if value else {}


@dataclass(frozen=True)
class Text(Parameter):
    """A few letters."""

    def read(self, said: Said) -> str | None:
        value = said.get(self.name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or not is_legible(value):
            raise Unfit(f"«{self.name}» — непустой текст, а не «{brief(value)}»")
        if len(value) > TEXT_MAX:
            raise Unfit(f"«{self.name}» длиннее {TEXT_MAX} знаков")
        return value.strip()


def whole(value: object, key: str, least: int, most: int) -> int:
    """A whole number between two; Unfit."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Unfit(f"«{key}» — целое число от {least} до {wording.number(most)}, а не «{brief(value)}»")
    return value


def _thousandths(value: object, key: str) -> int:
    """Pieces, with three decimals at most, in thousandths; Unfit."""
    if isinstance(value, float) and isfinite(value):
        exact = Decimal(str(value)) * ONE_PIECE
        if exact == exact.to_integral_value() and 0 <= exact <= NUMBER_MAX:
            return int(exact)
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBER_MAX // ONE_PIECE:
        return value * ONE_PIECE
    raise Unfit(f"«{key}» — число от нуля, не больше трёх знаков после точки, а не «{brief(value)}»")


def is_legible(text: str) -> bool:
    """Whether it can be written down: no zero and no half of a sign in it."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)


def brief(value: object) -> str:
    """What was said, short and legible enough to be repeated in a sentence."""
    if isinstance(value, Mapping):
        return "{…}" if value else "{}"
    if isinstance(value, list | tuple):
        return "[…]" if value else "[]"
    if isinstance(value, int) and abs(value) > NUMBER_MAX:
        return "очень большое число"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = " ".join(
        "".join(sign if sign.isprintable() or sign.isspace() else "\ufffd" for sign in text[:80]).split()
    )
    return text if len(text) <= 60 else f"{text[:57]}…"
