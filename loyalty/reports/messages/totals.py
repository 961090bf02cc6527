"""All messages together: what they cost by topic and month (M9), whom they brought back (M11)."""

from datetime import date, datetime

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.messages.results.attribution import attributed, roots, seconds
from loyalty.models import campaigns, messages, receipts, triggers
from loyalty.reports import periods
from loyalty.reports.messages import behind
from loyalty.reports.periods import Period, Span

_m, _r = messages.c, receipts.c


def span(session: Session, today: date) -> Span:
    """The last twelve months, or since the first message."""
    first = session.connection().scalar(select(func.min(_m.sent_at)).where(_m.sent_at.is_not(None)))
    return periods.span(Period.YEAR, today, settings.shop_time(session, first).date() if first else today)


def costs(session: Session, months: Span) -> pd.DataFrame:
    """By topic and month: Тема, Вид, Месяц (its first day), Сообщений, Расходы."""
    zone, found = settings.timezone(session), list[tuple[object, ...]]()
    for first, last in months.bounds():
        found += _month(session, first, settings.day_starts(first, zone), settings.day_ends(last, zone))
    return pd.DataFrame(found, columns=["Тема", "Вид", "Месяц", "Сообщений", "Расходы"], dtype=object)


def _month(session: Session, first: date, since: datetime, until: datetime) -> list[tuple[object, ...]]:
    cost = cast(func.coalesce(func.sum(_m.cost), 0), BigInteger)
    query = select(campaigns.c.name, triggers.c.name, func.count(), cost).select_from(messages)
    query = query.outerjoin(campaigns, campaigns.c.id == _m.campaign_id)
    query = query.outerjoin(triggers, triggers.c.id == _m.trigger_id)
    query = query.where(_m.sent_at >= since, _m.sent_at < until).group_by(campaigns.c.name, triggers.c.name)
    rows = session.connection().execute(query.order_by(cost.desc()))
    return [
        (campaign or trigger, "Рассылка" if campaign else "Триггер", first, count, spent)
        for campaign, trigger, count, spent in rows
    ]


# --- Reanimation -------------------------------------------------------------------------------------------


def reanimation(session: Session, silent_days: int, since: date, until: date) -> pd.DataFrame:
    """Of advertising sent in these days to who had not bought for so many days (M11), by topic.

    Тема, Участников, Расходы, Вернулись, Продаж, Выручка: of the receipts that belong to those messages.
    """
    zone = settings.timezone(session)
    query = select(
        _m.id, _m.customer_id, func.coalesce(_m.campaign_id, -_m.trigger_id), func.coalesce(_m.cost, 0),
        seconds(session, _m.sent_at),
    ).where(
        _m.is_advertising, _m.sent_at >= settings.day_starts(since, zone),
        _m.sent_at < settings.day_ends(until, zone),
    )  # fmt: skip
    rows = db.numbers(session, query).reshape(-1, 5)
    rows[:, 1] = roots(session, rows[:, 1])
    sent = pd.DataFrame(rows, columns=["message", "customer", "of", "cost", "at"])
    silent = sent[_was_silent(session, sent, silent_days, zone)]
    found = attributed(session)
    mine = found[found["message"].isin(silent["message"])].merge(silent[["message", "of"]], on="message")
    names = _names(session)
    told = []
    for of, some in silent.groupby("of"):
        bought = mine[mine["of"] == of]
        told.append((
            names.get(int(str(of)), "—"), some["customer"].nunique(), int(some["cost"].sum()),
            bought["customer"].nunique(), len(bought), int(bought["left"].sum()),
        ))  # fmt: skip
    columns = ["Тема", "Участников", "Расходы", "Вернулись", "Продаж", "Выручка"]
    frame = pd.DataFrame(told, columns=columns, dtype=object)
    return frame.sort_values("Выручка", ascending=False, kind="stable").reset_index(drop=True)


def _was_silent(session: Session, sent: pd.DataFrame, silent_days: int, zone: str) -> pd.Series:
    """Whether the last receipt before each message was so many days before it; who never bought was not lost."""
    if sent.empty:
        return pd.Series(np.zeros(0, dtype=np.bool_))
    local = pd.to_datetime(sent["at"], unit="s", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    query = select(_r.customer_id, seconds(session, _r.at)).where(
        _r.superseded_at.is_(None), _r.total > 0,
        db.among(session, _r.customer_id, sent["customer"].unique().tolist()),
    )  # fmt: skip
    bought = pd.DataFrame(db.numbers(session, query).reshape(-1, 2), columns=["customer", "bought"])
    bought["when"] = pd.to_datetime(bought["bought"], unit="s")
    left = sent.assign(when=local.astype("datetime64[s]"), row=range(len(sent))).sort_values("when")
    right = bought.assign(when=bought["when"].astype("datetime64[s]")).sort_values("when")
    last = pd.merge_asof(left, right, on="when", by="customer", allow_exact_matches=False).sort_values("row")
    days = (last["when"].dt.normalize() - pd.to_datetime(last["bought"], unit="s").dt.normalize()).dt.days
    return pd.Series((days >= silent_days).to_numpy(), index=sent.index)


def _names(session: Session) -> dict[int, str]:
    """Campaigns by their ids, triggers by theirs with a minus."""
    found = {}
    for table, sign in ((campaigns, 1), (triggers, -1)):
        for id_, name in session.connection().execute(select(table.c.id, table.c.name)):
            found[sign * id_] = name
    return found


def receipts_behind(session: Session) -> pd.DataFrame:
    """Every receipt that belongs to a message: Тема and Вид, then as `behind.listed`."""
    names, parts = _names(session), list[pd.DataFrame]()
    found = attributed(session)
    for of in sorted(set((found["campaign"] - found["trigger"]).tolist()), reverse=True):
        some = found[found["campaign"] - found["trigger"] == of]
        frame = behind.listed(session, some).drop(columns=behind.CAME)
        frame.insert(0, "Тема", names.get(of, "—"))
        frame.insert(1, "Вид", "Рассылка" if of > 0 else "Триггер")
        parts.append(frame)
    return pd.concat(parts) if parts else pd.DataFrame()
