"""Which receipt a return belongs to: found anew whenever either of them arrives, so the order never matters."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from loyalty import db, models
from loyalty.models import mentions, products, receipt_lines, receipts, return_lines, returns
from loyalty.sales.numbers import bare, spellings

EARLY_DAYS = 31
"""So long before its receipt a return may be stamped (rules.md §3 names no end)."""


class Basis(NamedTuple):
    """What a return says of its receipt."""

    number: str
    shop: str
    day: date  # the return's
    receipt_on: date | None  # the receipt's, where the return says it


class Candidate(NamedTuple):
    """A receipt with the number."""

    id: int
    number: str
    shop: str
    day: date
    customer_id: int | None
    mention_id: int | None = None
    series: str = ""


@dataclass(slots=True)
class Likeness:
    """Which receipts, by id, name the customer of a return, surely another one, and have all its goods."""

    same: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    goods: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Moved:
    """Whose returns may count otherwise now: customers, and receipts that are nobody's."""

    touched: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)

    def add(self, receipt_id: int | None, customer_id: int | None) -> None:
        if customer_id is not None:
            self.touched.add(customer_id)
        elif receipt_id is not None:
            self.loose.add(receipt_id)


def choose(basis: Basis, candidates: Iterable[Candidate], like: Likeness | None = None) -> Candidate | None:
    """The receipt with the number of the day said, else the latest that isn't after the return.

    Of several the one of the customer it names, then one with its goods, then one of its shop; in another shop only
    where one shop alone has the number: goods are brought back to the nearest one. A receipt of somebody else is
    not it, unless number, day and goods all say so: a present is brought back by whoever got it.
    """
    like = like or Likeness()
    fitting = [
        found
        for found in candidates
        if found.number == basis.number
        and (found.day <= basis.day if basis.receipt_on is None else found.day == basis.receipt_on)
        and (found.id not in like.others or (basis.receipt_on is not None and found.id in like.goods))
    ]
    for better in (like.same, like.goods):
        fitting = [found for found in fitting if found.id in better] or fitting
    return max(_near(basis, fitting), key=lambda found: (found.day, found.series), default=None)


def choose_later(basis: Basis, candidates: Iterable[Candidate], alike: set[int]) -> Candidate | None:
    """Where no receipt is before the return: the first soon after it, of the same customer or with all its goods.

    A return stamped early is rare, and numbers start anew each year: a receipt of next December is not of a return
    of this January.
    """
    last = basis.day + timedelta(days=EARLY_DAYS)
    fitting = [
        found for found in candidates if found.number == basis.number and found.day <= last and found.id in alike
    ]
    return min(_near(basis, fitting), key=lambda found: (found.day, found.series), default=None)


def _near(basis: Basis, fitting: list[Candidate]) -> list[Candidate]:
    here = [found for found in fitting if found.shop == basis.shop]
    return here or (fitting if len({found.shop for found in fitting}) == 1 else [])


def find(basis: Basis, known: Sequence[Candidate], like: Likeness) -> Candidate | None:
    """The receipt of a return among all whose number is the same up to leading zeros, which Excel cuts."""
    last = basis.day + timedelta(days=EARLY_DAYS)
    known = [one for one in known if (one.day <= last if basis.receipt_on is None else one.day == basis.receipt_on)]
    exact = [found for found in known if found.number == basis.number]
    chosen = choose(basis, exact, like)
    if chosen is None and basis.receipt_on is None:
        chosen = choose_later(basis, exact, (like.same | like.goods) - like.others)
    spelt = {found.number for found in known} - {basis.number}
    if not exact and len(spelt) == 1:
        chosen = choose(basis._replace(number=spelt.pop()), known, like)
    return chosen


class _Receipts:
    """Current receipts that returns may be of, by number without its zeros and by day."""

    def __init__(self, session: Session, rows: Iterable[Any]) -> None:
        self._all: dict[str, list[Candidate]] = defaultdict(list)
        self._by_day: dict[tuple[str, date], list[Candidate]] = defaultdict(list)
        for one in _candidates(session, {row.receipt_number for row in rows}):
            self._all[bare(one.number)].append(one)
            self._by_day[bare(one.number), one.day].append(one)

    def of(self, row: Any) -> Sequence[Candidate]:
        """All of a return's number; of the day alone that it says: where numbers start anew, they are many."""
        number = bare(row.receipt_number)
        return self._by_day.get((number, row.receipt_on), ()) if row.receipt_on else self._all.get(number, ())


def _candidates(session: Session, numbers: Iterable[str]) -> Iterable[Candidate]:
    r = receipts.c
    query = select(r.id, r.number, r.shop, r.day, r.customer_id, r.mention_id, r.series)
    query = query.where(r.superseded_at.is_(None))
    wanted = {spelt for number in numbers for spelt in spellings(number)}
    rows = session.connection().execute(query.where(db.among(session, r.number, wanted)))
    return (Candidate(*row) for row in rows)


_r = returns.c
_SAID = (
    _r.id, _r.receipt_number, _r.shop, _r.day, _r.receipt_on, _r.receipt_id, _r.amount, _r.customer_id,
    _r.mention_id,
)  # fmt: skip


def match(session: Session, numbers: Iterable[str], since: date | None = None) -> Moved:
    """Match all returns that name one of these receipts; whose bonuses that may change.

    `since`: all that is new of the receipts is of this day or later, so that older returns stay where they are.
    """
    if not _any_returns(session):
        return Moved()
    wanted = {spelt for number in numbers if number for spelt in spellings(number)}
    which = [db.among(session, _r.receipt_number, wanted)]
    if since:
        first = date.fromordinal(max(since.toordinal() - EARLY_DAYS, 1))
        early = _r.receipt_on.is_(None) & (_r.day >= first)
        which.append(or_(_r.receipt_on >= since, early))
    return _match(session, *which)


def match_these(session: Session, ids: Iterable[int]) -> Moved:
    """Match these returns: no others change by them."""
    return _match(session, db.among(session, _r.id, ids))


def _match(session: Session, *which: ColumnElement[bool]) -> Moved:
    moved, changes = Moved(), []
    query = select(*_SAID, receipts.c.customer_id.label("was_of"))
    query = query.outerjoin(receipts, receipts.c.id == _r.receipt_id).where(_r.superseded_at.is_(None))
    rows = session.connection().execute(query.where(*which)).all()
    known = _Receipts(session, rows)
    likeness = _likeness(session, rows, known)
    for row in rows:
        basis = Basis(row.receipt_number, row.shop, row.day, row.receipt_on)
        chosen = find(basis, known.of(row), likeness[row.id])
        moved.add(row.receipt_id, row.was_of)
        moved.add(chosen.id if chosen else None, chosen.customer_id if chosen else None)
        if row.receipt_id != (chosen.id if chosen else None):  # what counts of a matched one the ledger says
            changes.append((chosen.id if chosen else None, row.amount, row.id))
    db.update(session, models.Return, ("receipt_id", "counted"), changes)
    return moved


def follow(session: Session, mention_ids: Iterable[int]) -> Moved:
    """Match anew what names customers in these ways: somebody else is meant by them now."""
    ids, found = list(mention_ids), set[str]()
    if not ids or not _any_returns(session):
        return Moved()
    for column in (_r.receipt_number, receipts.c.number):
        t = column.table.c
        query = select(column).where(t.superseded_at.is_(None), db.among(session, t.mention_id, ids))
        found |= set(session.connection().scalars(query))
    return match(session, found)


def _any_returns(session: Session) -> bool:
    """In the first file all sales come before the first return."""
    return session.connection().scalar(select(_r.id).limit(1)) is not None


# --- Customers and goods -----------------------------------------------------------------------------------


def _likeness(session: Session, rows: Sequence[Any], known: _Receipts) -> dict[int, Likeness]:
    """How these returns and the receipts of their numbers are alike; goods only where they may decide."""
    found = {row.id: Likeness() for row in rows}
    pairs = [(row, one) for row in rows for one in known.of(row)]
    said = _signs(session, {row.mention_id for row, _ in pairs} | {one.mention_id for _, one in pairs})
    strange = []
    for row, one in pairs:
        same = _same(row, one, said)
        if same:
            found[row.id].same.add(one.id)
        elif same is False:
            strange.append((row, one))
    if strange:
        once = _named_once(session, {one.number for _, one in strange})
        for row, one in strange:
            if row.customer_id not in once.get((one.number, one.shop, one.day.year, one.series), ()):
                found[row.id].others.add(one.id)
    unsure = [
        (row, one) for row in rows if _needs_goods(row, known.of(row), found[row.id]) for one in known.of(row)
    ]
    if unsure:
        back = _goods(session, return_lines, {row.id for row, _ in unsure})
        sold = _goods(session, receipt_lines, {one.id for _, one in unsure})
        for row, one in unsure:
            if back[row.id] <= sold[one.id]:
                found[row.id].goods.add(one.id)
    return found


def _needs_goods(row: Any, some: Sequence[Candidate], like: Likeness) -> bool:
    return len(some) > 1 or bool(some and (like.others or some[0].day > row.day))


Signs = tuple[str | None, str | None, str | None, int | None]


def _signs(session: Session, mention_ids: set[int | None]) -> dict[int, Signs]:
    """Code, card, phone and choice by which documents name somebody."""
    m, ids = mentions.c, mention_ids - {None}
    if len(ids) < 2:  # whoever it is, all name the same
        return {}
    query = select(m.id, m.code, m.card, m.phone, m.named_id).where(db.among(session, m.id, ids))
    return {
        id_: (code, card, phone, chosen) for id_, code, card, phone, chosen in session.connection().execute(query)
    }


def _same(row: Any, one: Candidate, said: Mapping[int, Signs]) -> bool | None:
    """Whether both name one customer, as far as is known now; None: one names nobody, or it is open whom."""
    if row.mention_id is None or one.mention_id is None:
        return None
    if row.mention_id == one.mention_id or (row.customer_id is not None and row.customer_id == one.customer_id):
        return True
    if row.customer_id is not None and one.customer_id is not None:
        return False
    mine, theirs = said[row.mention_id], said[one.mention_id]
    return any(a == b for a, b in zip(mine, theirs, strict=True) if a is not None) or None


def _named_once(session: Session, numbers: set[str]) -> dict[tuple[str, str, int, str], set[int | None]]:
    """Whose receipts were before a revision: their returns stay, though nobody has told them so."""
    r, found = receipts.c, defaultdict(set)
    query = select(r.number, r.shop, r.year, r.series, r.customer_id).where(r.superseded_at.is_not(None))
    query = query.where(r.customer_id.is_not(None), db.among(session, r.number, numbers))
    for number, shop, year, series, whose in session.connection().execute(query):
        found[number, shop, year, series].add(whose)
    return found


def _goods(session: Session, lines: Any, ids: Iterable[int]) -> dict[int, set[int]]:
    """The articles of receipts or returns."""
    p, of, found = products.c, lines.c[0], defaultdict[int, set[int]](set)
    query = select(of, p.article_id).join(products, p.id == lines.c.product_id)
    for id_, article in session.connection().execute(query.where(db.among(session, of, ids))):
        found[id_].add(article)
    return found


# --- Those that wait ---------------------------------------------------------------------------------------


class Waiting(NamedTuple):
    """A return without a receipt; `is_of_another`: the only receipt of its number is another customer's."""

    number: str
    day: date
    receipt_number: str
    receipt_on: date | None
    is_of_another: bool


def unmatched(session: Session, act_id: int) -> int:
    """How many current returns of an act wait for their receipt."""
    query = select(func.count()).where(_r.superseded_at.is_(None), _r.receipt_id.is_(None), _r.act_id == act_id)
    return session.connection().scalar(query) or 0


def waiting(session: Session, act_id: int) -> Iterable[Waiting]:
    """The returns of an act that wait for their receipt."""
    query = select(*_SAID, _r.number).where(
        _r.superseded_at.is_(None), _r.receipt_id.is_(None), _r.act_id == act_id
    )
    rows = session.connection().execute(query.order_by(_r.at, _r.number)).all()
    for some in db.chunks(rows):
        known = _Receipts(session, some)
        likeness = _likeness(session, some, known)
        for row in some:
            others = likeness[row.id].others
            strange = any(one.id in others for one in known.of(row))
            yield Waiting(row.number, row.day, row.receipt_number, row.receipt_on, strange)
