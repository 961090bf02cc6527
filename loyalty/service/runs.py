"""The journal of what the worker does once a day: a job of a day is claimed by one, and finished with a summary."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from loyalty import settings
from loyalty.models import runs

ABANDONED_AFTER = timedelta(hours=1)


def is_due(session: Session, job: str, day: date, now: datetime) -> bool:
    """Whether nobody has done this job of the day or is at it: a glance that writes nothing."""
    query = select(runs.c.started_at, runs.c.finished_at).where(runs.c.job == job, runs.c.day == day)
    found = session.connection().execute(query).first()
    if found is None:
        return True
    started_at = found.started_at if found.started_at.tzinfo else found.started_at.replace(tzinfo=UTC)
    return found.finished_at is None and started_at < now - ABANDONED_AFTER


def claim(session: Session, job: str, day: date) -> int | None:
    """A new run of this job for this day, its id; None when somebody has it.

    On PostgreSQL the second to ask waits here for the first one's transaction; on SQLite for the write lock.
    """
    upsert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    fresh = upsert(runs).values(job=job, day=day, started_at=settings.utc_now(), summary="")
    fresh = fresh.on_conflict_do_nothing(index_elements=["job", "day"])
    found: int | None = session.connection().scalar(fresh.returning(runs.c.id))
    return found


def take_over(session: Session, job: str, day: date, now: datetime) -> int | None:
    """A run somebody began long ago and never finished, as if claimed anew; None when there is none."""
    mine = update(runs).where(
        runs.c.job == job,
        runs.c.day == day,
        runs.c.finished_at.is_(None),
        runs.c.started_at < now - ABANDONED_AFTER,
    )
    found: int | None = session.connection().scalar(mine.values(started_at=now).returning(runs.c.id))
    return found


def finish(session: Session, run_id: int, summary: str) -> None:
    """The run is done, and this is what it did."""
    done = update(runs).where(runs.c.id == run_id)
    session.connection().execute(done.values(finished_at=settings.utc_now(), summary=summary))


def fail(session: Session, run_id: int, why: str) -> None:
    """The run did not come to its end, and this is why; it is tried again later."""
    session.connection().execute(update(runs).where(runs.c.id == run_id).values(summary=why))
