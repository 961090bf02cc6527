"""What every campaign and trigger did (rules.md §20): who got it, who bought, what it brought and cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, case, cast, func, or_, select, true
from sqlmodel import Session

from loyalty import settings
from loyalty.errors import NotFound
from loyalty.kept import kept
from loyalty.messages.results.attribution import attributed
from loyalty.messages.writing.draft import CHANNELS
from loyalty.models import attempts, campaigns, messages, switches, triggers
from loyalty.money import Kopecks
from loyalty.segments.parameters import brief

_m = messages.c
_IS_TRIGGER, _OF = _m.trigger_id.is_not(None), func.coalesce(_m.campaign_id, _m.trigger_id)


@dataclass(frozen=True)
class Counts:
    """Messages of one campaign or trigger; `skipped` by reason, `waiting` are to be sent or on their way.

    `audience` is everybody it was meant for.
    """

    audience: int = 0
    recipients: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0
    cancelled: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    cost: Kopecks = 0

    @property
    def handed(self) -> int:
        """What was given to the gateway, whatever became of it."""
        return self.audience - sum(self.skipped.values()) - self.cancelled - self.waiting

    @property
    def unconfirmed(self) -> int:
        """What the gateway took and has not told the end of."""
        return max(self.handed - self.failed - self.unknown - self.delivered, 0)


@dataclass(frozen=True)
class Result:
    """A campaign or a trigger with its figures; `started_at` (UTC) of a trigger: first switched on."""

    id: int
    is_trigger: bool
    name: str
    channel: str
    status: str
    is_advertising: bool
    started_at: datetime | None
    counts: Counts
    buyers: int = 0
    receipts: int = 0
    revenue: Kopecks = 0

    @property
    def cost(self) -> Kopecks:
        """What the gateway charged."""
        return self.counts.cost

    @property
    def cr(self) -> Fraction | None:
        """Buyers a delivered message; None where nothing was delivered."""
        return Fraction(self.buyers, self.counts.delivered) if self.counts.delivered else None

    @property
    def roi(self) -> Fraction | None:
        """What a rouble brought beyond itself; None where nothing was charged."""
        return Fraction(self.revenue - self.cost, self.cost) if self.cost else None


def of_campaigns(session: Session, as_of: date | None = None) -> list[Result]:
    """Every campaign, the latest started first, then drafts; as of the end of a day those that were started."""
    c, end = campaigns.c, _end(session, as_of)
    query = select(c.id, c.name, c.channel, c.status, c.is_advertising, c.launched_at.label("started_at"))
    if end is not None:
        query = query.where(c.launched_at < end)
    query = query.order_by(c.launched_at.is_(None), c.launched_at.desc(), c.id.desc())
    return _results(session, query, as_of, is_trigger=False)


def of_triggers(session: Session, as_of: date | None = None) -> list[Result]:
    """Every trigger by name; one never switched on has no start."""
    t, s = triggers.c, switches.c
    began = select(func.min(s.at)).where(s.trigger_id == t.id, s.is_on).scalar_subquery()
    latest = select(s.is_on).where(s.trigger_id == t.id).order_by(s.id.desc()).limit(1).scalar_subquery()
    status = case((latest, "on"), else_="off").label("status")
    query = select(t.id, t.name, t.channel, status, t.is_advertising, began.label("started_at")).order_by(t.name)
    return _results(session, query, as_of, is_trigger=True)


def of_campaign(session: Session, campaign_id: int, as_of: date | None = None) -> Result:
    """One campaign; NotFound."""
    found = next((one for one in of_campaigns(session, as_of) if one.id == campaign_id), None)
    if found is None:
        raise NotFound(f"Нет рассылки «{brief(campaign_id)}»")
    return found


def _results(session: Session, query: Select[Any], as_of: date | None, *, is_trigger: bool) -> list[Result]:
    counted = kept(session, ("messages counted", as_of), lambda: _counted(session, as_of))
    found = attributed(session, as_of)
    by = found.groupby("trigger" if is_trigger else "campaign")
    sums = by.agg(buyers=("customer", "nunique"), receipts=("receipt", "size"), revenue=("left", "sum"))
    bought = {int(id_): tuple(map(int, row)) for id_, *row in sums.itertuples()}
    return [
        Result(
            row.id, is_trigger, row.name, row.channel, row.status, bool(row.is_advertising), row.started_at,
            counted.get((is_trigger, row.id), Counts()), *bought.get(row.id, (0, 0, 0)),
        )
        for row in session.connection().execute(query)
    ]  # fmt: skip


def _end(session: Session, as_of: date | None) -> datetime | None:
    return None if as_of is None else settings.day_ends(as_of, settings.timezone(session))


# --- Counted by the database -------------------------------------------------------------------------------


def happened(at: ColumnElement[Any], end: datetime | None) -> ColumnElement[bool]:
    """Whether a moment has been, by the end of a day."""
    return at.is_not(None) if end is None else at < end


def known_by(end: datetime | None) -> ColumnElement[bool]:
    """Messages that were there by the end of a day; of one that was never to be sent no moment is kept."""
    if end is None:
        return true()
    made = func.coalesce(_m.queued_at, campaigns.c.launched_at, _m.due_at, _m.status_at)
    return or_(made.is_(None), made < end)


UNDER_WAY = ("queued", "sending", "sent", "delivered")
"""Statuses that need no reason."""


def status_by(end: datetime | None) -> ColumnElement[str]:
    """The status that a message had by the end of a day, by the moments that are kept of it."""
    if end is None:
        return _m.status
    ended = func.coalesce(_m.status_at, _m.delivered_at, _m.sent_at, _m.queued_at)
    return case(
        (_m.queued_at.is_(None), _m.status), (and_(_m.status == "delivered", _m.delivered_at < end), "delivered"),
        (and_(_m.status.not_in(UNDER_WAY), ended < end), _m.status), (_m.sent_at < end, "sent"), else_="queued",
    )  # fmt: skip


def _counted(session: Session, as_of: date | None) -> dict[tuple[bool, int], Counts]:
    """By whether it is a trigger's, and the id of the campaign or trigger."""
    end = _end(session, as_of)
    status = status_by(end)
    query = select(
        _IS_TRIGGER.label("is_trigger"), _OF.label("of"), status.label("status"), _m.reason,
        func.count().label("rows"), _times(happened(_m.queued_at, end)).label("recipients"),
        _times(happened(_m.sent_at, end)).label("sent"), _times(happened(_m.effective_at, end)).label("delivered"),
        cast(func.sum(case((happened(func.coalesce(_m.sent_at, _m.queued_at), end), _m.cost))), BigInteger)
        .label("cost"),
    ).select_from(messages).outerjoin(campaigns, campaigns.c.id == _m.campaign_id).where(known_by(end))  # fmt: skip
    query = query.group_by(_IS_TRIGGER, _OF, status, _m.reason)
    rows: dict[tuple[bool, int], list[Row[Any]]] = {}
    for row in session.connection().execute(query):
        rows.setdefault((bool(row.is_trigger), row.of), []).append(row)
    again = _charged_before(session, end)
    return {of: _counts(some, again.get(of, 0)) for of, some in rows.items()}


def _times(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((holds, 1), else_=0)), BigInteger)


def _counts(rows: list[Row[Any]], charged_before: Kopecks) -> Counts:
    def of(*statuses: str) -> int:
        return sum(row.rows for row in rows if row.status in statuses)

    skipped: dict[str, int] = {}
    for row in rows:
        if row.status == "skipped":
            skipped[row.reason] = skipped.get(row.reason, 0) + row.rows
    return Counts(
        audience=sum(row.rows for row in rows),
        recipients=sum(row.recipients for row in rows),
        sent=sum(row.sent for row in rows),
        delivered=sum(row.delivered for row in rows),
        failed=of("failed"),
        unknown=of("unknown"),
        waiting=of("queued", "sending"),
        cancelled=of("cancelled"),
        skipped=dict(sorted(skipped.items(), key=lambda one: -one[1])),
        cost=charged_before + sum(row.cost or 0 for row in rows),
    )


def _charged_before(session: Session, end: datetime | None) -> dict[tuple[bool, int], Kopecks]:
    """What tries cost that ended before the messages were tried again."""
    a = attempts.c
    query = select(_IS_TRIGGER, _OF, cast(func.sum(a.cost), BigInteger)).select_from(attempts)
    query = query.join(messages, _m.id == a.message_id).where(a.cost.is_not(None))
    if end is not None:
        query = query.where(a.sent_at < end)
    rows = session.connection().execute(query.group_by(_IS_TRIGGER, _OF))
    return {(bool(one), of): int(cost) for one, of, cost in rows}


# --- As a table --------------------------------------------------------------------------------------------


def frame(session: Session, found: Iterable[Result]) -> pd.DataFrame:
    """The table of M1 by ids: Дата (the shop's), Название, Каналы, ROI and CR (fractions), Выручка, Расходы."""
    rows = list(found)
    at = [one.started_at and settings.shop_time(session, one.started_at) for one in rows]
    return pd.DataFrame(
        {
            "Дата": at,
            "Название": [one.name for one in rows],
            "Каналы": [CHANNELS.get(one.channel, one.channel) for one in rows],
            "ROI": [one.roi for one in rows],
            "CR": [one.cr for one in rows],
            "Выручка": [one.revenue for one in rows],
            "Расходы": [one.cost for one in rows],
        },
        index=[one.id for one in rows],
        dtype=object,
    )
