"""The segments a customer is in, as links under her figures, and those she was in."""

from collections.abc import Sequence

import streamlit as st

from loyalty import db, ui, wording
from loyalty.reports.customers import events
from loyalty.reports.customers.card import CustomerCard
from pages._addresses import SEGMENT


def show(card: CustomerCard) -> None:
    """A line of links, with the days of each; nothing of who never was in any."""
    with db.reading() as session:
        stays = events.stays(session, card)
    now, former = [one for one in stays if one.last is None], [one for one in stays if one.last is not None]
    if not stays:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Сегменты:" if now else "Сейчас ни в одном сегменте", width="content")
        for one in now:
            _link(one)
        if former:
            with st.popover(f"Раньше: {wording.number(len(former))}", type="tertiary"):
                _former(former)


def _former(stays: Sequence[events.Stayed]) -> None:
    for one in stays:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            _link(one)
            days = f"{wording.day(one.first)} – {wording.day(one.last)}"
            st.caption(wording.day(one.first) if one.first == one.last else days, width="content")


def _link(one: events.Stayed) -> None:
    st.page_link(
        SEGMENT, label=f":primary[{ui.plain(one.segment)}]", query_params={"name": one.segment},
        help=None if one.last else f"С {wording.day(one.first)}", width="content",
    )  # fmt: skip
