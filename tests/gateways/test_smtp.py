"""E-mail by SMTP: what a letter holds, who is refused, and what nobody knows after a break."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from loyalty.sms import smtp
from loyalty.sms.catalogue import provider
from loyalty.sms.gateway import Access, Outcome, Outgoing, State
from loyalty.sms.smtp import Smtp, as_html
from tests import providers
from tests.gateways.letters import HOSTILE, refused
from tests.providers.smtp import Smtp as Server

ANNA, BORIS, VERA = "anna@example.ru", "boris@example.ru", "vera@example.ru"


@pytest.fixture
def server() -> Iterator[Server]:
    with providers.smtp() as serving:
        yield serving


@pytest.fixture
def gateway(server: Server) -> Smtp:
    return Smtp(Access(key=server.key, url=server.url, sender="Шоурум «Лето» <shop@example.ru>"))


def letters(*addresses: str, text: str = "Здравствуйте!", subject: str = "Новости") -> list[Outgoing]:
    return [Outgoing(number, address, text, subject) for number, address in enumerate(addresses, 1)]


def test_a_letter_has_a_text_and_an_html_part(server: Server, gateway: Smtp) -> None:
    text = "Анна, скидка 10 % & подарок.\n\n.С точки: <b>не жирно</b>\nhttps://лето.рф/a?b=1&c=2."
    outcome = gateway.send(letters(ANNA, text=text, subject="Скидка — всем 😀"), 7)[1]
    assert outcome == Outcome(State.SENT, "<7.1@example.ru>", parts=1)
    (letter,) = server.sent
    assert (letter.sender, letter.to) == ("shop@example.ru", ANNA)
    message = letter.message
    assert message["From"] == "Шоурум «Лето» <shop@example.ru>"
    assert (message["To"], message["Subject"]) == (ANNA, "Скидка — всем 😀")
    assert message["Message-ID"] == outcome.gateway_id
    assert message["List-Unsubscribe"] is None
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and plain.get_content().replace("\r\n", "\n").strip() == text
    shown = html.get_content() if html else ""
    assert "&lt;b&gt;не жирно&lt;/b&gt;<br>" in shown
    assert '<a href="https://лето.рф/a?b=1&amp;c=2">https://лето.рф/a?b=1&amp;c=2</a>.</p>' in shown
    assert shown.count("<p ") == 2


def test_who_may_refuse_by_a_button_is_given_one(server: Server, gateway: Smtp) -> None:
    link = "https://лето.рф/no/abc"
    gateway.send([Outgoing(1, ANNA, "Текст", "Тема", link)], 7)
    message = server.sent[0].message
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "subject",
    ["Тема\r\nBcc: evil@example.ru", "Тема\nBcc: evil@example.ru", "Тема\r\n\r\nтело",
     "Тема\u2028Bcc: evil@example.ru", "Theme\x00\x0bBcc: evil@example.ru\x85Cc: evil@example.ru"],
)  # fmt: skip
def test_no_header_is_slipped_into_a_subject(server: Server, gateway: Smtp, subject: str) -> None:
    gateway.send(letters(ANNA, subject=subject), 7)
    (letter,) = server.sent
    assert letter.message["Bcc"] is None and letter.message["Cc"] is None
    assert letter.message["Subject"].startswith("Т" if "Т" in subject else "Th")
    body = letter.message.get_body(("plain",))
    assert body is not None and body.get_content().strip() == "Здравствуйте!"


def test_no_header_is_slipped_into_a_sender(server: Server) -> None:
    sender = "Лето\r\nBcc: evil@example.ru <shop@example.ru>"
    Smtp(Access(key=server.key, url=server.url, sender=sender)).send(letters(ANNA), 7)
    assert server.sent[0].message["Bcc"] is None


@pytest.mark.parametrize("name", ["Лето, Зима", "Лето; Зима", "Лето: Зима", "Лето (магазин)"])
def test_a_name_of_a_sender_is_a_name_whatever_it_holds(server: Server, name: str) -> None:
    sender = provider("smtp").sender_of(f"{name} <shop@example.ru>")
    gateway = Smtp(Access(key=server.key, url=server.url, sender=sender))
    assert gateway.send(letters(ANNA), 7)[1].state == State.SENT
    assert server.sent[0].sender == "shop@example.ru"
    assert server.sent[0].message["From"].addresses[0].display_name == name


@pytest.mark.parametrize("sender", ["shop@example..ru", f"shop@{'ы' * 70}.рф"])
def test_a_sender_that_can_be_no_address_is_told(server: Server, sender: str) -> None:
    gateway = Smtp(Access(key=server.key, url=server.url, sender=provider("smtp").sender_of(sender)))
    for do in (gateway.check, lambda: gateway.send(letters(ANNA), 7)):
        error = refused(do)
        assert error.is_permanent and "«От кого»" in str(error)


@pytest.mark.parametrize("address", ["a b@example.ru", "a@b", "a@example.ru\r\nRCPT TO:<evil@example.ru>",
                                     "a@example.ru>,<evil@example.ru", "example.ru", "", "анна@example.ru",
                                     '"a b"@example.ru', f"a@{'ы' * 70}.рф", "a@пример..рф"])  # fmt: skip
def test_what_is_no_address_is_not_said_to_the_server(server: Server, gateway: Smtp, address: str) -> None:
    told = gateway.send(letters(ANNA, address, BORIS), 7)
    assert told[2] == Outcome(State.FAILED, "", "bad_email", "это не адрес почты")
    assert [letter.to for letter in server.sent] == [ANNA, BORIS]
    assert not [line for line in server.lines if "evil" in line]


def test_a_russian_domain_is_written_as_servers_know_it(server: Server, gateway: Smtp) -> None:
    assert gateway.send(letters("anna@почта.рф"), 7)[1].state == State.SENT
    assert server.sent[0].to == "anna@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize(
    ("reply", "reason", "is_passing"),
    [("550 5.1.1 No such user", "bad_email", False), ("451 4.7.1 Try again later", "unavailable", True)],
)
def test_one_refused_keeps_nobody_else(
    server: Server, gateway: Smtp, reply: str, reason: str, is_passing: bool
) -> None:
    server.refuse[BORIS] = reply
    told = gateway.send(letters(ANNA, BORIS, VERA), 7)
    assert [told[id_].state for id_ in (1, 2, 3)] == [State.SENT, State.FAILED, State.SENT]
    assert (told[2].reason, told[2].is_passing, told[2].detail) == (reason, is_passing, reply)


def test_a_letter_that_is_taken_for_spam(server: Server, gateway: Smtp) -> None:
    server.script(providers.Step(status=554, text="5.7.1 Spam"))
    told = gateway.send(letters(ANNA, BORIS), 7)
    assert (told[1].reason, told[1].is_passing, told[2].state) == ("forbidden_text", False, State.SENT)


def test_a_break_before_a_letter_was_handed_over_took_it_from_nobody(server: Server, gateway: Smtp) -> None:
    server.script(providers.Step(), providers.DROP_BEFORE)
    told = gateway.send(letters(ANNA, BORIS, VERA), 7)
    assert told[1].state == State.SENT
    assert [(told[id_].reason, told[id_].is_passing) for id_ in (2, 3)] == [("unavailable", True)] * 2
    server.script(providers.DROP_BEFORE)
    assert refused(lambda: gateway.send(letters(BORIS, VERA), 8)).reason == "unavailable"


def test_a_break_after_a_letter_was_handed_over_is_unknown(server: Server, gateway: Smtp) -> None:
    server.script(providers.Step(), providers.DROP_AFTER)
    told = gateway.send(letters(ANNA, BORIS, VERA), 7)
    assert [told[id_].state for id_ in (1, 2, 3)] == [State.SENT, State.UNKNOWN, State.FAILED]
    assert (told[2].reason, told[3].is_passing) == ("no_answer", True)
    assert [letter.to for letter in server.sent] == [ANNA, BORIS]


def test_a_sender_that_is_refused_pauses_all(server: Server, gateway: Smtp) -> None:
    server.refuses_sender = "553 5.7.1 Sender address rejected"
    error = refused(lambda: gateway.send(letters(ANNA, BORIS), 7))
    assert (error.reason, error.is_permanent) == ("sender", True)
    server.refuses_sender = "452 4.3.1 Later"
    assert not refused(lambda: gateway.send(letters(ANNA, BORIS), 8)).is_permanent


def test_a_server_that_knows_no_logins_takes_letters_without_one(server: Server) -> None:
    server.offers_auth = False
    place = server.url.removeprefix("smtp://")
    gateway = Smtp(Access(url=place, sender="shop@example.ru"))
    assert gateway.send(letters(ANNA), 7)[1].state == State.SENT
    server.refuses_sender = "530 5.7.0 Authentication required"
    assert refused(lambda: gateway.send(letters(ANNA), 8)).reason == "key"


def test_the_key_is_checked_and_said_nowhere(server: Server, gateway: Smtp) -> None:
    assert gateway.check().balance is None
    wrong = Smtp(Access(key="shop@example.ru:wrong-word", url=server.url, sender="shop@example.ru"))
    error = refused(wrong.check)
    assert (error.reason, error.is_permanent) == ("key", True)
    assert "wrong-word" not in f"{error!r}{wrong!r}"


def test_a_server_that_hides_nothing_is_not_told_the_password(
    server: Server, gateway: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "THIS_PC", ())
    error = refused(gateway.check)
    assert (error.reason, error.is_permanent) == ("key", True)
    assert not [line for line in server.lines if line.startswith("AUTH")]


def test_a_server_that_is_not_there(server: Server) -> None:
    for url in ("smtp://127.0.0.1:9", "smtps://127.0.0.1:9", f"smtps{server.url.removeprefix('smtp')}"):
        gateway = Smtp(Access(key=server.key, url=url, sender="shop@example.ru"))
        assert refused(lambda: gateway.send(letters(ANNA), 7)).reason == "unavailable"  # noqa: B023


def test_a_certificate_that_nobody_vouches_for_is_told() -> None:
    with secure() as place:
        gateway = Smtp(Access(key="shop@example.ru:word", url=f"smtps://{place}", sender="shop@example.ru"))
        error = refused(gateway.check)
    assert str(error) == "Защищённое соединение с 127.0.0.1 не установлено: его сертификату нельзя доверять"


@contextmanager
def secure() -> Iterator[str]:
    """A server at a port that shows a certificate of its own making."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))

    def serve() -> None:
        with suppress(OSError):
            context.wrap_socket(listening.accept()[0], server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_hostile_text_is_no_html() -> None:
    shown = as_html(f"{HOSTILE}\n\n<script>alert(1)</script> https://a.ru/\"onclick='x' javascript:alert(1)")
    assert "<script" not in shown and "<b>" not in shown
    assert shown.count("<a ") == 1 and '<a href="https://a.ru/">' in shown
