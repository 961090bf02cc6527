"""The shop's one lasting control group (M15): no advertising reaches it, so that it measures all of it.

Drawn are those who agreed to messages, by a seeded hash within strata of what they spent in the year before;
whoever agrees later is drawn the same way at night. Who is in it stays in it until it is ended.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from secrets import token_hex

import numpy as np
from sqlalchemy import BigInteger, case, cast, func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.acts import Act
from loyalty.customers import consents
from loyalty.errors import Refused
from loyalty.messages.results import effect, measuring
from loyalty.messages.results.attribution import Whole, roots
from loyalty.messages.results.measuring import Answer
from loyalty.models import Holdout, HoldoutMember, customers, holdout_members, holdouts, messages, receipts, returns
from loyalty.models.people import is_herself

PERCENTS = (5, 10, 15, 20, 30)
PERCENT_MIN, PERCENT_MAX = 5, 50
PERIOD_DAYS = 182  # after which the chance is told, and by periods of which sums are capped
PACES = (7, 14, 21, 30, 45, 60, 91, 122, 182, 365)  # days in which enough people may have bought
NEWCOMERS = 3  # the stratum of those who agreed later
COLUMNS = ("holdout_id", "customer_id", "stratum", "is_control", "since")
_h, _w, _r, _b = holdouts.c, holdout_members.c, receipts.c, returns.c


@dataclass(frozen=True)
class Choice:
    """A size the group may have: how many people, and the chance to prove a true +15 % by half a year."""

    percent: int
    control: int
    chance: float


@dataclass(frozen=True)
class Group:
    """A control group: how many were drawn and how many of them get nothing."""

    id: int
    percent: int
    began_on: date
    ended_on: date | None
    people: int
    control: int


def current(session: Session) -> Group | None:
    """The one that holds now; None where there is none."""
    row = _row(session)
    return _group(session, row) if row else None


def past(session: Session) -> list[Group]:
    """Those that were ended, the latest first."""
    query = select(Holdout).where(_h.ended_on.is_not(None)).order_by(_h.id.desc())
    return [_group(session, row) for row in session.scalars(query)]


def _row(session: Session) -> Holdout | None:
    return session.scalars(select(Holdout).where(_h.ended_on.is_(None))).first()


def _group(session: Session, row: Holdout) -> Group:
    assert row.id is not None
    query = select(_w.is_control, func.count()).where(_w.holdout_id == row.id).group_by(_w.is_control)
    counts = {bool(one): count for one, count in session.connection().execute(query)}
    people = sum(counts.values())
    return Group(row.id, row.percent, row.began_on, row.ended_on, people, counts.get(True, 0))


# --- Chosen, drawn, ended ----------------------------------------------------------------------------------


def choices(session: Session, today: date) -> tuple[int, list[Choice]]:
    """How many people would be drawn from, and the sizes with what each is good for."""
    ids = _reachable(session)
    if not ids.size:
        return 0, []
    gain = measuring.gain(session, ids, PERIOD_DAYS, today)
    told = [
        Choice(one, len(ids) * one // 100, effect.chance(len(ids), Fraction(one, 100), gain)) for one in PERCENTS
    ]
    return len(ids), told


def start(session: Session, percent: int, act: Act, *, seed: str = "") -> int:
    """Draw a group that holds from today on; its id. Refused where one holds, or nobody agreed to messages."""
    db.one_at_a_time(session, db.INTAKE)
    if _row(session):
        raise Refused("Контрольная группа уже есть: сначала завершите её")
    if not PERCENT_MIN <= percent <= PERCENT_MAX:
        raise Refused(f"Контрольная группа — от {PERCENT_MIN} до {PERCENT_MAX} % клиентов, а не {percent} %")
    ids = _reachable(session)
    if len(ids) * percent // 100 < effect.LEAST_PEOPLE:
        raise Refused(
            f"Согласие на сообщения дали {len(ids)}: в контрольной группе было бы меньше {effect.LEAST_PEOPLE} "
            "человек, и она ничего не показала бы"
        )
    limit = measuring.cap(session, act.today, PERIOD_DAYS)
    row = Holdout(percent=percent, seed=seed or token_hex(8), began_on=act.today, cap=limit, act_id=act.id)
    session.add(row)
    session.flush()
    assert row.id is not None
    stratum = effect.strata(measuring.year_before(session, act.today)[ids])
    is_control = effect.drawn(row.seed, ids, stratum, percent)
    _write(session, row.id, ids, stratum, is_control, act.today)
    return row.id


def draw_newcomers(session: Session, day: date) -> int:
    """Who agreed to messages since the last time is drawn as well, by her own lot; how many."""
    row = _row(session)
    if row is None:
        return 0
    assert row.id is not None
    known = db.numbers(session, select(_w.customer_id).where(_w.holdout_id == row.id))
    ids = np.setdiff1d(_reachable(session), roots(session, known))
    is_control = effect.lots(row.seed, ids.tolist()) < row.percent / 100
    _write(session, row.id, ids, np.full(len(ids), NEWCOMERS), is_control, day)
    return len(ids)


def end(session: Session, today: date) -> None:
    """Everybody may be written to again; what it showed stays. Refused where there is none."""
    row = _row(session)
    if row is None:
        raise Refused("Контрольной группы уже нет: её завершили")
    row.ended_on = today
    session.flush()


def _reachable(session: Session) -> Whole:
    """Who agreed to messages by any channel, each person once, the smallest id first."""
    c = customers.c
    found = [
        db.numbers(session, select(c.id).where(is_herself, c.id.in_(consents.said(is_given=True, channel=channel))))
        for channel in consents.CHANNELS
    ]
    return np.unique(np.concatenate(found))


def _write(session: Session, id_: int, ids: Whole, stratum: Whole, is_control: effect.Mask, since: date) -> None:
    each = zip(ids.tolist(), stratum.tolist(), is_control.tolist(), strict=True)
    rows = [(id_, customer, of, control, since) for customer, of, control in each]
    db.insert(session, HoldoutMember, COLUMNS, rows)


# --- What it shows -----------------------------------------------------------------------------------------


def measured(session: Session, id_: int, today: date) -> Answer:
    """What all advertising together brought from the day after the group was drawn, to its end or to today."""
    row = session.get_one(Holdout, id_)
    last = today if row.ended_on is None else min(row.ended_on, today)
    query = select(_w.customer_id, case((_w.is_control, 1), else_=0), _w.stratum).where(_w.holdout_id == id_)
    rows = db.numbers(session, query).reshape(-1, 3)
    person = roots(session, rows[:, 0])
    ids, is_control = measuring.one_each(person, rows[:, 1].astype(np.bool_))
    size, since = int(person.max(initial=0)) + 1, row.began_on + timedelta(days=1)
    stratum, total = np.zeros(size, np.int64), np.zeros(size, np.int64)
    stratum[person] = rows[:, 2]
    for at in range(0, (last - since).days + 1, PERIOD_DAYS):  # capped is a period, however long it goes on
        first, spent = since + timedelta(days=at), np.zeros(size, np.int64)
        known = _spent(session, id_, first, min(last, first + timedelta(days=PERIOD_DAYS - 1)))
        np.add.at(spent, roots(session, known[:, 0]), known[:, 1])
        total += np.minimum(spent, row.cap)
    found = effect.together([effect.measure(total[ids], is_control, stratum[ids])])
    return Answer(
        found, since, max(last, since), row.ended_on is not None, measuring.charged(session, since, last),
        measuring.margin(session),
    )  # fmt: skip


@dataclass(frozen=True)
class Ahead:
    """What a group that can't tell anything yet waits for.

    `is_written`: advertising has left since it was drawn; `enough_on`: the day by which as many of it will have
    bought as are needed, if they buy as before, None where they did not within a year; `chance_on`: the day for
    which the chance was told.
    """

    is_written: bool
    enough_on: date | None
    chance_on: date


def ahead(session: Session, id_: int, today: date) -> Ahead:
    """When it may be able to tell."""
    row = session.get_one(Holdout, id_)
    began, m = settings.day_ends(row.began_on, settings.timezone(session)), messages.c
    query = select(m.id).where(m.is_advertising, m.sent_at >= began).limit(1)
    is_written = session.connection().scalar(query) is not None
    ids = roots(session, db.numbers(session, select(_w.customer_id).where(_w.holdout_id == id_)))
    return Ahead(is_written, _enough_on(session, np.unique(ids), row.began_on, today),
                 row.began_on + timedelta(days=PERIOD_DAYS))  # fmt: skip


def _enough_on(session: Session, ids: Whole, began: date, today: date) -> date | None:
    for days in PACES:
        lately = measuring.spent(session, today - timedelta(days=days), today - timedelta(days=1))[ids]
        if np.count_nonzero(lately > 0) >= effect.LEAST_BUYERS:
            return max(began, today - timedelta(days=days)) + timedelta(days=days + 1)
    return None


def _spent(session: Session, id_: int, first: date, last: date) -> Whole:
    """What each of those drawn spent in these days, after the day she was drawn on: customer, kopecks."""
    back = select(_b.receipt_id, func.sum(_b.counted).label("amount")).where(_b.superseded_at.is_(None))
    gone = back.where(_b.receipt_id.is_not(None)).group_by(_b.receipt_id).subquery()
    left = cast(func.sum(_r.total - func.coalesce(gone.c.amount, 0)), BigInteger)
    query = select(_w.customer_id, left).select_from(holdout_members)
    query = query.join(receipts, _r.customer_id == _w.customer_id).outerjoin(gone, gone.c.receipt_id == _r.id)
    query = query.where(
        _w.holdout_id == id_, _r.superseded_at.is_(None), _r.day > _w.since, _r.day.between(first, last)
    )
    return db.numbers(session, query.group_by(_w.customer_id)).reshape(-1, 2)
