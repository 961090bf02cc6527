"""The fields of the programme's form: each draws a part and returns what was typed as the programme's own terms."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty.program import editing
from loyalty.program.editing import NAME, RATE, THRESHOLD
from loyalty.program.terms import DAYS_MAX, BurnRule, GiftTerms, Level, Program
from loyalty.program.words import BURN_RULES, GIFTS
from loyalty.wording import roubles

Places = dict[str, DeltaGenerator]  # where a part's problem is told


def levels(form: str, now: Program) -> tuple[Level, ...]:
    edited = st.data_editor(
        pd.DataFrame(editing.level_rows(now.levels)),
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        column_config={
            NAME: st.column_config.TextColumn(max_chars=40),
            THRESHOLD: st.column_config.NumberColumn(min_value=0, format="localized"),
            RATE: st.column_config.NumberColumn(min_value=0, max_value=100, format="localized"),
        },
        alt="Уровни программы: название, порог в рублях, процент начисления",
        key=f"{form}-levels",
    )
    return editing.levels_typed(edited.to_dict("records"))


def terms(form: str, now: Program) -> tuple[dict[str, Any], Places]:
    places: Places = {}
    typed: dict[str, Any] = {}
    cap = st.number_input(
        "Бонусами можно оплатить, % чека",
        min_value=0.0,
        max_value=100.0,
        value=editing.percent_number(now.redeem_cap),
        step=5.0,
        format="%g",
        key=f"{form}-cap",
    )
    typed["redeem_cap"] = editing.hundredths(cap)
    places["redeem_cap"] = st.container()
    typed["confirm_days"] = _days(
        "Через сколько дней после покупки можно тратить", f"{form}-delay", now.confirm_days
    )
    places["confirm_days"] = st.container()
    units = editing.units(now.bonus_unit)
    typed["bonus_unit"] = st.selectbox(
        "Бонусы за чек округлять вниз до", units, units.index(now.bonus_unit), roubles, key=f"{form}-unit"
    )
    places["bonus_unit"] = st.container()
    typed |= _burning(form, now)
    places["burn"] = st.container()
    typed["earn_on_redeemed"] = st.checkbox(
        "Начислять и за часть чека, оплаченную бонусами", now.earn_on_redeemed, key=f"{form}-own"
    )
    return typed, places


def _burning(form: str, now: Program) -> dict[str, Any]:
    rules = list(BURN_RULES)
    rule = st.selectbox("Сгорание", rules, rules.index(now.burn), BURN_RULES.__getitem__, key=f"{form}-burn")
    typed: dict[str, Any] = {"burn": rule}
    if rule in (BurnRule.AFTER_PURCHASE, BurnRule.AFTER_ACCRUAL):
        label = "Сгорают через, дней без покупок" if rule is BurnRule.AFTER_PURCHASE else "Сколько дней действуют"
        typed["burn_days"] = _days(label, f"{form}-burn-days", now.burn_days)
    elif rule is BurnRule.FIXED_DATES:
        dates = st.text_input(
            "Дни сгорания каждый год",
            editing.dates_words(now.burn_dates),
            placeholder="например 01.01, 01.07",
            key=f"{form}-burn-dates",
        )
        typed["burn_dates"] = editing.dates_typed(dates)
    return typed


def gifts(form: str, now: Program) -> dict[str, GiftTerms]:
    typed = dict(now.gifts)
    for kind, name in GIFTS.items():
        terms_now = now.gifts.get(kind, GiftTerms())
        st.markdown(f"**{name}**")
        delay, lifetime = st.columns(2, wrap=False, vertical_alignment="bottom")
        with delay:
            days = _days("Через сколько дней доступны", f"{form}-{kind}-delay", terms_now.confirm_days)
        with lifetime:
            life = st.number_input(
                "Сколько дней действуют",
                min_value=0,
                max_value=DAYS_MAX,
                value=terms_now.lifetime_days,
                placeholder="не указан",
                key=f"{form}-{kind}-lifetime",
            )
        typed[kind] = GiftTerms(days, life)
    return typed


def _days(label: str, key: str, now: int) -> int:
    return st.number_input(label, min_value=0, max_value=DAYS_MAX, value=now, key=key)
