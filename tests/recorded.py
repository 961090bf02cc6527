"""A small shop whose clock is set by hand, and what its segments have recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from loyalty import acts, db, settings
from loyalty.errors import Refused
from loyalty.models import customers
from loyalty.segments import membership, refreshing
from loyalty.segments.tree import Tree
from loyalty.service import night
from tests.till import imports_into


class Shop:
    """The product's own database, and its clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.took = imports_into(folder)

    def at(self, moment: str) -> None:
        """It is this moment in the shop, as `2026-03-01T10:30`, and the clock goes on from it."""
        settings._first_asked.cache_clear()
        self._patch.setenv("LOYALTY_TODAY", moment)

    def night(self, moment: str) -> None:
        """The worker's night, and those missed before it."""
        self.at(moment)
        night.run(date.fromisoformat(moment[:10]))

    def save(self, name: str, tree: Tree, was: str | None = None) -> int:
        with db.writing() as session:
            act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
            return membership.save(session, name, tree, act, now, settings.today(session), was=was)

    def would_move(self, name: str | None, tree: Tree) -> tuple[int, int]:
        with db.reading() as session:
            return tuple(membership.would_move(session, settings.today(session), name, tree))

    def refresh(self) -> dict[str, tuple[int, int, int]]:
        return {one.name: (one.entered, one.left, one.members) for one in refreshing.run()}


def code_of() -> dict[int, str]:
    c = customers.c
    with db.reading() as session:
        return dict(session.connection().execute(select(c.id, c.external_id)).all())


def members(name: str, on: str | None = None) -> set[str]:
    """Their codes: now, or at the start of a day."""
    code = code_of()
    with db.reading() as session:
        if on is None:
            return {code[id_] for id_ in membership.members(session, name).tolist()}
        return {code[id_] for id_ in membership.inside_on(session, name, date.fromisoformat(on)).tolist()}


def passages(name: str) -> list[str]:
    """«К-1 in 2026-03-01 10:30», from the first; a passage that is no event ends with «quietly»."""
    code = code_of()
    with db.reading() as session:
        told = []
        found = membership.passages(session, name, 1000)
        for one in sorted(found, key=lambda one: (one.at, code[one.customer_id])):
            at = settings.shop_time(session, one.at)
            way, how = "in" if one.has_entered else "out", "" if one.is_event else " quietly"
            told.append(f"{code[one.customer_id]} {way} {at:%Y-%m-%d %H:%M}{how}")
    return told


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(Refused) as told:
        yield
    assert words in str(told.value)
