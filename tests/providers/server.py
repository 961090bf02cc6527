"""What all providers' servers have: a port of their own, what they took, and how they misbehave."""

import json
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit


class Sent(NamedTuple):
    """A message that the provider took: it would go out, and be paid for."""

    id: str
    phone: str
    text: str
    sender: str = ""


@dataclass(frozen=True)
class Step:
    """How the next request that sends is met: whether its messages are taken, and what is answered."""

    takes: bool = True
    wait_s: float = 0
    drops: bool = False
    status: int = 200
    text: str | None = None
    code: int | None = None  # the whole request is refused by a code of the provider's


DROP_BEFORE = Step(takes=False, drops=True)
DROP_AFTER = Step(drops=True)


def late(seconds: float) -> Step:
    """Taken, and answered after a while."""
    return Step(wait_s=seconds)


def http(status: int, text: str = "") -> Step:
    """An HTTP error; nothing is taken."""
    return Step(takes=False, status=status, text=text)


def http_after(status: int) -> Step:
    """Taken, and then an HTTP error of the server before it."""
    return Step(status=status, text="<html>Bad gateway</html>")


def text(said: str, *, takes: bool = True) -> Step:
    """Something that is no answer."""
    return Step(takes=takes, text=said)


def refused(code: int) -> Step:
    """The provider's own refusal of the whole request."""
    return Step(takes=False, code=code)


@dataclass
class Request:
    """What came: the path, its fields (of a form or of JSON), headers, and the body as it was."""

    path: str
    fields: dict[str, Any]
    headers: dict[str, str]
    body: bytes
    query: dict[str, str] = field(default_factory=dict)


class Answer(NamedTuple):
    """What is answered."""

    said: Any  # a text as it is, all else as JSON
    status: int = 200


class Server:
    """A provider: `answer(request, step)` is its protocol, `sends` tells which paths write to people."""

    key = "the-secret-key"

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.requests: list[Request] = []
        self.refuse: dict[str, int] = {}  # by phone, a code of the provider's
        self.states: dict[str, Any] = {}  # by the id of what was sent, what is said of it when asked
        self.balance: Any = 1000.0
        self.lock = threading.RLock()
        self.url = ""
        self.connections = 0
        self.gone = "//"  # nobody lives at paths that begin so
        self._script: deque[Step] = deque()
        self._always: Callable[[int], Step] | None = None

    # --- For tests -----------------------------------------------------------------------------------------------

    def script(self, *steps: Step) -> None:
        """How the next requests that send are met; then all goes well."""
        self._script.extend(steps)

    def always(self, step: Callable[[int], Step]) -> None:
        """How each request that sends is met, by its number."""
        self._always = step

    def doubles(self) -> dict[tuple[str, str], int]:
        """Who would get the same text twice."""
        counted = Counter((one.phone, one.text) for one in self.sent)
        return {what: times for what, times in counted.items() if times > 1}

    def asked(self, path: str) -> list[Request]:
        """Requests of a path, by its end."""
        return [one for one in self.requests if one.path.endswith(path)]

    # --- For protocols -------------------------------------------------------------------------------------------

    sends: tuple[str, ...] = ()

    def answer(self, request: Request, step: Step) -> Answer:
        """What the provider says; it takes messages by `take` where `step` lets it."""
        raise NotImplementedError

    def take(self, step: Step, id_: str, phone: str, said: str, sender: str = "") -> None:
        """A message is taken."""
        if step.takes:
            self.sent.append(Sent(id_, phone, said, sender))

    def met(self, request: Request) -> tuple[Answer | None, Step]:
        """The answer to a request, None where the connection is dropped."""
        with self.lock:
            self.requests.append(request)
            if request.path.startswith(self.gone):
                return Answer("Not found", 404), Step()
            step = Step()
            if request.path.endswith(self.sends):
                if self._script:
                    step = self._script.popleft()
                elif self._always:
                    step = self._always(len([one for one in self.requests if one.path.endswith(self.sends)]))
            answer = self.answer(request, step)
        if step.text is not None or step.status != 200:
            answer = Answer(step.text or "", step.status)
        return (None if step.drops else answer), step


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits for the client's 40 ms
    provider: Server

    def setup(self) -> None:
        super().setup()
        self.provider.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parsed = urlsplit(self.path)
        kind = self.headers.get("Content-Type", "")
        fields = json.loads(body or b"{}") if "json" in kind else dict(parse_qsl(body.decode(), True))
        request = Request(parsed.path, fields, dict(self.headers.items()), body, dict(parse_qsl(parsed.query)))
        answer, step = self.provider.met(request)
        sleep(step.wait_s)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        told = answer.said if isinstance(answer.said, str) else json.dumps(answer.said, ensure_ascii=False)
        content = told.encode()
        try:
            self.send_response(answer.status)
            # As recorded: what is written in the header is not what the text is in.
            self.send_header("Content-Type", "application/json; charset=windows-1251")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # who asked is dead, or waits no more
            self.close_connection = True

    def do_GET(self) -> None:  # a key in an address would be written down by everybody on the way
        self.send_error(405)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:  # drops of ours, and killed workers
        pass


S = TypeVar("S", bound=Server)


@contextmanager
def serving(provider: S) -> Iterator[S]:
    """The provider's server on a free port."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    listening = _Listening(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
