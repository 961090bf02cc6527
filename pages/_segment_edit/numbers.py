"""Fields of a condition that are numbers and days: ranges, periods, days ahead."""

from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.segments.building import typed
from loyalty.segments.building.draft import Condition
from loyalty.segments.building.typed import Read
from loyalty.segments.parameters import Days, InPeriod, Ranged
from pages._segment_edit.field import LABELS, UNITS, field, label


def of_range(form: ui.Form, one: Condition, parameter: Ranged) -> Read:
    begins, unit = typed.range_fields(parameter, one.said), UNITS[parameter.unit]
    what = f"{LABELS[parameter.name]}, " if parameter.is_inside else ""
    suffix = "" if parameter.name == "pieces" else f", {unit}"
    low, high = st.columns(2, gap="small", wrap=False)
    values = {}
    for column, border, word in ((low, "from", "от"), (high, "to", "до")):
        name = typed.field_name(parameter, border)
        with column:
            said = f"{what}{word}{suffix}"
            values[name] = field(form, one, st.text_input, name, begins[name], said[0].upper() + said[1:])
    return typed.read_range(parameter, values)


def period(form: ui.Form, one: Condition, parameter: InPeriod) -> Read:
    begins, values = typed.period_fields(one.said), dict[str, Any]()
    kind, when = st.columns(2, gap="small")
    with kind:
        values["period"] = field(form, one, st.selectbox, "period", begins["period"], "Когда", typed.PERIODS)
    if values["period"] == typed.LAST_DAYS:
        with when:
            values["last_days"] = field(form, one, st.text_input, "last_days", begins["last_days"], "Дней")
    elif values["period"] == typed.BETWEEN:
        with when:
            for name, words in (("since", "С дня"), ("until", "По день")):
                values[name] = field(form, one, st.date_input, name, begins[name], words, format="DD.MM.YYYY")
    return typed.read_period(values)


def days(form: ui.Form, one: Condition, parameter: Days) -> Read:
    begins = typed.days_fields(parameter, one.said)[parameter.name]
    value = field(form, one, st.text_input, parameter.name, begins, label(one, parameter))
    if not value:
        return Read({}, {})
    return typed.read_days(parameter, {parameter.name: value})
