"""A segment's question as a tree: all of, any of, not, and criteria; out of JSON and back into it.

What can't be understood is refused by a sentence that names it; nothing is ever left out silently.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from loyalty.errors import Refused
from loyalty.segments.criteria import CATALOGUE, Criterion
from loyalty.segments.parameters import Unfit, brief

DEPTH_MAX = 60
NODES_MAX = 500


@dataclass(frozen=True)
class Is:
    """A criterion with what it is told."""

    criterion: Criterion
    values: tuple[tuple[str, Any], ...]

    @property
    def told(self) -> dict[str, Any]:
        """Its values by the names of parameters; a parameter nothing was said of is absent."""
        return dict(self.values)


@dataclass(frozen=True)
class All:
    """Every one of these holds; of nothing everybody."""

    of: tuple["Tree", ...]


@dataclass(frozen=True)
class Any_:
    """At least one of these holds; of nothing nobody."""

    of: tuple["Tree", ...]


@dataclass(frozen=True)
class Not:
    """This does not hold, or is unknown."""

    of: "Tree"


Tree: TypeAlias = Is | All | Any_ | Not


def is_(criterion: str, /, **said: Any) -> Is:
    """A criterion as in JSON: `is_("bought", groups=["Платья"], last_days=365)`; Refused."""
    return _criterion({"is": criterion} | said)


def parse(said: object) -> Tree:
    """A tree out of what JSON gives; Refused with the sentence."""
    nodes = 0

    def read(node: object, depth: int) -> Tree:
        nonlocal nodes
        nodes += 1
        if depth > DEPTH_MAX:
            raise Refused(f"Условия вложены глубже {DEPTH_MAX} уровней: разнесите их по нескольким сегментам")
        if nodes > NODES_MAX:
            raise Refused(f"В сегменте больше {NODES_MAX} условий: разнесите их по нескольким сегментам")
        if not isinstance(node, Mapping):
            raise Refused(f"Условие — это объект с «all», «any», «not» или «is», а не «{brief(node)}»")
        kinds = [key for key in ("all", "any", "not", "is") if key in node]
        if len(kinds) != 1:
            there = ", ".join(f"«{brief(key)}»" for key in list(node)[:3]) or "ничего"
            raise Refused(f"В условии должно быть одно из «all», «any», «not», «is», а в нём {there}")
        (kind,) = kinds
        if kind == "is":
            return _criterion(node)
        if len(node) > 1:
            raise Refused(f"Рядом с «{kind}» непонятно «{brief(min(node.keys() - {kind}))}»")
        if kind == "not":
            return Not(read(node["not"], depth + 1))
        if not isinstance(node[kind], list):
            raise Refused(f"«{kind}» — это список условий, а не «{brief(node[kind])}»")
        parts = tuple(read(part, depth + 1) for part in node[kind])
        return All(parts) if kind == "all" else Any_(parts)

    return read(said, 1)


def _criterion(node: Mapping[str, Any]) -> Is:
    name = node["is"]
    criterion = CATALOGUE.get(name) if isinstance(name, str) else None
    if criterion is None:
        raise Refused(f"Нет такого критерия: «{brief(name)}». Есть: {', '.join(CATALOGUE)}")
    try:
        return Is(criterion, tuple(criterion.read(node).items()))
    except Unfit as unfit:
        raise Refused(f"Критерий «{name}» ({criterion.title.lower()}): {unfit}") from None


def as_json(tree: Tree) -> dict[str, Any]:
    """The same as JSON: what was said and no more."""
    if isinstance(tree, Is):
        return tree.criterion.write(tree.told)
    if isinstance(tree, Not):
        return {"not": as_json(tree.of)}
    return {"all" if isinstance(tree, All) else "any": [as_json(part) for part in tree.of]}


def key(tree: Tree) -> str:
    """One text for equal trees."""
    return json.dumps(as_json(tree), ensure_ascii=False, sort_keys=True)


def criteria(tree: Tree) -> Iterator[Is]:
    """Every criterion of a tree, from the first."""
    if isinstance(tree, Is):
        yield tree
    else:
        for part in (tree.of,) if isinstance(tree, Not) else tree.of:
            yield from criteria(part)


def segments_of(tree: Tree) -> list[str]:
    """The names of other segments that a tree asks for."""
    return [one.told["name"] for one in criteria(tree) if one.criterion.name == "segment"]
