"""Ready segments in a shop that was here before them."""

from loyalty import db
from loyalty.segments import ready


def run() -> list[str]:
    """Make those that are missing, once; their names. A glance where nothing is."""
    with db.reading() as session:
        if not ready.is_due(session):
            return []
    with db.writing() as session:
        return ready.add_missing(session)
