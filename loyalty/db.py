"""The database: engines, migrations, reading() and writing(), and rows in bulk.

SQLite runs in WAL with foreign keys on; writers BEGIN IMMEDIATE, so that what a writer read is still true when it
writes. On PostgreSQL writers lock the customer's row (see people.lock). Who can't wait for another writer says for
how long he can.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlmodel import Session, SQLModel

from loyalty import models, settings
from loyalty.errors import LoyaltyError

BUSY_TIMEOUT_S = 60
IDS_PER_QUERY = 5_000
MIGRATING, INTAKE, CLAIMING = 1, 2, 3  # what is done by one at a time
CHANGES = "changes"  # the setting
REHEARSING = "rehearsing"  # in a session's info
T = TypeVar("T")


class Unavailable(LoyaltyError):
    """The database can't be opened or written; the sentence says why."""


class Busy(Unavailable):
    """Somebody else is writing, and for longer than one was ready to wait; nothing is written."""


def connect(url: str) -> Engine:
    """A new engine for a SQLite or PostgreSQL address."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        made = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None})
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        return made
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed, pool_pre_ping=True)
    raise Unavailable("LOYALTY_DATABASE_URL — адрес SQLite или PostgreSQL: sqlite:///… или postgresql+psycopg://…")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.execute("PRAGMA journal_size_limit = 67108864")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writer", False):
        connection.exec_driver_sql("BEGIN")
        return
    patience_s = options.get("patience_s", BUSY_TIMEOUT_S)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience_s * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


# What the driver mutters while a connection dies is said in a sentence of ours.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# Rows in bulk go past SQLAlchemy's types: the same texts as it writes.
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, lambda at: _plain(at).isoformat(" ", "microseconds"))


def _plain(at: datetime) -> datetime:
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)


@cache
def _engine_at(url: str) -> Engine:
    return connect(url)


def engine() -> Engine:
    """The engine of the configured database, one a process."""
    return _engine_at(settings.database_url())


@contextmanager
def reading(at: Engine | None = None) -> Iterator[Session]:
    """A session that sees one state of the data and writes nothing."""
    with _explained(), Session(at or engine()) as session:
        yield session
        session.rollback()


@contextmanager
def writing(at: Engine | None = None, *, patience_s: float | None = None) -> Iterator[Session]:
    """A session that commits when the block ends well, and rolls back when it raises.

    Busy where another writer holds what it needs for longer than `patience_s` (without it: a minute on SQLite,
    as long as it takes on PostgreSQL).
    """
    options: dict[str, Any] = {"writer": True} | ({} if patience_s is None else {"patience_s": patience_s})
    with _explained(), Session((at or engine()).execution_options(**options)) as session, session.begin():
        if patience_s is not None and session.connection().dialect.name == "postgresql":
            limit_ms = max(int(patience_s * 1000), 1)  # 0 would be no limit
            session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {limit_ms}")
        before = _written(session)
        yield session
        session.flush()
        if _written(session) != before:
            _say_it_changed(session)


def _written(session: Session) -> object:
    """Another value after this transaction has written something."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql("SELECT CAST(pg_current_xact_id_if_assigned() AS text)").scalar()
    driver: Any = connection.connection.driver_connection
    return driver.total_changes


def _say_it_changed(session: Session) -> None:
    """What is kept in memory of an earlier state is of no use now (see `changes`)."""
    upsert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    said = upsert(models.settings).values(name=CHANGES, value=token_hex(8))
    session.connection().execute(
        said.on_conflict_do_update(index_elements=["name"], set_={"value": said.excluded.value})
    )


def is_writer(session: Session) -> bool:
    """Whether this session may see what it has written itself and nobody else sees."""
    return bool(session.get_bind().get_execution_options().get("writer"))


def changes(session: Session) -> str:
    """Another text after everything that was written: by it one knows what was computed before."""
    row = session.get(models.Setting, CHANGES, populate_existing=True)
    return row.value if row else ""


@contextmanager
def rehearsing() -> Iterator[Session]:
    """A session that keeps nothing and waits for nobody: the block ends quietly where it could not go on.

    What refuses to be written is heard so, though somebody else is writing.
    """
    with engine().connect() as connection, Session(connection, info={REHEARSING: True}) as session:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 1")
        else:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        try:
            with suppress(SQLAlchemyError):
                yield session
        finally:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = OFF")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the driver's words on what a person can mend into a sentence."""
    try:
        yield
    except DBAPIError as error:
        words = str(error.orig).lower()
        for sign, sentence in _SENTENCES.items():
            if sign in words:
                raise (Busy if sign in _TAKEN else Unavailable)(sentence) from error
        if isinstance(error, OperationalError) and error.connection_invalidated:
            raise Unavailable("Связь с базой данных прервалась. Ничего не записано, повторите") from error
        raise


_SENTENCES = {
    "disk is full": "На диске кончилось место. Ничего не записано: освободите место и повторите",
    "no space left": "На диске кончилось место. Ничего не записано: освободите место и повторите",
    "readonly": "Папка с базой данных закрыта для записи. Разрешите запись и повторите",
    "read-only": "Папка с базой данных закрыта для записи. Разрешите запись и повторите",
    "unable to open": "Не удалось открыть файл базы данных: проверьте, что папка есть и в неё можно писать",
    "lock timeout": "База данных занята другим делом. Подождите и повторите",
    "terminating connection": "Связь с базой данных прервалась. Ничего не записано, повторите",
    "server closed": "Связь с базой данных прервалась. Ничего не записано, повторите",
    "connection is lost": "Связь с базой данных прервалась. Ничего не записано, повторите",
    "database is locked": "База данных занята другим делом. Подождите и повторите",
    "not a database": "Файл базы данных повреждён или это не база. Восстановите его из резервной копии",
    "malformed": "Файл базы данных повреждён. Восстановите его из резервной копии",
    "connection refused": "Сервер PostgreSQL не отвечает: проверьте, что он запущен",
    "password authentication": "PostgreSQL не принял имя или пароль из LOYALTY_DATABASE_URL",
    "no such table": "База данных не подготовлена: запустите python3 start.py setup",
    "does not exist": "Базы данных нет или она не подготовлена: запустите python3 start.py setup",
}

_TAKEN = ("lock timeout", "database is locked")


def migrate(url: str | None = None) -> None:
    """Create the tables, or bring an older database to this version; Unavailable if it's newer than the program."""
    target = connect(url) if url else engine()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    known, head = {script.revision for script in scripts.walk_revisions()}, scripts.get_current_head()
    with _explained(), target.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise Unavailable("База данных новее программы: обновите программу")
    if current == head:  # a glance: nobody waits here for a long import
        return
    writer = target.execution_options(writer=True)
    with _explained(), writer.connect() as connection, _tables_may_be_rebuilt(connection), connection.begin():
        if connection.dialect.name == "postgresql":  # two starts at once
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            assert broken is None, f"a migration left rows that point at nothing: {broken}"


@contextmanager
def _tables_may_be_rebuilt(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and checks what points at it meanwhile unless told not to.

    It can be told outside of a transaction only, past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def insert(
    session: Session, table: type[SQLModel], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Rows in bulk, as tuples in the order of columns: executemany on SQLite, COPY on PostgreSQL."""
    rows = list(rows)
    if not rows:
        return
    name = table.__tablename__
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {name} ({', '.join(columns)}) FROM STDIN", rows)
    else:
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows)


def _copy(connection: sa.Connection, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Past SQLAlchemy, but with its errors."""
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    refusal: type[Exception] = dialect.loaded_dbapi.Error
    try:
        with driver.cursor().copy(query) as copy:
            for row in rows:
                copy.write_row(row)
    except refusal as error:
        gone = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
        raise DBAPIError.instance(query, None, error, refusal, connection_invalidated=gone) from error


def update(
    session: Session, table: type[SQLModel], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Set columns of rows in bulk: tuples in the order of columns, the row's id last."""
    if not rows:
        return
    name, connection = table.__tablename__, session.connection()
    if connection.dialect.name == "postgresql":
        # A statement a row costs more than the work: copied aside, then set at once.
        listed = ", ".join((*columns, "id"))
        connection.exec_driver_sql(f"CREATE TEMP TABLE fresh AS SELECT {listed} FROM {name} WITH NO DATA")
        _copy(connection, f"COPY fresh ({listed}) FROM STDIN", rows)
        changes = ", ".join(f"{column} = fresh.{column}" for column in columns)
        connection.exec_driver_sql(f"UPDATE {name} SET {changes} FROM fresh WHERE {name}.id = fresh.id")
        connection.exec_driver_sql("DROP TABLE fresh")
    else:
        changes = ", ".join(f"{column} = ?" for column in columns)
        connection.exec_driver_sql(f"UPDATE {name} SET {changes} WHERE id = ?", list(rows))


def one_at_a_time(session: Session, what: int) -> None:
    """Wait until no other transaction does the same; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql" and REHEARSING not in session.info:
        session.connection().execute(sa.text("SELECT pg_advisory_xact_lock(:what)"), {"what": what})


def new_ids(session: Session, table: type[SQLModel], count: int) -> Sequence[int]:
    """Ids for rows about to be inserted in bulk; nobody else gets them."""
    name = table.__tablename__
    if session.connection().dialect.name == "postgresql":
        query = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
        return list(session.connection().scalars(sa.text(query), {"name": name, "count": count}))
    # Reserved at once, in the table by which SQLite itself never gives an id twice (AUTOINCREMENT).
    said = {"name": name, "count": count}
    known = session.connection().execute(
        sa.text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name RETURNING seq"), said
    )
    last = known.scalar()
    if last is None:
        session.connection().execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count)"), said
        )
        last = count
    return range(last - count + 1, last + 1)


def within(column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """column IN ids, said as a range where they run without gaps, as they do in bulk: much the faster."""
    if ids and ids[-1] - ids[0] + 1 == len(ids):
        return column.between(ids[0], ids[-1])
    return column.in_(ids)


def among(session: Session, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """column IN values, sent as one parameter: an IN list of thousands costs more than the search itself."""
    if session.connection().dialect.name == "postgresql":
        return column == sa.any_(_array(column, values))
    return column.in_(sa.select(listed(session, column, values)))


def listed(session: Session, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[Any]:
    """Values of this column's type as rows to select, sent as one parameter."""
    if session.connection().dialect.name == "postgresql":
        return sa.func.unnest(_array(column, values)).column_valued()
    each = sa.func.json_each(json.dumps(list(values), ensure_ascii=False)).table_valued("value")
    return each.c.value


def _array(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[Any]:
    return sa.cast(sa.literal(list(values), sa.ARRAY(column.type)), sa.ARRAY(column.type))


def numbers(session: Session, query: sa.Select[Any]) -> npt.NDArray[np.int64]:
    """A query's whole numbers, row by row: they come as one text, which costs a third of as many rows."""
    text = session.connection().scalar(sa.select(_as_text(query.subquery().c)))
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def numbers_by_day(session: Session, query: sa.Select[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same of a query whose first column is a day: the ordinal of each row's day, in order, and the others."""
    day, *others = query.subquery().c
    texts = session.connection().execute(sa.select(day, _as_text(others)).group_by(day).order_by(day)).all()
    found = [np.fromstring(row[1], dtype=np.int64, sep=",").reshape(-1, len(others)) for row in texts]
    days = np.array([row[0].toordinal() for row in texts], dtype=np.int64)
    none = np.zeros((0, len(others)), dtype=np.int64)
    return np.repeat(days, [len(some) for some in found]), np.concatenate([none, *found])


def _as_text(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    first, *others = (sa.cast(column, sa.String) for column in columns)
    line: ColumnElement[str] = first
    for other in others:
        line = line + "," + other
    return sa.func.aggregate_strings(line, ",")


def chunks(items: Sequence[T], size: int = IDS_PER_QUERY) -> Iterator[Sequence[T]]:
    """Slices of at most `size`: an IN list has a limit in both databases."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


assert models  # the tables are declared by importing them
