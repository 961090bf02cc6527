"""«Уменьшить или забрать»: a gift made by hand is made smaller or taken back, from its movement on the card."""

import streamlit as st

from loyalty import ui
from loyalty.customers import grants, people
from loyalty.engine.entries import Grant
from loyalty.money import ROUBLE
from loyalty.reports.customers.card import CustomerCard
from loyalty.wording import bonuses

NAME = "correct"


def button(card: CustomerCard, gift: Grant) -> None:
    """The button that opens the dialog."""
    if st.button("Уменьшить или забрать подарок", icon=":material/edit:", key=f"correct-open-{gift.id}"):
        _dialog(card, gift)


@st.dialog("Уменьшить или забрать подарок", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(card: CustomerCard, gift: Grant) -> None:
    st.caption(f"Подарено {bonuses(gift.amount)}. Подарок станет таким, как будто таким и был с первого дня.")
    whole = -(-gift.amount // ROUBLE)
    with ui.form(f"{NAME} {gift.id}", {"sum": 0, "reason": ""}) as form:
        form.field(
            st.number_input,
            "sum",
            "Сколько оставить",
            min_value=0,
            max_value=whole - 1,
            step=min(100, whole),
            help="0 — забрать весь подарок",
        )
        left = int(form["sum"] or 0) * ROUBLE
        _becomes(card, gift, left)
        form.field(
            st.text_input,
            "reason",
            "Почему",
            placeholder="Подарили не тому, ошиблись в сумме…",
            max_chars=grants.REASON_MAX,
        )
        form.place()

        def correct(_: str) -> None:
            reason = form["reason"] or ""
            ui.write(
                f"исправление подарка — {people.full_name(card.customer)}",
                lambda session: grants.correct(session, gift.id, left, reason),
                f"Подарок уменьшен до {bonuses(left)}" if left else "Подарок забрали",
            )

        label = "Уменьшить" if left else "Забрать подарок"
        if st.button(label, type="primary", key=form.key("do")) and form.saved(correct):
            st.rerun()


def _becomes(card: CustomerCard, gift: Grant, left: int) -> None:
    """What changes for her, and how much of it she has spent already."""
    then = card.with_gift(gift, left)
    lines = [f"Доступно: {bonuses(card.balance.available)} → **{bonuses(then.available)}**"]
    if then.pending != card.balance.pending:
        lines.append(f"Ждёт: {bonuses(card.balance.pending)} → **{bonuses(then.pending)}**")
    if then.debt > card.balance.debt:
        more = bonuses(then.debt - card.balance.debt)
        lines.append(
            f":orange[:material/warning:] Из подарка уже потрачено **{more}**: это станет долгом, "
            "его погасят следующие бонусы"
        )
    st.markdown("  \n".join(lines))
