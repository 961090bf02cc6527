"""Answers to «Чей это чек?»: shown, and taken back."""

import streamlit as st

from loyalty import ui, wording
from loyalty.models import Receipt
from loyalty.reports.customers.faces import Face
from loyalty.sales import answers
from pages._learning import learning


def row(receipt: Receipt, face: Face) -> None:
    """What was answered, and the way back."""
    words = f"Чек {ui.plain(receipt.number)} от {wording.day(receipt.day)} — {ui.plain(face.name)}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words, width="content")
        if st.button("Спросить снова", icon=":material/undo:", type="tertiary", key=f"whose-again-{receipt.id}"):
            assert receipt.id is not None
            id_ = receipt.id
            ui.write_by_click(
                f"чек {receipt.number} спросить снова",
                learning(lambda session, act: answers.ask_again(session, id_, act)),
                "Ответ отменён: чек снова спрашивает, чей он",
            )
