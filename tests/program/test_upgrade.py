"""A database of the version before, brought to this one: figures change by the rules alone, nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

from loyalty import db, models
from loyalty.customers import consents
from loyalty.engine import ledger
from loyalty.identity import signs
from loyalty.sales import receipts as sales
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from loyalty.service import recount

SAID = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
CORRECTED = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 1)
# What the version before had stored for Anna: a return brought 400 of two gifts back as one lot without an end.
ENTRIES = [
    ("2026-01-10", "granted", 300_00, "grant", 1, "grant", 1),
    ("2026-01-10", "available", 300_00, "grant", 1, "grant", 1),
    ("2026-01-10", "granted", 200_00, "grant", 2, "grant", 2),
    ("2026-01-10", "available", 200_00, "grant", 2, "grant", 2),
    ("2026-01-12", "spent", 300_00, "receipt", 1, "grant", 1),
    ("2026-01-12", "spent", 100_00, "receipt", 1, "grant", 2),
    ("2026-01-20", "came_back", 400_00, "return", 1, "return", 1),
    ("2027-01-10", "burned", 100_00, None, None, "grant", 2),
    ("2027-01-20", "burned", 400_00, None, None, "return", 1),
]


@pytest.fixture
def old(bare_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Anna with two gifts, one for 30 days, both spent and brought back; Boris known by a phone; a revision."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", bare_database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    engine = db.connect(bare_database_url)
    config = Config()
    config.set_main_option("script_location", str(db.Path(db.__file__).parent / "migrations"))
    with engine.execution_options(writer=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        _fill(connection)
    yield engine
    engine.dispose()
    db.engine().dispose()


def _fill(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection)

    def add(table: str, **values: Any) -> None:
        connection.execute(tables.tables[table].insert().values(**values))

    figures = {"receipts_count": 0, "returns_count": 0, "level": "Базовый", "rate": 500}
    person = {"middle_name": "", "created_at": SAID, "updated_at": SAID, "search": ""}
    add("imports", id=7, file_name="a.csv", kind="sales", status="done", origin="cli", queued_at=SAID)
    add("customers", id=1, external_id="К-1", card="0007", phone="+79161110001", last_name="Орлова",
        first_name="Анна", sms_consent=True, available=500_00, spent=400_00, came_back=400_00, receipts_sum=0,
        next_burn_on=date(2027, 1, 10), next_burn=100_00,
        **{**person, **figures, "receipts_count": 1, "returns_count": 1})  # fmt: skip
    connection.execute(
        tables.tables["customers"].update().values(receipts_sum=800_00, returns_sum=800_00, turnover=0)
    )
    add("customers", id=2, phone="+79161110002", last_name="", first_name="Борис", **person, **figures)
    add("products", id=1, sku="A1", name="Платье", group_name="Платья")
    add("products", id=2, sku="A1", name="Платье синее", group_name="Платья")
    add("products", id=3, sku="", name="Шарф", group_name="")
    for id_, superseded, total in ((1, None, 800_00), (2, CORRECTED, 700_00)):
        add("receipts", id=id_, number="1", shop="Центр", year=2026, at=datetime(2026, 1, 12, 12),
            day=date(2026, 1, 12), customer_id=1, place="", cashier="", payment="", total=total, redeemed=400_00,
            content=CONTENT if superseded is None else "", import_id=7,
            recorded_at=CORRECTED if superseded is None else SAID, superseded_at=superseded)  # fmt: skip
    add("receipt_lines", receipt_id=1, line_no=0, product_id=1, quantity=1000, discount=80_00, amount=800_00)
    add("returns", id=1, number="1", shop="Центр", year=2026, at=datetime(2026, 1, 20, 12), day=date(2026, 1, 20),
        receipt_number="1", receipt_id=1, customer_id=1, place="", cashier="", payment="", amount=800_00,
        content="", import_id=7, recorded_at=SAID)  # fmt: skip
    add("return_lines", return_id=1, line_no=0, product_id=1, quantity=1000, amount=900_00)
    for id_, amount, lifetime in ((1, 300_00, 30), (2, 200_00, None)):
        add("grants", id=id_, customer_id=1, kind="manual", number=str(id_), at=datetime(2026, 1, 10, 12),
            amount=amount, confirm_days=0, lifetime_days=lifetime, reason="", recorded_at=SAID)  # fmt: skip
    for seq, (on, kind, amount, fact, fact_id, lot, lot_id) in enumerate(ENTRIES):
        add("entries", customer_id=1, seq=seq, effective_on=date.fromisoformat(on), kind=kind, amount=amount,
            fact_kind=fact, fact_id=fact_id, lot_kind=lot, lot_id=lot_id)  # fmt: skip
    add("settings", name="figures_on", value=TODAY.isoformat())
    if connection.dialect.name == "postgresql":
        for table in ("imports", "customers", "products", "receipts", "returns", "grants"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )


DOCUMENT = SaleDocument(
    "1", "Центр", datetime(2026, 1, 12, 12), [DocumentLine("A1", "Платье", "Платья", 1000, None, 80_00, 800_00)],
    400_00, CustomerRef("К-1"),
)  # fmt: skip
CONTENT = sales.content(DOCUMENT)


def available() -> int:
    with db.reading() as session:
        return session.get_one(models.Customer, 1).available


def test_only_what_the_rules_changed_is_counted_otherwise(old: Engine) -> None:
    db.migrate()
    with db.reading() as session:
        differing = {difference.customer_id for difference in ledger.check(session)}
    assert differing == {1}
    assert available() == 500_00
    assert recount.run() == "Пересчитанное изменилось у 1\u00a0клиента"
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    assert available() == 200_00  # of the 400 that came back 300 were a gift for 30 days, which ended on 9 February
    assert recount.run() is None


def test_purchases_that_came_back_whole_are_not_counted(old: Engine) -> None:
    db.migrate()
    with db.reading() as session:
        anna = session.get_one(models.Customer, 1)
        assert (anna.receipts_count, anna.purchases_count) == (1, 0)


def test_people_are_known_by_what_they_were_known_by(old: Engine) -> None:
    db.migrate()
    recount.run()
    with db.reading() as session:
        assert {(sign.kind, sign.value) for sign in signs.of(session, 1)} == {
            ("code", "К-1"), ("card", "0007"), ("phone", "+79161110001"),
        }  # fmt: skip
        assert consents.latest(session, [1, 2]) == {1: True}
        assert session.get_one(models.Customer, 1).external_id == "К-1"


def test_facts_know_their_file_and_who_replaced_them(old: Engine) -> None:
    db.migrate()
    with db.reading() as session:
        now, before = (session.get_one(models.Receipt, id_) for id_ in (1, 2))
        act = session.get_one(models.Act, now.act_id)
        assert (act.origin, act.import_id, before.superseded_by) == ("import", 7, now.act_id)
        back = session.get_one(models.Return, 1)
        assert (back.amount, back.counted) == (900_00, 800_00)
        assert session.get_one(models.Act, session.get_one(models.Grant, 1).act_id).origin == "screen"
        one, other, named = (session.get_one(models.Product, id_).article_id for id_ in (1, 2, 3))
        assert one == other != named


def test_the_file_of_before_says_nothing_new_and_ids_go_on(old: Engine) -> None:
    db.migrate()
    recount.run()
    with db.writing() as session:
        from loyalty import acts

        act = acts.begin(session, acts.Origin.IMPORT)
        batch = sales.record(session, [DOCUMENT], act)
        assert [result.outcome for result in batch.results] == [sales.Outcome.UNCHANGED]
        again = DOCUMENT.number
        DOCUMENT.number = "2"
        sales.record(session, [DOCUMENT], act)
        DOCUMENT.number = again
        newest = session.connection().scalar(sa.select(sa.func.max(models.receipts.c.id)))
    assert newest == 3


def test_an_upgrade_killed_in_the_middle_leaves_the_old_database_and_goes_on(
    old: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    from alembic import op

    with monkeypatch.context() as patch:
        patch.setattr(op, "batch_alter_table", killed)
        with pytest.raises(KeyboardInterrupt):
            db.migrate()
    with old.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
        assert connection.exec_driver_sql("SELECT count(*) FROM customers").scalar() == 2
    db.migrate()
    assert recount.run() is not None


def test_goods_that_differ_in_spelling_alone_become_one_article(bare_database_url: str) -> None:
    """A database of version 0002, in which «Чай чёрный» and «Чай  черный» were two articles."""
    engine, config = db.connect(bare_database_url), Config()
    config.set_main_option("script_location", str(db.Path(db.__file__).parent / "migrations"))
    with engine.execution_options(writer=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for id_, key in enumerate(("=чай чёрный", "A1", "=чай  черный ", "=шарф"), 1):
            connection.execute(models.articles.insert().values(id=id_, key=key))
            named = {"sku": "", "name": key, "group_name": ""}
            connection.execute(models.products.insert().values(id=id_, article_id=id_, **named))
    engine.dispose()
    db.migrate(bare_database_url)
    with db.connect(bare_database_url).connect() as connection:
        a, p = models.articles.c, models.products.c
        assert {row.id: row.key for row in connection.execute(sa.select(a.id, a.key))} == {
            1: "=чай черный", 2: "A1", 4: "=шарф",
        }  # fmt: skip
        articles = [row.article_id for row in connection.execute(sa.select(p.article_id).order_by(p.id))]
        assert articles == [1, 2, 1, 4]
