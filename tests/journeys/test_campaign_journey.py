"""In a browser: a segment is written to through the sandbox, a file brings what they bought, and the table of
campaigns says what it was worth, to the figures of M2."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from loyalty import db, settings
from tests.browser import DESKTOP, PHONE, App, opened_page, running, settle, visit
from tests.messages.audiences import HEADER
from tests.till import file_of, loyalty, sale

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TODAY = "2026-11-20T12:00"
VIEWS = {"wide": DESKTOP, "phone": PHONE}
PEOPLE, PRICE = 615, "0,52"  # 319,80 ₽; four of them buy for 13 000 ₽
SEGMENT, NAME = "Новые", "Mart_new"


@pytest.fixture(params=VIEWS)
def app(
    request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path: Path
) -> Iterator[tuple[App, dict[str, int]]]:
    """A shop with 615 customers who agreed to messages, its worker beside it; and how wide the screen is."""
    database = tmp_path / "loyalty.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{database}"
    engine = db.connect(url)
    with db.writing(engine) as session:
        settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
    engine.dispose()
    people = tmp_path / "клиенты.csv"
    rows = [f"К-{at};Петрова;Анна;;+7916{at:07};" for at in range(1, PEOPLE + 1)]
    people.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    agreed = tmp_path / "согласия.csv"
    said = "Код клиента;Телефон;Согласие;Текст;Когда;Где;Подтверждение"
    words = [f"К-{at};+7916{at:07};Да;Согласна на рекламу;01.11.2026;Шоурум;Анкета" for at in range(1, PEOPLE + 1)]
    agreed.write_text("\n".join((said, *words, "")), encoding="utf-8")
    segment = tmp_path / "segment.json"
    everybody = {"name": SEGMENT, "where": {"is": "purchases_count", "to": 0}}
    segment.write_text(json.dumps(everybody), encoding="utf-8")
    for command in (
        ("import", people, "--kind", "customers"),
        ("consents", "import", agreed),
        ("segment", "add", segment),
        ("gateway", "set", "sandbox", "--price", PRICE),
    ):
        done = loyalty(url, *command, today=TODAY)
        assert done.returncode == 0, done.stderr + done.stdout
    with running(url, tmp_path, today=TODAY) as started:
        yield started, VIEWS[request.param]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"


def test_from_a_segment_to_what_it_brought(
    app: tuple[App, dict[str, int]], browser: Browser, tmp_path: Path
) -> None:
    shop, size = app
    with opened_page(browser, size) as page:
        visit(page, f"{shop.address}/segment?name={SEGMENT}")
        press(page, "Написать им")
        write(page)
        launch(page)
        expect(page.locator(".figure").filter(has_text="Доставлено")).to_contain_text("615", timeout=60_000)
        fits(page)
        buy(page, shop, tmp_path)
        visit(page, f"{shop.address}/campaigns")
        row = page.get_by_role("row").filter(has_text=NAME)
        said = row.inner_text().replace("\u00a0", " ")
        assert all(figure in said for figure in ("SMS", "3 965 %", "0,65 %", "13 000", "320")), said
        fits(page)


def write(page: Page) -> None:
    """Name and text; a placeholder is put in where the cursor stands, what it becomes is seen at once."""
    page.get_by_label("Название", exact=True).fill(NAME)
    text = page.get_by_label("Текст сообщения")
    text.fill(", ждём вас! ")
    text.press("Home")
    press(page, "имя")
    text.press("Control+End")
    press(page, "отписка")
    expect(page.locator(".st-key-campaign-bubble")).to_contain_text("Анна, ждём вас!")
    assert text.input_value() == "{имя}, ждём вас! {отписка}"
    expect(page.get_by_role("list", name="Кто получит рассылку")).to_contain_text("615")
    fits(page)


def launch(page: Page) -> None:
    """Asked once, with how many and how much; a double click launches it once."""
    press(page, "Запустить")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Получат 615")
    dialog.get_by_role("button", name="Отправить 615 сообщений за 319,80 ₽").dblclick()
    page.wait_for_url("**/campaign?name=*")
    settle(page)


def buy(page: Page, shop: App, folder: Path) -> None:
    """What four of them bought that evening comes in a file."""
    rows = [sale("20.11.2026 19:00", str(at), f"К-{at};Анна;;", amount)
            for at, amount in enumerate(("4000", "3000", "3500", "2500"), 1)]  # fmt: skip
    path = file_of(folder / "продажи.csv", rows)
    visit(page, f"{shop.address}/import")
    page.locator('input[type="file"]').set_input_files(path)
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()
    settle(page)
    press(page, "Загрузить")
    expect(page.get_by_role("button", name="Посмотреть клиентов")).to_be_visible(timeout=60_000)
