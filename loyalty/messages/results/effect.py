"""Whether messages did anything: one figure a person, who was to be written to against a control group. Pure.

The usual methods lie on a small shop, where the control group is small and one large receipt decides (decision 20).
Here what each person spent is capped at a sum fixed beforehand, people are compared within strata of what they
spent in the year before, and the interval is by the variance of both groups together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from math import erf, isfinite, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from loyalty.money import Kopecks

Whole: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

CONFIDENT = 1.959964  # standard errors: 95 % within
LEAST_OF_STRATUM = 5  # people of each group; a smaller stratum is joined to its neighbour
LEAST_PEOPLE, LEAST_BUYERS = 30, 20  # of each group; of both together
CAPPED_AT, STRETCH_MAX = 0.99, 2.0
NO_CAP: Kopecks = 10**15
LIFT = Fraction(15, 100)  # the true effect whose chance to be proved is told


class Verdict(StrEnum):
    """What may be said; nothing is called proven that is not."""

    PROVEN = "доказано"
    UNPROVEN = "не доказано"
    HARMS = "вредит"
    FEW = "мало людей"


@dataclass(frozen=True)
class Estimate:
    """What messages brought those who were to get them, in kopecks, with its variance; of one control group."""

    effect: float
    variance: float
    third: float  # its third moment: below 0 where a small control group may spend much by chance
    treated: int
    control: int
    buyers: int
    usual: float  # what the treated would have spent without messages

    @property
    def is_one(self) -> bool:
        """Whether there was anybody to compare with."""
        return min(self.treated, self.control) >= LEAST_OF_STRATUM


@dataclass(frozen=True)
class Effect:
    """The answer: from `low` to `high` kopecks with 95 % certainty; all 0 where there are too few people to say.

    `buyers` of both groups.
    """

    verdict: Verdict
    effect: Kopecks
    low: Kopecks
    high: Kopecks
    treated: int
    control: int
    usual: Kopecks
    buyers: int

    def profit(self, margin: Fraction, taken_off: Kopecks) -> tuple[Kopecks, Kopecks, Kopecks]:
        """Profit of it, from and to: `margin` of what was brought, less what the messages and gifts cost."""
        value, low, high = (round(one * margin) - taken_off for one in (self.effect, self.low, self.high))
        return value, low, high


def measure(spent: Whole, is_control: Mask, stratum: Whole, cap: Kopecks = NO_CAP) -> Estimate:
    """Kopecks, group and stratum of everyone assigned, in parallel; no effect where there are too few of them."""
    capped = np.minimum(spent, cap).astype(np.float64)
    treated, control = int(np.count_nonzero(~is_control)), int(np.count_nonzero(is_control))
    buyers = int(np.count_nonzero(capped))
    if min(treated, control) < LEAST_OF_STRATUM:
        return Estimate(0.0, 0.0, 0.0, treated, control, buyers, 0.0)
    effect = variance = third = 0.0
    for mine in _joined(is_control, stratum):
        one, other = capped[mine & ~is_control], capped[mine & is_control]
        effect += len(one) * (one.mean() - other.mean())
        apart = np.concatenate([one - one.mean(), other - other.mean()])
        pooled = float((apart**2).sum()) / (len(apart) - 2)
        variance += len(one) ** 2 * pooled * (1 / len(one) + 1 / len(other))
        third += len(one) ** 3 * float((apart**3).mean()) * (1 / len(one) ** 2 - 1 / len(other) ** 2)
    total = float(capped[~is_control].sum())
    return Estimate(float(effect), variance, third, treated, control, buyers, total - float(effect))


def _joined(is_control: Mask, stratum: Whole) -> list[Mask]:
    """Strata that have enough of both groups, smaller ones joined to the next, the last to the one before."""
    found: list[Mask] = []
    waiting = np.zeros(len(stratum), dtype=np.bool_)
    for one in np.unique(stratum):
        waiting = waiting | (stratum == one)
        if min(np.count_nonzero(waiting & is_control), np.count_nonzero(waiting & ~is_control)) >= LEAST_OF_STRATUM:
            found.append(waiting)
            waiting = np.zeros(len(stratum), dtype=np.bool_)
    if waiting.any():
        found[-1:] = [found[-1] | waiting]
    return found


def together(estimates: Iterable[Estimate]) -> Effect:
    """One answer of one or several drawings, each of which is compared within itself alone."""
    everything = list(estimates)
    known = [one for one in everything if one.is_one] or everything
    treated, control = sum(one.treated for one in known), sum(one.control for one in known)
    buyers = sum(one.buyers for one in known)
    enough = min(treated, control) >= LEAST_PEOPLE and buyers >= LEAST_BUYERS
    effect, error = sum(one.effect for one in known), sqrt(sum(one.variance for one in known))
    if not enough or not isfinite(effect) or not isfinite(error):
        return Effect(Verdict.FEW, 0, 0, 0, treated, control, 0, buyers)
    low, high = effect - CONFIDENT * error, effect + (CONFIDENT + _stretch(known, error)) * error
    verdict = Verdict.PROVEN if low > 0 else Verdict.HARMS if high < 0 else Verdict.UNPROVEN
    usual = round(sum(one.usual for one in known))
    return Effect(verdict, round(effect), round(low), round(high), treated, control, usual, buyers)


def _stretch(known: Iterable[Estimate], error: float) -> float:
    """By how many errors more the upper border is away: sums are skewed, and a small control group makes the effect
    look bad more often than good (Cornish and Fisher). The lower one, which proves, is never brought nearer.
    """
    skew = sum(one.third for one in known) / error**3 if error else 0.0
    return min(max(-skew, 0.0) * (CONFIDENT**2 - 1) / 6, STRETCH_MAX)


# --- Beforehand --------------------------------------------------------------------------------------------


def cap_of(spent: Whole) -> Kopecks:
    """Where sums are capped, by what buyers spent in earlier periods of the same length; of none no cap."""
    bought = spent[spent > 0]
    return int(np.quantile(bought, CAPPED_AT)) if bought.size else NO_CAP


def strata(spent: Whole) -> Whole:
    """0 who spent nothing in the year before, 1 the lower half of buyers, 2 the upper."""
    bought = spent[spent > 0]
    middle = np.median(bought) if bought.size else 0
    return np.where(spent <= 0, 0, np.where(spent <= middle, 1, 2)).astype(np.int64)


def gain(spent: Whole, stratum: Whole, cap: Kopecks = NO_CAP, lift: Fraction = LIFT) -> float:
    """What a lift of all sums would move the average by, in deviations within strata; 0 where nobody bought.

    The cap hides a part of the lift, and what is lifted deviates more.
    """
    usual, lifted = (np.minimum(spent * one, cap).astype(np.float64) for one in (1.0, 1.0 + float(lift)))
    if not usual.size or not usual.any():
        return 0.0
    inside = [stratum == one for one in np.unique(stratum)]
    squares = sum(float(((of[one] - of[one].mean()) ** 2).sum()) for of in (usual, lifted) for one in inside)
    deviation = sqrt(squares / (2 * len(usual)))
    return float(lifted.mean() - usual.mean()) / deviation if deviation else 0.0


def chance(people: int, control_share: Fraction, gain: float) -> float:
    """How probable it is to prove what truly moves the average by `gain` deviations; 0 with too few people."""
    control = int(people * control_share)
    treated = people - control
    if min(control, treated) < LEAST_PEOPLE or gain <= 0:
        return 0.0
    return (1 + erf((gain / sqrt(1 / treated + 1 / control) - CONFIDENT) / sqrt(2))) / 2


# --- Drawn by a seeded hash ----------------------------------------------------------------------------------


def lots(seed: str, ids: Iterable[int]) -> npt.NDArray[np.float64]:
    """A number from 0 to 1 for each customer: the same for the same seed, and nothing to do with who she is."""
    drawn = [int.from_bytes(sha256(f"{seed}:{id_}".encode()).digest()[:8], "big") for id_ in ids]
    return np.array(drawn, dtype=np.float64) / 2.0**64


def drawn(seed: str, ids: Whole, stratum: Whole, percent: int) -> Mask:
    """Who is in the control group: of each stratum that percent, to the nearest person, those of the least lots."""
    found, lot = np.zeros(len(ids), dtype=np.bool_), lots(seed, ids.tolist())
    for one in np.unique(stratum):
        mine = np.flatnonzero(stratum == one)
        count = (2 * len(mine) * percent + 100) // 200
        found[mine[np.argsort(lot[mine], kind="stable")[:count]]] = True
    return found
