"""One segment: who its members are against all customers: figures, levels, places, size over time, passages."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Select, func, select
from sqlmodel import Session

from loyalty import settings, wording
from loyalty.customers.names import Name
from loyalty.models import customers, memberships
from loyalty.models.people import is_herself
from loyalty.money import BasisPoints, Kopecks
from loyalty.reports.segments import year as segment_year
from loyalty.reports.segments.listed import of, share
from loyalty.segments import membership, stored
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.stored import Saved
from loyalty.segments.worth import Worth, worth

PASSAGES_MAX = 200
HISTORY_DAYS = 180
_c, _m = customers.c, memberships.c


class Again(NamedTuple):
    """How many of some customers have bought, and how many of these more than once."""

    bought: int
    again: int

    @property
    def share(self) -> BasisPoints | None:
        """How many of those who bought came back."""
        return share(self.again, self.bought)


@dataclass(frozen=True)
class Segment:
    """What the page says first, beside all customers; `gone` are sentences about what is named and is no more."""

    saved: Saved
    worth: Worth
    worth_of_all: Worth
    again: Again
    again_of_all: Again
    available: Kopecks
    entered: int
    left: int
    gone: tuple[str, ...]


def load(session: Session, name: str, today: date) -> Segment:
    """The segment; NotFound."""
    saved, evaluator = stored.get(session, name), Evaluator(session, today)
    row, all_ = of(evaluator, saved), worth(evaluator, evaluator.everybody)
    return Segment(
        saved,
        row.worth,
        all_,
        Again(row.worth.bought, row.worth.again),
        Again(all_.bought, all_.again),
        row.worth.available,
        row.entered,
        row.left,
        row.gone,
    )


def inside(segment_id: int) -> Select[tuple[int]]:
    """Who is in it now, for the database: a set, however large."""
    return select(_m.customer_id).where(_m.segment_id == segment_id, _m.left_at.is_(None))


# --- Against all customers ---------------------------------------------------------------------------------


def levels(session: Session, segment_id: int, order: list[str]) -> pd.DataFrame:
    """How many of each level, of the segment and of all: Уровень, В сегменте, Доля, У всех."""
    query = select(_c.level, func.count()).where(is_herself).group_by(_c.level)
    mine, all_ = _counts(session, query.where(_c.id.in_(inside(segment_id)))), _counts(session, query)
    return mixed("Уровень", mine, all_, [name for name in order if name in all_])


def places(session: Session, segment_id: int, today: date) -> pd.DataFrame:
    """Receipts of the last year by place of sale: Место, В сегменте, Доля, У всех; the most first."""
    year = segment_year.sales(session, today - timedelta(days=segment_year.DAYS - 1), today)
    mask = segment_year.inside(session, segment_id)
    mine, all_ = (
        {year.names[at]: int(count) for at, count in enumerate(np.bincount(some)) if count}
        for some in (year.places[mask[year.customers]], year.places)
    )
    return mixed("Место", mine, all_, sorted(all_, key=lambda name: (-all_[name], name)))


def _counts(session: Session, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.connection().execute(query)}


def mixed(what: str, mine: dict[str, int], all_: dict[str, int], order: list[str]) -> pd.DataFrame:
    """Two mixes of the same names beside each other, in shares of each one's whole."""
    of_mine, of_all = sum(mine.values()), sum(all_.values())
    return pd.DataFrame(
        {
            what: [name or "не указано" for name in order],
            "В сегменте": [mine.get(name, 0) for name in order],
            "Доля": [share(mine.get(name, 0), of_mine) for name in order],
            "У всех": [share(all_[name], of_all) for name in order],
        },
        dtype=object,
    )


# --- How it moved ------------------------------------------------------------------------------------------


def sizes(session: Session, saved: Saved, today: date) -> pd.DataFrame:
    """How many are in it day by day, the last one now, from the day after it was first counted: День, Клиентов."""
    first = session.connection().scalar(select(func.min(_m.entered_at)).where(_m.segment_id == saved.id))
    now = len(membership.members(session, saved.name))
    if first is None:
        return pd.DataFrame({"День": [today], "Клиентов": [now]}, dtype=object)
    since = max(settings.shop_time(session, first).date() + timedelta(days=1), today - timedelta(days=HISTORY_DAYS))
    if since >= today:
        return pd.DataFrame({"День": [today], "Клиентов": [now]}, dtype=object)
    found = membership.sizes(session, saved.name, since, today)
    counts = [*map(int, found["size"][:-1]), now]
    return pd.DataFrame({"День": list(found["day"]), "Клиентов": counts}, dtype=object)


def passages(session: Session, name: str, limit: int = PASSAGES_MAX) -> pd.DataFrame:
    """Who entered and left by themselves, the latest first, by the customers' ids: Клиент, Телефон, Когда, Что."""
    found = membership.passages(session, name, limit, only_events=True)
    who = {one.customer_id for one in found}
    columns = (_c.id, _c.last_name, _c.first_name, _c.middle_name, _c.phone)
    known = {row.id: row for row in session.connection().execute(select(*columns).where(_c.id.in_(who)))}
    people = [known[one.customer_id] for one in found]
    return pd.DataFrame(
        {
            "Клиент": [Name(row.last_name, row.first_name, row.middle_name).full or "Без имени" for row in people],
            "Телефон": [wording.phone(row.phone) for row in people],
            "Когда": [settings.shop_time(session, one.at) for one in found],
            "Что": ["вошёл" if one.has_entered else "вышел" for one in found],
        },
        index=pd.Index([one.customer_id for one in found], name="id"),
        dtype=object,
    )
