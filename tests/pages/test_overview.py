"""«Обзор», «Клиенты» and the card as their visitors meet them, on a real database."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from loyalty import db
from loyalty.engine import ledger
from loyalty.explain import printing
from loyalty.models import Customer
from loyalty.reports.customers import card as report
from loyalty.ui.excel import to_excel
from tests.pages.factory import TODAY
from tests.pages.opened import (
    act,
        card_of,
    column,
    figures,
    maria,
    named_shop,
    opened,
    person,
    shop,
    sold,
    started,
    toasts,
    words,
)  # fmt: skip

assert named_shop and shop and sold  # fixtures


def test_before_the_shop_has_a_name_only_the_first_start_is_shown(shop: str) -> None:
    app = started()
    assert "Обзор" not in [title.value for title in app.title]
    assert not app.sidebar.markdown


def test_an_empty_overview_offers_to_load_sales(named_shop: str) -> None:
    app = opened("overview")
    assert "Здесь будут выручка, чеки и бонусы" in words(app)
    assert "Загрузить продажи" in [button.label for button in app.button]


def test_the_overview_shows_the_year(sold: str) -> None:
    shown = figures(opened("overview"))
    assert shown["Выручка"] == "14 800 ₽"
    assert shown["Чеки"] == "4"
    assert shown["Покупатели"] == "1"


@pytest.mark.parametrize("period", ["Месяц", "Квартал", "Всё"])
def test_another_period_gives_its_own_figures(sold: str, period: str) -> None:
    app = opened("overview")
    app.button_group(key="overview_period").set_value(period).run()
    assert not app.exception
    assert figures(app)["Чеки"] == {"Месяц": "3", "Квартал": "4", "Всё": "5"}[period]


def test_the_sidebar_names_the_shop_and_says_that_the_worker_is_silent(sold: str) -> None:
    app = started()
    assert "Шоурум «Лето»" in app.sidebar.markdown[0].value
    assert "Фоновая служба не запущена" in app.sidebar.caption[0].value


def test_figures_are_of_today_even_if_no_night_ran(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-06")
    started()
    with db.reading() as session:
        assert str(ledger.figures_on(session)) == "2026-03-06"
    assert (person().available, person().pending) == (650 * 100, 0)


def test_the_list_is_searched_as_typed(sold: str) -> None:
    app = opened("customers")
    assert column(app, "customers", "Клиент") == ["Алёшина Мария Сергеевна", "Котов Пётр"]
    app.text_input(key="q").set_value("котов").run()
    assert column(app, "customers", "Клиент") == ["Котов Пётр"]
    assert "1 из 2 клиентов" in words(app)


def test_a_heading_sorts_the_list_and_again_turns_it_round(sold: str) -> None:
    app = opened("customers")
    app = act(app, "customers", "sort", "Клиент")
    assert column(app, "customers", "Клиент") == ["Алёшина Мария Сергеевна", "Котов Пётр"]
    app = act(app, "customers", "sort", "Клиент")
    assert column(app, "customers", "Клиент") == ["Котов Пётр", "Алёшина Мария Сергеевна"]


def test_a_search_that_finds_nobody_says_so(sold: str) -> None:
    app = opened("customers")
    app.text_input(key="q").set_value("нет такого").run()
    assert "Никто не нашёлся" in words(app)


def test_an_empty_list_says_where_customers_come_from(named_shop: str) -> None:
    assert "Здесь будут клиенты" in words(opened("customers"))


def test_a_card_shows_who_she_is_and_what_she_has(sold: str) -> None:
    app = card_of(maria())
    assert not app.exception
    said = words(app)
    assert "Алёшина Мария Сергеевна" in said
    assert (
        "+7 916 123-45-67 · карта 20000417 · Москва, Лесная, 12 · 14 марта 1992, 33 года · с нами с 03.05.2023"
        in said
    )
    shown = figures(app)
    assert shown["Доступно"] == "500"
    assert shown["Ждёт до 06.03"] == "150"
    assert shown["До уровня 7 %"] == "35 000 ₽"
    assert "Долг" not in shown


def test_a_card_explains_its_balance_down_to_the_proof(sold: str) -> None:
    said = words(card_of(maria()))
    assert "Доступно 500" in said
    assert "= 500. Столько и показано." in said


@pytest.mark.parametrize("asked", ["999", "не число", ""])
def test_a_card_of_nobody_is_one_sentence(sold: str, asked: str) -> None:
    app = card_of(asked)
    assert not app.exception
    assert len(app.error) == 1 and "списке клиентов" in app.error[0].value


def field(app: AppTest, label: str) -> Any:
    return next(one for one in app.text_input if one.label == label)


def form(app: AppTest) -> AppTest:
    """The card with «О клиенте» open."""
    app.session_state["card_tab"] = "О клиенте"
    return app.run()


def save(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label == "Сохранить").click().run()


def test_what_is_changed_on_the_card_is_kept_and_found(sold: str) -> None:
    app = form(card_of(maria()))
    field(app, "Фамилия").set_value("Иванова")
    field(app, "Телефон").set_value("8 (903) 765-43-22")
    app = save(app)
    assert not app.exception
    assert (person().last_name, person().phone) == ("Иванова", "+79037654322")
    assert "иванова" in person().search
    assert toasts(app) == ["Сохранено"]


def test_a_phone_that_somebody_else_has_is_kept_and_told(sold: str) -> None:
    app = form(card_of(maria()))
    field(app, "Телефон").set_value("8 903 765-43-21")  # Pyotr's
    app = save(app)
    assert toasts(app) == [
        "Сохранено. Такой же телефон ещё у 1 клиента: бонусы у каждого свои",
    ]


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Телефон", "12345", "Это не похоже на номер телефона"),
        ("Код 1С", "К-2", "Клиент с кодом 1С К-2 уже есть"),
        ("E-mail", "нет", "Это не похоже на адрес e-mail"),
    ],
)
def test_a_mistake_stands_by_its_field_and_nothing_is_written(
    sold: str, label: str, value: str, sentence: str
) -> None:
    app = form(card_of(maria()))
    field(app, label).set_value(value)
    field(app, "Имя").set_value("Марина")
    app = save(app)
    assert not app.exception
    assert sentence in words(app)
    assert person().first_name == "Мария"
    assert field(app, "Имя").value == "Марина"  # what was typed is not lost


def sheet(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


def test_excel_has_roubles_as_numbers_and_days_as_days(sold: str) -> None:
    frame = pd.DataFrame(
        {
            "Клиент": ["=1+1", None],
            "Сумма": [13_000_00, 319_80],
            "День": [date(2019, 3, 20), None],
            "Шт": [1500, 2000],
        },
        dtype=object,
    )
    rows = sheet(to_excel(frame, {"Сумма": "money", "День": "day", "Шт": "quantity"}))
    assert rows[0] == ("Клиент", "Сумма", "День", "Шт")
    assert rows[1] == ("=1+1", 13_000, datetime(2019, 3, 20), "1,5")
    assert rows[2] == (None, 319.8, None, "2")


def test_the_printed_page_tells_every_movement_and_hides_no_markup(sold: str) -> None:
    with db.writing() as session:
        session.get_one(Customer, maria()).last_name = "<b>Алёшина"
    with db.reading() as session:
        card = report.load(session, maria())
    page = printing.bonuses_page(card).decode().replace("\u00a0", " ")
    assert "&lt;b&gt;Алёшина" in page
    assert page.count("<h2>") == 1 + len(card.story.movements(TODAY))
    assert "Столько и показано" in page
