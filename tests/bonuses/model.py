"""The bonus programme of rules.md written a second time, slowly and literally, to check the engine against.

Day by day, fact by fact, kopeck by kopeck, with exact fractions; it shares no code with the product. Where
the rules leave room this page chooses; each choice is numbered, so that a disagreement has an address:

 1. A quantity returned is the same as its part of the line: the line's returned amount is amount × part,
    rounded down over all returns of that line together. An amount returned moves that part too. What is
    left in pieces is quantity × (1 - part), so it need not be a whole number of pieces.
 2. round(price × quantity) rounds halves up. The 1 % is of the exact price × quantity. A line without a price
    had the price amount + discount. A line is discounted if either its discount or what the price says is
    more than a rounding.
 3. Document numbers are compared as text; facts alike in time, kind and number go by what they say, as text.
 4. A return stamped before its receipt stands among the returns of its receipt's time, after all receipts of
    that time, and its day is the receipt's.
 5. A debt is paid the moment anything becomes available, by older facts first when several do on one morning.
 6. The last purchase shown is the one burning counts from: of zero receipts and of receipts of which no kopeck
    is left there is none. With no receipt left standing, only the day a lot appeared counts.
 7. On a return's day burn: what came back with it after its own day, and what was to burn later and by this
    return's moving the last purchase should have burned. Both when the return is done, before the next fact.
 8. "Its own lot" is what the receipt earned, and burning of that lot is remembered once over all returns. What
    was spent from it and came back is a lot of its own: when that burns, it excuses nothing.
 9. With `confirm_days` 0 a lot is available as soon as its fact is processed, and pays debt at that moment.
10. A fixed date burns what was available before that morning; 29 February is 28 February in other years.
11. A lot that becomes available at or after its burn day (delay longer than lifetime) burns the next morning.
12. "Available first" compares days; "older fact" compares places in the order of processing. What came back is
    available since the return's day and as old as the return; pieces of one return go as they came back.
13. The level and rate of a state are by the version in force on the day asked; a receipt is always
    recomputed by the rate, the unit and `earn_on_redeemed` it was bought under.
14. Before the first version the first version is in force.
15. An unmatched return counts nowhere here. On a day, it is matched if its receipt is a fact of that day or
    before.
16. "If nothing more happens" lets pending lots become available: they may be part of the next burn.
17. Grants and redeemed sums are never negative; redeemed never exceeds the receipt's total.
18. What had been debt comes back as new, whoever paid that debt meanwhile; bonuses that came back and were spent
    again come back as the lot they last were, with its day.
19. Burn days for cancelling are as they stood before that return, for what it brought back too.
20. `cancelled` is what cancelling took or made debt: what had burned already is not in it.
21. A return that takes nothing at all (nothing was left) counts in nothing, so it is not in `returns_count`;
    one that takes pieces worth nothing is.
22. A burn day has passed on that very day: what comes back then does not live on.
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
    purchases_count: int

    @property
    def pending_sum(self) -> int:
        return sum(amount for _, amount in self.pending)


@dataclass(eq=False)
class Lot:
    """Bonuses that appeared together; `place` is its fact's place in the order of processing."""

    place: int
    appeared: date
    available_on: date
    left: int
    burn: BurnRule
    lifetime_days: int | None = None
    kept_burn_day: date | None = None  # of the lot it had come from
    from_receipt: bool = False
    is_available: bool = False
    burned: int = 0
    excused: int = 0  # of what burned: what did not have to be cancelled for that

    def own_burn_day(self) -> date | None:
        """§7: a day that no purchase moves."""
        if self.kept_burn_day is not None:
            return self.kept_burn_day
        if self.lifetime_days is not None:
            return self.available_on + self.lifetime_days * DAY
        match self.burn:
            case AfterAccrual(days):
                return self.available_on + days * DAY
            case FixedDates(dates):
                return next_fixed_date(dates, self.available_on)
        return None


@dataclass
class Bought:
    """A receipt, what was promised for it, and what has happened to it since."""

    receipt: Receipt
    programme: Programme
    rate: Fraction
    shares: list[int]
    gone: list[Fraction]  # the part of each line that is returned, 0 to 1
    paid_from: list[tuple[Lot | None, int]]  # in the order it was spent and is not yet back; None is debt
    lot: Lot | None = None

    def returned(self, i: int) -> int:
        return floor(self.receipt.lines[i].amount * self.gone[i])

    def returned_sum(self) -> int:
        return sum(self.returned(i) for i in range(len(self.gone)))

    def came_back(self) -> int:
        """§7: share × returned / amount, rounded down, line by line."""
        lines = enumerate(self.receipt.lines)
        return sum(self.shares[i] * self.returned(i) // line.amount for i, line in lines if line.amount)

    def is_a_purchase(self) -> bool:
        """§8: some amount above 0 is left."""
        return self.receipt.total - self.returned_sum() > 0

    def earned(self) -> int:
        """§5 and §7: what the receipt earns for what is left of it."""
        exact = Fraction(0)
        for i, line in enumerate(self.receipt.lines):
            if is_discounted(line) or line.amount == 0:
                continue
            base = line.amount if self.programme.earn_on_redeemed else line.amount - self.shares[i]
            exact += base * Fraction(line.amount - self.returned(i), line.amount) * self.rate / 100
        return floor(exact / self.programme.bonus_unit) * self.programme.bonus_unit

    def take_back(self, wanted: ReturnLine) -> bool:
        """From the earliest line of the article with something left, flowing on; whether anything was taken."""
        left = Fraction(wanted.amount if wanted.amount is not None else wanted.quantity or 0)
        taken = False
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
                taken = True
        return taken


def round_half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def is_discounted(line: Line) -> bool:
    """§3: by what is said, or as seen from the price."""
    if line.price is None:
        cost = Fraction(line.amount + line.discount)
    else:
        cost = Fraction(line.price * line.quantity, 1000)
    return any(is_discount(off, cost) for off in (line.discount, round_half_up(cost) - line.amount))


def is_discount(off: int, cost: Fraction) -> bool:
    """§3: below 1 rouble that is also below 1 % of price × quantity it is a rounding."""
    return off > 0 and not (off < 100 and off < cost / 100)


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


def sort_key(fact: Fact) -> tuple[datetime, int, str, str]:
    """§3: by time; then grant, receipt, return; then document number."""
    return fact.at, KIND_ORDER[type(fact)], fact.number, repr(fact)


def in_order(facts: Iterable[Fact]) -> Iterator[tuple[date, Fact]]:
    """Facts in the order they are processed, each with its day; unmatched returns are left out."""
    facts = list(facts)
    receipts = {fact.number: fact for fact in facts if isinstance(fact, Receipt)}
    found: list[tuple[datetime, Fact]] = []
    for fact in facts:
        if not isinstance(fact, Return):
            found.append((fact.at, fact))
        elif fact.receipt_number in receipts:
            found.append((max(fact.at, receipts[fact.receipt_number].at), fact))
    for at, fact in sorted(found, key=lambda it: (it[0], sort_key(it[1])[1:])):
        yield at.date(), fact


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
    if lot.own_burn_day() is not None:
        return lot.own_burn_day()
    if isinstance(lot.burn, AfterPurchase):
        counted = [last_purchase] if last_purchase else []
        if not lot.from_receipt:
            counted.append(lot.appeared)
        return max(counted) + lot.burn.days * DAY if counted else None
    return None


def has_passed(burns_on: date | None, day: date) -> bool:
    return burns_on is not None and burns_on <= day


@dataclass
class Account:
    """One customer while the days go by."""

    programmes: Sequence[Programme]
    lots: list[Lot] = field(default_factory=list)
    bought: dict[str, Bought] = field(default_factory=dict)
    taken: list[tuple[date, Return, int]] = field(default_factory=list)  # each return that took: its day, its sum
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
        last_purchase = self.last_purchase()
        for lot in self.lots:
            if lot.is_available and has_passed(burn_day(lot, last_purchase), day):
                self.burn(lot)
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
        taken: list[tuple[Lot | None, int]] = []
        beyond = self.take_from(self.spending_order(self.last_purchase()), receipt.redeemed, taken)
        if beyond:
            self.debt += beyond
            taken.append((None, beyond))
        shares = spread(receipt.redeemed, [line.amount for line in receipt.lines])
        bought = Bought(receipt, programme, rate, shares, [Fraction(0) for _ in receipt.lines], taken)
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
        taken = [bought.take_back(line) for line in document.lines]
        if not any(taken):
            return
        self.taken.append((day, document, bought.returned_sum() - returned))
        self.turnover -= bought.returned_sum() - returned
        back = self.bring_back(day, bought, bought.came_back() - came_back)
        self.cancel(bought, earned - bought.earned(), last_purchase_before)
        self.burn_after_return(day, back, last_purchase_before)

    def bring_back(self, day: date, bought: Bought, amount: int) -> list[Lot]:
        """§7: in the reverse of the order of spending; each piece pays debt as it comes."""
        self.restored += amount
        back = []
        while amount:
            lot, paid = bought.paid_from.pop()
            piece = min(paid, amount)
            if piece < paid:
                bought.paid_from.append((lot, paid - piece))
            amount -= piece
            kept = lot.own_burn_day() if lot else None
            back.append(self.add_lot(day, piece, confirm_days=0, kept_burn_day=kept))
        return back

    def cancel(self, bought: Bought, amount: int, last_purchase_before: date | None) -> None:
        """§7: the pending lot; else what burned of its own lot, what is left of it, other lots, debt."""
        if amount == 0:
            return
        own = bought.lot
        assert own is not None
        if own.is_available:
            excused = min(amount, own.burned - own.excused)
            own.excused += excused
            amount -= excused
        self.cancelled += amount
        rest = self.take_from([own], amount)
        if rest:
            assert own.is_available
            rest = self.take_from(self.spending_order(last_purchase_before), rest)
        self.debt += rest

    def burn_after_return(self, day: date, back: list[Lot], last_purchase_before: date | None) -> None:
        """§7: the rest of what came back too late. §8: what should have burned, as the return made it."""
        last_purchase = self.last_purchase()
        for lot in self.lots:
            if not lot.is_available or not has_passed(burn_day(lot, last_purchase), day):
                continue
            if lot in back or not has_passed(burn_day(lot, last_purchase_before), day):
                self.burn(lot)

    def add_lot(
        self,
        day: date,
        amount: int,
        confirm_days: int,
        lifetime_days: int | None = None,
        kept_burn_day: date | None = None,
        from_receipt: bool = False,
    ) -> Lot:
        rule, available_on = version_on(self.programmes, day).burn, day + confirm_days * DAY
        lot = Lot(self.place, day, available_on, amount, rule, lifetime_days, kept_burn_day, from_receipt)
        self.lots.append(lot)
        if lot.available_on <= day:
            self.make_available(lot)
        return lot

    def make_available(self, lot: Lot) -> None:
        lot.is_available = True
        paid = min(lot.left, self.debt)
        lot.left -= paid
        self.debt -= paid

    def burn(self, lot: Lot) -> None:
        self.burned += lot.left
        lot.burned += lot.left
        lot.left = 0

    def spending_order(self, last_purchase: date | None) -> list[Lot]:
        """§6: what burns first, then what was available first, then the older fact."""
        lots = [lot for lot in self.lots if lot.is_available and lot.left]
        return sorted(
            lots,
            key=lambda lot: (burn_day(lot, last_purchase) or date.max, lot.available_on, lot.place),
        )

    def take_from(self, lots: Iterable[Lot], amount: int, taken: list[tuple[Lot | None, int]] | None = None) -> int:
        """Take as much as there is, noting it in `taken`; what could not be taken."""
        for lot in lots:
            part = min(lot.left, amount)
            lot.left -= part
            amount -= part
            if part and taken is not None:
                taken.append((lot, part))
        return amount

    def last_purchase(self) -> date | None:
        days = [it.receipt.at.date() for it in self.bought.values() if it.is_a_purchase()]
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
        returns_count=len(account.taken),
        returns_sum=sum(it.returned_sum() for it in account.bought.values()),
        last_purchase_on=account.last_purchase(),
        purchases_count=sum(it.is_a_purchase() for it in account.bought.values()),
    )


def redeem_limits(
    facts: Iterable[Fact], programmes: Sequence[Programme], at: datetime, total: int
) -> tuple[int, int]:
    """§6, for the till: the most by the cap, and what is available at that moment; the smaller one holds."""
    before = [fact for fact in facts if sort_key(fact)[:2] < (at, KIND_ORDER[Receipt])]
    account = account_after(before, programmes, at.date())
    by_cap = floor(total * Fraction(version_on(programmes, at.date()).redeem_cap) / 100)
    return by_cap, account.available()
