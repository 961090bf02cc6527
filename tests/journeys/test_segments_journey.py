"""In a browser: the RFM picture → its segment → all of it in Excel; a list of phones becomes a segment."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from loyalty import settings
from loyalty.segments import membership, ready
from tests.browser import DESKTOP, PHONE, App, opened_page, running_shop, settle, visit
from tests.pages.factory import TODAY, small_shop

pytestmark = pytest.mark.browser
VIEWS = {"wide": DESKTOP, "phone": PHONE}


def tell(session: Session) -> None:
    """The small shop with its ready segments counted today and 55 days ago, when Maria was none of them."""
    small_shop(session)
    ready.add_missing(session)
    for day in (TODAY - timedelta(days=55), TODAY):
        membership.refresh(session, settings.day_starts(day, "Europe/Moscow"), day)


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The dashboard of that shop."""
    with running_shop(tell, migrated_sqlite, tmp_path_factory.mktemp("segments")) as started:
        yield started


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


def test_from_the_picture_to_the_segment_and_to_excel(app: App, view: Page) -> None:
    visit(view, app.address + "/segments")
    view.get_by_role("button", name="Растущие").click()
    expect(view.get_by_role("heading", name="РФМ: Растущие")).to_be_visible()
    settle(view)
    assert "/segment?name=" in view.url
    with view.expect_download() as download:
        view.get_by_role("button", name="Excel").first.click()
    assert download.value.suggested_filename == "РФМ- Растущие.xlsx"
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    assert book.sheetnames[:3] == ["О сегменте", "Клиенты", "По месяцам"]
    headings, row = (list(line) for line in book["Клиенты"].iter_rows(values_only=True))
    assert dict(zip(headings, row, strict=True))["Сумма"] == 15_000
    view.get_by_role("tab", name="Движение").click()
    view.get_by_text("Алёшина Мария Сергеевна").first.click()
    expect(view.get_by_role("heading", name="Алёшина Мария Сергеевна")).to_be_visible()
    view.go_back()
    expect(view.get_by_role("heading", name="РФМ: Растущие")).to_be_visible()


def test_a_list_of_phones_becomes_a_segment(app: App, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "гости.txt").write_text("Телефон\n8 916 123-45-67\n8 900 000-00-01\n", encoding="cp1251")
    with opened_page(browser, DESKTOP) as page:
        visit(page, app.address + "/segments")
        page.get_by_role("button", name="Ещё").click()
        page.get_by_role("button", name="Список из файла").click()
        dialog = page.get_by_role("dialog").filter(has_text="Список из файла")
        expect(dialog).to_be_visible()
        expect(page.get_by_role("button", name="Обновить сейчас")).to_be_hidden()
        dialog.locator('input[type="file"]').set_input_files(tmp_path / "гости.txt")
        expect(dialog.get_by_text("Нашлось: 1 клиент")).to_be_visible()
        expect(dialog.get_by_text("Не нашлись: 1 строка")).to_be_visible()
        settle(page)
        dialog.get_by_label("Как назвать").fill("Гости праздника")
        settle(page)
        dialog.get_by_role("button", name="Создать сегмент").click()
        expect(page.get_by_role("heading", name="Гости праздника")).to_be_visible()
        expect(page.get_by_text("которые есть в списке из 1 телефона")).to_be_visible()


def test_two_segments_are_put_together_in_the_editor(app: App, browser: Browser) -> None:
    with opened_page(browser, DESKTOP) as page:
        visit(page, app.address + "/segments")
        page.get_by_role("button", name="Ещё").click()
        page.get_by_role("button", name="Сложить два сегмента").click()
        for label, name in (("Первый", "Постоянные"), ("Второй", "Потерянные")):
            page.get_by_role("combobox", name=label).click()
            page.get_by_role("option", name=name, exact=True).click()
            settle(page)
        page.get_by_role("button", name="Дальше").click()
        page.wait_for_url("**/segment_edit?where=*")
        settle(page)
        expect(page.get_by_text("которые входят в сегмент «Постоянные»").first).to_be_visible()
