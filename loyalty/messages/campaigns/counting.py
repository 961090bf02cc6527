"""How many messages of a campaign stand where."""

from collections import Counter

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.models import messages

m = messages.c


def counted(session: Session, id_: int) -> tuple[Counter[str], Counter[str]]:
    """Messages of a campaign by status, and by the reason why those that have one got nothing or may have not."""
    query = select(m.status, m.reason, func.count()).where(m.campaign_id == id_).group_by(m.status, m.reason)
    by_status, by_reason = Counter[str](), Counter[str]()
    for status, reason, count in session.connection().execute(query):
        by_status[status] += count
        if reason:
            by_reason[reason] += count
    return by_status, by_reason
