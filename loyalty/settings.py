"""Where the product keeps its things, what day it is, and the few settings stored with the data."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import make_url
from sqlmodel import Session

from loyalty.errors import Problems, Refused
from loyalty.models import Setting

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_TIMEZONE = "Europe/Moscow"
NAME_MAX = 80  # letters of the shop's name


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


def shop_today(timezone: str = DEFAULT_TIMEZONE) -> date:
    """The shop's calendar day: LOYALTY_TODAY, or the clock's in the shop's zone (rules.md §1)."""
    if fixed := os.environ.get("LOYALTY_TODAY"):
        try:
            return date.fromisoformat(fixed)
        except ValueError:
            raise Refused(f"LOYALTY_TODAY — день вида 2026-03-14, а не «{fixed}»") from None
    return datetime.now(ZoneInfo(timezone)).date()


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
