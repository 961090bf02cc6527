"""A file that was not loaded: why, or the question it asks, whose answers load it."""

import streamlit as st

from loyalty import db, ui
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
                    with db.writing() as session:
                        again = queue.answer(session, taken.id, choice["value"])
                    st.session_state[HERE] = [
                        *(id_ for id_ in st.session_state.get(HERE, ()) if id_ != taken.id),
                        again,
                    ]
                    st.rerun()
