"""A sale or a return, from the till or a file, becomes facts: a new document, a newer revision, or nothing new."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from sqlalchemy import Table, select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.customers import people
from loyalty.engine.entries import ReturnLine
from loyalty.engine.facts import article, load_facts, load_programs, load_receipt_lines, return_lines_of
from loyalty.engine.figures import balance
from loyalty.engine.ledger import refresh
from loyalty.engine.replay import replay
from loyalty.engine.sale import Remains
from loyalty.errors import Refused
from loyalty.models import products, receipts, returns
from loyalty.sales import matching
from loyalty.sales.documents import DocumentLine, ReturnDocument, SaleDocument
from loyalty.wording import roubles

Document = SaleDocument | ReturnDocument
Key = tuple[str, str, int]


class Outcome(StrEnum):
    """What a document did."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REJECTED = "rejected"


@dataclass(slots=True)
class Result:
    """A document's outcome; for a rejected one why, and which column to mend."""

    outcome: Outcome
    reason: str = ""
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class Batch:
    """What recording some documents did, in their order; `touched` customers still need a refresh."""

    results: list[Result]
    touched: set[int] = field(default_factory=set)
    customers_created: int = 0
    cards_taken: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Existing:
    id: int
    content: str
    customer_id: int | None


def record(session: Session, documents: Sequence[Document], now: datetime, import_id: int | None = None) -> Batch:
    """Record documents of one kind, all sales or all returns; writes no entries (engine.ledger.refresh does).

    A return that takes more than its receipt has left is rejected; a receipt already happened and is taken as it
    stands (rules.md §6, §7).
    """
    db.one_at_a_time(session, db.INTAKE)
    table = receipts if documents and isinstance(documents[0], SaleDocument) else returns
    existing = _existing(session, table, documents)
    contents = [content(document) for document in documents]
    results = [
        _compare(document, existing.get(_key(document)), said)
        for document, said in zip(documents, contents, strict=True)
    ]
    if table is returns:
        _reject_excess(session, documents, results, existing)
    batch = Batch(results)
    chosen = [i for i, result in enumerate(results) if result.outcome in (Outcome.IMPORTED, Outcome.CHANGED)]
    _supersede(session, table, [existing.get(_key(documents[i])) for i in chosen], now, batch)
    fresh = [(documents[i], contents[i]) for i in chosen if not documents[i].voided]
    _insert(session, fresh, now, import_id, batch)
    changed = [documents[i] for i in chosen]
    numbers = [doc.number if isinstance(doc, SaleDocument) else doc.receipt_number for doc in changed]
    batch.touched |= matching.match(session, numbers)
    return batch


def sell(session: Session, document: SaleDocument, now: datetime, today: date) -> Outcome:
    """A sale at the till, entries included; Refused when bonuses asked for are above either limit (rules.md §6).

    The same document again changes nothing; the same number with other content is Refused.
    """
    db.one_at_a_time(session, db.INTAKE)
    if document.redeemed and not _existing(session, receipts, [document]):
        _check_limits(session, document)
    batch = record(session, [document], now)
    outcome = batch.results[0].outcome
    if outcome is Outcome.CHANGED:
        raise Refused(f"Чек {document.number} уже проведён с другим содержанием")
    refresh(session, batch.touched, today)
    return outcome


def _check_limits(session: Session, document: SaleDocument) -> None:
    if document.customer is None:
        raise Refused("Бонусами платит только участник программы: назовите телефон или карту")
    day, total = document.at.date(), sum(line.amount or 0 for line in document.lines)
    programs = load_programs(session)
    cap, available = programs.on(day).max_redeem(total), 0
    if found := people.Finder(session, [document.customer]).find(document.customer):
        people.lock(session, found.id)
        facts = load_facts(session, [found.id]).get(found.id, [])
        available = balance(replay(facts, programs).entries, day).available
    if document.redeemed > cap:
        raise Refused(f"Бонусами можно оплатить не больше {roubles(cap)} этого чека")
    if document.redeemed > available:
        raise Refused(f"Сейчас доступно {roubles(available)} бонусами, просят {roubles(document.redeemed)}")


def content(document: Document) -> str:
    """A digest of all that a document says: equal digests, nothing new."""
    ref = document.customer
    said: list[Any] = [document.at, document.place, document.cashier, document.payment]
    said += [ref.code, ref.card, ref.phone] if ref else []
    said += [document.redeemed] if isinstance(document, SaleDocument) else []
    said += [document.receipt_number, document.receipt_on] if isinstance(document, ReturnDocument) else []
    for line in document.lines:
        said += line
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


def _key(document: Document) -> Key:
    return document.number, document.shop, document.at.year


def _existing(session: Session, table: Table, documents: Iterable[Document]) -> dict[Key, _Existing]:
    c, found = table.c, {}
    query = select(c.number, c.shop, c.year, c.id, c.content, c.customer_id).where(c.superseded_at.is_(None))
    named = db.among(session, c.number, {document.number for document in documents})
    for number, shop, year, id_, said, customer in session.connection().execute(query.where(named)):
        found[number, shop, year] = _Existing(id_, said, customer)
    return found


def _compare(document: Document, existing: _Existing | None, said: str) -> Result:
    if document.voided:
        return Result(Outcome.CHANGED if existing else Outcome.UNCHANGED)
    if existing is None:
        return Result(Outcome.IMPORTED)
    return Result(Outcome.UNCHANGED if existing.content == said else Outcome.CHANGED)


def _supersede(
    session: Session, table: Table, replaced: Iterable[_Existing | None], now: datetime, batch: Batch
) -> None:
    gone = [one for one in replaced if one]
    batch.touched |= {one.customer_id for one in gone if one.customer_id is not None}
    for some in db.chunks([one.id for one in gone]):
        session.connection().execute(update(table).where(table.c.id.in_(some)).values(superseded_at=now))


_HEADER = (
    "id", "number", "shop", "year", "at", "day", "customer_id", "place", "cashier", "payment", "content",
    "import_id", "recorded_at",
)  # fmt: skip


def _insert(
    session: Session, fresh: Sequence[tuple[Document, str]], now: datetime, import_id: int | None, batch: Batch
) -> None:
    """Headers and lines in bulk, with the customers found or registered."""
    if not fresh:
        return
    finder = people.Finder(session, [document.customer for document, _ in fresh if document.customer])
    owners = [
        finder.find_or_register(document.customer, document.at.date()) if document.customer else None
        for document, _ in fresh
    ]
    batch.customers_created += finder.flush(now)
    batch.cards_taken += finder.cards_taken
    batch.touched |= {owner.id for owner in owners if owner}
    ids = _product_ids(session, (line for document, _ in fresh for line in document.lines))
    sales = isinstance(fresh[0][0], SaleDocument)
    headers, lines = [], []
    new = db.new_ids(session, models.Receipt if sales else models.Return, len(fresh))
    for id_, (document, said), owner in zip(new, fresh, owners, strict=True):
        day = document.at.date()
        header = (
            id_, document.number, document.shop, day.year, document.at, day, owner.id if owner else None,
            document.place, document.cashier, document.payment, said, import_id, now,
        )  # fmt: skip
        headers.append(header + _sums(document))
        for line_no, line in enumerate(document.lines):
            product = ids[line.sku, line.name, line.group]
            if sales:
                lines.append((id_, line_no, product, line.quantity, line.price, line.discount, line.amount))
            else:
                lines.append((id_, line_no, product, line.quantity, line.receipt_line, line.amount))  # type: ignore[arg-type]
    if sales:
        db.insert(session, models.Receipt, (*_HEADER, "total", "discount", "redeemed"), headers)
        columns = ("receipt_id", "line_no", "product_id", "quantity", "price", "discount", "amount")
        db.insert(session, models.ReceiptLine, columns, lines)
    else:
        db.insert(session, models.Return, (*_HEADER, "receipt_number", "receipt_on", "amount"), headers)
        line_columns = ("return_id", "line_no", "product_id", "quantity", "receipt_line", "amount")
        db.insert(session, models.ReturnLine, line_columns, lines)


def _sums(document: Document) -> tuple[Any, ...]:
    amount = sum(line.amount or 0 for line in document.lines)
    if isinstance(document, SaleDocument):
        return amount, sum(line.discount for line in document.lines), document.redeemed
    return document.receipt_number, document.receipt_on, amount


def _product_ids(session: Session, lines: Iterable[DocumentLine]) -> dict[tuple[str, str, str], int]:
    """The product of every line, new ones added."""
    wanted = {(line.sku, line.name, line.group) for line in lines}
    found: dict[tuple[str, str, str], int] = {}
    c = products.c
    named = db.among(session, c.name, {name for _, name, _ in wanted})
    query = select(c.sku, c.name, c.group_name, c.id).where(named)
    for sku, name, group, id_ in session.connection().execute(query):
        found[sku, name, group] = id_
    new = sorted(wanted - found.keys())
    ids = db.new_ids(session, models.Product, len(new))
    db.insert(
        session, models.Product, ("id", "sku", "name", "group_name"),
        [(id_, *product) for id_, product in zip(ids, new, strict=True)],
    )  # fmt: skip
    return found | dict(zip(new, ids, strict=True))


def _reject_excess(
    session: Session, documents: Sequence[Document], results: list[Result], existing: dict[Key, _Existing]
) -> None:
    """Refuse the returns that take more of a line than is left (rules.md §7); unmatched ones can't be told yet."""
    wanted = [
        (i, document)
        for i, document in enumerate(documents)
        if isinstance(document, ReturnDocument) and document.receipt_number and not document.voided
        and results[i].outcome in (Outcome.IMPORTED, Outcome.CHANGED)
    ]  # fmt: skip
    found = matching.candidates(session, (document.receipt_number for _, document in wanted))
    chosen = []
    for i, document in wanted:
        basis = matching.Basis(document.receipt_number, document.shop, document.at.date(), document.receipt_on)
        if receipt := matching.choose(basis, found[document.receipt_number]):
            chosen.append((i, document, receipt.id))
    replaced = {one.id for i, document, _ in chosen if (one := existing.get(_key(document)))}
    remains = _remains(session, {receipt for _, _, receipt in chosen}, replaced)
    for i, document, receipt_id in sorted(chosen, key=lambda c: (c[1].at, c[1].number)):
        if problem := _take_back(remains[receipt_id], document):
            results[i] = problem


def _remains(session: Session, ids: set[int], replaced: set[int]) -> dict[int, Remains]:
    """What is left of these receipts after the returns already recorded."""
    remains = {id_: Remains(lines) for id_, lines in load_receipt_lines(session, sorted(ids)).items()}
    r, by_receipt = returns.c, defaultdict(list)
    for some in db.chunks(sorted(ids)):
        query = select(r.id, r.receipt_id).where(r.receipt_id.in_(some), r.superseded_at.is_(None))
        for id_, receipt in session.connection().execute(query.order_by(r.at, r.number)):
            if id_ not in replaced:
                by_receipt[receipt].append(id_)
    lines = return_lines_of(session, [id_ for some in by_receipt.values() for id_ in some])
    for receipt, done in by_receipt.items():
        for id_ in done:
            for line in lines[id_]:
                remains[receipt].take_back(line)
    return remains


def _take_back(remains: Remains, document: ReturnDocument) -> Result | None:
    """Take the return from what is left; a rejection, with nothing taken, if it doesn't fit."""
    before = remains.part[:], remains.returned[:]
    for line in document.lines:
        wanted = ReturnLine(article(line.sku, line.name), line.quantity, line.amount, line.receipt_line)
        if remains.take_back(wanted).whole:
            continue
        remains.part, remains.returned = before
        known = any(sold.article == wanted.article for sold in remains.lines)
        goods, number = line.name or line.sku, document.receipt_number
        if not known:
            return Result(
                Outcome.REJECTED, f"В чеке {number} нет товара «{goods}»", "Артикул", line.sku or line.name
            )
        reason = f"Возврат больше, чем осталось от чека {number}: «{goods}»"
        value = roubles(line.amount) if line.amount is not None else str(line.quantity / 1000)
        return Result(Outcome.REJECTED, reason, "Сумма" if line.amount is not None else "Количество", value)
    return None
