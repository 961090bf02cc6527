"""What a person is told by the way: that it is done, and every mistake, one she can mend and one she cannot."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from loyalty.errors import LoyaltyError
from loyalty.ui.text import plain

_FLASH = "_flash"  # in session state: what is still to be told


def flash(sentence: str, icon: str = "check") -> None:
    """A toast that outlives the next st.rerun or st.switch_page."""
    st.session_state.setdefault(_FLASH, []).append((sentence, icon))


def show_flash() -> None:
    """Show what `flash` left; the shell calls it on every page."""
    for sentence, icon in st.session_state.pop(_FLASH, []):
        st.toast(plain(sentence), icon=f":material/{icon}:")


def field_error(sentence: str) -> None:
    """A mistake, right under the field that has it."""
    st.markdown(f":red[:small[:material/error: {plain(sentence)}]]")


@contextmanager
def explained() -> Iterator[None]:
    """Show a LoyaltyError's sentence in place of the rest of the block."""
    try:
        yield
    except LoyaltyError as error:
        st.error(plain(str(error)), icon=":material/error:")


def apologise(_error: Exception) -> bool:
    """What nobody foresaw, in place of Streamlit's own sentence; its traceback is in the log by then."""
    st.error(
        "Здесь что-то сломалось, страница показана не вся. Обновите её. Если повторится, отдайте файл "
        "logs/dashboard.log тому, кто сопровождает программу: там записано, что случилось.",
        icon=":material/error:",
    )
    return True
