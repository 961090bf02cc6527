"""A customer in a line: how screens that ask «кто это?» show whom they may mean, and find somebody by a word."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import wording
from loyalty.customers.names import Name
from loyalty.models import customers
from loyalty.money import BasisPoints, Kopecks
from loyalty.reports import customers as listed

FOUND_MAX = 6
c = customers.c


class Face(NamedTuple):
    """What tells one customer from another at a glance."""

    id: int
    name: str  # or what she is known by; never empty
    phone: str | None
    card: str | None
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
            row.id, called, row.phone, row.card, row.level, row.rate, row.available, row.last_purchase_on
        )
    return found


def name(known: Name, phone: str | None, card: str | None, code: str | None) -> str:
    """A customer's name, else what she is known by."""
    others = (wording.phone(phone), f"карта {card}" if card else "", f"код {code}" if code else "")
    return known.full or next(filter(None, others), "Без имени")


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
