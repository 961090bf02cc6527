"""Random but valid histories of one customer, and the files they may arrive in, for hypothesis.

The cast is small on purpose (three articles, a few prices, gaps around 14 and 365 days): facts meet often.
Never made, as rules.md does not say what they mean: a delay longer than the lifetime, a negative grant,
more paid with bonuses than the receipt costs, more returned than is left, two receipts of one number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from tests import model
from tests.model import Fact, Grant, Line, Programme, Receipt, Return, ReturnLine

DAY_0 = date(2026, 1, 10)
ARTICLES = ("A", "B", "C")
NOON, MIDNIGHT, EVENING = time(12), time(0), time(18, 30, 15)
GAPS_DAYS = (0, 1, 13, 14, 15, 0, 5, 20, 29, 30, 31, 200, 350, 364, 365, 366)
AROUND_DAYS = (0, 0, 1, -1, 13, 14, 15, 29, 30, 31, 364, 365, 366, 379, 380)
ROUND_AMOUNTS = (10_000_00, 1_000_00, 800_00, 1_999_90, 100_00, 50_000_00, 49_999_99, 1, 3, 100_000_00)
WHOLE = Fraction(1)
UNKNOWN_RECEIPT = "999999"
# What a customer may come with, so that there is something to spend, cancel and burn from the first day.
PAST = (
    Receipt("P00001", datetime.combine(DAY_0, NOON) - timedelta(days=20), (Line("A", 1000, None, 0, 10_000_00),)),
    Grant("P00001", datetime.combine(DAY_0, NOON) - timedelta(days=10), 500_00),
    Grant("P00002", datetime.combine(DAY_0, NOON) - timedelta(days=10), 300_00, 0, 60),
    Receipt("P00002", datetime.combine(DAY_0, NOON) - timedelta(days=5), (Line("B", 1000, None, 0, 49_999_99),)),
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


@dataclass(frozen=True)
class ReturnWish:
    """A return before it is known what is left: of which receipt (0 is the latest), what part of what."""

    number: str
    at: datetime
    receipt: int
    everything: bool
    parts: tuple[tuple[int, str, Fraction], ...]  # which article, how it is said, part of what is left
    same_day: bool  # on the receipt's own day, and the document has no time
    unmatched: bool


Step = Receipt | Grant | ReturnWish


def kopecks(largest: int = 20_000_00) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from(ROUND_AMOUNTS), st.integers(1, largest))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Full price or discounted, by any of the ways a file says so."""
    article = draw(st.sampled_from(ARTICLES))
    quantity = draw(st.sampled_from((1000, 2000, 3000, 500, 1333)))
    amount = draw(kopecks())
    match draw(st.sampled_from(("no price", "full", "edge", "below price", "discount", "free"))):
        case "no price":
            return Line(article, quantity, None, 0, amount)
        case "full":
            return Line(article, quantity, amount * 1000 // quantity, 0, amount)
        case "edge":  # exactly the rounded cost, or a kopeck below it
            price = draw(st.integers(3, 999_99))
            cost = model.round_half_up(Fraction(price * quantity, 1000))
            return Line(article, quantity, price, 0, cost - draw(st.integers(0, 1)))
        case "below price":
            return Line(article, quantity, amount * 1000 // quantity + 100, 0, amount)
        case "discount":
            return Line(article, quantity, None, draw(kopecks(500_00)), amount)
        case _:
            return Line(article, quantity, None, 100, 0)


@st.composite
def receipts(draw: st.DrawFn, number: str, at: datetime) -> Receipt:
    """1 to 4 lines; pays nothing, a few roubles, up to the cap, above it, or all of it with bonuses."""
    bought = draw(st.lists(lines(), min_size=1, max_size=3))
    if draw(st.sampled_from((False, False, True))):  # the same thing scanned again: ties, repeated articles
        bought.append(bought[0])
    total = sum(line.amount for line in bought)
    pays = draw(st.sampled_from(("nothing", "nothing", "nothing", "a little", "a little", "a part")))
    if pays == "a part":
        part = draw(st.sampled_from((Fraction(1, 20), Fraction(1, 2), Fraction(7, 10), WHOLE)))
        return Receipt(number, at, tuple(bought), floor(total * part))
    little = draw(st.one_of(st.sampled_from((1_00, 5_00, 50_00, 500_00)), st.integers(1, 99_99)))
    return Receipt(number, at, tuple(bought), min(total, little) if pays == "a little" else 0)


@st.composite
def grants(draw: st.DrawFn, number: str, at: datetime) -> Grant:
    amount = draw(st.one_of(st.sampled_from((500_00, 300_00)), st.integers(1, 1_000_00)))
    lifetime = draw(st.sampled_from((None, 30, 1, 365)))
    return Grant(number, at, amount, draw(st.sampled_from((0, 14, 1))), lifetime)


@st.composite
def return_wishes(draw: st.DrawFn, number: str, at: datetime) -> ReturnWish:
    said = st.sampled_from(("amount", "quantity", "both"))
    part = st.sampled_from((WHOLE, Fraction(1, 2), Fraction(1, 3), Fraction(1, 1_000_000)))
    parts = draw(st.lists(st.tuples(st.integers(0, 2), said, part), min_size=1, max_size=3))
    receipt = draw(st.sampled_from((0, 0, 1, 2, 5)))
    everything = draw(st.booleans())
    oddity = draw(st.sampled_from((None,) * 8 + ("same day", "unmatched")))
    return ReturnWish(number, at, receipt, everything, tuple(parts), oddity == "same day", oddity == "unmatched")


@st.composite
def steps(draw: st.DrawFn, most: int) -> list[Step]:
    """Receipts, wishes to return and grants as the days go by; some on one day, some at one instant."""
    day = DAY_0
    done: list[Step] = list(draw(st.lists(st.sampled_from(PAST), unique=True)))
    for i in range(draw(st.integers(1, most))):
        day += timedelta(days=draw(st.one_of(st.sampled_from(GAPS_DAYS), st.integers(0, 60))))
        at = datetime.combine(day, draw(st.sampled_from((NOON, MIDNIGHT, EVENING))))
        number = f"{draw(st.integers(0, 9))}{i:05d}"  # so that numbers do not grow with time
        kind = draw(st.sampled_from((receipts, receipts, return_wishes, grants)))
        step: Step = draw(kind(number, at))  # type: ignore[assignment]
        done.append(step)
    return done


def said_as(bought: model.Bought, article: str, said: str, part: Fraction) -> ReturnLine | None:
    """A valid line for this part of what is left of an article; whole pieces where there are any."""
    amount = bought.left_amount(article)
    thousandths = floor(bought.left_quantity(article))
    some_amount = max(1, floor(amount * part)) if amount else None
    some_pieces = max(1, floor(thousandths * part)) if thousandths else None
    if some_pieces and part != WHOLE and thousandths > 1000:
        some_pieces = max(1000, some_pieces // 1000 * 1000)
    if said == "quantity" or some_amount is None:
        return ReturnLine(article, quantity=some_pieces) if some_pieces else None
    return ReturnLine(article, some_pieces if said == "both" else None, some_amount)


def granted_wish(wish: ReturnWish, receipt: Receipt, bought: model.Bought) -> Return | None:
    """The wish as a return of what is really left, or nothing."""
    found = []
    articles = list(dict.fromkeys(line.article for line in receipt.lines))
    parts = wish.parts
    if wish.everything:
        parts = tuple((which, wish.parts[0][1], WHOLE) for which in range(len(articles)))
    for which, said, part in parts:
        line = said_as(bought, articles[which % len(articles)], said, part)
        if line:
            bought.take_back(line)
            found.append(line)
    return Return(wish.number, wish.at, receipt.number, tuple(found)) if found else None


def facts_of(done: list[Step]) -> list[Fact]:
    """Turn wishes into returns, in the order returns are processed, so that none exceeds what is left."""
    facts: list[Fact] = [step for step in done if not isinstance(step, ReturnWish)]
    by_time = sorted((fact for fact in facts if isinstance(fact, Receipt)), key=model.sort_key)
    wishes: dict[Return, tuple[ReturnWish, Receipt]] = {}
    for wish in done:
        if not isinstance(wish, ReturnWish):
            continue
        known = [receipt for receipt in by_time if receipt.at.date() <= wish.at.date()]
        if wish.unmatched:
            facts.append(Return(wish.number, wish.at, UNKNOWN_RECEIPT, (ReturnLine("A", 1000, 100_00),)))
        elif known:
            receipt = known[-1 - wish.receipt % len(known)]
            at = datetime.combine(receipt.at, MIDNIGHT) if wish.same_day else wish.at
            wishes[Return(wish.number, at, receipt.number, ())] = wish, receipt
    state: dict[str, model.Bought] = {}
    for _, fact in list(model.in_order([*facts, *wishes])):
        if isinstance(fact, Receipt):
            parts = [Fraction(0) for _ in fact.lines]
            state[fact.number] = model.Bought(fact, Programme(), Fraction(5), [0 for _ in fact.lines], parts)
        elif isinstance(fact, Return):
            wish, receipt = wishes[fact]
            granted = granted_wish(replace(wish, at=fact.at), receipt, state[receipt.number])
            facts += [granted] if granted else []
    return facts


@st.composite
def programmes(draw: st.DrawFn, first_day: date = DAY_0) -> tuple[Programme, ...]:
    """Mostly the shop's own; else other settings, and up to two later versions."""
    if draw(st.booleans()):
        return (Programme(),)
    versions = [replace(draw(versions_of_programme()), since=Programme.since)]
    since = first_day
    for _ in range(draw(st.integers(0, 2))):
        since += timedelta(days=draw(st.one_of(st.sampled_from((1, 10, 14, 30, 365)), st.integers(1, 400))))
        versions.append(replace(draw(versions_of_programme()), since=since))
    return tuple(versions)


def versions_of_programme() -> st.SearchStrategy[Programme]:
    """Any settings; `since` is to be replaced."""
    burns = st.sampled_from(
        (
            model.AfterPurchase(365),
            model.AfterPurchase(30),
            model.AfterPurchase(30),
            model.AfterAccrual(365),
            model.AfterAccrual(30),
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
    facts = facts_of(draw(steps(most)))
    return History(tuple(facts), draw(programmes() if versions is None else versions))


@st.composite
def days_of(draw: st.DrawFn, history: History) -> date:
    """A day worth asking about: near one of the facts, or when something of it is due."""
    near = draw(st.sampled_from([fact.at.date() for fact in history.facts] or [DAY_0]))
    return near + timedelta(days=draw(st.one_of(st.sampled_from(AROUND_DAYS), st.integers(-5, 400))))


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
