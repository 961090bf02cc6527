"""What the benchmark's shop sells, and what its customers are called."""

from itertools import product
from typing import NamedTuple


class Article(NamedTuple):
    """An article of one colour and size; `price` in roubles."""

    sku: str
    name: str
    group: str
    price: int


STYLES = (
    ("Платья", "Платье миди «Вереск»", 5490),
    ("Платья", "Платье трикотажное «Осень»", 5990),
    ("Платья", "Сарафан «Июль»", 3990),
    ("Блузы", "Блуза с бантом «Ася»", 3490),
    ("Блузы", "Рубашка хлопковая «База»", 2990),
    ("Блузы", "Футболка базовая", 1490),
    ("Юбки", "Юбка миди плиссе", 4490),
    ("Юбки", "Юбка-карандаш «Офис»", 3490),
    ("Брюки", "Брюки палаццо", 4990),
    ("Брюки", "Джинсы прямые", 5290),
    ("Верхняя одежда", "Пальто шерстяное «Нева»", 18900),
    ("Верхняя одежда", "Тренч «Апрель»", 12900),
    ("Трикотаж", "Джемпер из мериноса", 6490),
    ("Трикотаж", "Кардиган объёмный", 7290),
    ("Аксессуары", "Платок шёлковый 70×70", 2490),
    ("Аксессуары", "Ремень кожаный", 1990),
    ("Аксессуары", "Носки хлопковые, 3 пары", 590),
)
COLOURS = ("чёрный", "молочный", "бежевый", "голубой", "бордовый", "графитовый")
SIZES = ("40", "42", "44", "46", "48", "50", "52")

ARTICLES = tuple(
    Article(f"{1001 + style}-{1 + colour}-{size}", f"{name}, {COLOURS[colour]}, {size}", group, price)
    for (style, (group, name, price)), colour, size in product(enumerate(STYLES), range(len(COLOURS)), SIZES)
)

SHOPS = (
    # shop, place of sale, prefix of its documents' numbers, cashiers
    ("ТЦ «Европа»", "шоурум", "ЕВ00", ("Белова Ирина", "Громова Алла", "Котова Юлия")),
    ("Тверская, 12", "шоурум", "ТВ00", ("Дроздова Нина", "Жукова Елена")),
    ("Интернет-магазин", "сайт", "ИМ00", ("Сайт",)),
)
SHOP_SHARES = (0.45, 0.8, 1.0)  # up to which part of the receipts

_SURNAMES = (
    "Иванова Смирнова Кузнецова Попова Васильева Петрова Соколова Михайлова Новикова Фёдорова Морозова Волкова "
    "Алексеева Лебедева Семёнова Егорова Павлова Козлова Степанова Николаева Орлова Андреева Макарова Никитина "
    "Захарова Зайцева Соловьёва Борисова Яковлева Григорьева Романова Воробьёва Сергеева Кузьмина Фролова "
    "Александрова Дмитриева Королёва Гусева Киселёва Ильина Максимова Полякова Сорокина Виноградова Ковалёва"
)
_FIRST_NAMES = (
    "Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Светлана Юлия Анастасия Дарья Александра Виктория "
    "Марина Людмила Галина Ксения Полина Вера Надежда Любовь Алина Евгения София"
)
_MIDDLE_NAMES = (
    "Александровна Сергеевна Владимировна Андреевна Алексеевна Николаевна Ивановна Дмитриевна Михайловна "
    "Викторовна Юрьевна Игоревна Олеговна Павловна Борисовна Петровна Анатольевна"
)

SURNAMES, FIRST_NAMES, MIDDLE_NAMES = (names.split() for names in (_SURNAMES, _FIRST_NAMES, _MIDDLE_NAMES))


def full_name(customer: int) -> str:
    """A customer's name: the same for the same number, and most names belong to several people."""
    mixed = customer * 2654435761 % 4294967296
    surname, mixed = SURNAMES[mixed % len(SURNAMES)], mixed // len(SURNAMES)
    first, mixed = FIRST_NAMES[mixed % len(FIRST_NAMES)], mixed // len(FIRST_NAMES)
    return f"{surname} {first} {MIDDLE_NAMES[mixed % len(MIDDLE_NAMES)]}"
