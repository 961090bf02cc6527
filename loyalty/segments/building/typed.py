"""What a person types into a condition's fields, and the same as keys of its JSON. Pure.

A field is named «from», «period» or, of a range inside another object, «pieces.from» → here `pieces from`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from loyalty import wording
from loyalty.segments.criteria.people import Phones
from loyalty.segments.parameters import DAYS_MAX, NUMBER_MAX, Days, InPeriod, Ranged, Unfit, Unit
from loyalty.wording import NBSP

ALL_TIME, LAST_DAYS, BETWEEN = "За всё время", "За последние дни", "С дня по день"
PERIODS = (ALL_TIME, LAST_DAYS, BETWEEN)
USUAL_DAYS = 365

_SCALE = {Unit.ROUBLES: 100, Unit.BONUSES: 100, Unit.PIECES: 1000}
_SIGNS = str.maketrans({" ": "", NBSP: "", "\u202f": "", ",": ".", "₽": "", "−": "-"})

Fields = Mapping[str, Any]


class Read(NamedTuple):
    """Keys of the JSON, and mistakes by field."""

    said: dict[str, Any]
    mistakes: dict[str, str]


def field_name(parameter: Ranged, border: str) -> str:
    """The field of one border: «from», «pieces from»."""
    return f"{parameter.name} {border}" if parameter.is_inside else border


def range_fields(parameter: Ranged, said: Mapping[str, Any]) -> dict[str, str]:
    """A range as its two fields show it."""
    told = parameter.read(said)
    borders = {"from": told.low, "to": told.high} if told else {}
    return {
        field_name(parameter, border): ""
        if borders.get(border) is None
        else _shown(borders[border], parameter.unit)
        for border in ("from", "to")
    }


def _shown(value: int | None, unit: Unit) -> str:
    """Plain, to be changed: «1 500», «99,90»."""
    assert value is not None
    if unit in (Unit.ROUBLES, Unit.BONUSES):
        return wording.bonuses(value).replace(NBSP, " ")
    return (wording.quantity(value) if unit is Unit.PIECES else wording.number(value)).replace(NBSP, " ")


def read_range(parameter: Ranged, typed: Fields) -> Read:
    """A range out of its two fields."""
    values, mistakes = dict[str, int](), dict[str, str]()
    for border in ("from", "to"):
        name = field_name(parameter, border)
        try:
            value = _number(typed.get(name) or "", parameter.unit)
        except ValueError as wrong:
            mistakes[name] = str(wrong)
        else:
            values |= {} if value is None else {border: value}
    if "from" in values and "to" in values and values["from"] > values["to"]:
        mistakes[field_name(parameter, "to")] = "Это меньше, чем «от»"
    if mistakes or not values:
        return Read({}, mistakes)
    within = {border: _written(value, parameter.unit) for border, value in values.items()}
    return Read({parameter.name: within} if parameter.is_inside else within, {})


def _written(value: int, unit: Unit) -> int | float:
    if unit is not Unit.PIECES:
        return value
    return value // 1000 if value % 1000 == 0 else value / 1000


def _number(typed: str, unit: Unit) -> int | None:
    """A field's number: in kopecks, in thousandths of pieces, in whole days; None of an empty one; ValueError."""
    text = typed.translate(_SIGNS).strip()
    if not text:
        return None
    scale = _SCALE.get(unit, 1)
    try:
        exact = Decimal(text) * scale
    except InvalidOperation:
        raise ValueError("Напишите число") from None
    if not exact.is_finite():
        raise ValueError("Напишите число")
    if exact < 0:
        raise ValueError("Число не может быть меньше нуля")
    if exact > NUMBER_MAX:
        raise ValueError("Слишком большое число")
    if exact != exact.to_integral_value():
        raise ValueError("Напишите целое число" if scale == 1 else "Слишком много знаков после запятой")
    return int(exact)


def period_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """A period as its fields show it."""
    told = InPeriod().read(said)
    kind = LAST_DAYS if told.last_days is not None else ALL_TIME if told.is_all_time else BETWEEN
    return {
        "period": kind,
        "last_days": wording.number(told.last_days or USUAL_DAYS).replace(NBSP, " "),
        "since": told.since,
        "until": told.until,
    }


def read_period(typed: Fields) -> Read:
    """A period out of its fields."""
    if typed["period"] == LAST_DAYS:
        return _read_days("last_days", typed, 1, DAYS_MAX)
    if typed["period"] != BETWEEN:
        return Read({}, {})
    days: dict[str, date] = {key: typed[key] for key in ("since", "until") if typed.get(key)}
    if not days:
        return Read({}, {"since": "Выберите хотя бы один день"})
    if len(days) == 2 and days["since"] > days["until"]:
        return Read({}, {"until": f"Это раньше, чем {wording.day(days['since'])}"})
    return Read({key: day.isoformat() for key, day in days.items()}, {})


def days_fields(parameter: Days, said: Mapping[str, Any]) -> dict[str, str]:
    """A number of days as its field shows it."""
    value = said.get(parameter.name)
    return {parameter.name: "" if value is None else wording.number(value).replace(NBSP, " ")}


def read_days(parameter: Days, typed: Fields) -> Read:
    """A number of days out of its field."""
    return _read_days(parameter.name, typed, parameter.least, parameter.most)


def _read_days(name: str, typed: Fields, least: int, most: int) -> Read:
    try:
        value = _number(typed.get(name) or "", Unit.DAYS)
    except ValueError as wrong:
        return Read({}, {name: str(wrong)})
    if value is None:
        return Read({}, {name: "Напишите, сколько дней"})
    if not least <= value <= most:
        return Read({}, {name: f"Напишите число от {least} до {wording.number(most)}"})
    return Read({name: value}, {})


def read_phones(parameter: Phones, typed: str) -> Read:
    """Phones, one a line or between commas; the first that is none is the mistake."""
    written = [one.strip() for one in typed.replace(",", "\n").replace(";", "\n").splitlines()]
    phones = [one for one in written if one]
    if not phones:
        return Read({}, {})
    try:
        return Read(parameter.write(parameter.read({parameter.name: phones})), {})
    except Unfit as unfit:
        return Read({}, {parameter.name: wording.sentence(str(unfit))})
