"""The conditions of a segment as sentences, groups as groups; one is open, with its fields."""

from typing import TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import ui
from loyalty.segments.building.draft import Condition, Draft, Group, Mode
from loyalty.segments.sentences import condition
from pages._segment_edit import condition as segment_condition
from pages._segment_edit import search as segment_search

Marks: TypeAlias = dict[int, DeltaGenerator]
"""Where the count of each part goes, by its number."""

OFFERED = (Mode.ALL, Mode.ANY, Mode.NONE)
BETWEEN = {Mode.ALL: "и", Mode.ANY: "или", Mode.NONE: "и", Mode.NOT_ALL: "и"}


def show(form: ui.Form, draft: Draft) -> Marks:
    """All of them, and the search that adds one; the counts are filled in once they are known."""
    marks: Marks = {}
    with ui.section("Условия", height="content"):
        form.place("where")
        conditions, search = st.container(), st.container()  # places of their own: nothing moves while it is drawn
        with conditions:
            if draft.root.parts:
                _group(form, draft, draft.root, marks)
        with search:
            segment_search.show(form, draft)
    return marks


def _group(form: ui.Form, draft: Draft, group: Group, marks: Marks) -> None:
    is_root = group is draft.root
    if not is_root or len(group.parts) > 1 or group.mode is not Mode.ALL:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                if is_root:
                    st.caption("Клиент подходит, если верно", width="content")
                _mode(form, group)
            if not is_root:
                with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                    marks[group.id] = st.container(width="content")
                    segment_condition.group_menu(form, draft, group)
    with st.container(gap="xxsmall"):
        for at, part in enumerate(group.parts):
            if isinstance(part, Group):
                with st.container(border=True, gap="small"):
                    _group(form, draft, part, marks)
            elif draft.open == part.id:
                marks[part.id] = segment_condition.show(form, draft, part)
            else:
                marks[part.id] = _row(form, draft, part, BETWEEN[group.mode] if at else "")


def _mode(form: ui.Form, group: Group) -> None:
    options = [*OFFERED, *([group.mode] if group.mode not in OFFERED else [])]
    place = form.key(f"{group.id} mode")
    st.session_state.setdefault(place, group.mode)
    chosen = st.segmented_control(
        "Сколько условий должно выполняться", options, format_func=lambda mode: mode.value, required=True,
        key=place, label_visibility="collapsed", persist_state="session", wrap=True,
    )  # fmt: skip
    group.mode = chosen or group.mode


def _row(form: ui.Form, draft: Draft, one: Condition, joint: str) -> DeltaGenerator:
    """A sentence that opens the condition, and room for its count."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"segment-row-{one.id}"
    ):
        said = _said(one)
        if joint:
            said = f":gray[{joint}] {said[0].lower()}{said[1:]}"
        st.button(
            said, type="tertiary", wrap=True, key=form.key(f"{one.id} open"), on_click=_open, args=(draft, one.id)
        )
        return st.container(width="content")


def _said(one: Condition) -> str:
    tree = one.tree
    if tree is None:
        return f"{ui.plain(one.criterion.title)} :orange-badge[не дописано]"
    return ui.plain(condition(tree))


def _open(draft: Draft, id_: int) -> None:
    draft.open = id_
