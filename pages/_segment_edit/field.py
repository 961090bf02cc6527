"""A field of a condition: what it is called, and that it begins with what is told of the condition."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.segments.building.draft import Condition
from loyalty.segments.parameters import Parameter, Unit

LABELS = {
    "groups": "Группы товаров", "articles": "Товары", "places": "Места продажи", "shops": "Магазины",
    "pieces": "Штук", "sum": "На сумму", "in_one_receipt": "Считать только в одном чеке", "what": "Что известно",
    "contains": "Часть имени", "words": "Имя, телефон, карта или код", "list": "Телефоны, по одному в строке",
    "days": "В ближайшие, дней", "did": "Что сделали",
}  # fmt: skip
UNITS = {
    Unit.ROUBLES: "₽", Unit.BONUSES: "бонусов", Unit.DAYS: "дней", Unit.YEARS: "лет", Unit.TIMES: "раз",
    Unit.PIECES: "шт.",
}  # fmt: skip


def label(one: Condition, parameter: Parameter) -> str:
    """What a parameter is called: by its name, or as the criterion where that has only this one."""
    return LABELS.get(parameter.name, one.criterion.title)


def field(form: ui.Form, one: Condition, widget: Callable[..., Any], name: str, begins: Any, *labels: Any,
          **options: Any) -> Any:  # fmt: skip
    """A field of a condition that begins with what is told of it."""
    st.session_state.setdefault(form.key(f"{one.id} {name}"), begins)
    return form.field(widget, f"{one.id} {name}", *labels, **options)
