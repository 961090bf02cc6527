"""Questions in Russian: right cases and plurals for every range, period and place, what «не» means, groups."""

from typing import Any

import pytest

from loyalty.segments import tree as trees
from loyalty.segments.criteria import CATALOGUE
from loyalty.segments.sentences import condition, sentence

DRESSES = {"is": "bought", "groups": ["Платья"]}
WOMEN, MOSCOW, GOLD = (
    {"is": "sex", "in": ["f"]},
    {"is": "city", "in": ["Москва"]},
    {"is": "level", "in": ["Золотой"]},
)


def said(tree: dict[str, Any]) -> str:
    return sentence(trees.parse(tree)).replace("\u00a0", " ")


def one(name: str, denied: bool = False, **told: Any) -> str:
    """A condition alone, with plain spaces; «from» is written `low`, «to» `high`."""
    keys = {"low": "from", "high": "to", "among": "in"}
    tree = trees.is_(name, **{keys.get(key, key): value for key, value in told.items()})
    return condition(trees.Not(tree) if denied else tree).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("low", "high", "right", "denied"),
    [
        (1, None, "прошёл 1 день или больше", "прошло меньше 1 дня"),
        (2, None, "прошло 2 дня или больше", "прошло меньше 2 дней"),
        (5, None, "прошло 5 дней или больше", "прошло меньше 5 дней"),
        (11, None, "прошло 11 дней или больше", "прошло меньше 11 дней"),
        (21, None, "прошёл 21 день или больше", "прошло меньше 21 дня"),
        (None, 1, "прошло не больше 1 дня", "прошло больше 1 дня"),
        (None, 21, "прошло не больше 21 дня", "прошло больше 21 дня"),
        (None, 30, "прошло не больше 30 дней", "прошло больше 30 дней"),
        (2, 21, "прошло от 2 до 21 дня", "прошло меньше 2 или больше 21 дня"),
        (21, 21, "прошёл ровно 21 день", "прошёл не 21 день"),
        (22, 22, "прошло ровно 22 дня", "прошло не 22 дня"),
    ],
)
def test_days(low: int | None, high: int | None, right: str, denied: str) -> None:
    found = {key: value for key, value in (("low", low), ("high", high)) if value is not None}
    assert one("days_without_purchase", **found) == f"После последней покупки {right}"
    not_so = one("days_without_purchase", denied=True, **found)
    assert not_so == f"После последней покупки {denied} (или покупок не было)"
    assert one("days_since_registration", **found) == f"С регистрации {right}"


@pytest.mark.parametrize(
    ("bonuses", "right"),
    [
        (1, "доступен 1 бонус или больше"),
        (2, "доступно 2 бонуса или больше"),
        (5, "доступно 5 бонусов или больше"),
        (11, "доступно 11 бонусов или больше"),
        (21, "доступен 21 бонус или больше"),
        (1000, "доступно 1 000 бонусов или больше"),
    ],
)
def test_bonuses(bonuses: int, right: str) -> None:
    assert one("available", low=bonuses * 100).lower() == right
    assert one("pending", low=bonuses * 100).lower() == right.replace("доступен", "ждёт подтверждения").replace(
        "доступно", "ждут подтверждения"
    )
    assert one("available", high=bonuses * 100).startswith("Доступно не больше")


@pytest.mark.parametrize(
    ("name", "told", "right", "denied"),
    [
        ("age", {"low": 1}, "Возраст 1 год или больше", "Возраст меньше 1 года (или неизвестен)"),
        (
            "age",
            {"low": 21, "high": 22},
            "Возраст от 21 до 22 лет",
            "Возраст меньше 21 или больше 22 лет (или неизвестен)",
        ),
        ("age", {"high": 21}, "Возраст не больше 21 года", "Возраст больше 21 года (или неизвестен)"),
        ("age", {"low": 11, "high": 11}, "Возраст ровно 11 лет", "Возраст не 11 лет (или неизвестен)"),
        ("purchases_count", {"low": 1}, "Покупали хотя бы раз", "Не покупали ни разу"),
        ("purchases_count", {"high": 0}, "Не покупали ни разу", "Покупали хотя бы раз"),
        ("purchases_count", {"low": 2}, "Покупали 2 раза или больше", "Покупали меньше 2 раз"),
        ("purchases_count", {"low": 5}, "Покупали 5 раз или больше", "Покупали меньше 5 раз"),
        (
            "purchases_count",
            {"low": 21, "high": 22},
            "Покупали от 21 до 22 раз",
            "Покупали меньше 21 или больше 22 раз",
        ),
        ("purchases_count", {"high": 21}, "Покупали не больше 21 раза", "Покупали больше 21 раза"),
        ("purchases_count", {"low": 1, "high": 1}, "Покупали ровно 1 раз", "Покупали не 1 раз"),
        ("turnover", {"low": 50_000_00}, "Оборот 50 000 ₽ или больше", "Оборот меньше 50 000 ₽"),
        ("turnover", {"low": 1}, "Оборот больше 0 ₽", "Оборот 0 ₽"),
        (
            "turnover",
            {"low": 1_000_00, "high": 5_000_50},
            "Оборот от 1 000 до 5 000,50 ₽",
            "Оборот меньше 1 000 или больше 5 000,50 ₽",
        ),
        (
            "average_receipt",
            {"high": 3_000_00},
            "Средний чек не больше 3 000 ₽",
            "Средний чек больше 3 000 ₽ (или покупок не было)",
        ),
        ("burns_within", {"days": 30}, "За 30 дней сгорят бонусы", "За 30 дней ничего не сгорит"),
        (
            "burns_within",
            {"days": 21, "low": 1_00},
            "За 21 день сгорит 1 бонус или больше",
            "За 21 день сгорит меньше 1 бонуса",
        ),
        ("birthday_within", {"days": 0}, "День рождения сегодня", "День рождения не сегодня (или неизвестен)"),
        (
            "birthday_within",
            {"days": 21},
            "День рождения в ближайший 21 день",
            "День рождения не в ближайший 21 день (или неизвестен)",
        ),
        ("sex", {"among": ["f", "m"]}, "Пол женский или мужской", "Пол неизвестен"),
        (
            "city",
            {"among": ["Москва", "Тверь"]},
            "Город «Москва» или «Тверь»",
            "Город не «Москва» и не «Тверь» (или неизвестен)",
        ),
        ("level", {"among": ["А", "Б", "В"]}, "Уровень «А», «Б» или «В»", "Уровень не «А», не «Б» и не «В»"),
        ("has", {"what": "name"}, "Известно имя", "Имя неизвестно"),
    ],
)
def test_conditions_and_what_not_means(name: str, told: dict[str, Any], right: str, denied: str) -> None:
    assert (one(name, **told), one(name, denied=True, **told)) == (right, denied)


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ({"last_days": 1}, "Сегодня покупали хотя бы раз"),
        ({"last_days": 2}, "За последние 2 дня покупали хотя бы раз"),
        ({"last_days": 21}, "За последний 21 день покупали хотя бы раз"),
        ({"since": "2026-03-01"}, "С 01.03.2026 покупали хотя бы раз"),
        ({"until": "2026-03-31"}, "По 31.03.2026 покупали хотя бы раз"),
        ({"since": "2026-03-01", "until": "2026-03-31"}, "С 01.03.2026 по 31.03.2026 покупали хотя бы раз"),
        ({"shops": ["Центр"]}, "В магазине «Центр» покупали хотя бы раз"),
        ({"shops": ["Центр", "Север"]}, "В магазинах «Центр» или «Север» покупали хотя бы раз"),
        ({"places": ["Сайт", ""]}, "В местах продажи «Сайт» или без названия покупали хотя бы раз"),
        (
            {"places": ["Сайт"], "shops": ["Центр"], "last_days": 5},
            "За последние 5 дней в магазине «Центр», в месте продажи «Сайт» покупали хотя бы раз",
        ),
    ],
)
def test_periods_and_places(told: dict[str, Any], right: str) -> None:
    assert one("purchases_count", low=1, **told) == right


@pytest.mark.parametrize(
    ("told", "right", "denied"),
    [
        ({}, "Покупали товары из группы «Платья»", "Не покупали товары из группы «Платья»"),
        (
            {"pieces": {"from": 2}},
            "Покупали товары из группы «Платья», всего 2 шт. или больше",
            "Покупали товары из группы «Платья», всего меньше 2 шт. (или не покупали)",
        ),
        (
            {"pieces": {"to": 2}},
            "Покупали товары из группы «Платья», всего не больше 2 шт. (или не покупали)",
            "Покупали товары из группы «Платья», всего больше 2 шт.",
        ),
        ({"pieces": {"to": 0}}, "Не покупали товары из группы «Платья»", "Покупали товары из группы «Платья»"),
        (
            {"pieces": {"from": 0.5}, "sum": {"from": 5_00}},
            "Покупали товары из группы «Платья», всего 0,5 шт. или больше и на сумму 5 ₽ или больше",
            "Покупали товары из группы «Платья», всего меньше 0,5 шт. или на сумму меньше 5 ₽ (или не покупали)",
        ),
        (
            {"sum": {"from": 5_000_00}, "in_one_receipt": True},
            "Покупали товары из группы «Платья», в одном чеке на сумму 5 000 ₽ или больше",
            "Не покупали товары из группы «Платья» так, чтобы в одном чеке было на сумму 5 000 ₽ или больше",
        ),
        (
            {"articles": ["А1", "А2"], "groups": ["Платья", "Обувь"]},
            "Покупали товары из групп «Платья» или «Обувь» или товары «А1» или «А2»",
            "Не покупали товары из групп «Платья» или «Обувь» или товары «А1» или «А2»",
        ),
    ],
)
def test_goods(told: dict[str, Any], right: str, denied: str) -> None:
    asked = {"groups": ["Платья"]} | told
    assert (one("bought", **asked), one("bought", denied=True, **asked)) == (right, denied)


def test_the_sentence_of_the_owner() -> None:
    tree = {
        "all": [
            DRESSES | {"last_days": 365, "pieces": {"from": 2}},
            {"is": "days_without_purchase", "from": 90},
            {"is": "burns_within", "days": 30, "from": 500_00},
        ]
    }
    assert said(tree) == (
        "Клиенты, которые покупали товары из группы «Платья» за последние 365 дней, всего 2 шт. или больше, "
        "и у которых после последней покупки прошло 90 дней или больше, "
        "и у которых за 30 дней сгорит 500 бонусов или больше"
    )


@pytest.mark.parametrize(
    ("tree", "right"),
    [
        ({"all": []}, "Все клиенты"),
        ({"not": {"not": WOMEN}}, "Клиенты, у которых пол женский"),
        ({"any": [{"all": [WOMEN]}]}, "Клиенты, у которых пол женский"),
        ({"any": [WOMEN, MOSCOW]}, "Клиенты, у которых пол женский, или у которых город «Москва»"),
        (
            {"all": [WOMEN, {"any": [MOSCOW, GOLD]}]},
            "Клиенты, у которых пол женский, и (у которых город «Москва», или у которых уровень «Золотой»)",
        ),
        (
            {"any": [WOMEN, {"all": [MOSCOW, GOLD]}]},
            "Клиенты, у которых пол женский, или (у которых город «Москва», и у которых уровень «Золотой»)",
        ),
        (
            {"not": {"any": [MOSCOW, GOLD]}},
            "Все клиенты, кроме тех, у которых город «Москва», или у которых уровень «Золотой»",
        ),
        (
            {"all": [WOMEN, {"not": {"any": [MOSCOW, GOLD]}}]},
            "Клиенты, у которых пол женский, кроме тех (у которых город «Москва», или у которых уровень «Золотой»)",
        ),
        (
            {"any": [GOLD, {"not": {"all": [WOMEN, GOLD]}}]},
            "Клиенты, у которых уровень «Золотой», или все, кроме тех "
            "(у которых пол женский, и у которых уровень «Золотой»)",
        ),
    ],
)
def test_groups_leave_nothing_to_guess(tree: dict[str, Any], right: str) -> None:
    assert said(tree) == right


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_criterion_denies_otherwise_than_it_says(name: str) -> None:
    tree = trees.parse(dict(CATALOGUE[name].example))
    mine, other = sentence(tree), sentence(trees.Not(tree))
    assert mine != other and mine.startswith("Клиенты, ") and "  " not in mine + other
    assert condition(tree)[0].isupper()
