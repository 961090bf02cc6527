"""From the demo shop to one's own: what was invented goes whole, what is real stays."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from loyalty import db, settings
from loyalty.demo import leaving
from loyalty.demo import load as demo
from loyalty.errors import Refused
from loyalty.files.importing import import_file
from loyalty.models import Import, customers, entries, products, receipts
from loyalty.reports import shop as report
from tests.browser import App, settle, visit
from tests.till import ANNA, file_of, sale, shop_that_adds_up

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
