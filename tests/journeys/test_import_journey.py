"""In a real browser, wide and narrow: a file is asked about and agrees with its total; columns named by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from loyalty import db, settings
from tests.browser import DESKTOP, PHONE, App, opened_page, settle, visit
from tests.pages.factory import TODAY
from tests.till import shop_that_adds_up

VIEWS = {"wide": DESKTOP, "narrow": PHONE}
ASKED = (
    "Дата,Номер,Код клиента,Номенклатура,Количество,Сумма\r\n"
    '10.01.2026,000001,К-01,Пальто,1,"12,500"\r\n'
    '11.01.2026,000002,К-02,"<b>*Шарф*</b>",1,"9,900"\r\n'
    '12.01.2026,000003,К-03,Сапоги,1,"8,750"\r\n'
    "12.01.2026,000004,К-03,Шарф,1,900\r\n"
    'Итого,,,,,"32,050"\r\n'
)
STRANGE = (
    "Когда;Чек;Кому;Что;Шт;Итог руб\r\n"
    "05.01.2026 14:22:11;Ж-1;2000000001030;Платье;1;1 234,50\r\n"
    "06.01.2026 14:22:11;Ж-2;2000000001031;Юбка;2;2 000,00\r\n"
)


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(sqlite_url, TODAY, monkeypatch):
        with db.writing() as session:
            settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
        yield


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"


def drop(page: Page, path: Path, content: str) -> None:
    path.write_bytes(content.encode("cp1251"))
    page.locator('input[type="file"]').set_input_files(path)
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()
    settle(page)


def mean(page: Page, label: str, meaning: str) -> None:
    """Say what a column means: type, then choose."""
    place = page.get_by_role("combobox", name=f"Что в колонке «{label}»")
    place.click()
    place.fill(meaning)
    page.get_by_role("option", name=meaning, exact=True).first.click()
    settle(page)


def load(page: Page) -> None:
    page.get_by_role("button", name="Загрузить", exact=True).click()
    expect(page.get_by_role("button", name="Посмотреть клиентов")).to_be_visible(timeout=60_000)
    settle(page)
    fits(page)


def says(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_a_file_is_asked_about_and_columns_are_named(
    running_app: Callable[..., App], view: Page, tmp_path: Path
) -> None:
    visit(view, f"{running_app(today=TODAY.isoformat()).address}/import")
    drop(view, tmp_path / "тысячи.csv", ASKED)
    says(view, "— это сколько?")
    expect(view.get_by_role("button", name="Загрузить", exact=True)).to_be_disabled()
    view.get_by_text("отделяет тысячи").click()
    says(view, "Будет загружено: 4 чека на 32 050 ₽, с 10.01 по 12.01.2026")
    says(view, "Итог в файле 32 050 ₽ — сходится")
    fits(view)
    load(view)
    figure = view.locator(".figure").filter(has_text="4 чека").locator(".figure-value")
    assert figure.inner_text().replace("\u00a0", " ") == "32 050 ₽"
    says(view, "Итог в файле 32 050 ₽ — сходится")

    drop(view, tmp_path / "странные.csv", STRANGE)
    says(view, "Укажите, где Дата, Сумма: без них не посчитать")
    fits(view)
    mean(view, "Когда", "Чек: Дата")
    says(view, "Укажите, где Сумма: без неё не посчитать")
    mean(view, "Итог руб", "Деньги: Сумма строки")
    says(view, "Будет загружено: 2 чека на 3 234,50 ₽, с 05.01 по 06.01.2026")
    mean(view, "Кому", "Клиент: Карта")
    says(view, "2 клиента")
    load(view)
    says(view, "3 234,50 ₽")

    drop(view, tmp_path / "ещё раз.csv", STRANGE)
    says(view, "Будет загружено: 2 чека на 3 234,50 ₽")
    view.get_by_text("Запомненные файлы: 2").click()
    says(view, "Дата — «Когда», Номер — «Чек», Карта — «Кому»")
    view.get_by_role("button", name="Забыть").first.click()
    says(view, "Запомненные файлы: 1")
    says(view, "Укажите, где Дата, Сумма: без них не посчитать")
