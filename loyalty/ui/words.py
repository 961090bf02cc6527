"""A mistake a person can mend is shown as its sentence, wherever on the page it happened."""

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
