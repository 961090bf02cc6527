"""What every measuring command can be asked: how much, which parts, on which database, in which folder."""

import argparse
from collections.abc import Collection
from pathlib import Path


def parser(prog: str, words: str, parts: Collection[str], folder: Path | None) -> argparse.ArgumentParser:
    """A parser with `--only`, `--database-url` and `--folder`; `only` keeps the order of `parts`."""

    def chosen(text: str) -> list[str]:
        named = {part.strip() for part in text.split(",") if part.strip()}
        if wrong := named - {*parts}:
            raise argparse.ArgumentTypeError(f"нет такого: {', '.join(sorted(wrong))}; есть {', '.join(parts)}")
        return [part for part in parts if part in named]

    made = argparse.ArgumentParser(prog=prog, description=words)
    made.add_argument("--only", type=chosen, default=[*parts], help=f"через запятую: {', '.join(parts)}")
    made.add_argument("--database-url", help="сервер PostgreSQL, где можно создавать базы (обычно SQLite)")
    where = f"где держать базы ({folder or 'временная папка; нужно около 3 ГБ'})"
    made.add_argument("--folder", type=Path, default=folder, help=where)
    return made


def add_count(to: argparse.ArgumentParser, name: str, words: str, least: int, default: int | None = None) -> None:
    """A number that is asked, from `least` on."""

    def count(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"нужно число от {least}, а не «{text}»")
        return int(text)

    to.add_argument(name, type=count, default=default, help=words)
