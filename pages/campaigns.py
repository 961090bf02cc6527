"""«Рассылки»: what was sent, what it cost and what it brought; what is not sent yet above it."""

import streamlit as st

from loyalty import db, settings, ui
from loyalty.messages import campaigns
from loyalty.messages.results import figures
from pages import _campaigns_list
from pages._addresses import CAMPAIGN_EDIT, MESSAGES_TOTALS


def main() -> None:
    actions = ui.header("Рассылки", "Что отправили, сколько это стоило и что принесло")
    with db.reading() as session:
        everything = campaigns.everything(session)
        brought = figures.of_campaigns(session)
        frame, today = figures.frame(session, brought), settings.today(session)
    if not everything:
        ui.empty(
            "Здесь будут рассылки",
            "Напишите всем или сегменту: перед отправкой видно, кто получит, кому нельзя и почему, и сколько это "
            "стоит. Потом — что рассылка принесла.",
            step="Новая рассылка",
            page=CAMPAIGN_EDIT,
            icon="send",
        )
        return
    with actions:
        if st.button("Итоги", icon=":material/bar_chart:", key="campaigns-totals"):
            st.switch_page(MESSAGES_TOTALS)
        if st.button("Новая рассылка", type="primary", icon=":material/add:", key="campaigns-new"):
            st.switch_page(CAMPAIGN_EDIT)
    _campaigns_list.waiting([one for one in everything if not one.is_launched])
    _campaigns_list.sent([one for one in everything if one.is_launched], frame, today)


main()
