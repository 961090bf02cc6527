"""«Сегменты»: who is in each now, what they bring, how many moved lately; the cells of the RFM picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pandas as pd
from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.models import customers, memberships
from loyalty.models.people import is_herself
from loyalty.money import BasisPoints, Kopecks, round_half_up
from loyalty.segments import ready, stored
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.sentences import sentence
from loyalty.segments.stored import Saved

MOVED_DAYS = 30
Mark = tuple[str, str, date]


class Figures(NamedTuple):
    """What some customers are together: how many, all they bought less returns, receipts before these."""

    customers: int = 0
    turnover: Kopecks = 0
    receipts_sum: Kopecks = 0
    receipts: int = 0
    available: Kopecks = 0

    @property
    def average(self) -> Kopecks | None:
        """The average receipt before returns, as «Обзор» has it; None without receipts."""
        return round_half_up(self.receipts_sum, self.receipts) if self.receipts else None


@dataclass(frozen=True)
class Row:
    """A segment with its members' figures, and how many moved by themselves lately."""

    saved: Saved
    figures: Figures
    entered: int
    left: int

    @property
    def is_counted(self) -> bool:
        """Whether it was refreshed ever."""
        return self.saved.refreshed_at is not None


@dataclass(frozen=True)
class Listed:
    """All segments, against all customers."""

    rows: tuple[Row, ...]
    everybody: Figures


class Cell(NamedTuple):
    """A cell of the RFM picture; `name` is that of its segment, None where there is none of this question now."""

    of: ready.Cell
    name: str | None
    figures: Figures


def mark(session: Session, today: date) -> Mark:
    """What figures of segments may be kept under."""
    return settings.database_url(), db.changes(session), today


def share(part: int, whole: int) -> BasisPoints | None:
    """How much of the whole, to a tenth of a percent; None of nothing."""
    return round_half_up(part * 1_000, whole) * 10 if whole > 0 else None


def listed(session: Session, today: date) -> Listed:
    """Every segment by name."""
    return Listed(tuple(_rows(session, stored.everything(session), today)), everybody(session))


def of(session: Session, saved: Saved, today: date) -> Row:
    """One of them."""
    return _rows(session, [saved], today)[0]


def _rows(session: Session, wanted: Sequence[Saved], today: date) -> list[Row]:
    ids = [one.id for one in wanted]
    since = settings.day_starts(today - timedelta(days=MOVED_DAYS - 1), settings.timezone(session))
    figures, entered, left = _by_segment(session, ids), *_moved(session, ids, since)
    return [Row(one, figures.get(one.id, Figures()), entered.get(one.id, 0), left.get(one.id, 0)) for one in wanted]


_c, _m = customers.c, memberships.c
_SUMS = (
    func.count(),
    *(
        cast(func.coalesce(func.sum(column), 0), BigInteger)
        for column in (_c.turnover, _c.receipts_sum, _c.receipts_count, _c.available)
    ),
)


def everybody(session: Session) -> Figures:
    """All customers together."""
    row = session.connection().execute(select(*_SUMS).where(is_herself)).one()
    return Figures(*map(int, row))


def _by_segment(session: Session, ids: Sequence[int]) -> dict[int, Figures]:
    query = select(_m.segment_id, *_SUMS).select_from(memberships).join(customers, _c.id == _m.customer_id)
    query = query.where(_m.segment_id.in_(ids), _m.left_at.is_(None), is_herself).group_by(_m.segment_id)
    return {row[0]: Figures(*row[1:]) for row in session.connection().execute(query)}


def _moved(session: Session, ids: Sequence[int], since: datetime) -> tuple[dict[int, int], dict[int, int]]:
    """By segment, who entered and who left since a moment, as events: an edited question moves nobody."""
    found = []
    for at, is_event in ((_m.entered_at, _m.entering_is_event), (_m.left_at, _m.leaving_is_event)):
        query = select(_m.segment_id, func.count()).where(_m.segment_id.in_(ids), at >= since, is_event)
        query = query.group_by(_m.segment_id)
        found.append({row[0]: row[1] for row in session.connection().execute(query)})
    return found[0], found[1]


# --- The RFM picture ---------------------------------------------------------------------------------------


def cells(session: Session, today: date, rows: Iterable[Row]) -> tuple[Cell, ...]:
    """Each cell by the segment that asks its question, whatever it is named; counted anew where none does."""
    by_question = {trees.key(row.saved.tree): row for row in rows if row.is_counted}
    evaluator = Evaluator(session, today)
    found = []
    for one in ready.CELLS:
        row = by_question.get(trees.key(one.tree))
        if row:
            found.append(Cell(one, row.saved.name, row.figures))
        else:
            found.append(Cell(one, None, Figures(evaluator.count(one.tree))))
    return tuple(found)


# --- As a table --------------------------------------------------------------------------------------------


def frame(found: Listed) -> pd.DataFrame:
    """The list by names as the index: cells of the picture after all others; sums in kopecks, shares in basis
    points, nothing where a segment was never counted."""
    rows = sorted(found.rows, key=lambda row: (row.saved.name.startswith(ready.PREFIX), row.saved.name.casefold()))
    everyone = found.everybody
    shown = pd.DataFrame(
        [
            {
                "Сегмент": row.saved.name,
                "Кто в нём": sentence(row.saved.tree),
                "Клиентов": row.figures.customers,
                "От базы": share(row.figures.customers, everyone.customers),
                "От выручки": share(row.figures.turnover, everyone.turnover),
                "Средний чек": row.figures.average,
                "Вошло": row.entered,
                "Вышло": row.left,
                "Что не так": row.saved.trouble,
            }
            for row in rows
        ],
        index=pd.Index([row.saved.name for row in rows], name="name"),
        dtype=object,
    )
    if rows:
        shown.loc[[row.saved.name for row in rows if not row.is_counted], "Клиентов":"Вышло"] = None
    return shown
