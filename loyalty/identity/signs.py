"""Codes, cards and phones of one person: several of each, replaced, passed on; what a person says of them."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import db
from loyalty.acts import Act, Origin
from loyalty.identity import roots
from loyalty.identity.circles import decide_again
from loyalty.identity.learned import Learned
from loyalty.identity.registering import CARD, PHONE, refresh_search, told_signs
from loyalty.models import Identity, Mention, acts, customers, identities, imports, mentions
from loyalty.models.people import joined_root

i, c = identities.c, customers.c


class Known(NamedTuple):
    """A sign of a customer: for which days, and who said it (a file's name, or an origin)."""

    id: int
    kind: str
    value: str
    since: date | None
    until: date | None
    origin: Origin
    file_name: str | None


def of(session: Session, customer_id: int) -> list[Known]:
    """All signs of a customer and of those joined to her, those that hold first."""
    query = (
        select(i.id, i.kind, i.value, i.since, i.until, acts.c.origin, imports.c.file_name)
        .join(customers, c.id == i.customer_id)
        .join(acts, acts.c.id == i.act_id)
        .outerjoin(imports, imports.c.id == acts.c.import_id)
        .where(roots.are(session, [customer_id]))
        .order_by(i.until.is_not(None), i.kind, i.value)
    )
    rows = session.connection().execute(query)
    return [Known(*row[:5], Origin(row.origin), row.file_name) for row in rows]


def holds(session: Session, customer_id: int, kind: str, value: str) -> bool:
    """Whether a sign is hers now, as a code or a person said."""
    query = (
        select(i.id).join(customers, c.id == i.customer_id).where(roots.are(session, [customer_id]), i.kind == kind)
    )
    told = query.where(i.kind == kind, i.value == value, i.until.is_(None), i.is_derived.is_(False))
    return session.connection().scalar(told.limit(1)) is not None


def others(session: Session, kind: str, value: str, customer_id: int) -> list[int]:
    """Other customers who have this sign now."""
    query = select(joined_root).join(identities, i.customer_id == c.id).where(i.kind == kind, i.value == value)
    found = session.connection().scalars(query.where(i.until.is_(None)).distinct())
    return sorted(set(found) - {customer_id})


def add(
    session: Session, customer_id: int, kind: str, value: str, act: Act, learned: Learned, since: date | None = None
) -> None:
    """A sign that a person says is hers, from a day on where it is said."""
    db.one_at_a_time(session, db.INTAKE)
    session.add(Identity(customer_id=customer_id, kind=kind, value=value, since=since, act_id=act.id))
    session.flush()
    _changed(session, customer_id, kind, value, act, learned)


def end(session: Session, customer_id: int, kind: str, value: str, until: date, act: Act, learned: Learned) -> None:
    """A sign that is hers no more from a day on; documents of the days before stay hers."""
    db.one_at_a_time(session, db.INTAKE)
    hers = select(c.id).where(roots.are(session, [customer_id]))
    query = update(identities).where(i.customer_id.in_(hers), i.kind == kind, i.value == value, i.until.is_(None))
    ended = query.values(until=until, is_derived=False, ended_act_id=act.id)
    if session.connection().execute(ended).rowcount:
        _changed(session, customer_id, kind, value, act, learned)


def replace(
    session: Session, customer_id: int, kind: str, was: str | None, now: str | None, act: Act, learned: Learned
) -> None:
    """Another phone, card or code: the old one is hers until today; an old code stays hers."""
    if was and kind in (CARD, PHONE):
        end(session, customer_id, kind, was, act.today, act, learned)
    if now:
        add(session, customer_id, kind, now, act, learned)


def call(session: Session, customer_id: int, name: str, act: Act, learned: Learned) -> None:
    """What a person says that she is called: it tells her from others of her phone, beside what documents say."""
    said = f"#{customer_id}\x1f{name}"
    if not name or session.scalars(select(mentions.c.id).where(mentions.c.said == said)).first():
        return
    session.add(Mention(said=said, name=name, named_id=customer_id, customer_id=customer_id))
    session.flush()
    decide_again(session, told_signs(session, [customer_id]), act, learned)


def _changed(session: Session, customer_id: int, kind: str, value: str, act: Act, learned: Learned) -> None:
    refresh_search(session, [customer_id])
    if kind in (CARD, PHONE):
        decide_again(session, {(kind, value)}, act, learned)


def others_with_phone(session: Session, customer_id: int) -> int:
    """How many other customers have her phone: a family may share one, a mistake looks the same."""
    phone = session.connection().scalar(select(c.phone).where(c.id == customer_id))
    return len(others(session, PHONE, phone, customer_id)) if phone else 0
