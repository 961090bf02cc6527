"""How customers of each kind come to the shop: once, now and then, by a rhythm, and no longer."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from loyalty.demo.seasons import weight

ONCE, SOMETIMES, LOYAL, LAPSED, NEW, NEVER = "once", "sometimes", "loyal", "lapsed", "new", "never"
KINDS = (ONCE, SOMETIMES, LOYAL, LAPSED, NEW, NEVER)
KIND_SHARES = (40, 26, 16, 10, 6, 2)
KNOWN_BEFORE = {SOMETIMES: 0.35, LOYAL: 0.55, LAPSED: 0.65, NEVER: 0.2}
YEARS_BEFORE_DAYS = 900
RHYTHM_MEDIAN_DAYS, RHYTHM_SPREAD = 40, 0.4
OCCASIONS = (16, 22, 20, 16, 11, 7, 5, 3)  # how often one comes now and then: once more, twice more…


@dataclass(slots=True)
class Habit:
    """When one person registered and came, in days of the history (below 0 is before it)."""

    kind: str
    registered: int
    taste: float
    visits: list[int] = field(default_factory=list)


class Calendar:
    """The days of the history, 0 to `last`, with how busy each is."""

    def __init__(self, today: date, days: int) -> None:
        self.start = today - timedelta(days=days)
        self.last = days
        self.weights = [weight(self.day(number), self.start) for number in range(days + 1)]
        self._before = [0.0, *accumulate(self.weights)]

    def day(self, number: int) -> date:
        """The date of a day of the history."""
        return self.start + timedelta(days=number)

    def pick(self, rng: Random, first: int, last: int) -> int:
        """A day from `first` to `last`, a busy one more often."""
        first, last = max(first, 0), min(last, self.last)
        low, high = self._before[first], self._before[last + 1]
        found = bisect_right(self._before, low + (high - low) * rng.random()) - 1
        return min(max(found, first), last)


def habit(rng: Random, calendar: Calendar) -> Habit:
    """One more person's story from registration to today."""
    kind = rng.choices(KINDS, KIND_SHARES)[0]
    taste = min(max(rng.lognormvariate(-0.62, 0.36), 0.3), 2.6)
    if kind in (LOYAL, LAPSED):
        taste *= 0.85  # who comes often takes less at a time
    registered = _registered(rng, calendar, kind)
    made = Habit(kind, registered, taste)
    made.visits = _visits(rng, calendar, made)
    return made


def _registered(rng: Random, calendar: Calendar, kind: str) -> int:
    if rng.random() < KNOWN_BEFORE.get(kind, 0):
        return -rng.randint(1, YEARS_BEFORE_DAYS)
    if kind == NEW:
        return calendar.pick(rng, calendar.last - 75, calendar.last)
    room = {LAPSED: calendar.last * 5 // 10, LOYAL: calendar.last * 8 // 10}
    return calendar.pick(rng, 0, room.get(kind, calendar.last))


def _visits(rng: Random, calendar: Calendar, made: Habit) -> list[int]:
    first, last = max(made.registered, 0), calendar.last
    # Who registers in the history does so while paying; older customers come when they come.
    visits = [made.registered] if made.registered >= 0 else []
    if made.kind == NEVER:
        return []
    if made.kind == NEW:
        return visits + _scattered(rng, calendar, first, rng.choices((0, 1, 2), (70, 24, 6))[0])
    if made.kind == SOMETIMES:
        return visits + _scattered(rng, calendar, first, rng.choices(range(1, 9), OCCASIONS)[0])
    if made.kind == LAPSED:
        last = min(rng.randint(first + 60, first + 420), last - 120)
    if made.kind in (LOYAL, LAPSED):
        return visits + _rhythmic(rng, calendar, made, last)
    return visits


def _scattered(rng: Random, calendar: Calendar, first: int, count: int) -> list[int]:
    return sorted(calendar.pick(rng, first, calendar.last) for _ in range(count))


def _rhythmic(rng: Random, calendar: Calendar, made: Habit, last: int) -> list[int]:
    """Visits a personal rhythm apart, drawn to the busy days nearby."""
    rhythm = min(max(rng.lognormvariate(0.0, RHYTHM_SPREAD) * RHYTHM_MEDIAN_DAYS, 11), 150)
    reach = max(2, int(rhythm / 5))
    at = made.registered if made.registered >= 0 else -rng.random() * rhythm
    visits: list[int] = []
    while True:
        at += rhythm * rng.lognormvariate(0.0, 0.32)
        if at > last:
            return visits
        earliest = max(int(at) - reach, made.registered)
        found = calendar.pick(rng, earliest, min(int(at) + reach, last))
        if not visits or found > visits[-1]:
            visits.append(found)
