"""The receipts behind a figure of messages, one a row (acceptance 38)."""

from collections.abc import Iterable, Sequence

import pandas as pd
from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from loyalty import db
from loyalty.messages.results.attribution import attributed, receipts_of
from loyalty.models import acts, receipts, returns
from loyalty.money import Kopecks
from loyalty.reports.customers import faces

CAME = "Пришёл в программу"
_r, _b = receipts.c, returns.c


def of_trigger(session: Session, trigger_id: int) -> pd.DataFrame:
    """Those of a trigger."""
    return listed(session, receipts_of(attributed(session), trigger=trigger_id)).drop(columns=CAME)


def listed(session: Session, found: pd.DataFrame) -> pd.DataFrame:
    """Rows of attribution by customers' ids, the latest first.

    Когда, Клиент, Чек, Магазин, Сумма, Возвращено, Засчитано, and CAME (UTC): with which act it came.
    """
    ids, a = found["receipt"].tolist(), acts.c
    back = _back(session, ids)
    query = select(_r.id, _r.at, _r.number, _r.shop, _r.total, a.at.label("came_at")).join(acts, a.id == _r.act_id)
    query = query.where(db.among(session, _r.id, ids)).order_by(_r.at.desc(), _r.id.desc())
    rows = session.connection().execute(query).all()
    hers, left = (dict(zip(ids, found[name].tolist(), strict=True)) for name in ("customer", "left"))
    whose = [hers[row.id] for row in rows]
    names = called(session, whose)
    return pd.DataFrame(
        {
            "Когда": [row.at for row in rows],
            "Клиент": [names[id_] for id_ in whose],
            "Чек": [row.number for row in rows],
            "Магазин": [row.shop for row in rows],
            "Сумма": [row.total for row in rows],
            "Возвращено": [back.get(row.id) for row in rows],
            "Засчитано": [left[row.id] for row in rows],
            CAME: [row.came_at for row in rows],
        },
        index=whose,
        dtype=object,
    )


def _back(session: Session, ids: Iterable[int]) -> dict[int, Kopecks]:
    query = select(_b.receipt_id, cast(func.sum(_b.counted), BigInteger)).where(_b.superseded_at.is_(None))
    query = query.where(db.among(session, _b.receipt_id, ids)).group_by(_b.receipt_id)
    return {row[0]: row[1] for row in session.connection().execute(query)}


def called(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """How customers are called, by id."""
    found: dict[int, str] = {}
    for some in db.chunks(sorted(set(ids))):
        found |= {id_: face.name for id_, face in faces.of(session, some).items()}
    return found
