"""A PostgreSQL database copied and put back by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from loyalty.backup.versions import OUR_TABLES, known_revisions
from loyalty.db import Unavailable
from loyalty.errors import UnreadableFile

HEADER = b"PGDMP"


def copy(url: URL, target: Path) -> None:
    """A dump in PostgreSQL's own format; Unavailable where pg_dump is missing or fails."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    check(url, target, target.name)


def restore(url: URL, source: Path, set_aside: Callable[[], Path]) -> Path | None:
    """Put a dump in the database's place: what is there now stands aside until the dump is in whole."""
    check(url, source, source.name)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if connection.scalar(sa.text(_OTHERS)):
                raise Unavailable("С базой данных сейчас работает программа: остановите её и повторите")
            _bring_back(connection)
        kept = set_aside()
        with engine.connect() as connection:
            _put_in(url, connection, source)
        return kept
    except sa.exc.DBAPIError as error:
        raise Unavailable(
            f"База данных не восстановлена, прежняя цела: {str(error.orig).splitlines()[0]}"
        ) from error
    finally:
        engine.dispose()


_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_ASIDE = "ALTER SCHEMA public RENAME TO before_restore; CREATE SCHEMA public"
_BACK = "DROP SCHEMA public CASCADE; ALTER SCHEMA before_restore RENAME TO public"


def _put_in(url: URL, connection: sa.Connection, source: Path) -> None:
    connection.exec_driver_sql(_ASIDE)  # statements sent as one are one transaction
    is_in = False
    try:
        options = ("--schema=public", "--no-owner", "--no-privileges", "--single-transaction")
        _run(url, "pg_restore", *options, f"--dbname={_address(url)}", str(source))
        is_in = True
    finally:
        connection.exec_driver_sql("DROP SCHEMA before_restore CASCADE" if is_in else _BACK)


def _bring_back(connection: sa.Connection) -> None:
    """After a restore that was killed half-way."""
    if "before_restore" in sa.inspect(connection).get_schema_names():
        connection.exec_driver_sql(_BACK)


def check(url: URL, path: Path, name: str) -> None:
    """UnreadableFile unless the file is a whole dump of ours, not newer than the program."""
    with open(path, "rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise UnreadableFile(f"«{name}» — не резервная копия PostgreSQL")
    try:
        contents = _run(url, "pg_restore", "--list", str(path))
    except Unavailable as error:
        raise UnreadableFile(f"«{name}» повреждён: {error}") from error
    if not all(f"TABLE DATA public {table} " in contents for table in OUR_TABLES):
        raise UnreadableFile(f"«{name}» — копия базы другой программы")
    rows = _run(url, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(path))
    _, _, after = rows.partition("FROM stdin;\n")
    if after.partition("\n")[0] not in known_revisions():
        raise UnreadableFile(f"«{name}» сделан более новой программой: сначала обновите эту")


def _address(url: URL) -> str:
    """As PostgreSQL's programs want it; the password goes apart, so that no list of processes shows it."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return plain.render_as_string(hide_password=False)


def _run(url: URL, program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Unavailable(
            f"Для копий базы PostgreSQL нужна программа {program}: поставьте клиент PostgreSQL "
            "и добавьте его папку в PATH"
        )
    address = (f"--dbname={_address(url)}",) if program == "pg_dump" else ()
    done = subprocess.run(
        [found, *address, *arguments],
        env={**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise Unavailable(f"{program} не справился: {words[0] if words else 'причина неизвестна'}")
    return done.stdout
