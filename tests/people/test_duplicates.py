"""Customers who look like one person: a table of who does, many at once, and what the database adds to that."""

from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import acts, models
from loyalty.acts import Act, Origin
from loyalty.customers import grants, people
from loyalty.demo import names
from loyalty.identity import duplicates, same
from loyalty.identity.comparing import SHARED_BY_MOST, alike
from loyalty.identity.likeness import Person, person, reasons
from loyalty.models import joins

BORN = date(1985, 3, 12)
CARD, PHONE = {"cards": ["7001"]}, {"phones": ["+79161110001"]}
BIRTHDAY, EMAIL = {"birth_date": BORN}, {"email": "Anna@mail.ru"}
STREET = {"city": "Москва", "street": "ул. Ленина"}


def why(one: str, other: str, both: dict[str, Any], of_one: Any = None, of_other: Any = None) -> list[str]:
    first, second = person(1, one, **both, **(of_one or {})), person(2, other, **both, **(of_other or {}))
    found = [reason.value for reason in reasons(first, second)]
    assert found == [reason.value for reason in reasons(second, first)]
    at_once = [[reason.value for reason in pair.reasons] for pair in alike([first, second])]
    assert at_once == ([found] if found else [])
    return found


ALIKE = [
    ("", "", CARD, ["одна карта"]),
    ("Анна Иванова", "Пётр Орлов", CARD, ["одна карта"]),
    ("Анна Иванова", "Иванова Анна", PHONE, ["один телефон и одно имя"]),
    ("Анна Иванова", "Анна", PHONE, ["один телефон и похожие имена"]),
    ("Иванова А. С.", "Анна Сергеевна Иванова", PHONE, ["один телефон и похожие имена"]),
    ("Ивонова Анна", "Иванова Анна Сергеевна", PHONE, ["один телефон и похожие имена"]),
    ("Анна Иванова", "", PHONE, ["один телефон"]),
    ("", "", PHONE, ["один телефон"]),
    ("Иванова Анна", "Петрова Анна", PHONE | BIRTHDAY, ["один телефон и день рождения"]),
    ("", "Петрова Анна", PHONE | BIRTHDAY, ["один телефон", "один день рождения"]),
    ("Алёна Королёва", "Королева Алена", BIRTHDAY, ["имя и день рождения"]),
    ("Анна Иванова", "Анна Иванава", BIRTHDAY, ["похожие имена и один день рождения"]),
    ("Иванова Анна", "Иванов Анна", BIRTHDAY, ["похожие имена и один день рождения"]),
    ("Анна Иванова", "Иванова Анна Сергеевна", BIRTHDAY, ["похожие имена и один день рождения"]),
    ("Иванова А.", "Иванова Анна Сергеевна", BIRTHDAY, ["похожие имена и один день рождения"]),
    ("Петрова-Водкина Анна", "Петрова Анна", BIRTHDAY, ["похожие имена и один день рождения"]),
    ("Анна Иванова", "Анна Ивнаова", EMAIL, ["похожие имена и одна почта"]),
    ("Анна Иванова", "Иванова Анна", STREET, ["похожие имена и одна улица"]),
    ("Иванова Анна Сергеевна", "Анна Сергеевна Иванова", {}, ["фамилия, имя и отчество"]),
    ("Семёнова Алёна Петровна", "Семенова Алена Петровна", {}, ["фамилия, имя и отчество"]),
    ("Иванова Анна Сергеевна", "Ивонова Анна Сергеевна", {}, ["похожие имена: разница в одной букве"]),
    ("Иванова Анна Сергеевна", "Иванова Анна Сергевна", {}, ["похожие имена: разница в одной букве"]),
    ("Котова Софья Юрьевна", "Котова София Юрьевна", {}, ["похожие имена: разница в одной букве"]),
    ("Анна Иванова", "Анна Иванова", CARD | PHONE | BIRTHDAY,
     ["одна карта", "один телефон и одно имя", "имя и день рождения"]),
    ("ООО «Ромашка»", "ООО Ромашка", PHONE, ["один телефон и одно имя"]),
]  # fmt: skip

NOT_ALIKE = [
    ("", "", {}),
    ("", "", BIRTHDAY | STREET | EMAIL),
    ("Анна Иванова", "Анна Иванова", {}),
    ("Анна Иванова", "Анна Иванова", {"city": "Москва"}),
    ("Анна", "Анна", BIRTHDAY),
    ("Иванова", "Иванова", BIRTHDAY | STREET),
    ("Иванов Пётр", "Иванова Анна", PHONE | STREET),  # a family
    ("Иванов", "Иванова Анна", PHONE),
    ("Иванова Инна", "Иванова Анна", PHONE | BIRTHDAY),  # twins
    ("Ким Александр", "Ким Александра", PHONE),
    ("Черных Евгений", "Черных Евгения", PHONE | BIRTHDAY),
    ("Иванова Карина Сергеевна", "Иванова Марина Сергеевна", {}),
    ("Иванова Анна Сергеевна", "Ивонова Анна Сергевна", {}),  # two letters
    ("Иванов Александр Ильич", "Иванова Александра Ильинична", {}),
    ("Иванова А. С.", "Иванова А. С.", {}),
    ("Иванова А. С.", "Иванова Анна Сергеевна", {}),
    ("А. С.", "А. С.", BIRTHDAY | PHONE),
    ("Ли Анна", "Ни Анна", BIRTHDAY),
    ("ООО Ромашка", "ООО Ромашка", CARD | BIRTHDAY | EMAIL | STREET),
    ("ООО Ромашка", "ООО Ромашки", PHONE),
    ("ООО Ромашка", "", PHONE),
    ("ИП Иванова Анна Сергеевна", "Иванова Анна Сергеевна", PHONE),
]


@pytest.mark.parametrize(("one", "other", "both", "expected"), ALIKE)
def test_alike(one: str, other: str, both: dict[str, Any], expected: list[str]) -> None:
    assert why(one, other, both) == expected


@pytest.mark.parametrize(("one", "other", "both"), NOT_ALIKE)
def test_not_alike(one: str, other: str, both: dict[str, Any]) -> None:
    assert why(one, other, both) == []


SWAPPED, MISTYPED = "в дне рождения переставлены день и месяц", "день рождения отличается одной цифрой"


@pytest.mark.parametrize(
    ("other", "both", "expected"),
    [
        (date(1985, 12, 3), PHONE, ["один телефон и одно имя", SWAPPED]),
        (date(1985, 3, 13), CARD, ["одна карта", "одно имя", MISTYPED]),
        (date(1995, 3, 12), EMAIL, ["похожие имена и одна почта", MISTYPED]),
        (date(1985, 3, 22), {}, ["одно имя", MISTYPED]),
        (date(1985, 12, 3), {}, ["одно имя", SWAPPED]),
        (date(1985, 3, 21), CARD | PHONE | EMAIL | STREET, []),
        (date(1986, 12, 3), CARD | PHONE, []),
    ],
)
def test_birth_dates_that_differ(other: date, both: dict[str, Any], expected: list[str]) -> None:
    born = {"birth_date": BORN}, {"birth_date": other}
    assert why("Анна Иванова", "Иванова Анна", both, *born) == expected


def test_nearly_one_birth_date_does_not_support_a_name_that_is_only_alike() -> None:
    assert not why("Анна Иванова", "Анна Иванава", {}, BIRTHDAY, {"birth_date": date(1985, 3, 13)})


def test_known_sexes_that_differ() -> None:
    assert why("Саша Ким", "Саша Ким", CARD | PHONE, {"sex": "f"}, {"sex": "m"}) == []
    assert why("Саша Ким", "Саша Ким", PHONE, {"sex": "f"}) == ["один телефон и одно имя"]


def test_a_street_and_an_address_written_otherwise() -> None:
    one, other = {"city": "г. Орёл", "street": "улица Мира"}, {"city": "орел", "street": "Мира ул."}
    assert why("Анна Иванова", "Анна Иванова", {}, one, other) == ["похожие имена и одна улица"]
    assert why("Анна Иванова", "Анна Иванова", {}, one, other | {"city": "Тула"}) == []


# --- Many at once --------------------------------------------------------------------------------------


def crowd(count: int) -> list[Person]:
    """The same every time: of each two one comes again, with a letter, her phone or birth date lost or changed."""
    rng, found = Random(1), list[Person]()
    while len(found) < count:
        name = names.full_name(rng, rng.choice("ffm"), 1980, rng.choice(names.SURNAMES[:30]))
        text = f"{name.last} {name.first}" + (f" {name.middle}" if rng.random() < 0.7 else "")
        born = date(1980 + rng.randrange(3), 1 + rng.randrange(12), 1 + rng.randrange(12))
        card, phone, street = f"К-{len(found)}", f"+7900{len(found):07}", rng.choice(names.SURNAMES[:40])
        for again in range(rng.choice((1, 2))):
            text = text.replace(rng.choice(text), "", 1) if again and rng.random() < 0.5 else text
            born = rng.choice((born, date(born.year, born.day, born.month))) if again else born
            signs = {"cards": rng.choice(([], [card])), "phones": rng.choice(([], [phone]))}
            day, city = rng.choice((None, born)), rng.choice((None, "Тула"))
            found.append(person(len(found) + 1, text, day, city=city, street=street, **signs))
    return found


def test_groups_find_whom_comparing_everybody_with_everybody_finds() -> None:
    people = crowd(600)
    compared = {(one.id, other.id): reasons(one, other) for one, other in combinations(people, 2)}
    found = {(one.id, other.id): why for one, other, why in alike(people)}
    assert found == {pair: why for pair, why in compared.items() if why}
    assert len({reason for why in found.values() for reason in why}) >= 10


@pytest.mark.parametrize("kind", ["phones", "cards"])
def test_a_placeholder_of_too_many_makes_no_pairs(kind: str) -> None:
    signs = {kind: ["0000000"]}
    several = [person(id_, **signs) for id_ in range(1, SHARED_BY_MOST + 1)]
    assert len(alike(several)) == SHARED_BY_MOST * (SHARED_BY_MOST - 1) // 2
    assert alike([*several, person(99, **signs)]) == []


def test_a_name_of_too_many_says_nothing_alone_but_helps_a_birth_date() -> None:
    several = [person(id_, "Иванова Анна Сергеевна") for id_ in range(1, SHARED_BY_MOST + 2)]
    assert alike(several) == []
    assert len(alike(several[1:])) == 10
    born = [one._replace(birth=BORN.isoformat()) if one.id < 3 else one for one in several]
    assert [(one.id, other.id) for one, other, _ in alike(born)] == [(1, 2)]


def test_two_frequent_surnames_are_no_misspelling_of_each_other() -> None:
    first, middle = names.FEMALE_NAMES[0][1].split()[::2], ["Ивановна", "Петровна"]
    everybody = [f"{last} {one} {two}" for last in ("Фёдорова", "Федотова") for one in first for two in middle]
    assert alike(person(id_, name) for id_, name in enumerate(everybody)) == []


def test_the_surest_first_and_of_the_same_the_rarest_name() -> None:
    people = [
        person(1, "Иванова Анна Сергеевна"),
        person(2, "Иванова Анна Сергеевна"),
        person(3, "Водопьянова Римма Львовна"),
        person(4, "Водопьянова Римма Львовна"),
        person(5, "Иванова Ольга", **PHONE),
        person(6, "Иванова Ольга", **PHONE),
        person(7, "Орлова Вера", **CARD),
        person(8, "Орлова Вера", **CARD),
        person(9, "Котова Анна"),
        person(10, "Котова Сергеевна"),
    ]
    assert [pair.one.id for pair in alike(people)] == [7, 5, 3, 1]


# --- In the database -----------------------------------------------------------------------------------


class Shop:
    """Customers put in by hand; `pairs` is who looks alike."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.act: Act = acts.begin(session, Origin.SCREEN)

    def add(self, name: str = "", phone: str | None = None, card: str | None = None, **details: Any) -> int:
        last, first, middle = [*name.split(), "", "", ""][:3]
        words = {"last_name": last, "first_name": first, "middle_name": middle, "phone": phone, "card": card}
        row = models.Customer(**words, **details, act_id=self.act.id, updated_at=self.act.at)
        self.session.add(row)
        self.session.flush()
        assert row.id is not None
        for kind, value in (("phone", phone), ("card", card)):
            if value:
                self.sign(row.id, kind, value)
        return row.id

    def sign(self, customer_id: int, kind: str, value: str, until: date | None = None) -> None:
        self.session.add(
            models.Identity(customer_id=customer_id, kind=kind, value=value, until=until, act_id=self.act.id)
        )
        self.session.flush()

    def pairs(self) -> list[tuple[int, int]]:
        return [(one, other) for one, other, _ in duplicates.find(self.session)]


@pytest.fixture
def shop(session: Session) -> Shop:
    return Shop(session)


def test_nobody_looks_like_anybody_in_an_empty_database(session: Session) -> None:
    assert duplicates.find(session) == []


def test_pairs_once_with_all_their_reasons_the_surest_first(shop: Shop) -> None:
    names_alike = [shop.add("Котова Вера Львовна"), shop.add("Котова Вера Львовна")]
    born = [shop.add("Иванова Анна", birth_date=BORN, city="Тула", street="Мира") for _ in range(2)]
    card = [shop.add("Орлова Ольга", "+79161110001", "7001"), shop.add("Орлова О.", "+79161110001", "7001")]
    shop.add("Зайцева Инна", "+79161110002", "7002", birth_date=date(1990, 1, 1))
    assert duplicates.find(shop.session) == [
        duplicates.Pair(*card, ("одна карта", "один телефон и похожие имена")),
        duplicates.Pair(*born, ("имя и день рождения", "похожие имена и одна улица")),
        duplicates.Pair(*names_alike, ("фамилия, имя и отчество",)),
    ]


def test_a_phone_that_was_hers_counts_no_more_and_a_second_one_does(shop: Shop) -> None:
    one, other = shop.add("Иванова Анна", "+79161110001"), shop.add("Иванова Анна", "+79161110002")
    shop.sign(one, "phone", "+79161110002", until=date(2026, 1, 1))
    assert shop.pairs() == []
    shop.sign(one, "phone", "+79161110002")
    assert shop.pairs() == [(one, other)]


def test_who_is_joined_stands_for_nobody_and_her_signs_are_whose_she_is(shop: Shop) -> None:
    anna, again = shop.add("Иванова Анна", "+79161110001"), shop.add("Иванова Анна", "+79161110001", "7001")
    third = shop.add("", card="7001")
    assert shop.pairs() == [(again, third), (anna, again)]
    same.join(shop.session, again, anna)
    assert shop.pairs() == [(anna, third)]


def test_who_was_called_different_is_not_shown_nor_whom_one_of_them_was_joined_to(shop: Shop) -> None:
    mother, daughter = shop.add("Иванова Анна", "+79161110001"), shop.add("Иванова Анна", "+79161110001")
    same.apart(shop.session, daughter, mother)
    assert shop.pairs() == []
    again = shop.add("Иванова Анна", "+79161110001")
    assert shop.pairs() == [(mother, again), (daughter, again)]
    same.join(shop.session, daughter, again)
    assert shop.pairs() == []


def test_what_is_kept_is_found_anew_when_people_change_and_not_after_gifts_and_answers(shop: Shop) -> None:
    session = shop.session
    anna, again = shop.add("Иванова Анна", "+79161110001"), shop.add("Орлова Вера", "+79161110001")
    session.execute(update(models.Customer).values(updated_at=shop.act.at - timedelta(days=1)))
    marks = [duplicates.mark(session)]

    def changed() -> bool:
        session.flush()
        marks.append(duplicates.mark(session))
        return marks[-1] not in marks[:-1]

    def act() -> Act:
        return acts.begin(session, Origin.SCREEN)

    grants.give(session, anna, "gift", 500_00, "За отзыв", "key")
    same.apart(session, anna, again)
    assert not changed()
    for name in ("Котова", "Зайцева", "Орлова"):  # within a second
        people.edit(session, again, {"last_name": name}, act())
        assert changed()
    people.add_sign(session, again, "card", "7001", act())
    assert changed()
    people.end_sign(session, again, "card", "7001", act())
    assert changed()
    same.join(session, again, anna)
    assert changed()
    same.undo(session, session.scalars(select(joins.c.id)).one())
    assert changed()
    shop.add("Зайцева Инна")
    assert changed()
