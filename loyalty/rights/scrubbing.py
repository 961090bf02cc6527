"""After an erasure: what the database's file and copies of loaded files still hold of it goes, too.

Deleted rows leave their bytes in a file of SQLite, in its free pages and in its log, until it is written anew.
"""

from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import db, settings
from loyalty.models import customers, erasures, imports, messages
from loyalty.models.people import joined_root
from loyalty.rights import traces
from loyalty.sms import sandbox

DUE = "scrub_due"  # a setting: an erasure whose bytes are still in the file


def due(session: Session) -> bool:
    """Whether an erasure is not finished yet."""
    return bool(settings.get(session, DUE))


def run() -> bool:
    """Remove copies of files that are loaded and write the database anew; False: somebody is using it, try later.

    It takes a second for 100 MB, during which nobody writes.
    """
    with db.reading() as session:
        if not due(session):
            return True
    with db.writing() as session:
        _forget_uploads(session)
        traces.strike_files(session)
        sandbox.forget(settings.files_dir(), _messages(session))
    if not _rewritten():
        return False
    with db.writing() as session:
        settings.put(session, DUE, "")
    return True


def _messages(session: Session) -> set[int]:
    """Ids of what was written to those who were erased."""
    m, c = messages.c, customers.c
    query = select(m.id).join(customers, c.id == m.customer_id)
    return set(session.connection().scalars(query.where(joined_root.in_(select(erasures.c.customer_id)))))


def _forget_uploads(session: Session) -> None:
    """Copies of loaded files: the facts are in the database, the file is the shop's own."""
    i, ours = imports.c, settings.files_dir() / "uploads"
    query = select(i.id, i.path).where(i.status == "done", i.path.is_not(None))
    for id_, path in session.connection().execute(query).all():
        folder = Path(path).parent
        if folder.parent == ours:
            rmtree(folder, ignore_errors=True)
        session.connection().execute(update(imports).where(i.id == id_).values(path=None))


def _rewritten() -> bool:
    """VACUUM, past SQLAlchemy, which would begin a transaction; whether the database let it."""
    engine = db.engine()
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if engine.dialect.name == "postgresql":
            connection.rollback()
            driver.autocommit = True
            try:
                driver.execute("VACUUM")
            finally:
                driver.autocommit = False
            return True
        with suppress(engine.dialect.loaded_dbapi.OperationalError):
            driver.execute("VACUUM")
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy
    return False
