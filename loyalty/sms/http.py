"""One request to a provider, and what is sure of it: it surely was not taken, it was answered, or nobody knows.

Proxies of the environment (HTTPS_PROXY, NO_PROXY) carry what goes to providers by https; what goes to this very PC,
or by an http address of the owner's, goes straight. Certificates: the roots of the system and those of certifi.
"""

import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from requests.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError

from loyalty.sms.gateway import NotAccepted, Uncertain

CONNECT_S, READ_S = 5, 30
WHOLE_S = 60  # an answer that drips longer is none
IDLE_S = 3  # a connection that rested longer may be closed at the other end: a new one
ANSWER_MAX = 8 * 1024 * 1024
WAIT_S, WAIT_MAX_S = 60, 3600  # after «too many requests»
THIS_PC = ("127.0.0.1", "localhost", "::1")

_written = threading.local()  # `anything`: whether a letter of the request went out


class Answer(NamedTuple):
    """What came back: the HTTP status, the text, and in how many seconds one may ask again, where it says so."""

    status: int
    text: str
    wait_s: int = WAIT_S


class Client:
    """A provider's address: `title` for sentences, `own` its own address, `secrets` never to be seen in any."""

    def __init__(
        self, title: str, own: str, url: str, secrets: Sequence[str], headers: Mapping[str, str] | None = None
    ) -> None:
        self.title, self._headers = title, dict(headers or {})
        self._secrets = [secret for secret in secrets if secret]
        self._bases = _bases(own, url)
        self._local = threading.local()

    def send(
        self, path: str, *, form: Sequence[tuple[str, str]] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """POST what writes to people; NotAccepted, or Uncertain once anything of it went out unanswered."""
        return self._judged(self._answer(path, form, body), may_be_taken=True)

    def ask(
        self, path: str, *, form: Sequence[tuple[str, str]] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """POST what writes to nobody; NotAccepted where there is no answer, however it failed."""
        try:
            return self._judged(self._answer(path, form, body), may_be_taken=False)
        except Uncertain as error:
            raise NotAccepted(str(error), "unavailable") from None

    def without_secrets(self, told: str) -> str:
        """A provider's words as they may be kept: it may have repeated the key."""
        for secret in self._secrets:
            told = told.replace(secret, "…")
        return " ".join(told.split())[:300]

    def makes_no_sense(self, answer: Answer) -> NotAccepted | Uncertain:
        """What to raise where an answer is none of those that are documented; an HTTP 400 took nothing anyway."""
        said = self.without_secrets(answer.text)[:80]
        words = f"{self.title} ответил непонятно: «{said}»" if said else f"{self.title} ответил пусто"
        return NotAccepted(words, "other") if answer.status >= 400 else Uncertain(words)

    def _answer(self, path: str, form: Sequence[tuple[str, str]] | None, body: Mapping[str, Any] | None) -> Answer:
        for base in self._bases[:-1]:
            answer = self._post(base + path, form, body)
            if answer.status != 404:  # nobody lives there: surely not taken
                self._bases = (base,)
                return answer
        return self._post(self._bases[-1] + path, form, body)

    def _post(self, url: str, form: Sequence[tuple[str, str]] | None, body: Mapping[str, Any] | None) -> Answer:
        kind = "application/json" if form is None else "application/x-www-form-urlencoded; charset=utf-8"
        data = json.dumps(body or {}) if form is None else urlencode(form, errors="replace")
        session = self._session()
        _written.anything = False
        until = monotonic() + WHOLE_S
        try:
            with session.post(
                url, data=data.encode(), headers={**self._headers, "Content-Type": kind},
                timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True, proxies=_proxies(url),
            ) as response:  # fmt: skip
                return Answer(response.status_code, self._text(response, until), _wait_s(response))
        except (RequestException, HTTPError, OSError, ValueError) as error:
            session.close()
            if _written.anything:
                raise Uncertain(self._unanswered(error)) from None
            raise NotAccepted(self._not_reached(error, url), "unavailable") from None
        finally:
            self._local.used = monotonic()

    def _session(self) -> requests.Session:
        """The thread's own, its connections new after a rest."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # neither .netrc nor a proxy that nobody meant
            session.mount("https://", _Adapter())
            session.mount("http://", _Adapter())
        elif monotonic() - self._local.used > IDLE_S:
            session.close()
        return session

    def _text(self, response: requests.Response, until: float) -> str:
        content = b""
        for piece in response.iter_content(65536):
            content += piece
            if len(content) > ANSWER_MAX or monotonic() > until:
                raise OSError("too long an answer")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1251", errors="replace")

    def _judged(self, answer: Answer, *, may_be_taken: bool) -> Answer:
        status = answer.status
        if 200 <= status < 300 or (400 <= status < 500 and status not in (401, 403, 404, 408, 429)):
            return answer
        if status in (401, 403):
            raise NotAccepted(f"{self.title} не принял ключ: проверьте его в «Шлюзах»", "key", is_permanent=True)
        if status == 429:
            raise NotAccepted(f"{self.title} просит отправлять реже", "limit", wait_s=answer.wait_s)
        if (status == 408 or status >= 500) and may_be_taken:
            raise Uncertain(f"{self.title} ответил ошибкой {status}, отправлено ли — неизвестно")
        if status == 404:
            raise NotAccepted(f"По адресу шлюза {self.title} отвечает не он (404): проверьте адрес", "unavailable")
        raise NotAccepted(f"{self.title} ответил ошибкой {status}", "server")

    def _unanswered(self, error: Exception) -> str:
        if isinstance(error, requests.Timeout) or "timed out" in str(error):
            return f"{self.title} не ответил за {READ_S} секунд, отправлено ли — неизвестно"
        return f"Связь с {self.title} прервалась, отправлено ли — неизвестно"

    def _not_reached(self, error: Exception, url: str) -> str:
        host = urlsplit(url).hostname or self.title
        reason = getattr(error.args[0] if error.args else None, "reason", error)
        if isinstance(reason, NameResolutionError):
            return f"Не найти адрес {host}: похоже, нет интернета"
        if isinstance(error, ConnectTimeout):
            return f"{host} не отвечает"
        if isinstance(error, SSLError):
            return no_secure(host, error)
        return f"С {host} не соединиться"


def no_secure(host: str, error: Exception) -> str:
    """Why a secure connection was not made, as a sentence."""
    is_untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
    why = "его сертификату нельзя доверять" if is_untrusted else "проверьте адрес и порт"
    return f"Защищённое соединение с {host} не установлено: {why}"


def _bases(own: str, url: str) -> tuple[str, ...]:
    """Addresses to try, each with a slash at its end: of another host's first the provider's own path."""
    if not url:
        return (own,)
    plain, path = url.rstrip("/"), urlsplit(own).path
    if urlsplit(plain).path or path == "/":
        return (plain + "/",)
    return (plain + path, plain + "/")


def _wait_s(response: requests.Response) -> int:
    told = response.headers.get("Retry-After", "").strip()
    return min(max(int(told), 1), WAIT_MAX_S) if told.isdecimal() else WAIT_S


def _proxies(url: str) -> dict[str, str]:
    parsed = urlsplit(url)
    if parsed.scheme != "https" or parsed.hostname in THIS_PC:
        return {}
    return dict(get_environ_proxies(url, no_proxy=None))


# --- Whether anything was written: `requests` raises the same where a connection was refused and where it broke


class _Plain(HTTPConnection):
    def endheaders(self, *arguments: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        _written.anything = True
        super().endheaders(*arguments, **options)


class _Secure(HTTPSConnection):
    def endheaders(self, *arguments: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        _written.anything = True
        super().endheaders(*arguments, **options)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=trusting(), **options)
        _watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return _watch(super().proxy_manager_for(proxy, ssl_context=trusting(), **options))


def _watch(manager: Any) -> Any:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager


@cache
def trusting() -> ssl.SSLContext:
    """The system's own roots too: a shop's antivirus, or its provider, may have put one there."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
