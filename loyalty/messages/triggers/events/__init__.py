"""The catalogue of events (contract.md), in the order they are offered."""

from loyalty.errors import Refused
from loyalty.messages.triggers.events.birthdays import BIRTHDAYS
from loyalty.messages.triggers.events.bonuses import BONUSES, TRIGGERED
from loyalty.messages.triggers.events.event import Asked, Days, Event, Occurrence, Since
from loyalty.messages.triggers.events.people import PEOPLE
from loyalty.messages.triggers.events.purchases import PURCHASES

_ORDER = (
    "birthday", "no_purchase", "burns_soon", "registration", "first_purchase", "purchase", "accrued", "available",
    "spent", "gift", "level_up", "segment_entered", "relative_birthday",
)  # fmt: skip
_KNOWN = {event.name: event for event in (*BIRTHDAYS, *PURCHASES, *BONUSES, *PEOPLE)}

EVENTS = {name: _KNOWN.pop(name) for name in _ORDER}
assert not _KNOWN, "every event is offered"

TO_COME = {
    "friend_purchase": "Событие «friend_purchase» (покупка друга) появится вместе с программой «Приведи друга»",
    "review_request": "Событие «review_request» (просьба об отзыве) появится вместе с отзывами",
}
"""Events whose features do not exist yet, and what is said to whoever names them."""


def named(name: str) -> Event:
    """An event by its name; Refused."""
    if name in TO_COME:
        raise Refused(f"{TO_COME[name]}. Пока его нет")
    if name not in EVENTS:
        raise Refused(f"Нет события «{name[:60]}»: бывают {', '.join(EVENTS)}")
    return EVENTS[name]


__all__ = ["EVENTS", "TO_COME", "TRIGGERED", "Asked", "Days", "Event", "Occurrence", "Since", "named"]
