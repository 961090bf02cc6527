"""«Обзор»: how the shop is doing over a period, and what bonuses it will owe and lose in the weeks ahead."""

from datetime import date

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui
from loyalty.reports import overview as report
from loyalty.reports import shop as shop_report
from loyalty.reports.messages import sending
from loyalty.reports.periods import Period, Span, span
from pages._addresses import IMPORT
from pages._overview import charts, messages
from pages._overview import figures as overview_figures
from pages._overview import weeks as overview_weeks


@st.cache_data(show_spinner=False, max_entries=20)
def figures(mark: shop_report.Mark, span_: Span, since: date) -> report.Overview:
    """A period's figures, kept until the data changes."""
    with db.reading() as session:
        return report.overview(session, span_, since)


@st.cache_data(show_spinner=False, max_entries=5)
def weeks(mark: shop_report.Mark, today: date) -> pd.DataFrame:
    """The weeks ahead, kept until the data changes."""
    with db.reading() as session:
        return report.weeks_ahead(session, today)


def main() -> None:
    actions = ui.header("Обзор", "Как идут дела в магазине и сколько бонусов он должен")
    with db.reading() as session:
        today, since, mark = settings.today(session), report.first_day(session), shop_report.mark(session)
        sent = sending.today(session, today) if sending.was_ever(session) else None
        purses = sending.purses(session, today)
    if since is None:
        ui.empty(
            "Здесь будут выручка, чеки и бонусы",
            "Загрузите продажи из 1С: по ним посчитаются уровни, бонусы и всё остальное.",
            step="Загрузить продажи",
            page=IMPORT,
            icon="monitoring",
        )
        return
    with actions:
        chosen = st.segmented_control(
            "Период",
            [period.value for period in Period],
            default=Period.YEAR.value,
            required=True,
            key="overview_period",
            persist_state="session",
            label_visibility="collapsed",
        )
    span_ = span(Period(chosen), today, since)
    place = st.empty()
    with place.container():
        st.skeleton(height=150)
        st.skeleton(height=400)
    found = figures(mark, span_, since)
    ahead = weeks(mark, today)
    with place.container():
        overview_figures.show(found, span_)
        charts.show(found, span_)
        if sent:
            messages.show(sent, purses)
        overview_weeks.show(ahead)


main()
