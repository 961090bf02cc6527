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
from tests.bonuses import histories, model
from tests.bonuses.histories import History
from tests.onec import translated


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


def pieces(quantity: int, line: int | None = None) -> ReturnLine:
    return ReturnLine("A1", quantity, None, line)


def kopecks(amount: int) -> ReturnLine:
    return ReturnLine("A1", 1, amount)


THREE, ONE, TWO = (
    Line("A1", quantity, rub * 100, True) for quantity, rub in ((3000, 100), (1000, 100), (2000, 300))
)
NOTHING = (0, 0, False, False)


@pytest.mark.parametrize(
    ("lines", "wanted", "taken"),
    [
        ([THREE], [pieces(1000)] * 2, [(33_33, 1000, True, True)] * 2),
        ([THREE], [pieces(2000), pieces(2000)], [(66_66, 2000, True, True), (33_34, 1000, False, True)]),
        ([THREE], [pieces(3000), pieces(1), kopecks(1)], [(100_00, 3000, True, True), NOTHING, NOTHING]),
        ([THREE], [kopecks(33_34), pieces(2000)], [(33_34, 1000, True, True), (66_66, 2000, True, True)]),
        ([THREE], [kopecks(33_34), pieces(2001)], [(33_34, 1000, True, True), (66_66, 2000, False, True)]),
        (
            [THREE],
            [pieces(1000), kopecks(66_67), pieces(1)],
            [(33_33, 1000, True, True), (66_67, 2000, True, True), NOTHING],
        ),
        ([ONE], [pieces(1001)], [(100_00, 1000, False, True)]),
        ([ONE], [kopecks(100_01)], [(100_00, 1000, False, True)]),
        ([ONE, TWO], [pieces(1500)], [(175_00, 1500, True, True)]),
        ([ONE, TWO], [kopecks(150_00)], [(150_00, 1333, True, True)]),
        ([ONE, TWO], [pieces(500, 1), pieces(2000, 1)], [(75_00, 500, True, True), (225_00, 1500, False, True)]),
        ([ONE, TWO], [pieces(1000, 2)], [NOTHING]),
        ([ONE._replace(article="A2"), TWO], [pieces(2000)], [(300_00, 2000, True, True)]),
    ],
)  # fmt: skip
def test_of_a_receipts_lines_comes_back(
    lines: list[Line], wanted: list[ReturnLine], taken: list[tuple[int, int, bool, bool]]
) -> None:
    """Kopecks, thousandths of a piece, whether all that was asked, whether anything."""
    remains = Remains(lines)
    found = [remains.take_back(one) for one in wanted]
    assert [(one.amount, one.pieces, one.is_whole, one.is_any) for one in found] == taken


def test_what_comes_back_is_told_line_by_line_and_its_pieces_add_up() -> None:
    """A third of a piece thrice is a piece: what is rounded is what has come back so far."""
    remains = Remains([Line("A1", 1000, 100, True), Line("A1", 1000, 200_00, True)])
    thirds = [remains.take_back(ReturnLine("A1", 1000, amount, None, "")).of for amount in (33, 33, 34 + 50_00)]
    assert [tuple(map(tuple, of)) for of in thirds] == [
        ((0, 330, 33),),
        ((0, 330, 33),),
        ((0, 340, 34), (1, 250, 50_00)),
    ]


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)], ids=["one file first", "the other first"])
def test_of_one_number_at_one_instant_the_shops_name_decides_and_not_the_order_of_files(
    ids: tuple[int, int],
) -> None:
    """50 000 in one shop and 1 000 in the other: the first by name earns 5 % of 1 000, the other 5 % of its own."""
    large, small = ([Line("A1", 1000, amount, True)] for amount in (50_000_00, 1_000_00))
    south = Receipt(ids[0], "7", histories.NOON_0, 0, large, "Юг")
    centre = Receipt(ids[1], "7", histories.NOON_0, 0, small, "Центр")
    sales = translated.replay([south, centre], translated.programs_of((model.Programme(),))).sales
    assert (sales[south.id].earned, sales[centre.id].earned) == (2_500_00, 50_00)


def test_what_a_line_earns_is_told_with_its_rate_and_level() -> None:
    lines = (model.Line("A", 1000, None, 0, 1_000_00), model.Line("B", 1000, None, 100_00, 500_00))
    receipts = [model.Receipt(number, histories.NOON_0, lines) for number in ("1", "2")]
    sales = translated.replayed(receipts, (model.Programme(),)).sales
    for sale in sales.values():
        assert sale.earnings == [Earning(1_000_00, 500, "Уровень 0"), Earning(0, 500, "Уровень 0")]
    assert [sale.turnover_before for sale in sales.values()] == [0, 1_500_00]


def test_however_large_a_sum_a_kopeck_less_than_a_bonus_is_no_bonus() -> None:
    whole = 10**18 * WHOLE * Program().bonus_unit
    assert [in_units(exact, Program()) for exact in (whole - 1, whole)] == [(10**18 - 1) * 100, 10**20]


def test_where_nothing_will_burn_there_is_neither_a_day_nor_a_sum() -> None:
    shown = balance([], histories.DAY_0)
    assert (shown.next_burn_on, shown.next_burn) == (None, None)


def test_every_kind_of_entry_moves_some_account() -> None:
    assert set(MOVES) == set(Kind)
    assert all(any(move) for move in MOVES.values())
