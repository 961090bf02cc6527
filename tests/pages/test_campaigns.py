"""«Рассылки» and «Новая рассылка»: the list, a draft made by typing, its funnel, the launch asked once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, settings
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Draft, Saved
from loyalty.reports.segments.listed import mark
from loyalty.segments import membership
from loyalty.segments.tree import is_
from pages._campaign import counting
from tests.messages.audiences import statuses
from tests.pages import factory
from tests.pages.opened import _given, checked, named_shop, opened, shop, shown, sold, started, toasts, words  # noqa: F401

pytestmark = pytest.mark.usefixtures("sold")
TEXT = "{имя}, у вас {бонусы} бонусов! {отписка}"


def editor(**asked: str) -> AppTest:
    """The editor at an address."""
    app = started()
    for name, value in asked.items():
        app.query_params[name] = value
    return checked(app.switch_page("pages/campaign_edit.py").run())


def field(app: AppTest, label: str) -> Any:
    kinds = ("text_input", "text_area", "selectbox", "multiselect", "number_input", "toggle", "radio")
    return next(one for kind in kinds for one in app.get(kind) if one.label == label)


def write(app: AppTest, **said: Any) -> AppTest:
    """Fields by their labels, spaces as «_»."""
    for label, value in said.items():
        field(app, label.replace("_", " ")).set_value(value)
        checked(app.run())
    return app


def button(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label.replace("\u00a0", " ") == label)


def press(app: AppTest, label: str, inside: str | None = None) -> AppTest:
    """Press a button, and one in the dialog that it opens, which is there in the run of the click alone."""
    button(app, label).click()
    checked(app.run())
    if inside:
        button(app, label).click()
        button(app, inside).click()
        checked(app.run())
    return app


def funnel(app: AppTest) -> dict[str, str]:
    """The rows of the funnel with their figures."""
    (data,) = _given(app, "loyalty.funnel")
    return {row["words"]: row["figure"].replace("\u00a0", " ") for row in data["rows"]}


def saved(name: str = "Март") -> Saved:
    with db.reading() as session:
        return campaigns.get(session, name)


def keep(**said: Any) -> None:
    """What somebody saves meanwhile."""
    with db.writing() as session:
        now = settings.now(settings.timezone(session))
        campaigns.add(session, Draft(**said), acts.begin(session, acts.Origin.SCREEN), now)


def ready() -> AppTest:
    return write(editor(), Название="Март", Текст_сообщения=TEXT)


# --- The list ---------------------------------------------------------------------------------------------


def test_an_empty_page_says_what_will_be_here() -> None:
    app = opened("campaigns")
    assert "Здесь будут рассылки" in words(app)
    assert [one.label for one in app.button if "рассылка" in one.label] == ["Новая рассылка"]


def test_drafts_stand_above_what_was_sent() -> None:
    keep(name="Черновик", text="Ждём")
    keep(name="Отправлена", text="Ждём")
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        campaigns.launch(session, "Отправлена", act, settings.now(settings.timezone(session)))
    tables = [
        shown(app, alt) for app in [opened("campaigns")] for alt in ("Ещё не отправленные рассылки", "Рассылки")
    ]
    assert [row["Название"] for row in tables[0]] == ["Черновик"]
    (row,) = tables[1]
    assert (row["Название"], row["Каналы"], row["ROI"], row["Выручка"], row["Состояние"]) == (
        "Отправлена", "SMS", "—", "0", "Отправляется",
    )  # fmt: skip


# --- The editor -------------------------------------------------------------------------------------------


def test_the_funnel_and_the_text_follow_what_is_typed() -> None:
    app = ready()
    assert funnel(app) == {"Все клиенты": "2", "Нет согласия на рекламу": "−1", "Получат": "1"}
    assert "Мария, у вас 500 бонусов! Отказаться от рассылок" in words(app)
    write(app, Рекламное_сообщение=False)
    assert funnel(app)["Получат"] == "2"


def test_another_letter_asks_nobody_anew() -> None:
    app, asked = ready(), list[str]()

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(db.engine(), "before_cursor_execute", hear)
    try:
        write(app, Текст_сообщения=TEXT + "!")
    finally:
        event.remove(db.engine(), "before_cursor_execute", hear)
    assert "кассе!" in words(app)
    assert not [one for one in asked if "consents" in one or "suppressions" in one]
    of_customers = [one for one in asked if "customers.turnover" in one]
    assert len(of_customers) <= 1  # of the one who is shown at once


def test_one_text_is_there_before_all_are_counted() -> None:
    with db.reading() as session:
        known = mark(session, settings.today(session))
    draft = Draft("", TEXT, is_advertising=False)
    found, _ = counting.counted(known, draft, "")
    assert len(found.reached) == 2
    for one in found.reached:
        assert counting.at_once(known, draft, one.id) == one
    assert counting.at_once(known, draft, None) == found.reached[0]
    nothing = Draft("", "{сгорит}", is_advertising=False)
    assert counting.at_once(known, nothing, found.reached[1].id) is None


def test_what_is_wrong_with_the_text_is_said_while_it_is_written() -> None:
    app = write(ready(), Текст_сообщения="Привет, {имя")
    assert "Не закрыта скобка" in words(app)
    press(app, "Запустить")
    assert "Не закрыта скобка" in words(app)
    assert not any(one.label.startswith("Отправить 1") for one in app.button)


def test_everything_that_is_missing_is_said_at_once() -> None:
    app = press(editor(), "Запустить")
    assert "Напишите название рассылки" in words(app)
    assert "Напишите текст сообщения" in words(app)


def test_a_draft_is_saved_and_opened_again() -> None:
    app = press(write(ready(), Контрольная_группа=10, **{"Покупки_считаются,_дней": 7}), "Сохранить")
    assert toasts(app) == ["Черновик «Март» сохранён"]
    draft = saved().draft
    assert (draft.text, draft.control_percent, draft.window_days, draft.at) == (TEXT, 10, 7, None)
    again = editor(name="Март")
    assert field(again, "Текст сообщения").value == TEXT
    press(write(again, Название="Апрель"), "Сохранить")
    assert saved("Апрель").draft.text == TEXT


def test_a_segment_is_written_to_from_its_own_page() -> None:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        now = settings.now(settings.timezone(session))
        membership.save(session, "С телефоном", is_("has", what="phone"), act, now, factory.TODAY)
    app = editor(segment="С телефоном")
    assert field(app, "Кто получит").value == "С телефоном"
    assert field(app, "Название").value == "С телефоном, 01.03"
    assert "Напишите текст" in words(app)


def test_the_launch_is_asked_once_with_how_many() -> None:
    app = press(ready(), "Запустить")
    assert "Получит 1 клиент, 1 часть SMS" in words(app)
    assert "с этого компьютера ничего не уйдёт" in words(app)
    with pytest.raises(Exception, match="Нет рассылки"):
        saved()
    press(ready(), "Запустить", "Отправить 1 сообщение")
    assert saved().status == "sending"
    assert statuses("Март") == {"К-1": "queued", "К-2": "skipped no_consent"}


def test_what_somebody_else_launched_meanwhile_is_not_launched_again() -> None:
    """Case 17: two managers, and the back button."""
    keep(name="Март", text=TEXT)
    app = editor(name="Март")
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        campaigns.launch(session, "Март", act, settings.now(settings.timezone(session)))
    press(app, "Запустить")
    assert "Рассылка «Март» уже отправляется: её не меняют" in words(app)
    assert len(statuses("Март")) == 2


def test_a_campaign_waits_for_its_time_and_can_be_called_off() -> None:
    app = ready()
    write(app, Отправить="В назначенное время")
    press(app, "Запустить")
    assert "Выберите день и время или отправьте сразу" in words(app)
    app.date_input[0].set_value(date(2026, 3, 8))
    checked(app.run())
    press(app, "Запустить", "Запланировать 1 сообщение")
    assert (saved().status, saved().draft.at) == ("scheduled", datetime(2026, 3, 8, 11))
    again = editor(name="Март")
    assert "Отправится 08.03.2026 11:00" in words(again)
    press(again, "Сохранить")
    assert saved().status == "scheduled"
    press(write(editor(name="Март"), Текст_сообщения="Ждём"), "Сохранить")
    assert saved().status == "draft"


def test_one_that_missed_its_time_says_so_and_is_given_another() -> None:
    """Case 16."""
    keep(name="Март", text=TEXT, at=datetime(2026, 3, 8, 11))
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        campaigns.launch(session, "Март", act, settings.now(settings.timezone(session)))
        campaigns.start_due(session, datetime(2026, 3, 12, tzinfo=UTC))
    (row,) = shown(opened("campaigns"), "Ещё не отправленные рассылки")
    assert row["Состояние"].startswith("Время 08.03.2026 11:00 прошло, пока программа не работала")
    app = editor(name="Март")
    assert "прошло, пока программа не работала" in words(app)
    press(write(app, Отправить="Сразу после запуска"), "Запустить", "Отправить 1 сообщение")
    assert saved().status == "sending"


def test_a_copy_is_opened_at_once() -> None:
    keep(name="Март", text=TEXT)
    app = editor(name="Март")
    menu = app.get("menu_button")[0]
    menu.set_value("Сделать копию")
    checked(app.run())
    assert field(app, "Название").value == "Март (копия)"


def test_a_test_message_goes_to_one_phone_and_is_in_no_results() -> None:
    """Case 20."""
    app = press(ready(), "Отправить себе")
    field(app, "Ваш телефон").set_value("8 916 000-00-00")
    button(app, "Отправить себе").click()
    button(app, "Отправить").click()
    checked(app.run())
    assert toasts(app) == ["Записано в «Песочницу»: с этого компьютера ничего не ушло"]
    with db.reading() as session:
        assert settings.get(session, "test_address_sms") == "+79160000000"
    sent = (settings.files_dir() / "sandbox.jsonl").read_text(encoding="utf-8").split("\n")
    assert len([line for line in sent if line]) == 1
    with pytest.raises(Exception, match="Нет рассылки"):
        saved()
