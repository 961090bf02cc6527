"""«Журнал»: what the background service did and when, whether it lives, and which nights it has missed."""

from datetime import date

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui
from loyalty.reports import history
from loyalty.reports.history import Event
from loyalty.service import checking, pulse
from loyalty.wording import day, number, seconds

EVERYTHING = "Всё"
KINDS: dict[str, ui.Kind] = {"Когда": "time", "За день": "day"}


@st.fragment(run_every=15)
def show() -> None:
    with db.reading() as session:
        today = settings.today(session)
        events, missed = history.events(session), history.missed_nights(session, today)
        checked = checking.latest(session)
    _state(events, missed, checked)
    if not events:
        ui.empty(
            "Пока ничего не происходило",
            "Здесь появится всё, что программа делает сама: загрузка файлов, ночной пересчёт, резервные копии.",
            icon="history",
        )
        return
    _table(events)


def _state(events: list[Event], missed: list[date], checked: checking.Found | None) -> None:
    nights = [event for event in events if event.what == history.JOBS["night"] and event.done]
    copies = [event for event in events if event.what == history.JOBS["backup"] and event.done]
    ui.figures(
        [
            ui.Figure("Фоновая служба", *_pulse_words()),
            ui.Figure("Последний пересчёт", day(nights[0].day) if nights else "Ещё не было"),
            ui.Figure("Резервная копия", day(copies[0].at.date()) if copies else "Ещё не было"),
            ui.Figure("Сверка с чеками", _check_words(checked)),
            ui.Figure("Пропущено ночей", number(len(missed)) if missed else "Нет"),
        ],
        key="journal-state",
        alt="Состояние фоновой службы",
    )
    if checked and checked.is_wrong:
        _mend(checked)
    if missed:
        st.warning(
            f"Без ночного пересчёта: {', '.join(day(one) for one in sorted(missed))}. Балансы не меняются, "
            "служба наверстает пропущенное, как только заработает.",
            icon=":material/event_busy:",
        )


def _check_words(checked: checking.Found | None) -> str:
    if checked is None:
        return "Ещё не было"
    return "Расхождения" if checked.is_wrong else "Сходится"


def _mend(checked: checking.Found) -> None:
    """What a check found, and what to do about it."""
    st.error(
        f"{checked.words}: записано не то, что выходит по чекам. Сами чеки целы, пересчитайте по ним. "
        "Если расхождения вернутся, пришлите разработчику файл worker.log.",
        icon=":material/rule:",
    )
    with st.expander("Что не сошлось"):
        for line in checked.first:
            st.text(line)
    if st.button("Пересчитать по чекам", type="primary", icon=":material/calculate:", key="check-mend"):
        ui.write("пересчёт по чекам", checking.mend, "Пересчитано по чекам")
        st.rerun()


def _pulse_words() -> tuple[str]:
    last = pulse.last()
    if last is None:
        return ("Не запущена",)
    return (f"Молчит {seconds(last.age_s)}" if last.silent else "Работает",)


def _table(events: list[Event]) -> None:
    with ui.section(
        "Что сделано", hint="Новое сверху, подробности о файлах — на экране «Импорт из 1С»", height="content"
    ) as actions:
        choices = [EVERYTHING, *dict.fromkeys(_kind(event) for event in events)]
        chosen = st.pills(  # they wrap on a phone
            "Показать", choices, default=EVERYTHING, required=True, label_visibility="collapsed", key="journal-kind"
        )
        shown = [event for event in events if chosen in (EVERYTHING, _kind(event))]
        frame = pd.DataFrame(
            {
                "Когда": [event.at for event in shown],
                "Что": [event.what for event in shown],
                "За день": [event.day for event in shown],
                "Результат": [event.result for event in shown],
            }
        )
        with actions:
            ui.excel_button("Журнал", frame, KINDS)
        phone = ui.Lines("Что", note="{Когда} · за {За день}", aside="{Результат}")
        ui.table(frame, KINDS, alt="Журнал", key="journal", rows_shown=20, phone=phone)


def _kind(event: Event) -> str:
    return event.what if event.day else "Файлы"


ui.header("Журнал", "Что программа сделала сама и когда")
show()
