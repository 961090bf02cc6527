"""The tests' own house: databases that nobody else touched, a browser that sees, and no silent skips."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page
from sqlalchemy.engine import Engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_a_migrated_database_nobody_wrote_to(engine: Engine, time: str) -> None:
    with engine.execution_options(writer=True).begin() as connection:
        assert sa.inspect(connection).has_table("alembic_version")
        assert not sa.inspect(connection).has_table("left_behind")
        connection.execute(sa.text("CREATE TABLE left_behind (id integer)"))


def test_postgresql_knows_the_case_of_russian_letters(postgres_url: str) -> None:
    with sa.create_engine(postgres_url).connect() as connection:
        assert connection.scalar(sa.text("SELECT lower('ИВАНОВА Ёлка')")) == "иванова ёлка"


@pytest.mark.browser
def test_the_browser_speaks_russian_and_is_as_wide_as_asked(page: Page, phone: Page) -> None:
    assert page.evaluate("navigator.language") == "ru-RU"
    assert (page.evaluate("innerWidth"), phone.evaluate("innerWidth")) == (1440, 390)


@pytest.mark.slow
@pytest.mark.parametrize(("require_all", "code"), [("1", 1), ("0", 0)])
def test_a_skip_fails_only_where_everything_must_run(tmp_path: Path, require_all: str, code: int) -> None:
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("test_*", "data"))
    (tmp_path / "tests" / "test_lazy.py").write_text(
        "import pytest\n\n\ndef test_lazy() -> None:\n    pytest.skip('not today')\n"
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_lazy.py"],
        cwd=tmp_path,
        env={**os.environ, "REQUIRE_ALL": require_all, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == code, ran.stdout
    assert "not today" in ran.stdout
