"""A year of purchases as columns of whole numbers, read once for the pages of all segments.

Adding up millions of lines in the database for each segment took a minute a page.
"""

from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Select, case, cast, func, literal, select
from sqlmodel import Session

from loyalty import db
from loyalty.kept import kept
from loyalty.models import customers, products, receipt_lines, receipts, returned_lines, returns
from loyalty.segments import crowds
from loyalty.segments.evaluating import Mask

DAYS = 365
Whole: TypeAlias = npt.NDArray[np.int64]
_r, _l, _p, _t, _b = receipts.c, receipt_lines.c, products.c, returned_lines.c, returns.c


class Sales(NamedTuple):
    """Receipts of customers: whose, day (ordinal), total (kopecks), place in `names` («»: unknown)."""

    customers: Whole
    days: Whole
    totals: Whole
    places: Whole
    names: list[str]


class Returned(NamedTuple):
    """Returns of receipts of customers: whose, day (ordinal) of the return, amount (kopecks)."""

    customers: Whole
    days: Whole
    amounts: Whole


class Pairs(NamedTuple):
    """Who bought what, each pair once: customers, and what beside."""

    customers: Whole
    what: Whole


class Goods(NamedTuple):
    """Who bought anything and kept it, with ids of articles, and with places of groups in `names`."""

    buyers: Whole
    articles: Pairs
    groups: Pairs
    names: list[str | None]


def inside(session: Session, segment_id: int) -> Mask:
    """Who is in a segment, a place for everybody's id."""
    return crowds.inside(
        session, segment_id, (session.connection().scalar(select(func.max(customers.c.id))) or 0) + 1
    )


def sales(session: Session, since: date, today: date) -> Sales:
    """Receipts of these days, a year or a leap year at most."""
    year = kept(session, ("sales of a year", today), lambda: _sales(session, today - timedelta(days=DAYS), today))
    lately = year.days >= since.toordinal()
    return Sales(year.customers[lately], year.days[lately], year.totals[lately], year.places[lately], year.names)


def returned(session: Session, since: date, today: date) -> Returned:
    """What came back on these days."""
    return kept(session, ("returned in a year", since, today), lambda: _returned(session, since, today))


def goods(session: Session, today: date) -> Goods:
    """What was bought within the last 365 days and not brought back."""
    return kept(session, ("goods of a year", today), lambda: _goods(session, today))


def _sales(session: Session, since: date, today: date) -> Sales:
    lately = (_r.superseded_at.is_(None), _r.day.between(since, today), _r.customer_id.is_not(None))
    where = func.coalesce(_r.place, "")
    names = sorted(session.connection().scalars(select(where).where(*lately).distinct()))
    place = case(*((where == name, at) for at, name in enumerate(names)), else_=0) if names else literal(0)
    who = cast(_r.customer_id, BigInteger) * max(len(names), 1) + place
    days, rows = db.numbers_by_day(session, select(_r.day, who, _r.total).where(*lately))
    customer, at = np.divmod(rows[:, 0], max(len(names), 1))
    return Sales(customer, days, rows[:, 1], at, names)


def _returned(session: Session, since: date, today: date) -> Returned:
    query = select(_b.day, _r.customer_id, _b.counted).join_from(returns, receipts, _r.id == _b.receipt_id)
    query = query.where(_b.superseded_at.is_(None), _b.day.between(since, today), _r.customer_id.is_not(None))
    days, rows = db.numbers_by_day(session, query)
    return Returned(rows[:, 0], days, rows[:, 1])


def _goods(session: Session, today: date) -> Goods:
    known = session.connection().execute(select(_p.id, _p.article_id, _p.group_name)).all()
    width = max((row.id for row in known), default=0) + 1
    names = sorted({row.group_name for row in known}, key=lambda name: name or "")
    place = {name: at for at, name in enumerate(names)}
    article, group = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.int64)
    for row in known:
        article[row.id], group[row.id] = row.article_id, place[row.group_name]
    customer, product = np.divmod(_kept_pairs(session, today, width), width)
    return Goods(_once(customer), _pairs(customer, article[product]), _pairs(customer, group[product]), names)


def _kept_pairs(session: Session, today: date, width: int) -> Whole:
    """Customers and products they bought and have not brought back, as customer × width + product, in order."""
    since = today - timedelta(days=DAYS - 1)
    where = (_r.superseded_at.is_(None), _r.day.between(since, today), _r.customer_id.is_not(None))
    whose = cast(_r.customer_id, BigInteger) * width
    sold: Select[tuple[int, int]] = select(whose + _l.product_id, _l.quantity)
    sold = sold.join_from(receipts, receipt_lines, _l.receipt_id == _r.id)
    back: Select[tuple[int, int]] = select(whose + _t.product_id, -_t.quantity).select_from(receipts)
    back = back.join(returns, (_b.receipt_id == _r.id) & _b.superseded_at.is_(None))
    back = back.join(returned_lines, _t.return_id == _b.id)
    rows = np.concatenate([db.numbers(session, query.where(*where)) for query in (sold, back)]).reshape(-1, 2)
    rows = rows[np.argsort(rows[:, 0])]
    first = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    pairs: Whole = rows[first, 0][np.add.reduceat(rows[:, 1], first) > 0] if first.size else first
    return pairs


def _pairs(customer: Whole, what: Whole) -> Pairs:
    width = int(what.max(initial=0)) + 1
    return Pairs(*np.divmod(_once(np.sort(customer * width + what)), width))


def _once(ordered: Whole) -> Whole:
    """Each value once; np.unique takes ten times as long for millions."""
    found: Whole = ordered[np.diff(ordered, prepend=-1) != 0]
    return found
