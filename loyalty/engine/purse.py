"""Available lots in the order in which they are spent and burn (rules.md §6, §8), however the last purchase moves.

Pure, like engine.replay. A lot that follows the last purchase burns at max(its floor, last purchase + its days), so
among lots of the same days those whose floor is passed burn together, ordered by when they became available; the
others wait by their floors. Each lot enters and leaves a heap in log n, and a long history stays quick.
"""

from datetime import date
from heapq import heappop, heappush
from itertools import count

from loyalty.engine.lot import Lot
from loyalty.money import Kopecks
from loyalty.program.terms import days_later

Since = tuple[date, int, int]  # available on, place of the fact, part of it
Key = tuple[date, Since]  # burn day first

_serial = count()  # a lot that was moved may stand in a heap twice: keys tie, lots don't compare


class _Fixed:
    """Lots of a burn day of their own, and those that never burn."""

    def __init__(self) -> None:
        self._heap: list[tuple[Key, int, Lot]] = []

    def add(self, lot: Lot, _last: date | None) -> None:
        heappush(self._heap, ((lot.burn_day(None), _since(lot)), next(_serial), lot))

    def first(self, _last: date | None) -> tuple[Key, Lot] | None:
        while self._heap and not self._heap[0][2].left:
            heappop(self._heap)
        return (self._heap[0][0], self._heap[0][2]) if self._heap else None


class _Followers:
    """Lots that burn so many days after the last purchase."""

    def __init__(self, burn_days: int) -> None:
        self._days = burn_days
        self._together: list[tuple[Since, int, Lot]] = []  # their floor is passed
        self._floors: list[tuple[int, int, Lot]] = []  # the same lots, the latest floor first
        self._waiting: list[tuple[Key, int, Lot]] = []
        self._last: date | None = None  # the last purchase last seen
        self._burn: date | None = None  # of those together, by it

    def add(self, lot: Lot, last: date | None) -> None:
        self._settle(last)
        self._put(lot)

    def first(self, last: date | None) -> tuple[Key, Lot] | None:
        self._settle(last)
        while self._waiting and not self._waiting[0][2].left:
            heappop(self._waiting)
        while self._together and not (self._together[0][2].left and self._is_together(self._together[0][2])):
            heappop(self._together)
        if not self._together:
            return (self._waiting[0][0], self._waiting[0][2]) if self._waiting else None
        assert self._burn is not None
        since, _serial_no, lot = self._together[0]
        return (self._burn, since), lot  # before all that wait: their floors are after that day

    def _is_together(self, lot: Lot) -> bool:
        return self._burn is not None and lot.floor <= self._burn

    def _put(self, lot: Lot) -> None:
        if self._is_together(lot):
            heappush(self._together, (_since(lot), next(_serial), lot))
            heappush(self._floors, (-lot.floor.toordinal(), next(_serial), lot))
        else:
            heappush(self._waiting, ((lot.floor, _since(lot)), next(_serial), lot))

    def _settle(self, last: date | None) -> None:
        """Move lots between the two kinds after the last purchase has moved."""
        if last == self._last:
            return
        self._last = last
        self._burn = days_later(last, self._days) if last is not None else None
        while self._waiting and self._is_together(self._waiting[0][2]):
            self._put(heappop(self._waiting)[2])
        while self._floors and not self._is_together(self._floors[0][2]):
            self._put(heappop(self._floors)[2])


class Purse:
    """What a customer can pay with."""

    def __init__(self) -> None:
        self.total: Kopecks = 0
        self._fixed = _Fixed()
        self._followers: dict[int, _Followers] = {}

    def add(self, lot: Lot, last_purchase: date | None) -> None:
        """A lot that has become available."""
        assert lot.left > 0 and not lot.is_pending
        self.total += lot.left
        self._of(lot).add(lot, last_purchase)

    def take(self, lot: Lot, amount: Kopecks) -> None:
        """Bonuses of a lot are gone from the purse."""
        assert 0 < amount <= lot.left
        lot.left -= amount
        self.total -= amount
        assert self.total >= 0

    def first(self, last_purchase: date | None) -> Lot | None:
        """The lot to spend first: burns first, became available first, is of the older fact (§6)."""
        found = self._first(last_purchase)
        return found[1] if found else None

    def next_burn(self, last_purchase: date | None) -> date:
        """When something burns if nothing more happens; date.max: never."""
        found = self._first(last_purchase)
        return found[0][0] if found else date.max

    def _first(self, last: date | None) -> tuple[Key, Lot] | None:
        best = self._fixed.first(last)
        for group in self._followers.values():
            found = group.first(last)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return best

    def _of(self, lot: Lot) -> _Fixed | _Followers:
        if lot.burns_on is not None or not lot.burn_days:
            return self._fixed
        return self._followers.setdefault(lot.burn_days, _Followers(lot.burn_days))


def _since(lot: Lot) -> Since:
    return lot.available_on, lot.order, lot.ref.part
