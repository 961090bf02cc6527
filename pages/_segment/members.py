"""Who is in a segment, or was on a day: the list of customers, by a search, sorted by the database."""

from datetime import date

import pandas as pd
import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.customers import listed as report
from loyalty.reports.segments import members
from loyalty.reports.segments.listed import Mark
from loyalty.segments.stored import Saved
from pages import _people_list

SORT = "_segment_sort"


@st.fragment
def show(saved: Saved, mark: Mark, today: date) -> None:
    """Search and day, the list a page at a time, all of it to Excel."""
    search, day, actions = st.columns([5, 3, 1], gap="small", vertical_alignment="bottom")
    with search:
        words = st.text_input(
            "Поиск", type="search", live="150ms", placeholder="Имя, телефон, карта или код",
            label_visibility="collapsed", key="segment-search",
        )  # fmt: skip
    with day:
        on = st.date_input(
            "Кто был в сегменте на день", value=None, max_value=today, format="DD.MM.YYYY",
            key="segment-day", help="Кто был в нём, когда этот день начался",
        )  # fmt: skip
    with db.reading() as session:
        wanted = members.wanted(session, saved.id, words or "", on)
        count = report.count(session, wanted, today)
        sort, descending = st.session_state.get(SORT, report.NEWEST)
        last = max(-(-count // _people_list.PAGE_SIZE), 1)
    st.caption(told(count, on, words))
    listed, pages = st.container(), st.container(horizontal=True, horizontal_alignment="right")
    with pages:
        key = f"segment-page {saved.name} {words} {on} {sort} {descending} {last}"
        number = st.pagination(last, key=key) if last > 1 else 1
    with db.reading() as session:
        frame = report.page(
            session, wanted, today, sort=sort, descending=descending, number=number, size=_people_list.PAGE_SIZE
        )
    with listed:
        _people_list.show(
            frame, (sort, descending), alt="Клиенты сегмента", key="segment-members", sort_key=SORT,
            nobody="Никого: проверьте поиск и день.",
        )  # fmt: skip

    def whole() -> pd.DataFrame:
        with db.reading() as session:
            return report.everyone(session, wanted, today, sort=sort, descending=descending)

    with actions:
        ui.excel_button(f"{saved.name} — клиенты", whole, _people_list.KINDS, key="excel-members")


def told(count: int, on: date | None, words: str | None) -> str:
    """How many, and when."""
    people = wording.plural(count, "клиент", "клиента", "клиентов")
    found = f"Найдено: {people}" if words else people
    return f"{found} на {wording.day(on)}" if on else found
