"""«Проверить»: the gateway is asked whether the key works, with no transaction open, and what it says is kept."""

from typing import Literal

import streamlit as st

from loyalty import ui, wording
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account, Tried

SENDERS = "_gateway_senders"  # in session state: names of senders by channel and gateway, as it told them


def button(account: Account, *, is_quiet: bool = False) -> None:
    """The button; what came of it is told, and the page drawn anew."""
    kind: Literal["tertiary", "secondary"] = "tertiary" if is_quiet else "secondary"
    if st.button("Проверить", type=kind, key=f"try-{account.channel}-{account.kind}"):
        now(account)
        st.rerun()


def now(account: Account) -> None:
    """Ask at once."""
    with st.spinner(f"Спрашиваем {account.title}…"):
        found = gateways.tried(account)
    if found.senders is not None:
        st.session_state.setdefault(SENDERS, {})[account.channel, account.kind] = found.senders
    ui.write(
        f"ответ шлюза {account.title}",
        lambda session: gateways.keep(session, account, found),
        "" if found.trouble else _works(account, found),
    )
    if found.trouble:
        ui.flash(found.trouble, icon="error")


def _works(account: Account, found: Tried) -> str:
    balance = "" if found.balance is None else f", баланс {wording.roubles(found.balance)}"
    return f"{account.title}: всё работает{balance}"
