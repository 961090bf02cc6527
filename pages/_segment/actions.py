"""What is done with a segment: its question changed, copied, renamed, brought up to date, deleted."""

import streamlit as st
from sqlmodel import Session

from loyalty import settings, ui
from loyalty.segments import membership, stored
from loyalty.segments.stored import Saved
from pages._addresses import CAMPAIGN_EDIT, SEGMENT, SEGMENT_EDIT
from pages._segment import delete

FORM = "segment-rename"


def show(saved: Saved) -> None:
    """The main action, and what is done seldom behind «Ещё»."""
    if st.button("Написать им", icon=":material/send:", key="segment-write"):
        st.switch_page(CAMPAIGN_EDIT, query_params={"segment": saved.name})
    if st.button("Изменить", type="primary", icon=":material/tune:", key="segment-change"):
        st.switch_page(SEGMENT_EDIT, query_params={"name": saved.name})
    with st.popover("Ещё", icon=":material/more_horiz:", key="segment-more"):
        if st.button("Обновить", icon=":material/refresh:", type="tertiary", key="segment-refresh"):
            refresh(saved)
        if st.button("Сделать копию", icon=":material/content_copy:", type="tertiary", key="segment-copy"):
            st.switch_page(SEGMENT_EDIT, query_params={"copy": saved.name})
        if st.button("Переименовать", icon=":material/edit:", type="tertiary", key="segment-rename"):
            rename(saved)
        if st.button("Удалить", icon=":material/delete:", type="tertiary", key="segment-delete"):
            delete.dialog(saved.name)


def refresh(saved: Saved) -> None:
    """Who answers now."""

    def write(session: Session) -> None:
        now = settings.now(settings.timezone(session))
        membership.refresh(session, now, settings.today(session), [saved.name])

    ui.write_by_click(f"обновление сегмента «{saved.name}»", write, "Сегмент обновлён")


@st.dialog("Переименовать сегмент", on_dismiss=lambda: ui.put_aside(FORM))
def rename(saved: Saved) -> None:
    """Another name; whoever asks for it by name follows."""
    with ui.form(FORM, {"name": saved.name}) as form:
        form.field(st.text_input, "name", "Название", max_chars=stored.NAME_MAX)

        def save(_: str) -> None:
            name = form["name"] or ""
            ui.write(
                f"название сегмента «{name}»",
                lambda session: stored.rename(session, saved.name, name),
                "Сегмент переименован",
            )

        if st.button("Сохранить", type="primary", key=form.key("save")):
            name = form["name"]
            if form.saved(save):
                st.switch_page(SEGMENT, query_params={"name": name})
