"""«Чей это чек?»: receipts whose customer can't be told, and what a person answers, for all their revisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act
from loyalty.errors import NotFound
from loyalty.identity.circles import Circles
from loyalty.identity.deciding import Said
from loyalty.identity.finding import Owner, said_text
from loyalty.identity.learned import Learned
from loyalty.models import answers, customers, mentions, receipts
from loyalty.models.people import joined_root
from loyalty.sales import matching
from loyalty.sales.documents import CustomerRef
from loyalty.sales.which import Key

RECEIPT, RETURN = "receipt", "return"


class Open(NamedTuple):
    """A receipt that waits for an answer, and whose it may be."""

    id: int
    number: str
    shop: str
    at: datetime
    total: int
    said: Said
    may_be: list[int]


def given(session: Session, kind: str, keys: Sequence[Key]) -> dict[Key, Owner]:
    """Whose the documents of these numbers are, where a person has said so."""
    a, m, found = answers.c, mentions.c, dict[Key, Owner]()
    query = (
        select(a.number, a.shop, a.year, a.series, m.id, joined_root, a.customer_id)
        .outerjoin(customers, customers.c.id == a.customer_id)
        .outerjoin(mentions, and_(m.named_id == a.customer_id, m.name == ""))
        .where(a.kind == kind, db.among(session, a.number, {key.number for key in keys}))
        .order_by(a.id)  # the latest one counts
    )
    for number, shop, year, series, mention, root, own in session.connection().execute(query):
        if own is None:
            found.pop(Key(number, shop, year, series), None)
        else:
            found[Key(number, shop, year, series)] = Owner(mention, root, own)
    return found


def rename(session: Session, kind: str, was: Key, now: Key) -> None:
    """What was answered of a document holds by the shift, too, that is said of it later."""
    a = answers.c
    mine = (a.number == was.number, a.shop == was.shop, a.year == was.year, a.series == was.series)
    session.connection().execute(update(answers).where(a.kind == kind, *mine).values(series=now.series))


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
    before = _latest(session, row)
    said = before.mention_id if before and before.customer_id is not None else row.mention_id
    return _say(session, row, customer_id, said, mention, root, act)


def ask_again(session: Session, receipt_id: int, act: Act) -> Learned:
    """An answer was wrong: the receipt means again what it says itself. NotFound where nobody has answered."""
    db.one_at_a_time(session, db.INTAKE)
    row = session.get(models.Receipt, receipt_id)
    before = _latest(session, row) if row is not None and row.superseded_at is None else None
    if row is None or before is None or before.customer_id is None:
        raise NotFound("Этот ответ уже отменён. Обновите страницу")
    owner = None
    if before.mention_id is not None:
        mention = session.get_one(models.Mention, before.mention_id)
        said = Said(mention.card, mention.phone, mention.name)
        owner = Circles(session, said.signs).owner(said, row.day, act)
    return _say(session, row, None, before.mention_id, before.mention_id, owner, act)


def recent(session: Session, limit: int = 5) -> list[tuple[models.Receipt, int]]:
    """The receipts that a person has last answered for, and whose they are."""
    a, r, newest = answers.c, receipts.c, func.max(answers.c.id)
    last = select(newest).group_by(a.kind, a.number, a.shop, a.year, a.series)
    same = (a.number == r.number) & (a.shop == r.shop) & (a.year == r.year) & (a.series == r.series)
    query = (
        select(models.Receipt, a.customer_id)
        .join(answers, same & (a.kind == RECEIPT))
        .where(a.id.in_(last), a.customer_id.is_not(None), r.superseded_at.is_(None))
        .order_by(a.id.desc())
        .limit(limit)
    )
    return [(receipt, customer) for receipt, customer in session.execute(query)]


def _latest(session: Session, row: models.Receipt) -> models.Answer | None:
    a = answers.c
    query = select(models.Answer).where(
        a.kind == RECEIPT, a.number == row.number, a.shop == row.shop, a.year == row.year, a.series == row.series
    )
    return session.scalars(query.order_by(a.id.desc()).limit(1)).first()


def _say(
    session: Session,
    row: models.Receipt,
    customer_id: int | None,
    said: int | None,
    mention: int | None,
    owner: int | None,
    act: Act,
) -> Learned:
    """Keep an answer by the document's key, beside what the document says, and let the receipt follow."""
    session.add(
        models.Answer(
            kind=RECEIPT, number=row.number, shop=row.shop, year=row.year, series=row.series,
            customer_id=customer_id, mention_id=said, act_id=act.id,
        )
    )  # fmt: skip
    learned = Learned(touched={who for who in (row.customer_id, owner) if who is not None})
    if owner is None:
        learned.loose.add(row.id or 0)
    row.mention_id, row.customer_id = mention, owner
    session.flush()
    moved = matching.match(session, [row.number])
    learned.touched |= moved.touched
    learned.loose |= moved.loose
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
