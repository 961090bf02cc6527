"""A segment is deleted, asked once; where another one uses it, that is said instead."""

import streamlit as st
from sqlmodel import Session

from loyalty import db, ui, wording
from loyalty.segments import membership, stored
from pages._addresses import SEGMENT, SEGMENTS


@st.dialog("Удалить сегмент?")
def dialog(name: str, form: ui.Form | None = None) -> None:
    """Who is in it, and the question; `form` is the editor's, whose changes go too."""
    with db.reading() as session:
        users, members = stored.users(session, name), len(membership.members(session, name))
    if users:
        st.markdown(f"На сегменте «{ui.plain(name)}» держатся другие: сначала измените условие там.")
        for user in users:
            ui.link(user, SEGMENT, name=user)
        return
    people = wording.plural(members, "клиент", "клиента", "клиентов")
    st.markdown(
        f"В сегменте **«{ui.plain(name)}»** {people}. С ним удалится история: кто и когда в него входил. "
        "Клиенты останутся."
    )

    def delete(session: Session) -> None:
        membership.delete(session, name)

    with ui.form("segment-delete", {}) as asked:
        if st.button("Удалить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(f"удаление сегмента «{name}»", delete, f"Сегмент «{name}» удалён")
        ):
            if form:
                form.close()
            st.switch_page(SEGMENTS)
