"""«Чей это чек?»: the receipts that wait for an answer, what was bought, and whose each may be."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import models
from loyalty.models import products, receipt_lines, receipts
from loyalty.reports.customers import faces
from loyalty.reports.customers.faces import Face
from loyalty.sales import answers

GOODS_SHOWN = 3


class Question(NamedTuple):
    """A receipt of somebody; `goods` are its first few, `more` how many lines there are besides."""

    receipt: answers.Open
    place: str
    goods: list[str]
    more: int
    may_be: list[Face]


def count(session: Session) -> int:
    """How many receipts wait for an answer."""
    return answers.count(session)


def recent(session: Session) -> list[tuple[models.Receipt, Face]]:
    """What was answered last, and whose it is."""
    answered = answers.recent(session)
    known = faces.of(session, {customer for _, customer in answered})
    session.expunge_all()  # the page reads it after the session is closed
    return [(receipt, known[customer]) for receipt, customer in answered if customer in known]


def page(session: Session, number: int, size: int) -> list[Question]:
    """One page (from 1) of the questions, the latest receipt first."""
    waiting = answers.waiting(session, size, (number - 1) * size)
    ids = [receipt.id for receipt in waiting]
    known = faces.of(session, {id_ for receipt in waiting for id_ in receipt.may_be})
    goods: dict[int, list[str]] = defaultdict(list)
    line = receipt_lines.c
    bought = select(line.receipt_id, products.c.name).join(products, products.c.id == line.product_id)
    bought = bought.where(line.receipt_id.in_(ids)).order_by(line.receipt_id, line.line_no)
    for id_, name in session.connection().execute(bought):
        goods[id_].append(name)
    where = select(receipts.c.id, receipts.c.place).where(receipts.c.id.in_(ids))
    places = {row.id: row.place for row in session.connection().execute(where)}
    return [
        Question(
            receipt,
            receipt.shop or places[receipt.id],
            goods[receipt.id][:GOODS_SHOWN],
            max(len(goods[receipt.id]) - GOODS_SHOWN, 0),
            [known[id_] for id_ in receipt.may_be if id_ in known],
        )
        for receipt in waiting
    ]
