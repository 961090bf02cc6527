"""Consent to messages as dated events with what proves them; the latest one holds (152-ФЗ, 38-ФЗ).

A refusal counts at once, for all that is sent afterwards to her and to the address she had. Coming back is a
consent said after it: what a file knows without a day is no such thing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session

from loyalty import settings
from loyalty.acts import Act
from loyalty.customers import suppression
from loyalty.identity import roots
from loyalty.models import Consent, Customer, consents, customers
from loyalty.models.people import joined_root

SMS, EMAIL, PERSONAL_DATA = "sms", "email", "personal_data"
CHANNELS = {SMS: "SMS", EMAIL: "почта"}
"""What advertising may come by, and how a person calls it."""

LINK, REPLY, GATEWAY, STAFF, FILE, COMMAND, CODE, PAPER = (
    "link", "reply", "gateway", "staff", "file", "command", "code", "paper",
)  # fmt: skip
METHODS = {
    LINK: "по ссылке из сообщения", REPLY: "ответом на сообщение", GATEWAY: "стоп-лист шлюза",
    STAFF: "сказано сотруднику", FILE: "из файла", COMMAND: "командой на компьютере магазина",
    CODE: "кодом из SMS", PAPER: "на бумаге",
}  # fmt: skip
"""How it was said, in words."""

_COLUMNS = {SMS: "phone", EMAIL: "email"}


class Word(NamedTuple):
    """The latest of what she said of a channel: its row, when (UTC), and how."""

    id: int
    is_given: bool
    at: datetime
    method: str


def words(session: Session, ids: Iterable[int], channel: str = SMS, method: str = "") -> dict[int, Word]:
    """The latest word of each, or the latest said so; who was never asked is absent.

    Joined customers answer for whom they are.
    """
    k, c = consents.c, customers.c
    query = select(joined_root, k.id, k.is_given, k.at, k.method).join(customers, c.id == k.customer_id)
    query = query.where(k.channel == channel, roots.are(session, ids)).order_by(k.at, k.id)
    query = query.where(k.method == method) if method else query
    return {
        root: Word(id_, bool(given), at, how) for root, id_, given, at, how in session.connection().execute(query)
    }


def latest(session: Session, ids: Iterable[int], channel: str = SMS) -> dict[int, bool]:
    """Who agreed and who refused, as `words`."""
    return {id_: word.is_given for id_, word in words(session, ids, channel).items()}


def said(*, is_given: bool, channel: str = SMS, before: datetime | None = None) -> Select[tuple[int]]:
    """Whose latest word (before a moment) is a consent, or a refusal; those joined to her said hers: `id`."""
    k, of = consents.c, customers.alias()
    root = func.coalesce(of.c.joined_to, of.c.id)
    age = func.row_number().over(partition_by=root, order_by=(k.at.desc(), k.id.desc()))
    query = select(root.label("id"), k.is_given, age.label("age")).select_from(consents)
    query = query.join(of, of.c.id == k.customer_id).where(k.channel == channel)
    told = (query.where(k.at < before) if before else query).subquery()
    return select(told.c.id).where(told.c.age == 1, told.c.is_given.is_(is_given))


def say(
    session: Session,
    customer_id: int,
    *,
    is_given: bool,
    at: datetime,
    act: Act,
    channel: str = SMS,
    wording: str = "",
    place: str = "",
    proof: str = "",
    method: str = "",
    text_id: int | None = None,
    lifts: bool = True,
) -> None:
    """She agreed to messages, or took that back, at a moment (UTC): to which text, where, how, and what proves it.

    A consent lets her address be written to again, where it was suppressed before that; who knows that it wasn't
    (not `lifts`) saves the look.
    """
    address = _address(session, customer_id, channel)
    if is_given and address and lifts:
        suppression.lift(session, address, at)
    session.add(
        Consent(
            customer_id=customer_id, channel=channel, is_given=is_given, at=at, wording=wording, place=place,
            proof=proof, method=method, address=address, text_id=text_id, act_id=act.id,
        )
    )  # fmt: skip


def say_now(
    session: Session,
    customer_id: int,
    *,
    is_given: bool,
    act: Act,
    method: str,
    channel: str = SMS,
    place: str = "",
    proof: str = "",
    text_id: int | None = None,
) -> bool:
    """She says it now, so it counts after all that she said before; whether that is anything new.

    A refusal holds for her address as well, whoever else has it or will.
    """
    customer_id = root_of(session, customer_id)
    session.connection().execute(select(customers.c.id).where(customers.c.id == customer_id).with_for_update())
    before = words(session, [customer_id], channel).get(customer_id)
    if before and before.is_given is is_given:
        return False
    now = settings.now(settings.timezone(session))
    at = max(now, before.at) if before else now  # the clock of a PC may go back
    say(
        session, customer_id, is_given=is_given, at=at, act=act, channel=channel, place=place, proof=proof,
        method=method, text_id=text_id,
    )  # fmt: skip
    if not is_given and (address := _address(session, customer_id, channel)):
        suppression.suppress(session, address, at, method)
    session.flush()
    return True


def bar_address(session: Session, customer_id: int, channel: str, at: datetime, method: str) -> None:
    """A refusal of an earlier moment (UTC) holds for her address, unless somebody agreed for it since."""
    address, k = _address(session, customer_id, channel), consents.c
    since = select(k.id).where(k.address == address, k.channel == channel, k.is_given, k.at > at).limit(1)
    if address and session.connection().scalar(since) is None:
        suppression.suppress(session, address, at, method)


def _address(session: Session, customer_id: int, channel: str) -> str:
    """The phone or the e-mail that a channel writes to."""
    customer = session.get(Customer, customer_id) if channel in _COLUMNS else None
    return getattr(customer, _COLUMNS[channel]) or "" if customer else ""


def refuse(
    session: Session,
    customer_id: int,
    act: Act,
    *,
    method: str,
    channels: Sequence[str] = tuple(CHANNELS),
    place: str = "",
    proof: str = "",
) -> list[str]:
    """She wants no more advertising from now on, by any channel but where she says which; those that are new."""
    return [
        channel
        for channel in channels
        if say_now(
            session, customer_id, is_given=False, act=act, method=method, channel=channel, place=place, proof=proof
        )
    ]


def day_of_word(session: Session, day: date, *, is_given: bool) -> datetime:
    """The moment (UTC) of a word of which the day alone is known: of two of one day the refusal holds."""
    zone = settings.timezone(session)
    if is_given:
        return settings.day_starts(day, zone)
    return min(settings.day_ends(day, zone) - timedelta(seconds=1), settings.now(zone)).astimezone(UTC)


def root_of(session: Session, customer_id: int) -> int:
    """The customer that a customer is: herself, or whom she was joined to."""
    found: int = (
        session.connection().scalar(select(joined_root).where(customers.c.id == customer_id)) or customer_id
    )
    return found


def history(session: Session, customer_id: int) -> list[Consent]:
    """Everything she said, newest first."""
    query = select(Consent).join(customers, customers.c.id == consents.c.customer_id)
    return list(
        session.scalars(
            query.where(roots.are(session, [customer_id])).order_by(consents.c.at.desc(), consents.c.id.desc())
        )
    )


def in_words(said: Consent) -> str:
    """«Согласие на рекламу по SMS», «Отказ от рекламы по почте», «Согласие на обработку данных»."""
    agreed, refused = _IN_WORDS[said.channel]
    return agreed if said.is_given else refused


_IN_WORDS = {
    SMS: ("Согласие на рекламу по SMS", "Отказ от рекламы по SMS"),
    EMAIL: ("Согласие на рекламу по почте", "Отказ от рекламы по почте"),
    PERSONAL_DATA: ("Согласие на обработку данных", "Отзыв согласия на обработку данных"),
}


def circumstances(said: Consent) -> list[str]:
    """How and where it was said, and what proves it; only what is known."""
    how = "" if said.method == FILE and said.place else METHODS.get(said.method, "")
    return list(filter(None, (how, said.place, said.wording, said.proof)))
