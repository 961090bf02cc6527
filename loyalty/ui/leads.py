"""Where a figure or a bar leads: the list behind it, at an address of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st


@dataclass(frozen=True)
class Lead:
    """A page of the product, what it should show, and the words of the link."""

    words: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)

    def follow(self) -> None:
        """Go there."""
        st.switch_page(self.page, query_params=dict(self.query))


def heard() -> None:
    """A component tells of an event only where something listens; what it means is done in the page's own run."""
