"""When and what a segment buys: revenue by month, groups and goods that stand out against all customers."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, Subquery, func, select, union_all
from sqlmodel import Session

from loyalty.models import products, receipt_lines, receipts, returned_lines, returns
from loyalty.money import round_half_up
from loyalty.reports.periods import Period, Span, span
from loyalty.reports.segment import YEAR_DAYS, inside
from loyalty.wording import NBSP

BUYERS_MIN, OF_ALL_MIN = 10, 30
"""Fewer who bought it, of the segment and of all customers, say nothing."""
SURE = 3.0
"""How many standard deviations apart two shares must be: of hundreds of goods some differ by chance."""
TIMES_MIN = 1.2
SHOWN_MAX = 8
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
    since = today - timedelta(days=YEAR_DAYS - 1)
    whose = _r.customer_id.in_(inside(segment_id)) if segment_id is not None else _r.customer_id.is_not(None)
    where = (_r.superseded_at.is_(None), _r.day >= since, _r.day <= today, whose)
    kept = _kept(where)
    count = func.count(kept.c.customer_id.distinct())
    groups = (
        select(_p.group_name, count).join_from(kept, products, _p.id == kept.c.product_id).group_by(_p.group_name)
    )
    goods = (
        select(_p.article_id, count).join_from(kept, products, _p.id == kept.c.product_id).group_by(_p.article_id)
    )
    connection = session.connection()
    by_article = {row[0]: row[1] for row in connection.execute(goods)}
    return Bought(
        connection.scalar(select(count)) or 0,
        {row[0]: row[1] for row in connection.execute(groups) if row[0]},
        {name: by_article[id_] for id_, name in _names(session).items() if id_ in by_article},
    )


def _kept(where: tuple[ColumnElement[bool], ...]) -> Subquery:
    """Which products each customer bought and has not brought back: customer_id, product_id."""
    sold = select(_r.customer_id, _l.product_id, _l.quantity.label("pieces"))
    sold = sold.join_from(receipts, receipt_lines, _l.receipt_id == _r.id).where(*where)
    back = select(_r.customer_id, _t.product_id, -_t.quantity).select_from(receipts)
    back = back.join(returns, (_b.receipt_id == _r.id) & _b.superseded_at.is_(None))
    back = back.join(returned_lines, _t.return_id == _b.id).where(*where)
    lines = union_all(sold, back).subquery()
    of = (lines.c.customer_id, lines.c.product_id)
    return select(*of).group_by(*of).having(func.sum(lines.c.pieces) > 0).subquery()


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
