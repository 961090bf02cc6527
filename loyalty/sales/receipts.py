"""A sale or a return, from the till or a file, becomes facts: a new document, a newer revision, or nothing new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Table, literal, select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act, Origin
from loyalty.identity.finding import NOBODY, Finder, Owner
from loyalty.models import receipt_lines, receipts, return_lines, returns
from loyalty.sales import alike, answers, goods, matching, which
from loyalty.sales.deciding import UNCHANGED, Outcome, Result, Step, bonuses_of, decide
from loyalty.sales.documents import Document, ReturnDocument, SaleDocument
from loyalty.sales.elsewhere import Elsewhere
from loyalty.sales.which import Key, Known, Numberings, Place

__all__ = ["Batch", "Outcome", "Result", "content", "record"]


@dataclass(slots=True)
class Batch:
    """What recording some documents did, in their order; `touched` customers still need a refresh.

    So do `loose` receipts, which are nobody's. `ids` are of the current revisions, 0 where there is none; `totals`
    what the documents come to. `lost` says which redemptions of the till a file undid, `moved` which documents were
    of another day before, `renumbered` which shops turned out to number anew by day.
    """

    results: list[Result]
    ids: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    lost: list[tuple[SaleDocument, int, int]] = field(default_factory=list)
    moved: list[tuple[Document, date]] = field(default_factory=list)
    renumbered: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)  # receipts whose returns are to be matched anew,
    since: date = date.max  # and the first day of theirs


def record(
    session: Session,
    documents: Sequence[Document],
    act: Act,
    finder: Finder | None = None,
    elsewhere: Elsewhere | None = None,
) -> Batch:
    """Record documents of one kind, all sales or all returns; writes no entries (engine.ledger.refresh does).

    Sales and returns already happened and are taken as they stand: what exceeds a limit is told by the ledger
    (rules.md §6, §7). What can't have happened is rejected. `elsewhere` knows what other reports have told; it may
    raise NeedsAnswer.
    """
    db.one_at_a_time(session, db.INTAKE)
    finder = finder or Finder(session, act)
    table = receipts if documents and isinstance(documents[0], SaleDocument) else returns
    nothing = Batch([UNCHANGED] * len(documents), [0] * len(documents), [0] * len(documents))
    writer = _Writer(session, table, act, finder, nothing, elsewhere)
    batch, shops = writer.batch, which.numberings_of(session, documents)
    left: Sequence[int] = range(len(documents))
    while left:
        now, later = which.waves([documents[i] for i in left], shops)
        here = [left[i] for i in now]
        writer.take(here, [documents[i] for i in here], shops)
        left = [left[i] for i in later]
    batch.touched |= finder.learned.touched
    batch.loose |= finder.learned.loose
    finder.learned.touched, finder.learned.loose, finder.learned.taught = set(), set(), set()
    if batch.renumbered:
        moved = matching.match(session, batch.numbers)
    elif writer.sales:
        moved = matching.match(session, batch.numbers, batch.since) if batch.numbers else matching.Moved()
    else:
        changed = (result.outcome in (Outcome.IMPORTED, Outcome.CHANGED) for result in batch.results)
        moved = matching.match_these(
            session, [id_ for id_, is_new in zip(batch.ids, changed, strict=True) if is_new]
        )
    batch.touched |= moved.touched
    batch.loose |= moved.loose
    return batch


def content(document: Document, known: Known | None = None) -> str:
    """A digest of all that a document says: equal digests, nothing new; unsaid bonuses are those known."""
    ref = document.customer
    said: list[Any] = [document.at, document.place, document.cashier, document.payment]
    said += [ref.code, ref.card, ref.phone] if ref else []
    said += [ref.id] if ref and ref.id else []
    said += [bonuses_of(document, known)] if isinstance(document, SaleDocument) else []
    said += [document.receipt_number, document.receipt_on] if isinstance(document, ReturnDocument) else []
    for line in document.lines:
        said += line
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


class _Head(NamedTuple):
    """What a revision keeps of the one before, where its document says less."""

    place: str
    cashier: str
    payment: str
    discount: int = 0
    receipt_number: str = ""
    receipt_on: date | None = None


_HEADER = (
    "id", "number", "shop", "year", "series", "at", "day", "customer_id", "mention_id", "place", "cashier",
    "payment", "content", "act_id",
)  # fmt: skip


class _Writer:
    """Writes documents of one kind that came with one act."""

    def __init__(
        self,
        session: Session,
        table: Table,
        act: Act,
        finder: Finder,
        batch: Batch,
        elsewhere: Elsewhere | None,
    ) -> None:
        self.session, self.table, self.act, self.finder, self.batch = session, table, act, finder, batch
        self.elsewhere, self.sales = elsewhere, table is receipts
        self._kind = answers.RECEIPT if self.sales else answers.RETURN

    def take(self, places_in_batch: Sequence[int], documents: Sequence[Document], shops: Numberings) -> None:
        """Documents that are surely different ones: decide, end former revisions, write the new ones."""
        places = self._places(documents, shops)
        steps = self._decide(documents, places)
        changed = [step for step in steps if step.changes]
        self._supersede(step.place.known for step in changed if step.place.known)
        self._rename((step.place.known.key, step.place.key) for step in changed if step.place.known)
        self._insert([step for step in changed if not step.document.voided])
        for step in changed:
            days = [step.document.at.date(), *([step.place.known.day] if step.place.known else [])]
            self.batch.since = min(self.batch.since, *days)
        for i, step in zip(places_in_batch, steps, strict=True):
            self.batch.results[i], self.batch.ids[i], self.batch.totals[i] = step.result, step.id, step.total
            known = step.place.known
            if step.changes and known and known.day != step.document.at.date():
                self.batch.moved.append((step.document, known.day))
        self.batch.numbers |= {
            step.place.key.number if self.sales else step.document.receipt_number  # type: ignore[union-attr]
            for step in changed
        }

    def _places(self, documents: Sequence[Document], shops: Numberings) -> list[Place]:
        places = [] if shops.fresh else which.places(self.session, self.table, documents, shops, self.act)
        while shops.fresh:  # a shop shows that its numbers start anew: what is known is another thing now
            self.batch.renumbered |= shops.fresh
            for back in which.remember(self.session, shops, self.act):
                self.batch.numbers.add(back.number)
                if back.customer_id is not None:  # what came back of nobody's receipts is matched anew
                    self.batch.touched.add(back.customer_id)
            places = which.places(self.session, self.table, documents, shops, self.act)
        return self.elsewhere.find(self.table, documents, places) if self.elsewhere else places

    def _decide(self, documents: Sequence[Document], places: Sequence[Place]) -> list[Step]:
        contents = [content(document, place.known) for document, place in zip(documents, places, strict=True)]
        lists = [
            place.known.id
            for document, place, said in zip(documents, places, contents, strict=True)
            if place.known and place.known.content != said and (place.is_elsewhere or alike.is_list(document)
                                                                or document.customer is None)
        ]  # fmt: skip
        with_goods = alike.with_goods(self.session, self.table, lists)
        return [
            decide(document, place, said, place.known is not None and place.known.id in with_goods)
            for document, place, said in zip(documents, places, contents, strict=True)
        ]

    def _supersede(self, replaced: Iterable[Known]) -> None:
        """The former revisions end; whose they were must know, and so must a receipt that loses a return."""
        gone = list(replaced)
        self.batch.touched |= {one.customer_id for one in gone if one.customer_id is not None}
        self.batch.loose |= {
            one.receipt_id for one in gone if one.receipt_id is not None and one.customer_id is None
        }
        ended = update(self.table).values(superseded_at=self.act.at, superseded_by=self.act.id)
        for some in db.chunks([one.id for one in gone]):
            self.session.connection().execute(ended.where(self.table.c.id.in_(some)))

    def _rename(self, keys: Iterable[tuple[Key, Key]]) -> None:
        """Of its shift, said later, a document is known from now on: what till and people said of it stays."""
        c = self.table.c
        for was, now in keys:
            if was != now:
                mine = (c.number == was.number, c.shop == was.shop, c.year == was.year, c.series == was.series)
                ended = update(self.table).where(*mine, c.superseded_at.is_not(None))
                self.session.connection().execute(ended.values(series=now.series))
                answers.rename(self.session, self._kind, was, now)

    def _insert(self, fresh: Sequence[Step]) -> None:
        """Headers and lines in bulk, with the customers found or registered."""
        if not fresh:
            return
        session, sales = self.session, self.sales
        said = which.said_by_till(session, self.table, {step.place.key.number for step in fresh})
        tills = {key: some[-1] for key, some in said.items()}
        owners = self._owners(fresh, tills)
        self.batch.touched |= {owner.customer_id for owner in owners if owner.customer_id is not None}
        heads = self._heads(fresh)
        ids = goods.product_ids(
            session, (line for step in fresh if not step.keeps_lines for line in step.document.lines)
        )
        headers, lines, kept = [], [], []
        new = db.new_ids(session, models.Receipt if sales else models.Return, len(fresh))
        for id_, step, owner in zip(new, fresh, owners, strict=True):
            step.id = id_
            document, key, day = step.document, step.place.key, step.document.at.date()
            head = heads.get(step.place.known.id, _NO_HEAD) if step.place.known else _NO_HEAD
            header = (
                id_, *key, document.at, day, owner.customer_id, owner.mention_id, document.place or head.place,
                document.cashier or head.cashier, document.payment or head.payment, step.content, self.act.id,
            )  # fmt: skip
            headers.append(header + self._sums(step, head, tills.get(key)))
            if step.keeps_lines and step.place.known:
                kept.append((step.place.known.id, id_))
                continue
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
            more = ("receipt_number", "receipt_on", "amount", "counted")
            db.insert(session, models.Return, (*_HEADER, *more), headers)
            line_columns = ("return_id", "line_no", "product_id", "quantity", "receipt_line", "amount")
            db.insert(session, models.ReturnLine, line_columns, lines)
        self._keep_lines(kept)

    def _keep_lines(self, kept: Sequence[tuple[int, int]]) -> None:
        """Lines of former revisions are those of the new ones, too."""
        lines = receipt_lines if self.sales else return_lines
        of = lines.c.receipt_id if self.sales else lines.c.return_id
        rest = [column for column in lines.c if column is not of]
        for was, now in kept:
            same = select(literal(now), *rest).where(of == was)
            self.session.connection().execute(lines.insert().from_select([of, *rest], same))

    def _heads(self, fresh: Sequence[Step]) -> dict[int, _Head]:
        """What is to be kept of former revisions."""
        ids = [step.place.known.id for step in fresh if step.place.known and (step.keeps_lines or step.keeps_owner)]
        if not ids:
            return {}
        c = self.table.c
        query = select(c.id, c.place, c.cashier, c.payment)
        if self.sales:
            query = query.add_columns(c.discount)
        else:
            query = query.add_columns(literal(0), c.receipt_number, c.receipt_on)
        rows = self.session.connection().execute(query.where(db.among(self.session, c.id, ids)))
        return {id_: _Head(*rest) for id_, *rest in rows}

    def _owners(self, fresh: Sequence[Step], tills: Mapping[Key, Known]) -> list[Owner]:
        """Whose each document is: as a person answered, else as it says.

        A file that names nobody keeps the till's, and a list's where goods come to it.
        """
        documents = [step.document for step in fresh]
        owners = self.finder.owners([(document.customer, document.at.date()) for document in documents])
        keys = [step.place.key for step in fresh]
        answered = answers.given(self.session, self._kind, keys)
        found = []
        for step, key, owner in zip(fresh, keys, owners, strict=True):
            before = step.place.known if step.keeps_owner else tills.get(key)
            if answer := answered.get(key):
                owner = answer
            elif owner == NOBODY and before:
                owner = Owner(before.mention_id, before.owner_id, None)
            found.append(owner)
        return found

    def _sums(self, step: Step, head: _Head, till: Known | None) -> tuple[Any, ...]:
        document, known, amount = step.document, step.place.known, step.total
        if isinstance(document, ReturnDocument):
            amount = known.total if step.keeps_lines and known else amount
            return (
                document.receipt_number or head.receipt_number,
                document.receipt_on or head.receipt_on,
                amount,
                amount,
            )
        redeemed = bonuses_of(document, known or till)
        if step.keeps_lines and known:
            return known.total, head.discount, max(redeemed, known.redeemed)
        if till and self.act.origin is Origin.IMPORT and redeemed != till.redeemed:
            self.batch.lost.append((document, till.redeemed, redeemed))
        return amount, sum(line.discount for line in document.lines), redeemed


_NO_HEAD = _Head("", "", "")
