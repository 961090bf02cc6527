"""What the documents of a file come to in money, to be compared with 1C's own reports: in all and by day."""

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Select, Table, exists, func, select
from sqlmodel import Session

from loyalty import db
from loyalty.acts import Act
from loyalty.engine.entries import Kind
from loyalty.models import entries, receipts, returns
from loyalty.sales.documents import Document, SaleDocument
from loyalty.sales.receipts import Batch, Outcome
from loyalty.sales.sums import Sums

DAYS_KEPT = 1_100
"""Three years: of a longer file the last ones."""

_unchanged = Table(
    "unchanged_receipts", MetaData(), Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"]
)


@dataclass(slots=True)
class Totals:
    """Of all documents of a file that count: new, changed and unchanged ones."""

    all: Sums = field(default_factory=Sums)
    earned: int = 0
    by_day: dict[date, Sums] = field(default_factory=dict)
    _unchanged: "array[int]" = field(default_factory=lambda: array("q"))
    _by_pieces: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, documents: Sequence[Document], batch: Batch) -> None:
        """Count documents by what became of them."""
        for document, result, id_, total in zip(documents, batch.results, batch.ids, batch.totals, strict=True):
            if document.voided or result.outcome is Outcome.REJECTED:
                continue
            day = document.at.date()
            of_day = self.by_day.get(day)
            if of_day is None:
                of_day = self.by_day[day] = Sums()
            for sums in (self.all, of_day):
                sums.add(document, total)
            if isinstance(document, SaleDocument):
                if result.outcome is Outcome.UNCHANGED:
                    self._unchanged.append(id_)
            elif any(line.amount is None for line in document.lines):
                self._by_pieces.append(id_)

    def finish(self, session: Session, act: Act) -> None:
        """Once the ledger has written: what was earned, and the sums of returns that say pieces alone."""
        r = receipts.c
        self.earned = _earned(session, select(r.id).where(r.act_id == act.id))
        if self._unchanged:
            _unchanged.create(session.connection())
            for some in db.chunks(self._unchanged):
                known = select(r.id).where(db.among(session, r.id, some))
                session.connection().execute(_unchanged.insert().from_select(["id"], known))
            self.earned += _earned(session, select(_unchanged.c.id))
            _unchanged.drop(session.connection())
        b = returns.c
        for some in db.chunks(self._by_pieces):
            query = select(b.day, func.sum(b.counted - b.amount)).where(b.id.in_(list(some))).group_by(b.day)
            for day, more in session.connection().execute(query):
                self.all.returns_sum += int(more)
                self.by_day[day].returns_sum += int(more)

    def as_json(self, file_sum: int | None = None) -> dict[str, int | None]:
        """By the names of contract.md."""
        return {**asdict(self.all), "earned": self.earned, "file_sum": file_sum}

    def days(self) -> list[dict[str, Any]]:
        """In order of days."""
        kept = sorted(self.by_day)[-DAYS_KEPT:]
        return [{"day": day.isoformat(), **asdict(self.by_day[day])} for day in kept]


def _earned(session: Session, mine: Select[Any]) -> int:
    """What these receipts earned: each customer's entries are read once, however many receipts she has."""
    r, e = receipts.c, entries.c
    whose = select(r.customer_id).where(r.id.in_(mine))
    is_mine = mine.subquery()
    this = exists().where(is_mine.c.id == e.fact_id)
    query = select(func.sum(e.amount)).where(e.customer_id.in_(whose), e.kind == Kind.EARNED.value, this)
    return int(session.connection().scalar(query) or 0)
