"""Words that a click puts into a text where the cursor stands; the text is sent to the server while it is typed."""

from collections.abc import Sequence
from typing import NamedTuple

from loyalty.ui.components import component

_drawn = component("placing", html='<div class="placing"></div>')


class Word(NamedTuple):
    """What a button is called, what it puts in, and what that means."""

    label: str
    text: str
    meaning: str


def placing(field: str, words: Sequence[Word], *, key: str) -> None:
    """Buttons under the text area that is labelled `field`; they keep its cursor where it was."""
    _drawn(key=key, data={"field": field, "words": [word._asdict() for word in words]})
