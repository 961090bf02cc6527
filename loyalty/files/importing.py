"""A 1C file becomes facts, whole or not at all, and a report that accounts for every row."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from sqlmodel import Session

from loyalty import acts, db, settings
from loyalty.errors import NeedsAnswer, UnreadableFile
from loyalty.files.questions import FileAsks
from loyalty.files.shapes import remembered
from loyalty.models import Import
from loyalty.onec import Source, open_file
from loyalty.onec.columns.plan import Mapping
from loyalty.onec.documents.reading import RowError
from loyalty.progress import Told
from loyalty.sales import intake
from loyalty.sales.documents import CustomerDocument, Document
from loyalty.sales.intake import Counts
from loyalty.sales.receipts import Result
from loyalty.segments import refreshing
from loyalty.system_words import os_error


@dataclass(slots=True)
class Report:
    """What became of a file's rows: rows = imported + unchanged + changed + rejected + skipped."""

    file: str
    kind: str
    rows: int = 0
    imported: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    skipped: int = 0
    customers_created: int = 0
    unmatched_returns: int = 0
    warnings: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    rejected_file: str | None = None
    totals: dict[str, int | None] = field(default_factory=dict)  # of the documents that count, in kopecks
    difference: int | None = None  # between the file's own total and what counts of it; 0: they agree
    days: list[dict[str, Any]] = field(default_factory=list)  # the same by day, without what was earned
    reasons: list[str] = field(default_factory=list)  # how the file was read, in sentences

    def as_json(self) -> dict[str, Any]:
        """Plain values, by the names of contract.md."""
        return asdict(self)


def import_file(
    path: Path,
    *,
    kind: str = "auto",
    mapping: Mapping | None = None,
    name: str | None = None,
    origin: str = "cli",
    import_id: int | None = None,
    progress: Told | None = None,
    same_receipts: bool | None = None,
) -> Report:
    """Read a file and write it in one transaction, then bring segments up to date.

    UnreadableFile where nothing of the file can be used.

    `name` is what the person calls the file, where `path` is a copy. `import_id` is its place in the queue.
    Rejected rows are left in «<file>.rejected.csv», ready to be mended and imported again.

    A file that has to be asked about is UnreadableFile too: FileAsks, with the question. So is one whose receipts
    another report seems to have told, while nobody has said whether they are the same (`same_receipts`).
    """
    told = progress or (lambda fraction, words: None)
    if path.is_dir():
        raise UnreadableFile(f"«{path.name}» — это папка, а нужен файл")
    with db.reading() as session:
        today, zone = settings.today(session), settings.timezone(session)
    with open_file(path, kind=kind, mapping=mapping, remembered=_remembered, today=today, zone=zone) as source:
        said = mapping or _remembered(source.shape)
        if same_receipts is None and said is not None:
            same_receipts = said.same_receipts
        try:
            # The file is read whole before the transaction begins: nobody waits for the reading.
            documents = source.documents(lambda part: told(0.7 * part, "Читаю файл" if part < 0.5 else "Записываю"))
            first = next(documents, None)
            everything = chain([first] if first else [], documents)
            with db.writing() as session:
                place = _place(session, import_id, name or path.name, origin, source.kind)
                report = _write(session, source, everything, place, today, told, same_receipts)
                if source.rejected:
                    _leave_rejected(source, path, report)
                place.status, place.finished_at, place.report = "done", settings.utc_now(), report.as_json()
        except NeedsAnswer as asked:
            raise FileAsks(asked, source, said) from asked
    told(0.99, "Обновляю сегменты")
    refreshing.after_import()
    told(1.0, "Готово")
    return report


def _place(session: Session, import_id: int | None, name: str, origin: str, kind: str) -> Import:
    """The file's row in the history: the one it waits in, or a new one."""
    place = session.get(Import, import_id) if import_id else None
    if place is None:
        place = Import(file_name=name, origin=origin, queued_at=settings.utc_now())
        session.add(place)
    place.status, place.kind = "running", kind
    session.flush()
    return place


def _write(
    session: Session,
    source: Source,
    documents: Iterable[Any],
    place: Import,
    today: date,
    told: Told,
    same_receipts: bool | None,
) -> Report:
    act = acts.begin(session, acts.Origin.IMPORT, import_id=place.id)

    def reject(document: Document | CustomerDocument, result: Result) -> None:
        source.reject(document, result.reason, column=result.column, value=result.value)

    take = intake.take_customers
    if source.kind != "customers":
        take = partial(intake.take_documents, same_receipts=same_receipts)
    counts = take(
        session, documents, act=act, today=today, on_rejected=reject,
        progress=lambda part: told(0.7 + 0.29 * part, "Считаю бонусы"),
    )  # fmt: skip
    return _report(place.file_name, source, counts)


def _report(name: str, source: Source, counts: Counts) -> Report:
    difference, trouble = _difference(source, counts), source.totals.trouble()
    agrees = difference == 0  # where returns tell pieces alone, only now
    report = Report(
        file=name,
        kind=source.kind,
        rows=source.rows,
        imported=counts.imported,
        unchanged=counts.unchanged,
        changed=counts.changed,
        rejected=source.rejected,
        skipped=source.skipped,
        customers_created=counts.customers_created,
        unmatched_returns=counts.unmatched_returns,
        warnings=[
            *(told for told in source.warnings if not (agrees and told == trouble)),
            *counts.warnings.as_list(),
        ],
        errors=sorted(source.errors.first, key=lambda error: error.row),
        totals=counts.totals.as_json(source.totals.file_sum()),
        difference=difference,
        days=[one | _said_of(one["day"], source) for one in counts.totals.days()],
        reasons=list(source.plan.reasons),
    )
    accounted = report.imported + report.unchanged + report.changed + report.rejected + report.skipped
    assert accounted == report.rows, f"{accounted} rows of {report.rows} are accounted for"
    return report


def _remembered(shape: str) -> Mapping | None:
    with db.reading() as session:
        return remembered(session, shape)


def _said_of(day: str, source: Source) -> dict[str, int]:
    """What the file's own «Итого за …» says of a day, in kopecks."""
    said = source.totals.days.get(date.fromisoformat(day))
    return {} if said is None else {"file_sum": said}


def _difference(source: Source, counts: Counts) -> int | None:
    """By how much the file's own total differs from what of it counts now, in kopecks; 0: they agree."""
    said, taken = source.totals.file_sum(), counts.totals.all
    if said is None:
        return None
    if abs(said) in taken.may_be() or (taken == source.totals.whole and source.totals.trouble() is None):
        return 0
    return taken.differ_from(said)


def _leave_rejected(source: Source, path: Path, report: Report) -> None:
    """Beside the file, or among the product's own files where that folder is closed for writing.

    Neither is possible: a warning, as the rest of the file is in already.
    """
    ours = settings.files_dir() / "rejected" / f"{report.file}.rejected.csv"
    for place in (path.with_name(f"{path.name}.rejected.csv"), ours):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            source.write_rejected(place)
        except OSError as error:
            why = os_error(error)
            with suppress(OSError):
                place.unlink(missing_ok=True)  # half of it would pass for all
        else:
            report.rejected_file = str(place)
            return
    report.warnings.insert(
        0,
        f"Файл загружен, но отклонённые строки некуда записать ({why}). Освободите место или разрешите запись "
        "и загрузите файл ещё раз: дважды ничего не посчитается",
    )
