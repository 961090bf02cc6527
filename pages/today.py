"""«Сегодня»: what to do now, the most urgent first; each row counts and leads to its list."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from loyalty import db, settings, ui
from loyalty.messages.sending import limits
from loyalty.messages.triggers import stored
from loyalty.reports import shop as shop_report
from loyalty.reports import today as report
from loyalty.reports.messages import sending as sending_report
from loyalty.service import checking, pulse
from pages._addresses import IMPORT, OVERVIEW
from pages._today import messages, rows
from pages._today import troubles as first


@st.cache_data(show_spinner=False, max_entries=3)
def counted(mark: shop_report.Mark, today: date) -> report.Today:
    """What sales and people ask for, kept until the data changes."""
    with db.reading() as session:
        return report.load(session, today)


def main() -> None:
    place = ui.header("Сегодня", "Что сделать сейчас, самое срочное сверху")
    with db.reading() as session:
        today, mark, state = settings.today(session), shop_report.mark(session), shop_report.state(session)
        copies = report.copies(session)
        is_late = report.copy_is_late(session, copies, today)
        files, checked = report.files(session), checking.latest(session)
        sending = sending_report.load(session, today)
        triggers = {event: one for event in rows.EVENTS if (one := stored.of_event(session, event))}
    if not state.has_data:
        ui.empty(
            "Здесь будет, что сделать сегодня",
            "Чьи бонусы скоро сгорят, у кого день рождения, какие чеки и файлы ждут вас. Начните с продаж из 1С.",
            step="Загрузить продажи",
            page=IMPORT,
            icon="wb_sunny",
        )
        return
    found = counted(mark, today)
    with place:
        st.caption(rows.sold(found, today))
    shown = [
        *first.troubles(pulse.last(), copies, is_late, checked),
        *messages.rows(sending),
        *first.files(files),
        *rows.facts(found, today, triggers),
    ]
    show(shown)


def show(shown: Sequence[first.Row]) -> None:
    """The rows, or that there is nothing to do."""
    if not shown:
        ui.empty(
            "На сегодня всё сделано",
            "Здесь появится то, что ждёт вас: сгорающие бонусы, дни рождения, чеки и файлы, в которых нужно "
            "разобраться.",
            step="Открыть «Обзор»",
            page=OVERVIEW,
            icon="task_alt",
        )
    with st.container(gap="small"):
        for row in shown:
            with ui.task(row.icon, row.sentence, row.meaning, is_trouble=row.is_trouble):
                if row.file is not None:
                    st.button(
                        "Понятно",
                        type="tertiary",
                        key=f"today-file-{row.file}",
                        on_click=put_away,
                        args=(row.file,),
                    )
                if row.goes_on:
                    st.button("Продолжить", type="primary", key="today-go-on", on_click=go_on)
                else:
                    ui.link(row.step, row.page, **row.query)
                if row.other:
                    ui.link(row.other.words, row.other.page, **row.other.query)


def put_away(import_id: int) -> None:
    """The owner has seen what is wrong with a file."""
    ui.write("прочитанное о файле", lambda session: report.put_away(session, import_id), "")


def go_on() -> None:
    """The owner has read why nothing was sent."""
    ui.write("продолжение отправки", limits.let_go, "Отправка продолжается")


main()
