"""Messages leave once: refusals, silences, reserves, money, hours, opt-outs, clocks, backups, doubled workers."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from loyalty import acts, backup, db, settings
from loyalty.customers import consents
from loyalty.errors import Refused
from loyalty.messages import campaigns
from loyalty.messages.sending import claiming, gateways, limits, queue, sender, statuses
from loyalty.models import Campaign, Customer, Trigger, messages, switches
from loyalty.sms.gateway import Called, Outcome, State
from tests import providers
from tests.messages import outgoing
from tests.messages.outgoing import (
    ALWAYS,
    TEXT,
    campaign,
    counted,
    found,
    launched,
    people,
    phone,
    send,
    setting,
    through,
    tries,
)
from tests.providers.smsc import Smsc
from tests.providers.smsru import SmsRu
from tests.till import loyalty

NIGHT, MORNING = "2026-12-01T21:00", "2026-12-02T10:00"


@pytest.fixture
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An empty shop at noon; its clock is set by `shop.setenv`."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    at(monkeypatch, ALWAYS)
    monkeypatch.setattr(sender, "REST_S", (0.01, 0.02, 0.05, 30.0))
    yield monkeypatch
    db.engine().dispose()


@pytest.fixture
def smsru() -> Iterator[SmsRu]:
    with providers.smsru() as server:
        yield server


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    with providers.smsc() as server:
        yield server


def at(shop: pytest.MonkeyPatch, moment: str) -> None:
    outgoing.clock(shop, moment)


# --- Each on his own --------------------------------------------------------------------------------------


def test_everybody_gets_one_and_later_it_is_known_to_have_come(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(250)
    through(smsru)
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 250} and campaign(id_).status == "done"
    assert sorted(one.phone for one in smsru.sent) == [phone(at)[1:] for at in range(250)]
    send()
    assert len(smsru.sent) == 250 and not smsru.asked("sms/status")
    at(shop, "2026-12-01T12:02")
    send()
    assert counted(id_) == {"delivered": 250}
    assert {one.cost for one in found(id_)} == {410}
    assert all(one.delivered_at and one.effective_at == one.delivered_at for one in found(id_))


def test_one_bad_number_is_that_numbers(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 18."""
    people(120)
    through(smsru)
    smsru.refuse[phone(7)[1:]] = 202
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 119, "failed: bad_number": 1} and campaign(id_).status == "done"
    assert len(smsru.sent) == 119 and not smsru.doubles()
    bad = next(one for one in found(id_) if one.status == "failed")
    assert bad.address == phone(7) and bad.sent_at is None and bad.cost is None and bad.detail


def test_twenty_refused_in_a_row_pause_the_campaign(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(150)
    through(smsru)
    smsru.refuse = {phone(at)[1:]: 207 for at in range(90, 150)}
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 90, "failed: no_route": 60}
    paused = people_more_wait(smsru, id_)
    assert paused.status == "paused" and "подряд" in paused.why


def people_more_wait(smsru: SmsRu, id_: int) -> Campaign:
    """As if there had been more of them to send to."""
    with db.writing() as session:
        row = session.get_one(Campaign, id_)
        some = select(messages.c.id).where(messages.c.campaign_id == id_, messages.c.status == "failed").limit(25)
        ids = list(session.connection().scalars(some))
        again = update(messages).where(messages.c.id.in_(ids))
        session.connection().execute(again.values(status="queued", reason="", due_at=settings.now()))
        row.status = "sending"
    with sender.Sender() as one:
        one.step()
    return campaign(id_)


# --- Silences and refusals of a whole request -------------------------------------------------------------


def test_an_answer_that_never_came_is_unknown_and_never_sent_again(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(250)
    through(smsru)
    smsru.script(providers.DROP_AFTER)
    id_ = launched()
    send()
    assert counted(id_) == {"unknown: no_answer": 100, "sent": 150} and campaign(id_).status == "done"
    at(shop, "2026-12-03T12:00")
    send()
    assert len(smsru.sent) == 250 and not smsru.doubles()
    assert counted(id_) == {"unknown: no_answer": 100, "delivered": 150}


def test_what_was_taken_without_an_answer_is_found_by_our_own_id(shop: pytest.MonkeyPatch, smsc: Smsc) -> None:
    people(150)
    through(smsc, "smsc")
    smsc.script(providers.DROP_AFTER)
    id_ = launched()
    send()
    assert set(counted(id_)) <= {"sent", "delivered"} and sum(counted(id_).values()) == 150
    assert len(smsc.sent) == 150 and not smsc.doubles()


def test_what_surely_was_not_taken_is_sent_when_that_is_sure(shop: pytest.MonkeyPatch, smsc: Smsc) -> None:
    """A request may be under way for a while after its caller is dead: until then it is unknown."""
    people(150)
    through(smsc, "smsc")
    smsc.script(providers.DROP_BEFORE)
    id_ = launched()
    send()
    assert counted(id_)["unknown: no_answer"] == 100 and len(smsc.sent) == 50
    shop.setattr(statuses, "REQUEST_S", 0)
    at(shop, "2026-12-01T12:10")
    send()
    assert len(smsc.sent) == 150 and not smsc.doubles()
    assert not any(one.status == "unknown" for one in found(id_)) and campaign(id_).status == "done"
    assert {one.reason for one in tries()} == {"no_answer"} and len(tries()) == 100


def test_a_gateway_down_for_a_moment_loses_nobody(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(120)
    through(smsru)
    smsru.script(providers.refused(220), providers.refused(500))
    shop.setattr(sender, "REST_S", (0.01,))
    id_ = launched()
    with sender.Sender() as one:
        one.step()
        assert counted(id_) == {"queued": 120} and campaign(id_).status == "sending"
        with db.reading() as session:
            assert gateways.accounts(session, "sms")[0].trouble
    for _ in range(3):  # it said not to be asked for a minute: as another worker, which does not know
        with sender.Sender() as other:
            while other.step():
                pass
    assert counted(id_) == {"sent": 120} and campaign(id_).status == "done"
    assert not smsru.doubles()
    with db.reading() as session:
        assert not gateways.accounts(session, "sms")[0].trouble


def test_five_silences_in_a_row_pause_the_campaign(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(700)
    through(smsru)
    shop.setattr(sender, "REST_S", (0.01,))
    smsru.always(lambda number: providers.DROP_AFTER)
    id_ = launched()
    send()
    assert counted(id_) == {"unknown: no_answer": 500, "queued": 200}
    assert campaign(id_).status == "paused" and "не ответил" in campaign(id_).why


def test_the_reserve_takes_what_the_main_one_surely_did_not(
    shop: pytest.MonkeyPatch, smsru: SmsRu, smsc: Smsc
) -> None:
    people(150)
    through(smsru)
    through(smsc, "smsc", is_reserve=True)
    smsru.script(providers.DROP_AFTER, providers.refused(201))
    shop.setattr(sender, "REST_S", (0.0, 60.0))
    id_ = launched()
    with sender.Sender() as one:
        while one.step():
            pass
    assert len(smsru.sent) == 100 and len(smsc.sent) == 50
    assert not {one.phone for one in smsru.sent} & {one.phone for one in smsc.sent}
    assert counted(id_)["unknown: no_answer"] == 100
    assert {(one.reason, one.status) for one in tries()} == {("money", "failed")} and len(tries()) == 50


def test_the_money_runs_out_in_the_middle_and_it_goes_on_after_paying(
    shop: pytest.MonkeyPatch, smsru: SmsRu
) -> None:
    """Acceptance 45: half is sent, the rest waits with the reason; nobody gets two after paying."""
    people(350)
    through(smsru)
    smsru.always(lambda number: providers.refused(201) if number == 3 else providers.Step())
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 200, "queued": 150}
    paused = campaign(id_)
    assert paused.status == "paused" and "SMS.ru" in paused.why
    with db.reading() as session:
        assert gateways.accounts(session, "sms")[0].trouble == paused.why
    at(shop, "2026-12-03T12:00")  # two days later: what a person held back is not stale
    send()
    assert counted(id_)["queued"] == 150
    with db.writing() as session:
        campaigns.resume(session, "Зима", settings.now())
    send()
    assert len(smsru.sent) == 350 and not smsru.doubles() and campaign(id_).status == "done"
    with db.reading() as session:
        assert not gateways.accounts(session, "sms")[0].trouble


def test_the_money_runs_out_within_a_request(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Half of it is taken; the rest waits with the reason, however long, and does not get stale meanwhile."""
    people(40)
    through(smsru)
    smsru.refuse = {phone(at)[1:]: 201 for at in range(20, 40)}
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 20, "queued": 20}
    paused = campaign(id_)
    assert paused.status == "paused" and paused.why == "SMS.ru: Не хватает средств на лицевом счету"
    with db.reading() as session:
        assert gateways.accounts(session, "sms")[0].trouble == paused.why
    at(shop, "2026-12-03T12:00")
    smsru.refuse = {}
    send()
    assert counted(id_)["queued"] == 20
    with db.writing() as session:
        campaigns.resume(session, "Зима", settings.now())
    send()
    assert len(smsru.sent) == 40 and not smsru.doubles() and campaign(id_).status == "done"


def test_whom_the_money_was_not_enough_for_gets_it_by_the_reserve(
    shop: pytest.MonkeyPatch, smsru: SmsRu, smsc: Smsc
) -> None:
    people(40)
    through(smsru)
    through(smsc, "smsc", is_reserve=True)
    smsru.refuse = {phone(at)[1:]: 201 for at in range(20, 40)}
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 40} and campaign(id_).status == "done"
    assert len(smsru.sent) == len(smsc.sent) == 20


def test_whose_operator_does_not_know_the_sender_is_told_at_once(
    shop: pytest.MonkeyPatch, smsru: SmsRu, smsc: Smsc
) -> None:
    """Waiting does not help her, and keeps nobody else; the reserve has a name of its own."""
    people(40)
    through(smsru)
    smsru.refuse = {phone(at)[1:]: 204 for at in range(0, 40, 2)}
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 20, "failed: sender": 20} and campaign(id_).status == "done"
    through(smsc, "smsc", is_reserve=True)
    setting(limits.FREQUENCY_CAP, limits.NONE)
    smsru.guards_repeats = False
    second = launched("Вторая")
    send()
    assert counted(second) == {"sent": 40} and len(smsc.sent) == 20


# --- Asked again at the instant ---------------------------------------------------------------------------


def test_who_opts_out_between_queue_and_sending_gets_nothing(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    ids = people(30)
    through(smsru)
    id_ = launched()
    outgoing.refuse(ids[:4])
    send()
    assert counted(id_) == {"sent": 26, "skipped: opted_out": 4}
    assert phone(0)[1:] not in {one.phone for one in smsru.sent}


def test_the_stop_list_of_the_gateway_is_her_refusal(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    ids = people(30)
    through(smsru)
    smsru.refuse[phone(3)[1:]] = 209
    id_ = launched()
    send()
    assert counted(id_) == {"sent": 29, "failed: stop_list": 1}
    with db.reading() as session:
        assert consents.latest(session, ids)[ids[3]] is False


def test_the_cap_counts_days_and_lets_service_messages_pass(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 24."""
    people(20)
    through(smsru)
    smsru.guards_repeats = False
    setting(limits.FREQUENCY_CAP, "1/2")
    first, second = launched("Первая"), launched("Вторая")  # both found them free
    service = launched("Служебная", is_advertising=False)
    send()
    assert counted(first) == {"sent": 20} and counted(second) == {"skipped: too_often": 20}
    assert counted(service) == {"sent": 20}
    at(shop, "2026-12-02T12:00")
    with db.writing() as session, pytest.raises(Exception, match="никто"):
        act = acts.begin(session, acts.Origin.SCREEN)
        campaigns.add(session, campaigns.Draft("Рано", TEXT), act, settings.now())
        campaigns.launch(session, "Рано", act, settings.now())
    at(shop, "2026-12-03T12:00")
    third = launched("Третья")
    send()
    assert counted(third) == {"sent": 20}


def test_who_was_joined_to_another_recipient_gets_one(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    ids = people(10)
    through(smsru)
    id_ = launched()
    with db.writing() as session:
        session.get_one(Customer, ids[1]).joined_to = ids[0]
        session.get_one(Customer, ids[2]).phone = phone(555)
        session.get_one(Customer, ids[3]).phone = phone(4)
        session.get_one(Customer, ids[5]).phone = "+74951234567"
    send()
    assert counted(id_) == {
        "sent": 7, "skipped: same_person": 1, "skipped: same_address": 1, "skipped: not_mobile": 1
    }  # fmt: skip
    assert phone(555)[1:] in {one.phone for one in smsru.sent} and not smsru.doubles()


def test_texts_are_of_the_day_they_leave_on(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    ids = people(3)
    through(smsru)
    at(shop, NIGHT)
    launched(text="{имя}, у вас {бонусы}")
    with db.writing() as session:
        session.get_one(Customer, ids[0]).available = 5_000
        session.get_one(Customer, ids[1]).first_name = ""
    at(shop, MORNING)
    send()
    assert [(one.status, one.reason) for one in found()] == [("sent", ""), ("skipped", "empty_value"), ("sent", "")]
    assert sorted(one.text for one in smsru.sent) == ["Мария, у вас 0", "Мария, у вас 50"]
    assert found()[0].text == "Мария, у вас 50"


def test_quiet_hours_that_were_changed_hold_from_then_on(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Launched in them, it leaves as soon as they are others; and the other way round."""
    people(3)
    through(smsru)
    at(shop, NIGHT)
    id_ = launched()
    send()
    assert not smsru.sent
    with db.writing() as session:
        settings.put(session, limits.QUIET_HOURS, limits.NONE)
    send()
    assert counted(id_) == {"sent": 3}


def test_a_text_that_can_not_be_made_any_more_holds_nobody_else(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(3)
    through(smsru)
    outgoing.no_limits()
    broken, sound = launched("Сломана"), launched("Цела", "Другой текст")
    with db.writing() as session:
        session.get_one(Campaign, broken).text = "{такого нет}"
    at(shop, MORNING)
    send()
    assert campaign(broken).status == "paused" and "такого нет" in campaign(broken).why
    assert counted(broken) == {"queued": 3} and counted(sound) == {"sent": 3}


def test_a_pc_that_slept_over_its_claim_sends_nothing_of_it(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(3)
    through(smsru)
    id_ = launched()
    shop.setattr(claiming, "FRESH", timedelta())
    with sender.Sender() as one:
        one.step()
    assert counted(id_) == {"queued": 3} and not smsru.sent


# --- Hours ------------------------------------------------------------------------------------------------


def test_nothing_leaves_in_quiet_hours_and_what_they_made_stale_is_counted(
    shop: pytest.MonkeyPatch, smsru: SmsRu
) -> None:
    """Acceptance 26."""
    people(10)
    through(smsru)
    at(shop, NIGHT)
    first = launched("Вечер")
    setting(limits.VALIDITY, "6")
    setting(limits.FREQUENCY_CAP, limits.NONE)
    second = launched("Ночь", "Только сегодня")
    send()
    assert counted() == {"queued": 20} and campaign(first).status == "sending"
    at(shop, MORNING)
    send()
    assert counted(first) == {"sent": 10} and counted(second) == {"skipped: stale": 10}
    assert campaign(second).status == "done" and len(smsru.sent) == 10


def test_a_throttled_campaign_is_not_done(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 50: what waits for the morning is under way, not forgotten."""
    people(300)
    through(smsru)
    id_ = launched()
    with sender.Sender() as one:
        one.step()
    at(shop, NIGHT)
    send()
    assert counted(id_) == {"delivered": 100, "queued": 200}
    assert campaign(id_).status == "sending" and campaign(id_).finished_at is None
    at(shop, MORNING)
    send()
    assert len(smsru.sent) == 300 and not smsru.doubles() and campaign(id_).status == "done"


def test_paused_and_resumed_goes_on_where_it_was(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 15."""
    people(300)
    through(smsru)
    id_ = launched()
    with sender.Sender() as one:
        one.step()
        with db.writing() as session:
            campaigns.pause(session, "Зима")
        assert not one.step()
        assert counted(id_) == {"sent": 100, "queued": 200}
        with db.writing() as session:
            campaigns.resume(session, "Зима", settings.now())
        while one.step():
            pass
    assert [one.phone for one in smsru.sent] == [phone(at)[1:] for at in range(300)]
    assert campaign(id_).status == "done"


# --- Clocks, copies, doubles ------------------------------------------------------------------------------


def test_the_clock_goes_back_an_hour(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(250)
    through(smsru)
    id_ = launched()
    with sender.Sender() as one:
        one.step()
    at(shop, "2026-12-01T11:00")
    send()
    assert len(smsru.sent) == 100  # what is due at noon waits for noon
    at(shop, "2026-12-01T12:05")
    send()
    assert len(smsru.sent) == 250 and not smsru.doubles() and campaign(id_).status == "done"


def test_two_workers_at_once_send_once(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 17."""
    people(600)
    through(smsru)
    smsru.guards_repeats = False
    launched()
    workers = [threading.Thread(target=send) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(smsru.sent) == 600 and not smsru.doubles() and counted() == {"sent": 600}


def test_a_phone_of_two_customers_keeps_to_one_cap(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Who shares a phone does not get in her stead what came to it already."""
    ids = people(4)
    with db.writing() as session:
        session.execute(update(Customer).where(Customer.id == ids[1]).values(phone=phone(0)))
    through(smsru)
    launched("Первая")
    second = launched("Вторая", "Другой текст")  # both found everybody free
    send()
    assert len(smsru.sent) == len({one.phone for one in smsru.sent}) == 3
    at(shop, "2026-12-01T15:00")
    with db.writing() as session, pytest.raises(Refused, match="никто"):
        act = acts.begin(session, acts.Origin.SCREEN)
        campaigns.add(session, campaigns.Draft("Третья", TEXT), act, settings.now())
        campaigns.launch(session, "Третья", act, settings.now())
    assert counted(second) == {"skipped: too_often": 3, "skipped: same_address": 1}


def test_two_workers_and_two_campaigns_keep_to_the_cap(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(300)
    through(smsru)
    launched("Первая")
    launched("Вторая", "Другой текст")
    workers = [threading.Thread(target=send) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(smsru.sent) == 300 and len({one.phone for one in smsru.sent}) == 300
    assert counted() == {"sent": 300, "skipped: too_often": 300}


def test_what_a_dead_worker_left_is_found_or_unknown(shop: pytest.MonkeyPatch, smsc: Smsc) -> None:
    people(100)
    through(smsc, "smsc")
    id_ = launched()
    dead = sender.Sender()
    with db.reading() as session:
        (source,) = queue.due(session, settings.now())
        account = gateways.accounts(session, "sms")[0]
    claimed = dead._claim(source, account, None)
    assert claimed is not None and len(claimed.messages) == 100
    with sender.Sender() as alive:  # while he lives, his batch is his
        alive.step()
        assert counted(id_) == {"sending": 100} and campaign(id_).status == "sending"
    gateways.opened(account).send(claimed.messages[:40], claimed.client_id)
    dead._worker._lock.release()  # as the system does when a process dies
    send()
    now = counted(id_)
    assert now.pop("unknown: no_answer") == 60 and set(now) <= {"sent", "delivered"} and sum(now.values()) == 40
    shop.setattr(statuses, "REQUEST_S", 0)
    at(shop, "2026-12-01T12:30")
    send()
    assert len(smsc.sent) == 100 and not smsc.doubles()


@pytest.mark.parametrize("today", ["2021-05-05T12:00", "2031-05-05T12:00"])
@pytest.mark.parametrize("kind", ["smsaero", "exolve"])
def test_what_was_taken_unheard_is_found_whatever_the_products_clock_says(
    shop: pytest.MonkeyPatch, kind: str, today: str
) -> None:
    """The gateway's times are real ones; by those of LOYALTY_TODAY it would not be found, and sent twice."""
    at(shop, today)
    with getattr(providers, kind)() as server:
        people(2)
        through(server, kind, sender="Leto")
        server.script(providers.DROP_AFTER, providers.DROP_AFTER)
        shop.setattr(statuses, "REQUEST_S", 0)
        id_ = launched()
        send()
        at(shop, today.replace("T12:00", "T13:00"))
        send()
        assert len(server.sent) == 2 and set(counted(id_)) <= {"sent", "delivered"}


def test_a_restored_backup_asks_before_it_sends(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 16."""
    people(30)
    through(smsru)
    id_ = launched()
    copy = backup.make()
    send()
    assert len(smsru.sent) == 30
    db.engine().dispose()
    backup.restore(copy)
    assert counted(id_) == {"queued": 30}
    send()
    assert len(smsru.sent) == 30
    with db.writing() as session:
        assert "копии" in limits.held(session)
        campaigns.stop(session, "Зима")
        limits.let_go(session)
    send()
    assert len(smsru.sent) == 30 and counted(id_) == {"cancelled: stopped": 30}


def test_a_schedule_missed_for_days_asks(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 16."""
    people(5)
    through(smsru)
    later = settings.now().replace(tzinfo=None) + timedelta(hours=6)
    on_time, missed = launched("Вовремя", at=later), launched("Поздно", at=later)
    outgoing.no_limits()
    with db.writing() as session:
        campaigns.unschedule(session, "Поздно")
    at(shop, f"{later:%Y-%m-%dT%H:%M}")
    send()
    assert campaign(on_time).status == "done" and len(smsru.sent) == 5
    with db.writing() as session:
        campaigns.launch(session, "Поздно", acts.begin(session, acts.Origin.SCREEN), settings.now() - timedelta(1))
    at(shop, "2026-12-05T12:00")
    send()
    assert campaign(missed).status == "asking" and len(smsru.sent) == 5


def test_a_trigger_that_was_switched_off_sends_no_more(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    ids = people(4)
    through(smsru)
    with db.writing() as session:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now()
        trigger = Trigger(name="День рождения", event="birthday", text=TEXT, changed_at=now, act_id=act.id)
        session.add(trigger)
        session.flush()
        switch = {"trigger_id": trigger.id, "at": now, "act_id": act.id}
        session.connection().execute(switches.insert().values(is_on=True, **switch))
        rows = [
            queue.Row(id_, phone(n), "sms", True, trigger_id=trigger.id, occurrence="2026", text=TEXT, parts=1,
                      due_at=now if n < 2 else now + timedelta(hours=1), stale_at=now + timedelta(days=1))
            for n, id_ in enumerate(ids)
        ]  # fmt: skip
        queue.put(session, rows, now)
    send()
    assert counted() == {"sent": 2, "queued": 2}
    with db.writing() as session:
        session.connection().execute(switches.insert().values(is_on=False, **switch))
    at(shop, "2026-12-01T14:00")
    send()
    now_is = counted()
    assert now_is.pop("skipped: switched_off") == 2 and sum(now_is.values()) == 2 and len(smsru.sent) == 2


# --- Statuses ---------------------------------------------------------------------------------------------

S, D, F, U = State.SENT, State.DELIVERED, State.FAILED, State.UNKNOWN
NEWS: list[tuple[list[tuple[State, int | None]], str]] = [
    ([(D, 5)], "delivered"),
    ([(D, 5), (D, 5), (D, 5)], "delivered"),
    ([(D, 5), (S, 3)], "delivered"),
    ([(D, 5), (S, 7)], "delivered"),
    ([(D, 5), (F, 7)], "delivered"),
    ([(F, 5), (D, 7)], "delivered"),  # a mistake of the gateway's, mended by it
    ([(F, 5), (D, 3)], "failed"),
    ([(F, 5), (S, 7)], "failed"),
    ([(F, None), (D, None)], "delivered"),
    ([(S, 5), (S, 4), (D, 3)], "delivered"),
    ([(U, 5)], "sent"),
    ([], "sent"),
]


def test_news_late_repeated_and_out_of_order(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    """Acceptance 44."""
    people(len(NEWS))
    through(smsru)
    id_ = launched()
    send()
    for message, (news, _) in zip(found(id_), NEWS, strict=True):
        for state, minute in news:
            moment = None if minute is None else settings.now() + timedelta(minutes=minute - 10)
            said = Outcome(state, reason="rejected" if state == F else "", at=moment)
            with db.writing() as session:
                account = gateways.accounts(session, "sms")[0]
                statuses.called(session, account, Called({message.gateway_id: said}), settings.now())
    assert [(one.status, news) for one, (news, _) in zip(found(id_), NEWS, strict=True)] == [
        (ends, news) for news, ends in NEWS
    ]
    assert all((one.delivered_at is not None) == (one.status == "delivered") for one in found(id_))


def test_a_gateway_is_asked_ever_less_often_and_after_two_days_no_more(
    shop: pytest.MonkeyPatch, smsru: SmsRu
) -> None:
    people(3)
    through(smsru)
    outgoing.no_limits()
    id_ = launched()
    send()
    smsru.states = {one.id: 102 for one in smsru.sent}
    asked, began = [], datetime.fromisoformat(ALWAYS)
    for minutes in (*range(45), *range(45, 49 * 60, 15)):
        at(shop, f"{began + timedelta(minutes=minutes, seconds=30):%Y-%m-%dT%H:%M:%S}")
        with db.reading() as session:
            due = statuses.is_due(session, settings.now())
        if due:
            statuses.poll(settings.now())
            asked.append(minutes)
    assert asked == [1, 5, 30, *range(60, 48 * 60 + 1, 60)] and len(smsru.asked("sms/status")) == len(asked)
    assert counted(id_) == {"unknown: no_news": 3}


def test_what_is_unknown_is_resolved_when_the_gateway_calls(shop: pytest.MonkeyPatch, smsru: SmsRu) -> None:
    people(1)
    through(smsru)
    id_ = launched()
    send()
    (message,) = found(id_)
    with db.writing() as session:
        session.connection().execute(update(messages).values(status="unknown", reason="no_news", poll_at=None))
        account = gateways.accounts(session, "sms")[0]
        told = Called({message.gateway_id: Outcome(State.DELIVERED), "чужое": Outcome(State.FAILED)})
        assert statuses.called(session, account, told, settings.now())
        assert statuses.called(session, account, told, settings.now())
    assert counted(id_) == {"delivered": 1}


def test_send_once_asks_at_its_end_what_became_of_what_it_sent(
    shop: pytest.MonkeyPatch, smsru: SmsRu, database_url: str
) -> None:
    people(3)
    through(smsru)
    id_ = launched()
    smsru.states = {f"202647-{1000000 + at}": state for at, state in enumerate((103, 102, 104))}
    done = loyalty(database_url, "send", "--once", today=ALWAYS)
    assert done.returncode == 0, done.stderr
    assert [one.status for one in found(id_)] == ["delivered", "sent", "failed"]
