"""`python -m bench segments`: what segments cost on the big shop, as a table with limits."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress

from bench import asked
from bench.big.kept import FOLDER, kept
from bench.databases import opened
from bench.machine import run
from bench.sales import TODAY
from bench.segments import asking
from bench.table import Row, printed
from loyalty import db

FULL_CUSTOMERS = 1_000_000
PARTS = ("ask", "screen")
LEAST = 1000


def main(words: list[str]) -> list[Row]:
    """Measure and print; every row."""
    options = _arguments(words)
    os.environ["LOYALTY_TODAY"] = TODAY.isoformat()
    started, rows = time.monotonic(), []
    options.folder.mkdir(parents=True, exist_ok=True)
    with opened(options.database_url, options.folder) as databases:
        address = kept(databases, options.customers)
        for row in _rows(address, options.only):
            rows.append(row)
            told = "  ".join(filter(None, row.cells()))
            print(f"{time.monotonic() - started:5.0f} с  {told}", file=sys.stderr, flush=True)
    print(f"\nКлиентов: {options.customers}, чеков впятеро больше, строк в 15 раз\n\n{printed(rows)}\n")
    print("Отношение — к тому, что измерено руками рядом, в этом же запуске: по часам, рядом — по процессору.")
    if options.customers < FULL_CUSTOMERS:
        print(f"Пределы даны для {FULL_CUSTOMERS} клиентов.")
    return rows


class _TakenBack(Exception):
    """Nothing that was measured is kept."""


def _rows(address: str, only: set[str]) -> Iterator[Row]:
    if "ask" in only:
        engine = db.connect(address)
        with suppress(_TakenBack), db.writing(engine) as session:
            yield from asking.rows(session)
            raise _TakenBack
        engine.dispose()
    if "screen" in only:
        yield from _screens(address)


def _screens(address: str) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="loyalty-bench-") as folder:
        environment = {"LOYALTY_DATABASE_URL": address, "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "bench.segments.screens", folder]
        for row in json.loads(run("Замер экранов сегментов", command, environment).output):
            yield Row(**row)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = asked.parser("python -m bench segments", "Замеры сегментов", PARTS, FOLDER)
    asked.add_count(parser, "--customers", "клиентов (для пробы 20000)", LEAST, FULL_CUSTOMERS)
    return parser.parse_args(words)
