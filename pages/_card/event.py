"""Beside the card's history: goods of a document, why a movement is as it is, or what the balance is made of."""

import streamlit as st

from loyalty import db, ui, wording
from loyalty.messages import reasons
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.customers.events import Event, Sort
from loyalty.reports.messages import written
from pages._addresses import CAMPAIGN, SEGMENT
from pages._card import bonuses, purchases


def show(card: CustomerCard, chosen: Event | None) -> None:
    """What is chosen in the history."""
    if chosen is None:
        bonuses.balance(card)
    elif isinstance(chosen.lead, int):
        bonuses.movement(card, chosen.lead)
    elif chosen.sort in (Sort.PURCHASE, Sort.RETURN):
        purchases.document(card, chosen.id)
    elif chosen.sort is Sort.MESSAGE:
        _message(int(chosen.lead or 0))
    else:
        with ui.section(chosen.words, hint=wording.time(chosen.at) if chosen.is_timed else None):
            if chosen.details:
                st.markdown(ui.plain(chosen.details))
            if chosen.sort is Sort.SEGMENT and chosen.lead:
                ui.link("Открыть сегмент", SEGMENT, icon=":material/groups:", name=chosen.lead)


def _message(id_: int) -> None:
    """What was written to her, where and at what cost, or why it was not."""
    with db.reading() as session:
        one = written.one(session, id_)
    if one is None:
        return
    with ui.section(one.what, hint=wording.time(one.at)):
        if one.subject:
            st.markdown(f"**{ui.plain(one.subject)}**")
        if one.text:
            with st.container(border=True):
                ui.lines(one.text.splitlines())
        kind = "рекламное" if one.is_advertising else "служебное"
        st.caption(" · ".join(map(ui.plain, [*one.facts, kind])))
        if one.reason and (hint := reasons.REASONS[one.reason].hint):
            st.caption(f"{hint}.")
        if one.detail:
            st.caption(f"Шлюз ответил: {ui.plain(one.detail)}")
        if one.campaign:
            ui.link("Открыть рассылку", CAMPAIGN, icon=":material/send:", name=one.campaign)
