"""A page of customers as a list, in «Клиенты» and a segment: a row opens the card, a heading sorts by it."""

import pandas as pd
import streamlit as st

from loyalty import ui
from loyalty.reports.customers import listed as report

PAGE_SIZE = 25
KINDS: dict[str, ui.Kind] = {
    "День рождения": "day",
    "Исполнится": "count",
    "Куплено": "money",
    "Телефон": "phone",
    "Доступно": "round",
    "Ждёт": "round",
    "Сгорит": "round",
    "Когда": "day",
    "Чеков": "count",
    "Сумма": "money",
    "Посл. чек": "day",
}
OTHERS = " день рождения {День рождения} куплено на {Куплено}"  # on a phone, where the list is asked for these


def show(
    frame: pd.DataFrame,
    sorted_by: tuple[str, bool],
    *,
    alt: str,
    key: str,
    sort_key: str,
    nobody: str,
    verb: str = "сгорит",
) -> None:
    """The list, or a sentence where there is `nobody`; another sort is kept in the session under `sort_key`."""
    if frame.empty:
        with st.container(border=True):
            st.markdown(f":material/search_off: {nobody}")
        return
    sort, descending = sorted_by

    def asked(heading: str) -> None:
        upwards = descending if heading == sort else heading in report.ALPHABETICAL
        st.session_state[sort_key] = (heading, not upwards)

    ui.table(
        frame,
        KINDS,
        alt=alt,
        key=key,
        rows_shown=PAGE_SIZE,
        address="customer?id={}",
        sort=ui.Sort(sort, descending, asked),
        phone=ui.Lines("Клиент", "Доступно", note="{Уровень}", aside=f"{verb} {{Сгорит}} · {{Когда}}{OTHERS}"),
    )
