"""Forms of the card: all mistakes at once under their fields, nothing typed is lost, two people at one card."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import acts, db
from loyalty.customers import grants, people
from loyalty.errors import Changed, Problems
from loyalty.models import Customer
from loyalty.reports.customers import card as report
from pages._card.labels import in_words
from tests.pages.factory import TODAY
from tests.pages.opened import (
        card_of,
    checked,
    keyed,
    named_shop,
    on_tab,
    person,
    press,
    shop,
    sold,
    words,
)  # fmt: skip

assert named_shop and shop and sold  # fixtures
pytestmark = pytest.mark.usefixtures("sold")
MARIA = 1


def card(id_: int = MARIA) -> AppTest:
    return card_of(id_, "О клиенте")


def fill(app: AppTest, **typed: str) -> AppTest:
    for name, value in typed.items():
        app.text_input(key=keyed(app, name)).set_value(value)
    return checked(app.run())


def test_all_mistakes_of_a_card_are_told_at_once_and_nothing_is_kept() -> None:
    app = card()
    app = press(app, keyed(app, "add"))
    app = fill(
        app, **{"phone": "123", "email": "нет", "external_id": "К-2", "relatives.0.name": "Аня", "city": "Тула"}
    )
    app = press(app, keyed(app, "save"))
    said = words(app)
    for sentence in (
        "Это не похоже на номер телефона", "Это не похоже на адрес e-mail", "Клиент с кодом 1С К-2 уже есть",
        "Напишите, кто это", "Укажите день рождения",
    ):  # fmt: skip
        assert sentence in said
    assert person().city == "Москва"
    assert app.text_input(key=keyed(app, "city")).value == "Тула"


def test_a_mistake_goes_as_soon_as_its_field_is_changed() -> None:
    app = fill(card(), phone="123", email="нет")
    app = press(app, keyed(app, "save"))
    app = fill(app, email="anna@mail.ru")
    assert "телефона" in words(app) and "e-mail" not in words(app)
    app = press(fill(app, phone=""), keyed(app, "save"))
    assert (person().phone, person().email) == (None, "anna@mail.ru")


def test_what_was_typed_stays_through_a_tab_and_another_page_until_it_is_put_back() -> None:
    app = fill(card(), city="Тула")
    app = on_tab(on_tab(app, "История"), "О клиенте")
    assert app.text_input(key=keyed(app, "city")).value == "Тула"
    checked(app.switch_page("pages/journal.py").run())
    app.query_params["id"] = str(MARIA)
    app = on_tab(checked(app.switch_page("pages/customer.py").run()), "О клиенте")
    assert app.text_input(key=keyed(app, "city")).value == "Тула"
    assert "Есть несохранённые изменения" in words(app)
    app = press(app, keyed(app, "back"))
    assert app.text_input(key=keyed(app, "city")).value == "Москва"
    assert "Есть несохранённые изменения" not in words(app)


def test_relatives_are_lines_of_plain_fields() -> None:
    app = card()
    app = press(app, keyed(app, "add"))
    fill(app, **{"relatives.0.relation": "дочь", "relatives.0.name": "Аня"})
    app.date_input(key=keyed(app, "relatives.0.birth_date")).set_value(date(2015, 1, 1)).run()
    app = press(app, keyed(app, "save"))
    with db.reading() as session:
        assert [(one.relation, one.name) for one in report.load(session, MARIA).relatives] == [("дочь", "Аня")]
    app = press(app, keyed(app, "remove-0"))
    app = press(app, keyed(app, "save"))
    with db.reading() as session:
        assert not report.load(session, MARIA).relatives


def said_elsewhere(**changes: str) -> None:
    with db.writing() as session:
        people.edit(session, MARIA, changes, acts.begin(session, acts.Origin.SCREEN))


def test_two_people_at_one_card_keep_each_others_words() -> None:
    app = fill(card(), city="Тула", house="7")
    said_elsewhere(city="Клин", street="Новая")
    app = checked(app.run())
    said = words(app)
    assert "Пока вы писали, здесь сохранили «Клин»" in said
    assert app.text_input(key=keyed(app, "street")).value == "Новая"
    assert app.text_input(key=keyed(app, "city")).value == "Тула"
    press(app, keyed(app, "save"))
    assert (person().city, person().street, person().house) == ("Тула", "Новая", "7")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1850, 2, 3), TODAY + timedelta(days=400)])
def test_a_day_that_the_form_would_not_take_stays_when_something_else_is_saved(day: date) -> None:
    """A file may say anything, and the shop's day may be ahead of the computer's."""
    with db.writing() as session:
        session.get_one(Customer, MARIA).birth_date = day
        session.get_one(Customer, MARIA).registered_on = day
    app = card()
    assert "Есть несохранённые изменения" not in words(app)
    app = fill(app, city="Тула")
    press(app, keyed(app, "save"))
    assert (person().city, person().birth_date, person().registered_on) == ("Тула", day, day)


def test_what_was_typed_is_said_in_words_whatever_it_is() -> None:
    emptied = {"birth_date": None, "city": "", "sms_consent": "", "sex": ""}
    assert in_words(emptied) == (
        "Дата рождения «», Город «», Согласие на рекламу по SMS «не спрашивали», Пол «не указан»"
    )
    filled = {"birth_date": date(1990, 3, 1), "city": "Тула", "sms_consent": False, "sex": "f", "relatives": []}
    assert in_words(filled) == (
        "Дата рождения «01.03.1990», Город «Тула», Согласие на рекламу по SMS «отказ», Пол «женский», близкие"
    )


def test_who_saves_second_is_refused_where_the_same_changed_meanwhile() -> None:
    seen = person()
    said_elsewhere(city="Клин")
    with db.writing() as session, pytest.raises(Changed):
        people.edit(session, MARIA, {"city": "Тула"}, acts.begin(session, acts.Origin.SCREEN), seen=seen)
    assert person().city == "Клин"


@pytest.mark.parametrize("text", ["  ", "🎁 Аня", "очень " * 40])
def test_odd_words_are_kept_as_they_are_or_refused_by_field(text: str) -> None:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        if len(text) > 100:
            with pytest.raises(Problems) as refused:
                people.edit(session, MARIA, {"first_name": text, "middle_name": text}, act)
            assert set(refused.value.by_field) == {"first_name", "middle_name"}
        else:
            people.edit(session, MARIA, {"city": text.strip()}, act)
    assert person().city == (text.strip() or None if len(text) < 100 else "Москва")


def test_a_gift_tells_both_mistakes_and_keeps_what_was_typed_when_it_is_opened_again() -> None:
    app = press(card(), "gift-open")
    app = press(app, "gift-open", keyed(app, "do"))
    said = words(app)
    assert "Укажите, сколько бонусов подарить" in said and "Напишите, за что подарок" in said
    app.text_input(key=keyed(app, "reason")).set_value("Юбилей")
    app = press(app, "gift-open")
    app = press(checked(app.run()), "gift-open")
    assert app.text_input(key=keyed(app, "reason")).value == "Юбилей"
    app.number_input(key=keyed(app, "sum")).set_value(100)
    before = person().available
    app = press(app, "gift-open", keyed(app, "do"))
    assert person().available == before + 100_00
    app = press(app, "gift-open")
    assert app.text_input(key=keyed(app, "reason")).value == ""


def test_a_gift_too_large_is_refused_in_words() -> None:
    with db.writing() as session, pytest.raises(Problems) as refused:
        grants.give(session, MARIA, "manual", grants.GIFT_MAX + 1, "", "k")
    assert set(refused.value.by_field) == {"sum", "reason"}
    assert "не больше 1\u00a0000\u00a0000 бонусов" in refused.value.by_field["sum"]
