"""A small shop that writes to its customers: whom it knows comes in a customers file, its clock is set by hand."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loyalty import acts, db, settings
from loyalty.customers import consents
from loyalty.files.importing import import_file
from loyalty.messages import audience, campaigns
from loyalty.messages.audience import Audience
from loyalty.messages.campaigns import Draft
from loyalty.models import campaigns as campaigns_table
from loyalty.models import customers, messages
from loyalty.segments.tree import is_
from tests.recorded import Shop

HEADER = "Код клиента;Фамилия;Имя;Отчество;Телефон;Email"
NOON = "2026-11-20T12:00"


@dataclass(frozen=True)
class Who:
    """A customer as a file says her; `agreed` to SMS at once, refused, or was never asked."""

    code: str
    first: str = "Анна"
    last: str = ""
    middle: str = ""
    phone: str = ""
    email: str = ""
    agreed: bool | None = True

    @property
    def line(self) -> str:
        fields = (self.code, self.last, self.first, self.middle, self.phone, self.email)
        return ";".join(fields)


class Mailing(Shop):
    """The product's own database, with people to write to."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder, monkeypatch)
        self._folder, self._files = folder, 0
        self.at(NOON)

    def knows(self, *people: Who) -> None:
        """These come in a file of customers."""
        self._files += 1
        path = self._folder / f"people{self._files}.csv"
        path.write_text("\n".join((HEADER, *(one.line for one in people), "")), encoding="utf-8")
        report = import_file(path, kind="customers")
        assert report.rejected == 0, report.errors
        for one in people:
            if one.agreed is not None:
                self.says(one.code, one.agreed)

    def people(self, count: int) -> list[str]:
        """So many customers with a mobile phone and a consent; their codes."""
        who = [Who(f"К-{at}", phone=f"+7916000{at:04}") for at in range(1, count + 1)]
        self.knows(*who)
        return [one.code for one in who]

    def segment(self, name: str, *phones: str) -> None:
        """A segment of these phones."""
        self.save(name, is_("phones", list=list(phones)))

    @property
    def now(self) -> datetime:
        with db.reading() as session:
            return settings.now(settings.timezone(session))

    def draft(self, **said: Any) -> Draft:
        return replace(Draft("Рассылка", "{имя|Здравствуйте}, у вас {бонусы} бонусов"), **said)

    def add(self, **said: Any) -> str:
        """A draft is saved; its name."""
        draft = self.draft(**said)
        with db.writing() as session:
            campaigns.add(session, draft, acts.begin(session, acts.Origin.SCREEN), self.now)
        return draft.name

    def launch(self, name: str = "Рассылка", **more: Any) -> campaigns.Launched:
        with db.writing() as session:
            act = acts.begin(session, acts.Origin.SCREEN)
            return campaigns.launch(session, name, act, settings.now(settings.timezone(session)), **more)

    def audience(self, seed: str = "x", **said: Any) -> Audience:
        """Whom a draft would reach."""
        with db.reading() as session:
            return audience.found(session, self.draft(**said), seed, self.now)

    def steps(self, **said: Any) -> dict[str, set[str]]:
        """By reason the codes of whom it leaves out; those that will get it under nothing."""
        code = codes()
        found = self.audience(**said)
        told = {step.reason: {code[one.id] for one in step.out} for step in found.steps}
        return told | {"": {code[one.id] for one in found.reached}}

    def says(self, code: str, is_given: bool, channel: str = "sms") -> None:
        """She agrees, or refuses, now."""
        with db.writing() as session:
            act = acts.begin(session, acts.Origin.SCREEN)
            id_ = {known: id_ for id_, known in codes().items()}[code]
            consents.say(session, id_, is_given=is_given, at=self.now, act=act, channel=channel)


def codes() -> dict[int, str]:
    """1C's codes by customers' ids."""
    c = customers.c
    with db.reading() as session:
        return dict(session.connection().execute(select(c.id, c.external_id)).all())


def rows(name: str = "Рассылка") -> dict[str, Any]:
    """The messages of a campaign by the customers' codes."""
    code, m, c = codes(), messages.c, campaigns_table.c
    with db.reading() as session:
        query = select(messages).join(campaigns_table, c.id == m.campaign_id).where(c.name == name)
        return {code[row.customer_id]: row for row in session.connection().execute(query.order_by(m.id))}


def outcome(name: str, code: str, **columns: Any) -> None:
    """What the sender would have written down of somebody's message."""
    id_ = rows(name)[code].id
    with db.writing() as session:
        session.connection().execute(messages.update().where(messages.c.id == id_).values(**columns))


def statuses(name: str = "Рассылка") -> dict[str, str]:
    """«queued», or «skipped no_phone», by code."""
    return {code: " ".join(filter(None, (row.status, row.reason))) for code, row in rows(name).items()}
