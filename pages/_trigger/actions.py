"""What is done with a trigger: saved, switched, copied, rehearsed, deleted."""

import streamlit as st
from sqlmodel import Session

from loyalty import acts, settings, ui
from loyalty.messages.triggers import stored
from loyalty.messages.triggers.stored import Saved
from pages._addresses import REHEARSAL, TRIGGER_EDIT, TRIGGERS
from pages._trigger import form as trigger_form
from pages._trigger import switch

COPY, REHEARSE, DELETE = "Сделать копию", "Репетиция", "Удалить"


def show(form: ui.Form, saved: Saved | None) -> None:
    """In the page's header."""
    if saved:
        switch.toggle(saved, "Включён", visible=True)
        asked = st.menu_button("Ещё", [REHEARSE, COPY, DELETE], key=form.key("menu"))
        if asked == DELETE:
            _delete(saved, form)
        elif asked == REHEARSE:
            st.switch_page(REHEARSAL, query_params={"trigger": saved.name})
        elif asked == COPY:
            _copy(saved)
    if st.button("Сохранить", type="primary", key=form.key("save")):
        _save(form, saved)


def _save(form: ui.Form, saved: Saved | None) -> None:
    terms = trigger_form.terms(form)

    def write(session: Session) -> None:
        act = acts.begin(session, acts.Origin.SCREEN)
        if saved is None:
            stored.add(session, terms, act)
        else:
            now = settings.now(settings.timezone(session))
            stored.change(session, saved.name, terms, act, now, seen=saved.terms)

    done = f"Триггер «{terms.name}» сохранён" if saved else f"Триггер «{terms.name}» сохранён, он пока выключен"
    if form.saved(lambda _: ui.write(f"триггер «{terms.name}»", write, done)):
        st.switch_page(TRIGGERS)


def _copy(saved: Saved) -> None:
    names: list[str] = []

    def write(session: Session) -> None:
        names.append(stored.copy(session, saved.name, acts.begin(session, acts.Origin.SCREEN)))

    ui.write(f"копия триггера «{saved.name}»", write, "Копия сделана, она пока выключена")
    st.switch_page(TRIGGER_EDIT, query_params={"name": names[-1]}) if names else st.switch_page(TRIGGERS)


@st.dialog("Удалить триггер?")
def _delete(saved: Saved, form: ui.Form) -> None:
    """What is kept is said."""
    st.markdown(
        f"**{ui.plain(saved.name)}** больше не будет писать. Что он отправил и подарил, останется у клиентов и "
        "в отчётах."
    )

    def write(session: Session) -> None:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        stored.delete(session, saved.name, act, now)

    with ui.form("trigger-delete", {}) as asked:
        if st.button("Удалить", type="primary", key=asked.key("do")) and asked.saved(
            lambda _: ui.write(f"удаление триггера «{saved.name}»", write, f"Триггер «{saved.name}» удалён")
        ):
            form.close()
            st.switch_page(TRIGGERS)
