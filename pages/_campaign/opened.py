"""Which campaign the editor works on: a draft that the address names, a new one, or one to a given segment."""

from datetime import date, datetime, time
from secrets import token_hex
from typing import Any, NamedTuple

import streamlit as st
from sqlmodel import Session

from loyalty import acts, settings, ui, wording
from loyalty.errors import Refused
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Draft, Saved
from loyalty.messages.writing.text import EMAIL, SMS
from loyalty.segments import stored as segments

NOW, AT = "Сразу после запуска", "В назначенное время"
HOUR = time(11)
EVERYBODY = ""


class Opened(NamedTuple):
    """The form's name, what it begins with, and the draft that it changes."""

    form: str
    begins: dict[str, Any]
    saved: Saved | None = None

    def seed(self, form: ui.Form) -> str:
        """By which the control group is drawn: the one that is shown beforehand is the one that will be."""
        if self.saved:
            return self.saved.seed
        drawn: str = st.session_state.setdefault(form.key("seed"), token_hex(8))
        return drawn


def opened(session: Session) -> Opened:
    """What the page's address asks for; NotFound, or Refused where the campaign is launched."""
    asked, today = st.query_params, settings.today(session)
    if "name" in asked:
        saved = campaigns.get(session, asked["name"])
        if saved.is_launched:
            raise Refused(f"Рассылка «{saved.name}» уже {campaigns.STATUSES[saved.status]}: её не меняют")
        return Opened(f"campaign {saved.id}", fields(saved.draft), saved)
    begins = fields(Draft("", ""))
    if "segment" in asked:
        name = segments.get(session, asked["segment"]).name
        begins |= {"segment": name, "name": f"{name[:180]}, {wording.day_and_month(today)}"}
        return Opened(f"campaign for {name}", begins)
    return Opened("campaign new", begins)


def fields(draft: Draft) -> dict[str, Any]:
    """A draft as the form holds it."""
    return {
        "name": draft.name,
        "segment": draft.segment or EVERYBODY,
        "minus": draft.minus,
        "channel": draft.channel,
        "subject": draft.subject,
        "text": draft.text,
        "when": AT if draft.at else NOW,
        "day": draft.at.date() if draft.at else None,
        "hour": draft.at.time() if draft.at else HOUR,
        "control_percent": draft.control_percent,
        "is_advertising": draft.is_advertising,
        "window_days": draft.window_days,
        "is_latin": draft.is_latin,
    }


def drafted(form: ui.Form) -> Draft:
    """What the form holds, as a draft."""
    day, hour = form["day"], form["hour"]
    is_sms = form["channel"] != EMAIL
    return Draft(
        name=form["name"] or "",
        text=form["text"] or "",
        segment=form["segment"] or None,
        minus=tuple(form["minus"] or ()),
        channel=form["channel"] or SMS,
        subject="" if is_sms else form["subject"] or "",
        at=_moment(day, hour) if form["when"] == AT else None,
        control_percent=form["control_percent"] or 0,
        is_advertising=bool(form["is_advertising"]),
        window_days=form["window_days"] or 0,
        is_latin=bool(form["is_latin"]) and is_sms,
    )


def _moment(day: date | None, hour: time | None) -> datetime | None:
    return datetime.combine(day, hour) if day and hour else None


def unfinished(form: ui.Form) -> dict[str, str]:
    """What was asked for and not said."""
    if form["when"] == AT and not (form["day"] and form["hour"]):
        return {"day": "Выберите день и время или отправьте сразу"}
    return {}


def stored(session: Session, draft: Draft, opened: Opened, seed: str, act: acts.Act, now: datetime) -> None:
    """The draft is kept, as a new one or in place of the one that was opened."""
    if opened.saved:
        campaigns.change(session, opened.saved.name, draft, act, now, seen=opened.saved.draft)
    else:
        campaigns.add(session, draft, act, now, seed=seed)
