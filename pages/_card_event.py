"""Beside the card's history: goods of a document, why a movement is as it is, or what the balance is made of."""

import streamlit as st

from loyalty import ui, wording
from loyalty.reports.card import CustomerCard
from loyalty.reports.events import Event, Sort
from pages import _card_bonuses, _card_purchases
from pages._addresses import SEGMENT


def show(card: CustomerCard, chosen: Event | None) -> None:
    """What is chosen in the history."""
    if chosen is None:
        _card_bonuses.balance(card)
    elif isinstance(chosen.lead, int):
        _card_bonuses.movement(card, chosen.lead)
    elif chosen.sort in (Sort.PURCHASE, Sort.RETURN):
        _card_purchases.document(card, chosen.id)
    else:
        with ui.section(chosen.words, hint=wording.time(chosen.at) if chosen.is_timed else None):
            if chosen.details:
                st.markdown(ui.plain(chosen.details))
            if chosen.sort is Sort.SEGMENT and chosen.lead:
                ui.link("Открыть сегмент", SEGMENT, icon=":material/groups:", name=chosen.lead)
