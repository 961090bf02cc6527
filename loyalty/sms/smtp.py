"""E-mail through the shop's own mailbox: a text and an HTML part, one letter a recipient, refused each on its own.

A letter was taken once the server has said so after its last line. Where the connection breaks after that line was
handed over, nobody knows; where it breaks before, it surely was not.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from html import escape
from time import monotonic
from urllib.parse import urlsplit

from loyalty.sms.gateway import (
    Access,
    Called,
    Checked,
    Known,
    NotAccepted,
    Outcome,
    Outgoing,
    Price,
    State,
)
from loyalty.sms.http import READ_S, THIS_PC, no_secure, trusting

PORTS = {"smtp": 587, "smtps": 465}
SUBJECT_MAX = 200
BATCH_S = 60  # a slow server's batch ends here, and the rest waits for the next one
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^\s@<>()\[\],;:\\\"\x00-\x1f]+\.[^\s@.<>,;:\"\x00-\x1f]+")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_SUBMITTED = re.compile(rb"(?m)^\.")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")

PAGE = (
    '<html lang="ru"><body style="margin:0;padding:24px;font:16px/1.5 Arial,sans-serif;color:#1C2321">'
    '<div style="max-width:600px;margin:0 auto">{}</div></body></html>'
)


class Smtp:
    """A mailbox by login:password at smtp://host:port (STARTTLS) or smtps://host:port."""

    batch_max = 15  # a break in it tells of those after it that they were not sent: no row of failures
    tells_delivery = False
    can_find = False

    def __init__(self, access: Access) -> None:
        self._login, _, self._password = access.key.partition(":")
        bare = "smtps://" if access.url.endswith(f":{PORTS['smtps']}") else "smtp://"
        parsed = urlsplit(access.url if "://" in access.url else bare + access.url)
        self._host, self._scheme = parsed.hostname or "", parsed.scheme
        self._port = parsed.port or PORTS.get(parsed.scheme, 25)
        name, _, address = access.sender.rpartition("<")
        self._sender = _address(address.rstrip("> "), _line(name))

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """Letters over one connection; those after a break are told as not sent."""
        server, until = self._connected(), monotonic() + BATCH_S
        outcomes: dict[int, Outcome] = {}
        try:
            for one in batch:
                if monotonic() > until:
                    return self._cut_short(
                        outcomes, batch, NotAccepted(f"Почта: {self._host} занят", "unavailable")
                    )
                outcomes[one.id] = self._letter(server, one, client_id)
        except _Broken as broken:
            if broken.is_handed_over:
                outcomes[one.id] = Outcome(State.UNKNOWN, "", "no_answer", broken.words)
            return self._cut_short(outcomes, batch, NotAccepted(broken.words, "unavailable"))
        except NotAccepted as refused:
            return self._cut_short(outcomes, batch, refused)
        else:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            return outcomes
        finally:
            server.close()

    def _cut_short(
        self, outcomes: dict[int, Outcome], batch: Sequence[Outgoing], why: NotAccepted
    ) -> dict[int, Outcome]:
        """Who comes after a break was surely not written to; where nobody was, it is said of all."""
        if not outcomes:
            raise why from None
        unsent = Outcome(State.FAILED, "", why.reason, str(why), is_passing=True)
        return {one.id: outcomes.get(one.id, unsent) for one in batch}

    def _letter(self, server: smtplib.SMTP, one: Outgoing, client_id: int) -> Outcome:
        if not _ADDRESS.fullmatch(one.address) or not (to := _address(one.address)).domain:
            return Outcome(State.FAILED, "", "bad_email", "это не адрес почты")
        gateway_id = f"<{client_id}.{one.id}@{self._sender.domain}>"
        letter = self.letter(one, gateway_id)
        is_handed_over = False
        try:
            server.ehlo_or_helo_if_needed()
            code, said = server.mail(self._sender.addr_spec)
            if code >= 400:
                raise _no_sender(code, said)
            code, said = server.rcpt(to.addr_spec)
            if code >= 400:
                server.rset()
                return _refused(code, said, "bad_email")
            code, said = server.docmd("DATA")
            if code != 354:
                server.rset()
                return _refused(code, said, "other")
            is_handed_over = True
            server.send(_SUBMITTED.sub(b"..", letter.as_bytes(policy=SMTP)) + b"\r\n.\r\n")
            code, said = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise _Broken(is_handed_over, self._unanswered(error)) from None
        return _refused(code, said, "forbidden_text") if code >= 400 else Outcome(State.SENT, gateway_id, parts=1)

    def letter(self, one: Outgoing, message_id: str) -> EmailMessage:
        """The letter as it is sent; whatever subject and name hold, it stays in its line."""
        made = EmailMessage()
        made["From"] = self._sender
        made["To"] = _address(one.address)
        made["Subject"] = _line(one.subject)[:SUBJECT_MAX]
        made["Date"] = formatdate()
        made["Message-ID"] = message_id
        if one.unsubscribe:
            made["List-Unsubscribe"] = f"<{_line(one.unsubscribe)}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        made.set_content(one.text, cte="base64")  # a server may know of seven bits alone
        made.add_alternative(as_html(one.text), subtype="html", cte="base64")
        return made

    def _connected(self) -> smtplib.SMTP:
        """A server that has let us in; NotAccepted where it has not."""
        if not self._sender.domain:
            raise NotAccepted("Почта: «От кого» не похоже на адрес, проверьте его в «Шлюзах»", "sender",
                              is_permanent=True)  # fmt: skip
        try:
            if self._scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self._host, self._port, local_hostname="localhost", timeout=READ_S, context=trusting()
                )
            else:
                server = smtplib.SMTP(self._host, self._port, local_hostname="localhost", timeout=READ_S)
            self._let_in(server)
        except smtplib.SMTPAuthenticationError as error:
            is_wrong = error.smtp_code >= 500
            raise NotAccepted("Почта: логин или пароль не подходит. Проверьте ключ в «Шлюзах»" if is_wrong else
                              f"Почта: {self._host} сейчас не пускает, попробуйте позже",
                              "key" if is_wrong else "unavailable", is_permanent=is_wrong) from None  # fmt: skip
        except (smtplib.SMTPException, OSError) as error:
            raise NotAccepted(self._not_reached(error), "unavailable") from None
        return server

    def _let_in(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self._scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=trusting())
            server.ehlo()
        elif self._scheme == "smtp" and self._host not in THIS_PC:
            raise NotAccepted(
                f"Почта: {self._host} не шифрует связь, пароль ему не отправлен", "key", is_permanent=True
            )
        if self._login and server.has_extn("auth"):
            server.login(self._login, self._password)

    def _not_reached(self, error: Exception) -> str:
        if isinstance(error, socket.gaierror):
            return f"Не найти адрес {self._host}: похоже, нет интернета"
        if isinstance(error, ssl.SSLError):
            return no_secure(self._host, error)
        return f"Почта: с {self._host} не соединиться"

    def _unanswered(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"Почта: {self._host} не ответил за {READ_S} секунд"
        return f"Почта: связь с {self._host} прервалась"

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """It can't tell."""
        return {}

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """It says nothing of a letter once it took it."""
        return {}

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """Nobody asks a price."""
        return None

    def check(self) -> Checked:
        """It lets us in."""
        self._connected().close()
        return Checked(None)

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """Nobody calls it."""
        return None


class _Broken(Exception):
    def __init__(self, is_handed_over: bool, words: str) -> None:
        super().__init__(words)
        self.is_handed_over, self.words = is_handed_over, words


def as_html(text: str) -> str:
    """Paragraphs, links that can be pressed, and not a sign of the text taken for HTML."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return PAGE.format("".join(f'<p style="margin:0 0 16px">{_paragraph(one)}</p>' for one in paragraphs))


def _paragraph(text: str) -> str:
    pieces, end = [], 0
    for link in _LINK.finditer(text):
        pieces += [escape(text[end : link.start()]), f'<a href="{escape(link[0])}">{escape(link[0])}</a>']
        end = link.end()
    return "".join([*pieces, escape(text[end:])]).replace("\n", "<br>\n")


def _line(text: str) -> str:
    """One line, without what would begin another header."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _address(said: str, name: str = "") -> Address:
    """почта@магазин.рф with its domain as servers know it; without a domain where there can be none."""
    user, _, domain = said.strip().rpartition("@")
    try:
        return Address(name, user, domain.encode("idna").decode())
    except UnicodeError:
        return Address(name, user)


def _refused(code: int, said: bytes, reason: str) -> Outcome:
    """5xx is for ever, 4xx until later."""
    is_passing = code < 500
    return Outcome(
        State.FAILED, "", "unavailable" if is_passing else reason, _told(code, said), is_passing=is_passing
    )


def _no_sender(code: int, said: bytes) -> NotAccepted:
    """530: it wants a login first."""
    if code == 530:
        return NotAccepted("Почта: сервер просит логин и пароль", "key", is_permanent=True)
    words = f"Почта: сервер не принял отправителя ({_told(code, said)})"
    return NotAccepted(words, "sender" if code >= 500 else "unavailable", is_permanent=code >= 500)


def _told(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode(errors='replace').split())}"[:300]
