"""XLSX as 1C writes it: misnamed parts repaired, row levels read aside, torn files told in one sentence."""

import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.reader import excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from loyalty.errors import UnreadableFile

_TORN = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, RuntimeError, SyntaxError,
    ParseError, zlib.error, zipfile.BadZipFile, InvalidFileException,
)  # fmt: skip
_CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_LEVEL = re.compile(rb'\boutlineLevel="(\d)"')
_NUMBER = re.compile(rb'\br="(\d+)"')


class _Unmeasured(ReadOnlyWorksheet):  # type: ignore[misc]
    """A sheet whose <dimension> is not looked for: 1C writes it wrong, and without one the search reads it all."""

    def _get_size(self) -> None:
        pass


excel.ReadOnlyWorksheet = _Unmeasured  # openpyxl has no setting for it: 10 s a 100 MB sheet at every opening


def _unreadable(path: Path) -> UnreadableFile:
    return UnreadableFile(f"Книга «{path.name}» повреждена или сохранена не до конца. Сохраните её ещё раз.")


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook in openpyxl's read-only mode; raises UnreadableFile when it is torn."""
    with path.open("rb") as file, tempfile.TemporaryFile() as spare:
        try:
            book = load_workbook(_with_named_parts(file, spare), read_only=True, data_only=True)
        except _TORN as error:
            raise _unreadable(path) from error
        try:
            yield book
        finally:
            book.close()


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets that hold cells; hidden ones come last."""
    with opened(path) as book:
        visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if not visible + hidden:
        raise UnreadableFile(f"В книге «{path.name}» нет листов с таблицами.")
    return visible + hidden


def guarded(rows: Iterable[Any], path: Path) -> Iterator[Any]:
    """The rows, a torn sheet told as one sentence."""
    source = iter(rows)
    while True:
        try:
            row = next(source)
        except StopIteration:
            return
        except _TORN as error:
            raise _unreadable(path) from error
        yield row


def _with_named_parts(file: IO[bytes], spare: IO[bytes]) -> IO[bytes]:
    """The file, or a copy in `spare` where «SharedStrings.xml» is named as the book calls it (1c.md §5.1)."""
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        types = archive.read("[Content_Types].xml").decode("utf-8-sig")
        wanted = {part.lower(): part for part in re.findall(r'PartName="/([^"]+)"', types)}
        renamed = {
            name: wanted[name.lower()]
            for name in names
            if name.lower() in wanted and wanted[name.lower()] not in names
        }
        if not renamed:
            file.seek(0)
            return file
        with zipfile.ZipFile(spare, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for entry in archive.infolist():
                name = renamed.get(entry.filename, entry.filename)
                with archive.open(entry) as source, copy.open(name, "w", force_zip64=True) as target:
                    while block := source.read(_CHUNK):
                        target.write(block)
    spare.seek(0)
    return spare


def has_indents(book: Any) -> bool:
    """Whether any cell style is indented: then a grouped report may be told by indents."""
    return any(alignment.indent for alignment in book._alignments)


def has_zero_formats(book: Any) -> bool:
    """Whether codes may be numbers shown with leading zeros by the format «000000»."""
    return any(re.fullmatch(r"0{2,}", text) for text in book._number_formats)


class Outline:
    """Outline levels of a sheet's rows: read-only mode doesn't give them, so the XML is skimmed once."""

    def __init__(self, sheet: Any) -> None:
        self.rows_count = 0
        self._levels = bytearray()
        try:
            with sheet.parent._archive.open(sheet._worksheet_path) as part:
                self._skim(part.read)
        except _TORN:  # reading the cells tells it in a sentence
            self._levels = bytearray()

    def _skim(self, read: Callable[[int], bytes]) -> None:
        tail = b""
        while chunk := read(_CHUNK):
            chunk = tail + chunk
            cut = chunk.rfind(b">") + 1
            tail = chunk[cut:]
            for match in _ROW.finditer(chunk, 0, cut):
                self._note(match[1])

    def _note(self, attributes: bytes) -> None:
        number = _NUMBER.search(attributes)
        self.rows_count = int(number[1]) if number else self.rows_count + 1
        level = _LEVEL.search(attributes)
        if level is not None and self.rows_count < 1 << 21:
            self._levels.extend(bytes(self.rows_count + 1 - len(self._levels)))
            self._levels[self.rows_count] = int(level[1])

    def level(self, row: int) -> int | None:
        """The row's level, None when the sheet is not outlined at all."""
        if not self._levels:
            return None
        return self._levels[row] if row < len(self._levels) else 0
