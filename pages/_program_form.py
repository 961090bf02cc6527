"""The form of a new or a planned version of the programme: what it promises, what it changes, asked once."""

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from loyalty import db, settings, ui
from loyalty.program import stored
from loyalty.program.terms import LEVELS_MAX, Program
from loyalty.program.words import impact_words
from loyalty.wording import day
from pages import _program_fields as fields

OPEN = "program_form"  # in session state: the form's own name, and the planned day it changes
ASKING = "program_asking"  # whether the question before saving is on the screen
AT_ONCE = "Сразу, для всех покупок"


def open_form(planned: date | None = None) -> None:
    st.session_state[OPEN] = (f"program-{ui.form_key('program')}", planned)


def close_form() -> None:
    """The next opening starts from what is in force again."""
    st.session_state.pop(ASKING, None)
    if form := st.session_state.pop(OPEN, None):
        ui.once("program", form[0].removeprefix("program-"))


def show() -> None:
    """Draw the open form and, under it, what its version changes."""
    form, planned = st.session_state[OPEN]
    with db.reading() as session:
        today = settings.today(session)
        known, earliest = stored.versions(session, today), stored.earliest_start(session, today)
    title = "Новая версия программы" if planned is None else f"Версия с {day(planned)}"
    actions = ui.header(title, "Новые условия действуют с выбранного дня, обещанное до него не меняется")
    actions.button("Отмена", icon=":material/close:", on_click=close_form)
    edited = {version.in_force_from: version.program for version in known.coming}
    now = edited.get(planned, known.current.program) if planned else known.current.program
    start = _start(form, planned, earliest, today)
    if planned is None and start in edited:
        st.warning(f"На {day(start)} уже запланированы новые условия, эти их заменят", icon=":material/info:")
    places: fields.Places = {}
    with ui.section("Уровни", hint=f"До {LEVELS_MAX}; нажмите на ячейку, чтобы изменить, новая строка — внизу"):
        draft = replace(now, levels=fields.levels(form, now))
        places["levels"] = st.container()
    terms, gifts = ui.side_by_side(1, 1)
    with terms, ui.section("Начисление, оплата и сгорание"):
        typed, term_places = fields.terms(form, now)
        draft = replace(draft, **typed)
    with gifts, ui.section("Подарки", hint="Срок не указан — сгорают как обычные бонусы"):
        draft = replace(draft, gifts=fields.gifts(form, now))
        places["gifts"] = st.container()
    problems = stored.problems(draft)
    for part, place in {**places, **term_places}.items():
        with place:
            ui.field_error(problems.get(part))
    before = known.before(start).program if start > today else known.current.program
    _changes(start, before, draft, mistaken=bool(problems), immediately=start <= today)


def _start(form: str, planned: date | None, earliest: date, today: date) -> date:
    if planned is not None:
        return planned
    tomorrow = today + timedelta(days=1)
    with ui.section("С какого дня"):
        if earliest == stored.BEGINNING:
            st.caption("Бонусов ещё никому не начисляли, поэтому условия можно просто заменить")
            choice = st.radio(
                "Начало", (AT_ONCE, "С даты"), horizontal=True, label_visibility="collapsed", key=f"{form}-when"
            )
            if choice == AT_ONCE:
                return today
        chosen = st.date_input(
            "Первый день новых условий",
            value=tomorrow,
            min_value=tomorrow,
            format="DD.MM.YYYY",
            width=260,
            help="Не раньше завтра: обещанное клиентам не меняется",
            key=f"{form}-start",
        )
    return chosen or tomorrow


def _changes(start: date, before: Program, draft: Program, *, mistaken: bool, immediately: bool) -> None:
    sentences = [] if mistaken else stored.differences(before, draft)
    with ui.section("Что изменится"):
        if mistaken:
            st.markdown("Исправьте отмеченное выше, и здесь появится, что изменится для клиентов")
        elif not sentences:
            st.markdown("Пока ничего: условия те же, что и до этого дня")
        else:
            with db.reading() as session:
                impact = stored.impact(session, before, draft)
            st.markdown("\n".join(f"- {sentence}" for sentence in [*sentences, impact_words(impact)]))
        when = "Сохранить" if immediately else f"Сохранить с {day(start)}"
        st.button(when, type="primary", disabled=not sentences, key="program-save", on_click=_asking, args=(True,))
    if sentences and st.session_state.get(ASKING):
        _ask(start, draft, [*sentences, impact_words(impact)], immediately)


def _asking(now: bool = False) -> None:
    st.session_state[ASKING] = now


@st.dialog("Сохранить новые условия?", on_dismiss=_asking)
def _ask(start: date, draft: Program, sentences: list[str], immediately: bool) -> None:
    st.markdown("Начнут действовать сразу." if immediately else f"Начнут действовать **{day(start)}**.")
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
    if st.button("Сохранить", type="primary", key="program-confirm"):
        with ui.explained():
            done = "Новые условия сохранены"
            ui.write(f"условия с {day(start)}", lambda at: stored.save(at, start, draft, settings.today(at)), done)
            close_form()
            st.rerun()
