"""A temporary file that puts documents together from rows lying apart, in memory that doesn't grow."""

import contextlib
import marshal
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loyalty.errors import UnreadableFile

_BATCH = 2_000
_ABANDONED_S = 24 * 3600
_TABLES = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, key TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE orphans (owner TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE rejected (row INTEGER PRIMARY KEY, reason TEXT NOT NULL);
"""
_IN_ORDER = """
SELECT runs.id, runs.key, runs.content, scattered.first
FROM runs LEFT JOIN scattered ON scattered.key = runs.key
WHERE (runs.key >= :last AND runs.key < :last || char(1114111)) = :turn ORDER BY runs.id
"""


@contextmanager
def _on_disk() -> Iterator[None]:
    """Tells a full or closed disk in a sentence."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise UnreadableFile(
            "Не хватает места на диске для временных файлов, или папка для них закрыта. "
            "Освободите место и загрузите файл снова."
        ) from error


class Staging:
    """Runs of neighbouring rows of one document, keyed; and the numbers of rejected rows.

    Nobody else opens the file and nothing of it is worth keeping, so it is written without a journal.
    """

    def __init__(self) -> None:
        _sweep()
        with _on_disk():
            handle, self._path = tempfile.mkstemp(prefix="loyalty-", suffix=".staging")
            os.close(handle)
        self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE;"
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16000;" + _TABLES
        )
        self._runs: list[tuple[str, bytes]] = []
        self._rejected: list[tuple[int, str]] = []

    def close(self) -> None:
        self._db.close()
        if os.path.exists(self._path):
            os.unlink(self._path)

    def clear(self) -> None:
        """Forgets everything, for another reading of the same file."""
        self._runs, self._rejected = [], []
        self._db.executescript(
            "DROP TABLE runs; DROP TABLE orphans; DROP TABLE rejected; DROP TABLE IF EXISTS scattered;" + _TABLES
        )

    def put(self, key: str, content: tuple[Any, ...]) -> None:
        """Keeps one run of a document's rows; `content` is anything marshal takes."""
        self._runs.append((key, marshal.dumps(content)))
        if len(self._runs) >= _BATCH:
            self._write_runs()

    def _write_runs(self) -> None:
        with _on_disk():
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO runs (key, content) VALUES (?, ?)", self._runs)
            self._db.execute("COMMIT")
        self._runs.clear()

    def put_orphan(self, owner: str, row: int) -> None:
        """A bad row that names a document without its full key: it spoils the documents of that owner."""
        with _on_disk():
            self._db.execute("INSERT OR IGNORE INTO orphans VALUES (?, ?)", (owner, row))

    def orphans_count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM orphans").fetchone()[0])

    def orphan_row(self, owner: str) -> int | None:
        """The row that spoils this owner's documents, if there is one."""
        found = self._db.execute("SELECT row FROM orphans WHERE owner = ?", (owner,)).fetchone()
        return int(found[0]) if found else None

    def documents(self, last: str) -> Iterator[tuple[str, list[Any]]]:
        """Key and runs of every document, in order of first occurrence; those whose key begins with `last` last.

        Runs put meanwhile under such a key come in their turn.
        """
        for turn in (False, True):
            self._write_runs()
            with _on_disk():
                self._db.executescript(
                    "CREATE INDEX IF NOT EXISTS runs_key ON runs (key); DROP TABLE IF EXISTS scattered;"
                    "CREATE TABLE scattered (key TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID;"
                    "INSERT INTO scattered SELECT key, min(id) FROM runs GROUP BY key HAVING count(*) > 1;"
                )
            for run, key, content, first in self._db.execute(_IN_ORDER, {"last": last, "turn": turn}):
                if first is None:
                    yield key, [marshal.loads(content)]
                elif first == run:
                    parts = self._db.execute("SELECT content FROM runs WHERE key = ? ORDER BY id", (key,))
                    yield key, [marshal.loads(part) for (part,) in parts]

    def runs_count(self) -> int:
        self._write_runs()
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0])

    def reject(self, rows: Iterable[int], reason: str) -> None:
        """Remembers rows for the rejected file."""
        self._rejected.extend((row, reason) for row in rows)
        if len(self._rejected) >= _BATCH:
            self._write_rejected()

    def _write_rejected(self) -> None:
        with _on_disk():
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR IGNORE INTO rejected VALUES (?, ?)", self._rejected)
            self._db.execute("COMMIT")
        self._rejected.clear()

    def rejected(self) -> Iterator[tuple[int, str]]:
        """Rejected rows with their reasons, by row number."""
        self._write_rejected()
        yield from self._db.execute("SELECT row, reason FROM rejected ORDER BY row")


def _sweep() -> None:
    """Remove what killed imports left behind."""
    for path in Path(tempfile.gettempdir()).glob("loyalty-*.staging"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
