"""How long an SMS is: in which encoding it goes, and in how many parts, each paid for. Pure.

An SMS holds 140 bytes; each part of a longer message gives six of them to the header by which the phone joins them.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

GSM_7, UCS_2 = "GSM-7", "UCS-2"

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"  # each is written as ESC and a letter
_IN_GSM_7 = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_EXTENDED = re.compile(f"[{re.escape(_EXTENSION)}]")
_PAIRED = re.compile("[\U00010000-\U0010ffff]")  # two units in UTF-16: most emoji

_SINGLE = {GSM_7: 160, UCS_2: 70}
_JOINED = {GSM_7: 153, UCS_2: 67}  # a part of a longer message


class Length(NamedTuple):
    """The encoding («GSM-7», «UCS-2»), its units and the parts; nothing at all has none."""

    encoding: str
    units: int
    parts: int


def count(text: str) -> Length:
    """How long a text is as it will be sent."""
    encoding, double = (GSM_7, _EXTENDED) if _IN_GSM_7.fullmatch(text) else (UCS_2, _PAIRED)
    doubled = len(double.findall(text))
    units = len(text) + doubled
    if units <= _SINGLE[encoding]:
        return Length(encoding, units, 1 if text else 0)
    size = _JOINED[encoding]
    if not doubled:
        return Length(encoding, units, -(-units // size))
    return Length(encoding, units, _packed((2 if double.match(letter) else 1 for letter in text), size))


def _packed(letters: Iterable[int], size: int) -> int:
    """Parts by packing: a pair, or ESC with its letter, is never split between two."""
    parts, used = 1, 0
    for units in letters:
        if used + units > size:
            parts, used = parts + 1, 0
        used += units
    return parts
