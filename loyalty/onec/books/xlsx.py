"""XLSX sheets: calamine reads the cells piece by piece, the XML beside it tells what calamine does not."""

import html
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineWorkbook

from loyalty.onec.books.merges import Merges
from loyalty.onec.books.package import Contents, Named, Package, Styles, contents, opened, styles
from loyalty.onec.books.pieces import Piece, Survey, column_index, pieces, survey
from loyalty.onec.books.rows import COLUMNS_LIMIT, ROWS_LIMIT, RawRow, Sheet, check_width, put
from loyalty.onec.books.seen import NOT_COMPUTED, Seen, remembered

_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>%s</sheetData></worksheet>'.encode()
_PARTS = (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"))

_ROW_LEVEL = re.compile(rb"<row r=\"(\d+)\"[^>]*? outlineLevel\s*=\s*[\"'](\d)")
_STYLED = rb"<c r=\"([A-Z]+)(\d+)\"[^>]*? s\s*=\s*[\"'](%s)[\"']"
_FORMULA = rb"\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f\s*>)\s*"
_ERROR = re.compile(
    rb"<c r=\"([A-Z]+)(\d+)\"[^>]*? t\s*=\s*[\"']e[\"'][^>]*>(?:" + _FORMULA + rb")?\s*<v\b[^>]*>([^<]+)<"
)
_NO_VALUE = re.compile(  # but for t="str", where an empty value is the formula's own empty text
    rb"<c r=\"([A-Z]+)(\d+)\"(?![^>]* t\s*=\s*[\"']str)[^>]*>"
    + _FORMULA
    + rb"(?:<v\s*/>|<v\s*>\s*</v\s*>)?\s*</c\s*>"
)

Cells: TypeAlias = list[Any]


def sheets(path: Path) -> "list[XlsxSheet]":
    """The book's sheets in its own order."""
    with opened(path) as package:
        return [XlsxSheet(path, named) for named in contents(package).sheets]


@dataclass(slots=True)
class _Beside:
    """What a piece's XML tells of its rows: texts to put in place, styles of cells, outline levels."""

    texts: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    styles: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)


class XlsxSheet(Sheet):
    """A sheet of an XLSX book, read as a stream of pieces."""

    def __init__(self, path: Path, named: Named) -> None:
        super().__init__(path, named.name, named.hidden)
        self._part = named.part
        self._survey: Survey | None = None

    def rows(self) -> Iterator[RawRow]:
        with opened(self._path) as package:
            book = contents(package)
            if self._survey is None:
                with package.open(self._part) as stream:
                    self._survey = survey(stream)
            view = _View(styles(package, book.styles), self._survey)
            loader = _Loader(package, book)
            total, last = max(1, package.size(self._part)), 0
            with package.open(self._part) as stream:
                for piece in pieces(stream):
                    view.look(piece.rows)
                    for number, cells in loader.rows(piece):
                        for gap in range(last + 1, min(number, ROWS_LIMIT)):
                            yield view.row(gap, [])
                        last = number
                        yield view.row(number, cells)
                    self._read = piece.read / total
        self._read = 1.0


class _View:
    """Rows of calamine's values as a person sees them, with what the XML beside them tells."""

    def __init__(self, styles: Styles, survey: Survey) -> None:
        self._outlined = survey.outlined
        self._merges = Merges(survey.merges)
        self._indents = styles.indents
        self._seen = Seen()
        self._shown = {style: remembered(show) for style, show in styles.showers.items()}
        wanted = b"|".join(b"%d" % style for style in styles.showers.keys() | styles.indents.keys())
        self._styled = re.compile(_STYLED % wanted) if wanted else None
        self._beside = _Beside()

    def look(self, rows: bytes) -> None:
        """Finds in the XML of the next rows what is told beside the values."""
        self._beside = _beside(rows, self._styled, self._outlined)

    def row(self, number: int, cells: Cells) -> RawRow:
        beside, texts = self._beside, self._seen.row(cells)
        level = beside.levels.get(number, 0) if self._outlined else None
        styles = beside.styles.get(number, ())
        for column, style in styles:
            if style in self._shown and column < len(cells) and cells[column].__class__ is float:
                texts[column] = self._shown[style][cells[column]]
        if level is None and self._indents:
            level = _indent(texts, {column: self._indents.get(style, 0) for column, style in styles})
        for column, text in beside.texts.get(number, ()):
            put(texts, column, text)
        if len(texts) > COLUMNS_LIMIT:
            check_width(texts)
            del texts[COLUMNS_LIMIT:]
        return number, self._merges.filled(number, texts), level


def _indent(texts: list[str], indents: dict[int, int]) -> int:
    """How far the row's first text is moved to the right."""
    for column, text in enumerate(texts):
        if text:
            return indents.get(column, 0) * 2 + len(text) - len(text.lstrip())
    return 0


def _beside(rows: bytes, style: re.Pattern[bytes] | None, outlined: bool) -> _Beside:
    found = _Beside()
    if style is not None:
        for letters, row, number in style.findall(rows):
            found.styles.setdefault(int(row), []).append((column_index(letters), int(number)))
    if b'"e"' in rows or b"'e'" in rows:
        for letters, row, text in _ERROR.findall(rows):
            found.texts.setdefault(int(row), []).append((column_index(letters), html.unescape(text.decode())))
    if b"<f" in rows:
        for letters, row in _NO_VALUE.findall(rows):
            found.texts.setdefault(int(row), []).append((column_index(letters), NOT_COMPUTED))
    if outlined:
        for row, level in _ROW_LEVEL.findall(rows):
            found.levels[int(row)] = int(level)
    return found


class _Loader:
    """Gives pieces to calamine as little books of one sheet, with the styles and texts of the whole."""

    def __init__(self, package: Package, book: Contents) -> None:
        self._styles = package.read(book.styles) if package.has(book.styles) else b""
        self._strings = package.read(book.strings) if package.has(book.strings) else b""
        self._from_1904 = book.from_1904

    def rows(self, piece: Piece) -> Iterator[tuple[int, Cells]]:
        """Rows that hold something, and empty ones between them, numbered from 1."""
        with CalamineWorkbook.from_filelike(self._book(piece)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.start is None:
                return
            row, column = sheet.start
            cells = sheet.to_python()
        blank = [""] * column
        for number, values in enumerate(cells, row + 1):
            yield number, blank + values

    def _book(self, piece: Piece) -> io.BytesIO:
        parts = {"xl/worksheets/sheet1.xml": _SHEET % piece.rows, "xl/styles.xml": self._styles}
        if b'"s"' in piece.rows or b"'s'" in piece.rows:
            parts["xl/sharedStrings.xml"] = self._strings
        parts = {name: part for name, part in parts.items() if part}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
            for name, part in (_frame(self._from_1904, parts.keys()) | parts).items():
                archive.writestr(name, part)
        content.seek(0)
        return content


def _frame(from_1904: bool, parts: Collection[str]) -> dict[str, str | bytes]:
    """What makes those parts a book of one sheet."""
    kinds = [(kind, target) for kind, target in _PARTS if f"xl/{target}" in parts]
    links = [f'<Relationship Id="{kind}" Type="{_LINKS}/{kind}" Target="{target}"/>' for kind, target in kinds]
    main = f'<Relationship Id="main" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    types = [
        f'<Override PartName="/xl/{target}" ContentType="{_TYPES}{kind}+xml"/>'
        for kind, target in (("sheet.main", "workbook.xml"), *kinds)
    ]
    book = (
        f'<workbookPr date1904="{int(from_1904)}"/><sheets><sheet name="1" sheetId="1" r:id="worksheet"/></sheets>'
    )
    related = f'<Relationships xmlns="{_PACKAGE}/relationships">%s</Relationships>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{"".join(types)}</Types>',
        "_rels/.rels": related % main,
        "xl/_rels/workbook.xml.rels": related % "".join(links),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{book}</workbook>',
    }
