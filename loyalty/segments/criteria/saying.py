"""Russian words that criteria share: ranges, periods, places and names, after the words they stand behind. Pure."""

from collections.abc import Sequence

from loyalty import wording
from loyalty.segments.parameters import Period, Range, Unit
from loyalty.wording import NBSP

_WORDS = {
    Unit.DAYS: ("день", "дня", "дней"),
    Unit.YEARS: ("год", "года", "лет"),
    Unit.TIMES: ("раз", "раза", "раз"),
    Unit.BONUSES: ("бонус", "бонуса", "бонусов"),
}
_SHOWN_MAX = 8  # names; more are counted


def amount(value: int, unit: Unit) -> str:
    """«90 дней», «2 раза», «500 бонусов», «1 500 ₽», «2 шт.»."""
    if unit is Unit.ROUBLES:
        return wording.roubles(value)
    if unit is Unit.PIECES:
        return f"{wording.quantity(value)}{NBSP}шт."
    if unit is Unit.BONUSES:
        return wording.bonuses_of(value)
    return wording.plural(value, *_WORDS[unit])


def more_than(value: int, unit: Unit) -> str:
    """The same after «больше», «меньше», «от» and «до»: «21 дня», «2 раз»."""
    if unit in (Unit.ROUBLES, Unit.PIECES) or (unit is Unit.BONUSES and value % 100):
        return amount(value, unit)
    _, few, many = _WORDS[unit]
    count = value // 100 if unit is Unit.BONUSES else value
    return f"{wording.number(count)}{NBSP}{wording.form(count, few, many, many)}"


def within(found: Range, unit: Unit) -> str:
    """«90 дней или больше», «не больше 2 раз», «от 30 до 40 лет», «ровно 1 раз»."""
    low, high = found
    if low is not None and low == high:
        return f"ровно {amount(low, unit)}"
    if high is None:
        assert low is not None
        return f"больше {more_than(0, unit)}" if is_any(low, unit) else f"{amount(low, unit)} или больше"
    if low is None:
        return f"не больше {more_than(high, unit)}"
    return f"от {bare(low, unit)} до {more_than(high, unit)}"


def beyond(found: Range, unit: Unit) -> str:
    """What is not within: «меньше 90 дней», «больше 2 раз», «меньше 30 или больше 40 лет»."""
    low, high = found
    if low is not None and low == high:
        return f"не {amount(low, unit)}"
    if high is None:
        assert low is not None
        return amount(0, unit) if is_any(low, unit) else f"меньше {more_than(low, unit)}"
    if low is None:
        return f"больше {more_than(high, unit)}"
    return f"меньше {bare(low, unit)} или больше {more_than(high, unit)}"


def is_any(low: int, unit: Unit) -> bool:
    """Whether a border means «any at all»: the smallest of what is counted in hundredths."""
    return low == 1 and unit in (Unit.ROUBLES, Unit.BONUSES)


def agreed(found: Range, unit: Unit, one: str, many: str) -> str:
    """The verb that goes with a range, or with what is beyond it: «прошёл 1 день», «прошло 90 дней»."""
    low, high = found
    count = None if low is None or (high is not None and low != high) else low
    if unit is Unit.BONUSES and count is not None:
        count = None if count % 100 else count // 100
    return many if count is None else wording.form(count, one, many, many)


def bare(value: int, unit: Unit) -> str:
    """The number alone, as it stands before another one of the same unit."""
    if unit in (Unit.ROUBLES, Unit.BONUSES):
        return wording.bonuses(value)
    return wording.quantity(value) if unit is Unit.PIECES else wording.number(value)


def when(period: Period | None) -> str:
    """«за последние 90 дней», «с 01.03.2026 по 31.03.2026», empty for all time."""
    if period is None or period.is_all_time:
        return ""
    if period.last_days is not None:
        if period.last_days == 1:
            return "сегодня"
        last = wording.form(period.last_days, "последний", "последние", "последние")
        return f"за {last} {amount(period.last_days, Unit.DAYS)}"
    since = f"с {wording.day(period.since)}" if period.since else ""
    until = f"по {wording.day(period.until)}" if period.until else ""
    return f"{since} {until}".strip()


def ahead(days: int) -> str:
    """«сегодня», «сегодня или завтра», «в ближайшие 14 дней»."""
    if days < 2:
        return ("сегодня", "сегодня или завтра")[days]
    return f"в {wording.form(days, 'ближайший', 'ближайшие', 'ближайшие')} {amount(days, Unit.DAYS)}"


def where(places: Sequence[str] | None, shops: Sequence[str] | None) -> str:
    """«в магазине «Центр», в месте продажи «Сайт» или «Доставка»», empty for anywhere."""
    parts = []
    if shops:
        parts.append(f"{'в магазине' if len(shops) == 1 else 'в магазинах'} {either(shops)}")
    if places:
        parts.append(f"{'в месте продажи' if len(places) == 1 else 'в местах продажи'} {either(places)}")
    return ", ".join(parts)


def either(names: Sequence[str]) -> str:
    """«Сайт», «Доставка» или «Шоурум»: in quotes; many are counted."""
    return _listed(names, "или", "")


def neither(names: Sequence[str]) -> str:
    """«не «Сайт», не «Доставка» и не «Шоурум»»."""
    return _listed(names, "и", "не ")


def _listed(names: Sequence[str], joint: str, before: str) -> str:
    shown = [f"{before}«{name}»" if name else f"{before}без названия" for name in names[:_SHOWN_MAX]]
    if len(names) > _SHOWN_MAX:
        return f"{', '.join(shown)} {joint} ещё {wording.number(len(names) - _SHOWN_MAX)}"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}"


def joined(*parts: str) -> str:
    """Parts of a sentence that are there."""
    return " ".join(part for part in parts if part)
