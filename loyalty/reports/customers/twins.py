"""«Двойники»: two customers side by side, and what becomes of their bonuses as one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.customers.names import Name
from loyalty.engine.facts import load_facts, load_programs
from loyalty.engine.figures import Balance, balance, purchases
from loyalty.engine.replay import replay
from loyalty.identity import roots
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.models import customers, identities, mentions, receipts
from loyalty.models.people import joined_root
from loyalty.money import BasisPoints, Kopecks
from loyalty.reports.customers import faces

c, i, m, r = customers.c, identities.c, mentions.c, receipts.c


class Side(NamedTuple):
    """One of two customers who look alike."""

    id: int
    name: str
    phones: list[str]
    cards: list[str]
    codes: list[str]
    birth_date: date | None
    email: str
    city: str
    street: str  # and the house
    registered_on: date | None
    turnover: Kopecks
    receipts_count: int
    last_purchase_on: date | None
    available: Kopecks
    pending: Kopecks
    debt: Kopecks


class Together(NamedTuple):
    """Two customers as one: her bonuses, her level, and receipts of either that wait for «чей это чек?»."""

    balance: Balance
    level: str
    rate: BasisPoints
    open_receipts: int


def sides(session: Session, ids: Iterable[int]) -> dict[int, Side]:
    """These customers as they are compared, by id."""
    wanted = set(ids)
    signs: dict[tuple[int, str], list[str]] = defaultdict(list)
    query = select(joined_root, i.kind, i.value).join(customers, c.id == i.customer_id)
    query = query.where(roots.are(session, wanted), i.until.is_(None)).order_by(i.value)
    for id_, kind, value in session.connection().execute(query.distinct()):
        signs[id_, kind].append(value)
    found = {}
    for row in session.connection().execute(select(customers).where(c.id.in_(wanted))):
        known = Name(row.last_name, row.first_name, row.middle_name)
        found[row.id] = Side(
            row.id,
            faces.name(known, row.phone, row.card, row.external_id),
            signs[row.id, PHONE],
            signs[row.id, CARD],
            signs[row.id, CODE],
            *(row.birth_date, row.email or "", row.city or "", ", ".join(filter(None, (row.street, row.house)))),
            *(row.registered_on, row.turnover, row.receipts_count),
            *(row.last_purchase_on, row.available, row.pending, row.debt),
        )
    return found


def together(session: Session, one: int, other: int, today: date) -> Together:
    """What the two would have as one customer, had they been so from the first day."""
    programs, facts = load_programs(session), load_facts(session, sorted((one, other)))
    ledger = replay([fact for some in facts.values() for fact in some], programs)
    bought = purchases(ledger, programs, today)
    return Together(
        balance(ledger.entries, today), bought.level, bought.rate, _open_receipts(session, (one, other))
    )


def _open_receipts(session: Session, ids: Iterable[int]) -> int:
    """Receipts that name a phone or a card of these customers and wait for an answer."""
    of_either = select(i.value).join(customers, c.id == i.customer_id).where(roots.are(session, ids))
    named = m.phone.in_(of_either.where(i.kind == PHONE)) | m.card.in_(of_either.where(i.kind == CARD))
    query = select(func.count()).join_from(receipts, mentions, m.id == r.mention_id)
    query = query.where(r.superseded_at.is_(None), r.customer_id.is_(None), named)
    return session.connection().scalar(query) or 0
