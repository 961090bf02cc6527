"""Who is in a segment now, as one value a segment: a million stays are read for a second, this is there at once.

It is what the open stays say, written in the transaction that writes them; where there is none they are read.
"""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from loyalty import db
from loyalty.engine.ledger import Difference
from loyalty.models import crowds, customers, memberships, segments
from loyalty.segments.evaluating import Mask
from loyalty.wording import number


def inside(session: Session, segment_id: int, size: int | None = None) -> Mask:
    """Who is in a segment, a place for every customer's id; `size`: of so many places, more than anybody's id."""
    bits = _kept(session, segment_id)
    return _by_stays(session, segment_id, size) if bits is None else _mask(bits, size)


def keep(session: Session, segment_id: int, mask: Mask) -> None:
    """Remember who is in it, where something else is remembered; whoever calls writes the stays."""
    bits = np.packbits(mask).tobytes()
    if _kept(session, segment_id) != bits:
        forget(session, segment_id)
        session.connection().execute(insert(crowds).values(segment_id=segment_id, bits=bits))


def forget(session: Session, segment_id: int | None = None) -> None:
    """Of a segment, or of all: read the stays from now on."""
    mine = [] if segment_id is None else [crowds.c.segment_id == segment_id]
    session.connection().execute(delete(crowds).where(*mine))


def check(session: Session) -> Iterator[Difference]:
    """Where what is remembered is not what the stays say."""
    size = (session.connection().scalar(select(func.max(customers.c.id))) or 0) + 1
    query = select(segments.c.id, segments.c.name).join_from(crowds, segments, segments.c.id == crowds.c.segment_id)
    for id_, name in session.connection().execute(query.order_by(segments.c.name)).all():
        kept, right = inside(session, id_, size), _by_stays(session, id_, size)
        if others := int(np.count_nonzero(kept ^ right)):
            what = f"состав сегмента «{name}», {number(others)} не те"
            yield Difference(None, what, *(number(int(one.sum())) for one in (kept, right)))


def mend(session: Session) -> None:
    """Remember what the stays say."""
    for (id_,) in session.connection().execute(select(segments.c.id)).all():
        keep(session, id_, _by_stays(session, id_))


def _kept(session: Session, segment_id: int) -> bytes | None:
    return session.connection().scalar(select(crowds.c.bits).where(crowds.c.segment_id == segment_id))


def _mask(bits: bytes, size: int | None) -> Mask:
    return np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=size).view(np.bool_)


def _by_stays(session: Session, segment_id: int, size: int | None = None) -> Mask:
    m = memberships.c
    ids = db.numbers(session, select(m.customer_id).where(m.segment_id == segment_id, m.left_at.is_(None)))
    found = np.zeros(int(ids.max(initial=-1)) + 1 if size is None else size, dtype=np.bool_)
    found[ids] = True
    return found
