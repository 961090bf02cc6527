"""Bonuses that no purchase earned, given by hand: a gift with the terms the programme has that day."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, settings
from loyalty.customers import people
from loyalty.engine.facts import load_programs
from loyalty.engine.ledger import refresh
from loyalty.errors import NotFound, Refused
from loyalty.identity import joining
from loyalty.models import Grant, grants
from loyalty.money import ROUBLE, Kopecks
from loyalty.program.terms import GiftTerms
from loyalty.wording import bonuses

GIFT_MAX: Kopecks = 1_000_000 * ROUBLE


def terms(session: Session, kind: str) -> GiftTerms:
    """When bonuses of this kind given today become available, and how long they live."""
    return load_programs(session).on(settings.today(session)).gifts.get(kind, GiftTerms())


def give(
    session: Session, customer_id: int, kind: str, amount: Kopecks, reason: str, key: str, person: str = ""
) -> None:
    """Give bonuses, entries included; the same key again gives nothing. Refused: no sum, or no reason."""
    if not 0 < amount <= GIFT_MAX:
        raise Refused(f"Напишите, сколько бонусов подарить: больше нуля и не больше {bonuses(GIFT_MAX)}")
    if not reason.strip():
        raise Refused("Напишите, за что подарок: это увидят в карточке клиента")
    db.one_at_a_time(session, db.INTAKE)
    people.lock(session, customer_id)
    root = joining.root_of(session, customer_id)
    again = select(grants.c.id).where(grants.c.number == key, grants.c.given_to == customer_id)
    if session.scalars(again).first():
        return
    promised, act = terms(session, kind), acts.begin(session, acts.Origin.SCREEN, person=person)
    today = settings.today(session)
    session.add(
        Grant(
            customer_id=root,
            given_to=customer_id,
            kind=kind,
            number=key,
            at=datetime.combine(today, settings.shop_time(session, act.at).time()),
            amount=amount,
            confirm_days=promised.confirm_days,
            lifetime_days=promised.lifetime_days,
            reason=reason.strip(),
            act_id=act.id,
        )
    )
    session.flush()
    refresh(session, [root], today)


def correct(session: Session, grant_id: int, amount: Kopecks, reason: str, person: str = "") -> None:
    """Make a gift smaller, or take it back (0): as if it had been so from the first day, so what was spent is debt.

    Refused where it would grow: that is another gift. The same again changes nothing.
    """
    db.one_at_a_time(session, db.INTAKE)
    row = session.get(Grant, grant_id)
    if row is None:
        raise NotFound("Такого подарка нет")
    people.lock(session, row.customer_id)
    session.refresh(row)
    if row.superseded_at is not None:
        raise Refused("Этот подарок уже исправили: обновите страницу")
    if not 0 <= amount < row.amount:
        raise Refused(f"Подарок можно только уменьшить, сейчас он {bonuses(row.amount)}. Больше — новый подарок")
    if not reason.strip():
        raise Refused("Напишите, почему подарок исправлен: это увидят в карточке клиента")
    act = acts.begin(session, acts.Origin.SCREEN, person=person)
    row.superseded_at, row.superseded_by = act.at, act.id
    if amount:
        kept = row.model_dump(exclude={"id", "superseded_at", "superseded_by"})
        session.add(
            Grant(**kept | {"amount": amount, "act_id": act.id, "reason": f"{row.reason}; {reason.strip()}"})
        )
    session.flush()
    refresh(session, [row.customer_id], settings.today(session))
