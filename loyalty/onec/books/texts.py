"""Delimited text: its encoding, delimiter and quoting by its content, then its rows."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from loyalty.errors import UnreadableFile
from loyalty.onec.books.limits import COLUMNS_LIMIT, check_width
from loyalty.onec.books.rows import RawRow

ROW_BYTES_LIMIT = 1 << 20  # also the size of a chunk: a chunk without a line end is an over-long row
SAMPLE_LINES = 50

SAVE_AS = "Сохраните отчёт в 1С как «Лист Excel2007 (*.xlsx)» или CSV и загрузите снова."


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How to read a text file: Python's encoding name, delimiter, and whether quotes mean anything."""

    encoding: str
    delimiter: str
    quoted: bool


def text_format(
    path: Path, encoding: str | None, delimiter: str | None, known: Callable[[list[str]], int]
) -> TextFormat:
    """Encoding, delimiter and quoting of a text; `known` counts the labels of a row that mean something."""
    encoding, has_quotes = _scan(path, encoding)
    delimiter = delimiter or _delimiter(path, encoding, known)
    quoted = not has_quotes or _quotes_hold(path, encoding, delimiter)
    return TextFormat(encoding, delimiter, quoted)


def _scan(path: Path, asked: str | None) -> tuple[str, bool]:
    """Reads the file through once: its encoding, and whether it has a quote anywhere."""
    with path.open("rb") as file:
        head = file.read(4096)
        encoding = asked or _by_mark(head)
        decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
        file.seek(0)
        has_quotes = False
        beyond_ascii = 0  # letters that were valid UTF-8: after a few the file can't be windows-1251
        while chunk := file.read(ROW_BYTES_LIMIT):
            if len(chunk) == ROW_BYTES_LIMIT and b"\n" not in chunk and b"\r" not in chunk:
                raise UnreadableFile("В файле есть строка длиннее мегабайта: это не выгрузка из 1С.")
            has_quotes = has_quotes or b'"' in chunk
            if not (encoding or "").startswith("utf-16") and b"\x00" in chunk:
                raise UnreadableFile(f"В файле есть нулевые байты: это не текст, или файл повреждён. {SAVE_AS}")
            try:
                text = decoder.decode(chunk, final=len(chunk) < ROW_BYTES_LIMIT)
            except UnicodeError as error:
                at = error.start if isinstance(error, UnicodeDecodeError) else 0
                beyond_ascii += sum(byte >= 0xC0 for byte in chunk[:at])
                if encoding is not None or beyond_ascii > 20:
                    raise UnreadableFile(
                        "Текст файла повреждён: часть букв не читается. Выгрузите его из 1С ещё раз."
                    ) from error
                return _scan(path, "cp1251")
            beyond_ascii += len(chunk) - len(text)
    return encoding or "utf-8", has_quotes


def _by_mark(head: bytes) -> str | None:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    if half and head[1::2].count(0) + head[1::2].count(4) > half * 0.8:  # Latin and Cyrillic pages
        return "utf-16-le" if b"\x00" in head else None
    return None


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        yield from file


def _delimiter(path: Path, encoding: str, known: Callable[[list[str]], int]) -> str:
    """«;», tab or «,»: the one under which labels are known, else the most stable count of columns."""
    sample = [line for line in islice(_lines(path, encoding), SAMPLE_LINES) if line.strip()]
    best, best_score = ";", (0, 0.0)
    for candidate in ";\t,":
        try:
            rows = [row for row in csv.reader(sample, delimiter=candidate) if any(row)]
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


def _quotes_hold(path: Path, encoding: str, delimiter: str) -> bool:
    """Whether quotes are quotes, not letters of «"Ромашка», which would swallow the lines up to the next quote."""
    try:
        quoted, records = _broken(path, encoding, delimiter, True)
    except csv.Error:  # an unclosed quote swallowed the rest of the file
        return False
    try:
        letters, lines = _broken(path, encoding, delimiter, False)
    except csv.Error:
        return True
    return quoted < letters or (quoted == letters and records == lines)


def _broken(path: Path, encoding: str, delimiter: str, quoted: bool) -> tuple[int, int]:
    """How many rows are not as wide as most of the first ones, and how many rows there are."""
    sample = islice(records(_lines(path, encoding), delimiter, quoted), 200)
    widths = Counter(len(row) for row in sample if len(row) > 1)
    expected = widths.most_common(1)[0][0] if widths else 1
    broken = count = 0
    for row in records(_lines(path, encoding), delimiter, quoted):
        count += 1
        broken += bool(row) and len(row) != expected
    return broken, count


def records(lines: Iterator[str] | IO[str], delimiter: str, quoted: bool) -> Iterator[list[str]]:
    """Rows of a text as lists of cells."""
    return iter(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE))


class TextSheet:
    """A delimited text file."""

    def __init__(self, path: Path, text_format: TextFormat) -> None:
        self.name = ""
        self.hidden = False
        self._path = path
        self._format = text_format
        self._size = max(1, path.stat().st_size)
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        with self._path.open("rb") as raw, io.TextIOWrapper(raw, self._format.encoding, newline="") as file:
            reader = records(file, self._format.delimiter, self._format.quoted)
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

    def fraction(self) -> float:
        return min(1.0, self._read)


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
