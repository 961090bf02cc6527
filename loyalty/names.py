"""A person's name as one string, split into what letters and lists need."""

import re
from typing import NamedTuple

_PATRONYMIC = re.compile(r"(вич|ич|вна|чна|оглы|кызы|улы)$", re.IGNORECASE)


class Name(NamedTuple):
    """Last, first and middle name; empty where unknown."""

    last: str = ""
    first: str = ""
    middle: str = ""

    @property
    def full(self) -> str:
        """In the order of Russian lists: last, first, middle."""
        return " ".join(part for part in self if part)


def split_name(text: str) -> Name:
    """«Иванова Мария Сергеевна», «Мария Сергеевна Иванова», «Иванова Мария», «Мария»: told by the patronymic."""
    words = text.split()
    if len(words) <= 1:
        return Name(first=text.strip())
    at = next((i for i in range(1, min(len(words), 4)) if _PATRONYMIC.search(words[i])), None)
    if at == 1:
        return Name(" ".join(words[2:]), words[0], words[1])
    if at is None:
        return Name(words[0], " ".join(words[1:]))
    return Name(" ".join(words[: at - 1]), words[at - 1], " ".join(words[at:]))
