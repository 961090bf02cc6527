"""The menu: which screens there are, in the owner's groups."""

from typing import Any

import streamlit as st

from loyalty.reports import shop as shop_report
from pages._addresses import (
    CAMPAIGN,
    CAMPAIGN_EDIT,
    CAMPAIGNS,
    CONSENTS,
    CONTROL_GROUP,
    CUSTOMER,
    CUSTOMERS,
    GATEWAYS,
    IMPORT,
    JOURNAL,
    MESSAGES_TOTALS,
    OVERVIEW,
    PROGRAM,
    REHEARSAL,
    RETURNS,
    SEGMENT,
    SEGMENT_EDIT,
    SEGMENTS,
    TODAY,
    TRIGGER_EDIT,
    TRIGGERS,
    TWINS,
    WELCOME,
    WHOSE,
)


def navigation(state: shop_report.State) -> Any:
    """The screens that exist, in the owner's groups; before the first start is done it leads by the hand."""
    welcome = st.Page(WELCOME, title="Начало", icon=":material/flag:", default=True, url_path="welcome")
    if not state.name:
        return st.navigation([welcome], position="hidden")
    shop = [
        st.Page(
            TODAY,
            title="Сегодня",
            icon=":material/wb_sunny:",
            default=state.has_data,
            url_path="first" if state.has_data else "today",
        ),
        st.Page(OVERVIEW, title="Обзор", icon=":material/space_dashboard:", url_path="overview"),
        st.Page(CUSTOMERS, title="Клиенты", icon=":material/group:", url_path="customers"),
        st.Page(
            WHOSE,
            title="Чей это чек?",
            icon=":material/help:",
            url_path="whose",
            visibility="visible" if state.asks_whose else "hidden",
        ),
        st.Page(TWINS, title="Двойники", icon=":material/join_inner:", url_path="twins"),
        st.Page(CUSTOMER, title="Клиент", url_path="customer", visibility="hidden"),
        st.Page(RETURNS, title="Возвраты без чека", url_path="returns", visibility="hidden"),
    ]
    if state.has_data:  # the default page answers at the root alone, and not at its name
        shop.append(st.Page(_today, title="Сегодня", url_path="today", visibility="hidden"))
    marketing = [
        st.Page(SEGMENTS, title="Сегменты", icon=":material/donut_small:", url_path="segments"),
        st.Page(SEGMENT, title="Сегмент", url_path="segment", visibility="hidden"),
        st.Page(SEGMENT_EDIT, title="Условия сегмента", url_path="segment_edit", visibility="hidden"),
        st.Page(CAMPAIGNS, title="Рассылки", icon=":material/send:", url_path="campaigns"),
        st.Page(CAMPAIGN, title="Рассылка", url_path="campaign", visibility="hidden"),
        st.Page(MESSAGES_TOTALS, title="Итоги сообщений", url_path="messages_totals", visibility="hidden"),
        st.Page(CONTROL_GROUP, title="Контрольная группа", url_path="control_group", visibility="hidden"),
        st.Page(CAMPAIGN_EDIT, title="Новая рассылка", url_path="campaign_edit", visibility="hidden"),
        st.Page(TRIGGERS, title="Триггеры", icon=":material/bolt:", url_path="triggers"),
        st.Page(TRIGGER_EDIT, title="Триггер", url_path="trigger_edit", visibility="hidden"),
        st.Page(REHEARSAL, title="Репетиция", url_path="rehearsal", visibility="hidden"),
    ]
    options = [
        st.Page(PROGRAM, title="Программа", icon=":material/percent:", url_path="program"),
        st.Page(IMPORT, title="Импорт из 1С", icon=":material/upload_file:", url_path="import"),
        st.Page(CONSENTS, title="Согласия", icon=":material/verified_user:", url_path="consents"),
        st.Page(GATEWAYS, title="Шлюзы", icon=":material/cell_tower:", url_path="gateways"),
        st.Page(JOURNAL, title="Журнал", icon=":material/history:", url_path="journal"),
    ]
    groups = {"Магазин": shop if state.has_data else [welcome, *shop], "Маркетинг": marketing}
    return st.navigation({**groups, "Настройки": options}, expanded=True)


def _today() -> None:
    st.switch_page(TODAY)
