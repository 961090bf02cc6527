"""Invented people's names: frequent by generation, with the endings their sex asks for."""

from dataclasses import dataclass
from random import Random

FEMALE, MALE = "f", "m"


def _words(text: str) -> list[str]:
    return text.split()


# Most frequent first: a surname's chance falls with its place in the list.
SURNAMES = _words(
    "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков "
    "Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин "
    "Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов "
    "Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв "
    "Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов "
    "Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников Денисов "
    "Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов "
    "Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев "
    "Воронин Климов Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов Журавлёв Овчинников "
    "Трофимов Леонов Соболев Ермаков Колесников Гончаров Емельянов Никифоров Грачёв Котов Гришин "
    "Ефремов Архипов Громов Кириллов Малышев Панов Моисеев Румянцев Акимов Кондратьев Бирюков Горбунов "
    "Анисимов Ерёмин Тихомиров Галкин Лукьянов Михеев Скворцов Юдин Белоусов Нестеров Симонов Прокофьев "
    "Покровский Островский Вишневский Троицкий Левицкий Каминский Толстой Черных Шевченко Бондаренко "
    "Ткаченко Коваленко Ким Мельник Хасанов Ахметов Сафин Закиров Саркисян Григорян"
)

# By year of birth up to and including: names with their weights.
FEMALE_NAMES = (
    (
        1964,
        "Татьяна 14 Елена 12 Людмила 11 Галина 10 Наталья 10 Ольга 9 Ирина 8 Валентина 8 Нина 7 "
        "Светлана 7 Надежда 6 Любовь 6 Тамара 4 Вера 4 Лариса 4 Марина 4 Раиса 2 Зинаида 2",
    ),
    (
        1979,
        "Елена 17 Наталья 14 Ольга 13 Ирина 12 Светлана 11 Татьяна 10 Марина 8 Юлия 6 Людмила 4 Анна 4 "
        "Лариса 4 Оксана 4 Екатерина 4 Галина 3 Надежда 3 Инна 2 Жанна 1 Виктория 2 Алла 2",
    ),
    (
        1994,
        "Анастасия 12 Екатерина 12 Анна 11 Юлия 10 Мария 9 Ольга 8 Елена 8 Наталья 7 Татьяна 6 Ирина 6 "
        "Ксения 5 Дарья 5 Евгения 5 Александра 5 Светлана 4 Виктория 5 Кристина 4 Алёна 3 Яна 2 Марина 3 "
        "Надежда 2 Вера 1 Полина 2 Алина 3",
    ),
    (
        2100,
        "Анастасия 12 Мария 11 Дарья 10 Анна 9 Полина 7 Виктория 7 Екатерина 7 Елизавета 7 Александра 6 "
        "София 6 Ксения 5 Алина 5 Валерия 5 Ульяна 3 Варвара 3 Кристина 2 Маргарита 2 Милана 1 Диана 2 "
        "Вероника 2 Арина 3 Алиса 2",
    ),
)
MALE_NAMES = (
    (
        1964,
        "Александр 15 Владимир 13 Сергей 13 Николай 10 Виктор 9 Юрий 8 Анатолий 7 Валерий 6 Михаил 6 "
        "Алексей 5 Василий 5 Борис 4 Геннадий 4 Иван 4 Евгений 4 Вячеслав 3 Пётр 2 Леонид 2 Григорий 2",
    ),
    (
        1979,
        "Сергей 16 Александр 15 Андрей 13 Алексей 9 Дмитрий 9 Владимир 8 Игорь 7 Олег 7 Юрий 5 Михаил 5 "
        "Евгений 5 Николай 4 Виктор 4 Валерий 3 Вадим 3 Константин 3 Вячеслав 3 Павел 3 Роман 3",
    ),
    (
        1994,
        "Александр 14 Дмитрий 12 Алексей 11 Сергей 11 Андрей 9 Евгений 7 Максим 6 Иван 6 Михаил 6 Антон 5 "
        "Роман 5 Павел 5 Денис 5 Илья 4 Артём 4 Николай 4 Никита 3 Константин 2 Кирилл 3 Станислав 2",
    ),
    (
        2100,
        "Александр 11 Максим 10 Артём 9 Дмитрий 9 Иван 8 Кирилл 7 Никита 7 Михаил 7 Егор 6 Даниил 6 "
        "Андрей 6 Илья 6 Матвей 4 Тимофей 3 Роман 4 Владислав 4 Алексей 5 Степан 2 Лев 2 Глеб 2",
    ),
)

# A father's name and what stands before «ич» and «на»; two names have endings of their own.
FATHERS = {
    "Александр": "Александров", "Владимир": "Владимиров", "Сергей": "Сергеев", "Николай": "Николаев",
    "Виктор": "Викторов", "Юрий": "Юрьев", "Анатолий": "Анатольев", "Валерий": "Валерьев",
    "Михаил": "Михайлов", "Алексей": "Алексеев", "Василий": "Васильев", "Борис": "Борисов",
    "Геннадий": "Геннадьев", "Иван": "Иванов", "Евгений": "Евгеньев", "Вячеслав": "Вячеславов",
    "Пётр": "Петров", "Леонид": "Леонидов", "Григорий": "Григорьев", "Андрей": "Андреев",
    "Дмитрий": "Дмитриев", "Игорь": "Игорев", "Олег": "Олегов", "Вадим": "Вадимов",
    "Константин": "Константинов", "Павел": "Павлов", "Роман": "Романов", "Виталий": "Витальев",
    "Максим": "Максимов", "Антон": "Антонов", "Денис": "Денисов", "Артём": "Артёмов",
    "Кирилл": "Кириллов", "Станислав": "Станиславов", "Егор": "Егоров", "Даниил": "Даниилов",
    "Матвей": "Матвеев", "Тимофей": "Тимофеев", "Владислав": "Владиславов", "Степан": "Степанов",
    "Лев": "Львов", "Глеб": "Глебов",
}  # fmt: skip
IRREGULAR_FATHERS = {"Илья": ("Ильич", "Ильинична"), "Никита": ("Никитич", "Никитична")}

LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        _words("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"),
        strict=True,
    )
)


@dataclass(slots=True, frozen=True)
class FullName:
    """Last, first and middle name."""

    last: str
    first: str
    middle: str


def _weights(table: str) -> tuple[list[str], list[int]]:
    words = _words(table)
    return words[::2], [int(weight) for weight in words[1::2]]


_FIRST = {
    FEMALE: [(until, *_weights(table)) for until, table in FEMALE_NAMES],
    MALE: [(until, *_weights(table)) for until, table in MALE_NAMES],
}
_SURNAME_WEIGHTS = [1 / (place + 12) for place in range(len(SURNAMES))]


def feminine(surname: str) -> str:
    """A woman's form of a man's surname; foreign and indeclinable ones stay."""
    for ending, womans in (("ский", "ская"), ("цкий", "цкая"), ("той", "тая")):
        if surname.endswith(ending):
            return surname.removesuffix(ending) + womans
    return surname + "а" if surname.endswith(("ов", "ев", "ёв", "ин", "ын")) else surname


def patronymic(father: str, sex: str) -> str:
    """The middle name of `father`'s child."""
    if father in IRREGULAR_FATHERS:
        return IRREGULAR_FATHERS[father][sex == FEMALE]
    return FATHERS[father] + ("на" if sex == FEMALE else "ич")


def first_name(rng: Random, sex: str, year: int) -> str:
    """A first name as given in that year."""
    for until, names, weights in _FIRST[sex]:
        if year <= until:
            return rng.choices(names, weights)[0]
    raise ValueError(f"no names for {year}")


def surname(rng: Random) -> str:
    """A surname in its masculine form."""
    return rng.choices(SURNAMES, _SURNAME_WEIGHTS)[0]


def full_name(rng: Random, sex: str, year: int, family: str | None = None) -> FullName:
    """A whole name; `family` is the masculine surname to bear, if it is known."""
    masculine = family or surname(rng)
    father = first_name(rng, MALE, year - rng.randint(21, 36))
    return FullName(
        last=feminine(masculine) if sex == FEMALE else masculine,
        first=first_name(rng, sex, year),
        middle=patronymic(father, sex),
    )


def in_latin(word: str) -> str:
    """A word as people write it in their e-mail address."""
    return "".join(LATIN.get(letter, letter) for letter in word.lower()).replace("-", "")
