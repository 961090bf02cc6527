"""What people write back: a word of refusal is a refusal, from whatever number it came."""

import re
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from loyalty import settings
from loyalty.acts import Act
from loyalty.customers import consents, suppression
from loyalty.customers.consents import EMAIL, SMS
from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.identity.registering import PHONE
from loyalty.models import customers, identities
from loyalty.models.people import joined_root

WORDS = (
    "стоп", "stop", "отписка", "отпишите", "отписаться", "отписать", "отпиши", "unsubscribe", "удалите",
    "не присылать", "не присылайте", "не пишите",
)  # fmt: skip
"""What a reply says to end messages (law.md §2): these alone, or these before anything else."""

KEPT_LETTERS = 60


def is_refusal(text: str) -> bool:
    """Whether a reply asks for no more messages: «СТОП», «Отпишите меня», «не присылайте больше ничего»."""
    said = " ".join(re.findall(r"[^\W_]+", text.casefold().replace("ё", "е")))
    said = re.sub(r"^(?:пожалуйста|прошу|здравствуйте|добрый день) ", "", said)
    return any(said == word or said.startswith(f"{word} ") for word in WORDS)


def took(session: Session, phone: str, text: str, act: Act) -> bool:
    """A reply of a phone: if it is a refusal, everybody of that phone is written to no more; whether it was one."""
    if not is_refusal(text):
        return False
    refuse_phone(session, phone, act, method=consents.REPLY, proof=f"ответ «{text.strip()[:KEPT_LETTERS]}»")
    return True


def refuse_phone(session: Session, phone: str, act: Act, *, method: str, proof: str = "") -> list[int]:
    """All customers of a phone want no more advertising, also one who is not known yet; those to whom it is new.

    Who has the phone only sometimes, or among others, is meant as well: it is the phone that is asked for.
    """
    try:
        number = normalise_phone(phone)
    except BadPhone:
        number = None
    if number is None:
        return []
    suppression.suppress(session, number, now(session), method)
    whom = with_address(session, SMS, number)
    return [id_ for id_ in whom if consents.refuse(session, id_, act, method=method, proof=proof)]


def now(session: Session) -> datetime:
    """By the product's clock, in UTC."""
    return settings.now(settings.timezone(session))


def with_address(session: Session, channel: str, address: str) -> list[int]:
    """Customers who have a phone or an e-mail now, by whom they are."""
    c, i = customers.c, identities.c
    mine = c.email == address if channel == EMAIL else c.phone == address
    if channel == SMS:
        known = select(i.customer_id).where(i.kind == PHONE, i.value == address, i.until.is_(None))
        mine = or_(mine, c.id.in_(known))
    return sorted(session.connection().scalars(select(joined_root).where(mine).distinct()))
