"""The engine against a slow independent model on random histories, and what always holds for entries."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyalty.engine.entries import MOVES, Kind, Receipt, Return
from loyalty.engine.figures import balance
from loyalty.engine.replay import take_back_all
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


def test_where_nothing_will_burn_there_is_neither_a_day_nor_a_sum() -> None:
    shown = balance([], histories.DAY_0)
    assert (shown.next_burn_on, shown.next_burn) == (None, None)


def test_every_kind_of_entry_moves_some_account() -> None:
    assert set(MOVES) == set(Kind)
    assert all(any(move) for move in MOVES.values())
