"""Facts through files into both databases: whatever the order and the split, the entries are the model's."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel

from loyalty import db
from loyalty.engine import ledger
from loyalty.engine.facts import load_entries, load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import replay
from loyalty.files.importing import Report, import_file
from loyalty.models import customers, receipts
from tests import flat, histories, model

TODAY = date(2034, 1, 1)  # after every history, so that nothing is dated ahead
CROWDS = st.lists(histories.histories(versions=st.just((model.Programme(),))), min_size=1, max_size=20)
IN_FILES = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    yield
    db.engine().dispose()


def emptied() -> None:
    with db.writing() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())


Sold = tuple[str, model.Fact]


def sold(crowd: list[histories.History]) -> list[Sold]:
    """Everybody's receipts and returns with their numbers kept apart: grants don't come in files."""
    return [
        (f"C{i}", numbered(fact, i))
        for i, history in enumerate(crowd)
        for fact in history.facts
        if not isinstance(fact, model.Grant)
    ]


def numbered(fact: model.Fact, i: int) -> model.Fact:
    if isinstance(fact, model.Return):
        return replace(fact, number=f"{i}-{fact.number}", receipt_number=f"{i}-{fact.receipt_number}")
    return replace(fact, number=f"{i}-{fact.number}")


def brought(files: list[list[Sold]]) -> list[Report]:
    """Import each file in turn; every row must be in."""
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        for number, facts in enumerate(files):
            report = import_file(flat.write(Path(folder) / f"{number}.csv", facts))
            assert report.errors == []
            reports.append(report)
    return reports


def everything_agrees() -> None:
    with db.reading() as session:
        assert list(ledger.check(session)) == []


def figures_on(day: date) -> dict[str, dict[str, object]]:
    """Every customer's figures at the end of a day, by code, from the facts in the database."""
    with db.reading() as session:
        codes = dict(session.connection().execute(select(customers.c.id, customers.c.external_id)).all())
        programs, facts, found = load_programs(session), load_facts(session, list(codes), until=day), {}
        for id_, code in codes.items():
            replayed = replay(facts.get(id_, []), programs)
            bought, money = purchases(replayed, programs, day), balance(replayed.entries, day)
            found[code] = {**bought._asdict(), **money._asdict()}
        return found


@IN_FILES
@given(st.data(), CROWDS)
def test_any_order_and_any_split_over_files_gives_the_models_figures(
    data: st.DataObject, crowd: list[histories.History]
) -> None:
    facts = sold(crowd)
    emptied()
    brought(data.draw(histories.splits(facts, repeats=True)))
    everything_agrees()
    day = data.draw(histories.days_of(crowd[0]))
    mine = figures_on(day)
    for code in {code for code, _ in facts}:
        right = model.state([fact for of, fact in facts if of == code], crowd[0].programmes, day)
        assert {name: mine[code][name] for name in NAMES} == {
            "available": right.available,
            "pending": right.pending_sum,
            "spent": right.spent,
            "came_back": right.restored,
            "burned": right.burned,
            "debt": right.debt,
            "turnover": right.turnover,
            "rate": right.rate * 100,
            "receipts_sum": right.receipts_sum,
            "returns_sum": right.returns_sum,
            "last_purchase_on": right.last_purchase_on,
            "next_burn_on": right.next_burn[0] if right.next_burn else None,
            "next_burn": right.next_burn[1] if right.next_burn else None,
        }


NAMES = (
    "available", "pending", "spent", "came_back", "burned", "debt", "turnover", "rate", "receipts_sum",
    "returns_sum", "last_purchase_on", "next_burn_on", "next_burn",
)  # fmt: skip


@IN_FILES
@given(CROWDS)
def test_importing_again_changes_nothing(crowd: list[histories.History]) -> None:
    emptied()
    brought([sold(crowd)] if sold(crowd) else [])
    before = stored()
    for report in brought([sold(crowd)] if sold(crowd) else []):
        assert (report.imported, report.changed, report.rejected) == (0, 0, 0)
        assert report.unchanged + report.skipped == report.rows
    assert stored() == before


def stored() -> object:
    with db.reading() as session:
        ids = list(session.connection().scalars(select(customers.c.id)))
        count = session.connection().scalar(select(func.count()).select_from(receipts))
        return count, load_entries(session, ids)
