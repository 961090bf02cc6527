"""From the demo shop to one's own: what was invented goes whole, what is real stays."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, union

from loyalty import acts as acts_of
from loyalty import db, settings
from loyalty.demo import leaving
from loyalty.demo import load as demo
from loyalty.errors import Refused
from loyalty.files.importing import import_file
from loyalty.models import (
    Import,
    ProgramVersion,
    acts,
    articles,
    customers,
    entries,
    identities,
    imports,
    mentions,
    messages,
    products,
    receipts,
    returns,
    segments,
    triggers,
)
from loyalty.program.terms import Program
from loyalty.reports import shop as report
from loyalty.rights import erasing
from loyalty.sales import till
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from tests.browser import App, settle, visit
from tests.messages import sent
from tests.till import ANNA, file_of, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)
SALE = sale("10.01.2026", "1", ANNA, "10000")


@pytest.fixture
def demo_shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        with db.writing() as session:
            demo.load(session, 20)
        yield


def counts() -> list[int]:
    with db.reading() as session:
        tables = (customers, receipts, entries, products)
        return [session.connection().scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.usefixtures("demo_shop")
def test_the_demo_shop_goes_whole_and_a_real_file_goes_in_after_it(tmp_path: Path) -> None:
    with db.reading() as session:
        assert report.state(session).is_demo
    with db.writing() as session:
        leaving.remove(session)
    assert counts() == [0, 0, 0, 0]
    with db.reading() as session:
        assert not report.state(session).has_data
    assert import_file(file_of(tmp_path / "a.csv", [SALE])).imported == 1
    with db.reading() as session:
        assert not report.state(session).is_demo


@pytest.mark.usefixtures("demo_shop")
def test_what_was_written_to_invented_people_goes_with_them() -> None:
    with db.writing() as session:
        spring = sent.campaign(session, "Весна", "2026-11-20 12:00")
        for id_ in (1, 2):
            sent.message(session, id_, "2026-11-20 12:05", campaign_id=spring)
        erasing.erase(session, 1, acts_of.begin(session, acts_of.Origin.SCREEN))
    with db.writing() as session:
        leaving.remove(session)
    assert counts() == [0] * 4
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(messages)) == 0


@pytest.mark.usefixtures("demo_shop")
def test_real_data_beside_the_demo_shop_are_never_removed(tmp_path: Path) -> None:
    import_file(file_of(tmp_path / "a.csv", [SALE]))
    before = counts()
    with pytest.raises(Refused, match="не только демо-магазин"), db.writing() as session:
        leaving.remove(session)
    assert counts() == before


@pytest.mark.usefixtures("demo_shop")
def test_a_file_that_waits_for_its_turn_is_not_lost_with_the_demo_shop() -> None:
    with db.writing() as session:
        session.add(Import(file_name="продажи.csv", origin="browser", queued_at=settings.utc_now()))
    with pytest.raises(Refused), db.writing() as session:
        leaving.remove(session)
    assert counts()[0] == 20


@pytest.mark.usefixtures("demo_shop")
def test_a_sale_at_the_till_is_not_lost_with_the_demo_shop() -> None:
    line = DocumentLine("A1", "Платье", "Платья", 1000, None, 0, 100_000)
    with db.writing() as session:
        till.sell(session, SaleDocument("T-1", "", datetime(2026, 12, 1, 12), [line]), TODAY)
        invented = session.connection().scalar(select(func.min(customers.c.id)))
        mine = SaleDocument(
            "T-2", "", datetime(2026, 12, 1, 13), [line], customer=CustomerRef(phone="+79161110001")
        )
        theirs = SaleDocument("T-3", "", datetime(2026, 12, 1, 14), [line], customer=CustomerRef(id=invented))
        till.sell(session, mine, TODAY)
        till.sell(session, theirs, TODAY)
    with db.writing() as session:
        leaving.remove(session)
    assert counts()[:2] == [2, 3]
    with db.reading() as session:
        turnovers = session.connection().scalars(select(customers.c.turnover).order_by(customers.c.id)).all()
        assert turnovers == [100_000, 100_000]


@pytest.mark.usefixtures("demo_shop")
def test_no_id_of_the_demo_shop_is_ever_given_again(tmp_path: Path) -> None:
    tables = (acts, articles, customers, identities, imports, mentions, products, receipts, returns)
    with db.reading() as session:
        last = [session.connection().scalar(select(func.max(table.c.id))) or 0 for table in tables]
    with db.writing() as session:
        leaving.remove(session)
    with db.reading() as session:  # what made the ready segments and triggers is none of the demo shop's
        kept = session.connection().scalars(select(acts.c.id)).all()
        ready = union(select(segments.c.act_id), select(triggers.c.act_id))
        assert set(kept) == set(session.connection().scalars(ready))
    import_file(file_of(tmp_path / "a.csv", [SALE, give_back("11.01.2026", "1", "1", ANNA, "10")]))
    with db.reading() as session:
        fresh = (select(func.min(t.c.id)).where(*[t.c.id.not_in(kept)] * (t is acts)) for t in tables)
        first = [session.connection().scalar(query) or 0 for query in fresh]
    assert all(new > old for new, old in zip(first, last, strict=True))


@pytest.mark.usefixtures("demo_shop")
def test_the_programme_outlives_the_demo_shop() -> None:
    with db.writing() as session:
        act_id = acts_of.begin(session, acts_of.Origin.SCREEN).id
        session.add(ProgramVersion(in_force_from=TODAY, terms=Program().to_json(), act_id=act_id))
    with db.writing() as session:
        leaving.remove(session)
    with db.reading() as session:
        assert session.scalars(select(ProgramVersion.act_id)).all() == [act_id]


@pytest.mark.browser
def test_the_owner_ends_the_demo_by_clicking(
    running_app: Callable[..., App], page: Page, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    with db.writing() as session:
        demo.load(session, 20)
    app = running_app(today=TODAY.isoformat(), worker=False)
    visit(page, app.address)
    expect(page.get_by_text("Демо-магазин: всё придумано")).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button").last.click()
    end = page.get_by_role("button", name="Начать со своими данными")
    expect(end).to_be_disabled()
    page.get_by_text("Убрать всех клиентов и все чеки").click()
    end.click()
    settle(page)
    expect(page.get_by_text("Ещё ничего не загружали")).to_be_visible()
    assert counts() == [0, 0, 0, 0]
