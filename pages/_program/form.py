"""The form of a new or a planned version of the programme: what it promises, what it changes, asked once."""

from datetime import date, timedelta

import streamlit as st

from loyalty import db, settings, ui
from loyalty.program import editing, stored
from loyalty.program.terms import LEVELS_MAX, BurnRule, Program
from loyalty.program.words import GIFTS
from loyalty.wording import day
from pages._program import changes, fields

OPEN = "program_form"  # in session state: the planned day that the open form changes, None where it is a new one
AT_ONCE, LATER = "Сразу, для всех покупок", "С выбранного дня"


def open_form(planned: date | None = None) -> None:
    st.session_state[OPEN] = planned


def close_form(form: ui.Form) -> None:
    """The next opening starts from what is in force again."""
    form.close()
    st.session_state.pop(OPEN, None)


def show() -> None:
    """Draw the open form and, under it, what its version changes."""
    planned: date | None = st.session_state[OPEN]
    with db.reading() as session:
        today = settings.today(session)
        known, earliest = stored.versions(session, today), stored.earliest_start(session, today)
    title = "Новая версия программы" if planned is None else f"Версия с {day(planned)}"
    actions = ui.header(title, "Новые условия действуют с выбранного дня, обещанное до него не меняется")
    now = known.on(planned).program if planned else known.current.program
    tomorrow = today + timedelta(days=1)
    begins = editing.fields(now, GIFTS) | {"when": AT_ONCE, "first_day": tomorrow}
    with ui.form(f"program {planned or 'new'}", begins) as form:
        actions.button("Отмена", icon=":material/close:", on_click=close_form, args=(form,), key=form.key("cancel"))
        start = planned or _start(form, earliest, today)
        replaced = known.on(start)
        if planned is None and replaced.in_force_from == start > today:
            st.warning(f"На {day(start)} уже запланированы новые условия, эти их заменят", icon=":material/info:")
        with ui.section("Уровни", hint=f"По сумме всех покупок клиента; уровней может быть до {LEVELS_MAX}"):
            fields.levels(form)
        terms, gifts = ui.side_by_side(1, 1)
        with terms, ui.section("Начисление, оплата и сгорание"):
            fields.terms(form, now)
        with gifts, ui.section("Подарки", hint="Срок не указан — сгорают как обычные бонусы"):
            fields.gifts(form)
            form.place("gifts")
        draft = editing.typed(now, form.values, GIFTS)
        problems = _problems(form, draft)
        form.tell(problems)
        before = known.before(start) if start > today else known.current
        change = changes.Change(start, before.program, draft, replaced.program, immediately=start <= today)
        changes.show(change, len(problems), saved=lambda: close_form(form))


def _problems(form: ui.Form, draft: Program) -> dict[str, str]:
    """Every mistake by its field: what is empty; then, where nothing is, what can't be promised."""
    if found := editing.problems(form.values, GIFTS):
        return found
    found = stored.problems(draft)
    if "burn" in found and draft.burn is not BurnRule.NEVER:
        found["burn_dates" if draft.burn is BurnRule.FIXED_DATES else "burn_days"] = found.pop("burn")
    return found


def _start(form: ui.Form, earliest: date, today: date) -> date:
    with ui.section("С какого дня"):
        if earliest == stored.BEGINNING:
            st.caption("Бонусов ещё никому не начисляли, поэтому условия можно просто заменить")
            if form.field(st.radio, "when", "Начало", (AT_ONCE, LATER), horizontal=True,
                          label_visibility="collapsed") == AT_ONCE:  # fmt: skip
                return today
        tomorrow = today + timedelta(days=1)
        chosen: date | None = form.field(
            st.date_input, "first_day", "Первый день новых условий", min_value=tomorrow, format="DD.MM.YYYY",
            width=260, help="Не раньше завтра: обещанное клиентам не меняется",
        )  # fmt: skip
    return chosen or tomorrow
