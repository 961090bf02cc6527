"""What is sure of a request: refused before a letter was written, answered, or nobody knows."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from loyalty.sms import http
from loyalty.sms.exolve import Exolve
from loyalty.sms.gateway import Access, NotAccepted, Uncertain
from loyalty.sms.http import Client
from loyalty.sms.smsaero import SmsAero
from loyalty.sms.smsc import Smsc
from loyalty.sms.smsru import SmsRu
from tests import providers
from tests.gateways.letters import ANNA, refused, to, uncertain


def client(url: str) -> Client:
    return Client("Шлюз", "https://gate.example/", url, ["secret"])


@contextmanager
def listening(then: bytes | None) -> Iterator[str]:
    """A port that takes a connection, reads a little, says `then` and hangs up; None: hangs up before it reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    if then is not None:
                        connection.recv(65536)
                        connection.sendall(then)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_refused_connection_took_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = refused(lambda: client(f"http://127.0.0.1:{port}").send("send", body={}))
    assert (error.reason, error.is_permanent) == ("unavailable", False)
    assert str(error) == "С 127.0.0.1 не соединиться"


def test_a_name_that_nobody_knows_took_nothing() -> None:
    error = refused(lambda: client("https://gate.invalid").send("send", body={}))
    assert error.reason == "unavailable"
    assert "Не найти адрес gate.invalid" in str(error)


def test_a_handshake_that_breaks_took_nothing() -> None:
    """`requests` says the same of it as of a connection that broke after the request was written."""
    with listening(b"not TLS at all") as place:
        assert refused(lambda: client(f"https://{place}").send("send", body={})).reason == "unavailable"
    with listening(None) as place:
        assert refused(lambda: client(f"https://{place}").send("send", body={})).reason == "unavailable"


def test_certificates_are_looked_at() -> None:
    context = http.trusting()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_who_never_answers_to_a_connection_took_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_S", 0.2)
    with socket.socket() as full:  # its line of callers is full: nobody is let in
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        place = full.getsockname()
        callers = [socket.socket() for _ in range(8)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(place)
        try:
            error = refused(lambda: client(f"http://127.0.0.1:{place[1]}").send("send", body={}))
            assert error.reason == "unavailable"
        finally:
            for caller in callers:
                caller.close()


@pytest.mark.parametrize("then", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"rubbish\r\n\r\n"])
def test_what_breaks_after_the_request_is_uncertain(then: bytes) -> None:
    with listening(then) as place:
        uncertain(lambda: client(f"http://{place}").send("send", body={"text": "Привет"}))
        # A question writes to nobody: it may be asked again.
        assert refused(lambda: client(f"http://{place}").ask("balance", body={})).reason == "unavailable"


def test_who_does_not_answer_in_time_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_S", 0.3)
    with providers.smsru() as server:
        server.script(providers.late(1))
        gateway = SmsRu(Access(key=server.key, url=server.url))
        assert "не ответил" in str(uncertain(lambda: gateway.send(to(ANNA), 1)))
        assert len(server.sent) == 1


def test_an_answer_without_end_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_MAX", 1000)
    with listening(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000) as place:
        uncertain(lambda: client(f"http://{place}").send("send", body={}))


@pytest.mark.parametrize(
    ("status", "reason", "is_permanent", "wait_s"),
    [
        (401, "key", True, None),
        (403, "key", True, None),
        (429, "limit", False, 60),
        (404, "unavailable", False, None),
        (301, "server", False, None),
    ],
)
def test_http_errors_that_took_nothing(status: int, reason: str, is_permanent: bool, wait_s: int | None) -> None:
    with providers.smsru() as server:
        server.always(lambda _: providers.http(status))
        gateway = SmsRu(Access(key=server.key, url=server.url))
        error = refused(lambda: gateway.send(to(ANNA), 1))
        assert (error.reason, error.is_permanent, error.wait_s) == (reason, is_permanent, wait_s)
        assert not server.sent


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_errors_of_the_server_may_have_taken_it(status: int) -> None:
    with providers.smsru() as server:
        server.script(providers.http_after(status))
        gateway = SmsRu(Access(key=server.key, url=server.url))
        uncertain(lambda: gateway.send(to(ANNA), 1))
        assert len(server.sent) == 1


def test_a_redirect_is_not_followed_with_the_key() -> None:
    with (
        providers.smsru() as elsewhere,
        listening(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: " + elsewhere.url.encode() + b"/sms/send\r\n"
            b"Content-Length: 0\r\n\r\n"
        ) as place,
    ):
        refused(lambda: SmsRu(Access(key=elsewhere.key, url=f"http://{place}")).send(to(ANNA), 1))
        assert not elsewhere.requests


def test_a_bare_host_is_asked_at_the_providers_path_and_then_at_its_root() -> None:
    with providers.smsc() as server:
        gateway = Smsc(Access(key=server.key, url=server.url))
        gateway.check()
        assert server.requests[-1].path == "/sys/balance.php"
        Smsc(Access(key=server.key, url=f"{server.url}/my/own")).check()
        assert server.requests[-1].path == "/my/own/balance.php"
        server.gone = "/sys/"
        gateway = Smsc(Access(key=server.key, url=server.url))
        gateway.send(to(ANNA), 1)
        assert server.requests[-1].path == "/send.php"
        assert len(server.sent) == 1


def test_proxies_of_the_environment_never_catch_this_pc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with providers.smsru() as server:
        assert SmsRu(Access(key=server.key, url=server.url)).check().balance == 100000
    assert http._proxies("https://127.0.0.1:1/") == {}
    assert http._proxies("http://gate.example/") == {}
    assert http._proxies("https://gate.example/")["https"] == "http://127.0.0.1:9"


def test_a_proxy_that_is_not_there_took_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert refused(lambda: client("").send("send", body={})).reason == "unavailable"
    with listening(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as place:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{place}")
        assert refused(lambda: client("").send("send", body={})).reason == "unavailable"


def test_neither_netrc_nor_cookies_change_who_we_are(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="ascii") as file:
        file.write("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", netrc)
    with providers.exolve() as server:
        Exolve(Access(key=server.key, url=server.url, sender="79000000000")).check()
        assert server.requests[-1].headers["Authorization"] == f"Bearer {server.key}"


def test_connections_are_kept_while_they_are_used_and_renewed_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with providers.smsru() as server:
        gateway = SmsRu(Access(key=server.key, url=server.url))
        for number in range(3):
            gateway.send(to(ANNA, text=f"№ {number}"), number + 1)
        assert server.connections == 1
        monkeypatch.setattr(http, "IDLE_S", -1)
        gateway.send(to(ANNA, text="После отдыха"), 9)
        assert server.connections == 2


def test_the_key_is_seen_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """In no log, however loud, no sentence, no repr, no address: whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    kinds = (
        (providers.smsru, SmsRu), (providers.smsc, Smsc), (providers.smsaero, SmsAero), (providers.exolve, Exolve),
    )  # fmt: skip
    for serving, opened in kinds:
        with serving() as server:
            secret = server.key.rpartition(":")[2]
            access = Access(key=server.key, url=server.url, sender="Leto", callback="https://лето.рф/hook/x/word",
                            secret="word")  # fmt: skip
            gateway = opened(access)
            told += [repr(access), repr(gateway), str(vars(gateway).get("_client"))]
            server.script(
                providers.DROP_AFTER, providers.http(500, secret), providers.text(f"<p>{server.key}</p>"),
                providers.http(400, f'{{"success": false, "message": "{server.key}", "error": "{server.key}"}}'),
            )  # fmt: skip
            for number in range(5):
                try:
                    told.append(repr(gateway.send(to(ANNA, text=f"№ {number}"), number + 1)))
                except (NotAccepted, Uncertain) as error:
                    told += [str(error), repr(error), repr(error.__cause__)]
            try:
                opened(Access(key=f"{server.key}x", url=server.url, sender="Leto")).check()
            except NotAccepted as error:
                told.append(str(error))
                assert error.reason == "key"
            told += [f"{one.path} {one.query}" for one in server.requests]
            said = "\n".join([*told, caplog.text])
            assert secret not in said, [line for line in said.split("\n") if secret in line]
            assert "word" not in said
