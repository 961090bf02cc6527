"""«Сегодня» as its visitor meets it: each row is there or not, and leads to a list of as many as it says."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, settings
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.messages.triggers import stored
from loyalty.messages.triggers.terms import Terms
from loyalty.models import Import, Run
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument
from loyalty.service import pulse
from tests.pages.factory import MARIA, PYOTR, TODAY, line, sale, small_shop
from tests.pages.family import family_shop
from tests.pages.opened import checked, column, named_shop, opened, seen, shop, started, words

assert named_shop and shop  # fixtures


@pytest.fixture
def sold(named_shop: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small shop a day after a sale, its worker alive: there is one thing to do, a return without a receipt."""
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    with db.writing() as session:
        small_shop(session)
        record(session, "000030", datetime(2026, 2, 28, 12), None)
    pulse.beat(pulse.RESTING)
    return named_shop


def record(session: Session, number: str, at: datetime, who: Any) -> None:
    act = acts.begin(session, acts.Origin.IMPORT)
    bought = receipts.record(session, [sale(number, at, [line(2_000)], who)], act)
    ledger.refresh(session, bought.touched, TODAY)


def sentences(app: AppTest) -> list[str]:
    """The rows' sentences, as a person reads them."""
    said = (seen(element.value).replace("\u00a0", " ") for element in app.markdown)
    return [found[1] for one in said if (found := re.fullmatch(r":\w+\[:material/\w+:\]\s*\*\*(.*)\*\*", one))]


def links(app: AppTest) -> dict[str, str]:
    """Where the links of the page lead: label -> address."""
    found = {}
    for element in app.get("page_link"):
        query = element.proto.query_string
        label = seen(element.proto.label).removeprefix(":primary[").removesuffix("]")
        found[label] = element.proto.page + (f"?{query}" if query else "")
    return found


def burning(session: Session) -> None:
    """Pyotr's purchase of a year ago: its bonuses burn on the 4th of March."""
    record(session, "000031", datetime(2025, 3, 4, 12), PYOTR)


def birthday(session: Session) -> None:
    act = acts.begin(session, acts.Origin.IMPORT)
    people.upsert(session, [CustomerDocument(PYOTR, "Котов", "Пётр", birth_date=date(1980, 3, 8))], act)


def relatives_birthday(session: Session) -> None:
    people.set_relatives(session, 1, [("дочь", "Аня", date(2015, 3, 1))])


def failed(session: Session) -> None:
    session.add(Import(file_name="*май*.csv", status="failed", problem="Файл пуст", queued_at=datetime.now(UTC)))


def partly(session: Session) -> None:
    report = {"rows": 5, "rejected": 3, "imported": 2, "unchanged": 0, "changed": 0, "skipped": 0}
    session.add(Import(file_name="май.csv", status="done", report=report, queued_at=datetime.now(UTC)))


def asks(session: Session) -> None:
    question = {"key": "k", "words": "Что в колонке «Сумма»?", "choices": []}
    session.add(
        Import(file_name="май.csv", status="failed", report={"question": question}, queued_at=datetime.now(UTC))
    )


def no_copy(session: Session) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    session.add(Run(job="backup", day=at.date(), started_at=at, finished_at=at))


RETURNS = "1 возврат ждёт своего чека"


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (burning, "До 08.03 сгорят бонусы у 1 клиента"),
        (birthday, "До 08.03 день рождения у 1 клиента"),
        (relatives_birthday, "До 08.03 день рождения близких у 1 клиента"),
        (failed, "Файл «*май*.csv» не загружен"),
        (partly, "Файл «май.csv»: 3 строки не загружены"),
        (asks, "Файл «май.csv» ждёт вашего ответа"),
        (no_copy, "Нет свежей резервной копии"),
    ],
)
def test_a_row_is_there_when_there_is_something_to_do(
    sold: str, happens: Callable[[Session], None], sentence: str
) -> None:
    assert sentences(started()) == [RETURNS]
    with db.writing() as session:
        happens(session)
        acts.begin(session, acts.Origin.SCREEN)
    assert sorted(sentences(started())) == sorted([sentence, RETURNS])


BIRTHDAY = Terms("С днём рождения!", "birthday", "Ура", -3)


def test_birthdays_lead_on_to_the_trigger_that_congratulates(sold: str) -> None:
    with db.writing() as session:
        birthday(session)
    app = started()
    assert links(app)["Создать триггер"] == "trigger_edit"
    with db.writing() as session:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now()
        stored.add(session, BIRTHDAY, act)
    app = started()
    assert "Или пусть пишет триггер «С днём рождения!»: он выключен" in words(app)
    assert links(app)["Включить триггер"] == f"trigger_edit?name={quote_plus(BIRTHDAY.name)}"
    with db.writing() as session:
        stored.add(session, replace(BIRTHDAY, name="Другой"), act)
        stored.switch(session, "Другой", True, act, now)
    app = started()
    told = "Поздравляет триггер «Другой», включён 01.03.2026: за 3 дня до дня рождения — SMS. Кому писать нельзя"
    assert told in words(app)
    assert links(app)["Открыть триггер"] == f"trigger_edit?name={quote_plus('Другой')}"
    assert links(app)["Посмотреть список"] == "customers?show=birthdays"


def test_a_silent_service_stands_first(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "SILENT_AFTER_S", -1)
    app = started()
    assert sentences(app)[0].startswith("Фоновая служба молчит")
    assert "Закройте программу и запустите её снова через start.py" in app.sidebar.caption[0].value


def test_old_sales_ask_for_the_next_file(sold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-08")
    assert "Продажи загружены по 28.02.2026, 8 дней назад" in sentences(started())


def test_receipts_of_nobody_yet_ask_whose_they_are(sold: str) -> None:
    with db.writing() as session:
        family_shop(session)
    app = started()
    assert "2 чека ждут ответа, кто покупал" in sentences(app)
    assert links(app)["Разобрать"] == "whose"


@pytest.mark.parametrize(("happens", "show"), [(burning, "burns_week"), (birthday, "birthdays")])
def test_a_row_leads_to_a_list_of_as_many(sold: str, happens: Callable[[Session], None], show: str) -> None:
    with db.writing() as session:
        happens(session)
    app = started()
    assert "customers?show=" + show in links(app).values()
    app.query_params["show"] = show
    app = checked(app.switch_page("pages/customers.py").run())
    assert column(app, "Список клиентов", "Клиент") == ["Котов Пётр"]
    assert "1 из 2 клиентов" in words(app)


def test_the_returns_are_listed(sold: str) -> None:
    assert links(started())["Посмотреть возвраты"] == "returns"
    app = opened("returns")
    assert column(app, "Возвраты без чека", "Возврат") == ["000002"]
    assert "1 возврат на 700 ₽" in words(app)


def test_what_is_wrong_with_a_file_is_shown_by_its_address_and_put_away(sold: str) -> None:
    with db.writing() as session:
        failed(session)
    app = started()
    assert "import?file=1" in links(app).values()
    app.query_params["file"] = "1"
    app = checked(app.switch_page("pages/import_1c.py").run())
    assert "Файл пуст" in words(app)
    app = checked(app.button(key="import-more").click().run())
    assert "file" not in app.query_params and "import-more" not in [button.key for button in app.button]
    app = checked(started().button(key="today-file-1").click().run())
    assert sentences(app) == [RETURNS]


def test_nothing_to_do_is_said_calmly(named_shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    with db.writing() as session:
        record(session, "000001", datetime(2026, 2, 28, 12), MARIA)
    pulse.beat(pulse.RESTING)
    assert "На сегодня всё сделано" in words(started())


def test_a_shop_without_data_starts_with_the_first_steps(named_shop: str) -> None:
    assert "Шаг 2 из 2" in words(started())
    assert "Здесь будет, что сделать сегодня" in words(opened("today"))


# --- The list behind ----------------------------------------------------------------------------------------


def listed(**query: str) -> AppTest:
    app = started()
    for name, value in query.items():
        app.query_params[name] = value
    return checked(app.switch_page("pages/customers.py").run())


def test_the_address_chooses_the_filters_and_is_kept_in_step_with_them(sold: str) -> None:
    app = listed(show="level:Базовый")
    assert app.selectbox(key="level").value.of == "Базовый"
    app.selectbox(key="level").set_value(None)
    app = checked(app.run())
    assert app.query_params.get("show", []) == []


def test_days_of_an_address_are_a_filter_that_can_be_taken_off(sold: str) -> None:
    app = listed(**{"show": "bought", "from": "2026-02-01", "to": "2026-02-10"})
    assert column(app, "Список клиентов", "Клиент") == ["Алёшина Мария Сергеевна"]
    options = app.button_group(key="quick").options
    assert options[-1].replace("\u00a0", " ") == "Купили 1–10 фев ✕"
    app.button_group(key="quick").set_value([])
    app = checked(app.run())
    assert "2 клиента" in words(app)
    assert not any(app.query_params.get(name) for name in ("show", "from", "to"))


def test_an_address_that_means_nothing_is_told_in_a_sentence(sold: str) -> None:
    app = listed(show="level:**Платина**")
    assert "Уровня «**Платина**» в программе нет" in words(app)
    assert len(column(app, "Список клиентов", "Клиент")) == 2


ODD_IDS = ("٣", "²", "-1", "0", "99999999999999999999", "9223372036854775808", "1" * 5_000, "1;2", "", "**b**")


@pytest.mark.parametrize("id_", ODD_IDS)
def test_an_id_in_an_address_that_is_none_is_no_mistake_of_the_program(sold: str, id_: str) -> None:
    assert "клиент" in words(at("customer", id=id_))
    assert "Что уже загружено" not in words(at("import_1c", file=id_))


def at(page: str, **query: str) -> AppTest:
    """A page at an address."""
    app = started()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    return checked(app.run())


def test_an_address_is_the_whole_question(sold: str) -> None:
    app = listed()
    app.text_input(key="q").set_value("нет такого").run()
    app.query_params.clear()
    app.query_params["show"] = "silent"
    app = checked(app.run())
    assert column(app, "Список клиентов", "Клиент") == ["Котов Пётр"]


def test_the_menu_leaves_the_question_as_it_was(sold: str) -> None:
    app = listed(show="silent")
    app.query_params.clear()
    app = checked(app.switch_page("pages/overview.py").run())
    app.query_params.clear()
    app = checked(app.switch_page("pages/customers.py").run())
    assert column(app, "Список клиентов", "Клиент") == ["Котов Пётр"]
    assert app.query_params["show"] in ("silent", ["silent"])
