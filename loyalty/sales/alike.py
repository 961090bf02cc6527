"""Whether two documents of one number may be one: by whom they name and what was sold. Also what they say of that.

For the few documents where number, shop and year do not decide.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Table, or_, select
from sqlmodel import Session

from loyalty import db
from loyalty.identity.deciding import agree
from loyalty.models import mentions, products, receipt_lines, receipts, return_lines
from loyalty.models.facts import folded_goods
from loyalty.sales.documents import CustomerRef, Document, DocumentLine

Goods = tuple[str, str]
"""Code and folded name of an article."""


class Whom(NamedTuple):
    """By what a document names its customer."""

    code: str | None = None
    card: str | None = None
    phone: str | None = None
    name: str = ""

    def same(self, other: "Whom") -> bool | None:
        """Whether both name one person: the surest sign that both give decides; None: it can't be told."""
        for mine, theirs in zip(self[:3], other[:3], strict=True):
            if mine and theirs:
                return mine == theirs
        if self.name and other.name:
            return agree(self.name, other.name)
        return None


class Telling(NamedTuple):
    """What a document says of its customer and its goods."""

    whom: Whom
    goods: frozenset[Goods]

    @property
    def is_mute(self) -> bool:
        """It says neither, so it may be any."""
        return not any(self.whom) and not self.goods


def alike(one: Telling, other: Telling) -> bool:
    """May be revisions of one document: they name one customer, or share most goods, or one says neither."""
    if one.is_mute or other.is_mute:
        return True
    return bool(one.whom.same(other.whom)) or share_goods(one.goods, other.goods)


def share_goods(one: frozenset[Goods], other: frozenset[Goods]) -> bool:
    """Most goods of the shorter are in the longer: a bag that everybody buys makes no two receipts one."""
    shorter, longer = sorted((one, other), key=len)
    codes, names = {code for code, _ in longer if code}, {name for _, name in longer if name}
    uncoded = {name for code, name in longer if not code}
    shared = sum(code in codes or name in (uncoded if code else names) for code, name in shorter)
    return shared * 2 > len(shorter)


def telling_of(document: Document) -> Telling:
    """What a document says that has just come."""
    ref = document.customer or CustomerRef()
    goods = frozenset((line.sku, folded_goods(line.name)) for line in document.lines if has_goods(line))
    return Telling(Whom(ref.code, ref.card, ref.phone, ref.name or ""), goods)


def has_goods(line: DocumentLine) -> bool:
    """A line of a list of documents has nothing but a sum."""
    return bool(line.sku or line.name)


def is_list(document: Document) -> bool:
    """It comes from a list of documents, without goods."""
    return not any(has_goods(line) for line in document.lines)


def tellings(session: Session, table: Table, ids: Sequence[int]) -> dict[int, Telling]:
    """What these receipts or returns say, by id."""
    m, found = mentions.c, dict[int, Telling]()
    goods: dict[int, set[Goods]] = defaultdict(set)
    for id_, sku, name in _goods_rows(session, table, ids):
        goods[id_].add((sku, folded_goods(name)))
    said = select(table.c.id, m.code, m.card, m.phone, m.name).outerjoin(mentions, m.id == table.c.mention_id)
    for id_, code, card, phone, name in session.connection().execute(
        said.where(db.among(session, table.c.id, ids))
    ):
        found[id_] = Telling(Whom(code, card, phone, name or ""), frozenset(goods[id_]))
    return found


def with_goods(session: Session, table: Table, ids: Sequence[int]) -> set[int]:
    """Which of these receipts or returns have lines with goods."""
    return {id_ for id_, _, _ in _goods_rows(session, table, ids)} if ids else set()


def _goods_rows(session: Session, table: Table, ids: Sequence[int]) -> list[tuple[int, str, str]]:
    lines = receipt_lines if table is receipts else return_lines
    of, p = lines.c.receipt_id if table is receipts else lines.c.return_id, products.c
    query = select(of, p.sku, p.name).join(products, p.id == lines.c.product_id)
    query = query.where(db.among(session, of, ids), or_(p.sku != "", p.name != ""))
    return [(id_, sku, name) for id_, sku, name in session.connection().execute(query)]
