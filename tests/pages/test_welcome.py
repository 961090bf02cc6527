"""The first start: the shop's name and time zone, then a file from 1C or the demo shop, and on to «Обзор»."""

import pytest
from sqlalchemy import func, select

from loyalty import db, settings
from loyalty.files import queue
from loyalty.models import customers, imports
from tests.pages.opened import checked, keyed, named_shop, shop, started, words  # noqa: F401 — fixtures


def count(table: object) -> int:
    with db.reading() as session:
        return int(session.connection().scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


@pytest.mark.usefixtures("shop")
def test_the_first_start_asks_for_the_shop_in_russian_words() -> None:
    app = started()
    assert "Добро пожаловать" in words(app)
    assert "Москва, Санкт-Петербург (UTC+3)" in app.selectbox[0].options


@pytest.mark.usefixtures("shop")
def test_a_shop_without_a_name_is_told_beside_the_field() -> None:
    app = started()
    checked(app.button[0].click().run())
    assert "Напишите название магазина" in words(app)


@pytest.mark.usefixtures("shop")
def test_name_and_zone_are_kept_and_lead_to_the_second_step() -> None:
    app = started()
    app.text_input(key=keyed(app, "name")).set_value("Шоурум «Лето»")
    app.selectbox(key=keyed(app, "zone")).set_value("Asia/Novosibirsk")
    checked(app.button[0].click().run())
    assert "Шаг 2 из 2" in words(app)
    with db.reading() as session:
        assert settings.shop_name(session) == "Шоурум «Лето»"
        assert settings.timezone(session) == "Asia/Novosibirsk"


@pytest.mark.usefixtures("named_shop")
@pytest.mark.parametrize("key", ["welcome-rename", "shop-change"])
def test_the_shop_can_still_be_renamed(key: str) -> None:
    app = checked(started().button(key=key).click().run())
    assert app.text_input(key=keyed(app, "name")).value == "Шоурум «Лето»"


@pytest.mark.usefixtures("shop")
def test_stars_in_a_shops_name_are_letters_of_it() -> None:
    with db.writing() as session:
        settings.name_shop(session, "Бутик *Зима*", "Europe/Moscow")
    assert started().sidebar.markdown[0].value == "**Бутик \\*Зима\\***"


@pytest.mark.usefixtures("named_shop")
def test_a_file_from_1c_is_one_click_away() -> None:
    app = checked(started().button(key="welcome-import").click().run())
    assert "Импорт из 1С" in words(app)


@pytest.mark.usefixtures("named_shop")
def test_the_demo_shop_is_made_once_by_the_worker_and_leads_to_the_overview(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("loyalty.files.uploads.CUSTOMERS", 20)
    app = started()
    button = app.button(key="welcome-demo")
    checked(button.click().run())
    button.click()
    checked(app.run())
    assert count(imports) == 1
    assert "Когда всё будет готово, откроется «Сегодня»" in words(app)
    while queue.work():
        pass
    app = checked(app.run())
    assert count(customers) >= 20
    assert "Что сделать сейчас" in words(app)
    assert count(customers) >= 20
