"""The card's «Бонусы»: the balance past and ahead as a picture, every movement, and «Почему столько?»."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from loyalty import ui, wording
from loyalty.engine.entries import MOVES
from loyalty.explain import printing
from loyalty.explain.movements import Explanation
from loyalty.reports.card import CustomerCard

KINDS: dict[str, ui.Kind] = {"День": "day", "Бонусы": "signed", "Доступно": "bonuses"}
AHEAD_DAYS = 60
ROWS_WITHOUT_SCROLLING, TABLE_PX = 7, 330


def show(card: CustomerCard) -> None:
    """The picture over the list of movements with its explanation beside it."""
    movements = card.story.movements(card.today)
    if not movements:
        ui.empty("Бонусов ещё не было", "Они появятся после первой покупки по полной цене.", icon="loyalty")
        return
    with ui.section("Бонусы вчера, сегодня и дальше"):
        picture(card)
    frame = pd.DataFrame(
        {
            "День": [m.on for m in movements],
            "Что": [m.what for m in movements],
            "Бонусы": [m.amount for m in movements],
            "Доступно": [m.after for m in movements],
            "": ["ещё впереди" if m.ahead else "" for m in movements],
        }
    )
    listed, explained = ui.side_by_side(4, 3)
    with listed, ui.section("Движения бонусов", hint="Выберите строку, чтобы узнать, почему столько") as actions:
        with actions:
            whole = frame.assign(Откуда=[m.whence for m in movements])
            ui.excel_button("Движения бонусов", whole, KINDS)
        chosen = ui.table(
            frame,
            KINDS,
            alt="Движения бонусов, новые сверху",
            key=f"movements {card.customer.id}",
            on_select="rerun",
            selection_mode="single-row",
        )
    rows = chosen["selection"]["rows"]
    answer = (
        card.story.why(movements[rows[0]].at, card.today)
        if rows and rows[0] < len(movements)
        else card.story.balance(card.today, card.balance.available)
    )
    with explained, ui.section("Почему столько?") as actions:
        with actions:
            st.download_button(
                "Для печати",
                data=lambda: printing.bonuses_page(card),
                file_name=f"Бонусы {wording.day(card.today)}.html",
                mime="text/html",
                icon=":material/print:",
                on_click="ignore",
                help="Страница со всеми движениями и объяснением каждого: откройте её и напечатайте",
            )
        explain(answer, card)


def explain(answer: Explanation, card: CustomerCard) -> None:
    """An answer in sentences, its table, and the sum that proves it."""
    st.markdown(f"**{answer.title}**")
    if answer.sentences:
        st.markdown("  \n".join(answer.sentences))
    if answer.rows:
        height = TABLE_PX if len(answer.rows) > ROWS_WITHOUT_SCROLLING else "content"
        with st.container(height=height, border=False):
            ui.words_table(answer.headings, answer.rows)
    proof = answer.conclusion or card.story.proof(card.today, card.balance.available)
    st.caption(f"Проверка: {proof}")


def picture(card: CustomerCard) -> None:
    """What was and will be available, day by day."""
    days, values, hover, available = [], [], [], 0
    for entry in card.story.entries:
        move = MOVES[entry.kind].available
        if not move:
            continue
        available += move * entry.amount
        if days and days[-1] == entry.effective_on:
            values[-1] = available / 100
        else:
            days.append(entry.effective_on)
            values.append(available / 100)
            hover.append("")
        hover[-1] = f"{wording.day(days[-1])}: доступно {wording.bonuses(available)}"
    if not days:
        st.caption("Пока ничего не стало доступно.")
        return
    days, values, hover = _with_today(card, days, values, hover)
    ui.steps(
        days,
        values,
        today=card.today,
        hover=hover,
        alt="Сколько бонусов было доступно и будет, если больше ничего не случится",
        key="balance",
    )


def _with_today(card: CustomerCard, days: list, values: list, hover: list) -> tuple[list, list, list]:  # type: ignore[type-arg]
    """The line begins at zero, has a point today where past and future meet, and goes on a little."""
    now = card.balance.available
    points = dict(zip(days, zip(values, hover, strict=True), strict=True))
    points.setdefault(card.today, (now / 100, f"Сегодня: доступно {wording.bonuses(now)}"))
    first, last = min(points) - timedelta(days=14), max(points) + timedelta(days=AHEAD_DAYS)
    points.setdefault(first, (0, f"{wording.day(first)}: доступно 0"))
    points.setdefault(last, (points[max(points)][0], ""))
    ordered = sorted(points)
    return ordered, [points[on][0] for on in ordered], [points[on][1] for on in ordered]
