"""«Чей это чек?»: receipts whose customer can't be told, and what a person answers, for all their revisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act
from loyalty.customers.circles import Circles, Learned
from loyalty.customers.deciding import Said
from loyalty.customers.finding import Owner, said_text
from loyalty.errors import NotFound
from loyalty.models import answers, customers, mentions, receipts
from loyalty.models.people import joined_root
from loyalty.sales.documents import CustomerRef, Document, SaleDocument

RECEIPT, RETURN = "receipt", "return"
DocumentKey = tuple[str, str, int]


class Open(NamedTuple):
    """A receipt that waits for an answer, and whose it may be."""

    id: int
    number: str
    shop: str
    at: datetime
    total: int
    said: Said
    may_be: list[int]


def given(session: Session, documents: Sequence[Document]) -> dict[DocumentKey, Owner]:
    """Whose these documents are, where a person has said so."""
    kind = RECEIPT if documents and isinstance(documents[0], SaleDocument) else RETURN
    a, m, found = answers.c, mentions.c, dict[DocumentKey, Owner]()
    query = (
        select(a.number, a.shop, a.year, m.id, joined_root, a.customer_id)
        .outerjoin(customers, customers.c.id == a.customer_id)
        .outerjoin(mentions, and_(m.named_id == a.customer_id, m.name == ""))
        .where(a.kind == kind, db.among(session, a.number, {document.number for document in documents}))
        .order_by(a.id)  # the latest one counts
    )
    for number, shop, year, mention, root, own in session.connection().execute(query):
        if own is None:
            found.pop((number, shop, year), None)
        else:
            found[number, shop, year] = Owner(mention, root, own)
    return found


def waiting(session: Session, limit: int = 200, offset: int = 0) -> list[Open]:
    """Receipts that may be several customers', the latest first."""
    r, m = receipts.c, mentions.c
    query = (
        select(r.id, r.number, r.shop, r.at, r.total, m.card, m.phone, m.name)
        .join(mentions, m.id == r.mention_id)
        .where(r.superseded_at.is_(None), r.customer_id.is_(None))
        .order_by(r.at.desc(), r.id)
        .limit(limit)
        .offset(offset)
    )
    circles: dict[Said, Circles] = {}
    found = []
    for id_, number, shop, at, total, card, phone, name in session.connection().execute(query).all():
        said = Said(card, phone, name)
        if said not in circles:
            circles[said] = Circles(session, said.signs)
        may_be = circles[said].may_be(said, at.date())
        found.append(Open(id_, number, shop, at, total, said, may_be))
    return found


def count(session: Session, act_id: int | None = None) -> int:
    """How many receipts wait for an answer; only those of an act where it is given."""
    r = receipts.c
    query = select(func.count()).where(
        r.superseded_at.is_(None), r.customer_id.is_(None), r.mention_id.is_not(None)
    )
    return session.connection().scalar(query if act_id is None else query.where(r.act_id == act_id)) or 0


def answer(session: Session, receipt_id: int, customer_id: int, act: Act) -> Learned:
    """The receipt is this customer's: kept for all its revisions; the same again changes nothing. NotFound."""
    db.one_at_a_time(session, db.INTAKE)
    row = session.get(models.Receipt, receipt_id)
    if row is None or row.superseded_at is not None:
        raise NotFound("Этого чека больше нет: его заменили или отменили. Обновите страницу")
    if session.get(models.Customer, customer_id) is None:
        raise NotFound("Такого клиента нет")
    root = session.connection().execute(select(joined_root).where(customers.c.id == customer_id)).scalar_one()
    mention = _mention_of(session, customer_id)
    if row.mention_id == mention:
        return Learned()
    session.add(
        models.Answer(
            kind=RECEIPT, number=row.number, shop=row.shop, year=row.year, customer_id=customer_id, act_id=act.id
        )
    )
    learned = Learned(touched={who for who in (row.customer_id, root) if who is not None})
    row.mention_id, row.customer_id = mention, root
    session.flush()
    return learned


def _mention_of(session: Session, customer_id: int) -> int:
    """The mention that means this customer and nobody else."""
    said = said_text(CustomerRef(id=customer_id))
    known = session.scalars(select(models.Mention).where(mentions.c.said == said)).first()
    if known is None:
        known = models.Mention(said=said, named_id=customer_id, customer_id=customer_id)
        session.add(known)
        session.flush()
    assert known.id is not None
    return known.id
