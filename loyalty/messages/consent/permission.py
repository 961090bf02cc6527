"""Who may be written to now, and why not: one word for funnels, triggers and the instant of sending; in bulk.

Advertising needs her consent (38-ФЗ art. 18), keeps to the cap, and spares the lasting control group; service
messages only need somewhere to go (law.md §1). Nobody erased gets anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.customers import consents, suppression
from loyalty.customers.consents import Word
from loyalty.customers.phones import is_mobile
from loyalty.identity import roots
from loyalty.messages.sending import limits
from loyalty.models import customers, erasures, holdout_members, holdouts, messages
from loyalty.models.people import is_herself, joined_root

EMAIL = "email"
WRITTEN = ("sending", "sent", "delivered", "unknown")  # she got it, or may have got it


@dataclass(frozen=True, slots=True)
class Person:
    """Where a customer is written to, and whether she may be: `reason` is a key of messages.reasons, or empty.

    `id` is who she is now, where she was joined to another customer; `consent_id` is what advertising relies on.
    """

    id: int
    address: str
    reason: str
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be sent on a channel at a moment (UTC)."""

    session: Session
    channel: str
    is_advertising: bool
    now: datetime

    def why_not(self, ids: Iterable[int]) -> dict[int, str]:
        """Who may not be written to, with the first reason of each; who may be is absent."""
        return {id_: person.reason for id_, person in self.people(ids).items() if person.reason}

    def people(self, ids: Iterable[int]) -> dict[int, Person]:
        """Everybody of these who is known, with the address that is hers now, and the first reason against it."""
        found = self._addresses(list(ids))
        hers = dict(found.values())
        gone = set(self.session.connection().scalars(select(erasures.c.customer_id)))
        forgotten = suppression.among(self.session, hers.values(), suppression.ERASED)  # and came again in a file
        words = consents.words(self.session, hers, self.channel) if self.is_advertising else {}
        against = self._against_advertising(hers, words) if self.is_advertising else {}

        def person(root: int, address: str) -> Person:
            is_erased = root in gone or address in forgotten
            nowhere = "erased" if is_erased else self._unreachable(address)
            word = words.get(root)
            relied_on = word.id if word and word.is_given else None
            return Person(root, address, nowhere or against.get(root, ""), relied_on)

        return {id_: person(*known) for id_, known in found.items()}

    def _addresses(self, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Who each of these is now, and her address; empty where there is none."""
        c, herself = customers.c, customers.alias()
        hers = herself.c.email if self.channel == EMAIL else herself.c.phone
        query = select(c.id, herself.c.id, func.coalesce(hers, ""))
        query = query.join(herself, herself.c.id == joined_root)
        found = self.session.connection().execute(query.where(db.among(self.session, c.id, ids)))
        return {id_: (root, address.strip()) for id_, root, address in found}

    def _unreachable(self, address: str) -> str:
        if self.channel == EMAIL:
            return "" if "@" in address else "no_email"
        if not address:
            return "no_phone"
        return "" if is_mobile(address) else "not_mobile"

    def _against_advertising(self, hers: Mapping[int, str], words: Mapping[int, Word]) -> dict[int, str]:
        """Who gets no advertising, with the first reason in the order of the funnel; by her and her address."""
        barred = suppression.among(self.session, hers.values())
        refused = {id_ for id_, word in words.items() if not word.is_given}
        refused |= {id_ for id_, address in hers.items() if address in barred}
        return {
            **dict.fromkeys(self._held_out(hers), "holdout"),
            **dict.fromkeys(self._written_lately(hers), "too_often"),
            **dict.fromkeys(refused, "opted_out"),
            **dict.fromkeys(hers.keys() - words.keys(), "no_consent"),
        }

    def _written_lately(self, hers: Mapping[int, str]) -> list[int]:
        cap = limits.cap(self.session)
        if cap is None:
            return []
        return [id_ for id_, count in self.written(hers, cap).items() if count >= cap.messages]

    def written(self, hers: Mapping[int, str], cap: limits.Cap) -> dict[int, int]:
        """How many advertising messages came to these in the days of a cap, today included; none: absent.

        By customer with her address: who shares it got them as well.
        """
        shared = self._shared(hers.values())
        counted = self._counted({*hers, *chain.from_iterable(shared)}, cap)
        for ids in shared:
            counted |= dict.fromkeys(ids, sum(counted.get(id_, 0) for id_ in ids))
        return {id_: count for id_, count in counted.items() if id_ in hers}

    def _shared(self, addresses: Iterable[str]) -> list[list[int]]:
        """Of each of these addresses that several have: whose it is."""
        c, whose = customers.c, defaultdict[str, list[int]](list)
        column = c.email if self.channel == EMAIL else c.phone
        several = select(column).where(is_herself, db.among(self.session, column, sorted({*addresses} - {""})))
        several = several.group_by(column).having(func.count() > 1)
        for id_, address in self.session.connection().execute(
            select(c.id, column).where(is_herself, column.in_(several))
        ):
            whose[address].append(id_)
        return list(whose.values())

    def _counted(self, whom: Iterable[int], cap: limits.Cap) -> dict[int, int]:
        zone = settings.timezone(self.session)
        today = self.now.astimezone(ZoneInfo(zone)).date()
        since = settings.day_starts(today - timedelta(days=cap.days - 1), zone)
        m = messages.c
        query = select(joined_root, func.count()).select_from(messages)
        query = query.join(customers, customers.c.id == m.customer_id)
        query = query.where(roots.are(self.session, whom), m.is_advertising, m.sent_at >= since)
        query = query.where(m.status.in_(WRITTEN)).group_by(joined_root)
        return {row[0]: row[1] for row in self.session.connection().execute(query)}

    def _held_out(self, whom: Iterable[int]) -> list[int]:
        h, who = holdouts.c, holdout_members.c
        today = self.now.astimezone(ZoneInfo(settings.timezone(self.session))).date()
        query = select(joined_root).select_from(holdout_members).join(holdouts, h.id == who.holdout_id)
        query = query.join(customers, customers.c.id == who.customer_id)
        query = query.where(who.is_control, or_(h.ended_on.is_(None), h.ended_on > today))
        return list(self.session.connection().scalars(query.where(roots.are(self.session, whom))))
