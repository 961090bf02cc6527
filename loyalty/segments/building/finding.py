"""Conditions found by a word: criteria by their names, and what the shop has, already chosen."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session

from loyalty.models.facts import folded_goods
from loyalty.segments import offers
from loyalty.segments.criteria import CATALOGUE, Criterion
from loyalty.segments.criteria.messages import RECEIVED
from loyalty.segments.parameters import Source

OF_A_SOURCE = 3


class Found(NamedTuple):
    """What a click adds: the criterion with what it is told already; `customers` where that is counted."""

    title: str
    hint: str
    criterion: str
    said: Mapping[str, Any]
    customers: int | None = None


# What a name of the shop's is, the criterion it is chosen in, and under which key.
_CHOSEN = {
    Source.GROUPS: ("группа товаров", "bought", "groups"),
    Source.ARTICLES: ("товар", "bought", "articles"),
    Source.LEVELS: ("уровень", "level", "in"),
    Source.CITIES: ("город", "city", "in"),
    Source.PLACES: ("место продажи", "place", "in"),
    Source.SHOPS: ("магазин", "shop", "in"),
    Source.SOURCES: ("источник регистрации", "source", "in"),
    Source.SEGMENTS: ("сегмент", "segment", "name"),
    Source.CAMPAIGNS: ("рассылка", "campaign", "name"),
}


def by_room() -> dict[str, list[Criterion]]:
    """The whole catalogue by rooms, in the order it is offered."""
    rooms: dict[str, list[Criterion]] = {}
    for criterion in CATALOGUE.values():
        rooms.setdefault(criterion.room, []).append(criterion)
    return rooms


def found(session: Session, words: str) -> list[Found]:
    """Criteria whose name or other words have every word that was typed, then names of the shop's own."""
    stems = offers.stems_of(words)
    if not stems:
        return []
    titled = [one for one in CATALOGUE.values() if _begins(one.title, stems)]
    others = [one for one in CATALOGUE.values() if one not in titled and _begins(f"{one.title} {one.also}", stems)]
    return [*map(_criterion, titled), *_names(session, words), *map(_criterion, others)]


def _criterion(one: Criterion) -> Found:
    return Found(one.title, one.room, one.name, {})


def _begins(text: str, stems: list[str]) -> bool:
    """Every stem begins a word: «год» is not «пригодится»."""
    known = folded_goods(text).split()
    return all(any(word.startswith(stem) for word in known) for stem in stems)


def _names(session: Session, words: str) -> Iterator[Found]:
    for source, (hint, criterion, key) in _CHOSEN.items():
        for offer in offers.offers(session, source, words, limit=OF_A_SOURCE):
            said = {key: offer.name if key == "name" else [offer.name]}
            if source is Source.CAMPAIGNS:
                said["did"] = RECEIVED
            yield Found(offer.title, hint, criterion, said, offer.customers)
