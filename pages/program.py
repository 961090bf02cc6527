"""«Программа»: what the shop promises now, what it will promise and what it promised; a new version from a day."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui
from loyalty.program import stored, words
from loyalty.program.stored import Version
from loyalty.program.terms import Level
from loyalty.wording import day
from pages._program import form

DELETING = "program_deleting"  # the planned version that the question on the screen is about


def show() -> None:
    with db.reading() as session:
        today = settings.today(session)
        known = stored.versions(session, today)
        levels = stored.customers_by_level(session, known.current.program)
    actions = ui.header("Программа", "Что магазин обещает клиентам: уровни, бонусы и подарки")
    actions.button(
        "Новая версия", type="primary", icon=":material/add:", on_click=form.open_form, key="program-new"
    )
    _now(known.current, levels)
    if known.coming:
        st.subheader("Начнёт действовать", anchor=False)
    for version in known.coming:
        _coming(version, stored.differences(known.before(version.in_force_from).program, version.program))
    if known.past:
        _past(known)
    if asked := st.session_state.get(DELETING):
        _ask_delete(asked)


def _now(current: Version, levels: list[tuple[Level, int]]) -> None:
    with ui.section("Действует сейчас", hint=_since(current.in_force_from)) as actions:
        frame = pd.DataFrame([(level.name, level.threshold, level.rate, count) for level, count in levels])
        frame.columns = ["Уровень", "Покупки от", "Процент", "Клиенты"]
        kinds: dict[str, ui.Kind] = {"Покупки от": "money", "Процент": "percent", "Клиенты": "count"}
        with actions:
            ui.excel_button("Уровни", frame, kinds)
        ui.table(
            frame.set_index("Уровень", drop=False), kinds, alt="Уровни действующей программы", key="program-levels",
            phone=ui.Lines("Уровень", "Процент", note="покупки от {Покупки от}", aside="клиентов {Клиенты}"),
            address="customers?show=level:{}",
        )  # fmt: skip
    terms, gifts = ui.side_by_side(1, 1)
    with terms, ui.section("Условия"):
        _sentences(words.terms(current.program))
    with gifts, ui.section("Подарки"):
        _sentences(words.gifts(current.program))


def _sentences(said: list[tuple[str, str]]) -> None:
    for subject, sentence in said:
        with st.container(gap=None):
            st.caption(ui.plain(subject))
            st.markdown(ui.plain(sentence))


def _coming(version: Version, differences: list[str]) -> None:
    start = version.in_force_from
    with ui.section(f"С {day(start)}", height="content") as actions:
        with actions:
            st.button("Изменить", key=f"edit-{start}", on_click=form.open_form, args=(start,))
            st.button("Удалить", key=f"delete-{start}", on_click=_asking, args=(start,))
        ui.bullets(differences)


def _asking(start: date | None = None) -> None:
    st.session_state[DELETING] = start


@st.dialog("Удалить версию?", on_dismiss=_asking)
def _ask_delete(start: date) -> None:
    st.markdown(f"Условия с **{day(start)}** не начнут действовать, останутся прежние.")
    if st.button("Удалить", type="primary", key="program-delete-confirm"):
        with ui.explained():
            ui.write(
                f"удаление версии программы с {day(start)}",
                lambda session: stored.delete_planned(session, start, settings.today(session)),
                "Версия удалена",
            )
            _asking(None)
            st.rerun()


def _past(known: stored.Versions) -> None:
    ends = [known.current.in_force_from, *(version.in_force_from for version in known.past)]
    with ui.section("Действовало раньше", height="content"):
        for (start, program), end in zip(known.past, ends, strict=False):
            last = day(end - timedelta(days=1))
            with st.expander(
                f"{day(start)} – {last}" if start > stored.BEGINNING else f"По {last}", type="compact"
            ):
                levels = "; ".join(words.level_words(level) for level in program.levels)
                _sentences([("Уровни", levels), *words.terms(program), *words.gifts(program)])


def _since(start: date) -> str:
    return "С первого чека" if start == stored.BEGINNING else f"С {day(start)}"


if form.OPEN in st.session_state:
    form.show()
else:
    show()
