"""«Импорт из 1С»: drop files, see how they will be counted, load them, read what became of them."""

import pandas as pd
import streamlit as st

from loyalty import db, ui
from loyalty.files import uploads
from loyalty.reports import history
from pages import _import_file, _import_remembered, _import_report

TURN = "import_history_turn"
# Streamlit says this in English, and its own refusals too: any file may be dropped, loyalty tells what it is.
IN_RUSSIAN = """<style>
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Выбрать файлы"; font-size: 0.875rem; }
[data-testid="stFileUploaderDropzoneInstructions"] span { font-size: 0; }
[data-testid="stFileUploaderDropzoneInstructions"] span::after {
  content: "CSV, TXT, XLSX, XLS, ODS"; font-size: 0.875rem;
}
</style>"""
HELP = """
**Что нужно выгрузить**

Список чеков и возвратов с товарами: дата, номер, клиент (код, карта или телефон), товар, количество, цена, сумма.
Одна строка — один товар в чеке. Порядок колонок и лишние колонки не мешают.

**Как сохранить отчёт из 1С**

1. Сформируйте отчёт или список за нужный период.
2. Выберите **Файл → Сохранить как**.
3. Тип файла — **Лист Excel2007 (*.xlsx)**. Подойдут также CSV, TXT, XLS, XLSB и ODS.

**Можно не бояться повторов**

Один и тот же файл или пересекающиеся периоды ничего не задвоят: чек узнаётся по номеру, магазину и году. Изменённый
в 1С чек заменит прежний. Клиентов можно загрузить отдельным файлом, до или после продаж.
"""


@st.dialog("Как выгрузить из 1С", width="medium")
def _help() -> None:
    st.markdown(HELP)


def _header() -> None:
    with ui.header(
        "Импорт из 1С", "Положите сюда файл с продажами или клиентами, остальное программа сделает сама"
    ):
        if st.button("Как выгрузить из 1С", icon=":material/help:", type="tertiary", key="import-help"):
            _help()
        st.download_button(
            "Образец файла",
            uploads.template(),
            "образец продаж.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="import-template",
        )


def _drop() -> None:
    turn = st.session_state.setdefault("import_turn", 0)
    st.html(IN_RUSSIAN)
    dropped = st.file_uploader(
        "Перетащите сюда файлы из 1С, можно несколько сразу", accept_multiple_files=True, key=f"import-drop-{turn}"
    )
    if dropped:
        ui.lost_with_page()
    shown = [_import_file.show(upload) for upload in dropped]
    ready = [file for file in shown if file]
    if not dropped:
        return
    if len(ready) < len(shown) and ready:
        st.caption(f"Загрузятся только файлы без ошибок: {len(ready)} из {len(shown)}")
    if st.button("Загрузить", type="primary", icon=":material/upload:", disabled=not ready, key="import-load"):
        with ui.explained():
            with db.writing() as session:
                ids = uploads.enqueue(session, ready)
                uploads.forget_unused(session)
            st.session_state[_import_report.HERE] = ids
            st.session_state["import_turn"] = turn + 1  # an empty place for the next files
            st.rerun()


def _past(busy: bool) -> None:
    """The history of imports; a click opens a file's report."""
    with db.reading() as session:
        files = [taken for taken in history.taken_files(session) if not taken.under_way]
    if not files and not busy:
        ui.empty(
            "Ещё ничего не загружали", "Здесь останется каждый файл и то, что из него получилось.", icon="history"
        )
    if not files:
        return
    turn = st.session_state.setdefault(TURN, 0)  # a new table after each click: the same file may be asked again
    with ui.section("Что уже загружено", hint="Нажмите на файл, чтобы увидеть подробности", height="content"):
        frame = pd.DataFrame([(t.at, t.file, t.result, t.kind, t.origin) for t in files])
        frame.columns = ["Когда", "Файл", "Результат", "Что", "Откуда"]
        shown = ui.table(
            frame, {"Когда": "time"}, alt="История загрузок", key=f"import-history-{turn}", links="Файл",
            on_select="rerun", selection_mode="single-cell",
        )  # fmt: skip
    if shown.selection.cells:
        st.session_state[TURN] = turn + 1
        chosen = files[shown.selection.cells[0][0]]
        st.dialog(ui.plain(chosen.file), width="large")(_import_report.report)(chosen)


_header()
busy = _import_report.under_way()
_import_report.results()
if not busy:
    _drop()
_past(busy)
_import_remembered.show()
