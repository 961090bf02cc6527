"""Files on their way and what became of them: progress that may be left, a report in plain words, the history."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from loyalty import db, ui
from loyalty.files import queue
from loyalty.reports import history
from loyalty.reports.history import TakenFile
from loyalty.service import pulse
from pages import _pulse
from pages._addresses import CUSTOMERS
from pages._import import money, refused
from pages._import.refused import HERE


def under_way() -> bool:
    """Draw the progress of files on their way; whether there are any. What ends is drawn by the whole page."""
    with db.reading() as session:
        waiting = history.under_way(session)
    if waiting:
        _progress([taken.id for taken in waiting])
    return bool(waiting)


@st.fragment(run_every=1)
def _progress(ids: list[int]) -> None:
    with db.reading() as session:
        waiting = history.under_way(session)
    if [taken.id for taken in waiting] != ids:
        st.rerun()
    with ui.section("Загружается", hint="Можно уйти с этого экрана: загрузка продолжится", height="content"):
        for taken in waiting:
            said = queue.progress(taken.id)
            words = ui.plain(f"{taken.file}: {said.words.lower() if said else 'ждёт очереди'}")
            st.progress(said.fraction if said else 0.0, text=words)
        if wrong := _pulse.trouble(pulse.last()):
            st.warning(f"{wrong}: файл дождётся её. {_pulse.RESTART}.", icon=":material/warning:")


def results() -> None:
    """What became of the files queued on this screen, and of the one that the address names."""
    asked = ui.asked_id("file")
    if asked is not None and asked not in st.session_state.get(HERE, ()):
        st.session_state[HERE] = [asked]
    ids = st.session_state.get(HERE, [])
    with db.reading() as session:
        done = [taken for taken in history.taken_files(session, ids) if not taken.under_way] if ids else []
    for taken in reversed(done):
        with ui.section(taken.file, height="content"):
            report(taken, "here")
    if done:
        with st.container(horizontal=True):
            if any(taken.status == "done" for taken in done) and st.button(
                "Посмотреть клиентов", type="primary", icon=":material/group:", key="import-customers"
            ):
                st.switch_page(CUSTOMERS)
            st.button("Скрыть", on_click=_put_away, key="import-more")


def _put_away() -> None:
    st.session_state.pop(HERE, None)
    st.query_params.pop("file", None)


def report(taken: TakenFile, place: str = "history") -> None:
    """A file's report: what it came to, whether its own total agrees, what to do; it may stand in two places."""
    if taken.status == "failed":
        refused.show(taken, place)
        return
    if taken.report:
        money.show(taken, place)
    if taken.report and not _is_new(taken.report):
        st.markdown("Всё из этого файла уже загружено, ничего не посчитано дважды.")
    elif taken.checked:
        st.caption(ui.plain(f"Сверка с чеками: {taken.checked[:1].lower()}{taken.checked[1:]}"))
    money.troubles(taken.report, place, taken.id)
    if errors := taken.report.get("errors"):
        _rejected(taken, errors, place)
    money.read_as(taken.report)


def _is_new(report: Mapping[str, Any]) -> bool:
    return not report["rows"] or bool(report["imported"] or report["changed"] or report["rejected"])


def _rejected(taken: TakenFile, errors: list[dict[str, object]], place: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("**Отклонённые строки**: исправьте их и загрузите только этот файл", width="content")
        if taken.rejected_file:
            st.download_button(
                "Скачать отклонённые",
                data=taken.rejected_file.read_bytes,
                file_name=taken.rejected_file.name,
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"rejected-{place}-{taken.id}",
            )
    names = {"row": "Строка", "reason": "Причина", "column": "Колонка", "value": "Значение"}
    frame = pd.DataFrame(errors, columns=list(names)).rename(columns=names)
    ui.table(
        frame,
        {"Строка": "count"},
        alt="Отклонённые строки и причины",
        key=f"errors-{place}-{taken.id}",
        phone=ui.Lines("Причина", "Строка", note="{Колонка}: {Значение}"),
    )
