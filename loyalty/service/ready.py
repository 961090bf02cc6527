"""Ready segments and triggers in a shop that was here before them."""

from sqlmodel import Session

from loyalty import db
from loyalty.messages.triggers import ready as triggers
from loyalty.segments import ready as segments


def run() -> list[str]:
    """Make those that are missing, once; their names. A glance where nothing is."""
    with db.reading() as session:
        if not (segments.is_due(session) or triggers.is_due(session)):
            return []
    with db.writing() as session:
        return add_missing(session)


def add_missing(session: Session) -> list[str]:
    """What a shop begins with, as far as it was never made here; the names."""
    return [*segments.add_missing(session), *triggers.add_missing(session)]
