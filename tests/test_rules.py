"""rules.md as tests: its worked cases, its single rules, and what must hold for any history.

Each runs twice, against the engine and against the slow model that judges it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.engine.sale import Remains
from tests import histories, model, translated
from tests.model import Fact, Grant, Line, Programme, Receipt, Return, ReturnLine

SHOP = (Programme(),)
EXAMPLES = settings(max_examples=min(150, 3 * settings.default.max_examples), deadline=None)


def rub(roubles: int | str) -> int:
    return int(Decimal(roubles) * 100)


def day(number: int) -> date:
    return histories.DAY_0 + timedelta(days=number)


def on(when: int | str) -> datetime:
    """Noon of day `when`, or of the date written."""
    chosen = day(when) if isinstance(when, int) else date.fromisoformat(when)
    return datetime.combine(chosen, histories.NOON)


def receipt(number: str, when: int | str, *amounts: int | str, paying: int = 0, cheap: int = 0) -> Receipt:
    """One full-price line per amount (articles 1, 2, …), and a discounted line of `cheap` roubles."""
    lines = [Line(str(i), 1000, rub(amount), 0, rub(amount)) for i, amount in enumerate(amounts, 1)]
    if cheap:
        lines.append(Line("cheap", 1000, rub(cheap) + rub(100), rub(100), rub(cheap)))
    return Receipt(number, on(when), tuple(lines), rub(paying))


def back(number: str, when: int, of: str, **articles: int | str) -> Return:
    """A return of so many roubles per article: back("R", 5, of="A", _1=5_000)."""
    lines = tuple(ReturnLine(name.strip("_"), amount=rub(amount)) for name, amount in articles.items())
    return Return(number, on(when), of, lines)


@dataclass(frozen=True)
class Case:
    """`then` is (day, {figure: value}): sums in roubles, `pending` as {date: roubles}."""

    number: int
    says: str
    facts: list[Fact]
    then: list[tuple[int | str, dict[str, Any]]]


TEN = receipt("A", 0, 10_000)
WORKED_CASES = [
    Case(1, "becomes available after 14 days", [TEN], [
        (0, {"available": 0, "pending": {"2026-01-24": 500}, "earned": 500}),
        ("2026-01-23", {"available": 0, "pending": {"2026-01-24": 500}}),
        ("2026-01-24", {"available": 500, "pending": {}}),
    ]),
    Case(2, "all returned while pending", [TEN, back("R", 5, of="A", _1=10_000)], [
        (4, {"pending": {"2026-01-24": 500}}),
        (5, {"pending": {}, "cancelled": 500, "turnover": 0}),
        (14, {"available": 0, "debt": 0}),
    ]),
    Case(3, "half returned while pending", [receipt("A", 0, 5_000, 5_000), back("R", 5, of="A", _2=5_000)], [
        (5, {"pending": {"2026-01-24": 250}, "turnover": 5_000}),
        (14, {"available": 250}),
    ]),
    Case(4, "the level grows", [receipt("A", 0, 50_000), receipt("B", 1, 10_000)], [
        (0, {"earned": 2_500, "level": 1, "rate": 7}),
        (1, {"earned": 3_200, "pending": {"2026-01-24": 2_500, "2026-01-25": 700}}),
    ]),
    Case(5, "discounted lines count", [receipt("A", 0, 40_000, cheap=20_000), receipt("B", 1, 1_000)], [
        (0, {"earned": 2_000, "turnover": 60_000}),
        (1, {"earned": 2_070}),
    ]),
    Case(6, "rounded down to a bonus", [receipt("A", 0, "1999.90")], [(0, {"earned": 99})]),
    Case(8, "pays the cap", [TEN, receipt("B", 20, 800, paying=400)], [
        (20, {"available": 100, "spent": 400, "earned": 520, "pending": {"2026-02-13": 20}, "debt": 0}),
    ]),
    Case(9, "burns after a year", [TEN], [
        (14, {"next_burn": ("2027-01-10", 500)}),
        ("2027-01-09", {"available": 500, "burned": 0}),
        ("2027-01-10", {"available": 0, "burned": 500, "next_burn": None}),
    ]),
    Case(10, "a purchase moves the burn day", [TEN, receipt("B", "2027-01-09", 100)], [
        ("2027-01-10", {"available": 500, "next_burn": ("2028-01-09", 505)}),
        ("2027-01-22", {"available": 500, "pending": {"2027-01-23": 5}}),
        ("2027-01-23", {"available": 505}),
        ("2028-01-08", {"available": 505}),
        ("2028-01-09", {"available": 0, "burned": 505}),
    ]),
    Case(11, "a late file brings them back", [TEN, receipt("B", "2027-01-05", 100)], [
        ("2027-02-01", {"available": 505, "burned": 0}),
    ]),
    Case(
        12,
        "a debt is paid by the next bonuses",
        [TEN, receipt("B", 20, 1_000, paying=500), back("R", 21, of="A", _1=10_000)],
        [
            (20, {"available": 0, "earned": 525}),
            (21, {"available": 0, "debt": 500, "cancelled": 500, "pending": {"2026-02-13": 25}}),
            (33, {"debt": 500}),
            (34, {"available": 0, "debt": 475}),
        ],
    ),
    Case(
        13,
        "what paid for a return comes back",
        [TEN, receipt("B", 20, 1_000, paying=500), back("R", 25, of="B", _1=1_000)],
        [(25, {"available": 500, "restored": 500, "pending": {}, "turnover": 10_000, "debt": 0})],
    ),
    Case(
        14,
        "the lower bound is included",
        [receipt("A", 0, "49999.99"), receipt("B", 1, "0.01"), receipt("C", 2, 100)],
        [(0, {"level": 0}), (1, {"level": 1, "earned": 2_499}), (2, {"earned": 2_506})],
    ),
    Case(
        15,
        "the gift pays first and burns alone",
        [
            Grant("G1", on(0), rub(500), lifetime_days=30),
            Grant("G2", on(0), rub(300)),
            receipt("B", 3, 800, paying=400),
        ],
        [
            (3, {"available": 400, "next_burn": ("2026-02-09", 100)}),
            (29, {"available": 420}),
            (30, {"available": 320, "burned": 100}),
        ],
    ),
]  # fmt: skip


Rules = Any  # the engine's or the model's `state` and `redeem_limits`


@pytest.fixture(scope="module", params=[translated, model], ids=["engine", "model"])
def rules(request: pytest.FixtureRequest) -> Rules:
    return request.param


def in_roubles(shown: model.State, figure: str) -> Any:
    value = getattr(shown, figure)
    if figure == "pending":
        return {when.isoformat(): Decimal(amount) / 100 for when, amount in value}
    if figure == "next_burn":
        return value and (value[0].isoformat(), Decimal(value[1]) / 100)
    return value if figure in ("level", "rate") else Decimal(value) / 100


@pytest.mark.parametrize("case", WORKED_CASES, ids=lambda case: f"{case.number}: {case.says}")
def test_worked_cases_of_the_rules(rules: Rules, case: Case) -> None:
    for when, figures in case.then:
        shown = rules.state(case.facts, SHOP, on(when).date())
        assert {figure: in_roubles(shown, figure) for figure in figures} == figures, f"on {when}"


def test_worked_case_7_at_most_half_of_the_receipt(rules: Rules) -> None:
    by_cap, by_available = rules.redeem_limits([TEN], SHOP, on(20), rub(800))
    assert (by_cap, by_available) == (rub(400), rub(500))
    assert min(by_cap, by_available) < rub(450)


def test_worked_case_11_without_the_late_file_they_had_burned_and_with_it_they_pay(rules: Rules) -> None:
    late = receipt("B", "2027-01-05", 100)
    assert rules.state([TEN], SHOP, date(2027, 2, 1)).burned == rub(500)
    limits = rules.redeem_limits([late, TEN], SHOP, on("2027-02-01"), rub(2_000))
    assert limits == (rub(1_000), rub(505))


# What rules.md says beyond the worked cases, each as a sentence.


def test_redeemed_kopecks_are_spread_by_largest_remainder_and_ties_go_to_the_earlier_line() -> None:
    assert model.spread(100, [1, 1, 1]) == [34, 33, 33]
    assert model.spread(2, [1, 1, 1]) == [1, 1, 0]
    assert model.spread(500, [100_00, 0, 300_00]) == [125, 0, 375]


def test_thirds_of_a_line_returned_one_by_one_are_the_whole_line_and_give_back_its_whole_share(
    rules: Rules,
) -> None:
    paid = Receipt("B", on(1), (Line("A", 3000, None, 0, 100_00),), redeemed=50_00)
    grant = Grant("G", on(0), 50_00)
    thirds = [Return(f"R{i}", on(2 + i), "B", (ReturnLine("A", quantity=1000),)) for i in range(3)]
    sums = [rules.state([grant, paid, *thirds[:n]], SHOP, day(9)) for n in (1, 2, 3)]
    assert [shown.returns_sum for shown in sums] == [33_33, 66_66, 100_00]
    assert [shown.restored for shown in sums] == [16_66, 33_33, 50_00]


def test_a_return_flows_on_to_the_next_line_of_the_article(rules: Rules) -> None:
    twice = Receipt("A", on(0), (Line("A", 1000, None, 0, 100_00), Line("A", 1000, None, 0, 300_00)))
    flows = Return("R", on(1), "A", (ReturnLine("A", amount=150_00),))
    more = Return("S", on(2), "A", (ReturnLine("A", amount=250_01),))
    assert rules.state([twice, flows], SHOP, day(1)).pending == [(day(14), 12_00)]
    remains = Remains(translated.fact_of(0, twice, {}).lines)
    fits = [remains.take_back(translated.fact_of(1, back_, {"A": 0}).lines[0]).whole for back_ in (flows, more)]
    assert fits == [True, False]


def test_a_return_that_moves_the_last_purchase_far_back_burns_on_its_own_day(rules: Rules) -> None:
    facts: list[Fact] = [TEN, receipt("B", 300, 1_000), back("R", 370, of="B", _1=1_000)]
    assert rules.state(facts, SHOP, day(369)).available == rub(550)
    shown = rules.state(facts, SHOP, day(370))
    assert (shown.available, shown.burned, shown.cancelled) == (0, rub(500), rub(50))


def test_cancelling_follows_burn_days_as_they_stood_before_the_return(rules: Rules) -> None:
    """The gift burns on day 390; the grant after it (405) while C is a purchase, before it (365) without C."""
    facts: list[Fact] = [
        Grant("G1", on(0), rub(500), confirm_days=70),
        receipt("C", 40, 10_000),
        receipt("D", 60, 1_000, paying=500),
        back("RD", 61, of="D", _1=1_000),
        Grant("G2", on(62), rub(500), lifetime_days=328),
        back("RC", 80, of="C", _1=10_000),
    ]
    shown = rules.state(facts, SHOP, day(80))
    assert (shown.available, shown.debt, shown.next_burn) == (rub(1_000), 0, (day(365), rub(500)))


@pytest.mark.parametrize(
    ("granted_on", "burned"), [(5, 500), (14, 200)], ids=["the lot available first", "then the older fact"]
)
def test_of_lots_that_burn_together_pays(rules: Rules, granted_on: int, burned: int) -> None:
    """B and C make both burn together, C pays 300; without B and C the receipt's lot burns before the grant."""
    grant = Grant("G", on(granted_on), rub(500))
    sales: list[Fact] = [TEN, grant, receipt("B", 20, 1_000), receipt("C", 21, 1_000, paying=300)]
    returns = [back("RB", 22, of="B", _1=1_000), back("RC", 22, of="C", _1=1_000)]
    assert rules.state([*sales, *returns], SHOP, day(365)).burned == rub(burned)


def test_at_one_instant_the_lower_number_goes_first_and_a_grant_before_a_receipt(rules: Rules) -> None:
    assert rules.state([receipt("2", 0, 50_000), receipt("1", 0, 100)], SHOP, day(0)).earned == rub(2_505)
    gift = Grant("9", on(20), rub(300), lifetime_days=30)
    assert rules.state([TEN, receipt("1", 20, 1_000, paying=300), gift], SHOP, day(50)).burned == 0


def test_of_lots_that_become_available_together_the_older_pays_the_debt(rules: Rules) -> None:
    gift = Grant("G", on(0), rub(300), confirm_days=14, lifetime_days=30)
    shown = rules.state([TEN, gift, receipt("B", 1, 200, paying=100)], SHOP, day(14))
    assert (shown.available, shown.debt, shown.next_burn) == (rub(700), 0, (day(44), rub(200)))


def test_bonuses_paid_beyond_what_was_available_are_debt_for_the_uncovered_part_only(rules: Rules) -> None:
    facts: list[Fact] = [Grant("G", on(0), rub(300)), receipt("B", 1, 1_000, paying=900)]
    shown = rules.state(facts, SHOP, day(1))
    assert (shown.available, shown.spent, shown.debt) == (0, rub(900), rub(600))
    undone = rules.state([*facts, back("R", 2, of="B", _1=1_000)], SHOP, day(2))
    assert (undone.available, undone.restored, undone.debt) == (rub(300), rub(900), 0)


def test_a_return_without_its_receipt_counts_in_nothing_until_the_receipt_is_there(rules: Rules) -> None:
    alone = [back("R", 5, of="B", _1=1_000)]
    assert rules.state(alone, SHOP, day(5)) == rules.state([], SHOP, day(5))
    assert rules.state([*alone, receipt("B", 1, 1_000)], SHOP, day(5)).returns_sum == rub(1_000)


def test_a_return_without_a_time_follows_its_receipt_of_the_same_day(rules: Rules) -> None:
    midnight = replace(back("R", 0, of="A", _1=10_000), at=datetime.combine(day(0), histories.MIDNIGHT))
    shown = rules.state([midnight, TEN, receipt("B", 0, 50_000)], SHOP, day(0))
    assert (shown.turnover, shown.earned, shown.cancelled) == (rub(50_000), rub(3_000), rub(500))


def test_a_lot_keeps_the_rules_of_the_day_it_appeared(rules: Rules) -> None:
    versions = (*SHOP, Programme(since=day(10), confirm_days=1, burn=model.Never(), levels=((0, 1),)))
    facts = [TEN, receipt("B", 10, 10_000)]
    assert rules.state(facts, versions, day(11)).pending == [(day(14), rub(500))]
    assert rules.state(facts, versions, day(375)).available == rub(100)


BURNS = [
    ("a year without a purchase", model.AfterPurchase(365), day(365)),
    ("30 days after it became available", model.AfterAccrual(30), day(44)),
    ("on a fixed date after it became available", model.FixedDates(((1, 24), (7, 1))), date(2026, 7, 1)),
    ("on the same date of the next year", model.FixedDates(((1, 24),)), date(2027, 1, 24)),
    ("never", model.Never(), None),
]


@pytest.mark.parametrize(("says", "rule", "burns_on"), BURNS, ids=[row[0] for row in BURNS])
def test_bonuses_burn(rules: Rules, says: str, rule: model.BurnRule, burns_on: date | None) -> None:
    shown = rules.state([TEN], (Programme(burn=rule),), day(20))
    assert shown.next_burn == (burns_on and (burns_on, rub(500)))


# What must hold for any history on any day.


@st.composite
def moments(draw: st.DrawFn) -> tuple[histories.History, date]:
    history = draw(histories.histories())
    return history, draw(histories.days_of(history))


@EXAMPLES
@given(moments())
def test_every_bonus_is_somewhere(rules: Rules, moment: tuple[histories.History, date]) -> None:
    history, as_of = moment
    shown = rules.state(history.facts, history.programmes, as_of)
    came = shown.earned + shown.granted + shown.restored
    gone = shown.spent + shown.burned + shown.cancelled
    assert came == shown.available + shown.pending_sum + gone - shown.debt
    assert min(shown.available, shown.debt, shown.burned, shown.cancelled, shown.turnover) >= 0
    assert all(amount > 0 and when > as_of for when, amount in shown.pending)
    assert shown.debt == 0 or shown.available == 0
    assert shown.restored <= shown.spent and shown.cancelled <= shown.earned
    assert shown.turnover == shown.receipts_sum - shown.returns_sum


@EXAMPLES
@given(moments())
def test_a_day_does_not_depend_on_later_facts_or_versions(
    rules: Rules, moment: tuple[histories.History, date]
) -> None:
    history, as_of = moment
    facts = [fact for fact in history.facts if fact.at.date() <= as_of]
    versions = [version for version in history.programmes if version.since <= as_of]
    assert rules.state(facts, versions, as_of) == rules.state(history.facts, history.programmes, as_of)


@EXAMPLES
@given(moments(), st.data())
def test_the_order_of_files_does_not_matter(
    rules: Rules, moment: tuple[histories.History, date], data: st.DataObject
) -> None:
    history, as_of = moment
    files = data.draw(histories.splits(history.facts))
    arrived = [fact for file in files for fact in file]
    assert rules.state(arrived, history.programmes, as_of) == rules.state(history.facts, history.programmes, as_of)


@EXAMPLES
@given(histories.histories(), st.integers(0, 400))
def test_what_is_foretold_comes_true(rules: Rules, history: histories.History, later: int) -> None:
    as_of = history.last_day + timedelta(days=later)
    shown = rules.state(history.facts, history.programmes, as_of)
    horizon = as_of + timedelta(days=800)
    burns_on, burns = shown.next_burn or (horizon, 0)
    eve = rules.state(history.facts, history.programmes, burns_on - timedelta(days=1))
    then = rules.state(history.facts, history.programmes, burns_on)
    assert (eve.burned, then.burned) == (shown.burned, shown.burned + burns)
    assert then.turnover == shown.turnover


@EXAMPLES
@given(histories.histories(versions=st.just(SHOP)))
def test_returning_everything_leaves_no_bonuses_of_goods_and_no_bonuses_paid(
    rules: Rules,
    history: histories.History,
) -> None:
    """Also lines already returned in part: what is left of each goes back, by amount, after the last fact."""
    facts = list(history.facts)
    last = datetime.combine(history.last_day + timedelta(days=1), histories.NOON)
    account = model.account_after(facts, SHOP, last.date())
    for number, bought in account.bought.items():
        articles = dict.fromkeys(line.article for line in bought.receipt.lines)
        left = [ReturnLine(name, amount=bought.left_amount(name)) for name in articles]
        facts.append(Return(f"back {number}", last, number, tuple(line for line in left if line.amount)))
    shown = rules.state(facts, SHOP, last.date())
    assert (shown.turnover, shown.level, shown.pending_sum) == (0, 0, sum_of_late_grants(facts, last.date()))
    assert (shown.cancelled, shown.restored) == (shown.earned, shown.spent)


def sum_of_late_grants(facts: list[Fact], as_of: date) -> int:
    grants = [fact for fact in facts if isinstance(fact, Grant)]
    return sum(it.amount for it in grants if it.at.date() + timedelta(days=it.confirm_days) > as_of)
