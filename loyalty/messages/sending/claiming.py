"""A worker takes messages out of the queue: all is asked again at that instant, then they are its own.

In one short transaction they become `sending` in a batch that has an id of our own; only after its commit the
gateway is called. Whoever finds a batch unanswered knows from it what may have been sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from secrets import randbelow
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, update
from sqlmodel import Session

from loyalty import db, settings
from loyalty.messages.audience import Written, parts_of, rendered
from loyalty.messages.consent.optout import Refusals
from loyalty.messages.consent.permission import Permission, Person
from loyalty.messages.reasons import shared
from loyalty.messages.sending import queue
from loyalty.messages.sending.queue import Source
from loyalty.messages.writing import text
from loyalty.models import Batch, Campaign, Message, Trigger, batches, customers, messages
from loyalty.models.messages import WAITING
from loyalty.models.people import joined_root
from loyalty.sms.gateway import Outgoing

CLIENT_ID_MAX = 2**31 - 1
FRESH = timedelta(seconds=60)

_MAY_CHANGE = ("address", "subject", "text", "parts", "consent_id")


class Claimed(NamedTuple):
    """A worker's batch: one request to a gateway. Empty where nobody of those who waited may be written to."""

    batch_id: int
    client_id: int
    campaign_id: int | None
    messages: Sequence[Outgoing]
    at: datetime  # by the machine's clock

    @property
    def is_fresh(self) -> bool:
        """Whether nobody can have given it up yet; a PC may have slept since."""
        return settings.utc_now() - self.at < FRESH


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued message as it stands, and as it will leave."""

    id: int
    customer_id: int
    address: str
    is_advertising: bool
    trigger_id: int | None
    subject: str
    text: str
    parts: int
    consent_id: int | None
    queued_at: datetime
    stale_at: datetime | None


def claim(
    session: Session,
    source: Source,
    gateway: str,
    limit: int,
    worker: str,
    now: datetime,
    only: Sequence[int] | None = None,
) -> Claimed | None:
    """Take up to `limit` due messages of a source for one request; None where there is none, or it may not send.

    Addresses and customers differ within a batch. `only` these where they are tried again by a reserve.
    """
    db.one_at_a_time(session, db.CLAIMING)  # so that the cap counts what another worker takes at this moment
    current = [one for one in queue.sources(session, now) if one[:2] == source[:2]]
    rows = _waiting(session, current[0], limit, now, only) if current else []
    if not rows:
        return None
    ready, refused = _Instant(session, current[0], now).checked(rows)
    for reason, ids in refused.items():
        queue.skip(session, ids, reason)
    return _taken(session, current[0], gateway, worker, now, ready)


def _waiting(
    session: Session, source: Source, limit: int, now: datetime, only: Sequence[int] | None
) -> list[Waiting]:
    m = messages.c
    query = select(*(m[name] for name in Waiting.__slots__)).where(source.waiting(now)).order_by(m.due_at, m.id)
    if only is not None:
        query = query.where(m.id.in_(only))
    found = session.connection().execute(query.limit(limit).with_for_update(skip_locked=True))
    first: dict[tuple[int, str], Waiting] = {}
    seen: set[int | str] = set()
    for row in (Waiting(*each) for each in found):
        if row.customer_id not in seen and row.address not in seen:
            first[row.customer_id, row.address] = row
        seen |= {row.customer_id, row.address}
    return list(first.values())


def _taken(
    session: Session,
    source: Source,
    gateway: str,
    worker: str,
    now: datetime,
    ready: Sequence[tuple[Waiting, Waiting]],
) -> Claimed:
    if not ready:
        return Claimed(0, 0, source.campaign_id, (), settings.utc_now())
    batch = _batch(session, gateway, worker)
    mine = update(messages).where(WAITING, messages.c.id.in_([row.id for row, _ in ready]))
    taken = session.connection().execute(
        mine.values(status="sending", reason="", attempt=messages.c.attempt + 1, batch_id=batch.id, sent_at=now)
    )
    assert taken.rowcount == len(ready), "a queued message was taken under our lock"
    changed = [(*(getattr(new, name) for name in _MAY_CHANGE), new.id) for old, new in ready if new != old]
    db.update(session, Message, _MAY_CHANGE, changed)
    assert batch.id is not None
    told = _told(session, source.channel, ready)
    return Claimed(batch.id, batch.client_id, source.campaign_id, told, batch.claimed_at)


def _told(session: Session, channel: str, ready: Sequence[tuple[Waiting, Waiting]]) -> tuple[Outgoing, ...]:
    """As the gateway takes them; an e-mail knows its page of refusal besides what its text says of it."""
    refusals = Refusals(session) if channel == text.EMAIL else None
    return tuple(
        Outgoing(
            one.id, one.address, one.text, one.subject, refusals.link(one.customer_id, channel) if refusals else ""
        )
        for _, one in ready
    )


def _batch(session: Session, gateway: str, worker: str) -> Batch:
    """A new batch under an id that no other one has had."""
    b = batches.c
    client_id = 1 + randbelow(CLIENT_ID_MAX)
    while session.connection().scalar(select(b.id).where(b.client_id == client_id)) is not None:
        client_id = 1 + randbelow(CLIENT_ID_MAX)
    batch = Batch(client_id=client_id, gateway=gateway, worker=worker, claimed_at=settings.utc_now())
    session.add(batch)
    session.flush()
    return batch


class _Instant:
    """What is asked of messages as they leave; by campaign or trigger, and by who she is now."""

    def __init__(self, session: Session, source: Source, now: datetime) -> None:
        self.session, self.source, self.now = session, source, now
        self.zone = ZoneInfo(settings.timezone(session))
        self.today = self._day(now)

    def checked(self, rows: Sequence[Waiting]) -> tuple[list[tuple[Waiting, Waiting]], dict[str, list[int]]]:
        """Who leaves, as queued and as sent; and ids of who does not, by reason."""
        refused: dict[str, list[int]] = {}
        people = self._people(rows)
        taken = self._taken_addresses(rows, people)
        fresh = self._written([row for row in rows if self._day(row.queued_at) != self.today])
        ready = []
        for row in rows:
            person = people[row.id]
            new = replace(row, address=person.address, consent_id=person.consent_id or row.consent_id)
            reason = self._against(row, person, taken)
            if not reason and row.id in fresh:
                hers = fresh[row.id]
                new, reason = self._said_anew(new, hers), hers.reason
            if reason:
                refused.setdefault(reason, []).append(row.id)
            else:
                taken.add(new.address)
                ready.append((row, new))
        return ready, refused

    def _against(self, row: Waiting, person: Person, taken: set[str]) -> str:
        """The first reason not to send, whatever it says."""
        if row.stale_at and row.stale_at <= self.now:
            return "stale"
        if person.reason:
            return person.reason
        if person.id != row.customer_id and self._is_written_as(person.id, row):
            return "same_person"
        return shared(person.address) if person.address != row.address and person.address in taken else ""

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _people(self, rows: Sequence[Waiting]) -> dict[int, Person]:
        """By message: advertising and service ask for different things."""
        found: dict[int, Person] = {}
        for is_advertising in {row.is_advertising for row in rows}:
            some = [row for row in rows if row.is_advertising == is_advertising]
            permission = Permission(self.session, self.source.channel, is_advertising, self.now)
            people = permission.people([row.customer_id for row in some])
            found |= {row.id: people[row.customer_id] for row in some}
        return found

    def _taken_addresses(self, rows: Sequence[Waiting], people: Mapping[int, Person]) -> set[str]:
        """Of the addresses that are new since the launch, those where the campaign writes already."""
        moved = {people[row.id].address for row in rows if people[row.id].address != row.address}
        if not moved or self.source.campaign_id is None:
            return set()
        m = messages.c
        query = select(m.address).where(m.campaign_id == self.source.campaign_id, m.queued_at.is_not(None))
        return set(self.session.connection().scalars(query.where(m.address.in_(moved))))

    def _is_written_as(self, root: int, row: Waiting) -> bool:
        """Whether the one she was joined to since gets the same as well, or has got it."""
        m, own = messages.c, messages.alias()
        same = m.campaign_id == self.source.campaign_id
        if row.trigger_id is not None:
            occurrence = select(own.c.occurrence).where(own.c.id == row.id).scalar_subquery()
            same = and_(m.trigger_id == row.trigger_id, m.occurrence == occurrence)
        query = select(m.id).join(customers, customers.c.id == m.customer_id).where(joined_root == root)
        query = query.where(same, m.id != row.id, m.queued_at.is_not(None))
        return self.session.connection().scalar(query.where(m.status != "skipped").limit(1)) is not None

    def _written(self, rows: Sequence[Waiting]) -> dict[int, Written]:
        """The texts of those whose figures are of another day, anew; by message."""
        found: dict[int, Written] = {}
        for trigger_id in {row.trigger_id for row in rows}:
            some = [row for row in rows if row.trigger_id == trigger_id]
            subject, body = self._templates[trigger_id]
            hers = rendered(self.session, body, subject, [row.customer_id for row in some], self.today)
            found |= {row.id: hers[row.customer_id] for row in some}
        return found

    def _said_anew(self, row: Waiting, hers: Written) -> Waiting:
        count = parts_of(hers.text, self.source.channel)
        return replace(row, text=hers.text, subject=hers.subject, parts=count)

    @cached_property
    def _templates(self) -> dict[int | None, tuple[text.Template | None, text.Template]]:
        """Subject and text of the campaign, or of each trigger."""
        if self.source.campaign_id is not None:
            written: Iterable[Any] = [self.session.get_one(Campaign, self.source.campaign_id)]
        else:
            written = [self.session.get_one(Trigger, id_) for id_ in self.source.triggers]
        return {
            None if isinstance(one, Campaign) else one.id: (
                text.parse_subject(one.subject) if one.subject else None,
                text.parse(one.text, self.source.channel, is_latin=isinstance(one, Campaign) and one.is_latin),
            )
            for one in written
        }
