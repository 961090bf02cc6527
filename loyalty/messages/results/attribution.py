"""Which receipt is of which message (rules.md §20), counted anew from facts whenever it is asked.

A receipt belongs to the last advertising message that reached its customer before it, of campaigns and triggers
alike, if that was not more than the message's window of calendar days before. Nothing of it is stored: late
receipts, returns, joined customers and late statuses are in the figures at once.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Select, cast, extract, func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.kept import kept
from loyalty.models import campaigns, customers, messages, receipts, returns
from loyalty.models.messages import ADVERTISED

TRIGGER_WINDOW_DAYS = 14
DAY_S = 86_400
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TIME_BITS = 34  # seconds since 1970 until 2514: a customer and a moment are one number, in order of both
COLUMNS = ("receipt", "message", "campaign", "trigger", "customer", "day", "at", "left")

Whole: TypeAlias = npt.NDArray[np.int64]
_m, _r, _b = messages.c, receipts.c, returns.c


def attributed(session: Session, as_of: date | None = None) -> pd.DataFrame:
    """Receipts that belong to a message, by id, as whole numbers.

    receipt, message, campaign and trigger (0: none), customer (who she is now), day (ordinal), at (seconds of the
    shop's clock since 1970), left (kopecks, what was not returned). As of the end of a day: nothing later counts.
    """
    return kept(session, ("attributed", as_of), lambda: _attributed(session, as_of))


def _attributed(session: Session, as_of: date | None) -> pd.DataFrame:
    sent = _sent(session, as_of)
    if not sent.id.size:
        return pd.DataFrame({name: np.zeros(0, dtype=np.int64) for name in COLUMNS})
    receipt, customer, day = _candidates(session, sent, as_of)
    at, total = _times_and_totals(session, receipt)
    found = np.searchsorted(sent.key, (customer << TIME_BITS) + at) - 1  # strictly before
    held = np.maximum(found, 0)
    is_hers = (found >= 0) & (sent.customer[held] == customer)
    left = total - _returned(session, receipt, as_of)
    belongs = is_hers & (day - sent.day[held] <= sent.window[held]) & (left > 0)
    which = held[belongs]
    values = (
        receipt[belongs], sent.id[which], sent.campaign[which], sent.trigger[which], customer[belongs],
        day[belongs], at[belongs], left[belongs],
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


class _Sent:
    """Advertising messages that arrived, by customer and time of the shop's clock; columns of whole numbers."""

    def __init__(self, rows: Whole, zone: str, windows: dict[int, int]) -> None:
        local = _local_seconds(rows[:, 2], zone)
        key = (rows[:, 1] << TIME_BITS) + local
        order = np.lexsort((rows[:, 0], key))
        self.key, self.id, self.customer = key[order], rows[order, 0], rows[order, 1]
        self.campaign, self.trigger = np.maximum(rows[order, 3], 0), np.maximum(-rows[order, 3], 0)
        self.day = local[order] // DAY_S + EPOCH
        longest = max((*windows, *self.campaign), default=0) + 1
        days = np.full(longest, TRIGGER_WINDOW_DAYS, dtype=np.int64)
        days[list(windows)] = list(windows.values())
        self.window = days[self.campaign]


EPOCH = date(1970, 1, 1).toordinal()


def _sent(session: Session, as_of: date | None) -> _Sent:
    zone = settings.timezone(session)
    whose = func.coalesce(_m.campaign_id, -_m.trigger_id)
    query = select(_m.id, _m.customer_id, seconds(session, _m.effective_at), whose)
    query = query.where(ADVERTISED, _m.effective_at > EVER)  # the index's own words, and a border to walk it from
    if as_of is not None:
        query = query.where(_m.effective_at < settings.day_ends(as_of, zone))
    rows = db.numbers(session, query).reshape(-1, 4)
    rows[:, 1] = roots(session, rows[:, 1])
    known = session.connection().execute(select(campaigns.c.id, campaigns.c.window_days))
    return _Sent(rows, zone, {row[0]: row[1] for row in known})


def roots(session: Session, ids: Whole) -> Whole:
    """Who each of these customers is now: the few who were joined to another are asked for, not everybody."""
    c = customers.c
    joined = db.numbers(session, select(c.id, c.joined_to).where(c.joined_to.is_not(None))).reshape(-1, 2)
    found = ids.copy()
    if joined.size:
        joined = joined[np.argsort(joined[:, 0])]
        place = np.minimum(np.searchsorted(joined[:, 0], ids), len(joined) - 1)
        is_joined = joined[place, 0] == ids
        found[is_joined] = joined[place[is_joined], 1]
    return found


def seconds(session: Session, at: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole seconds since 1970 of a moment, or of the shop's clock where it has no zone."""
    if session.connection().dialect.name == "postgresql":
        at = func.date_trunc("second", at)  # a cast would round
    return cast(extract("epoch", at), BigInteger)


def _local_seconds(utc: Whole, zone: str) -> Whole:
    """What the shop's clock showed, as seconds since 1970."""
    moments = pd.to_datetime(utc, unit="s", utc=True).tz_convert(ZoneInfo(zone)).tz_localize(None)
    return moments.to_numpy().astype("datetime64[s]").astype(np.int64)


def _candidates(session: Session, sent: _Sent, as_of: date | None) -> tuple[Whole, Whole, Whole]:
    """Receipts whose customer was written to so many days before, or that very day: id, customer, day.

    One pass over the period by the index of days, which has the customers as well.
    """
    first, reach, size = int(sent.day.min()), int(sent.window.max()), int(sent.customer.max()) + 1
    last = min(int(sent.day.max()) + reach, (as_of or date.max).toordinal())
    both = cast(_r.id, BigInteger) * size + _r.customer_id  # one number is read in half the time of two
    query = select(_r.day, both).where(
        _r.superseded_at.is_(None), _r.customer_id < size,
        _r.day.between(date.fromordinal(first), date.fromordinal(last)),
    )  # fmt: skip
    day, rows = db.numbers_by_day(session, query)
    receipt, customer = np.divmod(rows[:, 0], size)
    latest = np.searchsorted(sent.key, (customer << TIME_BITS) + (day + 1 - EPOCH) * DAY_S) - 1
    held = np.maximum(latest, 0)
    is_near = (latest >= 0) & (sent.customer[held] == customer) & (day - sent.day[held] <= reach)
    return receipt[is_near], customer[is_near], day[is_near]


def _times_and_totals(session: Session, receipt: Whole) -> tuple[Whole, Whole]:
    query = select(_r.id, seconds(session, _r.at), _r.total)
    query = query.where(db.among(session, _r.id, receipt.tolist()))
    at, total = _looked_up(session, query, receipt, 2)
    return at, total


def _returned(session: Session, receipt: Whole, as_of: date | None) -> Whole:
    """What came back of each receipt, up to the day."""
    query = select(_b.receipt_id, cast(func.sum(_b.counted), BigInteger)).where(_b.superseded_at.is_(None))
    query = query.where(db.among(session, _b.receipt_id, receipt.tolist())).group_by(_b.receipt_id)
    if as_of is not None:
        query = query.where(_b.day <= as_of)
    (amount,) = _looked_up(session, query, receipt, 1)
    return amount


def _looked_up(session: Session, query: Select[Any], ids: Whole, columns: int) -> list[Whole]:
    """The columns after the id, of these ids in their order; 0 where there is no row."""
    rows = db.numbers(session, query).reshape(-1, columns + 1) if ids.size else np.zeros((0, columns + 1), np.int64)
    order = np.argsort(ids)
    places = order[np.searchsorted(ids, rows[:, 0], sorter=order)]
    found = np.zeros((columns, len(ids)), dtype=np.int64)
    found[:, places] = rows[:, 1:].T
    return list(found)


def receipts_of(found: pd.DataFrame, *, campaign: int = 0, trigger: int = 0) -> pd.DataFrame:
    """Those of one campaign or trigger."""
    name, id_ = ("campaign", campaign) if campaign else ("trigger", trigger)
    return found[found[name] == id_]


def days(ordinals: Iterable[int]) -> list[date]:
    """Days out of the ordinals of `attributed`."""
    return [date.fromordinal(int(one)) for one in ordinals]
