"""A person's data destroyed on her request: receipts and bonuses stay, and who it was is nowhere any more.

What remains is a customer without a name. Documents that name her signs again are matched to that one by hashes
(identity.forgotten), so nothing of the ledger moves and no file brings her back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, literal, or_, select, update
from sqlmodel import Session

from loyalty import db, models, settings
from loyalty.acts import Act
from loyalty.customers import consents, people, suppression
from loyalty.errors import Refused
from loyalty.identity import forgotten, joining
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.models import (
    attempts,
    customers,
    erasures,
    grants,
    identities,
    mentions,
    messages,
    relatives,
)
from loyalty.models import consents as said
from loyalty.models.messages import FORGOTTEN
from loyalty.rights import scrubbing, traces
from loyalty.rights.documents import forget_mentions
from loyalty.wording import plural

REASON = "Отзыв согласия на обработку персональных данных"
REASON_MAX = 200
BLANK = {
    "external_id": None, "card": None, "phone": None, "last_name": "", "first_name": "", "middle_name": "",
    "birth_date": None, "sex": None, "email": None, "city": None, "street": None, "house": None, "comment": None,
    "search": "",
}  # fmt: skip
"""What a customer's row forgets. When she came and from where stays, for figures of the shop."""


@dataclass
class Hers:
    """All that tells who a customer is, as far as it is hers alone.

    `signs` are (kind, value); `shared` those that somebody else has as well: they are his, too, and stay.
    """

    root: int
    family: list[int]
    signs: set[tuple[str, str]] = field(default_factory=set)
    shared: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)

    def of(self, kind: str) -> list[str]:
        """Values of a kind that are hers alone."""
        return sorted(value for known, value in self.signs if known == kind)


def erase(
    session: Session, customer_id: int, act: Act, *, asked_on: date | None = None, reason: str = REASON
) -> models.Erasure:
    """Destroy what tells who a customer is, in her card and wherever else it was written; the act's row.

    Refused where that was done before; NotFound. The bytes go from the file with `scrubbing.scrub`, afterwards.
    """
    db.one_at_a_time(session, db.INTAKE)
    root = consents.root_of(session, customer_id)
    people.lock(session, root)
    if forgotten.erased(session, [root]):
        raise Refused("Данные этого клиента уже удалены")
    if session.connection().dialect.name == "sqlite":  # what is deleted is overwritten by noughts
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    hers = look(session, root)
    _refuse(session, hers, act)
    destroyed = [*_card(session, hers, act), *_messages(session, hers), *forget_mentions(session, hers)]
    destroyed += traces.forget(session, hers)
    kept = [(forgotten.NAMED, phone, forgotten.same_name(name)) for kind, phone in hers.shared if kind == PHONE
            for name in hers.names]  # fmt: skip
    forgotten.remember(session, root, [*hers.signs, *kept])
    row = models.Erasure(
        customer_id=root, at=settings.now(settings.timezone(session)), asked_on=asked_on,
        reason=reason.strip()[:REASON_MAX] or REASON, destroyed=destroyed, act_id=act.id,
    )  # fmt: skip
    session.add(row)
    settings.put(session, scrubbing.DUE, "1")
    session.flush()
    session.expire_all()
    return row


def of(session: Session, customer_id: int) -> models.Erasure | None:
    """The act by which a customer was erased; None of all others."""
    found = session.scalars(select(models.Erasure).where(erasures.c.customer_id == customer_id)).first()
    if found is not None:
        session.expunge(found)
    return found


def look(session: Session, root: int) -> Hers:
    """What tells who a customer and those joined to her are."""
    hers, c, i = Hers(root, joining.family(session, root)), customers.c, identities.c
    columns = (c.external_id, c.card, c.phone, c.email, c.last_name, c.first_name, c.middle_name)
    for code, card, phone, email, *name in session.connection().execute(
        select(*columns).where(c.id.in_(hers.family))
    ):
        hers.signs |= {(kind, value) for kind, value in ((CODE, code), (CARD, card), (PHONE, phone)) if value}
        hers.emails |= {email} if email else set()
        hers.names.add(" ".join(filter(None, name)))
    known = select(i.kind, i.value).where(i.customer_id.in_(hers.family))
    hers.signs |= {(kind, value) for kind, value in session.connection().execute(known)}
    m = mentions.c
    called = select(m.name).where(or_(m.customer_id.in_(hers.family), m.named_id.in_(hers.family)))
    hers.names = {name for name in hers.names | set(session.connection().scalars(called)) if name}
    hers.shared = {sign for sign in hers.signs if _others(session, hers, *sign)}
    hers.signs -= hers.shared
    hers.emails = {email for email in hers.emails if not _is_in(session, hers, c.email, email)}
    return hers


def _others(session: Session, hers: Hers, kind: str, value: str) -> bool:
    """Whether somebody else has a sign or had it, of those who were not erased."""
    i, c = identities.c, customers.c
    gone = select(erasures.c.customer_id)
    theirs = select(i.id).where(i.kind == kind, i.value == value, i.customer_id.not_in(hers.family))
    if session.connection().scalar(theirs.where(i.customer_id.not_in(gone)).limit(1)) is not None:
        return True
    return _is_in(session, hers, {CODE: c.external_id, CARD: c.card, PHONE: c.phone}[kind], value)


def _is_in(session: Session, hers: Hers, column: ColumnElement[Any], value: str) -> bool:
    """Whether somebody else's card shows a value."""
    c = customers.c
    theirs = select(c.id).where(column == value, c.id.not_in(hers.family)).limit(1)
    return session.connection().scalar(theirs) is not None


def _refuse(session: Session, hers: Hers, act: Act) -> None:
    """She is written to no more, nor is whoever a file says has her phone or her e-mail."""
    now = settings.now(settings.timezone(session))
    for channel in (*consents.CHANNELS, consents.PERSONAL_DATA):
        before = consents.words(session, [hers.root], channel).get(hers.root)
        if before is None or before.is_given:
            consents.say(
                session, hers.root, is_given=False, at=max(now, before.at) if before else now, act=act,
                channel=channel, method=consents.STAFF, place="Удаление данных",
            )  # fmt: skip
    session.flush()
    for address in (*hers.of(PHONE), *hers.emails):
        suppression.suppress(session, address, now, suppression.ERASED)
    proofs = update(said).where(said.c.customer_id.in_(hers.family))
    session.connection().execute(proofs.values(proof="", address="", wording=""))


def _card(session: Session, hers: Hers, act: Act) -> Iterator[str]:
    """The card itself: its fields, signs and relatives; what was there, in the act's words."""
    c, i, rows = customers.c, identities.c, customers.c.id.in_(hers.family)

    def had(*names: str) -> bool:
        filled = or_(*(c[name].is_not(None) & (cast(c[name], String) != "") for name in names))
        return session.connection().scalar(select(c.id).where(rows, filled).limit(1)) is not None

    for names, words in (
        (("last_name", "first_name", "middle_name"), "фамилия, имя, отчество"),
        (("birth_date",), "дата рождения"), (("sex",), "пол"), (("email",), "адрес электронной почты"),
        (("city", "street", "house"), "адрес"), (("comment",), "комментарий сотрудников"),
    ):  # fmt: skip
        if had(*names):
            yield words
    counted = ((PHONE, "номера телефонов"), (CARD, "номера карт"), (CODE, "коды в 1С"))
    signs = hers.signs | hers.shared
    for kind, words in counted:
        if count := sum(known == kind for known, _ in signs):
            yield f"{words} ({count})"
    kin = session.connection().execute(delete(relatives).where(relatives.c.customer_id.in_(hers.family)))
    if kin.rowcount:
        yield f"сведения о близких ({kin.rowcount})"
    session.connection().execute(update(customers).where(rows).values(**BLANK, updated_at=act.at))
    for kind, value in hers.signs:  # of hers, and what was left of others who were erased before
        session.connection().execute(delete(identities).where(i.kind == kind, i.value == value))
    kept = update(identities).where(i.customer_id.in_(hers.family))
    session.connection().execute(kept.values(customer_id=hers.root, is_derived=False))


def _messages(session: Session, hers: Hers) -> Iterator[str]:
    """What was written to her, and why she was given presents; what waits to be sent never is."""
    m, a = messages.c, attempts.c
    ids = select(m.id).where(m.customer_id.in_(hers.family))
    waiting = update(messages).where(m.customer_id.in_(hers.family), m.status == "queued")
    session.connection().execute(waiting.values(status="skipped", reason="erased"))
    session.connection().execute(update(attempts).where(a.message_id.in_(ids)).values(text="", detail=""))
    mine = update(messages).where(m.customer_id.in_(hers.family))
    nameless = literal(FORGOTTEN).concat(cast(m.id, String))
    done = session.connection().execute(mine.values(text="", subject="", detail="", address=nameless))
    if done.rowcount:
        yield f"адреса и тексты сообщений ({done.rowcount})"
    reasons = update(grants).where(grants.c.given_to.in_(hers.family), func.length(grants.c.reason) > 0)
    if count := session.connection().execute(reasons.values(reason="")).rowcount:
        yield f"пояснения к подаркам ({plural(count, 'запись', 'записи', 'записей')})"
