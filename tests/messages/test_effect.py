"""The honest effect: by hand on a few people, over simulated shops, and never a figure where there are too few."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from bench import shops
from loyalty.messages.results import effect
from loyalty.messages.results.effect import Verdict


def test_by_hand() -> None:
    """Two strata: 6 and 6 people of the first, 10 and 5 of the second."""
    spent = np.array([0, 0, 0, 0, 600, 1200] + [0, 0, 0, 0, 0, 600] + [1000] * 5 + [3000] * 5 + [1000] * 5)
    is_control = np.array([False] * 6 + [True] * 6 + [False] * 10 + [True] * 5)
    stratum = np.array([0] * 12 + [1] * 15)
    found = effect.measure(spent, is_control, stratum)
    assert found.effect == pytest.approx(6 * (300 - 100) + 10 * (2000 - 1000))
    first = (4 * 300**2 + 300**2 + 900**2 + 5 * 100**2 + 500**2) / 10
    second = 10 * 1000**2 / 13
    assert found.variance == pytest.approx(36 * first * (1 / 6 + 1 / 6) + 100 * second * (1 / 10 + 1 / 5))
    assert (found.treated, found.control, found.buyers) == (16, 11, 18)
    assert found.usual == pytest.approx(1800 + 20000 - found.effect)


def test_sums_are_capped_where_it_was_said_beforehand() -> None:
    spent = np.array([100] * 40 + [10**9] + [100] * 40)
    is_control = np.array([False] * 41 + [True] * 40)
    found = effect.measure(spent, is_control, np.zeros(81, dtype=np.int64), cap=500)
    assert found.effect == pytest.approx(400)


@pytest.mark.parametrize(
    ("treated", "control", "buyers"),
    [(0, 0, 0), (1, 0, 1), (0, 5, 0), (4, 4, 8), (5, 5, 10), (1000, 29, 500), (29, 1000, 500), (500, 50, 0),
     (500, 50, 19)],
)  # fmt: skip
def test_few_people_are_said_to_be_few_and_nothing_is_nan(treated: int, control: int, buyers: int) -> None:
    spent = np.array([1000] * buyers + [0] * (treated + control - buyers), dtype=np.int64)
    is_control = np.array([False] * treated + [True] * control, dtype=np.bool_)
    found = effect.together([effect.measure(spent, is_control, effect.strata(spent))])
    assert (found.verdict, found.effect, found.low, found.high) == (Verdict.FEW, 0, 0, 0)


def test_a_stratum_without_a_control_is_joined_to_its_neighbour() -> None:
    spent = np.arange(100, dtype=np.int64)
    is_control = np.arange(100) >= 60
    stratum = np.where(np.arange(100) < 50, 0, 1).astype(np.int64)  # the first has no control at all
    found = effect.measure(spent, is_control, stratum)
    assert found.effect == pytest.approx(60 * (spent[:60].mean() - spent[60:].mean()))


def test_several_drawings_are_each_compared_within_themselves() -> None:
    """Shares differ: thrown together, half of a good campaign would be taken for an effect."""
    chance = np.random.default_rng(1)
    good, bad = chance.poisson(3000, 1000), chance.poisson(1000, 1000)
    of_good, of_bad = np.arange(1000) < 100, np.arange(1000) < 700
    none = np.zeros(1000, dtype=np.int64)
    apart = effect.together([effect.measure(good, of_good, none), effect.measure(bad, of_bad, none)])
    thrown = effect.together(
        [effect.measure(np.concatenate([good, bad]), np.concatenate([of_good, of_bad]), np.zeros(2000, np.int64))]
    )
    assert apart.verdict is Verdict.UNPROVEN
    assert thrown.verdict is Verdict.PROVEN  # of nothing


def test_profit_takes_off_what_was_paid() -> None:
    found = effect.Effect(Verdict.PROVEN, 100_000, 20_000, 180_000, 100, 50, 500_000, 40)
    assert found.profit(Fraction(30, 100), 10_000) == (20_000, -4_000, 44_000)


@pytest.mark.parametrize(
    ("people", "share", "told"),
    [(1000, 20, 0.10), (3000, 20, 0.31), (3000, 10, 0.15), (10_000, 20, 0.71)],
)
def test_the_chance_is_as_it_was_simulated(people: int, share: int, told: float) -> None:
    """measured/effect.md, in a shop whose sums deviate by 2.4 averages."""
    assert effect.chance(people, Fraction(share, 100), 0.15 / 2.4) == pytest.approx(told, abs=0.04)


def test_a_control_group_is_drawn_the_same_again_in_every_stratum_and_otherwise_by_another_seed() -> None:
    ids, stratum = np.arange(1, 1001), np.arange(1000) % 3
    once = effect.drawn("a", ids, stratum, 20)
    assert [int(once[stratum == one].sum()) for one in range(3)] == [67, 67, 67]
    assert (once == effect.drawn("a", ids, stratum, 20)).all()
    other = effect.drawn("b", ids, stratum, 20)
    assert 20 < int((once & other).sum()) < 65  # a fifth of 201 by chance
    assert not effect.drawn("a", ids, stratum, 0).any()
    assert effect.lots("a", range(2000)).mean() == pytest.approx(0.5, abs=4 / sqrt(12 * 2000))


# --- Whole shops -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_over_shops_without_an_effect_hardly_ever_is_one_proved() -> None:
    """Of 300 nominally 7.5 and 7.5; by the usual method of a campaign it would be 60."""
    found = shops.judged(shops.LASTING, 300, lift=0.0, seed=1)
    assert found.proven <= 16 and found.harms <= 16
    assert found.covered >= 0.92
    campaigns = shops.judged(shops.CAMPAIGN, 300, lift=0.0, seed=2)
    assert campaigns.proven <= 14 and campaigns.harms <= 17
    assert shops.judged(shops.CAMPAIGN, 300, lift=0.0, seed=2, method=shops.usual).proven >= 24


@pytest.mark.slow
def test_over_shops_with_an_effect_it_is_proved_as_often_as_was_promised() -> None:
    found = shops.judged(shops.BIG, 100, lift=0.15, seed=3)
    assert found.covered >= 0.9
    assert found.proven / 100 == pytest.approx(found.chance, abs=0.15)
    assert found.harms == 0
