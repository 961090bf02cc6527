"""After an upgrade that changed a rule: everybody's bonuses by the rules as they are now.

A part of the customers at a time, each in a transaction of its own: killed half way, it goes on where it was.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db, models, settings
from loyalty.engine import ledger
from loyalty.engine.facts import CUSTOMERS_AT_ONCE, loose_receipts
from loyalty.models import customers
from loyalty.progress import Share
from loyalty.wording import plural

RULES = "3"
"""Raised when a rule of the programme changes: what is stored by older ones is counted anew."""
BY, REACHED, CHANGED = "rules", "recounted_to", "recounted_changes"


def is_due(session: Session) -> bool:
    """Whether what is stored was counted by older rules: a glance that writes nothing."""
    return settings.get(session, BY) != RULES


def run(progress: Share = lambda part: None) -> str | None:
    """Count anew what is left to count; what was done, for the journal, or None where nothing was."""
    with db.reading() as session:
        if not is_due(session):
            return None
        last = session.connection().scalar(select(func.max(customers.c.id))) or 0
    started = settings.utc_now()
    while True:
        with db.writing() as session:
            db.one_at_a_time(session, db.INTAKE)
            reached = _some(session)
            if reached is None:
                return _finish(session, started)
        progress(reached / last)


def _some(session: Session) -> int | None:
    """Count a chunk of customers; the id it reached, None where everybody is done."""
    reached = int(settings.get(session, REACHED, "0"))
    query = select(customers.c.id).where(customers.c.id > reached).order_by(customers.c.id).limit(CUSTOMERS_AT_ONCE)
    ids = session.connection().scalars(query).all()
    if not ids:
        return None
    wrong = {one.customer_id for one in ledger.check(session, only=ids)}
    today = ledger.figures_on(session) or settings.today(session)
    ledger.refresh(session, [id_ for id_ in ids if id_ in wrong], today)
    settings.put(session, REACHED, str(ids[-1]))
    settings.put(session, CHANGED, str(int(settings.get(session, CHANGED, "0")) + len(wrong)))
    return int(ids[-1])


def _finish(session: Session, started: datetime) -> str:
    today = ledger.figures_on(session) or settings.today(session)
    ledger.refresh(session, [], today, loose=loose_receipts(session))
    changed = int(settings.get(session, CHANGED, "0"))
    summary = f"Пересчитанное изменилось у {plural(changed, 'клиента', 'клиентов', 'клиентов')}"
    session.add(models.Run(job="recount", started_at=started, finished_at=settings.utc_now(), summary=summary))
    for name, value in ((BY, RULES), (REACHED, "0"), (CHANGED, "0")):
        settings.put(session, name, value)
    return summary
