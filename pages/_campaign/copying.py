"""A copy of a campaign: a draft with the same content, opened at once."""

import streamlit as st
from sqlmodel import Session

from loyalty import acts, settings, ui
from loyalty.messages import campaigns
from pages._addresses import CAMPAIGN_EDIT, CAMPAIGNS


def copy(name: str) -> None:
    """Made by a click; its editor is opened, or the list where it waits to be written."""
    made: list[str] = []

    def write(session: Session) -> None:
        now = settings.now(settings.timezone(session))
        made.append(campaigns.copy(session, name, acts.begin(session, acts.Origin.SCREEN), now))

    with ui.explained():
        ui.write(f"копия рассылки «{name}»", write, "Это копия: она черновик, пока не запустите")
        if made:
            st.switch_page(CAMPAIGN_EDIT, query_params={"name": made[-1]})
        st.switch_page(CAMPAIGNS)
