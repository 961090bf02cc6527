"""/hook/{gateway}/{secret}: who may call, what is written, in any order and more than once."""

import asyncio
import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from sqlmodel import select
from starlette.applications import Starlette

from loyalty import acts, db, settings, site
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account, Setting
from loyalty.models import Batch, Customer, Message
from tests import providers
from tests.gateways.letters import ANNA
from tests.providers.exolve import callback as exolve_news
from tests.providers.smsc import callback as smsc_news
from tests.providers.smsc import reply as smsc_reply

APP = Starlette(routes=site.ROUTES)


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str


def call(
    path: str, form: list[tuple[str, str]] | None = None, *, body: bytes | None = None, method: str = "POST"
) -> Answer:
    """A provider's call, as a server hands it over."""
    query = urlencode(form) if form and method == "GET" else ""
    data = body if body is not None else urlencode(form or []).encode() if method == "POST" else b""
    kind = b"application/json" if body is not None else b"application/x-www-form-urlencoded"
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(b"content-type", kind)], "http_version": "1.1", "scheme": "http", "root_path": "",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(APP(scope, receive, send))  # type: ignore[arg-type]
    said = b"".join(part.get("body", b"") for part in sent if part["type"] == "http.response.body")  # type: ignore[misc]
    return Answer(int(str(sent[0]["status"])), said.decode())


@pytest.fixture
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    yield database_url
    db.engine().dispose()


def connected(kind: str, key: str, sender: str = "") -> Account:
    with db.writing() as session:
        return gateways.change(session, "sms", Setting(kind, key, sender))


def sent(kind: str, *gateway_ids: str) -> None:
    """Messages that a gateway has taken."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        at = settings.now()
        session.add(Batch(client_id=7, gateway=kind, worker="w", claimed_at=at, answered_at=at))
        session.add(Customer(id=1, last_name="Седова", phone=f"+{ANNA}", act_id=act.id, updated_at=at))
        session.flush()
        for number, id_ in enumerate(gateway_ids, 1):
            session.add(Message(
                trigger_id=None, occurrence=str(number), customer_id=1, channel="sms", address=f"+{ANNA}",
                is_advertising=True, text="…", status="sent", gateway_id=id_, batch_id=1, queued_at=at, sent_at=at,
            ))  # fmt: skip


def statuses() -> dict[str, str]:
    with db.reading() as session:
        return {one.gateway_id: one.status for one in session.exec(select(Message))}


def at(account: Account) -> str:
    return f"/hook/{account.kind}/{account.hook}"


@pytest.mark.usefixtures("shop")
def test_statuses_of_smsru_in_any_order_and_more_than_once() -> None:
    account = connected("smsru", "key")
    sent("smsru", "1-1", "1-2")
    with providers.smsru() as server:
        late = server.callback(("1-1", 102, 1700000100), key="key")
        done = server.callback(("1-1", 103, 1700000200), ("1-2", 104, 1700000200), ("9-9", 103, 1), key="key")
        for form in (done, late, done):
            assert call(at(account), form) == (200, "100")
        assert statuses() == {"1-1": "delivered", "1-2": "failed"}
        assert call(at(account), server.callback(("1-2", 103, 1700000900), key="other")).status == 403
        assert call("/hook/smsru/nobody", done).status == 404
        assert call(f"/hook/smsc/{account.hook}", done).status == 404
        assert call(at(account), [], method="GET").status == 403
    assert statuses() == {"1-1": "delivered", "1-2": "failed"}


@pytest.mark.usefixtures("shop")
def test_a_status_and_a_reply_of_smsc() -> None:
    account = connected("smsc", "login:word")
    sent("smsc", f"7:{ANNA}")
    news = smsc_news(f"7:{ANNA}", 1, 1700000000, account.hook)
    assert call(at(account), smsc_news(f"7:{ANNA}", 1, 1700000000, "wrong")).status == 403
    assert statuses() == {f"7:{ANNA}": "sent"}
    assert call(at(account), news, method="GET") == (200, "ok")
    assert statuses() == {f"7:{ANNA}": "delivered"}
    assert call(at(account), smsc_reply(ANNA, "СТОП", account.hook)).status == 200
    assert refuses_sms()


@pytest.mark.usefixtures("shop")
def test_a_status_of_exolve() -> None:
    account = connected("exolve", "key", "Leto")
    sent("exolve", "439")
    assert call(at(account), body=json.dumps(exolve_news("439", "DELIVERED")).encode()) == (200, "ok")
    assert statuses() == {"439": "delivered"}
    assert call(at(account), body=b"\xff\x00 rubbish") == (200, "ok")


@pytest.mark.usefixtures("shop")
def test_news_that_outrun_the_answer_are_to_come_again() -> None:
    """A provider may call before we have written down the id by which it names the message."""
    account = connected("exolve", "key", "Leto")
    sent("exolve", "439")
    with db.writing() as session:
        session.add(Batch(client_id=8, gateway="exolve", worker="w", claimed_at=settings.now()))
    early = json.dumps(exolve_news("440", "DELIVERED")).encode()
    assert call(at(account), body=early) == (503, "later")
    assert call(at(account), body=json.dumps(exolve_news("439", "DELIVERED")).encode()) == (200, "ok")
    with db.writing() as session:
        session.exec(select(Batch).where(Batch.client_id == 8)).one().answered_at = settings.now()
    assert call(at(account), body=early) == (200, "ok")  # it is nobody's


@pytest.mark.usefixtures("shop")
def test_too_long_a_call_is_not_read() -> None:
    account = connected("smsru", "key")
    assert call(at(account), [("data[0]", "x" * 1_000_001)]).status == 413


@pytest.mark.usefixtures("shop")
def test_a_busy_database_is_called_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from loyalty.site import hooks

    account = connected("smsc", "login:word")
    sent("smsc", f"7:{ANNA}")
    monkeypatch.setattr(hooks, "PATIENCE_S", 0)
    if db.engine().dialect.name == "sqlite":
        with db.writing() as session:
            session.connection().exec_driver_sql("UPDATE gateways SET place = place")
            assert call(at(account), smsc_news(f"7:{ANNA}", 1, 1700000000, account.hook)).status == 503
    assert call(at(account), smsc_news(f"7:{ANNA}", 1, 1700000000, account.hook)).status == 200
    assert statuses() == {f"7:{ANNA}": "delivered"}


def refuses_sms() -> bool:
    from loyalty.customers import consents

    with db.reading() as session:
        return consents.latest(session, [1], consents.SMS).get(1) is False
