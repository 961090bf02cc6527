"""Where a figure or a bar leads: the list behind it, at an address of its own; and what an address asks for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st

_ID = re.compile(r"[0-9]{1,18}")  # no more than both databases count to


@dataclass(frozen=True)
class Lead:
    """A page of the product, what it should show, and the words of the link."""

    words: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """What a click names it by: its place may be another's by the time the click is heard."""
        return f"{self.page}?{urlencode(self.query)}"


def follow(asked: str | None, leads: Iterable[Lead | None]) -> None:
    """Go where a click asks; nowhere when what was clicked is not shown any more."""
    for lead in leads:
        if lead and lead.address == asked:
            st.switch_page(lead.page, query_params=dict(lead.query))


def asked_id(name: str) -> int | None:
    """The id that the page's address names; None where what stands there can't be one."""
    said = st.query_params.get(name, "")
    return int(said) if _ID.fullmatch(said) else None
