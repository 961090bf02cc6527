"""A mail server: EHLO, AUTH PLAIN and LOGIN, MAIL, RCPT, DATA, RSET, QUIT; it refuses and breaks as it is told."""

import socket
import socketserver
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import NamedTuple, cast

from tests.providers.server import Step


class Letter(NamedTuple):
    """A letter that was taken."""

    sender: str
    to: str
    message: EmailMessage
    raw: bytes


class Smtp:
    """What tests say to it and ask of it; the key is login:password."""

    key = "shop@example.ru:the-secret word"

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[Letter] = []
        self.refuse: dict[str, str] = {}  # by recipient, the whole reply: «550 No such user»
        self.refuses_sender = ""
        self.offers_auth = True
        self.lines: list[str] = []
        self._script: list[Step] = []

    def script(self, *steps: Step) -> None:
        """How the next letters are met: dropped before or after they were taken, or refused by `status`."""
        self._script.extend(steps)

    def next_step(self) -> Step:
        """How the letter at hand is met."""
        return self._script.pop(0) if self._script else Step()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.mail = cast("_Listening", self.server).mail
        self.say("220 mail.example.ru ESMTP")
        self.sender, self.to = "", ""
        while line := self.rfile.readline():
            words = line.decode(errors="replace").rstrip("\r\n")
            self.mail.lines.append(words)
            if not self.met(words):
                return

    def met(self, words: str) -> bool:
        """Answer a command; whether the talk goes on."""
        verb = words.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            self.say("250-mail.example.ru\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME" if self.mail.offers_auth
                     else "250 mail.example.ru")  # fmt: skip
        elif verb == "AUTH":
            self.auth(words)
        elif verb == "MAIL":
            self.sender = words.partition("<")[2].partition(">")[0]
            self.say(self.mail.refuses_sender or "250 OK")
        elif verb == "RCPT":
            self.to = words.partition("<")[2].partition(">")[0]
            self.say(self.mail.refuse.get(self.to, "250 OK"))
        elif verb == "DATA":
            return self.data()
        elif verb == "QUIT":
            self.say("221 Bye")
            return False
        else:
            self.say("250 OK")
        return True

    def auth(self, words: str) -> None:
        login, _, password = self.mail.key.partition(":")
        said = (
            b64decode(words.split(" ")[2]).split(b"\0")
            if " PLAIN " in f"{words} " and len(words.split()) > 2
            else []
        )
        is_right = [part.decode() for part in said[1:]] == [login, password]
        self.say("235 Authenticated" if is_right else "535 5.7.8 Authentication failed")

    def data(self) -> bool:
        step = self.mail.next_step()
        if step.drops and not step.takes:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.say("354 Go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if step.status >= 400:
            self.say(f"{step.status} {step.text or 'refused'}")
            return True
        raw = b"".join(lines)
        message = cast(EmailMessage, message_from_bytes(raw, policy=default))
        self.mail.sent.append(Letter(self.sender, self.to, message, raw))
        if step.drops:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.say("250 Queued")
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mail: Smtp) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mail = mail

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def smtp() -> Iterator[Smtp]:
    """A mail server on a port of its own, at smtp://127.0.0.1:port."""
    mail = Smtp()
    with _Listening(mail) as listening:
        mail.url = f"smtp://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield mail
        listening.shutdown()
        thread.join()
