"""The tables of a file as the product opens them, for tests of reading."""

import os
from pathlib import Path

import pytest

from loyalty.errors import UnreadableFile
from loyalty.onec.books import sniff
from loyalty.onec.books.sheets import RawRow, Sheet, open_sheets
from loyalty.onec.books.texts import text_format
from loyalty.onec.columns import headers

SHARED = Path(os.environ.get("LOYALTY_SHARED") or Path(__file__).resolve().parents[3] / "shared")


def tables(path: Path) -> list[Sheet]:
    kind = sniff.file_type(path)
    return open_sheets(path, kind, text_format(path, None, None, headers.known_count) if kind == "text" else None)


def rows(path: Path) -> list[RawRow]:
    """The rows of the first sheet."""
    return list(tables(path)[0].rows())


def cells(path: Path) -> list[list[str]]:
    """The texts of the first sheet's rows."""
    return [row for _number, row, _level in rows(path)]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        for sheet in tables(path):
            list(sheet.rows())
    return str(caught.value)


def shared(name: str) -> Path:
    """A file of the folder beside the project, of samples and of files that real shops would bring."""
    if not (SHARED / name).exists():
        pytest.skip(f"no {SHARED / name} (LOYALTY_SHARED names another folder)")
    return SHARED / name


def case(name: str) -> Path:
    return shared(f"cases/import/{name}")
