"""A text, XLSX or XLS file as one stream of raw rows: (row number, cells as a person sees them, level)."""

import csv
import io
import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import xlrd
import xlrd.compdoc

from loyalty.errors import UnreadableFile
from loyalty.onec.books import sniff, workbooks

RawRow: TypeAlias = tuple[int, list[str], int | None]
"""1-based row number, cells, and the depth of the row in a grouped report where the file tells it."""


class Sheet(Protocol):
    """One table of a file; `rows()` may be called again and starts over."""

    name: str
    hidden: bool

    def rows(self) -> Iterator[RawRow]: ...

    def fraction(self) -> float:
        """How much of the table the latest `rows()` has read, 0 to 1."""
        ...


def open_sheets(path: Path, file_type: str, text_format: sniff.TextFormat | None) -> list[Sheet]:
    """The file's tables, in its own order."""
    if file_type == "xlsx":
        return [XlsxSheet(path, name) for name in workbooks.sheet_names(path)]
    if file_type == "xls":
        return [XlsSheet(path, index, name) for index, name in enumerate(_old_sheet_names(path))]
    assert text_format is not None
    return [TextSheet(path, text_format)]


class TextSheet:
    """A delimited text file."""

    def __init__(self, path: Path, text_format: sniff.TextFormat) -> None:
        self.name, self.hidden = "", False
        self._path = path
        self._format = text_format
        self._size = max(1, path.stat().st_size)
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        with self._path.open("rb") as raw, io.TextIOWrapper(raw, self._format.encoding, newline="") as file:
            reader = sniff.records(file, self._format.delimiter, self._format.quoted)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    if len(cells) > sniff.COLUMNS_LIMIT:
                        check_width(cells)
                    if not self._format.quoted:
                        cells = [_unquoted(cell) for cell in cells]
                    if not number & 4095:
                        self._read = raw.tell() / self._size
                    yield number, cells, None
            except csv.Error as error:
                raise UnreadableFile(
                    f"Строка {number + 1} не читается: в ней слишком длинное значение или лишняя кавычка."
                ) from error
        self._read = 1.0

    def fraction(self) -> float:
        return min(1.0, self._read)


def check_width(cells: list[str]) -> None:
    """Refuses a table of too many columns; empty cells at the end don't count."""
    if sum(1 for cell in cells[sniff.COLUMNS_LIMIT :] if cell):
        raise UnreadableFile(
            f"В файле больше {sniff.COLUMNS_LIMIT} колонок: это не список чеков и не список клиентов."
        )


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


_ZEROS = re.compile(r"0{2,}")


def as_seen(value: object, number_format: str = "") -> str:
    """A cell's value as Excel shows it: 12, not 12.0; 05.03.2026 10:00:00; codes with their zeros."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Да" if value else "Нет"
    if isinstance(value, datetime):
        value += timedelta(microseconds=500_000)  # Excel's serials are a few microseconds short
        return value.strftime("%d.%m.%Y %H:%M:%S" if value.time() >= time(0, 0, 1) else "%d.%m.%Y")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, float):
        text = f"{value:.15g}"  # Excel keeps 15 digits, a float 17
        text = f"{value:.0f}" if "e+" in text else f"{value:.10f}".rstrip("0") if "e-" in text else text
        value = text.removesuffix(".")
    text = str(value)
    if number_format and _ZEROS.fullmatch(number_format):
        return text.zfill(len(number_format))
    return text


class XlsxSheet:
    """A sheet of an XLSX workbook, read as a stream."""

    def __init__(self, path: Path, name: str) -> None:
        self.name, self.hidden = name, False
        self._path = path
        self._outline: workbooks.Outline | None = None
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        with workbooks.opened(self._path) as book:
            sheet = book[self.name]
            outline = self._outline = self._outline or workbooks.Outline(sheet)
            indented, padded = workbooks.has_indents(book), workbooks.has_zero_formats(book)
            total = max(1, outline.rows_count)
            source = sheet.iter_rows(values_only=not (indented or padded))
            for number, cells in enumerate(workbooks.guarded(source, self._path), 1):
                if not number & 255:
                    self._read = number / total
                level = outline.level(number)
                if indented or padded:
                    if indented and level is None:
                        level = _indent(cells)
                    texts = [
                        "" if cell.value is None else as_seen(cell.value, cell.number_format) for cell in cells
                    ]
                else:
                    texts = [cell if cell.__class__ is str else as_seen(cell) for cell in cells]
                if len(texts) > sniff.COLUMNS_LIMIT:
                    check_width(texts)
                    del texts[sniff.COLUMNS_LIMIT :]
                yield number, texts, level
        self._read = 1.0

    def fraction(self) -> float:
        return min(1.0, self._read)


def _indent(cells: tuple[Any, ...]) -> int:
    for cell in cells:
        if cell.value is not None:
            spaces = len(cell.value) - len(cell.value.lstrip()) if isinstance(cell.value, str) else 0
            return int(cell.alignment.indent or 0) * 2 + spaces
    return 0


_OLD_TORN = (  # what xlrd raises on a torn file
    AssertionError, IndexError, KeyError, ValueError, TypeError, AttributeError, OverflowError, MemoryError,
    OSError, RecursionError, struct.error, xlrd.compdoc.CompDocError,
)  # fmt: skip


@contextmanager
def _old_told(path: Path) -> Iterator[None]:
    """Tells what xlrd says of a torn or locked workbook in a sentence."""
    try:
        yield
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise UnreadableFile("Книга защищена паролем. Снимите пароль в Excel и загрузите её снова.") from error
        raise UnreadableFile(
            f"Файл «{path.name}» не открывается как книга Excel. Сохраните его как XLSX и загрузите снова."
        ) from error
    except _OLD_TORN as error:
        raise UnreadableFile(
            f"Файл «{path.name}» повреждён. Сохраните его из 1С ещё раз, лучше как XLSX."
        ) from error


def _open_old(path: Path) -> Any:
    with _old_told(path), open(os.devnull, "w", encoding="utf-8") as nowhere:
        return xlrd.open_workbook(
            str(path), formatting_info=True, on_demand=True, ragged_rows=True, logfile=nowhere
        )


def _old_sheet_names(path: Path) -> list[str]:
    book = _open_old(path)
    try:
        return [str(name) for name in book.sheet_names()]
    finally:
        book.release_resources()


class XlsSheet:
    """A sheet of an old XLS workbook: at most 65,536 rows, so it is held whole."""

    def __init__(self, path: Path, index: int, name: str) -> None:
        self.name, self.hidden = name, False
        self._path = path
        self._index = index
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        book = _open_old(self._path)
        try:
            with _old_told(self._path):
                sheet = book.sheet_by_index(self._index)
                levels = [self._level(book, sheet, row) for row in range(sheet.nrows)]
                texts = [[_old_text(book, cell) for cell in sheet.row(row)] for row in range(sheet.nrows)]
            told = any(levels)
            for row, cells in enumerate(texts):
                self._read = (row + 1) / len(texts)
                yield row + 1, cells, levels[row] if told else None
        finally:
            book.release_resources()

    @staticmethod
    def _level(book: Any, sheet: Any, row: int) -> int:
        info = sheet.rowinfo_map.get(row)
        if info is not None and info.outline_level:
            return int(info.outline_level)
        for cell in sheet.row(row):
            if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                return int(book.xf_list[cell.xf_index].alignment.indent_level)
        return 0

    def fraction(self) -> float:
        return self._read


def _old_text(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return as_seen(float(cell.value), number_format)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return as_seen(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return as_seen(float(cell.value))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return as_seen(bool(cell.value))
    return ""
