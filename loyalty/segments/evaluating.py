"""Who answers a question: one mask over customers a criterion, combined by the tree.

A mask is a numpy array of booleans with a place for every customer's id. Masks are kept while nothing is written
to the database (`db.changes`), so that a changed condition costs that condition alone, and what each criterion lets
through costs nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from threading import Lock
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select
from sqlmodel import Session

from loyalty import db
from loyalty.errors import Refused
from loyalty.models import customers
from loyalty.models.people import is_herself
from loyalty.segments import tree as trees
from loyalty.segments.scope import Scope, as_of
from loyalty.segments.tree import All, Is, Not, Tree

Mask: TypeAlias = npt.NDArray[np.bool_]
Trees: TypeAlias = Mapping[str, Tree]
"""The saved segments' questions by name, which a question may name."""

KEPT_BYTES_MAX = 64 * 1024 * 1024


class Evaluator:
    """Answers questions as of one day, within one session.

    `saved` are the segments that a question may name; one that is not there, or a ring of them, is Refused.
    """

    def __init__(self, session: Session, day: date, saved: Trees | None = None) -> None:
        self.session, self.day, self.saved = session, day, saved or {}
        # What a writer sees nobody else may ever see.
        self._masks = _Masks() if db.is_writer(session) else _SHARED
        self._changes = db.changes(session)
        self._scope: Scope | None = None
        self._asking: list[str] = []
        c = customers.c
        self._size = (session.connection().scalar(select(func.max(c.id))) or 0) + 1
        self.everybody = self._kept("", lambda: self._fetch(select(c.id).where(is_herself)))

    @property
    def scope(self) -> Scope:
        """The shop as of the day; made when first asked of the database."""
        if self._scope is None:
            self._scope = as_of(self.session, self.day)
        return self._scope

    def mask(self, tree: Tree) -> Mask:
        """Who answers; nobody but customers who are themselves."""
        return self._mask(tree) & self.everybody

    def count(self, tree: Tree) -> int:
        """How many answer."""
        return int(np.count_nonzero(self.mask(tree)))

    def ids(self, tree: Tree) -> npt.NDArray[np.int64]:
        """Their ids, the smallest first."""
        return np.flatnonzero(self.mask(tree))

    def _mask(self, tree: Tree) -> Mask:
        if isinstance(tree, Is):
            if tree.criterion.name == "segment":
                return self._of_segment(tree.told["name"])
            return self._kept(trees.key(tree), lambda: self._ask(tree))
        if isinstance(tree, Not):
            return ~self._mask(tree.of)
        found = np.full(self._size, isinstance(tree, All))
        for part in tree.of:
            if isinstance(tree, All):
                found &= self._mask(part)
            else:
                found |= self._mask(part)
        return found

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

    def _ask(self, one: Is) -> Mask:
        measure = one.criterion.measure(one.told, self.scope)
        if measure.nothing_holds:
            return ~self._fetch(measure.unsatisfied)
        return self._fetch(measure.satisfied)

    def _fetch(self, query: Select[tuple[int]]) -> Mask:
        rows = self.session.connection().execute(query).scalars().all()
        found = np.zeros(self._size, dtype=np.bool_)
        found[np.fromiter(rows, dtype=np.int64, count=len(rows))] = True
        return found

    def _kept(self, key: str, make: Callable[[], Mask]) -> Mask:
        full = (str(self.session.get_bind().engine.url), self._changes, self.day, key)
        found = self._masks.get(full)
        if found is None:
            found = make()
            found.setflags(write=False)
            self._masks.put(full, found)
        return found


Key: TypeAlias = tuple[str, str, date, str]


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
            self._masks[key] = mask
            self._bytes += mask.nbytes
            while self._bytes > KEPT_BYTES_MAX and len(self._masks) > 1:
                _, gone = self._masks.popitem(last=False)
                self._bytes -= gone.nbytes


_SHARED = _Masks()
