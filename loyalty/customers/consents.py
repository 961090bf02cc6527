"""Consent to messages as dated events with what proves them; the latest one holds (152-ФЗ, 38-ФЗ)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session

from loyalty.acts import Act
from loyalty.identity import roots
from loyalty.models import Consent, consents, customers
from loyalty.models.people import joined_root

SMS = "sms"


class Word(NamedTuple):
    """What she said last: the consent's row, and whether she agreed."""

    id: int
    is_given: bool


def latest(session: Session, ids: Sequence[int], channel: str = SMS) -> dict[int, bool]:
    """Who agreed and who refused; who was never asked is absent. Joined customers answer for whom they are."""
    return {id_: word.is_given for id_, word in latest_words(session, ids, channel).items()}


def latest_words(session: Session, ids: Sequence[int], channel: str = SMS) -> dict[int, Word]:
    """The same, with the row that says so."""
    k, c = consents.c, customers.c
    query = select(joined_root, k.id, k.is_given).join(customers, c.id == k.customer_id)
    query = query.where(k.channel == channel, roots.are(session, ids)).order_by(k.at, k.id)
    return {id_: Word(said, bool(is_given)) for id_, said, is_given in session.connection().execute(query)}


def said(*, is_given: bool, channel: str = SMS, before: datetime | None = None) -> Select[tuple[int]]:
    """Whose latest word (before a moment) is a consent, or a refusal; those joined to her said hers: `id`."""
    k, of = consents.c, customers.alias()
    root = func.coalesce(of.c.joined_to, of.c.id)
    age = func.row_number().over(partition_by=root, order_by=(k.at.desc(), k.id.desc()))
    query = select(root.label("id"), k.is_given, age.label("age")).select_from(consents)
    query = query.join(of, of.c.id == k.customer_id).where(k.channel == channel)
    words = (query.where(k.at < before) if before else query).subquery()
    return select(words.c.id).where(words.c.age == 1, words.c.is_given.is_(is_given))


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
) -> None:
    """She agreed to messages, or took that back, at a moment (UTC): to which text, where, and what proves it."""
    session.add(
        Consent(
            customer_id=customer_id, channel=channel, is_given=is_given, at=at, wording=wording, place=place,
            proof=proof, act_id=act.id,
        )
    )  # fmt: skip


def history(session: Session, customer_id: int) -> list[Consent]:
    """Everything she said, newest first."""
    query = select(Consent).join(customers, customers.c.id == consents.c.customer_id)
    return list(
        session.scalars(
            query.where(roots.are(session, [customer_id])).order_by(consents.c.at.desc(), consents.c.id.desc())
        )
    )
