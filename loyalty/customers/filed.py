"""Consents that a customers file tells: where from, and what of them counts.

A word with a day is an event of that day. One without is news only where the file said otherwise before, and never
brings back whom anybody knows to have refused: a daily export would do so every night.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.acts import Act
from loyalty.customers import consents, suppression
from loyalty.customers.consents import FILE, SMS, Word
from loyalty.models import Customer, acts, customers, imports
from loyalty.models import consents as told
from loyalty.models.people import joined_root
from loyalty.sales.documents import CustomerDocument


class Filed:
    """What is known of the customers of some rows, so that each row can be taken."""

    def __init__(self, session: Session, act: Act, rows: Sequence[tuple[Customer, CustomerDocument]]) -> None:
        self.session, self.act = session, act
        asked = [(one, document) for one, document in rows if document.sms_consent is not None]
        ids = {one.id for one, _ in asked if one.id}
        self._roots = _roots(session, ids)
        self._latest = consents.words(session, ids)
        self._filed = consents.words(session, ids, method=FILE)
        phones = {document.ref.phone or one.phone for one, document in asked}
        self._suppressed = suppression.among(session, filter(None, phones))
        self._dated = _dated(session, {one.id for one, document in asked if one.id and document.consent_on})
        self._now = settings.now(settings.timezone(session))
        self._file = _file_name(session, act)

    def take(self, customer: Customer, document: CustomerDocument) -> bool | None:
        """Write what a row says; whether it is anything new. None: a consent that a refusal outweighs."""
        said = document.sms_consent
        if said is None:
            return False
        root = self._roots.get(customer.id or 0, customer.id or 0)
        before, filed = self._latest.get(root), self._filed.get(root)
        if document.consent_on:
            return self._take_dated(root, customer, document, said)
        if said and ((before and not before.is_given) or customer.phone in self._suppressed):
            return None
        if (before and before.is_given is said) or (filed and filed.is_given is said):
            return False
        self._say(root, customer, document, said, max(self._now, before.at) if before else self._now)
        return True

    def _take_dated(self, root: int, customer: Customer, document: CustomerDocument, said: bool) -> bool | None:
        assert document.consent_on
        at = consents.day_of_word(self.session, document.consent_on, is_given=said)
        before = self._latest.get(root)
        outweighed = said and ((before and not before.is_given and before.at >= at)
                               or self._suppressed.get(customer.phone or "", at) > at)  # fmt: skip
        if (root, said, document.consent_on) not in self._dated:
            self._say(root, customer, document, said, at, document.consent_on)
            return None if outweighed else True
        return None if outweighed else False

    def _say(
        self,
        root: int,
        customer: Customer,
        document: CustomerDocument,
        said: bool,
        at: datetime,
        on: date | None = None,
    ) -> None:
        assert customer.id
        place = f"{self._file}, колонка «{document.consent_column}»" if document.consent_column else self._file
        consents.say(
            self.session, customer.id, is_given=said, at=at, act=self.act, method=FILE, place=place,
            proof="" if on else "день в файле не сказан", lifts=customer.phone in self._suppressed,
        )  # fmt: skip
        word = Word(0, said, at, FILE)
        if root not in self._latest or self._latest[root].at <= at:
            self._latest[root] = word
        self._filed[root] = word
        if on:
            self._dated.add((root, said, on))


def _roots(session: Session, ids: set[int]) -> dict[int, int]:
    query = select(customers.c.id, joined_root).where(db.among(session, customers.c.id, ids))
    return {id_: root for id_, root in session.connection().execute(query)}  # noqa: C416 — typed


def _dated(session: Session, ids: set[int]) -> set[tuple[int, bool, date]]:
    """Words of these customers by files, with the shop's day of each."""
    k = told.c
    query = select(joined_root, k.is_given, k.at).join(customers, customers.c.id == k.customer_id)
    query = query.where(k.channel == SMS, k.method == FILE, db.among(session, joined_root, ids))
    rows = session.connection().execute(query) if ids else ()
    return {(root, bool(said), settings.shop_time(session, at).date()) for root, said, at in rows}


def _file_name(session: Session, act: Act) -> str:
    query = select(imports.c.file_name).join(acts, acts.c.import_id == imports.c.id).where(acts.c.id == act.id)
    name = session.connection().scalar(query)
    return f"Файл «{name}»" if name else "Файл клиентов"
