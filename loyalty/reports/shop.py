"""What state the shop's data is in: whether there is any, and a mark that changes when it does."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import settings
from loyalty.models import acts, customers, imports, receipts, returns
from loyalty.sales import answers

Mark = tuple[object, ...]


class State(NamedTuple):
    """The shop's name (empty before the first start is done), whether it has any data, and only invented ones."""

    name: str
    has_data: bool
    is_demo: bool = False
    asks_whose: bool = False  # receipts wait for «чей это чек?», or were answered


def state(session: Session) -> State:
    """How far the first start has come."""
    found = any(
        session.connection().scalar(select(table.c.id).limit(1)) is not None
        for table in (receipts, customers, returns)
    )
    is_demo = found and is_only_demo(session)
    asks_whose = answers.count(session) > 0 or bool(answers.recent(session, limit=1))
    return State(settings.shop_name(session), found, is_demo, asks_whose)


def is_only_demo(session: Session) -> bool:
    """Whether no file but the demo shop was loaded, or waits to be."""
    origins = session.connection().scalars(select(imports.c.origin).where(imports.c.status != "failed").distinct())
    return set(origins) == {"demo"}


def mark(session: Session) -> Mark:
    """Changes whenever anybody says anything, or an import ends: what figures may be kept under."""
    last = session.connection().scalar(select(func.max(acts.c.id)))
    done = session.connection().scalar(select(func.max(imports.c.finished_at)))
    return (settings.database_url(), last, done, settings.get(session, "figures_on"))
