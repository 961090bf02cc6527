"""The night of many triggers over a big shop, against one scan of its customers a trigger."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from bench.sales import TODAY
from bench.table import Row
from loyalty import acts, db, models, settings
from loyalty.messages.triggers import firing, stored
from loyalty.messages.triggers.events import EVENTS
from loyalty.messages.triggers.terms import Gift, Terms
from loyalty.money import ROUBLE

TRIGGERS, LIMIT = 30, 5.0
BODY = "{имя|Здравствуйте}, бонусов на счёте: {бонусы}, сгорит {сгорит|ничего}. {магазин|Магазин}"
DAYS = {"birthday": (0, -3, 7), "no_purchase": (30, 60, 90, 180), "burns_soon": (7, 14), "purchase": (0, 7)}


def rows() -> Iterator[Row]:
    """Of the product's own database, which gets 30 triggers, ten of them with a gift, and their messages."""
    with db.writing() as session:
        _prepare(session)
    scan_s = min(_scan() for _ in range(3))
    wall, cpu = time.perf_counter(), time.process_time()
    fired = firing.run()
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    written = sum(one.queued + one.skipped.total() for one in fired)
    yield Row("Клиенты прочитаны один раз", scan_s)
    name = f"Ночь {TRIGGERS} триггеров, строк сообщений {written}"
    yield Row(name, wall_s, cpu_s, value=wall_s / (TRIGGERS * scan_s), limit=LIMIT)
    again = time.perf_counter()
    firing.run()
    yield Row("Та же ночь ещё раз", time.perf_counter() - again)


def _prepare(session: Session) -> None:
    """Switched on yesterday, for what happens today."""
    act, now = acts.begin(session, acts.Origin.SCREEN), settings.now() - timedelta(days=1)
    for at, terms in enumerate(islice(_terms(), TRIGGERS)):
        named = replace(terms, name=f"{terms.name} {at}", gift=Gift(100 * ROUBLE, 0, 30) if at % 3 == 0 else None)
        id_ = stored.add(session, named if named.of.gift_kind else replace(named, gift=None), act)
        stored.switch(session, named.name, True, act, now)
        session.get_one(models.Trigger, id_).done_on = TODAY - timedelta(days=1)


def _terms() -> Iterator[Terms]:
    """Events in turn, each with another number of days."""
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
