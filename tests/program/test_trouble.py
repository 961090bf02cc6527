"""Whatever the machine or the file does to us: one clear sentence, exit code 2, and nothing written."""

import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from loyalty import db
from loyalty.files import queue
from loyalty.files.inbox import STEADY_S, Inbox
from tests import forked
from tests.postgres import Cluster
from tests.till import ANNA, HEADER, ROOT, environment, file_of, sale

TODAY = "2026-12-01"
ROWS, MANY_ROWS = 1_500, 4_000  # more than fit on a small disk; more than go in before somebody can cut in
TABLES = (
    "customers",
    "receipts",
    "receipt_lines",
    "returns",
    "entries",
    "products",
    "imports",
    "runs WHERE job = 'night'",
)
unix_only = pytest.mark.skipif(os.name == "nt", reason="permissions and limits of Unix")
Done = subprocess.CompletedProcess[str]


def run(
    url: str,
    *arguments: object,
    today: str = TODAY,
    before: str = "",
    wrapper: Sequence[str] = (),
    largest_file: int | None = None,
    temporary: Path | None = None,
) -> Done:
    """The command line in a process of its own; `before` is Python run first, `wrapper` a command around it."""
    outside = environment(url, today, TMPDIR=str(temporary or tempfile.gettempdir()))
    if forked.POSSIBLE and not wrapper and largest_file is None:
        return forked.command(outside, *arguments, before=before)
    script = f"import sys; {before}\nfrom loyalty.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [*wrapper, sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=outside,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        preexec_fn=None if largest_file is None else lambda: limit_files(largest_file),
    )


def limit_files(largest: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def without_roots_power() -> list[str]:
    """Root may write into closed folders, which is no test of them: the command gives that up."""
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def refused(done: Done, words: str) -> None:
    """Exit code 2 and one Russian line with these words, for a person."""
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    for foreign in ("Traceback", "Error", "sqlite3", "psycopg.", "sqlalche.me", "errno", "None"):
        assert foreign not in done.stderr


def counts(url: str) -> list[int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0 for table in TABLES]
    engine.dispose()
    return found


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    return receipts(tmp_path, ROWS)


def receipts(folder: Path, count: int) -> Path:
    return file_of(folder / "sales.csv", [sale("10.01.2026", str(i), ANNA, "1000") for i in range(count)])


@pytest.fixture
def goes_in_later(sqlite_url: str, sales: Path) -> Iterator[str]:
    """A database that had its trouble: nothing was written then, and now the same file goes in whole."""
    before = counts(sqlite_url)
    yield sqlite_url
    assert counts(sqlite_url) == before == [0] * len(TABLES)
    done = run(sqlite_url, "import", sales, "--json")
    assert (done.returncode, json.loads(done.stdout)["imported"]) == (0, ROWS)
    assert run(sqlite_url, "check").returncode == 0


# --- The file ------------------------------------------------------------------------------------------


def missing(folder: Path) -> Path:
    return folder / "нет такого.csv"


def directory(folder: Path) -> Path:
    path = folder / "папка.csv"
    path.mkdir()
    return path


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def bomb(folder: Path) -> Path:
    """A workbook of 40 KB that unpacks to 40 MB of one letter."""
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "0" * (40 << 20))
    return path


def torn_workbook(folder: Path) -> Path:
    whole = bomb(folder).read_bytes()
    return written("torn.xlsx", whole[: len(whole) // 2])(folder)


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows, ""))


ROW = sale("10.01.2026", "1", ANNA, "1000")
TEXT = lines(*[ROW] * 30)
UNUSABLE: list[tuple[str, Callable[[Path], Path], str]] = [
    ("missing", missing, "Нет такого файла"),
    ("a folder", directory, "это папка, а нужен файл"),
    ("empty", written("empty.csv", b""), "пуст. Выгрузите его из 1С ещё раз"),
    ("spaces alone", written("empty.csv", b"\xef\xbb\xbf \r\n \r\n"), "пуст. Выгрузите его из 1С ещё раз"),
    ("header alone", written("header.csv", lines().encode()), "нет ни одной строки под ним"),
    ("a picture", written("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(5000)), "Это картинка, а не таблица"),
    ("a program", written("setup.csv", b"MZ" + bytes(5000)), "Это программа, а не таблица"),
    ("random bytes", written("noise.csv", random.Random(1).randbytes(50_000)), "это не текст"),
    ("random letters", written("noise.csv", random.Random(1).randbytes(9999).replace(b"\0", b"\n")), ""),
    ("a zip bomb", bomb, "разрастается"),
    ("a torn workbook", torn_workbook, "повреждён или скачан не до конца"),
    ("a million columns", written("wide.csv", b";" * 999_999 + b"1\n"), "больше 512 колонок"),
    ("a million named columns", written("wide.csv", b";a" * 1_000_000 + b"\n" + b";1" * 1_000_000), ""),
    ("one line of 3 MB", written("long.csv", b"x" * (3 << 20)), "строка длиннее мегабайта"),
    ("torn UTF-8", written("torn.csv", TEXT.encode() + b"\xd0\n"), "часть букв не читается"),
    ("another alphabet", written("koi8.csv", TEXT.encode("koi8-r")), ""),
    ("UTF-16 cut in half", written("torn.csv", TEXT.encode("utf-16")[:-1]), "часть букв не читается"),
    ("a web page", written("page.xls", b"<html><table><tr><td>1</td></tr></table></html>"), "Это веб-страница"),
    ("totals alone", written("totals.csv", lines("Итого;;;;;;;;;;;;;;;;;5000;;").encode()), "только итоги"),
]


@pytest.mark.parametrize(("make", "words"), [case[1:] for case in UNUSABLE], ids=[case[0] for case in UNUSABLE])
def test_a_file_of_no_use(
    sqlite_url: str, tmp_path: Path, temporary: Path, make: Callable[[Path], Path], words: str
) -> None:
    before = counts(sqlite_url)
    refused(run(sqlite_url, "import", make(tmp_path), temporary=temporary), words)
    assert counts(sqlite_url) == before
    assert not list(temporary.iterdir())
    assert not list(tmp_path.glob("*.rejected.csv"))


@pytest.mark.slow
@unix_only
def test_a_file_we_may_not_read(goes_in_later: str, sales: Path) -> None:
    sales.chmod(0)
    done = run(goes_in_later, "import", sales, wrapper=without_roots_power())
    sales.chmod(0o644)
    refused(done, "Не удалось открыть файл «sales.csv»")


@pytest.mark.slow
def test_a_file_still_being_written_waits_in_the_inbox(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    folder = tmp_path / "inbox"
    folder.mkdir()
    inbox = Inbox(folder)
    with (folder / "sales.csv").open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        for number in range(3):
            file.write(f"{sale('10.01.2026', str(number), ANNA, '1000')}\n")
            file.flush()
            assert inbox.look() == 0
            time.sleep(STEADY_S / 2)
    assert inbox.look() == 0
    time.sleep(STEADY_S / 2 + 0.2)  # since the last word was written
    assert inbox.look() == 1
    assert queue.work()
    assert counts(sqlite_url)[1] == 3
    db.engine().dispose()


# --- The disk ------------------------------------------------------------------------------------------

SMALL_DATABASE = """
from sqlalchemy import Engine, event
event.listen(Engine, 'connect', lambda c, _: c.execute('PRAGMA max_page_count = 120'))
"""
IMPATIENT = "from loyalty import db; db.BUSY_TIMEOUT_S = 1"


def test_the_disk_is_full_for_the_database(goes_in_later: str, sales: Path) -> None:
    refused(run(goes_in_later, "import", sales, before=SMALL_DATABASE), "На диске кончилось место")


@pytest.mark.slow
def test_the_disk_is_full_in_one_of_many_nights_and_the_next_run_goes_on(sqlite_url: str, sales: Path) -> None:
    assert run(sqlite_url, "import", sales).returncode == 0
    assert run(sqlite_url, "night").returncode == 0
    full = SMALL_DATABASE.replace("120", "1")  # SQLite takes it as «not a page more»
    done = run(sqlite_url, "night", "--day", "2027-06-01", before=full)
    refused(done, "На диске кончилось место")
    assert run(sqlite_url, "check").returncode == 0
    assert run(sqlite_url, "night", "--day", "2027-06-01").returncode == 0
    assert counts(sqlite_url)[-1] == 183
    assert run(sqlite_url, "check").returncode == 0


@unix_only
def test_the_disk_is_full_for_temporary_files(goes_in_later: str, sales: Path, temporary: Path) -> None:
    done = run(goes_in_later, "import", sales, largest_file=100_000, temporary=temporary)
    refused(done, "Не хватает места на диске для временных файлов")
    assert not list(temporary.iterdir())


@unix_only
def test_the_folder_of_the_database_is_closed(goes_in_later: str, sales: Path) -> None:
    folder = Path(goes_in_later.removeprefix("sqlite:///")).parent
    files = [folder, *(path for path in folder.iterdir() if path.is_file())]
    modes = [path.stat().st_mode for path in files]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = run(goes_in_later, "import", sales, wrapper=without_roots_power())
    finally:
        for path, mode in zip(files, modes, strict=True):
            path.chmod(mode)
    refused(done, "закрыта для записи")


@unix_only
def test_the_folder_of_the_file_is_closed_and_the_rejected_rows_go_elsewhere(
    sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "1c"
    folder.mkdir()
    rows = [ROW, sale("31.12.2026", "2", ANNA, "1000")]
    path = file_of(folder / "sales.csv", rows)
    folder.chmod(0o555)
    done = run(sqlite_url, "import", path, "--json", wrapper=without_roots_power())
    folder.chmod(0o755)
    report = json.loads(done.stdout)
    assert (done.returncode, report["imported"], report["rejected"]) == (1, 1, 1)
    assert Path(report["rejected_file"]).is_file()
    assert not Path(report["rejected_file"]).is_relative_to(folder)


@unix_only
def test_rejected_rows_that_fit_nowhere_are_told_and_the_rest_is_in(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "1c"
    folder.mkdir()
    rows = [ROW, sale("31.12.2026", "2", ANNA, "1000")]
    path = file_of(folder / "sales.csv", rows)
    Path(sqlite_url.removeprefix("sqlite:///")).with_suffix(".files").write_text("a file in the folder's place")
    folder.chmod(0o555)
    done = run(sqlite_url, "import", path, "--json", wrapper=without_roots_power())
    folder.chmod(0o755)
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert (report["imported"], report["rejected"], report["rejected_file"]) == (1, 1, None)
    assert "отклонённые строки некуда записать" in report["warnings"][0]
    assert counts(sqlite_url)[1] == 1


def test_another_program_keeps_the_database(goes_in_later: str, sales: Path) -> None:
    with sqlite3.connect(goes_in_later.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(run(goes_in_later, "import", sales, before=IMPATIENT), "База данных занята")
        assert run(goes_in_later, "check", before=IMPATIENT).returncode == 0  # reading waits for nobody
        other.execute("ROLLBACK")


# --- The database --------------------------------------------------------------------------------------


def test_a_database_newer_than_the_program(sqlite_url: str, sales: Path) -> None:
    with db.connect(sqlite_url).execution_options(writer=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    refused(run(sqlite_url, "import", sales), "База данных новее программы: обновите программу")
    assert counts(sqlite_url) == [0] * len(TABLES)


def test_a_file_that_is_no_database(tmp_path: Path, sales: Path) -> None:
    wrong = tmp_path / "wrong.db"
    shutil.copyfile(sales, wrong)
    refused(run(f"sqlite:///{wrong}", "import", sales), "повреждён или это не база")
    assert wrong.read_bytes() == sales.read_bytes()


def test_a_damaged_database(sqlite_url: str, sales: Path) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[4096:] = random.Random(1).randbytes(len(content) - 4096)
    path.write_bytes(content)
    for command in (("import", sales), ("check",), ("night",)):
        refused(run(sqlite_url, *command), "Восстановите его из резервной копии")


@pytest.mark.parametrize("command", ["import", "night", "check", "export"])
def test_a_today_that_is_no_day(sqlite_url: str, sales: Path, command: str, tmp_path: Path) -> None:
    more = {"import": [sales], "export": ["customers", tmp_path / "x.csv"]}.get(command, [])
    done = run(sqlite_url, command, *more, today="послезавтра")
    if command == "check":  # it doesn't ask what day it is
        assert done.returncode == 0
    else:
        refused(done, "LOYALTY_TODAY — день вида 2026-03-14 или момент вида 2026-03-14T10:30, а не «послезавтра»")
    assert counts(sqlite_url) == [0] * len(TABLES)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rubbish", "LOYALTY_DATABASE_URL"),
        ("mysql://localhost/loyalty", "адрес SQLite или PostgreSQL"),
        ("postgresql+psycopg://nobody@нет-такого.invalid/loyalty", "сервер"),
        ("sqlite:////no/such/folder/loyalty.db", "Не удалось открыть файл базы данных"),
        (f"sqlite:///{ROOT}", "Не удалось открыть файл базы данных"),
    ],
)
def test_an_address_that_leads_nowhere(sales: Path, url: str, words: str) -> None:
    refused(run(url, "import", sales), words)


def test_postgresql_is_down(sales: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/loyalty"
    refused(run(url, "import", sales), "Сервер PostgreSQL не отвечает")


def test_postgresql_has_no_such_database(cluster: Cluster, sales: Path) -> None:
    refused(run(cluster.url("nowhere"), "import", sales), "Базы данных нет")


def test_postgresql_wants_another_password(cluster: Cluster, postgres_url: str, sales: Path) -> None:
    rules = cluster.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    cluster.execute("CREATE ROLE accountant LOGIN PASSWORD 'right'")
    rules.write_text(f"host all accountant 127.0.0.1/32 scram-sha-256\n{before}")
    cluster.execute("SELECT pg_reload_conf()")
    try:
        url = postgres_url.replace("postgres@", "accountant:wrong@")
        wait_until(lambda: run(url, "check").returncode == 2)
        refused(run(url, "import", sales), "PostgreSQL не принял имя или пароль")
    finally:
        rules.write_text(before)
        cluster.execute("SELECT pg_reload_conf()")
        cluster.execute("DROP ROLE accountant")


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not there() and time.monotonic() < deadline:
        time.sleep(0.1)


def test_postgresql_goes_away_in_the_middle(cluster: Cluster, postgres_url: str, tmp_path: Path) -> None:
    sales = receipts(tmp_path, MANY_ROWS)
    name = postgres_url.rsplit("/", 1)[1]
    done: list[Done] = []
    importing = threading.Thread(target=lambda: done.append(run(postgres_url, "import", sales)))
    importing.start()
    writing = f"datname = '{name}' AND state <> 'idle' AND query ILIKE ANY (ARRAY['copy%', 'insert%', 'update%'])"
    while importing.is_alive():
        cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {writing}")
    importing.join()
    if done[0].returncode == 2:  # else it was too quick to be caught
        refused(done[0], "Ничего не записано")
        assert counts(postgres_url) == [0] * len(TABLES)
    else:
        assert counts(postgres_url)[1] == MANY_ROWS
