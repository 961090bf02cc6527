"""The weeks ahead of «Обзор»: what becomes available and burns, as a picture and as a table (P17)."""

from datetime import date

import pandas as pd

from loyalty import ui, wording
from loyalty.reports import findings
from pages._addresses import CUSTOMERS
from pages._overview import charts

WEEK_KINDS: dict[str, ui.Kind] = {
    "Станет доступно": "round", "Сгорит": "round", "Клиентов": "count",
}  # fmt: skip
ON_A_PHONE = ui.Lines("Неделя", "Сгорит", note="станет доступно {Станет доступно}", aside="клиентов {Клиентов}")


def show(ahead: pd.DataFrame) -> None:
    """What becomes available and burns, as a picture and as a table."""
    comes, burns = ahead["Станет доступно"], ahead["Сгорит"]
    title = findings.burning(int(burns.sum()), int(comes.sum()), len(ahead))
    shown = ahead.drop(columns=["С", "По"])
    with ui.section(title, hint="Что станет доступно и что сгорит, если больше ничего не случится") as actions:
        if not (comes.any() or burns.any()):
            return
        with actions:
            ui.excel_button("Бонусы по неделям", shown, WEEK_KINDS)
        if charts.alone(comes + burns):
            table(shown[(comes + burns) > 0])
            return
        picture, words = ui.side_by_side(10, 11)
        with picture:
            figure = ui.bars(
                [wording.day_short(day) for day in ahead["С"]],
                [f"Неделя {week}" for week in ahead["Неделя"]],
                [
                    ui.series("Станет доступно", comes, wording.bonuses, ui.ACCENT),
                    ui.series("Сгорит", burns, wording.bonuses, ui.CONTRAST),
                ],
            )
            leads = [
                _burns(first, last) if amount else None
                for first, last, amount in zip(ahead["С"], ahead["По"], burns, strict=True)
            ]
            alt = "Сколько бонусов станет доступно и сгорит по неделям"
            ui.chart(figure, alt=alt, height="stretch", key="weeks", leads=leads)
        with words:
            table(shown)


def table(weeks: pd.DataFrame) -> None:
    ui.table(weeks, WEEK_KINDS, alt="Бонусы по неделям вперёд", key="weeks_table", phone=ON_A_PHONE)


def _burns(first: date, last: date) -> ui.Lead:
    return ui.Lead("У кого сгорит", CUSTOMERS, {"show": "burns", "from": f"{first}", "to": f"{last}"})
