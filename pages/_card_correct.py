"""«Уменьшить или забрать»: a gift made by hand is made smaller or taken back, from its movement on the card."""

import streamlit as st

from loyalty import ui
from loyalty.customers import grants, people
from loyalty.engine.entries import Grant
from loyalty.errors import LoyaltyError, Refused
from loyalty.reports.card import CustomerCard
from loyalty.wording import bonuses

NAME = "correct"


def button(card: CustomerCard, gift: Grant) -> None:
    """The button that opens the dialog."""
    if st.button("Уменьшить или забрать подарок", icon=":material/edit:", key=f"correct-open-{gift.id}"):
        _dialog(card, gift)


@st.dialog("Уменьшить или забрать подарок")
def _dialog(card: CustomerCard, gift: Grant) -> None:
    st.caption(f"Подарено {bonuses(gift.amount)}. Подарок станет таким, как будто таким и был с первого дня.")
    whole = -(-gift.amount // 100)
    roubles = st.number_input(
        "Сколько оставить",
        min_value=0,
        max_value=whole - 1,
        value=0,
        step=min(100, whole),
        key=f"correct-sum-{gift.id}",
        help="0 — забрать весь подарок",
    )
    left = int(roubles) * 100
    st.markdown("  \n".join(_becomes(card, gift, left)))
    reason = st.text_input(
        "Почему", placeholder="Подарили не тому, ошиблись в сумме…", max_chars=200, key="correct-why"
    )
    key = ui.form_key(NAME)
    if not st.button("Уменьшить" if left else "Забрать подарок", type="primary", key=f"correct-do-{gift.id}"):
        return
    if not ui.once(NAME, key):
        return
    try:
        if not (reason or "").strip():
            raise Refused("Напишите, почему подарок исправлен: это увидят в карточке клиента")
        ui.write(
            f"исправление подарка — {people.full_name(card.customer)}",
            lambda session: grants.correct(session, gift.id, left, reason or ""),
            f"Подарок уменьшен до {bonuses(left)}" if left else "Подарок забрали",
        )
    except LoyaltyError as refusal:
        ui.reopen(NAME, key)
        ui.field_error(str(refusal))
        return
    st.rerun()


def _becomes(card: CustomerCard, gift: Grant, left: int) -> list[str]:
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
    return lines
