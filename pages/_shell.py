"""What stands around every screen: navigation, the shop's name, the worker's pulse; figures are of today here."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from loyalty import db, settings, ui
from loyalty.engine import ledger
from loyalty.reports import shop as shop_report
from pages import _pulse, _shop_form, _writers
from pages._addresses import (
    ASKED,
    CUSTOMER,
    CUSTOMERS,
    IMPORT,
    JOURNAL,
    OVERVIEW,
    PROGRAM,
    RETURNS,
    SEGMENT,
    SEGMENT_EDIT,
    SEGMENTS,
    TODAY,
    TWINS,
    WELCOME,
    WHOSE,
)

# A picture of our own: a Material icon in the browser's tab would be fetched from the internet.
ICON = Path(__file__).parents[1] / "static" / "icon.png"


def run() -> None:
    """Draw the frame and the chosen page; a mistake a person can mend is told here, once for all pages."""
    st.set_page_config(page_title="Бонусы", page_icon=ICON, layout="wide")
    with ui.explained():
        with db.reading() as session:
            state = shop_report.state(session)
        page = navigation(state)
        forget_others(page.url_path)
        if state.name:
            keep_figures_of_today()
            sidebar(state)
        ui.frame()
        ui.show_waiting(_writers.why)
        ui.show_flash()
        with ui.explained():
            page.run()
        ui.ask_before_leaving("page")


def navigation(state: shop_report.State) -> Any:
    """The screens that exist, in the owner's groups; before the first start is done it leads by the hand."""
    welcome = st.Page(WELCOME, title="Начало", icon=":material/flag:", default=True, url_path="welcome")
    if not state.name:
        return st.navigation([welcome], position="hidden")
    shop = [
        st.Page(
            TODAY,
            title="Сегодня",
            icon=":material/wb_sunny:",
            default=state.has_data,
            url_path="start",
        ),
        st.Page(OVERVIEW, title="Обзор", icon=":material/space_dashboard:", url_path="overview"),
        st.Page(CUSTOMERS, title="Клиенты", icon=":material/group:", url_path="customers"),
        st.Page(
            WHOSE,
            title="Чей это чек?",
            icon=":material/help:",
            url_path="whose",
            visibility="visible" if state.asks_whose else "hidden",
        ),
        st.Page(TWINS, title="Двойники", icon=":material/join_inner:", url_path="twins"),
        # The default page answers at the root alone, and not at its name.
        st.Page(_today, title="Сегодня", url_path="today", visibility="hidden"),
        st.Page(CUSTOMER, title="Клиент", url_path="customer", visibility="hidden"),
        st.Page(RETURNS, title="Возвраты без чека", url_path="returns", visibility="hidden"),
    ]
    marketing = [
        st.Page(SEGMENTS, title="Сегменты", icon=":material/donut_small:", url_path="segments"),
        st.Page(SEGMENT, title="Сегмент", url_path="segment", visibility="hidden"),
        st.Page(SEGMENT_EDIT, title="Условия сегмента", url_path="segment_edit", visibility="hidden"),
    ]
    options = [
        st.Page(PROGRAM, title="Программа", icon=":material/percent:", url_path="program"),
        st.Page(IMPORT, title="Импорт из 1С", icon=":material/upload_file:", url_path="import"),
        st.Page(JOURNAL, title="Журнал", icon=":material/history:", url_path="journal"),
    ]
    groups = {"Магазин": shop if state.has_data else [welcome, *shop], "Маркетинг": marketing}
    return st.navigation({**groups, "Настройки": options})


def forget_others(page: str) -> None:
    """Whoever goes back from a page finds in the address what that one was asked: Streamlit writes it there."""
    for name in set(st.query_params) - set(ASKED.get(page, ())):
        del st.query_params[name]


def _today() -> None:
    st.switch_page(TODAY)


def keep_figures_of_today() -> None:
    """Figures stored yesterday are brought to today; quick, and the worker's night finds nothing left to do."""
    with db.reading() as session:
        today = settings.today(session)
        if ledger.figures_on(session) in (None, today):
            return
    with suppress(db.Busy), db.writing(patience_s=0) as session:  # whoever writes brings them to today, too
        ledger.bring_to(session, today)


def sidebar(state: shop_report.State) -> None:
    """Whose shop it is, and whether the background service lives."""
    with st.sidebar:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key="shop"):
                st.markdown(f"**{ui.plain(state.name)}**", width="content")
                change = st.button(
                    "", icon=":material/edit:", type="tertiary", help="Название и часовой пояс", key="shop-change"
                )
            _pulse.show()
        if state.is_demo:
            st.caption("Демо-магазин: всё придумано. Начать со своими данными — карандаш рядом с названием")
        if change:
            _shop_form.dialog()
