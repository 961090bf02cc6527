"""Articles and the names they are sold under."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, models
from loyalty.models import articles, products
from loyalty.models.facts import folded_goods
from loyalty.sales.documents import DocumentLine

Product = tuple[str, str, str]
"""Code, name and group, as a line says them."""


def article_key(sku: str, name: str) -> str:
    """By what an article is known: its code, else its folded name, which no code begins like."""
    return sku or f"={folded_goods(name)}"


def product_ids(session: Session, lines: Iterable[DocumentLine]) -> dict[Product, int]:
    """The product of every line, new ones added."""
    wanted = {(line.sku, line.name, line.group) for line in lines}
    c, found = products.c, dict[Product, int]()
    named = db.among(session, c.name, {name for _, name, _ in wanted})
    for sku, name, group, id_ in session.connection().execute(
        select(c.sku, c.name, c.group_name, c.id).where(named)
    ):
        found[sku, name, group] = id_
    new = sorted(wanted - found.keys())
    if new:
        kept = _article_ids(session, {article_key(sku, name) for sku, name, _ in new})
        ids = db.new_ids(session, models.Product, len(new))
        db.insert(
            session, models.Product, ("id", "article_id", "sku", "name", "group_name"),
            [(id_, kept[article_key(*p[:2])], *p) for id_, p in zip(ids, new, strict=True)],
        )  # fmt: skip
        found |= dict(zip(new, ids, strict=True))
    return found


def _article_ids(session: Session, keys: set[str]) -> dict[str, int]:
    a = articles.c
    query = select(a.key, a.id).where(db.among(session, a.key, keys))
    found = {row.key: row.id for row in session.connection().execute(query)}
    new = sorted(keys - found.keys())
    ids = db.new_ids(session, models.Article, len(new))
    db.insert(session, models.Article, ("id", "key"), list(zip(ids, new, strict=True)))
    return found | dict(zip(new, ids, strict=True))
