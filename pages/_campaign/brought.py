"""What a campaign brought: by day, receipt by receipt, against its control group, and what changed afterwards."""

from datetime import date

import streamlit as st

from loyalty import db, ui, wording
from loyalty.messages.results.effect import Verdict
from loyalty.reports.messages import campaign as report
from loyalty.reports.messages import effects
from loyalty.reports.messages.campaign import Campaign
from pages import _effect
from pages._addresses import CONTROL_GROUP

OF_THE_SHOP = "Контрольная группа магазина"
DAY_KINDS: dict[str, ui.Kind] = {"День": "day", "Выручка": "money", "Чеков": "count"}
KINDS: dict[str, ui.Kind] = {
    "Когда": "time", "Сумма": "money", "Возвращено": "money", "Засчитано": "money", "Загружен позже": "day",
}  # fmt: skip


def show(one: Campaign, today: date) -> None:
    """The sections; of a service message none, since no receipt is its doing."""
    if not one.saved.draft.is_advertising:
        return
    with ui.section("Была ли польза"):
        effect(one)
    by_day(one, today)
    receipts(one)


def effect(one: Campaign) -> None:
    """Against those who were left without it."""
    if not one.result.counts.handed:
        st.markdown("Пока никому не отправили: сравнивать нечего.")
        return
    if one.answer is not None:
        next_step = effects.of_campaign(one.answer, one.last_day)
        _effect.show(one.answer, "сообщения этой рассылки", "campaign", next_step=next_step)
        if one.answer.is_over and one.answer.effect.verdict is Verdict.FEW:
            ui.link(OF_THE_SHOP, CONTROL_GROUP)
        return
    st.markdown(
        "Сравнить не с кем: у рассылки не было контрольной группы. Выручка выше — это все покупки после сообщения, "
        "и тех, кто пришёл бы сам."
    )
    ui.link(OF_THE_SHOP, CONTROL_GROUP)


def by_day(one: Campaign, today: date) -> None:
    """Revenue of every day of the window."""
    with db.reading() as session:
        by = report.by_day(session, one, today)
    until = "закончился" if one.is_over else "идёт до"
    hint = f"Срок учёта {until} {wording.day(one.last_day)}"
    with ui.section("Выручка по дням", hint=hint) as actions:
        bought = [day for day, sum_ in zip(by["День"], by["Выручка"], strict=True) if sum_]
        if len(bought) < 2:
            none = "Покупок не было." if one.is_over else "Покупок пока нет."
            all_in = (
                f"{wording.roubles_round(one.result.revenue)}, все {wording.day(bought[0])}." if bought else none
            )
            st.markdown(all_in)
            return
        with actions:
            ui.excel_button("Выручка рассылки по дням", by, DAY_KINDS, key="excel-campaign-days")
        bars = ui.series("Выручка", by["Выручка"], wording.roubles_round, ui.ACCENT)
        labels, titles = (list(map(say, by["День"])) for say in (wording.day_short, wording.day))
        running = None if one.is_over else len(by) - 1
        figure = ui.bars(labels, titles, [bars], unit="₽", running=running)
        ui.chart(figure, alt="Выручка рассылки по дням", key="campaign-days")


def receipts(one: Campaign) -> None:
    """Every receipt behind the figures, and what came after the window was over."""
    with db.reading() as session:
        found = report.receipts_behind(session, one)
    title = wording.plural(len(found), "чек засчитан", "чека засчитаны", "чеков засчитано")
    with ui.section(title, hint="Последнее сообщение перед покупкой; возвращённое целиком не считается") as actions:
        if changed := afterwards(one):
            st.caption(changed)
        if found.empty:
            st.markdown("После этой рассылки пока никто не купил.")
            return
        with actions:
            ui.excel_button(f"{one.saved.name} — чеки", found, KINDS, key="excel-campaign-receipts")
        empty = [name for name in ("Возвращено", "Загружен позже") if not found[name].notna().any()]
        ui.table(
            found.drop(columns=empty), KINDS, alt="Чеки рассылки", key="campaign-receipts",
            address="customer?id={}", phone=ui.Lines("Клиент", "Засчитано", note="{Когда}", aside="чек {Чек}"),
        )  # fmt: skip


def afterwards(one: Campaign) -> str:
    """«С 15.06.2026, когда срок закончился: вернули на 400 ₽, догрузили чеки на 600 ₽», empty where nothing did."""
    if one.changed is None:
        return ""
    told = (("вернули на", one.changed.returned), ("догрузили и исправили чеки на", one.changed.late))
    said = ", ".join(f"{words} {wording.roubles_round(amount)}" for words, amount in told if amount)
    return (
        f"После {wording.day(one.last_day)}, когда срок закончился, {said}: выручка и ROI учли это" if said else ""
    )
