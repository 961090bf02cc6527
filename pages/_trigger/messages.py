"""What a trigger did: its last messages, who got none and why; when it was switched and by whom."""

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.messages.triggers import stored
from loyalty.messages.triggers.stored import Saved
from loyalty.reports.messages import triggers as report

KINDS: dict[str, ui.Kind] = {"Когда": "time"}


def show(saved: Saved) -> None:
    """Below the form."""
    with db.reading() as session:
        found = report.last_messages(session, saved.id)
        switched = stored.history(session, saved.id)[:5]
        told = [
            f"{'Включён' if one.is_on else 'Выключен'} {wording.time(settings.shop_time(session, one.at))}"
            + (f", {one.person}" if one.person else "")
            for one in switched
        ]
    with ui.section("Последние сообщения", hint=". ".join(told) or None) as actions:
        if found.empty:
            st.caption("Пока ни одного: появятся здесь, как только триггер сработает")
            return
        with actions:
            ui.excel_button(f"Триггер {saved.name}", found, KINDS)
        ui.table(
            found,
            KINDS,
            alt="Последние сообщения триггера",
            key="trigger-messages",
            address="customer?id={}",
            phone=ui.Lines("Клиент", "Когда", note="{Что стало} · {Почему}", aside="подарок: {Подарок}"),
        )
