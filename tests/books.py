"""The tables of a file as the product opens them, for tests of reading."""

from pathlib import Path

from loyalty.onec.books import sniff
from loyalty.onec.books.sheets import RawRow, Sheet, open_sheets
from loyalty.onec.books.texts import text_format
from loyalty.onec.columns import headers

__all__ = ["RawRow", "cells", "tables"]


def tables(path: Path) -> list[Sheet]:
    kind = sniff.file_type(path)
    return open_sheets(path, kind, text_format(path, None, None, headers.known_count) if kind == "text" else None)


def cells(path: Path) -> list[list[str]]:
    """The texts of the first sheet's rows."""
    return [row for _number, row, _level in tables(path)[0].rows()]
