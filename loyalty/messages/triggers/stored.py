"""Triggers as they are kept: added, changed, copied, switched on and off, deleted with what they sent kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete as deletion
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db, said, settings, wording
from loyalty.acts import Act
from loyalty.errors import Changed, NotFound, Problems
from loyalty.messages.triggers.events import Since
from loyalty.messages.triggers.terms import NAME_MAX, Gift, Terms, checked_name, from_json
from loyalty.models import Switch, Trigger, acts, messages, segments, switches, triggers
from loyalty.segments.parameters import brief

t, w = triggers.c, switches.c


@dataclass(frozen=True)
class Saved:
    """A trigger; `since` is when it was switched on, None while it is off. Every day until `done_on` has fired."""

    id: int
    terms: Terms
    segment_id: int | None
    is_ready_made: bool
    since: Since | None
    done_on: date | None
    changed_at: datetime

    @property
    def name(self) -> str:
        return self.terms.name

    @property
    def is_on(self) -> bool:
        return self.since is not None


@dataclass(frozen=True)
class Switched:
    """A trigger was switched, by whom and when (UTC)."""

    is_on: bool
    at: datetime
    person: str


def everything(session: Session) -> list[Saved]:
    """All triggers by name."""
    rows = _rows(session)
    since = _since(session)
    return [_saved(row, since.get(row.id)) for row in rows]


def get(session: Session, name: str) -> Saved:
    """A trigger by its name; NotFound."""
    found = next((one for one in everything(session) if one.name == name), None)
    if found is None:
        raise NotFound(f"Нет триггера «{brief(name)}»: его переименовали или удалили")
    return found


def of_event(session: Session, event: str) -> Saved | None:
    """The trigger of an event: one that is on before those that are off; None where there is none."""
    found = [one for one in everything(session) if one.terms.event == event]
    return max(found, key=lambda one: one.is_on, default=None)


def by_id(session: Session, id_: int) -> Saved | None:
    """A trigger that is not deleted."""
    return next((one for one in everything(session) if one.id == id_), None)


def _rows(session: Session) -> Any:
    query = select(triggers, segments.c.name.label("segment")).outerjoin(segments, segments.c.id == t.segment_id)
    return session.connection().execute(query.where(t.deleted_at.is_(None)).order_by(t.id)).all()


def _since(session: Session) -> dict[int, Since]:
    """Of those that are on, when that was last said."""
    latest = select(func.max(w.id)).group_by(w.trigger_id)
    query = select(w.trigger_id, w.at, w.act_id).where(w.id.in_(latest), w.is_on)
    zone, found = ZoneInfo(settings.timezone(session)), session.connection().execute(query)
    return {id_: Since(at, at.astimezone(zone).replace(tzinfo=None), act_id) for id_, at, act_id in found}


def _saved(row: Any, since: Since | None) -> Saved:
    terms = Terms(
        row.name, row.event, row.text, row.days, row.segment, row.channel, row.subject,
        (row.hours_from, row.hours_to), row.is_advertising, row.pause_days, Gift(**row.gift) if row.gift else None,
    )  # fmt: skip
    return Saved(row.id, terms, row.segment_id, row.is_ready_made, since, row.done_on, row.changed_at)


def from_file(path: Path) -> Terms:
    """A trigger out of a JSON file; NotFound, Refused."""
    return from_json(said.in_file(path, "с триггером"))


# --- Changes ----------------------------------------------------------------------------------------------


def add(session: Session, terms: Terms, act: Act, *, is_ready_made: bool = False) -> int:
    """A new trigger, off; its id. Problems by field."""
    terms = terms.checked()
    check_free(session, terms.name)
    row = Trigger(
        **_columns(session, terms), is_ready_made=is_ready_made, changed_at=act.at, act_id=act.id
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def make_room(session: Session, name: str, act: Act, now: datetime) -> None:
    """A ready trigger that nobody has changed or ever switched gives its name to one of the owner's."""
    alike = said.alike(name)
    for one in everything(session):
        if one.is_ready_made and said.alike(one.name) == alike and not history(session, one.id):
            delete(session, one.name, act, now)


def change(session: Session, was: str, terms: Terms, act: Act, now: datetime, *, seen: Terms | None = None) -> None:
    """Another text, event, anything.

    Where it is on and waits for something else from now on, that counts as switching it on anew: what happened
    before does not call. Changed where it is not what was `seen`; Problems by field, NotFound.
    """
    db.one_at_a_time(session, db.INTAKE)
    terms, saved = terms.checked(), get(session, was)
    if seen is not None and saved.terms != seen:
        raise Changed(f"Триггер «{was}» тем временем изменили")
    check_free(session, terms.name, but=was)
    if terms.event != saved.terms.event and _has_fired(session, saved.id):
        raise Problems({"event": "Триггер уже срабатывал: для другого события сделайте новый"})
    row = session.get_one(Trigger, saved.id)
    columns = _columns(session, terms)
    for name, value in columns.items():
        setattr(row, name, value)
    row.changed_at, row.act_id, row.is_ready_made = act.at, act.id, False
    waits_for = (terms.event, terms.days, columns["segment_id"])
    if saved.is_on and waits_for != (saved.terms.event, saved.terms.days, saved.segment_id):
        _switch(session, saved.id, False, act, now)
        _switch(session, saved.id, True, act, now)
    session.flush()


def switch(session: Session, name: str, is_on: bool, act: Act, now: datetime) -> bool:
    """On or off; whether it was otherwise. `now` by the product's clock; NotFound."""
    db.one_at_a_time(session, db.INTAKE)
    saved = get(session, name)
    if saved.is_on == is_on:
        return False
    _switch(session, saved.id, is_on, act, now)
    session.flush()
    return True


def copy(session: Session, name: str, act: Act) -> str:
    """The same once more, off, under a name of its own, which is given."""
    terms, taken = get(session, name).terms, {said.alike(one.name) for one in everything(session)}
    copied = replace(terms, name=said.copied(name, taken, NAME_MAX))
    add(session, copied, act)
    return copied.name


def delete(session: Session, name: str, act: Act, now: datetime) -> None:
    """Take it away; what it has sent stays, under its name with the day."""
    db.one_at_a_time(session, db.INTAKE)
    saved = get(session, name)
    if not _has_fired(session, saved.id):
        session.connection().execute(deletion(switches).where(w.trigger_id == saved.id))
        session.connection().execute(deletion(triggers).where(t.id == saved.id))
        return
    if saved.is_on:
        _switch(session, saved.id, False, act, now)
    row = session.get_one(Trigger, saved.id)
    row.deleted_at, row.segment_id = now, None
    row.name = f"{name} (удалён {wording.time(settings.shop_time(session, now))}, {saved.id})"
    session.flush()


def check_free(session: Session, name: str, but: str = "") -> None:
    """Problems of «name» where another trigger is called so."""
    alike = said.alike(checked_name(name))
    for one in everything(session):
        if said.alike(one.name) == alike and one.name != but:
            raise Problems({"name": f"Триггер «{one.name}» уже есть: назовите иначе"})


def history(session: Session, id_: int) -> list[Switched]:
    """When a trigger was switched, the latest first."""
    query = select(w.is_on, w.at, acts.c.person).join_from(switches, acts, acts.c.id == w.act_id)
    rows = session.connection().execute(query.where(w.trigger_id == id_).order_by(w.id.desc()))
    return [Switched(*row) for row in rows]


def _switch(session: Session, id_: int, is_on: bool, act: Act, now: datetime) -> None:
    session.add(Switch(trigger_id=id_, is_on=is_on, at=now, act_id=act.id))
    session.flush()


def _has_fired(session: Session, id_: int) -> bool:
    return (
        session.connection().scalar(select(messages.c.id).where(messages.c.trigger_id == id_).limit(1)) is not None
    )


def _columns(session: Session, terms: Terms) -> Mapping[str, Any]:
    segment_id = None
    if terms.segment is not None:
        segment_id = session.connection().scalar(select(segments.c.id).where(segments.c.name == terms.segment))
        if segment_id is None:
            raise Problems({"segment": f"Нет сегмента «{brief(terms.segment)}»"})
    return {
        "name": checked_name(terms.name), "event": terms.event, "days": terms.days, "segment_id": segment_id,
        "channel": terms.channel, "subject": terms.subject, "text": terms.text, "hours_from": terms.hours[0],
        "hours_to": terms.hours[1], "is_advertising": terms.is_advertising, "pause_days": terms.pause_days,
        "gift": terms.gift and terms.gift.as_json(),
    }  # fmt: skip
