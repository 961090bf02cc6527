"""Customers and whoever was joined to them, as a condition that both databases answer from an index."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session

from loyalty import db
from loyalty.models import customers

c = customers.c


def are(session: Session, ids: Iterable[int]) -> ColumnElement[bool]:
    """Rows of customers that are one of these: themselves, or joined to them."""
    wanted = list(ids)
    alone = and_(c.joined_to.is_(None), db.among(session, c.id, wanted))
    return or_(alone, db.among(session, c.joined_to, wanted))
