"""The real sales of CDNOW, one receipt a row, through the command line into both databases: not a kopeck lost."""

import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from loyalty import db
from loyalty.engine.facts import load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import replay
from loyalty.models import customers
from tests.bonuses import model
from tests.onec import flat
from tests.till import loyalty

pytestmark = pytest.mark.slow
TODAY = "1998-12-31"
ROUBLES_A_DOLLAR = 30
FILES = 5
LOOKED_AT = 40
LAST_DAY = date(1998, 12, 31)
DAYS = [date(1997, 2, 1), date(1997, 6, 1), date(1998, 1, 20), date(1998, 6, 30)]

Sold = tuple[str, model.Receipt]


@dataclass(frozen=True)
class Shop:
    """A database the sales went into, what each import said, and the movements that came out."""

    url: str
    reports: list[dict[str, Any]]
    entries: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def sold(shared_data: Path) -> list[Sold]:
    """Every purchase with its customer's code; a receipt's number is its row's."""
    rows = (shared_data / "CDNOW_master.txt").read_text().splitlines()
    return [purchase(number, *row.split()) for number, row in enumerate(rows, 1)]


def purchase(number: int, customer: str, day: str, discs: str, dollars: str) -> Sold:
    whole, cents = dollars.split(".")
    kopecks = (int(whole) * 100 + int(cents)) * ROUBLES_A_DOLLAR
    line = model.Line("CD", int(discs) * 1000, None, 0, kopecks)
    return customer, model.Receipt(f"{number:06}", datetime.strptime(day, "%Y%m%d"), (line,), 0)


def shop(url: str, folder: Path, files: list[list[Sold]]) -> Shop:
    """Each file through the real command line, and everybody's movements back out of it."""
    reports = []
    for number, part in enumerate(files):
        done = loyalty(url, "import", flat.write(folder / f"{number}.csv", part), "--json", today=TODAY)
        assert (done.returncode, done.stderr) == (0, "")
        reports.append(json.loads(done.stdout))
    return Shop(url, reports, exported(url, folder))


def exported(url: str, folder: Path) -> list[tuple[Any, ...]]:
    """Movements by code and receipt's number: ids depend on which file came first."""
    out = folder / "entries.jsonl"
    assert loyalty(url, "export", "entries", out, today=TODAY).returncode == 0
    movements = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    names = ("external_id", "effective_on", "kind", "amount", "receipt_number", "reason")
    return sorted(tuple(movement[name] or "" for name in names) for movement in movements)


def customers_on(url: str, folder: Path, day: date) -> dict[str, dict[str, Any]]:
    out = folder / "customers.jsonl"
    assert loyalty(url, "export", "customers", out, "--as-of", day, today=TODAY).returncode == 0
    people = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return {person["external_id"]: person for person in people}


@pytest.fixture(scope="module")
def on_sqlite(migrated_sqlite: Path, sold: list[Sold], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("real")
    shutil.copyfile(migrated_sqlite, folder / "real.db")
    return shop(f"sqlite:///{folder / 'real.db'}", folder, [sold])


@pytest.fixture(scope="module")
def on_postgres(
    cluster: Any, migrated_postgres: str, sold: list[Sold], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    url = cluster.create("real_sales", template=migrated_postgres)
    yield shop(url, tmp_path_factory.mktemp("real"), [sold])
    cluster.drop("real_sales")


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def real(request: pytest.FixtureRequest) -> Shop:
    found: Shop = request.getfixturevalue(request.param)
    return found


def test_every_row_is_accounted_for(real: Shop, sold: list[Sold]) -> None:
    (report,) = real.reports
    assert (report["rows"], report["imported"], report["skipped"]) == (len(sold) + 1, len(sold), 1)
    assert (report["unchanged"], report["changed"], report["rejected"], report["errors"]) == (0, 0, 0, [])
    assert report["customers_created"] == len({customer for customer, _ in sold}) == 23_570


def test_the_totals_are_the_files(real: Shop, sold: list[Sold], tmp_path: Path) -> None:
    out = tmp_path / "receipts.jsonl"
    assert loyalty(real.url, "export", "receipts", out, today=TODAY).returncode == 0
    receipts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert Counter(
        (one["external_id"], one["number"], one["at"][:10], one["total"]) for one in receipts
    ) == Counter(
        (customer, receipt.number, receipt.at.date().isoformat(), receipt.total) for customer, receipt in sold
    )
    engine = db.connect(real.url)
    with db.reading(engine) as session:
        turnover = session.connection().scalar(select(func.sum(customers.c.turnover)))
    engine.dispose()
    assert turnover == sum(receipt.total for _, receipt in sold)


def test_check_finds_nothing(real: Shop) -> None:
    assert loyalty(real.url, "check", today=TODAY).returncode == 0


def test_some_customers_are_as_the_slow_model_says(
    real: Shop, sold: list[Sold], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = defaultdict(list)
    for customer, receipt in sold:
        bought[customer].append(receipt)
    often = sorted(bought, key=lambda customer: -len(bought[customer]))[:5]
    chosen = [*often, *random.Random(7).sample(sorted(bought), LOOKED_AT - len(often))]
    people = customers_on(real.url, tmp_path, LAST_DAY)
    for customer in chosen:
        assert shown(people[customer]) == by_the_model(bought[customer], LAST_DAY), customer
    monkeypatch.setenv("LOYALTY_DATABASE_URL", real.url)
    for customer in chosen:
        for day in DAYS:
            assert stored(customer, day) == by_the_model(bought[customer], day), (customer, day)


def stored(customer: str, day: date) -> dict[str, Any]:
    """A customer's figures on a day, from her facts in the database."""
    with db.reading() as session:
        id_ = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == customer))
        programs, facts = load_programs(session), load_facts(session, [id_], until=day)
    ledger = replay(facts.get(id_, []), programs)
    figures = {**purchases(ledger, programs, day)._asdict(), **balance(ledger.entries, day)._asdict()}
    on, burns_on = figures["last_purchase_on"], figures["next_burn_on"]
    figures |= {"rate": figures["rate"] // 100, "last_purchase_on": on and on.isoformat()}
    return shown(figures | {"next_burn_on": burns_on and burns_on.isoformat()})


def shown(person: dict[str, Any]) -> dict[str, Any]:
    return {name: person[name] for name in FIGURES}


FIGURES = (
    "available", "pending", "spent", "burned", "debt", "turnover", "rate", "receipts_count", "receipts_sum",
    "last_purchase_on", "next_burn_on", "next_burn",
)  # fmt: skip


def by_the_model(receipts: list[model.Receipt], day: date) -> dict[str, Any]:
    right = model.state(receipts, [model.Programme(since=date(1990, 1, 1))], day)
    on, burns = right.next_burn or (None, None)
    return {
        "available": right.available,
        "pending": right.pending_sum,
        "spent": right.spent,
        "burned": right.burned,
        "debt": right.debt,
        "turnover": right.turnover,
        "rate": right.rate,
        "receipts_count": right.receipts_count,
        "receipts_sum": right.receipts_sum,
        "last_purchase_on": right.last_purchase_on and right.last_purchase_on.isoformat(),
        "next_burn_on": on and on.isoformat(),
        "next_burn": burns,
    }


def test_both_databases_give_the_same_movements(on_sqlite: Shop, on_postgres: Shop) -> None:
    assert len(on_sqlite.entries) > 100_000
    assert on_sqlite.entries == on_postgres.entries


def test_in_five_files_in_any_order_the_movements_are_the_same(
    on_sqlite: Shop, sqlite_url: str, sold: list[Sold], tmp_path: Path
) -> None:
    chance = random.Random(2026)
    files: list[list[Sold]] = [[] for _ in range(FILES)]
    for one in chance.sample(sold, len(sold)):
        chance.choice(files).append(one)
    split = shop(sqlite_url, tmp_path, files)
    assert sum(report["imported"] for report in split.reports) == len(sold)
    assert split.entries == on_sqlite.entries
    assert loyalty(sqlite_url, "check", today=TODAY).returncode == 0
