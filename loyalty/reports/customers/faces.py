"""A customer in a line: how screens that ask «кто это?» show whom they may mean, and find somebody by a word."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import wording
from loyalty.customers.names import Name, folded
from loyalty.models import customers
from loyalty.money import BasisPoints, Kopecks
from loyalty.reports.customers import listed

FOUND_MAX = 6
PHONE_ENDING, CARD_ENDING = len("45-67"), 4
c = customers.c


class Face(NamedTuple):
    """What tells one customer from another at a glance."""

    id: int
    name: str  # or what she is known by; never empty
    phone: str | None
    card: str | None
    code: str | None
    level: str
    rate: BasisPoints
    available: Kopecks
    last_purchase_on: date | None


def of(session: Session, ids: Iterable[int]) -> dict[int, Face]:
    """These customers, by id."""
    query = select(
        c.id, c.last_name, c.first_name, c.middle_name, c.phone, c.card, c.external_id, c.level, c.rate,
        c.available, c.last_purchase_on,
    )  # fmt: skip
    found = {}
    for row in session.connection().execute(query.where(c.id.in_(set(ids)))):
        called = name(Name(row.last_name, row.first_name, row.middle_name), row.phone, row.card, row.external_id)
        found[row.id] = Face(
            row.id, called, row.phone, row.card, row.external_id,
            row.level, row.rate, row.available, row.last_purchase_on,
        )  # fmt: skip
    return found


def name(known: Name, phone: str | None, card: str | None, code: str | None) -> str:
    """A customer's name, else what she is known by."""
    others = (wording.phone(phone), f"карта {card}" if card else "", f"код {code}" if code else "")
    return known.full or next(filter(None, others), "Без имени")


def told_apart(faces: Sequence[Face]) -> dict[int, str]:
    """Names by id, with what tells a namesake from the others: «Анна Иванова, …45-67»."""
    return {face.id: ", ".join(filter(None, (face.name, _own_sign(face, faces)))) for face in faces}


def _own_sign(face: Face, faces: Iterable[Face]) -> str:
    """The first sign that none of her namesakes has; empty where nobody is called so."""
    namesakes = [other for other in faces if other.id != face.id and _called_alike(face, other)]
    others = zip(*map(_signs, namesakes), strict=True)
    return next((mine for mine, theirs in zip(_signs(face), others, strict=False) if mine not in theirs), "")


def _called_alike(one: Face, other: Face) -> bool:
    return folded(one.name) == folded(other.name)


def _signs(face: Face) -> tuple[str, ...]:
    """What she has and lacks, the shortest first; the last one is nobody else's."""
    phone, card, code = wording.phone(face.phone), face.card, face.code
    return (
        f"…{phone[-PHONE_ENDING:]}" if phone else "без телефона",
        f"карта …{card[-CARD_ENDING:]}" if card else "без карты",
        f"код {code}" if code else "без кода",
        phone,
        f"карта {card}",
        f"№ {face.id}",
    )


def search(session: Session, words: str, today: date, without: Iterable[int] = ()) -> tuple[list[Face], int]:
    """Who is found by a name, a phone, a card or a code: the latest buyers first, and how many there are."""
    wanted, left_out = listed.Wanted(words=words), set(without)
    if not words.strip():
        return [], 0
    page = listed.page(
        session, wanted, today, sort="Посл. чек", descending=True, number=1, size=FOUND_MAX + len(left_out)
    )
    ids = [id_ for id_ in map(int, page.index) if id_ not in left_out]
    faces = of(session, ids)
    more = len(page) == FOUND_MAX + len(left_out)
    count = listed.count(session, wanted, today) - (len(page) - len(ids)) if more else len(ids)
    return [faces[id_] for id_ in ids[:FOUND_MAX]], count
