"""Triggers fire once for each occurrence, whatever becomes of the worker, and never for what was before; gifts."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from loyalty import acts, db, settings
from loyalty.customers import consents
from loyalty.errors import NotFound, Problems, Refused
from loyalty.identity import same
from loyalty.messages.sending import sender
from loyalty.messages.triggers import firing, ready, stored, terms
from loyalty.models import grants, messages
from loyalty.segments import membership
from tests import forked
from tests.forked import Forked, by_the_clock, deaths, dies, steps
from tests.messages.triggered import Shop, bought, opened, segment
from tests.till import ANNA, BORIS, environment, loyalty

GIFT = {"amount": 500_00, "lifetime_days": 30}
VERA, ANNA_KIM = (
    "Д-1;Иванова;Вера;02.03.1990;+79160000001;01.01.2020", "Д-2;Ким;Анна;02.03.1990;+79160000002;01.01.2020",
)  # fmt: skip


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    yield from opened(database_url, tmp_path, monkeypatch)


@pytest.fixture
def one_shop(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The same on one kind of database, for what asks nothing of it."""
    yield from opened(sqlite_url, tmp_path, monkeypatch)


def born_each_day(shop: Shop, first: date, days: int) -> dict[str, date]:
    """A customer born on every day of some; who celebrates when."""
    found = {f"Д-{at}": first + timedelta(days=at) for at in range(days)}
    shop.people(
        *(
            f"{who};Иванова;Вера;{day:%d.%m}.1990;+7916000{at:04};01.01.2020"
            for at, (who, day) in enumerate(found.items())
        )
    )
    return found


# --- Once each --------------------------------------------------------------------------------------------


def test_thirty_nights_each_run_twice(one_shop: Shop) -> None:
    """What happened is counted from the facts by hand; each is there once, on its day."""
    shop, chance, first = one_shop, random.Random(3), date(2026, 3, 1)
    born = born_each_day(shop, first, 40)
    sold = {f"П-{at}": first - timedelta(days=chance.randrange(40)) for at in range(40)}
    shop.sold(*(bought(f"{day:%d.%m.%Y} 12:00", f"{who};Ольга;;") for who, day in sold.items() if day < first))
    birthday = shop.trigger("birthday", days=-3, gift=GIFT)
    silent, available = shop.trigger("no_purchase", days=20), shop.trigger("available")
    expected: dict[str, list[tuple[str, date]]] = {birthday: [], silent: [], available: []}
    for at in range(30):
        today = first + timedelta(days=at)
        shop.at(f"{today} 09:00").night()
        shop.at(f"{today} 12:00").night()
        expected[birthday] += [(who, today) for who, day in born.items() if day == today + timedelta(days=3)]
        past = {who: day for who, day in sold.items() if day < first}
        expected[silent] += [(who, today) for who, day in past.items() if day + timedelta(days=20) == today]
        expected[available] += [(who, today) for who, day in past.items() if day + timedelta(days=14) == today]
    on = [at.date() for at in shop.due()]
    happened = [(row.trigger, row.who, day) for row, day in zip(shop.said(), on, strict=True)]
    assert len(happened) == len(set(happened))
    for name, each in expected.items():
        assert sorted((who, day) for trigger, who, day in happened if trigger == name) == sorted(each)
    assert {row.reason for row in shop.said()} == {"", "no_phone"}


def test_a_worker_that_was_off_catches_up_each_day_with_its_own(shop: Shop) -> None:
    """What came too late is said so and counted (acceptance 16); the gifts are given, of their own days."""
    born_each_day(shop, date(2026, 3, 1), 12)
    name = shop.trigger("birthday", gift=GIFT)
    shop.at("2026-03-03 09:00").night()
    shop.at("2026-03-08 09:00").night()
    told = [(row.who, row.status, row.reason) for row in shop.said(name)]
    assert told == [
        *((f"Д-{at}", "skipped", "stale") for at in range(2)),
        ("Д-2", "queued", ""),
        *((f"Д-{at}", "skipped", "stale") for at in range(3, 7)),
        ("Д-7", "queued", ""),
    ]
    with db.reading() as session:
        given = session.connection().scalars(select(grants.c.at).order_by(grants.c.at)).all()
    assert [at.date().day for at in given] == list(range(1, 9))
    assert {at.time().isoformat() for at in given} == {"00:00:00"}


def test_what_was_before_is_nobodys_and_off_and_on_repeats_nothing(shop: Shop) -> None:
    """Acceptance 43."""
    born_each_day(shop, date(2026, 2, 20), 30)
    shop.sold(bought("01.03.2026 11:00", ANNA))
    birthday, purchase = shop.trigger("birthday"), shop.trigger("purchase")
    shop.night()
    assert shop.whom(birthday) == ["Д-9"]  # today's
    assert shop.whom(purchase) == []
    shop.at("2026-03-01 13:00")
    for name in (birthday, purchase):
        shop.switch(name, False)
    shop.at("2026-03-04").sold(bought("04.03.2026 11:00", ANNA))
    shop.night()
    for name in (birthday, purchase):
        shop.switch(name, True)
    shop.night()
    assert shop.whom(birthday) == ["Д-9", "Д-12"]  # the 2nd and the 3rd were passed by
    assert shop.whom(purchase) == []
    shop.at("2026-03-04 15:00").sold(bought("04.03.2026 14:00", ANNA))
    shop.night()
    assert shop.whom(purchase) == ["К-1"]


def test_a_file_of_last_month_brings_what_is_too_late_and_a_file_of_long_ago_nothing(one_shop: Shop) -> None:
    shop = one_shop
    name = shop.at("2026-01-01").trigger("purchase")
    shop.at("2026-05-20").night()
    shop.sold(
        bought("15.04.2026 12:00", ANNA), bought("19.05.2026 12:00", BORIS), bought("02.01.2026 12:00", BORIS)
    )
    shop.night()
    told = [(row.who, row.occurrence.split("|")[0], row.status, row.reason) for row in shop.said(name)]
    assert [(who, status, reason) for who, _, status, reason in told] == [
        ("К-1", "skipped", "stale"), ("К-2", "queued", ""),
    ]  # fmt: skip


@pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")
def test_workers_at_once_write_each_once(shop: Shop, database_url: str, tmp_path: Path) -> None:
    """Acceptance 17."""
    born_each_day(shop, date(2026, 3, 1), 1)
    for at in range(4):
        shop.trigger("birthday", name=f"Поздравить {at}", gift=GIFT)
    workers = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        workers.append(Forked(tmp_path / str(number), environment(database_url, "2026-03-01T12:05"), "night"))
    assert [one.wait() for one in workers] == [0, 0, 0], [one.said() for one in workers]
    assert Counter(row.trigger for row in shop.said()) == {f"Поздравить {at}": 1 for at in range(4)}
    assert shop.figures("Д-0").available == 4 * 500_00


@pytest.mark.slow
@pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")
def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    shop: Shop, database_url: str, chance: random.Random
) -> None:
    """Acceptance 14: rows and gifts come together or not at all, and the next night takes it up."""
    first = date(2026, 3, 2)
    born = born_each_day(shop, first, 20)
    name = shop.trigger("birthday", gift=GIFT)
    shop.sold(bought("01.03.2026 12:00", ANNA))
    ways = deaths(steps(environment(database_url, f"{first}T10:05"), "night"), 30, chance)
    ways = chance.sample(ways, 10) + by_the_clock(0.4, 2, chance)
    died = 0
    for at, death in enumerate(ways):
        today = first + timedelta(days=at + 1)
        died += dies(environment(database_url, f"{today}T10:05"), death, "night")
        assert loyalty(database_url, "night", today=f"{today}T10:06").returncode == 0
        assert [row.who for row in shop.said(name)] == [who for who, day in born.items() if day <= today], death
        with db.reading() as session:
            given = session.connection().scalar(select(func.count()).select_from(grants))
            told = session.connection().scalar(select(func.count(messages.c.grant_id.distinct())))
        assert given == told == at + 2
    assert died > 3


# --- Gifts ------------------------------------------------------------------------------------------------


def test_a_gift_is_in_the_text_in_the_card_and_burns(shop: Shop) -> None:
    """P8: given on the day, spendable at once, gone 30 days later; also to whom nobody may write."""
    shop.people(
        "Д-1;Иванова;Вера;04.03.1990;+79160000001;01.01.2020", "Д-2;Ким;Анна;04.03.1991;;01.01.2020",
    )  # fmt: skip
    name = shop.trigger(
        "birthday", days=-3, gift=GIFT, text="{имя}, дарим! Бонусов: {бонусы}, сгорит {дата сгорания}"
    )
    shop.night()
    told = [(row.who, row.status, row.reason, row.text) for row in shop.said(name)]
    assert told == [
        ("Д-1", "queued", "", "Вера, дарим! Бонусов: 500, сгорит 31.03.2026"),
        ("Д-2", "skipped", "no_phone", ""),
    ]
    for who in ("Д-1", "Д-2"):
        assert (shop.figures(who).available, shop.figures(who).next_burn) == (500_00, 500_00)
    shop.at("2026-03-31").night()
    assert (shop.figures("Д-1").available, shop.figures("Д-1").burned) == (0, 500_00)


def test_a_gift_may_have_to_wait(one_shop: Shop) -> None:
    shop = one_shop
    shop.people("Д-1;Иванова;Вера;01.03.1990;+79160000001;01.01.2020")
    shop.trigger("birthday", gift={"amount": 300_00, "confirm_days": 3})
    shop.night()
    assert (shop.figures("Д-1").pending, shop.figures("Д-1").available) == (300_00, 0)
    shop.at("2026-03-04").night()
    assert (shop.figures("Д-1").pending, shop.figures("Д-1").available) == (0, 300_00)


def test_a_gift_is_not_taken_back_when_a_late_fact_undoes_its_cause(one_shop: Shop) -> None:
    shop = one_shop
    shop.at("2026-03-02").sold(bought("01.02.2026 11:00", ANNA))
    shop.trigger("no_purchase", days=30, gift=GIFT)
    shop.at("2026-03-03 10:10").night()
    shop.sold(bought("20.02.2026 11:00", ANNA))
    shop.at("2026-03-04").night()
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(grants)) == 1
    shop.at("2026-03-22").night()  # of the purchase that came late: another last purchase
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(grants)) == 2


# --- Who, and how often -----------------------------------------------------------------------------------


def test_who_is_not_in_the_segment_at_the_start_of_the_day_is_nothing_to_it(one_shop: Shop) -> None:
    shop = one_shop
    shop.people(VERA, ANNA_KIM)
    segment("Веры", {"is": "name", "contains": "Вера"})
    name = shop.trigger("birthday", segment="Веры")
    shop.at("2026-03-02").night()
    assert shop.whom(name) == ["Д-1"]


def test_who_left_the_segment_before_her_turn_gets_nothing(one_shop: Shop) -> None:
    shop = one_shop
    shop.sold(bought("01.03.2026 09:00", ANNA), bought("01.03.2026 09:00", BORIS))
    segment("Молчат", {"is": "days_without_purchase", "from": 3})
    name = shop.trigger("segment_entered", segment="Молчат", days=1)
    shop.at("2026-03-04").night()
    shop.at("2026-03-05 09:00").sold(bought("05.03.2026 08:00", ANNA))
    shop.night()
    assert [(row.who, row.reason) for row in shop.said(name)] == [("К-1", "left_segment"), ("К-2", "")]


def test_a_pause_keeps_it_from_writing_to_her_again(one_shop: Shop) -> None:
    shop = one_shop
    name = shop.trigger("purchase", pause_days=7, gift={"amount": 100_00})
    for day in (2, 2, 5, 8, 9, 10):
        shop.at(f"2026-03-{day:02}").sold(
            bought(f"{day:02}.03.2026 11:{day}0", ANNA) if day < 6 else bought(f"{day:02}.03.2026 11:00", ANNA)
        )
        shop.night()
    assert [row.reason for row in shop.said(name)] == ["", "too_soon", "too_soon", "too_soon", "", "too_soon"]
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(grants)) == 2


def test_advertising_asks_for_consent_and_a_service_message_does_not(one_shop: Shop) -> None:
    """Acceptance 24: nor does the cap stop it."""
    shop = one_shop
    shop.people(VERA, ANNA_KIM)
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        consents.say(session, shop.figures("Д-1").id, is_given=True, at=act.at, act=act, place="Касса")
    service, advertising = shop.trigger("birthday"), shop.trigger("birthday", advertising=True)
    shop.at("2026-03-02").night()
    assert [(row.who, row.reason) for row in shop.said(service)] == [("Д-1", ""), ("Д-2", "")]
    another = shop.trigger("birthday")
    shop.night()
    sender.run(once=True)
    assert [row.status for row in (*shop.said(service), *shop.said(another))] == ["delivered"] * 4
    assert [(row.who, row.reason) for row in shop.said(advertising)] == [("Д-1", ""), ("Д-2", "no_consent")]


def test_what_quiet_hours_held_back_is_not_sent_the_next_morning(one_shop: Shop) -> None:
    """Acceptance 26: a birthday is greeted on its day, or it is said that it was not; a gift is a gift."""
    shop = one_shop
    shop.people(VERA)
    name = shop.trigger("birthday", gift=GIFT)
    shop.at("2026-03-02 21:00").night()
    shop.at("2026-03-03 10:30").night()
    sender.run(once=True)
    assert [(row.status, row.reason) for row in shop.said(name)] == [("skipped", "stale")]
    assert shop.figures("Д-1").available == 500_00


def test_two_who_turn_out_to_be_one_get_each_occurrence_once(one_shop: Shop) -> None:
    """What the one was told of stays told; what both were to be told is told once."""
    shop = one_shop
    shop.people(VERA, "Д-2;Иванова;Вера;02.03.1990;+79160000002;01.01.2020")
    greeting, thanks = shop.trigger("birthday"), shop.trigger("purchase")
    shop.at("2026-03-02 09:00").sold(bought("02.03.2026 08:00", "Д-1;Вера;;"))
    shop.night()
    with db.writing() as session:
        same.join(session, shop.figures("Д-1").id, shop.figures("Д-2").id, "Ольга")
    shop.at("2026-03-02 11:00").night()
    sender.run(once=True)
    assert [(row.status, row.reason) for row in shop.said(greeting)] == [
        ("skipped", "same_person"), ("delivered", ""),
    ]  # fmt: skip
    assert [row.status for row in shop.said(thanks)] == ["delivered"]


def test_hours_that_never_meet_the_shops_are_stale_and_nothing_hangs(one_shop: Shop) -> None:
    shop = one_shop
    shop.people(VERA)
    name = shop.trigger("birthday", hours=["21:00", "22:00"])  # the shop is quiet from 20 to 10
    shop.at("2026-03-02").night()
    assert [(row.status, row.reason) for row in shop.said(name)] == [("skipped", "stale")]


# --- Rehearsal --------------------------------------------------------------------------------------------


def test_a_rehearsal_of_tomorrow_is_what_is_then_sent(shop: Shop) -> None:
    """M13: the same people, the same words, the same reasons; and nothing is written by rehearsing."""
    shop.people(
        "Д-1;Иванова;Вера;05.03.1990;+79160000001;01.01.2020", "Д-2;Ким;Анна;05.03.1990;;01.01.2020",
        "Д-3;Ли;Ольга;01.01.1990;+79160000003;01.01.2020",
    )  # fmt: skip
    shop.sold(bought("16.02.2026 11:00", ANNA), bought("11.02.2026 11:00", BORIS))
    segment("Молчат 14 дней", {"is": "days_without_purchase", "from": 14})
    text = "{имя|Здравствуйте}: {бонусы}, ждут {ждут}, {сгорит|нечему} {дата сгорания|сгореть}, {уровень}"
    shop.trigger("birthday", days=-3, gift=GIFT, text=text)
    shop.trigger("birthday", days=-3, gift=GIFT, text=text)  # the second one tells of both gifts
    shop.trigger("available", text=text)
    shop.trigger("segment_entered", segment="Молчат 14 дней", text=text)
    shop.trigger("no_purchase", days=19, text=text)
    shop.night()

    def written() -> int | None:
        with db.reading() as session:
            return session.connection().scalar(select(func.count()).select_from(messages))

    before = (written(), shop.figures("Д-1").available)
    ahead = shop.rehearsed("2026-03-02")
    assert (written(), shop.figures("Д-1").available) == before
    shop.at("2026-03-02 00:05").night()
    shop.at("2026-03-02 10:30").night()
    sender.run(once=True)
    ids = {who: shop.figures(who).id for who in ("Д-1", "Д-2", "К-1", "К-2")}
    got = {(ids[row.who], row.trigger, row.reason, row.text) for row in shop.said() if row.who in ids}
    sent = {(ids[row.who], row.trigger) for row in shop.said() if row.status == "delivered"}
    assert {(row.customer_id, row.trigger, row.reason, row.text) for row in ahead} == got
    assert {(row.customer_id, row.trigger) for row in ahead if row.is_sent} == sent
    assert len(got) == 7 and len(sent) == 5


def test_a_rehearsal_of_today_tells_of_the_days_that_were_missed_too(shop: Shop) -> None:
    born_each_day(shop, date(2026, 3, 1), 12)
    shop.trigger("birthday", gift=GIFT)
    shop.trigger("purchase")
    shop.at("2026-03-03 09:00").night()
    before = len(shop.said())
    shop.at("2026-03-08 09:00").sold(bought("06.03.2026 12:00", ANNA), bought("08.03.2026 08:00", BORIS))
    ahead = [(row.trigger, row.customer_id, row.reason) for row in shop.rehearsed("2026-03-08")]
    shop.night()
    fired = shop.said()[before:]
    assert ahead == [(row.trigger, shop.figures(row.who).id, row.reason) for row in fired]
    assert Counter(row.reason for row in fired) == {"": 2, "stale": 5}
    tomorrow = shop.rehearsed("2026-03-09")
    assert [row.customer_id for row in tomorrow] == [shop.figures("Д-8").id]


def test_a_rehearsal_of_one_that_is_off_shows_what_it_would_do(one_shop: Shop) -> None:
    shop = one_shop
    shop.people("Д-1;Иванова;Вера;05.03.1990;+79160000001;01.01.2020")
    name = shop.trigger("birthday", on=False)
    assert shop.rehearsed("2026-03-05") == []
    (row,) = shop.rehearsed("2026-03-05", name)
    assert (row.why, row.text) == ("день рождения 05.03", "Вера, бонусов: 0")
    with pytest.raises(Refused, match="не дальше года"):
        shop.rehearsed("2026-02-28")


def test_the_cap_lets_the_first_of_two_through(one_shop: Shop) -> None:
    """At most one advertising message a day: the rehearsal says who gives way, and so it is."""
    shop = one_shop
    shop.people(VERA)
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        consents.say(session, shop.figures("Д-1").id, is_given=True, at=act.at, act=act, place="Касса")
    for name in ("А", "Б"):
        shop.trigger("birthday", name=name, advertising=True)
    ahead = [(row.trigger, row.reason) for row in shop.rehearsed("2026-03-02")]
    assert ahead == [("А", ""), ("Б", "too_often")]
    shop.at("2026-03-02 10:30").night()
    sender.run(once=True)
    assert [(row.trigger, row.status, row.reason) for row in shop.said()] == [
        ("А", "delivered", ""), ("Б", "skipped", "too_often"),
    ]  # fmt: skip


# --- As they are kept -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "Триггер — это объект"),
        ({"name": "А", "event": "birthday"}, "не сказано «text»"),
        ({"name": "А", "event": "birthday", "text": "т", "colour": 1}, "непонятно «colour»"),
        ({"name": "А", "event": "wedding", "text": "т"}, "Нет события «wedding»"),
        ({"name": "А", "event": "friend_purchase", "text": "т"}, "Приведи друга"),
        ({"name": " ", "event": "birthday", "text": "т"}, "Напишите название"),
        ({"name": "А", "event": "birthday", "text": "{имя"}, "Не закрыта скобка"),
        ({"name": "А", "event": "birthday", "text": "т", "days": 400}, "дней может быть"),
        ({"name": "А", "event": "birthday", "text": "т", "days": True}, "целое число"),
        ({"name": "А", "event": "no_purchase", "text": "т"}, "дней может быть от 1"),
        ({"name": "А", "event": "purchase", "text": "т", "days": -1}, "дней может быть от 0"),
        ({"name": "А", "event": "segment_entered", "text": "т"}, "Выберите сегмент"),
        ({"name": "А", "event": "birthday", "text": "т", "channel": "pigeon"}, "Нет канала «pigeon»"),
        ({"name": "А", "event": "birthday", "text": "т", "channel": "email", "subject": " "}, "тему письма"),
        ({"name": "А", "event": "birthday", "text": "т", "hours": ["10:00"]}, "два времени"),
        ({"name": "А", "event": "birthday", "text": "т", "hours": ["10:00", "25:00"]}, "Время пишут так"),
        ({"name": "А", "event": "birthday", "text": "т", "hours": ["10:00", "10:00"]}, "было бы некогда"),
        ({"name": "А", "event": "birthday", "text": "т", "advertising": 1}, "true или false"),
        ({"name": "А", "event": "birthday", "text": "т", "gift": 500}, "объект с «amount»"),
        ({"name": "А", "event": "birthday", "text": "т", "gift": {"amount": 0}}, "Подарок — от"),
        ({"name": "А", "event": "birthday", "text": "т", "gift": {"sum": 5}}, "В подарке непонятно «sum»"),
        ({"name": "А", "event": "burns_soon", "text": "т", "gift": {"amount": 5}}, "снова и снова"),
        ({"name": "А", "event": "birthday", "text": "т", "pause_days": -1}, "Не чаще раза"),
    ],
)  # fmt: skip
def test_what_is_unfit_is_refused_by_a_sentence(said: object, why: str) -> None:
    with pytest.raises(Refused, match=why):
        terms.from_json(said)


def test_what_is_read_is_what_is_written() -> None:
    said = {
        "name": "А", "event": "segment_entered", "days": 2, "segment": "Новые", "channel": "email",
        "subject": "Тема", "text": "т", "hours": ["09:00", "18:30"], "advertising": False, "pause_days": 5,
        "gift": {"amount": 100, "confirm_days": 1, "lifetime_days": 7},
    }  # fmt: skip
    assert terms.from_json(said).as_json() == said


def changed(name: str, **to: Any) -> None:
    with db.writing() as session:
        saved = stored.get(session, name)
        told = saved.terms.as_json() | to
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        stored.change(session, name, terms.from_json(told), act, now)


def test_another_question_is_a_new_beginning(one_shop: Shop) -> None:
    """From 30 days to 10: whoever passed the tenth day before is not written to now."""
    shop = one_shop
    shop.at("2026-03-20").sold(bought("05.03.2026 11:00", ANNA), bought("12.03.2026 11:00", BORIS))
    name = shop.trigger("no_purchase", days=30)
    changed(name, days=10)
    shop.night()
    assert shop.said(name) == []
    shop.at("2026-03-22").night()
    assert shop.whom(name) == ["К-2"]
    with pytest.raises(Problems, match="уже срабатывал"):
        changed(name, event="birthday", days=0)


def test_a_trigger_that_sent_leaves_what_it_sent(one_shop: Shop) -> None:
    shop = one_shop
    shop.people("Д-1;Иванова;Вера;01.03.1990;+79160000001;01.01.2020")
    name = shop.trigger("birthday")
    shop.night()
    with db.writing() as session:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        copied = stored.copy(session, name, act)
        stored.delete(session, name, act, now)
        assert [one.name for one in stored.everything(session)] == [copied]
        stored.delete(session, copied, act, now)
        with pytest.raises(NotFound):
            stored.get(session, name)
    assert [row.status for row in shop.said()] == ["queued"]
    assert shop.said()[0].trigger.startswith(f"{name} (удалён 01.03.2026")


def test_a_segment_that_a_trigger_needs_stays(one_shop: Shop) -> None:
    segment("Веры", {"is": "name", "contains": "Вера"})
    name = one_shop.trigger("birthday", segment="Веры")
    with db.writing() as session, pytest.raises(Refused, match=f"триггер «{name}»"):
        membership.delete(session, "Веры")


def test_the_shop_begins_with_triggers_that_are_off(one_shop: Shop) -> None:
    with db.writing() as session:
        settings.name_shop(session, "Лето", "Europe/Moscow")
        assert ready.is_due(session)
        added = ready.add_missing(session)
    assert added[:2] == ["День рождения", "90 дней без покупок"]
    with db.writing() as session:
        assert not any(one.is_on for one in stored.everything(session))
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now()
        stored.delete(session, "Новый уровень", act, now)
        assert ready.add_missing(session) == []


def test_a_glance_where_nothing_happened(one_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's step asks for two numbers, and looks on only where they changed."""
    one_shop.trigger("purchase")
    watch, looked = firing.Watch(), []
    run = firing.run
    monkeypatch.setattr(firing, "run", lambda: looked.append(1) or run())
    watch.look()
    watch.look()
    assert len(looked) == 1
    one_shop.sold(bought("01.03.2026 12:30", ANNA))
    assert [one.queued for one in watch.look()] == [1]
    watch.look()
    assert len(looked) == 2


# --- On the command line ----------------------------------------------------------------------------------


def test_triggers_on_the_command_line(one_shop: Shop, sqlite_url: str, tmp_path: Path) -> None:
    one_shop.people(VERA)
    path = tmp_path / "trigger.json"
    said = {"name": "С днём рождения", "event": "birthday", "text": "{имя}!", "advertising": False, "gift": GIFT}
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")

    def asked(*arguments: str, today: str = "2026-03-01T12:00") -> Any:
        done = loyalty(sqlite_url, *arguments, "--json", today=today)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    assert asked("trigger", "add", str(path))["on"] is False
    again = loyalty(sqlite_url, "trigger", "add", path)
    assert (again.returncode, again.stderr) == (2, "Триггер «С днём рождения» уже есть: назовите иначе\n")
    assert asked("trigger", "on", "С днём рождения")["changed"] is True
    (listed,) = asked("trigger", "list")["triggers"]
    assert (listed["on"], listed["since"], listed["event"]) == (True, "2026-03-01T12:00:00", "birthday")
    rehearsed = asked("rehearse", "--day", "2026-03-02")
    (row,) = rehearsed["messages"]
    assert (row["external_id"], row["text"], row["status"], row["gift"]) == (
        "Д-1", "Вера!", "queued", "500\u00a0бонусов на 30\u00a0дней",
    )  # fmt: skip
    night = asked("night", today="2026-03-02T10:10")
    assert night["triggers"] == [
        {"trigger": "С днём рождения", "day": "2026-03-02", "queued": 1, "gifts": 1, "skipped": {}}
    ]
    assert loyalty(sqlite_url, "send", "--once", today="2026-03-02T10:11").returncode == 0
    assert [row.status for row in one_shop.said()] == ["delivered"]
    assert asked("trigger", "off", "С днём рождения")["changed"] is True
    missing = loyalty(sqlite_url, "trigger", "on", "Нет такого")
    assert (missing.returncode, missing.stdout) == (2, "")


def test_a_ready_trigger_that_nobody_touched_gives_its_name_away(
    one_shop: Shop, sqlite_url: str, tmp_path: Path
) -> None:
    with db.writing() as session:
        settings.name_shop(session, "Лето", "Europe/Moscow")
        ready.add_missing(session)
    path = tmp_path / "trigger.json"
    said = {"name": "День рождения", "event": "birthday", "text": "Ура", "hours": ["00:00", "24:00"]}
    path.write_text(json.dumps(said), encoding="utf-8")
    assert loyalty(sqlite_url, "trigger", "add", path).returncode == 0
    assert loyalty(sqlite_url, "trigger", "add", path).returncode == 2
    with db.reading() as session:
        named = [one.terms for one in stored.everything(session) if one.name == "День рождения"]
    assert [(one.text, one.hours) for one in named] == [("Ура", ("00:00", "00:00"))]
    opens, closes = named[0].window.on(date(2026, 3, 1), ZoneInfo("Europe/Moscow"))
    assert closes - opens == timedelta(days=1)
