"""The figures of «Обзор», and where they lead."""

from datetime import date

import pandas as pd

from loyalty import ui, wording
from loyalty.reports import overview as report
from loyalty.reports.periods import Span
from pages._addresses import CUSTOMERS

YEAR_AGO = "год назад"


def show(found: report.Overview, span_: Span) -> None:
    """The period's figures, each with its change against a year before and its course so far."""
    now, was, by = found.sales, found.before, found.by_bucket
    changed = wording.changed
    ui.figures(
        [
            ui.Figure("Выручка", wording.roubles_short(now.revenue),
                      change=changed(now.revenue, was and was.revenue, YEAR_AGO), past=_past(by["Выручка"]),
                      help="За вычетом возвратов, вместе с покупками без карты"),
            ui.Figure("Чеки", wording.number(now.receipts),
                      change=changed(now.receipts, was and was.receipts, YEAR_AGO), past=_past(by["Чеков"]),
                      help="Все чеки, с картой и без карты"),
            ui.Figure("Средний чек", wording.roubles_round(now.average),
                      change=changed(now.average, was and was.average, YEAR_AGO), past=_past(by["Средний чек"]),
                      help="Сумма чеков до возвратов, делённая на их число"),
            ui.Figure("Покупатели", wording.number(now.buyers), of=f"из {wording.number(found.customers)}",
                      change=changed(now.buyers, was and was.buyers, YEAR_AGO), past=_past(by["Покупателей"]),
                      help="Клиенты, у которых за это время есть хотя бы один чек",
                      lead=bought(span_.first, span_.last) if now.buyers else None),
            ui.Figure("Должны бонусами", wording.bonuses(found.owed // 100 * 100),
                      change=changed(found.owed, found.owed_before, "в начале периода", more_is_good=None),
                      past=_past(found.bonuses["Должны на конец"]),
                      help="Бонусы всех клиентов сейчас: доступные и те, что ждут подтверждения"),
        ],
        key="overview-figures",
    )  # fmt: skip


def _past(values: pd.Series) -> list[float]:
    """By bucket, without the one that has not ended yet."""
    return [float(value) for value in values.iloc[:-1]]


def bought(first: date, last: date) -> ui.Lead:
    """The list of who bought from day to day."""
    return ui.Lead("Кто купил", CUSTOMERS, {"show": "bought", "from": f"{first}", "to": f"{last}"})
