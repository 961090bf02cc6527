"""What stands around every screen: navigation, the shop's name, the worker's pulse; figures are of today here."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from loyalty import db, settings, ui
from loyalty.engine import ledger
from loyalty.reports import shop as shop_report
from pages import _menu, _pulse, _sandbox, _shop_form, _writers
from pages._addresses import ASKED

# A picture of our own: a Material icon in the browser's tab would be fetched from the internet.
ICON = Path(__file__).parents[1] / "static" / "icon.png"


def run() -> None:
    """Draw the frame and the chosen page; a mistake a person can mend is told here, once for all pages."""
    st.set_page_config(page_title="Бонусы", page_icon=ICON, layout="wide")
    with ui.explained():
        with db.reading() as session:
            state = shop_report.state(session)
        page = _menu.navigation(state)
        forget_others(page.url_path)
        if state.name:
            keep_figures_of_today()
            sidebar(state)
        ui.frame()
        ui.show_waiting(_writers.why)
        ui.show_flash()
        _sandbox.show(page.url_path)
        with ui.explained():
            page.run()
        ui.ask_before_leaving("page")


def forget_others(page: str) -> None:
    """Whoever goes back from a page finds in the address what that one was asked: Streamlit writes it there."""
    for name in set(st.query_params) - set(ASKED.get(page, ())):
        del st.query_params[name]


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
