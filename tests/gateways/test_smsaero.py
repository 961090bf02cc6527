"""SMS Aero v2 by its own libraries: JSON with Basic authorization, refusals in words, finding."""

import json
from collections.abc import Iterator
from datetime import timedelta
from time import time

import pytest

from loyalty import settings
from loyalty.sms.gateway import Access, Known, State
from loyalty.sms.smsaero import SmsAero
from tests import providers
from tests.gateways.letters import ANNA, BORIS, HOSTILE, known, refused, to, uncertain
from tests.providers.smsaero import BAD_SIGN, BLACKLIST, INCORRECT, NO_MONEY, REJECTED
from tests.providers.smsaero import SmsAero as Server


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.smsaero() as serving:
        yield serving


@pytest.fixture
def gateway(server: Server) -> SmsAero:
    return SmsAero(Access(key=server.key, url=server.url, sender="Leto"))


def test_a_text_arrives_as_it_is(server: Server, gateway: SmsAero) -> None:
    outcome = gateway.send(to(ANNA, text=HOSTILE), 7)[1]
    assert [(one.phone, one.text, one.sender) for one in server.sent] == [(ANNA, HOSTILE, "Leto")]
    assert (outcome.state, outcome.gateway_id, outcome.cost) == (State.SENT, server.sent[0].id, 549)


def test_everybody_has_the_common_sender(server: Server) -> None:
    SmsAero(Access(key=server.key, url=server.url)).send(to(ANNA), 7)
    assert server.sent[0].sender == "SMS Aero"


def test_where_to_call_back_is_said_where_the_shop_can_be_called(server: Server) -> None:
    address = "https://лето.рф/hook/smsaero/word"
    SmsAero(Access(key=server.key, url=server.url, callback=address)).send(to(ANNA), 7)
    said = server.asked("sms/send")[0].fields
    assert (said["callbackUrl"], said["callbackFormat"]) == (address, "JSON")
    SmsAero(Access(key=server.key, url=server.url)).send(to(BORIS), 8)
    assert "callbackUrl" not in server.asked("sms/send")[1].fields


@pytest.mark.parametrize(
    ("code", "reason", "is_opt_out"), [(INCORRECT, "bad_number", False), (BLACKLIST, "stop_list", True)]
)
def test_a_message_that_is_refused(
    server: Server, gateway: SmsAero, code: int, reason: str, is_opt_out: bool
) -> None:
    server.refuse[ANNA] = code
    outcome = gateway.send(to(ANNA), 7)[1]
    assert (outcome.state, outcome.reason, outcome.is_opt_out) == (State.FAILED, reason, is_opt_out)
    assert not outcome.is_passing


def test_a_text_that_is_too_long_for_it(server: Server, gateway: SmsAero) -> None:
    outcome = gateway.send(to(ANNA, text="😀" * 1600), 7)[1]
    assert (outcome.state, outcome.reason) == (State.FAILED, "forbidden_text")
    assert "640" in outcome.detail


@pytest.mark.parametrize(("code", "reason"), [(NO_MONEY, "money"), (BAD_SIGN, "sender")])
def test_what_pauses_all(server: Server, gateway: SmsAero, code: int, reason: str) -> None:
    server.script(providers.refused(code))
    error = refused(lambda: gateway.send(to(ANNA), 7))
    assert (error.reason, error.is_permanent) == (reason, True)


def test_a_wrong_key_is_said(server: Server) -> None:
    error = refused(SmsAero(Access(key="shop@example.ru:wrong", url=server.url)).check)
    assert (error.reason, error.is_permanent) == ("key", True)


def test_a_rejection_at_once_is_one(server: Server, gateway: SmsAero) -> None:
    server.refuse[ANNA] = REJECTED
    assert gateway.send(to(ANNA), 7)[1].reason == "rejected"


@pytest.mark.parametrize("said", ["", "<html>", '{"success": true, "data": null}', '{"success": true, "data": []}'])
def test_an_answer_that_makes_no_sense_is_uncertain(server: Server, gateway: SmsAero, said: str) -> None:
    server.script(providers.text(said))
    uncertain(lambda: gateway.send(to(ANNA), 7))


def test_an_answer_as_a_list_is_understood(server: Server, gateway: SmsAero) -> None:
    server.script(providers.text(json.dumps({"success": True, "data": [{"id": 5, "status": 0, "cost": "5.49"}]})))
    assert gateway.send(to(ANNA), 7)[1].gateway_id == "5"


def test_what_was_taken_unheard_is_found_by_number_and_text(server: Server, gateway: SmsAero) -> None:
    server.script(providers.DROP_AFTER)
    begun = settings.utc_now()
    uncertain(lambda: gateway.send(to(ANNA, text=HOSTILE), 7))
    found = gateway.find(to(ANNA, text=HOSTILE), 7, begun)[1]
    assert found is not None and found.gateway_id == server.sent[0].id


def test_it_is_found_by_the_real_clock_whatever_the_products_says(
    server: Server, gateway: SmsAero, monkeypatch: pytest.MonkeyPatch
) -> None:
    for today in ("2031-05-05", "2021-05-05"):
        monkeypatch.setenv("LOYALTY_TODAY", today)
        server.script(providers.DROP_AFTER)
        begun = settings.utc_now()
        uncertain(lambda: gateway.send(to(ANNA, text=today), 7))  # noqa: B023
        assert gateway.find(to(ANNA, text=today), 7, begun)[1] is not None


def test_what_was_not_taken_is_surely_not(server: Server, gateway: SmsAero) -> None:
    gateway.send(to(BORIS), 7)
    gateway.send(to(ANNA, text="Другой текст"), 7)
    server.script(providers.DROP_BEFORE)
    uncertain(lambda: gateway.send(to(ANNA), 8))
    assert gateway.find(to(ANNA), 8, settings.utc_now()) == {1: None}


def test_the_same_text_of_last_year_leaves_it_open(server: Server, gateway: SmsAero) -> None:
    gateway.send(to(ANNA), 7)
    server.created[server.sent[0].id] = int(time()) - 365 * 86400
    server.script(providers.DROP_BEFORE)
    uncertain(lambda: gateway.send(to(ANNA), 8))
    assert gateway.find(to(ANNA), 8, settings.utc_now()) == {}
    assert gateway.find(to(ANNA), 8, settings.utc_now() - timedelta(days=366))[1] is not None


def test_one_message_that_it_does_not_know_hides_no_other(server: Server, gateway: SmsAero) -> None:
    (anna,) = to(ANNA)
    asked = known(anna, gateway.send([anna], 7)[1])
    lost = Known(9, "999", f"+{BORIS}", 7)
    assert [*gateway.status([lost, asked])] == [anna.id]
    server.gone = "/v2/sms/status"  # it fails after the first
    assert refused(lambda: gateway.status([asked])).reason == "unavailable"


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (0, State.SENT, ""),
        (3, State.SENT, ""),
        (8, State.SENT, ""),
        (1, State.DELIVERED, ""),
        (2, State.FAILED, "undelivered"),
        (6, State.FAILED, "rejected"),
        (77, State.SENT, ""),
    ],
)
def test_news_of_a_message(server: Server, gateway: SmsAero, status: int, state: State, reason: str) -> None:
    (one,) = to(ANNA)
    asked = known(one, gateway.send([one], 7)[1])
    server.states[asked.gateway_id] = status
    news = gateway.status([asked])[1]
    assert (news.state, news.reason, news.cost) == (state, reason, 549)


def test_the_balance_and_senders(gateway: SmsAero) -> None:
    found = gateway.check()
    assert (found.balance, found.senders) == (33703, ["Leto"])
    assert gateway.prices(to(ANNA)) is None


@pytest.mark.parametrize("as_json", [True, False])
def test_what_a_callback_names_is_asked_and_not_believed(server: Server, gateway: SmsAero, as_json: bool) -> None:
    gateway.send(to(ANNA), 7)
    id_ = server.sent[0].id
    server.states[id_] = 2
    body = json.dumps({"id": int(id_), "status": 1}).encode() if as_json else b""
    said = gateway.called({}, [] if as_json else [("id", id_), ("status", "1")], body)
    assert said is not None and said.statuses[id_].state == State.FAILED
    nothing = gateway.called({}, [], b"rubbish")
    assert nothing is not None and not nothing.statuses
