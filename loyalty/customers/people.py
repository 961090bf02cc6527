"""Customers as people know them: a customers file's rows, what is said on the card, locking while bonuses move."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db
from loyalty.acts import Act
from loyalty.customers import consents, saying
from loyalty.customers.filed import Filed
from loyalty.customers.names import Name
from loyalty.customers.phones import normalise_phone
from loyalty.errors import Changed, NotFound, Problems
from loyalty.identity import forgotten, joining, signs
from loyalty.identity.finding import Finder
from loyalty.identity.learned import Learned
from loyalty.identity.registering import CARD, CODE, PHONE, refresh_search
from loyalty.models import Customer, Relative, customers, relatives
from loyalty.sales.documents import CustomerDocument, CustomerRef

DETAILS = (
    "last_name", "first_name", "middle_name", "birth_date", "sex", "email", "city", "street", "house", "comment",
    "source", "registered_on",
)  # fmt: skip
SIGNS = {"external_id": CODE, "card": CARD, "phone": PHONE}
"""The columns that show a sign, and its kind."""

JOIN_THEM = "Если это один человек, объедините карточки на «Двойниках»"


def full_name(customer: Customer) -> str:
    """Last, first and middle name; empty where none is known."""
    return Name(customer.last_name, customer.first_name, customer.middle_name).full


def lock(session: Session, customer_id: int) -> Customer:
    """The customer, so that nobody else redeems her bonuses until the transaction ends; NotFound."""
    query = (
        select(Customer).where(customers.c.id == customer_id).with_for_update()
    )  # SQLite: BEGIN IMMEDIATE has it
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("Такого клиента нет")
    return found


class Upsert(NamedTuple):
    """What a customers file's row did; without a customer it doesn't tell which of several it means.

    `is_outweighed`: its consent does not count, as she has refused since or nobody knows when she gave it.
    """

    customer_id: int | None
    created: bool
    changed: bool
    is_outweighed: bool = False


def upsert(
    session: Session, documents: Sequence[CustomerDocument], act: Act, finder: Finder | None = None
) -> list[Upsert]:
    """Register or change the customers of a file; what the file doesn't say stays as it was."""
    db.one_at_a_time(session, db.INTAKE)
    finder, today = finder or Finder(session, act), act.today
    owners = finder.owners([(_named(document), document.registered_on or today) for document in documents])
    fresh, taught = set(finder.learned.created), finder.learned.taught
    ids = [one.own_id for one in owners if one.own_id]
    by_id = {customer.id: customer for customer in _objects(session, ids)}
    gone = forgotten.erased(session, ids)
    filed = Filed(
        session, act,
        [(by_id[one.own_id], said) for one, said in zip(owners, documents, strict=True) if one.own_id],
    )  # fmt: skip
    done: list[Upsert] = []
    for owner, document in zip(owners, documents, strict=True):
        if owner.own_id is None or owner.own_id in gone:
            done.append(Upsert(owner.customer_id, created=False, changed=False))
            continue
        customer = by_id[owner.own_id]
        changed, agreed = _take(customer, document, act) or owner.own_id in taught, filed.take(customer, document)
        done.append(Upsert(owner.customer_id, owner.own_id in fresh, changed or bool(agreed), agreed is None))
        fresh.discard(owner.own_id)
    session.flush()
    refresh_search(session, [id_ for id_ in by_id if id_ is not None])
    for customer in by_id.values():  # written: a file's thousands need not stay in memory
        session.expunge(customer)
    return done


def _named(document: CustomerDocument) -> CustomerRef:
    """With the name, which tells apart who share a phone."""
    name = Name(document.last_name or "", document.first_name or "", document.middle_name or "").full
    return document.ref._replace(name=name or document.ref.name)


def _take(customer: Customer, document: CustomerDocument, act: Act) -> bool:
    """What a row says of a customer; whether anything is new."""
    changes = {name: value for name in DETAILS if (value := getattr(document, name)) is not None}
    changes |= {name: value for name in ("phone", "card") if (value := getattr(document.ref, name))}
    if changes.get("last_name", customer.last_name) != customer.last_name:  # another name, whole
        changes |= {part: changes.get(part, "") for part in ("first_name", "middle_name")}
    return _apply(customer, changes, act)


def _objects(session: Session, ids: Sequence[int]) -> Iterable[Customer]:
    for some in db.chunks(ids):
        yield from session.scalars(select(Customer).where(customers.c.id.in_(some)))


def edit(
    session: Session, customer_id: int, changes: Mapping[str, Any], act: Act, seen: Customer | None = None
) -> Learned:
    """Change what a person said on the card, relatives as rows included. Problems: what keeps it from being kept.

    A phone or a card that is replaced stays hers for the days before. Changed: what is changed is not any more what
    she was `seen` with.
    """
    changes = {name: value or None if isinstance(value, str) else value for name, value in changes.items()}
    assert set(changes) <= {*SIGNS, *DETAILS, "sms_consent", "relatives"}, "only what the card may change"
    db.one_at_a_time(session, db.INTAKE)
    forgotten.refuse_erased(session, customer_id)
    customer, learned = lock(session, customer_id), Learned()
    if seen and any(getattr(customer, name, None) != getattr(seen, name, None) for name in changes):
        raise Changed("Пока вы писали, эту карточку изменили")
    if found := saying.problems(changes) | _taken(session, customer, changes):
        raise Problems(found)
    if changes.get("phone"):
        changes["phone"] = normalise_phone(changes["phone"])
    if "relatives" in changes:
        set_relatives(session, customer_id, saying.kin(changes.pop("relatives")))
    if "sms_consent" in changes:
        said = changes.pop("sms_consent")
        if said is not None:
            place = "Карточка клиента"
            consents.say_now(session, customer_id, is_given=said, act=act, method=consents.STAFF, place=place)
    was = {name: getattr(customer, name) for name in SIGNS}
    _apply(customer, changes, act)
    session.flush()
    for name, kind in SIGNS.items():
        if name in changes and changes[name] != was[name]:
            signs.replace(session, customer_id, kind, was[name], changes[name], act, learned)
    if {"last_name", "first_name", "middle_name"} & changes.keys():
        signs.call(session, customer_id, full_name(customer), act, learned)
    refresh_search(session, [customer_id])
    return learned


def add_sign(session: Session, customer_id: int, kind: str, text: str, act: Act) -> Learned:
    """One more phone or card of hers, as a person wrote it; one she has already changes nothing.

    Problems of «value» where it is empty, no phone, too long, or a card that somebody else has.
    """
    assert kind in (CARD, PHONE)
    db.one_at_a_time(session, db.INTAKE)
    value = text.strip()
    forgotten.refuse_erased(session, customer_id)
    customer, learned = lock(session, customer_id), Learned()
    if found := saying.problems({kind: value}):
        raise Problems({"value": found[kind]})
    if kind == PHONE:
        value = normalise_phone(value) or ""
    if not value:
        raise Problems({"value": "Напишите номер телефона" if kind == PHONE else "Напишите номер карты"})
    if kind == CARD and signs.others(session, CARD, value, customer_id):
        raise Problems({"value": f"Клиент с картой {value} уже есть. {JOIN_THEM}"})
    if not signs.holds(session, customer_id, kind, value):
        signs.add(session, customer_id, kind, value, act, learned)
    if not getattr(customer, kind):
        _apply(customer, {kind: value}, act)
        session.flush()
    return learned


def end_sign(session: Session, customer_id: int, kind: str, value: str, act: Act) -> Learned:
    """A phone or a card that is hers no more from today on; her card shows another one, if she has any."""
    assert kind in (CARD, PHONE)
    db.one_at_a_time(session, db.INTAKE)
    forgotten.refuse_erased(session, customer_id)
    customer, learned = lock(session, customer_id), Learned()
    signs.end(session, customer_id, kind, value, act.today, act, learned)
    if getattr(customer, kind) == value:
        left = [known.value for known in signs.of(session, customer_id) if known.kind == kind and not known.until]
        _apply(customer, {kind: next(iter(left), None)}, act)
        session.flush()
    refresh_search(session, [customer_id])
    return learned


def _taken(session: Session, customer: Customer, changes: Mapping[str, Any]) -> dict[str, str]:
    """A code is of one row of customers, also of one that was joined to another; a card of one customer."""
    assert customer.id is not None
    c, code, card = customers.c, changes.get("external_id"), changes.get("card")
    found, coded = {}, select(c.id).where(c.external_id == code, c.id != customer.id)
    if code and session.scalars(coded).first() is not None:
        found["external_id"] = f"Клиент с кодом 1С {code} уже есть. {JOIN_THEM}"
    if card and card != customer.card and signs.others(session, CARD, card, customer.id):
        found["card"] = f"Клиент с картой {card} уже есть. {JOIN_THEM}"
    return found


def set_relatives(session: Session, customer_id: int, people: Iterable[tuple[str, str, date]]) -> None:
    """Whose birthdays matter to her: (relation, name, birth date), replacing what was there.

    What is said still of those joined to her stays theirs: it goes with them should that be undone.
    """
    wanted = Counter(people)
    family = joining.family(session, customer_id)
    for known in session.scalars(select(Relative).where(relatives.c.customer_id.in_(family))):
        said = (known.relation, known.name, known.birth_date)
        if wanted[said]:
            wanted[said] -= 1
        else:
            session.delete(known)
    for relation, name, birth_date in wanted.elements():
        session.add(Relative(customer_id=customer_id, relation=relation, name=name, birth_date=birth_date))
    session.flush()


def _apply(customer: Customer, changes: Mapping[str, Any], act: Act) -> bool:
    """Set what differs; whether anything did."""
    names = ("last_name", "first_name", "middle_name")
    changes = {name: (value or "") if name in names else value for name, value in changes.items()}
    different = {name: value for name, value in changes.items() if getattr(customer, name) != value}
    for name, value in different.items():
        setattr(customer, name, value)
    if different:
        customer.updated_at = act.at
    return bool(different)
