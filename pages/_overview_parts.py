"""The parts of «Обзор»: cards, charts by period, the weeks ahead."""

import pandas as pd

from loyalty import ui, wording
from loyalty.reports import overview as report
from loyalty.reports.periods import Span

BUCKET_KINDS: dict[str, ui.Kind] = {
    "Участники": "money", "Без карты": "money", "Выручка": "money", "Чеков": "count",
    "Средний чек": "money", "Покупателей": "count",
}  # fmt: skip
BONUS_KINDS: dict[str, ui.Kind] = dict.fromkeys(("Начислено", "Потрачено", "Сгорело", "Должны на конец"), "bonuses")
WEEK_KINDS: dict[str, ui.Kind] = {
    "Станет доступно": "bonuses", "Сгорит": "bonuses", "Клиентов": "count",
}  # fmt: skip


def cards(found: report.Overview) -> None:
    """The period's figures, each with its change against a year before and its course so far."""
    now, was, by = found.sales, found.before, found.by_bucket
    note = "год к году" if was else None
    owed = wording.change(found.owed, found.owed_before)

    def card(label: str, said: str, value: int, before: int | None, course: pd.Series, words: str) -> ui.Card:
        change = None if before is None else wording.change(value, before)
        return ui.Card(label, said, change, note if change else None, _course(course), words)

    ui.cards(
        [
            card("Выручка", wording.roubles_short(now.revenue), now.revenue, was and was.revenue, by["Выручка"],
                 "За вычетом возвратов, вместе с покупками без карты"),
            card("Чеки", wording.number(now.receipts), now.receipts, was and was.receipts, by["Чеков"],
                 "Все чеки, с картой и без карты"),
            card("Средний чек", wording.roubles_round(now.average), now.average, was and was.average,
                 by["Средний чек"], "Сумма чеков до возвратов, делённая на их число"),
            card(f"Купили из {wording.number(found.customers)}", wording.number(now.buyers), now.buyers,
                 was and was.buyers, by["Покупателей"], "Клиенты, у которых за это время есть хотя бы один чек"),
            ui.Card("Должны бонусами", wording.bonuses(found.owed // 100 * 100),
                    owed, "за период" if owed else None,
                    _course(found.bonuses["Должны на конец"]),
                    "Бонусы всех клиентов сейчас: доступные и те, что ждут подтверждения", neutral=True),
        ]
    )  # fmt: skip


def _course(values: pd.Series) -> list[float] | None:
    """A sparkline without the bucket that has not ended yet; None where it would say nothing."""
    return list(values.iloc[:-1] / 100) if len(values) > 3 else None


def charts(found: report.Overview, span_: Span) -> None:
    """Sales and bonuses by bucket, side by side."""
    sales, bonuses = ui.side_by_side(1, 1)
    with sales, ui.section(f"Выручка {span_.by}") as actions:
        with actions:
            ui.excel_button("Выручка", found.by_bucket, BUCKET_KINDS)
        figure = ui.bars(
            span_.labels,
            [("Участники программы", found.by_bucket["Участники"] / 100, ui.ACCENT),
             ("Без карты", found.by_bucket["Без карты"] / 100, ui.GREY)],
            unit="₽", stacked=True, titles=span_.titles,
        )  # fmt: skip
        ui.chart(figure, alt=f"Выручка {span_.by}: участники программы и покупки без карты", key="revenue")
    with bonuses, ui.section(f"Бонусы {span_.by}") as actions:
        with actions:
            ui.excel_button("Бонусы", found.bonuses, BONUS_KINDS)
        figure = ui.bars(
            span_.labels,
            [("Начислено", found.bonuses["Начислено"] / 100, ui.ACCENT),
             ("Потрачено", found.bonuses["Потрачено"] / 100, ui.CONTRAST),
             ("Сгорело", found.bonuses["Сгорело"] / 100, ui.GREY)],
            titles=span_.titles,
        )  # fmt: skip
        ui.chart(figure, alt=f"Бонусы {span_.by}: начислено, потрачено и сгорело", key="bonuses")


def weeks(ahead: pd.DataFrame) -> None:
    """What becomes available and burns, as a picture and as a table (P17)."""
    with ui.section(
        "Бонусы по неделям: что станет доступно и что сгорит", hint="Если больше ничего не случится"
    ) as actions:
        with actions:
            ui.excel_button("Бонусы по неделям", ahead.drop(columns="С"), WEEK_KINDS)
        picture, words = ui.side_by_side(10, 11)
        with picture:
            titles = [f"Неделя {week}" for week in ahead["Неделя"]]
            figure = ui.bars(
                [wording.day_short(day) for day in ahead["С"]],
                [("Станет доступно", ahead["Станет доступно"] / 100, ui.ACCENT),
                 ("Сгорит", ahead["Сгорит"] / 100, ui.CONTRAST)],
                titles=titles,
            )  # fmt: skip
            ui.chart(figure, alt="Сколько бонусов станет доступно и сгорит по неделям", height=470, key="weeks")
        with words:
            phone = ui.Lines(
                "Неделя", "Сгорит", note="станет доступно {Станет доступно}", aside="клиентов {Клиентов}"
            )
            ui.table(
                ahead.drop(columns="С"), WEEK_KINDS, alt="Бонусы по неделям вперёд", key="weeks_table", phone=phone
            )
