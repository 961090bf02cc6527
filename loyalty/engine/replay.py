"""replay(facts, programmes) -> ledger: every bonus movement of one customer, past and future (rules.md).

Pure: knows no database and no clock. Facts go in any order; entries come out dated, those ahead included,
so a balance on any day is a sum over the entries effective by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heappop, heappush

from loyalty.engine.entries import Entry, Fact, Grant, Kind, LotRef, Origin, Receipt, Ref, Return
from loyalty.engine.lot import Lot, new_lot
from loyalty.engine.purse import Purse
from loyalty.engine.sale import Piece, Remains, Sale, Taken
from loyalty.money import Kopecks
from loyalty.program.terms import Programs


@dataclass(slots=True, eq=False)
class Ledger:
    """One customer's movements in order, and where the facts leave her."""

    entries: list[Entry] = field(default_factory=list)
    sales: dict[int, Sale] = field(default_factory=dict)
    returned: dict[int, list[Taken]] = field(default_factory=dict)  # by return: what fitted, line by line
    recounted: dict[int, tuple[Kopecks, Kopecks]] = field(
        default_factory=dict
    )  # by return: its receipt earned, earns
    lots: dict[LotRef, Lot] = field(default_factory=dict)
    turnover: Kopecks = 0
    last_purchase_on: date | None = None

    def counted(self, return_id: int) -> Kopecks:
        """What of a return counts: what fitted its receipt."""
        return sum(taken.amount for taken in self.returned[return_id])


def replay(facts: Iterable[Fact], programs: Programs) -> Ledger:
    """Every movement that one customer's facts lead to; the facts may come in any order."""
    account = _Account(programs)
    for order, (at, fact) in enumerate(_in_order(facts)):
        account.take(fact, at.date(), order)
    account.advance(date.max)
    account.check_whole()
    return account.ledger


def available_before(facts: Iterable[Fact], programs: Programs, sale: Receipt) -> Kopecks:
    """What is available at a sale's own time, by the facts that come before it."""
    account = _Account(programs)
    for order, (at, fact) in enumerate(_in_order([*facts, sale])):
        if fact is sale:
            break
        account.take(fact, at.date(), order)
    account.advance(sale.at.date())
    return account.purse.total


def take_back_all(facts: Iterable[Receipt | Return]) -> dict[int, list[Taken]]:
    """What of returns fits receipts that are nobody's: by return, line by line."""
    remains: dict[int, Remains] = {}
    taken: dict[int, list[Taken]] = {}
    for _at, fact in _in_order(facts):
        if isinstance(fact, Receipt):
            remains[fact.id] = Remains(fact.lines)
        elif isinstance(fact, Return):
            taken[fact.id] = [remains[fact.receipt_id].take_back(line) for line in fact.lines]
    return taken


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
    return sorted(timed, key=_place)


def _place(timed: tuple[datetime, Fact]) -> tuple[datetime, int, str, str, int]:
    at, fact = timed
    shop = "" if isinstance(fact, Grant) else fact.shop  # numbers repeat between shops; ids tell the order of files
    return at, _RANK[type(fact)], fact.number, shop, fact.id


class _Account:
    """The customer's state while her facts are replayed, day by day."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.ledger = Ledger()
        self.pending: list[tuple[date, int, int, Lot]] = []  # a heap, the first to become available first
        self.purse = Purse()
        self.debt: Kopecks = 0
        self.purchases: list[Sale] = []  # by time; those that came back whole leave when they are the last
        self.last_purchase: date | None = None
        self.no_burn_before = date.max  # a lower bound, so that most days need no look at the lots

    def take(self, fact: Fact, day: date, order: int) -> None:
        """One fact, after the days before it."""
        self.advance(day)
        if isinstance(fact, Receipt):
            self.sell(fact, day, order)
        elif isinstance(fact, Return):
            self.take_back(fact, day, order)
        else:
            self.grant(fact, day, order)
        assert self.debt >= 0 and not (self.debt and self.purse.total), "debt is paid before anything is available"

    def advance(self, day: date) -> None:
        """Let time pass to a day: at each start of day burns come first, then pending lots become available."""
        while True:
            burns = self.no_burn_before
            if burns <= day:
                burns = self.no_burn_before = self.purse.next_burn(self.last_purchase)
            matures = self.pending[0][0] if self.pending else date.max
            now = min(burns, matures)
            if now > day or now == date.max:
                return
            if burns == now:
                self._burn(now, None)
            while self.pending and self.pending[0][0] == now:
                self._make_available(heappop(self.pending)[-1], now, None)

    def sell(self, receipt: Receipt, day: date, order: int) -> None:
        program, before = self.programs.on(day), self.ledger.turnover
        sale, ref = Sale(receipt, program, before, program.level(before)), Ref(Origin.RECEIPT, receipt.id)
        if receipt.redeemed:
            sale.paid_with, over = self._take(receipt.redeemed, day, Kind.SPENT, ref)
            if over:
                self._add_debt(over, day, Kind.OVERSPENT, ref)
                sale.paid_with.append(Piece(None, over))
        self.ledger.turnover = before + sale.total
        self.ledger.sales[receipt.id] = sale
        if sale.total:
            self.purchases.append(sale)
            self.last_purchase = self.ledger.last_purchase_on = day
        if sale.earned:
            lot = new_lot(LotRef(*ref), order, sale.earned, day, program, program.confirm_days, None)
            sale.lot = self._appear(lot, Kind.EARNED, day)

    def grant(self, grant: Grant, day: date, order: int) -> None:
        ref, program = LotRef(Origin.GRANT, grant.id), self.programs.on(day)
        lot = new_lot(ref, order, grant.amount, day, program, grant.confirm_days, grant.lifetime_days)
        self._appear(lot, Kind.GRANTED, day)

    def take_back(self, back: Return, day: date, order: int) -> None:
        """A return: what had paid comes back, what was earned is cancelled, the last purchase may move (§7)."""
        sale, ref = self.ledger.sales[back.receipt_id], Ref(Origin.RETURN, back.id)
        taken = [sale.remains.take_back(line) for line in back.lines]
        self.ledger.returned[back.id] = taken
        self.ledger.turnover -= sum(line.amount for line in taken)
        if comes := sale.came_back_now() - sale.came_back:
            sale.came_back += comes
            for part, piece in enumerate(sale.give_back(comes)):
                self._come_back(piece, LotRef(*ref, part), order, day)
        earned, sale.earned = sale.earned, sale.earned_now()
        self.ledger.recounted[back.id] = (earned, sale.earned)
        if sale.lot and earned > sale.earned:
            self._cancel(earned - sale.earned, sale.lot, day, ref)
        if not sale.is_purchase():  # only now: cancelling goes by the burn days before this return
            self._find_last_purchase()
        self._burn(day, ref)

    def _find_last_purchase(self) -> None:
        while self.purchases and not self.purchases[-1].is_purchase():
            self.purchases.pop()
        last = self.purchases[-1].receipt.at.date() if self.purchases else None
        self.last_purchase = self.ledger.last_purchase_on = last

    def check_whole(self) -> None:
        """What must hold whatever the facts were; a failure is a mistake of ours, never of a file."""
        ledger = self.ledger
        assert self.purse.total == sum(lot.left for lot in ledger.lots.values()), "lots and balance part"
        assert all(lot.left >= 0 for lot in ledger.lots.values())
        sold = sum(sale.total for sale in ledger.sales.values())
        assert ledger.turnover == sold - sum(map(ledger.counted, ledger.returned)) >= 0, "turnover is what is left"
        for sale in ledger.sales.values():
            assert sum(piece.amount for piece in sale.paid_with) == sale.receipt.redeemed - sale.came_back

    def _appear(self, lot: Lot, kind: Kind, day: date) -> Lot:
        self.ledger.lots[lot.ref] = lot
        self.ledger.entries.append(Entry(day, kind, lot.amount, lot.ref.fact, lot.ref))
        if lot.available_on > day:
            lot.is_pending = True
            heappush(self.pending, (lot.available_on, lot.order, lot.ref.part, lot))
        else:
            self._make_available(lot, day, lot.ref.fact)
        return lot

    def _make_available(self, lot: Lot, day: date, fact: Ref | None) -> None:
        lot.is_pending = False
        if lot.left:
            self.ledger.entries.append(Entry(day, Kind.AVAILABLE, lot.left, fact, lot.ref))
            self._join_available(lot, day, fact)

    def _come_back(self, piece: Piece, ref: LotRef, order: int, day: date) -> None:
        """Bonuses that had paid are there again: with their own burn day if they had one, else as new (§7)."""
        lot = new_lot(ref, order, piece.amount, day, self.programs.on(day), 0, None)
        if piece.lot and piece.lot.has_own_day:
            lot.burns_on, lot.lifetime_days, lot.program = (
                piece.lot.burns_on, piece.lot.lifetime_days, piece.lot.program
            )  # fmt: skip
        self.ledger.lots[ref] = lot
        self.ledger.entries.append(Entry(day, Kind.CAME_BACK, lot.amount, ref.fact, ref))
        self._join_available(lot, day, ref.fact)

    def _join_available(self, lot: Lot, day: date, fact: Ref | None) -> None:
        """Debt takes its part first."""
        if pays := min(self.debt, lot.left):
            self.debt -= pays
            lot.left -= pays
            self.ledger.entries.append(Entry(day, Kind.DEBT_PAID, pays, fact, lot.ref))
        if lot.left:
            self.purse.add(lot, self.last_purchase)
            self.no_burn_before = min(self.no_burn_before, lot.burn_day(self.last_purchase))

    def _take(
        self, amount: Kopecks, day: date, kind: Kind, fact: Ref, own: Lot | None = None
    ) -> tuple[list[Piece], Kopecks]:
        """Available bonuses, from `own` lot first, then in the order of §6: what was taken, and what lacked."""
        last, pieces = self.last_purchase, list[Piece]()
        lot = own if own is not None and own.left else self.purse.first(last)
        while amount and lot is not None:
            part = min(amount, lot.left)
            self.purse.take(lot, part)
            amount -= part
            pieces.append(Piece(lot, part))
            self.ledger.entries.append(Entry(day, kind, part, fact, lot.ref))
            lot = self.purse.first(last)
        return pieces, amount

    def _cancel(self, amount: Kopecks, own: Lot, day: date, fact: Ref) -> None:
        """Bonuses for returned goods: those still pending, else what has not burned already (§7)."""
        if own.is_pending:
            assert amount <= own.left
            own.left -= amount
            self.ledger.entries.append(Entry(day, Kind.CANCELLED_PENDING, amount, fact, own.ref))
            return
        burned = min(amount, own.burned)
        own.burned -= burned
        _pieces, lacks = self._take(amount - burned, day, Kind.CANCELLED, fact, own)
        self._add_debt(lacks, day, Kind.OWED, fact)

    def _add_debt(self, amount: Kopecks, day: date, kind: Kind, fact: Ref) -> None:
        if amount:
            self.debt += amount
            self.ledger.entries.append(Entry(day, kind, amount, fact, None))

    def _burn(self, day: date, fact: Ref | None) -> None:
        """Burn what is due by a day's start, or by a return that moved the last purchase or brought past days."""
        last, due = self.last_purchase, list[tuple[Lot, Kopecks]]()
        while (lot := self.purse.first(last)) is not None and lot.burn_day(last) <= day:
            due.append((lot, lot.left))
            lot.burned, lot.burned_after = lot.left, last
            self.purse.take(lot, lot.left)
        self.no_burn_before = self.purse.next_burn(last)
        for lot, left in sorted(due, key=lambda one: (one[0].order, one[0].ref.part)):
            self.ledger.entries.append(Entry(day, Kind.BURNED, left, fact, lot.ref))
