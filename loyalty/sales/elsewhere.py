"""The same receipts told by another report: by its till instead of the shop, without a shop, without zeros.

A new document that has the number, the second and the sum of one that is known is the same receipt: two shops sell
under one number in one second once in a million receipts, and of one sum never. So one such is enough to ask, and
one that names the same goods and person as well need not be asked about. Where reports give bare days, two shops
that both count from 1 may well have a number on one day, and now and then of one sum (once in a hundred, in ten
where all costs 990 ₽): then two at least, and most of those that have a namesake, must agree in sum.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Table, func, select
from sqlmodel import Session

from loyalty.acts import Act
from loyalty.errors import NeedsAnswer
from loyalty.models import receipts
from loyalty.sales import which
from loyalty.sales.alike import Whom, telling_of, tellings
from loyalty.sales.documents import MIDNIGHT, Document, total_of
from loyalty.sales.numbers import bare, spellings
from loyalty.sales.which import Known, Place
from loyalty.wording import day as day_words
from loyalty.wording import roubles


class Elsewhere:
    """Looks for what another report has told; `is_same` is a person's answer, None before it.

    Raises NeedsAnswer: in `find` on the first sure sign, in `ask` where all bare days together tell.
    """

    def __init__(self, session: Session, act: Act, is_same: bool | None) -> None:
        self.session, self.act, self.is_same = session, act, is_same
        self._widths: dict[str, set[int]] = {}
        self.sure = 0  # told elsewhere in every point
        self._namesakes, self._agreeing = 0, 0
        self._enough = 2  # agreeing ones; of which one is enough where a report names no shop
        self._example: tuple[Table, Known] | None = None

    def find(self, table: Table, documents: Sequence[Document], places: list[Place]) -> list[Place]:
        """The places, those of documents that are known from another report changed to what is known of them."""
        new = [i for i, place in enumerate(places) if place.known is None]
        if self.is_same is False or not new or not self._known_before(table):
            return places
        widths = self._widths[table.name]
        numbers = {spelt for i in new for spelt in spellings(documents[i].number, widths)}
        known: dict[str, list[Known]] = defaultdict(list)
        for one in which.current(self.session, table, numbers):
            if one.act_id != self.act.id:
                known[bare(one.key.number)].append(one)
        taken = {place.known.id for place in places if place.known}
        found = list(places)
        sure = self._sure(table, documents, {i: known[bare(documents[i].number)] for i in new})
        self.sure += len(sure)
        for i in new:
            some = [one for one in known[bare(documents[i].number)] if one.id not in taken]
            same = sure.get(i) or self._same(table, documents[i], some)
            if same:
                taken.add(same.id)
                found[i] = Place(same.key, same, is_elsewhere=True)
        return found

    def ask(self) -> None:
        """At the end of the file: whether bare days and sums tell that it is all known."""
        agree = self._agreeing >= self._enough and self._agreeing * 2 > self._namesakes
        if self.is_same is None and self._example and agree:
            raise _question(*self._example)

    def _known_before(self, table: Table) -> bool:
        """Whether anything was known before this act, and how long its numbers are."""
        if table.name not in self._widths:
            c = table.c
            before = select(c.id).where(c.act_id != self.act.id).limit(1)
            widths = select(func.length(c.number)).where(c.superseded_at.is_(None)).distinct()
            some = self.session.connection().scalar(before) is not None
            self._widths[table.name] = set(self.session.connection().scalars(widths)) if some else set()
        return bool(self._widths[table.name])

    def _sure(self, table: Table, documents: Sequence[Document], some: dict[int, list[Known]]) -> dict[int, Known]:
        """Those of the same second and sum that name the same goods, and the same person or nobody."""
        if self.is_same is not None:
            return {}
        near = {
            i: [one for one in known if one.at == documents[i].at and one.total == total_of(documents[i])]
            for i, known in some.items()
            if known and documents[i].at.time() != MIDNIGHT
        }
        said = tellings(self.session, table, [one.id for known in near.values() for one in known])
        found = {}
        for i, known in near.items():
            mine = telling_of(documents[i])
            alike = (one for one in known if mine.goods and said[one.id].goods == mine.goods)
            same = (one for one in alike if _one_person(mine.whom, said[one.id].whom))
            if one := next(same, None):
                found[i] = one
        return found

    def _same(self, table: Table, document: Document, some: Sequence[Known]) -> Known | None:
        total, day = total_of(document), document.at.date()
        here = [one for one in some if one.day == day and one.key[:2] != (document.number, document.shop)]
        for one in here:
            if one.at == document.at and document.at.time() != MIDNIGHT and (self.is_same or one.total == total):
                if self.is_same is None:
                    raise _question(table, one)
                return one
        here = [one for one in here if MIDNIGHT in (one.at.time(), document.at.time())]
        agreeing = next((one for one in here if one.total == total), None)
        self._namesakes += bool(here)
        if agreeing:
            self._agreeing += 1
            if not document.shop or not agreeing.key.shop:
                self._enough = 1
            self._example = self._example or (table, agreeing)
        return agreeing if self.is_same else None


def _one_person(one: Whom, other: Whom) -> bool:
    return bool(one.same(other)) or not any((*one, *other))


def _question(table: Table, known: Known) -> NeedsAnswer:
    these, kind = ("Эти чеки", "чеки") if table is receipts else ("Эти возвраты", "возвраты")
    at = f" {known.at:%H:%M}" if known.at.time() != MIDNIGHT else ""
    shop = f" (магазин «{known.key.shop}»)" if known.key.shop else ""
    named = f"№ {known.key.number} от {day_words(known.day)}{at} на {roubles(known.total)}{shop}"
    return NeedsAnswer(f"{these} уже загружены из другого отчёта: {named}. Это те же {kind}?", key="same_receipts")
