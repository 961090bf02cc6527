"""One command that measures everything in one run and says what is within its limits: `python -m bench`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench import attribution, databases, messages, shops
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
    "attribution": attribution.main,
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
        bench = Bench(Path(folder), made, options.lines, options.customers, options.only)
        for row in bench.rows():
            rows.append(row)
            print(f"{time.monotonic() - started:5.0f} с  {row.name}", file=sys.stderr, flush=True)
    return [bench.compared(row) for row in rows]


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Замеры скорости в сравнении с sqlite3; segments — сегментов, messages — рассылок, "
        "attribution — чьи чеки, effect — честный эффект",
    )
    parser.add_argument("--lines", type=_count, default=FULL_LINES, help="строк продаж (1000000; для пробы 30000)")
    parser.add_argument("--customers", type=_count, help="клиентов (десятая часть строк)")
    parser.add_argument("--only", type=_steps, default=set(STEPS), help=f"через запятую: {', '.join(STEPS)}")
    parser.add_argument("--database-url", help="сервер PostgreSQL, где можно создавать базы (обычно SQLite)")
    parser.add_argument("--folder", type=Path, help="где держать временные файлы (нужно около 3 ГБ)")
    options = parser.parse_args()
    if options.customers is None:
        options.customers = max(options.lines // 10, LEAST)
    return options


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST:
        raise argparse.ArgumentTypeError(f"нужно число от {LEAST}, а не «{text}»")
    return int(text)


def _steps(text: str) -> set[str]:
    chosen = {part.strip() for part in text.split(",") if part.strip()}
    if wrong := chosen - set(STEPS):
        raise argparse.ArgumentTypeError(f"нет такого: {', '.join(sorted(wrong))}; есть {', '.join(STEPS)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
