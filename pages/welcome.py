"""The first start: the shop's name and time zone, then a file from 1C or the demo shop; by the hand and calmly."""

import streamlit as st

from loyalty import db, settings, ui
from loyalty.files import uploads
from loyalty.reports import history
from pages import _shop_form
from pages._addresses import IMPORT, PROGRAM
from pages._import import report

WIDTH_PX = 720


def show() -> None:
    with db.reading() as session:
        name, zone = settings.shop_name(session), settings.timezone(session)
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH_PX, gap="medium"):
        if not name:
            _shop(zone)
        else:
            _data(name)


def _shop(zone: str) -> None:
    _heading("Шаг 1 из 2", "Добро пожаловать", "Эта программа ведёт бонусы ваших покупателей. Начнём с магазина.")
    with st.container(border=True):
        if _shop_form.form("", zone, "Дальше"):
            st.rerun()


def _data(name: str) -> None:
    _heading("Шаг 2 из 2", name, "Теперь нужны продажи: свои из 1С или готовый пример, чтобы осмотреться.")
    if report.under_way():
        st.caption("Когда всё будет готово, откроется «Сегодня».")
        return
    _problem()
    file, demo = ui.side_by_side(1, 1)
    with file, st.container(border=True, height="stretch", gap="small"):
        _choice(
            "upload_file", "Мой магазин", "Файл с чеками из 1С. Программа сама разберёт колонки и посчитает бонусы."
        )
        if st.button("Загрузить файл из 1С", type="primary", key="welcome-import", width="stretch"):
            st.switch_page(IMPORT)
    with demo, st.container(border=True, height="stretch", gap="small"):
        _choice(
            "storefront", "Демо-магазин", "Придуманный магазин одежды с двумя годами продаж. Займёт около минуты."
        )
        if st.button("Посмотреть на демо-магазине", key="welcome-demo", width="stretch"):
            with ui.explained():
                st.session_state["demo_import"] = ui.write("демо-магазин", uploads.enqueue_demo, "").result
                st.rerun()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button("Название и часовой пояс", type="tertiary", icon=":material/edit:", key="welcome-rename"):
            _shop_form.dialog()
        ui.link("Посмотреть условия бонусной программы", PROGRAM)


def _choice(icon: str, title: str, sentence: str) -> None:
    with st.container(height="stretch", gap="xsmall"):  # the buttons below stand on one line
        st.markdown(f"### :primary[:material/{icon}:] {title}")
        st.markdown(sentence)


def _problem() -> None:
    """Why the demo shop asked for here could not be loaded."""
    asked = st.session_state.get("demo_import")
    if asked is None:
        return
    with db.reading() as session:
        for taken in history.taken_files(session, [asked]):
            if taken.problem:
                ui.field_error(taken.problem)


def _heading(step: str, title: str, sentence: str) -> None:
    with st.container(gap="xxsmall"):
        st.caption(step)
        st.title(ui.plain(title), anchor=False)
        st.markdown(sentence)


show()
