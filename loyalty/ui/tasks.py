"""What asks to be done: a row with an icon, a sentence, what it means, and its step at the right."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from loyalty.ui.text import plain

WORDS_PX = 640  # as wide as words are read; a phone has no room beside them, and the step goes below


@contextmanager
def task(icon: str, sentence: str, meaning: str, *, is_trouble: bool = False) -> Iterator[None]:
    """A row of what to do; its step is drawn inside: a link, seldom a second one."""
    row = st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"
    )
    with row:
        with st.container(width=WORDS_PX, gap="xxsmall"):
            colour = "orange" if is_trouble else "primary"
            st.markdown(f":{colour}[:material/{icon}:] **{plain(sentence)}**")
            st.caption(plain(meaning))
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            yield
