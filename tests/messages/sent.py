"""Messages as they lie in the database once they were sent: for tests of what follows from them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from loyalty import acts
from loyalty.models import Campaign, Message, Trigger

MOSCOW = ZoneInfo("Europe/Moscow")


def moscow(text: str) -> datetime:
    """A moment by Moscow's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


def campaign(session: Session, name: str, launched: str, **more: Any) -> int:
    """A campaign that was launched; its id."""
    act = acts.begin(session, acts.Origin.SCREEN)
    row = Campaign(
        name=name, text="Ждём вас", status="done", launched_at=moscow(launched), changed_at=act.at, act_id=act.id,
        minus=[], **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def trigger(session: Session, name: str, **more: Any) -> int:
    """A trigger; its id."""
    act = acts.begin(session, acts.Origin.SCREEN)
    row = Trigger(name=name, event="birthday", text="Поздравляем", changed_at=act.at, act_id=act.id, **more)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def message(session: Session, customer_id: int, delivered: str | None = None, **more: Any) -> int:
    """A message to a customer, delivered at a moment of Moscow or as `more` says; its id."""
    at = moscow(delivered) if delivered else None
    values: dict[str, Any] = {
        "customer_id": customer_id, "channel": "sms", "address": f"+7916{customer_id:07}", "text": "Ждём вас",
        "parts": 1, "is_advertising": True, "status": "delivered" if at else "sent", "effective_at": at,
        "delivered_at": at, "queued_at": at and at - timedelta(minutes=2),
        "sent_at": at and at - timedelta(minutes=1), "cost": 3_20,
    }  # fmt: skip
    row = Message(**(values | more))
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id
