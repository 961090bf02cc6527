"""Which receipt a return belongs to: found anew whenever either of them arrives, so the order never matters."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session

from loyalty import db, models
from loyalty.models import mentions, products, receipt_lines, receipts, return_lines, returns

EARLY_DAYS = 31
"""So long before its receipt a return may be stamped (rules.md §3 names no end)."""


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


@dataclass(slots=True)
class Moved:
    """Whose returns may count otherwise now: customers, and receipts that are nobody's."""

    touched: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)

    def add(self, receipt_id: int | None, customer_id: int | None) -> None:
        if customer_id is not None:
            self.touched.add(customer_id)
        elif receipt_id is not None:
            self.loose.add(receipt_id)


def choose(basis: Basis, candidates: Iterable[Candidate]) -> Candidate | None:
    """The latest receipt with the number that isn't after the return, of the day said, in its shop if it's there.

    In another shop only where one shop alone has the number: goods are brought back to the nearest one. A return
    stamped before its receipt (rules.md §3) is known by the day it says.
    """
    fitting = [
        found
        for found in candidates
        if found.number == basis.number
        and (found.day <= basis.day if basis.receipt_on is None else found.day == basis.receipt_on)
    ]
    return max(_near(basis, fitting), key=lambda found: found.day, default=None)


def choose_later(basis: Basis, candidates: Iterable[Candidate], alike: set[int]) -> Candidate | None:
    """Where no receipt is before the return: the first soon after it, of the same customer or with all its goods.

    A return stamped early is rare, and numbers start anew each year: a receipt of next December is not of a return
    of this January.
    """
    last = basis.day + timedelta(days=EARLY_DAYS)
    fitting = [
        found for found in candidates if found.number == basis.number and found.day <= last and found.id in alike
    ]
    return min(_near(basis, fitting), key=lambda found: found.day, default=None)


def _near(basis: Basis, fitting: list[Candidate]) -> list[Candidate]:
    here = [found for found in fitting if found.shop == basis.shop]
    return here or (fitting if len({found.shop for found in fitting}) == 1 else [])


def candidates(session: Session, numbers: Iterable[str]) -> dict[str, list[Candidate]]:
    """Current receipts by number."""
    r, found = receipts.c, defaultdict(list)
    query = select(r.id, r.number, r.shop, r.day, r.customer_id).where(r.superseded_at.is_(None))
    named = db.among(session, r.number, {number for number in numbers if number})
    for row in session.connection().execute(query.where(named)):
        found[row.number].append(Candidate(*row))
    return found


def match(session: Session, numbers: Iterable[str]) -> Moved:
    """Match all returns that name one of these receipts; whose bonuses that may change."""
    r, moved, changes = returns.c, Moved(), []
    query = select(
        r.id, r.receipt_number, r.shop, r.day, r.receipt_on, r.receipt_id, r.amount, receipts.c.customer_id
    )
    query = query.outerjoin(receipts, receipts.c.id == r.receipt_id).where(r.superseded_at.is_(None))
    named = db.among(session, r.receipt_number, {number for number in numbers if number})
    waiting = session.connection().execute(query.where(named)).all()
    found = candidates(session, {row.receipt_number for row in waiting})
    for id_, number, shop, day, receipt_on, was, amount, was_of in waiting:
        basis = Basis(number, shop, day, receipt_on)
        chosen = choose(basis, found[number])
        if chosen is None and receipt_on is None and found[number]:
            alike = _said_of_the_same(session, id_, found[number]) | _with_goods_of(session, id_, found[number])
            chosen = choose_later(basis, found[number], alike)
        moved.add(was, was_of)
        moved.add(chosen.id if chosen else None, chosen.customer_id if chosen else None)
        if was != (chosen.id if chosen else None):  # what counts of a matched one the ledger says
            changes.append((chosen.id if chosen else None, amount, id_))
    db.update(session, models.Return, ("receipt_id", "counted"), changes)
    return moved


def _said_of_the_same(session: Session, return_id: int, among: Iterable[Candidate]) -> set[int]:
    """Which of these receipts name their customer by a sign that the return names too, whoever that is."""
    signs = [mentions.c[name] for name in ("code", "card", "phone", "named_id")]
    query = select(*signs).join(returns, returns.c.mention_id == mentions.c.id).where(returns.c.id == return_id)
    said = session.connection().execute(query).first()
    same = [sign == value for sign, value in zip(signs, said or (), strict=False) if value is not None]
    if not same:
        return set()
    named = select(receipts.c.id).join(mentions, mentions.c.id == receipts.c.mention_id)
    ids = [one.id for one in among]
    return set(session.connection().scalars(named.where(receipts.c.id.in_(ids), or_(*same))))


def _with_goods_of(session: Session, return_id: int, among: Iterable[Candidate]) -> set[int]:
    """Which of these receipts have every article of a return."""
    p, line = products.c, receipt_lines.c
    back = select(p.article_id).join(return_lines, return_lines.c.product_id == p.id)
    wanted = set(session.connection().scalars(back.where(return_lines.c.return_id == return_id)))
    query = select(line.receipt_id, p.article_id).join(products, p.id == line.product_id)
    sold: dict[int, set[int]] = defaultdict(set)
    for receipt, article in session.connection().execute(
        query.where(line.receipt_id.in_([one.id for one in among]))
    ):
        sold[receipt].add(article)
    return {receipt for receipt, articles in sold.items() if wanted <= articles}


def unmatched(session: Session, act_id: int) -> int:
    """How many current returns of an act wait for their receipt."""
    r = returns.c
    query = select(func.count()).where(r.superseded_at.is_(None), r.receipt_id.is_(None), r.act_id == act_id)
    return session.connection().scalar(query) or 0
