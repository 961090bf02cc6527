"""Statuses of a gateway that may be asked once a minute: nobody is left to the far between times of the plan."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from loyalty import acts, db, settings
from loyalty.messages.sending import gateways, statuses
from loyalty.messages.sending.gateways import Setting
from loyalty.models import Batch, Customer, Message
from loyalty.sms import smsc
from tests import providers
from tests.providers.smsc import Smsc as Server


@pytest.fixture
def server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    with providers.smsc() as serving:
        yield serving
    db.engine().dispose()


def sent(server: Server, count: int, now: datetime) -> None:
    """Messages that were taken a minute ago, and are to be asked about now."""
    with db.writing() as session:
        gateways.change(session, "sms", Setting("smsc", server.key, url=server.url))
        act = acts.begin(session, acts.Origin.SCREEN)
        at = now - timedelta(minutes=1)
        session.add(Batch(client_id=7, gateway="smsc", worker="w", claimed_at=at, answered_at=at))
        session.add(Customer(id=1, act_id=act.id, updated_at=at))
        session.flush()
        for number in range(count):
            phone = f"7916000{number:04}"
            server.sent.append(providers.Sent(f"7:{phone}", phone, "…"))
            session.add(Message(
                occurrence=str(number), customer_id=1, channel="sms", address=f"+{phone}", is_advertising=True,
                text="…", status="sent", gateway_id=f"7:{phone}", batch_id=1, queued_at=at, sent_at=at, poll_at=now,
            ))  # fmt: skip


def states() -> list[str]:
    with db.reading() as session:
        return sorted(one.status for one in session.exec(select(Message)))


def test_who_can_not_be_asked_about_now_is_asked_about_in_a_minute(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "ASKED_AT_ONCE", 3)
    now = settings.now()
    sent(server, 8, now)
    assert [statuses.poll(now) for _ in range(4)] == [3, 3, 2, 0]
    assert states() == ["delivered"] * 3 + ["sent"] * 5
    assert len(server.asked("status.php")) == 1
    with db.reading() as session:
        waits = [one.poll_at for one in session.exec(select(Message).where(Message.status == "sent"))]
    assert {at is not None and timedelta() < aware(at) - now <= timedelta(minutes=1) for at in waits} == {True}
    monkeypatch.setattr(smsc, "MINUTE_S", 0)  # a minute later
    later = now + timedelta(minutes=1)
    assert [statuses.poll(later) for _ in range(3)] == [3, 2, 0]
    assert states() == ["delivered"] * 8


def aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=settings.utc_now().tzinfo)
