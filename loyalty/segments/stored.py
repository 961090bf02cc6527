"""Segments as they are kept: their questions by name, added, changed, renamed, copied, deleted."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from loyalty.acts import Act
from loyalty.customers.names import folded
from loyalty.errors import NotFound, Problems, Refused
from loyalty.models import Segment, segments
from loyalty.segments import tree as trees
from loyalty.segments.parameters import brief, is_legible
from loyalty.segments.tree import All, Any_, Is, Not, Tree
from loyalty.system_words import os_error

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


def from_json(said: object) -> tuple[str, Tree]:
    """A segment out of a JSON file: its name and question; Refused where something is unfit or unknown."""
    if not isinstance(said, Mapping):
        raise Refused(f"Сегмент — это объект с «name» и «where», а не «{brief(said)}»")
    if unknown := said.keys() - {"name", "where"}:
        raise Refused(f"В сегменте непонятно «{brief(min(unknown))}»: бывают «name» и «where»")
    for key in ("name", "where"):
        if key not in said:
            raise Refused(f"В сегменте не сказано «{key}»")
    return _checked_name(said["name"]), trees.parse(said["where"])


def from_file(path: Path) -> tuple[str, Tree]:
    """A segment out of a JSON file; NotFound, Refused where it can't be read or something in it is unfit."""
    if path.is_dir():
        raise Refused(f"«{path.name}» — это папка, а нужен файл с сегментом")
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=each_once)
        json.dumps(said, ensure_ascii=False).encode()  # half a letter, written as \ud83d, is in no text
    except FileNotFoundError:
        raise NotFound(f"Нет такого файла: {path}") from None
    except OSError as error:
        raise Refused(f"Файл «{path.name}» не открывается: {os_error(error)}") from error
    except UnicodeError:
        raise Refused(f"Файл «{path.name}» — не текст в кодировке UTF-8") from None
    except json.JSONDecodeError as error:
        raise Refused(f"Файл «{path.name}» — не JSON: ошибка в строке {error.lineno}") from None
    except (ValueError, RecursionError):
        raise Refused(f"Файл «{path.name}» — не JSON, который можно прочитать") from None
    return from_json(said)


def each_once(said: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; Refused where a key is said twice, of which one would be lost."""
    found: dict[str, Any] = {}
    for key, value in said:
        if key in found:
            raise Refused(f"«{brief(key)}» сказано дважды в одном месте: оставьте одно")
        found[key] = value
    return found


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not name.strip() or not is_legible(name):
        raise Problems({"name": "Напишите название сегмента"})
    if len(name.strip()) > NAME_MAX:
        raise Problems({"name": f"Название длиннее {NAME_MAX} знаков"})
    if len(name.strip().splitlines()) > 1:
        raise Problems({"name": "Название сегмента — одна строка, без переносов"})
    if not _alike(name):
        raise Problems({"name": "В названии сегмента не видно ни одного знака"})
    return name.strip()


def _alike(name: str) -> str:
    """Names that one takes for the same are equal here: whatever their letter case, ё, spaces, unseen signs."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(folded(seen).split())


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


def users(session: Session, name: str) -> list[str]:
    """The segments whose question asks for this one."""
    return [one.name for one in everything(session) if name in trees.segments_of(one.tree)]


def copy_name(session: Session, name: str) -> str:
    """A free name for a copy: «Постоянные (копия)», «Постоянные (копия 2)»."""
    taken, at = {_alike(one.name) for one in everything(session)}, 1
    while True:
        ending = " (копия)" if at == 1 else f" (копия {at})"
        found = name[: NAME_MAX - len(ending)] + ending
        if _alike(found) not in taken:
            return found
        at += 1


def _row(session: Session, name: str) -> Segment:
    row = session.scalars(select(Segment).where(segments.c.name == name)).first()
    if row is None:
        raise NotFound(f"Нет сегмента «{brief(name)}»: его переименовали или удалили")
    return row


def check_free(session: Session, name: str, but: str = "") -> None:
    """Problems of «name» where another segment but this one is called so."""
    alike = _alike(name)
    for one in everything(session):
        if _alike(one.name) == alike and one.name != but:
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


def _renamed(tree: Tree, was: str, now: str) -> Tree:
    if isinstance(tree, Is):
        names_it = tree.criterion.name == "segment" and tree.told["name"] == was
        return trees.is_("segment", name=now) if names_it else tree
    if isinstance(tree, Not):
        return Not(_renamed(tree.of, was, now))
    parts = tuple(_renamed(part, was, now) for part in tree.of)
    return All(parts) if isinstance(tree, All) else Any_(parts)
