"""SMSC.ru as documented: our own id, refusals of a whole request for one phone, finding, statuses, callbacks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty.sms import smsc
from loyalty.sms.gateway import Access, Called, Outcome, State
from loyalty.sms.smsc import Smsc
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
from tests.providers.smsc import Smsc as Server
from tests.providers.smsc import callback, reply

WORD = "the-secret-of-callbacks"


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.smsc() as serving:
        yield serving


@pytest.fixture
def gateway(server: Server) -> Smsc:
    return Smsc(Access(key=server.key, url=server.url, sender="Leto", secret=WORD))


@pytest.mark.parametrize("texts", [("Один", "Другой", HOSTILE), (HOSTILE,), ("То же", "То же", "То же")])
def test_texts_arrive_as_they_are(server: Server, gateway: Smsc, texts: tuple[str, ...]) -> None:
    told = gateway.send(each(*texts), 7)
    # Two letters \n in a list are a new line: that is how it is written there.
    assert [one.text.replace("\\n", "\n") for one in server.sent] == [text.replace("\\n", "\n") for text in texts]
    assert {outcome.state for outcome in told.values()} == {State.SENT}
    assert {one.sender for one in server.sent} == {"Leto"}
    assert len(server.requests) == 1


def test_each_has_his_cost_and_an_id_of_ours(server: Server, gateway: Smsc) -> None:
    told = gateway.send(each("А" * 71, "Б"), 2147483647)
    assert told[1] == Outcome(State.SENT, f"2147483647:{ANNA}", cost=640)
    assert told[2] == Outcome(State.SENT, f"2147483647:{BORIS}", cost=320)
    assert gateway.send(to(VERA, text="А" * 71), 8)[1].parts == 2


def test_without_words_of_each_phone_all_were_taken(server: Server, gateway: Smsc) -> None:
    server.names_phones = False
    told = gateway.send(to(ANNA, BORIS), 7)
    assert [(told[id_].state, told[id_].cost) for id_ in (1, 2)] == [(State.SENT, None)] * 2


def test_an_api_key_will_do(server: Server) -> None:
    server.key = "login:word"
    gateway = Smsc(Access(key="just-a-key", url=server.url))
    assert refused(gateway.check).reason == "key"
    assert server.requests[-1].fields["apikey"] == "just-a-key"


@pytest.mark.parametrize("code", [7, 8])
def test_a_phone_that_refuses_its_whole_request_keeps_nobody_else(server: Server, gateway: Smsc, code: int) -> None:
    batch = to(*(f"7916{number:07}" for number in range(50)))
    server.refuse["79160000013"] = code
    told = gateway.send(batch, 7)
    assert [id_ for id_, outcome in told.items() if outcome.state != State.SENT] == [14]
    assert told[14].reason == {7: "bad_number", 8: "no_route"}[code]
    assert len(server.sent) == 49 and not server.doubles()


def test_when_all_phones_are_bad_it_ends(server: Server, gateway: Smsc) -> None:
    batch = to(*(f"7916{number:07}" for number in range(8)))
    server.refuse |= {one.address[1:]: 7 for one in batch}
    assert {outcome.reason for outcome in gateway.send(batch, 7).values()} == {"bad_number"}
    assert len(server.requests) == 15


def test_halving_does_not_take_for_ever(server: Server, gateway: Smsc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smsc, "HALVING_S", -1)
    server.refuse[ANNA] = 7
    told = gateway.send(to(ANNA, BORIS), 7)
    assert {(outcome.reason, outcome.is_passing) for outcome in told.values()} == {("unavailable", True)}
    assert not server.sent


def test_money_that_ends_between_the_halves_loses_nobody(server: Server, gateway: Smsc) -> None:
    server.refuse[ANNA] = 7
    server.script(providers.Step(), providers.Step(), providers.refused(3))
    told = gateway.send(to(ANNA, BORIS), 7)  # together, Anna, then Boris
    assert told[1].reason == "bad_number"
    assert (told[2].reason, told[2].is_passing) == ("money", True)


@pytest.mark.parametrize(
    ("code", "reason", "is_passing", "is_opt_out"),
    [
        (22, "bad_number", False, False),
        (23, "stop_list", False, True),
        (24, "money", True, False),
        (8, "no_route", False, False),
        (6, "forbidden_text", True, False),
    ],
)
def test_a_phone_that_is_refused_alone(
    server: Server, gateway: Smsc, code: int, reason: str, is_passing: bool, is_opt_out: bool
) -> None:
    server.whole_refusals = False
    server.refuse[BORIS] = code
    told = gateway.send(to(ANNA, BORIS, VERA), 7)
    assert [told[id_].state for id_ in (1, 2, 3)] == [State.SENT, State.FAILED, State.SENT]
    assert (told[2].reason, told[2].is_passing, told[2].is_opt_out) == (reason, is_passing, is_opt_out)


@pytest.mark.parametrize(
    ("code", "reason", "is_permanent", "wait_s"),
    [
        (1, "other", True, None),
        (2, "key", True, None),
        (3, "money", True, None),
        (4, "limit", False, 60),
        (6, "forbidden_text", True, None),
        (9, "limit", False, 60),
        (15, "other", True, None),
    ],
)
def test_a_request_that_is_refused_as_a_whole(
    server: Server, gateway: Smsc, code: int, reason: str, is_permanent: bool, wait_s: int | None
) -> None:
    server.script(providers.refused(code))
    error = refused(lambda: gateway.send(to(ANNA, BORIS), 7))
    assert (error.reason, error.is_permanent, error.wait_s) == (reason, is_permanent, wait_s)
    assert not server.sent


def test_a_duplicate_that_it_took_before_is_found_and_not_sent(server: Server, gateway: Smsc) -> None:
    server.script(providers.DROP_AFTER, providers.refused(9))
    uncertain(lambda: gateway.send(to(ANNA, BORIS), 7))
    told = gateway.send(to(ANNA, BORIS), 7)
    assert {outcome.state for outcome in told.values()} == {State.DELIVERED}
    assert not server.doubles()


def test_too_many_at_once_wait_a_minute(server: Server, gateway: Smsc) -> None:
    said = json.dumps({"error": "too many concurrent requests", "error_code": 9})
    server.script(providers.text(said, takes=False))
    assert refused(lambda: gateway.send(to(ANNA), 7)).wait_s == 60
    assert not server.asked("status.php")


def test_a_text_that_is_too_long_for_it_is_not_sent(server: Server, gateway: Smsc) -> None:
    told = gateway.send(each("А" * 1001, "Б"), 7)
    assert told[1].reason == "too_long"
    assert told[2].state == State.SENT
    assert gateway.send(each("😀" * 1600), 8)[1].reason == "too_long"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "step", [providers.DROP_AFTER, providers.http_after(502), providers.text("<html>"), providers.text("{}")]
)
def test_what_was_taken_unheard_is_found_by_our_id(server: Server, gateway: Smsc, step: providers.Step) -> None:
    server.script(step)
    batch = to(ANNA, BORIS)
    uncertain(lambda: gateway.send(batch, 7))
    found = gateway.find(batch, 7, BEGUN)
    assert {id_: outcome and outcome.state for id_, outcome in found.items()} == dict.fromkeys(
        (1, 2), State.DELIVERED
    )


def test_what_was_not_taken_is_surely_not(server: Server, gateway: Smsc) -> None:
    server.script(providers.DROP_BEFORE)
    uncertain(lambda: gateway.send(to(ANNA, BORIS), 7))
    assert gateway.find(to(ANNA, BORIS), 7, BEGUN) == {1: None, 2: None}
    assert gateway.find(to(ANNA), 7, BEGUN) == {1: None}


def test_it_is_not_found_under_anothers_id(server: Server, gateway: Smsc) -> None:
    gateway.send(to(ANNA), 7)
    assert gateway.find(to(ANNA), 8, BEGUN) == {1: None}


@pytest.mark.parametrize(
    ("said", "state", "reason", "is_opt_out"),
    [
        (-3, State.UNKNOWN, "not_found", False),
        (-2, State.FAILED, "rejected", False),
        (-1, State.SENT, "", False),
        (0, State.SENT, "", False),
        (1, State.DELIVERED, "", False),
        (2, State.DELIVERED, "", False),
        (4, State.DELIVERED, "", False),
        (3, State.FAILED, "expired", False),
        (20, State.FAILED, "no_route", False),
        (22, State.FAILED, "bad_number", False),
        (23, State.FAILED, "stop_list", True),
        ((23, 252), State.FAILED, "stop_list", True),
        ((23, 251), State.FAILED, "rejected", False),
        (24, State.FAILED, "money", False),
        (25, State.FAILED, "expired", False),
        (99, State.UNKNOWN, "", False),
    ],
)
def test_news_of_a_message(
    server: Server, gateway: Smsc, said: object, state: State, reason: str, is_opt_out: bool
) -> None:
    (one,) = to(ANNA)
    asked = known(one, gateway.send([one], 7)[1])
    server.states[asked.gateway_id] = said
    news = gateway.status([asked])[1]
    assert (news.state, news.reason, news.is_opt_out) == (state, reason, is_opt_out)
    assert news.at is not None and news.at.timestamp() == 1476794052


def test_news_of_many_are_asked_once_a_minute(
    server: Server, gateway: Smsc, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.limits_statuses = True
    batch = to(ANNA, BORIS, VERA)
    told = gateway.send(batch, 7)
    asked = [known(one, told[one.id]) for one in batch]
    assert {news.state for news in gateway.status(asked).values()} == {State.DELIVERED}
    assert 1 <= (refused(lambda: gateway.status(asked)).wait_s or 0) <= 60  # not asked: it would be refused
    assert len(server.asked("status.php")) == 1
    assert gateway.status(asked[:1])[1].state == State.DELIVERED
    monkeypatch.setattr(smsc, "MINUTE_S", 0)
    assert refused(lambda: gateway.status(asked)).wait_s == 60
    assert len(server.asked("status.php")) == 3


def test_the_balance_and_prices(server: Server, gateway: Smsc) -> None:
    assert gateway.check().balance == 187162
    prices = gateway.prices(each("Здравствуйте!", "А" * 71)) or {}
    assert [(price.parts, price.cost) for price in prices.values()] == [(1, 320), (2, 640)]
    assert not server.sent


def test_a_status_by_its_callback(gateway: Smsc) -> None:
    said = gateway.called({}, callback(f"7:{ANNA}", 1, 1700000000, WORD), b"")
    assert said is not None
    news = said.statuses[f"7:{ANNA}"]
    assert (news.state, news.at and news.at.timestamp()) == (State.DELIVERED, 1700000000)
    waiting = gateway.called({}, callback(f"7:{ANNA}", 0, 1700000000, WORD), b"")
    assert waiting is not None and waiting.statuses[f"7:{ANNA}"].state == State.SENT  # 0 is a status


def test_what_somebody_wrote(gateway: Smsc) -> None:
    said = gateway.called({}, reply(ANNA, "СТОП: не надо", WORD), b"")
    assert said == Called(replies=[(f"+{ANNA}", "СТОП: не надо")])


@pytest.mark.parametrize(
    "form",
    [
        callback(f"7:{ANNA}", 1, 1700000000, "another word"),
        callback(f"7:{ANNA}", 1, 1700000000, WORD, md5="0" * 32),
        callback(f"7:{ANNA}", 1, 1700000000, WORD, sha1="0" * 40),
        callback(f"7:{ANNA}", 1, 1700000000, WORD, crc32="1"),
        callback(f"7:{ANNA}", 1, 1700000000, WORD, phone=BORIS),
        reply(ANNA, "СТОП", "another word"),
    ],
)
def test_a_wrong_signature_is_not_heard(gateway: Smsc, form: list[tuple[str, str]]) -> None:
    assert gateway.called({}, form, b"") is None


def test_recorded_answers_are_understood(shared_data: Path) -> None:
    recorded = json.loads(
        (shared_data.parent / "integrations" / "samples" / "sms" / "smsc_recorded_responses.json").read_text(
            "utf-8"
        )
    )
    said = {one["case"]: json.dumps(one["response"]) for one in recorded}
    with providers.smsc() as server:
        gateway = Smsc(Access(key=server.key, url=server.url))
        for case in ("send_sms", "invalid_params", "unknown_error", "unauthorised"):
            server.script(providers.text(said[case], takes=False))
        assert gateway.send(to(ANNA), 33)[1] == Outcome(State.SENT, f"33:{ANNA}", parts=1)
        assert gateway.send(to(ANNA), 34)[1].reason == "bad_number"
        assert refused(lambda: gateway.send(to(ANNA), 35)).reason == "other"
        assert refused(lambda: gateway.send(to(ANNA), 36)).reason == "key"
