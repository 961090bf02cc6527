"""«Шлюзы»: what sends, setting another by the dialog, a key that is not shown again, the sandbox's messages."""

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import db, options, settings
from loyalty.messages.sending import gateways
from loyalty.messages.sending.limits import FREQUENCY_CAP, QUIET_HOURS, VALIDITY
from loyalty.sms.gateway import Access, Outgoing
from loyalty.sms.sandbox import Sandbox
from tests import providers
from tests.pages.opened import (  # noqa: F401 — fixtures
    checked,
    column,
    figures,
    keyed,
    named_shop,
    opened,
    press,
    shop,
    toasts,
    words,
)
from tests.providers.smsru import SmsRu as Server

pytestmark = pytest.mark.usefixtures("named_shop")


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.smsru() as serving:
        yield serving


def connect(server: Server, price: int | None = 410) -> None:
    with db.writing() as session:
        gateways.change(session, "sms", gateways.Setting("smsru", server.key, "Leto", server.url, price))


def fill(app: AppTest, **typed: str) -> AppTest:
    for name, value in typed.items():
        app.text_input(key=keyed(app, name)).set_value(value)
    return app


def test_at_first_nothing_leaves_and_what_would_is_seen() -> None:
    app = opened("gateways")
    said = words(app)
    assert "Песочница: SMS не уходят с этого компьютера" in said
    assert "Песочница: письма не уходят с этого компьютера" in said
    assert "Здесь появятся сообщения, которые ушли бы клиентам" in said
    letters = [
        Outgoing(1, "+79161234567", "*Анна*, <b>привет</b>"),
        Outgoing(2, "anna@example.ru", "Текст", "Тема"),
    ]
    Sandbox(Access(folder=settings.files_dir())).send(letters, 7)
    app = opened("gateways")
    assert column(app, "sandbox", "Текст") == ["Тема. Текст", "*Анна*, <b>привет</b>"]
    assert column(app, "sandbox", "Кому") == ["anna@example.ru", "+7 916 123-45-67"]


def test_the_price_that_the_sandbox_counts_by_is_set_where_it_is_seen() -> None:
    app = opened("gateways")
    assert "Цена одной SMS для расчётов: не указана" in words(app)
    app = press(app, "sandbox-price")
    app = press(fill(app, price_sandbox="3,20"), "sandbox-price", keyed(app, "save"))
    assert "Цена одной SMS для расчётов: 3,20 ₽" in words(app).replace("\u00a0", " ")


def test_a_gateway_is_connected_by_the_dialog_and_asked_at_once(server: Server) -> None:
    app = press(opened("gateways"), "gateway-sms")
    assert app.text_input(key=keyed(app, "key_smsru")).proto.type == 1  # a password
    fill(app, key_smsru=server.key, sender_smsru="Leto", url_smsru=server.url, price_smsru="4,10")
    app = press(app, "gateway-sms", keyed(app, "save"))
    assert "SMS.ru: всё работает, баланс 1 000 ₽" in toasts(app)
    assert "Отправляет SMS.ru" in words(app)
    assert figures(app)["Хватит на"] == "243 SMS"
    assert (figures(app)["Цена одной SMS"], figures(app)["Отправитель"]) == ("4,10 ₽", "Leto")
    app = press(opened("gateways"), "gateway-sms")
    field = app.text_input(key=keyed(app, "key_smsru"))
    assert (field.value, field.placeholder) == ("", "Сохранён. Впишите новый, если он сменился")


def test_mistakes_stand_under_their_fields(server: Server) -> None:
    app = press(opened("gateways"), "gateway-sms")
    fill(app, sender_smsru="Лето", url_smsru="a.ru", price_smsru="")
    app = press(app, "gateway-sms", keyed(app, "save"))
    said = words(app)
    for sentence in ("Ключ пуст", "Имя отправителя — до 11 латинских", "Адрес шлюза пишут так"):
        assert sentence in said
    with db.reading() as session:
        assert gateways.accounts(session, "sms")[0].is_sandbox


def test_a_stored_key_goes_to_no_other_address_by_itself(server: Server) -> None:
    connect(server)
    app = press(opened("gateways"), "gateway-sms")
    fill(app, url_smsru="https://somebody.example")
    app = press(app, "gateway-sms", keyed(app, "save"))
    assert "Адрес другой: впишите ключ ещё раз" in words(app)
    with db.reading() as session:
        assert gateways.accounts(session, "sms")[0].access.url == server.url


def test_a_price_that_is_none_is_told() -> None:
    app = press(opened("gateways"), "gateway-sms")
    fill(app, key_smsru="key", price_smsru="дорого")
    app = press(app, "gateway-sms", keyed(app, "save"))
    assert "Цену пишут в рублях: 3,20" in words(app)


def test_a_key_that_does_not_fit_stays_on_the_screen_as_a_trouble(server: Server) -> None:
    connect(server)
    server.key = "another"
    app = press(opened("gateways"), "try-sms-smsru")
    assert "SMS.ru: ключ api_id не подходит (код 200)" in toasts(app)
    assert "SMS.ru: ключ api_id не подходит (код 200)" in words(opened("gateways"))
    server.key = "the-secret-key"
    app = press(opened("gateways"), "try-sms-smsru")
    assert "не подходит" not in words(opened("gateways"))


def test_a_reserve_is_added_and_put_aside(server: Server) -> None:
    connect(server)
    app = opened("gateways")
    assert "Запасного шлюза нет" in words(app)
    app = press(app, "reserve-sms")
    with providers.smsc() as other:
        fill(app, key_smsc=other.key, url_smsc=other.url)
        app = press(app, "reserve-sms", keyed(app, "save"))
        assert "SMSC.ru: всё работает, баланс 1 871,62 ₽" in toasts(app)
    assert "Запасной: SMSC.ru" in words(app)
    app = press(opened("gateways"), "reserve-away-sms")
    assert "SMSC.ru больше не запасной" in toasts(app)
    assert "Отложены, ключ сохранён: SMSC.ru" in words(app)


def test_the_address_to_call_is_shown_where_the_shop_has_one(server: Server) -> None:
    connect(server)
    assert "программа спрашивает у шлюза сама" in words(opened("gateways"))
    with db.writing() as session:
        settings.put(session, "public_address", "https://bonus.leto.ru")
    with db.reading() as session:
        address = gateways.accounts(session, "sms")[0].access.callback
    assert [one.value for one in opened("gateways").code] == [address]


def test_screens_of_messages_say_that_nothing_leaves(server: Server) -> None:
    said = "SMS никуда не уходят"
    assert said in words(opened("campaigns"))
    connect(server)
    assert said not in words(opened("campaigns"))


def test_quiet_hours_and_the_cap_are_set_where_gateways_are() -> None:
    app = opened("gateways")
    assert {"begins": time(20), "ends": time(10), "messages": 1, "days": 1, "hours": 24} == {
        name: field(app, name).value for name in ("begins", "ends", "messages", "days", "hours")
    }
    field(app, "begins").set_value(time(21, 30))
    field(app, "days").set_value(7)
    app = press(app, keyed(app, "do"))
    assert limits_said() == ("21:30-10:00", "1/7", "24")
    for name in ("is_quiet", "is_capped"):
        field(app, name).set_value(False)
    app = press(app.run(), keyed(app, "do"))
    assert limits_said() == ("none", "none", "24")


def test_quiet_hours_that_never_end_are_refused_at_their_field() -> None:
    app = opened("gateways")
    field(app, "begins").set_value(time(10))
    app = press(app, keyed(app, "do"))
    assert "длились бы круглые сутки" in words(app)
    assert limits_said() == ("20:00-10:00", "1/1", "24")


def field(app: AppTest, name: str) -> Any:
    widgets = (*app.time_input, *app.number_input, *app.toggle)
    return next(one for one in widgets if str(one.key).endswith(f" {name}"))


def limits_said() -> tuple[str, ...]:
    with db.reading() as session:
        return tuple(options.get(session, name) for name in (QUIET_HOURS, FREQUENCY_CAP, VALIDITY))
