"""A test message to one's own phone: one, and in no results."""

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.messages.audience import Recipient
from loyalty.messages.sending import testing
from loyalty.messages.writing.text import EMAIL


def button(channel: str, shown: Recipient | None) -> None:
    """What opens the dialog; nothing to send where nobody is shown."""
    if st.button("Отправить себе", icon=":material/outgoing_mail:", key="campaign-test", disabled=shown is None):
        assert shown is not None
        ask(channel, shown)


@st.dialog("Проверить на себе", on_dismiss=lambda: ui.put_aside("campaign-test"))
def ask(channel: str, shown: Recipient) -> None:
    """Where to; the text is that of the customer who is shown."""
    setting = f"{testing.ADDRESS}_{channel}"
    with db.reading() as session:
        known, account = settings.get(session, setting), testing.account(session, channel)
    shown_as = known if channel == EMAIL else wording.phone(known)
    ui.lines(shown.text.split("\n"))
    st.caption("Уйдёт одно сообщение, с подставленными данными показанного клиента. В результаты оно не войдёт")
    with ui.form("campaign-test", {"to": shown_as}) as form:
        form.field(st.text_input, "to", "Адрес почты" if channel == EMAIL else "Ваш телефон")

        def send(_: str) -> None:
            to = testing.address(form["to"] or "", channel)
            said = testing.send(account, to, shown.text, shown.subject)
            ui.flash(said)
            if to != known:
                ui.write("адрес для проверки", lambda session: settings.put(session, setting, to), "")

        if st.button("Отправить", type="primary", key=form.key("do")) and form.saved(send):
            st.rerun()
