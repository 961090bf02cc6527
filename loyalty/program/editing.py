"""A programme as a form edits it: its fields, and what a person typed into them as terms. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from loyalty.money import ROUBLE, WHOLE, BasisPoints, Kopecks
from loyalty.program.terms import LEVELS_MAX, BurnRule, GiftTerms, Level, Program
from loyalty.wording import NBSP, bonuses

UNITS: tuple[Kopecks, ...] = (1, 10, ROUBLE, 5 * ROUBLE, 10 * ROUBLE, 50 * ROUBLE, 100 * ROUBLE)
LEVEL_NAME_MAX = 40
_FIGURE = re.compile(r"(\d{1,9}(?:[.,]\d{1,2})?)[₽%]?")
Fields = Mapping[str, Any]
"""What a form holds: levels as rows of name, start in roubles and rate in percent, as written; the rest by name."""


def fields(program: Program, gifts: Iterable[str]) -> dict[str, Any]:
    """A programme as its form begins with it; `gifts` are the kinds to edit."""
    found = {
        "levels": [
            {"name": level.name, "start": _written(level.threshold), "rate": _written(level.rate)}
            for level in program.levels
        ],
        "redeem_cap": percents(program.redeem_cap),
        "confirm_days": program.confirm_days,
        "bonus_unit": program.bonus_unit,
        "burn": program.burn,
        "burn_days": program.burn_days,
        "burn_dates": dates_words(program.burn_dates),
        "earn_on_redeemed": program.earn_on_redeemed,
    }
    for kind in gifts:
        terms = program.gifts.get(kind, GiftTerms())
        found |= {delay_of(kind): terms.confirm_days, lifetime_of(kind): terms.lifetime_days}
    return found


def delay_of(kind: str) -> str:
    """The field that says in how many days a gift may be spent."""
    return f"gift_delay_{kind}"


def lifetime_of(kind: str) -> str:
    """The field that says for how many days a gift may be spent."""
    return f"gift_lifetime_{kind}"


def typed(now: Program, form: Fields, gifts: Iterable[str]) -> Program:
    """The programme that a form without `problems` says; what it does not ask stays as `now`."""
    delays = {kind: int(form[delay_of(kind)] or 0) for kind in gifts}
    return replace(
        now,
        levels=levels_typed(form["levels"]),
        redeem_cap=hundredths(form["redeem_cap"]),
        confirm_days=int(form["confirm_days"] or 0),
        bonus_unit=form["bonus_unit"],
        burn=form["burn"],
        burn_days=int(form["burn_days"] or 0) if _has_term(form) else now.burn_days,
        burn_dates=dates_typed(form["burn_dates"] or "")
        if form["burn"] is BurnRule.FIXED_DATES
        else now.burn_dates,
        earn_on_redeemed=form["earn_on_redeemed"],
        gifts=now.gifts | {kind: GiftTerms(delay, form[lifetime_of(kind)]) for kind, delay in delays.items()},
    )


def problems(form: Fields, gifts: Iterable[str]) -> dict[str, str]:
    """What is left empty or contradicts itself, a sentence by the field."""
    found = dict(_level_problems(form["levels"]))
    days = {"confirm_days": "0 — сразу после покупки", **{delay_of(kind): "0 — сразу" for kind in gifts}}
    if _has_term(form):
        days["burn_days"] = "например, 365"
    found |= {name: f"Напишите число дней: {hint}" for name, hint in days.items() if form[name] is None}
    if form["redeem_cap"] is None:
        found["redeem_cap"] = "Напишите процент: 0 — платить бонусами нельзя"
    return found


def _has_term(form: Fields) -> bool:
    return form["burn"] in (BurnRule.AFTER_PURCHASE, BurnRule.AFTER_ACCRUAL)


def _level_problems(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(rows) <= LEVELS_MAX:
        yield "levels", f"Нужен хотя бы один уровень, но не больше {LEVELS_MAX}"
    names, starts = [row["name"] or "" for row in rows], [_read(row["start"]) for row in rows]
    for at, (name, start) in enumerate(zip(names, starts, strict=True)):
        rate = _read(rows[at]["rate"])
        if not name:
            yield f"levels.{at}.name", "Как называется уровень?"
        elif name in names[:at]:
            yield f"levels.{at}.name", "Такой уровень уже есть"
        elif len(name) > LEVEL_NAME_MAX:
            yield f"levels.{at}.name", f"Слишком длинно: помещается {LEVEL_NAME_MAX} знаков"
        if start is None:
            yield f"levels.{at}.start", "С какой суммы?"
        elif start in starts[:at]:
            yield f"levels.{at}.start", "С этой суммы уже начинается другой уровень"
        if rate is None or rate > WHOLE:
            yield f"levels.{at}.rate", "От 0 до 100"
    known = [start for start in starts if start is not None]
    if known and min(known) != 0:
        yield f"levels.{starts.index(min(known))}.start", "Первый уровень — с 0 ₽"


def _written(hundredths: int) -> str:
    """«50 000», «12,5»."""
    return bonuses(hundredths).replace(NBSP, " ")


def _read(text: str | None) -> int | None:
    """Hundredths of «50 000 ₽», «12,5» or «7 %»; None where it is no number that one may promise."""
    figure = _FIGURE.fullmatch("".join((text or "").split()))
    return hundredths(float(figure[1].replace(",", "."))) if figure else None


def units(present: Kopecks) -> list[Kopecks]:
    """The steps of rounding to choose from, the present one among them."""
    return sorted({*UNITS, present})


def percents(rate: BasisPoints) -> float:
    """Basis points as a number field shows them."""
    return float(Decimal(rate) / 100)


def hundredths(number: float | None) -> int:
    """A number field's roubles or percents as kopecks or basis points; empty is 0."""
    return int((Decimal(str(number or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def dates_words(dates: Iterable[tuple[int, int]]) -> str:
    """«01.01, 01.07» of (month, day)."""
    return ", ".join(f"{day:02}.{month:02}" for month, day in sorted(dates))


def dates_typed(text: str) -> tuple[tuple[int, int], ...]:
    """(month, day) of «01.01, 01.07»; what is no date becomes (0, 0), which no programme allows."""
    found = set()
    for part in text.replace(";", ",").replace(" ", ",").split(","):
        day, dot, month = part.strip().strip(".").partition(".")
        if part.strip():
            number = day.isdecimal() and month.isdecimal() and dot
            found.add((int(month), int(day)) if number else (0, 0))
    return tuple(sorted(found))


def levels_typed(rows: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    """Levels of the form's rows, in the order of their starts."""
    levels = (Level(row["name"] or "", _read(row["start"]) or 0, _read(row["rate"]) or 0) for row in rows)
    return tuple(sorted(levels, key=lambda level: level.threshold))
