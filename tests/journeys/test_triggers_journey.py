"""In a browser: tomorrow rehearsed; a birthday with a gift, switched on → bonuses in the card → they burn."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from loyalty.service import ready
from tests.browser import DESKTOP, PHONE, App, opened_page, running, running_shop, visit
from tests.pages.factory import small_shop

pytestmark = pytest.mark.browser
VIEWS = {"wide": DESKTOP, "phone": PHONE}
EVE, DAY, BURNED = "2026-03-10", "2026-03-11T12:00", "2026-04-10T12:00"
MARIA = "Алёшина Мария Сергеевна"


def tell(session: Session) -> None:
    """Maria was born on 14 March and agreed to messages."""
    small_shop(session)
    ready.add_missing(session)


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shop lives through the days of the story."""
    return tmp_path_factory.mktemp("birthday")


@pytest.fixture(scope="module")
def eve(migrated_sqlite: Path, folder: Path) -> Iterator[App]:
    """The dashboard on the day before the trigger's."""
    with running_shop(tell, migrated_sqlite, folder, date.fromisoformat(EVE)) as started:
        yield started


def test_tomorrow_is_rehearsed_before_it_comes(eve: App, view: Page) -> None:
    visit(view, f"{eve.address}/rehearsal?trigger=День рождения")
    expect(view.get_by_text("Мария, скоро день рождения!").first).to_be_visible()
    expect(view.get_by_text("«День рождения» в 10:00: получат 1").first).to_be_visible()
    view.get_by_role("link", name=MARIA).click()
    expect(view.get_by_role("heading", name=MARIA)).to_be_visible()


def test_a_birthday_from_the_switch_to_the_burning(eve: App, folder: Path, page: Page) -> None:
    """The worker itself fires, gives and sends; a month later it burns what nobody spent."""
    visit(page, eve.address + "/triggers")
    page.locator("label").filter(has_text="Включить «День рождения»").click()
    page.get_by_role("button", name="Включить", exact=True).click()
    expect(page.get_by_text("Включены: 1")).to_be_visible()
    with running(eve.database_url, folder, DAY) as app:
        until(page, f"{app.address}/trigger_edit?name=День рождения", "доставлено")
        page.get_by_role("link", name=MARIA).click()
        expect(page.get_by_role("heading", name=MARIA)).to_be_visible()
        expect(page.get_by_text("Подарок ко дню рождения «День рождения»").first).to_be_visible()
    with running(eve.database_url, folder, BURNED) as app:
        until(page, f"{app.address}/customer?id=1", "Сгорело")
        expect(page.get_by_role("row", name=re.compile("Сгорело.*500"))).to_be_visible()


def until(page: Page, address: str, words: str) -> None:
    """Look again and again until the worker has done it."""
    for _ in range(60):
        visit(page, address)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"«{words}» is not on {address}")
