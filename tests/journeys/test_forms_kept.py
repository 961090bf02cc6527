"""In a real browser: nothing typed is lost by a tab, «назад» or another page; a reload asks, and only then."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Dialog, Page, expect
from playwright.sync_api import TimeoutError as TooLong

from loyalty import db
from tests.browser import App, settle, visit
from tests.pages.factory import small_shop
from tests.till import shop_that_adds_up

TODAY = date(2026, 3, 1)
PAUSE_MS = 600  # after which what is typed has been sent


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(sqlite_url, TODAY, monkeypatch):
        with db.writing() as session:
            small_shop(session)
        yield


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def asks_before_reload(page: Page) -> bool:
    """Whether the browser asks; the answer is to stay."""
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    try:
        page.reload(timeout=3_000, wait_until="commit")
    except TooLong:
        assert asked == ["beforeunload"]
        return True
    page.remove_listener("dialog", stay)
    settle(page)
    return False


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_what_is_typed_is_kept_or_asked_about(running_app: Callable[..., App], page: Page) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    visit(page, f"{app.address}/customer?id=1")
    open_tab(page, "О клиенте")
    city = page.get_by_label("Город")
    city.fill("Тула")
    assert asks_before_reload(page)  # at once, sent or not
    page.wait_for_timeout(PAUSE_MS)
    open_tab(page, "История")
    assert asks_before_reload(page)
    open_tab(page, "О клиенте")
    expect(city).to_have_value("Тула")

    page.get_by_role("link", name="Журнал").click()
    settle(page)
    assert asks_before_reload(page)
    page.go_back()
    settle(page)
    open_tab(page, "О клиенте")
    expect(city).to_have_value("Тула")
    page.get_by_role("button", name="Вернуть как было").click()
    settle(page)
    expect(city).to_have_value("Москва")
    assert not asks_before_reload(page)

    open_tab(page, "О клиенте")
    city.fill("Клин")
    page.get_by_role("button", name="Сохранить").dblclick()
    expect(page.get_by_text("Сохранено").first).to_be_visible()
    settle(page)
    assert not asks_before_reload(page)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_dialogs_and_the_programme_ask_too_until_they_are_closed(
    running_app: Callable[..., App], page: Page
) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    visit(page, f"{app.address}/customer?id=1")
    page.get_by_role("button", name="Подарить бонусы").click()
    settle(page)
    page.get_by_label("За что").fill("Юбилей")
    page.wait_for_timeout(PAUSE_MS)
    assert asks_before_reload(page)
    page.keyboard.press("Escape")
    settle(page)
    assert not page.get_by_role("dialog").is_visible()
    page.get_by_role("button", name="Подарить бонусы").click()
    expect(page.get_by_label("За что")).to_have_value("Юбилей")
    page.keyboard.press("Escape")
    settle(page)
    assert not asks_before_reload(page)

    visit(page, f"{app.address}/program")
    page.get_by_role("button", name="Новая версия").click()
    settle(page)
    assert not asks_before_reload(page)
    page.get_by_role("button", name="Новая версия").click()
    page.get_by_role("textbox", name="Уровень").first.fill("Друг")
    page.wait_for_timeout(PAUSE_MS)
    settle(page)
    assert asks_before_reload(page)
    page.get_by_role("link", name="Журнал").click()
    settle(page)
    page.go_back()
    settle(page)
    expect(page.get_by_role("textbox", name="Уровень").first).to_have_value("Друг")
    page.get_by_role("button", name="Отмена").click()
    settle(page)
    assert not asks_before_reload(page)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_enter_sends_a_short_form_and_not_a_long_one(running_app: Callable[..., App], page: Page) -> None:
    app = running_app(today=TODAY.isoformat(), worker=False)
    visit(page, f"{app.address}/customer?id=1")
    page.get_by_role("button", name="Подарить бонусы").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Сколько бонусов").fill("50")
    dialog.get_by_label("Сколько бонусов").press("Enter")
    expect(dialog.get_by_text("Напишите, за что подарок")).to_be_visible()
    dialog.get_by_label("За что").press_sequentially("За отзыв")
    dialog.get_by_label("За что").press("Enter")  # sent before the pause that sends what is typed
    expect(dialog).to_be_hidden()
    settle(page)
    open_tab(page, "О клиенте")
    page.get_by_label("Город").fill("Тула")
    page.get_by_label("Город").press("Enter")
    settle(page)
    assert asks_before_reload(page)
