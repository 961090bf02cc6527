"""Books that calamine reads whole: XLSB and ODS."""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from loyalty.errors import UnreadableFile
from loyalty.onec.books.limits import COLUMNS_LIMIT, check_width
from loyalty.onec.books.merges import Merges
from loyalty.onec.books.rows import RawRow
from loyalty.onec.books.seen import as_seen
from loyalty.onec.books.torn import told


def sheets(path: Path) -> "list[WholeSheet]":
    """The book's sheets, those that a person sees first."""
    with told(path), CalamineWorkbook.from_path(path) as book:
        found = [
            WholeSheet(path, sheet.name, sheet.visible != SheetVisibleEnum.Visible)
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
    if not found:
        raise UnreadableFile(f"В книге «{path.name}» нет листов с таблицами.")
    return sorted(found, key=lambda sheet: sheet.hidden)


class WholeSheet:
    """A sheet that calamine holds whole while it is read."""

    def __init__(self, path: Path, name: str, hidden: bool) -> None:
        self.name = name
        self.hidden = hidden
        self._path = path
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        with told(self._path), CalamineWorkbook.from_path(self._path) as book:
            sheet = book.get_sheet_by_name(self.name)
            if sheet.start is None or sheet.end is None:
                return
            blank, total = [""] * sheet.start[1], sheet.end[0] + 1
            merges = Merges(
                sorted(
                    (top + 1, bottom + 1, left)
                    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
                    if bottom > top
                )
            )
            for number, cells in enumerate(sheet.iter_rows(), 1):
                self._read = number / total
                row = blank + [cell if cell.__class__ is str else as_seen(cell) for cell in cells]
                if len(row) > COLUMNS_LIMIT:
                    check_width(row)
                    del row[COLUMNS_LIMIT:]
                yield number, merges.filled(number, row), None
        self._read = 1.0

    def fraction(self) -> float:
        return min(1.0, self._read)
