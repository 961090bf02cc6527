"""The shop's name and time zone: asked at the first start, changed later from the sidebar."""

import streamlit as st
from sqlmodel import Session

from loyalty import db, settings, ui
from loyalty.demo import leaving
from loyalty.reports import shop
from loyalty.service import ready
from loyalty.zones import ZONES
from pages._addresses import IMPORT

NAME = "shop"


def form(name: str, zone: str, submit: str) -> bool:
    """The form; True once what was typed is stored."""
    zones = list(ZONES) if zone in ZONES else [zone, *ZONES]
    with ui.form(NAME, {"name": name, "zone": zone}) as form:
        form.field(
            st.text_input,
            "name",
            "Как называется магазин",
            max_chars=settings.NAME_MAX,
            placeholder="Например, Шоурум «Лето»",
        )
        form.field(
            st.selectbox,
            "zone",
            "По какому времени он работает",
            zones,
            format_func=lambda known: ZONES.get(known, known),
            help="По этому времени считаются дни: когда бонусы станут доступны и когда сгорят",
        )

        def save(_: str) -> None:
            name, zone = form["name"] or "", form["zone"]

            def write(session: Session) -> None:
                settings.name_shop(session, name, zone)
                ready.add_missing(session)  # a shop begins with them

            ui.write("название и часовой пояс", write, "Сохранено")

        return st.button(submit, type="primary", key=form.key("save")) and form.saved(save)


@st.dialog("Магазин", on_dismiss=lambda: ui.put_aside(NAME))
def dialog() -> None:
    """The same form over any screen."""
    with db.reading() as session:
        name, zone = settings.shop_name(session), settings.timezone(session)
        is_demo = shop.state(session).is_demo
    if form(name, zone, "Сохранить"):
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
            st.switch_page(IMPORT)
