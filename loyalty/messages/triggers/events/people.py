"""That she came, and that she entered a segment."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import String, and_, cast, or_, select

from loyalty import settings, wording
from loyalty.messages.triggers.events.event import Asked, Days, Event, Occurrence
from loyalty.messages.triggers.events.purchases import later
from loyalty.models import customers, memberships
from loyalty.models.people import is_herself

c, m = customers.c, memberships.c
REGISTERED = "registered"


def registration(asked: Asked) -> Iterator[Occurrence]:
    """The day she was registered; once in a life."""
    since = asked.since
    after = or_(c.registered_on > since.day, and_(c.registered_on == since.day, c.act_id > since.act_id))
    query = select(c.id, c.registered_on).where(is_herself, asked.on_days(c.registered_on, asked.days), after)
    for id_, on in asked.session.connection().execute(query.where(asked.is_new(c.id, cast(REGISTERED, String)))):
        about = f"регистрация {wording.day(on)}"
        yield Occurrence(id_, on + timedelta(days=asked.days), REGISTERED, about)


def segment_entered(asked: Asked) -> Iterator[Occurrence]:
    """Every entering of the trigger's segment that nobody caused by an edit of its question."""
    zone, shift = settings.timezone(asked.session), timedelta(days=asked.days)
    begins, ends = settings.day_starts(asked.first - shift, zone), settings.day_ends(asked.last - shift, zone)
    query = select(m.customer_id, m.entered_at).join_from(memberships, customers, c.id == m.customer_id)
    query = query.where(
        is_herself, m.segment_id == asked.segment_id, m.entering_is_event, m.entered_at >= begins,
        m.entered_at < ends, m.entered_at >= asked.since.moment,
    )  # fmt: skip
    for id_, at in asked.session.connection().execute(query.order_by(m.entered_at, m.customer_id)):
        entered = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        yield Occurrence(id_, entered.date() + shift, at.isoformat(), f"в сегменте с {wording.time(entered)}")


PEOPLE = (
    Event(
        "segment_entered", "Вход в сегмент", "login", Days.LATER, False, later("входа в сегмент"), segment_entered,
        label="Через сколько дней", hint="Кто вошёл сам, а не потому, что вы изменили условия", needs_segment=True,
        gift_kind="trigger",
    ),
    Event(
        "registration", "Регистрация", "person_add", Days.LATER, False, later("регистрации"), registration,
        label="Через сколько дней", hint="Один раз в жизни", gift_kind="registration",
    ),
)  # fmt: skip
