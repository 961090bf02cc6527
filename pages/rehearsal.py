"""«Репетиция»: who would get what on a day, and who would not and why; nothing is sent."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.errors import LoyaltyError
from loyalty.messages.triggers import rehearsal
from loyalty.messages.triggers.rehearsal import Rehearsed
from loyalty.reports.messages import triggers as report
from pages._addresses import REHEARSAL, TRIGGERS

PURPOSE = "Кто и что получил бы от триггеров в этот день. Ничего не отправляется и не записывается"
KINDS: dict[str, ui.Kind] = {}
DAY_PX = 200
NOBODY = "В этот день по событиям писать некому. Что клиенты сделают сами, купят или придут, заранее не известно"


# Not copied for each who asks: nobody changes it.
@st.cache_resource(show_spinner=False, max_entries=5)
def rehearsed(changes: str, day: date, only: str | None, hour: str) -> report.Rehearsal:
    """The rehearsal, kept until something is written, or another hour comes."""
    with db.reading() as session:
        return report.rehearsal_of(session, day, only)


def main() -> None:
    ui.back_link("Триггеры", TRIGGERS)
    actions = ui.header("Репетиция", PURPOSE)
    only = st.query_params.get("trigger")
    with db.reading() as session:
        today, changes = settings.today(session), db.changes(session)
        hour = f"{settings.now(settings.timezone(session)):%Y-%m-%d %H}"
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
        try:
            found = rehearsed(changes, day, only, hour)
        except LoyaltyError:
            place.empty()
            raise
        with place.container():
            if only:
                ui.link("Показать все включённые триггеры", REHEARSAL)
            show(found.triggers, found.campaigns, day, found.table)


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
            ui.Figure("SMS", wording.number(sum(row.parts for one in found for row in one.sent))),
        ],
        key="rehearsal-figures",
        alt="Репетиция в цифрах",
    )
    for one in planned:
        said = f"В {one.at:%H:%M} — рассылка «{one.name}», получат {wording.number(one.recipients)}"
        st.info(ui.plain(said), icon=":material/campaign:")
    _people(found, day, table)


def _people(found: list[Rehearsed], day: date, table: pd.DataFrame) -> None:
    """Everybody under her trigger; the file has a row's trigger, gift and hour in columns of their own."""
    with ui.section(wording.sentence(wording.date_in_words(day))) as actions:
        if table.empty:
            st.caption(NOBODY)
            return
        with actions:
            ui.excel_button(f"Репетиция {day}", table, KINDS)
        shown = table[["Клиент", "Почему", "Что получит"]].copy()
        shown["Почему"] = [
            f"{why}; подарок {gift}" if gift else why
            for why, gift in zip(table["Почему"], table["Подарок"], strict=True)
        ]
        ui.table(
            shown,
            KINDS,
            alt="Кто что получил бы",
            key="rehearsal",
            address="customer?id={}",
            phone=ui.Lines("Клиент", note="{Почему} · {Что получит}"),
            tones={"Что получит": ["" if when else "quiet" for when in table["Во сколько"]]},
            groups=[group(one) for one in found for _ in one.rows],
        )


def group(one: Rehearsed) -> str:
    """««День рождения» в 10:00: получат 3, не получат 1»."""
    with db.reading() as session:
        hours = sorted({f"{settings.shop_time(session, row.due_at):%H:%M}" for row in one.sent})
    at = f" в {hours[0]}" if len(hours) == 1 else ""
    said = f"«{one.saved.name}»{at}: получат {wording.number(len(one.sent))}"
    return f"{said}, не получат {wording.number(len(one.left_out))}" if one.left_out else said


main()
