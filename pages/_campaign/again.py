"""A campaign goes once more to those whom it did not reach: asked once, since it costs money."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import streamlit as st
from sqlmodel import Session

from loyalty import db, settings, ui, wording
from loyalty.messages.campaigns import Reach, Saved
from loyalty.messages.sending import gateways
from pages._campaign import launch


class Sends(Protocol):
    """What sends a campaign to some once more."""

    def __call__(self, session: Session, name: str, now: datetime, *, expected: int | None) -> int: ...


def ask(title: str, saved: Saved, to: Reach, send: Sends) -> None:
    """To how many and for how much."""

    def asked_once() -> None:
        with db.reading() as session:
            price = gateways.accounts(session, saved.draft.channel)[0].price
            ui.lines(launch.facts(session, replace(saved.draft, at=None), to.messages, to.parts))
        many = launch.many_for(to.messages, None if price is None else price * to.parts)
        with ui.form("campaign-again", {}) as asked:
            if st.button(f"Отправить {many}", type="primary", key=asked.key("do")) and asked.saved(
                lambda _: ui.write(
                    f"рассылка «{saved.name}»",
                    lambda session: send(
                        session, saved.name, settings.now(settings.timezone(session)), expected=to.messages
                    ),
                    lambda count: f"Отправляется: {wording.plural(count, 'сообщение', 'сообщения', 'сообщений')}",
                )
            ):
                st.rerun()

    st.dialog(title)(asked_once)()
