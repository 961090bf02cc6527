"""One cell's text without what is no value: padding, null words, error marks, signs that nobody sees."""

import re
from typing import NamedTuple

from loyalty.onec.books.seen import NOT_COMPUTED


class Bad(NamedTuple):
    """Why a cell can't be used; the row's error."""

    reason: str


_NULLS = frozenset(
    {"", "-", "–", "—", "null", "неопределено", "<>", "none", "<пусто>", "nan", "n/a", "б/н", "нет данных"}
)
_EMPTY_REFERENCE = "00000000-0000-0000-0000-000000000000"
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_GUARDED = re.compile(r'="(.*)"|=\'(.*)\'', re.DOTALL)
_ERROR_MARK = re.compile(r"#[A-ZА-ЯЁ0-9/_ ]+[!?]?")


def clean(text: str) -> str:
    """The text without padding and null words; an empty reference is empty, «="00012"» is 00012."""
    text = text.strip()
    if not text.isascii():
        text = _UNSEEN.sub("", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()
    if text[:1] in ("=", "'") and (text[0] == "'" or _GUARDED.fullmatch(text)):
        text = (text[2:-1] if text[0] == "=" else text[1:]).strip()
    size = len(text)
    if (size <= 12 and text.lower() in _NULLS) or text == _EMPTY_REFERENCE:
        return ""
    return text


def is_error_mark(text: str) -> bool:
    """«#Н/Д», «#REF!»: what a spreadsheet writes where it has no value."""
    return text[:1] == "#" and (text == NOT_COMPUTED or _ERROR_MARK.fullmatch(text) is not None)


def clean_text(text: str) -> str:
    """A text for people, spaces within it single; an error mark is none."""
    text = clean(text)
    if "  " in text:
        text = " ".join(text.split())
    return "" if is_error_mark(text) else text


def clean_name(text: str) -> str:
    """An item's name; an empty characteristic leaves «Чай, » behind."""
    return clean_text(text).rstrip(", ")


def clean_code(text: str) -> str:
    """A code: text with its leading zeros, without padding or an Excel «.0»; an error mark is none."""
    text = clean(text)
    if text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    return "" if is_error_mark(text) else text
