"""Numbers of documents as reports spell them: Excel cuts leading zeros, 1C pads with them. Pure."""

import re
from collections.abc import Iterable

WIDTHS = (6, 8, 9, 10, 11)
"""How long 1C and tills make their numbers."""

_PARTS = re.compile(r"(.*?)0*(\d+)", re.DOTALL)


def bare(number: str) -> str:
    """Without the zeros before its last digits: «ЦБ-000123» and «ЦБ-123» are spellings of one."""
    parts = _PARTS.fullmatch(number)
    return parts[1] + parts[2] if parts else number


def spellings(number: str, widths: Iterable[int] = WIDTHS) -> set[str]:
    """The number as it is, without zeros, and padded to these lengths."""
    parts = _PARTS.fullmatch(number)
    if parts is None:
        return {number}
    before, digits = parts[1], parts[2]
    return {number, before + digits, *(before + digits.zfill(width - len(before)) for width in widths)}
