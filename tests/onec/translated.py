"""The independent model's facts and programmes in the engine's words, and the engine's answer in the model's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction

from loyalty.engine.entries import Entry, Fact, Grant, Kind, Line, Receipt, Return, ReturnLine
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import Ledger, available_before, replay
from loyalty.engine.sale import full_price
from loyalty.program.terms import BurnRule, Level, Program, Programs
from tests.bonuses import model


def program_of(programme: model.Programme) -> Program:
    levels = tuple(
        Level(f"Уровень {i}", start, int(rate * 100)) for i, (start, rate) in enumerate(programme.levels)
    )
    rule, days, dates = BurnRule.NEVER, 365, ()
    match programme.burn:
        case model.AfterPurchase(days):
            rule = BurnRule.AFTER_PURCHASE
        case model.AfterAccrual(days):
            rule = BurnRule.AFTER_ACCRUAL
        case model.FixedDates(dates):
            rule = BurnRule.FIXED_DATES
    return Program(
        levels=levels,
        confirm_days=programme.confirm_days,
        redeem_cap=int(programme.redeem_cap * 100),
        bonus_unit=programme.bonus_unit,
        earn_on_redeemed=programme.earn_on_redeemed,
        burn=rule,
        burn_days=days,
        burn_dates=dates,
    )


def programs_of(programmes: Iterable[model.Programme]) -> Programs:
    return Programs([(programme.since, program_of(programme)) for programme in programmes])


def facts_of(facts: Sequence[model.Fact]) -> list[Fact]:
    """Ids are places in the sequence; returns whose receipt isn't there are unmatched and left out."""
    ids = {fact.number: i for i, fact in enumerate(facts) if isinstance(fact, model.Receipt)}
    return [fact_of(i, fact, ids) for i, fact in enumerate(facts) if is_matched(fact, ids)]


def is_matched(fact: model.Fact, receipts: dict[str, int]) -> bool:
    return not isinstance(fact, model.Return) or fact.receipt_number in receipts


def fact_of(id_: int, fact: model.Fact, receipts: dict[str, int]) -> Fact:
    if isinstance(fact, model.Receipt):
        return Receipt(id_, fact.number, fact.at, fact.redeemed, [_line(line) for line in fact.lines])
    if isinstance(fact, model.Return):
        back = [ReturnLine(line.article, line.quantity or 0, line.amount) for line in fact.lines]
        return Return(id_, fact.number, fact.at, receipts[fact.receipt_number], back)
    return Grant(id_, fact.number, fact.at, fact.amount, fact.confirm_days, fact.lifetime_days)


def _line(line: model.Line) -> Line:
    full = full_price(line.price, line.quantity, line.discount, line.amount)
    return Line(line.article, line.quantity, line.amount, full)


def replayed(facts: Sequence[model.Fact], programmes: Iterable[model.Programme]) -> Ledger:
    return replay(facts_of(facts), programs_of(programmes))


def state(facts: Sequence[model.Fact], programmes: Sequence[model.Programme], as_of: date) -> model.State:
    """The engine's figures at the end of a day, as the model gives them."""
    ledger = replayed([fact for fact in facts if fact.at.date() <= as_of], programmes)
    programs = programs_of(programmes)
    money, bought = balance(ledger.entries, as_of), purchases(ledger, programs, as_of)
    reached = [entry for entry in ledger.entries if entry.effective_on <= as_of]
    pending = [entry for entry in ledger.entries if entry.effective_on > as_of and entry.kind is Kind.AVAILABLE]
    assert sum(entry.amount for entry in pending) == money.pending
    by_day = Counter[date]()
    for entry in pending:
        by_day[entry.effective_on] += entry.amount
    return model.State(
        level=[level.name for level in programs.on(as_of).levels].index(bought.level),
        rate=Fraction(bought.rate, 100),
        turnover=bought.turnover,
        available=money.available,
        pending=sorted(by_day.items()),
        spent=money.spent,
        restored=money.came_back,
        earned=_sum(reached, Kind.EARNED),
        granted=_sum(reached, Kind.GRANTED),
        cancelled=_sum(reached, Kind.CANCELLED, Kind.CANCELLED_PENDING, Kind.OWED),
        burned=money.burned,
        debt=money.debt,
        next_burn=(money.next_burn_on, money.next_burn or 0) if money.next_burn_on else None,
        receipts_count=bought.receipts_count,
        receipts_sum=bought.receipts_sum,
        returns_count=bought.returns_count,
        returns_sum=bought.returns_sum,
        last_purchase_on=bought.last_purchase_on,
        purchases_count=bought.purchases_count,
    )


def redeem_limits(
    facts: Sequence[model.Fact], programmes: Sequence[model.Programme], at: datetime, total: int
) -> tuple[int, int]:
    """What the till is told: by the cap, and by what is available before the first receipt of that moment."""
    programs, asked = programs_of(programmes), Receipt(-1, "", at, 0, [])
    return programs.on(at.date()).max_redeem(total), available_before(facts_of(facts), programs, asked)


def _sum(entries: Iterable[Entry], *kinds: Kind) -> int:
    return sum(entry.amount for entry in entries if entry.kind in kinds)
