"""A year of campaigns, and whose every receipt is, beside one scan of receipts.

All in one writing transaction that is taken back: the big shop stays as it was made.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session

from bench.errors import Stopped
from bench.sales import TODAY
from bench.segments.asking import Times
from bench.table import Row
from loyalty import acts, db
from loyalty.messages.results.attribution import attributed
from loyalty.models import Campaign, Message

CAMPAIGNS, RECIPIENTS = 50, 2_000
LIMIT, REPEATS = 3.0, 5
TEXT = "Анна Сергеевна, у вас 1 240 бонусов, они сгорят 12.03.2026. Ждём на Тверской, 12. Отказ: loya.ru/o/h3h4h5"
SCAN = sa.text("SELECT sum(total) FROM receipts WHERE superseded_at IS NULL AND cashier <> ''")
"""Every row of the receipts table, read once where it lies."""
COLUMNS = (
    "campaign_id", "customer_id", "channel", "address", "is_advertising", "subject", "text", "parts", "status",
    "reason", "detail", "attempt", "queued_at", "sent_at", "delivered_at", "effective_at", "gateway_id",
    "occurrence", "cost",
)  # fmt: skip


class _TakenBack(Exception):
    """Nothing that was measured is kept."""


def of_shop(address: str, customers: int) -> Iterator[Row]:
    """The rows, on the big shop at an address."""
    os.environ["LOYALTY_TODAY"] = TODAY.isoformat()
    engine = db.connect(address)
    with suppress(_TakenBack), db.writing(engine) as session:
        yield from rows(session, customers)
        raise _TakenBack
    engine.dispose()


def rows(session: Session, customers: int) -> Iterator[Row]:
    """The year of campaigns is written, then counted; the session is a writer's, whose figures are made anew."""
    write(session, customers)
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(sa.text("ANALYZE messages"))  # as autovacuum would have done
        # One process against one: a scan would take three, what gathers texts can't.
        session.connection().execute(sa.text("SET LOCAL max_parallel_workers_per_gather = 0"))
    scan, found = Times(), Times()
    for turn in range(REPEATS + 1):
        scan.of(lambda: session.connection().scalar(SCAN))
        frame = found.of(lambda: attributed(session))
        if not turn:  # the first reads the file's pages
            scan, found = Times(), Times()
    if frame.empty or not frame["receipt"].is_unique:
        raise Stopped(f"Чеков, засчитанных рассылкам: {len(frame)}")
    yield scan.row("Один проход по чекам (с чем сравнивается)")
    told = f"Чьи это чеки: {CAMPAIGNS} рассылок по {RECIPIENTS} за год, {len(frame)} чеков"
    yield found.beside(scan, told, LIMIT)


def write(session: Session, customers: int) -> None:
    """A campaign a week, each to others, drawn the same every time."""
    chance, act = np.random.default_rng(1), acts.begin(session, acts.Origin.SCREEN)
    for at in range(CAMPAIGNS):
        day = TODAY - timedelta(days=7 * (CAMPAIGNS - at))
        launched = datetime.combine(day, time(9), UTC)
        row = Campaign(
            name=f"Рассылка {at}", text=TEXT, status="done", launched_at=launched, changed_at=act.at, act_id=act.id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        whom = chance.choice(customers, RECIPIENTS, replace=False) + 1
        later = chance.integers(0, 3600, RECIPIENTS)
        db.insert(session, Message, COLUMNS, [
            (row.id, who, "sms", f"+7{who:010}", True, "", TEXT, 2, "delivered", "", "", 1, launched,
             launched + timedelta(seconds=passed), arrived, arrived, f"g-{who}", "", 7_20)
            for who, passed in zip(whom.tolist(), later.tolist(), strict=True)
            for arrived in [launched + timedelta(seconds=passed + 20)]
        ])  # fmt: skip
