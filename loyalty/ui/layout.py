"""How a page is put together: its header, sections, empty states, links."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from loyalty.ui.text import plain

STYLE = Path(__file__).with_name("style.css")
# On a phone the menu lies over the page: it goes once somebody chose where to go.
MENU_CLOSES = """<script>
if (!window.menuCloses) {
  window.menuCloses = true
  document.addEventListener("click", (event) => {
    if (innerWidth > 768 || !event.target.closest('[data-testid="stSidebarNavLink"]')) return
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
  })
}
</script>"""


def frame() -> None:
    """What every page needs around it: the product's style sheet, and a menu that goes by itself on a phone."""
    st.html(STYLE)
    st.html(MENU_CLOSES, unsafe_allow_javascript=True)


class Badge(NamedTuple):
    """A short mark beside a title: what she is, not what to do."""

    words: str
    colour: Literal["gray", "green", "orange", "red"] = "gray"
    icon: str | None = None


def header(title: str, purpose: str = "", badges: Sequence[Badge] = ()) -> DeltaGenerator:
    """Title, marks and the line that says what the page is for; the main action goes into the container given."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        with st.container(width="content", gap="xxsmall"):  # a long name takes the line, the action goes below
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                st.title(plain(title), anchor=False, width="content")
                for badge in badges:  # st.badge takes signs of Markdown in its words for its own
                    icon = f":material/{badge.icon}: " if badge.icon else ""
                    st.markdown(f":{badge.colour}-badge[{icon}{plain(badge.words)}]", width="content")
            if purpose:
                st.caption(plain(purpose), width="content")
        return st.container(horizontal=True, width="content", vertical_alignment="center", gap="small")


def dot(words: str) -> None:
    """All is well, in a quiet dot; its words are for who asks: a reader, a pointer."""
    said = escape(words)
    st.html(f'<span class="dot" role="img" aria-label="{said}" title="{said}"></span>', width="content")


def back_link(label: str, page: str) -> None:
    """Where the page was opened from, above its title."""
    st.page_link(page, label=plain(label), icon=":material/arrow_back:")


@contextmanager
def section(title: str, *, hint: str | None = None, height: str | int = "stretch") -> Iterator[DeltaGenerator]:
    """A bordered part of a page under its own heading; the container at the heading's right takes a button."""
    with st.container(border=True, height=height, gap="small"):  # type: ignore[arg-type]
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(gap=None):
                st.subheader(plain(title), anchor=False)
                if hint:
                    st.caption(plain(hint))
            actions = st.container(horizontal=True, width="content", vertical_alignment="center", gap="small")
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
