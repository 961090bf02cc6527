"""«Итоги сообщений»: what they cost by topic and month, whom they brought back, what is proved."""

import pandas as pd
import streamlit as st

from loyalty import db, settings, ui
from loyalty.messages.results import measuring
from loyalty.messages.results.measuring import Answer
from loyalty.reports.messages import effects
from loyalty.reports.messages import totals as report
from pages import _effect
from pages._addresses import CAMPAIGNS, CONTROL_GROUP
from pages._messages_totals import back
from pages._messages_totals import costs as totals_costs

RECEIPT_KINDS: dict[str, ui.Kind] = {
    "Когда": "time", "Сумма": "money", "Возвращено": "money", "Засчитано": "money"
}  # fmt: skip


def receipts() -> pd.DataFrame:
    """Every receipt behind every figure of messages."""
    with db.reading() as session:
        return report.receipts_behind(session)


def main() -> None:
    ui.back_link("Рассылки", CAMPAIGNS)
    actions = ui.header("Итоги сообщений", "Сколько стоили рассылки и триггеры, кого вернули, доказана ли польза")
    with actions:
        ui.link("Контрольная группа", CONTROL_GROUP, icon=":material/science:")
    with db.reading() as session:
        today = settings.today(session)
        months = report.span(session, today)
        costs = report.costs(session, months)
        pooled = measuring.of_all(session, today)
    if costs.empty:
        ui.empty(
            "Сообщений ещё не было", "Когда уйдёт первая рассылка, здесь будет видно, сколько стоит каждая тема.",
            step="Рассылки", page=CAMPAIGNS, icon="bar_chart",
        )  # fmt: skip
        return
    with actions:
        ui.excel_button("Чеки сообщений", receipts, RECEIPT_KINDS, label="Все чеки", key="excel-message-receipts")
    totals_costs.show(costs, months)
    back.show(today)
    proved(pooled)


def proved(pooled: Answer | None) -> None:
    """All campaigns with control groups of their own, each person once."""
    with ui.section(
        "Доказанная польза рассылок", hint="Все рассылки с контрольной группой, сроки которых закончились"
    ):
        if pooled is None:
            st.markdown(
                "Пока ни у одной рассылки с закончившимся сроком не было контрольной группы. Оставьте без "
                "сообщения часть получателей — тогда видно, купили бы они и так."
            )
            return
        _effect.show(pooled, "сообщения рассылок", "all", next_step=effects.ALL_FEW)


main()
