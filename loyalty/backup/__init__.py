"""Copies of the whole database: made every day, checked, and put back with the present one kept aside."""

import os
import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL, make_url

from loyalty import db, settings
from loyalty.backup import postgres, sqlite
from loyalty.errors import LoyaltyError, NotFound
from loyalty.messages.sending import limits, queue
from loyalty.service import runs
from loyalty.wording import number

JOB = "backup"
DAYS_KEPT = 14
HELD = (
    "База восстановлена из копии: что было отправлено после неё, здесь не отмечено. "
    "Пока вы не разрешите, ничего не отправляется"
)
_NAME = re.compile(r"loyalty-(\d{4}-\d{2}-\d{2})-\d{6}(-\d+)?\.(db|dump)")


def folder() -> Path:
    """Where backups are kept when no other place is named."""
    return settings.files_dir() / "backups"


def make(where: Path | None = None, suffix: str = "") -> Path:
    """A checked copy of the database in a folder (ours when not said), named by the shop's clock; its path.

    The program may go on working meanwhile. The copy appears under its name only when it is whole.
    """
    url = make_url(settings.database_url())
    where = where or folder()
    where.mkdir(parents=True, exist_ok=True)
    kind, copy = (".db", sqlite.copy) if _is_sqlite(url) else (".dump", postgres.copy)
    with db.reading() as session:
        zone = settings.timezone(session)
    path = _free_name(where, f"loyalty-{datetime.now(ZoneInfo(zone)):%Y-%m-%d-%H%M%S}{suffix}", kind)
    part = path.with_name(f".{path.name}.part")
    try:
        copy(url, part)
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def restore(path: Path) -> Path | None:
    """Put a backup in the place of the present database; where the present one is kept, None if there was none.

    The backup is checked before anything is touched: LoyaltyError says what is wrong with it, or that the
    program is still at work on the database.
    """
    if not path.is_file():
        raise NotFound(f"Нет такого файла: {path}")
    url = make_url(settings.database_url())
    restored = (sqlite if _is_sqlite(url) else postgres).restore
    db.engine().dispose()  # our own idle connections are no reason to refuse
    kept: Path | None = restored(url, path, _set_aside)
    db.migrate()
    with db.writing() as session:
        if queue.has_plans(session):
            limits.hold(session, HELD)
    return kept


def _set_aside() -> Path:
    kept = make(suffix="-before-restore")
    db.engine().dispose()
    return kept


def daily(today: date) -> Path | None:
    """The day's own backup, and the old ones away; None where it is made, or somebody is making it."""
    now = settings.utc_now()
    with db.reading() as session:
        if not runs.is_due(session, JOB, today, now):
            return None
    with db.writing() as session:
        run = runs.claim(session, JOB, today) or runs.take_over(session, JOB, today, now)
    if run is None:
        return None
    try:
        path = make()
        prune(folder())
    except (LoyaltyError, OSError) as error:
        with db.writing() as session:
            runs.fail(session, run, f"Копия не сделана: {error}")
        raise
    size_kb = -(-path.stat().st_size // 1024)
    with db.writing() as session:
        runs.finish(session, run, f"Копия базы {path.name}, {number(size_kb)} КБ, проверена")
    return path


def prune(where: Path, days: int = DAYS_KEPT) -> None:
    """Keep the backups of the last days that have any; those put aside by a restore are kept always."""
    by_day: dict[str, list[Path]] = {}
    for path in where.iterdir():
        if found := _NAME.fullmatch(path.name):
            by_day.setdefault(found[1], []).append(path)
    for day in sorted(by_day, reverse=True)[days:]:
        for path in by_day[day]:
            path.unlink(missing_ok=True)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _free_name(where: Path, stem: str, kind: str) -> Path:
    path, count = where / f"{stem}{kind}", 1
    while path.exists():
        count += 1
        path = where / f"{stem}-{count}{kind}"
    return path
