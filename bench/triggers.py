"""The night of thirty triggers over many customers, against one scan of them a trigger."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from sqlalchemy import select, text, update
from sqlmodel import Session

from bench.table import Row
from loyalty import acts, db, models, settings
from loyalty.engine import ledger
from loyalty.messages.triggers import firing, stored
from loyalty.messages.triggers.events import EVENTS
from loyalty.messages.triggers.terms import Gift, Terms
from loyalty.money import ROUBLE

TRIGGERS, LIMIT = 30, 5.0
BODY = "{имя|Здравствуйте}, бонусов на счёте: {бонусы}, сгорит {сгорит|ничего}. {магазин|Магазин}"
DAYS = {"birthday": (0, -3, 7), "no_purchase": (30, 60, 90, 180), "burns_soon": (7, 14), "purchase": (0, 7)}
YEAR = 365


def night(people: int) -> Iterator[Row]:
    """Of the product's own database, whose customers get a birthday and a purchase each, on any day of a year."""
    with db.writing() as session:
        _fill(session, settings.today(session))
    with db.writing() as session:
        _prepare(session, settings.today(session))
    scan_s = min(_scan() for _ in range(3))
    wall, cpu = time.perf_counter(), time.process_time()
    fired = firing.run()
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    written = sum(one.queued + one.skipped.total() for one in fired)
    yield Row(f"Клиенты прочитаны один раз, {people}", scan_s)
    name = f"Ночь {TRIGGERS} триггеров, сообщений {written}: за триггер"
    yield Row(name, wall_s, cpu_s, value=wall_s / (TRIGGERS * scan_s), limit=LIMIT)
    again = time.perf_counter()
    assert not firing.run()
    yield Row("Та же ночь ещё раз: нового нет", time.perf_counter() - again)


def _fill(session: Session, today: date) -> None:
    """Receipts of 1 000 ₽ with what they earn, become and burn, by the ledger itself."""
    ids = list(session.connection().scalars(select(models.customers.c.id)))
    act = acts.begin(session, acts.Origin.IMPORT)
    goods = models.Product(article_id=1, sku="", name="Платье", group_name="Платья")
    for row in (models.Article(key="=платье"), goods):
        session.add(row)
        session.flush()
    receipts, lines = db.new_ids(session, models.Receipt, len(ids)), []
    rows = []
    for at, (receipt, who) in enumerate(zip(receipts, ids, strict=True)):
        day = today - timedelta(days=at % YEAR)
        moment = datetime(day.year, day.month, day.day, 1)
        rows.append(
            (receipt, str(receipt), "", day.year, "", moment, day, who, "", "", "", 1000_00, 0, 0, "", act.id)
        )
        lines.append((receipt, 0, 1, 1000, 0, 1000_00))
    columns = (
        "id", "number", "shop", "year", "series", "at", "day", "customer_id", "place", "cashier", "payment",
        "total", "discount", "redeemed", "content", "act_id",
    )  # fmt: skip
    db.insert(session, models.Receipt, columns, rows)
    listed = ("receipt_id", "line_no", "product_id", "quantity", "discount", "amount")
    db.insert(session, models.ReceiptLine, listed, lines)
    born = [(date(1990, 1, 1) + timedelta(days=at * 7 % YEAR), who) for at, who in enumerate(ids)]
    db.update(session, models.Customer, ("birth_date",), born)
    ledger.refresh(session, ids, today)


def _prepare(session: Session, today: date) -> None:
    """Triggers switched on yesterday, that have fired until then; every third has a gift."""
    act = acts.begin(session, acts.Origin.SCREEN)
    now = settings.now(settings.timezone(session)) - timedelta(days=1)
    for at, terms in enumerate(islice(_terms(), TRIGGERS)):
        gift = Gift(100 * ROUBLE, 0, 30) if at % 3 == 0 and terms.of.gift_kind else None
        named = replace(terms, name=f"{terms.name} {at}", gift=gift)
        stored.add(session, named, act)
        stored.switch(session, named.name, True, act, now)
    session.connection().execute(update(models.triggers).values(done_on=today - timedelta(days=1)))


def _terms() -> Iterator[Terms]:
    """Events in turn, each time with another number of days."""
    offered = {name: cycle(DAYS.get(name, (0,))) for name, event in EVENTS.items() if not event.needs_segment}
    for name in cycle(offered):
        yield Terms(EVENTS[name].title, name, BODY, next(offered[name]), is_advertising=False)


def _scan() -> float:
    """Every customer read once, as rows."""
    with db.reading() as session:
        query: Any = text("SELECT id, phone, first_name, birth_date, last_purchase_on, available FROM customers")
        begun = time.perf_counter()
        session.connection().execute(query).all()
        return time.perf_counter() - begun
