"""«Возвраты без чека»: returns whose receipt has not come yet, and what to do about each."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports import returns as report
from pages._addresses import IMPORT, TODAY

KINDS: dict[str, ui.Kind] = {"День": "day", "Сумма": "money"}


def main() -> None:
    ui.back_link("Сегодня", TODAY)
    actions = ui.header(
        "Возвраты без чека", "Их чеков в программе ещё нет, поэтому бонусы за возвращённое не сняты"
    )
    with db.reading() as session:
        waiting, total = report.waiting(session), report.total(session)
    if waiting.empty:
        ui.empty(
            "У каждого возврата есть свой чек",
            "Здесь появятся возвраты, чьих чеков программа ещё не видела.",
            step="Загрузить продажи",
            page=IMPORT,
            icon="task_alt",
        )
        return
    with actions:
        ui.excel_button("Возвраты без чека", waiting, KINDS)
    st.markdown(
        "Загрузите файл с этими чеками, можно за старые годы: возврат найдёт свой чек сам, и бонусы пересчитаются. "
        "Если чек не назван, добавьте в выгрузку колонку «Документ продажи»."
    )
    ui.table(waiting, KINDS, alt="Возвраты без чека", key="returns", rows_shown=20)
    count = wording.plural(total.returns, "возврат", "возврата", "возвратов")
    st.caption(f"{count} на {wording.roubles(total.amount)}")


main()
