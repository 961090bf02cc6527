"""What an event of triggers is: which of its occurrences fall on some days, and how it is told.

An occurrence of whole days (a birthday) is due on its day; one of a moment (a purchase) as soon as it is seen, or
so many days later. Neither is ever one of before the trigger was switched on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlmodel import Session

from loyalty.models import messages

DAYS_MAX = 366


class Days(Enum):
    """What a trigger's `days` are."""

    AROUND = "around"  # before the day (negative), on it, after it
    SINCE = "since"  # that have to pass
    AHEAD = "ahead"  # before the day
    LATER = "later"  # after what happened; 0: at once

    @property
    def range(self) -> tuple[int, int]:
        """The fewest and the most."""
        ranges = {Days.AROUND: (-DAYS_MAX, DAYS_MAX), Days.SINCE: (1, 10 * DAYS_MAX)}
        return ranges.get(self, (0, DAYS_MAX))


class Since(NamedTuple):
    """When a trigger was switched on: UTC, the same by the shop's clock, and the act; what is before is past."""

    moment: datetime
    at: datetime
    act_id: int

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which occurrences: of days from `first` to `last`, both included, of a trigger switched on at `since`.

    `days` and `segment_id` are the trigger's. `trigger_id` None: also those that it has seen already.
    """

    session: Session
    first: date
    last: date
    days: int
    since: Since
    segment_id: int | None = None
    trigger_id: int | None = None

    def on_days(self, day: ColumnElement[Any], later: int) -> ColumnElement[bool]:
        """Whether a column's day, so many days later, is one of those asked about."""
        shift = timedelta(days=later)
        return day.between(self.first - shift, self.last - shift)

    def happened(self, at: ColumnElement[Any], act_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a document's time is one of those asked about, and after the switching on.

        A time of midnight is a file's that tells the day alone: then who said it first counts.
        """
        since, shift = self.since, timedelta(days=self.days)
        begins, ends = self.first - shift, self.last - shift + timedelta(days=1)
        midnight = datetime.combine(since.day, time())
        of_that_day = and_(act_id > since.act_id, or_(at >= since.at, at == midnight))
        after = or_(at >= midnight + timedelta(days=1), and_(at >= midnight, of_that_day))
        return and_(at >= datetime.combine(begins, time()), at < datetime.combine(ends, time()), after)

    def is_new(self, customer_id: ColumnElement[Any], key: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether the trigger has not seen this occurrence yet."""
        if self.trigger_id is None:
            return true()
        m = messages.c
        seen = (m.trigger_id == self.trigger_id, m.customer_id == customer_id, m.occurrence == key)
        return ~exists().where(*seen)


class Occurrence(NamedTuple):
    """It happened to a customer; `key` tells it from her others for ever, `day` is when her message is due.

    `about` is why, for whoever asks: «день рождения 27.11».
    """

    customer_id: int
    day: date
    key: str
    about: str


@dataclass(frozen=True)
class Event:
    """An entry of the catalogue.

    `is_of_days`: it has no moment of its own. `told` says when it comes with so many days: «за 3 дня до дня
    рождения». `gift_kind` is the kind of the gift that goes with it; empty: none may, as it would call for another.
    """

    name: str
    title: str
    icon: str
    days: Days
    is_of_days: bool
    told: Callable[[int], str]
    found: Callable[[Asked], Iterable[Occurrence]]
    label: str = ""  # of the field of days; empty: it is not asked
    hint: str = ""  # what the owner should know of it
    gift_kind: str = ""
    needs_segment: bool = False

    def waits(self, days: int) -> bool:
        """Whether its occurrences are of whole days with so many days: due at the day's first hour, not at once."""
        return self.is_of_days or days > 0
