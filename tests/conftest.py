"""What every test can ask for: a database of its own on SQLite or PostgreSQL, the shared sales, a browser.

`database_url`, `engine` and `session` run a test twice, on both databases; the `sqlite_…` ones once.
Under REQUIRE_ALL=1 a skip is a failure.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy.engine import Engine
from sqlmodel import Session

from tests import compiled
from tests.browser import browser, page, phone, running_app  # noqa: F401 — fixtures
from tests.postgres import Cluster, programs

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
NAMES = itertools.count(1)
assert compiled  # it listens to every engine

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, print_blob=True)
settings.register_profile("quick", max_examples=10, deadline=None)
settings.register_profile(  # for tests.mutants: the same examples each time, and the first failure is enough
    "mutants",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("LOYALTY_TEST_PROFILE") or ("ci" if REQUIRE_ALL else "dev"))


# --- A skip is a failure where everything must run ------------------------------------------------------


def fail_if_skipped(report: Any) -> None:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but this was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    fail_if_skipped(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: the last worker must not sit over them alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


# --- Databases ------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_of_the_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the shop's own database or inbox, whatever it forgets to say."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", f"sqlite:///{tmp_path}/unasked.db")
    monkeypatch.setenv("LOYALTY_INBOX", str(tmp_path / "inbox"))
    monkeypatch.delenv("LOYALTY_TODAY", raising=False)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating anew for each test would take most of its time."""
    from loyalty import db

    path = tmp_path_factory.mktemp("template") / "migrated.db"
    db.migrate(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:  # what is still in the WAL would not be copied
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, one for each process of the test run."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL on this machine")
    made = Cluster(found)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def migrated_postgres(cluster: Cluster) -> str:
    """The name of a migrated database to copy."""
    from loyalty import db

    db.migrate(cluster.create("migrated"))
    # A template may have no connections: those that the migration's engine still keeps go.
    cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'migrated'")
    return "migrated"


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    copy = tmp_path / "loyalty.db"
    shutil.copyfile(migrated_sqlite, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgres_url(cluster: Cluster, migrated_postgres: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    name = f"test_{os.getpid()}_{next(NAMES)}"  # its files have a folder by this name, for all processes
    yield cluster.create(name, template=migrated_postgres)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: the test runs on SQLite and on PostgreSQL."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of both kinds: for tests of the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = f"bare_{os.getpid()}_{next(NAMES)}"
    yield server.create(name)
    server.drop(name)


def connected(url: str) -> Iterator[Engine]:
    from loyalty import db

    engine = db.connect(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own, of both kinds."""
    yield from connected(database_url)


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An engine on a SQLite database of the test's own."""
    yield from connected(sqlite_url)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session on both kinds of database; committed after the test."""
    from loyalty import db

    with db.writing(engine) as opened:
        yield opened


@pytest.fixture
def chance() -> Random:
    """Where they are killed is never the same; KILL_SEED says the number again."""
    seed = int(os.environ.get("KILL_SEED") or SystemRandom().randrange(1_000_000))
    print(f"KILL_SEED={seed}")
    return Random(seed)


@pytest.fixture
def took(tmp_path: Path) -> Any:
    """took(line, …): a sales file of these lines is imported into the product's own database; its report."""
    from tests.till import imports_into

    return imports_into(tmp_path)


# --- Real sales -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real sales beside the checkout, or where LOYALTY_SHARED says."""
    shared = Path(os.environ.get("LOYALTY_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        pytest.skip(f"no real sales: {shared / 'data'} is missing (LOYALTY_SHARED names another folder)")
    return shared / "data"


@pytest.fixture(scope="session")
def shared_cases(shared_data: Path) -> Path:
    """The folder of files that real shops would bring."""
    return shared_data.parent / "cases" / "import"
