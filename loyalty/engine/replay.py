"""replay(facts, programmes) -> ledger: every bonus movement of one customer, past and future (rules.md).

Pure: knows no database and no clock. Facts go in any order; entries come out dated, those ahead included,
so a balance on any day is a sum over the entries effective by then.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

from loyalty.engine.entries import Entry, Fact, Grant, Kind, Origin, Receipt, Ref, Return
from loyalty.engine.lot import Lot, new_lot
from loyalty.engine.sale import Sale, in_units, spread
from loyalty.money import Kopecks
from loyalty.program.terms import Program, Programs


@dataclass(slots=True, eq=False)
class Ledger:
    """One customer's movements in order, and where the facts leave her."""

    entries: list[Entry] = field(default_factory=list)
    sales: dict[int, Sale] = field(default_factory=dict)
    returned: dict[int, Kopecks] = field(default_factory=dict)  # by return: what fitted its receipt
    turnover: Kopecks = 0
    last_purchase_on: date | None = None


def replay(facts: Iterable[Fact], programs: Programs) -> Ledger:
    """Every movement that one customer's facts lead to; the facts may come in any order."""
    account = _Account(programs)
    for order, (at, fact) in enumerate(_in_order(facts)):
        day = at.date()
        account.advance(day)
        if isinstance(fact, Receipt):
            account.sell(fact, day, order)
        elif isinstance(fact, Return):
            account.take_back(fact, day, order)
        else:
            account.grant(fact, day, order)
    account.advance(date.max)
    return account.ledger


_RANK: dict[type, int] = {Grant: 0, Receipt: 1, Return: 2}


def _in_order(facts: Iterable[Fact]) -> list[tuple[datetime, Fact]]:
    """By time, at one time grants, receipts, returns, then by number (§3); a return never before its receipt."""
    facts = list(facts)
    if len(facts) == 1:
        return [(facts[0].at, facts[0])]
    sold_at = {fact.id: fact.at for fact in facts if isinstance(fact, Receipt)}
    timed = [
        (max(fact.at, sold_at[fact.receipt_id]) if isinstance(fact, Return) else fact.at, fact) for fact in facts
    ]
    return sorted(timed, key=lambda t: (t[0], _RANK[type(t[1])], t[1].number, t[1].id))


_by_availability = attrgetter("available_on", "order")


class _Account:
    """The customer's state while her facts are replayed, day by day."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.ledger = Ledger()
        self.pending: list[Lot] = []  # the first to become available first
        self.available: list[Lot] = []
        self.debt: Kopecks = 0
        self.purchases: list[Sale] = []  # not returned in full, by time
        self.no_burn_before = date.max  # a lower bound, so that most days need no look at the lots

    @property
    def last_purchase(self) -> date | None:
        return self.purchases[-1].receipt.at.date() if self.purchases else None

    def advance(self, day: date) -> None:
        """Let time pass to a day: at each start of day burns come first, then pending lots become available."""
        while self.pending or self.available:
            last = self.last_purchase
            burns = self.no_burn_before
            if burns <= day:
                burns = min([lot.burn_day(last) for lot in self.available], default=date.max)
                self.no_burn_before = burns
            matures = self.pending[0].available_on if self.pending else date.max
            now = min(burns, matures)
            if now > day or now == date.max:
                return
            if burns == now:
                self._burn(now, None)
            while self.pending and self.pending[0].available_on == now:
                self._make_available(self.pending.pop(0), now, None)

    def sell(self, receipt: Receipt, day: date, order: int) -> None:
        program = self.programs.on(day)
        before = self.ledger.turnover
        amounts = [line.amount for line in receipt.lines]
        sale = Sale(
            receipt,
            program,
            before,
            program.level(before),
            sum(amounts),
            spread(receipt.redeemed, amounts),
            earned=0,
        )
        ref = (Origin.RECEIPT, receipt.id)
        if receipt.redeemed:
            over = self._take(receipt.redeemed, self._by_burn_day(), day, Kind.SPENT, ref)
            self._add_debt(over, day, Kind.OVERSPENT, ref)
        self.ledger.turnover = before + sale.total
        self.ledger.sales[receipt.id] = sale
        self.purchases.append(sale)
        self.ledger.last_purchase_on = day
        sale.earned = in_units(sum(sale.bases()) * sale.level.rate, program)
        if sale.earned:
            sale.lot = self._appear(ref, order, sale.earned, day, program, program.confirm_days, None)

    def grant(self, grant: Grant, day: date, order: int) -> None:
        ref, program = (Origin.GRANT, grant.id), self.programs.on(day)
        self._appear(ref, order, grant.amount, day, program, grant.confirm_days, grant.lifetime_days)

    def take_back(self, back: Return, day: date, order: int) -> None:
        """A return: what had paid comes back, what was earned is cancelled, the last purchase may move (§7)."""
        sale, ref = self.ledger.sales[back.receipt_id], (Origin.RETURN, back.id)
        amount = sum(sale.remains.take_back(line).amount for line in back.lines)
        self.ledger.returned[back.id] = amount
        self.ledger.turnover -= amount
        if comes := sale.came_back_now() - sale.came_back:
            sale.came_back += comes
            lot = new_lot(ref, order, comes, day, self.programs.on(day), 0, None)
            self.ledger.entries.append(Entry(day, Kind.CAME_BACK, comes, ref, ref))
            self._join_available(lot, day, ref)
        if sale.lot and (cancelled := sale.earned - sale.earned_now()):
            sale.earned -= cancelled
            self._cancel(cancelled, sale.lot, day, ref)
        if sale.back_whole() and sale in self.purchases:
            self.purchases.remove(sale)
            self.ledger.last_purchase_on = self.last_purchase
            self._burn(day, ref)

    def _appear(
        self,
        ref: Ref,
        order: int,
        amount: Kopecks,
        day: date,
        program: Program,
        delay: int,
        lifetime: int | None,
    ) -> Lot:
        lot = new_lot(ref, order, amount, day, program, delay, lifetime)
        kind = Kind.EARNED if ref[0] is Origin.RECEIPT else Kind.GRANTED
        self.ledger.entries.append(Entry(day, kind, amount, ref, ref))
        if delay:
            insort(self.pending, lot, key=_by_availability)
        else:
            self._make_available(lot, day, ref)
        return lot

    def _make_available(self, lot: Lot, day: date, fact: Ref | None) -> None:
        if lot.left:
            self.ledger.entries.append(Entry(day, Kind.AVAILABLE, lot.left, fact, lot.ref))
            self._join_available(lot, day, fact)

    def _join_available(self, lot: Lot, day: date, fact: Ref | None) -> None:
        """Debt takes its part first."""
        if pays := min(self.debt, lot.left):
            self.debt -= pays
            lot.left -= pays
            self.ledger.entries.append(Entry(day, Kind.DEBT_PAID, pays, fact, lot.ref))
        if lot.left:
            self.available.append(lot)
            self.no_burn_before = min(self.no_burn_before, lot.burn_day(self.last_purchase))

    def _by_burn_day(self) -> list[Lot]:
        """Available lots in the order of rules.md §6."""
        last = self.last_purchase
        return sorted(self.available, key=lambda lot: (lot.burn_day(last), lot.available_on, lot.order))

    def _take(self, amount: Kopecks, lots: Iterable[Lot], day: date, kind: Kind, fact: Ref) -> Kopecks:
        """Take from available lots in the given order; what they lack."""
        for lot in lots:
            if not amount:
                break
            part = min(amount, lot.left)
            lot.left -= part
            amount -= part
            self.ledger.entries.append(Entry(day, kind, part, fact, lot.ref))
        self.available = [lot for lot in self.available if lot.left]
        return amount

    def _cancel(self, amount: Kopecks, own: Lot, day: date, fact: Ref) -> None:
        if own in self.pending:
            own.left -= amount
            self.ledger.entries.append(Entry(day, Kind.CANCELLED_PENDING, amount, fact, own.ref))
            return
        lots = sorted(self._by_burn_day(), key=lambda lot: lot is not own)
        self._add_debt(self._take(amount, lots, day, Kind.CANCELLED, fact), day, Kind.OWED, fact)

    def _add_debt(self, amount: Kopecks, day: date, kind: Kind, fact: Ref) -> None:
        if amount:
            self.debt += amount
            self.ledger.entries.append(Entry(day, kind, amount, fact, None))

    def _burn(self, day: date, fact: Ref | None) -> None:
        """Burn what is due by a day's start, or by a return that moved the last purchase back."""
        last = self.last_purchase
        due = [lot for lot in self.available if lot.burn_day(last) <= day]
        for lot in sorted(due, key=attrgetter("order")):
            self.ledger.entries.append(Entry(day, Kind.BURNED, lot.left, fact, lot.ref))
        self.available = [lot for lot in self.available if lot not in due]
        self.no_burn_before = min((lot.burn_day(last) for lot in self.available), default=date.max)
