"""Who is in a segment, or was on a day, as a condition of the list of customers."""

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from loyalty import settings
from loyalty.models import customers, memberships
from loyalty.reports.customers.listed import Wanted
from loyalty.reports.segments.page import inside

_c, _m = customers.c, memberships.c


def wanted(session: Session, segment_id: int, words: str = "", on: date | None = None) -> Wanted:
    """The list of members by a search; `on`: who was in it when that day began."""
    return Wanted(words, of=_c.id.in_(inside(segment_id)) if on is None else _on(session, segment_id, on))


def _on(session: Session, segment_id: int, day: date) -> ColumnElement[bool]:
    """What `membership.inside_on` gives, asked of the database together with all else."""
    start = settings.day_starts(day, settings.timezone(session))
    stayed = (_m.segment_id == segment_id, _m.entered_at <= start, _m.left_at.is_(None) | (_m.left_at > start))
    return _c.id.in_(select(_m.customer_id).where(*stayed))
