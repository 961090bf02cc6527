"""All that the shop knows of a person, as one page that she can read and print (152-ФЗ art. 14)."""

from collections.abc import Iterable, Sequence
from html import escape

from sqlalchemy import select, union
from sqlmodel import Session

from loyalty import settings, wording
from loyalty.acts import Origin
from loyalty.customers.names import Name
from loyalty.explain.printing import STYLE
from loyalty.identity.roots import are
from loyalty.models import acts, consents, customers, identities, imports
from loyalty.reports.customers import card as cards
from loyalty.reports.customers import events, person
from loyalty.reports.customers.card import CustomerCard
from loyalty.reports.messages import written

Rows = Sequence[Sequence[str]]
KINDS = {"phone": "телефон", "card": "карта", "code": "код 1С"}
WHENCE = {
    Origin.IMPORT: "файл", Origin.TILL: "касса", Origin.SCREEN: "сотрудник", Origin.RULE: "программа",
    Origin.SITE: "сам клиент", Origin.GATEWAY: "шлюз",
}  # fmt: skip


def page(session: Session, customer_id: int) -> bytes:
    """One HTML file without a script; NotFound."""
    card = cards.load(session, customer_id)
    id_ = card.customer.id or 0
    known = person.load(session, id_)
    shop, today = settings.shop_name(session), wording.day(card.today)
    name = Name(card.customer.last_name, card.customer.first_name, card.customer.middle_name).full
    parts = [
        _section("Кто это", ("Что", "Значение"), _facts(card)),
        _section("Телефоны, карты и коды", ("Что", "Номер", "С", "До", "Откуда"), [
            (KINDS[sign.kind], sign.value, wording.day(sign.since), wording.day(sign.until), sign.whence)
            for sign in known.signs
        ]),
        _section("Близкие", ("Кто", "Имя", "День рождения"), [
            (one.relation, one.name, wording.day(one.birth_date)) for one in card.relatives
        ]),
        _section("Согласия и отказы", ("Когда", "Что", "Как, где, подтверждение", "Текст"), [
            (wording.time(one.at), one.words, ", ".join(one.circumstances), _text(one)) for one in known.consents
        ]),
        _section("Бонусы", ("Сейчас", "Бонусов"), _bonuses(card)),
        _section("Движения бонусов", ("День", "Что", "Бонусы", "За что"), [
            (wording.day(one.on), one.what, wording.signed(one.amount), one.whence)
            for one in card.story.movements(card.today)
        ]),
        _section("Покупки и возвраты", ("Когда", "Что", "Сумма", "Товары"), _documents(card)),
        _section("Сообщения", ("Когда", "Что", "Куда и сколько", "Текст"), [
            (wording.time(one.at), one.what, ", ".join(one.facts), f"{one.subject}\n{one.text}".strip())
            for one in reversed(written.to(session, id_))
        ]),
        _section("Сегменты", ("Название", "С", "До"), [
            (one.segment, wording.day(one.first), wording.day(one.last)) for one in events.stays(session, card)
        ]),
        _section("Кто записывал", ("Когда", "Откуда", "Кто или какой файл"), _who(session, id_)),
    ]  # fmt: skip
    title = f"Данные клиента: {name or 'без имени'}"
    head = f"<h1>{escape(title)}</h1><p>{escape(shop)} · на {today}</p>"
    start = f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{escape(title)}</title>'
    return f"{start}<style>{STYLE}</style><body>{head}{''.join(parts)}</body></html>".encode()


def _section(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A heading and a table; that there is nothing where there is nothing: she is told that, too."""
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else "<p>Ничего нет.</p>"
    return f"<h2>{escape(title)}</h2>{table}"


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _facts(card: CustomerCard) -> Rows:
    who = card.customer
    sex = {"f": "женский", "m": "мужской"}.get(who.sex or "", "")
    address = ", ".join(filter(None, (who.city, who.street, who.house)))
    said = (
        ("Фамилия", who.last_name), ("Имя", who.first_name), ("Отчество", who.middle_name),
        ("Дата рождения", wording.day(who.birth_date)), ("Пол", sex), ("Телефон", wording.phone(who.phone)),
        ("E-mail", who.email or ""), ("Адрес", address), ("Карта", who.card or ""),
        ("Код 1С", who.external_id or ""),
        ("Комментарий сотрудников", who.comment or ""), ("Откуда пришёл", who.source or ""),
        ("Дата регистрации", wording.day(who.registered_on)),
        ("Уровень", f"{card.purchases.level}, {wording.percent(card.purchases.rate)}"),
    )  # fmt: skip
    return [(label, value) for label, value in said if value]


def _bonuses(card: CustomerCard) -> Rows:
    now = card.balance
    said = (("Доступно", now.available), ("Ждёт подтверждения", now.pending), ("Потрачено", now.spent),
            ("Сгорело", now.burned), ("Долг", now.debt))  # fmt: skip
    return [(label, wording.bonuses(amount)) for label, amount in said]


def _documents(card: CustomerCard) -> list[tuple[str, str, str, str]]:
    found = []
    for id_, row in card.documents.iterrows():
        goods = [f"{line[0]} × {wording.quantity(line[1])}" for line in card.goods.get(str(id_), [])]
        what = ", ".join(filter(None, (f"{row['Что']} {row['Номер']}", row["Место"])))
        found.append((wording.time(row["Когда"]), what, wording.roubles(row["Сумма"]), "\n".join(goods)))
    return found


def _who(session: Session, id_: int) -> list[tuple[str, str, str]]:
    """Acts that said something of her, the latest first."""
    c, a = customers.c, acts.c
    mine = are(session, [id_])
    theirs = (
        select(table.c.act_id).join(customers, c.id == table.c.customer_id).where(mine)
        for table in (identities, consents)
    )
    said = union(select(c.act_id).where(mine), *theirs)
    query = select(a.at, a.origin, a.person, imports.c.file_name).outerjoin(imports, imports.c.id == a.import_id)
    rows = session.connection().execute(query.where(a.id.in_(said)).order_by(a.at.desc(), a.id.desc()))
    return [
        (wording.time(settings.shop_time(session, at)), WHENCE[Origin(origin)], who or file or "")
        for at, origin, who, file in rows
    ]


def _text(one: person.Said) -> str:
    return f"{one.text.called}. {one.text.text}" if one.text else ""
