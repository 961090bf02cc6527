"""The shop's year: which days are busy, which hours, and what is on sale when."""

from datetime import date, timedelta
from functools import lru_cache
from random import Random

from loyalty.demo.places import SHOWROOM, SITE

WEEKDAYS = (0.82, 0.84, 0.9, 0.98, 1.15, 1.4, 1.22)
MONTHS = (0.95, 0.85, 1.1, 1.05, 0.95, 0.95, 0.95, 0.82, 1.08, 1.12, 1.1, 1.25)
GROWTH_PER_YEAR = 0.14

# Chances by the hour, from the first one on.
SHOWROOM_WEEKDAY = (10, (2, 3, 5, 7, 6, 5, 6, 8, 12, 13, 8))
SHOWROOM_WEEKEND = (10, (2, 5, 8, 11, 13, 13, 12, 10, 8, 6, 3))
SITE_HOURS = (7, (1, 2, 3, 4, 4, 5, 6, 5, 4, 4, 4, 5, 6, 8, 10, 11, 8))
DELIVERY_HOURS = (10, (4, 6, 7, 7, 6, 6, 7, 8, 9, 8, 4))


def black_friday(year: int) -> date:
    """The last Friday of November."""
    last = date(year, 11, 30)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def _event(day: date) -> float:
    """How much busier a feast or a sale makes the day."""
    month, number = day.month, day.day
    if 0 <= (day - black_friday(day.year)).days <= 2:
        return 2.3
    if month == 12 and number >= 15:
        return 0.7 if number == 31 else 1.55
    if month == 1 and number <= 9:
        return 0.12 if number <= 2 else 0.8
    if (month == 1 and number <= 26) or (month == 7 and number <= 25):
        return 1.25
    if month == 2 and 18 <= number <= 22:
        return 1.35
    if month == 3 and number <= 8:
        return 0.7 if number == 8 else 1.7
    return 0.78 if month == 5 and number <= 10 else 1.0


def weight(day: date, start: date) -> float:
    """How busy a day is, beside an ordinary day at the start of the history."""
    growth = 1 + GROWTH_PER_YEAR * (day - start).days / 365
    return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * _event(day) * growth


@lru_cache(maxsize=4096)
def markdown(day: date) -> tuple[float, tuple[int, ...]]:
    """The share of lines marked down on a day, and by how many percent."""
    if 0 <= (day - black_friday(day.year)).days <= 2:
        return 0.8, (15, 20, 20, 30)
    if (day.month == 1 and day.day >= 3) or day.month == 7:
        return 0.55, (20, 30) if day.day <= 14 else (30, 40, 50)
    if (day.month, day.day) in {(12, 30), (2, 22), (2, 23)}:
        return 0.3, (10, 15)
    return 0.05, (20, 30, 50)  # the last sizes


def wrapping_share(day: date) -> float:
    """The share of receipts with something wrapped as a present."""
    if day.month == 12 and day.day >= 10:
        return 0.2
    gifts = (day.month == 3 and day.day <= 8) or (day.month == 2 and 14 <= day.day <= 23)
    return 0.16 if gifts else 0.035


def _hours(place: str, day: date) -> tuple[int, tuple[int, ...]]:
    if place == SHOWROOM:
        return SHOWROOM_WEEKEND if day.weekday() >= 5 else SHOWROOM_WEEKDAY
    return SITE_HOURS if place == SITE else DELIVERY_HOURS


def second_of_day(rng: Random, place: str, day: date) -> int:
    """When in the day somebody buys at `place`, in seconds after midnight."""
    first, chances = _hours(place, day)
    hour = rng.choices(range(first, first + len(chances)), chances)[0]
    return hour * 3600 + rng.randrange(3600)
