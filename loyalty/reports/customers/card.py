"""The customer's card: who she is, her figures, purchases with lines, and the story of her bonuses."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from loyalty import settings
from loyalty.customers import consents
from loyalty.engine.entries import MOVES, Grant, Kind, Origin, Receipt, Ref, Return
from loyalty.engine.facts import load_facts, load_programs
from loyalty.engine.figures import Balance, Purchases, balance, purchases
from loyalty.engine.replay import replay
from loyalty.engine.sale import full_price
from loyalty.errors import NotFound
from loyalty.explain import reasons
from loyalty.explain.movements import Story
from loyalty.identity import forgotten, joining
from loyalty.models import (
    Customer,
    Relative,
    products,
    receipt_lines,
    receipts,
    relatives,
    return_lines,
    returns,
)
from loyalty.money import Kopecks
from loyalty.program.terms import Level

LINE_COLUMNS = ["Товар", "Количество", "Цена", "Сумма", "Скидка"]
BEFORE_DAYS, AFTER_DAYS = 14, 60  # that a picture of the balance shows around its changes
Line = tuple[str, int, Kopecks | None, Kopecks | None, str]  # as LINE_COLUMNS
Document = tuple[str, int]  # Origin, id


@dataclass(frozen=True)
class Activity:
    """What a customer bought and brought back (C2): documents, days, pieces in thousandths, kopecks."""

    receipts: int
    receipt_days: int
    goods: int
    receipts_sum: Kopecks
    returns: int
    return_days: int
    goods_returned: int
    returns_sum: Kopecks


@dataclass(frozen=True)
class CustomerCard:
    """Everything the card shows, as of today."""

    customer: Customer
    relatives: list[Relative]
    sms_consent: bool | None
    story: Story
    balance: Balance
    purchases: Purchases
    next_level: Level | None
    pending_days: list[date]  # when something of what waits becomes available
    activity: Activity
    documents: pd.DataFrame  # as _documents names its columns; newest first, by what each is: «receipt 17»
    goods: dict[str, list[Line]]  # by the same
    today: date
    is_erased: bool = False  # her data were destroyed: who she was is known no more

    def lines(self, id_: str) -> pd.DataFrame:
        """What a document of the list is of: LINE_COLUMNS; empty where it has no lines."""
        return pd.DataFrame(self.goods.get(id_, []), columns=LINE_COLUMNS, dtype=object)

    def gift(self, at: int) -> Grant | None:
        """The gift that a movement of the story gave; None where it is about something else."""
        entry = self.story.entries[at]
        ref = entry.fact if entry.kind is Kind.GRANTED else entry.lot and entry.lot.fact
        fact = self.story.by_ref.get(ref) if ref and entry.kind in (Kind.GRANTED, Kind.AVAILABLE) else None
        return fact if isinstance(fact, Grant) else None

    def with_gift(self, gift: Grant, amount: Kopecks) -> Balance:
        """Her bonuses today, had this gift been of another sum from the first day; 0: had there been none."""
        facts = [fact for fact in self.story.facts if fact != gift]
        if amount:
            facts.append(gift._replace(amount=amount))
        return balance(replay(facts, self.story.programs).entries, self.today)

    def course(self) -> list[tuple[date, Kopecks]]:
        """What is available from each day on which that changes, by day; empty where it never did.

        Begins at zero, has a point today where past and future meet, and goes on a little.
        """
        available, points = 0, dict[date, Kopecks]()
        for entry in self.story.entries:
            if move := MOVES[entry.kind].available:
                available += move * entry.amount
                points[entry.effective_on] = available
        if not points:
            return []
        points.setdefault(self.today, self.balance.available)
        points[min(points) - timedelta(days=BEFORE_DAYS)] = 0
        points[max(points) + timedelta(days=AFTER_DAYS)] = points[max(points)]
        return sorted(points.items())


def load(session: Session, customer_id: int) -> CustomerCard:
    """The card of a customer, of whom she was joined to where she was; NotFound."""
    customer = session.get(Customer, customer_id)
    if customer and customer.joined_to:
        customer = session.get(Customer, customer.joined_to)
    if customer is None or customer.id is None:
        raise NotFound("Такого клиента нет. Найдите его в списке клиентов")
    customer_id = customer.id
    today, programs = settings.today(session), load_programs(session)
    goods, family = _goods(session, customer_id), joining.family(session, customer_id)
    story = Story(
        load_facts(session, [customer_id]).get(customer_id, []),
        programs,
        goods={id_: [line[0] for line in lines] for (kind, id_), lines in goods.items() if kind == Origin.RECEIPT},
        gift_words=reasons.gifts(session, [customer_id]),
    )
    until = {e.effective_on for e in story.entries if e.kind is Kind.AVAILABLE and e.effective_on > today}
    documents = _documents(session, customer_id, story)
    bought = purchases(story.ledger, programs, today)
    found = CustomerCard(
        customer=customer,
        relatives=list(session.scalars(select(Relative).where(relatives.c.customer_id.in_(family)))),
        sms_consent=consents.latest(session, [customer_id]).get(customer_id),
        story=story,
        balance=balance(story.entries, today),
        purchases=bought,
        next_level=programs.on(today).next_level(bought.turnover),
        pending_days=sorted(until),
        activity=_activity(story, bought),
        documents=documents,
        goods={_id(of): lines for of, lines in goods.items()},
        today=today,
        is_erased=bool(forgotten.erased(session, [customer_id])),
    )
    session.expunge_all()  # the page reads it after the session is closed
    return found


def _goods(session: Session, customer_id: int) -> dict[Document, list[Line]]:
    """Lines of the customer's current receipts, and of the returns matched to them, by document."""
    found: dict[Document, list[Line]] = defaultdict(list)
    line, product, r = receipt_lines.c, products.c, receipts.c
    query = (
        select(line.receipt_id, product.name, line.quantity, line.price, line.discount, line.amount)
        .join(products, product.id == line.product_id)
        .join(receipts, r.id == line.receipt_id)
        .where(r.customer_id == customer_id, r.superseded_at.is_(None))
        .order_by(line.receipt_id, line.line_no)
    )
    for id_, name, quantity, price, discount, amount in session.connection().execute(query):
        note = "" if full_price(price, quantity, discount, amount) else "со скидкой"
        found[Origin.RECEIPT, id_].append((name, quantity, price, amount, note))
    back, b = return_lines.c, returns.c
    query = (
        select(back.return_id, product.name, back.quantity, back.amount)
        .join(products, product.id == back.product_id)
        .join(returns, b.id == back.return_id)
        .where(_brought_back_by(customer_id))
        .order_by(back.return_id, back.line_no)
    )
    for id_, name, quantity, amount in session.connection().execute(query):
        found[Origin.RETURN, id_].append((name, quantity, None, amount, ""))
    return dict(found)


def _brought_back_by(customer_id: int) -> ColumnElement[bool]:
    """Current returns of the customer's receipts, and those that name her and wait for a receipt.

    Not a coalesce over a join: that would read every return of the shop.
    """
    hers = select(receipts.c.id).where(receipts.c.customer_id == customer_id)
    waiting = and_(returns.c.receipt_id.is_(None), returns.c.customer_id == customer_id)
    return and_(returns.c.superseded_at.is_(None), or_(returns.c.receipt_id.in_(hers), waiting))


def _documents(session: Session, customer_id: int, story: Story) -> pd.DataFrame:
    r, b = receipts.c, returns.c
    sold = select(r.id, r.at, r.number, r.place, r.total, r.redeemed).where(
        r.customer_id == customer_id, r.superseded_at.is_(None)
    )
    came = (
        select(b.id, b.at, b.number, b.place, b.counted, b.receipt_id, r.number.label("basis"))
        .outerjoin(receipts, r.id == b.receipt_id)
        .where(_brought_back_by(customer_id))
    )
    earned = {e.fact: e.amount for e in story.entries if e.kind is Kind.EARNED}
    rows: list[tuple[Document, dict[str, object]]] = []
    for row in session.connection().execute(sold):
        ref = Ref(Origin.RECEIPT, row.id)
        rows.append((ref, _document(row, "Покупка", row.total, row.redeemed, earned.get(ref, 0), "")))
    for back in session.connection().execute(came):
        basis = f"к чеку {back.basis}" if back.basis else "чек не найден"
        amount = back.counted
        rows.append(((Origin.RETURN, back.id), _document(back, "Возврат", -amount, None, None, basis)))
    rows.sort(key=lambda pair: (pair[1]["Когда"], pair[0][1]), reverse=True)
    columns = ["Когда", "Что", "Номер", "Место", "Сумма", "Оплачено бонусами", "Начислено", "Основание"]
    index = [_id(ref) for ref, _ in rows]
    return pd.DataFrame([shown for _, shown in rows], columns=columns, index=index, dtype=object)


def _id(document: Document) -> str:
    origin, id_ = document
    return f"{origin} {id_}"


def _document(
    row: object, what: str, amount: Kopecks, redeemed: Kopecks | None, earned: Kopecks | None, basis: str
) -> dict[str, object]:
    return {
        "Когда": row.at,  # type: ignore[attr-defined]
        "Что": what,
        "Номер": row.number,  # type: ignore[attr-defined]
        "Место": row.place,  # type: ignore[attr-defined]
        "Сумма": amount,
        "Оплачено бонусами": redeemed,
        "Начислено": earned,
        "Основание": basis,
    }


def _activity(story: Story, bought: Purchases) -> Activity:
    """What counts: a return waiting for its receipt, or of more than was left, counts in nothing (rules.md §7)."""
    sold = [fact for fact in story.facts if isinstance(fact, Receipt)]
    taken = {id_: lines for id_, lines in story.ledger.returned.items() if any(line.is_any for line in lines)}
    back = [fact for fact in story.facts if isinstance(fact, Return) and fact.id in taken]
    return Activity(
        bought.receipts_count,
        len({fact.at.date() for fact in sold}),
        sum(line.quantity for fact in sold for line in fact.lines),
        bought.receipts_sum,
        bought.returns_count,
        len({fact.at.date() for fact in back}),
        sum(line.pieces for lines in taken.values() for line in lines),
        bought.returns_sum,
    )
