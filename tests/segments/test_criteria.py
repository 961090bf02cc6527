"""Every criterion by a table: a question, and its members in a small shop, counted by hand.

It is 1 December 2026. By letter: Анна bought twice and brought a scarf back; Борис bought boots a year ago but a
day; Вера never bought, and nothing is known of her; Галя paid with bonuses she did not have; Дарья brought
everything back.

         turnover  available  pending  debt  last purchase   burns
Анна     15 000    500        250      0     20.11 (11 days)  750 on 20.11.2027
Борис    60 000    3 000      0        0     364 days         3 000 on 02.12.2026
Галя      1 000    0          0        55    15.11
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db
from loyalty.customers import people
from loyalty.files.importing import import_file
from loyalty.models import customers
from loyalty.segments import explaining, stored
from loyalty.segments import tree as trees
from loyalty.segments.criteria import CATALOGUE
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.sentences import sentence
from tests.messages import sent
from tests.till import ROOT

TODAY = date(2026, 12, 1)
EVERYBODY = "АБВГД"
DID = ("received", "bought", "not_received")
PEOPLE = """Код клиента;Фамилия;Имя;Дата рождения;Пол;Телефон;Email;Город;Карта;Дата регистрации;Источник;Согласие
А;Ёлкина;Анна;05.12.1990;Женский;+79161110001;a@mail.ru;Москва;20000001;10.01.2025;Сайт;Да
Б;Орлов;Борис;29.02.2000;Мужской;+79161110002;;Тверь;;20.11.2026;;Нет
В;;;;;;;;;01.06.2026;;
Г;Ким;Галя;;;;;;;01.06.2026;;
Д;Котова;Дарья;;;;;;;01.06.2026;;
"""
SALES = """Дата;Номер;Вид;Документ продажи;Магазин;Место продажи;Код клиента;\
Артикул;Номенклатура;Группа;Количество;Сумма;Бонусы
02.12.2025;3;Продажа;;Север;Зал;Б;B1;Сапоги;Обувь;1;60000;
10.01.2026;1;Продажа;;Центр;Зал;А;A1;Платье;Платья;2;10000;
10.01.2026;1;Продажа;;Центр;Зал;А;S1;Шарф;Аксессуары;1;1000;
01.11.2026;4;Продажа;;Центр;Зал;Д;A1;Платье новое;Платья;1;5000;
10.11.2026;Р2;Возврат;4;Центр;Зал;Д;A1;Платье;Платья;1;5000;
15.11.2026;5;Продажа;;Центр;;Г;;Тёплый платок;Аксессуары;1;1000;100
20.11.2026;2;Продажа;;Центр;Сайт;А;A1;Платье;Платья;1;5000;
25.11.2026;Р1;Возврат;1;Центр;Зал;А;S1;Шарф;Аксессуары;1;1000;
"""
DRESSES: dict[str, Any] = {"groups": ["Платья"]}
TABLE: dict[str, list[tuple[dict[str, Any], str]]] = {
    "purchases_sum": [
        ({"from": 15_000_00}, "АБ"),
        ({"from": 15_000_01}, "Б"),
        ({"to": 0}, "ВД"),
        ({"from": 1, "last_days": 365}, "АБГ"),
        ({"from": 1, "last_days": 364}, "АГ"),
        ({"from": 10_000_00, "to": 10_000_00, "until": "2026-01-10"}, "А"),  # less the scarf, brought back later
        ({"from": 1, "until": "2026-01-09"}, "Б"),
        ({"from": 1, "since": "2026-01-11", "until": "2026-11-19"}, "Г"),
        ({"from": 1, "places": ["Сайт"]}, "А"),
        ({"from": 1, "places": ["Сайт"], "shops": ["Север"]}, ""),
        ({"from": 1, "shops": ["Север", "Нет такого"]}, "Б"),
    ],
    "purchases_count": [
        ({"from": 1}, "АБГ"),
        ({"from": 2}, "А"),
        ({"from": 3}, ""),
        ({"to": 0}, "ВД"),
        ({"from": 1, "last_days": 12}, "А"),
        ({"from": 1, "last_days": 11}, ""),
        ({"to": 0, "last_days": 11}, EVERYBODY),
    ],
    "receipts_count": [({"from": 1}, "АБГД"), ({"to": 0}, "В"), ({"from": 1, "last_days": 31}, "АГД")],
    "average_receipt": [
        ({"from": 7_500_00, "to": 7_500_00}, "А"),
        ({"to": 7_499_99}, "Г"),
        ({"from": 0}, "АБГ"),  # of nothing it is unknown
    ],
    "place": [
        ({"in": ["Сайт"]}, "А"),
        ({"in": ["Зал"]}, "АБ"),
        ({"in": [""]}, "Г"),
        ({"in": ["Зал"], "last_days": 365}, "АБ"),
        ({"in": ["Зал"], "last_days": 364}, "А"),
    ],
    "shop": [
        ({"in": ["Север"]}, "Б"),
        ({"in": ["Центр"], "last_days": 17}, "АГ"),
        ({"in": ["Центр"], "last_days": 16}, "А"),
    ],
    "returns_sum": [
        ({"from": 1}, "АД"),
        ({"from": 5_000_00}, "Д"),
        ({"from": 1, "last_days": 7}, "А"),
        ({"from": 1, "last_days": 6}, ""),
        ({"to": 0}, "БВГ"),
    ],
    "returns_count": [({"from": 1, "to": 1}, "АД"), ({"to": 0}, "БВГ"), ({"from": 1, "until": "2026-11-10"}, "Д")],
    "bought": [
        (DRESSES, "А"),
        ({"articles": ["A1"]}, "А"),
        ({"articles": ["Платье новое"]}, ""),
        ({"articles": ["теплый  Платок"]}, "Г"),
        ({"groups": ["Аксессуары"]}, "Г"),
        ({"groups": ["Обувь"], "articles": ["A1"]}, "АБ"),
        (DRESSES | {"pieces": {"from": 3}}, "А"),
        (DRESSES | {"pieces": {"from": 3.001}}, ""),
        (DRESSES | {"pieces": {"to": 0}}, "БВГД"),
        (DRESSES | {"pieces": {"from": 2}, "in_one_receipt": True}, "А"),
        (DRESSES | {"pieces": {"from": 3}, "in_one_receipt": True}, ""),
        (DRESSES | {"pieces": {"to": 1}, "in_one_receipt": True}, "А"),
        (DRESSES | {"sum": {"from": 15_000_00}}, "А"),
        (DRESSES | {"sum": {"from": 10_000_01}, "in_one_receipt": True}, ""),
        (DRESSES | {"last_days": 12, "pieces": {"from": 1, "to": 1}}, "А"),
        (DRESSES | {"last_days": 11}, ""),
        (DRESSES | {"places": ["Сайт"], "pieces": {"from": 2}}, ""),
    ],
    "turnover": [({"from": 60_000_00}, "Б"), ({"to": 0}, "ВД"), ({"from": 1_000_00, "to": 15_000_00}, "АГ")],
    "days_without_purchase": [
        ({"from": 364}, "Б"),
        ({"from": 365}, ""),
        ({"to": 11}, "А"),
        ({"to": 10}, ""),
        ({"from": 0}, "АБГ"),
    ],
    "available": [({"from": 500_00}, "АБ"), ({"from": 500_01}, "Б"), ({"to": 0}, "ВГД")],
    "pending": [({"from": 250_00}, "А"), ({"from": 250_01}, ""), ({"to": 0}, "БВГД")],
    "burns_within": [
        ({"days": 1}, "Б"),
        ({"days": 1, "from": 3_000_00}, "Б"),
        ({"days": 1, "from": 3_000_01}, ""),
        ({"days": 353}, "Б"),
        ({"days": 354, "to": 750_00}, "АВГД"),
        ({"days": 30, "to": 0}, "АВГД"),
    ],
    "burns": [
        ({"since": "2026-12-02", "until": "2026-12-02"}, "Б"),
        ({"until": "2026-12-01"}, ""),
        ({"since": "2026-12-03", "from": 750_00}, "А"),
        ({}, "АБ"),
    ],
    "debt": [({"from": 55_00}, "Г"), ({"from": 55_01}, ""), ({"to": 0}, "АБВД")],
    "level": [({"in": ["Серебряный"]}, "Б"), ({"in": ["Базовый"]}, "АВГД"), ({"in": ["Нет такого"]}, "")],
    "age": [({"from": 35, "to": 35}, "А"), ({"from": 36}, ""), ({"to": 26}, "Б"), ({"from": 0}, "АБ")],
    "days_since_registration": [
        ({"to": 11}, "Б"),
        ({"to": 10}, ""),
        ({"from": 690}, "А"),
        ({"from": 0}, EVERYBODY),
    ],
    "birthday_within": [({"days": 4}, "А"), ({"days": 3}, ""), ({"days": 89}, "АБ"), ({"days": 88}, "А")],
    "relative_birthday_within": [({"days": 0}, "А"), ({"days": 365}, "А")],
    "sex": [({"in": ["f"]}, "А"), ({"in": ["f", "m"]}, "АБ")],
    "city": [({"in": ["Москва"]}, "А"), ({"in": ["Москва", "Тверь"]}, "АБ"), ({"in": ["москва"]}, "")],
    "source": [({"in": ["Сайт"]}, "А")],
    "has": [
        ({"what": "phone"}, "АБ"),
        ({"what": "email"}, "А"),
        ({"what": "card"}, "А"),
        ({"what": "birth_date"}, "АБ"),
        ({"what": "sms_consent"}, "А"),
        ({"what": "sms_refused"}, "Б"),
        ({"what": "name"}, "АБГД"),
    ],
    "name": [({"contains": "елкина АН"}, "А"), ({"contains": "ов"}, "БД"), ({"contains": "%"}, "")],
    "search": [({"words": "орлов"}, "Б"), ({"words": "111-00-01"}, "А")],
    "segment": [({"name": "С бонусами"}, "АБ")],
    "phones": [({"list": ["8 (916) 111-00-01", "+79990000000"]}, "А"), ({"list": []}, "")],
    "campaign": [
        ({"name": "Ноябрь", "did": "received"}, "АБ"),
        ({"name": "Ноябрь", "did": "bought"}, "А"),
        ({"name": "Ноябрь", "did": "not_received"}, "ВД"),
        ({"name": "Нет такой", "did": "received"}, ""),
        ({"name": "Нет такой", "did": "bought"}, ""),
    ],
}


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    for name, text in (("people.csv", PEOPLE), ("sales.csv", SALES)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert import_file(tmp_path / name).errors == []
    with db.writing() as session:
        people.set_relatives(session, by_letter(session)["А"], [("Дочь", "Ия", date(2015, 12, 1))])
        act = acts.begin(session, acts.Origin.SCREEN)
        stored.add(session, "С бонусами", trees.is_("available", **{"from": 1}), act)
        campaign(session, by_letter(session))
    yield
    db.engine().dispose()


def campaign(session: Session, ids: dict[str, int]) -> None:
    """«Ноябрь»: Анна got it the day before she bought, Борис got it, Вера's failed, Дарья has no phone."""
    november = sent.campaign(session, "Ноябрь", "2026-11-19T10:00")
    for letter in "АБ":
        sent.message(session, ids[letter], "2026-11-19T10:05", campaign_id=november)
    sent.message(session, ids["В"], campaign_id=november, status="failed", reason="no_route")
    sent.message(session, ids["Д"], campaign_id=november, status="skipped", reason="no_phone")


def by_letter(session: Session) -> dict[str, int]:
    c = customers.c
    return dict(session.connection().execute(select(c.external_id, c.id)).all())  # type: ignore[arg-type]


def members(*asked: dict[str, Any], day: date = TODAY) -> list[str]:
    """Of each question, by letter."""
    with db.reading() as session:
        letters = {id_: letter for letter, id_ in by_letter(session).items()}
        evaluator = Evaluator(session, day, stored.questions(session))
        return ["".join(sorted(letters[id_] for id_ in evaluator.ids(trees.parse(tree)))) for tree in asked]


def test_every_criterion_has_a_row() -> None:
    assert [*TABLE] == [*CATALOGUE]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_criterion_is_in_the_owners_guide_with_its_sentence(name: str) -> None:
    guide = (ROOT / "docs/ru/segments.md").read_text(encoding="utf-8")
    one = CATALOGUE[name]
    words = sentence(trees.parse(dict(one.example))).replace("\u00a0", " ")
    assert f"| **{one.title}** `{name}` | {words} |" in guide


@pytest.mark.usefixtures("shop")
def test_members_are_as_counted_by_hand() -> None:
    rows = [({"is": name} | told, right) for name, rows in TABLE.items() for told, right in rows]
    found = members(*(tree for tree, _ in rows))
    assert [(tree, mine) for (tree, _), mine in zip(rows, found, strict=True)] == rows


@pytest.mark.usefixtures("shop")
def test_acceptance_47_a_question_and_its_denial_are_everybody() -> None:
    for name, rows in TABLE.items():
        for told, _ in rows:
            tree = {"is": name} | told
            mine, others, both = members(tree, {"not": tree}, {"all": [tree, {"not": tree}]})
            assert (sorted(mine + others), both) == (sorted(EVERYBODY), ""), tree


@pytest.mark.usefixtures("shop")
def test_acceptance_29_the_count_is_the_list() -> None:
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, stored.questions(session))
        for criterion in CATALOGUE.values():
            tree = trees.parse(
                dict(criterion.example) | ({"name": "С бонусами"} if criterion.name == "segment" else {})
            )
            assert evaluator.count(tree) == len(evaluator.ids(tree))


@pytest.mark.usefixtures("shop")
def test_acceptance_30_who_never_bought_did_not_buy_dresses_and_an_unknown_age_is_in_no_range() -> None:
    dresses, age = {"is": "bought"} | DRESSES, {"is": "age", "from": 26, "to": 30}
    assert members({"not": dresses}, {"not": age}) == ["БВГД", "АВГД"]
    known = {"is": "has", "what": "birth_date"}
    assert members({"all": [{"not": age}, known]}) == ["А"]
    assert "или неизвестен" in sentence(trees.parse({"not": age}))


@pytest.mark.usefixtures("shop")
def test_acceptance_31_the_last_days_are_calendar_days_with_today() -> None:
    day, before = {"last_days": 12}, {"last_days": 11}
    for name, told in (("purchases_count", {"from": 1}), ("bought", DRESSES), ("place", {"in": ["Сайт"]})):
        assert members({"is": name, **told, **day}, {"is": name, **told, **before}) == ["А", ""], name
    same = {"is": "purchases_count", "from": 1, "since": "2026-11-20", "until": "2026-12-01"}
    assert members(same) == ["А"]
    assert members({"is": "days_without_purchase", "to": 11}, {"is": "days_without_purchase", "to": 10}) == [
        "А",
        "",
    ]


@pytest.mark.usefixtures("shop")
def test_acceptance_34_two_conditions_may_be_of_two_receipts_and_one_of_one_and_the_sentence_says_which() -> None:
    """Anna's dresses cost 10 000 ₽ and 5 000 ₽."""
    both = {"is": "bought"} | DRESSES | {"sum": {"from": 12_000_00}}
    one = both | {"in_one_receipt": True}
    assert members(both, one) == ["А", ""]
    assert "всего на сумму 12\u00a0000\u00a0₽ или больше" in sentence(trees.parse(both))
    assert "в одном чеке на сумму 12\u00a0000\u00a0₽ или больше" in sentence(trees.parse(one))


@pytest.mark.usefixtures("shop")
def test_acceptance_48_ten_days_ago_stays_ten_days_ago_when_it_is_saved() -> None:
    tree = {"is": "purchases_count", "from": 1, "last_days": 10}
    with db.writing() as session:
        stored.add(session, "Недавно", trees.parse(tree), acts.begin(session, acts.Origin.SCREEN))
    with db.reading() as session:
        kept = trees.as_json(stored.get(session, "Недавно").tree)
    assert kept == tree
    days = [date(2026, 11, 29), date(2026, 11, 30), date(2027, 3, 1)]
    assert [members(kept, day=day)[0] for day in days] == ["А", "", ""]


@pytest.mark.usefixtures("shop")
def test_a_birthday_is_asked_of_a_day_before_the_birth_too() -> None:
    """Near and far ahead alike: Ия was born on 1 December of 2015."""
    near, far = ({"is": "relative_birthday_within", "days": days} for days in (30, 40))
    assert members(near, far, day=date(2014, 11, 5)) == ["А", "А"]
    assert members(near, far, day=date(2014, 10, 27)) == ["", "А"]


@pytest.mark.usefixtures("shop")
def test_a_campaign_is_asked_of_a_day_before_its_status_and_its_receipts_came() -> None:
    got, bought, not_got = ({"is": "campaign", "name": "Ноябрь", "did": did} for did in (*DID,))
    assert members(got, bought, not_got, day=date(2026, 11, 18)) == ["", "", ""]
    assert members(got, bought, not_got, day=date(2026, 11, 19)) == ["АБ", "", "ВД"]
    assert members(got, bought, not_got, day=date(2026, 11, 20)) == ["АБ", "А", "ВД"]


@pytest.mark.usefixtures("shop")
def test_a_segment_follows_a_renamed_campaign_and_says_which_is_gone() -> None:
    tree = {"not": {"is": "campaign", "name": "Ноябрь", "did": "received"}}
    with db.writing() as session:
        stored.add(session, "Не получили", trees.parse(tree), acts.begin(session, acts.Origin.SCREEN))
        stored.campaign_renamed(session, "Ноябрь", "Ноябрь, 2")
        kept = stored.get(session, "Не получили").tree
        assert trees.as_json(kept) == {"not": {"is": "campaign", "name": "Ноябрь, 2", "did": "received"}}
        assert explaining.missing(session, kept) == ["Рассылки «Ноябрь, 2» больше нет"]
        assert explaining.missing(session, trees.parse(tree)) == []


@pytest.mark.usefixtures("shop")
def test_the_figure_told_of_everybody_is_told() -> None:
    """Whoever is in it or not, and whatever is unknown: one line of Russian."""
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, stored.questions(session))
        for name, rows in TABLE.items():
            if name == "segment":
                continue
            one = trees.parse({"is": name} | rows[0][0])
            assert isinstance(one, trees.Is)
            figures = one.criterion.measure(one.told, evaluator.scope).figures
            for id_ in by_letter(session).values():
                query = select(figures).where(figures.c.customer_id == id_)
                row = session.connection().execute(query).first()
                told = one.criterion.tell(row, one.told, evaluator.scope)
                assert told and told == told.strip() and "None" not in told, (name, told)
