"""The calm line over screens of messages: nothing leaves this PC while the sandbox is the gateway."""

import streamlit as st

from loyalty import db, ui
from loyalty.messages.sending import gateways
from pages._addresses import GATEWAYS

PAGES = (
    "campaigns",
    "campaign",
    "campaign_edit",
    "triggers",
    "trigger_edit",
    "rehearsal",
    "messages_totals",
    "control_group",
)
WHAT = {("sms", "email"): "сообщения", ("sms",): "SMS", ("email",): "письма"}


def show(page: str) -> None:
    """Drawn by the shell over each of these screens."""
    if page not in PAGES:
        return
    with db.reading() as session:
        channels = tuple(gateways.in_sandbox(session))
    if channels:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sandbox-line"):
            st.caption(f":material/science: **Песочница:** {WHAT[channels]} никуда не уходят", width="content")
            ui.link("Шлюзы", GATEWAYS)
