"""The card's «О клиенте» besides the form: by what she is known, who was joined to her, what she agreed to."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import settings
from loyalty.acts import Origin
from loyalty.customers import consent_texts, consents
from loyalty.identity import joining, signs
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.models import Act, acts, joins, mentions, receipts
from loyalty.reports.customers import faces

WHENCE = {Origin.TILL: "касса", Origin.SCREEN: "записано в программе", Origin.RULE: "из чеков"}
ORDER = (PHONE, CARD, CODE)


class Sign(NamedTuple):
    """A phone, a card or a code, for which days, and where it is known from in words."""

    kind: str  # as identity.registering names them
    value: str
    since: date | None
    until: date | None
    whence: str


class Joined(NamedTuple):
    """A card that is this one since a day, because a person said so; and what undoing it would give back."""

    id: int
    name: str
    at: datetime  # the shop's
    person: str
    receipts: int


class Said(NamedTuple):
    """A consent or a refusal, by the shop's clock: what it is in words, how, where and by what it is known, and to
    which version of the shop's text; None where none was written down.
    """

    id: int
    at: datetime
    channel: str
    is_given: bool
    words: str
    circumstances: list[str]
    text: consent_texts.Text | None
    is_latest: bool  # of its channel

    @property
    def holds(self) -> bool:
        """Whether it is a consent that nothing has taken back."""
        return self.is_given and self.is_latest


class Person(NamedTuple):
    """All of this, the newest first."""

    signs: list[Sign]
    joined: list[Joined]
    consents: list[Said]


def load(session: Session, customer_id: int) -> Person:
    """What «О клиенте» shows below its form."""
    return Person(_signs(session, customer_id), joined(session, customer_id), _said(session, customer_id))


def _said(session: Session, customer_id: int) -> list[Said]:
    history, texts = (
        consents.history(session, customer_id),
        {one.id: one for one in consent_texts.versions(session)},
    )
    found, seen = list[Said](), set[str]()
    for one in history:
        text, who = texts.get(one.text_id or 0), session.get(Act, one.act_id)
        known = [*consents.circumstances(one), who.person if who else ""]
        at = settings.shop_time(session, one.at)
        found.append(
            Said(one.id or 0, at, one.channel, one.is_given, consents.in_words(one), list(filter(None, known)),
                 text, one.channel not in seen)
        )  # fmt: skip
        seen.add(one.channel)
    return found


def _signs(session: Session, customer_id: int) -> list[Sign]:
    """Each once, though she may have it several times over since she was joined."""
    found: dict[tuple[str, str, date | None], Sign] = {}
    for sign in signs.of(session, customer_id):
        whence = f"файл «{sign.file_name}»" if sign.file_name else WHENCE.get(sign.origin, "из файла")
        one = Sign(sign.kind, sign.value, sign.since, sign.until, whence)
        found.setdefault((sign.kind, sign.value, sign.until), one)
    held = {sign[:2] for sign in found.values() if sign.until is None}
    shown = [sign for sign in found.values() if sign.until is None or sign[:2] not in held]
    return sorted(shown, key=lambda sign: (sign.until is not None, ORDER.index(sign.kind)))


def joined(session: Session, customer_id: int) -> list[Joined]:
    """Who was joined to her by a person and is, the latest first."""
    j = joins.c
    ids = [one.id for one in joining.standing(session, customer_id)]
    query = select(j.id, j.gone_id, acts.c.at, acts.c.person).join(acts, acts.c.id == j.act_id)
    query = query.where(j.id.in_(ids), acts.c.origin != Origin.RULE.value).order_by(j.id.desc())
    found = []
    for id_, gone, at, person in session.connection().execute(query).all():
        m, r = mentions.c, receipts.c
        hers = select(m.id).where(m.customer_id.in_([gone, *joining.below(session, gone)]))
        mine = select(func.count()).where(r.mention_id.in_(hers), r.superseded_at.is_(None))
        called = faces.of(session, [gone])[gone].name
        count = session.connection().scalar(mine) or 0
        found.append(Joined(id_, called, settings.shop_time(session, at), person, count))
    return found
