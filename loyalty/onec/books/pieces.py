"""A worksheet's XML cut into pieces of whole rows: a piece is small enough to be held, whatever the sheet is."""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import IO

from loyalty.errors import UnreadableFile
from loyalty.onec.books.rows import too_wide

FIRST_BYTES = 1 << 18  # who wants the header alone waits for no more
PIECE_BYTES = 16 << 20  # of XML; with its cells as objects about 150 MB
SPAN_ROWS = 1 << 15  # 512 columns of as many rows take half a gigabyte at most
ROW_BYTES = 64 << 20
MERGES_LIMIT = 1 << 18
_CHUNK = 1 << 20

_TABLE = re.compile(rb"<(\w+:)?sheetData\b[^>]*?(/?)>")
_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>|<(?:\w+:)?row\b[^>]*/>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_PREFIX = re.compile(rb"<(/?)\w+:")
_TAG = re.compile(rb"<(row|c)\b([^>]*?)(/?)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PLACE = re.compile(rb"([A-Z]*)(\d{1,7})")
_CELL_ROW = re.compile(rb"<c r=\"[A-Z]{1,3}(\d{1,7})\"")
_ROW_PLACE = re.compile(rb"<row r=\"(\d{1,7})\"")
_FAR = re.compile(rb"<c r=\"(?:[A-Z]{3}|S[S-Z]|[T-Z][A-Z])\d")  # beyond SR, the 512th
_FAR_EMPTY = re.compile(_FAR.pattern + rb"+\"[^>]*(?:/>|>\s*</c\s*>)")


@lru_cache(maxsize=1 << 15)
def column_index(letters: bytes) -> int:
    """«A» is 0, «SR» is 511."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


@dataclass(slots=True)
class Survey:
    """What one look at the whole sheet tells: merges over several rows, and whether rows have outline levels."""

    merges: list[tuple[int, int, int]] = field(
        default_factory=list
    )  # first row, last row (from 1), column (from 0)
    outlined: bool = False


def survey(stream: IO[bytes]) -> Survey:
    """Reads the sheet through once, keeping nothing; merges stand in XML after the rows they are about."""
    found = Survey()
    tail = b""
    while chunk := stream.read(_CHUNK):
        chunk = tail + chunk
        cut = chunk.rfind(b">") + 1
        found.outlined = found.outlined or b" outlineLevel=" in chunk
        if b"mergeCell" in chunk:
            for match in _MERGE.finditer(chunk, 0, cut):
                first, last = int(match[2]), int(match[4])
                if last > first and len(found.merges) < MERGES_LIMIT:
                    found.merges.append((first, last, column_index(match[1])))
        tail = chunk[cut:]
        if len(tail) > ROW_BYTES:
            raise UnreadableFile("В книге есть ячейка длиннее 64 мегабайт: это не выгрузка из 1С.")
    found.merges.sort()
    return found


@dataclass(slots=True)
class Piece:
    """Rows as XML; `read`: bytes of the sheet up to their end.

    Rows and cells are `<row r="2"…>` and `<c r="A2"…>` whatever they were: without a namespace prefix, their place
    first and written out, in double quotes; none stands beyond the columns that a table may have.
    """

    rows: bytes
    read: int


def pieces(stream: IO[bytes]) -> Iterator[Piece]:
    """The sheet's rows, some megabytes at a time; raises ValueError when the sheet has no end."""
    prefix, buffer, read = _beginning(stream)
    if prefix is None:
        return
    closing = b"</%ssheetData" % prefix
    size, row, searched = FIRST_BYTES, 0, 0
    while True:
        at = buffer.find(closing, max(0, searched - len(closing)))
        searched = len(buffer)
        cut = at if at >= 0 else _last_row_end(buffer) if len(buffer) >= size else 0
        if cut:
            rows, row = _canonical(buffer[:cut], row)
            for part in _dense(_narrow(rows)):
                yield Piece(part, read)
            buffer, searched = buffer[cut:], 0
            size = min(size * 4, PIECE_BYTES)
        if at >= 0:
            return
        if len(buffer) > size + ROW_BYTES:
            raise UnreadableFile("В книге есть строка длиннее 64 мегабайт: это не выгрузка из 1С.")
        chunk = stream.read(_CHUNK)
        if not chunk:
            raise ValueError("the sheet ends before its rows do")
        read += len(chunk)
        buffer += chunk


def _beginning(stream: IO[bytes]) -> tuple[bytes | None, bytes, int]:
    """The sheet's namespace prefix (None when it has no rows at all), what is read of its rows, how much of all."""
    buffer = b""
    while True:
        chunk = stream.read(_CHUNK)
        buffer += chunk
        found = _TABLE.search(buffer)
        if found is not None:
            return None if found[2] else found[1] or b"", buffer[found.end() :], len(buffer)
        if not chunk or len(buffer) > ROW_BYTES:
            raise ValueError("there are no rows in the sheet")


def _last_row_end(buffer: bytes) -> int:
    """Where the last whole row of the buffer ends, 0 when it has none."""
    for begin in (max(0, len(buffer) - _CHUNK), 0):
        ends = [match.end() for match in _ROW_END.finditer(buffer, begin)]
        if ends:
            return ends[-1]
    return 0


def _canonical(rows: bytes, row: int) -> tuple[bytes, int]:
    """The rows with every tag in the form that Piece promises, and the number of the last one.

    Some writers leave places to be counted; most write this form themselves, which counting tags shows at once.
    """
    if b":c" in rows or b":row" in rows:
        rows = _PREFIX.sub(rb"<\1", rows)
    as_promised = rows.count(b"<c") == rows.count(b'<c r="') and rows.count(b"<row") == rows.count(b'<row r="')
    if as_promised:
        last = rows.rfind(b'<row r="')
        match = _ROW_PLACE.match(rows, last) if last >= 0 else None
        return rows, int(match[1]) if match else row
    column = -1

    def put(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        attributes = {name: double or single for name, double, single in _ATTRIBUTE.findall(match[2])}
        place = _PLACE.fullmatch(attributes.pop(b"r", b""))
        if match[1] == b"row":
            row, column = int(place[2]) if place else row + 1, -1
            at = b"%d" % row
        else:
            column = column_index(place[1]) if place else column + 1
            at = _letters(column) + (place[2] if place else b"%d" % row)
        others = b"".join(b' %s="%s"' % item for item in attributes.items() if b":" not in item[0])
        return b'<%s r="%s"%s%s>' % (match[1], at, others, match[3])

    return _TAG.sub(put, rows), row


def _narrow(rows: bytes) -> bytes:
    """The rows without empty cells beyond the columns that a table may have; filled ones there are refused."""
    if _FAR.search(rows):
        rows = _FAR_EMPTY.sub(b"", rows)
        if _FAR.search(rows):
            raise too_wide()
    return rows


def _dense(rows: bytes) -> Iterator[bytes]:
    """The rows in parts that span few rows each: calamine lays a part out as a rectangle, gaps included."""
    numbers = list(map(int, _CELL_ROW.findall(rows)))
    if len(numbers) != rows.count(b'<c r="') or any(map(operator.gt, numbers, islice(numbers, 1, None))):
        raise ValueError("cells stand nowhere or out of order")
    if not numbers or numbers[-1] - numbers[0] < SPAN_ROWS:
        yield rows
        return
    begin, first = 0, numbers[0]
    for match in _ROW_PLACE.finditer(rows):
        if int(match[1]) - first >= SPAN_ROWS:
            if match.start() > begin:
                yield from _told(rows[begin : match.start()])
            begin, first = match.start(), int(match[1])
    yield from _told(rows[begin:])


def _told(rows: bytes) -> Iterator[bytes]:
    numbers = _CELL_ROW.findall(rows)
    if numbers and int(numbers[-1]) - int(numbers[0]) >= 2 * SPAN_ROWS:
        raise ValueError("a cell stands in another row than its own")
    yield rows


def _letters(column: int) -> bytes:
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text.encode()
