"""Who is who, whatever the order of files: random families, cards and phones, and worked stories."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import acts, db
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.files.importing import import_file
from loyalty.identity import signs
from loyalty.identity.learned import Learned
from loyalty.models import answers as answers_table
from loyalty.models import customers, receipts
from loyalty.sales import answers, intake
from loyalty.sales.documents import CustomerDocument, CustomerRef, Document, DocumentLine, SaleDocument
from tests.till import emptied

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


# --- Worked stories --------------------------------------------------------------------------------------

PHONE, CARD = "+79161110001", "0001"
ANNA = CustomerRef("К-1", None, PHONE, "Сергеева Анна")
OLEG = CustomerRef("К-2", None, PHONE, "Сергеев Олег")


def by(phone: str | None = PHONE, card: str | None = None, name: str | None = None) -> CustomerRef:
    return CustomerRef(None, card, phone, name)


def whose(number: str) -> str | None:
    """The code of a receipt's customer; «открыт» while nobody can tell."""
    with db.reading() as session:
        r, c = receipts.c, customers.c
        query = select(r.customer_id, c.external_id, r.mention_id).outerjoin(customers, c.id == r.customer_id)
        rows = session.connection().execute(query.where(r.number == number, r.superseded_at.is_(None)))
        owner, code, mention = rows.one()
    return "открыт" if owner is None and mention is not None else code


def id_of(code: str) -> int:
    with db.reading() as session:
        return (
            session.connection().execute(select(customers.c.id).where(customers.c.external_id == code)).scalar_one()
        )


def receipt_id(number: str) -> int:
    with db.reading() as session:
        r = receipts.c
        query = select(r.id).where(r.number == number, r.superseded_at.is_(None))
        return session.connection().execute(query).scalar_one()


def answered(number: str, code: str) -> None:
    """A person says whose it is, and bonuses follow."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        learned = answers.answer(session, receipt_id(number), id_of(code), act)
        ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)
        assert list(ledger.check(session)) == []


def said(what: Callable[[Session, acts.Act, Learned], None]) -> None:
    """A person says something of somebody's signs."""
    with db.writing() as session:
        act, learned = acts.begin(session, acts.Origin.SCREEN), Learned()
        what(session, act, learned)
        ledger.refresh(session, learned.touched | set(learned.created), TODAY, loose=learned.loose)
        assert list(ledger.check(session)) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_phone_of_two_is_hers_whose_name_is_said_else_nobodys(order: tuple[int, ...]) -> None:
    some: list[list[Said]] = [
        [bought(1, ANNA), bought(2, OLEG)],
        [bought(3, by(name="Олег Сергеев")), bought(4, by()), bought(5, by(name="Пётр"))],
        [bought(6, by(name="А. Сергеева"))],
    ]
    for which in order:
        take(*some[which])
    assert [whose(str(n)) for n in range(1, 7)] == ["К-1", "К-2", "К-2", "открыт", "открыт", "К-1"]


def test_a_name_said_later_with_the_code_decides_what_was_open() -> None:
    take(bought(1, ANNA._replace(name=None)), bought(2, OLEG), bought(3, by(name="Сергеева Анна")))
    assert whose("3") == "открыт"
    take(bought(4, CustomerRef("К-1", None, None, "Сергеева Анна")))
    assert whose("3") == "К-1"


def test_a_name_written_on_the_card_decides_what_was_open() -> None:
    take(bought(1, ANNA._replace(name=None)), bought(2, OLEG), bought(3, by(name="Сергеева Анна")))
    changes = {"last_name": "Сергеева", "first_name": "Анна"}

    def write(session: Session, act: acts.Act, learned: Learned) -> None:
        learned.touched |= people.edit(session, id_of("К-1"), changes, act).touched

    said(write)
    assert whose("3") == "К-1"


def test_a_stranger_joined_by_rule_is_somebody_again_when_the_phone_turns_out_to_be_two_peoples() -> None:
    take(bought(1, by(card=CARD)), bought(2, ANNA._replace(phone=None)))
    take(bought(3, ANNA))
    assert whose("1") == "К-1"
    take(bought(4, OLEG))
    assert (whose("1"), whose("4")) == (None, "К-2")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_case_66_a_card_lost_and_replaced_is_one_customer(order: tuple[int, ...], cases: Path) -> None:
    for which in order:
        assert import_file(cases / f"66-card-reissued-{which + 1}.csv").errors == []
    with db.reading() as session:
        c = customers.c
        rows = session.connection().execute(select(c.external_id, c.turnover).where(c.joined_to.is_(None))).all()
        assert [tuple(row) for row in rows] == [("К-01", 19_000_00)]
        assert list(ledger.check(session)) == []


@pytest.mark.parametrize("order", list(itertools.permutations(("people", "sales"))))
def test_case_67_a_family_phone_is_hers_whose_name_is_said(order: tuple[str, ...], cases: Path) -> None:
    for which in order:
        assert import_file(cases / f"67-family-phone-{which}.csv").errors == []
    with db.reading() as session:
        c = customers.c
        query = select(c.first_name, c.receipts_count).where(c.receipts_count > 0)
        assert [tuple(row) for row in session.connection().execute(query)] == [("Ольга", 1)]


@pytest.fixture
def cases(shared_data: Path) -> Path:
    return shared_data.parent / "cases" / "import"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_number_passed_on_is_each_ones_by_the_day(when: str) -> None:
    passed_on = date(2026, 1, 20)
    sales = [bought(1, by()), bought(9, by()), bought(10, by()), bought(20, by())]  # 11, 19, 20 and 30 January
    take(bought(0, ANNA), bought(2, OLEG._replace(phone=None)))
    if when == "after":
        take(*sales)

    def pass_on(session: Session, act: acts.Act, learned: Learned) -> None:
        signs.end(session, id_of("К-1"), "phone", PHONE, passed_on, act, learned)
        signs.add(session, id_of("К-2"), "phone", PHONE, act, learned, since=passed_on)

    said(pass_on)
    if when == "before":
        take(*sales)
    assert [whose(n) for n in ("1", "9", "10", "20")] == ["К-1", "К-1", "К-2", "К-2"]


def test_an_answer_outlives_revisions_and_files_and_may_be_another() -> None:
    take(bought(1, ANNA), bought(2, OLEG), bought(3, by()))
    answered("3", "К-2")
    answered("3", "К-2")
    assert whose("3") == "К-2"
    take(bought(3, by(), roubles=700))
    take(bought(3, by(name="Сергеева Анна"), roubles=800))
    take(bought(3, CustomerRef("К-1"), roubles=900))
    assert whose("3") == "К-2"
    answered("3", "К-1")
    take(bought(3, by(), roubles=700))
    assert whose("3") == "К-1"
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(answers_table)) == 2
    take(bought(4, by()))
    assert whose("4") == "открыт"


def test_an_answer_for_this_years_number_is_not_for_another_years() -> None:
    take(bought(1, ANNA), bought(2, OLEG), bought(3, by()))
    answered("3", "К-2")
    last_year = bought(3, by())
    last_year.at = last_year.at.replace(year=2025)
    take(last_year)
    with db.reading() as session:
        r = receipts.c
        found = session.connection().execute(select(r.year, r.customer_id).where(r.number == "3")).all()
    assert sorted(tuple(row) for row in found) == [(2025, None), (2026, id_of("К-2"))]


def phones() -> dict[str, str | None]:
    """What phone is shown of a customer, by her card or code."""
    c = customers.c
    with db.reading() as session:
        query = select(func.coalesce(c.external_id, c.card), c.phone).where(c.joined_to.is_(None))
        return {str(key): phone for key, phone in session.connection().execute(query)}


def test_a_customer_of_a_card_is_reached_by_the_phone_that_documents_say_with_it() -> None:
    phone, other = "+79161234567", "+79161234560"
    take(bought(1, CustomerRef(card="22", phone=phone, name="Сергеева Анна")))
    assert phones() == {"22": phone}
    take(bought(2, CustomerRef(card="22")), bought(3, CustomerRef(card="22", phone=other)))
    assert phones() == {"22": min(phone, other)}
    take(CustomerDocument(CustomerRef("К-1", "22", "+79169999999", "Сергеева Анна"), "Сергеева", "Анна", rows=[1]))
    assert phones()["К-1"] == "+79169999999"  # what a code says goes before
