"""Who said something and when: every fact, version and revision names the act it came with."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from loyalty import db, models, settings


class Origin(StrEnum):
    """Where a fact comes from."""

    IMPORT = "import"
    TILL = "till"
    SCREEN = "screen"
    RULE = "rule"
    SITE = "site"  # the customer herself
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Act:
    """An act under way: its row's id and its time (UTC)."""

    id: int
    at: datetime
    origin: Origin
    today: date  # the shop's


def begin(session: Session, origin: Origin, *, person: str = "", import_id: int | None = None) -> Act:
    """Write down that somebody begins to say something; one for all that is said together."""
    if db.REHEARSING in session.info:  # it would end here, before anything was looked at
        return Act(0, settings.utc_now(), origin, settings.today(session))
    row = models.Act(at=settings.utc_now(), origin=origin.value, person=person, import_id=import_id)
    session.add(row)
    session.flush()
    assert row.id is not None
    return Act(row.id, row.at, origin, settings.today(session))
