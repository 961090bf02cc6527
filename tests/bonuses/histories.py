"""Random but valid histories of one customer, and the files they may arrive in, for hypothesis.

The cast is small on purpose (three articles, a few prices, gaps around 14 and 365 days): facts meet often.
Returns are taken from nothing but their receipt, so they often ask for more than is left, or for goods that
were never in it. Never made, as rules.md does not say what they mean: a negative grant, more paid with
bonuses than the receipt costs, two receipts of one number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from tests.bonuses import model
from tests.bonuses.model import Fact, Grant, Line, Programme, Receipt, Return, ReturnLine

DAY_0 = date(2026, 1, 10)
ARTICLES = ("A", "B", "C")
UNKNOWN_ARTICLE, UNKNOWN_RECEIPT = "X", "999999"
NOON, MIDNIGHT, EVENING = time(12), time(0), time(18, 30, 15)
GAPS_DAYS = (0, 1, 0, 13, 14, 15, 0, 5, 10, 0, 20, 20, 29, 30, 31, 200, 350, 365, 366)
AROUND_DAYS = (0, 0, 1, -1, 7, 13, 14, 15, 29, 30, 31, 44, 364, 365, 366, 379, 380)
ROUND_AMOUNTS = (10_000_00, 1_000_00, 800_00, 1_999_90, 100_00, 50_000_00, 49_999_99, 1, 3, 100_000_00)
QUANTITIES = (1000, 2000, 3000, 500, 1333, 333, 1)
PAYS = (1_00, 5_00, 50_00, 400_00, 500_00, 600_00, 900_00, 1_200_00)
WHOLE = Fraction(1)
FAR, NEAR = (15, 20, 340, 350, 364), (1, 0, 5, 10, 15, 20, 30, 31)
KINDS = ("receipt", "receipt", "paying", "return", "return", "grant")
PLOTS: tuple[tuple[tuple[str, tuple[int, ...]], ...], ...] = (
    (("receipt", GAPS_DAYS),),
    (("receipt", GAPS_DAYS), ("receipt", FAR), ("return of all", (15, 20, 25, 31, 300))),  # burns on that day
    (("grant", NEAR), ("paying", NEAR), ("return", NEAR), ("return", NEAR)),
    (("grant", NEAR), ("receipt", NEAR), ("paying", (14, 15, 20)), ("return", NEAR), ("return", NEAR)),
    (("grant", NEAR), ("paying", NEAR), ("paying", NEAR), ("return", NEAR), ("return", NEAR), ("return", NEAR)),
    (("receipt", NEAR), ("return", (25, 45)), ("return", NEAR), ("return", NEAR)),  # of what may have burned
    (("receipt", NEAR), ("paying", (14, 15, 20)), ("return", (1, 10, 20, 30)), ("return", NEAR), ("return", NEAR)),
)
PARTS = (WHOLE, Fraction(1, 2), Fraction(1, 3), Fraction(2, 3), Fraction(3, 2), Fraction(1, 1_000_000))
NOON_0 = datetime.combine(DAY_0, NOON)
# What a customer may come with, so that there are lots to spend, cancel and burn from the first day. The second
# and the third grant burn on one day.
PAST = (
    Receipt("P00001", NOON_0 - timedelta(days=20), (Line("A", 1000, None, 0, 10_000_00),)),
    Grant("P00001", NOON_0 - timedelta(days=10), 500_00),
    Grant("P00002", NOON_0 - timedelta(days=10), 300_00, 0, 60),
    Grant("P00003", NOON_0 - timedelta(days=5), 70_00, 0, 55),
    Grant("P00004", NOON_0 - timedelta(days=1), 200_00, 0, 8),
    Receipt("P00002", NOON_0 - timedelta(days=5), (Line("B", 1000, None, 0, 49_999_99),)),
    Receipt("P00003", NOON_0 - timedelta(days=30), (Line("C", 3000, None, 0, 1_000_00),)),
)


@dataclass(frozen=True)
class History:
    """What one customer did, in no particular order, and the versions of the programme meanwhile."""

    facts: tuple[Fact, ...]
    programmes: tuple[Programme, ...]

    @property
    def fact_days(self) -> list[date]:
        """Every day on which something happened: what a return burns is seen on that very day only."""
        return sorted({fact.at.date() for fact in self.facts})

    @property
    def last_day(self) -> date:
        return max((fact.at.date() for fact in self.facts), default=DAY_0)


def kopecks(largest: int = 20_000_00) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from(ROUND_AMOUNTS), st.integers(1, largest))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Full price or discounted, by any of the ways a file says so."""
    article = draw(st.sampled_from(ARTICLES))
    quantity = draw(st.sampled_from(QUANTITIES))
    amount = draw(kopecks())
    match draw(st.sampled_from(("no price", "full", "rounding", "rounding", "below price", "discount", "free"))):
        case "no price":
            return Line(article, quantity, None, 0, amount)
        case "full":
            return Line(article, quantity, amount * 1000 // quantity, 0, amount)
        case "rounding":
            return draw(almost_full_price(article))
        case "below price":
            return Line(article, quantity, amount * 1000 // quantity + 100, 0, amount)
        case "discount":
            return Line(article, quantity, None, draw(kopecks(500_00)), amount)
        case _:
            return Line(article, quantity, None, 100, 0)


@st.composite
def almost_full_price(draw: st.DrawFn, article: str) -> Line:
    """Around a kopeck, a rouble and 1 % off, as a discount that is said, as seen from the price, or both."""
    quantity = draw(st.sampled_from((1000, 3000, 333, 500)))
    price = draw(st.one_of(st.sampled_from((100_00, 50_00, 899_90, 33_34, 33)), st.integers(3, 300_00)))
    cost = model.round_half_up(Fraction(price * quantity, 1000))
    border = draw(st.sampled_from((0, 100, cost // 100)))
    off = min(cost, max(0, border + draw(st.sampled_from((0, -1, 1)))))
    match draw(st.sampled_from(("by price", "said", "said without a price", "said otherwise"))):
        case "by price":
            return Line(article, quantity, price, 0, cost - off)
        case "said":
            return Line(article, quantity, price, off, cost - off)
        case "said without a price":
            return Line(article, quantity, None, off, cost - off)
        case _:  # the price is what it costs already
            return Line(article, quantity, price, off, cost)


@st.composite
def receipts(draw: st.DrawFn, number: str, at: datetime, pays: bool) -> Receipt:
    """1 to 4 lines; `pays` from one lot or several, up to the cap, above it, or all of it; else mostly nothing."""
    bought = draw(st.lists(lines(), min_size=1, max_size=3))
    if draw(st.sampled_from((False, False, True))):  # the same thing scanned again: ties, repeated articles
        bought.append(bought[0])
    if draw(st.sampled_from((False,) * 9 + (True,))):  # all of it for nothing
        bought = [replace(line, discount=line.amount, amount=0) for line in bought]
    total = sum(line.amount for line in bought)
    how = draw(st.sampled_from(("a sum", "a sum", "a part") if pays else ("nothing", "nothing", "a sum", "a part")))
    if how == "a part":
        part = draw(st.sampled_from((Fraction(1, 20), Fraction(1, 2), Fraction(7, 10), WHOLE)))
        return Receipt(number, at, tuple(bought), floor(total * part))
    paid = draw(st.one_of(st.sampled_from(PAYS), st.integers(1, 99_99)))
    return Receipt(number, at, tuple(bought), min(total, paid) if how == "a sum" else 0)


@st.composite
def grants(draw: st.DrawFn, number: str, at: datetime) -> Grant:
    amount = draw(st.one_of(st.sampled_from((500_00, 300_00)), st.integers(1, 1_000_00)))
    lifetime = draw(st.sampled_from((None, 30, 1, 10, 365)))
    return Grant(number, at, amount, draw(st.sampled_from((0, 14, 1))), lifetime)


@st.composite
def return_lines(draw: st.DrawFn, receipt: Receipt) -> ReturnLine:
    """A part of what was bought of an article, or more than that, in pieces, in kopecks, or said both ways."""
    articles = [line.article for line in receipt.lines]
    article = draw(st.sampled_from((*articles, *articles, *articles, UNKNOWN_ARTICLE)))
    same = [line for line in receipt.lines if line.article == article]
    part = draw(st.sampled_from(PARTS))
    amount = max(1, floor(sum(line.amount for line in same) * part))
    pieces = max(1, floor(sum(line.quantity for line in same) * part))
    match draw(st.sampled_from(("amount", "pieces", "both", "an amount", "some pieces"))):
        case "amount":
            return ReturnLine(article, amount=amount)
        case "pieces":
            return ReturnLine(article, quantity=pieces)
        case "both":
            return ReturnLine(article, pieces, amount)
        case "an amount":
            return ReturnLine(article, amount=draw(kopecks(100_00)))
        case _:
            return ReturnLine(article, quantity=draw(st.sampled_from((1000, 2000, 333, 1))))


@st.composite
def returns(draw: st.DrawFn, number: str, at: datetime, known: list[Receipt], whole: bool) -> Return:
    """Mostly of the latest and of those that paid; of all or some lines; some stamped before their receipt."""
    unmatched = Return(number, at, UNKNOWN_RECEIPT, (ReturnLine("A", 1000, 100_00),))
    if not known or (not whole and draw(st.sampled_from((False,) * 14 + (True,)))):
        return unmatched
    paying = [receipt for receipt in known[::-1] if receipt.redeemed]
    receipt = known[-1] if whole else draw(st.sampled_from(known[-1:-3:-1] + paying * 2 + known[::-1]))
    if whole or draw(st.sampled_from((True, False, False))):
        articles = dict.fromkeys(line.article for line in receipt.lines)
        back = [ReturnLine(name, amount=sum_of(receipt, name)) for name in articles]
    else:
        back = draw(st.lists(return_lines(receipt), min_size=1, max_size=3))
    early = draw(st.sampled_from((None,) * 8 + ("midnight", "the same instant", "a day", "ten days")))
    match early:
        case "midnight":
            at = datetime.combine(receipt.at, MIDNIGHT)
        case "the same instant":
            at = receipt.at
        case "a day" | "ten days":
            at = receipt.at - timedelta(days=1 if early == "a day" else 10)
    return Return(number, at, receipt.number, tuple(back))


def sum_of(receipt: Receipt, article: str) -> int:
    return sum(line.amount for line in receipt.lines if line.article == article)


@st.composite
def steps(draw: st.DrawFn, most: int) -> list[Fact]:
    """A plot, then receipts, returns and grants as the days go by; some on one day, some at one instant."""
    day = DAY_0
    done: list[Fact] = list(draw(st.lists(st.sampled_from(PAST), unique=True, max_size=5)))
    known = [fact for fact in done if isinstance(fact, Receipt)]
    plot = draw(st.sampled_from(PLOTS))
    for i in range(draw(st.integers(len(plot), max(most, len(plot))))):
        kind, gaps = plot[i] if i < len(plot) else (draw(st.sampled_from(KINDS)), GAPS_DAYS)
        some = st.sampled_from(gaps)
        day += timedelta(days=draw(st.one_of(some, st.integers(0, 40)) if gaps is GAPS_DAYS else some))
        at = datetime.combine(day, draw(st.sampled_from((NOON, MIDNIGHT, EVENING))))
        number = f"{draw(st.integers(0, 9))}{i:05d}"  # so that numbers do not grow with time
        match kind:
            case "receipt" | "paying":
                known.append(draw(receipts(number, at, pays=kind == "paying")))
                done.append(known[-1])
            case "return" | "return of all":
                done.append(draw(returns(number, at, known, whole=kind == "return of all")))
            case _:
                done.append(draw(grants(number, at)))
    return done


@st.composite
def programmes(draw: st.DrawFn, days: list[date]) -> tuple[Programme, ...]:
    """The shop's own, or mostly other settings, and up to two later versions, from days of facts or any days."""
    if draw(st.sampled_from((True, False, False))):
        return (Programme(),)
    first = replace(draw(versions_of_programme()), since=Programme.since)
    some_day = st.one_of(st.sampled_from(days or [DAY_0]), st.integers(1, 200).map(lambda n: DAY_0 + timedelta(n)))
    later = draw(st.lists(some_day, max_size=2, unique=True))
    return (first, *(replace(draw(versions_of_programme()), since=since) for since in sorted(later)))


def versions_of_programme() -> st.SearchStrategy[Programme]:
    """Any settings; `since` is to be replaced."""
    burns = st.sampled_from(
        (
            model.AfterPurchase(365),
            model.AfterPurchase(30),
            model.AfterPurchase(30),
            model.AfterPurchase(7),  # may be over before the bonuses are available
            model.AfterAccrual(365),
            model.AfterAccrual(30),
            model.AfterAccrual(10),
            model.AfterAccrual(1),
            model.FixedDates(((12, 31),)),
            model.FixedDates(((1, 24), (7, 1))),
            model.Never(),
        )
    )
    levels = st.sampled_from(
        (
            Programme.levels,
            ((0, 3),),
            ((0, 1), (1_000_00, Fraction(5, 2)), (10_000_00, 10), (30_000_00, 15)),
            ((0, 0), (1_000_00, 5)),
        )
    )
    return st.builds(
        Programme,
        levels=levels,
        confirm_days=st.sampled_from((14, 0, 1)),
        redeem_cap=st.sampled_from((50, 30, 100)),
        bonus_unit=st.sampled_from((100, 1, 1000)),
        earn_on_redeemed=st.booleans(),
        burn=burns,
    )


@st.composite
def histories(
    draw: st.DrawFn, most: int = 9, versions: st.SearchStrategy[tuple[Programme, ...]] | None = None
) -> History:
    """One customer's facts, at most `most` of them, under random programmes (or under `versions`)."""
    facts = tuple(draw(steps(most)))
    days = History(facts, ()).fact_days
    return History(facts, draw(programmes(days) if versions is None else versions))


@st.composite
def days_of(draw: st.DrawFn, history: History) -> date:
    """A day worth asking about: of one of the facts (mostly of a return) or near it, or when something is due."""
    returned = [fact.at.date() for fact in history.facts if isinstance(fact, Return)]
    near = draw(st.sampled_from(draw(st.sampled_from([days for days in (history.fact_days, returned) if days]))))
    return near + timedelta(days=draw(st.one_of(st.just(0), st.sampled_from(AROUND_DAYS), st.integers(-5, 400))))


@st.composite
def splits(draw: st.DrawFn, facts: tuple[Fact, ...] | list[Fact], repeats: bool = False) -> list[list[Fact]]:
    """The facts shuffled and split over 1 to 4 files, none empty; with `repeats` some come in two files."""
    shuffled = draw(st.permutations(list(facts)))
    count = draw(st.integers(1, 4))
    files: list[list[Fact]] = [[] for _ in range(count)]
    for fact in shuffled:
        first = draw(st.integers(0, count - 1))
        second = draw(st.integers(0, count - 1)) if repeats else first
        for number in {first, second}:
            files[number].append(fact)
    return [file for file in files if file]
