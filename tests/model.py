"""The bonus programme of rules.md written a second time, slowly and literally, to check the engine against.

Day by day, fact by fact, kopeck by kopeck, with exact fractions; it shares no code with the product. Where
the rules leave room this page chooses; each choice is numbered, so that a disagreement has an address:

 1. A quantity returned is the same as its part of the line: the line's returned amount is amount × part,
    rounded down over all returns of that line together. An amount returned moves that part too. What is
    left in pieces is quantity × (1 - part), so it need not be a whole number of pieces.
 2. round(price × quantity) rounds halves up.
 3. Document numbers are compared as text.
 4. A return that sorts before its receipt is processed right after the receipt, before any other fact.
 5. A debt is paid the moment anything becomes available, by older facts first when several do on one
    morning. Bonuses that come back pay an earlier debt before anything is cancelled from them.
 6. "Returned in full" means: there was a return, and every kopeck of the receipt's amount is returned. With
    no receipt left standing, only the day a lot appeared counts; the receipts' own lots are cancelled anyway.
 7. A burn day moved into the past by a return burns at once, when that return is done, before the next fact.
 8. What a returned receipt earned is owed even if that lot has burned meanwhile: other lots pay it, else it
    is debt (§7 as written), although the customer had nothing of it.
 9. With `confirm_days` 0 a lot is available as soon as its fact is processed, and pays debt at that moment.
10. A fixed date burns what was available before that morning; 29 February is 28 February in other years.
11. A lot that becomes available after its own burn day (delay longer than lifetime) burns the next morning.
12. "Available first" compares days; "older fact" compares places in the order of processing.
13. The level and rate of a state are by the version in force on the day asked; a receipt is always
    recomputed by the rate, the unit and `earn_on_redeemed` it was bought under.
14. Before the first version the first version is in force.
15. An unmatched return counts nowhere here. On a day, it is matched if its receipt is a fact of that day or
    before. A return dated days before its receipt counts from the receipt's day.
16. "If nothing more happens" lets pending lots become available: they may be part of the next burn.
17. Grants and redeemed sums are never negative; redeemed never exceeds the receipt's total.
18. Bonuses paid above what was available, and so made into debt, come back with a return like any others.
19. Burn days for cancelling are as they stood before that return (agreed), for the lot it brought back too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from math import floor

DAY = timedelta(days=1)


@dataclass(frozen=True)
class AfterPurchase:
    days: int = 365


@dataclass(frozen=True)
class AfterAccrual:
    days: int


@dataclass(frozen=True)
class FixedDates:
    dates: tuple[tuple[int, int], ...]  # (month, day)


@dataclass(frozen=True)
class Never:
    pass


BurnRule = AfterPurchase | AfterAccrual | FixedDates | Never


@dataclass(frozen=True)
class Programme:
    """One version of the programme; kopecks and percent, the defaults are the shop's own."""

    since: date = date(2000, 1, 1)
    levels: tuple[tuple[int, Fraction | int], ...] = ((0, 5), (50_000_00, 7), (100_000_00, 10))  # (from, %)
    confirm_days: int = 14
    redeem_cap: Fraction | int = 50
    bonus_unit: int = 100
    earn_on_redeemed: bool = False
    burn: BurnRule = AfterPurchase(365)


@dataclass(frozen=True)
class Line:
    """Quantity in thousandths; price, discount and amount in kopecks; amount is after discounts."""

    article: str
    quantity: int
    price: int | None
    discount: int
    amount: int


@dataclass(frozen=True)
class Receipt:
    number: str
    at: datetime
    lines: tuple[Line, ...]
    redeemed: int = 0

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class ReturnLine:
    """What comes back of an article; where both are given, the amount counts."""

    article: str
    quantity: int | None = None
    amount: int | None = None


@dataclass(frozen=True)
class Return:
    number: str
    at: datetime
    receipt_number: str
    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True)
class Grant:
    number: str
    at: datetime
    amount: int
    confirm_days: int = 0
    lifetime_days: int | None = None


Fact = Receipt | Return | Grant
KIND_ORDER = {Grant: 0, Receipt: 1, Return: 2}


@dataclass(frozen=True)
class State:
    """All figures at the end of a day; kopecks, rate in percent, level counted from 0."""

    level: int
    rate: Fraction
    turnover: int
    available: int
    pending: list[tuple[date, int]]
    spent: int
    restored: int  # came back with returns
    earned: int  # by receipts, before anything was cancelled
    granted: int
    cancelled: int
    burned: int
    debt: int
    next_burn: tuple[date, int] | None
    receipts_count: int
    receipts_sum: int
    returns_count: int
    returns_sum: int
    last_purchase_on: date | None

    @property
    def pending_sum(self) -> int:
        return sum(amount for _, amount in self.pending)


@dataclass
class Lot:
    """Bonuses that appeared together; `place` is its fact's place in the order of processing."""

    place: int
    appeared: date
    available_on: date
    left: int
    burn: BurnRule
    lifetime_days: int | None = None
    from_receipt: bool = False
    is_available: bool = False


@dataclass
class Bought:
    """A receipt, what was promised for it, and what has happened to it since."""

    receipt: Receipt
    programme: Programme
    rate: Fraction
    shares: list[int]
    gone: list[Fraction]  # the part of each line that is returned, 0 to 1
    was_returned: bool = False
    lot: Lot | None = None

    def returned(self, i: int) -> int:
        return floor(self.receipt.lines[i].amount * self.gone[i])

    def returned_sum(self) -> int:
        return sum(self.returned(i) for i in range(len(self.gone)))

    def came_back(self) -> int:
        """§7: share × returned / amount, rounded down, line by line."""
        lines = enumerate(self.receipt.lines)
        return sum(self.shares[i] * self.returned(i) // line.amount for i, line in lines if line.amount)

    def is_returned_in_full(self) -> bool:
        return self.was_returned and self.returned_sum() == self.receipt.total

    def earned(self) -> int:
        """§5 and §7: what the receipt earns for what is left of it."""
        exact = Fraction(0)
        for i, line in enumerate(self.receipt.lines):
            if is_discounted(line) or line.amount == 0:
                continue
            base = line.amount if self.programme.earn_on_redeemed else line.amount - self.shares[i]
            exact += base * Fraction(line.amount - self.returned(i), line.amount) * self.rate / 100
        return floor(exact / self.programme.bonus_unit) * self.programme.bonus_unit

    def left_amount(self, article: str) -> int:
        lines = enumerate(self.receipt.lines)
        return sum(line.amount - self.returned(i) for i, line in lines if line.article == article)

    def left_quantity(self, article: str) -> Fraction:
        lines = enumerate(self.receipt.lines)
        return sum(
            (line.quantity * (1 - self.gone[i]) for i, line in lines if line.article == article), Fraction(0)
        )

    def take_back(self, wanted: ReturnLine) -> None:
        """From the earliest line of the article with something left, flowing on to the next."""
        left = Fraction(wanted.amount if wanted.amount is not None else wanted.quantity or 0)
        for i, line in enumerate(self.receipt.lines):
            if line.article != wanted.article:
                continue
            if wanted.amount is not None:
                part, whole = min(left, Fraction(line.amount - self.returned(i))), line.amount
            else:
                part, whole = min(left, line.quantity * (1 - self.gone[i])), line.quantity
            if part:
                self.gone[i] = min(Fraction(1), self.gone[i] + part / whole)
                left -= part
        if left:
            raise ValueError(f"{self.receipt.number}: more of {wanted.article} returned than is left")


def round_half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def is_discounted(line: Line) -> bool:
    """§3"""
    if line.discount > 0:
        return True
    return line.price is not None and line.amount < round_half_up(Fraction(line.price * line.quantity, 1000))


def spread(redeemed: int, amounts: Sequence[int]) -> list[int]:
    """§3: in proportion, whole kopecks, largest remainder, ties to the earlier line."""
    total = sum(amounts)
    if total == 0:
        return [0 for _ in amounts]
    exact = [Fraction(redeemed * amount, total) for amount in amounts]
    shares = [floor(share) for share in exact]
    largest_first = sorted(range(len(amounts)), key=lambda i: (-(exact[i] - shares[i]), i))
    for i in largest_first[: redeemed - sum(shares)]:
        shares[i] += 1
    return shares


def sort_key(fact: Fact) -> tuple[datetime, int, str]:
    """§3: by time; then grant, receipt, return; then document number."""
    return fact.at, KIND_ORDER[type(fact)], fact.number


def in_order(facts: Iterable[Fact]) -> Iterator[tuple[date, Fact]]:
    """Facts in the order they are processed, each with its day; unmatched returns are left out."""
    facts = sorted(facts, key=sort_key)
    receipts = {fact.number: fact for fact in facts if isinstance(fact, Receipt)}
    early = [
        fact
        for fact in facts
        if isinstance(fact, Return)
        and fact.receipt_number in receipts
        and sort_key(fact) < sort_key(receipts[fact.receipt_number])
    ]
    for fact in facts:
        if isinstance(fact, Return):
            if fact.receipt_number in receipts and fact not in early:
                yield fact.at.date(), fact
            continue
        yield fact.at.date(), fact
        if isinstance(fact, Receipt):
            for waiting in early:
                if waiting.receipt_number == fact.number:
                    yield fact.at.date(), waiting


def version_on(programmes: Sequence[Programme], day: date) -> Programme:
    versions = sorted(programmes, key=lambda programme: programme.since)
    in_force = [programme for programme in versions if programme.since <= day]
    return in_force[-1] if in_force else versions[0]


def level_at(programme: Programme, turnover: int) -> int:
    reached = [i for i, (start, _) in enumerate(sorted(programme.levels)) if start <= turnover]
    return reached[-1] if reached else 0


def rate_at(programme: Programme, turnover: int) -> Fraction:
    return Fraction(sorted(programme.levels)[level_at(programme, turnover)][1])


@cache
def next_fixed_date(dates: tuple[tuple[int, int], ...], after: date) -> date:
    day = after + DAY
    while True:
        end_of_february = (day.month, day.day) == (2, 28) and (day + DAY).month == 3
        if (day.month, day.day) in dates or (end_of_february and (2, 29) in dates):
            return day
        day += DAY


def burn_day(lot: Lot, last_purchase: date | None) -> date | None:
    """§8, as things stand with this last purchase."""
    if lot.lifetime_days is not None:
        return lot.available_on + lot.lifetime_days * DAY
    match lot.burn:
        case AfterPurchase(days):
            counted = [last_purchase] if last_purchase else []
            if not lot.from_receipt:
                counted.append(lot.appeared)
            return max(counted) + days * DAY if counted else None
        case AfterAccrual(days):
            return lot.available_on + days * DAY
        case FixedDates(dates):
            return next_fixed_date(dates, lot.available_on)
        case Never():
            return None


@dataclass
class Account:
    """One customer while the days go by."""

    programmes: Sequence[Programme]
    lots: list[Lot] = field(default_factory=list)
    bought: dict[str, Bought] = field(default_factory=dict)
    returns: int = 0
    place: int = 0
    turnover: int = 0
    debt: int = 0
    spent: int = 0
    restored: int = 0
    earned: int = 0
    granted: int = 0
    cancelled: int = 0
    burned: int = 0

    def start_of_day(self, day: date) -> None:
        """§8: burns come first, then pending lots become available."""
        self.burn(day)
        for lot in sorted(self.lots, key=lambda lot: lot.place):
            if not lot.is_available and lot.available_on <= day:
                self.make_available(lot)

    def take(self, day: date, fact: Fact) -> None:
        self.place += 1
        if isinstance(fact, Grant):
            self.take_grant(day, fact)
        elif isinstance(fact, Receipt):
            self.take_receipt(day, fact)
        else:
            self.take_return(day, fact)

    def take_grant(self, day: date, grant: Grant) -> None:
        self.granted += grant.amount
        self.add_lot(day, grant.amount, grant.confirm_days, lifetime_days=grant.lifetime_days)

    def take_receipt(self, day: date, receipt: Receipt) -> None:
        if receipt.number in self.bought:
            raise ValueError(f"two receipts {receipt.number}")
        if not 0 <= receipt.redeemed <= receipt.total:
            raise ValueError(f"{receipt.number}: paid more with bonuses than it costs")
        programme = version_on(self.programmes, day)
        rate = rate_at(programme, self.turnover)
        self.spent += receipt.redeemed
        self.debt += self.take_from(self.spending_order(self.last_purchase()), receipt.redeemed)
        shares = spread(receipt.redeemed, [line.amount for line in receipt.lines])
        bought = Bought(receipt, programme, rate, shares, [Fraction(0) for _ in receipt.lines])
        self.bought[receipt.number] = bought
        self.turnover += receipt.total
        earned = bought.earned()
        if earned:
            self.earned += earned
            bought.lot = self.add_lot(day, earned, programme.confirm_days, from_receipt=True)

    def take_return(self, day: date, document: Return) -> None:
        bought = self.bought[document.receipt_number]
        last_purchase_before = self.last_purchase()
        returned, came_back, earned = bought.returned_sum(), bought.came_back(), bought.earned()
        for line in document.lines:
            bought.take_back(line)
        bought.was_returned = True
        self.returns += 1
        self.turnover -= bought.returned_sum() - returned
        back = bought.came_back() - came_back
        if back:
            self.restored += back
            self.add_lot(day, back, confirm_days=0)
        self.cancel(bought, earned - bought.earned(), last_purchase_before)
        self.burn(day)

    def cancel(self, bought: Bought, amount: int, last_purchase_before: date | None) -> None:
        """§7: the pending lot; else the receipt's own lot, then other lots; the rest is debt."""
        if amount == 0:
            return
        own = bought.lot
        assert own is not None
        self.cancelled += amount
        rest = self.take_from([own], amount)
        if rest:
            assert own.is_available
            rest = self.take_from(self.spending_order(last_purchase_before), rest)
        self.debt += rest

    def add_lot(
        self,
        day: date,
        amount: int,
        confirm_days: int,
        lifetime_days: int | None = None,
        from_receipt: bool = False,
    ) -> Lot:
        rule = version_on(self.programmes, day).burn
        lot = Lot(self.place, day, day + confirm_days * DAY, amount, rule, lifetime_days, from_receipt)
        self.lots.append(lot)
        if lot.available_on <= day:
            self.make_available(lot)
        return lot

    def make_available(self, lot: Lot) -> None:
        lot.is_available = True
        paid = min(lot.left, self.debt)
        lot.left -= paid
        self.debt -= paid

    def burn(self, day: date) -> None:
        last_purchase = self.last_purchase()
        for lot in self.lots:
            if lot.is_available and lot.left:
                burns_on = burn_day(lot, last_purchase)
                if burns_on is not None and burns_on <= day:
                    self.burned += lot.left
                    lot.left = 0

    def spending_order(self, last_purchase: date | None) -> list[Lot]:
        """§6: what burns first, then what was available first, then the older fact."""
        lots = [lot for lot in self.lots if lot.is_available and lot.left]
        return sorted(
            lots,
            key=lambda lot: (burn_day(lot, last_purchase) or date.max, lot.available_on, lot.place),
        )

    def take_from(self, lots: Iterable[Lot], amount: int) -> int:
        """Take as much as there is; what could not be taken."""
        for lot in lots:
            part = min(lot.left, amount)
            lot.left -= part
            amount -= part
        return amount

    def last_purchase(self) -> date | None:
        days = [it.receipt.at.date() for it in self.bought.values() if not it.is_returned_in_full()]
        return max(days, default=None)

    def available(self) -> int:
        return sum(lot.left for lot in self.lots if lot.is_available)

    def pending(self) -> list[tuple[date, int]]:
        by_day: dict[date, int] = {}
        for lot in self.lots:
            if not lot.is_available and lot.left:
                by_day[lot.available_on] = by_day.get(lot.available_on, 0) + lot.left
        return sorted(by_day.items())


def account_after(facts: Iterable[Fact], programmes: Sequence[Programme], as_of: date) -> Account:
    """Live through every day up to and including `as_of`; facts of later days are not looked at."""
    account = Account(programmes)
    agenda: dict[date, list[Fact]] = {}
    for day, fact in in_order(fact for fact in facts if fact.at.date() <= as_of):
        agenda.setdefault(day, []).append(fact)
    day = min(agenda, default=as_of)
    while day <= as_of:
        account.start_of_day(day)
        for fact in agenda.get(day, []):
            account.take(day, fact)
        day += DAY
    return account


def next_burn(account: Account, as_of: date) -> tuple[date, int] | None:
    """Live on without facts until something burns, or nothing can any more."""
    account = copy.deepcopy(account)
    last_purchase = account.last_purchase()
    ends = [as_of]
    for lot in account.lots:
        burns_on = burn_day(lot, last_purchase)
        if lot.left and burns_on is not None:
            ends.append(max(burns_on, lot.available_on + DAY))
    day, before = as_of, account.burned
    while day < max(ends):
        day += DAY
        account.start_of_day(day)
        if account.burned > before:
            return day, account.burned - before
    return None


def state(facts: Iterable[Fact], programmes: Sequence[Programme], as_of: date) -> State:
    """Everything rules.md §9 shows for a customer, as of the end of a day."""
    account = account_after(facts, programmes, as_of)
    programme = version_on(programmes, as_of)
    return State(
        level=level_at(programme, account.turnover),
        rate=rate_at(programme, account.turnover),
        turnover=account.turnover,
        available=account.available(),
        pending=account.pending(),
        spent=account.spent,
        restored=account.restored,
        earned=account.earned,
        granted=account.granted,
        cancelled=account.cancelled,
        burned=account.burned,
        debt=account.debt,
        next_burn=next_burn(account, as_of),
        receipts_count=len(account.bought),
        receipts_sum=sum(it.receipt.total for it in account.bought.values()),
        returns_count=account.returns,
        returns_sum=sum(it.returned_sum() for it in account.bought.values()),
        last_purchase_on=account.last_purchase(),
    )


def redeem_limits(
    facts: Iterable[Fact], programmes: Sequence[Programme], at: datetime, total: int
) -> tuple[int, int]:
    """§6, for the till: the most by the cap, and what is available at that moment; the smaller one holds."""
    before = [fact for fact in facts if sort_key(fact) < (at, KIND_ORDER[Receipt], "")]
    account = account_after(before, programmes, at.date())
    by_cap = floor(total * Fraction(version_on(programmes, at.date()).redeem_cap) / 100)
    return by_cap, account.available()
