"""Which document is it: a revision of one that is known, or another one of the same number.

Number, shop and year are a document's key in 1C. Some tills number anew every day or shift: then `series`, the day
or the shift, belongs to the key. A file may say so itself; else another day with another customer and other goods
shows it, as do two days of one number in one file. From then on the shop is remembered as such, and what had passed
for a document moved to another day is a document of its own again, so that the order of files does not matter.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, literal, null, or_, select
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act, Origin
from loyalty.models import acts, numberings, receipts, returns
from loyalty.sales.alike import Telling, alike, telling_of, tellings
from loyalty.sales.documents import MIDNIGHT, Document, total_of


class Key(NamedTuple):
    """What says that two documents are revisions of one."""

    number: str
    shop: str
    year: int
    series: str = ""


NumberKey = tuple[str, str, int]
"""Number, shop and year: all of a key where numbers don't start anew within a year."""


class Known(NamedTuple):
    """A revision of a document."""

    key: Key
    id: int
    at: datetime
    act_id: int
    content: str
    total: int
    mention_id: int | None
    redeemed: int
    owner_id: int | None  # whose it is by what it says
    customer_id: int | None  # whose bonuses it moves: of a return, of the receipt it is matched to
    receipt_id: int | None

    @property
    def day(self) -> date:
        return self.at.date()


class Place(NamedTuple):
    """A document's key, and its current revision; None: it is new."""

    key: Key
    known: Known | None = None
    is_elsewhere: bool = False  # it is known from another report, by another shop or spelling


@dataclass(slots=True)
class Numberings:
    """Shops whose numbers start anew by day or shift; `fresh` ones have shown it just now."""

    known: set[str]
    fresh: set[str] = field(default_factory=set)

    def __contains__(self, shop: str) -> bool:
        return shop in self.known or shop in self.fresh


def numberings_of(session: Session, documents: Iterable[Document]) -> Numberings:
    """What is remembered, and what these documents say themselves."""
    found = Numberings(set(session.connection().scalars(select(numberings.c.shop))))
    found.fresh = {document.shop for document in documents if document.series} - found.known
    return found


def waves(documents: Sequence[Document], shops: Numberings) -> tuple[list[int], list[int]]:
    """Places of documents that are surely different ones, and of the rest: of one number the first goes first."""
    keys = [(document.number, document.shop, document.at.year) for document in documents]
    if len(set(keys)) == len(keys):
        return list(range(len(keys))), []
    seen, now, later = set[Key](), list[int](), list[int]()
    for i, document in enumerate(documents):
        full = _new_key(document, shops)
        (later if full in seen else now).append(i)
        seen.add(full)
    return now, later


def _new_key(document: Document, shops: Numberings) -> Key:
    """Its key, as long as nothing is known of its number."""
    series = _series(document) if document.series or document.shop in shops else ""
    return Key(document.number, document.shop, document.at.year, series)


def _series(document: Document) -> str:
    return document.series or document.at.date().isoformat()


def places(
    session: Session, table: Table, documents: Sequence[Document], shops: Numberings, act: Act
) -> list[Place]:
    """Which document each of these is; all of them are different ones (see `waves`)."""
    found: dict[NumberKey, list[Known]] = defaultdict(list)
    keys = [(document.number, document.shop, document.at.year) for document in documents]
    narrow = [_near(table, documents)] if all(one.shop in shops for one in documents) else []
    for known in current(session, table, {number for number, _, _ in keys}, set(keys), *narrow):
        found[known.key[:3]].append(known)
    same_number = [found[key] for key in keys]
    unsure = [i for i, some in enumerate(same_number) if some and _is_unsure(documents[i], some, shops)]
    said = _Said(session, table, documents, same_number, unsure)
    for i in unsure:
        document = documents[i]
        if not document.series and document.shop not in shops and not said.moved(i, act):
            shops.fresh.add(document.shop)
    taken: set[int] = set()
    result = []
    for i, document in enumerate(documents):
        if not same_number[i]:  # as a rule
            result.append(Place(_new_key(document, shops)))
            continue
        place = _place(document, [one for one in same_number[i] if one.id not in taken], shops, said, i, act)
        if place.known:
            taken.add(place.known.id)
        result.append(place)
    return result


def _near(table: Table, documents: Sequence[Document]) -> ColumnElement[bool]:
    """Of their days, or their shifts: where numbers start anew there is one of each number every day."""
    c = table.c
    days, series = {one.at.date() for one in documents}, {one.series for one in documents if one.series}
    return or_(c.day.in_(days), c.series.in_(series)) if series else c.day.in_(days)


class _Said:
    """What the documents say whose number is not enough, and what is said of those known by it."""

    def __init__(
        self,
        session: Session,
        table: Table,
        documents: Sequence[Document],
        same_number: Sequence[Sequence[Known]],
        unsure: Sequence[int],
    ) -> None:
        ids = [known.id for i in unsure for known in same_number[i]]
        self._known = tellings(session, table, ids) if ids else {}
        self._mine = {i: telling_of(documents[i]) for i in unsure}
        self._totals = {i: total_of(documents[i]) for i in unsure}
        self._same_number = same_number

    def alike(self, i: int, some: Iterable[Known]) -> Known | None:
        """Of these that the document may be a revision of its customer's, one of its sum, the latest."""
        mine: Telling | None = self._mine.get(i)
        if mine is None:
            return None
        fitting = [known for known in some if alike(mine, self._known[known.id])]

        def likeness(known: Known) -> tuple[bool, bool, datetime, int]:
            is_hers = bool(mine.whom.same(self._known[known.id].whom))
            return is_hers, known.total == self._totals[i], known.at, known.id

        return max(fitting, key=likeness, default=None)

    def moved(self, i: int, act: Act) -> Known | None:
        """The document of another day that this one is a revision of; what the same file says stands by itself."""
        some = self._same_number[i]
        return None if any(one.act_id == act.id for one in some) else self.alike(i, some)


def _is_unsure(document: Document, some: Sequence[Known], shops: Numberings) -> bool:
    """Whether more than number, series and day must be asked."""
    day = document.at.date()
    here = [known for known in some if known.day == day]
    if document.series:
        said = any(known.key.series == document.series for known in some)
        here = [known for known in here if _is_unsaid(known)]
        return not said and bool(here) and not _at(document, here)
    if here:
        return not _is_surely(here) and not _at(document, here)
    return document.shop not in shops


def _place(document: Document, some: Sequence[Known], shops: Numberings, said: _Said, i: int, act: Act) -> Place:
    """The known document it is, else a new one."""
    day = document.at.date()
    if known := _of_its_day(document, [one for one in some if one.day == day], said, i):
        return Place(known.key._replace(series=document.series or known.key.series), known)
    if document.series:
        known = next((one for one in some if one.key.series == document.series), None)
    elif document.shop not in shops and (known := said.moved(i, act)):
        return Place(known.key, known)
    return Place(_new_key(document, shops), known)


def _of_its_day(document: Document, here: Sequence[Known], said: _Said, i: int) -> Known | None:
    """Of those of its number and day the one that it is; of several shifts of a day the like one."""
    if document.series:
        exact = next((one for one in here if one.key.series == document.series), None)
        unsaid = [one for one in here if _is_unsaid(one)]
        return exact or _at(document, unsaid) or said.alike(i, unsaid)
    return here[0] if _is_surely(here) else _at(document, here) or said.alike(i, here)


def _at(document: Document, some: Iterable[Known]) -> Known | None:
    """The one of its second; a bare day says nothing."""
    same = (one for one in some if one.at == document.at)
    return next(same, None) if document.at.time() != MIDNIGHT else None


def _is_surely(here: Sequence[Known]) -> bool:
    """One of its number and day, of no shift: what says no shift either is that one, whatever else it says."""
    return len(here) == 1 and _is_unsaid(here[0])


def _is_unsaid(known: Known) -> bool:
    """No shift is known of it."""
    return known.key.series in ("", known.day.isoformat())


def is_taken(session: Session, table: Table, document: Document) -> bool:
    """Whether a till may not use a number: its shop has it this year, or that day where numbers start anew."""
    same = [one for one in current(session, table, [document.number]) if one.key.shop == document.shop]
    same = [one for one in same if one.key.year == document.at.year]
    if not same or document.shop not in numberings_of(session, []):
        return bool(same)
    return any(one.day == document.at.date() for one in same)


# --- What is known ---------------------------------------------------------------------------------------


def current(
    session: Session,
    table: Table,
    numbers: Iterable[str],
    keys: Container[NumberKey] | None = None,
    *which: ColumnElement[bool],
) -> list[Known]:
    """The current revisions of all documents of these numbers; of these shops and years where they are given."""
    return _revisions(session, table, numbers, table.c.superseded_at.is_(None), *which, keys=keys)


def said_by_till(session: Session, table: Table, numbers: Iterable[str]) -> dict[Key, list[Known]]:
    """What the till said of documents of these numbers, whatever files said since; the latest one last."""
    said, ended, found = acts.c.origin == Origin.TILL.value, table.c.superseded_at, dict[Key, list[Known]]()
    if session.connection().scalar(select(acts.c.id).where(said).limit(1)) is None:
        return found
    halves = (ended.is_(None), ended.is_not(None))  # an index each; asked together they are found by none
    rows = [known for half in halves for known in _revisions(session, table, numbers, said, half)]
    for known in sorted(rows, key=lambda one: one.id):
        found.setdefault(known.key, []).append(known)
    return found


def _revisions(
    session: Session,
    table: Table,
    numbers: Iterable[str],
    *which: ColumnElement[bool],
    keys: Container[NumberKey] | None = None,
) -> list[Known]:
    c, r = table.c, receipts.c
    mine = (c.number, c.shop, c.year, c.series, c.id, c.at, c.act_id, c.content)
    if table is receipts:
        query = select(*mine, c.total, c.mention_id, c.redeemed, c.customer_id)
        query = query.add_columns(c.customer_id, null())
    else:
        query = select(*mine, c.amount, c.mention_id, literal(0), c.customer_id)
        query = query.add_columns(r.customer_id, c.receipt_id)
        query = query.outerjoin(receipts, r.id == c.receipt_id)
    query = query.join(acts, acts.c.id == c.act_id).where(*which, db.among(session, c.number, numbers))
    rows = session.connection().execute(query.order_by(c.id)).all()
    return [
        Known(Key(number, shop, year, series), *rest)
        for number, shop, year, series, *rest in rows
        if keys is None or (number, shop, year) in keys
    ]


# --- Shops whose numbers start anew ------------------------------------------------------------------------


class Back(NamedTuple):
    """A document that is current again; `number` is that of the receipt."""

    number: str
    customer_id: int | None


def remember(session: Session, shops: Numberings, act: Act) -> list[Back]:
    """Keep which shops number anew by day; what a document of another day had replaced is current again."""
    back: list[Back] = []
    for shop in sorted(shops.fresh):
        session.connection().execute(numberings.insert().values(shop=shop, act_id=act.id))
        for table in (receipts, returns):
            back += _as_before_moving(session, table, shop)
    shops.known |= shops.fresh
    shops.fresh = set()
    return back


def _as_before_moving(session: Session, table: Table, shop: str) -> list[Back]:
    """Of every number and day the latest revision that a document of another day replaced."""
    c, day_of = table.c, dict[tuple[str, int, str, int], date]()
    named = c.number if table is receipts else c.receipt_number
    query = select(c.id, c.number, c.year, c.series, c.day, c.act_id, c.superseded_by, named, c.customer_id)
    query = query.where(c.shop == shop).order_by(c.id)
    gone = session.connection().execute(query.where(c.superseded_at.is_not(None))).all()
    numbers = db.among(session, c.number, {row.number for row in gone})
    standing = session.connection().execute(query.where(c.superseded_at.is_(None), numbers)).all() if gone else []
    for row in (*gone, *standing):
        day_of[row.number, row.year, row.series, row.act_id] = row.day
    latest = {
        (row.number, row.year, row.day): row
        for row in gone
        if day_of.get((row.number, row.year, row.series, row.superseded_by), row.day) != row.day
    }
    for row in standing:
        latest.pop((row.number, row.year, row.day), None)
    changes = [(row.day.isoformat(), None, None, row.id) for row in latest.values()]
    model = models.Receipt if table is receipts else models.Return
    db.update(session, model, ("series", "superseded_at", "superseded_by"), changes)
    return [Back(row[7], row.customer_id) for row in latest.values()]
