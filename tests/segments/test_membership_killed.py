"""Killed at any moment, or two at once: a refresh of segments is recorded whole or not at all, and once."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from loyalty import db
from loyalty.models import memberships
from loyalty.segments import crowds, membership, refreshing, stored
from loyalty.segments.evaluating import Evaluator
from tests import forked
from tests.forked import Death, Forked, by_the_clock, deaths, dies, steps
from tests.till import ANNA, environment, file_of, loyalty, sale

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")]
FIRST = date(2026, 12, 1)
CUSTOMERS = 400
KILLS, BY_THE_CLOCK = 16, 4
QUESTIONS = {
    "Недавние": {"is": "days_without_purchase", "to": 20},
    "Давно": {"is": "days_without_purchase", "from": 21, "to": 60},
    "Не недавние": {"not": {"is": "segment", "name": "Недавние"}},
}


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each day somebody passes from «Недавние» to «Давно», and somebody out of it."""
    chance = random.Random(1)
    days = [FIRST - timedelta(days=chance.randrange(70)) for _ in range(CUSTOMERS)]
    lines = [sale(f"{day:%d.%m.%Y}", str(at), f"К-{at};;;", "100") for at, day in enumerate(days)]
    assert loyalty(database_url, "import", file_of(tmp_path / "sales.csv", lines), today=str(FIRST)).returncode == 0
    for name, where in QUESTIONS.items():
        path = tmp_path / "segment.json"
        path.write_text(json.dumps({"name": name, "where": where}), encoding="utf-8")
        assert loyalty(database_url, "segment", "add", path, today=str(FIRST)).returncode == 0
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    yield database_url
    db.engine().dispose()


def recorded() -> dict[str, list[int]]:
    with db.reading() as session:
        assert list(crowds.check(session)) == []
        return {name: membership.members(session, name).tolist() for name in QUESTIONS}


def answering(day: date) -> dict[str, list[int]]:
    with db.reading() as session:
        evaluator = Evaluator(session, day, stored.questions(session))
        return {name: evaluator.ids(tree).tolist() for name, tree in evaluator.saved.items()}


def passed() -> int:
    """How many passages there are, in and out."""
    with db.reading() as session:
        query = select(func.count() + func.count(memberships.c.left_at)).select_from(memberships)
        return session.connection().scalar(query) or 0


def between(was: dict[str, list[int]], now: dict[str, list[int]]) -> int:
    return sum(len(set(was[name]) ^ set(now[name])) for name in QUESTIONS)


def test_a_refresh_killed_at_any_moment(url: str, chance: random.Random) -> None:
    on = FIRST + timedelta(days=1)
    ways = deaths(steps(environment(url, str(on)), "segment", "refresh"), KILLS, chance)
    ways += by_the_clock(0.3, BY_THE_CLOCK, chance)
    died = 0
    for death in ways:
        on += timedelta(days=1)
        before, count, target = recorded(), passed(), answering(on)
        assert between(before, target) > 0
        died += dies(environment(url, str(on)), death, "segment", "refresh")
        now = recorded()
        assert now in (before, target), death
        assert passed() == count + between(before, now), death
        assert loyalty(url, "segment", "refresh", today=str(on)).returncode == 0
        assert recorded() == target
        assert passed() == count + between(before, target)
    assert died > KILLS // 2  # a day on which fewer pass has fewer steps: whoever should die at a later one lives


def test_killed_between_an_import_and_its_refresh_the_worker_makes_up_for_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = str(FIRST)
    file = file_of(tmp_path / "more.csv", [sale("01.12.2026", "А1", ANNA, "100")])
    last = steps(environment(url, today), "import", file).count("commit") - 1
    file = file_of(tmp_path / "again.csv", [sale("01.12.2026", "А2", "К-новый;;;", "100")])
    before, count = recorded(), passed()
    assert dies(environment(url, today), Death(last, "commit"), "import", file)
    assert (recorded(), passed()) == (before, count)
    monkeypatch.setenv("LOYALTY_TODAY", today)
    assert {one.name: one.entered for one in refreshing.catch_up()}["Недавние"] == 1
    assert recorded() == answering(FIRST)
    assert refreshing.catch_up() == []


def test_two_workers_at_once_record_each_passage_once(url: str, tmp_path: Path) -> None:
    for ahead in range(1, 9):
        on = FIRST + timedelta(days=ahead)
        before, count, target = recorded(), passed(), answering(on)
        both = []
        for number in (1, 2):
            folder = tmp_path / f"{ahead}-{number}"
            folder.mkdir()
            both.append(Forked(folder, environment(url, str(on)), "segment", "refresh", "--json"))
        assert [one.wait() for one in both] == [0, 0], [one.said() for one in both]
        told = [json.loads(one.said()[0])["segments"] for one in both]
        assert sum(one["entered"] + one["left"] for part in told for one in part) == between(before, target)
        assert recorded() == target
        assert passed() == count + between(before, target)
