"""What the demo shop sells: articles by group, with colours, sizes, prices and their months."""

from dataclasses import dataclass
from random import Random

from loyalty.money import ROUBLE, Kopecks

WRAPPING = "Подарочная упаковка"
CLOTHES_SIZES = ("40", "42", "44", "46", "48", "50", "52")
SIZE_CHANCES = (7, 17, 24, 22, 15, 10, 5)
SHOE_SIZES = ("36", "37", "38", "39", "40", "41")
JEANS_SIZES = ("25", "26", "27", "28", "29", "30", "32")
ONE_SIZE = ("",)
PRICE_GROWTH_PER_HALF_YEAR = 0.025


@dataclass(slots=True, frozen=True)
class Article:
    """A style in one colour; sizes are told apart at the till."""

    sku: str
    name: str
    colour: str
    group: str
    price: Kopecks  # at the start of the history
    sizes: tuple[str, ...]

    def price_on(self, day_number: int) -> Kopecks:
        """The price tag on that day of the history: whole, ending in 90 where it is not small."""
        if self.price < 1000 * ROUBLE:
            return self.price
        grown = self.price * (1 + PRICE_GROWTH_PER_HALF_YEAR * (day_number // 182))
        return (int(grown / (500 * ROUBLE) + 0.5) * 500 - 10) * ROUBLE

    def sku_of(self, size: str) -> str:
        """The article number with its size: «ПЛ-1042-44»."""
        return f"{self.sku}-{size}" if size else self.sku

    def name_of(self, size: str) -> str:
        """The name as 1C would print it: «Платье миди «Вереск», молочный, 44»."""
        return f"{self.name}, {self.colour}, {size}" if size else f"{self.name}, {self.colour}"


@dataclass(slots=True, frozen=True)
class Group:
    """A group of goods: how often women and men ask for it, and its months from January on."""

    name: str
    code: str
    women: float
    men: float
    months: tuple[float, ...]
    sizes: tuple[str, ...]
    styles: tuple[tuple[str, int, str], ...]  # name, roubles, colours


GROUPS = (
    Group("Платья", "ПЛ", 19, 6, (0.7, 0.8, 1.2, 1.5, 1.7, 1.6, 1.3, 1, 0.9, 0.8, 0.9, 1.5), CLOTHES_SIZES, (
        ("Платье миди «Вереск»", 5490, "молочный, пыльная роза, чёрный"),
        ("Платье-рубашка «Лён»", 4990, "бежевый, голубой, хаки"),
        ("Платье макси «Марта»", 6990, "изумрудный, терракотовый"),
        ("Платье трикотажное «Осень»", 5990, "графитовый, шоколадный"),
        ("Платье-комбинация «Луна»", 4490, "чёрный, шампань"),
        ("Платье вечернее «Премьера»", 11900, "чёрный, бордовый, изумрудный"),
        ("Сарафан «Июль»", 3990, "белый, в цветок, лавандовый"),
        ("Платье мини «Твид»", 7490, "розовый, чёрно-белый"),
    )),
    Group("Блузы", "БЛ", 16, 4, (0.9, 1, 1.3, 1.2, 1.1, 1, 0.9, 1.1, 1.3, 1, 0.9, 1), CLOTHES_SIZES, (
        ("Блуза с бантом «Ася»", 3490, "молочный, чёрный, голубой"),
        ("Рубашка хлопковая «База»", 2990, "белый, голубой, в полоску"),
        ("Блуза шёлковая «Нега»", 7990, "шампань, изумрудный"),
        ("Топ на бретелях «Лето»", 1990, "белый, чёрный, лавандовый"),
        ("Рубашка льняная «Дача»", 3990, "белый, песочный"),
        ("Футболка базовая", 1490, "белый, чёрный, серый меланж"),
        ("Блуза с кружевом «Вера»", 4490, "молочный, пудровый"),
    )),
    Group("Юбки", "ЮБ", 9, 2, (0.8, 0.9, 1.2, 1.3, 1.3, 1.2, 1, 0.9, 1.2, 1, 0.8, 0.9), CLOTHES_SIZES, (
        ("Юбка миди плиссе", 4490, "бежевый, чёрный, серебристый"),
        ("Юбка-карандаш «Офис»", 3490, "чёрный, тёмно-синий"),
        ("Юбка атласная «Луна»", 3990, "шампань, изумрудный"),
        ("Юбка джинсовая", 3490, "голубой, чёрный"),
        ("Юбка шерстяная «Клетка»", 5490, "серая клетка, бежевая клетка"),
        ("Юбка льняная макси", 4990, "песочный, белый"),
    )),
    Group("Брюки", "БР", 13, 4, (1, 1, 1, 1, 0.9, 0.9, 0.8, 1, 1.3, 1.2, 1.1, 0.9), CLOTHES_SIZES, (
        ("Брюки палаццо «Рим»", 4990, "чёрный, молочный, шоколадный"),
        ("Брюки прямые «Офис»", 3990, "чёрный, серый, тёмно-синий"),
        ("Брюки льняные «Дача»", 4490, "песочный, белый"),
        ("Брюки кожаные «Ночь»", 6990, "чёрный, бордовый"),
        ("Шорты льняные", 2990, "белый, хаки"),
        ("Брюки спортивные «Утро»", 3490, "серый меланж, чёрный, бежевый"),
    )),
    Group("Джинсы", "ДЖ", 9, 4, (1, 0.9, 1.1, 1.1, 1, 0.8, 0.8, 1.1, 1.3, 1.1, 1, 0.9), JEANS_SIZES, (
        ("Джинсы прямые «Классика»", 4990, "синий, чёрный, голубой"),
        ("Джинсы широкие «Свобода»", 5490, "голубой, графитовый"),
        ("Джинсы мом", 4490, "синий, голубой"),
        ("Джинсы клёш", 4990, "синий, белый"),
        ("Куртка джинсовая", 5990, "голубой, чёрный"),
    )),
    Group("Верхняя одежда", "ВО", 8, 5, (1, 0.7, 1.1, 1, 0.5, 0.2, 0.2, 0.8, 2, 2.3, 2, 1.3), CLOTHES_SIZES, (
        ("Пальто шерстяное «Невский»", 18900, "кэмел, чёрный, серый"),
        ("Пальто-халат «Покровка»", 15900, "бежевый, шоколадный"),
        ("Пуховик длинный «Зима»", 16900, "чёрный, молочный, хаки"),
        ("Куртка стёганая «Октябрь»", 9900, "оливковый, чёрный"),
        ("Тренч «Апрель»", 12900, "бежевый, чёрный"),
        ("Жакет оверсайз «Твид»", 8990, "чёрный, молочный, серая клетка"),
        ("Косуха из экокожи", 8490, "чёрный, бордовый"),
    )),
    Group("Трикотаж", "ТР", 13, 13, (1.3, 1, 0.9, 0.7, 0.5, 0.4, 0.5, 0.8, 1.5, 1.7, 1.6, 2), CLOTHES_SIZES, (
        ("Джемпер мериносовый", 5490, "молочный, графитовый, пыльная роза"),
        ("Свитер крупной вязки «Снег»", 6490, "белый, песочный, бордовый"),
        ("Кардиган «Плед»", 6990, "бежевый, серый"),
        ("Водолазка базовая", 2490, "чёрный, молочный, шоколадный, серый меланж"),
        ("Худи «Воскресенье»", 4490, "серый меланж, лавандовый, чёрный"),
        ("Жилет вязаный", 3990, "молочный, хаки"),
        ("Костюм трикотажный «Дом»", 8990, "бежевый, графитовый"),
    )),
    Group("Обувь", "ОБ", 6, 3, (0.9, 0.8, 1.1, 1.2, 1.1, 1, 0.9, 0.9, 1.3, 1.3, 1.1, 0.9), SHOE_SIZES, (
        ("Лоферы кожаные", 8990, "чёрный, шоколадный"),
        ("Ботильоны «Осень»", 10900, "чёрный, кэмел"),
        ("Кеды кожаные «База»", 7490, "белый, чёрный"),
        ("Босоножки «Июнь»", 5990, "бежевый, чёрный"),
        ("Сапоги высокие", 15900, "чёрный, шоколадный"),
        ("Балетки", 5490, "чёрный, молочный"),
    )),
    Group("Сумки", "СУ", 7, 22, (0.8, 1.2, 1.5, 1, 1, 0.9, 0.9, 0.9, 1.1, 1, 1.1, 1.6), ONE_SIZE, (
        ("Сумка-тоут «Город»", 7990, "чёрный, кэмел, бордовый"),
        ("Сумка кросс-боди «Мини»", 4990, "чёрный, молочный, хаки"),
        ("Шопер хлопковый «Лето»", 1290, "молочный, чёрный"),
        ("Клатч вечерний", 3990, "серебристый, чёрный"),
        ("Рюкзак кожаный", 9490, "чёрный, шоколадный"),
    )),
    Group("Аксессуары", "АК", 16, 37, (1, 1.3, 1.5, 0.9, 0.9, 0.9, 0.9, 0.8, 1, 1.2, 1.3, 1.9), ONE_SIZE, (
        ("Платок шёлковый", 3490, "пыльная роза, изумрудный, синий"),
        ("Палантин шерстяной", 3990, "серый, кэмел, бордовый"),
        ("Ремень кожаный", 1990, "чёрный, шоколадный, кэмел"),
        ("Серьги «Капля»", 1490, "золотистый, серебристый"),
        ("Колье «Нить»", 1990, "золотистый, серебристый, жемчуг"),
        ("Шапка мериносовая", 2490, "молочный, графитовый, бордовый"),
        ("Перчатки кожаные", 3490, "чёрный, шоколадный"),
        ("Очки солнцезащитные", 2990, "чёрный, черепаховый"),
        ("Носки хлопковые", 390, "белый, чёрный, лавандовый"),
        ("Колготки 40 ден", 690, "чёрный, телесный"),
        ("Кошелёк кожаный", 3990, "чёрный, бордовый"),
    )),
)  # fmt: skip
WRAPPINGS = (("Пакет подарочный", 150, "молочный, бордовый"), ("Коробка с лентой", 450, "молочный, чёрный"))

# Words by which a style is known to be worn in a part of the year only.
SUMMER, SUMMER_WORDS = range(4, 9), ("Сарафан", "Шорты", "льнян", "«Лён»", "Босоножки", "Шопер")
WINTER, WINTER_WORDS = (
    (9, 10, 11, 12, 1, 2, 3),
    ("Пуховик", "Шапка", "Перчатки", "«Снег»", "Сапоги", "шерстян"),
)


def _worn_in(article: Article, month: int) -> bool:
    if any(word in article.name for word in SUMMER_WORDS):
        return month in SUMMER
    return month in WINTER or not any(word in article.name for word in WINTER_WORDS)


def _articles(
    group: str, code: str, styles: tuple[tuple[str, int, str], ...], sizes: tuple[str, ...]
) -> list[Article]:
    """The articles of a group, from the cheapest to the dearest."""
    made = [
        Article(f"{code}-{100 + style}{shade}", name, colour, group, roubles * ROUBLE, sizes)
        for style, (name, roubles, colours) in enumerate(styles, 1)
        for shade, colour in enumerate(colours.split(", "), 1)
    ]
    return sorted(made, key=lambda article: (article.price, article.sku))


class Catalogue:
    """The shelves: picks what a person of some taste buys in a month of the year."""

    def __init__(self) -> None:
        self.shelves = {g.name: _articles(g.name, g.code, g.styles, g.sizes) for g in GROUPS}
        self.wrappings = _articles(WRAPPING, "УП", WRAPPINGS, ONE_SIZE)
        self._season = {
            (name, month): [article for article in shelf if _worn_in(article, month)]
            for name, shelf in self.shelves.items()
            for month in range(1, 13)
        }
        self._women = [[g.women * g.months[month] for g in GROUPS] for month in range(12)]
        self._men = [[g.men * g.months[month] for g in GROUPS] for month in range(12)]

    def articles(self) -> list[Article]:
        """Everything there is to buy."""
        return [article for shelf in self.shelves.values() for article in shelf] + self.wrappings

    def pick(self, rng: Random, month: int, sex: str | None, taste: float) -> Article:
        """One article; a taste above 1 leans to the dear end of the shelf, below 1 to the cheap one."""
        chances = self._men if sex == "m" else self._women
        group = rng.choices(GROUPS, chances[month - 1])[0]
        shelf = self._season[group.name, month]
        return shelf[int(len(shelf) * rng.random() ** (1 / taste))]


def size_of(rng: Random, article: Article, build: int) -> str:
    """The size for a person whose clothes size is CLOTHES_SIZES[build]; shoes are anyone's."""
    if article.sizes is ONE_SIZE:
        return ""
    if article.sizes is SHOE_SIZES:
        return rng.choices(SHOE_SIZES, (6, 16, 28, 27, 16, 7))[0]
    shift = rng.choices((-1, 0, 1), (1, 8, 1))[0]
    return article.sizes[min(max(build + shift, 0), len(article.sizes) - 1)]
