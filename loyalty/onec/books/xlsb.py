"""XLSB sheets: calamine reads the cells, the records beside them tell formats, errors and levels ([MS-XLSB])."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from loyalty.errors import UnreadableFile
from loyalty.onec.books.merges import Merges
from loyalty.onec.books.package import Package, Styles, opened
from loyalty.onec.books.rows import COLUMNS_LIMIT, ROWS_LIMIT, RawRow, Sheet, check_width, put
from loyalty.onec.books.seen import BUILT_IN, Seen, remembered, shower
from loyalty.onec.books.torn import told

CELLS_LIMIT = 12 << 20  # calamine holds a sheet whole, gaps included: some 800 MB
_MAIN, _STYLES, _STRINGS = "xl/workbook.bin", "xl/styles.bin", "xl/sharedStrings.bin"
_ROW, _CELL_ERRORS, _CELL_NUMBERS, _CELLS = 0, (3, 11), (2, 5, 9), range(1, 12)
_FORMAT, _XF, _SHEET, _STRINGS_BEGIN, _MERGE = 44, 47, 156, 159, 176
_FORMATS_BEGIN, _STYLES_BEGIN, _STYLES_END, _STYLES_LIMIT = 615, 617, 618, 1 << 16
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip


def sheets(path: Path) -> "list[XlsbSheet]":
    """The book's sheets in its own order."""
    with opened(path) as package:
        _check_strings(package)
        _look(package)  # refuses styles before calamine is asked
        parts = _parts(package)
    with told(path), CalamineWorkbook.from_path(path) as book:
        return [
            XlsbSheet(path, sheet.name, sheet.visible != SheetVisibleEnum.Visible, parts[sheet.name])
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name in parts
        ]


@dataclass(slots=True)
class _Beside:
    """What the records of a sheet tell: error texts, styles of numbers, outline levels, merges."""

    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    styles: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)


class XlsbSheet(Sheet):
    """A sheet of an XLSB book, held whole while it is read."""

    def __init__(self, path: Path, name: str, hidden: bool, part: str) -> None:
        super().__init__(path, name, hidden)
        self._part = part

    def rows(self) -> Iterator[RawRow]:
        with opened(self._path) as package:
            look = _look(package)
            beside = _beside(package, self._part, look)
        with told(self._path), CalamineWorkbook.from_path(self._path) as book:
            sheet = book.get_sheet_by_name(self.name)
            if sheet.start is None or sheet.end is None:
                return
            blank, total = [""] * sheet.start[1], sheet.end[0] + 1
            merges, seen = Merges(sorted(beside.merges)), Seen()
            shown = {style: remembered(show) for style, show in look.showers.items()}
            for number, cells in enumerate(sheet.iter_rows(), 1):
                self._read = number / total
                cells = blank + cells
                texts = seen.row(cells)
                for column, style in beside.styles.get(number, ()):
                    value = cells[column] if column < len(cells) else None
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        texts[column] = shown[style][float(value)]
                for column, text in beside.errors.get(number, ()):
                    put(texts, column, text)
                check_width(texts)
                level = beside.levels.get(number, 0) if beside.levels else None
                yield number, merges.filled(number, texts[:COLUMNS_LIMIT]), level
        self._read = 1.0


def _records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Kinds and contents of a part's records."""
    while first := stream.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = kind & 0x7F | stream.read(1)[0] << 7
        size = 0
        for shift in (0, 7, 14, 21):
            byte = stream.read(1)[0]
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        content = stream.read(size)
        if len(content) < size:
            raise ValueError("a record is cut off")
        yield kind, content


def _wide(content: bytes, at: int) -> tuple[str, int]:
    """A counted UTF-16 text and where it ends; a missing one is empty."""
    (length,) = struct.unpack_from("<I", content, at)
    length = 0 if length == 0xFFFFFFFF else length
    end = at + 4 + length * 2
    return content[at + 4 : end].decode("utf-16-le"), end


def _check_strings(package: Package) -> None:
    """Refuses more texts promised than there is room for: calamine would make room for all."""
    if package.has(_STRINGS):
        with package.open(_STRINGS) as stream:
            kind, content = next(_records(stream))
        if kind == _STRINGS_BEGIN and max(struct.unpack_from("<II", content)) > package.size(_STRINGS) + ROWS_LIMIT:
            raise ValueError("more texts are promised than there are")


def _parts(package: Package) -> dict[str, str]:
    """Sheet name -> its part."""
    links = package.linked(_MAIN)
    found = {}
    with package.open(_MAIN) as stream:
        for kind, content in _records(stream):
            if kind == _SHEET:
                link, end = _wide(content, 8)
                name, _ = _wide(content, end)
                if link in links and package.has(links[link][1]):
                    found[name] = links[link][1]
    return found


def _look(package: Package) -> Styles:
    """Which cell styles change what is seen."""
    found, formats, within, number = Styles(), dict(BUILT_IN), False, 0
    if not package.has(_STYLES):
        return found
    with package.open(_STYLES) as stream:
        for kind, content in _records(stream):
            if kind == _FORMAT:
                (key,) = struct.unpack_from("<H", content)
                formats[key] = _wide(content, 2)[0]
            elif kind == _FORMATS_BEGIN and struct.unpack_from("<I", content)[0] > _STYLES_LIMIT:
                raise ValueError("more formats than a book has")  # calamine would make room for all
            elif kind in (_STYLES_BEGIN, _STYLES_END):
                if content and struct.unpack_from("<I", content)[0] > _STYLES_LIMIT:
                    raise ValueError("more styles than a book has")
                within = kind == _STYLES_BEGIN
            elif kind == _XF and within:
                (key,) = struct.unpack_from("<H", content, 2)
                show = shower(formats.get(key, ""))
                if show is not None:
                    found.showers[number] = show
                number += 1
    return found


def _beside(package: Package, part: str, look: Styles) -> _Beside:
    """One pass over the sheet's records; refuses a sheet too large to be laid out."""
    found = _Beside()
    row = first = width = 0
    with package.open(part) as stream:
        for kind, content in _records(stream):
            if kind == _ROW:
                (index,) = struct.unpack_from("<I", content)
                if index + 1 < row or index >= ROWS_LIMIT:
                    raise ValueError("rows stand out of order")
                row, first = index + 1, first or index + 1
                if len(content) > 11 and content[11] & 7:
                    found.levels[row] = content[11] & 7
            elif kind == _MERGE:
                top, bottom, left = struct.unpack_from("<III", content)
                if bottom > top:
                    found.merges.append((top + 1, bottom + 1, left))
            elif kind in _CELLS:
                column, style = struct.unpack_from("<II", content)
                width, style = max(width, column + 1), style & 0xFFFFFF
                if kind in _CELL_ERRORS:
                    found.errors.setdefault(row, []).append((column, _ERRORS.get(content[8], "#N/A")))
                elif kind in _CELL_NUMBERS and style in look.showers:
                    found.styles.setdefault(row, []).append((column, style))
            if (row - first + 1) * width > CELLS_LIMIT:
                raise UnreadableFile("Книга XLSB слишком велика. Пересохраните её как XLSX или CSV.")
    return found
