"""Documents without a code, decided anew around the cards and phones that have changed; their documents follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select, update
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act
from loyalty.customers.names import split_name
from loyalty.identity import joining
from loyalty.identity.deciding import Circle, Said, Sign, Stranger
from loyalty.identity.learned import Learned
from loyalty.identity.registering import CARD, PHONE, Person, Value, add_signs, refresh_search, register
from loyalty.identity.roots import are
from loyalty.models import customers, identities, mentions, receipts, returns
from loyalty.models.people import joined_root

ANY_DAY = date(2000, 1, 1)
m, i, c = mentions.c, identities.c, customers.c
CODELESS = and_(m.code.is_(None), m.named_id.is_(None))


class _Mention(NamedTuple):
    id: int
    said: Said
    customer_id: int | None


def _said_cards(some: Iterable[_Mention]) -> set[str]:
    return {one.said.card for one in some if one.said.card}


class Circles:
    """What is known around some cards and phones, as far as it bears on them."""

    def __init__(self, session: Session, values: Iterable[Value]) -> None:
        self.session = session
        cards = {value for kind, value in values if kind == CARD}
        phones = {value for kind, value in values if kind == PHONE}
        # A phone's holders depend on all cards said with it, a card's on all phones said with it.
        self.cards = cards | _said_cards(self._mentions(cards, phones))
        self.phones = phones | {one.said.phone for one in self._mentions(self.cards, set()) if one.said.phone}
        self.affected = self._mentions(self.cards, self.phones)
        self.circle, self.strangers = Circle(), dict[Stranger, int]()
        if self.affected:
            self._look_around()

    def _look_around(self) -> None:
        far = self._mentions(_said_cards(self.affected), set())
        known = list({one.id: one for one in (*self.affected, *far)}.values())
        all_cards = self.cards | {one.said.card for one in known if one.said.card}
        all_phones = self.phones | {one.said.phone for one in known if one.said.phone}
        signs = {kind: self._signs(kind, some) for kind, some in ((CARD, all_cards), (PHONE, all_phones))}
        self.circle = Circle(signs[CARD], signs[PHONE], [one.said for one in known], self._names(signs.values()))
        self._find_strangers(all_cards, all_phones)

    def _mentions(self, cards: set[str], phones: set[str]) -> list[_Mention]:
        found: dict[int, _Mention] = {}
        for column, values in ((m.card, cards), (m.phone, phones)):
            if values:
                query = select(m.id, m.card, m.phone, m.name, m.customer_id).where(CODELESS)
                rows = self.session.connection().execute(query.where(db.among(self.session, column, values)))
                found |= {id_: _Mention(id_, Said(*said), own) for id_, *said, own in rows}
        return list(found.values())

    def _signs(self, kind: str, values: set[str]) -> dict[str, list[Sign]]:
        found: dict[str, list[Sign]] = defaultdict(list)
        query = select(i.value, joined_root, i.since, i.until).join(customers, c.id == i.customer_id)
        query = query.where(i.kind == kind, i.is_derived.is_(False), db.among(self.session, i.value, values))
        for value, root, since, until in self.session.connection().execute(query) if values else ():
            found[value].append(Sign(root, since, until))
        return found

    def _names(self, signs: Iterable[Mapping[str, Iterable[Sign]]]) -> dict[int, set[str]]:
        """Names of the signs' holders, as documents with a code and people call them.

        Not as they are registered: that is by whichever document came first.
        """
        roots = {sign.customer_id for some in signs for found in some.values() for sign in found}
        names: dict[int, set[str]] = defaultdict(set)
        if roots:
            said = select(joined_root, m.name).join(customers, c.id == m.customer_id)
            said = said.where(or_(m.code.is_not(None), m.named_id.is_not(None)), m.name != "")
            among = are(self.session, roots)
            for id_, called in self.session.connection().execute(said.where(among)):
                names[id_].add(called)
        return names

    def _find_strangers(self, cards: set[str], phones: set[str]) -> None:
        """Customers known by a card or a phone alone: whoever has a card is no stranger of a phone."""
        other = identities.alias()
        has_card = select(other.c.id).where(other.c.customer_id == i.customer_id, other.c.kind == CARD).exists()
        for kind, values in ((CARD, cards), (PHONE, phones)):
            query = select(i.value, i.customer_id).join(customers, c.id == i.customer_id)
            query = query.where(i.kind == kind, i.is_derived, c.external_id.is_(None))
            query = query.where(db.among(self.session, i.value, values)).order_by(i.customer_id.desc())
            if kind == PHONE:
                query = query.where(~has_card)
            self.strangers |= {
                Stranger(kind, value): id_ for value, id_ in self.session.connection().execute(query)
            }

    def owner(self, said: Said, day: date, act: Act) -> int | None:
        """The customer that a document of a day means; None: it is open."""
        holder = self.circle.decide(said, day)
        if isinstance(holder, Stranger):
            known = self.strangers.get(holder)
            holder = self.root(known) if known else self._register({holder: (said.name, day)}, act)[holder]
        return holder

    def may_be(self, said: Said, day: date) -> list[int]:
        """Everybody that a document of a day may mean, by id."""
        found = self.circle.possible(said, day)
        ids = {self.strangers.get(one) if isinstance(one, Stranger) else one for one in found}
        return sorted(self.root(id_) for id_ in ids if id_ is not None)

    def root(self, id_: int) -> int:
        return self.session.connection().scalar(select(joined_root).where(c.id == id_)) or id_

    def _register(self, fresh: Mapping[Stranger, tuple[str, date]], act: Act) -> dict[Stranger, int]:
        """New customers of a card or a phone alone."""
        ids = dict(zip(fresh, db.new_ids(self.session, models.Customer, len(fresh)), strict=True))
        people, signs = [], []
        for stranger, (name, day) in fresh.items():
            id_, (kind, value) = ids[stranger], stranger
            person = Person(id_, id_, None, value if kind == CARD else None, value if kind == PHONE else None)
            person.last_name, person.first_name, person.middle_name = split_name(name)
            person.registered_on, person.signs = day, {(kind, value)}
            people.append(person)
            signs.append((id_, kind, value, True, act.id))
        register(self.session, act, people)
        add_signs(self.session, signs)
        self.strangers |= ids
        return ids

    def settle(self, act: Act, learned: Learned, since: Mapping[Said, date]) -> None:
        """Write who is meant now: on mentions and their documents, as signs, and strangers who turned out known."""
        by_day = [one for one in self.affected if self.circle.turns(one.said)]
        steady = [one for one in self.affected if not self.circle.turns(one.said)]
        answers = {one: self.circle.decide(one.said, ANY_DAY) for one in steady}
        fresh = {
            holder: (one.said.name, since.get(one.said, act.today))
            for one, holder in answers.items()
            if isinstance(holder, Stranger) and holder not in self.strangers
        }
        learned.created += self._register(fresh, act).values()
        found = {one: self.strangers[who] if isinstance(who, Stranger) else who for one, who in answers.items()}
        changes = [(who, one.id) for one, who in found.items() if who != one.customer_id]
        changes += [(None, one.id) for one in by_day if one.customer_id is not None]
        db.update(self.session, models.Mention, ("customer_id",), changes)
        joining.documents_follow(self.session, [id_ for who, id_ in changes], learned)
        for one in by_day:
            self._settle_by_day(one, act, learned)
        self._derive_signs(act)
        self._join_strangers(act, learned)
        for one in by_day:  # whose they are may have been joined just now
            self._settle_by_day(one, act, learned)

    def _settle_by_day(self, one: _Mention, act: Act, learned: Learned) -> None:
        """Documents of a card or a phone that changed hands go each by its own day."""
        for table in (receipts, returns):
            t = table.c
            query = select(t.id, t.day, t.customer_id).where(t.mention_id == one.id)
            for id_, day, was in self.session.connection().execute(query).all():
                owner = self.owner(one.said, day, act)
                if owner != was:
                    change = update(table).where(t.id == id_).values(customer_id=owner)
                    self.session.connection().execute(change)
                    learned.touched |= {who for who in (was, owner) if who is not None}
                    if owner is None and table is receipts:
                        learned.loose.add(id_)
        joining.returns_follow(self.session, [one.id], learned)

    def _derive_signs(self, act: Act) -> None:
        """The signs that follow: a card's holder by her phones, and phones said with a card of one holder."""
        day = act.today
        right: set[tuple[int, str, str]] = set()
        for one in self.affected:
            said = one.said
            holders = self.circle.card_holders(said.card, day) if said.card else {Stranger(PHONE, said.phone or "")}
            ids = {self.strangers.get(one) if isinstance(one, Stranger) else one for one in holders} - {None}
            if len(ids) != 1 or not said.card:
                continue
            (holder,) = ids
            assert holder is not None
            right |= {
                (holder, kind, value) for kind, value in said.signs if kind == PHONE or not self._told(kind, value)
            }
        right |= {(id_, *stranger) for stranger, id_ in self.strangers.items() if not self._told(*stranger)}
        mine: dict[tuple[int, str, str], int] = {}
        for kind, values in ((CARD, self.cards), (PHONE, self.phones)):
            query = select(i.id, i.customer_id, i.kind, i.value).where(i.kind == kind, i.is_derived)
            rows = self.session.connection().execute(query.where(db.among(self.session, i.value, values)))
            mine |= {(holder, kind, value): id_ for id_, holder, kind, value in rows}
        told = {(sign.customer_id, PHONE, phone) for phone, some in self.circle.phones.items() for sign in some}
        right = {sign for sign in right if sign[2] in (self.cards if sign[1] == CARD else self.phones)} - told
        gone = [id_ for sign, id_ in mine.items() if sign not in right]
        for some in db.chunks(gone):
            self.session.connection().execute(delete(identities).where(i.id.in_(some)))
        new = sorted(right - mine.keys())
        add_signs(self.session, [(*sign, True, act.id) for sign in new])
        changed = {sign[0] for sign in new} | {sign[0] for sign in mine if sign not in right}
        self._show_phones(changed)
        refresh_search(self.session, changed)

    def _show_phones(self, ids: set[int]) -> None:
        """Whom no code and no person gave a phone is reached by one that documents say with her card."""
        hers: dict[int, set[str]] = defaultdict(set)
        told: set[int] = set()
        query = select(i.customer_id, i.value, i.is_derived).where(i.kind == PHONE, i.until.is_(None))
        for id_, phone, is_derived in self.session.connection().execute(
            query.where(db.among(self.session, i.customer_id, ids))
        ):
            hers[id_].add(phone)
            told |= set() if is_derived else {id_}
        shown = [(min(hers[id_], default=None), id_) for id_ in sorted(ids - told)]
        db.update(self.session, models.Customer, ("phone",), shown)

    def _told(self, kind: str, value: str) -> bool:
        return bool((self.circle.cards if kind == CARD else self.circle.phones).get(value))

    def _join_strangers(self, act: Act, learned: Learned) -> None:
        """A stranger whose card or phone turns out to be one customer's is that customer, as long as it is."""
        for stranger, id_ in self.strangers.items():
            if stranger.value in (self.cards if stranger.kind == CARD else self.phones):
                joining.rule_says(self.session, id_, self._turns_out(stranger, act.today), act, learned)

    def _turns_out(self, stranger: Stranger, day: date) -> int | None:
        """The customer that a stranger is; None: nobody else, as far as can be told."""
        holders = self.circle.card_holders(stranger.value, day) if stranger.kind == CARD else None
        holders = holders or self.circle.phone_holders(stranger.value, day)
        if len(holders) != 1:
            return None
        (holder,) = holders
        return self.strangers.get(holder) if isinstance(holder, Stranger) else holder


def decide_again(
    session: Session, values: set[Value], act: Act, learned: Learned, since: Mapping[Said, date] | None = None
) -> bool:
    """Whose the documents without a code are, after something about these cards and phones has changed.

    Whether there were any to decide about.
    """
    if not _anybody_without_code(session):  # a shop whose 1C gives every customer a code: nothing to look for
        return False
    circles = Circles(session, values)
    if circles.affected:
        circles.settle(act, learned, since or {})
    return bool(circles.affected)


def _anybody_without_code(session: Session) -> bool:
    """Whether any document names its customer by a card or a phone alone; answered from the indexes of those."""
    return any(
        session.connection().scalar(select(m.id).where(CODELESS, sign.is_not(None)).limit(1)) is not None
        for sign in (m.card, m.phone)
    )
