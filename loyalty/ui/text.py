"""Foreign text on the screen: what people and files say is shown as it is, whatever it means in Markdown."""

import re

_MEANT = re.compile(r"([\\`*_{}\[\]<>#~$|&@]|:(?!\s))")


def plain(words: str) -> str:
    """Words for a place that reads Markdown, so that they are seen as they were typed."""
    return _MEANT.sub(r"\\\1", words).replace("\n", " ")


def dialled(phone: str, shown: str) -> str:
    """A phone for a place that reads Markdown: a tap on it calls."""
    return f"[{plain(shown)}](tel:{phone})"
