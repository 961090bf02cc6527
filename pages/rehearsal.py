"""«Репетиция»: who would get what on a day, and who would not and why; nothing is sent."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.messages.triggers import rehearsal
from loyalty.messages.triggers.rehearsal import Rehearsed
from loyalty.reports import triggers as report
from pages._addresses import TRIGGERS

PURPOSE = "Кто и что получил бы от триггеров в этот день. Ничего не отправляется и не записывается"
KINDS: dict[str, ui.Kind] = {}
DAY_PX = 200


def main() -> None:
    ui.back_link("Триггеры", TRIGGERS)
    actions = ui.header("Репетиция", PURPOSE)
    only = st.query_params.get("trigger")
    with db.reading() as session:
        today = settings.today(session)
    with actions, st.container(width=DAY_PX):
        day = st.date_input(
            "День", today + timedelta(days=1), min_value=today, format="DD.MM.YYYY", key="rehearsal-day",
            max_value=today + timedelta(days=rehearsal.AHEAD_MAX), label_visibility="collapsed",
        )  # fmt: skip
    with ui.explained():
        place = st.empty()
        with place.container():
            st.skeleton(height=360)
        assert isinstance(day, date)
        with db.reading() as session:
            found = rehearsal.rehearse(session, day, only)
            planned = rehearsal.campaigns_on(session, day)
            table = report.rehearsed(session, [row for one in found for row in one.rows])
        with place.container():
            if only:
                ui.link("Показать все включённые триггеры", "pages/rehearsal.py")
            show(found, planned, day, table)


def show(found: list[Rehearsed], planned: list[rehearsal.Scheduled], day: date, table: pd.DataFrame) -> None:
    """Counts by trigger, campaigns of the day, and everybody by name."""
    if not found and not planned:
        ui.empty(
            "Нет включённых триггеров",
            "Включите хотя бы один: репетиция покажет, кому и что он напишет в выбранный день.",
            step="К триггерам",
            page=TRIGGERS,
            icon="event_available",
        )
        return
    sent, left_out = sum(len(one.sent) for one in found), sum(len(one.left_out) for one in found)
    gifts = sum(bool(row.gift) for one in found for row in one.rows)
    ui.figures(
        [
            ui.Figure("Получат сообщение", wording.number(sent)),
            ui.Figure("Не получат", wording.number(left_out)),
            ui.Figure("Подарков", wording.number(gifts)),
            ui.Figure("СМС", wording.number(sum(row.parts for one in found for row in one.sent))),
        ],
        key="rehearsal-figures",
        alt="Репетиция в цифрах",
    )
    for one in planned:
        st.info(
            ui.plain(
                f"В {one.at:%H:%M} — рассылка «{one.name}»: {one.audience.lower()}, получат {wording.number(one.recipients)}"
            ),
            icon=":material/campaign:",
        )
    _people(found, day, table)


def _people(found: list[Rehearsed], day: date, table: pd.DataFrame) -> None:
    counts = [f"«{one.saved.name}» — {wording.number(len(one.sent))}" for one in found if one.rows]
    hint = ". ".join(counts) or "В этот день по событиям писать некому"
    with ui.section(wording.sentence(wording.date_in_words(day)), hint=hint) as actions:
        if table.empty:
            st.caption("Что сделают клиенты — купят, зарегистрируются, — заранее не известно, и здесь этого нет")
            return
        with actions:
            ui.excel_button(f"Репетиция {day}", table, KINDS)
        ui.table(
            table,
            KINDS,
            alt="Кто что получил бы",
            key="rehearsal",
            address="customer?id={}",
            phone=ui.Lines("Клиент", "Во сколько", note="{Что получит}", aside="{Триггер} · {Почему}"),
            tones={
                "Что получит": [
                    "quiet" if str(said).startswith("Не получит") else "" for said in table["Что получит"]
                ]
            },
        )


main()
