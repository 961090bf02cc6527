"""«Сегодня»: what asks for something to be done, counted as the lists behind it count."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session

from loyalty import settings
from loyalty.models import imports, receipts, relatives, runs
from loyalty.money import Kopecks
from loyalty.reports import history
from loyalty.reports import returns as returned
from loyalty.reports.customers import listed
from loyalty.reports.customers.filters import Filter
from loyalty.reports.customers.listed import Totals, Wanted
from loyalty.reports.history import TakenFile
from loyalty.sales import answers

STALE_AFTER_DAYS = 7
PUT_AWAY = "files_put_away"  # a setting: ids of files whose trouble the owner needs to see no more
PUT_AWAY_KEPT = 200
BURNS, BIRTHDAYS, RELATIVES = Filter("burns_week"), Filter("birthdays"), Filter("relatives")


class Sold(NamedTuple):
    """The latest day with sales."""

    day: date
    receipts: int
    amount: Kopecks

    def is_stale(self, today: date) -> bool:
        """Whether it is time to load the next file."""
        return self.day < today - timedelta(days=STALE_AFTER_DAYS)


class Today(NamedTuple):
    """What follows from sales and people alone: the same until somebody says something."""

    burns: Totals
    birthdays: int
    relatives: int
    waiting: returned.Total
    whose: int
    sold: Sold | None


class Copies(NamedTuple):
    """The day of the last backup, None before the first; why the latest was not made, empty if it was."""

    day: date | None
    failure: str


def load(session: Session, today: date) -> Today:
    """The rows of the day that are counted from sales and people."""
    any_relatives = session.connection().scalar(select(relatives.c.id).limit(1)) is not None
    return Today(
        burns=listed.totals(session, Wanted(filters=(BURNS,)), today),
        birthdays=listed.count(session, Wanted(filters=(BIRTHDAYS,)), today),
        relatives=listed.count(session, Wanted(filters=(RELATIVES,)), today) if any_relatives else 0,
        waiting=returned.total(session),
        whose=answers.count(session),
        sold=_sold(session, today),
    )


def _sold(session: Session, today: date) -> Sold | None:
    r = receipts.c
    known = (r.superseded_at.is_(None), r.day <= today)
    day = session.connection().scalar(select(func.max(r.day)).where(*known))
    if day is None:
        return None
    query = select(func.count(), func.sum(r.total)).where(r.superseded_at.is_(None), r.day == day)
    count, total = session.connection().execute(query).one()
    return Sold(day, count, int(total))


# --- Files ------------------------------------------------------------------------------------------------


def files(session: Session) -> list[TakenFile]:
    """Files with trouble, the newest first: refused, asked about and not answered, or with rejected rows.

    A file that was loaded by the same name since, and one that was put away, asks for nothing.
    """
    i, later = imports.c, imports.alias()
    loaded_since = select(later.c.id).where(
        later.c.file_name == i.file_name, later.c.id > i.id, later.c.status == "done"
    )
    wrong = or_(i.status == "failed", i.report["rejected"].as_integer() > 0)
    query = select(i.id).where(wrong, ~loaded_since.exists(), i.id.not_in(_put_away(session)))
    ids = session.connection().scalars(query).all()
    return [taken for taken in history.taken_files(session, ids) if not taken.answer] if ids else []


def put_away(session: Session, import_id: int) -> None:
    """The owner has seen what is wrong with a file: «Сегодня» shows it no more."""
    known = sorted({*_put_away(session), import_id})[-PUT_AWAY_KEPT:]
    settings.put(session, PUT_AWAY, " ".join(map(str, known)))


def _put_away(session: Session) -> list[int]:
    return [int(id_) for id_ in settings.get(session, PUT_AWAY).split()]


# --- Backups ----------------------------------------------------------------------------------------------


def copies(session: Session) -> Copies:
    """How the daily backups go."""
    run = runs.c
    of_copies = select(run.day, run.finished_at, run.summary).where(run.job == "backup").order_by(run.day.desc())
    latest = session.connection().execute(of_copies.limit(1)).first()
    done = session.connection().execute(of_copies.where(run.finished_at.is_not(None)).limit(1)).first()
    failed = latest is not None and latest.finished_at is None
    return Copies(done.day if done else None, latest.summary if latest and failed else "")


def copy_is_late(session: Session, made: Copies, today: date) -> bool:
    """Whether a day went by without a backup, of a shop that has had data for longer."""
    yesterday = today - timedelta(days=1)
    if made.day is not None:
        return made.day < yesterday
    first = session.connection().scalar(select(func.min(imports.c.queued_at)))
    return first is not None and settings.shop_time(session, first).date() < yesterday
