"""A flat sales file of contract.md, any length, always the same: `python -m bench.sales FILE LINES CUSTOMERS`.

Two years of a shop up to TODAY, in order of time: receipts of three lines, 4 % of them without a customer, 12 % of
the lines discounted, 5 % of the receipts partly paid with bonuses, 2 % followed by a return of a line or of all.
Nobody pays with bonuses she has not, so an import of it warns of nothing.
"""

import sys
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from bench.goods import ARTICLES, SHOP_SHARES, SHOPS, Article, full_name

TODAY = date(2026, 6, 1)
DAYS = 730
SEED = 1
LINES_A_RECEIPT = 3
HEADER = (
    "Дата;Номер;Вид;Документ продажи;Магазин;Место продажи;Кассир;Код клиента;Клиент;Телефон;Карта;Артикул;"
    "Номенклатура;Группа;Количество;Цена;Скидка;Сумма;Бонусы;Способ оплаты"
)
NO_CUSTOMER = (";;;", 0.04)  # its cells, and how often
SALE_DISCOUNTS = (10, 20, 30)  # percent
DISCOUNTED = 0.12
RETURNED = 0.02
RETURNED_WHOLE = 0.4
PAYING_ATTEMPTS = 0.09  # of those who have something to pay with: makes 5 % of all receipts
CONFIRM_DAYS, BURN_DAYS, RATE_PERCENT = 14, 365, 5
LOYAL = 1.3  # above 1: who came earlier comes more often


@dataclass(slots=True)
class Purse:
    """Bonuses a customer surely has: never more than the programme gives her (rules.md §5, §8)."""

    available: int = 0  # roubles
    pending: deque[tuple[int, int]] = field(default_factory=deque)  # day number, roubles
    last_day: int = -BURN_DAYS

    def on(self, day: int) -> int:
        while self.pending and self.pending[0][0] <= day:
            self.available += self.pending.popleft()[1]
        if day - self.last_day >= BURN_DAYS:
            self.available = 0
        return self.available


@dataclass(slots=True, frozen=True)
class Back:
    """A return that will come: its receipt's cells and the lines that come back."""

    basis: str
    shop: int
    customer: str
    payment: str
    lines: list[tuple[Article, int, int]]  # article, quantity, amount in roubles


class Shop:
    """Makes the file's rows day by day."""

    def __init__(self, receipts: int, customers: int) -> None:
        self.random = Random(SEED)
        self.receipts, self.customers = receipts, customers
        self.known = 0  # customers that have come so far
        self.purses: dict[int, Purse] = {}
        self.backs: dict[int, list[Back]] = defaultdict(list)
        self.numbers: dict[tuple[int, bool, int], int] = defaultdict(int)

    def rows(self) -> Iterator[str]:
        sold = 0
        for day in range(DAYS):
            on = TODAY - timedelta(days=DAYS - day)
            due = self.receipts * (day + 1) // DAYS
            moments = sorted(self.random.randrange(10 * 3600, 21 * 3600) for _ in range(due - sold))
            for second in moments:
                sold += 1
                yield from self._receipt(day, datetime(on.year, on.month, on.day) + timedelta(seconds=second), sold)
            for back in self.backs.pop(day, ()):
                yield from self._return(back, datetime(on.year, on.month, on.day, 21, 30))

    def _number(self, shop: int, year: int, is_return: bool) -> str:
        self.numbers[shop, is_return, year] += 1
        return f"{SHOPS[shop][2]}-{self.numbers[shop, is_return, year]:06}"

    def _whose(self, sold: int) -> int | None:
        """New customers come all the time, most of them early; None: nobody showed a card."""
        if self.random.random() < NO_CUSTOMER[1]:
            return None
        expected = min(self.customers, 1 + int(self.customers * (sold / self.receipts / 0.98) ** 0.8))
        if self.known < expected:
            self.known += 1
            return self.known - 1
        return int(self.known * self.random.random() ** LOYAL)

    def _receipt(self, day: int, at: datetime, sold: int) -> Iterator[str]:
        random = self.random
        who, shop = self._whose(sold), _place(random.random())
        number = self._number(shop, at.year, is_return=False)
        lines, total, base = [], 0, 0
        for article in random.sample(ARTICLES, LINES_A_RECEIPT):
            quantity = 2 if article.price < 1000 and random.random() < 0.3 else 1
            cost = article.price * quantity
            off = cost * random.choice(SALE_DISCOUNTS) // 100 if random.random() < DISCOUNTED else 0
            lines.append((article, quantity, off, cost - off))
            total += cost - off
            base += 0 if off else cost - off
        is_returned = random.random() < RETURNED
        redeemed = 0 if who is None else self._pays(who, day, total, base, is_returned)
        customer, payment = _customer(who), "Карта" if random.random() < 0.8 else "Наличные"
        if is_returned:
            self._will_come_back(day, at, number, shop, customer, payment, lines)
        start = f"{at:%d.%m.%Y %H:%M:%S};{number};Продажа;;{_seller(random, shop)};{customer}"
        for article, quantity, off, amount in lines:
            yield (
                f"{start};{article.sku};{article.name};{article.group};{quantity};{article.price},00;{off},00;"
                f"{amount},00;{redeemed},00;{payment}"
            )
            redeemed = 0  # all of it stands in the first line

    def _pays(self, who: int, day: int, total: int, base: int, is_returned: bool) -> int:
        """Roubles of bonuses she pays with; what she earns goes into the purse unless it will be cancelled."""
        purse = self.purses.get(who)
        if purse is None:
            purse = self.purses[who] = Purse()
        has, redeemed = purse.on(day), 0
        if has >= 100 and self.random.random() < PAYING_ATTEMPTS:
            redeemed = min(has, total // 2)
            purse.available -= redeemed
        if not is_returned:
            purse.last_day = day
            purse.pending.append((day + CONFIRM_DAYS, max(base - redeemed, 0) * RATE_PERCENT // 100))
        return redeemed

    def _will_come_back(
        self, day: int, at: datetime, number: str, shop: int, customer: str, payment: str,
        lines: list[tuple[Article, int, int, int]],
    ) -> None:  # fmt: skip
        count = len(lines) if self.random.random() < RETURNED_WHOLE else 1
        back = [(article, quantity, amount) for article, quantity, _off, amount in lines[:count]]
        when = day + self.random.randint(1, 30)
        self.backs[when].append(Back(f"{number} от {at:%d.%m.%Y}", shop, customer, payment, back))

    def _return(self, back: Back, at: datetime) -> Iterator[str]:
        number = self._number(back.shop, at.year, is_return=True)
        seller = _seller(self.random, back.shop)
        start = f"{at:%d.%m.%Y %H:%M:%S};{number};Возврат;{back.basis};{seller};{back.customer}"
        for article, quantity, amount in back.lines:
            yield (
                f"{start};{article.sku};{article.name};{article.group};{quantity};{article.price},00;0,00;"
                f"{amount},00;0,00;{back.payment}"
            )


def _place(share: float) -> int:
    return next(shop for shop, upto in enumerate(SHOP_SHARES) if share <= upto)


def _seller(random: Random, shop: int) -> str:
    name, place, _prefix, cashiers = SHOPS[shop]
    return f"{name};{place};{random.choice(cashiers)}"


def _customer(who: int | None) -> str:
    """Code, name, phone and card."""
    if who is None:
        return NO_CUSTOMER[0]
    phone = f"+7 916 {who // 10000:03}-{who // 100 % 100:02}-{who % 100:02}"
    return f"00-{who + 1:08};{full_name(who)};{phone};2000{who:09}"


def write(path: Path, lines: int, customers: int) -> None:
    """Write the file, in UTF-8 as 1C saves it on Windows."""
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write(HEADER + "\n")
        file.writelines(row + "\n" for row in Shop(max(lines // LINES_A_RECEIPT, 1), customers).rows())


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
