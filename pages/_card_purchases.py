"""The card's «Покупки»: how much was bought and brought back, every document, and the chosen one's lines."""

import streamlit as st

from loyalty import ui, wording
from loyalty.reports.card import CustomerCard

KINDS: dict[str, ui.Kind] = {
    "Когда": "time",
    "Сумма": "money",
    "Оплачено бонусами": "bonuses",
    "Начислено": "bonuses",
}
ROWS_SHOWN = 8
PHONE = ui.Lines("Что", "Сумма", note="{Номер} · {Место}", aside="{Когда}")
LINE_KINDS: dict[str, ui.Kind] = {"Количество": "quantity", "Цена": "money", "Сумма": "money"}
LINE_PHONE = ui.Lines("Товар", "Сумма", note="{Количество} × {Цена}", aside="{Скидка}")


def show(card: CustomerCard) -> None:
    """Figures, then documents with the lines of the chosen one beside them."""
    done = card.activity
    if card.documents.empty:
        ui.empty("Покупок ещё не было", "Чеки клиента появятся здесь после импорта из 1С.", icon="receipt_long")
        return
    ui.figures(
        [
            ui.Figure("Покупки", wording.plural(done.receipts, "чек", "чека", "чеков")),
            ui.Figure("Дней с покупками", wording.number(done.receipt_days)),
            ui.Figure("Товаров куплено", wording.quantity(done.goods)),
            ui.Figure("Куплено на", wording.roubles_round(done.receipts_sum)),
        ],
        key="bought",
        alt="Сколько куплено",
    )
    if done.returns:
        ui.figures(
            [
                ui.Figure("Возвраты", wording.number(done.returns)),
                ui.Figure("Дней с возвратами", wording.number(done.return_days)),
                ui.Figure("Товаров вернули", wording.quantity(done.goods_returned)),
                ui.Figure("Вернули на", wording.roubles_round(done.returns_sum)),
            ],
            key="returned",
            alt="Сколько вернули",
        )
    with ui.section("Чеки и возвраты", hint="Выберите строку, чтобы увидеть товары") as actions:
        with actions:
            ui.excel_button("Покупки", card.documents, KINDS)
        chosen = ui.table(
            card.documents.loc[:, [name for name in card.documents if card.documents[name].map(bool).any()]],
            KINDS,
            alt="Чеки и возвраты, новые сверху",
            key=f"documents {card.customer.id}",
            rows_shown=ROWS_SHOWN,
            selected="first",
            phone=PHONE,
        )
    document, frame = card.documents.loc[chosen], card.lines(chosen)
    title = f"{document['Что']} {document['Номер']}"
    with ui.section(title, hint=wording.time(document["Когда"])) as actions:
        if len(frame):
            with actions:
                ui.excel_button(title, frame, LINE_KINDS, key="excel-lines")
            shown = frame.loc[:, [name for name in frame if frame[name].map(bool).any()]]
            ui.table(shown, LINE_KINDS, alt="Товары документа", key=f"lines {card.customer.id}", phone=LINE_PHONE)
        else:
            st.caption("В документе нет товаров.")
