"""Which receipt is of which message (rules.md §20): tables counted by hand, random histories beside a model."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.files.importing import Report
from loyalty.identity import same
from loyalty.messages.results import figures
from loyalty.messages.results.attribution import attributed
from loyalty.models import customers
from tests.messages import sent
from tests.till import ANNA, BORIS, NOBODY, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)
Took = Callable[..., Report]


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def whose(session: Session, code: str = "К-1") -> int:
    return int(session.connection().scalar(select(customers.c.id).where(customers.c.external_id == code)) or 0)


def money(as_of: date | None = None) -> dict[str, tuple[int, int, int]]:
    """By campaign: buyers, receipts, roubles."""
    with db.reading() as session:
        found = figures.of_campaigns(session, as_of)
        return {one.name: (one.buyers, one.receipts, one.revenue // 100) for one in found if one.receipts}


# A message delivered at 10:00 on 1 June, window 14 days: does this receipt of 1 000 belong to it?
BORDERS = {
    "a minute before": ("01.06.2026 09:59:00", False),
    "a second before": ("01.06.2026 09:59:59", False),
    "at the same second": ("01.06.2026 10:00:00", False),
    "a second after": ("01.06.2026 10:00:01", True),
    "the same day, late": ("01.06.2026 23:59:59", True),
    "the last day, late": ("15.06.2026 23:59:59", True),
    "the day after the last": ("16.06.2026 00:00:00", False),
    "a day without a time is its midnight": ("01.06.2026", False),
    "the next day without a time": ("02.06.2026", True),
}


def test_the_borders_of_the_window(took: Took) -> None:
    """A customer and a campaign a case."""
    took(*(sale(at, f"{number}", f"К-{number};;;", "1000") for number, (at, _) in enumerate(BORDERS.values())))
    with db.writing() as session:
        for number, case in enumerate(BORDERS):
            one = sent.campaign(session, case, "2026-06-01T09:00")
            sent.message(session, whose(session, f"К-{number}"), "2026-06-01T10:00", campaign_id=one)
    assert money() == {case: (1, 1, 1000) for case, (_, belongs) in BORDERS.items() if belongs}


def test_days_are_the_shops_and_not_those_of_utc(took: Took) -> None:
    """Delivered at half past midnight in Moscow, the day before by UTC: day 14 is the 15th all the same."""
    took(sale("15.06.2026 12:00:00", "1", ANNA, "1000"), sale("16.06.2026 00:10:00", "2", ANNA, "5000"))
    with db.writing() as session:
        one = sent.campaign(session, "Ночь", "2026-06-01T00:20")
        sent.message(session, whose(session), "2026-06-01T00:30", campaign_id=one)
    assert money() == {"Ночь": (1, 1, 1000)}


def test_another_zone_moves_the_day(took: Took) -> None:
    took(sale("15.06.2026 12:00:00", "1", ANNA, "1000"), sale("16.06.2026 12:00:00", "2", ANNA, "5000"))
    with db.writing() as session:
        settings.put(session, "timezone", "Asia/Vladivostok")  # 02.06 05:00 there
        one = sent.campaign(session, "Восток", "2026-06-01T21:00")
        sent.message(session, whose(session), "2026-06-01T22:00", campaign_id=one)
    assert money() == {"Восток": (1, 2, 6000)}


def test_a_receipt_is_of_the_last_message_alone_and_a_window_that_is_over_gives_it_to_nobody(took: Took) -> None:
    """Acceptance 37."""
    took(
        sale("02.06.2026 12:00:00", "1", ANNA, "100"),
        sale("05.06.2026 12:00:00", "2", ANNA, "1000"),
        sale("10.06.2026 12:00:00", "3", ANNA, "7000"),
    )
    with db.writing() as session:
        first = sent.campaign(session, "Первая", "2026-06-01T09:00", window_days=30)
        second = sent.campaign(session, "Вторая", "2026-06-03T09:00", window_days=3)
        for one, at in ((first, "2026-06-01T10:00"), (second, "2026-06-03T10:00")):
            sent.message(session, whose(session), at, campaign_id=one)
    # The third is within 30 days of the first one, but the last message before it was the second.
    assert money() == {"Первая": (1, 1, 100), "Вторая": (1, 1, 1000)}


def test_triggers_count_as_campaigns_do_and_service_messages_not_at_all(took: Took) -> None:
    took(sale("05.06.2026 12:00:00", "1", ANNA, "1000"), sale("08.06.2026 12:00:00", "2", ANNA, "30"))
    with db.writing() as session:
        anna = whose(session)
        first = sent.campaign(session, "Первая", "2026-06-01T09:00")
        sent.message(session, anna, "2026-06-01T10:00", campaign_id=first)
        bonuses = sent.trigger(session, "Начислены бонусы", is_advertising=False)
        sent.message(session, anna, "2026-06-04T10:00", trigger_id=bonuses, occurrence="a", is_advertising=False)
        birthday = sent.trigger(session, "День рождения")
        sent.message(session, anna, "2026-06-07T10:00", trigger_id=birthday, occurrence="2026")
    assert money() == {"Первая": (1, 1, 1000)}
    with db.reading() as session:
        told = {one.name: (one.buyers, one.revenue) for one in figures.of_triggers(session)}
    assert told == {"День рождения": (1, 30_00), "Начислены бонусы": (0, 0)}


def test_what_was_never_delivered_earns_nothing_and_what_came_late_counts_from_then(took: Took) -> None:
    took(sale("02.06.2026 12:00:00", "1", ANNA, "1000"), sale("03.06.2026 12:00:00", "2", BORIS, "500"))
    with db.writing() as session:
        one = sent.campaign(session, "Лето", "2026-06-01T09:00")
        sent.message(session, whose(session), status="failed", campaign_id=one, queued_at=sent.moscow("2026-06-01"))
        boris = sent.message(session, whose(session, "К-2"), campaign_id=one, sent_at=sent.moscow("2026-06-01"))
    assert money() == {}
    with db.writing() as session:  # the status came a day later, with the time it happened
        row = session.get_one(sent.Message, boris)
        row.status, row.delivered_at = "delivered", sent.moscow("2026-06-03T11:59")
        row.effective_at = row.delivered_at
    assert money() == {"Лето": (1, 1, 500)}


def test_returns_late_receipts_and_revisions_are_in_the_figures_at_once(took: Took) -> None:
    took(sale("02.06.2026 12:00:00", "1", ANNA, "1000"), sale("02.06.2026 12:00:00", "2", BORIS, "500"))
    with db.writing() as session:
        one = sent.campaign(session, "Лето", "2026-06-01T09:00")
        for code in ("К-1", "К-2"):
            sent.message(session, whose(session, code), "2026-06-01T10:00", campaign_id=one)
    assert money() == {"Лето": (2, 2, 1500)}
    took(give_back("20.07.2026", "В1", "1", ANNA, "400"))
    assert money() == {"Лето": (2, 2, 1100)}
    took(give_back("21.07.2026", "В2", "1", ANNA, "600"))  # now all of it: to none
    assert money() == {"Лето": (1, 1, 500)}
    took(sale("15.06.2026 12:00:00", "3", ANNA, "70"))  # a late file
    assert money() == {"Лето": (2, 2, 570)}
    took(sale("02.06.2026 12:00:00", "2", BORIS, "900"))  # another revision
    assert money() == {"Лето": (2, 2, 970)}
    assert money(date(2026, 7, 20)) == {"Лето": (2, 3, 1570)}  # before the second return
    assert money(date(2026, 6, 10)) == {"Лето": (2, 2, 1900)}
    assert money(date(2026, 5, 31)) == {}


def test_joined_customers_are_one_and_undone_two_again(took: Took) -> None:
    took(sale("02.06.2026 12:00:00", "1", BORIS, "1000"), sale("03.06.2026 12:00:00", "2", NOBODY, "10"),
         sale("20.05.2026 12:00:00", "3", ANNA, "10"))  # fmt: skip
    with db.writing() as session:
        one = sent.campaign(session, "Лето", "2026-06-01T09:00")
        sent.message(session, whose(session), "2026-06-01T10:00", campaign_id=one)
    assert money() == {}  # Борис bought, Анна was written to
    with db.writing() as session:
        same.join(session, whose(session), whose(session, "К-2"))
    assert money() == {"Лето": (1, 1, 1000)}
    with db.writing() as session:
        same.undo(session, 1)
    assert money() == {}


# --- Random histories beside a model written from §20 alone ---------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A message: to whom, by which campaign, when by the shop's clock (None: never arrived)."""

    to: str
    by: str
    at: datetime | None
    window: int
    is_advertising: bool


@dataclass(frozen=True)
class Bought:
    number: str
    who: str
    at: datetime
    total: int
    back: int


def expected(letters: list[Sent], bought: list[Bought]) -> dict[str, tuple[int, int, int]]:
    """A receipt at a time, as §20 says it."""
    found: dict[str, list[Bought]] = {}
    for receipt in bought:
        hers = [one for one in letters if one.to == receipt.who and one.is_advertising and one.at]
        before = [one for one in hers if one.at and one.at < receipt.at]
        if not before or receipt.back >= receipt.total:
            continue
        last = max(before, key=lambda one: one.at or receipt.at)
        assert last.at
        if (receipt.at.date() - last.at.date()).days <= last.window:
            found.setdefault(last.by, []).append(receipt)
    return {
        by: (len({one.who for one in some}), len(some), sum(one.total - one.back for one in some))
        for by, some in found.items()
    }


@pytest.mark.parametrize("seed", range(2))
def test_random_histories_are_as_the_model_has_them(took: Took, seed: int) -> None:
    chance = random.Random(seed)
    start, codes = datetime(2026, 5, 1, 12), [f"К-{at}" for at in range(1, 9)]
    bought, lines = [], []
    for at in range(120):
        when = start + timedelta(minutes=chance.randrange(60 * 24 * 60))
        who, total = chance.choice(codes), chance.randrange(1, 5000)
        back = chance.choice((0, 0, 0, total, chance.randrange(total)))
        bought.append(Bought(str(at + 1), who, when, total, back))
        person = f"{who};;;"
        lines.append(sale(f"{when:%d.%m.%Y %H:%M:%S}", str(at + 1), person, str(total)))
        if back:
            later = when + timedelta(days=chance.randrange(40))
            lines.append(give_back(f"{later:%d.%m.%Y %H:%M:%S}", f"В{at}", str(at + 1), person, str(back)))
    took(*lines)
    letters = []
    with db.writing() as session:
        for at in range(8):
            begun = start + timedelta(days=chance.randrange(50), hours=chance.randrange(12))
            window, is_advertising = chance.choice((0, 1, 7, 14, 30)), chance.random() < 0.8
            one = sent.campaign(session, f"Р{at}", begun.isoformat(), window_days=window)
            for code in chance.sample(codes, 5):
                when = begun + timedelta(minutes=chance.randrange(3000), seconds=1)  # no two at one moment
                has_come = chance.random() < 0.85
                letters.append(Sent(code, f"Р{at}", when if has_come else None, window, is_advertising))
                sent.message(
                    session, whose(session, code), when.isoformat() if has_come else None, campaign_id=one,
                    is_advertising=is_advertising,
                )  # fmt: skip
    assert money() == expected(letters, bought)
    with db.reading() as session:
        assert attributed(session)["receipt"].is_unique
