"""What state the shop's data is in: whether there is any, and a mark that changes when it does."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import settings
from loyalty.demo import load as demo
from loyalty.models import acts, customers, grants, imports, program_versions, receipts, returns
from loyalty.sales import answers

Mark = tuple[object, ...]


class State(NamedTuple):
    """The shop's name (empty before the first start is done), whether it has any data, and only invented ones."""

    name: str
    has_data: bool
    is_demo: bool = False
    open_receipts: int = 0  # that wait for «чей это чек?»


def state(session: Session) -> State:
    """How far the first start has come."""
    found = any(
        session.connection().scalar(select(table.c.id).limit(1)) is not None
        for table in (receipts, customers, returns)
    )
    return State(
        settings.shop_name(session),
        found,
        is_demo=found and demo.is_all(session),
        open_receipts=answers.count(session),
    )


def mark(session: Session) -> Mark:
    """Changes whenever a document, a gift, an import or the programme does: what figures may be kept under."""
    newest = (
        session.connection().scalar(select(func.max(table.c.id)))
        for table in (receipts, returns, customers, grants, program_versions, acts)
    )
    done = session.connection().scalar(select(func.max(imports.c.finished_at)))
    return (settings.database_url(), *newest, done, settings.get(session, "figures_on"))
