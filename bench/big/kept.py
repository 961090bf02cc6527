"""The big shop's database, made anew only where the one kept is of another size or version."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlmodel import Session, SQLModel

import loyalty
from bench.big import rows
from bench.big.drawn import DAYS, Figures, Shop
from bench.databases import Databases
from bench.sales import TODAY
from loyalty import db, models, settings
from loyalty.program.terms import Program

FOLDER = Path(os.environ.get("LOYALTY_BENCH_FOLDER") or Path.home() / ".cache" / "loyalty-bench")
SEED, EDITION = 1, 1  # EDITION grows with every change of what is drawn
MADE = "bench_big_shop"
PEOPLE_AT_ONCE = 100_000


def kept(databases: Databases, customers: int) -> str:
    """The address of the shop with so many customers, kept from an earlier run or made now (minutes)."""
    name = f"big_{customers}"
    address = databases.kept(name)
    recipe = f"{EDITION} {SEED} {customers} {_revision()}"
    if _made_by(address) != recipe:
        databases.empty(name)
        db.migrate(address)
        _fill(address, Shop(customers, SEED), recipe)
    databases.kept(name)
    return address


def _revision() -> str | None:
    return ScriptDirectory(str(Path(loyalty.__file__).parent / "migrations")).get_current_head()


def _made_by(address: str) -> str:
    """What the database says it was made by; empty where there is none, or it was never finished."""
    engine = db.connect(address)
    try:
        with db.reading(engine) as session:
            return settings.get(session, MADE)
    except db.Unavailable:
        return ""
    finally:
        engine.dispose()


def _fill(address: str, shop: Shop, recipe: str) -> None:
    engine = _hurried(address)
    with _indexes_later(engine):
        with db.writing(engine) as session:
            _begin(session, shop)
        documents, figures = rows.Documents(), Figures.none(shop.customers)
        for batch in shop.batches():
            figures.add(batch)
            with db.writing(engine) as session:
                db.insert(session, models.Receipt, rows.RECEIPT, documents.receipts(batch))
                db.insert(session, models.ReceiptLine, rows.LINE, documents.lines(batch))
        with db.writing(engine) as session:
            backs, lines = documents.returns()
            db.insert(session, models.Return, rows.RETURN, backs)
            db.insert(session, models.ReturnLine, rows.RETURN_LINE, lines)
        for start in range(0, shop.customers, PEOPLE_AT_ONCE):
            with db.writing(engine) as session:
                _write_people(session, rows.People(shop, figures, slice(start, start + PEOPLE_AT_ONCE)))
    with db.writing(engine) as session:
        _ids_go_on(session)
        settings.put(session, "figures_on", TODAY.isoformat())
        settings.put(session, "shop_name", "Большой магазин")
        settings.put(session, MADE, recipe)
    engine.dispose()


def _begin(session: Session, shop: Shop) -> None:
    db.insert(session, models.Act, ("id", "at", "origin", "person"), [(rows.ACT, rows.NOW, "import", "")])
    versions = ("id", "in_force_from", "terms", "act_id")
    first = str(TODAY.replace(year=TODAY.year - 1 - DAYS // 365))
    db.insert(session, models.ProgramVersion, versions, [(1, first, Program().to_json(), rows.ACT)])
    goods = list(rows.products(shop))
    db.insert(session, models.Article, ("id", "key"), [(row[1], row[2]) for row in goods])
    db.insert(session, models.Product, ("id", "article_id", "sku", "name", "group_name"), goods)


def _write_people(session: Session, people: rows.People) -> None:
    db.insert(session, models.Customer, rows.CUSTOMER, people.customers())
    db.insert(session, models.Identity, rows.IDENTITY, people.identities())
    db.insert(session, models.Consent, rows.CONSENT, people.consents())
    db.insert(session, models.Entry, rows.ENTRY, people.entries())


def _hurried(address: str) -> sa.Engine:
    """An engine that may lose everything and asks nothing: the shop is whole only when its recipe is written."""
    engine = db.connect(address)
    if engine.dialect.name == "sqlite":
        quick = ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -524288")
        commands = [f"PRAGMA {words}" for words in quick]
    else:
        commands = ["SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"]
        with engine.connect() as connection:
            if connection.exec_driver_sql("SHOW is_superuser").scalar() == "on":
                commands.append("SET session_replication_role = replica")  # no foreign keys

    @event.listens_for(engine, "connect")
    def hurry(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for command in commands:
            cursor.execute(command)
        cursor.close()
        connection.commit()

    return engine


@contextmanager
def _indexes_later(engine: sa.Engine) -> Iterator[None]:
    """Without the indexes that are not constraints, which are then built as they were: much the quicker."""
    if engine.dialect.name == "sqlite":
        known = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        known = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)"
        )
    with db.writing(engine) as session:
        indexes = [tuple(row) for row in session.connection().exec_driver_sql(known)]
        for name, _made in indexes:
            session.connection().exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _name, made in indexes:
        with db.writing(engine) as session:
            session.connection().exec_driver_sql(made)


def _ids_go_on(session: Session) -> None:
    """Rows came with their ids: PostgreSQL's sequences are told; SQLite knows."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in SQLModel.metadata.sorted_tables:
        if "id" in table.c and connection.scalar(sa.select(sa.func.max(table.c.id))):
            last = f"(SELECT max(id) FROM {table.name})"
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
