"""Who may be written to at all: how many agreed, refused, were never asked; by channel."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.customers import consents
from loyalty.models import customers
from loyalty.models.people import is_herself


class Agreed(NamedTuple):
    """Customers by their latest word of a channel."""

    channel: str
    agreed: int
    refused: int
    not_asked: int


def load(session: Session) -> list[Agreed]:
    """Every channel."""
    everybody = session.connection().scalar(select(func.count()).select_from(customers).where(is_herself)) or 0
    found = []
    for channel in consents.CHANNELS:
        agreed, refused = (_count(session, channel, is_given=given) for given in (True, False))
        found.append(Agreed(channel, agreed, refused, everybody - agreed - refused))
    return found


def _count(session: Session, channel: str, *, is_given: bool) -> int:
    said = consents.said(is_given=is_given, channel=channel).subquery()
    return session.connection().scalar(select(func.count()).select_from(said)) or 0
