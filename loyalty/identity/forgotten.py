"""Whose data were destroyed: documents that name her signs are of the nameless customer she left, and say nothing.

Signs are kept as keyed hashes. As everywhere a code decides alone, then a card, then a phone (rules.md §3); with a
code of its own a document is of somebody new.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, models
from loyalty.customers.names import parts_of
from loyalty.customers.suppression import hasher
from loyalty.errors import Refused
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.models import erasures, forgotten, identities
from loyalty.sales.documents import CustomerRef

NAMED = "named"  # a phone that others have as well, with her name
Said = tuple[CustomerRef | None, date]


def erased(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of the customers whose data were destroyed."""
    query = select(erasures.c.customer_id).where(db.among(session, erasures.c.customer_id, ids))
    return set(session.connection().scalars(query))


def refuse_erased(session: Session, *ids: int) -> None:
    """Refused where one of them was erased: who it was is not to be written down again."""
    if erased(session, ids):
        raise Refused("Данные этого клиента удалены по его просьбе: записать сюда ничего нельзя")


def masked(session: Session, documents: Sequence[Said]) -> Sequence[Said]:
    """The same documents; one of somebody forgotten names the customer that is left of her by id alone."""
    if session.connection().scalar(select(forgotten.c.hash).limit(1)) is None:
        return documents
    key, f = hasher(session), forgotten.c
    signs = {ref: _signs(ref) for ref in {ref for ref, _ in documents if ref}}
    keys = {sign: key(*sign) for some in signs.values() for sign in some}
    query = select(f.hash, f.customer_id).where(db.among(session, f.hash, keys.values()))
    known: dict[str, int] = {hash_: id_ for hash_, id_ in session.connection().execute(query)}  # noqa: C416
    hers = {sign: known[hash_] for sign, hash_ in keys.items() if hash_ in known}
    for phone in _taken(session, {sign[1] for sign in hers if sign[0] == PHONE}):
        del hers[PHONE, phone]
    whose = {ref: hers[sign] for ref, some in signs.items() for sign in some if sign in hers}
    return [(CustomerRef(id=whose[ref]) if ref in whose else ref, day) for ref, day in documents]


def _signs(ref: CustomerRef) -> list[tuple[str, ...]]:
    """What a document is known by: its code, else its card, else its phone, alone or with the name."""
    if ref.id is not None:
        return []
    if ref.code:
        return [(CODE, ref.code)]
    if ref.card:
        return [(CARD, ref.card)]
    named = [(NAMED, ref.phone, same_name(ref.name))] if ref.phone and ref.name else []
    return [(PHONE, ref.phone), *named] if ref.phone else []


def same_name(name: str) -> str:
    """A name whatever its order and letter case."""
    return " ".join(sorted(parts_of(name)))


def _taken(session: Session, phones: set[str]) -> set[str]:
    """Phones that are somebody else's by now."""
    i = identities.c
    query = select(i.value).where(i.kind == PHONE, i.until.is_(None), db.among(session, i.value, phones))
    return set(session.connection().scalars(query)) if phones else set()


def remember(session: Session, customer_id: int, signs: Iterable[tuple[str, ...]]) -> None:
    """These signs are a forgotten customer's: (kind, value), or (NAMED, phone, a name by `same_name`)."""
    key, f = hasher(session), forgotten.c
    hashes = {key(*sign) for sign in signs}
    known = set(session.connection().scalars(select(f.hash).where(db.among(session, f.hash, hashes))))
    rows = [(hash_, customer_id) for hash_ in sorted(hashes - known)]
    db.insert(session, models.Forgotten, ("hash", "customer_id"), rows)
