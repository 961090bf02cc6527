"""Forms that write once: a key drawn with the form, a mistake beside its field, success as a toast."""

from uuid import uuid4

import streamlit as st

from loyalty.ui.text import plain

_FLASH = "_flash"


def form_key(name: str) -> str:
    """An idempotency key that stays while this form is open; `once` spends it."""
    return str(st.session_state.setdefault(f"_form_{name}", uuid4().hex))


def once(name: str, key: str) -> bool:
    """Whether this submit is the first with the key its form was drawn with; a double click's second isn't."""
    if st.session_state.get(f"_form_{name}") != key:
        return False
    del st.session_state[f"_form_{name}"]
    return True


def reopen(name: str, key: str) -> None:
    """What was submitted is refused: the form stays open with its key, and with what was typed into it."""
    st.session_state[f"_form_{name}"] = key


def field_error(sentence: str | None) -> None:
    """A mistake, right under the field that has it."""
    if sentence:
        st.markdown(f":red[:material/error: {plain(sentence)}]")


def flash(sentence: str, icon: str = "check") -> None:
    """A toast that outlives the next st.rerun or st.switch_page."""
    st.session_state.setdefault(_FLASH, []).append((sentence, icon))


def show_flash() -> None:
    """Show what `flash` left; the shell calls it on every page."""
    for sentence, icon in st.session_state.pop(_FLASH, []):
        st.toast(plain(sentence), icon=f":material/{icon}:")
