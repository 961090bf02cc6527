"""Which of many customers are worth comparing, so that nobody is compared with everybody. Pure: no database.

Those who share a card, a phone, a birth date, an e-mail or a street, and those whose names are the same or a letter
apart. What too many share is a placeholder, or a frequent name, and tells nothing.
"""

import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple

from loyalty.identity.likeness import (
    TWO_PARTS,
    Person,
    Reason,
    day_for_month,
    one_letter_apart,
    reasons,
    spelt_both_ways,
    strength,
)

SHARED_BY_MOST = 5  # a phone or a card of more is a placeholder; a name of more tells nobody by itself
COMPARED_MOST = 50  # of those who share a birth date, an e-mail or a street and a word of the name

Name = tuple[str, ...]


class Alike(NamedTuple):
    """Two customers and why they may be one."""

    one: Person
    other: Person
    reasons: tuple[Reason, ...]


def alike(people: Iterable[Person]) -> list[Alike]:
    """All pairs that look like one person, the surest first, the smaller id first in each."""
    known = _without_placeholders(sorted(people, key=lambda person: person.id))
    seen: set[tuple[int, int]] = set()
    found: list[Alike] = []
    for group in chain(_by_signs(known), _by_support(known), _by_names(known)):
        for one, other in combinations(group, 2):
            pair = (one.id, other.id)
            if pair not in seen:
                seen.add(pair)
                if why := reasons(one, other):
                    found.append(Alike(one, other, why))
    return _surest_first(found, known)


def _surest_first(pairs: Iterable[Alike], people: Iterable[Person]) -> list[Alike]:
    """By reasons; for the same ones by how rare the names' rarest common word is."""
    bearers = Counter(part for person in people for part in person.parts)

    def place(pair: Alike) -> tuple[object, ...]:
        one, other, why = pair
        places = [strength(reason) for reason in why]
        rarest = min((bearers[part] for part in one.parts if part in other.parts), default=len(bearers))
        return places[0], -len(places), places, rarest, one.id, other.id

    return sorted(pairs, key=place)


def _without_placeholders(people: Sequence[Person]) -> list[Person]:
    """Cards and phones that too many have are nobody's."""
    cards = Counter(card for person in people for card in person.cards)
    phones = Counter(phone for person in people for phone in person.phones)
    return [
        person._replace(
            cards=frozenset(card for card in person.cards if 1 < cards[card] <= SHARED_BY_MOST),
            phones=frozenset(phone for phone in person.phones if 1 < phones[phone] <= SHARED_BY_MOST),
        )
        for person in people
    ]


def _groups(
    people: Iterable[Person], keys: Callable[[Person], Iterable[Hashable]], most: int | None = None
) -> Iterator[list[Person]]:
    """Those who share a key, if they are not too many."""
    found = defaultdict[Hashable, list[Person]](list)
    for person in people:
        for key in keys(person):
            found[key].append(person)
    return (group for group in found.values() if len(group) > 1 and (most is None or len(group) <= most))


def _by_signs(people: Sequence[Person]) -> Iterator[list[Person]]:
    yield from _groups(people, lambda person: person.cards)
    yield from _groups(people, lambda person: person.phones)


def _by_support(people: Sequence[Person]) -> Iterator[list[Person]]:
    """What supports likeness of names, and a word that names have in common."""
    for support in ("birth", "email", "street"):
        values = operator.attrgetter(support)
        for sharing in _groups(people, lambda person, of=values: filter(None, [of(person)])):  # type: ignore[misc]
            yield from _groups(sharing, lambda person: person.parts, COMPARED_MOST)


def _by_names(people: Sequence[Person]) -> Iterator[list[Person]]:
    """Names that mean something alone, and any name with birth dates that are nearly the same."""
    bearers = defaultdict[Name, list[Person]](list)
    for person in people:
        if len(person.parts) >= TWO_PARTS and not person.is_firm:
            bearers[person.parts].append(person)
    for group in bearers.values():
        if len(group) > 1:
            yield from _groups(group, _nearly_born, COMPARED_MOST)
    rare = {name: group for name, group in bearers.items() if len(group) <= SHARED_BY_MOST and group[0].is_whole}
    yield from (group for group in rare.values() if len(group) > 1)
    for one, other in _names_a_letter_apart(rare):
        if len(rare[one]) + len(rare[other]) <= SHARED_BY_MOST:
            yield sorted(rare[one] + rare[other], key=lambda person: person.id)


def _nearly_born(person: Person) -> Iterator[str]:
    """Keys that birth dates share which are the same but for a digit, or for their day and month swapped."""
    if day := person.birth:
        yield from (f"{day[:i]}?{day[i + 1 :]}" for i in range(len(day)) if day[i] != "-")
        yield min(day, day_for_month(day))


def _names_a_letter_apart(names: Collection[Name]) -> Iterator[tuple[Name, Name]]:
    """Pairs of names that differ by a letter of one word, each pair once."""
    near = _words_a_letter_apart(Counter(word for name in names for word in name))
    for name in names:
        for word in name:
            for another in near.get(word, ()):
                other = tuple(sorted({*name, another} - {word}))
                if name < other and other in names:
                    yield name, other


def _words_a_letter_apart(words: Mapping[str, int]) -> dict[str, list[str]]:
    """Of each word those that differ by a letter: they share what is left when one letter is taken away.

    Two that are both in many names are two words, Фёдоров and Федотов, unless both spell one: Юрьевна, Юриевна.
    """
    sharing = defaultdict[str, list[str]](list)
    for word in words:
        for rest in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
            sharing[rest].append(word)
    near = defaultdict[str, list[str]](list)
    for one, other in {pair for some in sharing.values() for pair in combinations(sorted(some), 2)}:
        is_rare = min(words[one], words[other]) <= SHARED_BY_MOST
        if (is_rare or spelt_both_ways(one, other)) and one_letter_apart(one, other):
            near[one].append(other)
            near[other].append(one)
    return near
