"""Rows to files: JSON lines for machines, CSV and Excel for people; rows stream, memory does not grow."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from loyalty import wording
from loyalty.errors import NotFound, Refused

EXCEL_ROWS_MAX = 1_048_575  # without the headings
EXCEL_FIRST_YEAR = 1900
SHEET = "Выгрузка"
WIDTHS = {"text": 24, "whole": 10, "money": 14, "percent": 10, "day": 12, "moment": 17, "fraction": 10, "flag": 8}


class Type(StrEnum):
    """What values are: kopecks, basis points, days, the shop's own moments, exact shares, yes or no."""

    TEXT = "text"
    WHOLE = "whole"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    FRACTION = "fraction"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """`name` for machines, `heading` for people; `words` say coded values in Russian."""

    name: str
    heading: str
    type: Type = Type.TEXT
    words: Mapping[str, str] | None = None


Columns = Sequence[Column]
Rows = Iterable[Sequence[Any]]
"""Values by columns: str, int (kopecks, basis points), date, naive datetime, Fraction, bool or None."""


def write(path: Path, columns: Columns, rows: Rows) -> int:
    """Write rows to .jsonl, .csv or .xlsx by the name's ending, whole or not at all; how many rows."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise Refused(
            f"Не понимаю, какой файл нужен: «{path.name}». Имя должно кончаться на .jsonl, .csv или .xlsx"
        )
    if not path.parent.is_dir():
        raise NotFound(f"Нет такой папки: {path.parent}")
    count = 0

    def counted() -> Iterable[Sequence[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            writer(file, columns, counted())
        _let_others_read(name)
        os.replace(name, path)
    finally:
        with suppress(OSError):  # there is none when all went well
            os.unlink(name)
    return count


def to_xlsx(columns: Columns, rows: Rows) -> bytes:
    """An Excel workbook in memory, for a screen's «Excel» button."""
    return to_book([(SHEET, columns, rows)])


def to_book(sheets: Iterable[tuple[str, Columns, Rows]]) -> bytes:
    """The same of several sheets, each under a title of ours: Excel allows few signs and 31 letters there."""
    file = io.BytesIO()
    _write_book(file, sheets)
    return file.getvalue()


def to_csv(columns: Columns, rows: Rows) -> bytes:
    """A CSV that Russian Excel opens by a double click."""
    file = io.BytesIO()
    _write_csv(file, columns, rows)
    return file.getvalue()


def _let_others_read(name: str) -> None:
    """A temporary file is its owner's alone; an export is as readable as any file made here."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)


def _write_jsonl(file: IO[bytes], columns: Columns, rows: Rows) -> None:
    names, types = [c.name for c in columns], [c.type for c in columns]
    for row in rows:
        values = {n: _for_machine(t, v) for n, t, v in zip(names, types, row, strict=True)}
        file.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")


def _for_machine(type_: Type, value: Any) -> Any:
    if isinstance(value, date):  # and a datetime
        return value.isoformat()
    if isinstance(value, Fraction):
        return float(value)
    if type_ is Type.PERCENT and value is not None:
        return value // 100 if value % 100 == 0 else value / 100
    return value


def _write_csv(file: IO[bytes], columns: Columns, rows: Rows) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    out.writerow([column.heading for column in columns])
    for row in rows:
        out.writerow([_for_csv(column, value) for column, value in zip(columns, row, strict=True)])
    text.flush()
    text.detach()  # the file is its owner's to close


def _for_csv(column: Column, value: Any) -> str:
    if value is None:
        return ""
    match column.type:
        case Type.MONEY | Type.PERCENT:
            return f"{Decimal(value) / 100:.2f}".replace(".", ",")
        case Type.FRACTION:
            return wording.fraction(value, 2).replace(wording.NBSP, "").replace(wording.MINUS, "-")
        case Type.DAY:
            return wording.day(value)
        case Type.MOMENT:
            return wording.time(value)
        case Type.FLAG:
            return "да" if value else "нет"
        case Type.WHOLE:
            return str(value)
    return _harmless(_words(column, value))


def _words(column: Column, value: Any) -> str:
    return column.words.get(value, str(value)) if column.words else str(value)


def _harmless(text: str) -> str:
    """A customer's name must not become a formula in somebody's Excel; phones keep their plus."""
    starts_formula = text[:1] in {"=", "@", "\t", "\r"} or (
        text[:1] in {"+", "-"} and not text[1:].replace(" ", "").replace("-", "").isdigit()
    )
    return f"'{text}" if starts_formula else text


def _write_xlsx(file: IO[bytes], columns: Columns, rows: Rows) -> None:
    _write_book(file, [(SHEET, columns, rows)])


def _write_book(file: IO[bytes], sheets: Iterable[tuple[str, Columns, Rows]]) -> None:
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        _fill(book.create_sheet(title), columns, rows)
    book.save(file)


def _fill(sheet: Any, columns: Columns, rows: Rows) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        width = max(WIDTHS[column.type], len(column.heading) + 2)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, column.heading) for column in columns])
    cells = [_cell(sheet, column) for column in columns]
    for number, row in enumerate(rows):
        if number == EXCEL_ROWS_MAX:
            raise Refused("В файл Excel помещается не больше 1 048 575 строк: выгрузите в .csv")
        sheet.append([_filled(*told) for told in zip(cells, columns, row, strict=True)])


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, column: Column) -> Any:
    """One cell a column, filled anew for each row: a row is written out as it is appended."""
    cell = WriteOnlyCell(sheet)
    if column.type in _FORMATS:
        cell.number_format = _FORMATS[column.type]
    return cell


def _filled(cell: Any, column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case Type.WHOLE:
            return int(value)
        case Type.MONEY | Type.PERCENT:
            cell.value = Decimal(value) / 100
        case Type.FRACTION:
            cell.value = float(value)
        case Type.DAY | Type.MOMENT if value.year >= EXCEL_FIRST_YEAR:
            cell.value = value
        case Type.TEXT:
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", _words(column, value))
            cell.data_type = "s"  # a name that begins with «=» is no formula
        case _:
            cell.value = _for_csv(column, value)
    return cell


_FORMATS = {
    Type.MONEY: "#,##0.00",
    Type.FRACTION: "0.00%",
    Type.DAY: "dd.mm.yyyy",
    Type.MOMENT: "dd.mm.yyyy hh:mm",
}


_WRITERS: dict[str, Callable[[IO[bytes], Columns, Rows], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}
