"""The state of the shop as of a day, as criteria ask the database for it.

As of the day of the customers' cached figures these are read where they lie. As of any other day, or with facts
later than the day, figures and what is to burn are replayed from the facts into tables of this connection alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Subquery, func, select
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from loyalty import db, settings
from loyalty.engine.entries import Kind
from loyalty.engine.facts import customer_chunks, load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.ledger import figures_on
from loyalty.engine.replay import replay
from loyalty.models import customers, entries, grants, receipts, returns

FIGURES = (
    "level", "turnover", "receipts_count", "returns_sum", "last_purchase_on", "purchases_count", "available",
    "pending", "debt",
)  # fmt: skip
PERSON = (
    "last_name", "first_name", "middle_name", "birth_date", "sex", "phone", "card", "email", "city", "source",
    "registered_on", "joined_to",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """A session as of the end of a day; `is_past`: facts of later days are known and must not count.

    `people` has customer_id, PERSON and FIGURES of every customer, `burns` customer_id, effective_on and amount of
    what burns, and has burned.
    """

    session: Session
    day: date
    is_past: bool
    people: Subquery
    burns: FromClause
    _made: dict[object, Subquery] = field(default_factory=dict)
    _first: dict[date, int | None] = field(default_factory=dict)

    def once(self, what: object, make: Callable[[], Subquery]) -> Subquery:
        """The same rows for whoever asks for the same: what is asked of them together is one look."""
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]

    @property
    def end_of_past(self) -> datetime | None:
        """When a day that is over ended (UTC): what was said later does not count; None of today and later days."""
        if self.day >= settings.today(self.session):
            return None
        zone = ZoneInfo(settings.timezone(self.session))
        return datetime.combine(self.day + timedelta(days=1), time(), zone).astimezone(UTC)

    def first_receipt(self, day: date) -> int:
        """The smallest id of a current receipt of this day or later; 0 where there is none.

        Found day by day, so that several periods are one walk along the days.
        """
        known = min(self._first, default=date.max)
        if day < known:
            r = receipts.c
            smallest = func.min(func.coalesce(r.id, r.id))  # not by walking the ids from the first
            query = select(r.day, smallest).where(r.superseded_at.is_(None), r.day >= day, r.day < known)
            found = {row[0]: row[1] for row in self.session.connection().execute(query.group_by(r.day))}
            self._first.update({day: None} | found)
        return min((id_ for at, id_ in self._first.items() if at >= day and id_), default=0)

    def among(self, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
        """column IN values, however many they are."""
        return db.among(self.session, column, values)


def as_of(session: Session, day: date) -> Scope:
    """The shop as of a day; the first call for another day than the figures' replays everybody."""
    latest = _latest_fact(session)
    is_past = latest is not None and latest > day
    c, person = customers.c, [customers.c[name] for name in PERSON]
    if not is_past and figures_on(session) in (day, None):
        return as_kept(session, day)
    figures, burns_as_of = _replayed(session, day)
    people = select(c.id.label("customer_id"), *person, *(figures.c[name] for name in FIGURES))
    people = people.join(figures, figures.c.id == c.id)
    return Scope(session, day, is_past, people.subquery("people"), burns_as_of)


def as_kept(session: Session, today: date) -> Scope:
    """The shop as its cached figures have it: what screens of today show, which brought them to today."""
    c = customers.c
    people = select(c.id.label("customer_id"), *(c[name] for name in (*PERSON, *FIGURES)))
    return Scope(session, today, False, people.subquery("people"), burns_kept())


def burns_kept() -> FromClause:
    """`burns` of a Scope, as entries have them."""
    e = entries.c
    return select(e.customer_id, e.effective_on, e.amount).where(e.kind == Kind.BURNED.value).subquery("burns")


def _latest_fact(session: Session) -> date | None:
    r, b, g = receipts.c, returns.c, grants.c
    connection = session.connection()
    days = [
        connection.scalar(select(func.max(r.day)).where(r.superseded_at.is_(None))),
        connection.scalar(select(func.max(b.day)).where(b.superseded_at.is_(None))),
    ]
    if given := connection.scalar(select(func.max(g.at)).where(g.superseded_at.is_(None))):
        days.append(given.date())
    return max((day for day in days if day), default=None)


def _replayed(session: Session, day: date) -> tuple[sa.Table, sa.Table]:
    """Temporary tables of this connection, of this day alone: a session may ask of several days."""
    ending = f"as_of_{day:%Y%m%d}"
    metadata, key = sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
    known = [sa.Column(name, customers.c[name].type) for name in FIGURES]
    figures = sa.Table(f"figures_{ending}", metadata, key, *known, prefixes=["TEMPORARY"])
    columns = [sa.Column(name, entries.c[name].type) for name in ("customer_id", "effective_on", "amount")]
    burns = sa.Table(f"burns_{ending}", metadata, *columns, prefixes=["TEMPORARY"])
    connection = session.connection()
    for table in (figures, burns):
        connection.execute(DropTable(table, if_exists=True))
        connection.execute(CreateTable(table))
    for some_figures, some_burns in _replays(session, day):
        connection.execute(figures.insert(), some_figures)
        if some_burns:
            connection.execute(burns.insert(), some_burns)
    return figures, burns


def _replays(session: Session, day: date) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    programs = load_programs(session)
    for ids in customer_chunks(session):
        facts, of_figures, of_burns = load_facts(session, ids, until=day), [], []
        for id_ in ids:
            ledger = replay(facts.get(id_, []), programs)
            known = purchases(ledger, programs, day)._asdict() | balance(ledger.entries, day)._asdict()
            of_figures.append({"id": id_} | {name: known[name] for name in FIGURES})
            of_burns += [
                {"customer_id": id_, "effective_on": entry.effective_on, "amount": entry.amount}
                for entry in ledger.entries
                if entry.kind is Kind.BURNED
            ]
        yield of_figures, of_burns


def years_before(day: date, years: int) -> date:
    """The latest birth date of who is at least so old on a day."""
    year = day.year - years
    if year < 1:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
