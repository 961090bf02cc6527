"""What messages cost: by month as bars, by topic as a table."""

import pandas as pd

from loyalty import ui, wording
from loyalty.reports.periods import Span

KINDS: dict[str, ui.Kind] = {"Месяц": "day", "Сообщений": "count", "Расходы": "money"}
COLOURS = {"Рассылка": ("Рассылки", ui.ACCENT), "Триггер": ("Триггеры", ui.CONTRAST)}


def show(costs: pd.DataFrame, months: Span) -> None:
    """The section."""
    total = int(costs["Расходы"].sum())
    title = f"Расходы: {wording.roubles_round(total)}"
    with ui.section(title, hint="По дню отправки, за последние 12 месяцев") as actions:
        with actions:
            ui.excel_button("Расходы на сообщения", costs, KINDS)
        if len(months.starts) > 1 and total:
            chart(costs, months)
        topics = costs.groupby(["Тема", "Вид"], sort=False)[["Сообщений", "Расходы"]].sum().reset_index()
        ui.table(
            topics.sort_values("Расходы", ascending=False, kind="stable").astype(object), KINDS,
            alt="Расходы по темам", key="messages-topics",
            phone=ui.Lines("Тема", "Расходы", note="{Вид}", aside="сообщений {Сообщений}"),
        )  # fmt: skip


def chart(costs: pd.DataFrame, months: Span) -> None:
    """A bar a month, campaigns and triggers in it."""
    series = []
    for kind, (name, colour) in COLOURS.items():
        by = costs[costs["Вид"] == kind].groupby("Месяц")["Расходы"].sum()
        values = [int(by.get(first, 0)) for first in months.starts]
        series.append(ui.series(name, values, wording.roubles_round, colour))
    figure = ui.bars(months.labels, months.titles, series, unit="₽", stacked=True, running=months.running)
    ui.chart(figure, alt="Расходы на сообщения по месяцам", key="messages-costs")
