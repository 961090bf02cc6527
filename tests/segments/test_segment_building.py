"""A segment's question while it is made: the draft, fields as typed, conditions found by a word, explanations."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.engine import ledger
from loyalty.sales import receipts
from loyalty.segments import explaining, offers, stored
from loyalty.segments.building import finding, typed
from loyalty.segments.building.draft import Condition, Draft, Group, Mode
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.parameters import Days, Ranged, Source, Unit
from loyalty.segments.tree import All, Any_, Not, Tree, as_json, is_, parse
from loyalty.segments.worth import worth
from tests.pages import factory
from tests.pages.factory import MARIA, PYOTR, back, line, sale

LONG_AGO, MOSCOW = {"is": "days_without_purchase", "from": 90}, {"is": "city", "in": ["Москва"]}


# --- The draft ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"all": [LONG_AGO, {"not": MOSCOW}]},
        {"any": [LONG_AGO, {"not": {"any": [MOSCOW, LONG_AGO]}}]},
        {"not": {"all": [LONG_AGO, {"all": [{"any": [MOSCOW, {"not": {"all": [LONG_AGO]}}]}]}]}},
        {"all": []},
        {"any": []},
    ],
)
def test_a_draft_keeps_what_it_was_read_from(said: dict[str, Any]) -> None:
    assert Draft(said).json == said
    assert Draft(said).tree == parse(said)


def test_a_condition_alone_becomes_a_group_of_one_and_not_of_not_is_itself() -> None:
    assert Draft(LONG_AGO).json == {"all": [LONG_AGO]}
    assert Draft({"not": {"not": LONG_AGO}}).json == {"all": [LONG_AGO]}


def test_fifty_groups_within_each_other_are_kept() -> None:
    said: dict[str, Any] = LONG_AGO
    for _ in range(50):
        said = {"any": [said]}
    assert Draft(said).json == said


def test_what_is_unfinished_is_left_out_and_told() -> None:
    draft = Draft({"all": [LONG_AGO]})
    added = draft.add("bought", {})
    assert draft.open == added.id
    assert draft.tree == parse({"all": [LONG_AGO]})
    assert draft.unfinished == [added]
    added.said = {"groups": ["Платья"]}
    assert draft.unfinished == []
    assert draft.tree == All((is_("days_without_purchase", **{"from": 90}), is_("bought", groups=["Платья"])))
    added.mistakes = {"from": "Напишите число"}
    assert draft.unfinished == [added]


def test_a_group_of_unfinished_conditions_alone_asks_nothing() -> None:
    draft = Draft({"any": [{"any": [MOSCOW]}, LONG_AGO]})
    (city,) = (one for one in draft.conditions() if one.criterion.name == "city")
    city.said = {}
    assert draft.tree == parse({"any": [LONG_AGO]})


def test_conditions_are_removed_doubled_enclosed_and_moved() -> None:
    draft = Draft({"all": [LONG_AGO, MOSCOW]})
    long_ago, moscow = draft.conditions()
    draft.enclose(moscow.id)
    assert draft.json == {"all": [LONG_AGO, {"any": [MOSCOW]}]}
    group = draft.group_of(moscow.id)
    assert group is not None and group.mode is Mode.ANY
    draft.move(long_ago.id, group.id)
    assert draft.json == {"all": [{"any": [MOSCOW, LONG_AGO]}]}
    draft.duplicate(moscow.id)
    assert draft.json == {"all": [{"any": [MOSCOW, MOSCOW, LONG_AGO]}]}
    assert draft.open not in (moscow.id, long_ago.id)
    for _ in range(2):  # the second click of two does nothing
        draft.remove(moscow.id)
    assert draft.json == {"all": [{"any": [MOSCOW, LONG_AGO]}]}
    for one in list(draft.conditions()):
        draft.move(one.id, draft.root.id)
    assert draft.json == {"all": [MOSCOW, LONG_AGO]}, "a group that is left empty goes"


def test_the_last_condition_leaves_everybody() -> None:
    draft = Draft({"any": [LONG_AGO]})
    draft.remove(next(draft.conditions()).id)
    assert draft.tree == All(())


def test_groups_are_made_to_a_few_levels_only() -> None:
    draft = Draft({"all": [{"any": [{"all": [MOSCOW]}]}, {"any": [{"all": [{"any": [LONG_AGO]}]}]}]})
    moscow, long_ago = draft.conditions()
    assert draft.may_enclose(moscow.id) and not draft.may_enclose(long_ago.id)
    assert isinstance(draft.group_of(moscow.id), Group) and isinstance(moscow, Condition)


# --- What is typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "low", "high", "said", "mistakes"),
    [
        (Unit.ROUBLES, "1 500,50 ₽", "", {"from": 150_050}, {}),
        (Unit.BONUSES, "500", "1000", {"from": 50_000, "to": 100_000}, {}),
        (Unit.DAYS, "90", "", {"from": 90}, {}),
        (Unit.PIECES, "2", "2,5", {"from": 2, "to": 2.5}, {}),
        (Unit.DAYS, "", "", {}, {}),
        (Unit.DAYS, "90", "30", {}, {"to": "Это меньше, чем «от»"}),
        (Unit.DAYS, "много", "-1", {}, {"from": "Напишите число", "to": "Число не может быть меньше нуля"}),
        (Unit.DAYS, "1,5", "nan", {}, {"from": "Напишите целое число", "to": "Напишите число"}),
        (Unit.ROUBLES, "0,001", "9" * 30, {},
         {"from": "Слишком много знаков после запятой", "to": "Слишком большое число"}),
    ],
)  # fmt: skip
def test_a_range_is_read_as_people_type_it(
    unit: Unit, low: str, high: str, said: dict[str, Any], mistakes: dict[str, str]
) -> None:
    parameter = Ranged(unit=unit)
    read = typed.read_range(parameter, {"from": low, "to": high})
    assert (read.said, read.mistakes) == (said, mistakes)
    assert typed.read_range(parameter, typed.range_fields(parameter, said)).said == said


@pytest.mark.parametrize("said", [{}, {"last_days": 30}, {"since": "2026-03-01"},
                                  {"since": "2026-03-01", "until": "2026-03-31"}])  # fmt: skip
def test_a_period_shown_and_read_back_is_the_same(said: dict[str, Any]) -> None:
    assert typed.read_period(typed.period_fields(said)) == (said, {})


def test_mistakes_of_a_period_stand_at_their_fields() -> None:
    first, last = date(2026, 3, 31), date(2026, 3, 1)
    between = {"period": typed.BETWEEN, "since": first, "until": last}
    assert typed.read_period(between).mistakes == {"until": "Это раньше, чем 31.03.2026"}
    assert typed.read_period({"period": typed.BETWEEN}).mistakes == {"since": "Выберите хотя бы один день"}
    assert typed.read_period({"period": typed.LAST_DAYS, "last_days": "0"}).mistakes.keys() == {"last_days"}
    assert typed.read_days(Days(), {"days": ""}).mistakes == {"days": "Напишите, сколько дней"}


# --- What the shop has --------------------------------------------------------------------------------------

SHOWROOM = "Шоурум"


@pytest.fixture
def shop(session: Session) -> Session:
    """The small shop, and goods with signs that a search could trip over."""
    factory.small_shop(session)
    act = acts.begin(session, acts.Origin.IMPORT)
    odd = [line(100, "Ёлка [зелёная] *50%*"), line(200, "ПЛАТЬЕ _миди_")]
    sales = [
        sale("000010", datetime(2026, 2, 23, 12), odd, MARIA),
        sale("000011", datetime(2026, 2, 24, 12), [line(100, "Ёлка [зелёная] *50%*")], PYOTR),
    ]
    returned = [back("000003", datetime(2026, 2, 25, 12), "000011", [line(100, "Ёлка [зелёная] *50%*")])]
    touched = receipts.record(session, sales, act).touched | receipts.record(session, returned, act).touched
    ledger.refresh(session, touched, factory.TODAY)
    ledger.bring_to(session, factory.TODAY)
    return session


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("елка", ["Ёлка [зелёная] *50%*"]),
        ("[зел", ["Ёлка [зелёная] *50%*"]),
        ("*50%", ["Ёлка [зелёная] *50%*"]),
        ("платье", ["ПЛАТЬЕ _миди_", "Платье"]),
        ("миди платья", ["ПЛАТЬЕ _миди_"]),
        ("'; DROP TABLE products; --", []),
        ("А-Шарф", ["А-Шарф"]),
    ],
)
def test_goods_are_found_whatever_signs_they_have(shop: Session, words: str, names: list[str]) -> None:
    assert sorted(one.name for one in offers.offers(shop, Source.ARTICLES, words)) == sorted(names)


OFFERED = {
    Source.GROUPS: lambda name: is_("bought", groups=[name]),
    Source.ARTICLES: lambda name: is_("bought", articles=[name]),
    Source.PLACES: lambda name: is_("place", **{"in": [name]}),
    Source.SHOPS: lambda name: is_("shop", **{"in": [name]}),
    Source.LEVELS: lambda name: is_("level", **{"in": [name]}),
    Source.CITIES: lambda name: is_("city", **{"in": [name]}),
    Source.SOURCES: lambda name: is_("source", **{"in": [name]}),
}


@pytest.mark.parametrize("source", OFFERED)
def test_an_offer_counts_as_its_condition_will(shop: Session, source: Source) -> None:
    evaluator = Evaluator(shop, factory.TODAY)
    offered = offers.offers(shop, source)
    assert offered or source is Source.SOURCES
    assert {one.name: one.customers for one in offered} == {
        one.name: evaluator.count(OFFERED[source](one.name)) for one in offered
    }


def test_conditions_are_found_by_a_word(shop: Session) -> None:
    def titles(words: str) -> list[tuple[str, int | None]]:
        return [(one.title, one.customers) for one in finding.found(shop, words)]

    assert titles("сгор")[0] == ("Сгорят бонусы", None)
    assert titles("возраст") == [("Возраст", None)]
    assert ("Москва", 1) in titles("москв")
    assert titles("одежда")[0] == ("Одежда", 2)
    assert titles("   ") == [] and titles("ъъъ") == []


# --- Why ----------------------------------------------------------------------------------------------------


def test_each_condition_is_explained_with_her_figure(shop: Session) -> None:
    dressed = {"is": "bought", "groups": ["Одежда"]}
    tree = parse({"all": [dressed, {"not": MOSCOW}, {"any": [LONG_AGO, MOSCOW]}]})
    evaluator = Evaluator(shop, factory.TODAY)
    maria, pyotr = sorted(int(id_) for id_ in evaluator.ids(All(())))[:2]
    alone = {(): 1, (0,): 2, (1,): 1, (1, 0): 1, (2,): 2, (2, 0): 1, (2, 1): 1}
    assert explaining.alone(evaluator, tree) == alone
    hers = explaining.why(evaluator, tree, maria)
    assert [part.is_met for part in hers.parts] == [True, False, True]
    assert [one.figure for one in hers.parts[:2]] == ["5\u00a0шт. на 15\u00a0300\u00a0₽", "Москва"]
    his = explaining.why(evaluator, tree, pyotr)
    assert his.is_met and his.parts[1].figure == "неизвестно"
    assert explaining.why(evaluator, tree, 10_000_000).is_met is False


def test_a_sample_shows_the_figures_that_the_conditions_went_by(shop: Session) -> None:
    tree = parse({"all": [{"is": "bought", "groups": ["Одежда"]}, {"not": MOSCOW}]})
    found = explaining.sample(Evaluator(shop, factory.TODAY), tree)
    assert [one.criterion.name for one in found.criteria] == ["bought", "city"]
    assert [(one.name, one.figures) for one in found.members] == [
        ("Котов Пётр", ("1\u00a0шт. на 4\u00a0000\u00a0₽", "неизвестно"))
    ]


def test_what_is_named_and_gone_is_told(shop: Session) -> None:
    tree = parse({"any": [
        {"is": "level", "in": ["Базовый", "Платиновый"]}, {"is": "segment", "name": "Забытый"},
        {"not": {"is": "bought", "groups": ["Одежда", "Мебель", "Ковры"],
                 "articles": ["Платье", "А-Шарф", "Стол"]}},
    ]})  # fmt: skip
    assert explaining.missing(shop, tree) == [
        "Уровня «Платиновый» больше нет ни в программе, ни у клиентов",
        "Сегмента «Забытый» больше нет",
        "Групп товаров «Мебель» или «Ковры» нет ни в одном чеке",
        "Товара «Стол» нет ни в одном чеке",
    ]
    assert explaining.count(Evaluator(shop, factory.TODAY), tree) is None


def test_a_segment_that_is_there_is_not_gone(shop: Session) -> None:
    stored.add(shop, "Москвичи", parse(MOSCOW), acts.begin(shop, acts.Origin.SCREEN))
    tree = is_("segment", name="Москвичи")
    evaluator = Evaluator(shop, factory.TODAY, stored.questions(shop))
    assert explaining.missing(shop, tree) == []
    (maria,) = evaluator.ids(tree)
    assert explaining.why(evaluator, tree, int(maria)).figure == "входят"


def test_the_worth_of_a_segment_is_what_its_people_bought(shop: Session) -> None:
    def of(tree: Tree) -> tuple[int, int, int]:
        evaluator = Evaluator(shop, factory.TODAY)
        found = worth(evaluator, evaluator.mask(tree))
        return found.customers, found.revenue, found.receipts

    everybody, moscow = of(All(())), of(parse(MOSCOW))
    # 12 000 + 3 000 + 300 of Maria's, a receipt came back whole; Pyotr's 4 000, another one came back whole.
    assert moscow == (1, 15_300_00, 3)
    assert of(Not(parse(MOSCOW))) == (1, 4_000_00, 1)
    assert everybody == (2, 19_300_00, 4)
    assert of(Any_(())) == (0, 0, 0)
    assert settings.shop_name(shop) and as_json(All(())) == {"all": []}
