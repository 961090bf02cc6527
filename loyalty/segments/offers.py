"""What the shop really has to choose from: goods, groups, cities and the like, with how many customers each.

Counted are current customers as a condition of that name alone would count them: returned goods do not.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlmodel import Session

from loyalty import db, settings
from loyalty.engine.facts import load_programs
from loyalty.kept import kept
from loyalty.models import (
    articles,
    campaigns,
    customers,
    memberships,
    messages,
    products,
    receipt_lines,
    receipts,
    returned_lines,
    returns,
    segments,
)
from loyalty.models.facts import folded_goods
from loyalty.models.people import is_herself
from loyalty.segments.parameters import Source

OFFERS, FOUND_MAX = 8, 300
STEM_FROM = 6  # letters; a longer word is sought without its last one, which in Russian is often the case's

Counted: TypeAlias = list[tuple[str, int]]
"""Names and how many customers each."""


class Offer(NamedTuple):
    """A name as a condition takes it, as a person reads it, and how many customers have it."""

    name: str
    title: str
    customers: int


def offers(session: Session, source: Source, words: str = "", limit: int = OFFERS) -> list[Offer]:
    """The most frequent first; with words those that have every word, whatever letter case, ё and ending."""
    stems = stems_of(words)
    if source is Source.ARTICLES:
        return _goods(session, stems, limit)
    if source in _NAMED:  # to count them all costs more than to name them
        named = [name for name in _names(session, source) if fits(name, stems)]
        counted = kept(session, (source, *named), lambda: _customers(session, source, named))
    else:
        counted = kept(session, (source,), lambda: _everything(session, source))
        counted = [(name, count) for name, count in counted if fits(name, stems)]
    return [Offer(name, name or "Не указано", count) for name, count in counted[:limit]]


def stems_of(words: str) -> list[str]:
    """What is sought of the words that a person typed."""
    return [word[:-1] if len(word) >= STEM_FROM else word for word in folded_goods(words).split()]


def fits(text: str, stems: Sequence[str]) -> bool:
    """Whether a text has every stem."""
    return all(stem in folded_goods(text) for stem in stems)


def existing(session: Session, source: Source, names: Iterable[str]) -> set[str]:
    """Which of these names the shop has."""
    wanted = set(names)
    if source is Source.ARTICLES:
        return _known_goods(session, wanted)
    if source in _NAMED:
        return wanted & set(_names(session, source))
    return wanted & {name for name, _ in kept(session, (source,), lambda: _everything(session, source))}


# --- Few, listed whole --------------------------------------------------------------------------------------


def _everything(session: Session, source: Source) -> Counted:
    if source is Source.LEVELS:
        return _levels(session)
    if source is Source.SEGMENTS:
        return _segments(session)
    if source is Source.CAMPAIGNS:
        return _campaigns(session)
    column = customers.c.city if source is Source.CITIES else customers.c.source
    query = select(column, func.count()).where(column.is_not(None), column != "", is_herself)
    return _most_first(session.connection().execute(query.group_by(column)))


def _levels(session: Session) -> Counted:
    """From the lowest, as the programme has them; then those that only customers still have."""
    c = customers.c
    query = select(c.level, func.count()).where(is_herself, c.level != "").group_by(c.level)
    counted = _by_name(session, query)
    program = load_programs(session).on(settings.today(session))
    return list((dict.fromkeys((level.name for level in program.levels), 0) | counted).items())


def _segments(session: Session) -> Counted:
    s, m = segments.c, memberships.c
    inside = and_(m.segment_id == s.id, m.left_at.is_(None))
    query = select(s.name, func.count(m.id)).select_from(segments).outerjoin(memberships, inside)
    return _most_first(session.connection().execute(query.group_by(s.name)))


def _campaigns(session: Session) -> Counted:
    """The latest launched first, with how many got each."""
    c, m = campaigns.c, messages.c
    query = select(c.name, func.count(m.effective_at)).select_from(campaigns)
    query = query.outerjoin(messages, m.campaign_id == c.id).group_by(c.id, c.name, c.launched_at)
    rows = session.connection().execute(query.order_by(c.launched_at.is_(None), c.launched_at.desc(), c.id.desc()))
    return [(name, count) for name, count in rows]


def _by_name(session: Session, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.connection().execute(query)}


def _most_first(rows: Iterable[Any]) -> Counted:
    return sorted(((name, count) for name, count in rows), key=lambda one: (-one[1], one[0]))


# --- What receipts name ---------------------------------------------------------------------------------------

_NAMED: dict[Source, ColumnElement[str]] = {
    Source.GROUPS: products.c.group_name,
    Source.PLACES: receipts.c.place,
    Source.SHOPS: receipts.c.shop,
}


def _names(session: Session, source: Source) -> list[str]:
    column = _NAMED[source]
    query: Select[Any] = select(column).distinct()
    if source is not Source.GROUPS:
        query = query.where(receipts.c.superseded_at.is_(None))
    uncounted = kept(session, (source, "names"), lambda: [(one, 0) for one in session.connection().scalars(query)])
    return [name for name, _ in uncounted]


def _customers(session: Session, source: Source, names: Sequence[str]) -> Counted:
    column = _NAMED[source]
    if not names:
        return []
    if source is Source.GROUPS:
        return _buyers(session, column, names)
    r = receipts.c
    query = select(column, func.count(r.customer_id.distinct())).group_by(column)
    query = query.where(r.superseded_at.is_(None), r.customer_id.is_not(None), r.id.not_in(_brought_back()))
    known = _by_name(session, query.where(db.among(session, column, names)))
    return _most_first((name, known.get(name, 0)) for name in names)


def _brought_back() -> Select[tuple[int]]:
    """Receipts of which nothing is left."""
    r, b = receipts.c, returns.c
    query = select(r.id).join(returns, and_(b.receipt_id == r.id, b.superseded_at.is_(None)))
    return query.group_by(r.id, r.total).having(func.sum(b.counted) >= r.total)


# --- Goods --------------------------------------------------------------------------------------------------


def _goods(session: Session, stems: Sequence[str], limit: int) -> list[Offer]:
    """Articles by their names, those whose code alone has the words by their codes; sought by the database."""
    p, connection = products.c, session.connection()
    named = [_has(session, p.name, stem) for stem in stems]
    query = select(p.name).where(p.name != "", *named).distinct().order_by(p.name).limit(FOUND_MAX)
    names = list(connection.scalars(query))
    counted = kept(session, ("articles", *names), lambda: _buyers(session, p.name, names))
    found = [Offer(name, name, count) for name, count in counted[:limit]]
    if stems and len(found) < limit:
        coded = [_has(session, p.sku, stem) for stem in stems]
        query = select(p.sku, func.max(p.name)).where(p.sku != "", *coded, p.name.not_in(names)).group_by(p.sku)
        titles = {row[0]: row[1] for row in connection.execute(query.order_by(p.sku).limit(FOUND_MAX))}
        counted = kept(session, ("codes", *titles), lambda: _buyers(session, p.sku, list(titles)))
        found += [Offer(sku, f"{titles[sku]} ({sku})", count) for sku, count in counted[: limit - len(found)]]
    return found


def _buyers(session: Session, column: ColumnElement[str], names: Sequence[str]) -> Counted:
    """How many customers have goods of each name, column of products, that they did not bring back."""
    r, line, t, p = receipts.c, receipt_lines.c, returned_lines.c, products.c
    meant = db.among(session, column, names)
    current = and_(r.superseded_at.is_(None), r.customer_id.is_not(None))
    sold = select(column.label("name"), r.customer_id, line.quantity.label("pieces"))
    sold = sold.select_from(products).join(receipt_lines, line.product_id == p.id)
    sold = sold.join(receipts, r.id == line.receipt_id).where(meant, current)
    back = select(column.label("name"), r.customer_id, -t.quantity).select_from(returned_lines)
    back = back.join(returns, and_(returns.c.id == t.return_id, returns.c.superseded_at.is_(None)))
    back = back.join(receipts, r.id == returns.c.receipt_id)
    back = back.join(products, p.id == t.product_id).where(meant, current)
    both = union_all(sold, back).subquery()
    hers = select(both.c.name).group_by(both.c.name, both.c.customer_id).having(func.sum(both.c.pieces) > 0)
    counted = hers.subquery()
    query = select(counted.c.name, func.count()).group_by(counted.c.name)
    known = _by_name(session, query)
    return _most_first((name, known.get(name, 0)) for name in names)


def _has(session: Session, column: ColumnElement[str], stem: str) -> ColumnElement[bool]:
    """column has a stem, whatever its letter case and ё: neither database's own search can tell that everywhere."""
    if session.connection().dialect.name == "postgresql":
        return column.regexp_match("".join(_either(letter, re.escape(letter)) for letter in stem))
    return column.op("GLOB")(f"*{''.join(_either(letter, _of_glob(letter)) for letter in stem)}*")


def _either(letter: str, otherwise: str) -> str:
    cases = {letter, letter.upper(), *({"ё", "Ё"} if letter == "е" else ())}
    return f"[{''.join(sorted(cases))}]" if letter.isalpha() and max(map(len, cases)) == 1 else otherwise


def _of_glob(letter: str) -> str:
    return f"[{letter}]" if letter in "*?[" else letter


def _known_goods(session: Session, names: set[str]) -> set[str]:
    p, connection = products.c, session.connection()
    keys = {f"={folded_goods(name)}": name for name in names} | {name: name for name in names}
    coded = connection.scalars(select(articles.c.key).where(db.among(session, articles.c.key, keys)))
    named = connection.scalars(select(p.name).where(db.among(session, p.name, names)))
    return {keys[key] for key in coded} | set(named)
