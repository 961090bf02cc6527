"""Customers' facts and entries out of the database, a chunk of customers at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from loyalty.db import chunks, within
from loyalty.engine.entries import Entry, Fact, Grant, Kind, Line, LotRef, Origin, Receipt, Ref, Return, ReturnLine
from loyalty.engine.replay import take_back_all
from loyalty.engine.sale import Taken, full_price
from loyalty.models import (
    customers,
    entries,
    grants,
    products,
    program_versions,
    receipt_lines,
    receipts,
    return_lines,
    returns,
)
from loyalty.models.facts import folded_goods
from loyalty.program.terms import Program, Programs

CUSTOMERS_AT_ONCE = 2000

Where = tuple[ColumnElement[bool], ...]


def load_programs(session: Session) -> Programs:
    """The programme's versions; the shop's own terms where none is stored."""
    rows = session.connection().execute(select(program_versions.c.in_force_from, program_versions.c.terms))
    return Programs([(day, Program.from_json(terms)) for day, terms in rows] or [(date.min, Program())])


def customer_chunks(session: Session) -> Iterator[Sequence[int]]:
    """Every customer's id, in chunks, by id."""
    query = select(customers.c.id).order_by(customers.c.id).limit(CUSTOMERS_AT_ONCE)
    last = 0
    while ids := session.connection().scalars(query.where(customers.c.id > last)).all():
        yield ids
        last = ids[-1]


def load_facts(session: Session, ids: Sequence[int], until: date | None = None) -> dict[int, list[Fact]]:
    """Facts of these customers, those after `until` left out; customers without facts are absent."""
    facts: dict[int, list[Fact]] = defaultdict(list)
    goods = _Goods(session)
    r = receipts.c
    mine: Where = (within(r.customer_id, ids), r.superseded_at.is_(None))
    if until:
        mine = (*mine, r.day <= until)
    lines = _lines_by_receipt(session, mine, goods)
    owner: dict[int, int] = {}
    query = select(r.id, r.number, r.at, r.redeemed, r.shop, r.customer_id).where(*mine)
    for id_, number, at, redeemed, shop, customer in session.connection().execute(query).all():
        facts[customer].append(Receipt(id_, number, at, redeemed, lines[id_], shop))
        owner[id_] = customer
    for back in _returns(session, mine, until, goods):
        facts[owner[back.receipt_id]].append(back)
    for customer, grant in _grants(session, ids, until):
        facts[customer].append(grant)
    return facts


class _Goods:
    """Product ids to what returns match them by: an article's code, and its folded name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[int, tuple[str, str]] = {}

    def of(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        missing = list({id_ for id_ in ids if id_ not in self.known})
        for some in chunks(missing):
            query = select(products.c.id, products.c.sku, products.c.name).where(products.c.id.in_(some))
            self.known.update(
                {id_: (sku, folded_goods(name)) for id_, sku, name in self.session.connection().execute(query)}
            )
        return self.known


def loose_receipts(session: Session) -> Sequence[int]:
    """Current receipts without a customer that something came back of, by id."""
    r = receipts.c
    query = select(r.id).join(returns, returns.c.receipt_id == r.id)
    query = query.where(r.customer_id.is_(None), r.superseded_at.is_(None), returns.c.superseded_at.is_(None))
    return session.connection().scalars(query.distinct().order_by(r.id)).all()


def load_loose_returns(session: Session, ids: Sequence[int]) -> dict[int, list[Taken]]:
    """What fits of the returns of these receipts, as far as they are nobody's: by return, line by line."""
    r, goods = receipts.c, _Goods(session)
    mine: Where = (r.id.in_(ids), r.customer_id.is_(None), r.superseded_at.is_(None))
    backs = _returns(session, mine, None, goods)
    if not backs:
        return {}
    lines = _lines_by_receipt(session, mine, goods)
    sold = session.connection().execute(select(r.id, r.number, r.at, r.shop).where(*mine))
    receipts_ = [Receipt(id_, number, at, 0, lines[id_], shop) for id_, number, at, shop in sold]
    return take_back_all([*receipts_, *backs])


def _lines_by_receipt(session: Session, mine: Where, goods: _Goods) -> dict[int, list[Line]]:
    c = receipt_lines.c
    query = (
        select(c.receipt_id, c.product_id, c.quantity, c.price, c.discount, c.amount)
        .join(receipts, receipts.c.id == c.receipt_id)
        .where(*mine)
        .order_by(c.receipt_id, c.line_no)
    )
    rows = session.connection().execute(query).all()
    names = goods.of(row[1] for row in rows)
    found: dict[int, list[Line]] = defaultdict(list)
    for receipt, product, quantity, price, discount, amount in rows:
        code, name = names[product]
        found[receipt].append(Line(code, quantity, amount, full_price(price, quantity, discount, amount), name))
    return found


def _returns(session: Session, mine: Where, until: date | None, goods: _Goods) -> list[Return]:
    r = returns.c
    query = select(r.id, r.number, r.at, r.receipt_id, r.shop).join(receipts, receipts.c.id == r.receipt_id)
    query = query.where(*mine, r.superseded_at.is_(None))
    rows = session.connection().execute(query.where(r.day <= until) if until else query).all()
    lines = _return_lines(session, [row[0] for row in rows], goods)
    return [Return(id_, number, at, receipt, lines[id_], shop) for id_, number, at, receipt, shop in rows]


def _return_lines(session: Session, ids: Sequence[int], goods: _Goods) -> dict[int, list[ReturnLine]]:
    """The lines of these returns, in order."""
    c, found = return_lines.c, defaultdict[int, list[ReturnLine]](list)
    for some in chunks(ids):
        query = select(c.return_id, c.product_id, c.quantity, c.amount, c.receipt_line)
        query = query.where(c.return_id.in_(some)).order_by(c.return_id, c.line_no)
        rows = session.connection().execute(query).all()
        names = goods.of(row[1] for row in rows)
        for id_, product, quantity, amount, line in rows:
            code, name = names[product]
            found[id_].append(ReturnLine(code, quantity, amount, line, name))
    return found


def _grants(session: Session, ids: Sequence[int], until: date | None) -> list[tuple[int, Grant]]:
    g = grants.c
    query = select(g.customer_id, g.id, g.number, g.at, g.amount, g.confirm_days, g.lifetime_days)
    rows = session.connection().execute(query.where(within(g.customer_id, ids), g.superseded_at.is_(None)))
    return [(row[0], Grant(*row[1:])) for row in rows if until is None or row.at.date() <= until]


def load_entries(session: Session, ids: Sequence[int]) -> dict[int, list[Entry]]:
    """The stored entries of these customers, in order."""
    e = entries.c
    query = select(
        e.customer_id, e.effective_on, e.kind, e.amount, e.fact_kind, e.fact_id, e.lot_kind, e.lot_id, e.lot_part
    )
    query = query.where(within(e.customer_id, ids)).order_by(e.customer_id, e.seq)
    found: dict[int, list[Entry]] = defaultdict(list)
    for customer, day, kind, amount, fact_kind, fact, lot_kind, lot, part in (
        session.connection().execute(query).all()
    ):
        found[customer].append(Entry(day, _KINDS[kind], amount, _ref(fact_kind, fact), _lot(lot_kind, lot, part)))
    return found


_KINDS = {str(kind): kind for kind in Kind}
_ORIGINS = {str(origin): origin for origin in Origin}


def _ref(kind: str | None, id_: int | None) -> Ref | None:
    return None if kind is None or id_ is None else Ref(_ORIGINS[kind], id_)


def _lot(kind: str | None, id_: int | None, part: int) -> LotRef | None:
    return None if kind is None or id_ is None else LotRef(_ORIGINS[kind], id_, part)
