"""The card's «История»: the balance as a picture, all that happened and is ahead, and what a chosen row is of."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from loyalty import db, ui, wording
from loyalty.customers import people
from loyalty.explain import printing
from loyalty.reports.customers import events as report
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.customers.events import Event, Sort
from pages._card import bonuses, purchases
from pages._card import event as card_event

KINDS: dict[str, ui.Kind] = {
    "Когда": "moment", "Сумма": "money", "Бонусы": "signed", "Доступно": "bonuses",
}  # fmt: skip
PHONE = ui.Lines("Что", "Бонусы", note="{Когда}", aside="{Сумма}доступно {Доступно}")
AHEAD = "Впереди, если больше ничего не случится"
ROWS_SHOWN, PART = 14, 100


def show(card: CustomerCard) -> None:
    """The picture over the line of events, with what is chosen of it beside."""
    with db.reading() as session:
        line = report.load(session, card)
    if not line:
        ui.empty("Здесь будет история", "Чеки, бонусы и сегменты клиента, по дням.", icon="history")
        return
    if card.story.entries:
        with ui.section("Бонусы вчера, сегодня и дальше"):
            bonuses.picture(card)
    listed, answered = ui.side_by_side(3, 2)
    with (
        listed,
        ui.section("История", hint="Выберите строку, чтобы узнать, почему столько") as actions,
    ):
        asked = _wanted(card, line)
        with actions:
            _downloads(card, asked)
        if card.activity.receipts or card.activity.returns:
            st.caption(purchases.in_a_line(card.activity))
        chosen = _list(card, asked)
    with answered:
        card_event.show(card, chosen)


def _wanted(card: CustomerCard, line: Sequence[Event]) -> list[Event]:
    """Events of the kinds that are chosen; of all where none is."""
    known = [sort for sort in Sort if any(event.sort is sort for event in line)]
    if len(known) < 2:
        return list(line)
    key = f"events-of {card.customer.id}"
    wanted = st.pills(
        "Что показать", known, selection_mode="multi", format_func=lambda sort: sort.value,
        label_visibility="collapsed", key=key, persist_state="session",
    )  # fmt: skip
    return [event for event in line if not wanted or event.sort in wanted]


def _list(card: CustomerCard, asked: Sequence[Event]) -> Event | None:
    """The latest part of them by month, and what is chosen."""
    key = f"events-shown {card.customer.id}"
    shown = asked[: st.session_state.get(key, PART)]
    frame = _frame(shown)
    chosen = ui.table(
        frame.loc[:, ["Когда", "Что", *(name for name in list(frame)[2:] if frame[name].notna().any())]],
        KINDS,
        alt="История клиента, новое сверху",
        key=f"events {card.customer.id}",
        rows_shown=ROWS_SHOWN,
        selected="none",
        phone=PHONE,
        tones={name: ["quiet" if one.is_ahead(card.today) else "" for one in shown] for name in frame},
        groups=[_group(one, card) for one in shown],
    )
    if more := len(asked) - len(shown):
        words = f"Показать ещё {wording.number(min(more, PART))}"
        if st.button(words, type="tertiary", icon=":material/expand_more:", key="events-more"):
            st.session_state[key] = len(shown) + PART
            st.rerun()
    return next((one for one in shown if one.id == chosen), None)


def _frame(line: Sequence[Event]) -> pd.DataFrame:
    found = {
        "Когда": [one.at if one.is_timed else one.at.date() for one in line],
        "Что": [one.words for one in line],
        "Сумма": [one.money for one in line],
        "Бонусы": [one.bonuses for one in line],
        "Доступно": [one.available for one in line],
    }
    return pd.DataFrame(found, index=[one.id for one in line], dtype=object)


def _group(one: Event, card: CustomerCard) -> str:
    return AHEAD if one.is_ahead(card.today) else wording.sentence(wording.month(one.at.date()))


def _downloads(card: CustomerCard, asked: Sequence[Event]) -> None:
    ui.excel_button("История", _frame(asked).assign(Подробно=[one.details or None for one in asked]), KINDS)
    name = f"Бонусы {people.full_name(card.customer)} {wording.day(card.today)}"
    st.download_button(
        "Для печати", data=lambda: printing.bonuses_page(card), file_name=ui.file_name(name, "html"),
        icon=":material/print:", mime="text/html", on_click="ignore",
        help="Страница со всеми движениями бонусов и объяснением каждого: откройте её и напечатайте",
    )  # fmt: skip
