"""Who answers a question: one mask over customers a criterion, combined by the tree.

A mask is a numpy array of booleans with a place for every customer's id. Masks are kept while nothing is written
to the database (`db.changes`), so that a changed condition costs that condition alone, and what each criterion lets
through costs nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from threading import Lock
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, ColumnElement, case, cast, func, literal, select
from sqlmodel import Session

from loyalty import db
from loyalty.errors import Refused
from loyalty.models import customers
from loyalty.models.people import is_herself
from loyalty.segments import tree as trees
from loyalty.segments.criteria import Measure
from loyalty.segments.scope import Scope, as_of
from loyalty.segments.tree import All, Is, Not, Tree

Mask: TypeAlias = npt.NDArray[np.bool_]
Trees: TypeAlias = Mapping[str, Tree]
"""The saved segments' questions by name, which a question may name."""

TOGETHER_MAX = 31  # answers of a look: bits of one whole number, with the customer's id above them
FEW = 20  # where one of so many customers or less is left, the rest is asked of these alone
Key: TypeAlias = tuple[str, str, date, str]
"""A database, its state, the day, and the criterion as one text."""

EVERYBODY = ""  # the key of who is herself, which every question asks
KEPT_BYTES_MAX = 64 * 1024 * 1024


class Evaluator:
    """Answers questions as of one day, within one session.

    `saved` are the segments that a question may name; one that is not there, or a ring of them, is Refused.
    What a writer sees nobody else may see, unless he has written nothing that criteria ask for (`is_untouched`).
    """

    def __init__(
        self, session: Session, day: date, saved: Trees | None = None, *, is_untouched: bool = False
    ) -> None:
        self.session, self.day, self.saved = session, day, saved or {}
        self._held: dict[str, Mask] = {}
        self._shared = _Masks() if db.is_writer(session) and not is_untouched else _SHARED
        self._state = str(session.get_bind().engine.url), db.changes(session), day
        self._scope: Scope | None = None
        self._asking: list[str] = []
        self._size = (session.connection().scalar(select(func.max(customers.c.id))) or 0) + 1

    @property
    def everybody(self) -> Mask:
        """Customers who are themselves."""
        found = self._find(EVERYBODY)
        if found is None:
            herself = self._among(db.numbers(self.session, select(customers.c.id).where(is_herself)))
            return self._keep(EVERYBODY, herself)
        return found

    @property
    def scope(self) -> Scope:
        """The shop as of the day; made when first asked of the database."""
        if self._scope is None:
            self._scope = as_of(self.session, self.day)
        return self._scope

    def mask(self, tree: Tree) -> Mask:
        """Who answers; nobody but customers who are themselves."""
        if isinstance(tree, All) and (few := self._few(tree)) is not None:
            return few
        self.prepare([tree])
        return self._mask(tree) & self.everybody

    def count(self, tree: Tree) -> int:
        """How many answer."""
        return int(np.count_nonzero(self.mask(tree)))

    def ids(self, tree: Tree) -> npt.NDArray[np.int64]:
        """Their ids, the smallest first."""
        return np.flatnonzero(self.mask(tree))

    def prepare(self, asked: Iterable[Tree]) -> None:
        """Ask the database for all criteria of these questions: those of one table together, in one look."""
        waiting = {trees.key(one): one for tree in asked for one in self._criteria(tree)}
        looks: dict[int, dict[str, Measure]] = {}
        for key, one in waiting.items():
            if self._find(key) is None:
                measure = one.criterion.measure(one.told, self.scope)
                looks.setdefault(id(measure.rows), {})[key] = measure
        if looks and id(people := self.scope.people) in looks and self._find(EVERYBODY) is None:
            looks[id(people)][EVERYBODY] = Measure(people, people.c.joined_to.is_(None))
        for together in looks.values():
            for some in db.chunks(list(together.items()), TOGETHER_MAX):
                self._ask(dict(some))

    def _few(self, tree: All) -> Mask | None:
        """Who answers where goods and the like leave but few of all customers: of these alone the rest is asked.

        None where it is not so. To look at all customers takes longer than everything else.
        """
        looks = [part for part in tree.of if isinstance(part, Is) and self._would_look(part)]
        rest = [part for part in tree.of if part not in looks]
        if not looks or not rest or any(self._would_look(one) for part in rest for one in self._criteria(part)):
            return None
        self.prepare(rest)
        left = np.flatnonzero(self._mask(All(tuple(rest))))
        if len(left) > self._size // FEW:
            return None
        people = self.scope.people.c
        fitting = [one.criterion.measure(one.told, self.scope).holds for one in looks]
        query = select(people.customer_id).where(people.joined_to.is_(None), *fitting)
        query = query.where(self.scope.among(people.customer_id, left.tolist()))
        return self._among(db.numbers(self.session, query))

    def _would_look(self, one: Is) -> bool:
        """Whether it is not known yet, and is asked of every customer's own row."""
        if one.criterion.name == "segment" or self._find(trees.key(one)) is not None:
            return False
        return one.criterion.measure(one.told, self.scope).rows is self.scope.people

    def _criteria(self, tree: Tree) -> Iterator[Is]:
        """Of the segments that are named, too; what is wrong with these is said when they are asked."""
        seen, left = set[str](), [tree]
        while left:
            for one in trees.criteria(left.pop()):
                if one.criterion.name != "segment":
                    yield one
                elif (name := one.told["name"]) in self.saved and name not in seen:
                    seen.add(name)
                    left.append(self.saved[name])

    def _mask(self, tree: Tree) -> Mask:
        if isinstance(tree, Is):
            if tree.criterion.name == "segment":
                return self._of_segment(tree.told["name"])
            return self._known(tree)
        if isinstance(tree, Not):
            return ~self._mask(tree.of)
        found = np.full(self._size, isinstance(tree, All))
        for part in tree.of:
            if isinstance(tree, All):
                found &= self._mask(part)
            else:
                found |= self._mask(part)
        return found

    def _known(self, one: Is) -> Mask:
        key = trees.key(one)
        if self._find(key) is None:
            self.prepare([one])
        return self._held[key]

    def _of_segment(self, name: str) -> Mask:
        if name not in self.saved:
            raise Refused(f"Сегмента «{name}» больше нет: уберите это условие или выберите другой сегмент")
        if name in self._asking:
            raise Refused(f"Сегмент «{name}» зависит сам от себя: {' → '.join([*self._asking, name])}")
        self._asking.append(name)
        try:
            return self._mask(self.saved[name])
        finally:
            self._asking.pop()

    def _ask(self, together: Mapping[str, Measure]) -> None:
        """Masks of criteria that look at the same rows."""
        if len(together) == 1:
            ((key, measure),) = together.items()
            query = measure.unsatisfied if measure.nothing_holds else measure.satisfied
            self._keep(key, self._among(db.numbers(self.session, query)) ^ measure.nothing_holds)
            return
        rows, size = next(iter(together.values())).rows, len(together)
        bits: ColumnElement[int] = literal(0, BigInteger)
        for at, measure in enumerate(together.values()):
            bits = bits + case((measure.holds, literal(1 << at, BigInteger)), else_=literal(0, BigInteger))
        # One number is read in three quarters of the time of two.
        found = db.numbers(self.session, select(cast(rows.c.customer_id, BigInteger) * (1 << size) + bits))
        nothing = sum(measure.nothing_holds << at for at, measure in enumerate(together.values()))
        by_id = np.full(self._size, nothing, dtype=np.int32)
        by_id[found >> size] = found & ((1 << size) - 1)
        for at, key in enumerate(together):
            self._keep(key, by_id & (1 << at) != 0)

    def _among(self, ids: npt.NDArray[np.int64]) -> Mask:
        found = np.zeros(self._size, dtype=np.bool_)
        found[ids] = True
        return found

    def _find(self, key: str) -> Mask | None:
        found = self._held.get(key)
        if found is None and (found := self._shared.get((*self._state, key))) is not None:
            self._held[key] = found
        return found

    def _keep(self, key: str, mask: Mask) -> Mask:
        mask.setflags(write=False)
        self._held[key] = mask
        self._shared.put((*self._state, key), mask)
        return mask


class _Masks:
    """The masks used last, of one state of a database; those of an earlier state are forgotten."""

    def __init__(self) -> None:
        self._lock, self._masks, self._bytes = Lock(), OrderedDict[Key, Mask](), 0

    def get(self, key: Key) -> Mask | None:
        with self._lock:
            found = self._masks.get(key)
            if found is not None:
                self._masks.move_to_end(key)
            return found

    def put(self, key: Key, mask: Mask) -> None:
        with self._lock:
            was = self._masks.pop(key, None)  # two may have asked at once
            self._masks[key] = mask
            self._bytes += mask.nbytes - (was.nbytes if was is not None else 0)
            while self._bytes > KEPT_BYTES_MAX and len(self._masks) > 1:
                _, gone = self._masks.popitem(last=False)
                self._bytes -= gone.nbytes


_SHARED = _Masks()
