"""When and what a segment buys: revenue by month, groups and goods that stand out against all customers."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from loyalty import db
from loyalty.kept import kept
from loyalty.models import customers, products, receipt_lines, receipts, returned_lines, returns
from loyalty.money import round_half_up
from loyalty.reports.periods import Period, Span, span
from loyalty.reports.segment import YEAR_DAYS, inside
from loyalty.segments import crowds
from loyalty.segments.evaluating import Mask
from loyalty.wording import NBSP

BUYERS_MIN, OF_ALL_MIN = 10, 30
"""Fewer who bought it, of the segment and of all customers, say nothing."""
SURE = 3.0
"""How many standard deviations apart two shares must be: of hundreds of goods some differ by chance."""
TIMES_MIN = 1.2
SHOWN_MAX = 8
Whole: TypeAlias = npt.NDArray[np.int64]
_r, _l, _p, _t, _b = receipts.c, receipt_lines.c, products.c, returned_lines.c, returns.c


# --- When --------------------------------------------------------------------------------------------------


def months(session: Session, segment_id: int, today: date) -> tuple[Span, pd.DataFrame]:
    """Twelve months, the last not over: Месяц, Выручка, Чеков, Средний чек of those who are in it now.

    What came back is taken off on its own day, as «Обзор» does; the average receipt is before returns.
    """
    of = span(Period.YEAR, today, date.min)
    mine = _r.customer_id.in_(inside(segment_id))
    sold, count, back = ([0] * len(of.starts) for _ in range(3))
    lately = (_r.superseded_at.is_(None), _r.day >= of.first, _r.day <= of.last)
    by_day = select(_r.day, func.sum(_r.total), func.count()).where(*lately, mine).group_by(_r.day)
    places = {day: at for at, bounds in enumerate(of.bounds()) for day in _days(*bounds)}
    for day, total, number in session.connection().execute(by_day):
        sold[places[day]] += int(total)
        count[places[day]] += number
    came = (_b.superseded_at.is_(None), _b.day >= of.first, _b.day <= of.last)
    returned = select(_b.day, func.sum(_b.counted)).join(receipts, _r.id == _b.receipt_id).where(*came, mine)
    for day, total in session.connection().execute(returned.group_by(_b.day)):
        back[places[day]] += int(total)
    frame = pd.DataFrame(
        {
            "Месяц": of.titles,
            "Выручка": [gross - less for gross, less in zip(sold, back, strict=True)],
            "Чеков": count,
            "Средний чек": [round_half_up(s, n) if n else None for s, n in zip(sold, count, strict=True)],
        },
        dtype=object,
    )
    return of, frame


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


# --- What --------------------------------------------------------------------------------------------------


class Bought(NamedTuple):
    """How many bought anything within the year, and how many of them each group and each article, by its name."""

    buyers: int
    groups: Mapping[str, int]
    goods: Mapping[str, int]


class Lift(NamedTuple):
    """What is bought more often, or less, than by all customers: two shares of buyers, how many they are."""

    name: str
    times: float
    share: float
    share_of_all: float
    buyers: int


def bought(session: Session, today: date, segment_id: int | None = None) -> Bought:
    """What customers of a segment (None: all) bought within the last year and kept, by how many of them."""
    year = kept(session, ("goods of a year", today), lambda: _year(session, today))
    mask = crowds.inside(session, segment_id, year.size) if segment_id is not None else None
    by_article = _buyers(year.articles, mask)
    return Bought(
        int(np.count_nonzero(mask[year.buyers])) if mask is not None else len(year.buyers),
        {name: count for id_, count in _buyers(year.groups, mask).items() if (name := year.names[id_])},
        {name: by_article[id_] for id_, name in _names(session).items() if id_ in by_article},
    )


class _Pairs(NamedTuple):
    """Who bought what, each pair once: customers, and what beside."""

    customers: Whole
    what: Whole


class _Year(NamedTuple):
    """Who bought anything and kept it, with articles and places of groups in `names`.

    `size` is more than anybody's id.
    """

    size: int
    buyers: Whole
    articles: _Pairs
    groups: _Pairs
    names: list[str | None]


def _year(session: Session, today: date) -> _Year:
    """Millions of lines are read once for all segments: adding them up in the database for each took a minute."""
    products_known = session.connection().execute(select(_p.id, _p.article_id, _p.group_name)).all()
    width = max((row.id for row in products_known), default=0) + 1
    names = sorted({row.group_name for row in products_known}, key=lambda name: name or "")
    article, group = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.int64)
    place = {name: at for at, name in enumerate(names)}
    for row in products_known:
        article[row.id], group[row.id] = row.article_id, place[row.group_name]
    customer, product = np.divmod(_kept_pairs(session, today, width), width)
    size = (session.connection().scalar(select(func.max(customers.c.id))) or 0) + 1
    return _Year(size, _once(customer), _pairs(customer, article[product]), _pairs(customer, group[product]), names)


def _kept_pairs(session: Session, today: date, width: int) -> Whole:
    """Customers and products they bought and have not brought back, as customer × width + product."""
    since = today - timedelta(days=YEAR_DAYS - 1)
    where = (_r.superseded_at.is_(None), _r.day >= since, _r.day <= today, _r.customer_id.is_not(None))
    whose = cast(_r.customer_id, BigInteger) * width
    sold = select(whose + _l.product_id, _l.quantity).join_from(receipts, receipt_lines, _l.receipt_id == _r.id)
    back = select(whose + _t.product_id, -_t.quantity).select_from(receipts)
    back = back.join(returns, (_b.receipt_id == _r.id) & _b.superseded_at.is_(None))
    back = back.join(returned_lines, _t.return_id == _b.id)
    rows = np.concatenate([db.numbers(session, query.where(*where)) for query in (sold, back)]).reshape(-1, 2)
    rows = rows[np.argsort(rows[:, 0])]
    first = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    pairs: Whole = rows[first, 0][np.add.reduceat(rows[:, 1], first) > 0] if first.size else first
    return pairs


def _once(ordered: Whole) -> Whole:
    """Each value once; np.unique takes ten times as long for millions."""
    found: Whole = ordered[np.diff(ordered, prepend=-1) != 0]
    return found


def _pairs(customer: Whole, what: Whole) -> _Pairs:
    width = int(what.max(initial=0)) + 1
    return _Pairs(*np.divmod(_once(np.sort(customer * width + what)), width))


def _buyers(pairs: _Pairs, mask: Mask | None) -> dict[int, int]:
    """How many (of the mask) bought each."""
    counts = np.bincount(pairs.what if mask is None else pairs.what[mask[pairs.customers]])
    return {int(at): int(counts[at]) for at in np.flatnonzero(counts)}


def _names(session: Session) -> dict[int, str]:
    """Articles by their latest names; of two of one name the code is told as well."""
    latest = select(_p.article_id, func.max(_p.id).label("id")).group_by(_p.article_id).subquery()
    query = select(_p.article_id, _p.name, _p.sku).join(latest, latest.c.id == _p.id)
    rows = session.connection().execute(query).all()
    once: dict[str, int] = {}
    for row in rows:
        once[row.name] = once.get(row.name, 0) + 1
    return {row.article_id: row.name if once[row.name] == 1 else f"{row.name} ({row.sku})" for row in rows}


def standing_out(
    mine: Mapping[str, int], buyers: int, all_: Mapping[str, int], all_buyers: int, limit: int = SHOWN_MAX
) -> list[Lift]:
    """What members buy surely more often than all customers, the most first; then what they buy less often."""
    found = []
    for name, count_of_all in all_.items():
        count = mine.get(name, 0)
        if count_of_all < OF_ALL_MIN or max(count, count_of_all - count) < BUYERS_MIN or not buyers:
            continue
        part, whole = count / buyers, count_of_all / all_buyers
        spread = sqrt(whole * (1 - whole) / buyers)
        if spread and abs(part - whole) / spread >= SURE:
            found.append(Lift(name, part / whole, part, whole, count))
    more = [one for one in found if one.times >= TIMES_MIN and one.buyers >= BUYERS_MIN]
    less = [one for one in found if one.times <= 1 / TIMES_MIN]
    by_times = (
        sorted(more, key=lambda one: (-one.times, one.name)),
        sorted(less, key=lambda one: (one.times, one.name)),
    )
    return [*by_times[0][:limit], *by_times[1][: max(limit - len(by_times[0]), 0)]]


def times(lift: Lift) -> str:
    """«в 2,4 раза чаще», «в 3 раза реже», «не берут»."""
    if lift.times == 0:
        return "не берут"
    ratio = lift.times if lift.times >= 1 else 1 / lift.times
    tenths = round(ratio * 10)
    whole, part = divmod(tenths, 10)
    word = f"{whole},{part}{NBSP}раза" if part else f"{whole}{NBSP}{'раза' if whole in (2, 3, 4) else 'раз'}"
    return f"в{NBSP}{word} {'чаще' if lift.times >= 1 else 'реже'}"


def frame(lifts: Iterable[Lift], what: str) -> pd.DataFrame:
    """As a table: what, how much more often, both shares in basis points, how many members."""
    lifts = list(lifts)
    return pd.DataFrame(
        {
            what: [one.name for one in lifts],
            "Берут": [times(one) for one in lifts],
            "В сегменте": [round(one.share * 1_000) * 10 for one in lifts],
            "У всех": [round(one.share_of_all * 1_000) * 10 for one in lifts],
            "Купили": [one.buyers for one in lifts],
        },
        dtype=object,
    )
