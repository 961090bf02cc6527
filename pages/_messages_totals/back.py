"""Whom messages brought back who had been silent for long (M11)."""

from datetime import date, timedelta

import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.messages import totals as report

KINDS: dict[str, ui.Kind] = {
    "Участников": "count", "Расходы": "money", "Вернулись": "count", "Продаж": "count", "Выручка": "money",
}  # fmt: skip
SILENT = (30, 60, 90, 180, 365)
PERIODS = {"За год": 365, "За 90 дней": 90, "За 30 дней": 30}
LONG = 90


@st.fragment
def show(today: date) -> None:
    """Whom messages brought back who had been silent for long."""
    hint = "Писали тем, кто давно не покупал; продажи — засчитанные этим сообщениям"
    with ui.section("Кого вернули", hint=hint) as actions:
        silent, period = st.columns(2, gap="small")
        with silent:
            days = st.selectbox(
                "Не покупали", SILENT, index=SILENT.index(LONG), key="back-days",
                format_func=lambda count: f"{wording.days(count)} и дольше",
            )  # fmt: skip
        with period:
            last = PERIODS[st.selectbox("Сообщения", list(PERIODS), key="back-period")]
        with db.reading() as session:
            found = report.reanimation(session, days, today - timedelta(days=last - 1), today)
        if found.empty:
            st.markdown("За это время таким клиентам не писали.")
            return
        with actions:
            ui.excel_button("Реанимация", found, KINDS)
        people, back = int(found["Участников"].sum()), int(found["Вернулись"].sum())
        revenue, cost = int(found["Выручка"].sum()), int(found["Расходы"].sum())
        ui.figures(
            [
                ui.Figure("Вернулись", wording.number(back), of=f"из {wording.number(people)}"),
                ui.Figure("Выручка", wording.roubles_round(revenue)),
                ui.Figure("Расходы", wording.roubles_round(cost)),
            ],
            key="back-figures", alt="Реанимация",
        )  # fmt: skip
        ui.table(
            found, KINDS, alt="Реанимация по темам", key="back-topics",
            phone=ui.Lines("Тема", "Выручка", note="вернулись {Вернулись} из {Участников}",
                           aside="расходы {Расходы}"),
        )  # fmt: skip
