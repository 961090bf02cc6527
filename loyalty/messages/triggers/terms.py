"""What a trigger says: its event, whom, the text, the hours and the gift; out of a form or a JSON file, checked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from loyalty import said, wording
from loyalty.errors import Problems, Refused
from loyalty.messages.sending import limits
from loyalty.messages.triggers import events
from loyalty.messages.triggers.events import Days, Event
from loyalty.messages.writing import text
from loyalty.messages.writing.draft import CHANNELS
from loyalty.money import ROUBLE, Kopecks
from loyalty.program.terms import DAYS_MAX
from loyalty.segments.parameters import brief, is_legible

NAME_MAX = 100
GIFT_MAX: Kopecks = 100_000 * ROUBLE
PAUSE_MAX = 3660
KEYS = (
    "name", "event", "days", "segment", "channel", "subject", "text", "hours", "advertising", "pause_days", "gift",
)  # fmt: skip


@dataclass(frozen=True)
class Gift:
    """Bonuses that go with the message: when they can be spent and for how long; None: as long as earned ones."""

    amount: Kopecks
    confirm_days: int = 0
    lifetime_days: int | None = None

    @property
    def words(self) -> str:
        """«500 бонусов на 30 дней»."""
        lifetime = f" на {wording.days(self.lifetime_days)}" if self.lifetime_days else ""
        delay = f", тратить через {wording.days(self.confirm_days)}" if self.confirm_days else ""
        return wording.bonuses_of(self.amount) + lifetime + delay

    def as_json(self) -> dict[str, Any]:
        """As it is stored and in a file."""
        return asdict(self)


@dataclass(frozen=True)
class Terms:
    """A trigger as it is typed; `segment` is a name. Hours are «10:00»; `pause_days` 0: as often as it happens."""

    name: str
    event: str
    text: str
    days: int = 0
    segment: str | None = None
    channel: str = "sms"
    subject: str = ""
    hours: tuple[str, str] = ("10:00", "20:00")
    is_advertising: bool = True
    pause_days: int = 0
    gift: Gift | None = None

    @property
    def of(self) -> Event:
        """Its event."""
        return events.named(self.event)

    @property
    def when(self) -> str:
        """«За 3 дня до дня рождения»."""
        return wording.sentence(self.of.told(self.days))

    @property
    def sentence(self) -> str:
        """«За 3 дня до дня рождения, из сегмента «Постоянные» — SMS и подарок 500 бонусов на 30 дней»."""
        whom = f" «{self.segment}»" if self.segment and self.of.needs_segment else ""
        only = f", если в сегменте «{self.segment}»" if self.segment and not self.of.needs_segment else ""
        gift = f" и подарок: {self.gift.words}" if self.gift else ""
        return f"{self.when}{whom}{only}{wording.NBSP}— {'SMS' if self.channel == 'sms' else 'письмо'}{gift}"

    @property
    def window(self) -> limits.Window:
        """The hours at which it may write."""
        return limits.window(*self.hours)

    def as_json(self) -> dict[str, Any]:
        """As a file says it (contract.md)."""
        told = {key: getattr(self, key) for key in KEYS if key not in ("advertising", "hours", "gift")}
        told |= {"hours": list(self.hours), "advertising": self.is_advertising}
        return told | {"gift": self.gift and self.gift.as_json()}

    def checked(self) -> "Terms":
        """Itself, trimmed; Problems by field where it can't be so."""
        found = dict(_problems(self))
        if found:
            raise Problems(found)
        subject = text.normalised(self.subject) if self.channel == text.EMAIL else ""
        return replace(self, name=checked_name(self.name), text=text.normalised(self.text), subject=subject)


def checked_name(name: str) -> str:
    """A trigger's name, trimmed; Problems of «name»."""
    if not name.strip() or not is_legible(name) or not said.alike(name):
        raise Problems({"name": "Напишите название триггера"})
    if len(name.strip()) > NAME_MAX:
        raise Problems({"name": f"Название длиннее {NAME_MAX} знаков"})
    return name.strip()


def _problems(terms: Terms) -> Iterator[tuple[str, str]]:
    """What is wrong, by field."""
    yield from _refused("name", lambda: checked_name(terms.name))
    event = terms.of
    low, high = event.days.range
    if not low <= terms.days <= high:
        yield "days", f"{event.title}: дней может быть от {wording.number(low)} до {wording.number(high)}"
    if event.needs_segment and terms.segment is None:
        yield "segment", "Выберите сегмент, о входе в который речь"
    if terms.channel not in CHANNELS:
        yield "channel", f"Нет канала «{brief(terms.channel)}»: бывают {', '.join(CHANNELS)}"
    else:
        yield from _refused("text", lambda: text.parse(terms.text, terms.channel))
    if terms.channel == text.EMAIL:
        yield from _refused("subject", lambda: text.parse_subject(terms.subject))
    yield from _refused("hours", lambda: terms.window)
    if not 0 <= terms.pause_days <= PAUSE_MAX:
        yield "pause_days", f"Не чаще раза в столько дней — от 0 до {wording.number(PAUSE_MAX)}"
    if terms.gift:
        yield from _gift_problems(terms.gift, event)


def _refused(field: str, check: Callable[[], object]) -> Iterator[tuple[str, str]]:
    try:
        check()
    except Refused as why:
        yield field, str(why)


def _gift_problems(gift: Gift, event: Event) -> Iterator[tuple[str, str]]:
    if not event.gift_kind:
        yield "gift", f"К событию «{event.title}» подарка не бывает: он звал бы её снова и снова"
    if not 0 < gift.amount <= GIFT_MAX:
        yield "gift", f"Подарок — от копейки до {wording.bonuses_of(GIFT_MAX)}"
    if not 0 <= gift.confirm_days <= DAYS_MAX:
        yield "gift", f"Тратить подарок можно через 0–{wording.number(DAYS_MAX)} дней"
    if gift.lifetime_days is not None and not 1 <= gift.lifetime_days <= DAYS_MAX:
        yield "gift", f"Подарок живёт от 1 до {wording.number(DAYS_MAX)} дней"


# --- JSON -------------------------------------------------------------------------------------------------


def from_json(told: object) -> Terms:
    """A trigger out of a JSON file; Refused where something is unfit or unknown."""
    if not isinstance(told, Mapping):
        raise Refused(f"Триггер — это объект с «name», «event» и «text», а не «{brief(told)}»")
    if unknown := told.keys() - set(KEYS):
        raise Refused(f"В триггере непонятно «{brief(min(unknown))}»: бывают {', '.join(KEYS)}")
    for key in ("name", "event", "text"):
        if key not in told:
            raise Refused(f"В триггере не сказано «{key}»")
    event = events.named(_text(told, "event"))
    days, channel = _whole(told, "days", 0), _text(told, "channel", text.SMS)
    return Terms(
        name=_text(told, "name"),
        event=event.name,
        text=_text(told, "text"),
        days=abs(days) if event.days is Days.AHEAD else days,  # «за 14 дней» is said both ways
        segment=None if told.get("segment") is None else _text(told, "segment"),
        channel=channel,
        subject=_text(told, "subject", text.SUBJECT if channel == text.EMAIL else ""),
        hours=_hours(told),
        is_advertising=_flag(told, "advertising"),
        pause_days=_whole(told, "pause_days", 0),
        gift=_gift(told.get("gift")),
    ).checked()


def _text(told: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    value = told.get(key, otherwise)
    if not isinstance(value, str):
        raise Refused(f"В триггере «{key}» — это текст, а не «{brief(value)}»")
    return value


def _whole(told: Mapping[str, Any], key: str, otherwise: int | None = None) -> int:
    value = told.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(f"«{key}» — это целое число, а не «{brief(value)}»")
    return value


def _flag(told: Mapping[str, Any], key: str) -> bool:
    value = told.get(key, True)
    if not isinstance(value, bool):
        raise Refused(f"В триггере «{key}» — это true или false, а не «{brief(value)}»")
    return value


def _hours(told: Mapping[str, Any]) -> tuple[str, str]:
    value = told.get("hours", ["10:00", "20:00"])
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        raise Refused(f'В триггере «hours» — это два времени, ["10:00", "20:00"], а не «{brief(value)}»')
    opens, closes = (f"{limits.clock('00:00' if one == '24:00' else one):%H:%M}" for one in value)
    return opens, closes


def _gift(told: object) -> Gift | None:
    if told is None:
        return None
    keys = ("amount", "confirm_days", "lifetime_days")
    if not isinstance(told, Mapping):
        raise Refused(f"Подарок триггера — это объект с «amount», а не «{brief(told)}»")
    if unknown := told.keys() - set(keys):
        raise Refused(f"В подарке непонятно «{brief(min(unknown))}»: бывают {', '.join(keys)}")
    lifetime = None if told.get("lifetime_days") is None else _whole(told, "lifetime_days")
    return Gift(_whole(told, "amount"), _whole(told, "confirm_days", 0), lifetime)
