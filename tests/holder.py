"""Another process that holds the database for writing, as a large import does, until it is let go."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.till import environment

ROOT = Path(__file__).resolve().parents[1]
HOLD = """
import sys
from loyalty import db
with db.writing() as session:
    db.one_at_a_time(session, db.INTAKE)
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(url: str) -> Iterator[Callable[[], None]]:
    """The database at `url` is being written; what is yielded ends it, and so does the block's end."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=environment(url, "2026-03-01"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
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
