"""Returns that wait for their receipt: how many, what they come to, and each of them."""

from typing import NamedTuple

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty.customers.names import Name
from loyalty.models import acts, customers, imports, returns
from loyalty.money import Kopecks

b = returns.c
_WAIT = (b.superseded_at.is_(None), b.receipt_id.is_(None))


class Total(NamedTuple):
    """How many returns, and what they come to."""

    returns: int
    amount: Kopecks


def total(session: Session) -> Total:
    """Returns without a receipt."""
    query = select(func.count(), func.coalesce(func.sum(b.amount), 0)).where(*_WAIT)
    return Total(*map(int, session.connection().execute(query).one()))


def waiting(session: Session) -> pd.DataFrame:
    """A row a return, the latest first: День, Возврат, Сумма, Магазин, Чек, Покупатель, Файл."""
    c = customers.c
    query = (
        select(
            b.id, b.day, b.number, b.amount, b.shop, b.place, b.receipt_number, imports.c.file_name,
            c.last_name, c.first_name, c.middle_name,
        )
        .select_from(returns)
        .join(acts, acts.c.id == b.act_id)
        .outerjoin(imports, imports.c.id == acts.c.import_id)
        .outerjoin(customers, c.id == b.customer_id)
        .where(*_WAIT)
        .order_by(b.day.desc(), b.id)
    )  # fmt: skip
    rows = session.connection().execute(query).all()
    return pd.DataFrame(
        {
            "День": [row.day for row in rows],
            "Возврат": [row.number for row in rows],
            "Сумма": [row.amount for row in rows],
            "Магазин": [row.shop or row.place for row in rows],
            "Чек": [row.receipt_number or "не назван" for row in rows],
            "Покупатель": [
                Name(row.last_name or "", row.first_name or "", row.middle_name or "").full for row in rows
            ],
            "Файл": [row.file_name or "" for row in rows],
        },
        index=pd.Index([row.id for row in rows], name="id"),
        dtype=object,
    )
