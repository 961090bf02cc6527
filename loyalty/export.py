"""What leaves the program as a file: customers, receipts, returns, movements, stays in segments, messages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, case, func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.customers.names import Name
from loyalty.engine.entries import Fact, Kind, Origin, Ref, Return
from loyalty.engine.facts import customer_chunks, load_entries, load_facts, load_programs
from loyalty.engine.figures import balance, purchases
from loyalty.engine.replay import Ledger, replay
from loyalty.errors import Refused
from loyalty.explain.reasons import KINDS, explain, gifts, sources
from loyalty.messages.reasons import REASONS, STATUSES
from loyalty.messages.results import figures
from loyalty.messages.writing import draft
from loyalty.models import (
    campaigns,
    customers,
    entries,
    memberships,
    messages,
    receipt_lines,
    receipts,
    returns,
    segments,
    triggers,
)
from loyalty.models.messages import known_address
from loyalty.models.people import is_herself
from loyalty.segments import membership, stored
from loyalty.tables import Column, Columns, Rows, Type, write

DOCUMENTS_AT_ONCE = 5_000
PERSON = (
    *("id", "external_id", "card", "phone", "last_name", "first_name", "middle_name", "birth_date", "sex"),
    *("city", "street", "house", "email", "registered_on", "source"),
)

CUSTOMERS: Columns = (
    Column("id", "Номер в программе", Type.WHOLE),
    Column("external_id", "Код клиента"),
    Column("card", "Карта"),
    Column("phone", "Телефон"),
    Column("name", "Клиент"),
    Column("birth_date", "Дата рождения", Type.DAY),
    Column("sex", "Пол", words={"f": "Ж", "m": "М"}),
    Column("city", "Город"),
    Column("street", "Улица"),
    Column("house", "Дом"),
    Column("email", "Email"),
    Column("registered_on", "Дата регистрации", Type.DAY),
    Column("source", "Источник"),
    Column("level", "Уровень"),
    Column("rate", "Процент", Type.PERCENT),
    Column("turnover", "Оборот", Type.MONEY),
    Column("receipts_count", "Чеков", Type.WHOLE),
    Column("receipts_sum", "Сумма чеков", Type.MONEY),
    Column("returns_count", "Возвратов", Type.WHOLE),
    Column("returns_sum", "Сумма возвратов", Type.MONEY),
    Column("last_purchase_on", "Последняя покупка", Type.DAY),
    Column("available", "Доступно бонусов", Type.MONEY),
    Column("pending", "Ждут подтверждения", Type.MONEY),
    Column("spent", "Потрачено бонусов", Type.MONEY),
    Column("burned", "Сгорело бонусов", Type.MONEY),
    Column("debt", "Долг по бонусам", Type.MONEY),
    Column("next_burn_on", "Дата сгорания", Type.DAY),
    Column("next_burn", "Сгорит бонусов", Type.MONEY),
)
RECEIPTS: Columns = (
    Column("id", "Номер в программе", Type.WHOLE),
    Column("number", "Номер чека"),
    Column("shop", "Магазин"),
    Column("at", "Дата", Type.MOMENT),
    Column("customer_id", "Номер клиента в программе", Type.WHOLE),
    Column("external_id", "Код клиента"),
    Column("place", "Место продажи"),
    Column("cashier", "Кассир"),
    Column("payment", "Способ оплаты"),
    Column("total", "Сумма", Type.MONEY),
    Column("discount", "Скидка", Type.MONEY),
    Column("redeemed", "Оплачено бонусами", Type.MONEY),
    Column("earned", "Начислено бонусов", Type.MONEY),
    Column("lines", "Строк", Type.WHOLE),
)
RETURNS: Columns = (
    Column("id", "Номер в программе", Type.WHOLE),
    Column("number", "Номер возврата"),
    Column("shop", "Магазин"),
    Column("at", "Дата", Type.MOMENT),
    Column("receipt_number", "Номер чека"),
    Column("customer_id", "Номер клиента в программе", Type.WHOLE),
    Column("amount", "Сумма", Type.MONEY),
    Column("matched", "Чек найден", Type.FLAG),
)
ENTRIES: Columns = (
    Column("customer_id", "Номер клиента в программе", Type.WHOLE),
    Column("external_id", "Код клиента"),
    Column("kind", "Движение", words={kind.value: words for kind, words in KINDS.items()}),
    Column("amount", "Бонусы", Type.MONEY),
    Column("effective_on", "День", Type.DAY),
    Column("receipt_number", "Номер чека"),
    Column("reason", "Почему"),
)
SEGMENTS: Columns = (
    Column("segment", "Сегмент"),
    Column("external_id", "Код клиента"),
    Column("customer_id", "Номер клиента в программе", Type.WHOLE),
    Column("entered_at", "Вошёл", Type.MOMENT),
    Column("left_at", "Вышел", Type.MOMENT),
)
CAMPAIGNS: Columns = (
    Column("name", "Название"),
    Column("channel", "Канал", words=draft.CHANNELS),
    Column("started_at", "Дата", Type.MOMENT),
    Column("recipients", "Получателей", Type.WHOLE),
    Column("sent", "Отправлено", Type.WHOLE),
    Column("delivered", "Доставлено", Type.WHOLE),
    Column("failed", "Не доставлено", Type.WHOLE),
    Column("unknown", "Неизвестно", Type.WHOLE),
    Column("buyers", "Купили", Type.WHOLE),
    Column("revenue", "Выручка", Type.MONEY),
    Column("cost", "Расходы", Type.MONEY),
    Column("cr", "CR", Type.FRACTION),
    Column("roi", "ROI", Type.FRACTION),
)
MESSAGES: Columns = (
    Column("id", "Номер в программе", Type.WHOLE),
    Column("campaign", "Рассылка"),
    Column("trigger", "Триггер"),
    Column("customer_id", "Номер клиента в программе", Type.WHOLE),
    Column("external_id", "Код клиента"),
    Column("phone", "Телефон"),
    Column("text", "Текст"),
    Column("parts", "Частей", Type.WHOLE),
    Column("cost", "Цена", Type.MONEY),
    Column("status", "Статус", words=STATUSES),
    Column("reason", "Почему", words={key: reason.words for key, reason in REASONS.items()}),
    Column("queued_at", "В очереди с", Type.MOMENT),
    Column("sent_at", "Отправлено", Type.MOMENT),
    Column("delivered_at", "Доставлено", Type.MOMENT),
    Column("gateway_id", "Номер у шлюза"),
)


def export(session: Session, what: str, path: Path, as_of: date | None = None, segment: str | None = None) -> int:
    """Write one of KINDS_OF_EXPORT to a .jsonl, .csv or .xlsx file; how many rows.

    As of a day: customers as they are at its end (today when not said), documents and movements up to it (all of
    them when not said, movements ahead included). Of a segment: who is in it, or was on the day, and its stays.
    Refused for another kind or ending, or a segment of documents; NotFound.
    """
    if what not in KINDS_OF_EXPORT:
        raise Refused(f"Не знаю, что такое «{what}». Выгрузить можно: {', '.join(KINDS_OF_EXPORT)}")
    columns, rows = KINDS_OF_EXPORT[what]
    if segment is None:
        return write(path, columns, rows(session, as_of))
    stored.get(session, segment)
    if what not in OF_SEGMENT:
        raise Refused(f"По сегменту выгружают {' и '.join(OF_SEGMENT)}, а не {what}")
    return write(path, columns, OF_SEGMENT[what](session, as_of, segment))


def customer_rows(session: Session, as_of: date | None, segment: str | None = None) -> Rows:
    """Every customer by the facts up to the day, past or future; those who came later have no figures yet.

    Of a segment: who is in it, or was at the start of the day.
    """
    day, programs, c = as_of or settings.today(session), load_programs(session), customers.c
    query = select(*(c[name] for name in PERSON)).where(is_herself).order_by(c.id)
    for ids in customer_chunks(session) if segment is None else _inside(session, segment, as_of):
        facts = load_facts(session, ids, until=day)
        for row in session.connection().execute(query.where(c.id.in_(ids))):
            id_, external_id, card, phone, last, first, middle, *rest = row
            ledger = replay(facts.get(id_, []), programs)
            known = purchases(ledger, programs, day)._asdict() | balance(ledger.entries, day)._asdict()
            told = (id_, external_id, card, phone, Name(last, first, middle).full or None, *rest)
            yield (*told, *(known[column.name] for column in CUSTOMERS[len(told) :]))


def _inside(session: Session, segment: str, on: date | None) -> Iterator[Sequence[int]]:
    found = membership.members(session, segment) if on is None else membership.inside_on(session, segment, on)
    return db.chunks(found.tolist())


def receipt_rows(session: Session, as_of: date | None) -> Rows:
    """Current receipts by time; `earned` is what the receipt earned when it was sold (Kind.EARNED).

    What a later return cancelled of it stands in the movements, under its own day.
    """
    r = receipts.c
    fields = (r.id, r.number, r.shop, r.at, r.customer_id, customers.c.external_id, r.place, r.cashier, r.payment)
    query = select(*fields, r.total, r.discount, r.redeemed)
    query = query.join_from(receipts, customers, isouter=True).where(r.superseded_at.is_(None))
    for some in _streamed(session, query.order_by(r.day, r.at, r.id), r.day, as_of):
        earned, lines = _earned(session, some), _line_counts(session, [row.id for row in some])
        for row in some:
            yield (*row, earned.get(row.id, 0), lines.get(row.id, 0))


def return_rows(session: Session, as_of: date | None) -> Rows:
    """Current returns by time; the customer is the receipt's, else the document's own."""
    b, r = returns.c, receipts.c
    whose = case(
        (b.receipt_id.is_(None), b.customer_id), else_=r.customer_id
    )  # the receipt's owner, once it is there
    query = select(b.id, b.number, b.shop, b.at, b.receipt_number, whose, b.counted, b.receipt_id.is_not(None))
    query = query.join_from(returns, receipts, b.receipt_id == r.id, isouter=True)
    query = query.where(b.superseded_at.is_(None)).order_by(b.day, b.at, b.id)
    for some in _streamed(session, query, b.day, as_of):
        for row in some:
            id_, number, shop, at, receipt_number, customer, amount, matched = tuple(row)
            yield (id_, number, shop, at, receipt_number or None, customer, amount, bool(matched))


def entry_rows(session: Session, as_of: date | None) -> Rows:
    """The stored movements by customer; `receipt_number` is the receipt that moved them or that they came from."""
    programs, told_on = load_programs(session), as_of or settings.today(session)
    codes = select(customers.c.id, customers.c.external_id)
    for ids in customer_chunks(session):
        facts, stored, gift_words = load_facts(session, ids), load_entries(session, ids), gifts(session, ids)
        rows = session.connection().execute(codes.where(customers.c.id.in_(ids)))
        code = {row.id: row.external_id for row in rows}
        for id_, mine in stored.items():
            named, ledger = sources(facts.get(id_, []), gift_words), replay(facts.get(id_, []), programs)
            receipt_of = _receipt_numbers(ledger, facts.get(id_, []))
            for entry in mine:
                if as_of is None or entry.effective_on <= as_of:
                    number = receipt_of.get(entry.fact) or receipt_of.get(entry.lot and entry.lot.fact)
                    why = explain(entry, named, ledger, told_on)
                    yield (id_, code[id_], entry.kind.value, entry.amount, entry.effective_on, number, why)


def stay_rows(session: Session, as_of: date | None, segment: str | None = None) -> Rows:
    """Stays in segments, by segment and time; up to the end of the day where one is said."""
    s, m, zone = segments.c, memberships.c, ZoneInfo(settings.timezone(session))
    query = select(s.name, customers.c.external_id, m.customer_id, m.entered_at, m.left_at)
    query = query.join_from(memberships, segments, m.segment_id == s.id)
    query = query.join(customers, customers.c.id == m.customer_id).order_by(s.name, m.entered_at, m.id)
    if segment is not None:
        query = query.where(s.name == segment)
    end = None if as_of is None else settings.day_ends(as_of, zone.key)
    if end is not None:
        query = query.where(m.entered_at < end)
    for some in _streamed(session, query, m.entered_at, None):
        for row in some:
            name, external_id, id_, entered_at, left_at = tuple(row)
            left = left_at if left_at and (end is None or left_at < end) else None
            moments = (at and at.astimezone(zone).replace(tzinfo=None) for at in (entered_at, left))
            yield (name, external_id, id_, *moments)


def campaign_rows(session: Session, as_of: date | None) -> Rows:
    """Campaigns, the latest first; as of a day those started by its end, with what was known then."""
    for one in figures.of_campaigns(session, as_of):
        counts, started = one.counts, one.started_at and settings.shop_time(session, one.started_at)
        yield (
            *(one.name, one.channel, started, counts.recipients, counts.sent, counts.delivered, counts.failed),
            *(counts.unknown, one.buyers, one.revenue, one.cost, one.cr, one.roi),
        )


def message_rows(session: Session, as_of: date | None) -> Rows:
    """Messages and whoever was left out, in the order they were made; as of a day what was known at its end."""
    m, zone = messages.c, ZoneInfo(settings.timezone(session))
    end = None if as_of is None else settings.day_ends(as_of, zone.key)
    query = select(
        m.id, campaigns.c.name, triggers.c.name, m.customer_id, customers.c.external_id, known_address, m.text,
        m.parts, m.cost, m.reason, m.gateway_id, figures.status_by(end).label("status"),
        *(at.label(at.name) for at in (m.queued_at, m.sent_at, m.delivered_at)),
    ).select_from(messages).join(customers, customers.c.id == m.customer_id)  # fmt: skip
    query = query.outerjoin(campaigns, campaigns.c.id == m.campaign_id)
    query = query.outerjoin(triggers, triggers.c.id == m.trigger_id)
    query = query.where(figures.known_by(end)).order_by(m.id)
    for some in _streamed(session, query, m.id, None):
        for row in some:
            id_, campaign, trigger, *told, cost, reason, gateway_id, status, queued, sent, delivered = tuple(row)
            is_charged = end is None or (sent is not None and sent < end)
            moments = (at if at and (end is None or at < end) else None for at in (queued, sent, delivered))
            yield (
                *(id_, campaign, trigger, *told, cost if is_charged else None, status),
                None if status in figures.UNDER_WAY else reason or None,
                *(at and at.astimezone(zone).replace(tzinfo=None) for at in moments),
                gateway_id or None,
            )


def _receipt_numbers(ledger: Ledger, facts: Sequence[Fact]) -> dict[Ref | None, str]:
    """The receipt's number for receipts, and for returns of theirs."""
    numbers: dict[Ref | None, str] = {
        Ref(Origin.RECEIPT, id_): sale.receipt.number for id_, sale in ledger.sales.items()
    }
    for fact in facts:
        if isinstance(fact, Return):
            numbers[Ref(Origin.RETURN, fact.id)] = numbers[Ref(Origin.RECEIPT, fact.receipt_id)]
    return numbers


def _streamed(session: Session, query: Select[Any], day: Any, as_of: date | None) -> Iterator[Sequence[Row[Any]]]:
    """The query's rows, some at a time, straight from the database's cursor."""
    if as_of is not None:
        query = query.where(day <= as_of)
    options = {"yield_per": DOCUMENTS_AT_ONCE}
    with session.connection().execute(query, execution_options=options) as result:
        yield from result.partitions()


def _earned(session: Session, some: Sequence[Row[Any]]) -> dict[int, int]:
    """By receipt; looked up through the customers, whose movements lie together."""
    e = entries.c
    ids = [row.id for row in some]
    query = select(e.fact_id, func.sum(e.amount)).group_by(e.fact_id)
    query = query.where(
        e.customer_id.in_({row.customer_id for row in some if row.customer_id is not None}),
        e.kind == Kind.EARNED.value,
        e.fact_kind == Origin.RECEIPT.value,
        e.fact_id.between(min(ids), max(ids)),
    )
    return {id_: int(amount) for id_, amount in session.connection().execute(query)}


def _line_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    c = receipt_lines.c
    query = select(c.receipt_id, func.count()).where(c.receipt_id.in_(ids)).group_by(c.receipt_id)
    return {row[0]: row[1] for row in session.connection().execute(query)}


KINDS_OF_EXPORT: dict[str, tuple[Columns, Callable[[Session, date | None], Rows]]] = {
    "customers": (CUSTOMERS, customer_rows),
    "receipts": (RECEIPTS, receipt_rows),
    "returns": (RETURNS, return_rows),
    "entries": (ENTRIES, entry_rows),
    "segments": (SEGMENTS, stay_rows),
    "campaigns": (CAMPAIGNS, campaign_rows),
    "messages": (MESSAGES, message_rows),
}
OF_SEGMENT: dict[str, Callable[[Session, date | None, str | None], Rows]] = {
    "customers": customer_rows,
    "segments": stay_rows,
}
