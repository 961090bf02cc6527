"""What a campaign is, as a person or a JSON file says it; refused by a sentence a field, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loyalty import said
from loyalty.errors import LoyaltyError, Problems, Refused
from loyalty.messages.writing.text import EMAIL, SMS, SUBJECT, Template, parse, parse_subject
from loyalty.segments.parameters import brief, is_legible

NAME_MAX = 200
CONTROL_MAX = 90
WINDOW_MAX = 365
CHANNELS = {SMS: "SMS", EMAIL: "Почта"}


@dataclass(frozen=True)
class Draft:
    """A campaign: to whom, by what, which text, when (the shop's time; None: at once), and how it is measured."""

    name: str
    text: str
    segment: str | None = None  # everybody without one
    minus: tuple[str, ...] = ()
    channel: str = SMS
    subject: str = ""
    at: datetime | None = None
    control_percent: int = 0
    is_advertising: bool = True
    window_days: int = 14
    is_latin: bool = False

    @property
    def template(self) -> Template:
        """Its text, understood; Problems."""
        return parse(self.text, self.channel, is_latin=self.is_latin)

    @property
    def subject_template(self) -> Template | None:
        """An e-mail's subject, understood; Problems."""
        return parse_subject(self.subject) if self.channel == EMAIL else None

    def checked(self) -> "Draft":
        """Itself, in the words that are kept; Problems of everything that is wrong with it."""
        found: dict[str, str] = {}
        if wrong := _name_problem(self.name):
            found["name"] = wrong
        if self.channel in CHANNELS:
            for field in ("template", "subject_template"):
                try:
                    getattr(self, field)
                except Problems as why:
                    found |= why.by_field
        else:
            found["channel"] = f"Нет канала «{brief(self.channel)}»: бывают {' и '.join(CHANNELS)}"
        if self.is_latin and self.channel != SMS:
            found["latin"] = "Латиницей бывают только SMS"
        if self.segment is not None and self.segment in self.minus:
            found["minus"] = f"Сегмент «{brief(self.segment)}» и выбран, и исключён: так не останется никого"
        if not 0 <= self.control_percent <= CONTROL_MAX:
            found["control_percent"] = f"Контрольная группа — целое число процентов от 0 до {CONTROL_MAX}"
        if not 1 <= self.window_days <= WINDOW_MAX:
            found["window_days"] = f"Окно — целое число дней от 1 до {WINDOW_MAX}"
        if found:
            raise Problems(found)
        return self

    def as_json(self) -> dict[str, Any]:
        """As contract.md has it."""
        return {
            "name": self.name,
            "segment": self.segment,
            "minus": list(self.minus),
            "channel": self.channel,
            "text": self.text,
            **({"subject": self.subject} if self.channel == EMAIL else {}),
            "at": self.at and self.at.isoformat(timespec="minutes"),
            "control_percent": self.control_percent,
            "advertising": self.is_advertising,
            "window_days": self.window_days,
            **({"latin": True} if self.is_latin else {}),
        }


def _name_problem(name: str) -> str:
    if not name.strip() or not is_legible(name) or not said.alike(name):
        return "Напишите название рассылки"
    return f"Название длиннее {NAME_MAX} знаков" if len(name.strip()) > NAME_MAX else ""


# --- From JSON --------------------------------------------------------------------------------------------


def from_file(path: Path, timezone: str) -> Draft:
    """A campaign out of a JSON file; NotFound, Refused where it can't be read or something in it is unfit."""
    return from_json(said.in_file(path, "с рассылкой"), timezone)


def from_json(told: object, timezone: str) -> Draft:
    """A campaign as contract.md has it; a moment with a zone becomes the shop's. Refused."""
    if not isinstance(told, Mapping):
        raise Refused(f"Рассылка — это объект с «name» и «text», а не «{brief(told)}»")
    if unknown := told.keys() - _READ.keys():
        known = ", ".join(f"«{key}»" for key in _READ)
        raise Refused(f"В рассылке непонятно «{brief(min(unknown))}»: бывают {known}")
    for key in ("name", "text"):
        if key not in told:
            raise Refused(f"В рассылке не сказано «{key}»")
    found: dict[str, Any] = {}
    for key, value in told.items():
        name, read = _READ[key]
        try:
            found[name] = read(value)
        except (LoyaltyError, ValueError) as why:
            reason = str(why) if isinstance(why, LoyaltyError) else f"не может быть «{brief(value)}»"
            raise Refused(f"В рассылке «{key}»: {reason}") from None
    if found.get("channel") == EMAIL:
        found.setdefault("subject", SUBJECT)
    at: datetime | None = found.get("at")
    if at and at.tzinfo:
        try:
            found["at"] = at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
        except OverflowError:
            raise Refused(f"В рассылке «at»: такого времени нет в календаре: «{brief(told['at'])}»") from None
    return Draft(**found).checked()


def _text(value: object) -> str:
    if not isinstance(value, str) or not is_legible(value):
        raise Refused(f"нужен текст, а не «{brief(value)}»")
    return value.strip()


def _name_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refused(f"нужен список названий сегментов, а не «{brief(value)}»")
    return tuple(dict.fromkeys(map(_text, value)))


def _whole(value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0:
        return int(value)
    raise Refused(f"нужно целое число, а не «{brief(value)}»")


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"нужно true или false, а не «{brief(value)}»")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) <= len("2026-12-01"):
            raise ValueError
        return datetime.fromisoformat(value).replace(second=0, microsecond=0)
    except ValueError:
        raise Refused(f"время пишут так: 2026-12-01T10:00, а не «{brief(value)}»") from None


_READ: Mapping[str, tuple[str, Any]] = {
    "name": ("name", _text),
    "segment": ("segment", _name_or_none),
    "minus": ("minus", _names),
    "channel": ("channel", _text),
    "subject": ("subject", _text),
    "text": ("text", _text),
    "at": ("at", _moment),
    "control_percent": ("control_percent", _whole),
    "advertising": ("is_advertising", _yes_or_no),
    "window_days": ("window_days", _whole),
    "latin": ("is_latin", _yes_or_no),
}
"""What a file may say: how we call it, and how it is read."""
