"""`check` by itself: of whom an import touched, soon after it, of everybody at night; and what to do about it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import db, models, settings
from loyalty.engine import ledger
from loyalty.engine.facts import loose_receipts
from loyalty.engine.ledger import Difference
from loyalty.models import acts, imports, receipts, returns
from loyalty.progress import Share
from loyalty.segments import crowds
from loyalty.service import runs
from loyalty.wording import plural

JOB = "check"
KEPT = 1000
SHOWN = 10
SETTING = "check"


@dataclass(frozen=True)
class Found:
    """What a check of everybody found: whose figures are not what their facts say, and the first differences."""

    at: datetime
    customers: int
    ids: list[int]
    first: list[str]

    @property
    def is_wrong(self) -> bool:
        """Whether anything differs; without a customer it is a return of nobody's receipt, or a segment."""
        return bool(self.first)

    @property
    def words(self) -> str:
        """For the journal."""
        checked = f"проверено: {plural(self.customers, 'клиент', 'клиента', 'клиентов')}"
        if not self.is_wrong:
            return f"Всё сходится, {checked}"
        if not self.ids:
            return f"Не сходятся возвраты без карты или состав сегментов, {checked}"
        return f"Не сходится у {plural(len(self.ids), 'клиента', 'клиентов', 'клиентов')}, {checked}"


def is_due(session: Session, day: date) -> bool:
    """Whether the day's check is still to be done, and there is anybody to check: a glance that writes nothing."""
    anybody = session.connection().scalar(select(models.customers.c.id).limit(1)) is not None
    return anybody and runs.is_due(session, JOB, day, settings.utc_now())


def night(day: date) -> Found | None:
    """Everybody, once a day whoever asks; None where it was done already."""
    with db.writing() as session:
        claimed = runs.claim(session, JOB, day) or runs.take_over(session, JOB, day, settings.utc_now())
    if claimed is None:
        return None
    with db.reading() as session:
        found = _check(session, None)
    with db.writing() as session:
        _keep(session, found)
        runs.finish(session, claimed, found.words)
    return found


def after_imports() -> int:
    """Whom the imports since the last look have touched; how many imports that were."""
    with db.reading() as session:
        query = select(imports.c.id).where(imports.c.status == "done", imports.c.checked.is_(None)).limit(KEPT)
        waiting = session.connection().scalars(query.order_by(imports.c.id)).all()
        touched = {id_: _touched(session, id_) for id_ in waiting}
        found = {id_: _check(session, ids) for id_, ids in touched.items()}
    if found:
        with db.writing() as session:
            for id_, one in found.items():
                change = update(imports).where(imports.c.id == id_).values(checked=one.words)
                session.connection().execute(change)
                if one.is_wrong:
                    _keep(session, one)
    return len(found)


def everything(session: Session, progress: Share | None = None) -> Iterator[Difference]:
    """Whatever is derived and differs from what it is derived from: of customers, their returns, segments."""
    yield from ledger.check(session, progress)
    yield from crowds.check(session)


def latest(session: Session) -> Found | None:
    """What the last check found; None before the first."""
    kept = settings.get(session, SETTING)
    if not kept:
        return None
    said = json.loads(kept)
    return Found(datetime.fromisoformat(said["at"]), said["customers"], said["ids"], said["first"])


def mend(session: Session) -> int:
    """Compute anew from the facts whomever the last check named; how many customers."""
    found = latest(session)
    if found is None or not found.is_wrong:
        return 0
    today = settings.today(session)
    loose = loose_receipts(session)
    ledger.refresh(session, found.ids, today, loose=loose)
    crowds.mend(session)
    _keep(session, _check(session, None))
    return len(found.ids)


def _touched(session: Session, import_id: int) -> set[int]:
    said = select(acts.c.id).where(acts.c.import_id == import_id)
    sold = select(receipts.c.customer_id).where(receipts.c.act_id.in_(said))
    back = select(receipts.c.customer_id).join(returns, returns.c.receipt_id == receipts.c.id)
    whose = sold.union(back.where(returns.c.act_id.in_(said)))
    return {id_ for id_ in session.connection().scalars(whose) if id_ is not None}


def _check(session: Session, only: Iterable[int] | None) -> Found:
    ids = None if only is None else set(only)
    query = select(models.customers.c.id).where(models.customers.c.joined_to.is_(None))
    count = len(ids) if ids is not None else len(session.connection().scalars(query).all())
    differences = list(islice(everything(session) if ids is None else ledger.check(session, only=ids), KEPT))
    whom = list(dict.fromkeys(one.customer_id for one in differences if one.customer_id is not None))
    first = [f"{one.what}: записано {one.stored}, по чекам {one.computed}" for one in differences[:SHOWN]]
    return Found(settings.utc_now(), count, whom, first)


def _keep(session: Session, found: Found) -> None:
    settings.put(session, SETTING, json.dumps({**asdict(found), "at": found.at.isoformat()}, ensure_ascii=False))
