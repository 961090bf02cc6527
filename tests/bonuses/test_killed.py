"""Killed at any moment: a file is in whole or not at all, a night done or not, and the next run ends the work."""

import itertools
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from loyalty import db, export
from loyalty.engine import ledger
from loyalty.models import runs
from tests import forked
from tests.forked import Death, by_the_clock, deaths, dies, steps
from tests.postgres import Cluster
from tests.till import HEADER, environment, loyalty

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")]
TODAY = "2026-12-01"
RECEIPTS, CUSTOMERS = 2_500, 500  # several batches of everything that goes by batches
LINES = 3
KILLS = {"sqlite": 16, "postgresql": 6}  # at chosen steps
NIGHTS = 300
BY_THE_CLOCK = {"sqlite": 4, "postgresql": 2}  # at any moment


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed import leaves among temporary files goes with the test."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """7,500 lines of a year; each tenth receipt is paid with bonuses, each twentieth comes back."""
    made = random.Random(1)
    path = tmp_path_factory.mktemp("killed") / "sales.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(f"{HEADER}\n")
        for number in range(RECEIPTS):
            on = f"{made.randint(1, 28):02}.{made.randint(1, 11):02}.2026"
            who = f"К-{made.randrange(CUSTOMERS)};;;"
            goods = [(f"A{i};Товар {i};", made.randint(50, 5000)) for i in range(LINES)]
            paid = made.randint(1, 50) if number % 10 == 0 else 0
            for article, rub in goods:
                out.write(f"{on};{number};;;Центр;;;{who};{article};1;{rub};0;{rub};{paid or ''};\n")
                paid = 0
            if number % 20 == 0:
                article, rub = goods[0]
                back = f"28.11.2026;В{number};Возврат;{number};Центр;;;{who};{article};1;{rub};0;{rub};;"
                out.write(f"{back}\n")
    return path


def counted(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with closing(engine.connect()) as connection:
        tables = ("customers", "receipts", "receipt_lines", "returns", "entries", "products", "imports")
        found = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in tables}
    engine.dispose()
    return found


def everything(url: str, folder: Path) -> dict[str, list[str]]:
    """All that can be exported, line by line; ids are left out, as a killed import may use some up."""
    engine, found = db.connect(url), {}
    for what in ("customers", "receipts", "returns", "entries"):
        out = folder / f"{what}.jsonl"
        with db.reading(engine) as session:
            export.export(session, what, out, None)
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        found[what] = sorted(str({k: v for k, v in row.items() if k not in ("id", "customer_id")}) for row in rows)
    engine.dispose()
    return found


def check_is_clean(url: str) -> None:
    engine = db.connect(url)
    with db.reading(engine) as session:
        assert list(ledger.check(session)) == []
    engine.dispose()


@pytest.fixture(scope="module")
def unkilled(migrated_sqlite: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("unkilled")
    shutil.copyfile(migrated_sqlite, folder / "loyalty.db")
    url = f"sqlite:///{folder / 'loyalty.db'}"
    assert loyalty(url, "import", file, today=TODAY).returncode == 0
    return everything(url, folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Another migrated, empty database with every call."""
    if kind == "sqlite":
        template = request.getfixturevalue("migrated_sqlite")
        numbers = itertools.count()
        yield lambda: f"sqlite:///{shutil.copyfile(template, tmp_path / f'{next(numbers)}.db')}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    template = request.getfixturevalue("migrated_postgres")
    names: list[str] = []

    def create() -> str:
        names.append(f"killed_{os.getpid()}_{len(names)}")
        return cluster.create(names[-1], template=template)

    yield create
    for name in names:
        cluster.drop(name)


def check_same(url: str, file: Path, unkilled: dict[str, list[str]], folder: Path) -> None:
    """The file goes in again, and all is as if nobody had been killed."""
    done = loyalty(url, "import", file, "--json", today=TODAY)
    report = json.loads(done.stdout)
    assert (done.returncode, report["rejected"]) == (0, 0)
    assert report["imported"] in (0, report["rows"] - 1)
    assert everything(url, folder) == unkilled
    check_is_clean(url)


def test_an_import_killed_at_any_moment(
    kind: str,
    empty: Callable[[], str],
    file: Path,
    unkilled: dict[str, list[str]],
    tmp_path: Path,
    chance: random.Random,
) -> None:
    ways = deaths(steps(environment(empty(), TODAY), "import", file), KILLS[kind], chance)
    url = empty()
    ways += by_the_clock(duration_s(empty(), "import", file), BY_THE_CLOCK[kind], chance)
    before, died = counted(url), 0
    for death in ways:
        died += dies(environment(url, TODAY), death, "import", file)
        now = counted(url)
        check_is_clean(url)
        assert now == before or now["receipts"] == RECEIPTS, (death, now)
        assert death != Death(0, "commit") or now == before
        assert death != Death(0, "committed") or now["receipts"] == RECEIPTS
        if now != before:  # the same file again changes nothing
            check_same(url, file, unkilled, tmp_path)
            url = empty()
    assert died >= KILLS[kind]
    check_same(url, file, unkilled, tmp_path)


def duration_s(url: str, *arguments: object) -> float:
    began_s = time.monotonic()
    assert loyalty(url, *arguments, today=TODAY).returncode == 0
    return time.monotonic() - began_s


def nights(url: str) -> tuple[list[date], date | None]:
    """The nights done, by day, and the day the figures are of; none is half done."""
    engine = db.connect(url)
    with db.reading(engine) as session:
        query = select(runs.c.day, runs.c.finished_at).where(runs.c.job == "night").order_by(runs.c.day)
        found = session.connection().execute(query).all()
        figures_on = ledger.figures_on(session)
    engine.dispose()
    assert all(finished_at for _, finished_at in found)
    return [day for day, _ in found], figures_on


def test_nights_killed_at_any_moment(
    kind: str, empty: Callable[[], str], file: Path, chance: random.Random
) -> None:
    url, first = empty(), date.fromisoformat(TODAY)
    assert loyalty(url, "import", file, today=TODAY).returncode == 0
    assert loyalty(url, "night", "--day", TODAY).returncode == 0
    before, until = counted(url), first + timedelta(days=NIGHTS)
    two = steps(environment(url, TODAY), "night", "--day", first + timedelta(days=2))
    ways = deaths(two, KILLS[kind], chance) + by_the_clock(0.2, BY_THE_CLOCK[kind], chance)
    for number, death in enumerate(ways):
        died = dies(environment(url, TODAY), death, "night", "--day", until)
        assert died or death.later_s
        done, figures_on = nights(url)
        assert done == [first + timedelta(days=day) for day in range(len(done))]
        assert figures_on == done[-1]
        if number % 5 == 0:
            check_is_clean(url)
    assert loyalty(url, "night", "--day", until).returncode == 0
    assert (len(nights(url)[0]), nights(url)[1]) == (NIGHTS + 1, until)
    assert counted(url) == before
    check_is_clean(url)
