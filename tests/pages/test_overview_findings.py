"""What «Обзор» says it found, by the receipts there are: growth, fall, nothing to compare with, a single day."""

from datetime import date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.sales import receipts
from tests.pages.factory import MARIA, PYOTR, line, sale
from tests.pages.opened import act, chart, charts, figures, named_shop, opened, plainly, shop, whole_figures, words

assert named_shop and shop  # fixtures
TODAY = date(2026, 3, 10)
BUYERS = "pages/customers.py?show=bought"


def sells(days: list[date], amount: int) -> None:
    """A receipt of that sum on each of the days, to two customers by turns."""
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        sales = [
            sale(
                f"{day:%y%m%d}", datetime(day.year, day.month, day.day, 12), [line(amount)], (MARIA, PYOTR)[at % 2]
            )
            for at, day in enumerate(days)
        ]
        ledger.refresh(session, receipts.record(session, sales, act).touched, TODAY)


def days(last: date, count: int, apart: int = 8) -> list[date]:
    return [last - timedelta(days=apart * at) for at in range(count)]


@pytest.fixture
def today(named_shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())


def titles(app: AppTest) -> list[str]:
    assert not app.exception
    return [plainly(heading.value) for heading in app.subheader]


@pytest.mark.parametrize(
    ("amount", "title", "change"),
    [
        (1_380, "Выручка выросла на 38 % к прошлому году", ("↑ +38 %", "больше, чем год назад", "good")),
        (380, "Выручка упала на 62 % к прошлому году", ("↓ −62 %", "меньше, чем год назад", "bad")),
    ],
)
def test_two_whole_years_are_compared(today: None, amount: int, title: str, change: tuple[str, str, str]) -> None:
    sells([*days(date(2025, 3, 10), 40), date(2024, 3, 20)], 1_000)
    sells(days(TODAY, 40), amount)
    app = opened("overview")
    assert titles(app)[0] == title
    assert "Выручка по месяцам" in words(app)  # of what the finding is
    shown = whole_figures(app)["Выручка"]
    assert (plainly(shown["change"]), shown["against"], shown["tone"]) == change
    assert shown["past"] is None  # three or four receipts a month: of two values only


def test_one_year_alone_has_nothing_to_compare_with(today: None) -> None:
    sells(days(TODAY, 30), 1_000)
    app = opened("overview")
    assert titles(app)[0] == "Выручка по месяцам"
    assert figures(app)["Чеки"] == "30"


def test_the_running_month_is_hatched_and_leads_to_its_buyers(today: None) -> None:
    sells(days(TODAY, 30), 1_000)
    shown = chart(opened("overview"), "Выручка по месяцам")
    assert [point["title"] for point in shown["points"] if point["note"] == "ещё идёт"] == ["Март 2026"]
    assert shown["figure"]["data"][0]["marker"]["pattern"]["shape"][-2:] == ["", "/"]
    assert all(point["leads"] for point in shown["points"])
    assert shown["lead"] == "Кто купил"


def test_a_month_of_no_buyers_leads_nowhere(today: None) -> None:
    sells([date(2026, 1, 10), TODAY], 1_000)
    shown = chart(opened("overview"), "Выручка по месяцам")
    assert [(point["title"], point["leads"]) for point in shown["points"]] == [
        ("Январь 2026", f"{BUYERS}&from=2026-01-01&to=2026-01-31"),
        ("Февраль 2026", None),
        ("Март 2026", f"{BUYERS}&from=2026-03-01&to=2026-03-10"),
    ]


def test_a_click_on_a_bar_that_is_not_shown_any_more_leads_nowhere(today: None) -> None:
    """Its place may be another bar's, or nobody's, by the time the click is heard."""
    sells([date(2026, 1, 10), TODAY], 1_000)
    app = opened("overview")
    for asked in (f"{BUYERS}&from=2025-01-01&to=2025-01-31", 11, None):
        app = act(app, "revenue", "open", asked)
        assert app.title[0].value == "Обзор"
    app = act(app, "revenue", "open", f"{BUYERS}&from=2026-01-01&to=2026-01-31")
    assert app.title[0].value == "Клиенты"


def test_months_before_the_first_receipt_are_not_drawn(today: None) -> None:
    sells([date(2026, 2, 10), TODAY], 1_000)
    assert [point["title"] for point in chart(opened("overview"), "Выручка по месяцам")["points"]] == [
        "Февраль 2026",
        "Март 2026",
    ]


def test_one_day_is_a_sentence_and_no_chart(today: None) -> None:
    sells([TODAY], 1_000)
    app = opened("overview")
    assert titles(app)[:2] == ["Выручка", "Бонусы"]
    assert "1 000 ₽, из них участники программы принесли 1 000 ₽." in words(app)
    assert not charts(app)


def test_buyers_are_told_beside_all_customers(today: None) -> None:
    sells([date(2025, 1, 10), date(2026, 3, 1)], 1_000)
    assert figures(opened("overview"))["Покупатели"] == "1"
