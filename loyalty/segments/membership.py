"""Who is in a segment, as it is recorded: brought up to date by set difference, each passage once with its time.

What time and facts move is an event; what a person moves by editing the question, and the first filling, is not.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import case, func, insert, literal, select, union_all, update
from sqlalchemy import delete as deletion
from sqlmodel import Session

from loyalty import db, settings
from loyalty.acts import Act
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.models import customers, imports, joins, memberships, segments
from loyalty.segments import crowds, stored
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator, Mask
from loyalty.segments.tree import Tree

Ids: TypeAlias = npt.NDArray[np.int64]
"""Of customers, the smallest first, each once."""

KNOWN = "segments_imports"  # the setting: of which imports and joined customers the segments know


@dataclass(frozen=True)
class Answers:
    """Who answers the questions of segments, by their names, in the state of the data that `changes` names.

    Instead of a mask the sentence that says why a question can't be answered. `is_all`: of every segment.
    """

    changes: str
    known: str
    is_all: bool
    found: Mapping[str, Mask | str]


class Moved(NamedTuple):
    """How many entered a segment and left it, and how many are in it now."""

    name: str
    entered: int
    left: int
    members: int


class Move(NamedTuple):
    """How many would enter and leave."""

    entered: int
    left: int


# --- Up to date -------------------------------------------------------------------------------------------


def refresh(session: Session, now: datetime, today: date, only: Collection[str] | None = None) -> list[Moved]:
    """Bring segments (all, or `only` these) up to date within this transaction; figures are brought to today first.

    Who moved is an event, but for the first filling. A segment that can't be evaluated keeps its members and gets
    its `trouble`.
    """
    db.one_at_a_time(session, db.INTAKE)
    ledger.bring_to(session, today)
    return write(session, answers(session, today, only), now)


def answers(session: Session, day: date, only: Collection[str] | None = None) -> Answers:
    """Who answers the saved questions as of a day: what `write` is told, found without keeping anybody waiting."""
    saved = stored.questions(session)
    names = saved.keys() if only is None else saved.keys() & set(only)
    found = _answers(Evaluator(session, day, saved), names)
    return Answers(db.changes(session), _brought(session), len(found) == len(saved), found)


def is_true(session: Session, told: Answers) -> bool:
    """Whether nothing was written to the database since; and nobody writes facts until this transaction ends."""
    db.one_at_a_time(session, db.INTAKE)
    return db.changes(session) == told.changes


def write(session: Session, told: Answers, now: datetime) -> list[Moved]:
    """Record the difference between who answers and who is in; `told` is true."""
    moved = _write(session, told.found, told.found, now)
    if told.is_all:
        settings.put(session, KNOWN, told.known)
    return moved


def late(session: Session, day: date) -> list[stored.Saved]:
    """The segments that do not know a day yet; none in a shop without customers, where nobody could be in any."""
    if not _is_anybody(session):
        return []
    start = settings.day_starts(day, settings.timezone(session))
    return [one for one in stored.everything(session) if one.refreshed_at is None or one.refreshed_at < start]


def is_due(session: Session, today: date) -> bool:
    """Whether a segment does not know today, the last import or who was joined: a glance that writes nothing."""
    if any(not one.trouble for one in late(session, today)):
        return True
    is_news = settings.get(session, KNOWN) != _brought(session)
    return is_news and _is_anybody(session) and bool(stored.everything(session))


def forget(session: Session) -> None:
    """Nobody was ever in any segment: as before the first filling."""
    crowds.forget(session)
    session.connection().execute(deletion(memberships))
    session.connection().execute(update(segments).values(refreshed_at=None, trouble=""))


def _answers(evaluator: Evaluator, names: Collection[str]) -> dict[str, Mask | str]:
    evaluator.prepare(evaluator.saved[name] for name in names)
    found = dict[str, Mask | str]()
    for name in names:
        try:
            found[name] = evaluator.mask(evaluator.saved[name])
        except Refused as why:
            found[name] = str(why)
    return found


def _brought(session: Session) -> str:
    """What moves people about without a night: how many imports, and customers joined and parted again."""
    ended = select(func.count()).where(imports.c.status == "done")
    joined = select(func.count() + func.count(joins.c.undone_act_id)).select_from(joins)
    files, changes = (session.connection().scalar(query) or 0 for query in (ended, joined))
    return f"{files}+{changes}" if changes else str(files)


def _is_anybody(session: Session) -> bool:
    return session.connection().scalar(select(customers.c.id).limit(1)) is not None


def _write(
    session: Session, found: Mapping[str, Mask | str], unedited: Mapping[str, Mask | str], now: datetime
) -> list[Moved]:
    """`unedited`: who would answer without a person's edit; a passage that would have come anyway is an event."""
    moved, is_anybody = [], _is_anybody(session)
    for one in stored.everything(session):
        who = found.get(one.name)
        if who is None:
            continue
        row = update(segments).where(segments.c.id == one.id)
        if isinstance(who, str):
            session.connection().execute(row.values(trouble=who))
            moved.append(Moved(one.name, 0, 0, _count(crowds.inside(session, one.id))))
            continue
        was, anyway = crowds.inside(session, one.id, len(who)), unedited.get(one.name)
        if one.refreshed_at is None or anyway is None or isinstance(anyway, str):
            anyway = was
        entered, left = who & ~was, was & ~who
        for is_event in (True, False):
            _enter(session, one.id, np.flatnonzero(entered & (anyway == is_event)), is_event, now)
            _leave(session, one.id, np.flatnonzero(left & (anyway != is_event)), is_event, now)
        crowds.keep(session, one.id, who)
        session.connection().execute(row.values(trouble="", refreshed_at=now if is_anybody else None))
        moved.append(Moved(one.name, _count(entered), _count(left), _count(who)))
    session.expire_all()
    return moved


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _enter(session: Session, segment_id: int, who: Ids, is_event: bool, now: datetime) -> None:
    if not len(who):
        return
    columns = ("segment_id", "entered_at", "entering_is_event", "leaving_is_event", "customer_id")
    told = (
        literal(value, memberships.c[name].type)
        for name, value in zip(columns, (segment_id, now, is_event, False), strict=False)
    )
    rows = select(*told, db.listed(session, memberships.c.customer_id, who.tolist()))
    session.connection().execute(insert(memberships).from_select(columns, rows))


def _leave(session: Session, segment_id: int, who: Ids, is_event: bool, now: datetime) -> None:
    if not len(who):
        return
    m = memberships.c
    at = case((m.entered_at > now, m.entered_at), else_=now)  # a clock set back: nobody left before she entered
    whose = (m.segment_id == segment_id, m.left_at.is_(None), db.among(session, m.customer_id, who.tolist()))
    session.connection().execute(update(memberships).where(*whose).values(left_at=at, leaving_is_event=is_event))


# --- By a person ------------------------------------------------------------------------------------------


def save(
    session: Session, name: str, tree: Tree, act: Act, now: datetime, today: date, *, was: str | None = None
) -> int:
    """Add a segment, or change the one that `was` so called, its name too; how many are in it then.

    Its members, and those of segments that use it, move without an event, but for who would have moved anyway.
    Nothing but the act may have been written in this transaction. Problems of «name», Refused, NotFound.
    """
    db.one_at_a_time(session, db.INTAKE)
    if was is None:
        stored.add(session, name, tree, act)
    else:
        stored.rename(session, was, name)
    is_untouched = ledger.bring_to(session, today) == 0
    name, before = name.strip(), stored.questions(session)
    evaluator = Evaluator(session, today, before, is_untouched=is_untouched)
    unedited: Mapping[str, Mask | str] = {}
    if was is not None:
        unedited = _answers(evaluator, _moves_with(before, name))
        stored.change(session, name, tree, act)
        evaluator.saved = stored.questions(session)
    found = _answers(evaluator, _moves_with(evaluator.saved, name))
    moved = {one.name: one for one in _write(session, found, unedited, now)}
    return moved[name].members


def would_move(session: Session, day: date, name: str | None, tree: Tree) -> Move:
    """How many would enter and leave a segment (None: a new one) if this were its question; Refused."""
    saved = stored.questions(session)
    who = Evaluator(session, day, saved if name is None else saved | {name: tree}).mask(tree)
    if name is None:
        return Move(_count(who), 0)
    was = crowds.inside(session, stored.get(session, name).id, len(who))
    return Move(_count(who & ~was), _count(was & ~who))


def delete(session: Session, name: str) -> None:
    """Take a segment away with its history; Refused where another one, a campaign or a trigger uses it."""
    one = stored.get(session, name)
    if users := stored.users(session, name):
        listed = ", ".join(f"«{user}»" for user in users)
        raise Refused(f"Сегмент «{name}» нельзя удалить: на нём держится {listed}. Сначала измените там условие")
    if senders := stored.senders(session, one.id):
        raise Refused(
            f"Сегмент «{name}» нельзя удалить: ему пишет {', '.join(senders)}. Сначала выберите там другой"
        )
    crowds.forget(session, one.id)
    session.connection().execute(deletion(memberships).where(memberships.c.segment_id == one.id))
    session.connection().execute(deletion(segments).where(segments.c.id == one.id))


def _moves_with(saved: Mapping[str, Tree], name: str) -> set[str]:
    """A segment and all that use it, however far."""
    found, more = set[str](), {name}
    while more:
        found |= more
        more = {user for user, tree in saved.items() if found & set(trees.segments_of(tree))} - found
    return found


# --- The record -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stay:
    """A customer's stay in a segment; moments in UTC, `left_at` None while she is in it."""

    segment: str
    entered_at: datetime
    left_at: datetime | None
    entering_is_event: bool
    leaving_is_event: bool


class Passage(NamedTuple):
    """A customer entered a segment or left it; `at` is UTC."""

    customer_id: int
    at: datetime
    has_entered: bool
    is_event: bool


def members(session: Session, name: str) -> Ids:
    """Who is in a segment now by the record; NotFound."""
    return np.flatnonzero(crowds.inside(session, stored.get(session, name).id))


def inside_on(session: Session, name: str, day: date) -> Ids:
    """Who was in a segment on a day: at its start in the shop, by the record; NotFound."""
    start = settings.day_starts(day, settings.timezone(session))
    return inside_at(session, stored.get(session, name).id, start)


def inside_at(session: Session, segment_id: int, at: datetime) -> Ids:
    """Who was in a segment at a moment (UTC), by the record."""
    m = memberships.c
    stayed = (m.entered_at <= at, m.left_at.is_(None) | (m.left_at > at))
    query = select(m.customer_id).where(m.segment_id == segment_id, *stayed)
    return np.unique(db.numbers(session, query))


def of_customer(session: Session, customer_id: int) -> list[Stay]:
    """The segments a customer is in and was in, the latest first."""
    m, s = memberships.c, segments.c
    query = select(s.name, m.entered_at, m.left_at, m.entering_is_event, m.leaving_is_event)
    query = query.join_from(memberships, segments, m.segment_id == s.id).where(m.customer_id == customer_id)
    present = query.where(m.left_at.is_(None), m.segment_id.in_(select(s.id)))  # each by an index of its own
    found = union_all(present, query.where(m.left_at.is_not(None)))
    stays = [Stay(*row) for row in session.connection().execute(found)]
    return sorted(sorted(stays, key=lambda one: one.segment), key=lambda one: one.entered_at, reverse=True)


def passages(session: Session, name: str, limit: int, *, only_events: bool = False) -> list[Passage]:
    """Who entered a segment and left it, the latest first; NotFound. `only_events`: nobody by an edit."""
    m, id_ = memberships.c, stored.get(session, name).id
    entered = select(m.customer_id, m.entered_at, m.entering_is_event).where(m.segment_id == id_)
    left = select(m.customer_id, m.left_at, m.leaving_is_event).where(m.segment_id == id_, m.left_at.is_not(None))
    found = []
    sides = (
        (entered, m.entered_at, m.entering_is_event, True),
        (left, m.left_at, m.leaving_is_event, False),
    )
    for query, at, event, has_entered in sides:
        if only_events:
            query = query.where(event)
        rows = session.connection().execute(query.order_by(at.desc(), m.customer_id).limit(limit))
        found += [Passage(who, when, has_entered, is_event) for who, when, is_event in rows]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def sizes(session: Session, name: str, first: date, last: date) -> pd.DataFrame:
    """Columns day and size, a row a day from first to last: how many `inside_on` gives; NotFound."""
    m, id_, zone = memberships.c, stored.get(session, name).id, settings.timezone(session)
    days = pd.date_range(first, last).date
    starts = [settings.day_starts(day, zone) for day in days]
    size = np.zeros(len(days), dtype=np.int64)
    for at, step in ((m.entered_at, 1), (m.left_at, -1)):
        moments = select(at, func.count()).where(m.segment_id == id_, at.is_not(None)).group_by(at)
        for moment, count in session.connection().execute(moments):
            size[bisect_left(starts, moment) :] += step * count
    return pd.DataFrame({"day": days, "size": size})
