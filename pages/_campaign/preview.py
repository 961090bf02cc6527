"""What will be sent, on real customers, the longest text first."""

from contextlib import AbstractContextManager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty import db, ui, wording
from loyalty.messages.audience import Audience, Recipient
from loyalty.messages.writing import pricing
from loyalty.messages.writing.pricing import Price
from loyalty.messages.writing.text import SMS
from loyalty.reports.customers import faces
from pages._campaign import price as campaign_price

SHOWN, PAGE = 10, "campaign-preview"


def section() -> AbstractContextManager[DeltaGenerator]:
    """Where it stands."""
    return ui.section("Как это прочитают", height="content")


def at_once(one: Recipient | None, channel: str) -> None:
    """The text of one of those who may get it, while all are counted."""
    with section():
        if one is None:
            st.skeleton(height=80)
        else:
            bubble(one, channel, "campaign-bubble-first")


def bubble(one: Recipient, channel: str, key: str) -> None:
    """As she will read it."""
    with db.reading() as session:
        name = faces.of(session, [one.id])[one.id].name
    with st.container(key=key):
        if one.subject:
            st.markdown(f"**{ui.plain(one.subject)}**")
        ui.lines(one.text.split("\n"))
    parts = f" · {campaign_price.part_words(one.parts)}" if channel == SMS else ""
    st.caption(f"{ui.plain(name)} · {wording.plural(len(one.text), 'знак', 'знака', 'знаков')}{parts}")


def show(form: ui.Form, found: Audience, price: Price, channel: str) -> None:
    """The text of one of those with the longest, and what all of it costs."""
    one = looked_at(found)
    if one is None:
        st.caption("Пока никто не получит: посмотреть не на ком")
        return
    bubble(one, channel, "campaign-bubble")
    count = min(len(found.reached), SHOWN)
    if count > 1:
        st.pagination(count, key=PAGE)
    if channel == SMS:
        campaign_price.costs(form, found, price)


def looked_at(found: Audience) -> Recipient | None:
    """Whose text is shown."""
    some = pricing.longest(found.reached, SHOWN)
    number: int = st.session_state.get(PAGE, 1)
    return some[min(number, len(some)) - 1] if some else None
