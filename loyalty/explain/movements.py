"""«Почему столько?»: a customer's every movement of bonuses traced to receipt, line and rule, in plain Russian.

Built from the same facts and the same replay() that made the movements, so what it says is what happened (P15).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from loyalty.engine.entries import MOVES, Entry, Fact, Grant, Kind, LotRef, Origin, Receipt, Ref, Return
from loyalty.engine.lot import Lot
from loyalty.engine.replay import Ledger, replay
from loyalty.engine.sale import Sale
from loyalty.explain import reasons
from loyalty.money import ONE_PIECE, WHOLE, Kopecks
from loyalty.program.terms import BurnRule, Programs
from loyalty.wording import bonuses, day, days, percent, quantity, roubles, sentence, signed

PAST = {
    **reasons.KINDS,
    Kind.OVERSPENT: "Потрачено в долг",
    Kind.OWED: "Отменено в долг",
    Kind.CANCELLED_PENDING: "Отменено",
}
AHEAD = {Kind.AVAILABLE: "Станет доступно", Kind.BURNED: "Сгорит", Kind.DEBT_PAID: "Погасит долг"}
CANCELS = (Kind.CANCELLED, Kind.CANCELLED_PENDING, Kind.OWED)
ACCRUALS = (Kind.EARNED, Kind.GRANTED)
OTHERS = " и другие"
TOGETHER = (Kind.SPENT, Kind.CANCELLED, Kind.BURNED, Kind.CAME_BACK)  # several lots at once are one movement


@dataclass(frozen=True)
class Movement:
    """A line of the list: what moved on a day, what was available after it; `at` is what `why` is asked with.

    `id` is the same movement's whatever else comes or goes meanwhile, as a place among others is not.
    """

    id: str
    at: int
    on: date
    what: str
    amount: Kopecks  # signed, as it moves what is available; a pending accrual as it will
    after: Kopecks
    whence: str
    ahead: bool


@dataclass(frozen=True)
class Explanation:
    """Sentences, and a small table of strings where the sum comes from several lines or lots."""

    title: str
    sentences: tuple[str, ...]
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    conclusion: str = ""


class Story:
    """One customer's bonuses, ready to be asked about."""

    def __init__(
        self,
        facts: Iterable[Fact],
        programs: Programs,
        *,
        goods: Mapping[int, Sequence[str]] | None = None,
        gift_words: dict[int, str] | None = None,
    ) -> None:
        """`goods` are the names of a receipt's lines by the receipt's id, `gift_words` as reasons.gifts gives."""
        self.facts = list(facts)
        self.programs = programs
        self.ledger: Ledger = replay(self.facts, programs)
        self.entries: Sequence[Entry] = self.ledger.entries
        self.goods = goods or {}
        self.named = reasons.sources(self.facts, gift_words or {})

    @cached_property
    def by_ref(self) -> dict[Ref, Fact]:
        """Facts as entries point at them."""
        kinds = {Receipt: Origin.RECEIPT, Return: Origin.RETURN, Grant: Origin.GRANT}
        return {Ref(kinds[type(fact)], fact.id): fact for fact in self.facts}

    def movements(self, today: date) -> list[Movement]:
        """Every movement, newest first, those dated ahead at the top."""
        found: list[Movement] = []
        available = 0
        for at, entry in enumerate(self.entries):
            move = MOVES[entry.kind]
            available += move.available * entry.amount
            if entry.kind is Kind.AVAILABLE and entry.fact is not None:
                continue  # available at once: the line before says it
            after = available
            if found and entry.kind in TOGETHER and self._one(self.entries[found[-1].at], entry):
                before = found[-1]
                whence = before.whence if before.whence.endswith(OTHERS) else before.whence + OTHERS
                found[-1] = replace(
                    before, amount=before.amount + move.available * entry.amount, after=after, whence=whence
                )
                continue
            if entry.kind in ACCRUALS and self._at_once(at):
                after += entry.amount
            sign = move.available or move.pending or -move.debt
            whence = reasons.explain(entry, self.named, self.ledger, today)
            ahead = entry.effective_on > today
            what = self._what(entry, today)
            id_ = " ".join(map(str, (entry.effective_on, entry.kind, *(entry.fact or ()), *(entry.lot or ()))))
            found.append(Movement(id_, at, entry.effective_on, what, sign * entry.amount, after, whence, ahead))
        return found[::-1]

    def _what(self, entry: Entry, today: date) -> str:
        if entry.effective_on > today:
            return AHEAD.get(entry.kind, PAST[entry.kind])
        waits = entry.lot and entry.kind in ACCRUALS and self.ledger.lots[entry.lot].available_on > today
        return PAST[entry.kind] + (", ждёт" if waits else "")

    @staticmethod
    def _one(entry: Entry, other: Entry) -> bool:
        """Whether two entries are parts of one movement."""
        return (entry.effective_on, entry.kind, entry.fact) == (other.effective_on, other.kind, other.fact)

    def _at_once(self, at: int) -> bool:
        following = self.entries[at + 1 : at + 2]
        return bool(following) and following[0].kind is Kind.AVAILABLE and following[0].fact is not None

    def balance(self, today: date, shown: Kopecks) -> Explanation:
        """What the available balance is made of now; the conclusion adds up every movement to the sum shown."""
        left = [(ref, amount) for ref, amount in self._left(today).items() if amount]
        rows = [
            (sentence(self.named[ref.fact].bonuses), bonuses(amount), self._burns(ref, today))
            for ref, amount in left
        ]
        some = "Сейчас доступны бонусы, которые появились здесь и ещё не потрачены:"
        sentences = (some if rows else "Сейчас доступных бонусов нет.",)
        return Explanation(
            f"Доступно {bonuses(shown)}",
            sentences,
            ("Откуда", "Осталось", "Сгорят"),
            tuple(rows),
            self.proof(today, shown),
        )

    def proof(self, today: date, shown: Kopecks) -> str:
        """The movements up to a day, added up to the balance that is shown."""
        sums: dict[Kind, Kopecks] = defaultdict(int)
        for entry in self.entries:
            if entry.effective_on <= today:
                sums[entry.kind] += entry.amount
        words = {
            Kind.AVAILABLE: "стало доступно", Kind.CAME_BACK: "вернулось", Kind.SPENT: "потрачено",
            Kind.CANCELLED: "отменено", Kind.DEBT_PAID: "ушло на долг", Kind.BURNED: "сгорело",
        }  # fmt: skip
        total, said = 0, ""
        for kind, word in words.items():
            total += MOVES[kind].available * sums[kind]
            if sums[kind]:
                sign = "" if not said else (" + " if MOVES[kind].available > 0 else " \u2212 ")
                said += f"{sign}{word} {bonuses(sums[kind])}"
        if total != shown:
            return f"Движения дают {bonuses(total)}, а показано {bonuses(shown)}: запустите проверку командой check"
        return f"{sentence(said or 'движений не было')} = {bonuses(total)}. Столько и показано."

    def _left(self, today: date) -> dict[LotRef, Kopecks]:
        """What is left available of each lot on a day."""
        left: dict[LotRef, Kopecks] = defaultdict(int)
        for entry in self.entries:
            if entry.effective_on <= today and entry.lot is not None:
                left[entry.lot] += MOVES[entry.kind].available * entry.amount
        return left

    def _burns(self, ref: LotRef, today: date) -> str:
        ahead = (e for e in self.entries if e.kind is Kind.BURNED and e.lot == ref and e.effective_on > today)
        return next((day(entry.effective_on) for entry in ahead), "не сгорят")

    def why(self, at: int, today: date) -> Explanation:
        """One movement, by its place among the entries."""
        entry = self.entries[at]
        ahead, what = entry.effective_on > today, self._what(entry, today)
        parts = [e for e in self.entries if self._one(entry, e)] if entry.kind in TOGETHER else [entry]
        amount = sum(part.amount for part in parts)
        title = f"{day(entry.effective_on)}: {what[:1].lower()}{what[1:]} {bonuses(amount)}"
        match entry.kind:
            case Kind.EARNED:
                return self._earned(title, entry, today)
            case Kind.SPENT | Kind.OVERSPENT:
                return self._spent(title, entry)
            case Kind.CANCELLED | Kind.CANCELLED_PENDING | Kind.OWED:
                return self._cancelled(title, at)
            case Kind.CAME_BACK:
                return self._came_back(title, entry, today)
            case Kind.BURNED:
                return self._burned(title, parts, ahead)
            case Kind.DEBT_PAID:
                return Explanation(title, (*self._origin(entry.lot), "Долг погашается раньше всего остального."))
        return Explanation(title, (*self._origin(entry.lot), *self._terms(entry.lot, today)))

    # --- Earned ---------------------------------------------------------------------------------------------

    def _earned(self, title: str, entry: Entry, today: date) -> Explanation:
        assert entry.fact is not None
        sale = self.ledger.sales[entry.fact[1]]
        base = sum(earning.base for earning in sale.earnings)
        exact = Fraction(base * sale.level.rate, WHOLE)
        sentences = [
            f"{sentence(self.named[entry.fact].document)} на {roubles(sale.total)}.",
            f"До него покупок было на {roubles(sale.turnover_before)}: уровень «{sale.level.name}», "
            f"{percent(sale.level.rate)}.",
            _multiplied(base, sale, exact, entry.amount),
            *self._terms(entry.lot, today),
        ]
        headings = ("Товар", "Сумма", *(("Бонусами",) if sale.receipt.redeemed else ()), "Начисляем на")
        return Explanation(title, tuple(sentences), headings, tuple(self._lines(sale)))

    def _lines(self, sale: Sale) -> Iterable[tuple[str, ...]]:
        names = self.goods.get(sale.receipt.id, ())
        for i, line in enumerate(sale.receipt.lines):
            name = names[i] if i < len(names) else line.article
            yield (
                name if line.quantity == ONE_PIECE else f"{name} × {quantity(line.quantity)}",
                roubles(line.amount),
                *((roubles(sale.shares[i]),) if sale.receipt.redeemed else ()),
                roubles(sale.earnings[i].base) if line.full_price else "со скидкой — не начисляется",
            )

    # --- Spent ----------------------------------------------------------------------------------------------

    def _spent(self, title: str, entry: Entry) -> Explanation:
        assert entry.fact is not None
        sale = self.ledger.sales[entry.fact[1]]
        cap = sale.program.max_redeem(sale.total)
        parts = [e for e in self.entries if e.fact == entry.fact and e.kind in (Kind.SPENT, Kind.OVERSPENT)]
        rows = [
            (
                sentence(self.named[e.lot.fact].bonuses) if e.lot else "Не хватило на счёте: в долг",
                signed(-e.amount),
            )
            for e in parts
        ]
        paid = sum(e.amount for e in parts)
        sentences = [
            f"{sentence(self.named[entry.fact].document)} на {roubles(sale.total)}.",
            f"Бонусами оплачено {bonuses(paid)}.",
            f"По программе можно было до {percent(sale.program.redeem_cap)} чека: {bonuses(cap)}.",
            "Первыми тратятся бонусы, которые раньше сгорят.",
        ]
        if any(e.kind is Kind.OVERSPENT for e in parts):
            sentences.append(
                "Чек уже был пробит в 1С, поэтому недостающее записано в долг: его погасят следующие бонусы."
            )
        return Explanation(title, tuple(sentences), ("Какими бонусами", "Сколько"), tuple(rows))

    # --- Returns --------------------------------------------------------------------------------------------

    def _cancelled(self, title: str, at: int) -> Explanation:
        entry = self.entries[at]
        assert entry.fact is not None
        back = self.by_ref[entry.fact]
        assert isinstance(back, Return)
        sale, (earned, left) = self.ledger.sales[back.receipt_id], self.ledger.recounted[back.id]
        mine = [e for e in self.entries if e.fact == entry.fact and e.kind in CANCELS]
        lost = sum(e.amount for e in mine)
        sentences = [
            f"{sentence(self.named[entry.fact].document)}: вернули товары из чека {sale.receipt.number} "
            f"от {day(sale.receipt.at.date())} на {roubles(self.ledger.counted(back.id))}.",
            f"За этот чек было начислено {bonuses(earned)}, за то, что осталось у клиента, положено "
            f"{bonuses(left)} по той же ставке {percent(sale.level.rate)}.",
            f"Отменено {bonuses(lost)}.",
        ]
        if burned := earned - left - lost:
            sentences.append(f"Ещё {bonuses(burned)} из этих бонусов сгорели раньше: отменять их не нужно.")
        if any(e.kind is Kind.OWED for e in mine):
            sentences.append("Часть этих бонусов уже потрачена: она записана в долг, его погасят следующие бонусы.")
        return Explanation(title, tuple(sentences), ("Какие бонусы", "Сколько"), tuple(map(self._cancel_row, mine)))

    def _cancel_row(self, entry: Entry) -> tuple[str, str]:
        return self._whose(entry, "В долг"), signed(-entry.amount)

    def _whose(self, entry: Entry, otherwise: str) -> str:
        """The bonuses that moved, as a cell of a table."""
        return sentence(self.named[entry.lot.fact].bonuses) if entry.lot else otherwise

    def _came_back(self, title: str, entry: Entry, today: date) -> Explanation:
        assert entry.fact is not None
        back = self.by_ref[entry.fact]
        assert isinstance(back, Return)
        sale = self.ledger.sales[back.receipt_id]
        sentences = (
            f"{sentence(self.named[entry.fact].document)}: вернули товары из чека {sale.receipt.number} "
            f"от {day(sale.receipt.at.date())} на {roubles(self.ledger.counted(back.id))}.",
            f"Бонусами в том чеке было оплачено {bonuses(sale.receipt.redeemed)}. "
            "Возвращается часть, которой были оплачены возвращённые товары, и её сразу можно тратить.",
            *self._terms(entry.lot, today),
        )
        return Explanation(title, sentences)

    # --- Where bonuses come from and how they end -----------------------------------------------------------

    def _origin(self, ref: LotRef | None) -> tuple[str, ...]:
        if ref is None:
            return ()
        appeared = sum(
            e.amount for e in self.entries if e.lot == ref and e.kind in (Kind.EARNED, Kind.GRANTED, Kind.CAME_BACK)
        )
        cut = sum(e.amount for e in self.entries if e.lot == ref and e.kind is Kind.CANCELLED_PENDING)
        said = f"Это {self.named[ref.fact].bonuses}: {bonuses(appeared)}."
        if words := self.named[ref.fact].words:
            said = f"{words}, {day(self.named[ref.fact].on)}: {bonuses(appeared)}."
        return (
            (said, f"Из них {bonuses(cut)} отменено до подтверждения, потому что товар вернули.")
            if cut
            else (said,)
        )

    def _terms(self, ref: LotRef | None, today: date) -> list[str]:
        """When a lot becomes available, and what ends it."""
        if ref is None:
            return []
        lot, said = self.ledger.lots[ref], []
        word = "доступны" if lot.available_on <= today else "станут доступны"
        if lot.available_on != lot.appeared_on:
            waited = days((lot.available_on - lot.appeared_on).days)
            said.append(f"Бонусы {word} с {day(lot.available_on)}: {waited} на подтверждение.")
        else:
            said.append("Тратить можно сразу.")
        if burn := next((e for e in self.entries if e.kind is Kind.BURNED and e.lot == ref), None):
            said += self._why_burned(burn, burn.effective_on > today)
        return said

    def _burned(self, title: str, parts: Sequence[Entry], ahead: bool) -> Explanation:
        if len(parts) == 1:
            return Explanation(title, tuple(self._why_burned(parts[0], ahead)))
        rows = tuple(
            (sentence(self.named[part.lot.fact].bonuses), bonuses(part.amount), " ".join(self._rule(part, ahead)))
            for part in parts
            if part.lot
        )
        rules = {row[2] for row in rows}
        if len(rules) == 1:
            return Explanation(title, tuple(rules), ("Какие бонусы", "Сколько"), tuple(row[:2] for row in rows))
        return Explanation(title, (), ("Какие бонусы", "Сколько", "Почему"), rows)

    def _why_burned(self, entry: Entry, ahead: bool) -> list[str]:
        """How much of a lot ends and when, and by which rule."""
        assert entry.lot is not None
        verb = "сгорят" if ahead else "сгорели"
        head = f"{day(entry.effective_on)} {verb} {bonuses(entry.amount)}: {self.named[entry.lot.fact].bonuses}."
        return [head, *self._rule(entry, ahead)]

    def _rule(self, entry: Entry, ahead: bool) -> list[str]:
        """The rule by which a lot ends, with the days it counts from."""
        assert entry.lot is not None
        lot = self.ledger.lots[entry.lot]
        program = lot.program
        if entry.fact is not None and entry.fact == entry.lot.fact:
            assert lot.burns_on is not None
            return [f"Эти бонусы вернулись со своим сроком, а он прошёл {day(lot.burns_on)}."]
        if entry.fact is not None:
            return [f"{sentence(self.named[entry.fact].document)} отменил последнюю покупку, и срок уже прошёл."]
        if lot.lifetime_days is not None and entry.lot.origin is Origin.GRANT:
            return [f"Подарок действует {days(lot.lifetime_days)} с {day(lot.available_on)}."]
        if entry.lot.origin is Origin.RETURN and lot.burns_on is not None:
            return [f"Эти бонусы вернулись со своим сроком: до {day(lot.burns_on)}."]
        if program.burn is BurnRule.AFTER_ACCRUAL:
            return [f"Бонусы живут {days(program.burn_days)} с {day(lot.available_on)}, когда стали доступны."]
        if program.burn is BurnRule.FIXED_DATES:
            return [f"Это первая дата сгорания по программе после {day(lot.available_on)}."]
        return self._without_purchases(entry, lot, ahead)

    def _without_purchases(self, entry: Entry, lot: Lot, ahead: bool) -> list[str]:
        last = lot.burned_after
        since = lot.appeared_on if last is None else last
        counted = f"последней покупки {day(since)}" if last else f"дня, когда бонусы появились, {day(since)}"
        if lot.appeared_on > since:
            since = lot.appeared_on
            counted = f"дня, когда бонусы появились, {day(since)}"
        said = [f"Срок: {days(lot.burn_days)} без покупок, считая от {counted}."]
        if since + timedelta(days=lot.burn_days) < entry.effective_on:
            said.append("Срок прошёл, пока они ждали подтверждения, поэтому сгорают на следующий день после него.")
        return [*said, "Новая покупка отодвинет этот день."] if ahead else said


def _multiplied(base: Kopecks, sale: Sale, exact: Fraction, earned: Kopecks) -> str:
    """«9 500 ₽ × 5 % = 475»."""
    product = bonuses(int(exact)) if exact.denominator == 1 else f"{bonuses(int(exact))}…"
    rounded = (
        "" if exact == earned else f", вниз до целого шага {roubles(sale.program.bonus_unit)}: {bonuses(earned)}"
    )
    without = "" if sale.program.earn_on_redeemed or not sale.receipt.redeemed else ", кроме оплаченного бонусами"
    sum_ = f"{roubles(base)} × {percent(sale.level.rate)} = {product}{rounded}"
    return f"Начисляется на товары без скидки{without}: {sum_}."
