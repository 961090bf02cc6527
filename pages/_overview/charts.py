"""The charts of «Обзор»: sales and bonuses by bucket; a sentence where a chart would be of one bar."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import ui, wording
from loyalty.reports import findings
from loyalty.reports import overview as report
from loyalty.reports.periods import Span
from pages._overview import figures

BUCKET_KINDS: dict[str, ui.Kind] = {
    "Участники": "money", "Без карты": "money", "Выручка": "money", "Чеков": "count",
    "Средний чек": "money", "Покупателей": "count",
}  # fmt: skip
BONUS_KINDS: dict[str, ui.Kind] = dict.fromkeys(("Начислено", "Потрачено", "Сгорело", "Должны на конец"), "bonuses")


def show(found: report.Overview, span_: Span) -> None:
    """Sales and bonuses by bucket, side by side."""
    sales, bonuses = ui.side_by_side(1, 1)
    with sales:
        _revenue(found, span_)
    with bonuses:
        _bonuses(found, span_)


def _revenue(found: report.Overview, span_: Span) -> None:
    now, was, by = found.sales, found.before, found.by_bucket
    finding = findings.revenue(now.revenue, was and was.revenue, now.receipts, was.receipts if was else 0)
    with _section("Выручка", finding, span_, alone(by["Выручка"])) as actions:
        with actions:
            ui.excel_button("Выручка", by, BUCKET_KINDS)
        if alone(by["Выручка"]):
            members = wording.roubles_round(int(by["Участники"].sum()))
            st.markdown(f"{wording.roubles_round(now.revenue)}, из них участники программы принесли {members}.")
            return
        figure = ui.bars(
            span_.labels,
            span_.titles,
            [
                ui.series("Участники программы", by["Участники"], wording.roubles_round, ui.ACCENT),
                ui.series("Без карты", by["Без карты"], wording.roubles_round, ui.GREY),
            ],
            unit="₽",
            stacked=True,
            running=span_.running,
        )
        leads = [
            figures.bought(*bounds) if buyers else None
            for bounds, buyers in zip(span_.bounds(), by["Покупателей"], strict=True)
        ]
        alt = f"Выручка {span_.by}: участники программы и покупки без карты"
        ui.chart(figure, alt=alt, key="revenue", height="stretch", leads=leads)


def _bonuses(found: report.Overview, span_: Span) -> None:
    by = found.bonuses
    accrued, spent, burned = (int(by[name].sum()) for name in ("Начислено", "Потрачено", "Сгорело"))
    finding = findings.spending(accrued, spent, found.sales.receipts)
    one = alone(by["Начислено"] + by["Потрачено"] + by["Сгорело"])
    with _section("Бонусы", finding, span_, one) as actions:
        with actions:
            ui.excel_button("Бонусы", by, BONUS_KINDS)
        if one:
            words = (f"начислено {wording.bonuses(accrued)}", f"потрачено {wording.bonuses(spent)}",
                     f"сгорело {wording.bonuses(burned)}")  # fmt: skip
            st.markdown(wording.sentence(", ".join(words)) + ".")
            return
        figure = ui.bars(
            span_.labels,
            span_.titles,
            [
                ui.series("Начислено", by["Начислено"], wording.bonuses, ui.ACCENT),
                ui.series("Потрачено", by["Потрачено"], wording.bonuses, ui.CONTRAST),
                ui.series("Сгорело", by["Сгорело"], wording.bonuses, ui.GREY),
            ],
            running=span_.running,
        )
        ui.chart(figure, alt=f"Бонусы {span_.by}: начислено, потрачено и сгорело", key="bonuses", height="stretch")


def _section(subject: str, finding: str | None, span_: Span, one: bool) -> AbstractContextManager[DeltaGenerator]:
    """Under what was found, or under the subject where nothing was; a single bar has no «по месяцам»."""
    whole = subject if one else f"{subject} {span_.by}"
    return ui.section(finding or whole, hint=whole if finding else None)


def alone(values: Iterable[int]) -> bool:
    """Whether a chart would be of one bar, or of none: a sentence says it better."""
    return sum(value != 0 for value in values) < 2
