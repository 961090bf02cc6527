"""«Подарить бонусы»: a dialog on the customer's card."""

import streamlit as st

from loyalty import db, ui
from loyalty.customers import grants, people
from loyalty.money import ROUBLE
from loyalty.program.words import GIFTS, gift_words
from loyalty.reports.customers.card import CustomerCard
from loyalty.wording import bonuses, plural

NAME = "gift"


def button(card: CustomerCard) -> None:
    """The button that opens the dialog."""
    if st.button("Подарить бонусы", icon=":material/redeem:", key="gift-open"):
        _dialog(card)


@st.dialog("Подарить бонусы", on_dismiss=lambda: ui.put_aside(NAME))
def _dialog(card: CustomerCard) -> None:
    assert card.customer.id is not None
    id_ = card.customer.id
    with ui.form(f"{NAME} {id_}", {"kind": next(iter(GIFTS)), "sum": None, "reason": ""}) as form:
        kind = form.field(st.selectbox, "kind", "Какой подарок", list(GIFTS), format_func=GIFTS.__getitem__)
        with db.reading() as session:
            st.caption(f"По программе: {gift_words(grants.terms(session, kind))}")
        form.field(st.number_input, "sum", "Сколько бонусов", min_value=1, step=100)
        form.field(
            st.text_input,
            "reason",
            "За что",
            placeholder="Извинение за брак, конкурс, юбилей…",
            max_chars=grants.REASON_MAX,
        )
        form.place()

        def give(key: str) -> None:
            amount, reason = int(form["sum"] or 0) * ROUBLE, form["reason"] or ""
            what = f"подарок {plural(amount // ROUBLE, 'бонус', 'бонуса', 'бонусов')}"
            ui.write(
                f"{what} — {people.full_name(card.customer)}",
                lambda session: grants.give(session, id_, kind, amount, reason, key),
                f"Подарено {bonuses(amount)}",
            )

        if st.button("Подарить", type="primary", key=form.key("do")) and form.saved(give):
            st.rerun()
