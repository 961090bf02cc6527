"""In a real browser, wide and narrow: «чей это чек?» answered; two people joined, sold to, and parted again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from loyalty import db
from loyalty.engine import ledger
from tests.browser import DESKTOP, PHONE, App, opened_page, settle, visit
from tests.pages.factory import TODAY
from tests.pages.family import family_shop
from tests.till import imports_into, sale, shop_that_adds_up

MARIA, DARIA = 1, 3
VIEWS = {"wide": DESKTOP, "narrow": PHONE}


@pytest.fixture
def family(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mother and daughter on one phone; `check` finds nothing at the end."""
    with shop_that_adds_up(sqlite_url, TODAY, monkeypatch):
        with db.writing() as session:
            family_shop(session)
        yield


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


def figure(page: Page, label: str) -> str:
    """A figure of the card by its label."""
    metric = page.locator(".figure").filter(has_text=label).first
    return metric.locator(".figure-value").inner_text().replace("\u00a0", " ")


def card(page: Page, app: App, id_: int, tab: str = "") -> None:
    visit(page, f"{app.address}/customer?id={id_}")
    if tab:
        page.get_by_role("tab", name=tab).click()
        settle(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"


@pytest.mark.browser
@pytest.mark.usefixtures("family")
def test_a_receipt_finds_its_customer(running_app: Callable[..., App], view: Page) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    card(view, app, DARIA)
    assert (figure(view, "Доступно"), figure(view, "Оборот")) == ("350", "7 000 ₽")

    visit(view, f"{app.address}/customers")
    view.get_by_role("link", name="2 чека ждут ответа, чьи они").click()
    settle(view)
    fits(view)
    expect(view.get_by_text("Чек 000010 на 4 000 ₽")).to_be_visible()
    view.get_by_role("button", name="Это Алёшина Дарья *Ивановна*").last.dblclick()
    expect(view.get_by_text("Чек 000010 записан: Алёшина Дарья *Ивановна*").first).to_be_visible()
    settle(view)
    expect(view.get_by_text("1 чек ждёт ответа")).to_be_visible()

    view.get_by_role("button", name="Другой клиент").click()
    view.get_by_placeholder("Имя, телефон").fill("котов")
    view.get_by_role("button", name="Это чек клиента").click()
    expect(view.get_by_text("Все чеки разобраны")).to_be_visible()
    card(view, app, DARIA)
    assert (figure(view, "Доступно"), figure(view, "Оборот")) == ("550", "11 000 ₽")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("family")
def test_two_people_are_one_and_two_again(running_app: Callable[..., App], view: Page, tmp_path: Path) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    card(view, app, MARIA, "О клиенте")
    view.get_by_role("button", name="Объединить с…").click()
    view.get_by_placeholder("Имя, телефон").fill("дарья")
    view.get_by_role("button", name="Выбрать", exact=True).click()
    expect(view.get_by_text("Доступно: 500 и 350")).to_be_visible()
    fits(view)
    view.get_by_role("button", name="Объединить", exact=True).dblclick()
    expect(view.get_by_text("Объединена с карточкой «Алёшина Дарья *Ивановна*»")).to_be_visible()

    # Both receipts that nobody could tell apart are hers now; Daria's code means her as well.
    imports_into(tmp_path)(sale("28.02.2026", "000077", "К-3;Алёшина Дарья;;20000999", "1000"))
    card(view, app, DARIA)
    expect(view.get_by_role("heading", name="Алёшина Мария Сергеевна")).to_be_visible()
    assert figure(view, "Оборот") == "29 000 ₽"

    card(view, app, DARIA, "О клиенте")
    view.get_by_role("button", name="Отменить объединение").click()
    expect(view.get_by_text("к ней вернутся 2 чека")).to_be_visible()
    view.get_by_role("dialog").get_by_role("button", name="Отменить объединение").click()
    expect(view.get_by_text("Объединение отменено").first).to_be_visible()
    settle(view)
    assert figure(view, "Оборот") == "15 000 ₽"
    card(view, app, DARIA)
    expect(view.get_by_role("heading", name="Алёшина Дарья *Ивановна*")).to_be_visible()
    assert figure(view, "Оборот") == "8 000 ₽"
    visit(view, f"{app.address}/whose")
    expect(view.get_by_text("2 чека ждут ответа")).to_be_visible()
    with db.reading() as session:
        assert list(ledger.check(session)) == []
