"""«Почему столько?» of the card, for the balance and for each movement, and the picture of what is available."""

from collections.abc import Sequence

import streamlit as st

from loyalty import ui, wording
from loyalty.explain.movements import Explanation
from loyalty.reports.customers.card import CustomerCard
from pages._card import correct

ROWS_AT_FIRST = 5  # of an answer: as high as the list beside it, and a table of fifty would hold the page up


def balance(card: CustomerCard) -> None:
    """What the balance is made of."""
    with ui.section("Почему столько?"):
        _explain(card.story.balance(card.today, card.balance.available))


def movement(card: CustomerCard, at: int) -> None:
    """Why a movement is as it is; a gift made by hand can be corrected."""
    with ui.section("Почему столько?"):
        _explain(card.story.why(at, card.today))
        if gift := card.gift(at):
            correct.button(card, gift)


def _explain(answer: Explanation) -> None:
    """An answer in sentences, its table, and the sum that proves it."""
    st.markdown(f"**{ui.plain(answer.title)}**")
    if answer.sentences:
        ui.lines(answer.sentences)
    if answer.rows:
        _rows(answer.headings, answer.rows, answer.title)
    if answer.conclusion:
        st.caption(f"Проверка: {ui.plain(answer.conclusion)}")


def _rows(headings: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    listed = st.container()
    more = len(rows) - ROWS_AT_FIRST
    words = f"Показать ещё {wording.number(more)}"
    whole = more <= 0 or st.button(words, type="tertiary", icon=":material/expand_more:", key="answer-whole")
    with listed:
        ui.words_table(headings, rows if whole else rows[:ROWS_AT_FIRST], alt=title, key="answer")


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
