"""The demo shop's customers: who they are, where they live, how to reach them, what they agreed to."""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from loyalty.demo import names, places
from loyalty.demo.goods import CLOTHES_SIZES, SIZE_CHANCES
from loyalty.demo.habits import Calendar, Habit, habit
from loyalty.sales.documents import CustomerDocument, CustomerRef

# Prefixes are real; the numbers begin with three noughts, so that a demo never rings a stranger knowingly.
OPERATORS = (
    903, 905, 906, 909, 910, 911, 912, 915, 916, 917, 919, 921, 925, 926, 929, 930,
    936, 937, 950, 952, 958, 960, 961, 963, 964, 965, 966, 967, 968, 977, 980, 981,
    985, 987, 995, 996, 999,
)  # fmt: skip
NUMBERS_PER_OPERATOR = 10_000
# RFC 2606 keeps example.com and example.org for examples: such letters reach nobody.
MAIL_HOSTS = ("mail.example.com", "pochta.example.com", "post.example.org")
SOURCES = ("Шоурум", "Сайт", "ВКонтакте", "Рекомендация", "Мероприятие")
NEAR_CHANCES, FAR_CHANCES = (52, 18, 14, 11, 5), (0, 58, 30, 12, 0)
COMMENTS = (
    "Любит натуральные ткани", "Писать, не звонить", "Звонить после 18:00", "Предпочитает спокойные цвета",
    "Ждёт новую коллекцию пальто", "Берёт на размер больше", "Подгонка по длине", "Приходит с подругой",
    "Просит отложить новинки", "Шерсть не носит", "Часто покупает в подарок", "Заказывает с примеркой",
)  # fmt: skip
FAMILY_SHARE = 0.008


@dataclass(slots=True)
class Person:
    """A customer as the file tells of her, and what the till needs to know of her habits."""

    document: CustomerDocument
    habit: Habit
    places: tuple[int, int, int]
    build: int  # the place of her size in CLOTHES_SIZES


@dataclass(slots=True, frozen=True)
class Home:
    """What a family shares: a masculine surname, an address and one phone."""

    surname: str
    phone: str
    alone: bool
    city: places.City
    street: str | None
    house: str | None


def people(rng: Random, calendar: Calendar, count: int) -> list[Person]:
    """`count` customers in the order they registered; some neighbours are a family with one phone."""
    habits = sorted((habit(rng, calendar) for _ in range(count)), key=lambda made: made.registered)
    phones = _phones(rng, count)
    made: list[Person] = []
    while len(made) < count:
        members = rng.choice((2, 2, 3)) if rng.random() < FAMILY_SHARE else 1
        home = _home(rng, next(phones), alone=members == 1)
        for story in habits[len(made) : len(made) + members]:
            made.append(_person(rng, calendar, len(made) + 1, story, home))
    return made


def _phones(rng: Random, count: int) -> Iterator[str]:
    """Different mobile numbers of the obviously invented blocks, +79XX000XXXX."""
    room = max(NUMBERS_PER_OPERATOR, -(-count // len(OPERATORS)))
    for picked in rng.sample(range(len(OPERATORS) * room), count):
        yield f"+7{OPERATORS[picked // room]}{picked % room:07d}"


def _home(rng: Random, phone: str, alone: bool) -> Home:
    city = places.city(rng)
    known = rng.random() < 0.55
    return Home(
        surname=names.surname(rng),
        phone=phone,
        alone=alone,
        city=city,
        street=rng.choice(city.streets) if known else None,
        house=places.house(rng) if known else None,
    )


def _person(rng: Random, calendar: Calendar, number: int, story: Habit, home: Home) -> Person:
    registered_on = calendar.day(story.registered)
    sex = names.MALE if rng.random() < 0.15 else names.FEMALE
    birth = _birth_date(rng, registered_on)
    build = rng.choices(range(len(CLOTHES_SIZES)), SIZE_CHANCES)[0]
    code, card = f"ЦБ-{number:06d}", _card(rng, number, story)
    if home.alone and rng.random() < 0.04:
        document = CustomerDocument(CustomerRef(code, card, home.phone), registered_on=registered_on)
    else:
        name = names.full_name(rng, sex, birth.year, home.surname)
        document = _document(rng, code, card, sex, birth, name, home)
        document.registered_on = registered_on
    document.source = _source(rng, home.city)
    document.sms_consent = rng.choices((True, False, None), (74, 11, 15))[0]
    return Person(document, story, home.city.places, build)


def _document(
    rng: Random,
    code: str,
    card: str | None,
    sex: str,
    birth: date,
    name: names.FullName,
    home: Home,
) -> CustomerDocument:
    """What a named person's questionnaire says; people leave parts of it empty."""
    short = home.alone and rng.random() < 0.08  # signed up with the first name alone
    middle = None if short or rng.random() < 0.15 else name.middle
    last = None if short else name.last
    whole = " ".join(part for part in (last, name.first, middle) if part)
    return CustomerDocument(
        ref=CustomerRef(code, card, home.phone, whole),
        last_name=last,
        first_name=name.first,
        middle_name=middle,
        birth_date=birth if rng.random() < 0.78 else None,
        sex=sex if rng.random() < 0.93 else None,
        email=_email(rng, name, birth.year) if rng.random() < 0.46 else None,
        city=home.city.name if home.street or rng.random() < 0.5 else None,
        street=home.street,
        house=home.house,
        comment=rng.choice(COMMENTS) if rng.random() < 0.07 else None,
    )


def _birth_date(rng: Random, registered_on: date) -> date:
    """Sixteen to eighty at registration, mostly around thirty-seven; the 29th of February happens."""
    age = min(max(rng.lognormvariate(3.6, 0.29), 16.5), 79)
    born = registered_on - timedelta(days=int(age * 365.25))
    if isleap(born.year) and rng.random() < 0.012:
        return date(born.year, 2, 29)
    return born


def _email(rng: Random, name: names.FullName, year: int) -> str:
    last, first = names.in_latin(name.last), names.in_latin(name.first)
    boxes = (f"{first}.{last}", f"{last}{year % 100:02d}", f"{first[0]}.{last}", f"{last}.{first}{year}")
    box = rng.choice(boxes)
    return f"{box}@{rng.choice(MAIL_HOSTS)}"


def _card(rng: Random, number: int, story: Habit) -> str | None:
    """A plastic card: eight digits in the old series, a 13-digit in-store barcode in the new one."""
    if rng.random() > (0.45 if story.registered < 0 else 0.22):
        return None
    if story.registered < -450 and number < 10_000:
        return f"2000{number:04d}"
    body = f"200{number:09d}"
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"


def _source(rng: Random, city: places.City) -> str | None:
    if rng.random() < 0.06:
        return None
    near = city.places[0] >= 20
    return rng.choices(SOURCES, NEAR_CHANCES if near else FAR_CHANCES)[0]
