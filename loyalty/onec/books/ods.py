"""OpenDocument tables, row by row: every cell carries the text that a person sees beside its value.

calamine gives values alone here: errors as empty cells, no formats, no merges, the whole table at once.
"""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from loyalty.errors import UnreadableFile
from loyalty.onec.books.merges import Merges
from loyalty.onec.books.package import Package, opened
from loyalty.onec.books.rows import COLUMNS_LIMIT, ROWS_LIMIT, RawRow, Sheet, too_wide
from loyalty.onec.books.seen import NOT_COMPUTED, as_seen, rounding
from loyalty.onec.books.torn import locked

_CHUNK = 1 << 20
_TAG_BYTES = 1 << 24
_TABLE = re.compile(rb"<table:table\s[^>]*>")
_NAME = re.compile(rb"\btable:name=\"([^\"]*)\"")
_STYLE = re.compile(rb"\btable:style-name=\"([^\"]*)\"")
_HIDDEN = re.compile(
    rb"<style:style\s[^>]*?style:name=\"([^\"]*)\"[^>]*>\s*<style:table-properties\s[^>]*?table:display=\"false\""
)
_ROW, _GROUP, _CELLS = "table-row", "table-row-group", ("table-cell", "covered-table-cell")


def sheets(path: Path) -> "list[OdsSheet]":
    """The file's tables in its own order."""
    with opened(path) as package:
        if package.has("mimetype") and b"spreadsheet" not in package.read("mimetype"):
            raise UnreadableFile("Это документ OpenDocument, а не таблица. Сохраните таблицу как XLSX или CSV.")
        if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise locked()
        with package.open("content.xml") as stream:
            tables, hidden, grouped = _skimmed(stream)
    found = []
    for index, tag in enumerate(tables):
        name, style = _NAME.search(tag), _STYLE.search(tag)
        title = html.unescape(name[1].decode()) if name else f"Лист{index + 1}"
        found.append(OdsSheet(path, index, title, style is not None and style[1] in hidden, grouped))
    return found


def _skimmed(stream: IO[bytes]) -> tuple[list[bytes], set[bytes], bool]:
    """The opening tags of tables, names of styles that hide, and whether rows are grouped anywhere."""
    tables, hidden, grouped, tail = [], set(), False, b""
    while chunk := stream.read(_CHUNK):
        chunk = tail + chunk
        cut = chunk.rfind(b"<table:table-row") if b"<table:table-row" in chunk else chunk.rfind(b"<style:style")
        cut = cut if cut > 0 and len(chunk) - cut < _TAG_BYTES else chunk.rfind(b">") + 1
        tables += _TABLE.findall(chunk, 0, cut)
        hidden |= set(_HIDDEN.findall(chunk, 0, cut))
        grouped = grouped or b"<table:table-row-group" in chunk
        tail = chunk[cut:]
        if len(tail) > _TAG_BYTES:
            raise ValueError("a tag of megabytes")
    tables += _TABLE.findall(tail)
    return tables, hidden | set(_HIDDEN.findall(tail)), grouped


class OdsSheet(Sheet):
    """A table of an OpenDocument file, read as a stream."""

    def __init__(self, path: Path, index: int, name: str, hidden: bool, grouped: bool) -> None:
        super().__init__(path, name, hidden)
        self._index = index
        self._grouped = grouped

    def rows(self) -> Iterator[RawRow]:
        with opened(self._path) as package:
            ranges: list[tuple[int, int, int]] = []
            merges, last, number = Merges(ranges), 0, 1
            for row, depth in self._elements(package):
                level = depth if self._grouped else None
                texts, spans = _texts(row)
                repeated = _count(row, "number-rows-repeated")
                if any(texts):
                    if number + repeated > ROWS_LIMIT + 1:
                        raise ValueError("more rows than a table has")
                    ranges += [(number, number + rows - 1, column) for column, rows in spans]
                    for gap in range(last + 1, number):
                        yield gap, merges.filled(gap, []), 0 if self._grouped else None
                    for last in range(number, number + repeated):
                        yield last, merges.filled(last, list(texts)), level
                number += repeated
        self._read = 1.0

    def _elements(self, package: Package) -> Iterator[tuple[Element, int]]:
        """Row elements of this table, each with how many groups it is in."""
        table, depth = -1, 0
        size = max(1, package.size("content.xml"))
        open_elements: list[Element] = []
        with package.open("content.xml") as stream:
            for event, element in ElementTree.iterparse(stream, ("start", "end")):
                tag = element.tag.rpartition("}")[2]
                if event == "start":
                    open_elements.append(element)
                    table += tag == "table"
                    depth += tag == _GROUP
                    if table > self._index:
                        return
                    continue
                open_elements.pop()
                depth -= tag == _GROUP
                if tag == _ROW:
                    if table == self._index:
                        self._read = stream.tell() / size
                        yield element, depth
                    open_elements[-1].clear()


def _get(element: Element, name: str) -> str:
    """An attribute by its local name; writers of OpenDocument agree on no prefix."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _count(element: Element, name: str) -> int:
    return max(1, int(_get(element, name) or 1))


def _texts(row: Element) -> tuple[list[str], list[tuple[int, int]]]:
    """The row's cells as texts, and those merged with cells below: column, rows."""
    texts: list[str] = []
    spans, column = [], 0
    for cell in row:
        if cell.tag.rpartition("}")[2] not in _CELLS:
            continue
        text, repeated = _text(cell), _count(cell, "number-columns-repeated")
        if text:
            if column + repeated > COLUMNS_LIMIT:
                raise too_wide()
            texts += [""] * (column - len(texts)) + [text] * repeated
            rows = _count(cell, "number-rows-spanned")
            if rows > 1:
                spans.append((column, rows))
        column += repeated
    return texts, spans


def _text(cell: Element) -> str:
    kind, shown = _get(cell, "value-type"), "\n".join(_written(part) for part in cell if part.tag.endswith("}p"))
    if kind == "date":
        with suppress(ValueError):
            return as_seen(datetime.fromisoformat(_get(cell, "date-value")))
    if kind == "boolean":
        return as_seen(_get(cell, "boolean-value") == "true")
    if kind in ("float", "currency", "percentage"):
        return _number(float(_get(cell, "value") or "nan"), shown, kind == "percentage" or shown.endswith("%"))
    if not kind and not shown and _get(cell, "formula"):
        return NOT_COMPUTED
    return shown or _get(cell, "string-value")


def _number(value: float, shown: str, percent: bool) -> str:
    """The value to as many places as are shown, without grouping and currency; zeros before codes stay."""
    if value != value:
        return shown
    digits = re.sub(r"\D", "", shown)
    after = re.search(r"[.,](\d+)\D*$", shown)
    for places in (len(after[1]) if after else 0, 0):
        text = rounding(places, percent)(value)
        whole, _, rest = text.removesuffix("%").partition(".")
        if digits.lstrip("0") == (re.sub(r"\D", "", whole) + rest.ljust(places, "0")).lstrip("0"):
            is_code = not places and not percent and len(digits) > len(whole.lstrip("-")) and digits == shown
            return shown if is_code else text
    return as_seen(value)


def _written(part: Element) -> str:
    """The paragraph's text with its spaces, tabs and line ends, without notes."""
    text = part.text or ""
    for child in part:
        tag = child.tag.rpartition("}")[2]
        if tag == "s":
            text += " " * min(_count(child, "c"), 1024)
        elif tag in ("tab", "line-break"):
            text += " "
        elif tag not in ("annotation", "note"):
            text += _written(child)
        text += child.tail or ""
    return text
