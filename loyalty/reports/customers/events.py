"""All that happened to a customer and is to happen, in one line: receipts, bonuses, segments, messages, her words.

Every source gives events of one shape; another one is a function in SOURCES.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.customers import consents
from loyalty.engine.entries import Grant, Kind, Receipt, Ref, Return
from loyalty.explain import reasons
from loyalty.models import acts, grants
from loyalty.money import Kopecks
from loyalty.reports.customers import person
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.messages import written
from loyalty.segments import membership
from loyalty.wording import bonuses


class Sort(StrEnum):
    """What an event is about, as the line is filtered."""

    PURCHASE = "Покупки"
    RETURN = "Возвраты"
    BONUSES = "Бонусы"
    GIFT = "Подарки"
    SEGMENT = "Сегменты"
    MESSAGE = "Сообщения"
    PERSON = "О клиенте"


class Event(NamedTuple):
    """Something that happened, or will.

    `id` is the same event's whatever else comes or goes. `at` is the shop's time; an event without a time of its
    own (not `is_timed`) stands where it belongs in its day. `lead` is what it leads to: the document of a purchase
    or a return, the place of a movement in her story, the name of a segment, a message's id as text.
    """

    id: str
    at: datetime
    sort: Sort
    words: str
    money: Kopecks | None = None
    bonuses: Kopecks | None = None  # signed, as a movement
    available: Kopecks | None = None  # after it
    lead: str | int | None = None
    is_timed: bool = True
    details: str = ""

    def is_ahead(self, today: date) -> bool:
        """Whether it is still to come; what was said by a clock that is ahead of the shop's has come."""
        return self.bonuses is not None and self.at.date() > today


Source = Callable[[Session, CustomerCard], Iterator[Event]]


def load(session: Session, card: CustomerCard) -> list[Event]:
    """Everything, the latest first, what is ahead above; a document stands above what it moved."""
    found = [event for source in SOURCES for event in source(session, card)]
    return sorted(found, key=lambda event: (event.is_ahead(card.today), event.at))[::-1]


class Stayed(NamedTuple):
    """A stay in a segment by the shop's days; `last` None while she is in it."""

    segment: str
    first: date
    last: date | None


def stays(session: Session, card: CustomerCard) -> list[Stayed]:
    """The segments she is in and was in, the latest first."""
    assert card.customer.id is not None
    found = []
    for stay in membership.of_customer(session, card.customer.id):
        first = settings.shop_time(session, stay.entered_at).date()
        found.append(Stayed(stay.segment, first, stay.left_at and settings.shop_time(session, stay.left_at).date()))
    return found


# --- Sources, each from the earliest ----------------------------------------------------------------------


def _movements(session: Session, card: CustomerCard) -> Iterator[Event]:
    """In the order of her story, which what is available after each keeps to."""
    latest = datetime.min
    for moved in reversed(card.story.movements(card.today)):
        entry = card.story.entries[moved.at]
        latest = max(latest, _moment(card, moved.on, entry.fact))
        is_gift = entry.kind is Kind.GRANTED
        words = f"{moved.what}: {_small(moved.whence)}" if is_gift else moved.what
        yield Event(
            moved.id, latest, Sort.GIFT if is_gift else Sort.BONUSES, words, None, moved.amount, moved.after,
            moved.at, is_timed=False, details=moved.whence,
        )  # fmt: skip


def _moment(card: CustomerCard, on: date, ref: Ref | None) -> datetime:
    """When in its day a movement belongs: beside the fact that moved it, else at the day's start."""
    fact: Receipt | Return | Grant | None = card.story.by_ref.get(ref) if ref else None
    return fact.at if fact and fact.at.date() == on else datetime.combine(on, time())


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _documents(session: Session, card: CustomerCard) -> Iterator[Event]:
    for id_, row in reversed(list(card.documents.iterrows())):
        is_return = row["Основание"] != ""
        words = ("Возврат" if is_return else "Чек", row["Номер"], f"({row['Основание']})" if is_return else "")
        where = " ".join(filter(None, words)) + (f", {row['Место']}" if row["Место"] else "")
        sort = Sort.RETURN if is_return else Sort.PURCHASE
        at: datetime = row["Когда"]  # a file may know the day alone
        yield Event(str(id_), at, sort, where, row["Сумма"], lead=str(id_), is_timed=at.time() != time())


def _corrections(session: Session, card: CustomerCard) -> Iterator[Event]:
    """Gifts that a person made smaller or took back."""
    g, later = grants.c, grants.alias()
    same = (later.c.act_id == g.superseded_by) & (later.c.given_to == g.given_to) & (later.c.number == g.number)
    query = select(g.id, acts.c.at, g.kind, g.amount, later.c.amount.label("left"), later.c.reason, g.reason)
    query = query.join(acts, acts.c.id == g.superseded_by).outerjoin(later, same)
    for row in session.connection().execute(query.where(g.customer_id == card.customer.id).order_by(g.id)):
        was, at = bonuses(row.amount), settings.shop_time(session, row.at)
        words = f"Подарок уменьшен с {was} до {bonuses(row.left)}" if row.left else f"Подарок забрали: {was}"
        why = reasons.gift(row.kind, row.reason or row[-1])
        yield Event(f"corrected {row.id}", at, Sort.GIFT, words, details=why)


def _passages(session: Session, card: CustomerCard) -> Iterator[Event]:
    """Segments she entered and left; also because somebody made or changed one."""
    assert card.customer.id is not None
    for stay in membership.of_customer(session, card.customer.id):
        for at, is_event, words, why in (
            (stay.entered_at, stay.entering_is_event, "Теперь в сегменте", "сегмент завели или изменили"),
            (stay.left_at, stay.leaving_is_event, "Больше не в сегменте", "сегмент изменили"),
        ):
            if at is not None:
                said = f"{words} «{stay.segment}»" + ("" if is_event else f": {why}")
                id_ = f"{words} {stay.segment} {at:%Y-%m-%d %H:%M:%S}"
                yield Event(id_, settings.shop_time(session, at), Sort.SEGMENT, said, lead=stay.segment)


def _messages(session: Session, card: CustomerCard) -> Iterator[Event]:
    assert card.customer.id is not None
    for one in written.to(session, card.customer.id):
        yield Event(
            f"message {one.id}", one.at, Sort.MESSAGE, one.what, lead=str(one.id),
            details=" · ".join(filter(None, (one.text, *one.facts))),
        )  # fmt: skip


def _words_of_hers(session: Session, card: CustomerCard) -> Iterator[Event]:
    assert card.customer.id is not None
    for said in reversed(consents.history(session, card.customer.id)):
        at = settings.shop_time(session, said.at)
        details = " · ".join(consents.circumstances(said))
        yield Event(f"consent {said.id}", at, Sort.PERSON, consents.in_words(said), details=details)


def _joins(session: Session, card: CustomerCard) -> Iterator[Event]:
    assert card.customer.id is not None
    for joined in reversed(person.joined(session, card.customer.id)):
        words = f"Объединена с карточкой «{joined.name}»"
        yield Event(f"join {joined.id}", joined.at, Sort.PERSON, words, details=joined.person)


def _registration(session: Session, card: CustomerCard) -> Iterator[Event]:
    if on := card.customer.registered_on:
        at = datetime.combine(on, time())
        yield Event(
            "registered", at, Sort.PERSON, "Регистрация", is_timed=False, details=card.customer.source or ""
        )


SOURCES: tuple[Source, ...] = (
    _registration, _words_of_hers, _joins, _passages, _messages, _corrections, _movements, _documents,
)  # fmt: skip
"""Of one moment the later source stands above."""
