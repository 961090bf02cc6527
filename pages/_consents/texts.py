"""Texts of consents: each with its version in force; another text is the next version."""

from collections.abc import Mapping, Sequence

import streamlit as st
from sqlmodel import Session

from loyalty import acts, ui, wording
from loyalty.customers import consent_texts
from loyalty.customers.consent_texts import LETTERS_MAX, PURPOSES, SAMPLE, Text

NAME = "consent-text"


def show(texts: Sequence[Text], samples: Mapping[str, str]) -> None:
    """A part for each purpose: separate documents, as the law wants."""
    for purpose, title in PURPOSES.items():
        versions = [one for one in texts if one.purpose == purpose]
        now = versions[0] if versions else None
        hint = f"Редакция {now.version}, с {wording.day(now.since.date())}" if now else "Текста ещё нет"
        with ui.section(title, hint=hint, height="content") as actions:
            with actions:
                label = "Изменить" if now else "Записать"
                if st.button(label, icon=":material/edit_document:", key=f"text-{purpose}"):
                    _dialog(purpose, now, samples[purpose])
            if now is None:
                st.caption("Начните с образца: в нём есть всё, что называет закон. Проверьте его с юристом.")
                continue
            with st.container(height=220, border=False):
                ui.lines(now.text.splitlines())
            if former := versions[1:]:
                _former(former)


def _former(versions: Sequence[Text]) -> None:
    with st.popover(f"Прежние редакции: {wording.number(len(versions))}", type="tertiary"):
        for one in versions:
            st.markdown(f"**Редакция {one.version}**, с {wording.day(one.since.date())}")
            ui.lines(one.text.splitlines())


@st.dialog("Текст согласия", width="large", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(purpose: str, now: Text | None, sample: str) -> None:
    title = PURPOSES[purpose]
    st.markdown(f"**{title}**")
    if now is None:
        st.caption(f"{SAMPLE}. В квадратных скобках — то, что вписываете вы.")
    else:
        st.caption("Кто согласился раньше, согласился на прежний текст: он сохранится.")
    with ui.form(f"{NAME} {purpose}", {"text": now.text if now else sample}) as form:
        form.field(st.text_area, "text", "Текст", height=360, max_chars=LETTERS_MAX)
        form.place()

        def save(_: str) -> None:
            text = form["text"] or ""

            def write(session: Session) -> Text:
                return consent_texts.add(session, purpose, text, acts.begin(session, acts.Origin.SCREEN))

            ui.write(f"текст: {title}", write, lambda made: f"Сохранено: редакция {made.version}")

        if st.button("Сохранить", type="primary", key=form.key("keep")) and form.saved(save):
            st.rerun()
