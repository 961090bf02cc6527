"""Puts the demo shop into an empty database."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.demo.history import shop
from loyalty.errors import Refused
from loyalty.models import Import, customers, receipts
from loyalty.progress import Told
from loyalty.sales import intake
from loyalty.sales.documents import CustomerDocument, Document
from loyalty.sales.receipts import Result
from loyalty.service import ready

CUSTOMERS = 2000
RECEIPTS_PER_CUSTOMER = 5  # about, for the progress bar
TELL_EVERY = 500

T = TypeVar("T")


def load(session: Session, customers_count: int = CUSTOMERS, seed: int = 1, progress: Told | None = None) -> None:
    """Write the demo shop's name, customers and two years of documents; Refused where there is data already."""
    for table in (customers, receipts):
        if session.connection().execute(select(table.c.id).limit(1)).first():
            raise Refused("Демо-магазин можно загрузить только в пустую базу, а здесь уже есть данные")
    now, today, told = settings.utc_now(), settings.today(session), progress or (lambda fraction, words: None)
    made = shop(customers_count, seed, today=today)
    settings.name_shop(session, settings.shop_name(session) or made.name, settings.timezone(session))
    source = Import(
        file_name="Демо-магазин", kind="demo", origin="demo", queued_at=now, status="done", finished_at=now
    )
    session.add(source)
    session.flush()
    assert source.id is not None
    people = _telling(made.customers, customers_count, lambda part: told(0.1 * part, "Записываю клиентов"))
    act = acts.begin(session, acts.Origin.IMPORT, import_id=source.id)
    intake.take_customers(session, people, act=act, today=today, on_rejected=_never)
    documents = _telling(
        made.documents,
        customers_count * RECEIPTS_PER_CUSTOMER,
        lambda part: told(0.1 + 0.5 * part, "Записываю чеки"),
    )
    intake.take_documents(
        session, documents, act=act, today=today, on_rejected=_never,
        progress=lambda part: told(0.6 + 0.4 * part, "Считаю бонусы"),
    )  # fmt: skip
    ready.add_missing(session)


def _telling(items: Iterable[T], expected: int, tell: Callable[[float], None]) -> Iterator[T]:
    for count, item in enumerate(items):
        if count % TELL_EVERY == 0:
            tell(min(count / expected, 1.0))
        yield item


def _never(document: Document | CustomerDocument, result: Result) -> None:
    raise AssertionError(f"the demo shop makes only sound documents: {document}: {result.reason}")
