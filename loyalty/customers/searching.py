"""Whom a few typed words find: names in any order, a phone however it is written, a card or a code."""

import re

from sqlalchemy import ColumnElement, or_

from loyalty.customers.names import folded
from loyalty.models import customers

WORDS_MAX = 20  # what is pasted may be a page, and a query has no room for it
_PHONE = re.compile(r"[\d\s()+\-.]*")


def found_by(words: str) -> list[ColumnElement[bool]]:
    """Conditions that must all hold; none where there is nothing to seek."""
    return [or_(*(customers.c.search.contains(one, autoescape=True) for one in part)) for part in _parts(words)]


def _parts(words: str) -> list[tuple[str, ...]]:
    """What must be found, each as one of some spellings."""
    words = folded(words.replace("\0", " ")).strip()  # which PostgreSQL takes in no text
    if words and _PHONE.fullmatch(words):
        digits = re.sub(r"\D", "", words)
        return [_spellings(digits, words)] if digits else []
    return [_spellings(re.sub(r"\D", "", word), word) for word in words.split()[:WORDS_MAX]]


def _spellings(digits: str, word: str) -> tuple[str, ...]:
    """A word as it may stand in the search text; 8916… is +7916…."""
    found = {word}
    if digits and _PHONE.fullmatch(word):
        found.add(digits)
        if digits.startswith("8") and len(digits) > 1:
            found.add("7" + digits[1:])
    return tuple(sorted(found))
