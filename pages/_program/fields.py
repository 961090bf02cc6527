"""The fields of the programme's form, by part."""

from typing import Any

import streamlit as st

from loyalty import ui
from loyalty.program import editing
from loyalty.program.editing import LEVEL_NAME_MAX
from loyalty.program.terms import DAYS_MAX, LEVELS_MAX, BurnRule, Program
from loyalty.program.words import BURN_RULES, GIFTS
from loyalty.wording import roubles

LEVELS_PX, START_PX, RATE_PX = 720, 128, 112
HEADING_PX = 28


def levels(form: ui.Form) -> None:
    """A line a level, on a phone two; the first has the headings."""
    rows = form.rows("levels")
    with st.container(width=LEVELS_PX):
        _level_rows(form, rows)
    form.place("levels")
    st.button(
        "Добавить уровень", icon=":material/add:", type="tertiary", disabled=len(rows) >= LEVELS_MAX,
        key=form.key("add-level"), on_click=form.add_row, args=("levels",),
    )  # fmt: skip


def _level_rows(form: ui.Form, rows: list[int]) -> None:
    for at, row in enumerate(rows):
        shown: dict[str, Any] = {"label_visibility": "visible" if at == 0 else "collapsed"}
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="top"):
            with st.container():
                form.field(st.text_input, f"levels.{row}.name", "Уровень", max_chars=LEVEL_NAME_MAX, **shown)
            with st.container(horizontal=True, width="content", gap="xsmall", vertical_alignment="top"):
                with st.container(width=START_PX):
                    form.field(st.text_input, f"levels.{row}.start", "Покупки от, ₽", **shown)
                with st.container(width=RATE_PX):
                    form.field(st.text_input, f"levels.{row}.rate", "Бонусы, %", **shown)
                with st.container(width="content", gap=None):
                    if at == 0:
                        st.space(HEADING_PX)
                    st.button(
                        "Убрать", type="tertiary", disabled=len(rows) == 1, key=form.key(f"remove-{row}"),
                        on_click=form.remove_row, args=("levels", row),
                    )  # fmt: skip


def terms(form: ui.Form, now: Program) -> None:
    """Earning, paying and burning."""
    form.field(
        st.number_input, "redeem_cap", "Какую часть чека можно оплатить бонусами, %",
        min_value=0.0, max_value=100.0, step=5.0, format="%g",
    )  # fmt: skip
    _days(form, "confirm_days", "Через сколько дней после покупки бонусы можно тратить", help="0 — сразу")
    form.field(
        st.selectbox, "bonus_unit", "Бонусы за чек округлять вниз до", editing.units(now.bonus_unit),
        format_func=roubles,
    )  # fmt: skip
    rule = form.field(
        st.selectbox, "burn", "Когда бонусы сгорают", list(BURN_RULES), format_func=BURN_RULES.__getitem__
    )
    if rule is BurnRule.AFTER_PURCHASE:
        _days(form, "burn_days", "Через сколько дней без покупок они сгорают")
    elif rule is BurnRule.AFTER_ACCRUAL:
        _days(form, "burn_days", "Сколько дней их можно тратить")
    elif rule is BurnRule.FIXED_DATES:
        form.field(st.text_input, "burn_dates", "В какие дни", placeholder="Например, 01.01, 01.07", max_chars=200)
    form.field(st.checkbox, "earn_on_redeemed", "Начислять бонусы и за часть чека, оплаченную бонусами")


def gifts(form: ui.Form) -> None:
    """Two terms of each kind."""
    for kind, name in GIFTS.items():
        st.markdown(f"**{name}**")
        delay, lifetime = st.columns(2, gap="small", vertical_alignment="bottom")
        with delay:
            _days(form, editing.delay_of(kind), "Сколько дней ждать")
        with lifetime:
            _days(form, editing.lifetime_of(kind), "Сколько дней можно тратить", least=1, placeholder="Как обычные")


def _days(form: ui.Form, name: str, label: str, *, least: int = 0, **options: Any) -> None:
    form.field(st.number_input, name, label, min_value=least, max_value=DAYS_MAX, step=1, **options)
