"""What the programme's form changes for customers, and the question before it is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from loyalty import db, settings, ui
from loyalty.program import stored
from loyalty.program.terms import Program
from loyalty.program.words import impact_words
from loyalty.wording import day, plural

ASKING = "program_asking"  # in session state: whether the question is on the screen


@dataclass(frozen=True, slots=True)
class Change:
    """A draft for a day, the terms before that day, and those that the draft would replace on it."""

    start: date
    before: Program
    draft: Program
    instead_of: Program
    immediately: bool


def show(change: Change, mistakes: int, saved: Callable[[], None]) -> None:
    """The sentences, and «Сохранить», which waits until there is something sound to save."""
    sentences = [] if mistakes else stored.differences(change.before, change.draft)
    with ui.section("Что изменится"):
        if sentences:
            with db.reading() as session:
                sentences.append(impact_words(stored.impact(session, change.before, change.draft)))
            ui.bullets(sentences)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Сохранить" if change.immediately else f"Сохранить с {day(change.start)}",
                type="primary", disabled=not sentences, key="program-save", on_click=_asking, args=(True,),
            )  # fmt: skip
            if mistakes:
                marked = plural(mistakes, "отмеченное место", "отмеченных места", "отмеченных мест")
                st.caption(f"Сначала исправьте выше {marked}", width="content")
            elif not sentences:
                st.caption("Пока ничего: условия те же, что и до этого дня", width="content")
    if sentences and st.session_state.get(ASKING):
        _ask(change, sentences, saved)


def _asking(now: bool = False) -> None:
    st.session_state[ASKING] = now


@st.dialog("Сохранить новые условия?", on_dismiss=_asking)
def _ask(change: Change, sentences: list[str], saved: Callable[[], None]) -> None:
    st.markdown(
        "Начнут действовать сразу." if change.immediately else f"Начнут действовать **{day(change.start)}**."
    )
    ui.bullets(sentences)

    def save(_: str) -> None:
        ui.write(
            f"условия программы с {day(change.start)}",
            lambda session: stored.save(
                session, change.start, change.draft, settings.today(session), change.instead_of
            ),
            "Новые условия сохранены",
        )

    with ui.form("program-ask", {}) as form:
        if st.button("Сохранить", type="primary", key="program-confirm") and form.saved(save):
            _asking(False)
            saved()
            st.rerun()
