"""Killed at any moment: a file is in whole or not at all, a night done or not, and the next run ends the work."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from loyalty import db, export
from loyalty.engine import ledger
from loyalty.models import runs
from tests.till import HEADER, ROOT, environment, loyalty

pytestmark = pytest.mark.slow
TODAY = "2026-12-01"
RECEIPTS, CUSTOMERS = 7_000, 1_500
LINES = 3
KILLS, KILLS_ON_POSTGRES = 20, 4
chance = random.Random(20)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed import leaves among temporary files goes with the test."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """21,000 lines of a year; each tenth receipt is paid with bonuses, each twentieth comes back."""
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


def start(url: str, *arguments: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "loyalty", *map(str, arguments)],
        cwd=ROOT,
        env=environment(url, TODAY),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_after(seconds: float, url: str, *arguments: object) -> bool:
    """Whether SIGKILL came before the command's own end."""
    process = start(url, *arguments)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def duration_s(url: str, *arguments: object) -> float:
    began = time.monotonic()
    assert start(url, *arguments).wait() == 0
    return time.monotonic() - began


def moments(count: int, whole_s: float) -> Iterator[float]:
    """From the start to just after the end, one in each part of the way: where it is killed is never the same."""
    return (whole_s * (part + chance.random()) / count for part in range(count))


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


def emptied(url: str, template: Path) -> None:
    """The database as it was before the import."""
    path = Path(url.removeprefix("sqlite:///"))
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(template, path)


@pytest.fixture(scope="module")
def unkilled(migrated_sqlite: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("unkilled")
    shutil.copyfile(migrated_sqlite, folder / "loyalty.db")
    url = f"sqlite:///{folder / 'loyalty.db'}"
    assert loyalty(url, "import", file, today=TODAY).returncode == 0
    return everything(url, folder)


def killed_imports(url: str, file: Path, count: int, whole_s: float) -> int:
    """Kill that many; after each, nothing of the file is in, or all of it. How many died before the end."""
    died, before = 0, counted(url)
    assert before["receipts"] == 0
    for moment in moments(count, whole_s):
        died += killed_after(moment, url, "import", file)
        now = counted(url)
        assert now == before or now["receipts"] == RECEIPTS, (moment, now)
        check_is_clean(url)
        if now["receipts"]:
            break
    return died


def test_an_import_killed_at_twenty_moments(
    sqlite_url: str, migrated_sqlite: Path, file: Path, unkilled: dict[str, list[str]], tmp_path: Path
) -> None:
    whole_s = duration_s(sqlite_url, "import", file)
    emptied(sqlite_url, migrated_sqlite)
    died = 0
    while died < KILLS:
        died += killed_imports(sqlite_url, file, KILLS - died, whole_s)
        if counted(sqlite_url)["receipts"]:  # that one had ended already: the same file again changes nothing
            check_same(sqlite_url, file, unkilled, tmp_path)
            emptied(sqlite_url, migrated_sqlite)
    check_same(sqlite_url, file, unkilled, tmp_path)


def check_same(url: str, file: Path, unkilled: dict[str, list[str]], folder: Path) -> None:
    """The file goes in again, and all is as if nobody had been killed."""
    done = loyalty(url, "import", file, "--json", today=TODAY)
    report = json.loads(done.stdout)
    assert (done.returncode, report["rejected"]) == (0, 0)
    assert report["imported"] in (0, report["rows"] - 1)
    assert everything(url, folder) == unkilled
    check_is_clean(url)


def test_an_import_killed_on_postgresql(
    postgres_url: str, file: Path, unkilled: dict[str, list[str]], tmp_path: Path
) -> None:
    whole_s = 6.0
    assert killed_imports(postgres_url, file, KILLS_ON_POSTGRES, whole_s) >= 1
    check_same(postgres_url, file, unkilled, tmp_path)


def nights(url: str) -> tuple[list[date], date | None]:
    """The nights done, by day, and the day the figures are of."""
    engine = db.connect(url)
    with db.reading(engine) as session:
        days = list(session.connection().scalars(select(runs.c.day).order_by(runs.c.day)))
        figures_on = ledger.figures_on(session)
    engine.dispose()
    return days, figures_on


def killed_among_nights(url: str, until: date) -> bool:
    """Killed a moment after some night of this run is done; whether the run had not come to its end."""
    before = len(nights(url)[0])
    process = start(url, "night", "--day", until)
    while process.poll() is None and len(nights(url)[0]) == before:
        time.sleep(0.01)
    time.sleep(chance.random() / 20)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(
    ("kind", "kills", "days"), [("sqlite", KILLS, 800), ("postgresql", KILLS_ON_POSTGRES, 200)]
)
def test_nights_killed_at_twenty_moments(
    kind: str, kills: int, days: int, request: pytest.FixtureRequest, file: Path
) -> None:
    url = str(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url"))
    assert loyalty(url, "import", file, today=TODAY).returncode == 0
    assert loyalty(url, "night", "--day", TODAY).returncode == 0
    before, first = counted(url), date.fromisoformat(TODAY)
    until = first + timedelta(days=days)
    for kill in range(kills):
        assert killed_among_nights(url, until)
        done, figures_on = nights(url)
        assert done == [first + timedelta(days=day) for day in range(len(done))]
        assert figures_on == done[-1] < until
        if kill % 5 == 0:
            check_is_clean(url)
    assert loyalty(url, "night", "--day", until).returncode == 0
    assert (len(nights(url)[0]), nights(url)[1]) == (days + 1, until)
    assert counted(url) == before
    check_is_clean(url)
