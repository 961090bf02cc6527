"""Each event of triggers: which occurrences it has, on which day, and the borders of its days."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from loyalty import db
from loyalty.customers import grants
from loyalty.errors import Refused
from loyalty.messages.triggers import events, terms
from tests.messages.triggered import Shop, bought, opened, segment
from tests.till import ANNA, BORIS, give_back


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    yield from opened(database_url, tmp_path, monkeypatch)


def person(code: str, born: str = "", registered: str = "01.01.2020") -> str:
    return f"{code};Иванова;Вера;{born};+7916{abs(hash(code)) % 10**7:07};{registered}"


# --- Birthdays --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "days", "day"),
    [
        ("14.03.1990", 0, "2026-03-14"),
        ("14.03.1990", -3, "2026-03-11"),
        ("14.03.1990", 2, "2026-03-16"),
        ("02.01.1990", -3, "2026-12-30"),  # a birthday of next year
        ("30.12.1990", 3, "2027-01-02"),  # of last year
        ("29.02.1992", 0, "2027-02-28"),
        ("29.02.1992", -3, "2027-02-25"),
        ("29.02.1992", 0, "2028-02-29"),
        ("29.02.1992", -3, "2028-02-26"),
        ("28.02.1992", 0, "2028-02-28"),
        ("01.03.1992", 0, "2028-03-01"),
    ],
)
def test_a_birthday_is_on_its_day_and_on_no_other(shop: Shop, born: str, days: int, day: str) -> None:
    eve, after = (date.fromisoformat(day) + timedelta(days=by) for by in (-1, 1))
    shop.at(f"{eve} 00:01").people(person("Д-1", born))
    name = shop.trigger("birthday", days=days)
    shop.at(f"{eve} 23:59").night()
    assert shop.said(name) == []
    shop.at(f"{day} 00:01").night()
    assert shop.whom(name) == ["Д-1"]
    shop.at(f"{after}").night()
    assert shop.whom(name) == ["Д-1"]


@pytest.mark.parametrize("day", ["2027-02-27", "2027-03-01", "2028-02-28", "2028-03-01"])
def test_who_was_born_on_29_february_is_greeted_on_no_day_beside(shop: Shop, day: str) -> None:
    shop.at(day).people(person("Д-1", "29.02.1992"))
    shop.trigger("birthday")
    shop.night()
    assert shop.said() == []


def test_the_day_is_the_shops_not_the_worlds(shop: Shop) -> None:
    """At 00:30 in Moscow it is still yesterday by UTC (acceptance 22)."""
    shop.at("2026-03-13 23:30").people(person("Д-1", "14.03.1990"))
    name = shop.trigger("birthday")
    shop.night()
    assert shop.whom(name) == []
    shop.at("2026-03-14 00:30").night()
    assert shop.whom(name) == ["Д-1"]
    assert [at.isoformat() for at in shop.due()] == ["2026-03-14T10:00:00"]


def test_a_birthday_is_greeted_every_year_once(shop: Shop) -> None:
    shop.at("2026-03-14 09:00").people(person("Д-1", "14.03.1990"))
    name = shop.trigger("birthday")
    for day in ("2026-03-14", "2026-03-14", "2026-03-15", "2027-03-14", "2027-03-14", "2028-03-14"):
        shop.at(day).fire()
    assert [row.occurrence for row in shop.said(name)] == ["2026", "2027", "2028"]


def test_who_was_not_registered_by_then_was_nobody_to_greet(shop: Shop) -> None:
    name = shop.trigger("birthday", days=1)
    shop.at("2026-03-14 08:00").night()
    shop.at("2026-03-17")  # the PC was off for two days
    shop.people(person("Д-1", "15.03.1990", "16.03.2026"), person("Д-2", "15.03.1990", "17.03.2026"))
    shop.night()
    assert shop.whom(name) == ["Д-1"]


# --- Purchases --------------------------------------------------------------------------------------------


def test_so_many_days_without_purchases_once_for_each_last_purchase(shop: Shop) -> None:
    shop.at("2026-03-02").sold(bought("01.03.2026 10:00", ANNA), bought("02.03.2026 10:00", BORIS))
    name = shop.trigger("no_purchase", days=90)
    shop.at("2026-05-29").night()
    assert shop.said(name) == []
    shop.at("2026-05-30").night()  # 1 March + 90
    assert [(row.who, row.occurrence) for row in shop.said(name)] == [("К-1", "2026-03-01")]
    shop.sold(bought("30.05.2026 09:00", BORIS))  # a day before it would be his turn
    shop.at("2026-05-31").night()
    assert shop.whom(name) == ["К-1"]
    shop.at("2026-08-28").night()  # 30 May + 90
    assert shop.whom(name) == ["К-1", "К-2"]


def test_a_purchase_returned_whole_is_none(shop: Shop) -> None:
    shop.at("2026-03-11")
    shop.sold(bought("01.03.2026 10:00", ANNA), bought("10.03.2026 10:00", ANNA, number="B"))
    shop.sold(give_back("11.03.2026", "R", "B", ANNA, "10000"))
    name = shop.trigger("no_purchase", days=20)
    for day in range(12, 32):
        shop.at(f"2026-03-{day}").night()
    assert [row.occurrence for row in shop.said(name)] == ["2026-03-01"]


def test_a_purchase_is_thanked_for_once_and_at_once(shop: Shop) -> None:
    name = shop.trigger("purchase")
    shop.at("2026-03-02 15:00").sold(bought("02.03.2026 14:50", ANNA, number="1"))
    shop.night()
    shop.sold(bought("02.03.2026 14:50", ANNA, amount="9000", number="1"))  # another revision of it
    shop.night()
    assert [(row.who, row.occurrence, row.status) for row in shop.said(name)] == [
        ("К-1", "1|Центр|2026|", "queued")
    ]
    assert [at.hour for at in shop.due()] == [15]


def test_a_purchase_after_hours_waits_for_the_morning(shop: Shop) -> None:
    name = shop.trigger("purchase")
    shop.at("2026-03-02 21:30").sold(bought("02.03.2026 21:20", ANNA))
    shop.night()
    assert [row.status for row in shop.said(name)] == ["queued"]
    assert [at.isoformat() for at in shop.due()] == ["2026-03-03T10:00:00"]


def test_a_delayed_thank_you_comes_on_its_day(shop: Shop) -> None:
    name = shop.trigger("purchase", days=7)
    shop.at("2026-03-02").sold(bought("02.03.2026 11:00", ANNA))
    shop.at("2026-03-08 23:00").night()
    assert shop.said(name) == []
    shop.at("2026-03-09 00:10").night()
    assert shop.whom(name) == ["К-1"]
    assert [at.isoformat() for at in shop.due()] == ["2026-03-09T10:00:00"]


def test_a_purchase_that_was_returned_whole_is_not_thanked_for(shop: Shop) -> None:
    name = shop.trigger("purchase")
    shop.at("2026-03-02").sold(
        bought("02.03.2026 11:00", ANNA, number="1"), give_back("02.03.2026", "R", "1", ANNA, "10000")
    )
    shop.night()
    assert shop.said(name) == []


def test_the_first_purchase_is_once_in_a_life(shop: Shop) -> None:
    shop.sold(bought("01.02.2026 10:00", ANNA))
    name = shop.trigger("first_purchase")
    shop.at("2026-03-02").sold(bought("02.03.2026 11:00", ANNA), bought("02.03.2026 11:00", BORIS))
    shop.night()
    assert shop.whom(name) == ["К-2"]
    shop.at("2026-03-03").sold(bought("01.03.2026 11:00", BORIS))  # it turns out that there was an earlier one
    shop.night()
    assert shop.whom(name) == ["К-2"]


def test_accrued_and_spent_are_told_of_their_receipts(shop: Shop) -> None:
    shop.sold(bought("01.01.2026 10:00", ANNA))
    accrued, spent = shop.trigger("accrued"), shop.trigger("spent")
    shop.at("2026-03-02").sold(
        bought("02.03.2026 11:00", ANNA, amount="1000", number="A").replace(";1000;;Карта", ";1000;300;Карта"),
        bought("02.03.2026 11:00", BORIS, amount="5", number="B"),  # earns nothing: 0,25 is rounded down
    )
    shop.night()
    assert [(row.who, row.occurrence) for row in shop.said(accrued)] == [("К-1", "A|Центр|2026|")]
    assert [(row.who, row.occurrence) for row in shop.said(spent)] == [("К-1", "A|Центр|2026|")]


def test_a_level_is_reached_once(shop: Shop) -> None:
    shop.sold(bought("01.02.2026 10:00", ANNA, amount="49000"))
    name = shop.trigger("level_up", text="{имя}: {уровень}")
    shop.at("2026-03-02").sold(bought("02.03.2026 11:00", ANNA, amount="999"))
    shop.night()
    assert shop.said(name) == []
    shop.at("2026-03-03").sold(bought("03.03.2026 11:00", ANNA, amount="1", number="X"))  # exactly the threshold
    shop.night()
    assert [row.text for row in shop.said(name)] == ["Анна: Серебряный"]
    shop.at("2026-03-04").sold(give_back("04.03.2026", "R", "X", ANNA, "1"))
    shop.at("2026-03-05").sold(bought("05.03.2026 11:00", ANNA, amount="100"))
    shop.night()
    assert len(shop.said(name)) == 1  # down and up again is nothing new
    shop.at("2026-03-06").sold(bought("06.03.2026 11:00", ANNA, amount="60000"))
    shop.night()
    assert [row.text for row in shop.said(name)] == ["Анна: Серебряный", "Анна: Золотой"]


# --- Bonuses ----------------------------------------------------------------------------------------------


def test_bonuses_become_available_on_their_day(shop: Shop) -> None:
    name = shop.trigger("available")
    shop.at("2026-03-02").sold(bought("02.03.2026 11:00", ANNA), bought("02.03.2026 12:00", ANNA))
    shop.at("2026-03-15 23:59").night()
    assert shop.said(name) == []
    shop.at("2026-03-16 00:01").night()  # one for the day, however many receipts
    assert [(row.occurrence, row.text) for row in shop.said(name)] == [("2026-03-16", "Анна, бонусов: 1 000")]


@pytest.mark.parametrize(("day", "is_due"), [("2026-12-26", False), ("2026-12-27", True), ("2026-12-28", False)])
def test_bonuses_burn_so_many_days_later(shop: Shop, day: str, is_due: bool) -> None:
    """Earned on 10 January 2026, they burn on 10 January 2027: across the year's end."""
    shop.sold(bought("10.01.2026 11:00", ANNA))
    name = shop.at(f"{day} 08:00").trigger("burns_soon", days=14, text="{дата сгорания} сгорит бонусов: {сгорит}")
    shop.night()
    assert [row.text for row in shop.said(name)] == (["10.01.2027 сгорит бонусов: 500"] if is_due else [])


def test_a_burning_that_moved_is_told_anew(shop: Shop) -> None:
    shop.sold(bought("10.01.2026 11:00", ANNA))
    name = shop.trigger("burns_soon", days=14)
    shop.at("2026-12-27").night()
    shop.at("2026-12-28").sold(bought("28.12.2026 11:00", ANNA))
    shop.at("2026-12-29").night()
    shop.at("2027-12-14").fire()
    assert [row.occurrence for row in shop.said(name)] == ["2027-01-10", "2027-12-28"]


def test_fourteen_days_before_may_be_said_with_a_minus() -> None:
    told = {"name": "Сгорят", "event": "burns_soon", "days": -14, "text": "{бонусы}"}
    assert terms.from_json(told).days == 14


def test_a_gift_by_hand_is_told_and_one_of_a_trigger_is_not(shop: Shop) -> None:
    shop.sold(bought("01.02.2026 10:00", ANNA), bought("01.02.2026 10:00", BORIS))
    name = shop.trigger("gift")
    shop.trigger("no_purchase", days=30, gift={"amount": 100_00})
    shop.at("2026-03-03 12:30")
    with db.writing() as session:
        grants.give(session, shop.figures("К-1").id, "manual", 300_00, "Конкурс", "key")
    shop.night()
    assert [(row.who, row.occurrence) for row in shop.said(name)] == [("К-1", "key")]


# --- People -----------------------------------------------------------------------------------------------


def test_a_registration_is_welcomed_once(shop: Shop) -> None:
    shop.people(person("Д-0", registered="01.03.2026"))  # known before the trigger was switched on
    name = shop.trigger("registration")
    shop.people(person("Д-1", registered="01.03.2026"), person("Д-2", registered="28.02.2026"))
    shop.night()
    assert shop.whom(name) == ["Д-1"]
    shop.at("2026-03-02").people(person("Д-1", "01.01.1990", registered="02.03.2026"))
    shop.night()
    assert shop.whom(name) == ["Д-1"]


def test_every_entering_of_a_segment_fires_once(shop: Shop) -> None:
    """Acceptance 21: in, out and in again is twice, and no day in between."""
    shop.sold(bought("01.03.2026 10:00", ANNA))
    segment("Молчат 10 дней", {"is": "days_without_purchase", "from": 10})
    name = shop.trigger("segment_entered", segment="Молчат 10 дней")
    for day in range(9, 15):
        shop.at(f"2026-03-{day:02}").night()
    shop.at("2026-03-15").sold(bought("15.03.2026 10:00", ANNA))
    for day in range(15, 30):
        shop.at(f"2026-03-{day:02}").night()
    assert [row.occurrence[:10] for row in shop.said(name)] == ["2026-03-11", "2026-03-25"]


def test_who_was_moved_by_an_edit_is_no_occurrence(shop: Shop) -> None:
    """Acceptance 33: a question edited greets nobody."""
    shop.sold(bought("01.03.2026 10:00", ANNA))
    segment("Молчат", {"is": "days_without_purchase", "from": 100})
    name = shop.trigger("segment_entered", segment="Молчат")
    shop.at("2026-03-05").night()
    segment("Молчат", {"is": "days_without_purchase", "from": 1}, was="Молчат")
    shop.night()
    assert shop.said(name) == []


# --- What is not there ------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["friend_purchase", "review_request"])
def test_an_event_of_what_is_not_built_says_so(event: str) -> None:
    with pytest.raises(Refused, match="появится вместе"):
        events.named(event)
