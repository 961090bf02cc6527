"""A 1C file opened: its plan and preview, then its documents one by one, then its rejected rows."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeAlias

from loyalty.errors import NeedsAnswer, NeedsMapping, UnreadableFile
from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import headers
from loyalty.onec.columns.catalogue import FIELDS
from loyalty.onec.columns.plan import Mapping, Plan
from loyalty.onec.columns.tables import Tables
from loyalty.onec.columns.words import RETURN, SALE
from loyalty.onec.documents import grouped
from loyalty.onec.documents.assembling import Assembler, reject_rows
from loyalty.onec.documents.checking import FileTotals
from loyalty.onec.documents.lines import Stager
from loyalty.onec.documents.people import PeopleReader
from loyalty.onec.documents.reading import Errors, Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.progress import Share
from loyalty.sales.documents import CustomerDocument, ReturnDocument, SaleDocument

Document: TypeAlias = SaleDocument | ReturnDocument | CustomerDocument

_TICK = 4096  # rows between two words of progress


@dataclass(slots=True)
class Preview:
    """The first data rows (number, cells), the documents they make, and what is wrong with them."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


class Read(NamedTuple):
    """How a file is read: its columns as they stand in it, the plan, and whether all rows were looked at."""

    mapping: Mapping
    plan: Plan
    is_whole: bool


class Source:
    """One file being read; a context manager that removes its temporary files."""

    def __init__(
        self,
        tables: Tables,
        read: Read,
        shape: str,
        today: date,
        zone: str,
        levels: bool | None,
        again: Callable[[], Read] | None,
    ) -> None:
        self.shape, self.mapping, self.plan = shape, read.mapping, read.plan
        self._again = again  # a look at all rows, where only the first were looked at
        self._tables, self._today, self._zone = tables, today, zone
        self._levels = levels  # None: the file is flat
        self._staging = Staging()
        self._report = Reading()
        self._rows_at_most: int | None = None
        self.totals = FileTotals([], {})

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._staging.close()

    @property
    def kind(self) -> str:
        """«sales» or «customers»."""
        return self.mapping.kind

    @property
    def header(self) -> list[str]:
        """A label a column; a file without a header gets «Колонка N»."""
        return [label or f"Колонка {number}" for number, label in enumerate(self.mapping.labels, 1)]

    @property
    def missing(self) -> list[str]:
        """Required fields that no column gives, in the owner's words."""
        return headers.required_missing(self.plan.mapping.fields, self.kind)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that are read together."""
        return [sheet.name for sheet in self._tables.sheets]

    @property
    def unread(self) -> list[str]:
        """Names of the sheets that are not read."""
        return list(self._tables.unread)

    @property
    def is_grouped(self) -> bool:
        """Documents are rows of groups: the plan's columns are of rows made flat, not the file's own."""
        return self._levels is not None

    @property
    def rows(self) -> int:
        return self._report.rows

    @property
    def skipped(self) -> int:
        """Headings, totals, blank and repeated rows; final once the documents are read."""
        return self._report.rows - self._report.taken

    @property
    def rejected(self) -> int:
        return self._report.rejected

    @property
    def errors(self) -> Errors:
        return self._report.errors

    @property
    def warnings(self) -> list[str]:
        return [*self.plan.warnings, *self._report.warnings.as_list()]

    def preview(self, count: int = 20) -> Preview:
        """The first data rows as they stand, and as they are understood; reads no further."""
        rows = list(islice(self._data_rows(Reading()), count))
        preview = Preview([(number, list(cells)) for number, cells, _level in rows])
        if self.missing:
            return preview
        report, staging = Reading(), Staging()
        try:
            if self.kind == "customers":
                people = PeopleReader(self.plan, staging, report, self._today, self._zone)
                preview.documents = list(people.documents(rows))
            else:
                stager = self._stager(staging, report)
                stager.run(self._flat(rows))
                preview.documents = list(self._assembler(staging, report, stager).documents())
        finally:
            staging.close()
        preview.errors = self._placed(report.errors.first)
        return preview

    def documents(self, progress: Share | None = None, rows_at_most: int | None = None) -> Iterator[Document]:
        """Whole documents, sales before returns; may be read again. Raises NeedsAnswer and UnreadableFile.

        `rows_at_most`: of the first rows alone, for a look.
        """
        self._rows_at_most = rows_at_most
        self._ask()
        if self.missing:
            raise NeedsMapping(
                "Не найдены колонки: " + ", ".join(self.missing) + ". Укажите на экране «Импорт из 1С», где они."
            )
        tell = progress or (lambda fraction: None)
        self._begin()
        if self.kind == "customers":
            people = PeopleReader(self.plan, self._staging, self._report, self._today, self._zone)
            yield from people.documents(self._ticking(self._data_rows(self._report), tell, 1.0))
        else:
            yield from self._sales(tell)
        self._report.errors.first = self._placed(self._report.errors.first)
        tell(1.0)

    def _sales(self, tell: Share) -> Iterator[SaleDocument | ReturnDocument]:
        stager = self._staged(tell)
        if self._again and (stager.witness.denies(self.plan, self._today) or self._has_grown()):
            self.mapping, self.plan, _ = self._again()
            self._again = None
            self._ask()
            self._begin()
            stager = self._staged(tell)
        total = self._staging.runs_count()
        self._check_found(total, stager)
        self.totals = FileTotals(stager.grand_totals, stager.day_totals)
        documents = self._assembler(self._staging, self._report, stager).documents()
        for count, document in enumerate(documents, 1):
            self.totals.add(document)
            yield document
            if not count & 1023:
                tell(0.5 + 0.5 * min(1.0, count / total))
        if trouble := self.totals.trouble():
            self._report.warnings.add("total", trouble)
        for told in self.totals.day_troubles():
            self._report.warnings.add("day total", told)

    def _ask(self) -> None:
        if asked := next((question for question in self.plan.questions if question.stops), None):
            raise NeedsAnswer(asked.sentence(), asked.key)

    def _begin(self) -> None:
        self._staging.clear()
        self._report, self.totals = Reading(), FileTotals([], {})

    def _staged(self, tell: Share) -> Stager:
        stager = self._stager(self._staging, self._report)
        stager.run(self._flat(self._ticking(self._data_rows(self._report), tell, 0.5)))
        return stager

    def _has_grown(self) -> bool:
        """Whether a further table, met beyond the first rows, has columns of its own."""
        return len(self._tables.labels) > len(self.mapping.labels)

    def reject(self, document: Document, reason: str, column: str = "", value: str = "") -> None:
        """Rejects a document the importer can't take: all its rows are counted and come in the rejected file."""
        if not document.rows:
            return
        kind = RETURN if isinstance(document, ReturnDocument) else SALE
        number = "" if isinstance(document, CustomerDocument) else document.number
        rows = sorted(document.rows)
        told = {rows[0]: (column, value, reason)}
        reject_rows(self._report, self._staging, kind, number, rows, rows[0], told)

    def write_rejected(self, path: Path) -> int:
        """Writes the rejected rows as they stood, with the reason, ready to fix and import again; their count."""
        labels = list(self.plan.mapping.labels) or self._made_up_labels()
        keep = len(labels) - 1 if labels[-1:] == [headers.REASON] else len(labels)
        wanted = self._staging.rejected()
        number, reason = next(wanted, (0, ""))
        written = 0
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            writer.writerow([*labels[:keep], headers.REASON])
            for row, cells, _level in self._flat(self._data_rows(Reading())):
                if row != number:
                    continue
                writer.writerow([*(cells + [""] * keep)[:keep], reason])
                written += 1
                number, reason = next(wanted, (0, ""))
                if not number:
                    break
        return written

    def _made_up_labels(self) -> list[str]:
        """Labels for a file without a header, by which its rejected rows are recognised again."""
        labels = [f"Колонка {number}" for number in range(1, self._width() + 1)]
        for name, column in self.mapping.fields.items():
            labels[column] = FIELDS[self.kind][name].label
        return labels

    def _width(self) -> int:
        read = self.plan.mapping
        return max(len(read.labels), max(read.fields.values(), default=0) + 1)

    def _stager(self, staging: Staging, report: Reading) -> Stager:
        return Stager(self.plan, staging, report, self._width(), self._zone)

    def _assembler(self, staging: Staging, report: Reading, stager: Stager) -> Assembler:
        return Assembler(self.plan, staging, report, self._today, stager)

    def _data_rows(self, report: Reading) -> Iterator[RawRow]:
        """Rows below the header; every row of the file is counted."""
        first = self.mapping.first_row
        for row in islice(self._tables.rows(), self._rows_at_most):
            report.rows += 1
            if row[0] >= first:
                yield row

    def _flat(self, rows: Iterable[RawRow]) -> Iterable[RawRow]:
        if self._levels is None:
            return rows
        return grouped.Flattener(self.mapping, self._levels, self.plan.money_mark).flatten(rows)

    def _ticking(self, rows: Iterable[RawRow], tell: Share, share: float) -> Iterator[RawRow]:
        for count, row in enumerate(rows):
            if not count % _TICK:
                tell(self._tables.fraction() * share)
            yield row

    def _placed(self, errors: list[RowError]) -> list[RowError]:
        """Errors of further sheets say which sheet and row they mean."""
        return [
            replace(error, reason=f"{where}: {error.reason}") if (where := self._tables.where(error.row)) else error
            for error in errors
        ]

    def _check_found(self, total: int, stager: Stager) -> None:
        skipped = self._report.warnings.as_list()
        if stager.shift_rows and not total:
            raise UnreadableFile(
                "В файле только отчёты о розничных продажах за смену: в них нет отдельных чеков и покупателей. "
                "Выгрузите из 1С чеки ККМ с товарами."
            )
        if not total and not self._report.errors:
            raise UnreadableFile(
                " ".join(
                    [
                        "В файле нет ни одного чека или возврата.",
                        *skipped,
                        "Выгрузите из 1С список чеков с товарами.",
                    ]
                )
            )
        if stager.shift_rows:
            self._report.warnings.add(
                "shift",
                f"Отчёты о розничных продажах пропущены (строк: {stager.shift_rows}): те же продажи есть в чеках.",
            )
        if stager.continued:
            self._report.warnings.add(
                "continued",
                f"Строки без номера и даты (их {stager.continued}) учтены как продолжение чека над ними.",
            )
