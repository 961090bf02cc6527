"""What asks to be done: a row with an icon, a sentence, what it means, and its step at the right."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from loyalty.ui.text import plain


@contextmanager
def task(icon: str, sentence: str, meaning: str, *, is_trouble: bool = False) -> Iterator[None]:
    """A row of what to do; its step is drawn inside: a link, seldom a second one."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        colour = "orange" if is_trouble else "primary"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### :{colour}[:material/{icon}:]", width="content")
            with st.container(gap="xxsmall"):
                st.markdown(f"**{plain(sentence)}**")
                st.caption(plain(meaning))
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            yield
