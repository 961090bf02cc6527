"""A mistake is shown as a sentence, wherever on the page it happened: what a person can mend, and what she cannot."""

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
        "Здесь что-то сломалось, страница показана не вся. Обновите её. Если повторится, пришлите разработчику файл "
        "logs/dashboard.log: в нём записано, что случилось.",
        icon=":material/error:",
    )
    return True
