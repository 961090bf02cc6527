"""A shop that writes to people: so many customers who agreed, a gateway at a test's server, campaigns under way."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from loyalty import acts, db, settings
from loyalty.messages import campaigns
from loyalty.messages.sending import gateways, limits, sender
from loyalty.messages.writing.draft import Draft
from loyalty.models import Attempt, Campaign, Consent, Customer, Message, customers, messages
from tests.providers.server import Server

ALWAYS = "2026-12-01T12:00"
TEXT = "Скидка 20 % до конца недели"


def clock(monkeypatch: pytest.MonkeyPatch, moment: str = ALWAYS) -> None:
    """The product's clock goes on from here, however long this process has lived."""
    monkeypatch.setenv("LOYALTY_TODAY", moment)
    settings._first_asked.cache_clear()


def phone(number: int) -> str:
    """The phone of a customer, as it is kept."""
    return f"+7916{number:07}"


def people(count: int, *, agreed: bool = True) -> list[int]:
    """So many new customers with phones, who agreed to messages long ago; their ids."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        before = session.connection().scalar(select(func.count()).select_from(customers)) or 0
        ids = list(db.new_ids(session, Customer, count))
        session.execute(
            insert(Customer),
            [
                {
                    "id": id_,
                    "phone": phone(before + at),
                    "first_name": "Мария",
                    "act_id": act.id,
                    "updated_at": act.at,
                }
                for at, id_ in enumerate(ids)
            ],
        )
        said = [
            {"customer_id": id_, "is_given": agreed, "at": settings.now().replace(year=2020), "act_id": act.id}
            for id_ in ids
        ]
        session.execute(insert(Consent), said)
    return ids


def through(server: Server, kind: str = "smsru", **more: Any) -> None:
    """SMS leave through a provider's server."""
    with db.writing() as session:
        said = gateways.Setting(kind, key=server.key, url=server.url, **more)
        gateways.change(session, "sms", said)


def launched(name: str = "Зима", text: str = TEXT, **more: Any) -> int:
    """A campaign to everybody, under way; its id."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        now = settings.now(settings.timezone(session))
        campaigns.add(session, Draft(name, text, **more), act, now)
        campaigns.launch(session, name, act, now)
        return campaigns.get(session, name).id


def send() -> None:
    """What `send --once` does."""
    sender.run(once=True)


def found(campaign_id: int | None = None) -> list[Message]:
    """Messages as they are, in their order."""
    query = select(Message).order_by(messages.c.id)
    if campaign_id is not None:
        query = query.where(messages.c.campaign_id == campaign_id)
    with db.reading() as session:
        rows = list(session.scalars(query))
        session.expunge_all()
    return rows


def counted(campaign_id: int | None = None) -> dict[str, int]:
    """How many messages are in each status, with the reason where there is one."""
    return dict(Counter(f"{one.status}: {one.reason}" if one.reason else one.status for one in found(campaign_id)))


def tries() -> list[Attempt]:
    """Tries of messages that ended before they were tried again."""
    with db.reading() as session:
        rows = list(session.scalars(select(Attempt)))
        session.expunge_all()
    return rows


def campaign(id_: int) -> Campaign:
    """A campaign's row as it is."""
    with db.reading() as session:
        row = session.get_one(Campaign, id_)
        session.expunge(row)
    return row


def setting(name: str, value: str) -> None:
    """Set one of the shop's settings."""
    with db.writing() as session:
        settings.put(session, name, value)


def no_limits() -> None:
    """Neither hours nor a cap are what the test is about."""
    setting(limits.QUIET_HOURS, limits.NONE)
    setting(limits.FREQUENCY_CAP, limits.NONE)


def refuse(ids: Sequence[int]) -> None:
    """These customers want no messages any more."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        session.execute(
            insert(Consent),
            [{"customer_id": id_, "is_given": False, "at": settings.now(), "act_id": act.id} for id_ in ids],
        )
