"""The big shop made, or found from the time before: `python -m bench.big` prints its address."""

import argparse
import sys
import time
from pathlib import Path

from bench.big.kept import FOLDER, kept
from bench.databases import opened


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.big", description="Большой магазин для замеров")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--database-url", help="сервер PostgreSQL, где можно создавать базы (обычно SQLite)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"где его держать (обычно {FOLDER})")
    options = parser.parse_args()
    started = time.monotonic()
    options.folder.mkdir(parents=True, exist_ok=True)
    with opened(options.database_url, options.folder) as databases:
        print(kept(databases, options.customers))
    print(f"{time.monotonic() - started:.0f} с", file=sys.stderr)


if __name__ == "__main__":
    main()
