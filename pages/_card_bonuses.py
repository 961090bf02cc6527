"""The card's «Бонусы»: the balance past and ahead as a picture, every movement, and «Почему столько?»."""

import pandas as pd
import streamlit as st

from loyalty import ui, wording
from loyalty.customers import people
from loyalty.explain import printing
from loyalty.explain.movements import Explanation
from loyalty.reports.card import CustomerCard
from pages import _card_correct

KINDS: dict[str, ui.Kind] = {"День": "day", "Бонусы": "signed", "Доступно": "bonuses"}
PHONE = ui.Lines("Что", "Бонусы", note="{День}", aside="доступно {Доступно}")
ROWS_AT_FIRST = 5  # of an answer: as high as the list beside it, and a table of fifty would hold the page up


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
        },
        index=[m.id for m in movements],
    )
    listed, explained = ui.side_by_side(4, 3)
    with listed, ui.section("Движения бонусов", hint="Выберите строку, чтобы узнать, почему столько") as actions:
        with actions:
            whole = frame.assign(Откуда=[m.whence for m in movements])
            ui.excel_button("Движения бонусов", whole, KINDS)
        asked = ui.table(
            frame,
            KINDS,
            alt="Движения бонусов, новые сверху",
            key=f"movements {card.customer.id}",
            selected="none",
            phone=PHONE,
            tones={name: ["quiet" if m.ahead else "" for m in movements] for name in frame},
        )
    chosen = next((m.at for m in movements if m.id == asked), None)
    answer = (
        card.story.balance(card.today, card.balance.available)
        if chosen is None
        else card.story.why(chosen, card.today)
    )
    with explained, ui.section("Почему столько?") as actions:
        with actions:
            st.download_button(
                "Для печати",
                data=lambda: printing.bonuses_page(card),
                file_name=ui.file_name(
                    f"Бонусы {people.full_name(card.customer)} {wording.day(card.today)}", "html"
                ),
                mime="text/html",
                icon=":material/print:",
                on_click="ignore",
                help="Страница со всеми движениями и объяснением каждого: откройте её и напечатайте",
            )
        explain(answer, card)
        if chosen is not None and (gift := card.gift(chosen)):
            _card_correct.button(card, gift)


def explain(answer: Explanation, card: CustomerCard) -> None:
    """An answer in sentences, its table, and the sum that proves it."""
    st.markdown(f"**{ui.plain(answer.title)}**")
    if answer.sentences:
        ui.lines(answer.sentences)
    if answer.rows:
        listed = st.container()
        more = len(answer.rows) - ROWS_AT_FIRST
        words = f"Показать ещё {wording.number(more)}"
        whole = more <= 0 or st.button(words, type="tertiary", icon=":material/expand_more:", key="answer-whole")
        with listed:
            ui.words_table(
                answer.headings,
                answer.rows if whole else answer.rows[:ROWS_AT_FIRST],
                alt=answer.title,
                key="answer",
            )
    if answer.conclusion:
        st.caption(f"Проверка: {ui.plain(answer.conclusion)}")


def picture(card: CustomerCard) -> None:
    """What was and will be available, day by day."""
    course = card.course()
    if not course:
        st.caption("Пока ничего не стало доступно.")
        return
    figure = ui.steps(
        [on for on, _ in course],
        [left / 100 for _, left in course],
        today=card.today,
        said=[wording.bonuses(left) for _, left in course],
    )
    alt = "Сколько бонусов было доступно и будет, если больше ничего не случится"
    ui.chart(figure, alt=alt, key="balance", height=280)
