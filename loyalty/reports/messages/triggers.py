"""What triggers did lately, for their screens: counts, the last messages, whom to show a text on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.customers.names import Name
from loyalty.messages import reasons
from loyalty.messages.audience import Written, rendered
from loyalty.messages.results import figures
from loyalty.messages.sending import gateways
from loyalty.messages.triggers import rehearsal, stored
from loyalty.messages.triggers.rehearsal import Row
from loyalty.messages.triggers.stored import Saved
from loyalty.messages.writing import text
from loyalty.models import customers, messages
from loyalty.models.people import is_herself
from loyalty.money import Kopecks

LATELY_DAYS = 30
SHOWN_MAX = 100
TRIED_ON = 300  # customers among whom the longest text is sought
SHOWN_ON = 3
NAMELESS = "Без имени"
m, c = messages.c, customers.c


@dataclass(frozen=True)
class Lately:
    """A trigger and what it did in the last LATELY_DAYS days; `revenue` is of all time (rules.md §20)."""

    saved: Saved
    sent: int = 0
    left_out: Counter[str] = field(default_factory=Counter)  # by reason
    waiting: int = 0
    gifts: int = 0
    revenue: Kopecks = 0


def listed(session: Session) -> list[Lately]:
    """Every trigger: those that are on first, each by name."""
    zone = settings.timezone(session)
    since = settings.now(zone) - timedelta(days=LATELY_DAYS)
    counts = _counted(session, since)
    revenue = {one.id: one.revenue for one in figures.of_triggers(session)}
    found = [
        Lately(saved, *counts.get(saved.id, (0, Counter(), 0, 0)), revenue=revenue.get(saved.id, 0))
        for saved in stored.everything(session)
    ]
    return sorted(found, key=lambda one: not one.saved.is_on)


def _counted(session: Session, since: datetime) -> dict[int, tuple[int, Counter[str], int, int]]:
    """Of each trigger: sent, left out by reason, waiting, gifts."""
    query = select(m.trigger_id, m.status, m.reason, func.count(), func.count(m.grant_id))
    query = query.where(m.trigger_id.is_not(None), m.due_at >= since).group_by(m.trigger_id, m.status, m.reason)
    found: dict[int, tuple[int, Counter[str], int, int]] = {}
    for id_, status, reason, count, gifts in session.connection().execute(query):
        sent, left_out, waiting, given = found.get(id_, (0, Counter(), 0, 0))
        if status in ("sent", "delivered", "unknown"):
            sent += count
        elif status in ("queued", "sending"):
            waiting += count
        else:
            left_out[reason] += count
        found[id_] = (sent, left_out, waiting, given + gifts)
    return found


def last_messages(session: Session, trigger_id: int) -> pd.DataFrame:
    """The last messages of a trigger by customers' ids: Когда, Клиент, Что стало, Почему, Подарок, Текст."""
    query = select(m.due_at, m.sent_at, c.id, c.last_name, c.first_name, c.middle_name, m.status, m.reason)
    query = query.add_columns(m.grant_id, m.text).join_from(messages, customers, c.id == m.customer_id)
    query = query.where(m.trigger_id == trigger_id).order_by(m.id.desc()).limit(SHOWN_MAX)
    rows = session.connection().execute(query).all()
    return pd.DataFrame(
        {
            "Когда": [settings.shop_time(session, row.sent_at or row.due_at) for row in rows],
            "Клиент": [_name(row) for row in rows],
            "Что стало": [reasons.STATUSES[row.status] for row in rows],
            "Почему": [reasons.words(row.reason) for row in rows],
            "Подарок": ["да" if row.grant_id else "" for row in rows],
            "Текст": [row.text for row in rows],
        },
        index=[row.id for row in rows],
        dtype=object,
    )


def _name(row: Any) -> str:
    return Name(row.last_name, row.first_name, row.middle_name).full or NAMELESS


# --- Before it is switched on -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A text as a customer would get it."""

    name: str
    written: Written


@dataclass(frozen=True)
class Preview:
    """A text on real customers, the longest first, and what a part costs (None: not said)."""

    shown: Sequence[Shown]
    part_price: Kopecks | None


def preview(session: Session, body: str, subject: str, channel: str) -> Preview:
    """The text on some customers who bought last; Problems where it can't be sent."""
    template = text.parse(body, channel)
    title = text.parse_subject(subject) if channel == text.EMAIL and subject.strip() else None
    query = select(c.id, c.last_name, c.first_name, c.middle_name).where(is_herself)
    query = query.order_by(c.last_purchase_on.is_(None), c.last_purchase_on.desc(), c.id).limit(TRIED_ON)
    people = {row.id: _name(row) for row in session.connection().execute(query)}
    texts = rendered(session, template, title, list(people), settings.today(session))
    longest = sorted(people, key=lambda id_: (-len(texts[id_].text), id_))[:1]
    others = [id_ for id_ in people if id_ not in longest][: SHOWN_ON - 1]
    shown = [Shown(people[id_], texts[id_]) for id_ in (*longest, *others)]
    return Preview(shown, gateways.accounts(session, channel)[0].price)


# --- Rehearsal --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rehearsal:
    """A day as it would be: by trigger, campaigns that start on it, and everybody as a table."""

    triggers: list[rehearsal.Rehearsed]
    campaigns: list[rehearsal.Scheduled]
    table: pd.DataFrame


def rehearsal_of(session: Session, day: date, only: str | None) -> Rehearsal:
    """A day of all triggers that are on, or of `only` one, on or off; Refused, NotFound."""
    found = rehearsal.rehearse(session, day, only)
    table = rehearsed(session, [row for one in found for row in one.rows])
    return Rehearsal(found, rehearsal.campaigns_on(session, day), table)


def people_of(session: Session, rows: Sequence[Row]) -> dict[int, str]:
    """The names of who is in a rehearsal, by id."""
    found: dict[int, str] = {}
    for some in db.chunks(sorted({row.customer_id for row in rows})):
        query = select(c.id, c.last_name, c.first_name, c.middle_name).where(db.among(session, c.id, some))
        found |= {row.id: _name(row) for row in session.connection().execute(query)}
    return found


def rehearsed(session: Session, rows: Sequence[Row]) -> pd.DataFrame:
    """A rehearsal as a table, a row a message: Клиент, Почему, Что получит, Триггер, Подарок, Во сколько."""
    names = people_of(session, rows)
    return pd.DataFrame(
        {
            "Клиент": [names[row.customer_id] for row in rows],
            "Почему": [wording.sentence(row.why) for row in rows],
            "Что получит": [
                row.text if row.is_sent else f"Не получит: {reasons.words(row.reason)}" for row in rows
            ],
            "Триггер": [row.trigger for row in rows],
            "Подарок": [row.gift for row in rows],
            "Во сколько": [
                f"{settings.shop_time(session, row.due_at):%H:%M}" if row.is_sent else "" for row in rows
            ],
        },
        index=[row.customer_id for row in rows],
        dtype=object,
    )
