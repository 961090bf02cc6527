"""Bonuses that no purchase earned, given by hand: a gift with the terms the programme has that day."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.customers import people
from loyalty.engine.facts import load_programs
from loyalty.engine.ledger import refresh
from loyalty.errors import Refused
from loyalty.models import Grant, grants
from loyalty.money import ROUBLE, Kopecks
from loyalty.program.terms import GiftTerms
from loyalty.wording import roubles

GIFT_MAX: Kopecks = 1_000_000 * ROUBLE


def terms(session: Session, kind: str) -> GiftTerms:
    """When bonuses of this kind given today become available, and how long they live."""
    return load_programs(session).on(settings.today(session)).gifts.get(kind, GiftTerms())


def give(session: Session, customer_id: int, kind: str, amount: Kopecks, reason: str, key: str) -> None:
    """Give bonuses, entries included; the same key again gives nothing. Refused: no sum, or no reason."""
    if not 0 < amount <= GIFT_MAX:
        raise Refused(f"Подарить можно от 1 копейки до {roubles(GIFT_MAX)}")
    if not reason.strip():
        raise Refused("Напишите, за что подарок: это увидят в карточке клиента")
    db.one_at_a_time(session, db.INTAKE)
    people.lock(session, customer_id)
    if session.scalars(
        select(grants.c.id).where(grants.c.number == key, grants.c.customer_id == customer_id)
    ).first():
        return
    promised, now = terms(session, kind), settings.utc_now()
    today = settings.today(session)
    session.add(
        Grant(
            customer_id=customer_id,
            kind=kind,
            number=key,
            at=datetime.combine(today, settings.shop_time(session, now).time()),
            amount=amount,
            confirm_days=promised.confirm_days,
            lifetime_days=promised.lifetime_days,
            reason=reason.strip(),
            recorded_at=now,
        )
    )
    session.flush()
    refresh(session, [customer_id], today)
