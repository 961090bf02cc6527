"""A report in money: receipts, returns, bonuses, the file's own total; then its rows, and what to do."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from loyalty import ui
from loyalty.reports import history
from loyalty.reports.history import SKIPPED, TakenFile
from loyalty.reports.troubles import Trouble
from loyalty.reports.troubles import troubles as found_in
from loyalty.wording import number
from pages._addresses import PROGRAM, RETURNS, TWINS, WHOSE
from pages._import import counted

ROWS_HELP = "Прочие строки — итоги, пустые, повторы внутри чека и документы, которые не продажи"
STEPS = {
    "whose": ("Ответить", WHOSE),
    "twins": ("К двойникам", TWINS),
    "returns": ("Посмотреть возвраты", RETURNS),
    "program": ("К программе", PROGRAM),
}
TOLD_AT_ONCE = 3


def show(taken: TakenFile, place: str) -> None:
    """What the file came to, in money and by day; its rows after that."""
    money = history.report_money(taken.report)
    if money:
        ui.figures([ui.Figure(label, value) for label, value in money], key=f"money {place}", alt="Деньги файла")
    if agreed := history.file_total(taken.report):
        counted.agreement(*agreed)
    _by_day(taken, place)
    rows = " · ".join(f"{words}: {number(count)}" for words, count in history.report_figures(taken.report))
    st.caption(rows, help=ROWS_HELP if SKIPPED in rows else None)


def _by_day(taken: TakenFile, place: str) -> None:
    days = history.report_days(taken.report)
    if not days:
        return
    with st.expander("По дням, чтобы сравнить с отчётом 1С", type="compact"):
        frame = pd.DataFrame(
            days, columns=["День", "Чеков", "На сумму", "Возвратов", "Возвраты на сумму", "Итог в файле"]
        )
        frame = frame.mask(frame == 0).dropna(axis="columns", how="all")
        kinds: dict[str, ui.Kind] = {"День": "day", "Чеков": "count", "На сумму": "money", "Возвратов": "count",
                                     "Возвраты на сумму": "money", "Итог в файле": "money"}  # fmt: skip
        ui.table(
            frame,
            kinds,
            alt="Чеки и возвраты файла по дням",
            key=f"days-{place}-{taken.id}",
            phone=ui.Lines("День", "На сумму", note="чеков {Чеков}", aside="возвраты на {Возвраты на сумму}"),
        )
        ui.excel_button("по дням", frame, kinds, key=f"days-excel-{place}-{taken.id}")


def troubles(report: Mapping[str, Any], place: str, id_: int) -> None:
    """Each kind of trouble: what it is, what to do, the next step."""
    for at, trouble in enumerate(found_in(report)):
        _trouble(trouble, f"{place}-{id_}-{at}")


def _trouble(trouble: Trouble, key: str) -> None:
    with st.container(border=bool(trouble.advice), gap="xsmall"):
        if trouble.advice:
            st.markdown(f":orange[:material/warning:] **{trouble.title}.** {ui.plain(trouble.advice)}.")
        else:
            st.markdown(f"**{trouble.title}**")
        for told in trouble.told[:TOLD_AT_ONCE]:
            st.caption(ui.plain(told))
        if more := trouble.told[TOLD_AT_ONCE:]:
            with st.expander(f"Ещё {number(len(more))}", type="compact"):
                for told in more:
                    st.caption(ui.plain(told))
        if trouble.step:
            label, page = STEPS[trouble.step]
            if st.button(label, key=f"step-{key}"):
                st.switch_page(page)


def read_as(report: Mapping[str, Any]) -> None:
    """How the file was read, in the sentences kept with it."""
    if reasons := report.get("reasons"):
        with st.expander("Как прочитан файл", type="compact"):
            for reason in reasons:
                st.caption(ui.plain(reason))
