"""MTS Exolve: one message a request, refusals in words, finding in its list, and webhooks."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from loyalty import settings
from loyalty.sms.exolve import Exolve
from loyalty.sms.gateway import Access, Called, State
from tests import providers
from tests.gateways.letters import ANNA, BORIS, HOSTILE, known, refused, to, uncertain
from tests.providers.exolve import BAD_NUMBER, BAD_SENDER, NO_MONEY, TRIAL, callback, reply
from tests.providers.exolve import Exolve as Server


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.exolve() as serving:
        yield serving


@pytest.fixture
def gateway(server: Server) -> Exolve:
    return Exolve(Access(key=server.key, url=server.url, sender="Leto"))


@pytest.mark.parametrize("text", [HOSTILE, "😀" * 1600])
def test_a_text_arrives_as_it_is(server: Server, gateway: Exolve, text: str) -> None:
    outcome = gateway.send(to(ANNA, text=text), 7)[1]
    assert [(one.phone, one.text, one.sender) for one in server.sent] == [(ANNA, text, "Leto")]
    assert (outcome.state, outcome.gateway_id) == (State.SENT, server.sent[0].id)


def test_a_number_that_is_refused(server: Server, gateway: Exolve) -> None:
    server.refuse[ANNA] = BAD_NUMBER
    outcome = gateway.send(to(ANNA), 7)[1]
    assert (outcome.state, outcome.reason, outcome.is_passing) == (State.FAILED, "bad_number", False)
    assert outcome.detail == "incorrect number format"


@pytest.mark.parametrize(("code", "reason"), [(NO_MONEY, "money"), (TRIAL, "key"), (BAD_SENDER, "sender")])
def test_what_pauses_all(server: Server, gateway: Exolve, code: int, reason: str) -> None:
    server.script(providers.refused(code))
    error = refused(lambda: gateway.send(to(ANNA), 7))
    assert (error.reason, error.is_permanent) == (reason, True)
    assert str(error).isascii() is False


def test_a_wrong_key_is_said(server: Server) -> None:
    error = refused(Exolve(Access(key="wrong", url=server.url, sender="Leto")).check)
    assert (error.reason, error.is_permanent) == ("key", True)


@pytest.mark.parametrize("said", ["", "<html>", "{}", '{"message_id": ""}'])
def test_an_answer_that_makes_no_sense_is_uncertain(server: Server, gateway: Exolve, said: str) -> None:
    server.script(providers.text(said))
    uncertain(lambda: gateway.send(to(ANNA), 7))


def test_what_was_taken_unheard_is_found(server: Server, gateway: Exolve) -> None:
    server.script(providers.DROP_AFTER)
    begun = settings.utc_now()
    uncertain(lambda: gateway.send(to(ANNA, text=HOSTILE), 7))
    found = gateway.find(to(ANNA, text=HOSTILE), 7, begun)[1]
    assert found is not None and (found.gateway_id, found.state) == (server.sent[0].id, State.SENT)


def test_a_clock_that_is_an_hour_ahead_leaves_it_open(server: Server, gateway: Exolve) -> None:
    server.script(providers.DROP_AFTER)
    uncertain(lambda: gateway.send(to(ANNA), 7))
    assert gateway.find(to(ANNA), 7, settings.utc_now() + timedelta(hours=1)) == {}


def test_what_was_not_taken_is_surely_not(server: Server, gateway: Exolve) -> None:
    gateway.send(to(ANNA, text="Другой текст"), 7)
    gateway.send(to(BORIS), 7)
    server.script(providers.DROP_BEFORE)
    uncertain(lambda: gateway.send(to(ANNA), 8))
    assert gateway.find(to(ANNA), 8, settings.utc_now()) == {1: None}


def test_a_list_that_is_cut_off_leaves_it_open(server: Server, gateway: Exolve) -> None:
    for number in range(100):
        gateway.send(to(ANNA, text=f"№ {number}"), 7)
    assert gateway.find(to(ANNA), 8, settings.utc_now()) == {}


def test_a_number_of_a_status_says_nothing_and_is_kept(server: Server, gateway: Exolve) -> None:
    (one,) = to(ANNA)
    asked = known(one, gateway.send([one], 7)[1])
    news = gateway.status([asked])[1]
    assert (news.state, news.detail, news.parts) == (State.SENT, "delivery_status 4", 1)
    assert not gateway.tells_delivery


def test_a_list_of_one_is_the_check(server: Server, gateway: Exolve) -> None:
    assert gateway.check().balance is None
    assert server.requests[-1].fields == {"limit": 1}


@pytest.mark.parametrize(
    ("word", "state", "reason"),
    [
        ("DELIVERED", State.DELIVERED, ""),
        ("UNDELIVERED", State.FAILED, "undelivered"),
        ("FAILED", State.FAILED, "undelivered"),
        ("EXPIRED", State.FAILED, "expired"),
        ("QUEUED", State.SENT, ""),
    ],
)
def test_a_webhook_speaks_in_words(gateway: Exolve, word: str, state: State, reason: str) -> None:
    said = gateway.called({}, [], json.dumps(callback("439", word)).encode())
    assert said is not None
    assert (said.statuses["439"].state, said.statuses["439"].reason) == (state, reason)


def test_what_somebody_wrote_counts_once(gateway: Exolve) -> None:
    paid = gateway.called({}, [], json.dumps(reply(ANNA, "Стоп")).encode())
    assert paid == Called(replies=[(f"+{ANNA}", "Стоп")])
    unpaid = gateway.called({}, [], json.dumps(reply(ANNA, "Стоп", "UNBILLED")).encode())
    assert unpaid is not None and not unpaid.replies
    assert gateway.called({}, [], b"rubbish") == Called()
