"""A cautious guess of what a customer can pay with, so that the engine finds next to no debt."""

from loyalty.money import ROUBLE, Kopecks

RATE_PERCENT = 5  # the lowest level: the real balance is never below this guess
CONFIRM_DAYS = 15  # one more than the programme asks
KEEP_DAYS = 300  # well before the programme burns them


class Purse:
    """Bonuses by the day they were earned, oldest first."""

    __slots__ = ("_lots",)

    def __init__(self) -> None:
        self._lots: list[tuple[int, Kopecks]] = []

    def available(self, day: int) -> Kopecks:
        """What may be spent on that day of the history."""
        self._lots = [lot for lot in self._lots if day - lot[0] <= KEEP_DAYS]
        return sum(amount for earned, amount in self._lots if day - earned >= CONFIRM_DAYS)

    def earn(self, day: int, base: Kopecks) -> None:
        """Count a purchase at full price, whole roubles of bonuses only."""
        amount = base * RATE_PERCENT // (100 * ROUBLE) * ROUBLE
        if amount > 0:
            self._lots.append((day, amount))

    def spend(self, amount: Kopecks) -> None:
        """Take from the oldest first; `amount` is at most what is available."""
        kept: list[tuple[int, Kopecks]] = []
        for earned, lot in self._lots:
            taken = min(lot, amount)
            amount -= taken
            if lot > taken:
                kept.append((earned, lot - taken))
        self._lots = kept

    def empty(self) -> None:
        """After a return nothing earned before is relied on."""
        self._lots = []
