"""What is measured: the product's own commands as whole processes, on a database of the benchmark's own."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import log
from pathlib import Path
from statistics import median

from bench.databases import Databases
from bench.errors import Stopped
from bench.judged import pages
from bench.machine import Sqlite, Took, run
from bench.replays import LONG, SHORT
from bench.sales import TODAY
from bench.table import Row

STEPS = ("import", "night", "check", "export", "memory", "pages", "replay", "book")
IMPORT_LIMIT, NIGHT_LIMIT, CHECK_LIMIT = 20.0, 10.0, 15.0  # times sqlite3's own .import of the file
PEAK_LIMIT_MB = 1024.0
REPLAY_GROWTH_LIMIT, PAYING_LIMIT = 1.25, 2.0  # times n log n; times the same life without redemptions
REPLAY_REPEATS = 7
GROWTH_LIMIT = 1.25  # of peak memory, for a file four times as long
GROWN = 4
BOOK_LINES, BOOK_LIMIT = 100_000, 3.0  # times the import of the same rows as CSV
PAGE_REPEATS, PAGE_REPEATS_SHORT = 10, 4
FULL_LINES = 1_000_000  # what the limits are given for
SQLITE_BEFORE = 3  # and once more after each long step, as the machine's mood changes
CATCH_UP_DAYS = 14
EVERYBODY_DUE_DAYS = 380  # by then everything has come due: pending and burning

MAIN, SMALL, AHEAD = "main", "small", "ahead"


class Bench:
    """One run of the benchmark; `rows` come as they are measured."""

    def __init__(self, folder: Path, databases: Databases, lines: int, customers: int, steps: set[str]) -> None:
        self.folder, self.databases, self.steps = folder, databases, steps
        self.lines, self.customers = lines, customers
        self.is_full = lines >= FULL_LINES
        self.sqlite = Sqlite(folder)
        self.file = folder / "sales.csv"

    def rows(self) -> Iterator[Row]:
        make(self.file, self.lines, self.customers)
        self.sqlite.measure(self.file, SQLITE_BEFORE)
        url = self.databases.empty(MAIN)
        yield Row("Запуск программы (создать пустую базу)", *_spent(command(url, "migrate")))
        taken = import_file(url, self.file)
        self.sqlite.measure(self.file)
        if self.steps & {"import", "memory"}:
            yield self._ratio("Импорт продаж", taken, IMPORT_LIMIT)
        if "import" in self.steps and taken.peak_bytes:
            yield Row("Память импорта", value=taken.peak_bytes / 2**20, limit=PEAK_LIMIT_MB, unit=" МБ")
        if "memory" in self.steps and taken.peak_bytes:
            yield self._growth(taken.peak_bytes)
        if "export" in self.steps:
            yield self._ratio(
                "Выгрузка клиентов", command(url, "export", "customers", str(self.folder / "x.jsonl"))
            )
        if "check" in self.steps:
            checked = command(url, "check")
            self.sqlite.measure(self.file)
            yield self._ratio("Сверка", checked, CHECK_LIMIT)
        if "pages" in self.steps:
            yield from pages(url, self.folder, PAGE_REPEATS if self.is_full else PAGE_REPEATS_SHORT, self.file)
        if "night" in self.steps:
            yield from self._nights(url)
        if "replay" in self.steps:
            yield from replays()
        if "book" in self.steps:
            yield self._book()
        yield Row("sqlite3 .import того же файла (с чем сравнивается)", self.sqlite.wall_s, self.sqlite.cpu_s)

    def _ratio(self, name: str, took: Took, limit: float | None = None) -> Row:
        return Row(name, *_spent(took), limit=limit, judged=self.is_full, of_sqlite=True)

    def compared(self, row: Row) -> Row:
        """The row against sqlite3's time, one and the same for all: the median of the whole run."""
        if not row.of_sqlite or row.wall_s is None:
            return row
        cpu_s = self.sqlite.cpu_s
        by_cpu = row.cpu_s / cpu_s if row.cpu_s is not None and cpu_s else None
        return replace(row, value=row.wall_s / self.sqlite.wall_s, cpu_ratio=by_cpu)

    def _growth(self, peak_bytes: int) -> Row:
        """The same import of a file a quarter as long."""
        path = self.folder / "small.csv"
        make(path, self.lines // GROWN, max(self.customers // GROWN, 1))
        small = import_file(self.databases.empty(SMALL), path)
        path.unlink()
        self.databases.drop(SMALL)
        assert small.peak_bytes is not None
        return Row(
            f"Рост памяти импорта, когда файл в {GROWN} раза длиннее",
            *_spent(small),
            value=peak_bytes / small.peak_bytes,
            limit=GROWTH_LIMIT,
            judged=self.is_full,
        )

    def _book(self) -> Row:
        """The same rows as a workbook and as a text."""
        lines = min(self.lines, BOOK_LINES)
        text, book = self.folder / "book.csv", self.folder / "book.xlsx"
        make(text, lines, max(lines // 10, 1))
        run("Создание книги", [sys.executable, "-m", "bench.books", str(text), str(book)])
        took = []
        for path in (text, book):
            took.append(import_file(self.databases.empty(SMALL), path))
            self.databases.drop(SMALL)
            path.unlink()
        text_cpu, book_cpu = took[0].cpu_s, took[1].cpu_s
        return Row(
            f"Импорт {lines} строк из XLSX, ко времени тех же строк из CSV",
            *_spent(took[1]),
            value=took[1].wall_s / took[0].wall_s,
            limit=BOOK_LIMIT,
            judged=lines == BOOK_LINES,
            cpu_ratio=book_cpu / text_cpu if book_cpu and text_cpu else None,
        )

    def _nights(self, url: str) -> Iterator[Row]:
        ahead = self.databases.copy(MAIN, AHEAD)
        longest = night(ahead, EVERYBODY_DUE_DAYS)
        self.databases.drop(AHEAD)
        first, ordinary = night(url, CATCH_UP_DAYS), night(url, CATCH_UP_DAYS + 1)
        self.sqlite.measure(self.file)
        yield self._ratio("Ночь, когда срок пришёл у всех", longest, NIGHT_LIMIT)
        yield self._ratio("Первая ночь, через две недели", first, NIGHT_LIMIT)
        yield self._ratio("Обычная ночь", ordinary, NIGHT_LIMIT)


def _spent(took: Took) -> tuple[float, float | None, int | None]:
    return took.wall_s, took.cpu_s, took.peak_bytes


def make(path: Path, lines: int, customers: int) -> None:
    """A sales file, made by a process of its own so that this one stays small."""
    run("Создание файла", [sys.executable, "-m", "bench.sales", str(path), str(lines), str(customers)])


def command(url: str, *arguments: str) -> Took:
    """One of the product's commands, as on the day the file ends."""
    environment = {"LOYALTY_DATABASE_URL": url, "LOYALTY_TODAY": TODAY.isoformat(), "PYTHONUTF8": "1"}
    return run(f"python -m loyalty {arguments[0]}", [sys.executable, "-m", "loyalty", *arguments], environment)


def import_file(url: str, path: Path) -> Took:
    """The import, of which every row must be taken and nothing warned about."""
    took = command(url, "import", str(path), "--json")
    report = json.loads(took.output)
    if report["rejected"] or report["warnings"] or report["imported"] + report["skipped"] != report["rows"]:
        raise Stopped(f"Импорт взял не всё: {took.output[:2000]}")
    return took


def night(url: str, days: int) -> Took:
    """The nightly job of the day so many days after the file's end: one night, not a row of missed ones."""
    took = command(url, "night", "--day", (TODAY + timedelta(days=days)).isoformat(), "--json")
    nights = json.loads(took.output)["nights"]
    if len(nights) != 1:
        raise Stopped(f"Должна была пройти одна ночь: {took.output[:2000]}")
    return took


def replays() -> Iterator[Row]:
    """One customer's long life, as a ratio to n log n of a shorter one, and to the same without redemptions."""
    measured = run("Замер пересчёта", [sys.executable, "-m", "bench.replays", str(REPLAY_REPEATS)])
    spent = {name: median(some) for name, some in json.loads(measured.output).items()}
    grows = (LONG * log(LONG)) / (SHORT * log(SHORT))
    yield Row(
        f"Пересчёт {LONG} чеков одного клиента, к n log n от {SHORT}",
        spent["long"],
        value=spent["long"] / spent["short"] / grows,
        limit=REPLAY_GROWTH_LIMIT,
    )
    yield Row(
        "То же, когда в каждом чеке платят бонусами, к чекам без них",
        spent["paying"],
        value=spent["paying"] / spent["long"],
        limit=PAYING_LIMIT,
    )
