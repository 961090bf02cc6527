"""How a segment moves: its size over time, and who entered and left lately."""

from datetime import date

import pandas as pd
import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.segments import page as report
from loyalty.reports.segments.listed import Mark
from loyalty.segments.stored import Saved

KINDS: dict[str, ui.Kind] = {"Телефон": "phone", "Когда": "time"}
SIZE_KINDS: dict[str, ui.Kind] = {"День": "day", "Клиентов": "count"}
APART_DAYS, BARS_MIN = 7, 2


@st.cache_data(show_spinner=False, max_entries=20)
def counted(mark: Mark, name: str, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sizes by day and passages, kept until something is written."""
    with db.reading() as session:
        one = report.stored.get(session, name)
        return report.sizes(session, one, today), report.passages(session, name)


@st.fragment
def show(saved: Saved, mark: Mark, today: date) -> None:
    """The tab."""
    place = st.empty()
    with place.container():
        st.skeleton(height=300)
    by_day, passages = counted(mark, saved.name, today)
    with place.container():
        sizes(by_day)
        moved(passages)


def sizes(by_day: pd.DataFrame) -> None:
    """How many were in it, a bar a week, the last one now; a sentence until there is something to draw."""
    with ui.section("Сколько клиентов в сегменте", hint="На начало дня, последний столбик — сейчас") as actions:
        every = 1 if len(by_day) <= 2 * APART_DAYS else APART_DAYS
        shown = by_day.iloc[::-1].iloc[::every].iloc[::-1]
        if len(shown) < BARS_MIN:
            now = wording.plural(int(by_day["Клиентов"].iloc[-1]), "клиент", "клиента", "клиентов")
            st.markdown(f"Сейчас {now}. История начинается: завтра здесь будет видно, как сегмент меняется.")
            return
        with actions:
            ui.excel_button("Размер сегмента", by_day, SIZE_KINDS, key="excel-sizes")
        counts = [int(count) for count in shown["Клиентов"]]
        bars = ui.Series("Клиентов", counts, [wording.number(count) for count in counts])
        labels, titles = (list(map(say, shown["День"])) for say in (wording.day_short, wording.day))
        figure = ui.bars(labels, titles, [bars])
        ui.chart(figure, alt="Сколько клиентов в сегменте по времени", key="segment-sizes")


def moved(passages: pd.DataFrame) -> None:
    """Who entered and left, the latest first; a row opens the card."""
    hint = "Сами: из-за покупок и времени, а не правки условий. Последние — сверху"
    with ui.section("Кто вошёл и вышел", hint=hint) as actions:
        if passages.empty:
            st.markdown("С первого подсчёта никто ещё не вошёл и не вышел.")
            return
        with actions:
            ui.excel_button("Кто вошёл и вышел", passages, KINDS, key="excel-moves")
        ui.table(
            passages, KINDS, alt="Кто вошёл и вышел", key="segment-moves", rows_shown=15,
            address="customer?id={}",
            phone=ui.Lines("Клиент", "Что", note="{Когда}"),
        )  # fmt: skip
