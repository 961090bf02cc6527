"""Names as people say them: «МАРИЯ» is Мария, a firm or «Клиент 123» is nobody's first name; pure.

A letter to the wrong name is worse than one without: what is not surely a name is none.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from loyalty.customers.names import is_firm, is_first_name, split_name

NAME_MAX = 40
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|ьич|кызы|оглы|улы)$", re.IGNORECASE)
_TURKIC = frozenset({"оглы", "кызы", "улы", "угли", "кизи"})
_LOW = _TURKIC | {"фон", "ван", "де", "дер", "ди", "да", "бен", "аль"}  # of surnames: in small letters
_SURNAME = re.compile(r"(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая|ой)|енко|ук|юк|ян|дзе|швили)$", re.IGNORECASE)
_FIRM = re.compile(
    r"\b(?:ООО|ОАО|АО|ПАО|ИП|ЗАО|АНО|ТСЖ|НКО|ГБУ|МБУ|ГУП|МУП|LLC|LTD|INC|GMBH)\b|[«»\"„“”]", re.IGNORECASE
)
_NOBODY = re.compile(
    r"(?:клиент|покупател|гост|неизвест|аноним|безымян|розни|населени|тест|частн|физлиц|юрлиц|лиц|нет|имя|фамили"
    r"|отчеств|карт|абонент|контакт|пользовател|сотрудни|менеджер|продав|кассир|админ|директор|бухгалтер|магазин|салон|сайт"
    r"|интернет|доставк|заказ|студи|фирм|компани|завод|школ|садик|организаци|предприяти|test|null|none|name|user"
    r"|client|customer|guest|unknown|admin)\w*$",
    re.IGNORECASE,
)
_VOWEL = re.compile(r"[аеёиоуыэюяaeiouyіїєў]", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
_ALIKE = str.maketrans("ABCEHKMOPTXaceopxyk", "АВСЕНКМОРТХасеорхук")  # Latin letters that look as Russian ones


class Spoken(NamedTuple):
    """What somebody is called; each is empty where it is not known for sure."""

    first: str = ""
    formal: str = ""  # with the patronymic where it is known
    last: str = ""


NOBODY = Spoken()


@lru_cache(maxsize=200_000)
def spoken(last: str, first: str, middle: str) -> Spoken:
    """«МЕДВЕДЕВА», «мария-анна», «ПЕТРОВНА» -> Мария-Анна, Мария-Анна Петровна, Медведева."""
    given = [_shown(part) for part in (last, first, middle)]
    whole = " ".join(part for part in given if part)
    if not whole or len(whole) > 3 * NAME_MAX or is_firm(whole.upper()) or _FIRM.search(whole):
        return NOBODY
    last, first, middle = (_once(part) for part in given)
    if is_first_name(last) and not is_first_name(first) and _SURNAME.search(first):  # in the wrong columns
        last, first = first, last
    if not first or len(first.split()) > 1:
        last, first, middle = _apart(last, first, middle)
    called = _given(first)
    surname = _surname(last)
    if not called:
        return Spoken(last=surname)
    patronymic = _patronymic(middle)
    return Spoken(called, f"{called} {patronymic}" if patronymic else called, surname if surname != called else "")


def _apart(last: str, first: str, middle: str) -> tuple[str, str, str]:
    """A whole name in one column; the first name is empty where it is not plain which word it is."""
    text = first or last
    found = split_name(text)
    words = text.split()
    is_plain = is_first_name(found.first) and sum(map(is_first_name, words)) == 1
    if found.first and (is_plain or _PATRONYMIC.search(found.middle)):
        return found.last or (last if first else ""), found.first, found.middle or middle
    return (last if first else text), "", ""


def _shown(text: str) -> str:
    """Without what is not seen, what stands in brackets, and signs at its ends."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if sign.isspace() else sign for sign in plain if unicodedata.category(sign) not in _NO_PART)
    return " ".join(word.strip(" .,;:!?*_+-'’") + ("." if _is_initial(word) else "")
                    for word in _BRACKETS.sub(" ", plain).split()).strip()  # fmt: skip


_NO_PART = frozenset({"Cf", "Cs", "Co", "Cn", "So", "Sk"})  # of a name: unseen signs, pictures


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"[^\W\d_]\.?(?:[^\W\d_]\.?)?", word) is not None and "." in word


def _once(text: str) -> str:
    """«Александр Александр» is one."""
    return " ".join(dict.fromkeys(word.casefold() for word in text.split())) if _is_doubled(text) else text


def _is_doubled(text: str) -> bool:
    words = [word.casefold() for word in text.split()]
    return len(set(words)) < len(words)


def _given(word: str) -> str:
    """A first name as it is written; empty where the word is none."""
    word = _russian(word)
    if not _WORD.fullmatch(word) or len(word) > NAME_MAX or len(set(word.casefold())) < 2:
        return ""
    if not _VOWEL.search(word) or _NOBODY.match(word) or _is_mixed(word):
        return ""
    return _written(word)


def _patronymic(text: str) -> str:
    words = [_russian(word) for word in text.split()]
    if not words or not all(map(_WORD.fullmatch, words)) or not _PATRONYMIC.search(words[-1]):
        return ""
    return " ".join(word.casefold() if word.casefold() in _TURKIC else _written(word) for word in words[:2])


def _surname(text: str) -> str:
    words = [_russian(word) for word in text.split()]
    if not words or len(text) > NAME_MAX or not all(map(_WORD.fullmatch, words)) or len(text) < 2:
        return ""
    if _NOBODY.match(words[0]) or not _VOWEL.search(text) or any(map(_is_mixed, words)):
        return ""
    return " ".join(word.casefold() if word.casefold() in _LOW else _written(word) for word in words)


def _written(word: str) -> str:
    """With capital letters where they belong; one that was typed with care stays as it was."""
    parts = re.split(r"([-'’])", word)
    if all(part[:1].isupper() and part[1:2].islower() for part in parts[::2]):
        return word
    return "".join(part[:1].upper() + part[1:].lower() for part in parts)


def _russian(word: str) -> str:
    """With Latin letters that look as Russian ones among Russian ones, it is a Russian word."""
    turned = word.translate(_ALIKE)
    if turned == word or _is_mixed(turned):
        return word
    is_russian = re.search(r"[а-яё]", turned, re.IGNORECASE) and not re.search(r"[a-z]", turned, re.IGNORECASE)
    return turned if is_russian and (_is_mixed(word) or is_first_name(turned)) else word


def _is_mixed(word: str) -> bool:
    """Of two alphabets."""
    return bool(re.search(r"[a-z]", word, re.IGNORECASE) and re.search(r"[а-яё]", word, re.IGNORECASE))
