"""Which receipt a return belongs to: found anew whenever either of them arrives, so the order never matters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from loyalty import db
from loyalty.models import receipts, returns


class Basis(NamedTuple):
    """What a return says of its receipt."""

    number: str
    shop: str
    day: date  # the return's
    receipt_on: date | None  # the receipt's, where the return says it


class Candidate(NamedTuple):
    """A receipt with the number."""

    id: int
    number: str
    shop: str
    day: date
    customer_id: int | None


def choose(basis: Basis, candidates: Iterable[Candidate]) -> Candidate | None:
    """The latest receipt with the number that isn't after the return, of the day said, in its shop if it's there.

    In another shop only where one shop alone has the number: goods are brought back to the nearest one.
    """
    fitting = [
        found
        for found in candidates
        if found.number == basis.number and found.day <= basis.day and basis.receipt_on in (None, found.day)
    ]
    here = [found for found in fitting if found.shop == basis.shop]
    elsewhere = fitting if len({found.shop for found in fitting}) == 1 else []
    return max(here or elsewhere, key=lambda found: found.day, default=None)


def candidates(session: Session, numbers: Iterable[str]) -> dict[str, list[Candidate]]:
    """Current receipts by number."""
    r, found = receipts.c, defaultdict(list)
    query = select(r.id, r.number, r.shop, r.day, r.customer_id).where(r.superseded_at.is_(None))
    named = db.among(session, r.number, {number for number in numbers if number})
    for row in session.connection().execute(query.where(named)):
        found[row.number].append(Candidate(*row))
    return found


def match(session: Session, numbers: Sequence[str]) -> set[int]:
    """Match all returns that name one of these receipts; the customers whose bonuses that may change."""
    r, touched, changes = returns.c, set(), []
    query = select(r.id, r.receipt_number, r.shop, r.day, r.receipt_on, r.receipt_id, receipts.c.customer_id)
    query = query.outerjoin(receipts, receipts.c.id == r.receipt_id).where(r.superseded_at.is_(None))
    named = db.among(session, r.receipt_number, {number for number in numbers if number})
    waiting = session.connection().execute(query.where(named)).all()
    found = candidates(session, {row.receipt_number for row in waiting})
    for id_, number, shop, day, receipt_on, was, was_of in waiting:
        chosen = choose(Basis(number, shop, day, receipt_on), found[number])
        touched |= {was_of, chosen.customer_id if chosen else None}
        if was != (chosen.id if chosen else None):
            changes.append({"which": id_, "receipt": chosen.id if chosen else None})
    if changes:
        change = update(returns).where(r.id == bindparam("which")).values(receipt_id=bindparam("receipt"))
        session.connection().execute(change, changes)
    return {customer for customer in touched if customer is not None}


def unmatched(session: Session, import_id: int) -> int:
    """How many current returns of an import wait for their receipt."""
    r = returns.c
    query = select(func.count()).where(r.superseded_at.is_(None), r.receipt_id.is_(None), r.import_id == import_id)
    return session.connection().scalar(query) or 0
