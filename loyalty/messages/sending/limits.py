"""When messages may leave and how often: quiet hours, how many a person, for how long; as the shop has set it.

Hours are the shop's; moments UTC. A window may run over midnight, and a night may have an hour more or less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from loyalty import settings
from loyalty.errors import Refused

NONE = "none"
QUIET_HOURS, FREQUENCY_CAP, VALIDITY, HELD = "quiet_hours", "frequency_cap", "send_validity_hours", "sending_held"
DEFAULTS = {QUIET_HOURS: "20:00-10:00", FREQUENCY_CAP: "1/1", VALIDITY: "24", HELD: NONE}
CAP_MESSAGES_MAX, CAP_DAYS_MAX = 100, 366
VALIDITY_HOURS_MAX = 7 * 24

_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})")
_CAP = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Window:
    """Hours at which messages may leave: from the first to just before the second, maybe over midnight."""

    opens: time
    closes: time

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it opens on a day of the shop, and when it closes after that, in UTC."""
        until = day if self.closes > self.opens else day + timedelta(days=1)
        return (
            datetime.combine(day, self.opens, zone).astimezone(UTC),
            datetime.combine(until, self.closes, zone).astimezone(UTC),
        )


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many advertising messages to a person in so many calendar days, today included."""

    messages: int
    days: int


# --- What is typed ----------------------------------------------------------------------------------------


def clock(text: str) -> time:
    """«9:30» as a time of day; Refused."""
    try:
        hour, minute = text.strip().split(":")
        if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
            raise ValueError
        return time(int(hour), int(minute))
    except ValueError:
        raise Refused(f"Время пишут так: 10:00, от 00:00 до 23:59, а не «{text}»") from None


def window(opens: str, closes: str) -> Window:
    """Hours as a trigger has them: «10:00», «20:00»; from midnight to midnight is all day; Refused."""
    made = Window(clock(opens), clock(closes))
    if made.opens == made.closes != time():
        raise Refused(f"Часы отправки начинаются и кончаются в {opens}: отправлять было бы некогда")
    return made


def read_quiet_hours(text: str) -> Window | None:
    """«20:00-10:00», when nothing leaves, as the window when something may; None for «none»; Refused."""
    if text.strip().lower() == NONE:
        return None
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise Refused(f"Тихие часы пишут так: 20:00-10:00, или none — без них, а не «{text}»")
    begins, ends = clock(found[1]), clock(found[2])
    if begins == ends:
        raise Refused(f"Тихие часы «{text}» длились бы круглые сутки или ни минуты; без них — none")
    return Window(opens=ends, closes=begins)


def read_cap(text: str) -> Cap | None:
    """«1/7», a message in seven days; None for «none»; Refused."""
    if text.strip().lower() == NONE:
        return None
    found = _CAP.fullmatch(text.strip())
    cap = Cap(int(found[1]), int(found[2])) if found else None
    if not cap or not 1 <= cap.messages <= CAP_MESSAGES_MAX or not 1 <= cap.days <= CAP_DAYS_MAX:
        raise Refused(
            "Не чаще — это сообщений и за сколько дней: 1/7, "
            f"до {CAP_MESSAGES_MAX} и до {CAP_DAYS_MAX}, или none — без ограничения, а не «{text}»"
        )
    return cap


def read_validity(text: str) -> timedelta:
    """«24», hours; Refused."""
    if not text.strip().isdecimal() or not 1 <= int(text) <= VALIDITY_HOURS_MAX:
        raise Refused(f"Срок отправки — целое число часов от 1 до {VALIDITY_HOURS_MAX}, а не «{text}»")
    return timedelta(hours=int(text))


def read_held(text: str) -> None:
    """Only «none», go on: a person holds nothing by a setting, but pauses campaigns and switches triggers off."""
    if text.strip().lower() != NONE:
        raise Refused(f"Чтобы отправка продолжилась, напишите {NONE}, а не «{text}»")


# --- What is stored ---------------------------------------------------------------------------------------


def _stored(session: Session, name: str) -> str:
    return settings.get(session, name, DEFAULTS[name])


def open_hours(session: Session) -> Window | None:
    """When the shop lets messages leave: outside its quiet hours; None: always."""
    return read_quiet_hours(_stored(session, QUIET_HOURS))


def cap(session: Session) -> Cap | None:
    """How often a person may get advertising; None: as often as anybody likes."""
    return read_cap(_stored(session, FREQUENCY_CAP))


def validity(session: Session) -> timedelta:
    """For how long a message that could not leave is still worth sending, and a schedule worth keeping."""
    return read_validity(_stored(session, VALIDITY))


def held(session: Session) -> str:
    """Why nothing is sent before the owner says so; empty where nothing holds it."""
    why = _stored(session, HELD)
    return "" if why.lower() == NONE else why


def hold(session: Session, why: str) -> None:
    """Send nothing until the owner says go on; `why` is the sentence she reads."""
    settings.put(session, HELD, why)


def let_go(session: Session) -> None:
    """The owner has said go on."""
    settings.put(session, HELD, NONE)


# --- When -------------------------------------------------------------------------------------------------


def next_open(at: datetime, windows: Sequence[Window | None], zone: str) -> datetime | None:
    """The first moment, not before `at`, inside of all the windows; None where they have no hour in common."""
    said = [one for one in windows if one]
    clock_of = ZoneInfo(zone)
    today = at.astimezone(clock_of).date()
    spans = [[one.on(today + timedelta(days=ahead), clock_of) for ahead in range(-1, 3)] for one in said]
    moments = sorted({at, *(opens for days in spans for opens, _ in days if opens > at)})
    return next(
        (moment for moment in moments if all(any(a <= moment < b for a, b in days) for days in spans)), None
    )


def next_moment(session: Session, at: datetime, hours: Window | None = None) -> datetime | None:
    """When what is ready at `at` may leave by the shop's quiet hours, and by hours of its own; None: never."""
    return next_open(at, (open_hours(session), hours), settings.timezone(session))
