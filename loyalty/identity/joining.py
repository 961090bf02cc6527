"""One person who came as two: joined, so that receipts, bonuses and cards are one; and undone exactly (C5).

Documents keep whom they name, gifts whom they were given to. Joining only says that one customer is another, so
undoing it needs no memory of what was where, whatever was bought since.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act, Origin, begin
from loyalty.identity.learned import Learned
from loyalty.models import acts, customers, grants, joins, mentions, receipts, returns
from loyalty.models.people import joined_root
from loyalty.sales import matching

c, j = customers.c, joins.c


def family(session: Session, id_: int) -> list[int]:
    """A customer and all who were joined to her."""
    rows = session.connection().scalars(select(c.id).where((c.id == id_) | (c.joined_to == id_)).order_by(c.id))
    return list(rows)


def join(session: Session, gone: int, into: int, act: Act, learned: Learned) -> None:
    """`gone` is the customer `into` from now on; both are those they were joined to already."""
    gone, into = root_of(session, gone), root_of(session, into)
    assert gone != into
    session.add(models.Join(gone_id=gone, into_id=into, act_id=act.id))
    session.flush()
    _now_are(session, family(session, gone), into, learned)


def rule_says(session: Session, id_: int, into: int | None, act: Act, learned: Learned) -> None:
    """A stranger is the customer `into` by rule, or somebody of her own; one whom a person joined stays."""
    target = id_ if into in (None, id_) else root_of(session, into)
    query = select(j.id, acts.c.origin).join(acts, acts.c.id == j.act_id)
    for join_id, origin in session.execute(query.where(j.gone_id == id_, j.undone_act_id.is_(None))).all():
        if origin != Origin.RULE or target == root_of(session, id_) != id_:
            return
        undo(session, join_id, act, learned)
    if root_of(session, id_) != target:
        join(session, id_, target, begin(session, Origin.RULE), learned)


def undo(session: Session, join_id: int, act: Act, learned: Learned) -> tuple[int, int]:
    """Two customers again, each with what names her; (who had gone, to whom)."""
    row = session.get_one(models.Join, join_id)
    row.undone_act_id = act.id
    session.flush()
    _now_are(session, [row.gone_id, *below(session, row.gone_id)], row.gone_id, learned)
    return row.gone_id, row.into_id


def below(session: Session, id_: int) -> list[int]:
    """Everybody joined to a customer, however far."""
    found, ahead = list[int](), [id_]
    while ahead:
        query = select(j.gone_id).where(j.into_id.in_(ahead), j.undone_act_id.is_(None))
        ahead = list(session.connection().scalars(query))
        found += ahead
    return found


def root_of(session: Session, id_: int) -> int:
    """The customer that a customer is: herself, or whom she was joined to."""
    found: int = session.connection().execute(select(joined_root).where(c.id == id_)).scalar_one()
    return found


def _now_are(session: Session, ids: Sequence[int], root: int, learned: Learned) -> None:
    """These customers are `root`; what is theirs follows."""
    learned.touched |= {*ids, root, *session.connection().scalars(select(joined_root).where(c.id.in_(ids)))}
    change = update(customers).where(c.id.in_(ids))
    session.connection().execute(change.where(c.id != root).values(joined_to=root))
    session.connection().execute(update(customers).where(c.id == root).values(joined_to=None))
    session.connection().execute(update(grants).where(grants.c.given_to.in_(ids)).values(customer_id=root))
    named = session.connection().scalars(select(mentions.c.id).where(mentions.c.customer_id.in_(ids))).all()
    documents_follow(session, named, learned)
    session.expire_all()


def documents_follow(session: Session, mention_ids: Sequence[int], learned: Learned) -> None:
    """Receipts and returns are of whomever their mention means now; returns may find another receipt."""
    m = mentions.c
    whom = select(joined_root).join(mentions, m.customer_id == c.id)
    for some in db.chunks(sorted(mention_ids)):
        r = receipts.c
        moved = select(r.id, r.customer_id, joined_root).join(mentions, m.id == r.mention_id)
        moved = moved.outerjoin(customers, c.id == m.customer_id).where(r.mention_id.in_(some))
        for id_, was, now in session.connection().execute(moved):
            if was != now:
                learned.touched |= {who for who in (was, now) if who is not None}
                if now is None:
                    learned.loose.add(id_)
        for table in (receipts, returns):
            owner = whom.where(m.id == table.c.mention_id).scalar_subquery()
            session.connection().execute(
                update(table).where(table.c.mention_id.in_(some)).values(customer_id=owner)
            )
    returns_follow(session, mention_ids, learned)


def returns_follow(session: Session, mention_ids: Iterable[int], learned: Learned) -> None:
    """Whom returns and receipts mean decides which belong together."""
    moved = matching.follow(session, mention_ids)
    learned.touched |= moved.touched
    learned.loose |= moved.loose


def standing(session: Session, customer_id: int) -> Iterable[models.Join]:
    """The joins that a person may undo on a customer's card, the latest first."""
    ids = [customer_id, *below(session, customer_id)]
    query = select(models.Join).where(j.into_id.in_(ids), j.undone_act_id.is_(None)).order_by(j.id.desc())
    return session.scalars(query).all()
