"""Segments: questions that are kept, and who answered them when."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from loyalty.models.columns import IDS_ONCE, table

INSIDE, PAST = text("left_at IS NULL"), text("left_at IS NOT NULL")


class Segment(SQLModel, table=True):
    """A named question about customers, kept up to date (segments.membership)."""

    __tablename__ = "segments"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    question: str  # segments.tree as JSON
    is_ready_made: bool = False  # made at the first start, until somebody edits it
    changed_at: datetime  # UTC; the question's, by a person
    refreshed_at: datetime | None = None  # UTC, by the product's clock
    trouble: str = ""  # why it could not be refreshed: a sentence; what it has stays as it was
    act_id: int = Field(foreign_key="acts.id")


class Membership(SQLModel, table=True):
    """A customer's stay in a segment, by the product's clock (UTC); `left_at` null while she is in it.

    A passage that nobody caused but time and facts is an event; one by an edit of the question is not.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "memberships_now",
            "segment_id",
            "customer_id",
            unique=True,
            sqlite_where=INSIDE,
            postgresql_where=INSIDE,
        ),
        Index("memberships_entered", "segment_id", "entered_at"),
        Index("memberships_left", "segment_id", "left_at", sqlite_where=PAST, postgresql_where=PAST),
        Index("memberships_past", "customer_id", sqlite_where=PAST, postgresql_where=PAST),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    segment_id: int = Field(foreign_key="segments.id")
    customer_id: int = Field(foreign_key="customers.id")
    entered_at: datetime
    entering_is_event: bool
    left_at: datetime | None = None
    leaving_is_event: bool = False


class Crowd(SQLModel, table=True):
    """Who is in a segment now, a bit a customer's id: what its open stays say, to be read at once.

    Written together with them by segments.crowds; where there is none the stays are read.
    """

    __tablename__ = "crowds"

    segment_id: int = Field(foreign_key="segments.id", primary_key=True)
    bits: bytes


segments = table(Segment)
memberships = table(Membership)
crowds = table(Crowd)
