"""The shop's name and time zone: asked at the first start, changed later from the sidebar."""

import streamlit as st

from loyalty import db, settings, ui
from loyalty.demo import leaving
from loyalty.reports import shop
from loyalty.zones import ZONES


def form(name: str, zone: str, submit: str, done: str = "") -> bool:
    """The form; True once what was typed is taken, `done` tells it; a mistake stands under its field."""
    with st.form("shop", border=False):
        typed = st.text_input(
            "Как называется магазин", name, max_chars=80, placeholder="Например, Шоурум «Лето»", key="shop-name"
        )
        mistake = st.container()
        zones = list(ZONES) if zone in ZONES else [zone, *ZONES]
        chosen = st.selectbox(
            "По какому времени он работает",
            zones,
            zones.index(zone),
            lambda known: ZONES.get(known, known),
            help="По этому времени считаются дни: когда бонусы станут доступны и когда сгорят",
            key="shop-zone",
        )
        if not st.form_submit_button(submit, type="primary"):
            return False
    stored = False
    with mistake, ui.explained():
        ui.write("название и часовой пояс", lambda session: settings.name_shop(session, typed, chosen), done)
        stored = True
    return stored


@st.dialog("Магазин")
def dialog() -> None:
    """The same form over any screen."""
    with db.reading() as session:
        name, zone = settings.shop_name(session), settings.timezone(session)
        is_demo = shop.state(session).is_demo
    if form(name, zone, "Сохранить", "Сохранено"):
        st.rerun()
    if is_demo:
        _end_of_demo()


def _end_of_demo() -> None:
    """From the demo shop to her own: nothing real can be lost, and it is asked once all the same."""
    st.markdown("**Сейчас здесь демо-магазин:** клиенты и чеки придуманы. Название и программа останутся.")
    sure = st.checkbox("Убрать всех клиентов и все чеки демо-магазина", key="demo-sure")
    if st.button("Начать со своими данными", disabled=not sure, key="demo-end"):
        with ui.explained():
            ui.write("конец демо-магазина", leaving.remove, "Демо-магазин убран: загрузите свои продажи")
            st.switch_page("pages/import_1c.py")
