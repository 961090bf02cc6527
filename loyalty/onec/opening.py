"""Opens a 1C file: its tables, header and kind, the columns remembered or recognised, how its rows are read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from loyalty.errors import UnreadableFile
from loyalty.onec.books import sniff, texts
from loyalty.onec.books.sheets import RawRow, Sheet, open_sheets
from loyalty.onec.columns import headers, profile, values
from loyalty.onec.columns.deciding import decided
from loyalty.onec.columns.headers import Header
from loyalty.onec.columns.plan import Mapping, Plan
from loyalty.onec.columns.tables import RETURNED, Tables, head_of, is_blank, kind_in
from loyalty.onec.columns.words import is_total
from loyalty.onec.documents import grouped
from loyalty.onec.source import Read, Source

Remembered: TypeAlias = Callable[[str], Mapping | None]
Head: TypeAlias = list[tuple[int, list[str]]]

_LOOKED_AT_FIRST = 20_000  # rows; what the others say is heard while they are read
_LAYOUT_ROWS = 5_000  # how far to look for the first document of a grouped report
_NO_RECEIPTS = (
    "В этом отчёте нет чеков, только суммы по группам: по ним нельзя начислить бонусы. "
    "Выгрузите из 1С список чеков с товарами: дата, номер, клиент, номенклатура, количество и сумма."
)


def open_file(
    path: Path | str,
    *,
    today: date,
    zone: str = "Europe/Moscow",
    kind: str = "auto",
    mapping: Mapping | None = None,
    remembered: Remembered | None = None,
) -> Source:
    """The file as a Source, all its rows looked at; raises UnreadableFile with the sentence to show.

    `remembered` gives the mapping a person corrected for files of this shape, or None. `zone` is the shop's, for
    moments written with a zone of their own.
    """
    path = Path(path)
    file_type = sniff.file_type(path)
    text_format = None
    if file_type == "text":
        encoding, delimiter = (mapping.encoding, mapping.delimiter) if mapping else (None, None)
        text_format = texts.text_format(path, encoding, delimiter, headers.known_count)
    tables, head = _choose(open_sheets(path, file_type, text_format), mapping, kind)
    shape = headers.shape_of(tables.labels, _width(head), text_format.delimiter if text_format else None)
    if mapping is None and remembered is not None:
        mapping = remembered(shape)
        if mapping is not None and not (kind in ("auto", mapping.kind) and _fits(mapping, tables, head)):
            mapping = None
    by_hand = mapping is not None and bool(mapping.fields)
    mapping = _settled(mapping, tables, head, kind)
    if text_format:
        mapping = replace(mapping, delimiter=text_format.delimiter)
    _check_rows(tables, mapping)
    levels = _grouping(tables, mapping)
    tables.sums = tuple(at for name, at in mapping.fields.items() if name in profile.SUMS)
    asked = _Asked(today, by_hand, _told(tables, head))
    read = _look(tables, mapping, levels, asked)
    again = None if read.is_whole else partial(_understood, tables, mapping, levels, asked, None)
    return Source(tables, read, shape, today, zone, levels, again)


def _understood(tables: Tables, mapping: Mapping, levels: bool | None, asked: "_Asked", limit: int | None) -> Read:
    """How the rows are to be read: all of them were looked at, or the first `limit`."""
    rows: Iterable[RawRow] = below(tables, mapping)
    read = mapping
    if levels is not None:
        read = grouped.flat_mapping(mapping)
        rows = grouped.Flattener(mapping, levels, "").flatten(rows)
    number = read.fields.get("number")
    used = {at for name, at in read.fields.items() if name != "return_amount"}
    watched = set(range(len(read.labels))) - used
    seen = profile.look(rows, read.fields, watched, number if _counts_rows(read, number) else None, limit)
    if mapping.header_row and len(tables.labels) > len(mapping.labels):
        mapping = _with_further(mapping, tables.labels)
        read = mapping if levels is None else grouped.flat_mapping(mapping)
    if asked.told == RETURNED and mapping.default_kind is None and "kind" not in mapping.fields:
        read = replace(read, default_kind=RETURNED)
    plan = decided(read, seen, asked.today, asked.by_hand)
    if plan.default_kind == RETURNED and mapping.default_kind is None:
        plan.reasons.append("В заголовке сказано «Возвраты»: строки учтены как возвраты")
    _tell_sheets(plan, tables)
    return Read(mapping, plan, seen.is_whole)


def _with_further(mapping: Mapping, labels: list[str]) -> Mapping:
    """With the columns that only a further table has, which stand behind the first one's."""
    more = headers.map_columns(labels, mapping.kind)
    extra = {name: at for name, at in more.items() if at >= len(mapping.labels) and name not in mapping.fields}
    return replace(mapping, labels=list(labels), fields=mapping.fields | extra)


def _tell_sheets(plan: Plan, tables: Tables) -> None:
    """Which sheets are read together, and which are not."""
    for name in tables.unread:
        why = "на нём другие колонки. Сохраните его отдельным файлом"
        if plan.mapping.one_sheet:
            why = "выбран другой лист"
        elif name in tables.hidden:
            why = "он скрыт. Если он нужен, покажите его в Excel и загрузите файл ещё раз"
        plan.warnings.append(f"Лист «{name}» не прочитан: {why}")
    if len(tables.sheets) > 1:
        plan.reasons.append("Листы прочитаны вместе: " + ", ".join(f"«{sheet.name}»" for sheet in tables.sheets))


class _Asked(NamedTuple):
    """What is known beside the rows."""

    today: date
    by_hand: bool  # a person named the columns
    told: str | None  # the title heads sales or returns


def _look(tables: Tables, mapping: Mapping, levels: bool | None, asked: _Asked) -> Read:
    """The plan from the first rows, which the reader checks by the others; from all where these leave a doubt."""
    if mapping.kind != "sales":
        return _understood(tables, mapping, levels, asked, None)
    read = _understood(tables, mapping, levels, asked, _LOOKED_AT_FIRST)
    doubtful = bool(read.plan.questions) or "discount_percent" in read.plan.mapping.fields
    doubtful = doubtful or "" in mapping.labels or bool(_unknown(mapping))  # such a column may tell returns, late
    return _understood(tables, mapping, levels, asked, None) if doubtful and not read.is_whole else read


def _counts_rows(mapping: Mapping, column: int | None) -> bool:
    return column is not None and column < len(mapping.labels) and headers.counts_rows(mapping.labels[column])


def below(tables: Tables, mapping: Mapping) -> Iterator[RawRow]:
    """Rows below the header."""
    first = mapping.first_row
    return (row for row in tables.rows() if row[0] >= first)


def _choose(sheets: list[Sheet], mapping: Mapping | None, kind: str) -> tuple[Tables, Head]:
    """The sheet with the likeliest header, or the one the mapping names, and those that can be read with it."""
    heads: list[tuple[Sheet, Header | None, Head]] = []
    for sheet in sheets:
        head = head_of(sheet)
        heads.append((sheet, headers.find_header(head), head))
    named = [one for one in heads if mapping is not None and mapping.sheet and one[0].name == mapping.sheet]
    score = [(header.score if header else 0, not is_blank(head)) for _sheet, header, head in heads]
    best, header, head = named[0] if named else heads[score.index(max(score))]
    if is_blank(head):
        raise UnreadableFile("В файле нет ни одной заполненной строки. Выгрузите его из 1С ещё раз.")
    if kind == "auto":
        kind = mapping.kind if mapping else headers.detect_kind(header.labels) if header else "sales"
    alike, unread = [], []
    for sheet, own, own_head in heads:
        if sheet is best or is_blank(own_head):
            continue
        fits = header is not None and own is not None and _alike(own, kind)
        if fits and not sheet.hidden and not (mapping and mapping.one_sheet):
            alike.append(sheet)
        elif own is not None or len(own_head) > 5:
            unread.append(sheet.name)
    hidden = {sheet.name for sheet in sheets if sheet.hidden}
    return Tables([best, *alike], header, kind, unread=unread, hidden=hidden), head


def _alike(header: Header, kind: str) -> bool:
    """Whether a sheet's columns are enough for a table of this kind."""
    return headers.detect_kind(header.labels) == kind and not headers.required_missing(
        headers.map_columns(header.labels, kind), kind
    )


def _told(tables: Tables, head: Head) -> str | None:
    """Whether the sheet's name, or else what stands above the header, heads returns."""
    last = tables.header.row if tables.header else 0
    titles = [cell for number, cells in head if number < last for cell in cells if cell]
    return next(filter(None, map(kind_in, [tables.name, *titles])), None)


def _width(head: Head) -> int:
    return max((len(cells) for _number, cells in head), default=0)


def _fits(mapping: Mapping, tables: Tables, head: Head) -> bool:
    """Whether a remembered mapping is of this file: files without a known header are alike in width alone."""
    if tables.header is not None or not mapping.header_row:
        return True
    labels = next((cells for number, cells in head if number == mapping.header_row), [])
    return headers.shape_of(labels, 0, None) == headers.shape_of(mapping.labels, 0, None)


def _settled(mapping: Mapping | None, tables: Tables, head: Head, kind: str) -> Mapping:
    """The person's mapping placed on this file's header, or one found by synonyms."""
    header = tables.header
    if mapping is not None and mapping.answers_alone and header is not None:
        fields = headers.map_columns(header.labels, mapping.kind)
        return replace(
            mapping, fields=fields, header_row=header.row, header_height=header.height, sheet=tables.name,
            labels=list(header.labels),
        )  # fmt: skip
    if mapping is not None:
        same = header is not None and [headers.normalised(label) for label in header.labels] == [
            headers.normalised(label) for label in mapping.labels
        ]
        if same and header is not None:
            return replace(mapping, header_row=header.row, header_height=header.height, sheet=tables.name)
        if mapping.labels or not mapping.header_row:
            return replace(mapping, sheet=tables.name)
        labels = next((cells for number, cells in head if number == mapping.header_row), [])
        return replace(mapping, labels=labels, sheet=tables.name)
    if header is None:
        return Mapping("sales" if kind == "auto" else kind, sheet=tables.name)
    fields = headers.map_columns(header.labels, tables.kind)
    return Mapping(tables.kind, fields, header.row, header.height, tables.name, labels=list(header.labels))


def _check_rows(tables: Tables, mapping: Mapping) -> None:
    """Refuses a header without rows, and totals alone."""
    totals = False
    for _number, cells, _level in below(tables, mapping):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled:
            continue
        if not is_total(filled[0]):
            return
        totals = True
    if totals:
        raise UnreadableFile(f"В файле только итоги, без строк. {_NO_RECEIPTS.split('. ', 1)[1]}")
    raise UnreadableFile("В файле есть заголовок, но нет ни одной строки под ним. Выгрузите его из 1С ещё раз.")


def _grouping(tables: Tables, mapping: Mapping) -> bool | None:
    """None: rows are flat. Else the report is grouped, True when the file tells the rows' levels."""
    fields = mapping.fields
    if mapping.kind != "sales" or not grouped.may_be_grouped(fields):
        return None
    own_items = "document" in fields and "name" in fields and fields["name"] != fields["document"]
    documents = groups = 0
    levels = set()
    for _number, cells, level in islice(below(tables, mapping), _LAYOUT_ROWS):
        levels.add(level)
        if any(values.parse_presentation(cell) for cell in cells if " от " in cell):
            documents += 1
        elif own_items:
            groups += _is_group(cells, fields)
    if not documents:
        if "date" in fields or len(_unknown(mapping)) >= len(headers.required_missing(fields, mapping.kind)):
            return None  # headers of unknown words: a person may say which of them is what
        raise UnreadableFile(_NO_RECEIPTS)
    if own_items and not groups:
        return None  # a row of goods alone goes on with the document above it
    return len(levels) > 1


def _unknown(mapping: Mapping) -> list[str]:
    """Headers that say nothing to us."""
    return [
        label for label in mapping.labels if label and not headers.is_known(label) and not headers.is_ignored(label)
    ]


def _is_group(cells: list[str], fields: dict[str, int]) -> bool:
    """Whether a row heads what follows with its sum: «Иванова Анна · 12 000» where documents stand."""
    own, name, amount = (
        cells[fields[field]].strip() if field in fields and fields[field] < len(cells) else ""
        for field in ("document", "name", "amount")
    )
    return bool(own and amount) and not name and not is_total(own)
