"""What customers spent, as the honest effect compares it: of a campaign's own control group, or of several.

Compared is everybody who was drawn, whatever became of the message; each person once a period, so that windows that
overlap count nothing twice.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, String, and_, case, cast, func, or_, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.errors import Refused
from loyalty.kept import kept
from loyalty.messages.results import effect
from loyalty.messages.results.attribution import Whole, roots
from loyalty.messages.results.effect import Effect, Estimate, Mask
from loyalty.models import campaigns, customers, grants, messages, receipts, returns
from loyalty.money import Kopecks

YEAR_DAYS, TILE_DAYS_MIN = 365, 14
MARGIN, NONE = "margin", "none"  # the setting
_m, _c, _r = messages.c, campaigns.c, receipts.c


@dataclass(frozen=True)
class Answer:
    """What messages brought by the end of `until`; `is_over`: nothing more will be counted.

    `taken_off`: what messages were charged for and gave as gifts. `margin` of what is sold; None: not set.
    """

    effect: Effect
    since: date
    until: date
    is_over: bool
    taken_off: Kopecks
    margin: Fraction | None

    @property
    def profit(self) -> tuple[Kopecks, Kopecks, Kopecks] | None:
        """By margin: most likely, from and to; None without a margin."""
        return None if self.margin is None else self.effect.profit(self.margin, self.taken_off)


def read_margin(text: str) -> Fraction | None:
    """«40», percent of a sale that is the shop's own; None for «none»; Refused."""
    said = text.strip().removesuffix("%").strip().lower()
    if said == NONE:
        return None
    if not said.isdecimal() or not 1 <= int(said) <= 100:
        raise Refused(f"Наценка в выручке — целые проценты от 1 до 100, или none — не задана, а не «{text}»")
    return Fraction(int(said), 100)


def margin(session: Session) -> Fraction | None:
    """The share of sales that is the shop's own, as she has set it."""
    return read_margin(settings.get(session, MARGIN, NONE))


# --- What was spent ----------------------------------------------------------------------------------------


def spent(session: Session, first: date, last: date) -> Whole:
    """Kopecks of the receipts of these days, less what came back of them, by customers' ids."""
    sold = kept(session, ("sold",), lambda: _Sold(session))
    return sold.between(first.toordinal(), last.toordinal())


class _Sold:
    """What was bought and what of it came back, by the receipt's day: one pass, every period is a slice."""

    def __init__(self, session: Session) -> None:
        whole, b = [_r.superseded_at.is_(None), _r.customer_id.is_not(None)], returns.c
        bought = select(_r.day, _pairs(_r.total)).where(*whole)
        back = select(_r.day, _pairs(-b.counted)).join(returns, b.receipt_id == _r.id)
        days, parts = list[int](), list[Whole]()
        for query in (bought, back.where(*whole, b.superseded_at.is_(None))):
            for day, text in session.connection().execute(query.group_by(_r.day)):
                days.append(day.toordinal())
                parts.append(np.fromstring(text, dtype=np.int64, sep=",").reshape(-1, 2))
        order = np.argsort(days, kind="stable")
        rows = np.concatenate([*(parts[at] for at in order), np.zeros((0, 2), np.int64)])
        self._customer, self._amount = rows[:, 0].astype(np.int32), rows[:, 1].copy()
        self._day = np.repeat(np.array(days, np.int32)[order], [len(parts[at]) for at in order])
        self._size = (session.connection().scalar(select(func.max(customers.c.id))) or 0) + 1

    def between(self, first: int, last: int) -> Whole:
        """By customers' ids, of days as ordinals, both included."""
        since, until = np.searchsorted(self._day, (first, last + 1))
        found = np.zeros(self._size, dtype=np.int64)
        np.add.at(found, self._customer[since:until], self._amount[since:until])
        return found


def _pairs(amount: Any) -> Any:
    """«customer,kopecks» of rows as one text."""
    return func.aggregate_strings(cast(_r.customer_id, String) + "," + cast(amount, String), ",")


def year_before(session: Session, day: date) -> Whole:
    """What each customer spent in the year before a day."""
    return spent(session, day - timedelta(days=YEAR_DAYS), day - timedelta(days=1))


def cap(session: Session, day: date, days: int) -> Kopecks:
    """Where the sums of a period are capped that begins on a day: by periods as long in the year before."""

    def made() -> Kopecks:
        begins = range(YEAR_DAYS, days - 1, -max(days, TILE_DAYS_MIN))
        earlier = [
            spent(session, day - timedelta(days=at), day - timedelta(days=at - days + 1)) for at in begins
        ] or [year_before(session, day)]
        return effect.cap_of(np.concatenate(earlier))

    return kept(session, ("cap", day, days), made)


def gain(session: Session, ids: Whole, days: int, today: date) -> float:
    """What a rise of sales by effect.LIFT moves these customers' average by, as they bought in the last days."""
    begins = today - timedelta(days=days)
    lately = spent(session, begins, today - timedelta(days=1))[ids]
    stratum = effect.strata(year_before(session, begins)[ids])
    return effect.gain(lately, stratum, cap(session, today, days))


# --- A campaign's own control group ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    """A campaign that left some people out to compare with."""

    id: int
    launched_on: date
    window_days: int

    @property
    def last_day(self) -> date:
        """The last day whose receipts count."""
        return self.launched_on + timedelta(days=self.window_days)


def of_campaign(session: Session, campaign_id: int, today: date) -> Answer | None:
    """What a campaign brought; None where it has no control group, or is not launched."""
    found = [one for one in _with_control(session) if one.id == campaign_id]
    return _answer(session, found, today) if found else None


def of_all(session: Session, today: date) -> Answer | None:
    """What all campaigns with control groups of their own brought, their windows being over; None without such."""
    found = [one for one in _with_control(session) if one.last_day < today]
    return _answer(session, found, today) if found else None


def _answer(session: Session, found: list[_Drawn], today: date) -> Answer:
    estimates, busy = list[Estimate](), dict[int, date]()
    for one in found:
        estimates.append(_estimate(session, one, today, busy))
    until = max(one.last_day for one in found)
    answer = effect.together(estimates)
    return Answer(
        answer, min(one.launched_on for one in found), min(until, today), until < today,
        _charged(session, [one.id for one in found]), margin(session),
    )  # fmt: skip


def _estimate(session: Session, one: _Drawn, today: date, busy: dict[int, date]) -> Estimate:
    """Of whoever is not still compared by an earlier campaign, whichever group she is in there."""
    ids, is_control = _assigned(session, one.id)
    is_free = np.array([busy.get(id_, date.min) < one.launched_on for id_ in ids.tolist()], dtype=np.bool_)
    ids, is_control = ids[is_free], is_control[is_free]
    busy.update(dict.fromkeys(ids.tolist(), one.last_day))
    stratum = effect.strata(year_before(session, one.launched_on)[ids])
    now = spent(session, one.launched_on, min(one.last_day, today))[ids]
    limit = cap(session, one.launched_on, one.window_days + 1)
    return effect.measure(now, is_control, stratum, limit)


def _with_control(session: Session) -> list[_Drawn]:
    """Launched campaigns that have a control group, the first launched first."""
    of = select(_m.campaign_id).where(_m.reason == "control", _m.status == "skipped").distinct()
    query = select(_c.id, _c.launched_at, _c.window_days).where(_c.launched_at.is_not(None), _c.id.in_(of))
    rows = session.connection().execute(query.order_by(_c.launched_at, _c.id))
    return [_Drawn(id_, settings.shop_time(session, at).date(), days) for id_, at, days in rows]


def _assigned(session: Session, campaign_id: int) -> tuple[Whole, Mask]:
    """Who was to get it and who was left to compare with, each person once; one who is both by now is neither."""
    is_control = case((_m.reason == "control", 1), else_=0)
    query = select(_m.customer_id, is_control).where(
        _m.campaign_id == campaign_id, or_(_m.queued_at.is_not(None), _m.reason == "control")
    )
    rows = db.numbers(session, query).reshape(-1, 2)
    return one_each(roots(session, rows[:, 0]), rows[:, 1].astype(np.bool_))


def one_each(ids: Whole, is_control: Mask) -> tuple[Whole, Mask]:
    """Every person once, without those who turned out to be of both groups."""
    found, place = np.unique(ids, return_inverse=True)
    controls, times = np.bincount(place, is_control, len(found)), np.bincount(place, minlength=len(found))
    is_one = (controls == 0) | (controls == times)
    return found[is_one], (controls > 0)[is_one]


def _charged(session: Session, ids: list[int]) -> Kopecks:
    query = select(cast(func.coalesce(func.sum(_m.cost), 0), BigInteger)).where(_m.campaign_id.in_(ids))
    return int(session.connection().scalar(query) or 0)


def charged(session: Session, first: date, last: date) -> Kopecks:
    """What advertising messages sent in these days cost, with the bonuses they gave as gifts."""
    zone, g = settings.timezone(session), grants.c
    sent = _m.sent_at >= settings.day_starts(first, zone), _m.sent_at < settings.day_ends(last, zone)
    both = func.coalesce(_m.cost, 0) + func.coalesce(g.amount, 0)
    query = select(cast(func.coalesce(func.sum(both), 0), BigInteger))
    query = query.select_from(messages).outerjoin(grants, and_(g.id == _m.grant_id, g.superseded_at.is_(None)))
    return int(session.connection().scalar(query.where(_m.is_advertising, *sent)) or 0)
