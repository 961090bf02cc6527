"""Documents by the thousand become facts, entries and one report: the same for a 1C file and for the demo shop."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from sqlmodel import Session

from loyalty.acts import Act
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.engine.facts import load_programs
from loyalty.identity.finding import Finder
from loyalty.progress import Share
from loyalty.sales import answers, consequences, matching, receipts
from loyalty.sales.documents import CustomerDocument, Document, ReturnDocument, SaleDocument
from loyalty.sales.elsewhere import Elsewhere
from loyalty.sales.receipts import Outcome, Result
from loyalty.sales.totals import Totals
from loyalty.sales.warnings import Warnings
from loyalty.wording import plural

DOCUMENTS_AT_ONCE = 4000

Rejected = Callable[[Document | CustomerDocument, Result], None]
T = TypeVar("T")


@dataclass(slots=True)
class Counts:
    """Rows of the documents by what became of them; `touched` customers may be checked."""

    imported: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    customers_created: int = 0
    unmatched_returns: int = 0
    warnings: Warnings = field(default_factory=Warnings)
    touched: set[int] = field(default_factory=set)
    totals: Totals = field(default_factory=Totals)

    def add(self, outcome: Outcome, rows: int) -> None:
        """Count a document's rows."""
        setattr(self, outcome.value, getattr(self, outcome.value) + rows)


def take_documents(
    session: Session,
    documents: Iterable[Document],
    *,
    act: Act,
    today: date,
    on_rejected: Rejected,
    progress: Share = lambda fraction: None,
    same_receipts: bool | None = None,
) -> Counts:
    """Record sales and returns and bring their customers' entries and figures up to date.

    `same_receipts`: whether receipts that another report seems to have told are the same ones, as a person has
    answered. NeedsAnswer where nobody has yet.
    """
    counts, loose, programs = Counts(), set[int](), load_programs(session)
    finder, elsewhere = Finder(session, act), Elsewhere(session, act, same_receipts)
    for some in batched(documents, DOCUMENTS_AT_ONCE):
        sales: list[Document] = [document for document in some if isinstance(document, SaleDocument)]
        backs: list[Document] = [document for document in some if isinstance(document, ReturnDocument)]
        for same_kind in (sales, backs):
            if not same_kind:
                continue
            batch = receipts.record(session, same_kind, act, finder, elsewhere)
            counts.touched |= batch.touched
            loose |= batch.loose
            consequences.tell_lost(counts.warnings, batch.lost)
            consequences.tell_moved(counts.warnings, batch.moved)
            consequences.tell_renumbered(counts.warnings, batch.renumbered)
            counts.totals.add(same_kind, batch)
            for document, result in zip(same_kind, batch.results, strict=True):
                counts.add(result.outcome, len(document.rows))
                if result.outcome is Outcome.REJECTED:
                    on_rejected(document, result)
                elif isinstance(document, SaleDocument) and document.redeemed:
                    consequences.tell_over_cap(counts.warnings, programs, document)
    elsewhere.ask()
    consequences.tell_elsewhere(counts.warnings, elsewhere.sure)
    _learn(counts, finder)
    found = ledger.refresh(session, counts.touched, today, progress, loose=loose)
    counts.totals.finish(session, act)
    counts.unmatched_returns = matching.unmatched(session, act.id)
    if counts.unmatched_returns:
        consequences.tell_waiting(counts.warnings, matching.waiting(session, act.id))
    consequences.tell_overspent(counts.warnings, session, found.overspent)
    consequences.tell_excess(counts.warnings, session, found, act.id)
    _tell_open(counts.warnings, answers.count(session, act.id))
    return counts


def take_customers(
    session: Session,
    documents: Iterable[CustomerDocument],
    *,
    act: Act,
    today: date,
    on_rejected: Rejected,
    progress: Share = lambda fraction: None,
) -> Counts:
    """Register and change customers; new ones get their figures at once."""
    counts, finder, outweighed = Counts(), Finder(session, act), 0
    for some in batched(documents, DOCUMENTS_AT_ONCE):
        for document, did in zip(some, people.upsert(session, some, act, finder), strict=True):
            if did.customer_id is None:
                counts.add(Outcome.REJECTED, len(document.rows) or 1)
                on_rejected(document, _WHOSE)
                continue
            outcome = Outcome.IMPORTED if did.created else Outcome.CHANGED if did.changed else Outcome.UNCHANGED
            counts.add(outcome, len(document.rows) or 1)
            outweighed += did.is_outweighed
    if outweighed:
        consequences.tell_refusals(counts.warnings, outweighed)
    _learn(counts, finder)
    found = ledger.refresh(session, counts.touched, today, progress, loose=finder.learned.loose)
    consequences.tell_overspent(counts.warnings, session, found.overspent)
    return counts


_WHOSE = Result(
    Outcome.REJECTED, "такой телефон или карта у нескольких клиентов, а по имени не понять, о ком строка", "Клиент"
)


def batched(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Lists of at most `size` items, in order."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def _learn(counts: Counts, finder: Finder) -> None:
    """What came of the people: new ones, whose documents moved, and cards that several have."""
    learned = finder.learned
    counts.touched |= learned.touched | set(learned.created)
    counts.customers_created = len(learned.created)
    for card in learned.shared_cards:
        counts.warnings.add(
            "card", f"Карта {card} есть и у другого клиента: чеки без кода с этой картой разойдутся по имени"
        )


def _tell_open(warnings: Warnings, count: int) -> None:
    if count:
        receipts_ = plural(count, "чек", "чека", "чеков")
        warnings.add("open", f"{receipts_}: телефон или карта у нескольких клиентов. Ответьте на «Чей это чек?»")
