"""The demo shop's tills: what is bought, at what discount, paid how, and what comes back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from loyalty.demo import seasons
from loyalty.demo.goods import WRAPPING, Article, Catalogue, size_of
from loyalty.demo.people import Person
from loyalty.demo.places import DELIVERY, SHOWROOM, SITE
from loyalty.demo.purse import Purse
from loyalty.money import ONE_PIECE, ROUBLE, Kopecks, line_cost, round_half_up
from loyalty.sales.documents import DocumentLine, ReturnDocument, SaleDocument

SHOWROOM_SHOP, ONLINE_SHOP = "Шоурум на Покровке", "Интернет-магазин"
PREFIXES = {SHOWROOM_SHOP: "ШР00", ONLINE_SHOP: "ИМ00"}
CASHIERS = ("Орлова Дарья", "Белова Ксения", "Гришина Алина", "Миронова Ольга")
ONLINE_CASHIERS = ("Назарова Вера", "Котов Илья")
PAYMENTS = ("Карта", "СБП", "Наличные")
PAYMENT_CHANCES = {SHOWROOM: (66, 19, 15), SITE: (63, 37, 0), DELIVERY: (58, 26, 16)}
RETURN_SHARES = {SHOWROOM: 0.043, SITE: 0.085, DELIVERY: 0.085}
REDEEM_SHARE = 0.35
LEAST_REDEEMED = 100 * ROUBLE
PERSONAL_SHARE = 0.025
NOT_RETURNED_ALONE = {WRAPPING}
CLOTHES = {"Платья", "Блузы", "Юбки", "Брюки", "Джинсы", "Верхняя одежда", "Трикотаж", "Обувь"}


@dataclass(slots=True, frozen=True)
class PlannedReturn:
    """Goods that will come back, decided while they are sold."""

    day: int
    receipt: SaleDocument
    lines: list[DocumentLine]
    person: Person | None


class Numbers:
    """Document numbers as 1C gives them: by shop, anew each year; the first year is already under way."""

    def __init__(self, start: date, first: int) -> None:
        self._last: dict[tuple[str, int], int] = defaultdict(int)
        for shop in PREFIXES:
            self._last[shop, start.year] = first

    def next(self, shop: str, year: int) -> str:
        """The next number of the shop: «ШР00-000123»."""
        self._last[shop, year] += 1
        return f"{PREFIXES[shop]}-{self._last[shop, year]:06d}"


class Till:
    """Makes documents one after another, in the order of time; remembers purses and nothing else."""

    def __init__(self, rng: Random, numbers: Numbers) -> None:
        self.rng = rng
        self.numbers = numbers
        self.catalogue = Catalogue()
        self._purses: dict[str, Purse] = defaultdict(Purse)

    def sale(self, at: datetime, day: int, place: str, person: Person | None) -> SaleDocument:
        """A whole receipt."""
        shop = SHOWROOM_SHOP if place == SHOWROOM else ONLINE_SHOP
        lines = self._lines(at.date(), day, person)
        return SaleDocument(
            number=self.numbers.next(shop, at.year),
            shop=shop,
            at=at,
            lines=lines,
            redeemed=self._redeemed(day, lines, person),
            customer=person.document.ref if person else None,
            place=place,
            cashier=self._cashier(place, at.date()),
            payment=self.rng.choices(PAYMENTS, PAYMENT_CHANCES[place])[0],
        )

    def _lines(self, on: date, day: int, person: Person | None) -> list[DocumentLine]:
        rng = self.rng
        sex, taste, build = None, 0.8, rng.randrange(6)
        if person:
            sex, taste, build = person.document.sex, person.habit.taste, person.build
        personal = rng.choice((5, 10, 15)) if person and rng.random() < PERSONAL_SHARE else 0
        count = rng.choices((1, 2, 3, 4, 5), (58, 27, 10, 4, 1))[0]
        lines: dict[str, DocumentLine] = {}
        for _ in range(count):
            article = self.catalogue.pick(rng, on.month, sex, taste)
            line = self._line(article, size_of(rng, article, build), on, day, personal)
            lines[line.sku] = line
        if rng.random() < seasons.wrapping_share(on):
            line = _priced(rng.choice(self.catalogue.wrappings), "", 1, day, 0)
            lines[line.sku] = line
        return list(lines.values())

    def _line(self, article: Article, size: str, on: date, day: int, personal: int) -> DocumentLine:
        rng = self.rng
        share, percents = seasons.markdown(on)
        percent = rng.choice(percents) if rng.random() < share else personal
        small = article.price < 1000 * ROUBLE
        pieces = rng.choices((1, 2, 3), (45, 35, 20) if small else (985, 15, 0))[0]
        return _priced(article, size, pieces, day, percent)

    def _redeemed(self, day: int, lines: list[DocumentLine], person: Person | None) -> Kopecks:
        """What the customer pays with bonuses; her purse learns of it and of what she earns."""
        code = person.document.ref.code if person else None
        if code is None:
            return 0
        purse = self._purses[code]
        total = sum(line.amount or 0 for line in lines)
        full = sum(line.amount or 0 for line in lines if not line.discount)
        most = min(purse.available(day), total // 2) // ROUBLE * ROUBLE
        paid = 0
        if most >= LEAST_REDEEMED and self.rng.random() < REDEEM_SHARE:
            step = 100 * ROUBLE  # some keep the rest and name a round sum
            paid = most if self.rng.random() < 0.8 else max(most // 2 // step * step, LEAST_REDEEMED)
        purse.spend(paid)
        purse.earn(day, full - (paid * full // total + 1 if paid else 0))
        return paid

    def _cashier(self, place: str, on: date) -> str:
        """Two shifts of two days in the showroom; one of two managers for what is ordered."""
        shift = on.toordinal() // 2 % 2
        if place == SHOWROOM:
            return CASHIERS[shift * 2 + self.rng.randrange(2)]
        return ONLINE_CASHIERS[shift]

    def plan_return(self, day: int, receipt: SaleDocument, person: Person | None) -> PlannedReturn | None:
        """Whether and when something of a receipt will come back; mostly within fourteen days."""
        rng = self.rng
        if rng.random() >= RETURN_SHARES[receipt.place]:
            return None
        if not any(line.group in CLOTHES for line in receipt.lines):
            return None
        goods = [line for line in receipt.lines if line.group not in NOT_RETURNED_ALONE]
        if len(goods) > 1 and rng.random() < 0.75:
            lines = [_part_of(rng, line) for line in rng.sample(goods, rng.randint(1, len(goods) - 1))]
        else:
            lines = receipt.lines
        delay = min(1 + int(rng.expovariate(1 / 5)), 14) if rng.random() < 0.95 else rng.randint(15, 25)
        return PlannedReturn(day + delay, receipt, lines, person)

    def take_back(self, at: datetime, planned: PlannedReturn) -> ReturnDocument:
        """The return of what was planned."""
        receipt, code = planned.receipt, planned.person.document.ref.code if planned.person else None
        if code is not None:
            self._purses[code].empty()
        return ReturnDocument(
            number=self.numbers.next(receipt.shop, at.year),
            shop=receipt.shop,
            at=at,
            lines=planned.lines,
            receipt_number=receipt.number,
            receipt_on=receipt.at.date(),
            customer=receipt.customer,
            place=receipt.place,
            cashier=self._cashier(receipt.place, at.date()),
            payment=receipt.payment,
        )

    def forgotten(self, number: int, bought_at: datetime, person: Person) -> SaleDocument:
        """A receipt of before the history: only its return will be seen."""
        article = self.catalogue.pick(self.rng, bought_at.month, person.document.sex, person.habit.taste)
        return SaleDocument(
            number=f"{PREFIXES[SHOWROOM_SHOP]}-{number:06d}",
            shop=SHOWROOM_SHOP,
            at=bought_at,
            lines=[_priced(article, size_of(self.rng, article, person.build), 1, 0, 0)],
            customer=person.document.ref,
            place=SHOWROOM,
            payment=PAYMENTS[0],
        )


def _priced(article: Article, size: str, pieces: int, day: int, percent: int) -> DocumentLine:
    """A line at that day's price, its discount in whole roubles."""
    price, quantity = article.price_on(day), pieces * ONE_PIECE
    cost = line_cost(price, quantity)
    discount = cost * percent // (100 * ROUBLE) * ROUBLE
    return DocumentLine(
        sku=article.sku_of(size),
        name=article.name_of(size),
        group=article.group,
        quantity=quantity,
        price=price,
        discount=discount,
        amount=cost - discount,
    )


def _part_of(rng: Random, line: DocumentLine) -> DocumentLine:
    """A line to be returned: whole, or some of its pieces."""
    pieces = line.quantity // ONE_PIECE
    back = rng.randint(1, pieces)
    if back == pieces or line.amount is None or line.price is None:
        return line
    amount = round_half_up(line.amount * back, pieces)
    cost = line_cost(line.price, back * ONE_PIECE)
    return line._replace(quantity=back * ONE_PIECE, amount=amount, discount=cost - amount)
