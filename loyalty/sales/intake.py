"""Documents by the thousand become facts, entries and one report: the same for a 1C file and for the demo shop."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.engine.entries import Kind
from loyalty.engine.facts import load_programs
from loyalty.models import entries, return_lines
from loyalty.models import receipts as receipt_table
from loyalty.models import returns as return_table
from loyalty.program.terms import Programs
from loyalty.progress import Share
from loyalty.sales import matching, receipts
from loyalty.sales.documents import CustomerDocument, ReturnDocument, SaleDocument
from loyalty.sales.receipts import Document, Outcome, Result
from loyalty.sales.warnings import Warnings
from loyalty.wording import day as day_words
from loyalty.wording import roubles

DOCUMENTS_AT_ONCE = 1000

Rejected = Callable[[Document, Result], None]
T = TypeVar("T")


@dataclass(slots=True)
class Counts:
    """Rows of the documents by what became of them."""

    imported: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    customers_created: int = 0
    unmatched_returns: int = 0
    warnings: Warnings = field(default_factory=Warnings)

    def add(self, outcome: Outcome, rows: int) -> None:
        """Count a document's rows."""
        setattr(self, outcome.value, getattr(self, outcome.value) + rows)


def take_documents(
    session: Session,
    documents: Iterable[Document],
    *,
    now: datetime,
    today: date,
    import_id: int,
    on_rejected: Rejected,
    progress: Share = lambda fraction: None,
) -> Counts:
    """Record sales and returns and bring their customers' entries and figures up to date."""
    counts, touched, programs = Counts(), set[int](), load_programs(session)
    for some in batched(documents, DOCUMENTS_AT_ONCE):
        sales: list[Document] = [document for document in some if isinstance(document, SaleDocument)]
        backs: list[Document] = [document for document in some if isinstance(document, ReturnDocument)]
        for same_kind in (sales, backs):
            if not same_kind:
                continue
            batch = receipts.record(session, same_kind, now, import_id)
            touched |= batch.touched
            counts.customers_created += batch.customers_created
            _warn_cards(counts.warnings, batch.cards_taken)
            for document, result in zip(same_kind, batch.results, strict=True):
                counts.add(result.outcome, len(document.rows))
                if result.outcome is Outcome.REJECTED:
                    on_rejected(document, result)
                elif isinstance(document, SaleDocument) and document.redeemed:
                    _warn_over_cap(counts.warnings, programs, document)
    ledger.refresh(session, touched, today, progress)
    counts.unmatched_returns = matching.unmatched(session, import_id)
    _warn_overspent(counts.warnings, session, import_id)
    _warn_excess(counts.warnings, session, import_id)
    return counts


def take_customers(
    session: Session,
    documents: Iterable[CustomerDocument],
    *,
    now: datetime,
    today: date,
    progress: Share = lambda fraction: None,
) -> Counts:
    """Register and change customers; new ones get their figures at once."""
    counts, fresh = Counts(), set[int]()
    for some in batched(documents, DOCUMENTS_AT_ONCE):
        for document, did in zip(some, people.upsert(session, some, now), strict=True):
            outcome = Outcome.IMPORTED if did.created else Outcome.CHANGED if did.changed else Outcome.UNCHANGED
            counts.add(outcome, len(document.rows) or 1)
            _warn_cards(counts.warnings, [did.card_taken] if did.card_taken else [])
            if did.created:
                counts.customers_created += 1
                fresh.add(did.customer_id)
    ledger.refresh(session, fresh, today, progress)
    return counts


def batched(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Lists of at most `size` items, in order."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def _warn_cards(warnings: Warnings, cards: Iterable[str]) -> None:
    for card in cards:
        warnings.add("card", f"Карта {card} уже у другого клиента, у него и осталась: документ записан по коду")


def _warn_over_cap(warnings: Warnings, programs: Programs, sale: SaleDocument) -> None:
    """A receipt paid with more bonuses than the programme lets: it happened, and the owner should know (§6)."""
    cap = programs.on(sale.at.date()).max_redeem(sum(line.amount or 0 for line in sale.lines))
    if sale.redeemed > cap:
        paid = f"{_named(sale.number, sale.at.date())}: бонусами оплачено {roubles(sale.redeemed)}"
        warnings.add("cap", f"{paid}, по программе можно не больше {roubles(cap)}")


def _warn_overspent(warnings: Warnings, session: Session, import_id: int) -> None:
    e, r = entries.c, receipt_table.c
    query = (
        select(r.number, r.day, e.amount)
        .join(entries, (e.fact_id == r.id) & (e.fact_kind == "receipt"))
        .where(e.kind == Kind.OVERSPENT, r.import_id == import_id)
        .order_by(r.at, r.number)
    )
    for number, day, amount in session.connection().execute(query):
        warnings.add(
            "debt", f"{_named(number, day)}: бонусов не хватало, {roubles(amount)} записано в долг клиента"
        )


def _warn_excess(warnings: Warnings, session: Session, import_id: int) -> None:
    """Returns of more than their receipt has: it came later, or was changed under them (§7)."""
    r, lines = return_table.c, return_lines.c
    said = select(lines.return_id, func.sum(lines.amount).label("amount")).group_by(lines.return_id).subquery()
    query = (
        select(r.number, r.day, r.receipt_number, r.amount, said.c.amount)
        .join(receipt_table, receipt_table.c.id == r.receipt_id)
        .join(said, said.c.return_id == r.id)
        .where(r.superseded_at.is_(None), said.c.amount > r.amount)
        .where((r.import_id == import_id) | (receipt_table.c.import_id == import_id))
        .order_by(r.at, r.number)
    )
    for number, day, receipt, counted, asked in session.connection().execute(query):
        back = f"Возврат {number} от {day_words(day)}: вернули на {roubles(asked)}"
        warnings.add("excess", f"{back}, а в чеке {receipt} осталось {roubles(counted)} — столько и учтено")


def _named(number: str, day: date) -> str:
    return f"Чек {number} от {day_words(day)}"
