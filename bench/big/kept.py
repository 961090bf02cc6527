"""The big shop's database, made anew only where the one kept is of another size or version."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlmodel import Session, SQLModel

import loyalty
from bench.big import asked, rows
from bench.big.drawn import DAYS, Figures, Shop
from bench.databases import Databases
from bench.sales import TODAY
from loyalty import db, models, settings
from loyalty.program.terms import Program
from loyalty.service import recount

FOLDER = Path(os.environ.get("LOYALTY_BENCH_FOLDER") or Path.home() / ".cache" / "loyalty-bench")
SEED, EDITION = 1, 2  # EDITION grows with every change of what is drawn
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
            backs, lines, taken = documents.returns()
            db.insert(session, models.Return, rows.RETURN, backs)
            db.insert(session, models.ReturnLine, rows.RETURN_LINE, lines)
            db.insert(session, models.ReturnedLine, rows.RETURNED_LINE, taken)
        for start in range(0, shop.customers, PEOPLE_AT_ONCE):
            with db.writing(engine) as session:
                _write_people(session, rows.People(shop, figures, slice(start, start + PEOPLE_AT_ONCE)))
    with db.writing(engine) as session:
        _ids_go_on(session)
        settings.put(session, "figures_on", TODAY.isoformat())
        settings.put(session, recount.BY, recount.RULES)
        settings.put(session, "shop_name", "Большой магазин")
    with db.writing(engine) as session:
        asked.keep(session)
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
    """An engine that may lose everything: the shop is whole only when its recipe is written."""
    engine = db.connect(address)
    if engine.dialect.name == "sqlite":
        commands = ["PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -524288"]
    else:
        commands = ["SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"]

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        with closing(connection.cursor()) as cursor:
            for command in commands:
                cursor.execute(command)
        connection.commit()

    return engine


SQLITE_LATER = (
    """SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL""",
)
POSTGRESQL_LATER = (
    "SELECT 'DROP INDEX ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    "SELECT concat('ALTER TABLE ', conrelid::regclass, ' DROP CONSTRAINT ', conname),"
    " concat('ALTER TABLE ', conrelid::regclass, ' ADD CONSTRAINT ', conname, ' ', pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE contype = 'f'",
)


@contextmanager
def _indexes_later(engine: sa.Engine) -> Iterator[None]:
    """Without indexes and PostgreSQL's foreign keys, which are then made as they were: much the quicker."""
    with db.writing(engine) as session:
        connection = session.connection()
        known = SQLITE_LATER if engine.dialect.name == "sqlite" else POSTGRESQL_LATER
        found = [tuple(row) for query in known for row in connection.exec_driver_sql(query)]
        for drop, _make in found:
            connection.exec_driver_sql(drop)
    yield
    for _drop, make in found:
        with db.writing(engine) as session:
            session.connection().exec_driver_sql(make)


def _ids_go_on(session: Session) -> None:
    """Rows came with their ids: PostgreSQL's sequences are told; SQLite knows."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in SQLModel.metadata.sorted_tables:
        if "id" in table.c and connection.scalar(sa.select(sa.func.max(table.c.id))):
            last = f"(SELECT max(id) FROM {table.name})"
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
