"""A list of customers and the segment made of it are the same people: every filter, alone and together, on both
databases, on a shop made by hand and on the demo shop."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.customers import consents, people
from loyalty.demo import load as demo
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.identity import same
from loyalty.reports.customers import filters, listed
from loyalty.reports.customers.filters import Days, Filter
from loyalty.reports.customers.listed import Wanted
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.sentences import sentence
from loyalty.segments.tree import All
from tests.pages.factory import TODAY, back, line, sale, small_shop

ANNA, VERA = CustomerRef(code="К-3", phone="+79050000001"), CustomerRef(code="К-4", phone="+79050000004")
DEMO_TODAY = date(2026, 11, 20)


def every_filter(today: date, levels: list[str]) -> list[Filter]:
    """Each of them, those of days with days over, under way and ahead."""
    spans = [Days(today - timedelta(days=back), today + timedelta(days=ahead))
             for back, ahead in ((400, -1), (3, 4), (0, 0), (-1, 400))]  # fmt: skip
    plain = [Filter(name) for name in filters._KINDS if name not in (filters.LEVEL, *filters._SPANS)]
    return [
        *plain,
        *(Filter(filters.LEVEL, name) for name in levels),
        *(Filter(name, days=days) for name in filters._SPANS for days in spans),
    ]


def agree(session: Session, wanted: Wanted, today: date) -> int:
    """How many the list finds; the same people as the segment."""
    tree = trees.parse(trees.as_json(wanted.tree))  # as it goes through the address
    heading, descending = listed.sort(wanted, today)
    frame = listed.everyone(session, wanted, today, sort=heading, descending=descending)
    evaluator = Evaluator(session, today)
    assert sorted(frame.index) == evaluator.ids(tree).tolist(), sentence(tree)
    assert listed.count(session, wanted, today) == evaluator.count(tree) == len(frame)
    assert listed.find(session, wanted, today).count == len(frame)
    return len(frame)


@pytest.fixture
def by_hand(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The small shop; borders of days: bought 90 days ago and 89, born on 29 February, everything returned."""
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    small_shop(session)
    act = acts.begin(session, acts.Origin.IMPORT)
    born = CustomerDocument(ANNA, "Белова", "Анна", birth_date=date(1992, 2, 29))
    people.upsert(session, [born, CustomerDocument(VERA, "Ё_%лкина", "Вера", birth_date=date(1899, 3, 1))], act)
    bought = [
        sale("000009", datetime(2025, 12, 1, 23, 59), [line(2_000)], ANNA),  # 90 days ago
        sale("000010", datetime(2025, 12, 2, 0, 0), [line(900)], VERA),  # 89, and all of it came back
    ]
    touched = receipts.record(session, bought, act).touched
    touched |= receipts.record(
        session, [back("000011", datetime(2026, 2, 24, 12), "000010", [line(900)])], act
    ).touched
    ledger.refresh(session, touched, TODAY)
    ids = {code: one_id(session, code) for code in ("К-1", "К-2", "К-3")}
    people.set_relatives(session, ids["К-2"], [("дочь", "Ия", date(2019, 3, 8)), ("муж", "Лев", date(1980, 3, 9))])
    consents.say(session, ids["К-2"], is_given=False, at=datetime(2026, 1, 5, tzinfo=UTC), act=act)
    session.flush()
    return session


def one_id(session: Session, code: str) -> int:
    frame = listed.everyone(session, Wanted(code), TODAY, sort="Клиент", descending=False)
    return int(frame.index[0])


def test_every_filter_is_a_segment_of_the_same_people(by_hand: Session) -> None:
    known = every_filter(TODAY, ["Базовый", "Золотой"])
    found = {one: agree(by_hand, Wanted(filters=(one,)), TODAY) for one in known}
    assert {one.name for one, count in found.items() if count} >= set(filters._KINDS) - {
        "burns_week",
        "burns_month",
    }
    for one, other in pairwise(known):
        agree(by_hand, Wanted(filters=(one, other)), TODAY)


def test_a_joined_card_is_nobody_of_her_own_in_either(by_hand: Session) -> None:
    same.join(by_hand, one_id(by_hand, "К-2"), one_id(by_hand, "К-1"))
    for one in every_filter(TODAY, ["Базовый"]):
        agree(by_hand, Wanted(filters=(one,)), TODAY)
    assert agree(by_hand, Wanted("Котов"), TODAY) == 0
    assert agree(by_hand, Wanted("К-2"), TODAY) == 1  # her code finds whom she was joined to


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("мария алешина", 1), ("20000417", 1), ("8 916 123-45-67", 1), ("45-67", 1), ("К-", 4), ("ё_%л", 1),
        ("()", 4), ("нет такой", 0), ("а\0б", 1), ("%", 1), ("'; drop table customers", 0),
    ],
)  # fmt: skip
def test_a_search_is_a_segment_of_the_same_people(by_hand: Session, words: str, count: int) -> None:
    assert agree(by_hand, Wanted(words), TODAY) == count
    agree(by_hand, Wanted(words, (Filter("has_bonuses"), Filter("silent"))), TODAY)


def test_no_purchases_for_90_days_is_90_on_both_screens(by_hand: Session) -> None:
    """Bought yesterday is a day without purchases (rules.md §19)."""
    wanted = Wanted(filters=(Filter("silent"),))
    names = listed.everyone(by_hand, wanted, TODAY, sort="Клиент", descending=False)["Клиент"]
    assert list(names) == ["Белова Анна", "Котов Пётр"]  # 90 days ago, and a year
    assert "прошло 90 дней или больше" in sentence(wanted.tree).replace("\u00a0", " ")


def test_a_search_too_long_for_a_segment_is_refused_by_a_sentence() -> None:
    with pytest.raises(Refused, match="длиннее 200 знаков"):
        assert Wanted("слово " * 100).tree
    assert Wanted().tree == Wanted(" ").tree == All(())


# --- The demo shop ------------------------------------------------------------------------------------------


@pytest.fixture
def demo_shop(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("LOYALTY_TODAY", DEMO_TODAY.isoformat())
    demo.load(session, 60)
    yield session


def test_every_filter_agrees_on_the_demo_shop(demo_shop: Session) -> None:
    assert settings.today(demo_shop) == DEMO_TODAY
    known = every_filter(DEMO_TODAY, listed.levels(demo_shop, DEMO_TODAY))
    found = [agree(demo_shop, Wanted(filters=(one,)), DEMO_TODAY) for one in known]
    assert sum(map(bool, found)) > len(known) // 2
    for words in ("анна", "45", "ЦБ-0000", "8 9"):
        agree(demo_shop, Wanted(words, (Filter("has_bonuses"),)), DEMO_TODAY)
