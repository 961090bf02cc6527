"""A walk through every screen, wide and narrow: no word of Latin letters but names, wherever one looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from loyalty import settings
from loyalty.files import uploads
from loyalty.segments import membership
from loyalty.service import ready
from tests.browser import DESKTOP, PHONE, App, opened_page, running, running_shop, settle, visit
from tests.latin import Reader
from tests.pages.factory import TODAY
from tests.pages.family import family_shop

VIEWS = {"wide": DESKTOP, "narrow": PHONE}
CARD = "/customer?id=1"
SEGMENT = "/segment?name=%D0%A0%D0%B0%D0%B7%D0%BE%D0%B2%D1%8B%D0%B5"  # «Разовые»
TRIGGER = "/trigger_edit"
EDITOR = SEGMENT.replace("/segment?", "/segment_edit?") + "&who=1"


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A small shop with receipts that ask whose they are, and its ready segments."""

    def tell(session: Session) -> None:
        family_shop(session)
        ready.add_missing(session)
        membership.refresh(session, settings.day_starts(TODAY, "Europe/Moscow"), TODAY)

    with running_shop(tell, migrated_sqlite, tmp_path_factory.mktemp("shop")) as started:
        yield started


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


def screens(page: Page, app: App) -> list[str]:
    """The addresses of the menu, a customer's card, a segment and its editor, a trigger."""
    visit(page, app.address)
    links = page.get_by_test_id("stSidebarNavLink").element_handles()
    found = [str(link.get_attribute("href")) for link in links]
    assert len(found) >= 6
    menu = (app.address + "/" + href.removeprefix(app.address).lstrip("/") for href in found)
    return [*menu, *(app.address + address for address in (CARD, SEGMENT, EDITOR, TRIGGER))]


@pytest.mark.slow
@pytest.mark.browser
def test_every_screen_is_russian_wherever_one_looks(app: App, page: Page) -> None:
    reader = Reader(page)
    for address in screens(page, app):
        reader.look_through(address)
    assert {"Ничего не найдено", "К содержанию страницы", "Следующий месяц"} <= reader.heard
    assert len(reader.heard) > 500 and len(reader.dialogs) >= 3
    assert reader.foreign == {}


@pytest.mark.browser
def test_every_screen_is_russian_on_a_phone(app: App, phone: Page) -> None:
    reader = Reader(phone)
    for address in screens(phone, app):
        reader.glance(address)
    assert len(reader.heard) > 200
    assert reader.foreign == {}


@pytest.mark.browser
def test_files_are_taken_in_russian(app: App, view: Page, tmp_path: Path) -> None:
    reader = Reader(view)
    visit(view, f"{app.address}/import")
    files = [tmp_path / name for name in ("продажи.csv", "ещё продажи.csv", "не таблица.png")]
    for file in files:
        file.write_bytes(uploads.template() if file.suffix == ".csv" else b"\x89PNG")
    view.locator('input[type="file"]').set_input_files(files)
    view.get_by_test_id("stFileChip").nth(2).wait_for()
    settle(view)
    view.get_by_test_id("stFileChip").first.hover()
    reader.read("three files")
    assert {"Добавить файлы", "Убрать не таблица.png"} <= reader.heard
    assert reader.foreign == {}


@pytest.mark.browser
def test_an_unknown_address_and_the_menu_are_russian(app: App, view: Page) -> None:
    reader = Reader(view)
    for address in ("/нет-такой", "/нет/совсем/такой"):
        visit(view, app.address + address)
        expect(view.get_by_role("dialog")).to_contain_text("Страница не найдена")
        reader.read(address)
    visit(view, app.address)
    closed = view.get_by_role("button", name="Показать меню")
    if closed.count():
        closed.click()
        settle(view)
    reader.read("the menu")
    reader.press("Название и часовой пояс", "the shop's dialog")
    assert reader.dialogs
    assert reader.foreign == {}


@pytest.mark.browser
def test_a_browser_set_to_english_gets_russian_too(app: App, browser: Browser) -> None:
    context = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    reader = Reader(page)
    visit(page, f"{app.address}{CARD}")
    reader.look_through(f"{app.address}{CARD}")
    assert reader.foreign == {}
    context.close()


@pytest.mark.browser
def test_first_start_is_russian(migrated_sqlite: Path, tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "empty.db").write_bytes(migrated_sqlite.read_bytes())
    with (
        running(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, worker=False) as empty,
        opened_page(browser, DESKTOP) as page,
    ):
        reader = Reader(page)
        reader.look_through(empty.address)
    assert reader.foreign == {}


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_stopped_program_says_so(sqlite_url: str, tmp_path: Path, browser: Browser, host: str) -> None:
    with opened_page(browser, DESKTOP) as page:
        with running(sqlite_url, tmp_path, worker=False) as stopping:
            visit(page, stopping.address.replace("127.0.0.1", host))
        expect(page.get_by_role("dialog")).to_contain_text("Программа не отвечает", timeout=20_000)
        reader = Reader(page)
        reader.read("stopped")
    assert reader.foreign == {}
