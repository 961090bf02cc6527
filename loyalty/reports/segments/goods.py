"""When and what a segment buys: revenue by month, groups and goods that stand out against all customers."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.models import products
from loyalty.money import round_half_up
from loyalty.reports.periods import Period, Span, span
from loyalty.reports.segments import year as segment_year
from loyalty.reports.segments.year import Pairs, Whole
from loyalty.segments.evaluating import Mask
from loyalty.wording import NBSP

BUYERS_MIN, OF_ALL_MIN = 10, 30
"""Fewer who bought it, of the segment and of all customers, say nothing."""
SURE = 3.0
"""How many standard deviations apart two shares must be: of hundreds of goods some differ by chance."""
TIMES_MIN = 1.2
SHOWN_MAX = 8
_p = products.c


# --- When --------------------------------------------------------------------------------------------------


def months(session: Session, segment_id: int, today: date) -> tuple[Span, pd.DataFrame]:
    """Twelve months, the last not over: Месяц, Выручка, Чеков, Средний чек of those who are in it now.

    What came back is taken off on its own day, as «Обзор» does; the average receipt is before returns.
    """
    of = span(Period.YEAR, today, date.min)
    mask = segment_year.inside(session, segment_id)
    year, back = segment_year.sales(session, of.first, of.last), segment_year.returned(session, of.first, of.last)
    mine, theirs = mask[year.customers], mask[back.customers]
    sold = _by_month(of, year.days[mine], year.totals[mine])
    count = _by_month(of, year.days[mine], np.ones_like(year.totals[mine]))
    less = _by_month(of, back.days[theirs], back.amounts[theirs])
    frame = pd.DataFrame(
        {
            "Месяц": of.titles,
            "Выручка": [gross - came_back for gross, came_back in zip(sold, less, strict=True)],
            "Чеков": count,
            "Средний чек": [round_half_up(s, n) if n else None for s, n in zip(sold, count, strict=True)],
        },
        dtype=object,
    )
    return of, frame


def _by_month(of: Span, days: Whole, values: Whole) -> list[int]:
    """The sum of each bucket; bincount would add in floats."""
    places = np.searchsorted([start.toordinal() for start in of.starts], days, side="right") - 1
    found = np.zeros(len(of.starts), dtype=np.int64)
    np.add.at(found, places, values)
    return [int(one) for one in found]


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
    year = segment_year.goods(session, today)
    mask = segment_year.inside(session, segment_id) if segment_id is not None else None
    by_article = _buyers(year.articles, mask)
    return Bought(
        int(np.count_nonzero(mask[year.buyers])) if mask is not None else len(year.buyers),
        {name: count for id_, count in _buyers(year.groups, mask).items() if (name := year.names[id_])},
        {name: by_article[id_] for id_, name in _names(session).items() if id_ in by_article},
    )


def _buyers(pairs: Pairs, mask: Mask | None) -> dict[int, int]:
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
