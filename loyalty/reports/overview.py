"""«Обзор»: sales, buyers and bonuses over a period, and what becomes available and burns in the weeks ahead."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from loyalty import wording
from loyalty.engine.entries import MOVES, Kind
from loyalty.models import customers, entries, receipts, returns
from loyalty.models.people import is_herself
from loyalty.money import Kopecks, round_half_up
from loyalty.reports.periods import Span

WEEKS_AHEAD = 12
ACCRUED = (Kind.EARNED, Kind.GRANTED)
SPENT = (Kind.SPENT, Kind.OVERSPENT)


@dataclass(frozen=True)
class Sales:
    """Totals of some days; `revenue` is net of returns, those without a receipt included (rules.md §7)."""

    revenue: Kopecks
    receipts: int
    receipts_sum: Kopecks
    buyers: int

    @property
    def average(self) -> Kopecks:
        """The average receipt, before returns; 0 without receipts."""
        return round_half_up(self.receipts_sum, self.receipts) if self.receipts else 0


@dataclass(frozen=True)
class Overview:
    """Everything the screen shows of a period; frames have a row a bucket, sums in kopecks."""

    sales: Sales
    before: Sales | None  # the same period a year earlier; None where the data does not reach so far
    by_bucket: pd.DataFrame  # Период, Участники, Без карты, Выручка, Чеков, Средний чек, Покупателей
    bonuses: pd.DataFrame  # Период, Начислено, Потрачено, Сгорело, Должны на конец
    owed: Kopecks
    owed_before: Kopecks  # at the end of the day before the period
    debt: Kopecks
    customers: int


def first_day(session: Session) -> date | None:
    """The day of the first receipt or return; None without any."""
    found = [
        session.connection().scalar(select(func.min(table.c.day)).where(table.c.superseded_at.is_(None)))
        for table in (receipts, returns)
    ]
    return min((day for day in found if day is not None), default=None)


def overview(session: Session, span: Span, since: date) -> Overview:
    """The figures of a period; `since` is the first day of the data."""
    owed, debt, count = _owed(session)
    before_first, before_last = span.year_before()
    bonuses, owed_before = _bonuses(session, span, owed)
    return Overview(
        sales=_sales(session, span.first, span.last),
        before=_sales(session, before_first, before_last) if since <= before_first else None,
        by_bucket=_by_bucket(session, span),
        bonuses=bonuses,
        owed=owed,
        owed_before=owed_before,
        debt=debt,
        customers=count,
    )


def _owed(session: Session) -> tuple[Kopecks, Kopecks, int]:
    c = customers.c
    query = select(
        func.coalesce(func.sum(c.available + c.pending), 0), func.coalesce(func.sum(c.debt), 0), func.count()
    )
    owed, debt, count = session.connection().execute(query.where(is_herself)).one()
    return int(owed), int(debt), int(count)


def _current(
    table_day: ColumnElement[date], superseded: ColumnElement[object], first: date, last: date
) -> tuple[ColumnElement[bool], ...]:
    return superseded.is_(None), table_day >= first, table_day <= last


def _sales(session: Session, first: date, last: date) -> Sales:
    r, b = receipts.c, returns.c
    sold = select(func.count(), func.coalesce(func.sum(r.total), 0), func.count(r.customer_id.distinct()))
    count, total, buyers = (
        session.connection().execute(sold.where(*_current(r.day, r.superseded_at, first, last))).one()
    )
    came = select(func.coalesce(func.sum(b.counted), 0)).where(*_current(b.day, b.superseded_at, first, last))
    back = session.connection().scalar(came) or 0
    return Sales(int(total) - int(back), int(count), int(total), int(buyers))


def _by_bucket(session: Session, span: Span) -> pd.DataFrame:
    r, b = receipts.c, returns.c
    size = len(span.starts)
    members, others, count, sold = [0] * size, [0] * size, [0] * size, [0] * size
    is_member = r.customer_id.is_not(None)
    query = select(r.day, is_member, func.count(), func.sum(r.total)).group_by(r.day, is_member)
    where = _current(r.day, r.superseded_at, span.first, span.last)
    for day, member, number, total in session.connection().execute(query.where(*where)):
        at = _bucket(span, day)
        (members if member else others)[at] += int(total)
        count[at] += number
        sold[at] += int(total)
    whose = case((b.receipt_id.is_(None), b.customer_id), else_=r.customer_id).is_not(None)
    came = select(b.day, whose, func.sum(b.counted)).outerjoin(receipts, r.id == b.receipt_id)
    came = came.where(*_current(b.day, b.superseded_at, span.first, span.last)).group_by(b.day, whose)
    for day, member, amount in session.connection().execute(came):
        (members if member else others)[_bucket(span, day)] -= int(amount)
    return pd.DataFrame(
        {
            "Период": span.titles,
            "Участники": members,
            "Без карты": others,
            "Выручка": [one + other for one, other in zip(members, others, strict=True)],
            "Чеков": count,
            "Средний чек": [round_half_up(s, n) if n else 0 for s, n in zip(sold, count, strict=True)],
            "Покупателей": [_buyers(session, first, last) for first, last in span.bounds()],
        }
    )


def _buyers(session: Session, first: date, last: date) -> int:
    r = receipts.c
    query = select(func.count(r.customer_id.distinct())).where(*_current(r.day, r.superseded_at, first, last))
    return session.connection().scalar(query) or 0


def _bucket(span: Span, day: date) -> int:
    return bisect_right(span.starts, day) - 1


def _bonuses(session: Session, span: Span, owed: Kopecks) -> tuple[pd.DataFrame, Kopecks]:
    """Bonuses by bucket, and what was owed before the first."""
    e = entries.c
    query = select(e.effective_on, e.kind, func.sum(e.amount)).group_by(e.effective_on, e.kind)
    rows = session.connection().execute(query.where(e.effective_on >= span.first, e.effective_on <= span.last))
    size = len(span.starts)
    sums: dict[Kind, list[int]] = defaultdict(lambda: [0] * size)
    net = [0] * size
    for day, kind, amount in rows:
        move, at = MOVES[Kind(kind)], _bucket(span, day)
        sums[Kind(kind)][at] += int(amount)
        net[at] += (move.pending + move.available) * int(amount)
    at_end = [0] * size
    for at in reversed(range(size)):
        at_end[at], owed = owed, owed - net[at]
    frame = pd.DataFrame(
        {
            "Период": span.titles,
            "Начислено": _together(sums, ACCRUED, size),
            "Потрачено": _together(sums, SPENT, size),
            "Сгорело": _together(sums, (Kind.BURNED,), size),
            "Должны на конец": at_end,
        }
    )
    return frame, owed


def _together(sums: dict[Kind, list[int]], kinds: Iterable[Kind], size: int) -> list[int]:
    return [sum(sums[kind][at] for kind in kinds) for at in range(size)]


def weeks_ahead(session: Session, today: date, weeks: int = WEEKS_AHEAD) -> pd.DataFrame:
    """What becomes available and burns by week from tomorrow, if nothing more happens (P17).

    A row a week: Неделя, its days С and По, Станет доступно, Сгорит, Клиентов; sums in kopecks.
    """
    tomorrow = today + timedelta(days=1)
    monday = tomorrow - timedelta(days=tomorrow.weekday())
    starts = [monday + timedelta(weeks=i) for i in range(weeks)]
    e = entries.c
    rows: list[dict[str, object]] = []
    for start in starts:
        first, last = max(start, tomorrow), start + timedelta(days=6)
        query = select(e.kind, func.sum(e.amount), func.count(e.customer_id.distinct())).where(
            e.effective_on >= first, e.effective_on <= last, e.kind.in_((Kind.AVAILABLE, Kind.BURNED))
        )
        found = {row[0]: row for row in session.connection().execute(query.group_by(e.kind))}
        comes, burns = found.get(Kind.AVAILABLE), found.get(Kind.BURNED)
        rows.append(
            {
                "Неделя": wording.week(start),
                "С": start,
                "По": last,
                "Станет доступно": int(comes[1]) if comes else 0,
                "Сгорит": int(burns[1]) if burns else 0,
                "Клиентов": burns[2] if burns else 0,
            }
        )
    return pd.DataFrame(rows)
