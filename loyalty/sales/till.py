"""A sale at the till: what may be paid with bonuses is checked before the money is taken (rules.md §6)."""

from datetime import date

from sqlmodel import Session

from loyalty import acts, db, models
from loyalty.customers import people
from loyalty.engine.entries import Line, Receipt
from loyalty.engine.facts import load_facts, load_programs
from loyalty.engine.figures import balance
from loyalty.engine.ledger import refresh
from loyalty.engine.replay import available_before, replay
from loyalty.errors import NotFound, Refused
from loyalty.identity.finding import Finder
from loyalty.models import receipts as receipt_table
from loyalty.money import Kopecks
from loyalty.sales import receipts, which
from loyalty.sales.documents import CustomerRef, SaleDocument
from loyalty.sales.receipts import Outcome
from loyalty.wording import day as day_words
from loyalty.wording import roubles

NEWEST = 2**62
"""An id after all others: of the sale that is asked about, which has none yet."""


def sell(session: Session, document: SaleDocument, today: date, person: str = "") -> Outcome:
    """A sale at the till, entries included; Refused with the reason where it can't be.

    Bonuses must be available at the sale's own time and now. The same document again changes nothing; the same
    number with other content is Refused.
    """
    _check_document(document, today)
    db.one_at_a_time(session, db.INTAKE)
    if _is_done(session, document):
        return Outcome.UNCHANGED
    if which.is_taken(session, receipt_table, document):
        raise Refused(f"Чек {document.number} уже проведён с другим содержанием")
    act = acts.begin(session, acts.Origin.TILL, person=person)
    finder = Finder(session, act)
    _check_customer(session, document.customer)
    owner = finder.owners([(document.customer, document.at.date())])[0] if document.customer else None
    if owner and owner.customer_id is None:
        raise Refused("Этот телефон или карта у нескольких клиентов: назовите имя, код или другую карту")
    if document.redeemed:
        if owner is None or owner.customer_id is None:
            raise Refused("Бонусами платит только участник программы: назовите телефон или карту")
        _check_limits(session, document, document.redeemed, owner.customer_id, today)
    batch = receipts.record(session, [document], act, finder)
    refresh(session, batch.touched | set(finder.learned.created), today, loose=batch.loose)
    return batch.results[0].outcome


def _check_document(document: SaleDocument, today: date) -> None:
    """What no till may say, whoever asks."""
    total = sum(line.amount or 0 for line in document.lines)
    redeemed = document.redeemed or 0
    if not document.number.strip():
        raise Refused("У чека нет номера")
    if document.at.date() > today:
        raise Refused(f"Дата чека {day_words(document.at.date())} ещё не наступила: проверьте часы кассы")
    if not document.lines:
        raise Refused("В чеке нет ни одной строки")
    for line in document.lines:
        if (
            line.amount is None
            or line.amount < 0
            or line.quantity <= 0
            or line.discount < 0
            or (line.price or 0) < 0
        ):
            raise Refused(f"Строка «{line.name or line.sku}»: количество больше нуля, суммы не меньше нуля")
    if redeemed < 0:
        raise Refused("Бонусов к оплате не может быть меньше нуля")
    if redeemed > total:
        raise Refused(f"Бонусами нельзя оплатить больше самого чека: {roubles(total)}")


def _check_customer(session: Session, ref: CustomerRef | None) -> None:
    """A person at the till names somebody there is, or nobody."""
    if ref is None:
        return
    if ref.id is not None and session.get(models.Customer, ref.id) is None:
        raise NotFound("Такого клиента нет")
    if ref.id is None and not (ref.code or ref.card or ref.phone):
        raise Refused("Покупатель не назван: нужен телефон, карта или код")


def _is_done(session: Session, document: SaleDocument) -> bool:
    """Whether the till has said exactly this before; a file may have said more since."""
    said = which.said_by_till(session, receipt_table, [document.number])
    mine, content = (document.number, document.shop, document.at.year), receipts.content(document)
    return any(one.content == content for key, some in said.items() if key[:3] == mine for one in some)


def _check_limits(session: Session, document: SaleDocument, asked: Kopecks, customer_id: int, today: date) -> None:
    people.lock(session, customer_id)
    programs = load_programs(session)
    cap = programs.on(document.at.date()).max_redeem(sum(line.amount or 0 for line in document.lines))
    if asked > cap:
        raise Refused(f"Бонусами можно оплатить не больше {roubles(cap)} этого чека")
    facts = load_facts(session, [customer_id]).get(customer_id, [])
    sale = Receipt(NEWEST, document.number, document.at, 0, list[Line](), document.shop)
    then, now = available_before(facts, programs, sale), balance(replay(facts, programs).entries, today).available
    if asked > now:
        raise Refused(f"Сейчас доступно {roubles(now)} бонусами, просят {roubles(asked)}")
    if asked > then:
        at = f"{document.at:%d.%m.%Y %H:%M}"
        raise Refused(f"Ко времени чека ({at}) было доступно {roubles(then)} бонусами, просят {roubles(asked)}")
