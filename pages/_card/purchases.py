"""Purchases on the card: how much was bought and brought back in a line, and the lines of a document."""

import streamlit as st

from loyalty import ui, wording
from loyalty.reports.customers.card import Activity, CustomerCard

LINE_KINDS: dict[str, ui.Kind] = {"Количество": "quantity", "Цена": "money", "Сумма": "money"}
LINE_PHONE = ui.Lines("Товар", "Сумма", note="{Количество} × {Цена}", aside="{Скидка}")


def in_a_line(done: Activity) -> str:
    """«39 чеков на 281 693 ₽: 69 товаров за 39 дней · 2 возврата на 3 000 ₽: 2 товара за 1 день»."""
    bought = wording.plural(done.receipts, "чек", "чека", "чеков")
    back = wording.plural(done.returns, "возврат", "возврата", "возвратов")
    said = [_one(bought, done.receipts_sum, done.goods, done.receipt_days)] if done.receipts else []
    said += [_one(back, done.returns_sum, done.goods_returned, done.return_days)] if done.returns else []
    return " · ".join(said)


def _one(count: str, amount: int, pieces: int, days: int) -> str:
    goods = f"{wording.quantity(pieces)}{wording.NBSP}шт."
    return f"{count} на {wording.roubles_round(amount)}: {goods} за {wording.days(days)}"


def document(card: CustomerCard, id_: str) -> None:
    """What a receipt or a return is of, and what it did to bonuses."""
    row, frame = card.documents.loc[id_], card.lines(id_)
    title = f"{row['Что']} {row['Номер']}"
    did = [
        f"оплачено бонусами {wording.bonuses(row['Оплачено бонусами'])}" if row["Оплачено бонусами"] else "",
        f"начислено {wording.bonuses(row['Начислено'])}" if row["Начислено"] else "",
    ]
    hint = " · ".join(filter(None, (wording.time(row["Когда"]), row["Место"], row["Основание"], *did)))
    with ui.section(title, hint=hint) as actions:
        if frame.empty:
            st.caption("В документе нет товаров.")
            return
        with actions:
            ui.excel_button(title, frame, LINE_KINDS, key="excel-lines")
        shown = frame.loc[:, [name for name in frame if frame[name].map(bool).any()]]
        ui.table(shown, LINE_KINDS, alt="Товары документа", key=f"lines {card.customer.id}", phone=LINE_PHONE)
