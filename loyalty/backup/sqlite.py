"""A SQLite database copied while it works, and put back through SQLite's own locks."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL

from loyalty.backup.versions import OUR_TABLES, known_revisions
from loyalty.db import Unavailable
from loyalty.errors import UnreadableFile
from loyalty.system_words import database_error

HEADER = b"SQLite format 3\x00"
PATIENCE_S = 5.0


def copy(url: URL, target: Path) -> None:
    """One consistent state in one file, checked; writers are not held up."""
    try:
        _copy(_path(url), target)
    except sqlite3.Error as error:
        raise Unavailable(f"Копия не сделана. {database_error(error)}") from error
    if problem := _problem(target):
        raise Unavailable(f"В базе данных ошибка, копия не сделана: {problem}")


def restore(url: URL, source: Path, set_aside: Callable[[], Path]) -> Path | None:
    """Put a checked copy of `source` in the database's place, whole or not at all."""
    target = _path(url)
    with open(source, "rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise UnreadableFile(f"«{source.name}» — не резервная копия: такой файл здесь не делают")
    fresh = target.with_name(f".{target.name}.restoring")
    try:
        _fetch(source, fresh)
        if not target.exists():
            os.replace(fresh, target)
            return None
        try:
            _take_exclusively(target)
            kept = set_aside()
            _take_exclusively(target)
            _copy(fresh, target)  # under SQLite's lock: a crash leaves the present database as it was
            return kept
        except (sqlite3.DatabaseError, Unavailable) as error:
            if not _is_broken(target):
                raise _explained(error) from error
            return _replace_broken(target, fresh)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _fetch(source: Path, fresh: Path) -> None:
    fresh.unlink(missing_ok=True)
    try:
        _copy(source, fresh)
    except sqlite3.OperationalError as error:
        raise Unavailable(f"База не восстановлена, прежняя цела. {database_error(error)}") from error
    except sqlite3.DatabaseError as error:
        raise UnreadableFile(f"«{source.name}» повреждён: это не целая база SQLite") from error
    check(fresh, source.name)


def check(path: Path, name: str) -> None:
    """UnreadableFile unless the file is a sound database of ours, not newer than the program."""
    if problem := _problem(path):
        raise UnreadableFile(f"«{name}» повреждён: {problem}")
    with closing(sqlite3.connect(path)) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= OUR_TABLES:
            raise UnreadableFile(f"«{name}» — база данных другой программы")
        version = database.execute("SELECT version_num FROM alembic_version").fetchone()
    if version is None or version[0] not in known_revisions():
        raise UnreadableFile(f"«{name}» сделан более новой программой: сначала обновите эту")


def _path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise Unavailable("База данных живёт только в памяти: копировать нечего")
    return Path(url.database).resolve()


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)) as one,
        closing(sqlite3.connect(target, timeout=PATIENCE_S)) as other,
    ):
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")  # all in one file, and on the disk


def _problem(path: Path) -> str | None:
    """What SQLite's own check says; None when sound."""
    try:
        with closing(sqlite3.connect(path)) as database:
            found: str = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found == "ok" and database.execute("PRAGMA foreign_key_check").fetchone():
                return "строки ссылаются на то, чего нет"
    except sqlite3.DatabaseError:
        return "это не целая база SQLite"
    return None if found == "ok" else found


def _take_exclusively(target: Path) -> None:
    """Fails while anybody has the database open: leaving WAL needs it alone."""
    with closing(sqlite3.connect(target, timeout=PATIENCE_S)) as database:
        database.execute("PRAGMA journal_mode = DELETE")


def _is_broken(path: Path) -> bool:
    """Whether the file can't be read as a database at all, which is no lock of somebody's."""
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as database:
            return bool(database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True


def _replace_broken(target: Path, fresh: Path) -> Path:
    """A broken database can't be copied: its files are kept as they are, under another name."""
    kept, count = target.with_name(f"{target.stem}-broken.db"), 1
    while kept.exists():
        count += 1
        kept = target.with_name(f"{target.stem}-broken-{count}.db")
    os.replace(target, kept)
    for tail in ("-wal", "-shm", "-journal"):  # of the old file: beside the new one they would spoil it
        beside = target.with_name(target.name + tail)
        if beside.exists():
            os.replace(beside, kept.with_name(kept.name + tail))
    os.replace(fresh, target)
    return kept


def _explained(error: Exception) -> Exception:
    if isinstance(error, sqlite3.DatabaseError) and "locked" in str(error):
        return Unavailable("С базой данных сейчас работает программа: остановите её и повторите")
    if isinstance(error, sqlite3.DatabaseError):
        return Unavailable(f"База не восстановлена, прежняя цела. {database_error(error)}")
    return error
