"""Random shops and random questions about them, for hypothesis: what the model answers and the product must.

Facts are tests.bonuses.histories'; here they get customers, goods with names and groups, shops and places, and
files to come in; questions get borders exactly on somebody's figure or beside it.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db
from loyalty.customers import consents
from loyalty.customers import people as people_
from loyalty.engine import ledger
from loyalty.files.importing import import_file
from loyalty.identity import same
from loyalty.models import Grant, ProgramVersion, customers
from loyalty.program.terms import Program
from tests.bonuses import histories, model
from tests.messages import sent
from tests.onec import flat, translated
from tests.segments import segment_model
from tests.segments.segment_model import Campaign, Customer, Letter, Seen, Shop, Tree, Where

SHOPS, PLACES, GROUPS = ("Центр", "Север"), ("Зал", "Сайт", ""), ("Платья", "Обувь", "")
CITIES, SOURCES = ("Москва", "Тверь"), ("Сайт", "Друзья")
NAMES = (("Ёлкина", "Анна", "Львовна"), ("Ким", "Ольга", ""), ("Петрова-Водкина", "", ""), ("", "Вера", ""))
GOODS = {"A": ("A", ("Платье", "Платье новое")), "B": ("B", ("Сапоги",)), "C": ("", ("C",)), "X": ("X", ("Иное",))}
CAMPAIGNS = {
    "Раз": Campaign(histories.DAY_0 - timedelta(days=400), 14), "Два": Campaign(histories.DAY_0, 3),
    "Три": Campaign(histories.DAY_0 - timedelta(days=20), 0),
}  # fmt: skip
DID = ("received", "bought", "not_received")
HAS = ("phone", "email", "birth_date", "card", "sms_consent", "sms_refused", "name")
LEVELS = ("Базовый", "Серебряный", "Золотой", "Высший")
KNOWN = {
    "level": LEVELS[:3], "city": CITIES, "source": SOURCES, "sex": ("f", "m"), "place": PLACES, "shop": SHOPS
}  # fmt: skip
BORN = (date(1990, 2, 28), date(2000, 2, 29), date(1985, 3, 1), date(1999, 12, 31), date(2001, 1, 10))
PEOPLE_HEADER = (
    "Код клиента", "Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Телефон", "Email", "Город", "Карта",
    "Дата регистрации", "Источник",
)  # fmt: skip
SALES_HEADER = (
    "Дата", "Номер", "Вид", "Документ продажи", "Магазин", "Место продажи", "Код клиента", "Номер строки",
    "Артикул", "Номенклатура", "Группа", "Количество", "Цена", "Скидка", "Сумма", "Бонусы",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A shop as it truly is, the files that say so, its today, and who of it turn out to be one."""

    shop: Shop
    files: tuple[tuple[tuple[str, model.Fact], ...], ...]
    today: date
    is_joined: bool

    @property
    def true(self) -> Shop:
        """The shop once the second customer is the first."""
        if not self.is_joined:
            return self.shop
        one, other, *others = self.shop.customers
        whole = replace(
            one,
            facts=(*one.facts, *other.facts),
            consents=(*one.consents, *other.consents),
            letters=(*one.letters, *other.letters),
            relatives=(*one.relatives, *other.relatives),
            other_phones=(other.phone,),
        )
        return replace(self.shop, customers=[whole, *others])


# --- Shops ----------------------------------------------------------------------------------------------


@st.composite
def shops(draw: st.DrawFn) -> Made:
    programmes = draw(histories.programmes([histories.DAY_0]))
    crowd = draw(st.lists(histories.histories(most=6, versions=st.just(programmes)), min_size=2, max_size=4))
    customers_ = [draw(people(i, history.facts)) for i, history in enumerate(crowd)]
    documents = {
        fact.number: draw(places(fact))
        for customer in customers_
        for fact in customer.facts
        if not isinstance(fact, model.Grant)
    }
    for customer in customers_:
        for fact in customer.facts:
            if isinstance(fact, model.Return) and fact.receipt_number in documents:  # a return comes to its shop
                documents[fact.number] = replace(documents[fact.number], shop=documents[fact.receipt_number].shop)
    sold = [(one.key, fact) for one in customers_ for fact in one.facts if not isinstance(fact, model.Grant)]
    files = tuple(map(tuple, draw(histories.splits(sold)))) if sold else ()
    last = max(history.last_day for history in crowd)
    today = last + timedelta(days=draw(st.sampled_from((0, 0, 1, 13, 14, 30, 364, 365, 400))))
    segments = {"Другой": {"all": [{"is": "purchases_count", "from": 1}, {"not": {"is": "sex", "in": ["f"]}}]}}
    shop = Shop(customers_, documents, programmes, LEVELS, segments, CAMPAIGNS)
    return Made(shop, files, today, draw(st.sampled_from((False, False, True))))


@st.composite
def people(draw: st.DrawFn, i: int, facts: Sequence[model.Fact]) -> Customer:
    """Much of it unknown; two of them alike in nothing."""
    days = [fact.at.date() for fact in facts] or [histories.DAY_0]
    said = st.tuples(st.sampled_from(days), st.sampled_from((0, 12, 23)), st.booleans())
    known = draw(st.lists(said, max_size=2, unique_by=lambda one: one[:2]))
    return Customer(
        key=f"К-{i}",
        name=" ".join(part for part in NAMES[i] if part),
        phone=draw(st.sampled_from(("", f"+7916000000{i}"))),
        email=draw(st.sampled_from(("", f"{i}@mail.ru"))),
        card=draw(st.sampled_from(("", f"2000000{i}"))),
        sex=draw(st.sampled_from((None, "f", "m"))),
        city=draw(st.sampled_from(("", *CITIES))),
        source=draw(st.sampled_from(("", *SOURCES))),
        birth_date=draw(st.sampled_from((None, *BORN, *days))),
        registered_on=draw(st.sampled_from((None, *days))),
        relatives=tuple(draw(st.lists(st.sampled_from((*BORN, *days)), max_size=2))),
        consents=tuple((datetime(day.year, day.month, day.day, hour), is_given) for day, hour, is_given in known),
        letters=tuple(draw(letters(name, facts)) for name in CAMPAIGNS if draw(st.booleans())),
        facts=tuple(numbered(fact, i) for fact in facts),
    )


@st.composite
def letters(draw: st.DrawFn, name: str, facts: Sequence[model.Fact]) -> Letter:
    """Delivered at some fact's moment or about a window before it, never after the last one; or not at all."""
    last = max((fact.at for fact in facts), default=None)
    if last is None or draw(st.sampled_from((False, False, True))):
        return Letter(name, None)
    days, seconds = draw(st.sampled_from((0, 0, 1, 14, 15))), draw(st.sampled_from((-1, 0, 1, 3600)))
    at = draw(st.sampled_from(facts)).at - timedelta(days=days, seconds=seconds)
    return Letter(name, min(at, last))


def numbered(fact: model.Fact, i: int) -> model.Fact:
    """Of one customer alone; goods without a code are known by their name."""
    if isinstance(fact, model.Return):
        return replace(fact, number=f"{i}-{fact.number}в", receipt_number=f"{i}-{fact.receipt_number}")
    return replace(fact, number=f"{i}-{fact.number}")


@st.composite
def places(draw: st.DrawFn, fact: model.Receipt | model.Return) -> Where:
    lines = fact.lines if isinstance(fact, model.Receipt) else ()
    return Where(
        draw(st.sampled_from(SHOPS)),
        draw(st.sampled_from(PLACES)),
        tuple(draw(st.sampled_from(GROUPS)) for _ in lines),
        tuple(draw(st.sampled_from(GOODS[line.article][1])) for line in lines),
    )


# --- Into the product -----------------------------------------------------------------------------------


def bring(made: Made, folder: Path) -> Shop:
    """Everything comes in as in a shop: the programme, people, sales file by file, gifts, consents, joins.

    The true shop, in which who came without a day of registration has the one the product gave her.
    """
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        for programme in made.shop.programmes:
            terms = program_of(programme)
            session.add(ProgramVersion(in_force_from=programme.since, terms=terms.to_json(), act_id=act.id))
    of_people = [PEOPLE_HEADER, *map(row_of, made.shop.customers)]
    for number, rows in enumerate([of_people, *([SALES_HEADER, *rows_of(made, file)] for file in made.files)]):
        report = import_file(written(folder / f"{number}.csv", rows))
        assert report.errors == []
    with db.writing() as session:
        give_and_join(session, made)
    with db.reading() as session:
        c = customers.c
        registered = dict(session.connection().execute(select(c.external_id, c.registered_on)).all())
    known = [replace(one, registered_on=registered[one.key]) for one in made.true.customers]
    return replace(made.true, customers=known)


def program_of(programme: model.Programme) -> Program:
    made = translated.program_of(programme)
    levels = [replace(level, name=name) for name, level in zip(LEVELS, made.levels, strict=False)]
    return replace(made, levels=tuple(levels))


def give_and_join(session: Session, made: Made) -> None:
    ids = ids_by_key(session)
    act = acts.begin(session, acts.Origin.SCREEN)
    launched = {
        name: sent.campaign(session, name, one.launched_on.isoformat(), window_days=one.window_days)
        for name, one in made.shop.campaigns.items()
    }
    for one in made.shop.customers:
        for fact in one.facts:
            if isinstance(fact, model.Grant):
                id_ = ids[one.key]
                session.add(
                    Grant(
                        customer_id=id_, given_to=id_, kind="manual", number=fact.number, at=fact.at,
                        amount=fact.amount, confirm_days=fact.confirm_days, lifetime_days=fact.lifetime_days,
                        act_id=act.id,
                    )
                )  # fmt: skip
        people_.set_relatives(session, ids[one.key], [("Дочь", "Ия", born) for born in one.relatives])
        for letter in one.letters:
            moment = letter.at and letter.at.isoformat()
            sent.message(session, ids[one.key], moment, campaign_id=launched[letter.campaign])
        for at, is_given in one.consents:
            moscow = at.replace(tzinfo=UTC) - timedelta(hours=3)
            consents.say(session, ids[one.key], is_given=is_given, at=moscow, act=act)
    session.flush()
    ledger.refresh(session, ids.values(), made.today)
    if made.is_joined:
        same.join(session, ids["К-1"], ids["К-0"])


def ids_by_key(session: Session) -> dict[str, int]:
    c = customers.c
    rows = session.connection().execute(select(c.external_id, c.id).where(c.external_id.is_not(None)))
    return dict(rows.all())


def row_of(one: Customer) -> tuple[str, ...]:
    last, first, middle = NAMES[int(one.key[2:])]
    sex = {None: "", "f": "Женский", "m": "Мужской"}[one.sex]
    days = [f"{day:%d.%m.%Y}" if day else "" for day in (one.birth_date, one.registered_on)]
    return (
        one.key, last, first, middle, days[0], sex, one.phone, one.email, one.city, one.card, days[1], one.source
    )  # fmt: skip


def rows_of(made: Made, file: Iterable[tuple[str, model.Fact]]) -> Iterable[tuple[str, ...]]:
    facts = [fact for one in made.shop.customers for fact in one.facts]
    sold = {fact.number: fact.at.date() for fact in facts if isinstance(fact, model.Receipt)}
    for key, fact in file:
        where, at = made.shop.documents[fact.number], f"{fact.at:%d.%m.%Y %H:%M:%S}"
        head = (where.shop, where.place, key)
        if isinstance(fact, model.Receipt):
            for i, line in enumerate(fact.lines):
                paid = flat.money(fact.redeemed) if i == 0 else "0"
                price = flat.money(line.price) if line.price is not None else ""
                yield (
                    at, fact.number, "Продажа", "", *head, str(i + 1), GOODS[line.article][0], where.names[i],
                    where.groups[i], flat.pieces(line.quantity), price, flat.money(line.discount),
                    flat.money(line.amount), paid,
                )  # fmt: skip
        elif isinstance(fact, model.Return):
            day = sold.get(fact.receipt_number, date.min)
            basis = fact.receipt_number + (f" от {day:%d.%m.%Y}" if day > fact.at.date() else "")
            for i, back in enumerate(fact.lines):
                code, names = GOODS[back.article]
                amount = flat.money(back.amount) if back.amount is not None else ""
                quantity = flat.pieces(back.quantity) if back.quantity is not None else ""
                yield (
                    at, fact.number, "Возврат", basis, *head, str(i + 1), code, names[0], "Платья", quantity, "",
                    "", amount, "",
                )  # fmt: skip


def written(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


# --- Questions ------------------------------------------------------------------------------------------


def some_day(chance: Random, made: Made) -> date:
    """The day of some fact, the day before, or a later day than today."""
    facts = [fact.at.date() for one in made.shop.customers for fact in one.facts] or [made.today]
    if chance.random() < 0.3:
        return made.today + chance.choice((1, 14, 30, 365, 366)) * model.DAY
    return chance.choice(facts) - chance.choice((0, 0, 1)) * model.DAY


def a_tree(chance: Random, everybody: Sequence[Seen], depth: int = 3) -> Tree:
    """Groups in groups; now and then of one condition or of none."""
    kind = chance.choice(("is", "is", "all", "any", "not")) if depth else "is"
    if kind == "is":
        return a_criterion(chance, chance.choice(sorted(segment_model.CRITERIA)), everybody)
    if kind == "not":
        return {"not": a_tree(chance, everybody, depth - 1)}
    return {kind: [a_tree(chance, everybody, depth - 1) for _ in range(chance.choice((0, 1, 2, 2, 3)))]}


def a_criterion(chance: Random, name: str, everybody: Sequence[Seen]) -> Tree:
    """With borders on the figures of these people or beside them."""
    return {"is": name} | _told(chance, name, everybody)


def _told(chance: Random, name: str, everybody: Sequence[Seen]) -> dict[str, Any]:
    if name in {figure.__name__ for figure in segment_model.FIGURES}:
        figure = getattr(segment_model, name)
        has_period = name.startswith(("purchases", "receipts", "average", "returns"))
        about = _circumstances(chance, everybody) if has_period else {}
        return about | _range(chance, [figure(seen, about) for seen in everybody])
    match name:
        case "bought":
            return _goods(chance, everybody)
        case "place" | "shop":
            return {"in": _some(chance, KNOWN[name])} | _period(chance, everybody)
        case "birthday_within" | "relative_birthday_within":
            return {"days": chance.choice((0, 1, 30, 59, 60, 364, 365, 366))}
        case "burns_within":
            ahead = chance.choice((1, 14, 30, 365, 400))
            return {"days": ahead} | _range_or_none(chance, [seen.burns(ahead) for seen in everybody])
        case "burns":
            period = _period(chance, everybody)
            first, last = everybody[0].days_of(period)
            burns = [seen.burned_by(last) - seen.burned_by(first - model.DAY) for seen in everybody]
            return period | _range_or_none(chance, burns)
        case "has":
            return {"what": chance.choice(HAS)}
        case "name":
            return {"contains": chance.choice(("а", "ЁЛК", "елкина ан", "ова-в", "ким", "нет таких"))}
        case "segment":
            return {"name": "Другой"}
        case "campaign":
            return {"name": chance.choice([*CAMPAIGNS]), "did": chance.choice(DID)}
        case "phones":
            return {
                "list": chance.choices(("89160000000", "+7 916 000-00-01", "79160000002"), k=chance.randint(0, 2))
            }
    return {"in": _some(chance, KNOWN[name])}


def _goods(chance: Random, everybody: Sequence[Seen]) -> dict[str, Any]:
    named = chance.choice(({"groups"}, {"articles"}, {"groups", "articles"}))
    asked = {"groups": _some(chance, GROUPS), "articles": _some(chance, ("A", "B", "C", "Платье новое"))}
    asked = {key: names for key, names in asked.items() if key in named} | _circumstances(chance, everybody)
    one = {"in_one_receipt": True} if chance.random() < 0.4 else {}
    found = []
    for seen in everybody:
        receipts = [left for left in seen.receipts if seen.is_asked(left.day, left.where, asked)]
        found += [segment_model.of_goods(of, asked) for of in ([[it] for it in receipts] if one else [receipts])]
    if chance.random() < 0.4:
        asked["sum"] = _range(chance, [amount for _, amount in found])
    if chance.random() < 0.5:
        pieces = _range(chance, [pieces for pieces, _ in found])
        asked["pieces"] = {
            key: border / 1000 if border % 1000 else border // 1000 for key, border in pieces.items()
        }
    return asked | one


def _circumstances(chance: Random, everybody: Sequence[Seen]) -> dict[str, Any]:
    where = {"places": _some(chance, PLACES), "shops": _some(chance, SHOPS)}
    return _period(chance, everybody) | {key: names for key, names in where.items() if chance.random() < 0.3}


def _period(chance: Random, everybody: Sequence[Seen]) -> dict[str, Any]:
    """All time, or borders on days of facts and beside them, of one side or both."""
    facts = [fact.at.date() for seen in everybody for fact in seen.customer.facts] or [histories.DAY_0]
    first, last = sorted(chance.choice(facts) + chance.choice((-1, 0, 1)) * model.DAY for _ in range(2))
    return chance.choice(
        (
            {},
            {"last_days": max((everybody[0].day - first).days + 1, 1)},
            {"since": first.isoformat()},
            {"until": last.isoformat()},
            {"since": first.isoformat(), "until": last.isoformat()},
        )
    )


def _range_or_none(chance: Random, figures: Sequence[int]) -> dict[str, int]:
    return _range(chance, figures) if chance.random() < 0.7 else {}


def _range(chance: Random, figures: Iterable[segment_model.Value]) -> dict[str, int]:
    """One border or both, on a figure or beside it."""
    known = sorted({int(figure) for figure in figures if figure is not None} | {0})
    low, high = sorted(max(chance.choice(known) + chance.choice((0, 0, -1, 1)), 0) for _ in range(2))
    return chance.choice(({"from": low}, {"to": low}, {"from": low, "to": high}, {"from": low, "to": low}))


def _some(chance: Random, names: Sequence[str]) -> list[str]:
    return chance.sample(names, chance.randint(1, 2))
