"""Random questions about random shops: members are those of the slow model, on both databases and any day.

Each shop comes in by files, late and out of order, and is asked about its today, later days and days before some of
its facts. LOYALTY_SEGMENT_SHOPS=500 makes more shops than the usual run's.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loyalty import db
from loyalty.engine import ledger
from loyalty.segments import evaluating
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator
from tests.segments import segment_model, segment_shops
from tests.segments.segment_model import Seen
from tests.segments.segment_shops import Made
from tests.till import emptied

QUICK, USUAL, TREES, DAYS, ANEW = 2, 10, 30, 2, 10
USUAL_FEW = evaluating.FEW
IS_QUICK = os.environ.get("LOYALTY_TEST_PROFILE") == "quick"
SHOPS = int(os.environ.get("LOYALTY_SEGMENT_SHOPS") or (QUICK if IS_QUICK else USUAL))


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    yield monkeypatch
    db.engine().dispose()


@pytest.mark.slow
@settings(
    max_examples=SHOPS,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a shop smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(made=segment_shops.shops(), seed=st.integers(0, 10**9))
def test_members_are_the_models(shop: pytest.MonkeyPatch, made: Made, seed: int) -> None:
    shop.setenv("LOYALTY_TODAY", made.today.isoformat())
    emptied()
    with tempfile.TemporaryDirectory() as folder:
        true = segment_shops.bring(made, Path(folder))
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    chance = Random(seed)
    for day in (made.today, *(segment_shops.some_day(chance, made) for _ in range(DAYS))):
        everybody = [Seen(true, customer, day) for customer in true.customers]
        each = [segment_shops.a_criterion(chance, name, everybody) for name in segment_model.CRITERIA]
        asked = [*each, *(segment_shops.a_tree(chance, everybody) for _ in range(TREES))]
        check(everybody, asked, day, made)
        shop.setattr(evaluating, "FEW", 1)  # whoever is left is few: all the rest is asked of these alone
        for tree in chance.sample(asked, ANEW):
            shop.setattr(evaluating, "_SHARED", evaluating._Masks())
            check(everybody, [tree], day, made)
        shop.setattr(evaluating, "FEW", USUAL_FEW)


def check(everybody: list[Seen], asked: list[segment_model.Tree], day: date, made: Made) -> None:
    with db.reading() as session:
        ids = {id_: key for key, id_ in segment_shops.ids_by_key(session).items()}
        saved = {name: trees.parse(tree) for name, tree in made.shop.segments.items()}
        evaluator = Evaluator(session, day, saved)
        for tree in asked:
            right = {seen.customer.key for seen in everybody if segment_model.holds(tree, seen)}
            mine = {ids[id_] for id_ in evaluator.ids(trees.parse(tree))}
            if mine != right:
                by_criterion = {seen.customer.key: told(tree, seen) for seen in everybody}
                pytest.fail(
                    f"{day} (today {made.today}): {tree}\n  {mine} is not {right}\n{by_criterion}", pytrace=False
                )


def told(tree: segment_model.Tree, seen: Seen) -> list[object]:
    """What the model found for each criterion of one customer."""
    if "is" in tree:
        figures = {figure.__name__: figure for figure in segment_model.FIGURES}
        value = figures[tree["is"]](seen, tree) if tree["is"] in figures else segment_model.holds(tree, seen)
        return [{**tree, "=": value}]
    ((_, parts),) = tree.items()
    return [one for part in (parts if isinstance(parts, list) else [parts]) for one in told(part, seen)]
