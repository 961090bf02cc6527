"""A campaign from a draft to the last recipient: launched once, steered, sent again only to whom it missed."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loyalty import acts, db, settings
from loyalty.errors import Changed, LoyaltyError, NotFound, Problems, Refused
from loyalty.messages import campaigns
from loyalty.messages.triggers import terms
from loyalty.models import attempts
from loyalty.segments import membership
from loyalty.segments.tree import is_
from tests.messages.audiences import Mailing, Who, codes, outcome, rows, statuses
from tests.till import loyalty, sale

NAME = "Рассылка"


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailing]:
    """Three customers who may be written to; it is 20 November 2026, noon."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    made = Mailing(tmp_path, monkeypatch)
    made.people(3)
    yield made
    db.engine().dispose()


@contextmanager
def refused(words: str, kind: type[LoyaltyError] = Refused) -> Iterator[None]:
    with pytest.raises(kind) as told:
        yield
    assert words in str(told.value).replace("\u00a0", " ")


def status(name: str = NAME) -> str:
    with db.reading() as session:
        return campaigns.get(session, name).status


def steer(do: Any, *arguments: Any) -> Any:
    with db.writing() as session:
        return do(session, *arguments)


# --- Drafts -----------------------------------------------------------------------------------------------


def test_a_draft_is_kept_as_it_was_said(shop: Mailing) -> None:
    shop.segment("Свои", "+79160000001")
    shop.segment("Чужие", "+79160000002")
    said = shop.draft(
        segment="Свои", minus=("Чужие",), at=datetime(2026, 12, 1, 10), control_percent=10, window_days=7
    )
    with db.writing() as session:
        campaigns.add(session, said, acts.begin(session, acts.Origin.SCREEN), shop.now)
    with db.reading() as session:
        saved = campaigns.get(session, NAME)
    assert (saved.draft, saved.status, saved.is_launched) == (said, "draft", False)


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"name": " "}, "name", "Напишите название"),
        ({"name": "я" * 201}, "name", "длиннее 200"),
        ({"text": "{имя"}, "text", "Не закрыта скобка"),
        ({"text": ""}, "text", "Напишите текст"),
        ({"segment": "Нет такого"}, "segment", "Нет сегмента «Нет такого»"),
        ({"minus": ("Нет такого",)}, "minus", "Нет сегмента «Нет такого»"),
        ({"segment": "Свои", "minus": ("Свои",)}, "minus", "и выбран, и исключён"),
        ({"channel": "pigeon"}, "channel", "Нет канала «pigeon»"),
        ({"channel": "email"}, "subject", "Напишите тему"),
        ({"channel": "email", "subject": "а\nBcc: b"}, "subject", "одна строка"),
        ({"at": datetime(2026, 11, 20, 11, 59)}, "at", "уже прошло"),
        ({"control_percent": 91}, "control_percent", "от 0 до 90"),
        ({"window_days": 0}, "window_days", "от 1 до 365"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_by_its_field(
    shop: Mailing, said: dict[str, Any], field: str, why: str
) -> None:
    shop.segment("Свои", "+79160000001")
    with pytest.raises(Problems) as told:
        shop.add(**said)
    assert why in told.value.by_field[field]
    assert list(told.value.by_field) == [field]


def test_two_campaigns_are_not_called_alike(shop: Mailing) -> None:
    shop.add(name="Ёлка")
    with refused("Рассылка «Ёлка» уже есть", Problems):
        shop.add(name=" елка ")


def test_a_draft_that_somebody_else_changed_is_not_overwritten(shop: Mailing) -> None:
    shop.add()
    seen = shop.draft()
    other = shop.draft(text="Другой текст")
    with db.writing() as session:
        campaigns.change(session, NAME, other, acts.begin(session, acts.Origin.SCREEN), shop.now, seen=seen)
    with db.writing() as session, refused("тем временем изменили", Changed):
        campaigns.change(session, NAME, seen, acts.begin(session, acts.Origin.SCREEN), shop.now, seen=seen)
    with refused("тем временем изменили", Changed):
        shop.launch(seen=seen)
    assert statuses() == {}


def test_only_a_draft_is_changed_or_deleted(shop: Mailing) -> None:
    shop.add()
    shop.launch()
    with refused("нельзя удалить: её запустили 20.11.2026 12:00"):
        steer(campaigns.delete, NAME)
    with db.writing() as session, refused("нельзя изменить"):
        campaigns.change(session, NAME, shop.draft(), acts.begin(session, acts.Origin.SCREEN), shop.now)
    shop.add(name="Черновик")
    steer(campaigns.delete, "Черновик")
    with db.reading() as session, refused("Нет рассылки «Черновик»", NotFound):
        campaigns.get(session, "Черновик")


def test_a_segment_that_is_to_be_written_to_is_not_deleted(shop: Mailing) -> None:
    shop.segment("Свои", "+79160000001")
    shop.segment("Чужие", "+79160000002")
    shop.add(segment="Свои", minus=("Чужие",))
    for name in ("Свои", "Чужие"):
        with refused("ему пишет рассылка «Рассылка»"):
            steer(membership.delete, name)
    shop.launch()
    steer(membership.delete, "Свои")
    with db.reading() as session:
        saved = campaigns.get(session, NAME)
    assert saved.audience == "Сегмент «Свои», кроме «Чужие»"


# --- Launched once ----------------------------------------------------------------------------------------


def test_a_launch_freezes_everybody_and_why_some_get_nothing(shop: Mailing) -> None:
    """Case 39: who gets nothing has the reason for ever."""
    shop.knows(Who("Отказалась", phone="89160000777", agreed=False))
    shop.add(text="{имя}, {бонусы}")
    assert shop.launch() == ("sending", 3)
    assert statuses() == {"К-1": "queued", "К-2": "queued", "К-3": "queued", "Отказалась": "skipped opted_out"}
    one = rows()["К-1"]
    assert (one.address, one.text, one.parts, one.attempt) == ("+79160000001", "Анна, 0", 1, 0)
    assert one.consent_id is not None
    with db.reading() as session:
        assert one.queued_at == campaigns.get(session, NAME).launched_at
    assert one.stale_at - one.queued_at == timedelta(hours=24)
    assert rows()["Отказалась"].queued_at is None


def test_a_second_click_and_the_back_button_launch_nothing_more(shop: Mailing) -> None:
    """Case 17."""
    shop.add()
    shop.launch()
    shop.at("2026-11-20T12:05")
    with refused("Рассылку «Рассылка» уже запустили 20.11.2026 12:00"):
        shop.launch()
    assert len(rows()) == 3


def test_two_managers_at_once_launch_it_once(shop: Mailing) -> None:
    """Case 17: both click at the same moment."""
    shop.add()

    def click(_: int) -> str:
        try:
            return shop.launch().status
        except Refused as why:
            return str(why)

    with ThreadPoolExecutor(4) as clicks:
        told = Counter(clicks.map(click, range(4)))
    assert told == {"sending": 1, "Рассылку «Рассылка» уже запустили 20.11.2026 12:00": 3}
    assert statuses() == {"К-1": "queued", "К-2": "queued", "К-3": "queued"}


def test_a_segment_emptied_meanwhile_is_said(shop: Mailing) -> None:
    shop.save("Не покупали", is_("purchases_count", to=0))
    shop.add(segment="Не покупали")
    assert len(shop.audience(segment="Не покупали").reached) == 3
    shop.took(*(sale("20.11.2026", str(at), f"К-{at};;;", "100") for at in (1, 2, 3)))
    with refused("В сегменте сейчас никого"):
        shop.launch()
    assert (status(), rows()) == ("draft", {})


def test_nobody_to_write_to_is_said_with_the_reasons(shop: Mailing) -> None:
    shop.segment("Пока одна", "+79160000001")
    shop.says("К-1", False)
    shop.add(segment="Пока одна")
    with refused("Рассылку не получит никто: отказ от рассылок — 1"):
        shop.launch()


def test_more_recipients_than_were_agreed_to_are_asked_about(shop: Mailing) -> None:
    """Case 39: she pays for what she has seen."""
    shop.add()
    shop.knows(Who("Новая", phone="89160000777"))
    with refused("стало 4 получателя вместо 3", Changed):
        shop.launch(expected=3)
    assert shop.launch(expected=4).recipients == 4


def test_a_member_of_two_segments_and_two_customers_of_one_phone_get_one_message(shop: Mailing) -> None:
    """Cases 19 and 49."""
    shop.knows(Who("Двойник", first="Ольга", phone="89160000001"))
    shop.segment("Чужие", "+79160000002")
    shop.add(minus=("Чужие",))
    assert shop.launch().recipients == 2
    assert Counter(row.address for row in rows().values() if row.status == "queued") == {
        "+79160000001": 1,
        "+79160000003": 1,
    }


# --- At its time ------------------------------------------------------------------------------------------


def due(shop: Mailing, moment: str) -> list[str]:
    shop.at(moment)
    with db.writing() as session:
        return campaigns.start_due(session, settings.now(settings.timezone(session)))


def test_a_campaign_waits_for_its_time_and_is_frozen_then(shop: Mailing) -> None:
    shop.add(at=datetime(2026, 11, 21, 15))
    assert shop.launch() == ("scheduled", 3)
    assert (status(), rows()) == ("scheduled", {})
    with refused("уже запланирована на 21.11.2026 15:00"):
        shop.launch()
    shop.says("К-2", False)
    shop.knows(Who("Новая", phone="89160000777"))
    assert due(shop, "2026-11-21T14:59") == []
    assert due(shop, "2026-11-21T15:00") == [NAME]
    assert due(shop, "2026-11-21T15:01") == []
    assert statuses() == {"К-1": "queued", "К-2": "skipped opted_out", "К-3": "queued", "Новая": "queued"}


def test_a_time_that_has_passed_is_refused_at_the_launch(shop: Mailing) -> None:
    shop.add(at=datetime(2026, 11, 20, 13))
    shop.at("2026-11-20T13:00")
    with refused("Время 20.11.2026 13:00 уже прошло"):
        shop.launch()


def test_a_schedule_missed_by_more_than_its_validity_asks(shop: Mailing) -> None:
    """Case 16."""
    shop.add(at=datetime(2026, 11, 21, 15))
    shop.launch()
    assert due(shop, "2026-11-22T15:01") == []
    assert (status(), rows()) == ("asking", {})
    with db.reading() as session:
        assert "прошло, пока программа не работала" in campaigns.get(session, NAME).why
    assert shop.launch() == ("sending", 3)


def test_a_schedule_missed_by_less_goes(shop: Mailing) -> None:
    shop.add(at=datetime(2026, 11, 21, 15))
    shop.launch()
    assert due(shop, "2026-11-22T15:00") == [NAME]


def test_a_scheduled_campaign_whose_segment_is_empty_by_then_asks(shop: Mailing) -> None:
    shop.segment("Одна", "+79160000001")
    shop.add(segment="Одна", at=datetime(2026, 11, 21, 15))
    shop.launch()
    shop.says("К-1", False)
    assert due(shop, "2026-11-21T15:00") == []
    assert status() == "asking"
    steer(campaigns.unschedule, NAME)
    assert status() == "draft"


def test_a_scheduled_campaign_is_changed_into_a_draft(shop: Mailing) -> None:
    shop.add(at=datetime(2026, 11, 21, 15))
    shop.launch()
    with db.writing() as session:
        draft = shop.draft(at=datetime(2026, 11, 22, 15))
        campaigns.change(session, NAME, draft, acts.begin(session, acts.Origin.SCREEN), shop.now)
    assert status() == "draft"
    assert due(shop, "2026-11-21T15:00") == []


# --- Under way --------------------------------------------------------------------------------------------


def test_pause_and_resume_go_on_where_they_were(shop: Mailing) -> None:
    """Case 15; what a person held back is not stale for it."""
    shop.add()
    shop.launch()
    outcome(NAME, "К-1", status="sent", sent_at=shop.now)
    steer(campaigns.pause, NAME)
    with refused("нельзя приостановить: она на паузе"):
        steer(campaigns.pause, NAME)
    shop.at("2026-11-25T12:00")
    steer(campaigns.resume, NAME, shop.now)
    assert statuses() == {"К-1": "sent", "К-2": "queued", "К-3": "queued"}
    assert rows()["К-2"].stale_at > shop.now
    assert status() == "sending"


def test_a_stop_cancels_who_has_not_got_it(shop: Mailing) -> None:
    shop.add()
    shop.launch()
    outcome(NAME, "К-1", status="delivered", sent_at=shop.now)
    outcome(NAME, "К-2", status="sending")
    assert steer(campaigns.stop, NAME) == 1
    assert statuses() == {"К-1": "delivered", "К-2": "sending", "К-3": "cancelled stopped"}
    with refused("она остановлена"):
        steer(campaigns.resume, NAME, shop.now)


def test_to_the_failed_alone_it_is_sent_again(shop: Mailing) -> None:
    shop.add(text="Старый")
    shop.launch()
    outcome(NAME, "К-1", status="delivered", attempt=1)
    outcome(
        NAME, "К-2", status="failed", reason="no_route", attempt=1, gateway_id="g2", cost=250, detail="дальше нет"
    )
    outcome(NAME, "К-3", status="unknown", reason="no_answer", attempt=1)
    assert steer(campaigns.resend, NAME, shop.now) == 1
    assert statuses() == {"К-1": "delivered", "К-2": "queued", "К-3": "unknown no_answer"}
    again = rows()["К-2"]
    assert (again.gateway_id, again.cost, again.batch_id) == ("", None, None)
    with db.reading() as session:
        (kept,) = session.connection().execute(select(attempts)).all()
    assert (kept.text, kept.status, kept.reason, kept.gateway_id, kept.cost) == (
        "Старый",
        "failed",
        "no_route",
        "g2",
        250,
    )
    with refused("нет недошедших"):
        steer(campaigns.resend, NAME, shop.now)


def test_who_refused_meanwhile_is_not_sent_to_again(shop: Mailing) -> None:
    shop.add()
    shop.launch()
    for code in ("К-1", "К-2"):
        outcome(NAME, code, status="failed", reason="no_route")
    shop.says("К-2", False)
    assert steer(campaigns.resend, NAME, shop.now) == 1
    assert statuses() == {"К-1": "queued", "К-2": "failed no_route", "К-3": "queued"}


def reach(who: Any, now: datetime) -> tuple[int, int, int]:
    with db.reading() as session:
        found: tuple[int, int, int] = who(session, NAME, now)
    return found


def test_those_who_are_counted_are_those_who_will_get_it(shop: Mailing) -> None:
    shop.knows(
        Who("Неспросили", phone="89160000011", agreed=None), Who("Отказалась", phone="89160000012", agreed=False),
        Who("Безымени", first="", phone="89160000013"), Who("Двойник", phone="89160000001"),
    )  # fmt: skip
    shop.add(text="{имя}, ждём! " + "я" * 60)
    shop.launch()
    outcome(NAME, "К-1", status="delivered")
    for code in ("К-2", "К-3"):
        outcome(NAME, code, status="failed", reason="no_route")
    assert reach(campaigns.failed, shop.now) == (2, 4, 0)
    shop.says("К-3", False)
    assert reach(campaigns.failed, shop.now) == (1, 2, 0)
    assert reach(campaigns.rest, shop.now) == (0, 0, 1)  # another text may do without the name
    with refused("Сейчас никому из них писать нельзя"):
        steer(campaigns.send_rest, NAME, shop.now)
    shop.says("Неспросили", True)
    assert reach(campaigns.rest, shop.now) == (1, 2, 1)
    with db.writing() as session, refused("стало 1 получатель вместо 0", Changed):
        campaigns.send_rest(session, NAME, shop.now, expected=0)
    assert (steer(campaigns.resend, NAME, shop.now), steer(campaigns.send_rest, NAME, shop.now)) == (1, 1)
    assert reach(campaigns.failed, shop.now)[0] == reach(campaigns.rest, shop.now)[0] == 0


def test_where_nobody_may_be_written_to_again_that_is_said(shop: Mailing) -> None:
    shop.knows(Who("Отказалась", phone="89160000777", agreed=False))
    shop.add()
    shop.launch()
    outcome(NAME, "К-1", status="failed", reason="no_route")
    shop.says("К-1", False)
    with refused("Сейчас никому из них писать нельзя: отказ от рассылок — 1"):
        steer(campaigns.resend, NAME, shop.now)
    with refused("Сейчас никому из них писать нельзя: отказ от рассылок — 1"):
        steer(campaigns.send_rest, NAME, shop.now)
    assert statuses()["К-1"] == "failed no_route"


def test_the_rest_are_those_whom_nothing_hinders_any_more(shop: Mailing) -> None:
    """Case 50: of the audience as it was launched; not who joined since."""
    shop.knows(
        Who("Неспросили", phone="89160000011", agreed=None), Who("Безтелефона"), Who("Отказалась", agreed=False),
        Who("Двойник", first="Ольга", phone="89160000001"),
    )  # fmt: skip
    shop.add()
    shop.launch()
    outcome(NAME, "К-1", status="delivered")
    outcome(NAME, "К-2", status="skipped", reason="stale")
    steer(campaigns.stop, NAME)
    shop.says("Неспросили", True)
    shop.knows(Who("Безтелефона", phone="89160000012"), Who("Новая", phone="89160000013"))
    assert steer(campaigns.send_rest, NAME, shop.now) == 4
    assert statuses() == {
        "К-1": "delivered",
        "К-2": "queued",
        "К-3": "queued",
        "Неспросили": "queued",
        "Безтелефона": "queued",
        "Отказалась": "skipped no_phone",
        "Двойник": "skipped same_address",
    }
    assert status() == "sending"
    assert rows()["Безтелефона"].address == "+79160000012"


def test_the_control_group_gets_nothing_by_a_resend_nor_by_a_copy(shop: Mailing) -> None:
    """Case 40."""
    shop.knows(*(Who(f"Ч-{at}", phone=f"+7916001{at:04}") for at in range(40)))
    shop.add(control_percent=30)
    shop.launch()
    control = {code for code, said in statuses().items() if said == "skipped control"}
    assert 3 < len(control) < 30
    for code in statuses().keys() - control:
        outcome(NAME, code, status="failed", reason="no_route")
    steer(campaigns.resend, NAME, shop.now)
    with refused("Остальных нет"):
        steer(campaigns.send_rest, NAME, shop.now)
    assert {code for code, said in statuses().items() if said == "skipped control"} == control
    with db.writing() as session:
        copy = campaigns.copy(session, NAME, acts.begin(session, acts.Origin.SCREEN), shop.now)
        draft = campaigns.get(session, copy).draft
        without = shop.draft(name=copy, control_percent=0)
        assert (copy, draft.control_percent) == ("Рассылка (копия)", 30)
        campaigns.change(session, copy, without, acts.begin(session, acts.Origin.SCREEN), shop.now)
    shop.launch(copy)
    assert {code for code, said in statuses(copy).items() if said == "skipped control"} == control


# --- The text mended --------------------------------------------------------------------------------------


def mend(shop: Mailing, new: str) -> int:
    with db.writing() as session:
        return campaigns.mend(session, NAME, new, acts.begin(session, acts.Origin.SCREEN), shop.now)


def test_a_mended_text_is_for_who_has_not_got_it(shop: Mailing) -> None:
    """Cases 42 and 52."""
    shop.knows(Who("Безимени", first="", phone="89160000777"))
    shop.add(text="С ошибкай")
    shop.launch()
    outcome(NAME, "К-1", status="delivered")
    outcome(NAME, "К-2", status="sending")
    steer(campaigns.pause, NAME)
    assert mend(shop, "{имя}, без ошибки") == 1
    said = {code: row.text for code, row in rows().items()}
    assert said == {"К-1": "С ошибкай", "К-2": "С ошибкай", "К-3": "Анна, без ошибки", "Безимени": "С ошибкай"}
    assert statuses()["Безимени"] == "skipped empty_value"
    with refused("Не закрыта скобка", Problems):
        mend(shop, "{имя")


def test_there_is_nothing_to_mend_once_everybody_got_it(shop: Mailing) -> None:
    shop.add()
    shop.launch()
    for code in codes().values():
        outcome(NAME, code, status="delivered")
    with refused("исправлять некому", Problems):
        mend(shop, "Поздно")


# --- JSON and the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "Рассылка — это объект"),
        ({"text": "а"}, "не сказано «name»"),
        ({"name": "а"}, "не сказано «text»"),
        ({"name": "а", "text": "б", "txt": 1}, "непонятно «txt»"),
        ({"name": 1, "text": "б"}, "«name»: нужен текст"),
        ({"name": "а", "text": "{имя"}, "Не закрыта скобка"),
        ({"name": "а", "text": "б", "minus": "Спящие"}, "«minus»: нужен список"),
        ({"name": "а", "text": "б", "at": "завтра"}, "«at»: время пишут так"),
        ({"name": "а", "text": "б", "at": "9999-12-31T23:59:59Z"}, "«at»: такого времени нет"),
        ({"name": "а", "text": "б", "at": "2026-12-01"}, "«at»: время пишут так"),
        ({"name": "а", "text": "б", "control_percent": 7.5}, "«control_percent»: нужно целое число"),
        ({"name": "а", "text": "б", "control_percent": True}, "«control_percent»: нужно целое число"),
        ({"name": "а", "text": "б", "window_days": float("inf")}, "«window_days»"),
        ({"name": "а", "text": "б", "advertising": "yes"}, "«advertising»: нужно true или false"),
        ({"name": "а", "text": "б", "channel": "viber"}, "Нет канала «viber»"),
    ],
)
def test_a_file_that_is_unfit_is_refused_by_what_it_says(said: object, why: str) -> None:
    with refused(why):
        campaigns.from_json(said, "Europe/Moscow")


def test_a_moment_with_a_zone_becomes_the_shops() -> None:
    said = {"name": "а", "text": "б", "at": "2026-12-01T10:00:00Z"}
    assert campaigns.from_json(said, "Asia/Yekaterinburg").at == datetime(2026, 12, 1, 15)
    assert campaigns.from_json(said, "Europe/Moscow").as_json()["at"] == "2026-12-01T13:00"


def test_an_email_of_which_a_file_says_no_subject_is_the_shops() -> None:
    said = {"name": "А", "text": "т", "channel": "email"}
    assert campaigns.from_json(said, "Europe/Moscow").subject == "{магазин|Новости магазина}"
    trigger = terms.from_json(said | {"event": "birthday"})
    assert trigger.subject == "{магазин|Новости магазина}"


def test_the_command_line_adds_launches_and_steers(database_url: str, shop: Mailing, tmp_path: Path) -> None:
    def run(*arguments: object) -> Any:
        done = loyalty(database_url, "campaign", *arguments, "--json", today="2026-11-20T12:00")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    file = tmp_path / "campaign.json"
    file.write_text(json.dumps({"name": NAME, "text": "{имя}, ждём"}), encoding="utf-8")
    told = run("add", file, "--start")
    assert (told["status"], told["recipients"], told["messages"]) == ("sending", 3, {"queued": 3})
    assert run("pause", NAME)["status"] == "paused"
    assert run("resume", NAME)["status"] == "sending"
    stopped = run("stop", NAME)
    assert (stopped["status"], stopped["messages"]) == ("stopped", {"cancelled": 3})
    assert run("show", NAME) == stopped
    assert run("list") == {"campaigns": [stopped]}
    again = loyalty(database_url, "campaign", "add", file)
    assert (again.returncode, again.stderr) == (2, "Рассылка «Рассылка» уже есть: назовите иначе\n")
    missing = loyalty(database_url, "campaign", "stop", "Нет")
    assert (missing.returncode, "Нет рассылки «Нет»" in missing.stderr) == (2, True)


def test_on_the_command_line_one_that_asks_goes_when_it_is_resumed(database_url: str, shop: Mailing) -> None:
    shop.add(at=datetime(2026, 11, 21, 15))
    shop.launch()
    assert due(shop, "2026-11-22T15:01") == []
    done = loyalty(database_url, "campaign", "resume", NAME, today="2026-11-22T15:01")
    assert (done.returncode, status()) == (0, "sending")
