"""Simulated shops whose true effect is known: how often the honest method, and the usual one, says «доказано».

Who buys how often differs widely (gamma), receipts are skewed (lognormal): half a year of such a shop deviates by
some two averages and a half, as real ones do.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from bench.table import Row, printed
from loyalty.messages.results import effect
from loyalty.messages.results.effect import NO_CAP, Effect, Estimate, Mask, Verdict, Whole

VISITS_A_YEAR, EVENNESS = 1.8, 0.32
RECEIPT, SKEW, TASTE = 3_000_00, 1.1, 0.5
TILES = 8  # earlier periods that the cap is of
SHOPS = 1_000
FALSE_MAX, HARMS_MAX, MISSED_MAX = 3.5, 5.0, 8.0  # percent: nominally 2.5, 2.5 and 5


@dataclass(frozen=True)
class Kind:
    """What is measured in a shop: so many drawings of a control among so many people, over so many days."""

    name: str
    people: int
    percent: int
    days: int
    drawings: int = 1


LASTING = Kind("3 000 клиентов, постоянная контрольная группа 20 %, полгода", 3_000, 20, 182)
SMALL = Kind("1 000 клиентов, постоянная контрольная группа 20 %, полгода", 1_000, 20, 182)
BIG = Kind("10 000 клиентов, постоянная контрольная группа 20 %, полгода", 10_000, 20, 182)
CAMPAIGN = Kind("Одна рассылка: 500 человек, контрольная группа 10 %", 500, 10, 14)
CAMPAIGNS = Kind("12 рассылок по 500 человек, контрольная группа 10 %", 500, 10, 14, 12)
KINDS = (SMALL, LASTING, BIG, CAMPAIGN, CAMPAIGNS)

Method = Callable[[Whole, Mask, Whole, int], Estimate]


@dataclass(frozen=True)
class Judged:
    """Of so many shops; `covered` is the share of those judged whose interval holds the truth."""

    shops: int
    proven: int
    harms: int
    few: int
    covered: float
    chance: float


class People:
    """Customers with their own habits; what they spend in any number of days."""

    def __init__(self, chance: np.random.Generator, count: int) -> None:
        self._chance, self.count = chance, count
        self._visits = chance.gamma(EVENNESS, VISITS_A_YEAR / EVENNESS, count)
        self._taste = chance.lognormal(0, TASTE, count)

    def spent(self, days: int, share: float = 1.0) -> Whole:
        """Kopecks of each; `share` of their visits."""
        visits = self._chance.poisson(self._visits * share * days / 365)
        who = np.repeat(np.arange(self.count), visits)
        receipts = self._chance.lognormal(np.log(RECEIPT), SKEW, len(who)) * self._taste[who]
        return np.bincount(who, receipts, self.count).astype(np.int64)


def usual(spent: Whole, is_control: Mask, stratum: Whole, cap: int) -> Estimate:
    """Welch's interval of plain averages: what tools for large shops do."""
    one, other = spent[~is_control].astype(float), spent[is_control].astype(float)
    variance = len(one) ** 2 * (one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    found = len(one) * (one.mean() - other.mean())
    return Estimate(found, variance, 0.0, len(one), len(other), int(np.count_nonzero(spent)), 0.0)


def judged(kind: Kind, shops: int, *, lift: float, seed: int, method: Method = effect.measure) -> Judged:
    """So many shops of a kind, whose messages bring `lift` of usual sales more to whoever gets them."""
    chance = np.random.default_rng(seed)
    found = [_shop(chance, kind, lift, method) for _ in range(shops)]
    told = [one for one, _, _ in found if one.verdict is not Verdict.FEW]
    covered = [one.low <= truth <= one.high for one, truth, _ in found if one.verdict is not Verdict.FEW]
    return Judged(
        shops,
        sum(one.verdict is Verdict.PROVEN for one in told),
        sum(one.verdict is Verdict.HARMS for one in told),
        shops - len(told),
        sum(covered) / len(covered) if covered else 1.0,
        sum(promised for _, _, promised in found) / shops,
    )


def _shop(chance: np.random.Generator, kind: Kind, lift: float, method: Method) -> tuple[Effect, float, float]:
    """The answer, the truth, and the chance that was told beforehand."""
    estimates, truth, promised = [], 0.0, 0.0
    for drawing in range(kind.drawings):
        people = People(chance, kind.people)
        stratum = effect.strata(people.spent(365))
        earlier = np.concatenate([people.spent(kind.days) for _ in range(TILES)])
        cap = effect.cap_of(earlier)
        is_control = effect.drawn(f"{chance.integers(1 << 60)}", np.arange(kind.people), stratum, kind.percent)
        without = people.spent(kind.days)
        having = without + people.spent(kind.days, lift)
        spent = np.where(is_control, without, having)
        limit = cap if method is effect.measure else NO_CAP
        truth += float((np.minimum(having, limit) - np.minimum(without, limit))[~is_control].sum())
        estimates.append(method(spent, is_control, stratum, cap))
        if not drawing:
            moved = effect.gain(earlier[: kind.people], stratum, cap) * sqrt(kind.drawings)
            promised = effect.chance(kind.people, Fraction(kind.percent, 100), moved)
    return effect.together(estimates), truth, promised


def main(words: list[str]) -> list[Row]:
    """Simulate and print; every row."""
    parser = argparse.ArgumentParser(prog="python -m bench effect", description="Честный эффект: не врёт ли он")
    parser.add_argument("--shops", type=int, default=SHOPS, help=f"магазинов каждого рода ({SHOPS})")
    found = rows(parser.parse_args(words).shops)
    print(printed(found))
    return found


def rows(shops: int = SHOPS, lift: float = 0.15) -> list[Row]:
    """Every kind without an effect and with a known one."""
    found = []
    for number, kind in enumerate(KINDS):
        none = judged(kind, shops, lift=0.0, seed=100 + number)
        some = judged(kind, shops, lift=lift, seed=200 + number)
        lies = judged(kind, shops, lift=0.0, seed=100 + number, method=usual)
        found += [
            _row(f"{kind.name}. Эффекта нет: «доказано»", none.proven, shops, FALSE_MAX),
            _row("  то же: «вредит»", none.harms, shops, HARMS_MAX),
            _row("  то же: интервал не накрыл правду", round((1 - none.covered) * shops), shops, MISSED_MAX),
            _row("  то же, обычным методом (Уэлч): «доказано» или «вредит»", lies.proven + lies.harms, shops),
            _row(f"  Эффект {lift:.0%}: «доказано»", some.proven, shops),
            _row("  обещанная вероятность доказать", round(some.chance * shops), shops),
            _row("  интервал не накрыл правду", round((1 - some.covered) * shops), shops, MISSED_MAX),
            _row("  «вредит»", some.harms, shops, HARMS_MAX),
        ]
    return found


def _row(name: str, count: int, of: int, limit: float | None = None) -> Row:
    return Row(name, value=100 * count / of, limit=limit, unit="%")
