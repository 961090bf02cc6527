"""One field by which any condition is found and added with a click; without words the whole catalogue."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from loyalty import db, ui, wording
from loyalty.segments.building import finding
from loyalty.segments.building.draft import Draft, Group

WORDS, INTO = "words", "into"  # names within the form: what is sought, and the group that it will be added to


def show(form: ui.Form, draft: Draft) -> None:
    """The field, and what is found under it; a click adds it and opens its fields."""
    words = _field(form, draft)
    with st.container(gap="xxsmall", key="segment-found"):
        _offered(form, draft, words)


def _offered(form: ui.Form, draft: Draft, words: str) -> None:
    if not words:
        if draft.root.parts:
            with st.popover("Все условия", type="tertiary", key=form.key(f"all {_revision(draft)}")):
                _catalogue(form, draft)
        else:
            _catalogue(form, draft)
        return
    with db.reading() as session:
        found = finding.found(session, words)
    if not found:
        st.caption("Ничего не нашлось. Попробуйте другое слово: «сгорят», «возраст», название товара или города")
    for at, one in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _button(form, draft, f"found {at}", one.title, one.criterion, one.said)
            counted = "" if one.customers is None else f" · {_clients(one.customers)}"
            st.caption(f"{ui.plain(one.hint)}{counted}", width="content")


def _field(form: ui.Form, draft: Draft) -> str:
    into = draft.get(st.session_state.get(form.key(INTO)))
    label = "Добавить условие"
    if isinstance(into, Group) and into is not draft.root:
        label = f"Добавить условие в группу «{into.mode.value}»"
    found: str = form.field(
        st.text_input, WORDS, label, type="search", icon=":material/search:",
        placeholder="Например: сгорят, платья, возраст, Москва",
    ) or ""  # fmt: skip
    return found


def _catalogue(form: ui.Form, draft: Draft) -> None:
    for room, criteria in finding.by_room().items():
        with st.container(gap="xxsmall"):
            st.caption(room)
            with st.container(horizontal=True, gap="xsmall"):
                for one in criteria:
                    _button(form, draft, f"all {one.name}", one.title, one.name, {})


def _button(form: ui.Form, draft: Draft, name: str, title: str, criterion: str, said: Mapping[str, Any]) -> None:
    st.button(
        ui.plain(title), icon=":material/add:", type="tertiary" if name.startswith("found") else "secondary",
        key=form.key(f"{name} {_revision(draft)}"), on_click=_add,
        args=(form.key(WORDS), form.key(INTO), draft, _revision(draft), criterion, said),
    )  # fmt: skip


def _add(words: str, into: str, draft: Draft, revision: int, criterion: str, said: Mapping[str, Any]) -> None:
    """Add it once: the second click of two is told of a draft that is no more."""
    if revision == _revision(draft):
        draft.add(criterion, said, st.session_state.pop(into, None))
        st.session_state[words] = ""


def _revision(draft: Draft) -> int:
    """Another number after every condition that is added."""
    return max((part.id for part, _ in draft.walk()), default=0)


def _clients(count: int) -> str:
    return wording.plural(count, "клиент", "клиента", "клиентов")
