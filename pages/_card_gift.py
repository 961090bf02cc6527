"""«Подарить бонусы»: a dialog on the customer's card."""

import streamlit as st

from loyalty import db, ui
from loyalty.customers import grants, people
from loyalty.errors import Refused
from loyalty.program.words import GIFTS, gift_words
from loyalty.reports.card import CustomerCard
from loyalty.wording import bonuses, plural

NAME = "gift"


def button(card: CustomerCard) -> None:
    """The button that opens the dialog."""
    if st.button("Подарить бонусы", icon=":material/redeem:", key="gift-open"):
        _dialog(card)


@st.dialog("Подарить бонусы")
def _dialog(card: CustomerCard) -> None:
    kind = st.selectbox("Какой подарок", list(GIFTS), format_func=lambda kind: GIFTS[kind], key="gift-kind")
    with db.reading() as session:
        st.caption(f"По программе: {gift_words(grants.terms(session, kind))}")
    key = ui.form_key(NAME)
    with st.form("gift-form", border=False):
        roubles = st.number_input("Сколько бонусов", min_value=1, value=None, step=100, key="gift-sum")
        reason = st.text_input(
            "За что", placeholder="Извинение за брак, конкурс, юбилей…", max_chars=200, key="gift-why"
        )
        sent = st.form_submit_button("Подарить", type="primary")
    if not sent or not ui.once(NAME, key):
        return
    try:
        if not roubles:
            raise Refused("Укажите, сколько бонусов подарить")
        amount, id_ = int(roubles) * 100, card.customer.id or 0
        ui.write(
            f"подарок {plural(int(roubles), 'бонус', 'бонуса', 'бонусов')} — {people.full_name(card.customer)}",
            lambda session: grants.give(session, id_, kind, amount, reason or "", key),
            f"Подарено {bonuses(amount)}",
        )
    except Refused as refusal:
        ui.reopen(NAME, key)
        ui.field_error(str(refusal))
        return
    st.rerun()
