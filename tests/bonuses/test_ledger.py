"""Facts through files into both databases: whatever the order and the split, the entries are the model's."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from loyalty import db
from loyalty.engine import ledger
from loyalty.engine.facts import load_entries, load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import replay
from loyalty.export import KINDS_OF_EXPORT
from loyalty.files.importing import Report, import_file
from loyalty.models import customers, receipts
from tests.bonuses import histories, model
from tests.onec import flat
from tests.till import emptied

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
    sold_on = {f.number: f.at.date() for file in files for _, f in file if isinstance(f, model.Receipt)}
    with tempfile.TemporaryDirectory() as folder:
        for number, facts in enumerate(files):
            report = import_file(flat.write(Path(folder) / f"{number}.csv", facts, sold_on=sold_on))
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


# --- Said wrong first ------------------------------------------------------------------------------------


class Told(NamedTuple):
    """A document as a file has it: whose (empty: nobody's), what, and whether 1C has it posted."""

    code: str
    fact: model.Fact
    is_voided: bool = False


@st.composite
def retold(draw: st.DrawFn) -> tuple[list[Told], list[list[Told]]]:
    """Documents of up to three customers, and files in which some are said wrong first."""
    crowd = draw(st.lists(histories.histories(most=5, versions=OWN), min_size=1, max_size=3))
    right = [Told(draw(st.sampled_from((code, code, code, ""))), fact) for code, fact in sold(crowd)]
    numbers = [told.fact.number for told in right if isinstance(told.fact, model.Receipt)]
    count = draw(st.integers(2, 4))
    files: list[list[Told]] = [[] for _ in range(count)]
    for told in draw(st.permutations(right)):
        last = draw(st.integers(0, count - 1))
        files[last].append(told)
        for number in range(last):
            if draw(st.sampled_from((True, False))):
                files[number].append(draw(wrong(told, numbers)))
    return right, [file for file in files if file]


@st.composite
def wrong(draw: st.DrawFn, told: Told, numbers: list[str]) -> Told:
    """The same document with one mistake: another customer, nobody's, another day, voided, other sums or basis.

    Nobody's keeps its goods beside the wrong ones: other goods on another day are another document (sales.which).
    """
    fact = told.fact
    assert not isinstance(fact, model.Grant)
    match draw(st.sampled_from(("customer", "day", "voided", "content", "content"))):
        case "customer":
            return told._replace(code=draw(st.sampled_from(("C0", "C1", "C2", "", "C9"))))
        case "day":
            start = datetime(fact.at.year, 1, 1, 12)
            at = draw(st.sampled_from((start, start.replace(month=12), fact.at + timedelta(hours=1))))
            return told._replace(fact=replace(fact, at=at if at.year == fact.at.year else start))
        case "voided":
            return told._replace(is_voided=True)
    if isinstance(fact, model.Return):
        lines = draw(st.lists(st.sampled_from(RETURNED), min_size=1, max_size=2))
        basis = draw(st.sampled_from((fact.receipt_number, *numbers)))
        back = (*lines, *(() if told.code else fact.lines))
        return told._replace(fact=replace(fact, receipt_number=basis, lines=back))
    sums = [*draw(st.lists(st.sampled_from(SOLD), min_size=1, max_size=3)), *(() if told.code else fact.lines)]
    total = sum(line.amount for line in sums)
    redeemed = draw(st.sampled_from((0, min(fact.redeemed, total), total // 2, min(500_00, total))))
    return told._replace(fact=replace(fact, lines=tuple(sums), redeemed=redeemed))


OWN = st.just((model.Programme(),))
SOLD = (
    model.Line("A", 1000, None, 0, 10_000_00), model.Line("B", 3000, None, 0, 100_01),
    model.Line("C", 333, None, 0, 7), model.Line("A", 1000, None, 0, 0),
)  # fmt: skip
RETURNED = (
    model.ReturnLine("A", 1000, None), model.ReturnLine("A", None, 4_000_00), model.ReturnLine("B", 1500, 20_00),
    model.ReturnLine("X", 1000, None),
)  # fmt: skip


@IN_FILES
@given(retold())
def test_said_wrong_first_and_right_later_is_as_said_right_at_once(
    documents: tuple[list[Told], list[list[Told]]],
) -> None:
    right, files = documents
    emptied()
    taken([right])
    at_once = exported()
    emptied()
    taken(files)
    assert exported() == at_once


def taken(files: list[list[Told]]) -> None:
    """Import each file in turn; `check` is clean after every one."""
    with tempfile.TemporaryDirectory() as folder:
        for number, told in enumerate(files):
            voided = {place for place, one in enumerate(told) if one.is_voided}
            pairs = [(one.code, one.fact) for one in told]
            assert import_file(flat.write(Path(folder) / f"{number}.csv", pairs, voided=voided)).errors == []
            everything_agrees()


def exported() -> dict[str, list[tuple[object, ...]]]:
    """All that leaves the product, without its own ids; who never bought anything is nobody."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with db.reading() as session:
        codes = dict(session.connection().execute(select(customers.c.id, customers.c.external_id)).all())
        for kind in ("customers", "receipts", "returns", "entries"):
            columns, rows = KINDS_OF_EXPORT[kind]
            names = [column.name for column in columns]
            dicts = [dict(zip(names, row, strict=True)) for row in rows(session, None)]
            found[kind] = sorted(
                (tuple((codes.get(value) if name == "customer_id" else value) for name, value in row.items()
                       if name not in ("id", "registered_on"))
                 for row in dicts if kind != "customers" or row["receipts_count"] or row["returns_count"]),
                key=repr,
            )  # fmt: skip
    return found
