"""A question while it is edited: groups and conditions with numbers of their own, some not finished yet. Pure.

What is unfinished is left out of the question until it is finished; nothing is left out of what was read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any, TypeAlias

from loyalty.errors import Refused
from loyalty.segments import tree as trees
from loyalty.segments.criteria import CATALOGUE, Criterion
from loyalty.segments.parameters import Unfit
from loyalty.segments.tree import All, Any_, Not, Tree

GROUPS_DEEP_MAX = 3  # that can be made by clicking; deeper ones out of JSON are kept

_numbers = count(1)  # never used twice, so that what was typed of one condition is never shown of another


class Mode(Enum):
    """How many of a group's parts must hold."""

    ALL = "все"
    ANY = "любое"
    NONE = "ни одного"
    NOT_ALL = "не все"  # nobody is offered it: `not` of `all` out of JSON


@dataclass
class Condition:
    """A criterion as far as it is told: `said` are its keys of the JSON, `mistakes` what was typed and can't be."""

    criterion: Criterion
    said: dict[str, Any]
    is_not: bool = False
    mistakes: dict[str, str] = field(default_factory=dict)
    id: int = field(default_factory=lambda: next(_numbers))

    @property
    def json(self) -> dict[str, Any]:
        """As far as it is told."""
        said = {"is": self.criterion.name} | self.said
        return {"not": said} if self.is_not else said

    @property
    def tree(self) -> Tree | None:
        """The condition; None while it is unfinished."""
        return None if self.mistakes or self.is_unfinished else trees.parse(self.json)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is not told yet."""
        try:
            self.criterion.read(self.said)
        except Unfit:
            return True
        return False


@dataclass
class Group:
    """Parts of which so many must hold."""

    mode: Mode
    parts: list["Part"]
    id: int = field(default_factory=lambda: next(_numbers))

    @property
    def json(self) -> dict[str, Any]:
        """As far as it is told."""
        return self._of([part.json for part in self.parts])

    @property
    def tree(self) -> Tree | None:
        """The group of what is finished in it; None where nothing is."""
        finished = [part.tree for part in self.parts]
        known = tuple(part for part in finished if part is not None)
        if finished and not known:
            return None
        within: Tree = All(known) if self.mode in (Mode.ALL, Mode.NOT_ALL) else Any_(known)
        return Not(within) if self.mode in (Mode.NONE, Mode.NOT_ALL) else within

    def _of(self, parts: list[Any]) -> dict[str, Any]:
        within = {"all" if self.mode in (Mode.ALL, Mode.NOT_ALL) else "any": parts}
        return {"not": within} if self.mode in (Mode.NONE, Mode.NOT_ALL) else within


Part: TypeAlias = Condition | Group


class Draft:
    """The whole question: a group, whatever it was read from."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        read = _read(said)
        self.root = read if isinstance(read, Group) else Group(Mode.ALL, [read])
        self.open: int | None = None  # the condition whose fields are shown

    @property
    def json(self) -> dict[str, Any]:
        """All of it as JSON, what is unfinished as far as it is told."""
        return self.root.json

    @property
    def tree(self) -> Tree:
        """The question that is asked meanwhile."""
        return self.root.tree or All(())

    @property
    def unfinished(self) -> list[Condition]:
        """Conditions that are left out of the question as yet."""
        return [one for one in self.conditions() if one.tree is None]

    def conditions(self) -> Iterator[Condition]:
        """Every condition, from the first."""
        return (part for part, _ in self.walk() if isinstance(part, Condition))

    def walk(self) -> Iterator[tuple[Part, int]]:
        """Every part and how deep it lies, the root at 0."""
        left: list[tuple[Part, int]] = [(self.root, 0)]
        while left:
            part, deep = left.pop()
            yield part, deep
            if isinstance(part, Group):
                left += [(inside, deep + 1) for inside in reversed(part.parts)]

    def get(self, id_: int | None) -> Part | None:
        """A part by its number; None where it is gone."""
        return next((part for part, _ in self.walk() if part.id == id_), None)

    def group_of(self, id_: int) -> Group | None:
        """The group that a part is in; None of the root and of what is gone."""
        groups = (part for part, _ in self.walk() if isinstance(part, Group))
        return next((group for group in groups if any(part.id == id_ for part in group.parts)), None)

    # --- Changes ----------------------------------------------------------------------------------------------

    def add(self, criterion: str, said: Mapping[str, Any], group_id: int | None = None) -> Condition:
        """One more condition at the end of a group (the root where that is gone); its fields are shown."""
        group = self.get(group_id)
        added = Condition(CATALOGUE[criterion], dict(said))
        (group if isinstance(group, Group) else self.root).parts.append(added)
        self.open = added.id
        return added

    def remove(self, id_: int) -> None:
        """Without a part; a group that is left empty goes too."""
        group = self.group_of(id_)
        if group is None:
            return
        group.parts = [part for part in group.parts if part.id != id_]
        if group is self.root:
            self.root.mode = self.root.mode if self.root.parts else Mode.ALL
        elif not group.parts:
            self.remove(group.id)

    def duplicate(self, id_: int) -> None:
        """The same condition once more behind itself, its fields shown."""
        part, group = self.get(id_), self.group_of(id_)
        if isinstance(part, Condition) and group:
            again = Condition(part.criterion, dict(part.said), part.is_not, dict(part.mistakes))
            group.parts.insert(group.parts.index(part) + 1, again)
            self.open = again.id

    def enclose(self, id_: int) -> None:
        """A part alone becomes a group «любое», to which others can be added."""
        part, group = self.get(id_), self.group_of(id_)
        if part and group:
            group.parts[group.parts.index(part)] = Group(Mode.ANY, [part])

    def move(self, id_: int, group_id: int) -> None:
        """A condition to the end of another group."""
        part, to = self.get(id_), self.get(group_id)
        if isinstance(part, Condition) and isinstance(to, Group) and self.group_of(id_) is not to:
            to.parts.append(part)  # first, so that the group is never empty
            self._take_from(id_, to)

    def _take_from(self, id_: int, kept: Group) -> None:
        for group in [part for part, _ in self.walk() if isinstance(part, Group) and part is not kept]:
            if any(part.id == id_ for part in group.parts):
                group.parts = [part for part in group.parts if part.id != id_]
                if not group.parts and group is not self.root:
                    self.remove(group.id)

    def places_for(self, id_: int) -> list[tuple[Group, int]]:
        """The groups that a condition can be moved to, and how deep each lies."""
        here = self.group_of(id_)
        return [(part, deep) for part, deep in self.walk() if isinstance(part, Group) and part is not here]

    def may_enclose(self, id_: int) -> bool:
        """Whether a group of its own would not lie too deep."""
        return any(part.id == id_ and deep <= GROUPS_DEEP_MAX for part, deep in self.walk())


def _read(said: Mapping[str, Any], is_not: bool = False) -> Part:
    if "not" in said:
        return _read(said["not"], not is_not)
    if "is" in said:
        criterion = CATALOGUE.get(said["is"])
        if criterion is None:
            raise Refused(f"Нет такого критерия: «{said['is']}»")
        return Condition(criterion, {key: value for key, value in said.items() if key != "is"}, is_not)
    every, key = ("all" in said), "all" if "all" in said else "any"
    mode = {(True, False): Mode.ALL, (True, True): Mode.NOT_ALL, (False, False): Mode.ANY, (False, True): Mode.NONE}
    return Group(mode[every, is_not], [_read(part) for part in said[key]])
