"""The nightly job: missed days are caught up, each once, whoever runs it and however often it is killed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import db
from loyalty.engine import ledger
from loyalty.files.importing import import_file
from loyalty.models import customers, runs
from loyalty.service import night
from tests import forked
from tests.till import ANNA, BORIS, environment, file_of, loyalty, sale

BOUGHT = date(2026, 1, 10)


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """On 10 January Anna earned 500 and Boris 50."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", BOUGHT.isoformat())
    lines = [sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "1000")]
    import_file(file_of(tmp_path / "sales.csv", lines))
    return database_url


def journal() -> list[tuple[date, str]]:
    with db.reading() as session:
        r = runs.c
        query = select(r.day, r.summary).where(r.job == "night", r.finished_at.is_not(None)).order_by(r.day)
        return [(day, summary) for day, summary in session.connection().execute(query)]


def anna() -> Any:
    with db.reading() as session:
        return session.connection().execute(select(customers).where(customers.c.external_id == "К-1")).one()


def test_the_first_night_is_the_day_itself(shop: str) -> None:
    assert [result.day for result in night.run(date(2026, 1, 20))] == [date(2026, 1, 20)]
    assert journal() == [(date(2026, 1, 20), "Бонусы не двигались")]


def test_missed_days_are_caught_up_one_by_one(shop: str) -> None:
    night.run(date(2026, 1, 21))
    done = night.run(date(2026, 1, 25))
    assert [result.day.day for result in done] == [22, 23, 24, 25]
    assert done[2] == night.NightResult(date(2026, 1, 24), 55_000, 2, 0, 0)
    assert journal()[3] == (date(2026, 1, 24), "Стало доступно 550 у 2\u00a0клиентов")
    assert (anna().available, anna().pending) == (50_000, 0)


def test_again_or_earlier_there_is_nothing_to_do(shop: str) -> None:
    night.run(date(2026, 1, 24))
    before = (journal(), anna())
    assert night.run(date(2026, 1, 24)) == night.run(date(2026, 1, 3)) == []
    assert (journal(), anna()) == before


def test_a_night_tells_what_burned(shop: str) -> None:
    assert night.run(date(2027, 1, 10))[0].summary == "Сгорело 550 у 2\u00a0клиентов"
    assert (anna().available, anna().burned) == (0, 50_000)


def test_no_balance_depends_on_the_night_having_run(shop: str) -> None:
    night.run(date(2027, 3, 1))
    assert loyalty(shop, "check", today="2027-03-01").returncode == 0


def test_an_import_that_already_brought_the_figures_on_is_not_undone(shop: str) -> None:
    night.run(date(2026, 1, 20))
    with db.writing() as session:
        ledger.bring_to(session, date(2026, 2, 1))
    night.run(date(2026, 1, 23))
    with db.reading() as session:
        assert ledger.figures_on(session) == date(2026, 2, 1)
    assert anna().available == 50_000


def test_killed_in_the_middle_the_day_is_done_whole_by_the_next_run(shop: str) -> None:
    night.run(date(2026, 1, 22))

    @contextmanager
    def dying_on_the_second_day() -> Iterator[Session]:
        with db.writing() as session:
            yield session
            if ledger.figures_on(session) == date(2026, 1, 24):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        night.run(date(2026, 1, 25), dying_on_the_second_day)
    assert journal()[-1][0] == date(2026, 1, 23)
    assert anna().available == 0
    assert [result.day.day for result in night.run(date(2026, 1, 25))] == [24, 25]
    assert anna().available == 50_000


@pytest.mark.skipif(not forked.POSSIBLE, reason="needs fork() and pidfd_open()")
def test_two_workers_at_once_share_the_nights_and_do_none_twice(shop: str, tmp_path: Path) -> None:
    night.run(date(2026, 1, 10))
    both = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        outside = environment(shop, "2026-03-01")
        both.append(forked.Forked(tmp_path / str(number), outside, "night", "--day", "2026-03-01", "--json"))
    assert [one.wait() for one in both] == [0, 0], [one.said() for one in both]
    told = [json.loads(one.said()[0]) for one in both]
    days = sorted(one["day"] for part in told for one in part["nights"])
    assert days == sorted({day.isoformat() for day, _ in journal()} - {"2026-01-10"})
    assert len(days) == 50
    assert loyalty(shop, "check", today="2026-03-01").returncode == 0


def test_the_command_says_each_night_in_a_line(shop: str) -> None:
    first = loyalty(shop, "night", "--day", "2026-01-24")
    assert (first.returncode, first.stdout) == (
        0,
        "24.01.2026: Стало доступно 550 у 2\u00a0клиентов\nВсё сходится, проверено: 2\u00a0клиента\n",
    )
    again = loyalty(shop, "night", "--day", "2026-01-24")
    assert (again.returncode, again.stdout) == (0, "Всё уже сделано\n")
    told = json.loads(loyalty(shop, "night", "--json", today="2026-01-25").stdout)
    assert [one["day"] for one in told["nights"]] == ["2026-01-25"]
