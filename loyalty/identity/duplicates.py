"""Customers who look like one person: by phone, card, name and birth date, likeness of names (C5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.customers.names import Name
from loyalty.identity import comparing
from loyalty.identity.likeness import Person, person
from loyalty.identity.registering import CARD, PHONE
from loyalty.models import acts, aparts, customers, identities, joins
from loyalty.models.people import joined_root


class Pair(NamedTuple):
    """Two customers, the smaller id first, and why they look alike, the strongest reason first, in Russian."""

    one: int
    other: int
    reasons: tuple[str, ...]


def find(session: Session) -> list[Pair]:
    """Pairs to ask about, the surest first; those whom a person called different are left out."""
    return not_apart(session, alike(session))


def alike(session: Session) -> list[Pair]:
    """Everybody who looks like somebody, the surest first; a second for 20,000 customers."""
    return [
        Pair(one.id, other.id, tuple(reason.value for reason in reasons))
        for one, other, reasons in comparing.alike(_people(session))
    ]


def not_apart(session: Session, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of them whom nobody called different."""
    different = _apart(session)
    return [pair for pair in pairs if (pair.one, pair.other) not in different]


def mark(session: Session) -> tuple[object, ...]:
    """Changes whenever somebody's name, sign or join does, and by nothing else: what `alike` may be kept under."""
    c, i, j = customers.c, identities.c, joins.c
    asked = (
        select(func.count(), func.max(c.updated_at)).select_from(customers),
        select(func.max(acts.c.id)).where(
            acts.c.at == select(func.max(c.updated_at)).scalar_subquery()
        ),  # one second
        select(func.count(), func.max(i.id), func.max(i.ended_act_id)).select_from(identities),
        select(func.max(j.id), func.max(j.undone_act_id)),
    )
    return tuple(value for query in asked for value in session.connection().execute(query).one())


def _people(session: Session) -> Iterator[Person]:
    """Everybody who stands for herself, with the cards and phones of those joined to her."""
    cards, phones = _signs(session, CARD), _signs(session, PHONE)
    c = customers.c
    columns = (c.last_name, c.first_name, c.middle_name, c.birth_date, c.sex, c.email, c.city, c.street)
    query = select(c.id, *columns).where(c.joined_to.is_(None))
    for id_, last, first, middle, born, sex, email, city, street in session.connection().execute(query):
        name, signs = Name(last, first, middle).full, (cards.get(id_, ()), phones.get(id_, ()))
        yield person(id_, name, born, sex, email, city, street, *signs)


def _signs(session: Session, kind: str) -> dict[int, set[str]]:
    """The cards or phones that customers have now."""
    i, found = identities.c, defaultdict[int, set[str]](set)
    query = select(joined_root, i.value).join(customers, customers.c.id == i.customer_id)
    for id_, value in session.connection().execute(query.where(i.kind == kind, i.until.is_(None))):
        found[id_].add(value)
    return found


def _apart(session: Session) -> set[tuple[int, int]]:
    """Whom a person called different; whoever was joined to one of them since is as different from the other."""
    one, other = customers.alias(), customers.alias()
    first, second = (func.coalesce(c.joined_to, c.id) for c in (one.c, other.c))
    query = select(first, second).select_from(aparts)
    query = query.join(one, one.c.id == aparts.c.one_id).join(other, other.c.id == aparts.c.other_id)
    return {(min(a, b), max(a, b)) for a, b in session.connection().execute(query)}
