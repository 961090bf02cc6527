"""Two segments as one: who is in either, in both, or in the first alone; the editor opens with that question."""

import json
from collections.abc import Callable

import streamlit as st

from loyalty import db, ui
from loyalty.segments import stored
from loyalty.segments.tree import All, Any_, Not, Tree, as_json, is_
from pages._addresses import SEGMENT_EDIT

HOW: dict[str, Callable[[Tree, Tree], Tree]] = {
    "И в том, и в другом": lambda one, other: All((one, other)),
    "Хотя бы в одном": lambda one, other: Any_((one, other)),
    "В первом, но не во втором": lambda one, other: All((one, Not(other))),
}
"""In the owner's words: intersection, union, difference."""


@st.dialog("Сложить два сегмента")
def dialog() -> None:
    """Which two and how; what comes of it is counted in the editor, and follows both."""
    with db.reading() as session:
        names = [one.name for one in stored.everything(session)]
    if len(names) < 2:
        st.markdown("Складывать пока нечего: нужны хотя бы два сегмента.")
        return
    one = st.selectbox("Первый", names, index=None, placeholder="Выберите сегмент", key="combine-one")
    how = st.segmented_control(
        "Кого взять", list(HOW), default=next(iter(HOW)), required=True, key="combine-how", width="stretch"
    )
    other = st.selectbox("Второй", names, index=None, placeholder="Выберите сегмент", key="combine-other")
    if one and one == other:
        ui.field_error("Это один и тот же сегмент: выберите другой")
    is_chosen = bool(one and other and one != other and how)
    if st.button("Дальше", type="primary", disabled=not is_chosen, key="combine-go") and one and other and how:
        tree = HOW[how](is_("segment", name=one), is_("segment", name=other))
        st.switch_page(SEGMENT_EDIT, query_params={"where": json.dumps(as_json(tree), ensure_ascii=False)})
