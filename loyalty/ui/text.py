"""Foreign text on the screen: what people and files say is shown as it is, whatever it means in Markdown."""

import re
from collections.abc import Iterable

import streamlit as st

# Seen as nothing. Streamlit looks for addresses, e-mails, emoji, icons and arrows in texts whose escapes were read
# already, but never across an element: what it would find is made of two texts with an empty element between.
_NOTHING = ":small[]"
_SOUGHT = re.compile(
    r"(?<=www)(?=\.) | (?<=:/)(?=/) | (?=@) | (?<=:[\w+-])(?=[\w+/-]*:) | (?<=[-<>~])(?=[-<>=])",
    re.IGNORECASE | re.VERBOSE,
)
_SIGN = re.compile(r"[\\`*_{}\[\]<>#~$|&@] | :(?!\s|$) | ^[-+=] | (?<=^\d)[.)] | (?<=^\d\d)[.)]", re.VERBOSE)

_SPACES = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029 ]+")
_NO_FILE = re.compile(r'[\\/:*?"<>|]')
FILE_NAME_MAX = 100
# Control characters, and those that tell the browser to write all that follows from right to left.
_UNSEEN = dict.fromkeys([*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(words: str) -> str:
    """Words for a place that reads Markdown, so that they are seen as they were typed."""
    line = _SPACES.sub(" ", words).strip(" ").translate(_UNSEEN)
    first, *others = _SOUGHT.split(line)
    return _NOTHING.join([_SIGN.sub(r"\\\g<0>", first), *(_SIGN.sub(r"\\\g<0>", other) for other in others)])


def dialled(phone: str, shown: str) -> str:
    """A phone for a place that reads Markdown: a tap on it calls."""
    return f"[{plain(shown)}](tel:{phone})"


def file_name(words: str, ending: str) -> str:
    """A name for a file to download, of words that may hold what no system allows in one."""
    line = _NO_FILE.sub("-", _SPACES.sub(" ", words).translate(_UNSEEN)).strip(" .")
    return f"{line[:FILE_NAME_MAX].rstrip()}.{ending}"


def lines(sentences: Iterable[str]) -> None:
    """Sentences one under another."""
    st.markdown("  \n".join(map(plain, sentences)))


def bullets(sentences: Iterable[str]) -> None:
    """Sentences as a list."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
