"""The condition that is open: its fields, what it is turned into, where it is moved; and a group's own menu."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import ui
from loyalty.segments.building.draft import Condition, Draft, Group
from pages._segment_edit import fields
from pages._segment_edit.search import INTO

AGAIN, ENCLOSE, REMOVE = "Дублировать", "В новую группу", "Удалить"
ADD, DROP = "Добавить сюда условие", "Удалить группу"


def show(form: ui.Form, draft: Draft, one: Condition) -> DeltaGenerator:
    """Draw it; where its count goes."""
    with st.container(border=True, gap="small", key=form.key(f"{one.id} fields")):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{ui.plain(one.criterion.title)}**", width="content")
            mark = st.container(width="content")
        fields.show(form, one)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            one.is_not = st.checkbox(
                "Наоборот: не выполняется", value=one.is_not, key=form.key(f"{one.id} not"),
                persist_state="session",
            )  # fmt: skip
            with st.container(horizontal=True, width="content", gap="small"):
                _menu(form, draft, one)
                st.button("Готово", key=form.key(f"{one.id} done"), on_click=_close, args=(draft, one.id))
    return mark


def _close(draft: Draft, id_: int) -> None:
    if draft.open == id_:
        draft.open = None


def _menu(form: ui.Form, draft: Draft, one: Condition) -> None:
    """What else can be done with it; each is done once, the menu goes with the click."""
    places = {_named(group, deep, at): group.id for at, (group, deep) in enumerate(draft.places_for(one.id), 1)}
    options = [AGAIN, *([ENCLOSE] if draft.may_enclose(one.id) else []), *places, REMOVE]
    key = form.key(f"{one.id} menu")

    def chosen() -> None:
        asked = st.session_state.get(key)
        if asked == AGAIN and draft.open == one.id:
            draft.duplicate(one.id)
        elif asked == ENCLOSE and draft.may_enclose(one.id):
            draft.enclose(one.id)
        elif asked == REMOVE:
            draft.remove(one.id)
        elif asked in places:
            draft.move(one.id, places[asked])

    st.menu_button("Ещё", options, key=key, on_click=chosen)


def _named(group: Group, deep: int, at: int) -> str:
    return "Из группы в общий список" if deep == 0 else f"В группу {at} («{group.mode.value}»)"


def group_menu(form: ui.Form, draft: Draft, group: Group) -> None:
    """What can be done with a group."""
    key = form.key(f"{group.id} menu")

    def chosen() -> None:
        asked = st.session_state.get(key)
        if asked == ADD:
            st.session_state[form.key(INTO)] = group.id
        elif asked == DROP:
            draft.remove(group.id)

    st.menu_button("Ещё", [ADD, DROP], key=key, on_click=chosen, type="tertiary")
