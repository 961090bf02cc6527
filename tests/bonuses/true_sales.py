"""A small shop's sales as they truly were, made from a seed, and the file a program of theirs might write of them.

    python -m tests.bonuses.true_sales SEED FOLDER

writes the file of a seed and says its shape and what is true. The shapes are in tests.onec.any_shape.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

TODAY = "2026-06-30"
FIRST_MORNING = datetime(2026, 1, 5, 9, 0)
DAYS = 80
SURNAMES = ("Иванова", "Петрова", "Ёлкина", "Сидорова", "Ким", "Жданова-Пушкина", "Волкова", "Павлова", "Козлова")
FIRST_NAMES = ("Анна", "Ольга", "Вера", "Юлия", "Алёна", "Нина", "Ирина")
MIDDLE_NAMES = ("Петровна", "Ильинична", "Львовна", "Олеговна")
SHOPS = ("Магазин на Ленина", "Шоурум")
CASHIERS = ("Петрова Ольга", "Орлова М. И.")
GOODS = (  # article, name, group, price in kopecks, whether it is sold by weight
    ("A-101", "Платье летнее", "Платья", 4_990_00, False),
    ("A-102", "Платье, шёлк", "Платья", 12_990_00, False),
    ("A-103", "Брюки 7/8", "Брюки", 3_990_00, False),
    ("00217", "Шарф", "Аксессуары", 1_490_00, False),
    ("A-105", 'Чай "Ахмад", 100 г', "Чай", 345_50, False),
    ("A-106", "Сыр весовой", "Сыр", 899_90, True),
    ("A-107", "Ткань", "Ткани", 240_00, True),
    ("B1", "Носки", "Аксессуары", 99_90, False),
    ("B2", "Ремень", "Аксессуары", 1_000_00, False),
    ("B3", "Сапоги", "Обувь", 25_000_00, False),
    ("B4", "Перчатки", "Аксессуары", 5_00, False),
    ("C-1", "Сумка №3", "Сумки", 7_777_77, False),
)
WEIGHTS = (500, 1500, 350, 2000)
PERCENTS = (5, 10, 15, 20, 50)
NUMBERS = ("{:06}", "ЦБ00-{:06}", "{}", "RM-{:08}", "{:09}")


@dataclass(frozen=True)
class Person:
    code: str
    name: str
    phone: str  # ten digits, without the eight
    card: str


@dataclass(frozen=True)
class Line:
    """Quantity in thousandths, money in kopecks; the amount is after the discount."""

    article: str
    name: str
    group: str
    quantity: int
    price: int
    percent: int
    amount: int

    @property
    def full(self) -> int:
        return half_up(self.price * self.quantity, 1000)

    @property
    def off(self) -> int:
        return self.full - self.amount


@dataclass(frozen=True)
class Sale:
    number: str
    at: datetime
    who: Person | None
    lines: tuple[Line, ...]
    redeemed: int
    shop: str
    cashier: str

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True)
class Back:
    """A return of parts of a sale's lines: of each line its place, the quantity and the amount."""

    number: str
    at: datetime
    of: Sale
    parts: tuple[tuple[int, int, int], ...]

    @property
    def amount(self) -> int:
        return sum(amount for _, _, amount in self.parts)

    @property
    def quantity(self) -> int:
        return sum(quantity for _, quantity, _ in self.parts)


@dataclass(frozen=True)
class Truth:
    people: tuple[Person, ...]
    sales: tuple[Sale, ...]
    backs: tuple[Back, ...]


def half_up(value: int, divisor: int) -> int:
    return (value * 2 + divisor) // (divisor * 2)


def true_shop(
    chance: Random, *, backs: bool = True, bonuses: bool = False, discounts: bool = True, twins: bool = False
) -> Truth:
    """10 to 60 receipts of a quarter; `twins`: sometimes two equal goods are two equal lines of a receipt."""
    people = tuple(person(chance, number) for number in range(chance.randint(4, 12)))
    form = chance.choice(NUMBERS)
    number, at = chance.choice((1, 1, 120, 990)), FIRST_MORNING
    sales: list[Sale] = []
    returned: list[Back] = []
    count = chance.randint(10, 60)
    for _ in range(count):
        at = later(chance, at, timedelta(days=DAYS) / count)
        who = chance.choice(people) if chance.random() < 0.75 else None
        lines = receipt_lines(chance, discounts, twins)
        worth = sum(line.amount for line in lines)
        pays = worth // 100 * chance.randint(1, 40) // 100 * 100 if bonuses and who and chance.random() < 0.3 else 0
        sale = Sale(form.format(number), at, who, lines, pays, chance.choice(SHOPS), chance.choice(CASHIERS))
        sales.append(sale)
        number += 1
        if backs and chance.random() < 0.12:
            at = later(chance, at, timedelta(hours=20))
            of = chance.choice(sales[-4:])
            if all(back.of is not of for back in returned):
                returned.append(Back(form.format(number), at, of, parts_of(chance, of)))
                number += 1
    if backs and not returned:
        of = sales[-1]
        returned.append(Back(form.format(number), later(chance, at, timedelta(hours=9)), of, parts_of(chance, of)))
    return Truth(people, tuple(sales), tuple(returned))


def later(chance: Random, at: datetime, about: timedelta) -> datetime:
    """Some time after, while the shop is open; never the same minute."""
    at += timedelta(minutes=chance.randint(1, max(2, int(about.total_seconds() / 60 * 1.6))))
    if not 9 <= at.hour < 21:
        at = at.replace(hour=chance.randint(9, 12)) + timedelta(days=1)
    return at.replace(second=chance.choice((0, 5, 59)))


def person(chance: Random, number: int) -> Person:
    name = f"{SURNAMES[number % len(SURNAMES)]} {chance.choice(FIRST_NAMES)} {chance.choice(MIDDLE_NAMES)}"
    phone = f"916{chance.randint(1_000_000, 9_999_999)}"
    return Person(f"00-{12 + number:08}", name, phone[:8] + f"{number + 10:02}", f"20000000{number:02}{phone[3:6]}")


def receipt_lines(chance: Random, discounts: bool, twins: bool) -> tuple[Line, ...]:
    lines = []
    for article, name, group, price, by_weight in chance.sample(GOODS, chance.choice((1, 1, 2, 2, 3, 4, 5))):
        quantity = chance.choice(WEIGHTS) if by_weight else chance.choice((1, 1, 1, 2, 3)) * 1000
        full = half_up(price * quantity, 1000)
        percent = chance.choice(PERCENTS) if discounts and chance.random() < 0.25 else 0
        amount = half_up(full * (100 - percent), 100)
        lines.append(Line(article, name, group, quantity, price, percent, amount))
        if twins and chance.random() < 0.08:
            lines.append(lines[-1])
    return tuple(lines)


def parts_of(chance: Random, sale: Sale) -> tuple[tuple[int, int, int], ...]:
    """Some lines of a sale, whole or in part where the part's amount is a whole number of kopecks."""
    alone = [i for i, line in enumerate(sale.lines) if sale.lines.count(line) == 1] or [0]
    parts = []
    for place in sorted(chance.sample(alone, chance.randint(1, len(alone)))):
        line = sale.lines[place]
        quantity = 1000 if line.quantity > 1000 and chance.random() < 0.5 else line.quantity
        if line.amount * quantity % line.quantity:
            quantity = line.quantity
        parts.append((place, quantity, line.amount * quantity // line.quantity))
    return tuple(parts)


def described(truth: Truth) -> str:
    """What is true, a document a line."""
    rows = [
        f"{sale.at:%d.%m.%Y %H:%M:%S} {sale.number} {sale.who.name if sale.who else '—'}: "
        f"{sale.total / 100:.2f}, строк {len(sale.lines)}, бонусами {sale.redeemed / 100:.2f}"
        for sale in truth.sales
    ]
    rows += [
        f"{back.at:%d.%m.%Y %H:%M:%S} {back.number} возврат по {back.of.number}: {back.amount / 100:.2f}"
        for back in truth.backs
    ]
    return "\n".join(rows)


def command(arguments: Sequence[str]) -> int:
    from tests.onec.any_shape import written

    seed, folder = int(arguments[0]), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    file = written(seed, folder)
    print(f"{file.path}\n{file.shape}\n{described(file.truth)}")
    return 0


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
