"""In a real browser, on a phone: a gateway is connected, told by its balance, and its key is never seen again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from loyalty import db, settings
from tests import providers
from tests.browser import App, settle, visit
from tests.pages.factory import small_shop


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    with db.writing() as session:
        settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
        small_shop(session)
    db.engine().dispose()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_a_gateway_is_connected_and_its_key_is_gone_from_sight(
    running_app: Callable[..., App], phone: Page
) -> None:
    app = running_app(today="2026-11-20", worker=False)
    visit(phone, f"{app.address}/campaigns")
    expect(phone.get_by_text("SMS никуда не уходят")).to_be_visible()
    boxes = [one.bounding_box() for one in phone.locator(".st-key-sandbox-line > *").all()]
    words, link = (box for box in boxes if box)
    assert words["x"] + words["width"] <= link["x"] and words["height"] < 32
    assert abs(words["y"] + words["height"] / 2 - link["y"] - link["height"] / 2) < 4
    visit(phone, f"{app.address}/gateways")
    with providers.smsru() as server:
        phone.get_by_role("button", name="Подключить шлюз").click()
        key = phone.get_by_label("Ключ", exact=True)
        assert key.get_attribute("type") == "password"
        key.fill(server.key)
        phone.get_by_label("Имя отправителя").fill("Leto")
        phone.get_by_label("Цена одной SMS, ₽", exact=True).fill("4,10")
        phone.get_by_text("Другой адрес шлюза").click()
        phone.get_by_label("Адрес", exact=True).fill(server.url)
        phone.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
        expect(phone.get_by_text("SMS.ru: всё работает")).to_be_visible()
        settle(phone)
        said = phone.locator("body").inner_text().replace("\u00a0", " ")
        assert "Отправляет SMS.ru" in said and "1 000 ₽" in said and "243 SMS" in said
        phone.get_by_role("button", name="Изменить").first.click()
        again = phone.get_by_label("Ключ", exact=True)
        expect(again).to_have_value("")
        assert server.key not in phone.content()
        phone.keyboard.press("Escape")
    visit(phone, f"{app.address}/campaigns")
    expect(phone.get_by_text("SMS никуда не уходят")).to_have_count(0)
