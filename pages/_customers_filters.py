"""Search and filters of «Клиенты», and how many they found in words."""

import streamlit as st

from loyalty import wording
from loyalty.reports import customers as report

QUICK = {"has_bonuses": "Есть бонусы", "burns_soon": "Сгорят за 30 дней", "silent": "Нет покупок 90 дней"}


def asked(levels: list[str]) -> report.Wanted:
    """Search and filters; they stay while the owner looks at a card and comes back."""
    search, levels_list = st.columns([4, 1], gap="small")
    with search:
        words = st.text_input(
            "Поиск",
            type="search",
            live="150ms",
            placeholder="Имя, телефон, последние цифры, карта или код",
            label_visibility="collapsed",
            key="q",
            persist_state="session",
        )
    with levels_list:
        level = st.selectbox(
            "Уровень",
            levels,
            index=None,
            placeholder="Любой уровень",
            label_visibility="collapsed",
            key="level",
            persist_state="session",
        )
    quick = st.pills(
        "Кого показать",
        list(QUICK),
        selection_mode="multi",
        format_func=QUICK.__getitem__,
        label_visibility="collapsed",
        key="quick",
        persist_state="session",
    )
    return report.Wanted(words=words or "", level=level, **dict.fromkeys(quick, True))


def said(count: int, everyone: int, narrowed: bool) -> str:
    """«12 из 940 клиентов»."""
    if not narrowed:
        return wording.plural(everyone, "клиент", "клиента", "клиентов")
    return f"{wording.number(count)} из {wording.plural(everyone, 'клиента', 'клиентов', 'клиентов')}"
