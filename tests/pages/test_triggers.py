"""«Триггеры», a trigger's page and «Репетиция», opened without a browser."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, settings
from loyalty.messages.triggers import firing, stored
from loyalty.service import ready
from tests.pages.opened import (
    checked,
    figures,
    has_table,
    keyed,
    named_shop,
    opened,
    press,
    shop,
    shown,
    sold,
    started,
    toasts,
    words,
)

__all__ = ["named_shop", "shop", "sold"]
BIRTHDAY = "День рождения"


@pytest.fixture
def automatic(sold: str) -> str:
    """The small shop with its ready triggers; Maria's birthday is on 14 March, and it is the 1st."""
    with db.writing() as session:
        ready.add_missing(session)
    return sold


def saved(name: str) -> stored.Saved:
    with db.reading() as session:
        return stored.get(session, name)


def switch_on(name: str) -> None:
    with db.writing() as session:
        begun = acts.begin(session, acts.Origin.SCREEN)
        stored.switch(session, name, True, begun, settings.now(settings.timezone(session)))


def trigger_page(name: str) -> AppTest:
    app = started()
    app.query_params["name"] = name
    return checked(app.switch_page("pages/trigger_edit.py").run())


def toggle_of(app: AppTest, name: str) -> str:
    return next(str(one.key) for one in app.toggle if one.key and one.key.startswith(f"switch {saved(name).id} "))


# --- The list ----------------------------------------------------------------------------------------------


def test_without_triggers_the_page_says_what_will_be_here(named_shop: str) -> None:
    said = words(opened("triggers"))
    assert "Здесь будут триггеры" in said and "Триггер сам пишет клиенту" in said


def test_ready_triggers_are_there_and_off(automatic: str) -> None:
    app = opened("triggers")
    said = words(app)
    assert "Выключены: 8" in said and "Включены" not in said
    assert "За 3 дня до дня рождения — SMS и подарок: 500 бонусов на 30 дней" in said
    assert [one.value for one in app.toggle] == [False] * 8


def test_switching_on_says_whom_it_would_write_to_and_asks_once(
    automatic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10")
    app = opened("triggers")
    checked(app.toggle(key=toggle_of(app, BIRTHDAY)).set_value(True).run())
    said = words(app)
    assert "Сегодня получат 0 клиентов" in said and "Завтра получит 1 клиент; 1 подарок" in said
    assert not saved(BIRTHDAY).is_on
    app = press(app, keyed(app, "do"))
    assert saved(BIRTHDAY).is_on
    assert toasts(app) == [f"«{BIRTHDAY}» включён"]
    assert "Включены: 1" in words(app)


def test_switching_on_says_why_somebody_gets_no_message(automatic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-11T22:00")
    app = opened("triggers")
    checked(app.toggle(key=toggle_of(app, BIRTHDAY)).set_value(True).run())
    why = "устарело, пока нельзя было отправлять — 1"
    assert f"Сегодня получат 0 клиентов, не получит 1 ({why}); 1 подарок" in words(app)


def test_switching_off_is_at_once(automatic: str) -> None:
    switch_on(BIRTHDAY)
    app = opened("triggers")
    checked(app.toggle(key=toggle_of(app, BIRTHDAY)).set_value(False).run())
    assert not saved(BIRTHDAY).is_on
    assert toasts(app) == [f"«{BIRTHDAY}» выключен"]


def test_the_list_tells_what_a_trigger_did(automatic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(BIRTHDAY)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-11T12:00")
    firing.run()
    said = words(opened("triggers"))
    assert "Ждёт 1" in said and "подарков 1" in said


# --- One ---------------------------------------------------------------------------------------------------


def test_a_new_trigger_is_typed_and_saved_off(automatic: str) -> None:
    app = opened("trigger_edit")
    press(app, keyed(app, "save"))
    assert "Напишите название триггера" in words(app) and "Напишите текст сообщения" in words(app)
    app.text_input(key=keyed(app, "name")).set_value("После покупки")
    app.selectbox(key=keyed(app, "event")).set_value("purchase")
    app.text_area(key=keyed(app, "text")).set_value("{имя|Здравствуйте}, спасибо! Бонусов: {бонусы}")
    checked(app.run())
    said = words(app)
    assert "Сразу после покупки — SMS" in said
    assert "Мария, спасибо! Бонусов: 500" in said and "1 SMS" in said
    app = press(app, keyed(app, "save"))
    terms = saved("После покупки").terms
    assert (terms.event, terms.days, terms.gift, saved("После покупки").is_on) == ("purchase", 0, None, False)


def test_days_before_a_birthday_and_a_gift(automatic: str) -> None:
    app = trigger_page(BIRTHDAY)
    app.number_input(key=keyed(app, "days")).set_value(5)
    app.number_input(key=keyed(app, "sum")).set_value(300)
    checked(app.run())
    press(app, keyed(app, "save"))
    terms = saved(BIRTHDAY).terms
    assert (terms.days, terms.gift and terms.gift.amount) == (-5, 300_00)
    assert not saved(BIRTHDAY).is_ready_made


def test_a_mistake_in_the_text_is_said_beside_it(automatic: str) -> None:
    app = trigger_page(BIRTHDAY)
    app.text_area(key=keyed(app, "text")).set_value("{имя, с днём рождения!")
    assert "Не закрыта скобка" in words(checked(app.run()))


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(automatic: str) -> None:
    app = trigger_page(BIRTHDAY)
    app.text_area(key=keyed(app, "text")).set_value("Моё")
    with db.writing() as session:
        now, begun = settings.now(settings.timezone(session)), acts.begin(session, acts.Origin.SCREEN)
        one = stored.get(session, BIRTHDAY)
        from dataclasses import replace

        stored.change(session, BIRTHDAY, replace(one.terms, text="Чужое"), begun, now)
    app = press(app, keyed(app, "save"))
    assert saved(BIRTHDAY).terms.text in ("Чужое", "Моё")
    assert "здесь сохранили «Чужое»" in words(app) or saved(BIRTHDAY).terms.text == "Моё"


def test_what_it_did_stands_on_its_page(automatic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(BIRTHDAY)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-11T12:00")
    firing.run()
    app = trigger_page(BIRTHDAY)
    (row,) = shown(app, "trigger-messages")
    assert (row["Клиент"], row["Что стало"], row["Подарок"]) == ("Алёшина Мария Сергеевна", "ждёт отправки", "да")


# --- Rehearsal ---------------------------------------------------------------------------------------------


def test_a_rehearsal_shows_who_would_get_what(automatic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-10")
    assert "Нет включённых триггеров" in words(opened("rehearsal"))
    switch_on(BIRTHDAY)
    app = opened("rehearsal")
    assert figures(app) == {"Получат сообщение": "1", "Не получат": "0", "Подарков": "1", "SMS": "2"}
    (row,) = shown(app, "rehearsal")
    assert row["Клиент"] == "Алёшина Мария Сергеевна"
    assert row["Почему"] == "День рождения 14.03; подарок 500 бонусов на 30 дней"
    assert row["Что получит"].startswith("Мария, скоро день рождения!")
    app.date_input(key="rehearsal-day").set_value(date(2026, 3, 12))
    app = checked(app.run())
    assert not has_table(app, "rehearsal") and "писать некому" in words(app)
