"""The only place that writes entries: replays touched customers and writes the difference, figures included."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlmodel import Session

from loyalty import db, models, settings
from loyalty.engine.entries import Entry, Fact, Kind, Origin
from loyalty.engine.facts import (
    CUSTOMERS_AT_ONCE,
    customer_chunks,
    load_entries,
    load_facts,
    load_loose_returns,
    load_programs,
    loose_receipts,
)
from loyalty.engine.figures import Balance, Purchases, balance, purchases
from loyalty.engine.replay import Ledger, replay
from loyalty.engine.sale import Taken
from loyalty.models import customers, entries, receipt_lines, returned_lines, returns
from loyalty.money import Kopecks, Milli
from loyalty.program.terms import Programs
from loyalty.progress import Share

FIGURES = (*Purchases._fields, *Balance._fields)
"""The cached columns of a customer."""

ENTRY_COLUMNS = (
    "customer_id", "seq", "effective_on", "kind", "amount", "fact_kind", "fact_id", "lot_kind", "lot_id",
    "lot_part",
)  # fmt: skip


Lines = dict[int, tuple[Milli, Kopecks]]
"""What a return took, by line of its receipt: pieces and money."""
Returned = dict[int, Lines]
"""By return."""
Stored = dict[int, tuple[int, Milli, Kopecks]]
"""The same with the product of each line."""

_TEXT: dict[str | None, str | None] = {None: None} | {word: str(word.value) for word in (*Kind, *Origin)}
"""Enum members as plain texts: the driver takes those many times faster."""


class Difference(NamedTuple):
    """Where what is stored and what the facts say part; `what` is a Russian phrase."""

    customer_id: int | None
    what: str
    stored: str
    computed: str


def figures_on(session: Session) -> date | None:
    """The day the customers' cached figures are of; None before the first."""
    value = settings.get(session, "figures_on")
    return date.fromisoformat(value) if value else None


@dataclass(slots=True)
class Consequences:
    """What a refresh brought about that a person should know."""

    overspent: dict[int, int] = field(default_factory=dict)  # by receipt: bonuses that turned out not to be there
    excess: set[int] = field(default_factory=set)  # returns that take more than their receipt has left
    counted_anew: set[int] = field(default_factory=set)  # returns of which something else counts than before


def refresh(
    session: Session,
    touched: Iterable[int],
    today: date,
    progress: Share | None = None,
    *,
    loose: Iterable[int] = (),
) -> Consequences:
    """Replay these customers and write what changed: entries, those ahead included, and figures as of today.

    All other customers are brought to the same day first, so that the cached figures are of one day. `loose` are
    receipts that are nobody's: only what counts of their returns is to be found.
    """
    bring_to(session, today)
    programs, ids, found = load_programs(session), sorted(set(touched)), Consequences()
    for start, some in enumerate(db.chunks(ids, CUSTOMERS_AT_ONCE)):
        old_figures, changed = _figures(session, some, lock=True), []
        facts, known = load_facts(session, some), load_entries(session, some)
        computed: dict[int, list[Entry]] = {}
        returned: Returned = {}
        for id_ in some:
            ledger, figures = _recompute(facts.get(id_, []), programs, today)
            computed[id_] = ledger.entries
            _count_returns(ledger.returned, returned, found)
            _find_overspent(known.get(id_, []), ledger.entries, found)
            if figures != old_figures[id_]:
                changed.append((id_, figures))
        _write_entries(session, known, computed)
        _write_figures(session, FIGURES, changed)
        found.counted_anew |= _write_returned(session, returned)
        if progress:
            progress(min((start + 1) * CUSTOMERS_AT_ONCE, len(ids)) / len(ids))
    for some in db.chunks(sorted(set(loose))):
        counted: Returned = {}
        _count_returns(load_loose_returns(session, some), counted, found)
        found.counted_anew |= _write_returned(session, counted)
    return found


def _count_returns(taken: Mapping[int, Sequence[Taken]], counted: Returned, found: Consequences) -> None:
    for id_, lines in taken.items():
        of: Lines = {}
        for line in lines:
            for at, pieces, amount in line.of:
                before = of.get(at, (0, 0))
                of[at] = (before[0] + pieces, before[1] + amount)
        counted[id_] = of
        if not all(line.is_whole for line in lines):
            found.excess.add(id_)


def _find_overspent(before: Iterable[Entry], after: Iterable[Entry], found: Consequences) -> None:
    """Receipts paid with bonuses that were there, as far as was known, and turn out not to have been."""
    known = {entry.fact: entry.amount for entry in before if entry.kind is Kind.OVERSPENT}
    for entry in after:
        if entry.kind is Kind.OVERSPENT and entry.fact and entry.amount > known.get(entry.fact, 0):
            found.overspent[entry.fact.id] = entry.amount


def _write_returned(session: Session, returned: Returned) -> set[int]:
    """What counts of returns, in all and by line of the receipt; of which the sum is another one now."""
    changes = [(right, id_) for id_, _stored, right in _sums_otherwise(session, returned)]
    db.update(session, models.Return, ("counted",), changes)
    lines = _lines_otherwise(session, returned)
    outdated = db.among(session, returned_lines.c.return_id, [id_ for id_, _stored, _right in lines])
    session.connection().execute(delete(returned_lines).where(outdated))
    fresh = [(id_, at, *taken) for id_, _stored, right in lines for at, taken in right.items()]
    db.insert(session, models.ReturnedLine, ("return_id", "line_no", "product_id", "quantity", "amount"), fresh)
    return {id_ for _, id_ in changes}


def _goods_of(session: Session, return_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """The products on the receipts of returns: by the return and the receipt's line."""
    line = receipt_lines.c
    query = select(returns.c.id, line.line_no, line.product_id)
    query = query.join_from(returns, receipt_lines, line.receipt_id == returns.c.receipt_id)
    rows = session.connection().execute(query.where(db.among(session, returns.c.id, return_ids)))
    return {(id_, at): product for id_, at, product in rows}


def bring_to(session: Session, day: date) -> int:
    """Bring the cached figures to a day: only customers with entries in between, or all where levels changed.

    Works both ways, writes no entry, and doing it again does nothing. How many customers it touched.
    """
    was = figures_on(session)
    if was == day:
        return 0
    touched = 0
    if was is not None:
        programs = load_programs(session)
        if programs.on(was).levels != programs.on(day).levels:
            touched = sum(_relevel(session, ids, programs, day) for ids in customer_chunks(session))
        first, last = sorted((was, day))
        e = entries.c
        due = select(e.customer_id).where(e.effective_on > first, e.effective_on <= last)
        ids = session.connection().scalars(due.distinct().order_by(e.customer_id)).all()
        for some in db.chunks(ids, CUSTOMERS_AT_ONCE):
            _figures(session, some, lock=True)
            known = load_entries(session, some)
            _write_figures(session, Balance._fields, [(id_, balance(known[id_], day)) for id_ in some])
        touched = max(touched, len(ids))
    settings.put(session, "figures_on", day.isoformat())
    session.flush()
    return touched


def check(
    session: Session, progress: Share | None = None, only: Collection[int] | None = None
) -> Iterator[Difference]:
    """Recompute customers' entries and figures from facts; yields what differs from what is stored.

    Everybody's, and the returns of receipts that are nobody's; or those of `only` these customers.
    """
    programs, day = load_programs(session), figures_on(session)
    last = session.connection().scalar(select(func.max(customers.c.id))) or 1
    for ids in customer_chunks(session) if only is None else db.chunks(sorted(only), CUSTOMERS_AT_ONCE):
        facts, known, figures = load_facts(session, ids), load_entries(session, ids), _figures(session, ids)
        counted: Returned = {}
        of: dict[int, int] = {}
        for id_ in ids:
            ledger, computed = _recompute(facts.get(id_, []), programs, day or date.min)
            yield from _entry_differences(id_, known.get(id_, []), ledger.entries)
            for name, mine, right in zip(FIGURES, figures[id_], computed, strict=True):
                if mine != right and day:
                    yield Difference(id_, f"показатель {name}", str(mine), str(right))
            _count_returns(ledger.returned, counted, Consequences())
            of |= dict.fromkeys(ledger.returned, id_)
        for return_, what, mine, right in _returned_otherwise(session, counted):
            yield Difference(of[return_], what, mine, right)
        if progress:
            progress(ids[-1] / last)
    if only is None:
        yield from _check_loose(session)


def _check_loose(session: Session) -> Iterator[Difference]:
    """Returns of receipts without a customer, and those that wait for their receipt."""
    for some in db.chunks(loose_receipts(session)):
        counted: Returned = {}
        _count_returns(load_loose_returns(session, some), counted, Consequences())
        for _return, what, mine, right in _returned_otherwise(session, counted):
            yield Difference(None, what, mine, right)
    r = returns.c
    waiting = select(r.id, r.counted, r.amount).where(
        r.superseded_at.is_(None), r.receipt_id.is_(None), r.counted != r.amount
    )
    for return_, counted_, amount in session.connection().execute(waiting):
        yield Difference(None, f"сумма возврата {return_}", str(counted_), str(amount))


def _entry_differences(id_: int, known: Sequence[Entry], right: Sequence[Entry]) -> Iterable[Difference]:
    for seq in range(max(len(known), len(right))):
        mine = known[seq] if seq < len(known) else None
        should = right[seq] if seq < len(right) else None
        if mine != should:
            yield Difference(id_, f"движение бонусов {seq + 1}", _say(mine), _say(should))


def _say(entry: Entry | None) -> str:
    return "нет" if entry is None else f"{entry.effective_on} {entry.kind} {entry.amount}"


def _recompute(facts: Iterable[Fact], programs: Programs, day: date) -> tuple[Ledger, tuple[Any, ...]]:
    ledger = replay(facts, programs)
    return ledger, (*purchases(ledger, programs, day), *balance(ledger.entries, day))


def _returned_otherwise(session: Session, computed: Returned) -> Iterator[tuple[int, str, str, str]]:
    """Returns of which something else is stored than what fits their receipt: which, what, stored, right."""
    for id_, mine, right in _sums_otherwise(session, computed):
        yield id_, f"сумма возврата {id_}", str(mine), str(right)
    for id_, stored, lines in _lines_otherwise(session, computed):
        yield id_, f"строки возврата {id_}", _say_lines(stored), _say_lines(lines)


def _say_lines(lines: Stored) -> str:
    """As they are stored: thousandths of pieces, kopecks."""
    told = (
        f"строка {at + 1}: товар {product}, количество {pieces}, сумма {amount}"
        for at, (product, pieces, amount) in sorted(lines.items())
    )
    return "; ".join(told) or "нет"


def _sums_otherwise(session: Session, computed: Returned) -> list[tuple[int, int, int]]:
    if not computed:
        return []
    stored = select(returns.c.id, returns.c.counted).where(db.among(session, returns.c.id, computed))
    sums = {id_: sum(amount for _, amount in lines.values()) for id_, lines in computed.items()}
    return [(id_, was, sums[id_]) for id_, was in session.connection().execute(stored) if was != sums[id_]]


def _lines_otherwise(session: Session, computed: Returned) -> list[tuple[int, Stored, Stored]]:
    if not computed:
        return []
    t, stored = returned_lines.c, defaultdict[int, Stored](dict)
    query = select(t.return_id, t.line_no, t.product_id, t.quantity, t.amount)
    for id_, at, *taken in session.connection().execute(query.where(db.among(session, t.return_id, computed))):
        stored[id_][at] = (taken[0], taken[1], taken[2])
    goods = _goods_of(session, computed)
    right = {id_: {at: (goods[id_, at], *taken) for at, taken in of.items()} for id_, of in computed.items()}
    return [(id_, stored[id_], lines) for id_, lines in right.items() if stored[id_] != lines]


def _figures(session: Session, ids: Sequence[int], lock: bool = False) -> dict[int, tuple[Any, ...]]:
    """The cached figures; with `lock` nobody else replays them meanwhile, where there are many writers."""
    columns = [customers.c[name] for name in FIGURES]
    query = select(customers.c.id, *columns).where(db.within(customers.c.id, ids)).order_by(customers.c.id)
    rows = session.connection().execute(query.with_for_update() if lock else query)
    return {row[0]: tuple(row[1:]) for row in rows}


def _write_figures(session: Session, names: Sequence[str], figures: Sequence[tuple[int, tuple[Any, ...]]]) -> None:
    db.update(session, models.Customer, names, [(*row, id_) for id_, row in figures])


def _write_entries(session: Session, known: dict[int, list[Entry]], computed: dict[int, list[Entry]]) -> None:
    """The common beginning stays; what follows the first difference is written anew."""
    outdated, fresh = [], []
    for customer, right in computed.items():
        before = known.get(customer, [])
        same = _common_prefix(before, right)
        if same < len(before):
            outdated.append({"which": customer, "first": same})
        for seq in range(same, len(right)):
            day, kind, amount, fact, lot = right[seq]
            fact_kind, fact_id = fact or (None, None)
            lot_kind, lot_id, part = lot or (None, None, 0)
            words = (_TEXT[kind], amount, _TEXT[fact_kind], fact_id, _TEXT[lot_kind], lot_id, part)
            fresh.append((customer, seq, day, *words))
    if outdated:
        e = entries.c
        gone = delete(entries).where(e.customer_id == bindparam("which"), e.seq >= bindparam("first"))
        session.connection().execute(gone, outdated)
    db.insert(session, models.Entry, ENTRY_COLUMNS, fresh)


def _common_prefix(one: Sequence[Entry], other: Sequence[Entry]) -> int:
    for length, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return length
    return min(len(one), len(other))


def _relevel(session: Session, ids: Sequence[int], programs: Programs, day: date) -> int:
    """Levels by the programme in force on the day."""
    program = programs.on(day)
    query = select(customers.c.id, customers.c.turnover).where(db.within(customers.c.id, ids))
    rows = session.connection().execute(query)
    levels = [(id_, program.level(turnover)) for id_, turnover in rows]
    _write_figures(session, ("level", "rate"), [(id_, (level.name, level.rate)) for id_, level in levels])
    return len(levels)
