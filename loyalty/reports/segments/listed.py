"""«Сегменты»: who is in each now, what they bring, how many moved lately; the cells of the RFM picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.models import customers, memberships
from loyalty.money import BasisPoints, round_half_up
from loyalty.segments import crowds, explaining, ready, stored
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator, Mask
from loyalty.segments.sentences import sentence
from loyalty.segments.stored import Saved
from loyalty.segments.worth import Worth, worth

MOVED_DAYS = 30
Mark = tuple[str, str, date]


@dataclass(frozen=True)
class Row:
    """A segment with what its members are worth, how many moved by themselves lately, and what it names in vain."""

    saved: Saved
    worth: Worth
    entered: int
    left: int
    gone: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """Why it is not brought up to date, and what it names and the shop has no more; empty where all is well."""
        return ". ".join(filter(None, (self.saved.trouble, *self.gone)))

    @property
    def is_counted(self) -> bool:
        """Whether it was refreshed ever."""
        return self.saved.refreshed_at is not None


@dataclass(frozen=True)
class Listed:
    """All segments, and all customers."""

    rows: tuple[Row, ...]
    everybody: Worth


class Cell(NamedTuple):
    """A cell of the RFM picture; `name` is that of its segment, None where there is none of this question now."""

    of: ready.Cell
    name: str | None
    worth: Worth


def mark(session: Session, today: date) -> Mark:
    """What figures of segments may be kept under."""
    return settings.database_url(), db.changes(session), today


def share(part: int, whole: int) -> BasisPoints | None:
    """How much of the whole, to a tenth of a percent; None of nothing."""
    return round_half_up(part * 1_000, whole) * 10 if whole > 0 else None


def has_customers(session: Session) -> bool:
    """Whether there is anybody to ask about."""
    return session.connection().scalar(select(customers.c.id).limit(1)) is not None


def listed(session: Session, today: date) -> Listed:
    """Every segment by name."""
    evaluator = Evaluator(session, today)
    rows = _rows(evaluator, stored.everything(session))
    return Listed(tuple(rows), worth(evaluator, evaluator.everybody))


def of(evaluator: Evaluator, saved: Saved) -> Row:
    """One of them."""
    return _rows(evaluator, [saved])[0]


def inside(evaluator: Evaluator, segment_id: int) -> Mask:
    """Who is in a segment now, by the record."""
    everybody = evaluator.everybody
    return crowds.inside(evaluator.session, segment_id, len(everybody)) & everybody


_m = memberships.c


def _rows(evaluator: Evaluator, wanted: Sequence[Saved]) -> list[Row]:
    session, ids = evaluator.session, [one.id for one in wanted]
    first = evaluator.day - timedelta(days=MOVED_DAYS - 1)
    entered, left = _moved(session, ids, settings.day_starts(first, settings.timezone(session)))
    return [
        Row(
            one,
            worth(evaluator, inside(evaluator, one.id)),
            entered.get(one.id, 0),
            left.get(one.id, 0),
            tuple(explaining.missing(session, one.tree)),
        )
        for one in wanted
    ]


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
            found.append(Cell(one, row.saved.name, row.worth))
        else:
            found.append(Cell(one, None, worth(evaluator, evaluator.mask(one.tree))))
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
                "Клиентов": row.worth.customers,
                "От базы": share(row.worth.customers, everyone.customers),
                "От выручки": share(row.worth.revenue, everyone.revenue),
                "Средний чек": row.worth.average,
                "Вошло": row.entered,
                "Вышло": row.left,
                "Что не так": row.wrong,
            }
            for row in rows
        ],
        index=pd.Index([row.saved.name for row in rows], name="name"),
        dtype=object,
    )
    if rows:
        shown.loc[[row.saved.name for row in rows if not row.is_counted], "Клиентов":"Вышло"] = None
    return shown
