"""Where a figure or a bar leads: the list behind it, at an address of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st


@dataclass(frozen=True)
class Lead:
    """A page of the product, what it should show, and the words of the link."""

    words: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)


def follow(place: float | None, leads: Sequence[Lead | None]) -> None:
    """Go where the place that a component tells of leads, if it does."""
    if place is not None and (lead := leads[int(place)]):
        st.switch_page(lead.page, query_params=dict(lead.query))
