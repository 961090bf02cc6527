"""Campaigns as they are kept: added, changed, copied, deleted while they are drafts; asked for by name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy import delete as deletion
from sqlmodel import Session

from loyalty import said, settings, wording
from loyalty.acts import Act
from loyalty.errors import Changed, NotFound, Problems, Refused
from loyalty.messages.writing import text
from loyalty.messages.writing.draft import NAME_MAX, Draft
from loyalty.models import Campaign, campaigns, segments
from loyalty.segments.parameters import brief
from loyalty.segments.stored import campaign_renamed

DRAFT, SCHEDULED, ASKING = "draft", "scheduled", "asking"
SENDING, PAUSED, DONE, STOPPED = "sending", "paused", "done", "stopped"
UNLAUNCHED = (DRAFT, SCHEDULED, ASKING)
STATUSES = {
    DRAFT: "черновик",
    SCHEDULED: "запланирована",
    ASKING: "ждёт решения",
    SENDING: "отправляется",
    PAUSED: "на паузе",
    DONE: "отправлена",
    STOPPED: "остановлена",
}
"""A campaign's status in words."""


@dataclass(frozen=True)
class Saved:
    """A campaign as it is kept; moments UTC. `audience` are the words of whom it was launched to."""

    id: int
    draft: Draft
    status: str
    why: str
    audience: str
    launched_at: datetime | None
    finished_at: datetime | None
    changed_at: datetime
    seed: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.draft.name

    @property
    def is_launched(self) -> bool:
        """Whether it has recipients: it is not changed any more then."""
        return self.status not in UNLAUNCHED


def everything(session: Session) -> list[Saved]:
    """All campaigns, the latest launched first, those that are not launched before them."""
    query = select(campaigns).order_by(campaigns.c.launched_at.is_not(None), campaigns.c.launched_at.desc())
    return _read(session, query.order_by(campaigns.c.changed_at.desc(), campaigns.c.id.desc()))


def get(session: Session, name: str) -> Saved:
    """A campaign by its name; NotFound."""
    found = _read(session, select(campaigns).where(campaigns.c.name == name))
    if not found:
        raise NotFound(f"Нет рассылки «{brief(name)}»")
    return found[0]


def _read(session: Session, query: Select[Any]) -> list[Saved]:
    rows = session.connection().execute(query).all()
    names = _segment_names(session) if rows else {}
    return [_saved(row, names) for row in rows]


def _segment_names(session: Session) -> dict[int, str]:
    found = session.connection().execute(select(segments.c.id, segments.c.name))
    return dict(found.all())


def _saved(row: Any, names: Mapping[int, str]) -> Saved:
    draft = Draft(
        name=row.name,
        text=row.text,
        segment=None if row.segment_id is None else names.get(row.segment_id, _gone(row.segment_id)),
        minus=tuple(names.get(id_, _gone(id_)) for id_ in row.minus),
        channel=row.channel,
        subject=row.subject,
        at=row.at,
        control_percent=row.control_percent,
        is_advertising=row.is_advertising,
        window_days=row.window_days,
        is_latin=row.is_latin,
    )
    return Saved(
        row.id, draft, row.status, row.why, row.audience, row.launched_at, row.finished_at, row.changed_at, row.seed
    )


def _gone(id_: int) -> str:
    """A segment that was deleted after the launch."""
    return f"удалённый сегмент № {id_}"


def audience_words(draft: Draft) -> str:
    """To whom: «все клиенты», «„Спящие“, кроме „Новых“»."""
    whom = "Все клиенты" if draft.segment is None else f"Сегмент «{draft.segment}»"
    return f"{whom}, кроме {', '.join(f'«{name}»' for name in draft.minus)}" if draft.minus else whom


# --- Changes ----------------------------------------------------------------------------------------------


def add(session: Session, draft: Draft, act: Act, now: datetime, *, seed: str = "") -> int:
    """A new draft; its id. Problems by field where it is unfit or its name is taken."""
    columns = _columns(session, draft, now)
    row = Campaign(**columns, seed=seed or token_hex(8), changed_at=act.at, act_id=act.id)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def change(
    session: Session, name: str, draft: Draft, act: Act, now: datetime, *, seen: Draft | None = None
) -> None:
    """Another content for a draft; a scheduled one is a draft again.

    Changed where it is not any more what was `seen`; Problems by field, Refused where it is launched.
    """
    row = locked(session, name)
    _check_unlaunched(session, row, "изменить")
    if seen is not None and get(session, name).draft != seen:
        raise Changed(f"Рассылку «{name}» тем временем изменили")
    for column, value in _columns(session, draft, now, but=name).items():
        setattr(row, column, value)
    if row.name != name:
        campaign_renamed(session, name, row.name)
    row.status, row.why, row.changed_at, row.act_id = DRAFT, "", act.at, act.id
    session.flush()


def copy(session: Session, name: str, act: Act, now: datetime) -> str:
    """A draft with the same content, to be sent at once; its name. Its control group is the same people."""
    one = get(session, name)
    new = said.copied(name, {said.alike(taken) for taken in names(session)}, NAME_MAX)
    there = set(_segment_names(session).values())
    draft = replace(
        one.draft,
        name=new,
        at=None,
        segment=one.draft.segment if one.draft.segment in there else None,
        minus=tuple(name for name in one.draft.minus if name in there),
    )
    if draft.segment is None and one.draft.segment is not None:
        raise Refused(f"Сегмента, которому отправили «{name}», больше нет: создайте новую рассылку")
    add(session, draft, act, now, seed=one.seed)
    return new


def delete(session: Session, name: str) -> None:
    """Take a draft away; Refused where it was launched: what was sent is kept."""
    row = locked(session, name)
    _check_unlaunched(session, row, "удалить")
    session.connection().execute(deletion(campaigns).where(campaigns.c.id == row.id))
    session.expire_all()


def locked(session: Session, name: str) -> Campaign:
    """The campaign's row, so that nobody else changes it until the transaction ends; NotFound."""
    query = select(Campaign).where(campaigns.c.name == name).with_for_update()  # SQLite: BEGIN IMMEDIATE has it
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound(f"Нет рассылки «{brief(name)}»: её переименовали или удалили")
    return row


def _check_unlaunched(session: Session, row: Campaign, what: str) -> None:
    if row.status not in UNLAUNCHED:
        raise Refused(f"Рассылку «{row.name}» нельзя {what}: её запустили {launched_when(session, row)}")


def launched_when(session: Session, row: Campaign) -> str:
    """«20.11.2026 10:25», by the shop's clock."""
    return wording.time(row.launched_at and settings.shop_time(session, row.launched_at))


def names(session: Session) -> list[str]:
    """What campaigns are called."""
    return list(session.connection().scalars(select(campaigns.c.name)))


def check(session: Session, draft: Draft, now: datetime, but: str = "") -> None:
    """Problems of all that keeps a draft from being kept; `but`: what it is called now."""
    _columns(session, draft, now, but)


def _columns(session: Session, draft: Draft, now: datetime, but: str = "") -> dict[str, Any]:
    found: dict[str, str] = {}
    try:
        draft.checked()
    except Problems as why:
        found |= why.by_field
    ids, by_name = _segment_names(session), dict[str, int]()
    by_name = {name: id_ for id_, name in ids.items()}
    for field, asked in (("segment", [draft.segment] if draft.segment is not None else []), ("minus", draft.minus)):
        if missing := [name for name in asked if name not in by_name]:
            found[field] = f"Нет сегмента «{brief(missing[0])}»: его переименовали или удалили"
    if (taken := _taken(session, draft.name, but)) is not None:
        found["name"] = f"Рассылка «{taken}» уже есть: назовите иначе"
    if wrong := at_problem(session, draft.at, now):
        found["at"] = wrong
    if found:
        raise Problems(found)
    return {
        "name": draft.name.strip(),
        "segment_id": None if draft.segment is None else by_name[draft.segment],
        "minus": [by_name[name] for name in draft.minus],
        "channel": draft.channel,
        "subject": text.normalised(draft.subject) if draft.channel == text.EMAIL else "",
        "text": text.normalised(draft.text),
        "at": draft.at,
        "control_percent": draft.control_percent,
        "is_advertising": draft.is_advertising,
        "window_days": draft.window_days,
        "is_latin": draft.is_latin,
    }


def at_problem(session: Session, at: datetime | None, now: datetime) -> str:
    """Why nothing can be sent at a time of the shop; empty where it can."""
    if at is None or at > settings.shop_time(session, now):
        return ""
    return f"Время {wording.time(at)} уже прошло: выберите другое или отправьте сразу"


def _taken(session: Session, name: str, but: str) -> str | None:
    alike = said.alike(name)
    return next((one for one in names(session) if said.alike(one) == alike and one != but), None)
