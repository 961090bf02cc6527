"""Whose document is it, that names no code? Decided from all that is known of its card and phone at once.

Pure: no database. Whatever order the facts came in, the same are known in the end, and so the answer is the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from loyalty.customers.names import parts_of


class Sign(NamedTuple):
    """A customer known by a card or a phone, for the days from `since` until `until` where a person said so."""

    customer_id: int
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Stranger(NamedTuple):
    """Somebody known by nothing but this card or this phone."""

    kind: str  # "card", "phone"
    value: str


Holder = int | Stranger


class Said(NamedTuple):
    """What a document without a code says of its customer."""

    card: str | None
    phone: str | None
    name: str = ""

    @property
    def signs(self) -> list[tuple[str, str]]:
        """As (kind, value)."""
        return [(kind, value) for kind, value in (("card", self.card), ("phone", self.phone)) if value]


@dataclass
class Circle:
    """All that bears on some cards and phones; customers are those they were joined to."""

    cards: Mapping[str, Iterable[Sign]] = field(default_factory=dict)
    phones: Mapping[str, Iterable[Sign]] = field(default_factory=dict)
    said: Iterable[Said] = ()
    names: Mapping[int, Iterable[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._phones_of: dict[str, set[str]] = {}
        self._cards_of: dict[str, set[str]] = {}
        self._names_of: dict[str, set[str]] = {}
        for card, phone, name in self.said:
            if card and phone:
                self._phones_of.setdefault(card, set()).add(phone)
                self._cards_of.setdefault(phone, set()).add(card)
            if card and name:
                self._names_of.setdefault(card, set()).add(name)

    def turns(self, said: Said) -> list[date]:
        """The days on which the answer may change, in order."""
        cards = {said.card} if said.card else self._cards_of.get(said.phone or "", set())
        phones = {phone for card in cards for phone in self._phones_of.get(card, ())} | {said.phone}
        signs = [sign for card in cards for sign in self.cards.get(card, ())]
        signs += [sign for phone in phones if phone for sign in self.phones.get(phone, ())]
        return sorted({day for sign in signs for day in (sign.since, sign.until) if day})

    def decide(self, said: Said, day: date) -> Holder | None:
        """Whose it is; None: nobody can tell without asking (rules.md §3)."""
        found = self.possible(said, day)
        return next(iter(found)) if len(found) == 1 else None

    def possible(self, said: Said, day: date) -> set[Holder]:
        """Everybody it may be; one alone is the answer."""
        if said.card:
            found = self.card_holders(said.card, day)
            if len(found) > 1 and said.phone:
                found = found & self.phone_holders(said.phone, day) or found
        else:
            assert said.phone, "a document that names nobody is nobody's"
            found = self.phone_holders(said.phone, day) or {Stranger("phone", said.phone)}
        return self._named(found, [said.name])

    def card_holders(self, card: str, day: date) -> set[Holder]:
        """Who has a card: as said with a code, else whoever alone has the phones said with it, else a stranger."""
        known: set[Holder] = {sign.customer_id for sign in self.cards.get(card, ()) if sign.holds(day)}
        if known:
            return known
        phones = self._phones_of.get(card, ())
        sharing = {sign.customer_id for phone in phones for sign in self.phones.get(phone, ()) if sign.holds(day)}
        alone = self._named(set(sharing), self._names_of.get(card, ()))
        return alone if len(alone) == 1 else {Stranger("card", card)}

    def phone_holders(self, phone: str, day: date) -> set[Holder]:
        """Who has a phone: as said with a code, and the holder of each card said with it."""
        found: set[Holder] = {sign.customer_id for sign in self.phones.get(phone, ()) if sign.holds(day)}
        for card in self._cards_of.get(phone, ()):
            holders = self.card_holders(card, day)
            if len(holders) == 1:
                found |= holders
        return found

    def _named(self, found: set[Holder], names: Iterable[str]) -> set[Holder]:
        """Of several the one whose name is said."""
        if len(found) < 2:
            return found
        chosen = {one for one in found if any(agree(said, known) for said in names for known in self._known(one))}
        return chosen if len(chosen) == 1 else found

    def _known(self, holder: Holder) -> Iterable[str]:
        if isinstance(holder, Stranger):  # of a card: one of a phone is never one of several
            return self._names_of.get(holder.value, ())
        return self.names.get(holder, ())


def agree(one: str, other: str) -> bool:
    """Whether two names may be one person's: every part of the shorter is in the longer, whole or as an initial."""
    shorter, longer = sorted((parts_of(one), parts_of(other)), key=len)
    left, whole = list(longer), 0
    for part in sorted(shorter, key=len, reverse=True):
        same = next((known for known in left if known == part), None)
        same = same or next((k for k in left if 1 in (len(k), len(part)) and k[0] == part[0]), None)
        if same is None:
            return False
        whole += len(same) > 1 and len(part) > 1
        left.remove(same)
    return whole > 0
