"""The one way of finding somebody: by code, else card, else phone, for files, the till and screens (rules.md §3).

A document with a code says whose its card and phone are. All others are decided by what is known of their card and
phone together (identity.deciding), and decided again whenever that changes, so the order of files never matters.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, models
from loyalty.acts import Act
from loyalty.identity import forgotten, joining
from loyalty.identity.circles import Circles, decide_again
from loyalty.identity.deciding import Said
from loyalty.identity.learned import Learned
from loyalty.identity.registering import People, told_signs
from loyalty.models import customers, mentions
from loyalty.models.people import joined_root
from loyalty.sales.documents import CustomerRef


class Owner(NamedTuple):
    """How a document names its customer, and whom that means; None: open, or it names nobody."""

    mention_id: int | None
    customer_id: int | None
    own_id: int | None  # the same, before anybody was joined


NOBODY = Owner(None, None, None)
MENTIONS_KEPT = 10_000


def said_text(ref: CustomerRef) -> str:
    """All that a document says of its customer, as one text."""
    if ref.id is not None:
        return f"#{ref.id}"
    return "\x1f".join(part or "" for part in (ref.code, ref.card, ref.phone, ref.name))


class Finder:
    """Finds or registers the customers of documents, a batch at a time; what it learns is written at once."""

    def __init__(self, session: Session, act: Act) -> None:
        self.session, self.act = session, act
        self.learned = Learned()
        self._known: dict[str, Owner] = {}
        self._open: dict[Said, Circles] = {}

    def owners(self, documents: Sequence[tuple[CustomerRef | None, date]]) -> list[Owner]:
        """Whose each document of a day is, in order; strangers are registered on the day of their first one."""
        documents = forgotten.masked(self.session, documents)
        if len(self._known) > MENTIONS_KEPT:
            self._known.clear()
        said = [said_text(ref) if ref else "" for ref, _ in documents]
        self._look_up(said, documents)
        return [
            self._owner(text, ref, day) if ref else NOBODY for text, (ref, day) in zip(said, documents, strict=True)
        ]

    def _owner(self, text: str, ref: CustomerRef, day: date) -> Owner:
        found = self._known[text]
        if found.customer_id is None:  # open, or it depends on the day
            said = Said(ref.card, ref.phone, ref.name or "")
            if said not in self._open:
                self._open[said] = Circles(self.session, said.signs)
            owner = self._open[said].owner(said, day, self.act)
            return found._replace(customer_id=owner, own_id=owner)
        return found

    def _look_up(self, texts: Sequence[str], documents: Sequence[tuple[CustomerRef | None, date]]) -> None:
        """Every way to name somebody that these documents have is known after this."""
        wanted: dict[str, tuple[CustomerRef, date]] = {}
        for said, (ref, day) in zip(texts, documents, strict=True):
            if ref:
                wanted[said] = (ref, min(day, wanted[said][1]) if said in wanted else day)
        missing = wanted.keys() - self._known.keys()
        self._known |= _stored(self.session, missing)
        fresh = {said: ref for said, ref in wanted.items() if said not in self._known}
        if fresh and self._learn(fresh):  # others may mean somebody else now
            self._known = _stored(self.session, wanted)
        elif fresh:
            self._known |= _stored(self.session, fresh)

    def _learn(self, fresh: dict[str, tuple[CustomerRef, date]]) -> bool:
        """New ways to name somebody: those with a code tell whose signs they are, the others follow from that.

        Whether whom others mean was decided anew.
        """
        self._open.clear()
        people = People(self.session, self.act, [ref for ref, _ in fresh.values()])
        rows, strangers = [], []
        for (said, (ref, day)), id_ in zip(
            fresh.items(), db.new_ids(self.session, models.Mention, len(fresh)), strict=True
        ):
            own = ref.id or (people.of(ref, day).id if ref.code else None)
            if own is None:
                strangers.append((Said(ref.card, ref.phone, ref.name or ""), day))
            name = ref.name or "" if ref.id is None else ""
            rows.append((id_, said, ref.code, ref.card, ref.phone, name, ref.id, own))
        people.write()
        self.learned.created += people.created
        self.learned.taught |= people.taught
        self.learned.shared_cards += people.shared_cards
        columns = ("id", "said", "code", "card", "phone", "name", "named_id", "customer_id")
        db.insert(self.session, models.Mention, columns, rows)
        since: dict[Said, date] = {}
        for said_of, day in strangers:
            since[said_of] = min(day, since.get(said_of, day))
        signs = people.signs_added | {sign for said_of in since for sign in said_of.signs}
        signs |= told_signs(self.session, people.called)  # a name may decide between several
        for id_ in people.given_code:  # somebody of her own, whatever the rule made of the stranger
            joining.rule_says(self.session, id_, None, self.act, self.learned)
        return decide_again(self.session, signs, self.act, self.learned, since)


def _stored(session: Session, said: Iterable[str]) -> dict[str, Owner]:
    m = mentions.c
    query = select(m.said, m.id, joined_root, m.customer_id).outerjoin(customers, customers.c.id == m.customer_id)
    rows = session.connection().execute(query.where(db.among(session, m.said, said))).all()
    return {text: Owner(id_, root, own) for text, id_, root, own in rows}
