"""Old XLS books, by xlrd: it gives formats, errors, merges, outline levels and indents along with the values.

calamine gives the values alone, and a torn book may make it ask for gigabytes, which ends the whole process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlrd

from loyalty.onec.books.merges import Merges
from loyalty.onec.books.rows import RawRow, Sheet
from loyalty.onec.books.seen import Texts, as_seen, remembered, shower
from loyalty.onec.books.torn import told


def _open(path: Path) -> Any:
    with told(path), open(os.devnull, "w", encoding="utf-8") as nowhere:
        return xlrd.open_workbook(
            str(path), formatting_info=True, on_demand=True, ragged_rows=True, logfile=nowhere,
            ignore_workbook_corruption=True,
        )  # fmt: skip


def sheets(path: Path) -> "list[XlsSheet]":
    """The book's sheets in its own order."""
    book = _open(path)
    with _released(book), told(path):
        return [
            XlsSheet(path, index, str(name), bool(book._sheet_visibility[index]))
            for index, name in enumerate(book.sheet_names())
        ]


@contextmanager
def _released(book: Any) -> Iterator[None]:
    try:
        yield
    finally:
        book.release_resources()


class XlsSheet(Sheet):
    """A sheet of an old XLS book: at most 65,536 rows of 256 columns, so it is held whole."""

    def __init__(self, path: Path, index: int, name: str, hidden: bool) -> None:
        super().__init__(path, name, hidden)
        self._index = index

    def rows(self) -> Iterator[RawRow]:
        book = _open(self._path)
        with _released(book), told(self._path):
            yield from self._rows(book, book.sheet_by_index(self._index))

    def _rows(self, book: Any, sheet: Any) -> Iterator[RawRow]:
        merges = Merges(
            sorted((top + 1, bottom, left) for top, bottom, left, _ in sheet.merged_cells if bottom > top + 1)
        )
        levels = [_level(book, sheet, row) for row in range(sheet.nrows)]
        is_told, seen = any(levels), remembered(as_seen)
        for row, level in enumerate(levels):
            self._read = (row + 1) / len(levels)
            texts = [_text(book, cell, seen) for cell in sheet.row(row)]
            yield row + 1, merges.filled(row + 1, texts), level if is_told else None


def _level(book: Any, sheet: Any, row: int) -> int:
    info = sheet.rowinfo_map.get(row)
    if info is not None and info.outline_level:
        return int(info.outline_level)
    for cell in sheet.row(row):
        if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return int(book.xf_list[cell.xf_index].alignment.indent_level)
    return 0


def _text(book: Any, cell: Any, seen: Texts) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        show = shower(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
        return seen[float(cell.value)] if show is None else show(float(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return as_seen(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return as_seen(float(cell.value))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return as_seen(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return ""
