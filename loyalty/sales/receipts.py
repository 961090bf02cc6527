"""A sale or a return, from the till or a file, becomes facts: a new document, a newer revision, or nothing new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act, Origin
from loyalty.identity.finding import NOBODY, Finder, Owner
from loyalty.models import acts, receipts, returns
from loyalty.sales import answers, goods, matching
from loyalty.sales.documents import Document, ReturnDocument, SaleDocument
from loyalty.wording import roubles


class Key(NamedTuple):
    """What says that two documents are revisions of one: 1C starts its numbering anew each year."""

    number: str
    shop: str
    year: int


def key_of(document: Document) -> Key:
    """The document's key."""
    return Key(document.number, document.shop, document.at.year)


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
    """What recording some documents did, in their order; `touched` customers still need a refresh.

    So do `loose` receipts, which are nobody's; `lost` says which redemptions of the till a file undid.
    """

    results: list[Result]
    touched: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    lost: list[tuple[SaleDocument, int, int]] = field(default_factory=list)


class Known(NamedTuple):
    """A document's current revision."""

    id: int
    content: str
    customer_id: int | None  # of a return: of the receipt it is matched to
    mention_id: int | None
    redeemed: int
    origin: str
    receipt_id: int | None = None


def record(session: Session, documents: Sequence[Document], act: Act, finder: Finder | None = None) -> Batch:
    """Record documents of one kind, all sales or all returns; writes no entries (engine.ledger.refresh does).

    Sales and returns already happened and are taken as they stand: what exceeds a limit is told by the ledger
    (rules.md §6, §7). What can't have happened is rejected.
    """
    db.one_at_a_time(session, db.INTAKE)
    finder = finder or Finder(session, act)
    table = receipts if documents and isinstance(documents[0], SaleDocument) else returns
    keys = [key_of(document) for document in documents]
    found = current(session, table, keys)
    known = [found.get(key) for key in keys]
    contents = [content(document, one) for document, one in zip(documents, known, strict=True)]
    results = [
        _problem(document) or _compare(document, one, said)
        for document, one, said in zip(documents, known, contents, strict=True)
    ]
    batch = Batch(results)
    chosen = [i for i, result in enumerate(results) if result.outcome in (Outcome.IMPORTED, Outcome.CHANGED)]
    _supersede(session, table, (one for i in chosen if (one := known[i])), act, batch)
    fresh = [i for i in chosen if not documents[i].voided]
    _insert(session, [(documents[i], contents[i], known[i]) for i in fresh], act, finder, batch)
    batch.touched |= finder.learned.touched
    batch.loose |= finder.learned.loose
    finder.learned.touched, finder.learned.loose, finder.learned.taught = set(), set(), set()
    changed = [documents[i] for i in chosen]
    numbers = [doc.number if isinstance(doc, SaleDocument) else doc.receipt_number for doc in changed]
    moved = matching.match(session, numbers)
    batch.touched |= moved.touched
    batch.loose |= moved.loose
    return batch


def content(document: Document, known: Known | None = None) -> str:
    """A digest of all that a document says: equal digests, nothing new; unsaid bonuses are those known."""
    ref = document.customer
    said: list[Any] = [document.at, document.place, document.cashier, document.payment]
    said += [ref.code, ref.card, ref.phone] if ref else []
    said += [ref.id] if ref and ref.id else []
    said += [_redeemed(document, known)] if isinstance(document, SaleDocument) else []
    said += [document.receipt_number, document.receipt_on] if isinstance(document, ReturnDocument) else []
    for line in document.lines:
        said += line
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


def _redeemed(sale: SaleDocument, known: Known | None) -> int:
    """A file without «Бонусы» says nothing of them: what was paid stays paid."""
    if sale.redeemed is not None:
        return sale.redeemed
    return min(known.redeemed, sum(line.amount or 0 for line in sale.lines)) if known else 0


def current(session: Session, table: Table, keys: Sequence[Key]) -> dict[Key, Known]:
    """The current revisions of these documents."""
    return {
        key: some[-1] for key, some in _revisions(session, table, keys, table.c.superseded_at.is_(None)).items()
    }


def said_by_till(session: Session, table: Table, keys: Sequence[Key]) -> dict[Key, list[Known]]:
    """What the till said of these documents, whatever files said since; the latest one last."""
    was, by_till = table.c.superseded_at.is_not(None), acts.c.origin == Origin.TILL.value
    found = _revisions(session, table, keys, was, by_till)
    for key, some in _revisions(session, table, keys, ~was, by_till).items():
        found.setdefault(key, []).extend(some)
    return found


def _revisions(
    session: Session, table: Table, keys: Sequence[Key], *which: ColumnElement[bool]
) -> dict[Key, list[Known]]:
    c, found, r = table.c, dict[Key, list[Known]](), receipts.c
    query = select(c.number, c.shop, c.year, c.id, c.content).where(*which).order_by(c.id)
    if table is receipts:
        query = query.add_columns(c.customer_id, c.mention_id, c.redeemed, acts.c.origin)
    else:
        query = query.add_columns(r.customer_id, c.mention_id, c.amount, acts.c.origin, c.receipt_id)
        query = query.outerjoin(receipts, r.id == c.receipt_id)
    query = query.join(acts, acts.c.id == c.act_id)
    named = db.among(session, c.number, {key.number for key in keys})
    for number, shop, year, *rest in session.connection().execute(query.where(named)):
        found.setdefault(Key(number, shop, year), []).append(Known(*rest))
    return found


def _problem(document: Document) -> Result | None:
    """What can't have happened: sums below zero, or bonuses for more than the receipt costs."""
    if document.voided:
        return None
    for line in document.lines:
        if (line.amount or 0) < 0:
            return Result(Outcome.REJECTED, "сумма строки меньше нуля", "Сумма", roubles(line.amount or 0))
        if line.quantity < 0:
            return Result(Outcome.REJECTED, "количество меньше нуля", "Количество", str(line.quantity / 1000))
    if isinstance(document, SaleDocument) and document.redeemed is not None:
        total = sum(line.amount or 0 for line in document.lines)
        if not 0 <= document.redeemed <= total:
            reason = f"бонусами оплачено {roubles(document.redeemed)}, а чек на {roubles(total)}"
            return Result(Outcome.REJECTED, reason, "Бонусы", roubles(document.redeemed))
    return None


def _compare(document: Document, known: Known | None, said: str) -> Result:
    if document.voided:
        return Result(Outcome.CHANGED if known else Outcome.UNCHANGED)
    if known is None:
        return Result(Outcome.IMPORTED)
    return Result(Outcome.UNCHANGED if known.content == said else Outcome.CHANGED)


def _supersede(session: Session, table: Table, replaced: Iterable[Known], act: Act, batch: Batch) -> None:
    """The former revisions end; whose they were must know, and so must a receipt that loses a return."""
    gone = list(replaced)
    batch.touched |= {one.customer_id for one in gone if one.customer_id is not None}
    batch.loose |= {one.receipt_id for one in gone if one.receipt_id is not None and one.customer_id is None}
    ended = update(table).values(superseded_at=act.at, superseded_by=act.id)
    for some in db.chunks([one.id for one in gone]):
        session.connection().execute(ended.where(table.c.id.in_(some)))


_HEADER = (
    "id", "number", "shop", "year", "at", "day", "customer_id", "mention_id", "place", "cashier", "payment",
    "content", "act_id",
)  # fmt: skip


def _insert(
    session: Session, fresh: Sequence[tuple[Document, str, Known | None]], act: Act, finder: Finder, batch: Batch
) -> None:
    """Headers and lines in bulk, with the customers found or registered."""
    if not fresh:
        return
    sales = isinstance(fresh[0][0], SaleDocument)
    keys = [key_of(document) for document, _, _ in fresh]
    tills = {key: some[-1] for key, some in said_by_till(session, receipts if sales else returns, keys).items()}
    owners = _owners(session, [document for document, _, _ in fresh], tills, finder)
    batch.touched |= {owner.customer_id for owner in owners if owner.customer_id is not None}
    ids = goods.product_ids(session, (line for document, _, _ in fresh for line in document.lines))
    headers, lines = [], []
    new = db.new_ids(session, models.Receipt if sales else models.Return, len(fresh))
    for id_, key, (document, said, known), owner in zip(new, keys, fresh, owners, strict=True):
        day = document.at.date()
        header = (
            id_, document.number, document.shop, day.year, document.at, day, owner.customer_id, owner.mention_id,
            document.place, document.cashier, document.payment, said, act.id,
        )  # fmt: skip
        headers.append(header + _sums(document, known, tills.get(key), act, batch))
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
        db.insert(session, models.Return, (*_HEADER, "receipt_number", "receipt_on", "amount", "counted"), headers)
        line_columns = ("return_id", "line_no", "product_id", "quantity", "receipt_line", "amount")
        db.insert(session, models.ReturnLine, line_columns, lines)


def _owners(
    session: Session, documents: Sequence[Document], tills: Mapping[Key, Known], finder: Finder
) -> list[Owner]:
    """Whose each document is: as a person answered, else as it says; a file that names nobody keeps the till's."""
    owners = finder.owners([(document.customer, document.at.date()) for document in documents])
    answered = answers.given(session, documents)
    if not answered and not tills:
        return owners
    found = []
    for document, owner in zip(documents, owners, strict=True):
        key = key_of(document)
        if answer := answered.get(key):
            owner = answer
        elif owner == NOBODY and key in tills:
            owner = Owner(tills[key].mention_id, tills[key].customer_id, None)
        found.append(owner)
    return found


def _sums(document: Document, known: Known | None, till: Known | None, act: Act, batch: Batch) -> tuple[Any, ...]:
    amount = sum(line.amount or 0 for line in document.lines)
    if isinstance(document, ReturnDocument):
        return document.receipt_number, document.receipt_on, amount, amount
    redeemed = _redeemed(document, known or till)
    if till and act.origin is Origin.IMPORT and redeemed != till.redeemed:
        batch.lost.append((document, till.redeemed, redeemed))
    return amount, sum(line.discount for line in document.lines), redeemed
