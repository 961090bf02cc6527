"""Delimited text: its delimiter and quoting by its content, then its rows."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from loyalty.errors import UnreadableFile
from loyalty.onec.books.encodings import Known, Scanned, lines, sample, scan, without_marks
from loyalty.onec.books.rows import COLUMNS_LIMIT, RawRow, Sheet, check_width


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How to read a text: Python's encoding name, delimiter, whether quotes mean anything and marks are within."""

    encoding: str
    delimiter: str
    quoted: bool
    has_marks: bool = False


def text_format(path: Path, encoding: str | None, delimiter: str | None, known: Known) -> TextFormat:
    """Encoding, delimiter and quoting of a text; `known` counts the labels of a row that mean something."""
    scanned = scan(path, encoding, known)
    delimiter = delimiter or _delimiter(path, scanned, known)
    quoted = not scanned.has_quotes or _quotes_hold(path, scanned, delimiter)
    return TextFormat(scanned.encoding, delimiter, quoted, scanned.has_marks)


def _delimiter(path: Path, scanned: Scanned, known: Known) -> str:
    """«;», tab or «,»: the one under which labels are known, else the most stable count of columns."""
    first = sample(path, scanned)
    best, best_score = ";", (0, 0.0)
    for candidate in ";\t,":
        try:
            rows = [row for row in csv.reader(first, delimiter=candidate) if any(row)]
        except csv.Error:  # under this one a cell would be longer than any cell is
            continue
        counts = Counter(len(row) for row in rows if len(row) > 1)
        if not counts:
            continue
        stable = counts.most_common(1)[0][1] / len(rows)
        score = (max(known(row) for row in rows), stable)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _quotes_hold(path: Path, scanned: Scanned, delimiter: str) -> bool:
    """Whether quotes are quotes, not letters of «"Ромашка», which would swallow the lines up to the next quote."""
    try:
        quoted, records = _broken(path, scanned, delimiter, True)
    except csv.Error:  # an unclosed quote swallowed the rest of the file
        return False
    try:
        letters, count = _broken(path, scanned, delimiter, False)
    except csv.Error:
        return True
    return quoted < letters or (quoted == letters and records == count)


def _broken(path: Path, scanned: Scanned, delimiter: str, quoted: bool) -> tuple[int, int]:
    """How many rows are not as wide as most of the first ones, and how many rows there are."""
    first = islice(_records(lines(path, scanned), delimiter, quoted), 200)
    widths = Counter(len(row) for row in first if len(row) > 1)
    expected = widths.most_common(1)[0][0] if widths else 1
    broken = count = 0
    for row in _records(lines(path, scanned), delimiter, quoted):
        count += 1
        broken += bool(row) and len(row) != expected
    return broken, count


def _records(text: Iterable[str], delimiter: str, quoted: bool) -> Iterator[list[str]]:
    """Rows of a text as lists of cells."""
    return iter(csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE))


class TextSheet(Sheet):
    """A delimited text file."""

    def __init__(self, path: Path, text_format: TextFormat) -> None:
        super().__init__(path, name="")
        self._format = text_format
        self._size = max(1, path.stat().st_size)

    def rows(self) -> Iterator[RawRow]:
        with self._path.open("rb") as raw, io.TextIOWrapper(raw, self._format.encoding, newline="") as file:
            text = without_marks(file) if self._format.has_marks else file
            reader = _records(text, self._format.delimiter, self._format.quoted)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    if len(cells) > COLUMNS_LIMIT:
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


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
