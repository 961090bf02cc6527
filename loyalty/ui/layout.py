"""How a page is put together: its header, cards of one height, sections, empty states, links."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty.ui.text import plain
from loyalty.wording import MINUS


@dataclass(frozen=True)
class Card:
    """One figure: a label, the figure in words, how it changed, its past as numbers for a sparkline."""

    label: str
    value: str
    delta: str | None = None
    note: str | None = None  # beside the delta: compared with what
    spark: Sequence[float] | None = None
    help: str | None = None
    neutral: bool = False  # that it grows is neither good nor bad


def header(title: str, purpose: str) -> DeltaGenerator:
    """The page's title and its one-line purpose; the main action goes into the container returned."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", gap="medium"
    ):
        with st.container(width="content", gap="xxsmall"):
            st.title(plain(title), anchor=False, width="content")
            st.caption(plain(purpose), width="content")
        return st.container(horizontal=True, width="content", vertical_alignment="bottom", gap="small")


def back_link(label: str, page: str) -> None:
    """Where the page was opened from, above its title."""
    st.page_link(page, label=plain(label), icon=":material/arrow_back:")


def cards(figures: Sequence[Card], *, min_width: int = 165) -> None:
    """Figures in one row of one height and width; a narrow screen wraps them."""
    with st.grid(len(figures), min_column_width=min_width, gap="small"):
        for figure in figures:
            _metric(figure, width="stretch")


def small_cards(figures: Sequence[Card]) -> None:
    """Figures without a past, each as wide as its words, in rows of one height."""
    with st.container(horizontal=True, vertical_alignment="distribute", gap="small"):
        for figure in figures:
            _metric(figure, width="content")


def _metric(figure: Card, width: Literal["stretch", "content"]) -> None:
    st.metric(
        plain(figure.label),
        plain(figure.value),
        delta=figure.delta,
        delta_color="gray" if figure.neutral else "green",
        delta_arrow="down" if (figure.delta or "").startswith(MINUS) else "auto",
        delta_description=figure.note and plain(figure.note),
        help=figure.help and plain(figure.help),
        border=True,
        width=width,
        height="stretch",
        chart_data=figure.spark,
        chart_type="area",
    )


@contextmanager
def section(title: str, *, hint: str | None = None, height: str | int = "stretch") -> Iterator[DeltaGenerator]:
    """A bordered part of a page under its own heading; the container at the heading's right takes a button."""
    with st.container(border=True, height=height, gap="small"):  # type: ignore[arg-type]
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(width="content", gap=None):
                st.subheader(plain(title), anchor=False, width="content")
                if hint:
                    st.caption(plain(hint), width="content")
            actions = st.container(horizontal=True, width="content", gap="small")
        yield actions


def side_by_side(*widths: float) -> Sequence[DeltaGenerator]:
    """Columns for sections of equal height; a phone stacks them."""
    return st.columns(widths, gap="small")


def empty(
    title: str, sentence: str, *, step: str | None = None, page: str | None = None, icon: str = "inbox"
) -> None:
    """What will be here, and the step that fills it: a link button to another page."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f":material/{icon}:", text_alignment="center", width="content")
        st.subheader(plain(title), anchor=False, text_alignment="center")
        st.markdown(plain(sentence), text_alignment="center")
        if step and page and st.button(step, type="primary", icon=":material/arrow_forward:"):
            st.switch_page(page)
        st.space("small")


def link(label: str, page: str, *, icon: str | None = None, **query: str | int) -> None:
    """A link to another page of the product, with what it should show."""
    params = {name: str(value) for name, value in query.items()} or None
    st.page_link(page, label=f":primary[{plain(label)}]", icon=icon, query_params=params)
