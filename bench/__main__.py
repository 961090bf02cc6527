"""One command that measures everything in one run and says what is within its limits: `python -m bench`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench import asked, databases, messages, shops
from bench.errors import Stopped
from bench.segments import command as segments
from bench.steps import FULL_LINES, STEPS, Bench
from bench.table import Row, printed

ALL_WITHIN, SOME_BEYOND, UNUSABLE = 0, 1, 2
INTERRUPTED = 130
LEAST = 100
PARTS = {
    "segments": segments.main,
    "messages": messages.main,
    "effect": shops.main,
}
"""What is measured by a name of its own."""


def main() -> int:
    """Measure, print; 0 when every limit is kept."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        part = PARTS.get("".join(sys.argv[1:2]))
        rows = part(sys.argv[2:]) if part else measured(read_arguments())
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("Прервано", file=sys.stderr)
        return INTERRUPTED
    return SOME_BEYOND if any(row.within is False for row in rows) else ALL_WITHIN


def measured(options: argparse.Namespace) -> list[Row]:
    """Measure and print; every row."""
    rows = measure(options)
    print(f"\nФайл: {options.lines} строк, {options.customers} клиентов\n\n{printed(rows)}\n")
    print("Отношение — ко времени sqlite3 .import того же файла в этом запуске: по часам, рядом — по процессору.")
    if options.lines < FULL_LINES:
        print(f"Пределы времени даны для {FULL_LINES} строк: на коротком файле главное время — запуск программы.")
    return rows


def measure(options: argparse.Namespace) -> list[Row]:
    """Every row, told on stderr as it comes."""
    rows = []
    with (
        tempfile.TemporaryDirectory(
            prefix="loyalty-bench-", dir=options.folder, ignore_cleanup_errors=True
        ) as folder,
        databases.opened(options.database_url, Path(folder)) as made,
    ):
        started = time.monotonic()
        bench = Bench(Path(folder), made, options.lines, options.customers, set(options.only))
        for row in bench.rows():
            rows.append(row)
            print(f"{time.monotonic() - started:5.0f} с  {row.name}", file=sys.stderr, flush=True)
    return [bench.compared(row) for row in rows]


def read_arguments() -> argparse.Namespace:
    words = (
        "Замеры скорости в сравнении с sqlite3; segments — сегментов, messages — рассылок, effect — честный эффект"
    )
    parser = asked.parser("python -m bench", words, STEPS, None)
    asked.add_count(parser, "--lines", "строк продаж (1000000; для пробы 30000)", LEAST, FULL_LINES)
    asked.add_count(parser, "--customers", "клиентов (десятая часть строк)", LEAST)
    options = parser.parse_args()
    if options.customers is None:
        options.customers = max(options.lines // 10, LEAST)
    return options


if __name__ == "__main__":
    sys.exit(main())
