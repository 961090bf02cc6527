"""That nothing leaves the PC, wherever one would think that messages do."""

from collections.abc import Iterable

import streamlit as st

from loyalty import db
from loyalty.messages import gateways


def notice(channels: Iterable[str]) -> None:
    """Said where a channel's gateway is the sandbox."""
    with db.reading() as session:
        is_sandbox = any(gateways.accounts(session, channel)[0].is_sandbox for channel in channels)
    if is_sandbox:
        st.info("Шлюз — «Песочница»: сообщения не уходят с этого компьютера", icon=":material/science:")
