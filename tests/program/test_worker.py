"""The real worker process: files from the watched folder, the night, the backup, the pulse; and how it stops."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from loyalty import db, settings
from loyalty.files.inbox import NOT_LOADED, TAKEN, Inbox, is_wanted
from loyalty.models import customers, imports, runs
from loyalty.service import pulse
from tests.till import ANNA, BORIS, ROOT, environment, file_of, sale

TODAY = "2026-01-24"
MINUTE_S = 60.0
HASTY = "tests/program/hasty_worker.py"


class Worker:
    """worker.py in a process of its own, on the test's database and inbox; or the hasty one."""

    def __init__(self, url: str, inbox: Path, script: str, **more: str) -> None:
        self.inbox = inbox
        self.process = subprocess.Popen(
            [sys.executable, "-m", "loyalty.launcher.supervised", script],
            cwd=ROOT,
            env=environment(url, TODAY, LOYALTY_INBOX=str(inbox), **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(10)


@pytest.fixture
def start(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Worker]]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY)
    shutil.rmtree(settings.files_dir(), ignore_errors=True)
    (tmp_path / "inbox").mkdir()
    started: list[Worker] = []

    def begin(script: str = "worker.py", **more: str) -> Worker:
        started.append(Worker(database_url, tmp_path / "inbox", script, **more))
        return started[-1]

    yield begin
    for worker in started:
        worker.process.kill()
        worker.process.wait()
    shutil.rmtree(settings.files_dir(), ignore_errors=True)  # PostgreSQL's is not in tmp_path


def found(table: Table, **wanted: Any) -> list[Any]:
    with db.reading() as session:
        query = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
        return list(session.connection().execute(query.order_by(table.c.id)))


def wait_for(condition: Callable[[], object], patience_s: float = MINUTE_S) -> float:
    """How long it took, in seconds."""
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < patience_s, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began_s


@pytest.mark.slow
def test_a_day_of_the_worker(start: Callable[..., Worker]) -> None:
    """One start for all: the night, the backup, the pulse; files good and bad; the stop."""
    worker = start(HASTY)
    wait_for(pulse.last)
    file_of(worker.inbox / "продажи.csv", [sale("10.01.2026", "1", ANNA, "10000")])
    (worker.inbox / "фото.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    (worker.inbox / "~$продажи.xlsx").write_bytes(b"lock")
    at_its_start_it_does_the_night_and_the_backup()
    it_tells_of_its_life()
    a_file_dropped_into_the_folder_is_in()
    a_file_of_no_use_comes_back_with_the_reason(worker.inbox)
    assert sorted(path.name for path in worker.inbox.iterdir()) == sorted(["~$продажи.xlsx", NOT_LOADED])
    it_stops_at_once(worker)


def at_its_start_it_does_the_night_and_the_backup() -> None:
    wait_for(lambda: [run for run in found(runs) if run.job == "backup" and run.finished_at])
    night, copy = found(runs, job="night")[0], found(runs, job="backup")[0]
    assert (night.day, night.summary) == (date(2026, 1, 24), "Бонусы не двигались")
    assert copy.summary.endswith("проверена")


def it_tells_of_its_life() -> None:
    beat = pulse.last()
    assert beat is not None
    assert datetime.now(UTC) - beat.at < timedelta(seconds=10)
    wait_for(lambda: pulse.last() != beat, 10)


def a_file_dropped_into_the_folder_is_in() -> None:
    wait_for(lambda: found(imports, status="done"))
    anna = found(customers, external_id="К-1")[0]
    assert (anna.available, anna.pending) == (50_000, 0)
    done = found(imports, status="done")[0]
    assert (done.file_name, done.origin, done.report["imported"]) == ("продажи.csv", "inbox", 1)


def a_file_of_no_use_comes_back_with_the_reason(inbox: Path) -> None:
    back = inbox / NOT_LOADED
    wait_for(lambda: (back / "фото.csv").exists() and found(imports, status="failed")[0].path is None)
    failed = found(imports, status="failed")[0]
    note = (back / "фото.csv.txt").read_text(encoding="utf-8-sig")
    assert failed.problem.rstrip(".") in note


def it_stops_at_once(worker: Worker) -> None:
    began_s = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began_s < 3
    log = (settings.files_dir() / "worker.log").read_text(encoding="utf-8")
    assert "фоновая служба остановлена" in log
    assert "ERROR" not in log


def test_it_stops_when_what_started_it_dies(start: Callable[..., Worker]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as launcher:
        worker = start(LOYALTY_LAUNCHER_PORT=str(launcher.getsockname()[1]))
        held, _ = launcher.accept()
        wait_for(pulse.last)
        held.close()
    assert worker.process.wait(10) == 0


@pytest.mark.slow
def test_trouble_is_one_line_in_the_log_and_the_work_goes_on(start: Callable[..., Worker], tmp_path: Path) -> None:
    settings.files_dir().mkdir(parents=True, exist_ok=True)
    (settings.files_dir() / "backups").write_text("a file where the folder of backups should be")
    worker = start(HASTY)
    log = settings.files_dir() / "worker.log"
    wait_for(lambda: log.exists() and "ERROR" in log.read_text(encoding="utf-8"))
    file_of(worker.inbox / "sales.csv", [sale("10.01.2026", "1", BORIS, "100")])
    wait_for(lambda: found(imports, status="done"))
    assert log.read_text(encoding="utf-8").count("ERROR") == 1
    assert found(runs, job="backup")[0].summary.startswith("Копия не сделана")


@pytest.mark.slow
def test_two_workers_take_each_file_once(start: Callable[..., Worker]) -> None:
    """Within a minute, as promised: these two look as often as they do in a shop."""
    workers = [start(), start()]
    for number in range(8):
        lines = [sale("10.01.2026", str(number + 1), ANNA, "1000")]
        file_of(workers[0].inbox / f"sales-{number}.csv", lines)
    wait_for(lambda: len(found(imports, status="done")) == 8)
    assert [row.report["imported"] for row in found(imports)] == [1] * 8
    assert found(customers)[0].receipts_count == 8


# --- The folder itself, without waiting -----------------------------------------------------------------


@pytest.fixture
def inbox(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setattr("loyalty.files.inbox.STEADY_S", 0.0)
    return Inbox(tmp_path / "inbox")


def test_a_file_still_being_written_is_left_alone(inbox: Inbox) -> None:
    assert inbox.look() == 0
    path = inbox.folder / "sales.csv"
    path.write_text("Дата;Номер")
    assert inbox.look() == 0
    path.write_text("Дата;Номер;Сумма")
    assert inbox.look() == 0
    assert inbox.look() == 1
    queued = found(imports)[0]
    assert (queued.status, queued.origin, queued.file_name) == ("queued", "inbox", "sales.csv")
    assert Path(queued.path).read_text() == "Дата;Номер;Сумма"
    assert list(inbox.folder.iterdir()) == []


def test_an_empty_file_is_given_time_to_be_filled(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.look()
    (inbox.folder / "sales.csv").touch()
    assert [inbox.look() for _ in range(3)] == [0, 0, 0]
    monkeypatch.setattr("loyalty.files.inbox.EMPTY_STEADY_S", 0.0)
    assert inbox.look() == 1


def test_what_a_killed_worker_had_taken_is_queued_by_the_next(inbox: Inbox) -> None:
    claim = inbox.folder / TAKEN / "0123" / "sales.csv"
    claim.parent.mkdir(parents=True)
    claim.write_text("Дата;Номер")
    assert inbox.look() == 0
    assert found(imports) == []  # another worker may be at it
    an_hour_ago = time.time() - 3600
    os.utime(claim.parent, (an_hour_ago, an_hour_ago))
    inbox.look()
    assert [row.file_name for row in found(imports)] == ["sales.csv"]
    assert list(inbox.folder.iterdir()) == []


def test_two_refused_files_of_one_name_are_both_kept(inbox: Inbox) -> None:
    from loyalty.files import queue

    inbox.look()
    for content in ("не таблица", "и это не таблица"):
        (inbox.folder / "отчёт.csv").write_text(content, encoding="utf-8")
        inbox.look()
        inbox.look()
        queue.work()
    inbox.look()
    back = {path.name: path.read_text(encoding="utf-8-sig") for path in (inbox.folder / NOT_LOADED).iterdir()}
    assert set(back) == {"отчёт.csv", "отчёт.csv.txt", "отчёт (2).csv", "отчёт (2).csv.txt"}
    assert back["отчёт.csv.txt"].startswith("Файл «отчёт.csv» не загружен.\n\n")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Продажи.XLSX", True),
        ("sales.csv", True),
        ("~$Продажи.xlsx", False),
        (".sales.csv.swp", False),
        ("sales.csv.part", False),
        ("Продажи.csv.TMP", False),
        ("sales.crdownload", False),
        ("Thumbs.db", False),
    ],
)
def test_half_written_and_hidden_files_are_nobodys(name: str, wanted: bool) -> None:
    assert is_wanted(name) is wanted


def test_before_the_first_beat_there_is_no_pulse(inbox: Inbox) -> None:
    assert pulse.last() is None
    pulse.beat("ждёт")
    beat = pulse.last()
    assert beat is not None
    assert beat.what == "ждёт"
    (settings.files_dir() / "pulse.json").write_text("{")
    assert pulse.last() is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_started_by_hand_it_stops_on_ctrl_c(start: Callable[..., Worker]) -> None:
    worker = start()
    wait_for(pulse.last)
    worker.process.send_signal(signal.SIGINT)
    assert worker.process.wait(10) == 0
