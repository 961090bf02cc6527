"""A small shop whose triggers fire: customers and sales by files, a clock of one's own, and what became of them."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from loyalty import acts, db, settings
from loyalty.engine import ledger
from loyalty.files.importing import import_file
from loyalty.messages.triggers import firing, rehearsal, stored, terms
from loyalty.models import customers, messages, triggers
from loyalty.segments import membership, tree
from loyalty.service import night
from tests.till import file_of, sale

NUMBERS = itertools.count(1)
HEADER = "Код клиента;Фамилия;Имя;Дата рождения;Телефон;Дата регистрации"


class Said(NamedTuple):
    """A row of messages, as a test asks of it."""

    who: str
    trigger: str
    occurrence: str
    status: str
    reason: str
    text: str


class Shop:
    """What the tests do to it, each in transactions of its own, as the product does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch

    def at(self, moment: str) -> "Shop":
        """It is this moment by the shop's clock: «2026-03-14 12:00», or a day at noon."""
        said = moment if " " in moment else f"{moment} 12:00"
        self._monkeypatch.setenv("LOYALTY_TODAY", said.replace(" ", "T"))
        settings._first_asked.cache_clear()
        return self

    def people(self, *lines: str) -> None:
        """Customers: «К-1;Сергеева;Анна;14.03.1990;+79161110001;01.01.2026»."""
        path = self.folder / f"people{next(NUMBERS)}.csv"
        path.write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")
        assert import_file(path, kind="customers").rejected == 0

    def sold(self, *lines: str) -> None:
        """Documents, as lines of the flat file."""
        assert import_file(file_of(self.folder / f"{next(NUMBERS)}.csv", lines)).rejected == 0

    def trigger(self, event: str, *, on: bool = True, **told: Any) -> str:
        """A service trigger of an event, switched on; its name."""
        made = {"name": f"{event} {next(NUMBERS)}", "event": event, "advertising": False} | told
        made.setdefault("text", "{имя|Здравствуйте}, бонусов: {бонусы}")
        read = terms.from_json(made)
        with db.writing() as session:
            stored.add(session, read, acts.begin(session, acts.Origin.SCREEN))
        if on:
            self.switch(read.name, True)
        return read.name

    def switch(self, name: str, is_on: bool) -> None:
        with db.writing() as session:
            act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
            stored.switch(session, name, is_on, act, now)

    def night(self) -> None:
        """The night of the day and those missed, and what triggers do."""
        with db.reading() as session:
            today = settings.today(session)
        night.run(today)
        self.fire()

    def fire(self) -> list[firing.Fired]:
        """What triggers do, by themselves."""
        return firing.run()

    def said(self, trigger: str = "") -> list[Said]:
        """Every row of messages, of one trigger, in the order they were written."""
        m = messages.c
        query = select(customers.c.external_id, triggers.c.name, m.occurrence, m.status, m.reason, m.text)
        query = query.join_from(messages, customers, customers.c.id == m.customer_id)
        query = query.join(triggers, triggers.c.id == m.trigger_id).order_by(m.id)
        with db.reading() as session:
            rows = [Said(*row) for row in session.connection().execute(query)]
        return [row for row in rows if trigger in ("", row.trigger)]

    def whom(self, trigger: str = "") -> list[str]:
        """Whose occurrences were written down, skipped ones included."""
        return [row.who for row in self.said(trigger)]

    def due(self) -> list[datetime]:
        """When the messages are due, by the shop's clock."""
        with db.reading() as session:
            found = session.connection().scalars(select(messages.c.due_at).order_by(messages.c.id))
            return [settings.shop_time(session, at) for at in found]

    def rehearsed(self, day: str, only: str | None = None) -> list[rehearsal.Row]:
        with db.reading() as session:
            found = rehearsal.rehearse(session, datetime.fromisoformat(day).date(), only)
            return [row for one in found for row in one.rows]

    def figures(self, who: str) -> Any:
        """What is stored of a customer."""
        with db.reading() as session:
            return session.connection().execute(select(customers).where(customers.c.external_id == who)).one()


def opened(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop on a database; at the end `check` finds nothing in it."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", url)
    yield Shop(folder, monkeypatch).at("2026-03-01")
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    db.engine().dispose()


def bought(on: str, who: str, amount: str = "10000", number: str = "") -> str:
    """A receipt of 14.03.2026 or «14.03.2026 15:00»."""
    return sale(on, number or f"N{next(NUMBERS)}", who, amount)


def segment(name: str, question: dict[str, Any], was: str | None = None) -> None:
    """A segment, new or edited, filled."""
    with db.writing() as session:
        zone = settings.timezone(session)
        act, now, today = acts.begin(session, acts.Origin.SCREEN), settings.now(zone), settings.today(session)
        membership.save(session, name, tree.parse(question), act, now, today, was=was)
