"""A person's name as one string, split into what letters and lists need."""

import re
from typing import NamedTuple

_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|ьич|кызы|оглы|улы)$", re.IGNORECASE)
_SURNAME = re.compile(
    r"(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая|ой)|ых|их|енко|ук|юк|ян|дзе|швили|ова|ева)$", re.IGNORECASE
)
_FIRST_NAMES = frozenset(
    """александр александра алексей алёна алина алиса алла анастасия анатолий андрей анна антон антонина артём арина
    борис вадим валентин валентина валерий валерия варвара василий вера вероника виктор виктория виталий владимир
    владислав вячеслав галина георгий глеб григорий дарья денис диана дмитрий евгений евгения егор екатерина елена
    елизавета жанна зинаида зоя иван игорь илья инна ирина кирилл константин кристина ксения лариса лев леонид лидия
    лилия любовь людмила максим маргарита марина мария матвей михаил надежда наталия наталья никита николай нина
    оксана олег ольга павел пётр полина раиса римма роман руслан светлана семён сергей софия софья станислав
    степан тамара татьяна тимофей ульяна фёдор юлия юрий яков яна ярослав
    геннадий карина лиана милана милена мирослава элина эльвира эльмира""".replace("ё", "е").split()
)
_ORGANISATION = re.compile(r"^(?:ООО|ОАО|АО|ПАО|ИП|ЗАО|АНО|ТСЖ)\b")


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
    """The patronymic's ending tells the order, else known first names; an organisation is a last name."""
    words = text.split()
    if not words or is_firm(text):
        return Name(text.strip())
    patronymic = next((i for i, word in enumerate(words) if i and _PATRONYMIC.search(word)), None)
    if patronymic == 1:  # Анна Петровна Иванова; a known name in second place: Петрович Иван
        if len(words) == 2 and is_first_name(words[1]):
            return Name(words[0], words[1])
        return Name(" ".join(words[2:]), words[0], words[1])
    if patronymic is not None:
        return Name(" ".join(words[: patronymic - 1]), words[patronymic - 1], " ".join(words[patronymic:]))
    if len(words) == 1:
        alone = words[0]
        return Name(first=alone) if is_first_name(alone) or not _SURNAME.search(alone) else Name(alone)
    if is_first_name(words[0]) and not is_first_name(words[1]):
        return Name(" ".join(words[1:]), words[0])
    if not is_first_name(words[1]) and _SURNAME.search(words[1]) and not _SURNAME.search(words[0]):
        return Name(" ".join(words[1:]), words[0])
    return Name(words[0], words[1], " ".join(words[2:]))


def is_first_name(word: str) -> bool:
    """Whether it is one of the frequent ones, in its full form."""
    return word.lower().replace("ё", "е") in _FIRST_NAMES


def is_firm(text: str) -> bool:
    """Whether a name begins as those of firms do."""
    return _ORGANISATION.match(text) is not None


def parts_of(name: str) -> list[str]:
    """The words of a name as comparisons take them; a double surname is two."""
    return re.findall(r"[^\W\d_]+", folded(name))


def folded(text: str) -> str:
    """Text as search and comparisons take it: lower case, ё as е."""
    return text.casefold().replace("ё", "е")
