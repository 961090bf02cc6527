"""One campaign: what became of its messages, who they are, its receipts, what changed since it was over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session

from loyalty import db, settings, wording
from loyalty.messages import campaigns, reasons
from loyalty.messages.campaigns import Saved
from loyalty.messages.results import figures, measuring
from loyalty.messages.results.attribution import attributed, days, receipts_of
from loyalty.messages.results.figures import Result
from loyalty.messages.results.measuring import Answer
from loyalty.models import acts, messages, receipts, returns
from loyalty.models import campaigns as models_campaigns
from loyalty.models.messages import known_address
from loyalty.money import Kopecks
from loyalty.reports.messages import behind

HANDED, DELIVERED, BOUGHT, FAILED, UNKNOWN, UNCONFIRMED, WAITING = (
    "handed", "delivered", "bought", "failed", "unknown", "unconfirmed", "waiting",
)  # fmt: skip
"""Steps of the funnel; any other is a reason that people were left out for."""
_m, _r, _b = messages.c, receipts.c, returns.c


@dataclass(frozen=True)
class Campaign:
    """A launched campaign with its figures; receipts count until `last_day`, `answer` is of its control."""

    saved: Saved
    result: Result
    launched_on: date
    last_day: date
    answer: Answer | None
    changed: "Changed | None"

    @property
    def is_over(self) -> bool:
        """Whether no more receipts can come but late ones."""
        return self.changed is not None


@dataclass(frozen=True)
class Changed:
    """What the figures of a campaign that is over owe to what came afterwards."""

    returned: Kopecks
    late: Kopecks


def load(session: Session, name: str, today: date) -> Campaign | None:
    """The campaign; None where it is not launched, NotFound where there is none."""
    saved = campaigns.get(session, name)
    if saved.launched_at is None:
        return None
    launched_on = settings.shop_time(session, saved.launched_at).date()
    last_day = launched_on + timedelta(days=saved.draft.window_days)
    return Campaign(
        saved, figures.of_campaign(session, saved.id), launched_on, last_day,
        measuring.of_campaign(session, saved.id, today),
        _changed(session, saved.id, last_day, _late_from(session, saved, last_day)) if last_day < today else None,
    )  # fmt: skip


def _changed(session: Session, id_: int, last_day: date, late_from: datetime) -> Changed:
    """Since the end of its last day: what was brought back, and receipts that came into the program later."""
    now, then = (receipts_of(attributed(session, day), campaign=id_) for day in (None, last_day))
    a = acts.c
    late = select(_r.id).join(acts, a.id == _r.act_id).where(
        db.among(session, _r.id, now["receipt"].tolist()), a.at >= late_from
    )  # fmt: skip
    came_later = now["receipt"].isin(db.numbers(session, late).tolist())
    stayed = now["left"][~came_later].sum()
    before = then["left"][~then["receipt"].isin(now["receipt"][came_later])].sum()
    return Changed(int(before - stayed), int(now["left"][came_later].sum()))


def _late_from(session: Session, saved: Saved, last_day: date) -> datetime:
    """From when on (UTC) what comes into the program is late: its receipts may take a day more.

    Acts are of the machine's clock and the launch is of the product's: what counts is the time between them.
    """
    c, a = models_campaigns.c, acts.c
    assert saved.launched_at is not None
    query = select(a.at).join(models_campaigns, c.launch_act_id == a.id).where(c.id == saved.id)
    began = session.connection().scalar(query) or saved.launched_at
    ends = settings.day_ends(last_day + timedelta(days=1), settings.timezone(session))
    return began + (ends - saved.launched_at)


def by_day(session: Session, one: Campaign, today: date) -> pd.DataFrame:
    """День, Выручка, Чеков of every day of its window that has begun."""
    found = receipts_of(attributed(session), campaign=one.saved.id)
    first, last = one.launched_on.toordinal(), min(one.last_day, today).toordinal()
    last = max([last, *found["day"]])  # what reached her late counts later
    sums = found.groupby("day")["left"].agg(["sum", "size"]).reindex(range(first, last + 1), fill_value=0)
    return pd.DataFrame(
        {"День": days(sums.index), "Выручка": list(map(int, sums["sum"])), "Чеков": list(map(int, sums["size"]))},
        dtype=object,
    )


def receipts_behind(session: Session, one: Campaign) -> pd.DataFrame:
    """Its receipts, as `behind.listed`, with Загружен позже: the day one came, after all was over."""
    frame = behind.listed(session, receipts_of(attributed(session), campaign=one.saved.id))
    late, came = _late_from(session, one.saved, one.last_day), frame.pop(behind.CAME)
    frame["Загружен позже"] = [
        settings.shop_time(session, at).date() if one.is_over and at >= late else None for at in came
    ]
    return frame


def example(session: Session, id_: int) -> str:
    """The text of the first one who got it, as she got it; empty where nobody did."""
    query = select(_m.text).where(_m.campaign_id == id_, _m.sent_at.is_not(None)).order_by(_m.id).limit(1)
    return session.connection().scalar(query) or ""


# --- Who they are ------------------------------------------------------------------------------------------


def _of_step(step: str) -> ColumnElement[bool]:
    """Messages of a step of the funnel, or of a reason that somebody was left out for."""
    of = {
        HANDED: _m.status.in_(("sent", "delivered", "failed", "unknown")),
        DELIVERED: _m.effective_at.is_not(None),
        FAILED: _m.status == "failed",
        UNKNOWN: _m.status == "unknown",
        UNCONFIRMED: and_(_m.status == "sent", _m.effective_at.is_(None)),
        WAITING: _m.status.in_(("queued", "sending")),
    }
    known = of.get(step)
    return and_(_m.status.in_(("skipped", "cancelled")), _m.reason == step) if known is None else known


def people(session: Session, id_: int, step: str) -> pd.DataFrame:
    """Who is at a step, by customers' ids: Клиент, Куда, Статус, Почему, Отправлено, Доставлено, Цена."""
    query = select(
        _m.customer_id, known_address, _m.status, _m.reason, _m.detail, _m.sent_at, _m.delivered_at, _m.cost
    ).where(_m.campaign_id == id_).order_by(_m.id)  # fmt: skip
    if step == BOUGHT:
        bought = np.unique(receipts_of(attributed(session), campaign=id_)["message"])
        query = query.where(db.among(session, _m.id, bought.tolist()))
    else:
        query = query.where(_of_step(step))
    rows = session.connection().execute(query).all()
    called = behind.called(session, [row.customer_id for row in rows])
    moments = {
        name: [at and settings.shop_time(session, at) for at in column]
        for name, column in (
            ("Отправлено", [row.sent_at for row in rows]), ("Доставлено", [row.delivered_at for row in rows])
        )
    }  # fmt: skip
    return pd.DataFrame(
        {
            "Клиент": [called[row.customer_id] for row in rows],
            "Куда": [row.address if "@" in row.address else wording.phone(row.address) for row in rows],
            "Статус": [wording.sentence(reasons.STATUSES[row.status]) for row in rows],
            "Почему": [_why(row.reason, row.detail) for row in rows],
            **moments,
            "Цена": [row.cost for row in rows],
        },
        index=[row.customer_id for row in rows],
        dtype=object,
    )


def _why(reason: str, detail: str) -> str:
    return ". ".join(filter(None, (wording.sentence(reasons.words(reason)), detail)))
