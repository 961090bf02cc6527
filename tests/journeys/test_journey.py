"""The main job in a real browser: an empty database, a 1C file, a customer, her bonuses, and why so many."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bonuses.test_rules import back, receipt
from tests.browser import App, settle, visit
from tests.onec import flat

SHEET = [
    ("К-1", receipt("000001", "2026-01-10", 10_000)),
    ("К-1", receipt("000002", "2026-01-20", 4_000, cheap=1_000)),
    ("К-2", receipt("000003", "2026-01-21", 3_000)),
    ("К-2", back("000001", 12, of="000003", _1=1_000)),
]


@pytest.mark.browser
@pytest.mark.slow
def test_from_a_file_of_1c_to_why_so_many(running_app: Callable[..., App], page: Page, tmp_path: Path) -> None:
    app = running_app(today="2026-01-24")
    visit(page, app.address)

    page.get_by_label("Как называется магазин").fill("Шоурум «Лето»")
    page.get_by_role("button", name="Дальше").click()
    page.get_by_role("button", name="Загрузить файл из 1С").click()
    page.locator('input[type="file"]').set_input_files(flat.write(tmp_path / "продажи.csv", SHEET, "cp1251"))
    expect(page.get_by_text("Продажи, 13 колонок")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Загрузить", exact=True).click()
    page.get_by_role("button", name="Посмотреть клиентов").click(timeout=60_000)
    settle(page)

    page.get_by_placeholder("Имя, телефон").fill("К-1")
    settle(page)
    expect(page.get_by_text("1 из 2 клиентов")).to_be_visible()

    visit(page, f"{app.address}/customer?id=1")
    expect(page.get_by_text("500", exact=True).first).to_be_visible()
    for words in ("Доступно", "Ждёт до 03.02", "Сгорит 20.01.2027", "Почему столько?"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    page.get_by_role("row", name="Чек 000002").click()
    expect(page.get_by_role("heading", name="Покупка 000002")).to_be_visible()

    page.get_by_role("button", name="Подарить бонусы").click()
    page.get_by_label("Сколько бонусов", exact=True).fill("300")
    page.get_by_label("За что").fill("Конкурс")
    page.get_by_role("button", name="Подарить", exact=True).dblclick()
    expect(page.get_by_text("Подарено 300")).to_be_visible()
    settle(page)
    expect(page.get_by_text("800", exact=True).first).to_be_visible()  # once, however often it was clicked

    page.get_by_test_id("stSidebar").get_by_role("button").last.click()
    page.get_by_label("Как называется магазин").fill("Бутик «Зима»")
    page.get_by_role("button", name="Сохранить").last.click()
    expect(page.get_by_test_id("stSidebar").get_by_text("Бутик «Зима»")).to_be_visible()


@pytest.mark.browser
def test_every_screen_of_the_empty_shop_offers_a_step(running_app: Callable[..., App], phone: Page) -> None:
    app = running_app(today="2026-01-24", worker=False)
    visit(phone, app.address)
    phone.get_by_label("Как называется магазин").fill("Шоурум «Лето»")
    phone.get_by_role("button", name="Дальше").click()
    settle(phone)
    for path, words in (
        ("/overview", "Загрузить"),
        ("/customers", "Здесь будут клиенты"),
        ("/whose", "Все чеки разобраны"),
        ("/import", "Ещё ничего не загружали"),
        ("/program", "Новая версия"),
        ("/journal", "Журнал"),
        ("/customer?id=7", "клиент"),
    ):
        visit(phone, app.address + path)
        expect(phone.get_by_text(words).first).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
