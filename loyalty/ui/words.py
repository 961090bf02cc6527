"""A mistake is told in a sentence, wherever on the page it happened: one she can mend, and one she cannot."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from loyalty.errors import LoyaltyError
from loyalty.ui.text import plain


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
