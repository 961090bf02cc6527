"""What the charts of «Обзор» found, as their titles; None where too little data says nothing; pure."""

from loyalty.money import ROUBLE as BONUS
from loyalty.wording import MINUS, NBSP, change, number, plural

RECEIPTS_MIN = 30  # of each of two periods: fewer differ by chance
TIMES_FROM = 2  # «выросла в 2,3 раза» says more than «на 130 %»
ALIKE = f"0{NBSP}%"


def revenue(now: int, before: int | None, receipts: int, receipts_before: int) -> str | None:
    """«Выручка выросла на 38 % к прошлому году»; None of sums that are not both above zero."""
    said = None if before is None or now <= 0 else change(now, before)
    if before is None or said is None or min(receipts, receipts_before) < RECEIPTS_MIN:
        return None
    if said == ALIKE:
        return "Выручка такая же, как год назад"
    if now >= TIMES_FROM * before:
        return f"Выручка выросла в{NBSP}{_times(now, before)} к прошлому году"
    how = "упала" if said.startswith(MINUS) else "выросла"
    return f"Выручка {how} на{NBSP}{said.lstrip(MINUS + '+')} к прошлому году"


def _times(now: int, before: int) -> str:
    whole, part = divmod(now * 10 // before, 10)
    if part and whole < 10:
        return f"{whole},{part}{NBSP}раза"
    return plural(whole, "раз", "раза", "раз")


def spending(accrued: int, spent: int, receipts: int) -> str | None:
    """«Потрачено 38 % от начисленных бонусов»."""
    if accrued <= 0 or receipts < RECEIPTS_MIN:
        return None
    return f"Потрачено {number(round(spent * 100 / accrued))}{NBSP}% от начисленных бонусов"


def burning(burns: int, comes: int, weeks: int) -> str:
    """«За 12 недель сгорит 843 620 бонусов»."""
    ahead = plural(weeks, "неделю", "недели", "недель")
    if burns:
        return f"За {ahead} сгорит {plural(burns // BONUS, 'бонус', 'бонуса', 'бонусов')}"
    return f"За {ahead} ничего не сгорит" if comes else f"За {ahead} ничего не изменится"
