"""`trigger …` and `rehearse`: triggers out of JSON files, on and off; who would get what on a day."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import acts, db, settings, wording
from loyalty.cli.telling import DONE, print_json
from loyalty.customers.names import Name
from loyalty.messages import reasons
from loyalty.messages.triggers import rehearsal, stored
from loyalty.messages.triggers.rehearsal import Rehearsed, Row
from loyalty.messages.triggers.stored import Saved
from loyalty.models import customers, messages

NO_TRIGGERS = "Триггеров пока нет"


def add(options: Namespace) -> int:
    """A new trigger out of a file, off; also in the stead of a ready one that nobody has touched."""
    terms = stored.from_file(options.file)
    with db.writing() as session:
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        stored.make_room(session, terms.name, act, now)
        stored.add(session, terms, act)
    if options.json:
        print_json({"name": terms.name, "on": False, "sentence": terms.sentence})
    else:
        print(f"«{terms.name}» добавлен и пока выключен: {terms.sentence}")
    return DONE


def on(options: Namespace) -> int:
    """Switch a trigger on."""
    return _switch(options, is_on=True)


def off(options: Namespace) -> int:
    """Switch a trigger off."""
    return _switch(options, is_on=False)


def _switch(options: Namespace, *, is_on: bool) -> int:
    with db.writing() as session:
        now = settings.now(settings.timezone(session))
        act = acts.begin(session, acts.Origin.SCREEN)
        changed = stored.switch(session, options.name, is_on, act, now)
    if options.json:
        print_json({"name": options.name, "on": is_on, "changed": changed})
    else:
        now_is = "включён" if is_on else "выключен"
        print(f"«{options.name}» {now_is}" if changed else f"«{options.name}» уже {now_is}")
    return DONE


def show(options: Namespace) -> int:
    """Every trigger: what it does, whether it is on since when, what became of its messages."""
    with db.reading() as session:
        found, counted = stored.everything(session), _counted(session)
    if options.json:
        print_json({"triggers": [_told(one, counted.get(one.id, Counter())) for one in found]})
        return DONE
    for one in found:
        since = f"включён с {wording.time(one.since.at)}" if one.since else "выключен"
        print(f"«{one.name}»: {since}\n  {one.terms.sentence}")
        if statuses := counted.get(one.id):
            print(f"  сообщений {wording.number(statuses.total() - statuses[rehearsal.SKIPPED])}")
    if not found:
        print(NO_TRIGGERS)
    return DONE


def _told(one: Saved, statuses: Counter[str]) -> dict[str, Any]:
    return {
        **one.terms.as_json(),
        "on": one.is_on,
        "since": one.since and one.since.at.isoformat(),
        "sentence": one.terms.sentence,
        "messages": dict(statuses),
    }


def _counted(session: Session) -> dict[int, Counter[str]]:
    """Messages of each trigger by status."""
    m, found = messages.c, dict[int, Counter[str]]()
    query = select(m.trigger_id, m.status, func.count()).where(m.trigger_id.is_not(None))
    for id_, status, count in session.connection().execute(query.group_by(m.trigger_id, m.status)):
        found.setdefault(id_, Counter())[status] = count
    return found


# --- Rehearsal --------------------------------------------------------------------------------------------


def rehearse(options: Namespace) -> int:
    """Who would get what on a day and why, and who would not; nothing is written."""
    with db.reading() as session:
        day = options.day or settings.today(session)
        found = rehearsal.rehearse(session, day, options.trigger)
        people, planned = _people(session, found), rehearsal.campaigns_on(session, day)
    if options.json:
        rows = [_row(row, people) for one in found for row in one.rows]
        campaigns = [
            {"campaign": one.name, "at": one.at.isoformat(), "recipients": one.recipients} for one in planned
        ]
        sums = [_sum(one) for one in found]
        print_json({"day": day.isoformat(), "triggers": sums, "messages": rows, "campaigns": campaigns})
        return DONE
    print(f"Репетиция на {wording.day(day)}, ничего не отправлено")
    for one in found:
        print(f"«{one.saved.name}»: получат {wording.number(len(one.sent))}, не получат {len(one.left_out)}")
        for row in one.rows:
            print(f"  {_line(row, people)}")
    for planned_one in planned:
        people_ = wording.number(planned_one.recipients)
        print(f"{planned_one.at:%H:%M} рассылка «{planned_one.name}»: получат {people_}")
    if not found:
        print("Нет включённых триггеров")
    return DONE


def _sum(one: Rehearsed) -> dict[str, Any]:
    return {"trigger": one.saved.name, "on": one.saved.is_on, "sent": len(one.sent), "skipped": len(one.left_out)}


def _people(session: Session, found: Iterable[Rehearsed]) -> dict[int, Any]:
    c, people = customers.c, dict[int, Any]()
    query = select(c.id, c.external_id, c.last_name, c.first_name, c.middle_name)
    for some in db.chunks(sorted({row.customer_id for one in found for row in one.rows})):
        rows = session.connection().execute(query.where(db.within(c.id, some)))
        people |= {row.id: row for row in rows}
    return people


def _row(row: Row, people: dict[int, Any]) -> dict[str, Any]:
    return {
        "trigger": row.trigger,
        "customer_id": row.customer_id,
        "external_id": people[row.customer_id].external_id,
        "phone": row.address,
        "text": row.text,
        "subject": row.subject,
        "parts": row.parts,
        "status": row.status,
        "reason": row.reason or None,
        "words": reasons.words(row.reason) or None,
        "why": row.why,
        "gift": row.gift or None,
        "due_at": row.due_at.isoformat(),
    }


def _line(row: Row, people: dict[int, Any]) -> str:
    who = people[row.customer_id]
    name = Name(who.last_name, who.first_name, who.middle_name).full or "клиент без имени"
    said = f"«{row.text}»" if row.is_sent else f"не получит: {reasons.words(row.reason)}"
    known = (name, wording.phone(row.address), row.why, row.gift and f"подарок {row.gift}")
    return f"{', '.join(filter(None, known))} — {said}"
