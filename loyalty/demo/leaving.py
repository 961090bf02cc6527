"""The end of the demo shop: what was invented goes, what a person or a till has said since stays."""

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select, union, update
from sqlmodel import Session

from loyalty import settings
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.models import (
    acts,
    answers,
    aparts,
    articles,
    attempts,
    consents,
    customers,
    entries,
    erasures,
    forgotten,
    grants,
    holdout_members,
    identities,
    imports,
    joins,
    mentions,
    messages,
    products,
    receipt_lines,
    receipts,
    relatives,
    return_lines,
    returned_lines,
    returns,
)
from loyalty.reports.shop import is_only_demo
from loyalty.segments import membership

DEMO = select(acts.c.id).join(imports, imports.c.id == acts.c.import_id).where(imports.c.origin == "demo")


def remove(session: Session) -> None:
    """Empty the database of the demo shop; the shop's name and its programme stay, and so do sales of the till.

    Refused where files were loaded beside it: whose a customer is can't be told then.
    """
    if not is_only_demo(session):
        raise Refused("Здесь уже не только демо-магазин: настоящие данные так не убирают")
    kept = _who_stays(session)
    membership.forget(session)
    _remove_documents(session)
    _remove_people(session, kept)
    _delete(session, products, products.c.id.not_in(_products_sold()))
    _delete(session, articles, articles.c.id.not_in(select(products.c.article_id)))
    _remove_acts(session)
    ledger.refresh(session, kept, settings.today(session))


def _who_stays(session: Session) -> set[int]:
    """Customers who were not invented, and invented ones to whom something real was sold."""
    found = set(session.connection().scalars(select(customers.c.id).where(customers.c.act_id.not_in(DEMO))))
    for table in (receipts, returns):
        real = select(mentions.c.customer_id, table.c.customer_id).join(table, table.c.mention_id == mentions.c.id)
        for owners in session.connection().execute(real.where(table.c.act_id.not_in(DEMO))):
            found |= {id_ for id_ in owners if id_ is not None}
    roots = select(customers.c.joined_to).where(customers.c.id.in_(found), customers.c.joined_to.is_not(None))
    return found | set(session.connection().scalars(roots))


def _remove_documents(session: Session) -> None:
    sold = select(receipts.c.id).where(receipts.c.act_id.in_(DEMO))
    real = update(returns).where(returns.c.receipt_id.in_(sold), returns.c.act_id.not_in(DEMO))
    session.connection().execute(real.values(receipt_id=None, counted=returns.c.amount))
    back = select(returns.c.id).where(returns.c.act_id.in_(DEMO))
    for table in (return_lines, returned_lines):
        _delete(session, table, table.c.return_id.in_(back))
    _delete(session, returns, returns.c.act_id.in_(DEMO))
    _delete(session, receipt_lines, receipt_lines.c.receipt_id.in_(sold))
    _delete(session, receipts, receipts.c.act_id.in_(DEMO))


def _remove_people(session: Session, kept: set[int]) -> None:
    written = select(messages.c.id).where(messages.c.customer_id.not_in(kept))
    _delete(session, attempts, attempts.c.message_id.in_(written))
    used = [select(table.c.mention_id).where(table.c.mention_id.is_not(None)) for table in (receipts, returns)]
    for table, columns in (
        (messages, (messages.c.customer_id,)),
        (holdout_members, (holdout_members.c.customer_id,)),
        (forgotten, (forgotten.c.customer_id,)),
        (erasures, (erasures.c.customer_id,)),
        (entries, (entries.c.customer_id,)),
        (answers, (answers.c.customer_id,)),
        (aparts, (aparts.c.one_id, aparts.c.other_id)),
        (joins, (joins.c.gone_id, joins.c.into_id)),
        (consents, (consents.c.customer_id,)),
        (relatives, (relatives.c.customer_id,)),
        (identities, (identities.c.customer_id,)),
        (grants, (grants.c.given_to,)),
    ):
        _delete(session, table, or_(*(column.not_in(kept) for column in columns)))
    c = customers.c
    unused = mentions.c.id.not_in(used[0].union(used[1]))
    _delete(session, mentions, or_(mentions.c.customer_id.not_in(kept), unused & mentions.c.customer_id.is_(None)))
    session.connection().execute(update(customers).where(c.joined_to.not_in(kept)).values(joined_to=None))
    _delete(session, customers, c.id.not_in(kept))


def _remove_acts(session: Session) -> None:
    """And the import they came with; what stays of its people keeps its act, though no file any more."""
    named = [select(table.c.act_id) for table in (customers, identities, consents, joins, aparts, answers)]
    _delete(session, acts, acts.c.id.in_(DEMO) & acts.c.id.not_in(union(*named)))
    invented = imports.c.origin == "demo"
    gone = select(imports.c.id).where(invented)
    session.connection().execute(update(acts).where(acts.c.import_id.in_(gone)).values(import_id=None))
    _delete(session, imports, invented)


def _products_sold() -> Select[tuple[int]]:
    sold, back = select(receipt_lines.c.product_id), select(return_lines.c.product_id)
    return select(sold.union(back).subquery().c.product_id)


def _delete(session: Session, table: Table, where: ColumnElement[bool]) -> None:
    session.connection().execute(delete(table).where(where))
