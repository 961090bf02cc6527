"""Somebody found by a word and chosen: for dialogs that need another customer."""

from collections.abc import Collection

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.reports.customers import faces
from loyalty.reports.customers.faces import Face


def chosen(key: str, button: str, without: Collection[int] = ()) -> Face | None:
    """A search field and who it finds; whose button was pressed just now."""
    words = st.text_input(
        "Поиск",
        type="search",
        live="150ms",
        placeholder="Имя, телефон, последние цифры, карта или код",
        label_visibility="collapsed",
        key=f"{key}-words",
    )
    with db.reading() as session:
        today = settings.today(session)
        found, count = faces.search(session, words or "", today, without)
    if words and not found:
        st.caption("Никто не нашёлся. Попробуйте часть имени или последние цифры телефона.")
    pressed = None
    for face in found:
        with st.container(
            border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            with st.container(width="content", gap=None):
                st.markdown(f"**{ui.plain(face.name)}**")
                st.caption(" · ".join(said(face)))
            if st.button(button, key=f"{key}-{face.id}"):
                pressed = face
    if count > len(found):
        st.caption(f"Показаны {len(found)} из {wording.number(count)}: уточните запрос.")
    return pressed


def said(face: Face) -> list[str]:
    """What is known of her besides her name: phone, card, level, last purchase."""
    last = face.last_purchase_on
    known = [wording.phone(face.phone), f"карта {face.card}" if face.card else ""]
    return [
        *(ui.plain(one) for one in known if one and one != face.name),
        *([f"{ui.plain(face.level)} {wording.percent(face.rate)}"] if face.level else []),
        f"последняя покупка {wording.day(last)}" if last else "покупок не было",
    ]
