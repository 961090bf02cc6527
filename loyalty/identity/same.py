"""A person says that two customers are one, that they are not, or that it was a mistake; bonuses follow (C5)."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, models
from loyalty.acts import Act, Origin
from loyalty.engine import ledger
from loyalty.errors import NotFound, Refused
from loyalty.identity import forgotten, joining
from loyalty.identity.circles import decide_again
from loyalty.identity.learned import Learned
from loyalty.identity.registering import CARD, PHONE, refresh_search
from loyalty.identity.roots import are
from loyalty.models import customers, identities
from loyalty.models.people import joined_root


def join(session: Session, gone: int, into: int, person: str = "") -> None:
    """`gone` is `into`: receipts, bonuses and signs are one; the same again changes nothing. NotFound."""
    db.one_at_a_time(session, db.INTAKE)
    roots = _roots(session, (gone, into))
    if roots[gone] == roots[into]:
        return
    forgotten.refuse_erased(session, *roots.values())
    act, learned = acts.begin(session, Origin.SCREEN, person=person), Learned()
    joining.join(session, roots[gone], roots[into], act, learned)
    _settle(session, [roots[into]], act, learned)


def undo(session: Session, join_id: int, person: str = "") -> None:
    """Two customers again, each with what names her, since then too; the same again changes nothing. NotFound."""
    db.one_at_a_time(session, db.INTAKE)
    row = session.get(models.Join, join_id)
    if row is None:
        raise NotFound("Такого объединения нет")
    if row.undone_act_id is not None:
        return
    act, learned = acts.begin(session, Origin.SCREEN, person=person), Learned()
    _settle(session, joining.undo(session, join_id, act, learned), act, learned)


def apart(session: Session, one: int, other: int, person: str = "") -> None:
    """Two who look alike are not one: they are not shown as such again."""
    first, second = sorted((one, other))
    if first == second:
        raise Refused("Это один и тот же клиент")
    if session.get(models.Apart, (first, second)) is None:
        act = acts.begin(session, Origin.SCREEN, person=person)
        session.add(models.Apart(one_id=first, other_id=second, act_id=act.id))
        session.flush()


def _roots(session: Session, ids: Iterable[int]) -> dict[int, int]:
    found = {}
    for id_ in ids:
        root = session.connection().scalar(select(joined_root).where(customers.c.id == id_))
        if root is None:
            raise NotFound("Такого клиента нет. Обновите страницу")
        found[id_] = root
    return found


def _settle(session: Session, roots: Iterable[int], act: Act, learned: Learned) -> None:
    """Documents that named a sign of both may be decided now, or no more; then bonuses by replay."""
    roots = list(roots)
    i = identities.c
    query = select(i.kind, i.value).join(customers, customers.c.id == i.customer_id)
    query = query.where(are(session, roots), i.kind.in_((CARD, PHONE)))
    decide_again(session, {(kind, value) for kind, value in session.connection().execute(query)}, act, learned)
    refresh_search(session, learned.touched | set(roots))
    ledger.refresh(session, learned.touched, act.today, loose=learned.loose)
