"""«Импорт из 1С»: drop files, see how they will be counted, load them, read what became of them."""

import pandas as pd
import streamlit as st

from loyalty import db, ui
from loyalty.files import uploads
from loyalty.reports import history, shop
from pages._import import dropped as import_dropped
from pages._import import remembered, report

OPENED = "import_history_opened"  # the file of the history whose report is asked for
HISTORY_KINDS: dict[str, ui.Kind] = {"Когда": "time"}
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


def _demo() -> None:
    """What is invented and what is hers can't be told apart for her later: said before the first file."""
    with db.reading() as session:
        is_demo = shop.state(session).is_demo
    if is_demo:
        st.info(
            "Это демо-магазин: свои продажи в нём смешаются с придуманными, и убрать придуманное уже не получится. "
            "Начать со своими данными — карандаш рядом с названием магазина",
            icon=":material/info:",
        )


def _past(teaches: bool) -> None:
    """The history of imports, a click opens a file's report; while there is none, what it will be."""
    with db.reading() as session:
        files = [taken for taken in history.taken_files(session) if not taken.under_way]
    if not files and teaches:
        ui.empty(
            "Ещё ничего не загружали", "Здесь останется каждый файл и то, что из него получилось.", icon="history"
        )
    if not files:
        return
    frame = pd.DataFrame([(t.file, t.at, t.result, t.kind, t.origin) for t in files], index=[t.id for t in files])
    frame.columns = ["Файл", "Когда", "Результат", "Что", "Откуда"]
    hint = "Нажмите на файл, чтобы увидеть подробности"
    with ui.section("Что уже загружено", hint=hint, height="content") as actions:
        with actions:
            ui.excel_button("Загрузки", frame, HISTORY_KINDS)
        ui.table(
            frame, HISTORY_KINDS, alt="История загрузок", key="import-history",
            on_open=lambda id_: st.session_state.update({OPENED: id_}),
            phone=ui.Lines("Файл", note="{Результат}", aside="{Когда}"),
            tones={"Результат": ["warn" if t.status == "failed" else "" for t in files]},
        )  # fmt: skip
    opened = st.session_state.pop(OPENED, None)
    for taken in files:
        if taken.id == opened:
            st.dialog(ui.plain(taken.file), width="large")(report.report)(taken)


_header()
_demo()
busy = report.under_way()
report.results()
dropped = not busy and import_dropped.show()
_past(teaches=not busy and not dropped)
remembered.show()
