"""A file that was not loaded: why, or the question it asks, whose answers load it."""

from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.files import queue
from loyalty.reports.history import TakenFile

HERE = "import_ids"  # in session state: files queued on this screen, whose results are shown until put away


def show(taken: TakenFile, place: str) -> None:
    """Why a file was not loaded; where it asks a question, the answers load it."""
    if taken.answer:
        st.markdown(ui.plain(taken.problem or ""))
        st.caption(ui.plain(f"Ваш ответ: «{taken.answer}». Отчёт о загрузке — отдельной строкой."))
        return
    if not taken.question:
        ui.field_error(taken.problem or "Файл не загружен")
        return
    st.markdown(f"**{ui.plain(taken.question['words'])}**")
    if not taken.has_file:
        st.caption("Из файла ничего не записано. Загрузите его на этом экране: программа спросит и запомнит ответ.")
        return
    st.caption("Пока вы не ответите, из файла ничего не записано.")
    with st.container(horizontal=True):
        for at, choice in enumerate(taken.question["choices"]):
            if st.button(ui.plain(choice["words"]), key=f"answer-{place}-{taken.id}-{at}"):
                with ui.explained():
                    _answer(taken, choice["value"])


def _answer(taken: TakenFile, value: Any) -> None:
    """Load the file with this answer; its result is shown in place of the question."""
    again = ui.write(f"ответ о файле «{taken.file}»", lambda session: queue.answer(session, taken.id, value), "")
    if again.is_written:
        others = (id_ for id_ in st.session_state.get(HERE, ()) if id_ != taken.id)
        st.session_state[HERE] = [*others, again.result]
    st.rerun()
