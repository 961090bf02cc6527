"""What the shop promises: levels, rates, the cap, delays, lifetimes; versions in force from a day.

Pure: the standard library only. Days are shop-local calendar days; sums are kopecks.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from loyalty.errors import Refused
from loyalty.money import ROUBLE, WHOLE, BasisPoints, Kopecks

LEVELS_MAX = 20
DAYS_MAX = 3660


class BurnRule(StrEnum):
    """When available bonuses that nobody spent are lost (rules.md §8)."""

    AFTER_PURCHASE = "after_purchase"
    AFTER_ACCRUAL = "after_accrual"
    FIXED_DATES = "fixed_dates"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Level:
    """Reached when turnover is at least `threshold` kopecks."""

    name: str
    threshold: Kopecks
    rate: BasisPoints


@dataclass(frozen=True, slots=True)
class GiftTerms:
    """How a kind of gift becomes available and how long it lives; None: as long as earned bonuses."""

    confirm_days: int = 0
    lifetime_days: int | None = None


def _own_levels() -> tuple[Level, ...]:
    return (
        Level("Базовый", 0, 500),
        Level("Серебряный", 50_000 * ROUBLE, 700),
        Level("Золотой", 100_000 * ROUBLE, 1000),
    )


def _own_gifts() -> dict[str, GiftTerms]:
    return {"manual": GiftTerms(), "welcome": GiftTerms(0, 30), "birthday": GiftTerms(0, 30)}


@dataclass(frozen=True, slots=True)
class Program:
    """One version of the programme; the defaults are the shop's own (rules.md)."""

    levels: tuple[Level, ...] = field(default_factory=_own_levels)
    confirm_days: int = 14
    redeem_cap: BasisPoints = 5000
    bonus_unit: Kopecks = ROUBLE
    earn_on_redeemed: bool = False
    burn: BurnRule = BurnRule.AFTER_PURCHASE
    burn_days: int = 365
    burn_dates: tuple[tuple[int, int], ...] = ()  # (month, day)
    gifts: dict[str, GiftTerms] = field(default_factory=_own_gifts)

    def level(self, turnover: Kopecks) -> Level:
        """The level of a turnover; one below zero is the lowest level's."""
        reached = [level for level in self.levels if level.threshold <= turnover]
        return reached[-1] if reached else self.levels[0]

    def next_level(self, turnover: Kopecks) -> Level | None:
        """The next level up, or None at the top."""
        return next((level for level in self.levels if level.threshold > turnover), None)

    def max_redeem(self, total: Kopecks) -> Kopecks:
        """The most of a receipt that bonuses may pay, rounded down to a kopeck (rules.md §6)."""
        return total * self.redeem_cap // WHOLE

    def problem(self) -> str | None:
        """Why this programme can't be promised, as a sentence for the owner; None if it can."""
        return _level_problem(self.levels) or _terms_problem(self)

    def checked(self) -> "Program":
        """Itself, or Refused with the reason."""
        if problem := self.problem():
            raise Refused(problem)
        return self

    def to_json(self) -> str:
        """A stable text for the database."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Program":
        """The reverse of to_json."""
        raw = json.loads(text)
        raw["levels"] = tuple(Level(**level) for level in raw["levels"])
        raw["burn"] = BurnRule(raw["burn"])
        raw["burn_dates"] = tuple((month, day) for month, day in raw["burn_dates"])
        raw["gifts"] = {kind: GiftTerms(**terms) for kind, terms in raw["gifts"].items()}
        return cls(**raw)


def same_levels(old: Iterable[Level], new: Iterable[Level]) -> list[tuple[Level, Level]]:
    """Levels that stay: of one name, else of one threshold, renamed, where neither name is elsewhere."""
    old, new = list(old), list(new)
    left, came = {level.name: level for level in old}, {level.name for level in new}
    gone = {level.threshold: level for level in old if level.name not in came}
    pairs = ((left.get(level.name) or gone.get(level.threshold), level) for level in new)
    return [(before, level) for before, level in pairs if before]


def _level_problem(levels: tuple[Level, ...]) -> str | None:
    if not 1 <= len(levels) <= LEVELS_MAX:
        return f"Нужен хотя бы один уровень, но не больше {LEVELS_MAX}"
    if levels[0].threshold != 0:
        return "Первый уровень начинается с 0 ₽, чтобы он был у каждого клиента"
    names = [level.name.strip() for level in levels]
    if not all(names) or len(set(names)) != len(names):
        return "У каждого уровня должно быть своё название"
    if any(after.threshold <= before.threshold for before, after in pairwise(levels)):
        return "Пороги уровней должны возрастать"
    if any(not 0 <= level.rate <= WHOLE for level in levels):
        return "Процент начисления — от 0 до 100"
    return None


def _terms_problem(program: Program) -> str | None:
    if not 0 <= program.confirm_days <= DAYS_MAX:
        return f"Срок подтверждения — от 0 до {DAYS_MAX} дней"
    if not 0 <= program.redeem_cap <= WHOLE:
        return "Доля чека, которую можно оплатить бонусами, — от 0 до 100 %"
    if not 1 <= program.bonus_unit <= 1000 * ROUBLE:
        return "Бонусы округляются до шага от 1 копейки до 1 000 ₽"
    if program.burn in (BurnRule.AFTER_PURCHASE, BurnRule.AFTER_ACCRUAL) and not 1 <= program.burn_days <= DAYS_MAX:
        return f"Срок сгорания — от 1 до {DAYS_MAX} дней"
    if program.burn is BurnRule.AFTER_PURCHASE and program.burn_days <= program.confirm_days:
        return "Бонусы сгорели бы раньше, чем станут доступны: увеличьте срок сгорания"
    if program.burn is BurnRule.FIXED_DATES and not program.burn_dates:
        return "Укажите хотя бы одну дату сгорания"
    if any(not _is_day_of_year(month, day) for month, day in program.burn_dates):
        return "Дата сгорания — день и месяц, которые есть в каждом году"
    for terms in program.gifts.values():
        if terms.confirm_days < 0 or (terms.lifetime_days is not None and terms.lifetime_days < 1):
            return "Подарок живёт хотя бы 1 день"
    return None


def _is_day_of_year(month: int, day: int) -> bool:
    try:
        date(2001, month, day)
    except ValueError:
        return False
    return True


def next_fixed_date(dates: Iterable[tuple[int, int]], after: date) -> date:
    """The first of the yearly dates strictly after a day."""
    candidates = [date(year, month, day) for year in (after.year, after.year + 1) for month, day in dates]
    return min(day for day in candidates if day > after)


@lru_cache(10_000)
def days_later(day: date, days: int) -> date:
    """day + days, never past the calendar's end."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max


class Programs:
    """The versions of the programme in force from their days; the first also covers all time before it."""

    def __init__(self, versions: Iterable[tuple[date, Program]]) -> None:
        ordered = sorted(versions, key=lambda version: version[0])
        assert ordered, "at least one version is always in force"
        self._from = [day for day, _ in ordered]
        self._versions = [program for _, program in ordered]
        self._only = self._versions[0] if len(ordered) == 1 else None

    def on(self, day: date) -> Program:
        """The version in force on a day."""
        if self._only is not None:
            return self._only
        return self._versions[max(bisect_right(self._from, day) - 1, 0)]
