"""«Журнал»: what the worker did, whether it lives, and the nights it has missed."""

from datetime import date

import pytest

from loyalty import db
from loyalty.service import night, pulse, runs
from tests.pages.opened import column, named_shop, opened, shop, words  # noqa: F401 — fixtures

pytestmark = pytest.mark.usefixtures("named_shop")


def test_an_empty_journal_says_what_will_be_here() -> None:
    said = words(opened("journal"))
    assert "Здесь появится всё, что программа делает сама" in said
    assert "Фоновая служба: Не запущена" in said


def test_nights_are_listed_with_what_they_did_newest_first() -> None:
    night.run(date(2026, 1, 31))
    night.run(date(2026, 2, 1))
    pulse.beat(pulse.RESTING)
    app = opened("journal")
    assert column(app, "journal", "Что") == ["Ночной пересчёт"] * 2
    assert column(app, "journal", "За день") == ["01.02.2026", "31.01.2026"]
    assert column(app, "journal", "Результат") == ["Бонусы не двигались"] * 2
    said = words(app)
    assert "Фоновая служба: Работает" in said
    assert "Пропущено ночей: Нет" in said


def test_missed_nights_are_seen_and_the_owner_is_calmed() -> None:
    night.run(date(2026, 1, 29))
    said = words(opened("journal"))
    assert "Пропущено ночей: 3" in said
    assert "Без ночного пересчёта: 30.01.2026, 31.01.2026, 01.02.2026. Балансы не меняются" in said


def test_a_run_that_never_ended_is_not_told_as_done() -> None:
    with db.writing() as session:
        runs.claim(session, "night", date(2026, 2, 1))
    assert column(opened("journal"), "journal", "Результат") == ["Начато и не закончено"]
