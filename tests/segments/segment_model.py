"""Segments of rules.md §19 a second time: a tree over plain facts, a customer at a time, to check the product by.

Written from rules.md and contract.md alone; bonuses, levels and what returns took are tests.bonuses.model's. Where
the texts leave room this page chooses; each choice is numbered, so that a disagreement has an address:

 1. Everybody is every customer the shop knows now, whatever the day; what is known of a person (name, city,
    birth date) has no history. Facts have: those later than the day do not count, returns of earlier receipts and
    consents included.
 2. A customer registered after the day, or not yet born on it, has no such figure yet: it is unknown.
 3. A purchase is a receipt of which some amount above 0 is left (§8 says what the last one is; so a receipt of
    0 roubles is none, and nothing but goods bought by the piece comes of it).
 4. A return counts on the day that is written on it, at its own shop and place, once its receipt is there. One that
    takes nothing, and one without its receipt, counts in nothing.
 5. What came back lowers the receipt it came from, wherever and whenever it came back, up to the day.
 6. An average is exact, not rounded before it is compared.
 7. Goods are of the group that the line of the receipt said, and are named by their article or by that line's name.
 8. Without a range something is bought when some piece is left, be it free. With one only the range is asked: who
    bought none has 0 pieces for 0 roubles, which is "2 at most".
 9. What came back as money is the same part of the line's pieces (tests.bonuses.model, 1), to a thousandth of
    a piece.
10. `in_one_receipt` asks the range of a receipt in which some piece is left; of one receipt alone.
11. `burns_within` N days of the end of a day are the N days after it. What burns is what will, if nothing more
    happens: what waits becomes available meanwhile. Without a range some of it burns; with one 0 is a sum like
    any other.
12. Born on 29 February one has a birthday on 28 February in other years (§17), and is a year older on 1 March.
13. The level is by the programme in force on that day (tests.bonuses.model, 13), by its name.
14. Texts are compared as they are written, but a part of a name whatever its capitals, and ё is е.
    `receipts_count`, `burns` and `relative_birthday_within` are not in contract.md; `search` is as the list's.
15. `segment` follows the other's tree as of the same day.
16. A list of phones is of any spelling of a Russian number.
17. `not_received` is of the campaign's audience: whom it was meant for by the end of the day and did not reach.
    Who never was of it has not "not received" it; `not` of `received` takes her in.
18. Of two messages at one moment the one written down later is the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.bonuses import model

DAY = timedelta(days=1)
FOREVER = timedelta(days=1_200)  # in which everything burns that ever will
Tree = Mapping[str, Any]
Value = int | Fraction | None


@dataclass(frozen=True)
class Where:
    """Where a document was made; of a receipt also the group and the name of the goods of each of its lines."""

    shop: str = ""
    place: str = ""
    groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A message of a campaign to one person: when it was delivered, by the shop's clock; None: it was not."""

    campaign: str
    at: datetime | None


@dataclass(frozen=True)
class Campaign:
    """All its messages are advertising."""

    launched_on: date
    window_days: int


@dataclass(frozen=True)
class Customer:
    """One person (all that was joined into her is hers): what is known of her, and her facts in any order."""

    key: str
    name: str = ""
    phone: str = ""
    other_phones: tuple[str, ...] = ()  # of those who were joined into her
    email: str = ""
    card: str = ""
    sex: str | None = None
    city: str = ""
    source: str = ""
    birth_date: date | None = None
    registered_on: date | None = None
    relatives: tuple[date, ...] = ()  # the birth dates of whom she cares about
    consents: tuple[tuple[datetime, bool], ...] = ()
    letters: tuple[Letter, ...] = ()
    facts: tuple[model.Fact, ...] = ()


@dataclass(frozen=True)
class Shop:
    customers: Sequence[Customer]
    documents: Mapping[str, Where] = field(default_factory=dict)  # by number, of receipts and returns
    programmes: Sequence[model.Programme] = (model.Programme(),)
    level_names: Sequence[str] = ("Базовый", "Серебряный", "Золотой")
    segments: Mapping[str, Tree] = field(default_factory=dict)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)


def members(shop: Shop, tree: Tree, day: date) -> set[str]:
    """Keys of those of whom the tree holds at the end of the day."""
    return {customer.key for customer in shop.customers if holds(tree, Seen(shop, customer, day))}


def holds(tree: Tree, seen: Seen) -> bool:
    match tree:
        case {"all": parts}:
            return all(holds(part, seen) for part in parts)
        case {"any": parts}:
            return any(holds(part, seen) for part in parts)
        case {"not": part}:
            return not holds(part, seen)
        case {"is": name}:
            return CRITERIA[name](seen, tree)
    raise ValueError(f"not a tree: {tree}")


@dataclass(frozen=True)
class Left:
    """A receipt and what is left of it at the end of the day, line by line; thousandths of a piece, kopecks."""

    day: date
    where: Where
    articles: tuple[str, ...]
    pieces: tuple[int, ...]
    sums: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.sums)


@dataclass(frozen=True)
class Seen:
    """A customer as of the end of a day."""

    shop: Shop
    customer: Customer
    day: date
    _burned: dict[date, int] = field(default_factory=dict)

    @cached_property
    def account(self) -> model.Account:
        return model.account_after(self.customer.facts, self.shop.programmes, self.day)

    @cached_property
    def receipts(self) -> list[Left]:
        return [self.left_of(bought) for bought in self.account.bought.values()]

    def left_of(self, bought: model.Bought) -> Left:
        receipt = bought.receipt
        return Left(
            receipt.at.date(),
            self.shop.documents.get(receipt.number, Where()),
            tuple(line.article for line in receipt.lines),
            tuple(
                line.quantity - round(line.quantity * gone)
                for line, gone in zip(receipt.lines, bought.gone, strict=True)
            ),
            tuple(line.amount - bought.returned(i) for i, line in enumerate(receipt.lines)),
        )

    def purchases(self, asked: Tree) -> list[Left]:
        """Receipts not returned in full, of the period, places and shops."""
        return [one for one in self.receipts if one.total > 0 and self.is_asked(one.day, one.where, asked)]

    def returned(self, asked: Tree) -> list[int]:
        """What each return of the period, places and shops took."""
        documents = self.shop.documents
        found = (
            (back.at.date(), documents.get(back.number, Where()), took) for _, back, took in self.account.taken
        )
        return [took for day, where, took in found if self.is_asked(day, where, asked)]

    def is_asked(self, day: date, where: Where, asked: Tree) -> bool:
        return (
            self.is_in_period(day, asked)
            and where.place in asked.get("places", [where.place])
            and where.shop in asked.get("shops", [where.shop])
        )

    def is_in_period(self, day: date, asked: Tree) -> bool:
        if "last_days" in asked:
            return self.day - (asked["last_days"] - 1) * DAY <= day <= self.day
        since, until = asked.get("since"), asked.get("until")
        return (not since or date.fromisoformat(since) <= day) and (not until or day <= date.fromisoformat(until))

    def days_of(self, asked: Tree) -> tuple[date, date]:
        """The first and the last day of a period; without a border from before the first fact to after the last."""
        if "last_days" in asked:
            return self.day - (asked["last_days"] - 1) * DAY, self.day
        facts = [fact.at.date() for fact in self.customer.facts if fact.at.date() <= self.day]
        return (
            date.fromisoformat(asked.get("since", str(min(facts, default=self.day)))),
            date.fromisoformat(asked.get("until", str(self.day + FOREVER))),
        )

    def burns(self, days: int) -> int:
        """What burns in the days after this one if nothing more happens."""
        return self.burned_by(self.day + days * DAY) - self.burned_by(self.day)

    def burned_by(self, day: date) -> int:
        """Everything that has burned by the end of a day, by the facts known at the end of this one."""
        if day not in self._burned:
            facts = [fact for fact in self.customer.facts if fact.at.date() <= self.day]
            self._burned[day] = model.account_after(facts, self.shop.programmes, day).burned
        return self._burned[day]


def in_range(value: Value, asked: Tree) -> bool:
    """Both borders included; the unknown is in no range."""
    return value is not None and asked.get("from", value) <= value <= asked.get("to", value)


# --- Figures --------------------------------------------------------------------------------------------


def turnover(seen: Seen, asked: Tree) -> Value:
    return seen.account.turnover


def available(seen: Seen, asked: Tree) -> Value:
    return seen.account.available()


def pending(seen: Seen, asked: Tree) -> Value:
    return sum(amount for _, amount in seen.account.pending())


def debt(seen: Seen, asked: Tree) -> Value:
    return seen.account.debt


def age(seen: Seen, asked: Tree) -> Value:
    born = seen.customer.birth_date
    if born is None or born > seen.day:
        return None
    return seen.day.year - born.year - ((born.month, born.day) > (seen.day.month, seen.day.day))


def days_since_registration(seen: Seen, asked: Tree) -> Value:
    return days_since(seen.customer.registered_on, seen.day)


def days_without_purchase(seen: Seen, asked: Tree) -> Value:
    return days_since(max((one.day for one in seen.receipts if one.total > 0), default=None), seen.day)


def purchases_sum(seen: Seen, asked: Tree) -> Value:
    return sum(one.total for one in seen.purchases(asked))


def purchases_count(seen: Seen, asked: Tree) -> Value:
    return len(seen.purchases(asked))


def receipts_count(seen: Seen, asked: Tree) -> Value:
    return sum(seen.is_asked(one.day, one.where, asked) for one in seen.receipts)


def average_receipt(seen: Seen, asked: Tree) -> Value:
    found = seen.purchases(asked)
    return Fraction(sum(one.total for one in found), len(found)) if found else None


def returns_sum(seen: Seen, asked: Tree) -> Value:
    return sum(seen.returned(asked))


def returns_count(seen: Seen, asked: Tree) -> Value:
    return len(seen.returned(asked))


def days_since(day: date | None, now: date) -> int | None:
    return (now - day).days if day is not None and day <= now else None


def birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)


# --- Questions ------------------------------------------------------------------------------------------


def bought(seen: Seen, asked: Tree) -> bool:
    found = [one for one in seen.receipts if seen.is_asked(one.day, one.where, asked)]
    if asked.get("in_one_receipt"):
        each = [of_goods([one], asked) for one in found]
        return any(pieces > 0 and is_enough(pieces, amount, asked) for pieces, amount in each)
    pieces, amount = of_goods(found, asked)
    return is_enough(pieces, amount, asked) if {"pieces", "sum"} & {*asked} else pieces > 0


def of_goods(receipts: Iterable[Left], asked: Tree) -> tuple[int, int]:
    """Thousandths of a piece and kopecks of the goods asked for."""
    lines = [
        (pieces, amount)
        for one in receipts
        for i, (pieces, amount) in enumerate(zip(one.pieces, one.sums, strict=True))
        if is_named(one.articles[i], one.where.names[i], one.where.groups[i], asked)
    ]
    return sum(pieces for pieces, _ in lines), sum(amount for _, amount in lines)


def is_enough(pieces: int, amount: int, asked: Tree) -> bool:
    of_pieces = {key: Fraction(str(border)) for key, border in asked.get("pieces", {}).items()}
    return in_range(Fraction(pieces, 1000), of_pieces) and in_range(amount, asked.get("sum", {}))


def is_named(article: str, name: str, group: str, asked: Tree) -> bool:
    articles = asked.get("articles", ())
    return article in articles or name in articles or group in asked.get("groups", ())


def level(seen: Seen, asked: Tree) -> bool:
    programme = model.version_on(seen.shop.programmes, seen.day)
    return seen.shop.level_names[model.level_at(programme, seen.account.turnover)] in asked["in"]


def is_among(what: str) -> Callable[[Seen, Tree], bool]:
    def answer(seen: Seen, asked: Tree) -> bool:
        known = getattr(seen.customer, what)
        return bool(known) and known in asked["in"]

    return answer


def bought_at(what: str) -> Callable[[Seen, Tree], bool]:
    def answer(seen: Seen, asked: Tree) -> bool:
        return any(getattr(one.where, what) in asked["in"] for one in seen.purchases(asked))

    return answer


def birthday_within(seen: Seen, asked: Tree) -> bool:
    born = seen.customer.birth_date
    return born is not None and is_soon(born, seen, asked)


def relative_birthday_within(seen: Seen, asked: Tree) -> bool:
    return any(is_soon(born, seen, asked) for born in seen.customer.relatives)


def is_soon(born: date, seen: Seen, asked: Tree) -> bool:
    ahead = [birthday(born, seen.day.year + years) for years in (0, 1)]
    return min((day - seen.day).days for day in ahead if day >= seen.day) <= asked["days"]


def burns_within(seen: Seen, asked: Tree) -> bool:
    return is_burned(seen.burns(asked["days"]), asked)


def burns(seen: Seen, asked: Tree) -> bool:
    """On days of the period, past or ahead."""
    first, last = seen.days_of(asked)
    return is_burned(seen.burned_by(last) - seen.burned_by(first - DAY), asked)


def is_burned(burns: int, asked: Tree) -> bool:
    return in_range(burns, asked) if {"from", "to"} & {*asked} else burns > 0


def has(seen: Seen, asked: Tree) -> bool:
    if not asked["what"].startswith("sms_"):
        return bool(getattr(seen.customer, asked["what"]))
    said = sorted(consent for consent in seen.customer.consents if consent[0].date() <= seen.day)
    return bool(said) and said[-1][1] is (asked["what"] == "sms_consent")


def name(seen: Seen, asked: Tree) -> bool:
    return folded(asked["contains"]) in folded(seen.customer.name)


def segment(seen: Seen, asked: Tree) -> bool:
    return holds(seen.shop.segments[asked["name"]], seen)


def phones(seen: Seen, asked: Tree) -> bool:
    hers = {ten_digits(phone) for phone in (seen.customer.phone, *seen.customer.other_phones) if phone}
    return not hers.isdisjoint(map(ten_digits, asked["list"]))


def campaign(seen: Seen, asked: Tree) -> bool:
    """§20."""
    letters = [one for one in seen.customer.letters if seen.shop.campaigns[one.campaign].launched_on <= seen.day]
    if asked["did"] == "bought":
        return any(owner(seen, letters, one) == asked["name"] for one in seen.account.bought.values())
    hers = [one for one in letters if one.campaign == asked["name"]]
    has_come = any(one.at and one.at.date() <= seen.day for one in hers)
    return has_come if asked["did"] == "received" else bool(hers) and not has_come


def owner(seen: Seen, letters: Sequence[Letter], bought: model.Bought) -> str | None:
    """The campaign that a receipt belongs to."""
    at = bought.receipt.at
    before = [(one.at, i, one.campaign) for i, one in enumerate(letters) if one.at and one.at < at]
    if not before or seen.left_of(bought).total <= 0:
        return None
    sent_at, _, name = max(before)
    return name if (at.date() - sent_at.date()).days <= seen.shop.campaigns[name].window_days else None


def folded(text: str) -> str:
    return text.casefold().replace("ё", "е")


def ten_digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-10:]


def ranged(figure: Callable[[Seen, Tree], Value]) -> Callable[[Seen, Tree], bool]:
    return lambda seen, asked: in_range(figure(seen, asked), asked)


FIGURES = (
    turnover, available, pending, debt, age, days_since_registration, days_without_purchase,
    purchases_sum, purchases_count, receipts_count, average_receipt, returns_sum, returns_count,
)  # fmt: skip
QUESTIONS = (
    bought, level, birthday_within, relative_birthday_within, burns_within, burns, has, name, segment, phones,
    campaign,
)  # fmt: skip
CRITERIA: dict[str, Callable[[Seen, Tree], bool]] = {
    **{figure.__name__: ranged(figure) for figure in FIGURES},
    **{question.__name__: question for question in QUESTIONS},
    **{what: is_among(what) for what in ("city", "source", "sex")},
    **{what: bought_at(what) for what in ("place", "shop")},
}
