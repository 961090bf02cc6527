"""What stands around every screen: navigation, the shop's name, the worker's pulse; figures are of today here."""

from pathlib import Path
from typing import Any

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.engine import ledger
from loyalty.reports import shop as shop_report
from loyalty.service import pulse
from pages import _shop_form

# A picture of our own: a Material icon in the browser's tab would be fetched from the internet.
ICON = Path(__file__).parents[1] / "static" / "icon.png"

# Streamlit's «Press Enter to apply» is in English only; a long e-mail in a table of words would leave its frame.
STYLE = """<style>
[data-testid="InputInstructions"] { display: none; }
[data-testid="stMarkdownContainer"] td:not(:first-child) { overflow-wrap: anywhere; }
</style>"""

WELCOME = "pages/welcome.py"
OVERVIEW = "pages/overview.py"
CUSTOMERS = "pages/customers.py"
CUSTOMER = "pages/customer.py"
WHOSE = "pages/whose.py"
TWINS = "pages/twins.py"
PROGRAM = "pages/program.py"
IMPORT = "pages/import_1c.py"
JOURNAL = "pages/journal.py"


def run() -> None:
    """Draw the frame and the chosen page; a mistake a person can mend is told here, once for all pages."""
    st.set_page_config(page_title="Бонусы", page_icon=ICON, layout="wide")
    with ui.explained():
        with db.reading() as session:
            state = shop_report.state(session)
        page = navigation(state)
        if state.name:
            keep_figures_of_today()
            sidebar(state)
        st.html(STYLE)
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
            OVERVIEW, title="Обзор", icon=":material/space_dashboard:", default=state.has_data, url_path="overview"
        ),
        st.Page(CUSTOMERS, title="Клиенты", icon=":material/group:", url_path="customers"),
        st.Page(
            WHOSE,
            title="Чей это чек?",
            icon=":material/help:",
            url_path="whose",
            visibility="visible" if state.asks_whose else "hidden",
        ),
        st.Page(TWINS, title="Двойники", icon=":material/join_inner:", url_path="twins"),
        st.Page(CUSTOMER, title="Клиент", url_path="customer", visibility="hidden"),
    ]
    options = [
        st.Page(PROGRAM, title="Программа", icon=":material/percent:", url_path="program"),
        st.Page(IMPORT, title="Импорт из 1С", icon=":material/upload_file:", url_path="import"),
        st.Page(JOURNAL, title="Журнал", icon=":material/history:", url_path="journal"),
    ]
    return st.navigation({"Магазин": shop if state.has_data else [welcome, *shop], "Настройки": options})


def keep_figures_of_today() -> None:
    """Figures stored yesterday are brought to today; quick, and the worker's night finds nothing left to do."""
    with db.reading() as session:
        today = settings.today(session)
        if ledger.figures_on(session) in (None, today):
            return
    worker = pulse.last()
    if worker and worker.what != pulse.RESTING and not worker.silent:
        return  # it may hold the database for minutes, and brings the figures to today itself
    with db.writing() as session:
        ledger.bring_to(session, today)


def sidebar(state: shop_report.State) -> None:
    """Whose shop it is, and whether the background service lives."""
    with st.sidebar:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{ui.plain(state.name)}**", width="content")
            change = st.button(
                "", icon=":material/edit:", type="tertiary", help="Название и часовой пояс", key="shop-change"
            )
        if state.is_demo:
            st.caption("Демо-магазин: всё придумано. Начать со своими данными — карандаш рядом с названием")
        if change:
            _shop_form.dialog()
        worker_pulse()


@st.fragment(run_every=10)
def worker_pulse() -> None:
    """How long ago the worker gave a sign, and what to do when it is silent."""
    last = pulse.last()
    if last is None:
        st.caption(":gray[:material/circle:] Фоновая служба не запущена. Запустите программу через start.py")
        return
    ago = wording.seconds_ago(last.age_s)
    if last.silent:
        st.caption(
            f":orange[:material/warning:] Фоновая служба молчит: {ago}. Перезапустите программу через start.py"
        )
    else:
        st.caption(f":green[:material/circle:] Фоновая служба: {ago}")
