"""Who is who, whatever the order of files: random families, cards and phones, and worked stories."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import SQLModel

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.models import customers, receipts
from loyalty.sales import intake
from loyalty.sales.documents import CustomerDocument, CustomerRef, Document, DocumentLine, SaleDocument

TODAY = date(2026, 12, 1)
NAMES = (None, "Сергеева Анна", "Сергеев Олег", "А. Сергеева")
SOME = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    yield
    db.engine().dispose()


def emptied() -> None:
    with db.writing() as session:
        session.connection().execute(customers.update().values(joined_to=None))
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())


def bought(number: int, who: CustomerRef, roubles: int = 1000, redeemed: int | None = None) -> SaleDocument:
    """One dress, on a day of its own."""
    line = DocumentLine("A1", "Платье", "Платья", 1000, None, 0, roubles * 100)
    at = datetime(2026, 1, 10, 12) + timedelta(days=number)
    return SaleDocument(str(number), "", at, [line], redeemed, who, rows=[number])


Said = SaleDocument | CustomerDocument


def take(*said: Said) -> None:
    """A file of these: of sales, of customers, or one of each; nothing that is stored differs from the facts."""
    with db.writing() as session:
        people = [document for document in said if isinstance(document, CustomerDocument)]
        sales: list[Document] = [document for document in said if isinstance(document, SaleDocument)]
        act = acts.begin(session, acts.Origin.IMPORT)
        if people:
            intake.take_customers(session, people, act=act, today=TODAY, on_rejected=lambda *_: None)
        if sales:
            intake.take_documents(session, sales, act=act, today=TODAY, on_rejected=lambda *_: None)
        assert list(ledger.check(session)) == []


class Shop(NamedTuple):
    """Whose the receipts are: sets of numbers of one owner with her figures; the open ones."""

    owned: frozenset[tuple[frozenset[str], tuple[int, ...]]]
    open: frozenset[str]


def state() -> Shop:
    with db.reading() as session:
        r, c = receipts.c, customers.c
        rows = session.connection().execute(select(r.number, r.customer_id).where(r.superseded_at.is_(None))).all()
        figures = select(c.id, c.turnover, c.available, c.pending, c.debt, c.receipts_count)
        left = {row[0]: tuple(row[1:]) for row in session.connection().execute(figures)}
    owned: dict[int, set[str]] = {}
    for number, owner in rows:
        if owner is not None:
            owned.setdefault(owner, set()).add(number)
    return Shop(
        frozenset((frozenset(numbers), left[owner]) for owner, numbers in owned.items()),
        frozenset(number for number, owner in rows if owner is None),
    )


@st.composite
def refs(draw: st.DrawFn) -> CustomerRef:
    """Somebody by one, two or three of the signs there are: few, so that they meet."""
    code = draw(st.sampled_from((None, None, "К-1", "К-2", "К-3")))
    card = draw(st.sampled_from((None, "0001", "0002")))
    phone = draw(st.sampled_from((None, "+79161110001", "+79161110002")))
    if not (code or card or phone):
        phone = "+79161110001"
    return CustomerRef(code, card, phone, draw(st.sampled_from(NAMES)))


@st.composite
def documents(draw: st.DrawFn) -> list[Said]:
    sales = [bought(number, who) for number, who in enumerate(draw(st.lists(refs(), min_size=2, max_size=6)))]
    coded = st.lists(refs().filter(lambda who: who.code is not None), max_size=2)
    rows = [CustomerDocument(who._replace(name=None), *(who.name or "").split()) for who in draw(coded)]
    return [*sales, *rows]


@st.composite
def files(draw: st.DrawFn, said: Sequence[Said]) -> list[list[Said]]:
    shuffled, some = draw(st.permutations(list(said))), list[list[Said]]([[]])
    for document in shuffled:
        if some[-1] and draw(st.booleans()):
            some.append([])
        some[-1].append(document)
    return some


@SOME
@given(st.data(), documents())
def test_whose_receipts_are_does_not_depend_on_the_order_of_files(data: st.DataObject, said: list[Said]) -> None:
    emptied()
    take(*said)
    at_once = state()
    emptied()
    for file in data.draw(files(said)):
        take(*file)
    assert state() == at_once
