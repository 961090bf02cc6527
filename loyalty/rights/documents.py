"""How documents called a customer who is to be forgotten: from now on by her number alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select, union_all, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.identity.finding import said_text
from loyalty.identity.forgotten import same_name
from loyalty.identity.registering import CARD, PHONE
from loyalty.models import answers, mentions, receipts, returns
from loyalty.sales.documents import CustomerRef

if TYPE_CHECKING:
    from loyalty.rights.erasing import Hers

m = mentions.c
NOTHING = and_(m.code.is_(None), m.card.is_(None), m.phone.is_(None), m.name == "")
"""A mention of a customer by her number alone."""


def forget_mentions(session: Session, hers: "Hers") -> Iterator[str]:
    """Her documents name her by number; what may still be somebody else's loses her name. What it was, in words."""
    mine = or_(m.customer_id.in_(hers.family), m.named_id.in_(hers.family))
    gone = list(session.connection().scalars(select(m.id).where(mine, ~NOTHING)))
    kept = _by_number(session, hers.root)
    documents = 0
    for table in (receipts, returns):
        t = table.c
        loose = and_(t.customer_id == hers.root, t.mention_id.is_not(None), t.mention_id != kept)
        loose &= t.mention_id.not_in(select(m.id).where(NOTHING))
        for where in (*(t.mention_id.in_(some) for some in db.chunks(gone)), loose):
            documents += session.connection().execute(update(table).where(where).values(mention_id=kept)).rowcount
    for some in db.chunks(gone):
        session.connection().execute(update(answers).where(answers.c.mention_id.in_(some)).values(mention_id=kept))
        session.connection().execute(delete(mentions).where(m.id.in_(some)))
    _forget_open(session, hers)
    if documents or gone:
        yield f"имя, телефон, карта и код в документах о покупках ({documents})"


def _by_number(session: Session, root: int) -> int:
    """The mention that names a customer by her number."""
    said = said_text(CustomerRef(id=root))
    found = session.connection().scalar(select(m.id).where(m.said == said))
    if found is None:
        row = models.Mention(said=said, named_id=root, customer_id=root)
        session.add(row)
        session.flush()
        found = row.id
    assert found is not None
    return found


def _forget_open(session: Session, hers: "Hers") -> None:
    """Documents of which nobody can tell whose they are: without what is hers alone, if anybody's at all."""
    signs, names = hers.signs | hers.shared, {same_name(name) for name in hers.names}
    cards = [value for kind, value in signs if kind == CARD]
    phones = [value for kind, value in signs if kind == PHONE]
    about = or_(db.among(session, m.card, cards), db.among(session, m.phone, phones))
    query = select(m.id, m.card, m.phone, m.name).where(about, m.code.is_(None), m.named_id.is_(None))
    for id_, card, phone, name in session.connection().execute(query).all():
        left = CustomerRef(
            None, None if (CARD, card) in hers.signs else card, None if (PHONE, phone) in hers.signs else phone,
            None if same_name(name) in names else name,
        )  # fmt: skip
        if left != CustomerRef(None, card, phone, name):
            _call(session, id_, left)


def _call(session: Session, id_: int, left: CustomerRef) -> None:
    """A mention says only this from now on; one that says the same already takes its place."""
    used = union_all(*(select(t.c.mention_id).where(t.c.mention_id == id_) for t in (receipts, returns, answers)))
    is_used = session.connection().scalar(used.limit(1)) is not None
    said = said_text(left)
    same = session.connection().scalar(select(m.id).where(m.said == said, m.id != id_))
    if is_used and same is None and (left.card or left.phone):
        values = {"said": said, "card": left.card, "phone": left.phone, "name": left.name or ""}
        session.connection().execute(update(mentions).where(m.id == id_).values(**values))
        return
    if is_used:  # nothing is left to know anybody by: a document of nobody
        for table in (receipts, returns, answers):
            moved = update(table).where(table.c.mention_id == id_).values(mention_id=same)
            session.connection().execute(moved)
    session.connection().execute(delete(mentions).where(m.id == id_))
