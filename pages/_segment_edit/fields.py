"""The fields of a condition, by the kinds of its parameters; what was typed becomes keys of its JSON."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from loyalty import ui, wording
from loyalty.segments import explaining
from loyalty.segments.building import typed
from loyalty.segments.building.draft import Condition
from loyalty.segments.building.typed import Read
from loyalty.segments.criteria.people import Phones
from loyalty.segments.parameters import Days, Flag, InPeriod, Names, Options, Parameter, Ranged, Text
from pages._segment_edit import names, numbers
from pages._segment_edit.field import field, label

SELDOM = ("places", "shops", "sum")  # of goods: folded away until something is said there
PHONES_SHOWN_MAX = 1_000


def show(form: ui.Form, one: Condition) -> None:
    """Draw them; the condition is told what they hold, and their mistakes stand under them."""
    parameters = one.criterion.parameters
    seldom = [each for each in parameters if each.name in SELDOM and len(parameters) > 3]
    read = [_of(form, one, each) for each in parameters if each not in seldom]
    if seldom:
        read += _folded(form, one, seldom)
    one.said = {key: value for part in read for key, value in part.said.items()}
    one.mistakes = {name: told for part in read for name, told in part.mistakes.items()}
    form.tell({f"{one.id} {name}": told for name, told in one.mistakes.items()})


def _folded(form: ui.Form, one: Condition, seldom: list[Parameter]) -> list[Read]:
    """What is asked seldom; while it is folded away nothing is counted for it, and what is said there stays."""
    said = {key: one.said[key] for each in seldom for key in each.keys if key in one.said}
    title = "Где и на какую сумму" if any(each.name == "sum" for each in seldom) else "Где"
    folded = st.expander(title, expanded=bool(said), key=form.key(f"{one.id} seldom"), on_change="rerun")
    if not folded.open:
        return [Read(said, {})]
    with folded:
        return [_of(form, one, each) for each in seldom]


def _of(form: ui.Form, one: Condition, parameter: Parameter) -> Read:
    if parameter.name == "name" and (source := explaining.NAMED_ONE.get(one.criterion.name)):
        return names.one_of(form, one, source)
    draw: Callable[[Any, Condition, Any], Read] = next(DRAW[kind] for kind in DRAW if isinstance(parameter, kind))
    return draw(form, one, parameter)


def _options(form: ui.Form, one: Condition, parameter: Options) -> Read:
    words, known = dict(parameter.options), one.said.get(parameter.name)
    mode = "single" if parameter.is_one else "multi"
    begins = known if parameter.is_one else known or []
    value = field(
        form, one, st.pills, parameter.name, begins, label(one, parameter), list(words), selection_mode=mode,
        format_func=words.__getitem__,
    )  # fmt: skip
    return Read({parameter.name: value} if value else {}, {})


def _flag(form: ui.Form, one: Condition, parameter: Flag) -> Read:
    begins = bool(one.said.get(parameter.name))
    is_set = field(form, one, st.checkbox, parameter.name, begins, label(one, parameter))
    return Read({parameter.name: True} if is_set else {}, {})


def _text(form: ui.Form, one: Condition, parameter: Text) -> Read:
    begins = one.said.get(parameter.name, "")
    value = field(form, one, st.text_input, parameter.name, begins, label(one, parameter), max_chars=200)
    return Read({parameter.name: value} if value else {}, {})


def _phones(form: ui.Form, one: Condition, parameter: Phones) -> Read:
    known = one.said.get(parameter.name, [])
    if len(known) > PHONES_SHOWN_MAX:
        count = wording.plural(len(known), "телефон", "телефона", "телефонов")
        st.caption(f"В списке {count}. Другой список загружается из файла на странице «Сегменты»")
        return Read({parameter.name: known}, {})
    begins = "\n".join(known)
    value = field(form, one, st.text_area, parameter.name, begins, label(one, parameter), height=160)
    return typed.read_phones(parameter, value)


def _names(form: ui.Form, one: Condition, parameter: Names) -> Read:
    return names.show(form, one, parameter, label(one, parameter))


DRAW: dict[type[Parameter], Callable[..., Read]] = {
    Ranged: numbers.of_range,
    InPeriod: numbers.period,
    Days: numbers.days,
    Options: _options,
    Flag: _flag,
    Text: _text,
    Phones: _phones,
    Names: _names,
}
"""What a parameter is asked with, by its kind."""
