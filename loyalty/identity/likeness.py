"""Do two customers look like one person, and why: by card, phone, name, birth date, e-mail and street (C5).

Pure: no database. Names are compared as sets of words, ё as е, so swapped parts are the same name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from typing import NamedTuple

from rapidfuzz.distance import OSA

from loyalty.customers.names import folded, is_firm, is_first_name, parts_of

SHORTEST_MISSPELT = 3  # letters; in shorter words one letter is another word
WHOLE_NAME = 3  # last, first and middle name: enough to mean something alone
TWO_PARTS = 2  # enough with a birth date, an e-mail or a street
_KIND_OF_PLACE = re.compile(
    r"(?:г|гор|город|ул|улица|пр|пр-т|пр-кт|просп|проспект|пер|переулок|ш|шоссе|б-р|бульвар)"
)
_SHOWS_SEX = re.compile(r"(?:ич|[вчш]на|[ое]ва?|[иы]на?|[сц]кий|[сц]кая|кызы|оглы)$")


class Reason(Enum):
    """Why two customers may be one, as an owner reads it; the strongest first."""

    CARD = "одна карта"
    PHONE_AND_NAME = "один телефон и одно имя"
    PHONE_AND_LIKE_NAMES = "один телефон и похожие имена"
    PHONE_AND_BIRTH_DATE = "один телефон и день рождения"
    PHONE = "один телефон"
    NAME_AND_BIRTH_DATE = "имя и день рождения"
    LIKE_NAMES_AND_BIRTH_DATE = "похожие имена и один день рождения"
    NAME_AND_EMAIL = "похожие имена и одна почта"
    NAME_AND_STREET = "похожие имена и одна улица"
    WHOLE_NAME = "фамилия, имя и отчество"
    LIKE_WHOLE_NAMES = "похожие имена: разница в одной букве"
    NAME = "одно имя"
    BIRTH_DATE = "один день рождения"
    SWAPPED_BIRTH_DATE = "в дне рождения переставлены день и месяц"
    MISTYPED_BIRTH_DATE = "день рождения отличается одной цифрой"


Dates = AbstractSet[Reason]
"""What birth dates say for it."""

_STRENGTH = {reason: place for place, reason in enumerate(Reason)}


class Person(NamedTuple):
    """A customer as she is compared; empty where unknown."""

    id: int
    parts: tuple[str, ...]  # the words of her name, each once, in the order of the alphabet
    is_firm: bool = False
    birth: str = ""  # YYYY-MM-DD
    sex: str = ""
    email: str = ""
    street: str = ""  # with its city
    cards: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether last, first and middle name are known, none as an initial."""
        return not self.is_firm and len(self.parts) >= WHOLE_NAME and all(len(part) > 1 for part in self.parts)


class Likeness(NamedTuple):
    """How two names that may be one person's agree."""

    parts: int  # of the shorter name: all of them
    exact: int  # of these letter for letter
    is_same: bool  # and nothing is left over


def person(
    id_: int,
    name: str = "",
    birth_date: date | None = None,
    sex: str | None = None,
    email: str | None = None,
    city: str | None = None,
    street: str | None = None,
    cards: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> Person:
    """A customer ready to be compared."""
    return Person(
        id_,
        tuple(sorted(set(parts_of(name)))),
        is_firm(name),
        birth_date.isoformat() if birth_date else "",
        sex or "",
        folded(email or ""),
        f"{_plain(city)}, {_plain(street)}" if city and street else "",
        frozenset(cards),
        frozenset(phones),
    )


def _plain(address: str) -> str:
    """A city or a street without the words for what it is."""
    found = re.findall(r"[\w-]+", folded(address))
    return " ".join(word for word in found if not _KIND_OF_PLACE.fullmatch(word))


def reasons(one: Person, other: Person) -> tuple[Reason, ...]:
    """Why they may be one person, the strongest first; nothing: they may not, or nothing says so."""
    if one.is_firm or other.is_firm:
        is_one = one.is_firm and other.is_firm and one.parts == other.parts and one.phones & other.phones
        return (Reason.PHONE_AND_NAME,) if is_one else ()
    dates = _dates(one.birth, other.birth)
    if dates is None or (one.sex and other.sex and one.sex != other.sex):
        return ()
    like = likeness(one.parts, other.parts)
    found = {*_by_signs(one, other, like, dates)}
    if like and like.parts >= TWO_PARTS and like.exact:
        found |= _by_names(one, other, like, dates) or _by_names_alone(one, other, like, found | dates)
    if found and not found & {Reason.NAME_AND_BIRTH_DATE, Reason.LIKE_NAMES_AND_BIRTH_DATE}:
        found |= dates - ({Reason.BIRTH_DATE} if Reason.PHONE_AND_BIRTH_DATE in found else set())
    return tuple(sorted(found, key=strength))


def strength(reason: Reason) -> int:
    """The place of a reason among all: 0 is the strongest."""
    return _STRENGTH[reason]


def _by_signs(one: Person, other: Person, like: Likeness | None, dates: Dates) -> Iterator[Reason]:
    if one.cards & other.cards:
        yield Reason.CARD
    if not one.phones & other.phones:
        return
    if like:
        yield Reason.PHONE_AND_NAME if like.is_same else Reason.PHONE_AND_LIKE_NAMES
    elif not (one.parts and other.parts):
        yield Reason.PHONE
    elif Reason.BIRTH_DATE in dates and any(is_first_name(part) for part in {*one.parts} & {*other.parts}):
        yield Reason.PHONE_AND_BIRTH_DATE  # she married: another surname


def _by_names(one: Person, other: Person, like: Likeness, dates: Dates) -> set[Reason]:
    """Names that are alike, supported by what isn't hers alone."""
    found = set()
    if Reason.BIRTH_DATE in dates:
        found.add(Reason.NAME_AND_BIRTH_DATE if like.is_same else Reason.LIKE_NAMES_AND_BIRTH_DATE)
    if one.email and one.email == other.email:
        found.add(Reason.NAME_AND_EMAIL)
    if one.street and one.street == other.street:
        found.add(Reason.NAME_AND_STREET)
    return found


def _by_names_alone(one: Person, other: Person, like: Likeness, known: AbstractSet[Reason]) -> set[Reason]:
    """Names that are whole mean something alone; others that are the same, beside something else that is known."""
    if known & {Reason.PHONE_AND_NAME, Reason.PHONE_AND_LIKE_NAMES}:
        return set()  # said already
    if one.is_whole and other.is_whole and len(one.parts) == len(other.parts):
        return {Reason.WHOLE_NAME if like.is_same else Reason.LIKE_WHOLE_NAMES}
    return {Reason.NAME} if like.is_same and known else set()


def _dates(one: str, other: str) -> Dates | None:
    """What two birth dates say for it; None: they differ."""
    if not one or not other:
        return frozenset()
    if one == other:
        return frozenset({Reason.BIRTH_DATE})
    if one == day_for_month(other):
        return frozenset({Reason.SWAPPED_BIRTH_DATE})
    digits = sum(a != b for a, b in zip(one, other, strict=True))
    return frozenset({Reason.MISTYPED_BIRTH_DATE}) if digits == 1 else None


def day_for_month(day: str) -> str:
    """YYYY-MM-DD with its day and month swapped."""
    return f"{day[:4]}-{day[8:]}-{day[5:7]}"


def likeness(one: Sequence[str], other: Sequence[str]) -> Likeness | None:
    """How names agree, if all of the shorter is in the longer: whole, as an initial, or one of them misspelt."""
    shorter, longer = sorted((one, other), key=len)
    exact = [part for part in shorter if part in longer]
    rest = [part for part in shorter if part not in exact]
    left = [part for part in longer if part not in exact]
    if sum(len(part) > 1 for part in rest) > 1 and all(len(part) > 1 for part in left):
        return None  # two words that are neither there nor initials: most comparisons end here
    misspelt = 0
    for part in rest:
        found = next((known for known in left if _is_initial(part, known)), None)
        if found is None:
            misspelt += 1
            found = next((known for known in left if _is_misspelt(part, known, exact)), None)
        if found is None or misspelt > 1:
            return None
        left.remove(found)
    letters_agree = sum(len(part) > 1 for part in exact)
    if not letters_agree + misspelt:
        return None
    return Likeness(len(shorter), letters_agree, len(exact) == len(longer))


def _is_initial(one: str, other: str) -> bool:
    return 1 in (len(one), len(other)) and one[0] == other[0]


def _is_misspelt(one: str, other: str, agreed: Iterable[str]) -> bool:
    """One letter is wrong; the one that tells a man from a woman only where the rest of the name tells that too."""
    if not one_letter_apart(one, other):
        return False
    return not _differ_by_sex(one, other) or any(_SHOWS_SEX.search(p) or is_first_name(p) for p in agreed)


def one_letter_apart(one: str, other: str) -> bool:
    """A letter more, less, another or two swapped, and they aren't two names in their own right: Анна, Инна."""
    if min(len(one), len(other)) < SHORTEST_MISSPELT or OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    if is_first_name(one) and is_first_name(other):
        return _differ_by_sex(one, other) or spelt_both_ways(one, other)
    return True


def spelt_both_ways(one: str, other: str) -> bool:
    """Софья and София, Юрьевна and Юриевна."""
    return one.replace("ь", "и") == other.replace("ь", "и")


def _differ_by_sex(one: str, other: str) -> bool:
    """Орлов and Орлова, Евгений and Евгения."""
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter + "а" or (one[:-1] == other[:-1] and {one[-1], other[-1]} == {"й", "я"})
