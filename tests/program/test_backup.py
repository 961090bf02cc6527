"""Backups of real databases: whole, checked, put back; and never at the price of the present one."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, select
from sqlmodel import SQLModel, update

from loyalty import backup, db, settings
from loyalty.db import Unavailable
from loyalty.errors import LoyaltyError, NotFound, UnreadableFile
from loyalty.files.importing import import_file
from loyalty.models import customers, runs
from tests import forked
from tests.forked import Death, by_the_clock, deaths, dies, steps
from tests.till import ANNA, BORIS, environment, file_of, loyalty, sale

TODAY = date(2026, 2, 1)
ALONE = "sqlite: PRAGMA journal_mode = DELETE"


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if database_url.startswith("postgresql") and not shutil.which("pg_dump"):
        pytest.skip("no pg_dump on this machine")
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    lines = [sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "1000")]
    import_file(file_of(tmp_path / "sales.csv", lines))
    yield database_url
    shutil.rmtree(settings.files_dir(), ignore_errors=True)  # PostgreSQL's is not in tmp_path


@pytest.fixture
def sqlite_shop(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    import_file(file_of(tmp_path / "sales.csv", [sale("10.01.2026", "1", ANNA, "10000")]))
    return Path(sqlite_url.removeprefix("sqlite:///"))


def balances() -> list[tuple[str, int]]:
    with db.reading() as session:
        query = select(customers.c.external_id, customers.c.available).order_by(customers.c.id)
        return [(code, available) for code, available in session.connection().execute(query)]


def lose_everything() -> None:
    with db.writing() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name != "settings":
                session.connection().execute(delete(table))


def test_what_was_lost_comes_back(shop: str, tmp_path: Path) -> None:
    before = balances()
    copy = backup.make(tmp_path / "копии")
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    lose_everything()
    kept = backup.restore(copy)
    assert balances() == before == [("К-1", 50_000), ("К-2", 5_000)]
    assert kept is not None
    assert "before-restore" in kept.name
    db.engine().dispose()
    assert loyalty(shop, "check", today=TODAY.isoformat()).returncode == 0


def test_a_restore_can_itself_be_taken_back(shop: str, tmp_path: Path) -> None:
    copy = backup.make(tmp_path)
    with db.writing() as session:
        session.connection().execute(update(customers).values(available=1))
    kept = backup.restore(copy)
    assert kept is not None
    backup.restore(kept)
    assert [available for _, available in balances()] == [1, 1]


def test_the_command_makes_a_backup_and_restores_it(shop: str, tmp_path: Path) -> None:
    db.engine().dispose()
    made = loyalty(shop, "backup", tmp_path / "x")
    path = Path(made.stdout.strip())
    assert (made.returncode, made.stderr, path.exists()) == (0, "", True)
    lose_everything()
    db.engine().dispose()
    done = loyalty(shop, "restore", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("База восстановлена. Прежняя отложена: ")
    assert len(balances()) == 2


def test_it_waits_for_nobody_and_refuses_while_the_program_works(shop: str, tmp_path: Path) -> None:
    copy = backup.make(tmp_path)
    before = balances()
    db.engine().dispose()
    program = db.connect(shop)
    with program.connect() as connection:
        connection.execute(select(customers.c.id)).all()
        connection.rollback()  # the dashboard's connection waits in its pool
        with pytest.raises(Unavailable, match="остановите её"):
            backup.restore(copy)
    program.dispose()
    assert balances() == before


def test_a_newer_backup_is_refused(shop: str, tmp_path: Path) -> None:
    with db.connect(shop).execution_options(writer=True).begin() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LoyaltyError, match="более новой программой"):
        copy = backup.make(tmp_path)  # PostgreSQL's own check of the dump says it at once
        backup.restore(copy)
    with db.writing() as session:
        found = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    assert (found, len(balances())) == ("9999", 2)
    assert version != found


def test_the_days_copy_is_made_once_and_noted(shop: str) -> None:
    folder = backup.folder()
    assert backup.daily(TODAY) is not None
    assert backup.daily(TODAY) is None
    with db.reading() as session:
        run = session.connection().execute(select(runs).where(runs.c.job == "backup")).one()
    assert run.summary.endswith("КБ, проверена")
    assert run.finished_at is not None
    assert len(list(folder.iterdir())) == 1


def test_a_copy_that_failed_is_tried_again_an_hour_later(sqlite_shop: Path) -> None:
    settings.files_dir().mkdir(exist_ok=True)
    backup.folder().write_text("a file where the folder should be")
    with pytest.raises(OSError):
        backup.daily(TODAY)
    backup.folder().unlink()
    assert backup.daily(TODAY) is None  # somebody may be at it
    with db.writing() as session:
        run = session.connection().execute(select(runs)).one()
        assert run.summary.startswith("Копия не сделана")
        session.connection().exec_driver_sql("UPDATE runs SET started_at = '2026-01-01 00:00:00.000000'")
    assert backup.daily(TODAY) is not None


def test_the_last_fourteen_days_are_kept(tmp_path: Path) -> None:
    for day in range(1, 21):
        (tmp_path / f"loyalty-2026-01-{day:02}-030000.db").touch()
    (tmp_path / "loyalty-2026-01-20-120000.db").touch()
    (tmp_path / "loyalty-2026-01-01-120000-before-restore.db").touch()
    (tmp_path / "my own.db").touch()
    backup.prune(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) == 14 + 3
    assert left[0] == "loyalty-2026-01-01-120000-before-restore.db"
    assert left[1] == "loyalty-2026-01-07-030000.db"


def test_a_copy_is_whole_while_somebody_writes(sqlite_shop: Path, tmp_path: Path) -> None:
    with db.writing() as session:
        session.connection().execute(update(customers).values(available=77))
        copy = backup.make(tmp_path)
    with closing(sqlite3.connect(copy)) as found:
        assert found.execute("SELECT available FROM customers").fetchone() == (50_000,)
        assert found.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_without_a_database_the_backup_becomes_it(sqlite_shop: Path, tmp_path: Path) -> None:
    copy = backup.make(tmp_path)
    db.engine().dispose()
    sqlite_shop.unlink()
    assert backup.restore(copy) is None
    assert balances() == [("К-1", 50_000)]


@pytest.mark.parametrize("damage", ["head", "middle"])
def test_a_broken_database_is_put_aside_as_it_is(sqlite_shop: Path, tmp_path: Path, damage: str) -> None:
    copy = backup.make(tmp_path)
    db.engine().dispose()
    size = sqlite_shop.stat().st_size
    with open(sqlite_shop, "r+b") as file:
        file.seek(0 if damage == "head" else 4096)
        file.write(os.urandom(4096 if damage == "head" else size - 8192))
    broken = sqlite_shop.read_bytes()
    kept = backup.restore(copy)
    assert kept is not None
    assert "broken" in kept.name
    assert kept.stat().st_size == len(broken)
    assert balances() == [("К-1", 50_000)]


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE notes (text)")
        made.commit()


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda path: path.write_text("не база"), "не резервная копия"),
        (lambda path: path.write_bytes(b""), "не резервная копия"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(5000)), "повреждён"),
        (foreign_database, "другой программы"),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_is_touched(
    sqlite_shop: Path, tmp_path: Path, write: object, words: str
) -> None:
    strange = tmp_path / "strange.db"
    assert callable(write)
    write(strange)
    with pytest.raises(UnreadableFile, match=words):
        backup.restore(strange)
    assert balances() == [("К-1", 50_000)]
    assert not list(tmp_path.glob(".*.restoring*"))


def test_a_half_copied_backup_is_refused(sqlite_shop: Path, tmp_path: Path) -> None:
    copy = backup.make(tmp_path)
    copy.write_bytes(copy.read_bytes()[:-20_000])
    with pytest.raises(UnreadableFile, match="повреждён"):
        backup.restore(copy)
    with pytest.raises(NotFound):
        backup.restore(tmp_path / "нет.db")


@pytest.mark.slow
@pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")
def test_killed_while_restoring_the_database_is_the_old_or_the_new(
    sqlite_shop: Path, tmp_path: Path, chance: Random
) -> None:
    copy, outside = backup.make(tmp_path), environment(f"sqlite:///{sqlite_shop}", TODAY.isoformat())
    db.engine().dispose()
    whole = steps(outside, "restore", copy)
    assert whole.count(ALONE) == 5  # it has the database alone at the fourth, and has copied by the fifth
    in_the_copying = [Death(3, ALONE, 0.005 * chance.random()) for _ in range(4)]
    ways = deaths(whole, 10, chance) + in_the_copying + by_the_clock(0.3, 4, chance)
    for death in ways:
        with db.writing() as session:
            session.connection().execute(update(customers).values(available=1))
        db.engine().dispose()
        assert dies(outside, death, "restore", copy) or death.later_s
        assert balances() in ([("К-1", 1)], [("К-1", 50_000)]), death
        db.engine().dispose()
    assert loyalty(f"sqlite:///{sqlite_shop}", "restore", copy).returncode == 0
    assert balances() == [("К-1", 50_000)]


def test_without_postgresqls_programs_one_sentence_says_what_to_do(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="поставьте клиент PostgreSQL"):
        backup.make(tmp_path)
    assert list(tmp_path.iterdir()) == []
