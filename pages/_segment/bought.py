"""What and when a segment buys: revenue by month, groups and goods that stand out, levels and places."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd
import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.customers import listed
from loyalty.reports.periods import Span
from loyalty.reports.segments import goods as segment_goods
from loyalty.reports.segments import page as report
from loyalty.reports.segments.goods import Lift
from loyalty.reports.segments.listed import Mark
from loyalty.segments.stored import Saved
from pages._overview import charts

MONTH_KINDS: dict[str, ui.Kind] = {"Выручка": "money", "Чеков": "count", "Средний чек": "money"}
MIX_KINDS: dict[str, ui.Kind] = {"В сегменте": "count", "Доля": "percent", "У всех": "percent"}
LIFT_KINDS: dict[str, ui.Kind] = {"В сегменте": "percent", "У всех": "percent", "Купили": "count"}
QUIET = "Ничего не выделяется: они покупают то же, что и все, или покупок за год слишком мало, чтобы судить."


class Purchases(NamedTuple):
    """All that the tab shows."""

    span: Span
    months: pd.DataFrame
    groups: list[Lift]
    goods: list[Lift]
    levels: pd.DataFrame
    places: pd.DataFrame


@st.cache_data(show_spinner=False, max_entries=20)
def counted(mark: Mark, segment_id: int, today: date) -> Purchases:
    """What a segment buys, kept until something is written."""
    with db.reading() as session:
        everybody = segment_goods.bought(session, today)
        mine = segment_goods.bought(session, today, segment_id)
        span, months = segment_goods.months(session, segment_id, today)
        return Purchases(
            span,
            months,
            segment_goods.standing_out(mine.groups, mine.buyers, everybody.groups, everybody.buyers),
            segment_goods.standing_out(mine.goods, mine.buyers, everybody.goods, everybody.buyers),
            report.levels(session, segment_id, listed.levels(session, today)),
            report.places(session, segment_id, today),
        )


@st.fragment
def show(saved: Saved, mark: Mark, today: date) -> None:
    """The tab; while it is counted, what will be there."""
    place = st.empty()
    with place.container():
        for height in (300, 260):
            st.skeleton(height=height)
    found = counted(mark, saved.id, today)
    with place.container():
        left, right = ui.side_by_side(3, 2)
        with left:
            months(found.span, found.months)
        hint = "Доля в сегменте и у всех клиентов; места — по чекам за год"
        with right, ui.section("Уровни и места продаж", hint=hint):
            mix(found.levels, "Уровни")
            mix(found.places, "Места продаж")
        left, right = ui.side_by_side(1, 1)
        with left:
            standing_out(found.groups, "Группа", "Группы товаров")
        with right:
            standing_out(found.goods, "Товар", "Товары")


def months(span: Span, by: pd.DataFrame) -> None:
    """Revenue by month, the last of which is not over."""
    with ui.section("Выручка по месяцам", hint="Тех, кто в сегменте сейчас, за вычетом возвратов") as actions:
        with actions:
            ui.excel_button("Сегмент по месяцам", by, MONTH_KINDS, key="excel-months")
        if charts.alone(by["Выручка"]):
            st.markdown(f"За год — {wording.roubles_round(int(by['Выручка'].sum()))}.")
            return
        bars = ui.series("Выручка", by["Выручка"], wording.roubles_round, ui.ACCENT)
        figure = ui.bars(span.labels, span.titles, [bars], unit="₽", running=span.running)
        ui.chart(figure, alt="Выручка сегмента по месяцам", key="segment-months", height="stretch")


def mix(by: pd.DataFrame, alt: str) -> None:
    """Shares beside those of all."""
    what = str(by.columns[0])
    shown = by.drop(columns=["В сегменте"]).rename(columns={"Доля": "В сегменте"})
    ui.table(
        shown, {"В сегменте": "percent", "У всех": "percent"}, alt=alt, key=f"segment-mix-{what}", rows_shown=6
    )


def standing_out(lifts: Sequence[Lift], what: str, title: str) -> None:
    """What is bought more often than by all, as the finding and as a table."""
    first = next((one for one in lifts if one.times > 1), None)
    found = f"«{first.name}» берут {segment_goods.times(first)}" if first else title
    with ui.section(found, hint=f"{title}: доля купивших за год среди покупателей сегмента и среди всех"):
        if not lifts:
            st.markdown(QUIET)
            return
        ui.table(
            segment_goods.frame(lifts, what),
            LIFT_KINDS,
            alt=f"{title}, которые выделяются",
            key=f"segment-lift-{what}",
            phone=ui.Lines(what, "В сегменте", note="{Берут}", aside="у всех {У всех}"),
        )
