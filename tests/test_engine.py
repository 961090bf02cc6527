"""The engine against a slow independent model on random histories, and what always holds for entries."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.engine.entries import MOVES, Kind, Line, LotRef, Origin, Receipt, Ref, Return, ReturnLine
from loyalty.engine.figures import balance
from loyalty.engine.replay import take_back_all
from loyalty.engine.sale import Earning, Remains, in_units
from loyalty.money import WHOLE
from loyalty.program.terms import Program
from tests import histories, model, translated
from tests.histories import History


@given(st.data(), histories.histories())
def test_engine_and_independent_model_agree_on_any_day(data: st.DataObject, history: History) -> None:
    """And on every day of a fact: some of what a return does shows on that very day only."""
    for day in (*history.fact_days, data.draw(histories.days_of(history))):
        mine = translated.state(history.facts, history.programmes, day)
        assert mine == model.state(history.facts, history.programmes, day), day


@given(st.data(), histories.histories())
def test_facts_in_any_order_give_the_same_entries(data: st.DataObject, history: History) -> None:
    facts = translated.facts_of(history.facts)
    programs = translated.programs_of(history.programmes)
    shuffled = data.draw(st.permutations(facts))
    assert translated.replay(shuffled, programs).entries == translated.replay(facts, programs).entries


@given(histories.histories())
def test_no_account_is_ever_below_zero_and_debt_leaves_nothing_available(history: History) -> None:
    pending = available = debt = 0
    for entry in translated.replayed(history.facts, history.programmes).entries:
        assert entry.amount > 0
        move = MOVES[entry.kind]
        pending += move.pending * entry.amount
        available += move.available * entry.amount
        debt += move.debt * entry.amount
        assert min(pending, available, debt) >= 0
    assert pending == 0
    assert not (debt and available)


@given(histories.histories(), st.integers(0, 500))
def test_what_is_promised_ahead_comes_true_if_nothing_more_happens(history: History, days: int) -> None:
    """Entries ahead, written today, are the entries the model finds on that day."""
    day = history.last_day + timedelta(days=days)
    mine = translated.state(history.facts, history.programmes, day)
    assert mine == model.state(history.facts, history.programmes, day)


@given(st.data(), histories.histories())
def test_at_any_moment_the_till_is_told_what_is_there_before_it(data: st.DataObject, history: History) -> None:
    at = data.draw(st.sampled_from([fact.at for fact in history.facts] or [histories.NOON_0]))
    limits = translated.redeem_limits(history.facts, history.programmes, at, 99_99)
    assert limits == model.redeem_limits(history.facts, history.programmes, at, 99_99)


@given(histories.histories())
def test_of_receipts_that_are_nobodys_the_same_comes_back(history: History) -> None:
    facts = translated.facts_of(history.facts)
    documents = [fact for fact in facts if isinstance(fact, Receipt | Return)]
    owned = translated.replay(facts, translated.programs_of(history.programmes))
    assert take_back_all(documents) == owned.returned


@given(histories.histories())
def test_entries_come_in_the_order_of_their_days(history: History) -> None:
    days = [entry.effective_on for entry in translated.replayed(history.facts, history.programmes).entries]
    assert days == sorted(days)


@given(histories.histories())
def test_every_entry_says_what_caused_it_and_which_bonuses_moved(history: History) -> None:
    ledger = translated.replayed(history.facts, history.programmes)
    left: Counter[LotRef] = Counter()
    for day, kind, amount, fact, lot in ledger.entries:
        of_the_lot = (None, lot.fact if lot else None)
        match kind:
            case Kind.OVERSPENT | Kind.OWED:
                assert lot is None and fact is not None and fact.origin is CAUSED_BY[kind]
            case Kind.EARNED | Kind.GRANTED | Kind.CAME_BACK:
                assert lot is not None and fact == lot.fact and fact.origin is CAUSED_BY[kind]
                assert ledger.lots[lot].appeared_on == day
                left[lot] += amount
            case Kind.AVAILABLE:
                assert lot is not None and fact in of_the_lot and ledger.lots[lot].available_on == day
            case Kind.DEBT_PAID:
                assert lot is not None and fact in of_the_lot
                left[lot] -= amount
            case _:
                assert lot is not None
                assert fact.origin is CAUSED_BY[kind] if fact else kind is Kind.BURNED
                left[lot] -= amount
    assert {ref: lot.left for ref, lot in ledger.lots.items()} == dict(left)


CAUSED_BY = {
    Kind.EARNED: Origin.RECEIPT, Kind.SPENT: Origin.RECEIPT, Kind.OVERSPENT: Origin.RECEIPT,
    Kind.GRANTED: Origin.GRANT,
    Kind.CAME_BACK: Origin.RETURN, Kind.CANCELLED: Origin.RETURN, Kind.CANCELLED_PENDING: Origin.RETURN,
    Kind.OWED: Origin.RETURN, Kind.BURNED: Origin.RETURN,
}  # fmt: skip


def test_a_receipt_paid_with_more_than_there_was_and_brought_back_movement_by_movement() -> None:
    """10 000 earn 500; day 20: 600 pay of 1 000, which earn 5 % of 400; day 25: all of it comes back."""
    line, noon = model.Line("A", 1000, None, 0, 10_000_00), histories.NOON_0
    back = model.ReturnLine("A", 1000)
    facts = [
        model.Receipt("1", noon, (line,)),
        model.Receipt("2", noon + timedelta(days=20), (replace(line, amount=1_000_00),), 600_00),
        model.Return("3", noon + timedelta(days=25), "2", (back,)),
    ]
    first, second = Ref(Origin.RECEIPT, 0), Ref(Origin.RECEIPT, 1)
    third = Ref(Origin.RETURN, 2)
    of_first, of_second = LotRef(*first), LotRef(*second)
    was_debt, was_spent = LotRef(*third, 0), LotRef(*third, 1)
    entries = translated.replayed(facts, (model.Programme(),)).entries
    assert [((day - histories.DAY_0).days, *rest) for day, *rest in entries] == [
        (0, Kind.EARNED, 500_00, first, of_first),
        (14, Kind.AVAILABLE, 500_00, None, of_first),
        (20, Kind.SPENT, 500_00, second, of_first),
        (20, Kind.OVERSPENT, 100_00, second, None),
        (20, Kind.EARNED, 20_00, second, of_second),
        (25, Kind.CAME_BACK, 100_00, third, was_debt),
        (25, Kind.DEBT_PAID, 100_00, third, was_debt),
        (25, Kind.CAME_BACK, 500_00, third, was_spent),
        (25, Kind.CANCELLED_PENDING, 20_00, third, of_second),
        (390, Kind.BURNED, 500_00, None, was_spent),
    ]


def test_bonuses_remember_what_was_promised_with_them_though_spent_and_back_under_another_version() -> None:
    noon, line = histories.NOON_0, model.Line("A", 1000, None, 0, 1_000_00)
    facts = [
        model.Grant("1", noon, 500_00, 0, 30),
        model.Receipt("2", noon + timedelta(days=3), (line,), 500_00),
        model.Return("3", noon + timedelta(days=20), "2", (model.ReturnLine("A", 1000),)),
    ]
    later = model.Programme(since=histories.DAY_0 + timedelta(days=10), confirm_days=1)
    first = translated.program_of(model.Programme())
    lots = translated.replayed(facts, (model.Programme(), later)).lots
    for ref in (LotRef(Origin.GRANT, 0), LotRef(Origin.RETURN, 2)):
        lot = lots[ref]
        assert (lot.lifetime_days, lot.burns_on) == (30, histories.DAY_0 + timedelta(days=30))
        assert lot.program == first


@pytest.mark.parametrize(
    ("back", "sold", "same"),
    [
        (("A1", "платье"), ("A1", "платье летнее"), True),  # a renamed article
        (("A1", "платье"), ("A2", "платье"), False),
        (("", "платье"), ("A1", "платье"), True),
        (("A1", "платье"), ("", "платье"), True),
        (("", "платье"), ("", "платье"), True),
        (("", "шарф"), ("A1", "платье"), False),
        (("A1", "шарф"), ("", "платье"), False),
    ],
)
def test_goods_are_known_by_their_codes_and_by_name_where_one_has_none(
    back: tuple[str, str], sold: tuple[str, str], same: bool
) -> None:
    line = Line(sold[0], 1000, 100_00, True, sold[1])
    assert ReturnLine(back[0], 1000, None, name=back[1]).is_of(line) is same


@pytest.mark.parametrize(
    ("named", "pieces", "returned"),
    [
        (None, 1000, [100_00, 0, 0]),
        (1, 1000, [0, 200_00, 0]),
        (1, 2000, [0, 200_00, 0]),  # it does not flow on from a line that is named
        (3, 1000, [0, 0, 0]),
    ],
)
def test_a_till_says_which_of_equal_lines_comes_back(named: int | None, pieces: int, returned: list[int]) -> None:
    remains = Remains([Line("A1", 1000, amount, True) for amount in (100_00, 200_00, 300_00)])
    taken = remains.take_back(ReturnLine("A1", pieces, None, named))
    assert remains.returned == returned
    is_any = sum(returned) > 0
    assert (taken.amount, taken.is_whole, taken.is_any) == (sum(returned), is_any and pieces == 1000, is_any)


def test_what_a_line_earns_is_told_with_its_rate_and_level() -> None:
    lines = (model.Line("A", 1000, None, 0, 1_000_00), model.Line("B", 1000, None, 100_00, 500_00))
    sales = translated.replayed([model.Receipt("1", histories.NOON_0, lines)], (model.Programme(),)).sales
    assert sales[0].earnings == [Earning(1_000_00, 500, "Уровень 0"), Earning(0, 500, "Уровень 0")]


def test_however_large_a_sum_a_kopeck_less_than_a_bonus_is_no_bonus() -> None:
    whole = 10**18 * WHOLE * Program().bonus_unit
    assert [in_units(exact, Program()) for exact in (whole - 1, whole)] == [(10**18 - 1) * 100, 10**20]


def test_where_nothing_will_burn_there_is_neither_a_day_nor_a_sum() -> None:
    shown = balance([], histories.DAY_0)
    assert (shown.next_burn_on, shown.next_burn) == (None, None)


def test_every_kind_of_entry_moves_some_account() -> None:
    assert set(MOVES) == set(Kind)
    assert all(any(move) for move in MOVES.values())
