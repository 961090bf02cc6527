"""Opens a 1C file: finds its table, header and kind, takes a remembered mapping, refuses what holds no receipts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from loyalty.errors import UnreadableFile
from loyalty.onec.books import sniff, texts
from loyalty.onec.books.sheets import Sheet, check_width, open_sheets
from loyalty.onec.columns import headers, values
from loyalty.onec.columns.headers import Header, Mapping
from loyalty.onec.documents import grouped
from loyalty.onec.source import Source

Remembered: TypeAlias = Callable[[str], Mapping | None]

_HEAD_ROWS = headers.HEADER_ROWS + 10
_LAYOUT_ROWS = 5_000  # how far to look for the first document of a grouped report
_NO_RECEIPTS = (
    "В этом отчёте нет чеков, только суммы по группам: по ним нельзя начислить бонусы. "
    "Выгрузите из 1С список чеков с товарами: дата, номер, клиент, номенклатура, количество и сумма."
)


@dataclass(slots=True)
class _Table:
    sheet: Sheet
    header: Header | None
    head: list[tuple[int, list[str]]]


def open_file(
    path: Path | str,
    *,
    today: date,
    kind: str = "auto",
    mapping: Mapping | None = None,
    remembered: Remembered | None = None,
) -> Source:
    """The file as a Source; raises UnreadableFile with the sentence to show.

    `remembered` gives the mapping a person corrected for files of this shape, or None.
    """
    path = Path(path)
    file_type = sniff.file_type(path)
    text_format = None
    if file_type == "text":
        encoding, delimiter = (mapping.encoding, mapping.delimiter) if mapping else (None, None)
        text_format = texts.text_format(path, encoding, delimiter, headers.known_count)
    table = _choose(open_sheets(path, file_type, text_format), mapping)
    labels = table.header.labels if table.header else []
    shape = headers.shape_of(labels, _width(table), text_format.delimiter if text_format else None)
    if mapping is None and remembered is not None:
        mapping = remembered(shape)
        if mapping is not None and not (kind in ("auto", mapping.kind) and _fits(mapping, table)):
            mapping = None
    mapping = _settled(mapping, table, kind)
    if text_format:
        mapping = replace(mapping, delimiter=text_format.delimiter)
    _check_rows(table, mapping)
    return Source(table.sheet, mapping, shape, today, _grouping(table.sheet, mapping))


def _choose(sheets: list[Sheet], mapping: Mapping | None) -> _Table:
    """The table with the likeliest header, or the one the mapping names."""
    tables = []
    for sheet in sheets:
        head = [(number, cells) for number, cells, _level in islice(sheet.rows(), _HEAD_ROWS)]
        for _number, cells in head:
            check_width(cells)
        tables.append(_Table(sheet, headers.find_header(head), head))
        if mapping is not None and mapping.sheet and sheet.name == mapping.sheet:
            return tables[-1]
    if not tables:
        raise UnreadableFile("В книге нет листов с таблицами.")
    best = max(tables, key=lambda table: (table.header.score if table.header else 0, bool(table.head)))
    if not any(any(cell.strip() for cell in cells) for _number, cells in best.head):
        raise UnreadableFile("В файле нет ни одной заполненной строки. Выгрузите его из 1С ещё раз.")
    return best


def _width(table: _Table) -> int:
    return max((len(cells) for _number, cells in table.head), default=0)


def _fits(mapping: Mapping, table: _Table) -> bool:
    """Whether a remembered mapping is of this file: files without a known header are alike in width alone."""
    if table.header is not None or not mapping.header_row:
        return True
    labels = next((cells for number, cells in table.head if number == mapping.header_row), [])
    return headers.shape_of(labels, 0, None) == headers.shape_of(mapping.labels, 0, None)


def _settled(mapping: Mapping | None, table: _Table, kind: str) -> Mapping:
    """The person's mapping placed on this file's header, or one found by synonyms."""
    header = table.header
    if mapping is not None:
        same = header is not None and [headers.normalised(label) for label in header.labels] == [
            headers.normalised(label) for label in mapping.labels
        ]
        if same and header is not None:
            return replace(mapping, header_row=header.row, header_height=header.height, sheet=table.sheet.name)
        if mapping.labels or not mapping.header_row:
            return replace(mapping, sheet=table.sheet.name)
        labels = next((cells for number, cells in table.head if number == mapping.header_row), [])
        return replace(mapping, labels=labels, sheet=table.sheet.name)
    if header is None:
        return Mapping("sales" if kind == "auto" else kind, sheet=table.sheet.name)
    if kind == "auto":
        kind = headers.detect_kind(header.labels)
    fields = headers.map_columns(header.labels, kind)
    return Mapping(kind, fields, header.row, header.height, table.sheet.name, labels=list(header.labels))


def _check_rows(table: _Table, mapping: Mapping) -> None:
    """Refuses a header without rows, and totals alone."""
    below = mapping.header_row + mapping.header_height - 1 if mapping.header_row else 0
    totals = False
    further = ((number, cells) for number, cells, _level in islice(table.sheet.rows(), len(table.head), None))
    for number, cells in chain(table.head, further):
        filled = [cell.strip() for cell in cells if cell.strip()] if number > below else []
        if not filled:
            continue
        if not filled[0].lower().startswith(("итого", "всего")):
            return
        totals = True
    if totals:
        raise UnreadableFile(f"В файле только итоги, без строк. {_NO_RECEIPTS.split('. ', 1)[1]}")
    raise UnreadableFile("В файле есть заголовок, но нет ни одной строки под ним. Выгрузите его из 1С ещё раз.")


def _grouping(sheet: Sheet, mapping: Mapping) -> bool | None:
    """None: rows are flat. Else the report is grouped, True when the file tells the rows' levels."""
    fields = mapping.fields
    if mapping.kind != "sales" or not grouped.may_be_grouped(fields):
        return None
    own_items = "document" in fields and "name" in fields and fields["name"] != fields["document"]
    documents = bare_items = 0
    levels = set()
    for number, cells, level in islice(sheet.rows(), _LAYOUT_ROWS):
        if number <= mapping.header_row:
            continue
        levels.add(level)
        if any(values.parse_presentation(cell) for cell in cells if " от " in cell):
            documents += 1
        elif own_items and len(cells) > fields["name"] and cells[fields["name"]].strip():
            bare_items += 1
    if not documents:
        raise UnreadableFile(_NO_RECEIPTS)
    if own_items and not bare_items:
        return None
    return len(levels) > 1
