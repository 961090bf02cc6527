"""Segments as they are kept: their questions by name, added, changed, renamed, copied, deleted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from loyalty import said
from loyalty.acts import Act
from loyalty.errors import NotFound, Problems, Refused
from loyalty.models import Segment, campaigns, segments, triggers
from loyalty.segments import tree as trees
from loyalty.segments.parameters import brief, is_legible
from loyalty.segments.tree import All, Any_, Is, Not, Tree

NAME_MAX = 200


@dataclass(frozen=True)
class Saved:
    """A segment: its question, and when it was brought up to date (UTC); `trouble` says why it could not be."""

    id: int
    name: str
    tree: Tree
    is_ready_made: bool
    changed_at: datetime
    refreshed_at: datetime | None
    trouble: str


def everything(session: Session) -> list[Saved]:
    """All segments by name."""
    rows = session.connection().execute(select(segments).order_by(segments.c.name))
    return [_saved(row) for row in rows]


def get(session: Session, name: str) -> Saved:
    """A segment by its name; NotFound."""
    row = session.connection().execute(select(segments).where(segments.c.name == name)).first()
    if row is None:
        raise NotFound(f"Нет сегмента «{brief(name)}»")
    return _saved(row)


def questions(session: Session) -> dict[str, Tree]:
    """Every segment's question by its name, as `Evaluator` wants them."""
    return {one.name: one.tree for one in everything(session)}


def _saved(row: Any) -> Saved:
    tree = trees.parse(json.loads(row.question))
    return Saved(row.id, row.name, tree, row.is_ready_made, row.changed_at, row.refreshed_at, row.trouble)


def from_json(told: object) -> tuple[str, Tree]:
    """A segment out of a JSON file: its name and question; Refused where something is unfit or unknown."""
    if not isinstance(told, Mapping):
        raise Refused(f"Сегмент — это объект с «name» и «where», а не «{brief(told)}»")
    if unknown := told.keys() - {"name", "where"}:
        raise Refused(f"В сегменте непонятно «{brief(min(unknown))}»: бывают «name» и «where»")
    for key in ("name", "where"):
        if key not in told:
            raise Refused(f"В сегменте не сказано «{key}»")
    return _checked_name(told["name"]), trees.parse(told["where"])


def from_file(path: Path) -> tuple[str, Tree]:
    """A segment out of a JSON file; NotFound, Refused where it can't be read or something in it is unfit."""
    return from_json(said.in_file(path, "с сегментом"))


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not name.strip() or not is_legible(name):
        raise Problems({"name": "Напишите название сегмента"})
    if len(name.strip()) > NAME_MAX:
        raise Problems({"name": f"Название длиннее {NAME_MAX} знаков"})
    if len(name.strip().splitlines()) > 1:
        raise Problems({"name": "Название сегмента — одна строка, без переносов"})
    if not said.alike(name):
        raise Problems({"name": "В названии сегмента не видно ни одного знака"})
    return name.strip()


# --- Changes ----------------------------------------------------------------------------------------------


def add(session: Session, name: str, tree: Tree, act: Act, *, is_ready_made: bool = False) -> int:
    """A new segment, nobody in it yet (segments.membership refreshes it); its id.

    Problems of «name» where it is taken, Refused where the question names a segment that is not there.
    """
    name = _checked_name(name)
    check_free(session, name)
    _check_named(questions(session), name, tree)
    row = Segment(
        name=name, question=trees.key(tree), is_ready_made=is_ready_made, changed_at=act.at, act_id=act.id
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def change(session: Session, name: str, tree: Tree, act: Act) -> None:
    """Another question for a segment; its members move by segments.membership, and not as events."""
    row = _row(session, name)
    _check_named(questions(session) | {name: tree}, name, tree)
    row.question, row.changed_at, row.act_id, row.is_ready_made = trees.key(tree), act.at, act.id, False
    session.flush()


def rename(session: Session, name: str, to: str) -> None:
    """Another name; whoever asks for it by name follows."""
    to, row = _checked_name(to), _row(session, name)
    if to == name:
        return
    check_free(session, to, but=name)
    for user in users(session, name):
        other = _row(session, user)
        other.question = trees.key(_renamed(trees.parse(json.loads(other.question)), name, to))
    row.name = to
    session.flush()


def campaign_renamed(session: Session, was: str, now: str) -> None:
    """A campaign has another name: whoever asks for it by name follows."""
    for one in everything(session):
        if any(
            asked.criterion.name == "campaign" and asked.told["name"] == was for asked in trees.criteria(one.tree)
        ):
            _row(session, one.name).question = trees.key(_renamed(one.tree, was, now, "campaign"))
    session.flush()


def users(session: Session, name: str) -> list[str]:
    """The segments whose question asks for this one."""
    return [one.name for one in everything(session) if name in trees.segments_of(one.tree)]


def senders(session: Session, id_: int) -> list[str]:
    """What is still to be sent to a segment, or past it: «рассылка „8 марта“», «триггер „Вернуть“»."""
    c, t = campaigns.c, triggers.c
    unlaunched = select(c.name, c.segment_id, c.minus).where(c.status.in_(("draft", "scheduled", "asking")))
    drafts = session.connection().execute(unlaunched.order_by(c.name))
    fired = session.connection().scalars(select(t.name).where(t.segment_id == id_).order_by(t.name))
    found = [f"рассылка «{name}»" for name, of, minus in drafts if id_ == of or id_ in minus]
    return found + [f"триггер «{name}»" for name in fired]


def copy_name(session: Session, name: str) -> str:
    """A free name for a copy: «Постоянные (копия)», «Постоянные (копия 2)»."""
    return said.copied(name, {said.alike(one.name) for one in everything(session)}, NAME_MAX)


def _row(session: Session, name: str) -> Segment:
    row = session.scalars(select(Segment).where(segments.c.name == name)).first()
    if row is None:
        raise NotFound(f"Нет сегмента «{brief(name)}»: его переименовали или удалили")
    return row


def check_free(session: Session, name: str, but: str = "") -> None:
    """Problems of «name» where another segment but this one is called so."""
    alike = said.alike(name)
    for one in everything(session):
        if said.alike(one.name) == alike and one.name != but:
            raise Problems({"name": f"Сегмент «{one.name}» уже есть: назовите иначе"})


def _check_named(saved: Mapping[str, Tree], name: str, tree: Tree) -> None:
    """Every segment that is asked for is there, and none leads back here."""
    ways, seen = [[name, other] for other in trees.segments_of(tree)], set[str]()
    while ways:
        way = ways.pop()
        last = way[-1]
        if last == name:
            raise Refused(f"Сегмент не может зависеть сам от себя: {' → '.join(f'«{one}»' for one in way)}")
        if last not in saved:
            raise Refused(f"Нет сегмента «{brief(last)}», который назван в условии")
        if last not in seen:
            seen.add(last)
            ways += [[*way, other] for other in trees.segments_of(saved[last])]


def _renamed(tree: Tree, was: str, now: str, criterion: str = "segment") -> Tree:
    """The same, but that what a criterion names so is called otherwise."""
    if isinstance(tree, Is):
        names_it = tree.criterion.name == criterion and tree.told["name"] == was
        return trees.parse(trees.as_json(tree) | {"name": now}) if names_it else tree
    if isinstance(tree, Not):
        return Not(_renamed(tree.of, was, now, criterion))
    parts = tuple(_renamed(part, was, now, criterion) for part in tree.of)
    return All(parts) if isinstance(tree, All) else Any_(parts)
