"""Customers: found by code, else card, else phone; registered, changed, locked.

Two people may share a phone, so a phone never joins customers whose 1C codes differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlmodel import Session

from loyalty import db
from loyalty.customers.names import Name, split_name
from loyalty.customers.phones import normalise_phone
from loyalty.errors import NotFound, Refused
from loyalty.models import Customer, Relative, customers, relatives
from loyalty.sales.documents import CustomerDocument, CustomerRef

IDENTITY = ("external_id", "card", "phone", "last_name", "first_name", "middle_name")
DETAILS = (
    "last_name", "first_name", "middle_name", "birth_date", "sex", "email", "city", "street", "house", "comment",
    "source", "registered_on", "sms_consent",
)  # fmt: skip
EDITABLE = {"external_id", "card", "phone", *DETAILS}


def full_name(customer: Customer) -> str:
    """Last, first and middle name; empty where none is known."""
    return Name(customer.last_name, customer.first_name, customer.middle_name).full


def search_text(external_id: str | None, card: str | None, phone: str | None, *name: str | None) -> str:
    """What search-as-you-type looks through: folded name, digits of the phone, card, code."""
    parts = [*name, (phone or "").lstrip("+"), (card or ""), (external_id or "")]
    return folded(" ".join(part for part in parts if part))


def folded(text: str) -> str:
    """Text as search compares it: lower case, ё as е."""
    return text.casefold().replace("ё", "е")


def lock(session: Session, customer_id: int) -> Customer:
    """The customer, so that nobody else redeems her bonuses until the transaction ends; NotFound."""
    query = (
        select(Customer).where(customers.c.id == customer_id).with_for_update()
    )  # SQLite: BEGIN IMMEDIATE has it
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("Такого клиента нет")
    return found


@dataclass(slots=True, eq=False)
class Known:
    """A customer while documents are matched to her; `id` is 0 until the batch is flushed."""

    id: int
    external_id: str | None
    card: str | None
    phone: str | None
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    registered_on: date | None = None
    changed: bool = False

    def identity(self) -> tuple[str | None, ...]:
        """In the order of IDENTITY."""
        return (self.external_id, self.card, self.phone, self.last_name, self.first_name, self.middle_name)


class Finder:
    """Finds or registers the customers of a batch of documents; `flush` writes what it learned."""

    def __init__(self, session: Session, refs: Iterable[CustomerRef]) -> None:
        self.session = session
        self.by_code: dict[str, Known] = {}
        self.by_card: dict[str, Known] = {}
        self.by_phone: dict[str, list[Known]] = defaultdict(list)
        self.fresh: list[Known] = []
        self.cards_taken: list[str] = []  # said of one customer, held by another
        self.known = _load(session, list(refs))
        for known in self.known:
            self._index(known)

    def find(self, ref: CustomerRef) -> Known | None:
        """By code, else card, else phone; never someone whom another code tells apart."""
        if ref.code and ref.code in self.by_code:
            return self.by_code[ref.code]
        if ref.card and (known := self.by_card.get(ref.card)) and _may_be(known, ref):
            return known
        if not ref.phone:
            return None
        return next((known for known in self.by_phone.get(ref.phone, ()) if _may_be(known, ref)), None)

    def find_or_register(self, ref: CustomerRef, registered_on: date | None = None) -> Known:
        """The customer; what the document says and she lacks is filled in."""
        known = self.find(ref)
        if known is None:
            known = Known(0, None, None, None)
            self.fresh.append(known)
        if known.id == 0 and registered_on and (known.registered_on or registered_on) >= registered_on:
            known.registered_on = registered_on
        before = known.identity()
        known.external_id = known.external_id or ref.code
        known.phone = known.phone or ref.phone
        if ref.card and not known.card and ref.card not in self.by_card:
            known.card = ref.card
        if ref.card and self.by_card.get(ref.card, known) is not known:
            self.cards_taken.append(ref.card)
        if ref.name and not (known.last_name or known.first_name):
            known.last_name, known.first_name, known.middle_name = split_name(ref.name)
        if before != known.identity():
            known.changed = True
            self._index(known)
        return known

    def _index(self, known: Known) -> None:
        if known.external_id:
            self.by_code[known.external_id] = known
        if known.card:
            self.by_card[known.card] = known
        if known.phone and known not in self.by_phone[known.phone]:
            self.by_phone[known.phone].append(known)

    def flush(self, now: datetime) -> int:
        """Write new and changed customers; every Known has its id after. How many are new."""
        changed = [known for known in self.known if known.changed]
        if changed:
            names = (*IDENTITY, "search")
            change = update(customers).where(customers.c.id == bindparam("which"))
            change = change.values(updated_at=now, **{name: bindparam(f"new_{name}") for name in names})
            keys = [f"new_{name}" for name in names]
            rows = [
                {"which": known.id, **dict(zip(keys, (*known.identity(), _search(known)), strict=True))}
                for known in changed
            ]
            self.session.connection().execute(change, rows)
        self._register(now)
        return len(self.fresh)

    def _register(self, now: datetime) -> None:
        for known, id_ in zip(self.fresh, db.new_ids(self.session, Customer, len(self.fresh)), strict=True):
            known.id = id_
        rows = [
            (known.id, *known.identity(), _search(known), known.registered_on, now, now, "", 0, 0, 0)
            for known in self.fresh
        ]
        db.insert(self.session, Customer, ("id", *IDENTITY, "search", "registered_on", *_REQUIRED), rows)


_REQUIRED = ("created_at", "updated_at", "level", "rate", "receipts_count", "returns_count")


def _may_be(known: Known, ref: CustomerRef) -> bool:
    return not (ref.code and known.external_id and ref.code != known.external_id)


def _search(known: Known) -> str:
    return search_text(*known.identity())


def _load(session: Session, refs: Sequence[CustomerRef]) -> list[Known]:
    """Every stored customer that the documents may mean, by id: of two on one phone the older comes first."""
    c = customers.c
    found: dict[int, Known] = {}
    wanted = {
        c.external_id: {ref.code for ref in refs if ref.code},
        c.card: {ref.card for ref in refs if ref.card},
        c.phone: {ref.phone for ref in refs if ref.phone},
    }
    query = select(c.id, *(c[name] for name in IDENTITY), c.registered_on)
    for column, values in wanted.items():
        rows: Iterable[Any] = session.connection().execute(query.where(db.among(session, column, values)))
        found.update({row[0]: Known(*row) for row in rows})
    return [found[id_] for id_ in sorted(found)]


class Upsert(NamedTuple):
    """What a customers file's row did."""

    customer_id: int
    created: bool
    changed: bool
    card_taken: str | None  # another customer holds it


def upsert(session: Session, documents: Sequence[CustomerDocument], now: datetime) -> list[Upsert]:
    """Register or change the customers of a file; what the file doesn't say stays as it was."""
    db.one_at_a_time(session, db.INTAKE)
    finder = Finder(session, [document.ref for document in documents])
    known = [finder.find_or_register(document.ref, document.registered_on) for document in documents]
    finder.flush(now)
    fresh, identity_changed = set(map(id, finder.fresh)), {k.id for k in finder.known if k.changed}
    by_id = {customer.id: customer for customer in _objects(session, [one.id for one in known])}
    done: list[Upsert] = []
    seen: set[int] = set()
    for one, document in zip(known, documents, strict=True):
        changes = {name: value for name in DETAILS if (value := getattr(document, name)) is not None}
        if document.ref.phone:
            changes["phone"] = document.ref.phone
        card, taken = document.ref.card, None
        if card and finder.by_card.setdefault(card, one) is one:
            changes["card"] = card
        elif card:
            taken = card
        if changes.get("last_name", by_id[one.id].last_name) != by_id[one.id].last_name:  # another name, whole
            changes |= {part: changes.get(part, "") for part in ("first_name", "middle_name")}
        changed = _apply(by_id[one.id], changes, now) or one.id in identity_changed
        created = id(one) in fresh and one.id not in seen
        seen.add(one.id)
        done.append(Upsert(one.id, created, changed, taken))
    session.flush()
    for customer in by_id.values():  # written: a file's thousands need not stay in memory
        session.expunge(customer)
    return done


def _objects(session: Session, ids: Sequence[int]) -> Iterable[Customer]:
    for some in db.chunks(ids):
        yield from session.scalars(select(Customer).where(customers.c.id.in_(some)))


def edit(session: Session, customer_id: int, changes: Mapping[str, Any], now: datetime) -> None:
    """Change what a person said on the card; Refused where two would share a code or a card."""
    changes = {name: value or None if isinstance(value, str) else value for name, value in changes.items()}
    assert set(changes) <= EDITABLE, "only what the card may change"
    if changes.get("phone"):
        changes["phone"] = normalise_phone(changes["phone"])
    customer = lock(session, customer_id)
    for name, word in (("external_id", "кодом 1С"), ("card", "картой")):
        if value := changes.get(name):
            taken = select(customers.c.id).where(customers.c[name] == value, customers.c.id != customer_id)
            if session.scalars(taken).first() is not None:
                raise Refused(f"Клиент с {word} {value} уже есть")
    _apply(customer, changes, now)
    session.flush()


def others_with_phone(session: Session, customer_id: int) -> int:
    """How many other customers have her phone: a family may share one, a mistake looks the same."""
    hers = select(customers.c.phone).where(customers.c.id == customer_id).scalar_subquery()
    query = select(func.count()).where(customers.c.phone == hers, customers.c.id != customer_id)
    return session.connection().scalar(query) or 0


def set_relatives(session: Session, customer_id: int, people: Iterable[tuple[str, str, date]]) -> None:
    """Whose birthdays matter to her: (relation, name, birth date), replacing what was there."""
    session.execute(delete(Relative).where(relatives.c.customer_id == customer_id))
    for relation, name, birth_date in people:
        session.add(Relative(customer_id=customer_id, relation=relation, name=name, birth_date=birth_date))
    session.flush()


def _apply(customer: Customer, changes: Mapping[str, Any], now: datetime) -> bool:
    """Set what differs; whether anything did."""
    names = ("last_name", "first_name", "middle_name")
    changes = {name: (value or "") if name in names else value for name, value in changes.items()}
    different = {name: value for name, value in changes.items() if getattr(customer, name) != value}
    for name, value in different.items():
        setattr(customer, name, value)
    if different:
        customer.search = search_text(*(getattr(customer, name) for name in IDENTITY))
        customer.updated_at = now
    return bool(different)
