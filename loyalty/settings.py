"""Where the product keeps its things, what day it is, and the few settings stored with the data."""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import make_url
from sqlmodel import Session

from loyalty.errors import Problems, Refused
from loyalty.models import Setting

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_TIMEZONE = "Europe/Moscow"
NAME_MAX = 80  # letters of the shop's name
FIRST_YEAR, LAST_YEAR = 1900, 2199  # of the product's clock: a century either way is still in the calendar


def database_url() -> str:
    """LOYALTY_DATABASE_URL, or loyalty.db beside app.py."""
    return os.environ.get("LOYALTY_DATABASE_URL") or f"sqlite:///{ROOT / 'loyalty.db'}"


def inbox() -> Path:
    """The watched folder: LOYALTY_INBOX, or inbox/ beside app.py."""
    return Path(os.environ.get("LOYALTY_INBOX") or ROOT / "inbox")


def files_dir() -> Path:
    """Where uploads wait and the worker leaves its pulse: beside the SQLite file, or in var/."""
    url = make_url(database_url())
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database).resolve()
        return path.with_name(path.stem + ".files")
    return ROOT / "var" / (url.database or "loyalty")


def utc_now() -> datetime:
    """Now in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def now(timezone: str = DEFAULT_TIMEZONE) -> datetime:
    """Now by the product's clock, in UTC to the second: LOYALTY_TODAY, from which it goes on, or the real one.

    A day alone is that day at the present time of day in the shop's zone.
    """
    fixed = os.environ.get("LOYALTY_TODAY")
    if not fixed:
        return utc_now()
    said, zone = _said_now(fixed), ZoneInfo(timezone)
    if isinstance(said, datetime):
        begun = said if said.tzinfo else said.replace(tzinfo=zone)
        began_s = _first_asked(fixed)
        return (begun.astimezone(UTC) + timedelta(seconds=monotonic() - began_s)).replace(microsecond=0)
    return datetime.combine(said, datetime.now(zone).time(), zone).astimezone(UTC).replace(microsecond=0)


def _said_now(fixed: str) -> date:
    """A day, or a moment (a datetime is a date)."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            said = read(fixed)
        except ValueError:
            continue
        if not FIRST_YEAR <= said.year <= LAST_YEAR:
            raise Refused(f"LOYALTY_TODAY — год от {FIRST_YEAR} до {LAST_YEAR}, а не «{fixed}»")
        return said
    raise Refused(f"LOYALTY_TODAY — день вида 2026-03-14 или момент вида 2026-03-14T10:30, а не «{fixed}»")


@cache
def _first_asked(_fixed: str) -> float:
    """From when on the clock goes on in this process, in seconds."""
    return monotonic()


def shop_today(timezone: str = DEFAULT_TIMEZONE) -> date:
    """The shop's calendar day by the product's clock (rules.md §1)."""
    return now(timezone).astimezone(ZoneInfo(timezone)).date()


def day_starts(day: date, timezone: str) -> datetime:
    """The moment a day begins in the shop, in UTC; the first day that can be written begins with the calendar."""
    try:
        return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def day_ends(day: date, timezone: str) -> datetime:
    """The moment the next day begins in the shop, in UTC; the last day that can be written never ends."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else day_starts(day + timedelta(days=1), timezone)


def get(session: Session, name: str, default: str = "") -> str:
    """A stored setting."""
    row = session.get(Setting, name)
    return row.value if row else default


def put(session: Session, name: str, value: str) -> None:
    """Store a setting."""
    session.merge(Setting(name=name, value=value))


def timezone(session: Session) -> str:
    """The shop's time zone."""
    return get(session, "timezone", DEFAULT_TIMEZONE)


def today(session: Session) -> date:
    """The shop's today."""
    return shop_today(timezone(session))


def shop_time(session: Session, at: datetime) -> datetime:
    """A moment as the shop's clock shows it, without a zone; a time without a zone is the shop's already."""
    return at if at.tzinfo is None else at.astimezone(ZoneInfo(timezone(session))).replace(tzinfo=None)


def shop_name(session: Session) -> str:
    """The shop's name, empty before the first start is done."""
    return get(session, "shop_name")


def name_shop(session: Session, name: str, zone: str) -> None:
    """Store the shop's name and time zone; Problems of «name» and «zone» where either can't be."""
    found = {}
    if not name.strip():
        found["name"] = "Напишите название магазина: его увидят сотрудники и клиенты"
    elif len(name) > NAME_MAX:
        found["name"] = f"Слишком длинно: помещается {NAME_MAX} знаков"
    if zone not in available_timezones():
        found["zone"] = f"Нет такого часового пояса: {zone}"
    if found:
        raise Problems(found)
    put(session, "shop_name", name.strip())
    put(session, "timezone", zone)
