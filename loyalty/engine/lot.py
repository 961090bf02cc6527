"""Bonuses that appeared together: when they become available and when they burn (rules.md §8).

Pure, like engine.replay.
"""

from dataclasses import dataclass
from datetime import date

from loyalty.engine.entries import Origin, Ref
from loyalty.money import Kopecks
from loyalty.program.terms import BurnRule, Program, days_later, next_fixed_date


@dataclass(slots=True, eq=False)
class Lot:
    """Bonuses that appeared, live and burn together."""

    ref: Ref
    order: int
    left: Kopecks
    appeared_on: date
    available_on: date
    burns_on: date | None  # fixed when it appeared; None: follows the last purchase, or never
    burn_days: int  # after the last purchase; 0: never
    own_day_counts: bool  # no receipt earned it

    def burn_day(self, last_purchase: date | None) -> date:
        """The start of day on which it burns if nothing more happens; date.max: never."""
        if self.burns_on is not None:
            return self.burns_on
        if not self.burn_days:
            return date.max
        since = self.appeared_on if last_purchase is None else last_purchase
        if self.own_day_counts and self.appeared_on > since:
            since = self.appeared_on
        # A lot that time passed by while it was pending burns the day after, never before it was there.
        day = days_later(since, self.burn_days)
        return day if day > self.available_on else days_later(self.available_on, 1)


def new_lot(
    ref: Ref, order: int, amount: Kopecks, day: date, program: Program, delay: int, lifetime: int | None
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
    return Lot(ref, order, amount, day, available_on, burns_on, burn_days, ref[0] is not Origin.RECEIPT)
