"""A file looked into before anything is loaded: what it is, how it will be counted, what has to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from loyalty import settings
from loyalty.errors import NeedsAnswer, NeedsMapping, UnreadableFile
from loyalty.files.meaning import amount_meaning
from loyalty.files.shapes import KINDS, remembered
from loyalty.onec import FIELDS, Document, Mapping, RowError, Source, open_file
from loyalty.onec.columns import headers
from loyalty.onec.columns.plan import Question
from loyalty.sales.documents import CustomerDocument, CustomerRef, ReturnDocument, SaleDocument
from loyalty.wording import number, phone, plural

ROWS_LOOKED_AT = 300
ROWS_COUNTED = 50_000
DOCUMENTS_SHOWN = 8
ERRORS_SHOWN = 3
EXAMPLES = 3
EXAMPLE_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its place, its header, first values, and what it is taken for: a field or None."""

    at: int
    label: str
    examples: tuple[str, ...]
    meaning: str | None = None
    unclear: bool = False  # it looks as if something hung on it, and is not understood
    is_open: bool = False  # nobody knows what it is, and the file lacks something


@dataclass(slots=True)
class Counted:
    """What the file comes to, in kopecks, before anything is written; not `whole`: its first rows do."""

    whole: bool = True
    receipts: int = 0
    receipts_sum: int = 0
    returns: int = 0
    returns_sum: int = 0
    days: int = 0
    first_day: date | None = None
    last_day: date | None = None
    customers: int = 0  # named by a code, a card or a phone; of a customers file all
    rejected: int = 0
    file_sum: int | None = None
    difference: int | None = None  # between the file's own total and its rows; 0: they agree
    trouble: str | None = None


@dataclass(slots=True)
class Look:
    """Everything a screen shows of a file and asks about it; `mapping` is how its columns are read."""

    summary: str
    mapping: Mapping
    shape: str
    said: Mapping | None  # by a person, now or once of this shape
    is_remembered: bool
    is_grouped: bool  # documents stand in rows of their own: no column names them
    missing: list[str]
    fields: dict[str, int]  # what the columns are taken for; a column may be several
    columns: list[Column]
    sheets: list[str]
    unread: list[str]
    amount_meaning: str | None
    reasons: list[str]
    questions: list[Question]
    warnings: list[str]
    counted: Counted | None  # None: it has to be asked about first
    documents: list[dict[str, Any]]
    errors: list[RowError]
    problem: str | None  # why nothing of it can be used as it is read now

    @property
    def kind(self) -> str:
        """«sales» or «customers»."""
        return self.mapping.kind

    @property
    def unclear(self) -> list[Column]:
        """Columns that a person has to say something about."""
        return [column for column in self.columns if column.unclear]

    @property
    def is_ready(self) -> bool:
        """Whether it may be loaded as it is read now."""
        asked = any(question.stops for question in self.questions)
        return not (self.missing or self.unclear or asked or self.problem) and self.counted is not None


def look(session: Session, path: Path, mapping: Mapping | None = None) -> Look:
    """Read a file as it will be imported, with what a person said or once said of its shape; UnreadableFile if it's
    no use."""
    kept: list[Mapping] = []

    def known(shape: str) -> Mapping | None:
        found = remembered(session, shape)
        kept.extend([found] if found else [])
        return found

    today, zone = settings.today(session), settings.timezone(session)
    with open_file(path, mapping=mapping, remembered=known, today=today, zone=zone) as source:
        preview = source.preview(ROWS_LOOKED_AT)
        if better := _better(source.mapping, preview.rows, mapping):
            return look(session, path, better)
        rows = [cells for _number, cells in preview.rows]
        read = _read(source)  # the plan may change while all rows are read: what follows comes after it
        columns = _columns(source, rows)
        unclear = {column.label for column in columns if column.unclear}  # asked about, and so not told twice
        trouble = read.counted.trouble if read.counted else None  # stands beside the total
        is_remembered = bool(kept) and _is_of(kept[0], source.mapping)
        return Look(
            summary=_summary(source, len(columns)),
            mapping=source.mapping,
            shape=source.shape,
            said=mapping or (kept[0] if is_remembered else None),
            is_remembered=is_remembered,
            is_grouped=source.is_grouped,
            missing=source.missing,
            fields=_settled(source),
            columns=columns,
            sheets=source.sheets,
            unread=source.unread,
            amount_meaning=amount_meaning(source, rows),
            reasons=source.plan.reasons,
            questions=source.plan.questions,
            warnings=[
                told for told in source.warnings
                if told != trouble and not any(f"«{label}» не использована" in told for label in unclear)
            ],
            counted=read.counted,
            documents=read.documents,
            errors=read.errors,
            problem=read.problem,
        )  # fmt: skip


def _better(found: Mapping, rows: Sequence[tuple[int, list[str]]], asked: Mapping | None) -> Mapping | None:
    """A mapping that tells more: the fields of a header row a person named, or a header of unknown words."""
    if found.fields:
        return None
    if asked:
        fields = headers.map_columns(found.labels, found.kind)
        return replace(found, fields=fields) if fields else None
    words = [(number, [cell for cell in cells if cell.strip()]) for number, cells in rows[:2]]
    if len(words) < 2 or len(words[0][1]) < 2 or found.header_row:
        return None
    has_digits = [any(char.isdigit() for cell in cells for char in cell) for _number, cells in words]
    return Mapping(found.kind, {}, words[0][0], sheet=found.sheet) if has_digits == [False, True] else None


def _is_of(kept: Mapping, read: Mapping) -> bool:
    """Whether a file is read by what was remembered: a remembered mapping that doesn't fit is left aside."""
    mine = replace(read, fields=kept.fields or {})
    answers = replace(mine, labels=kept.labels, header_row=kept.header_row, header_height=kept.header_height,
                      sheet=kept.sheet, delimiter=kept.delimiter)  # fmt: skip
    return (not kept.fields or kept.fields == read.fields) and answers == kept


# --- Its columns ----------------------------------------------------------------------------------------


def _columns(source: Source, rows: Sequence[Sequence[str]]) -> list[Column]:
    width = max([len(source.mapping.labels), *(len(cells) for cells in rows)], default=0)
    labels = [*source.header, *(f"Колонка {at + 1}" for at in range(len(source.header), width))]
    meanings = {at: name for name, at in reversed(_settled(source).items()) if name in FIELDS[source.kind]}
    unclear = [] if source.is_grouped else source.plan.unclear
    lacks, found = bool(source.missing), []
    for at, label in enumerate(labels):
        column = Column(at, label, _examples(at, rows), meanings.get(at), at in unclear)
        is_open = lacks and not column.meaning and not headers.is_ignored(label)
        found.append(replace(column, is_open=is_open or column.unclear))
    while (
        found and not found[-1].examples and not (source.mapping.labels[found[-1].at : found[-1].at + 1] or [""])[0]
    ):
        found.pop()  # the delimiter at the end of every row makes a column of nothing
    return found


def _settled(source: Source) -> dict[str, int]:
    return dict(source.mapping.fields if source.is_grouped else source.plan.mapping.fields)


def _examples(at: int, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The first values of a column that differ."""
    seen: dict[str, None] = {}
    for cells in rows:
        if at < len(cells) and (value := cells[at].strip()):
            seen[value if len(value) <= EXAMPLE_LETTERS else f"{value[:EXAMPLE_LETTERS]}…"] = None
            if len(seen) == EXAMPLES:
                break
    return tuple(seen)


def _summary(source: Source, width: int) -> str:
    """«Продажи, 20 колонок, листы «Январь», «Февраль»»."""
    parts = [KINDS[source.kind], plural(width, "колонка", "колонки", "колонок")]
    if len(source.sheets) > 1:
        parts.append("листы " + ", ".join(f"«{name}»" for name in source.sheets))
    elif source.mapping.sheet:
        parts.append(f"лист «{source.mapping.sheet}»")
    return ", ".join(parts)


# --- What it comes to -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Read:
    """What came of reading the documents."""

    counted: Counted | None = None
    documents: list[dict[str, Any]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    problem: str | None = None


def _read(source: Source) -> _Read:
    """All documents, or those of the first rows, as the import will take them."""
    read, counted, days, people = _Read(), Counted(), set[date](), set[tuple[str, str]]()
    try:
        for document in source.documents(rows_at_most=ROWS_COUNTED + 1):
            if len(read.documents) < DOCUMENTS_SHOWN:
                read.documents.append(_in_words(document))
            if isinstance(document, CustomerDocument):
                counted.customers += 1
            elif not document.voided:
                days.add(document.at.date())
                people |= _who(document.customer)
    except (NeedsAnswer, NeedsMapping):
        return read
    except UnreadableFile as error:
        read.problem = str(error)
        return read
    counted.whole = source.rows <= ROWS_COUNTED
    whole = source.totals.whole
    counted.receipts, counted.receipts_sum = whole.receipts, whole.receipts_sum
    counted.returns, counted.returns_sum = whole.returns, whole.returns_sum
    counted.customers += len(people)
    counted.days, counted.rejected = len(days), source.rejected
    counted.first_day, counted.last_day = min(days, default=None), max(days, default=None)
    if counted.whole:
        counted.file_sum, counted.trouble = source.totals.file_sum(), source.totals.trouble()
        if counted.file_sum is not None:
            counted.difference = whole.differ_from(counted.file_sum) if counted.trouble else 0
    read.counted, read.errors = counted, sorted(source.errors.first, key=lambda error: error.row)[:ERRORS_SHOWN]
    return read


def _who(ref: CustomerRef | None) -> set[tuple[str, str]]:
    """By what a document names its customer: its surest sign."""
    signs = (("code", ref.code), ("card", ref.card), ("phone", ref.phone)) if ref else ()
    return next(({(sign, value)} for sign, value in signs if value), set())


def _in_words(document: Document) -> dict[str, Any]:
    if isinstance(document, CustomerDocument):
        name = " ".join(part for part in (document.last_name, document.first_name, document.middle_name) if part)
        return {
            "Клиент": name or "без имени",
            "Телефон": phone(document.ref.phone),
            "Карта": document.ref.card or "",
            "День рождения": document.birth_date,
            "Город": document.city or "",
        }
    title = "Возврат" if isinstance(document, ReturnDocument) else "Чек"
    return {
        "Дата": document.at,
        "Документ": f"{title} {document.number}",
        "Клиент": _whose(document.customer),
        "Товары": _goods(document),
        "Сумма": sum(line.amount or 0 for line in document.lines),
        "Бонусами": document.redeemed or None if isinstance(document, SaleDocument) else None,
    }


def _whose(ref: CustomerRef | None) -> str:
    if ref is None:
        return "без клиента"
    known_by = phone(ref.phone) or (f"карта {ref.card}" if ref.card else f"код {ref.code}" if ref.code else "")
    return ", ".join(part for part in (ref.name, known_by) if part)


def _goods(document: SaleDocument | ReturnDocument) -> str:
    first = document.lines[0].name or document.lines[0].sku
    more = len(document.lines) - 1
    return f"{first} и ещё {number(more)}" if more else first
