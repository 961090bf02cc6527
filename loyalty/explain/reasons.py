"""Why a movement of bonuses happened, in one Russian sentence: for the customer's card, exports and the till."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import wording
from loyalty.engine.entries import Entry, Fact, Grant, Kind, Origin, Receipt, Ref
from loyalty.engine.replay import Ledger
from loyalty.models import grants
from loyalty.money import BasisPoints
from loyalty.program.terms import BurnRule, Program
from loyalty.program.words import GIFTS

KINDS = {
    Kind.EARNED: "Начислено",
    Kind.GRANTED: "Подарено",
    Kind.AVAILABLE: "Стало доступно",
    Kind.SPENT: "Потрачено",
    Kind.OVERSPENT: "Потрачено сверх остатка",
    Kind.CAME_BACK: "Вернулось",
    Kind.CANCELLED_PENDING: "Отменено до подтверждения",
    Kind.CANCELLED: "Отменено",
    Kind.OWED: "Долг",
    Kind.DEBT_PAID: "Погашен долг",
    Kind.BURNED: "Сгорело",
}
"""An entry's kind in a word or two."""

GIFT = "Подарок"
GIFT_KINDS = {
    **GIFTS,
    "relative_birthday": "Подарок ко дню рождения близкого",
    "registration": "Подарок за регистрацию",
    "first_purchase": "Подарок за первую покупку",
    "no_purchase": "Подарок, чтобы вернуться",
    "trigger": GIFT,
}
"""What a gift of each kind is called, those of triggers included."""


class Source(NamedTuple):
    """A fact as a sentence names it; `words` and `lifetime_days` are a gift's."""

    origin: Origin
    number: str
    on: date
    words: str = ""
    lifetime_days: int | None = None

    @property
    def document(self) -> str:
        """«чек 000123 от 10.01.2026»; the word is the same in the nominative and the accusative."""
        if self.origin is Origin.GRANT:  # its number is a form's key, nothing to show
            words = self.words or GIFT
            return f"{words[0].lower()}{words[1:]} от {wording.day(self.on)}"
        words = "чек" if self.origin is Origin.RECEIPT else "возврат"
        return " ".join(filter(None, (words, self.number, f"от {wording.day(self.on)}")))

    @property
    def bonuses(self) -> str:
        """Whose bonuses they are: «бонусы за чек 000123 от 10.01.2026»."""
        match self.origin:
            case Origin.RECEIPT:
                return f"бонусы за {self.document}"
            case Origin.RETURN:
                return f"бонусы, которые вернул {self.document}"
        return f"бонусы ({self.document})"


def reason(
    kind: Kind,
    fact: Source | None,
    lot: Source | None,
    *,
    rate: BasisPoints | None = None,
    terms: Program | None = None,
    ahead: bool = False,
) -> str:
    """The sentence for one entry.

    `fact` caused it, `lot` is whose bonuses moved; `rate` is what the receipt earned at, `terms` the programme
    in force on the lot's day, `ahead` says that it is still to come. What is unknown is left out of the sentence.
    """
    cause = fact.document if fact else "документ"
    whose = lot.bonuses if lot else "бонусы"
    match kind:
        case Kind.EARNED:
            return f"Начислено {wording.percent(rate)} за {cause}" if rate else f"Начислено за {cause}"
        case Kind.GRANTED:
            return (fact.words if fact else "") or GIFT
        case Kind.AVAILABLE:
            return f"{'Станут' if ahead else 'Стали'} доступны {whose}"
        case Kind.SPENT:
            return f"Оплачен {cause}: {whose}"
        case Kind.OVERSPENT:
            return f"Оплачен {cause} бонусами, которых не было на счёте: долг"
        case Kind.CAME_BACK:
            return f"Вернулись бонусы, которыми был оплачен товар: {cause}"
        case Kind.CANCELLED_PENDING | Kind.CANCELLED:
            return f"Отменены {whose}: товар вернули, {cause}"
        case Kind.OWED:
            return f"Товар вернули, а бонусы за него уже потрачены: долг, {cause}"
        case Kind.DEBT_PAID:
            return f"Долг погасили {whose}"
        case Kind.BURNED:
            return _burned(fact, lot, terms, whose, "Сгорят" if ahead else "Сгорели")


def _burned(fact: Source | None, lot: Source | None, terms: Program | None, whose: str, verb: str) -> str:
    if fact is not None and fact == lot:
        return f"{verb} {whose}: их срок прошёл ещё до возврата"
    if fact is not None and fact.origin is Origin.RETURN:
        return f"{verb} {whose}: после возврата последняя покупка оказалась слишком давно, {fact.document}"
    if lot is not None and lot.lifetime_days is not None:
        return f"{verb} {whose}: подарок действует {wording.days(lot.lifetime_days)}"
    if terms is None or terms.burn is BurnRule.NEVER:
        return f"{verb} {whose}"
    why = {
        BurnRule.AFTER_PURCHASE: f"{wording.days(terms.burn_days)} без покупок",
        BurnRule.AFTER_ACCRUAL: f"{_passed(terms.burn_days)} с тех пор, как стали доступны",
        BurnRule.FIXED_DATES: "настала дата сгорания",
    }[terms.burn]
    return f"{verb} {whose}: {why}"


def _passed(count: int) -> str:
    return f"{wording.form(count, 'прошёл', 'прошло', 'прошло')} {wording.days(count)}"


def sources(facts: Iterable[Fact], gift_words: dict[int, str]) -> dict[Ref, Source]:
    """One customer's facts as sentences name them; gift_words as `gifts` gives them."""
    named: dict[Ref, Source] = {}
    for fact in facts:
        day = fact.at.date()
        if isinstance(fact, Grant):
            words = gift_words.get(fact.id, GIFT)
            named[Ref(Origin.GRANT, fact.id)] = Source(Origin.GRANT, fact.number, day, words, fact.lifetime_days)
        else:
            origin = Origin.RECEIPT if isinstance(fact, Receipt) else Origin.RETURN
            named[Ref(origin, fact.id)] = Source(origin, fact.number, day)
    return named


def explain(entry: Entry, named: dict[Ref, Source], ledger: Ledger, today: date) -> str:
    """The sentence for an entry of a customer whose facts are at hand."""
    fact = named.get(entry.fact) if entry.fact else None
    lot = named.get(entry.lot.fact) if entry.lot else None
    terms = None
    if entry.lot and lot:
        kept = ledger.lots[entry.lot]
        terms = kept.program
        if lot != fact:
            lot = lot._replace(lifetime_days=kept.lifetime_days)
    sale = ledger.sales.get(entry.fact[1]) if entry.fact and entry.fact[0] is Origin.RECEIPT else None
    rate = sale.level.rate if sale else None
    return reason(
        entry.kind,
        fact,
        lot,
        rate=rate,
        terms=terms,
        ahead=entry.effective_on > today,
    )


def gifts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What each grant of these customers was for, by the grant's id: «Подарок ко дню рождения»."""
    g = grants.c
    query = select(g.id, g.kind, g.reason).where(g.customer_id.in_(ids), g.superseded_at.is_(None))
    return {id_: gift(kind, why) for id_, kind, why in session.connection().execute(query)}


def gift(kind: str, why: str) -> str:
    """What a grant was for: «Подарок ко дню рождения», with the reason that was written."""
    words = GIFT_KINDS.get(kind, GIFT)
    return f"{words} «{why}»" if why else words
