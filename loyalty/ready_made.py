"""What a shop begins with: made once each, the owner's from then on; what she deletes stays deleted."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sqlmodel import Session

from loyalty import acts, settings
from loyalty.acts import Act
from loyalty.errors import Problems

T = TypeVar("T")


def is_due(session: Session, setting: str, names: Iterable[str]) -> bool:
    """Whether a shop lives here that some were never made in; the first start makes them in a new one."""
    return bool(settings.shop_name(session)) and bool({*names} - {*_made(session, setting)})


def add_missing(
    session: Session, setting: str, offered: Mapping[str, T], add: Callable[[str, T, Act], object]
) -> list[str]:
    """Make those that were never made here; their names. `setting` keeps which those are.

    Where `add` raises Problems she has one of this name already, or not what it stands on: she is not asked again.
    """
    made, added = _made(session, setting), []
    missing = {name: one for name, one in offered.items() if name not in made}
    if not missing:
        return []
    act = acts.begin(session, acts.Origin.RULE)
    for name, one in missing.items():
        try:
            add(name, one, act)
        except Problems:
            continue
        added.append(name)
    settings.put(session, setting, json.dumps([*made, *missing], ensure_ascii=False))
    return added


def _made(session: Session, setting: str) -> list[str]:
    found: list[str] = json.loads(settings.get(session, setting) or "[]")
    return found
