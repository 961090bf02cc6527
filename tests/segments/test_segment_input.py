"""Whatever is said to segments works or is refused by one legible Russian sentence that names it."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from loyalty import acts, db
from loyalty.errors import LoyaltyError, Refused
from loyalty.models import customers, segments
from loyalty.segments import stored
from loyalty.segments import tree as trees
from loyalty.segments.criteria import CATALOGUE
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.parameters import DAYS_MAX, NUMBER_MAX, TEXT_MAX, Names, Text
from loyalty.segments.sentences import condition, sentence
from tests.till import ANNA, imports_into, sale

TODAY = date(2026, 12, 1)
TEXTS = (
    "'; DROP TABLE customers; --", '" OR 1=1 --', "%", "_", "\\", "a" * 200, "=1+1", "+7", "@SUM(A1)", "**жирно**",
    "`код`", "[ссылка](http://x)", "<script>alert(1)</script>", "«кавычки»", "{имя}", "🙂", "e\u0301",
    "\u202eобратно", "NULL",
)  # fmt: skip
LINES = "a\nb"
UNWRITABLE = ("\0", "а\0б", "\ud800", "а\udfff")
JUNK: tuple[Any, ...] = (
    0, -1, 1, 1.5, -0.0, 1e300, float("nan"), float("inf"), 10**15 + 1, 10**30, 10**5000, True, False, "", " ", "1",
    "2026-13-01", "2026-11-20", "0001-01-01", "9999-12-31", [], [[]], [1], [""], [None], [True], ["а"], {},
    {"from": 1}, {"to": True}, {"а": 1},
    *TEXTS, LINES, *UNWRITABLE, *([text] for text in UNWRITABLE),
)  # fmt: skip
KEYS = [(name, key) for name, one in CATALOGUE.items() for parameter in one.parameters for key in parameter.keys]


@pytest.fixture
def shop(database_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    imports_into(tmp_path)(sale("10.01.2026", "1", ANNA, "10000"))
    yield
    db.engine().dispose()


def refusal(said: object) -> str | None:
    """The sentence, or None where it is understood."""
    try:
        trees.parse(said)
    except Refused as refused:
        check_sentence(str(refused))
        return str(refused)
    return None


def check_sentence(words: str) -> None:
    """One line that can be printed, of letters a person knows, and no longer than a person reads."""
    assert words.encode("utf-8").decode("utf-8") == words
    assert "\n" not in words and "\0" not in words and len(words) < 1000, words
    assert any("а" <= letter <= "я" for letter in words.lower()), words


def example(name: str) -> dict[str, Any]:
    return dict(CATALOGUE[name].example)


# --- Parameters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_whatever_a_parameter_is_told_it_is_understood_or_refused_by_a_sentence_that_names_the_criterion(
    name: str, key: str
) -> None:
    understood = 0
    for value in JUNK:
        said = example(name) | {key: value}
        if (why := refusal(said)) is not None:
            assert name in why, why
            continue
        understood += 1
        tree = trees.parse(said)
        kept = trees.as_json(tree)
        assert trees.as_json(trees.parse(json.loads(json.dumps(kept)))) == kept
        check_said(sentence(tree))
        check_said(condition(trees.Not(tree)))
    assert understood < len(JUNK)


def check_said(words: str) -> None:
    assert words.encode("utf-8") and "\0" not in words and "None" not in words


@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_what_is_understood_is_answered_by_the_database() -> None:
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, {})
        for (name, key), value in product(KEYS, JUNK):
            said = example(name) | {key: value}
            if name != "segment" and refusal(said) is None:
                tree = trees.parse(said)
                assert evaluator.count(tree) + evaluator.count(trees.Not(tree)) == 1, said


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_unknown_key_and_a_missing_one_are_named(name: str) -> None:
    why = refusal(example(name) | {"frm": 1})
    assert why and "«frm»" in why and name in why
    for key in example(name).keys() - {"is"}:
        without = {other: value for other, value in example(name).items() if other != key}
        if (why := refusal(without)) is not None:
            assert name in why
    if any(parameter.required for parameter in CATALOGUE[name].parameters):
        why = refusal({"is": name})
        assert why and "не сказано" in why


def test_borders_that_are_the_wrong_way_round_are_refused() -> None:
    for name, low, high in (("turnover", 2, 1), ("age", 40, 30)):
        why = refusal({"is": name, "from": low, "to": high})
        assert why and str(low) in why and str(high) in why
    assert refusal({"is": "purchases_count", "from": 1, "since": "2026-02-01", "until": "2026-01-31"})
    assert refusal({"is": "purchases_count", "from": 1, "last_days": 1, "since": "2026-02-01"})
    assert refusal({"is": "turnover", "from": NUMBER_MAX}) is None
    assert refusal({"is": "purchases_count", "from": 1, "last_days": DAYS_MAX}) is None
    assert refusal({"is": "bought", "articles": ["A"], "pieces": {"from": 0.0005}})
    assert refusal({"is": "bought", "articles": ["A"], "pieces": {"from": 0.5}}) is None


KEYS_OF_TREES = st.sampled_from(["all", "any", "not", "is", "from", "to", "in", "days", "x"]) | st.text(max_size=3)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([*CATALOGUE])
)


def grown(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(of, max_size=3) | st.dictionaries(KEYS_OF_TREES, of, max_size=3)


@given(st.recursive(LEAVES, grown, max_leaves=8))
def test_anything_at_all_is_a_question_or_refused(said: object) -> None:
    if refusal(said) is None:
        check_said(sentence(trees.parse(said)))


# --- Texts ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_every_text_is_only_a_text() -> None:
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, {})
        for name, one in CATALOGUE.items():
            for parameter, text in product(one.parameters, (*TEXTS, LINES)):
                if name == "segment" or not isinstance(parameter, Names | Text):
                    continue
                said = example(name) | {parameter.name: [text] if isinstance(parameter, Names) else text}
                if refusal(said) is None:
                    assert evaluator.count(trees.parse(said)) in (0, 1)
                    assert text.strip()[:20] in sentence(trees.parse(said))
        assert session.connection().scalar(select(func.count()).select_from(customers)) == 1


@pytest.mark.usefixtures("shop")
def test_names_of_segments_are_only_texts_and_too_long_ones_are_refused() -> None:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        everybody = trees.parse({"all": []})
        for text in TEXTS:
            stored.add(session, text, everybody, act)
        assert {one.name for one in stored.everything(session)} == {text.strip() for text in TEXTS}
        for name in (*UNWRITABLE, LINES, "", " ", "а" * 201):
            with pytest.raises(LoyaltyError) as refused:
                stored.add(session, name, everybody, act)
            check_sentence(str(refused.value))
        assert session.connection().scalar(select(func.count()).select_from(segments)) == len(TEXTS)


def test_a_text_may_have_two_hundred_letters() -> None:
    assert refusal({"is": "name", "contains": "а" * TEXT_MAX}) is None
    assert refusal({"is": "name", "contains": "а" * (TEXT_MAX + 1)})


# --- Sizes ----------------------------------------------------------------------------------------------


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"is": "turnover", "from": 1}
    for at in range(depth):
        tree = {"not": tree} if at % 2 else {"all": [tree, {"is": "sex", "in": ["f"]}]}
    return tree


@pytest.mark.usefixtures("shop")
def test_a_tree_fifty_deep_and_one_of_four_hundred_criteria_work() -> None:
    wide = {"any": [{"is": "turnover", "from": border} for border in range(399)] + [{"is": "sex", "in": ["m"]}]}
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, {})
        assert evaluator.count(trees.parse(nested(50))) in (0, 1)
        assert evaluator.count(trees.parse(wide)) == 1
    for tree in (nested(50), wide):
        assert sentence(trees.parse(tree))
        assert trees.as_json(trees.parse(tree)) == tree


def test_deeper_and_wider_is_refused_by_a_sentence() -> None:
    for depth in (100, 100_000):
        why = refusal(nested(depth))
        assert why and "вложены" in why
    why = refusal({"all": [{"is": "turnover", "from": 1}] * 1000})
    assert why and "условий" in why
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert refusal({"is": "city", "in": deep}) and refusal(deep) and refusal({"all": {"x": deep}})


@pytest.mark.usefixtures("shop")
def test_a_list_of_a_hundred_thousand_phones_works() -> None:
    listed = [f"+7916{number:07}" for number in range(1_110_001, 1_210_001)]
    tree = trees.parse({"is": "phones", "list": listed})
    with db.reading() as session:
        evaluator = Evaluator(session, TODAY, {})
        assert (evaluator.count(tree), evaluator.count(trees.Not(tree))) == (1, 0)
    assert "100\u00a0000\u00a0телефонов" in sentence(tree)


@pytest.mark.usefixtures("shop")
def test_five_thousand_names_of_each_kind_work() -> None:
    names = [f"Имя {number}" for number in range(5_000)]
    tree = trees.parse({"is": "bought", "groups": names, "articles": names, "places": names, "shops": names})
    with db.reading() as session:
        assert Evaluator(session, TODAY, {}).count(tree) == 0
    assert len(sentence(tree)) < 2_000
    assert refusal({"is": "city", "in": [*names, "ещё"]})


@pytest.mark.usefixtures("shop")
def test_another_segment_that_is_gone_or_leads_back_is_refused_by_name() -> None:
    one, other = trees.is_("segment", name="Раз"), trees.is_("segment", name="Два")
    with db.reading() as session:
        for saved in ({}, {"Раз": other, "Два": one}):
            with pytest.raises(Refused, match="«Раз»"):
                Evaluator(session, TODAY, saved).count(one)
