"""Which versions of the database this program can work with."""

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory

OUR_TABLES = frozenset({"alembic_version", "customers", "receipts", "entries"})


@cache
def known_revisions() -> frozenset[str]:
    """The revisions of the migrations beside us; older ones are migrated after they are put back."""
    scripts = ScriptDirectory(str(Path(__file__).parent.parent / "migrations"))
    return frozenset(script.revision for script in scripts.walk_revisions())
