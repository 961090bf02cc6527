"""Figures on the screens are those of the facts: revenue, buyers, bonuses, weeks ahead, the list, the card."""

from datetime import date, datetime

import pytest
from sqlmodel import Session

from loyalty import acts
from loyalty.customers import grants
from loyalty.engine import ledger
from loyalty.errors import NotFound
from loyalty.models import customers
from loyalty.reports import overview, shop
from loyalty.reports.customers import card, listed
from loyalty.reports.customers.filters import Filter
from loyalty.reports.customers.listed import Wanted
from loyalty.reports.periods import Period, span
from loyalty.sales import receipts
from tests.pages.factory import PYOTR, TODAY, back, line, sale, small_shop


@pytest.fixture
def sold(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The small shop on both databases, on its own today."""
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    small_shop(session)
    return session


def year(session: Session) -> overview.Overview:
    since = overview.first_day(session)
    assert since is not None
    return overview.overview(session, span(Period.YEAR, TODAY, since), since)


def test_revenue_counts_receipts_without_a_card_and_returns_without_a_receipt(sold: Session) -> None:
    found = year(sold)
    assert found.sales.revenue == (12_000 + 1_000 + 3_000 + 500 - 1_000 - 700) * 100
    assert found.sales.receipts == 4
    assert found.sales.average == 16_500 * 100 // 4
    by = found.by_bucket.set_index("Период").loc["Февраль 2026"]
    assert (by["Участники"], by["Без карты"]) == ((3_000) * 100, (500 - 700) * 100)


def test_buyers_are_people_and_a_year_starts_twelve_calendar_months_ago(sold: Session) -> None:
    found = year(sold)
    assert (found.sales.buyers, found.customers) == (1, 2)
    assert found.by_bucket["Период"].iloc[0] == "Апрель 2025"
    assert found.by_bucket["Выручка"].sum() == found.sales.revenue


def test_a_period_is_compared_only_with_one_that_the_data_covers(sold: Session) -> None:
    assert year(sold).before is None
    since = overview.first_day(sold)
    assert since == date(2025, 2, 10)
    month = overview.overview(sold, span(Period.MONTH, TODAY, since), since)
    assert month.before is None  # 30 days a year before begin on 31 January 2025
    later = overview.overview(sold, span(Period.MONTH, date(2026, 3, 15), since), since)
    assert later.before is not None and later.before.receipts == 0


def test_bonuses_owed_follow_from_what_moved(sold: Session) -> None:
    found = year(sold)
    stored = sold.connection().execute(customers.select()).all()
    assert found.owed == sum(row.available + row.pending for row in stored)
    assert found.bonuses["Должны на конец"].iloc[-1] == found.owed
    assert found.bonuses["Начислено"].sum() == (500 + 30 + 150) * 100
    assert found.bonuses["Потрачено"].sum() == 400 * 100
    assert found.bonuses["Сгорело"].sum() == 200 * 100  # Pyotr's, a year after his only purchase
    assert found.owed_before == 200 * 100


def test_weeks_ahead_tell_what_becomes_available_and_what_burns(sold: Session) -> None:
    weeks = overview.weeks_ahead(sold, TODAY, weeks=60)
    assert weeks["Неделя"].iloc[0].replace("\u00a0", " ") == "2–8 мар"
    assert weeks.loc[weeks["С"] == date(2026, 3, 2), "Станет доступно"].item() == 150 * 100
    burns = weeks[weeks["Сгорит"] > 0]
    # 250 burn a year after the last purchase, the 400 that came back a year after they did (rules.md §8).
    assert list(zip(burns["С"], burns["Сгорит"], strict=True)) == [
        (date(2027, 2, 15), 250 * 100),
        (date(2027, 2, 22), 400 * 100),
    ]
    assert list(burns["Клиентов"]) == [1, 1]


@pytest.mark.parametrize(
    "words",
    [
        "алёшина мария", "Мария АЛЕШИНА", "сергеевна алеш", "+7 916 123-45-67", "8916", "8 (916) 123-45-67", "4567",
        "916 123 45 67", "20000417", "к-1", "мария 4567", "мария 8916",
    ],
)  # fmt: skip
def test_a_customer_is_found_however_she_is_asked_for(sold: Session, words: str) -> None:
    found = listed.page(sold, Wanted(words), TODAY, sort="Клиент", descending=False, number=1, size=10)
    assert list(found["Клиент"]) == ["Алёшина Мария Сергеевна"]
    assert listed.count(sold, Wanted(words), TODAY) == 1


@pytest.mark.parametrize("words", ["100%", "_", "мария пётр", "8999"])
def test_what_nobody_has_finds_nobody(sold: Session, words: str) -> None:
    assert listed.count(sold, Wanted(words), TODAY) == 0


def test_filters_narrow_the_list(sold: Session) -> None:
    def names(wanted: Wanted) -> list[str]:
        return list(listed.everyone(sold, wanted, TODAY, sort="Клиент", descending=False)["Клиент"])

    assert names(Wanted()) == ["Алёшина Мария Сергеевна", "Котов Пётр"]
    assert names(Wanted("котов", (Filter("has_bonuses"),))) == []
    assert names(Wanted("мария", (Filter("has_bonuses"), Filter("level", "Базовый")))) == [
        "Алёшина Мария Сергеевна"
    ]


@pytest.mark.parametrize("heading", listed.headings(Wanted(), TODAY))
def test_every_heading_sorts_both_ways_with_unknown_values_last(sold: Session, heading: str) -> None:
    for descending in (False, True):
        found = listed.page(sold, Wanted(), TODAY, sort=heading, descending=descending, number=1, size=10)
        known = [value for value in found[heading] if value is not None]
        assert len(found) == 2
        if heading not in ("Клиент", "Телефон", "Уровень"):
            assert known == sorted(known, reverse=descending)


def test_pages_part_the_list_without_gaps(sold: Session) -> None:
    pages = [listed.page(sold, Wanted(), TODAY, sort="Сумма", descending=True, number=n, size=1) for n in (1, 2, 3)]
    assert [list(page["Клиент"]) for page in pages] == [["Алёшина Мария Сергеевна"], ["Котов Пётр"], []]


def test_a_card_tells_purchases_and_returns_apart(sold: Session) -> None:
    found = card.load(sold, id_of(sold, "К-1"))
    done = found.activity
    assert (done.receipts, done.receipt_days, done.goods, done.receipts_sum) == (3, 3, 4000, 16_000 * 100)
    assert (done.returns, done.return_days, done.goods_returned, done.returns_sum) == (1, 1, 1000, 1_000 * 100)
    assert list(found.documents["Что"]) == ["Возврат", "Покупка", "Покупка", "Покупка"]
    assert found.documents["Основание"].iloc[0] == "к чеку 000003"
    assert list(found.lines(found.documents.index[3])["Товар"]) == ["Платье", "Шарф"]
    assert list(found.lines(found.documents.index[3])["Скидка"]) == ["", "со скидкой"]


def test_a_row_of_the_card_is_the_same_one_after_others_came(sold: Session) -> None:
    """What was clicked, or is chosen, may stand at another place by the time the card is drawn anew."""
    id_ = id_of(sold, "К-1")
    before = card.load(sold, id_)
    said = {one.id: (one.on, one.what, one.amount) for one in before.story.movements(TODAY)}
    goods = {of: list(before.lines(of)["Товар"]) for of in before.documents.index}
    grants.give(sold, id_, "manual", 100_00, "За отзыв", "k")
    earlier = sale("000000", datetime(2025, 1, 1, 12), [line(100, "Пояс")])
    act = acts.begin(sold, acts.Origin.IMPORT)
    ledger.refresh(sold, receipts.record(sold, [earlier], act).touched, TODAY)
    after = card.load(sold, id_)
    now = {one.id: (one.on, one.what, one.amount) for one in after.story.movements(TODAY)}
    assert len(said) == len(before.story.movements(TODAY)) and len(now) > len(said)
    assert {of: now[of][:2] for of in said} == {of: one[:2] for of, one in said.items()}
    assert {of: list(after.lines(of)["Товар"]) for of in goods} == goods


def test_a_return_that_names_her_and_waits_for_its_receipt_is_on_her_card(sold: Session) -> None:
    waiting = back("000003", datetime(2026, 2, 24, 12), "008888", [line(900, "Ремень")])
    waiting.customer = PYOTR
    receipts.record(sold, [waiting], acts.begin(sold, acts.Origin.TILL))
    shown = card.load(sold, id_of(sold, "К-2")).documents.set_index("Номер").loc["000003"]
    assert (shown["Что"], shown["Сумма"], shown["Основание"]) == ("Возврат", -900_00, "чек не найден")
    assert "000003" not in set(card.load(sold, id_of(sold, "К-1")).documents["Номер"][:1])


def test_the_course_of_a_balance_meets_the_balance_today_and_ends_as_it_will(sold: Session) -> None:
    her = card.load(sold, id_of(sold, "К-1"))
    course = dict(her.course())
    assert [course[day] for day in (date(2026, 1, 10), date(2026, 1, 24), TODAY)] == [0, 500_00, 500_00]
    assert course[date(2026, 3, 6)] == 650_00
    assert course[date(2027, 2, 20)] == 400_00  # what came back with a return lives from its own day
    assert course[date(2027, 2, 22)] == course[max(course)] == 0
    assert card.load(sold, id_of(sold, "К-2")).course()[0][1] == 0


def test_a_card_agrees_with_the_list(sold: Session) -> None:
    found = card.load(sold, id_of(sold, "К-1"))
    assert (found.balance.available, found.balance.pending) == (found.customer.available, found.customer.pending)
    assert found.story.proof(TODAY, found.customer.available).endswith("Столько и показано.")


def test_nobody_has_no_card(sold: Session) -> None:
    with pytest.raises(NotFound, match="Такого клиента нет"):
        card.load(sold, 999)


def test_the_first_start_is_over_when_there_is_data(session: Session) -> None:
    assert shop.state(session) == shop.State("", False)
    before = shop.mark(session)
    small_shop(session)
    assert shop.state(session) == shop.State("Шоурум «Лето»", True)
    assert shop.mark(session) != before


def id_of(session: Session, code: str) -> int:
    found = session.connection().scalar(
        customers.select().with_only_columns(customers.c.id).where(customers.c.external_id == code)
    )
    assert found is not None
    return int(found)
