"""Criteria by messages: who got a campaign, who bought after it, who was meant to get it and did not.

«Got» is delivered, «bought» a receipt that belongs to it (rules.md §20). «Did not get» is of its audience alone:
whoever was never meant to get it is told by `not` of «got».
"""

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row, Subquery, case, func, select, true

from loyalty import settings, wording
from loyalty.messages.results.attribution import attributed
from loyalty.models import campaigns, customers, messages
from loyalty.models.people import joined_root
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.parameters import Options, Text
from loyalty.segments.scope import Scope

MESSAGES = "Рассылки"
RECEIVED, BOUGHT, NOT_RECEIVED = "received", "bought", "not_received"
DID = Options(
    "did", True, ((RECEIVED, "получили"), (BOUGHT, "купили после неё"), (NOT_RECEIVED, "не получили")), is_one=True
)
_m, _c = messages.c, customers.c


def _clause(told: Told) -> Clause:
    name, (did,) = f"рассылку «{told['name']}»", told["did"]
    if did == BOUGHT:
        after = f"после рассылки «{told['name']}»"
        return Clause("которые", f"купили {after}", f"не купили {after}")
    if did == NOT_RECEIVED:
        meant = f"должны были получить {name}"
        return Clause("которые", f"{meant}, но не получили", f"получили {name} или не должны были её получить")
    return Clause("которые", f"получили {name}", f"не получали {name}")


def _measure(told: Told, scope: Scope) -> Measure:
    (did,) = told["did"]
    if did == BOUGHT:
        rows = scope.once(("bought after", told["name"]), lambda: _bought(told["name"], scope))
        return Measure(rows, true())
    rows = scope.once(("campaign", told["name"]), lambda: _audience(told["name"], scope))
    return Measure(rows, rows.c.got_at.is_not(None) if did == RECEIVED else rows.c.got_at.is_(None))


def _audience(name: str, scope: Scope) -> Subquery:
    """Everybody whom a campaign was meant for, by the end of the day: customer_id, got_at (UTC)."""
    end, got = scope.end_of_past, _m.effective_at
    known = got if end is None else case((got < end, got))
    query = select(joined_root.label("customer_id"), func.max(known).label("got_at")).select_from(messages)
    query = query.join(campaigns, campaigns.c.id == _m.campaign_id).join(customers, _c.id == _m.customer_id)
    query = query.where(campaigns.c.name == name)
    if end is not None:
        query = query.where(campaigns.c.launched_at < end)
    return query.group_by(joined_root).subquery()


def _bought(name: str, scope: Scope) -> Subquery:
    """Who bought, found by attribution: customer_id."""
    known = select(campaigns.c.id).where(campaigns.c.name == name)
    id_ = scope.session.connection().scalar(known)
    found = attributed(scope.session, _as_of(scope))
    ids = np.unique(found.loc[found["campaign"] == (id_ or -1), "customer"]).tolist()
    return select(_c.id.label("customer_id")).where(scope.among(_c.id, ids)).subquery()


def _as_of(scope: Scope) -> date | None:
    return None if scope.end_of_past is None else scope.day


def _tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    (did,) = told["did"]
    if did == BOUGHT:
        return "купили" if row else "не покупали после неё"
    if row is None:
        return "рассылка не для них"
    if row.got_at is None:
        return "не доставлено"
    return f"доставлено {wording.day(settings.shop_time(scope.session, row.got_at).date())}"


MESSAGE_CRITERIA = (
    Criterion(
        "campaign", MESSAGES, "Рассылка", "сообщение SMS получила купила ответила не дошло отправили",
        (Text("name", True), DID), _clause, _measure, _tell,
        {"is": "campaign", "name": "Летняя распродажа", "did": RECEIVED},
    ),
)  # fmt: skip
