"""What is shown for a customer as of a day, from her ledger (rules.md §9).

Pure, like engine.replay. Sums are kopecks, `rate` basis points.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from loyalty.engine.entries import MOVES, Entry, Kind
from loyalty.engine.replay import Ledger
from loyalty.money import BasisPoints, Kopecks
from loyalty.program.terms import Programs


class Balance(NamedTuple):
    """Bonuses at the end of a day; `next_burn_on` and `next_burn` say what burns if nothing more happens."""

    available: Kopecks
    pending: Kopecks
    debt: Kopecks
    spent: Kopecks
    came_back: Kopecks
    burned: Kopecks
    next_burn_on: date | None
    next_burn: Kopecks | None


class Purchases(NamedTuple):
    """Turnover and what it is made of."""

    level: str
    rate: BasisPoints
    turnover: Kopecks
    receipts_count: int
    receipts_sum: Kopecks
    returns_count: int
    returns_sum: Kopecks
    last_purchase_on: date | None
    purchases_count: int  # receipts of which some amount is left


def balance(entries: Iterable[Entry], day: date) -> Balance:
    """Where a customer's entries leave her at the end of a day; later entries are what is to come."""
    sums: dict[Kind, int] = defaultdict(int)
    pending = available = debt = next_burn = 0
    next_burn_on: date | None = None
    for effective_on, kind, amount, _fact, _lot in entries:
        if effective_on <= day:
            move = MOVES[kind]
            pending += move.pending * amount
            available += move.available * amount
            debt += move.debt * amount
            sums[kind] += amount
        elif kind is Kind.BURNED and next_burn_on in (None, effective_on):
            next_burn_on, next_burn = effective_on, next_burn + amount
    return Balance(
        available=available,
        pending=pending,
        debt=debt,
        spent=sums[Kind.SPENT] + sums[Kind.OVERSPENT],
        came_back=sums[Kind.CAME_BACK],
        burned=sums[Kind.BURNED],
        next_burn_on=next_burn_on,
        next_burn=next_burn if next_burn_on else None,
    )


def purchases(ledger: Ledger, programs: Programs, day: date) -> Purchases:
    """What the replayed facts add up to, with the level by the programme in force on the day."""
    level = programs.on(day).level(ledger.turnover)
    return Purchases(
        level=level.name,
        rate=level.rate,
        turnover=ledger.turnover,
        receipts_count=len(ledger.sales),
        receipts_sum=sum(sale.total for sale in ledger.sales.values()),
        returns_count=sum(any(line.is_any for line in taken) for taken in ledger.returned.values()),
        returns_sum=sum(map(ledger.counted, ledger.returned)),
        last_purchase_on=ledger.last_purchase_on,
        purchases_count=sum(sale.is_purchase() for sale in ledger.sales.values()),
    )
