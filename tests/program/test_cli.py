"""The command line as scripts and people use it: exit codes, one line for a mistake, JSON for programs."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from loyalty import db
from loyalty.models import customers
from tests.till import ANNA, BORIS, ROOT, environment, file_of, loyalty, sale

COUNTS = ("rows", "imported", "unchanged", "changed", "rejected", "customers_created", "unmatched_returns")


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    lines = [sale("10.01.2026", "1", ANNA, "10000"), sale("11.01.2026", "2", BORIS, "5000")]
    return file_of(tmp_path / "продажи.csv", lines)


def one_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1 and "Traceback" not in text


def test_a_file_goes_in_once_and_again_changes_nothing(database_url: str, sales: Path) -> None:
    first = loyalty(database_url, "import", sales, "--json", fresh=True)
    assert (first.returncode, first.stderr) == (0, "")
    report = json.loads(first.stdout)
    assert [report[name] for name in COUNTS] == [3, 2, 0, 0, 0, 2, 0]
    assert (report["file"], report["kind"], report["warnings"], report["errors"]) == (
        "продажи.csv",
        "sales",
        [],
        [],
    )
    again = json.loads(loyalty(database_url, "import", sales, "--json").stdout)
    assert [again[name] for name in COUNTS] == [3, 0, 2, 0, 0, 0, 0]
    checked = loyalty(database_url, "check")
    assert (checked.returncode, checked.stdout) == (0, "Всё сходится: 2\u00a0клиента\n")


def test_a_bad_row_is_left_beside_the_file_and_the_rest_goes_in(sqlite_url: str, tmp_path: Path) -> None:
    lines = [sale("10.01.2026", "1", ANNA, "10000"), sale("12.12.2026", "2", ANNA, "500")]
    done = loyalty(sqlite_url, "import", file_of(tmp_path / "sales.csv", lines), "--json", fresh=True)
    report = json.loads(done.stdout)
    assert (done.returncode, report["imported"], report["rejected"]) == (1, 1, 1)
    assert (report["errors"][0]["row"], report["errors"][0]["column"]) == (3, "Дата")
    assert (tmp_path / "sales.csv.rejected.csv").exists()
    told = loyalty(sqlite_url, "import", tmp_path / "sales.csv")
    assert told.returncode == 1
    assert "отклонено: 1" in told.stdout
    assert "строка 3" in told.stdout


def test_of_several_files_the_worst_decides_and_each_gets_its_object(sqlite_url: str, sales: Path) -> None:
    picture = sales.with_name("photo.csv")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = loyalty(sqlite_url, "import", picture, sales.with_name("missing.csv"), sales, "--json")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    unusable, missing, good = map(json.loads, done.stdout.splitlines())
    assert (unusable["rows"], good["imported"]) == (0, 2)
    assert unusable["errors"][0]["reason"] in done.stderr
    assert missing["errors"][0]["reason"].startswith("Нет такого файла")


@pytest.mark.parametrize("arguments", [(), ("night",)], ids=["a mistake", "no database"])
def test_a_refusal_leaves_a_fresh_interpreter_with_its_exit_code(arguments: tuple[str, ...]) -> None:
    done = loyalty("sqlite:////no/such/folder/loyalty.db", *arguments, fresh=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert one_line(done.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Не хватает: КОМАНДА"),
        (("import",), 2, "Не хватает: ФАЙЛ"),
        (("mail",), 2, "нет такого: 'mail'"),
        (("night", "--day", "завтра"), 2, "день пишут так: 2026-03-14, а не «завтра»"),
        (("export", "segment", "x.csv"), 2, "нет такого: 'segment'"),
        (("export", "customers", "x.doc"), 2, ".jsonl"),
        (("export", "customers", "no/such/folder/x.csv"), 2, "Нет такой папки"),
        (("restore", "no-such-file.db"), 2, "Нет такого файла: no-such-file.db"),
        (("demo", "--customers", "0"), 2, "от 1 до 1 000 000"),
    ],
)
def test_a_mistake_is_one_russian_line(sqlite_url: str, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = loyalty(sqlite_url, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert one_line(done.stderr)
    assert words in done.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/loyalty.db", "Не удалось открыть файл базы данных"),
        ("mysql://localhost/loyalty", "адрес SQLite или PostgreSQL"),
        ("not an address", "адрес в LOYALTY_DATABASE_URL написан с ошибкой"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/loyalty", "Сервер PostgreSQL не отвечает"),
    ],
)
def test_a_database_that_is_not_there_is_one_russian_line(url: str, words: str) -> None:
    done = loyalty(url, "check")
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert words in done.stderr


def test_a_newer_database_is_left_alone(sqlite_url: str) -> None:
    with db.connect(sqlite_url).execution_options(writer=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    done = loyalty(sqlite_url, "migrate")
    assert (done.returncode, done.stderr) == (2, "База данных новее программы: обновите программу\n")


def test_any_command_prepares_an_empty_database(bare_database_url: str) -> None:
    assert loyalty(bare_database_url, "check").stdout == "Всё сходится: 0\u00a0клиентов\n"


def test_help_is_russian() -> None:
    told = loyalty("sqlite://", "export", "--help").stdout
    assert told.startswith("Как вызвать: python -m loyalty export")
    assert "usage" not in told
    assert "show this help" not in told


def test_check_names_who_differs(database_url: str, sales: Path) -> None:
    loyalty(database_url, "import", sales)
    with db.connect(database_url).execution_options(writer=True).begin() as connection:
        connection.execute(update(customers).where(customers.c.external_id == "К-1").values(available=1))
    done = loyalty(database_url, "check")
    assert done.returncode == 1
    assert "Сергеева Анна, +79161110001" in done.stdout or "Анна Сергеева, +79161110001" in done.stdout
    told = json.loads(loyalty(database_url, "check", "--json").stdout)
    assert (told["customers"], told["differences"], told["first"][0]["stored"]) == (2, 1, "1")


def test_the_demo_shop_goes_into_an_empty_database_only(database_url: str) -> None:
    done = loyalty(database_url, "demo", "--customers", "30", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    assert loyalty(database_url, "check").returncode == 0
    again = loyalty(database_url, "demo", "--customers", "30")
    assert again.returncode == 2
    assert one_line(again.stderr)


def wait_until_somebody_writes(path: Path) -> None:
    """Until a transaction of somebody's keeps the database from other writers."""
    deadline = time.monotonic() + 30
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        while time.monotonic() < deadline:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return
            other.execute("ROLLBACK")
            time.sleep(0.05)
    raise AssertionError("nobody writes")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent otherwise on Windows")
def test_ctrl_c_is_one_line_and_nothing_is_written(sqlite_url: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "loyalty", "demo", "--customers", "20000"],
        cwd=ROOT,
        env=environment(sqlite_url, "2026-12-01"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until_somebody_writes(Path(sqlite_url.removeprefix("sqlite:///")))
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (130, b"")
    assert errors.decode() == "Прервано. Что не успело закончиться, не записано\n"
    assert loyalty(sqlite_url, "check").stdout == "Всё сходится: 0\u00a0клиентов\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_bar_is_drawn_on_a_terminal_only(sqlite_url: str, sales: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "loyalty", "import", str(sales)],
        cwd=ROOT,
        env=environment(sqlite_url, "2026-12-01"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    drawn = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert "█" in drawn
    assert "продажи.csv" in drawn
    assert "█" not in done.stdout.decode()
