"""In a browser: «Сегодня» → who loses bonuses this week → all of it in Excel → a card → back with the search."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from loyalty import acts, db, settings
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef
from tests.browser import App, settle, visit
from tests.pages.factory import TODAY, line, sale
from tests.till import shop_that_adds_up

COUNT = 30  # more than a page of the list


@pytest.fixture
def burning(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Thirty customers whose 100,50 bonuses each burn in three days."""
    with shop_that_adds_up(sqlite_url, TODAY, monkeypatch):
        with db.writing() as session:
            settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
            act = acts.begin(session, acts.Origin.IMPORT)
            known = [CustomerRef(code=f"К-{at}") for at in range(COUNT)]
            people.upsert(session, [CustomerDocument(who, f"Котова{at}") for at, who in enumerate(known)], act)
            sales = [sale(f"{at:06}", datetime(2025, 3, 4, 12), [line(2_010)], who) for at, who in enumerate(known)]
            ledger.refresh(session, receipts.record(session, sales, act).touched, TODAY)
        yield


@pytest.mark.browser
@pytest.mark.usefixtures("burning")
def test_from_today_to_the_list_and_to_excel(running_app: Callable[..., App], page: Page) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    visit(page, app.address + "/today")
    expect(page.get_by_text("До 08.03 сгорят бонусы у 30 клиентов")).to_be_visible()
    expect(page.get_by_text("Всего 3 000 бонусов")).to_be_visible()
    page.get_by_role("link", name="Посмотреть список").first.click()
    settle(page)
    assert page.url.endswith("/customers?show=burns_week")
    expect(page.get_by_text("30 из 30 клиентов · сгорит 3 000 бонусов")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Excel").click()
    rows = list(load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active.iter_rows(values_only=True))
    assert len(rows) == 1 + COUNT
    assert {row[rows[0].index("Сгорит")] for row in rows[1:]} == {100}
    assert {row[rows[0].index("Когда")] for row in rows[1:]} == {datetime(2026, 3, 4)}

    page.get_by_placeholder("Имя, телефон").fill("котова7")
    expect(page.get_by_text("1 из 30 клиентов")).to_be_visible()
    settle(page)
    page.get_by_role("grid", name="Список клиентов").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Котова7")).to_be_visible()
    settle(page)
    page.go_back()
    expect(page.get_by_text("1 из 30 клиентов")).to_be_visible()
    settle(page)
    assert "id=" not in page.url and "show=burns_week" in page.url
    page.go_forward()
    expect(page.get_by_role("heading", name="Котова7")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Клиенты").last.click()  # «← Клиенты» of the card
    expect(page.get_by_text("1 из 30 клиентов")).to_be_visible()
    expect(page.get_by_placeholder("Имя, телефон")).to_have_value("котова7")

    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text("1 из 30 клиентов · сгорит 100 бонусов")).to_be_visible()
    page.get_by_role("button", name="Сгорят за 7 дней").click()  # off again, and the address with it
    settle(page)
    assert "show" not in page.url
    page.go_back()
    settle(page)
    assert "show=burns_week" in page.url
    expect(page.get_by_text("сгорит 100 бонусов")).to_be_visible()

    visit(page, app.address + "/")
    page.get_by_role("link", name="Посмотреть список").first.click()  # another question: no word of the former
    expect(page.get_by_text("30 из 30 клиентов · сгорит 3 000 бонусов")).to_be_visible()
