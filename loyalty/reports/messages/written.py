"""Messages of one customer: what was written to her by what, what became of each, and what it cost."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import settings, wording
from loyalty.customers.consents import EMAIL
from loyalty.identity import roots
from loyalty.messages import reasons
from loyalty.models import campaigns, customers, messages, triggers
from loyalty.models.messages import known_address
from loyalty.money import Kopecks

NEVER_LEFT = ("skipped", "cancelled")


class Written(NamedTuple):
    """A message, by the shop's clock; `at` is when it left, else when that was decided."""

    id: int
    at: datetime
    channel: str
    campaign: str  # empty of a trigger's
    trigger: str
    address: str
    subject: str
    text: str
    status: str
    reason: str
    detail: str
    parts: int
    cost: Kopecks | None
    delivered_at: datetime | None
    is_advertising: bool

    @property
    def what(self) -> str:
        """«SMS «Весна»: доставлено», «Письмо «Весна»: не отправлялось, нет согласия на рекламу»."""
        kind = "Письмо" if self.channel == EMAIL else "SMS"
        name = self.campaign or self.trigger
        became = ", ".join(filter(None, (reasons.STATUSES[self.status], reasons.words(self.reason))))
        return f"{kind} «{name}»: {became}" if name else f"{kind}: {became}"

    @property
    def facts(self) -> list[str]:
        """Where it went, in how many parts, what it cost, when it arrived; only what is known."""
        if self.status in NEVER_LEFT:
            return []
        parts = "" if self.channel == EMAIL else wording.plural(self.parts, "часть", "части", "частей")
        return [
            *filter(None, (wording.phone(self.address), parts if self.parts else "")),
            *([wording.roubles(self.cost)] if self.cost is not None else []),
            *([f"доставлено {wording.time(self.delivered_at)}"] if self.delivered_at else []),
        ]


def to(session: Session, customer_id: int) -> list[Written]:
    """All messages of a customer and of those joined to her, the earliest first."""
    return _found(session, roots.are(session, [customer_id]))


def one(session: Session, message_id: int) -> Written | None:
    """A message; None where there is none."""
    return next(iter(_found(session, messages.c.id == message_id)), None)


def _found(session: Session, which: object) -> list[Written]:
    m, c, t = messages.c, campaigns.c, triggers.c
    at = func.coalesce(m.sent_at, m.queued_at, m.due_at, c.launched_at)
    columns = (
        m.id, at, m.channel, func.coalesce(c.name, ""), func.coalesce(t.name, ""), known_address, m.subject, m.text,
        m.status, m.reason, m.detail, m.parts, m.cost, m.delivered_at, m.is_advertising,
    )  # fmt: skip
    query = select(*columns).select_from(messages).join(customers, customers.c.id == m.customer_id)
    query = query.outerjoin(campaigns, c.id == m.campaign_id).outerjoin(triggers, t.id == m.trigger_id)
    query = query.where(which, at.is_not(None)).order_by(at, m.id)  # type: ignore[arg-type]
    found = [Written._make(row) for row in session.connection().execute(query)]
    return [
        row._replace(
            at=settings.shop_time(session, row.at),
            delivered_at=row.delivered_at and settings.shop_time(session, row.delivered_at),
        )
        for row in found
    ]
