"""Another process that holds the database for writing, as a large import does, until it is let go."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from loyalty import db

# What `db.writing()` and `db.one_at_a_time(session, db.INTAKE)` hold, by the driver alone: it starts in no time.
HOLD = """
import sys
url = sys.argv[1]
if url.startswith("sqlite"):
    import sqlite3
    held = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
else:
    import psycopg
    held = psycopg.connect(url.replace("+psycopg", ""))
    held.execute("SELECT pg_advisory_xact_lock(%s)", [int(sys.argv[2])])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(url: str) -> Iterator[Callable[[], None]]:
    """The database at `url` is being written; what is yielded ends it, and so does the block's end."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(db.INTAKE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin and holder.stdout

    def let_go() -> None:
        holder.communicate(timeout=30)

    try:
        assert holder.stdout.readline().strip() == b"held"
        yield let_go
    finally:
        if holder.poll() is None:
            let_go()
