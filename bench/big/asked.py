"""The big shop's thirty segments: the ready ones, and ten that ask for goods in a period."""

from datetime import UTC, datetime

from sqlmodel import Session

from bench.big.rows import GROUP_NAMES
from bench.sales import TODAY
from loyalty import acts
from loyalty.segments import membership, ready, stored
from loyalty.segments.tree import All, Not, Tree, is_

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
GOODS_DAYS = (30, 60, 90, 120, 150, 180, 210, 240, 365)


def questions() -> dict[str, Tree]:
    """By name: the ready ones, one of each so many days of a group, and one of who never bought another."""
    found = dict(ready.everything())
    for group, days in zip(GROUP_NAMES[:: len(GROUP_NAMES) // len(GOODS_DAYS)], GOODS_DAYS, strict=False):
        found[f"{group} за {days} дней"] = is_("bought", groups=[group], last_days=days)
    never = Not(is_("bought", groups=[GROUP_NAMES[3]], last_days=365))
    found["Постоянные без блуз"] = All((is_("purchases_count", **{"from": 4}), never))
    return found


def keep(session: Session) -> None:
    """Add them all, with who is in each."""
    act = acts.begin(session, acts.Origin.RULE)
    for name, tree in questions().items():
        stored.add(session, name, tree, act)
    membership.refresh(session, NOW, TODAY)
