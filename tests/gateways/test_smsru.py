"""SMS.ru as documented: each recipient on his own, codes, statuses, prices, and its signed callback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty.sms.gateway import Access, Known, Outcome, State
from loyalty.sms.smsru import CODES, STATES, SmsRu
from tests import providers
from tests.gateways.letters import (
    ANNA,
    BEGUN,
    BORIS,
    HOSTILE,
    VERA,
    each,
    known,
    refused,
    to,
    uncertain,
)
from tests.providers.server import Answer, Request
from tests.providers.smsru import SmsRu as Server


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.smsru() as serving:
        yield serving


@pytest.fixture
def gateway(server: Server) -> SmsRu:
    return SmsRu(Access(key=server.key, url=server.url, sender="Leto"))


def test_each_gets_a_text_of_his_own_from_the_shops_sender(server: Server, gateway: SmsRu) -> None:
    batch = each("Анна, здравствуйте!", "Борис, здравствуйте!", HOSTILE)
    told = gateway.send(batch, 7)
    assert [one.text for one in server.sent] == [one.text for one in batch]
    assert {one.sender for one in server.sent} == {"Leto"}
    assert {outcome.state for outcome in told.values()} == {State.SENT}
    assert [told[one.id].gateway_id for one in batch] == [one.id for one in server.sent]


def test_a_long_text_arrives_as_it_is(server: Server, gateway: SmsRu) -> None:
    text = "Ж😀&=+%;" * 230  # 1,610 letters
    gateway.send(to(ANNA, text=text), 7)
    assert server.sent[0].text == text


def test_a_hundred_are_sent_at_once(server: Server, gateway: SmsRu) -> None:
    batch = to(*(f"7916{number:07}" for number in range(gateway.batch_max)))
    assert len(gateway.send(batch, 7)) == len(server.sent) == 100
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("code", "reason", "is_passing", "is_opt_out"),
    [
        (202, "bad_number", False, False),
        (205, "too_long", False, False),
        (207, "no_route", False, False),
        (209, "stop_list", False, True),
        (215, "stop_list", False, True),
        (216, "forbidden_text", False, False),
        (230, "limit", True, False),
        (220, "unavailable", True, False),
        (500, "server", True, False),
        (201, "money", True, False),
        (550, "no_route", False, False),
        (999, "other", False, False),
    ],
)
def test_one_refused_keeps_nobody_else(
    server: Server, gateway: SmsRu, code: int, reason: str, is_passing: bool, is_opt_out: bool
) -> None:
    server.refuse[BORIS] = code
    told = gateway.send(to(ANNA, BORIS, VERA), 7)
    assert [told[id_].state for id_ in (1, 2, 3)] == [State.SENT, State.FAILED, State.SENT]
    outcome = told[2]
    assert (outcome.reason, outcome.is_passing, outcome.is_opt_out) == (reason, is_passing, is_opt_out)
    assert [one.phone for one in server.sent] == [ANNA, VERA]


def test_the_same_text_to_the_same_phone_is_unknown_and_not_failed(server: Server, gateway: SmsRu) -> None:
    server.script(providers.DROP_AFTER)
    uncertain(lambda: gateway.send(to(ANNA), 7))
    assert gateway.find(to(ANNA), 7, BEGUN) == {}  # it can't tell
    outcome = gateway.send(to(ANNA), 8)[1]
    assert (outcome.state, outcome.reason, outcome.is_passing) == (State.UNKNOWN, "repeated", False)
    assert not server.doubles()


@pytest.mark.parametrize(
    ("code", "reason", "is_permanent", "wait_s"),
    [
        (200, "key", True, None),
        (301, "key", True, None),
        (201, "money", True, None),
        (204, "sender", True, None),
        (221, "sender", True, None),
        (206, "limit", False, 3600),
        (220, "unavailable", False, 60),
        (500, "server", False, 60),
        (211, "other", True, None),
        (777, "other", True, None),
    ],
)
def test_a_request_that_is_refused_as_a_whole(
    server: Server, gateway: SmsRu, code: int, reason: str, is_permanent: bool, wait_s: int | None
) -> None:
    server.script(providers.refused(code))
    error = refused(lambda: gateway.send(to(ANNA, BORIS), 7))
    assert (error.reason, error.is_permanent, error.wait_s) == (reason, is_permanent, wait_s)
    assert str(code) in str(error)
    assert not server.sent


@pytest.mark.parametrize("code", [201, 204, 221])
def test_what_keeps_everybody_pauses_though_it_is_said_of_each(server: Server, gateway: SmsRu, code: int) -> None:
    """As it was recorded: the request is OK, and every recipient refused by 221."""
    server.refuse |= {ANNA: code, BORIS: code}
    assert refused(lambda: gateway.send(to(ANNA, BORIS), 7)).is_permanent


def test_who_is_not_named_in_the_answer_is_missing(server: Server, gateway: SmsRu) -> None:
    half = {"status": "OK", "status_code": 100, "sms": {ANNA: {"status": "OK", "status_code": 100, "sms_id": "1"}}}
    server.script(providers.text(json.dumps(half)))
    assert gateway.send(to(ANNA, BORIS), 7) == {1: Outcome(State.SENT, "1")}


@pytest.mark.parametrize("said", ["", "<html>", "null", "[]", '{"status": "OK", "status_code": 100}', "{", "OK"])
def test_an_answer_that_makes_no_sense_is_uncertain(server: Server, gateway: SmsRu, said: str) -> None:
    server.script(providers.text(said))
    uncertain(lambda: gateway.send(to(ANNA), 7))


def test_a_plain_answer_in_spite_of_json_is_understood(server: Server, gateway: SmsRu) -> None:
    server.is_plain = True
    server.refuse[BORIS] = 207
    told = gateway.send(to(ANNA, BORIS), 7)
    assert told[1] == Outcome(State.SENT, server.sent[0].id)
    assert told[2].reason == "no_route"
    server.script(providers.refused(201))
    assert refused(lambda: gateway.send(to(VERA), 8)).reason == "money"
    server.script(providers.text("100\n1-1\n1-2\n1-3"))  # more lines than recipients: whose is which?
    uncertain(lambda: gateway.send(to(VERA), 9))


def test_errors_of_an_answer_are_heard(server: Server, gateway: SmsRu) -> None:
    said = {"status": "ERROR", "errors": [{"status_code": 201, "status_text": "Не хватает средств"}]}
    server.script(providers.text(json.dumps(said), takes=False))
    assert refused(lambda: gateway.send(to(ANNA), 7)).reason == "money"


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (100, State.SENT, ""),
        (102, State.SENT, ""),
        (103, State.DELIVERED, ""),
        (110, State.DELIVERED, ""),
        (104, State.FAILED, "expired"),
        (105, State.FAILED, "rejected"),
        (106, State.FAILED, "phone_failure"),
        (107, State.FAILED, "undelivered"),
        (150, State.FAILED, "no_route"),
        (212, State.FAILED, "other"),
        (555, State.UNKNOWN, ""),
    ],
)
def test_news_of_a_message(server: Server, gateway: SmsRu, code: int, state: State, reason: str) -> None:
    (one,) = to(ANNA)
    asked = known(one, gateway.send([one], 7)[1])
    server.states[asked.gateway_id] = code
    news = gateway.status([asked])[1]
    assert (news.state, news.reason, news.cost) == (state, reason, 410)
    assert not news.is_passing


def test_news_of_many_are_asked_by_hundreds(server: Server, gateway: SmsRu) -> None:
    lost = [Known(number, f"000000-{number}", f"+{ANNA}", 7) for number in range(1, 251)]
    told = gateway.status(lost)
    assert {(news.state, news.reason) for news in told.values()} == {(State.UNKNOWN, "not_found")}
    assert [len(one.fields["sms_id"].split(",")) for one in server.asked("sms/status")] == [100, 100, 50]


def test_what_was_said_before_a_request_failed_counts(
    server: Server, gateway: SmsRu, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [Known(number, f"000000-{number}", f"+{ANNA}", 7) for number in range(1, 251)]
    answer = server.answer

    def fails_at_the_second(request: Request, step: providers.Step) -> Answer:
        return Answer("", 503) if len(server.asked("sms/status")) == 2 else answer(request, step)

    monkeypatch.setattr(server, "answer", fails_at_the_second)
    assert [*gateway.status(lost)] == [*range(1, 101)]


def test_the_balance_prices_and_senders(server: Server, gateway: SmsRu) -> None:
    server.balance = "4122.565"  # a text, and half a kopeck
    assert (gateway.check().balance, gateway.check().senders) == (412257, [])
    server.senders = ["Leto", "LETO.RU"]
    assert gateway.check().senders == ["Leto", "LETO.RU"]
    prices = gateway.prices(each("Здравствуйте!", "А" * 71))
    assert prices == {1: (prices or {})[1], 2: (prices or {})[2]}
    assert [(price.parts, price.cost) for price in (prices or {}).values()] == [(1, 410), (2, 820)]
    assert not server.sent


def test_a_wrong_key_is_said(server: Server) -> None:
    error = refused(SmsRu(Access(key="wrong", url=server.url)).check)
    assert (error.reason, error.is_permanent) == ("key", True)
    assert str(error) == "SMS.ru: ключ api_id не подходит (код 200)"


def test_its_callback_is_signed_and_the_later_news_win(server: Server, gateway: SmsRu) -> None:
    form = server.callback(("1-1", 103, 1700000200), ("1-2", 102, 1700000100), ("1-1", 102, 1700000100))
    said = gateway.called({}, form, b"")
    assert said is not None
    assert said.answer == "100"
    assert {id_: news.state for id_, news in said.statuses.items()} == {"1-1": State.DELIVERED, "1-2": State.SENT}
    at = said.statuses["1-1"].at
    assert at is not None and at.timestamp() == 1700000200


def test_records_are_signed_in_the_order_of_their_numbers(server: Server, gateway: SmsRu) -> None:
    form = server.callback(*((f"1-{number}", 103, 1700000000 + number) for number in range(12)))
    assert len((gateway.called({}, list(reversed(form)), b"") or pytest.fail("not signed")).statuses) == 12


@pytest.mark.parametrize("form", [[], [("hash", "")], [("data[0]", "sms_status\n1\n103\n1")], [("hash", "я" * 64)]])
def test_what_is_not_signed_is_not_heard(gateway: SmsRu, form: list[tuple[str, str]]) -> None:
    assert gateway.called({}, form, b"") is None


def test_what_another_signed_is_not_heard(server: Server, gateway: SmsRu) -> None:
    assert gateway.called({}, server.callback(("1-1", 103, 1700000000), key="another"), b"") is None


def test_a_heartbeat_is_answered(server: Server, gateway: SmsRu) -> None:
    from hashlib import sha256

    record = "test\n1700000000"
    form = [("data[0]", record), ("hash", sha256(f"{server.key}{record}".encode()).hexdigest())]
    said = gateway.called({}, form, b"")
    assert said is not None and (said.answer, said.statuses) == ("100", {})


def test_every_documented_code_has_its_words() -> None:
    documented = {*range(200, 218), 220, 221, *range(230, 234), 300, 301, 302, *range(500, 509), 550}
    assert documented == set(CODES)
    assert set(STATES) == {-1, *range(100, 109), 110, 150}


def test_recorded_answers_are_understood(shared_data: Path) -> None:
    recorded = json.loads(
        (shared_data.parent / "integrations" / "samples" / "sms" / "smsru_recorded_responses.json").read_text(
            "utf-8"
        )
    )
    said = {one["case"]: json.dumps(one["response"]) for one in recorded}
    with providers.smsru() as server:
        gateway = SmsRu(Access(key=server.key, url=server.url))
        server.script(providers.text(said["deliver_multi"]))
        batch = to("79255070602", "74993221627")
        error = refused(lambda: gateway.send(batch, 7))
        assert (error.reason, error.is_permanent) == ("sender", True)
