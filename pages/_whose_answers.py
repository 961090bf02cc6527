"""Answers to «Чей это чек?»: kept with the bonuses that follow, shown, and taken back."""

from collections.abc import Callable

import streamlit as st
from sqlmodel import Session

from loyalty import acts, ui, wording
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError
from loyalty.identity.learned import Learned
from loyalty.models import Receipt
from loyalty.reports.faces import Face
from loyalty.sales import answers

Learns = Callable[[Session, acts.Act], Learned]


def row(receipt: Receipt, face: Face) -> None:
    """What was answered, and the way back."""
    words = f"Чек {ui.plain(receipt.number)} от {wording.day(receipt.day)} — {ui.plain(face.name)}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words, width="content")
        if st.button("Спросить снова", icon=":material/undo:", type="tertiary", key=f"whose-again-{receipt.id}"):
            assert receipt.id is not None
            id_ = receipt.id
            keep(
                f"чек {receipt.number} спросить снова",
                lambda session, act: answers.ask_again(session, id_, act),
                "Ответ отменён: чек снова спрашивает, чей он",
            )


def keep(what: str, learn: Learns, done: str) -> None:
    """Write an answer and tell it, or why it can't be."""
    try:
        say(what, learn, done)
    except LoyaltyError as error:
        ui.flash(str(error), icon="error")
    st.rerun()


def say(what: str, learn: Learns, done: str) -> None:
    """Write what a person said of customers, and the bonuses that follow."""

    def said(session: Session) -> None:
        act = acts.begin(session, acts.Origin.SCREEN)
        learned = learn(session, act)
        ledger.refresh(session, learned.touched, act.today, loose=learned.loose)

    ui.write(what, said, done)
