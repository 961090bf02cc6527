"""Bonuses that appeared together: when they become available and when they burn (rules.md §8).

Pure, like engine.replay.
"""

from dataclasses import dataclass, field
from datetime import date

from loyalty.engine.entries import LotRef
from loyalty.money import Kopecks
from loyalty.program.terms import BurnRule, Program, days_later, next_fixed_date


@dataclass(slots=True, eq=False)
class Lot:
    """Bonuses that appeared, live and burn together.

    `burns_on` is fixed when it appeared; without it the lot follows the last purchase for `burn_days`, or never
    burns where those are 0. `lifetime_days` is what a gift promised.
    """

    ref: LotRef
    order: int  # of its fact among the customer's facts
    amount: Kopecks
    appeared_on: date
    available_on: date
    burns_on: date | None
    burn_days: int
    lifetime_days: int | None
    program: Program
    left: Kopecks = 0
    burned: Kopecks = 0  # not yet set against what a return cancels
    burned_after: date | None = None  # the last purchase when it burned
    is_pending: bool = False
    floor: date = field(init=False)  # it doesn't burn before, wherever the last purchase is

    def __post_init__(self) -> None:
        assert self.amount > 0, "a lot is never empty"
        assert self.available_on >= self.appeared_on
        self.left = self.amount
        # One that time passed by while it was pending burns the day after, never before it was there.
        self.floor = max(days_later(self.appeared_on, self.burn_days), days_later(self.available_on, 1))

    def burn_day(self, last_purchase: date | None) -> date:
        """The start of day on which it burns if nothing more happens; date.max: never."""
        if self.burns_on is not None:
            return self.burns_on
        if not self.burn_days:
            return date.max
        return self.floor if last_purchase is None else max(self.floor, days_later(last_purchase, self.burn_days))

    @property
    def has_own_day(self) -> bool:
        """Whether it keeps its burn day when it is spent and comes back (rules.md §7)."""
        return self.burns_on is not None


def new_lot(
    ref: LotRef, order: int, amount: Kopecks, day: date, program: Program, delay: int, lifetime: int | None
) -> Lot:
    """A lot under the programme in force on its day: what was promised then stays (P14)."""
    available_on = days_later(day, delay) if delay else day
    burns_on, burn_days = None, 0
    if lifetime is not None:
        burns_on = days_later(available_on, lifetime)
    elif program.burn is BurnRule.AFTER_ACCRUAL:
        burns_on = days_later(available_on, program.burn_days)
    elif program.burn is BurnRule.FIXED_DATES:
        burns_on = next_fixed_date(program.burn_dates, available_on)
    elif program.burn is BurnRule.AFTER_PURCHASE:
        burn_days = program.burn_days
    return Lot(ref, order, amount, day, available_on, burns_on, burn_days, lifetime, program)
