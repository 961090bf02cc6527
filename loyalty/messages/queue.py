"""The queue: a row of messages for everybody of an audience, and for every occurrence of a trigger."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from loyalty import db
from loyalty.models import Message


class Row(NamedTuple):
    """A message to be, or why there is none: with a `reason` (a key of messages.reasons) nothing will be sent.

    `due_at` and `stale_at` are UTC: not before, not after. `consent_id` is the consent that advertising relies on.
    """

    customer_id: int
    address: str
    channel: str
    is_advertising: bool
    campaign_id: int | None = None
    trigger_id: int | None = None
    occurrence: str = ""
    subject: str = ""
    text: str = ""
    parts: int = 0
    reason: str = ""
    due_at: datetime | None = None
    stale_at: datetime | None = None
    consent_id: int | None = None
    grant_id: int | None = None


_SET = ("status", "queued_at", "detail", "attempt", "gateway_id")


def put(session: Session, rows: Iterable[Row], now: datetime) -> None:
    """Write down who gets a message, and who does not and why; in bulk, and sent in the order of `rows`.

    One address a campaign and one occurrence of a trigger a customer: the database refuses a second one.
    """
    told = ((*row, "skipped" if row.reason else "queued", None if row.reason else now, "", 0, "") for row in rows)
    db.insert(session, Message, (*Row._fields, *_SET), told)
