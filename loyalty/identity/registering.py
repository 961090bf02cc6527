"""Customers told by a code in documents: found, given their code, or registered; their cards and phones learned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act
from loyalty.customers.names import folded, split_name
from loyalty.identity import roots
from loyalty.models import customers, erasures, identities
from loyalty.models.people import joined_root
from loyalty.sales.documents import CustomerRef

CODE, CARD, PHONE = "code", "card", "phone"
Value = tuple[str, str]
"""A sign: its kind and its value."""

_COLUMNS = ("external_id", "card", "phone", "last_name", "first_name", "middle_name")
_REQUIRED = ("level", "rate", "receipts_count", "returns_count")


@dataclass(slots=True, eq=False)
class Person:
    """A customer while documents are matched to her."""

    id: int
    root: int
    external_id: str | None = None
    card: str | None = None
    phone: str | None = None
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    registered_on: date | None = None
    is_new: bool = False
    is_changed: bool = False
    is_given_code: bool = False
    signs: set[Value] = field(default_factory=set)

    def learn(self, ref: CustomerRef) -> None:
        """Fill in what a document says and she lacks."""
        before = self.row
        self.is_given_code = self.is_given_code or bool(self.id and not self.external_id)
        self.external_id = self.external_id or ref.code
        self.card, self.phone = self.card or ref.card, self.phone or ref.phone
        if ref.name and not (self.last_name or self.first_name):
            self.last_name, self.first_name, self.middle_name = split_name(ref.name)
        self.is_changed = self.is_changed or before != self.row

    @property
    def row(self) -> tuple[str | None, ...]:
        """In the order of _COLUMNS."""
        return self.external_id, self.card, self.phone, self.last_name, self.first_name, self.middle_name


def search_text(signs: Iterable[str | None], *name: str | None) -> str:
    """What search-as-you-type looks through: folded name, digits of the phones, cards, codes."""
    return folded(" ".join(part.lstrip("+") for part in (*name, *signs) if part))


def register(session: Session, act: Act, people: Sequence[Person]) -> None:
    """Write new customers; they have their ids already."""
    rows = [
        (p.id, *p.row, search_text({value for _, value in p.signs}, *p.row[3:]),
         p.registered_on, act.id, act.at, "", 0, 0, 0)
        for p in people
    ]  # fmt: skip
    columns = ("id", *_COLUMNS, "search", "registered_on", "act_id", "updated_at", *_REQUIRED)
    db.insert(session, models.Customer, columns, rows)


def refresh_search(session: Session, ids: Iterable[int]) -> None:
    """Search texts anew: the name, and every sign she ever had."""
    wanted = set(ids)
    c, i, signs = customers.c, identities.c, defaultdict[int, set[str]](set)
    query = select(joined_root, i.value).join(customers, c.id == i.customer_id).where(roots.are(session, wanted))
    for id_, value in session.connection().execute(query):
        signs[id_].add(value)
    named = select(c.id, *(c[name] for name in _COLUMNS)).where(db.among(session, c.id, wanted))
    rows = [
        (search_text(signs[id_] | {code, card, phone}, *name), id_)
        for id_, code, card, phone, *name in session.connection().execute(named)
    ]
    db.update(session, models.Customer, ("search",), rows)


class People:
    """The customers whom a batch of documents names by code; `write` keeps what was learned."""

    def __init__(self, session: Session, act: Act, refs: Sequence[CustomerRef]) -> None:
        self.session, self.act = session, act
        self.created: list[int] = []
        self.taught: set[int] = set()
        self.called: set[int] = set()  # known before, by a name that may be new
        self.given_code: set[int] = set()  # strangers before
        self.shared_cards: list[str] = []
        self.signs_added: set[Value] = set()  # whose holders others may depend on
        self._by_code: dict[str, Person] = {}
        self._by_id: dict[int, Person] = {}
        self._holders: dict[Value, list[Person]] = defaultdict(list)  # said by a code or a person
        self._strangers: dict[Value, list[Person]] = defaultdict(list)
        self._new_signs: list[tuple[int, str, str, bool, int]] = []
        coded = [ref for ref in refs if ref.code]
        self._load({(kind, value) for ref in coded for kind, value in signs_of(ref)})
        unknown = {ref.code for ref in coded} - self._by_code.keys()
        self._ids = iter(db.new_ids(session, models.Customer, len(unknown)))

    def _load(self, values: set[Value]) -> None:
        i, c = identities.c, customers.c
        wanted: dict[str, set[str]] = defaultdict(set)
        for kind, value in values:
            wanted[kind].add(value)
        query = select(
            i.kind,
            i.value,
            i.is_derived,
            i.until,
            c.id,
            c.joined_to,
            *(c[name] for name in _COLUMNS),
            c.registered_on,
        ).join(customers, c.id == i.customer_id)
        query = query.where(i.customer_id.not_in(select(erasures.c.customer_id)))  # nobody becomes her again
        for kind, some in wanted.items():
            rows = self.session.connection().execute(
                query.where(i.kind == kind, db.among(self.session, i.value, some)).order_by(i.customer_id)
            )
            for _, value, is_derived, until, id_, joined_to, *row in rows:
                person = self._by_id.setdefault(id_, Person(id_, joined_to or id_, *row))
                if kind == CODE:
                    self._by_code[value] = person
                if not is_derived:
                    person.signs.add((kind, value))
                    if until is None:
                        self._holders[kind, value].append(person)
                elif person.external_id is None:
                    self._strangers[kind, value].append(person)

    def of(self, ref: CustomerRef, day: date) -> Person:
        """The customer of a code; a stranger known by the same card or phone gets it (rules.md §3)."""
        assert ref.code
        person = self._by_code.get(ref.code) or self._without_code(ref)
        if person is None:
            person = Person(0, 0, is_new=True)
        if person.is_new:
            person.registered_on = min(day, person.registered_on or day)
        person.learn(ref)
        if ref.name and not person.is_new:
            self.called.add(person.id)
        self._by_code[ref.code] = person
        if not person.id:
            person.id = person.root = next(self._ids)
            self._by_id[person.id] = person
        for sign in signs_of(ref):
            self._add_sign(person, sign)
        return person

    def _without_code(self, ref: CustomerRef) -> Person | None:
        """Whoever alone has the card, else the phone, and no code yet."""
        for sign in signs_of(ref)[1:]:
            known = self._holders[sign] or self._strangers[sign][:1]
            if len({person.root for person in known}) == 1 and known[0].external_id is None:
                return known[0]
        return None

    def _add_sign(self, person: Person, sign: Value) -> None:
        if sign in person.signs:
            return
        person.signs.add(sign)
        others = {one.root for one in self._holders[sign]} - {person.root}
        if others and sign[0] == CARD:
            self.shared_cards.append(sign[1])
        self._holders[sign].append(person)
        self.signs_added.add(sign)
        person.is_changed = True
        self._new_signs.append((person.id, *sign, False, self.act.id))

    def write(self) -> None:
        """New customers, what others lacked, and signs."""
        fresh = [person for person in self._by_id.values() if person.is_new]
        register(self.session, self.act, fresh)
        self.created = [person.id for person in fresh]
        self.given_code = {person.id for person in self._by_id.values() if person.is_given_code}
        self.taught = {person.id for person in self._by_id.values() if person.is_changed}
        changed = [person for person in self._by_id.values() if person.is_changed and not person.is_new]
        rows: list[tuple[Any, ...]] = [(*person.row, self.act.at, person.id) for person in changed]
        db.update(self.session, models.Customer, (*_COLUMNS, "updated_at"), rows)
        add_signs(self.session, self._new_signs)
        if changed:
            refresh_search(self.session, {person.root for person in changed})
        self.signs_added -= {sign for sign in self.signs_added if sign[0] == CODE}


def told_signs(session: Session, ids: Iterable[int]) -> set[Value]:
    """Cards and phones of which a code or a person says that they are these customers'."""
    wanted, i = set(ids), identities.c
    if not wanted:
        return set()
    query = select(i.kind, i.value).where(i.kind.in_((CARD, PHONE)), i.is_derived.is_(False))
    rows = session.connection().execute(query.where(db.among(session, i.customer_id, wanted)))
    return {(kind, value) for kind, value in rows}


def signs_of(ref: CustomerRef) -> list[Value]:
    """Code, card and phone as signs, those that are said."""
    said = ((CODE, ref.code), (CARD, ref.card), (PHONE, ref.phone))
    return [(kind, value) for kind, value in said if value]


def add_signs(session: Session, rows: Sequence[tuple[int, str, str, bool, int]]) -> None:
    """(customer, kind, value, is_derived, act) each."""
    columns = ("id", "customer_id", "kind", "value", "is_derived", "act_id")
    ids = db.new_ids(session, models.Identity, len(rows))
    db.insert(session, models.Identity, columns, [(id_, *row) for id_, row in zip(ids, rows, strict=True)])
