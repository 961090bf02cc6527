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

from tests.bonuses import histories, model
from tests.bonuses.model import Fact, Grant, Line, Programme, Receipt, Return, ReturnLine
from tests.onec import translated

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


def back(number: str, when: int | str, of: str, **articles: int | str) -> Return:
    """A return of so many roubles per article: back("R", 5, of="A", _1=5_000)."""
    lines = tuple(ReturnLine(name.strip("_"), amount=rub(amount)) for name, amount in articles.items())
    return Return(number, on(when), of, lines)


def pieces(number: str, when: int, of: str, article: str, quantity: int) -> Return:
    return Return(number, on(when), of, (ReturnLine(article, quantity=quantity),))


def gift(number: str, when: int, roubles: int, lives: int | None = None, delay: int = 0) -> Grant:
    return Grant(number, on(when), rub(roubles), delay, lives)


def at_midnight(fact: Any) -> Any:
    return replace(fact, at=datetime.combine(fact.at, histories.MIDNIGHT))


def burn(when: int, roubles: int) -> tuple[str, int]:
    return day(when).isoformat(), roubles


@dataclass(frozen=True)
class Case:
    """`then` is (day, {figure: value}): sums in roubles, `pending` as {date: roubles}."""

    number: int | str  # of the worked case, or the section of the rules
    says: str
    facts: list[Fact]
    then: list[tuple[int | str, dict[str, Any]]]
    programmes: tuple[Programme, ...] = SHOP


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
    Case(
        "15a",
        "a gift that came back in time lives on",
        [gift("G", 0, 500, lives=30), receipt("B", 3, 1_000, paying=500), back("R", 20, of="B", _1=1_000)],
        [
            (20, {"available": 500, "restored": 500, "cancelled": 25, "next_burn": burn(30, 500)}),
            (29, {"available": 500}),
            (30, {"available": 0, "burned": 500}),
        ],
    ),
    Case(
        "15b",
        "a gift that came back too late burns",
        [gift("G", 0, 500, lives=30), receipt("B", 3, 1_000, paying=500), back("R", 40, of="B", _1=1_000)],
        [
            (39, {"available": 25, "burned": 0}),
            (40, {"available": 0, "restored": 500, "cancelled": 25, "burned": 500, "debt": 0}),
        ],
    ),
    Case(
        "15c",
        "what burned need not be cancelled",
        [TEN, back("R", 40, of="A", _1=10_000)],
        [
            (23, {"available": 500, "burned": 0}),
            (24, {"available": 0, "burned": 500}),
            (40, {"available": 0, "burned": 500, "cancelled": 0, "debt": 0, "turnover": 0}),
        ],
        (Programme(burn=model.AfterAccrual(10)),),
    ),
    Case("15d", "a receipt of nothing is no purchase", [TEN, receipt("B", "2027-01-09", 0)], [
        ("2027-01-09", {"available": 500, "last_purchase_on": date(2026, 1, 10), "receipts_count": 2}),
        ("2027-01-10", {"available": 0, "burned": 500}),
    ]),
    Case(
        "15e",
        "a return stamped before its receipt follows all receipts of that time",
        [receipt("1", 0, 50_000), receipt("2", 0, 1_000), at_midnight(back("R", 0, of="1", _1=1))],
        [(0, {"earned": 2_570, "turnover": 50_999, "cancelled": 1})],
    ),
    Case(
        "15f",
        "roundings are no discounts",
        [
            Receipt("A", on(0), (
                Line("1", 333, 899_90, 67, 299_00),
                Line("2", 3000, 33_34, 0, 100_00),
                Line("3", 1000, 9_00, 90, 8_10),
            )),
        ],
        [(0, {"earned": 19})],
    ),
]  # fmt: skip

GIFTS = [gift("G1", 0, 100, lives=30), gift("G2", 0, 200, lives=40), gift("G3", 0, 300, lives=50)]
SPENT_AND_BACK = [gift("G", 0, 500), receipt("B", 3, 1_000, paying=500), back("R", 20, of="B", _1=1_000)]
BURNS_SOON = (Programme(burn=model.AfterAccrual(10)),)
SENTENCES = [
    Case("section 3", "a return stamped days before counts from its receipt's day", [receipt("A", 10, 1_000), back(
        "R", 3, of="A", _1=400)], [
        (9, {"turnover": 0, "returns_count": 0}),
        (10, {"turnover": 600, "returns_count": 1, "pending": {"2026-02-03": 30}, "cancelled": 20}),
    ]),
    Case(
        "section 3",
        "a grant of the receipt's time is there before the early return",
        [receipt("A", 0, 1_000, paying=500), at_midnight(back("R", 0, of="A", _1=1_000)), gift("G", 0, 500, 30)],
        [(0, {"available": 500, "debt": 0, "spent": 500, "restored": 500, "next_burn": burn(30, 500)})],
    ),
    Case("section 5", "a discounted line earns nothing and takes its share", [
        receipt("A", 0, 1_000, paying=500, cheap=1_000), back("R", 1, of="A", cheap=1_000),
    ], [
        (0, {"earned": 37}),
        (1, {"restored": 250, "cancelled": 0, "debt": 250}),
    ]),
    Case(
        "section 5",
        "what is paid with bonuses may earn too, and the unit may be ten roubles",
        [receipt("A", 0, 1_000, paying=500), receipt("B", 0, "1999.90"), back("R", 1, of="A", _1=500)],
        [(0, {"earned": 140}), (1, {"cancelled": 30})],
        (Programme(earn_on_redeemed=True, bonus_unit=1000),),
    ),
    Case(
        "section 6",
        "burn days stand as before the receipt: its own coming moves nothing",
        [TEN, gift("G", 10, 300, lives=358), receipt("B", 20, 1_000, paying=300)],
        [(20, {"available": 500}), (367, {"burned": 0}), (368, {"burned": 300, "available": 235})],
    ),
    Case(
        "section 6",
        "of equal burn days the lot available first",
        [gift("G1", 10, 300), gift("G2", 12, 300, lives=363), receipt("B", 20, 1_000, paying=300)],
        [(374, {"burned": 0}), (375, {"burned": 300, "available": 35})],
    ),
    Case(
        "section 6",
        "of equal burn days and one day of becoming available the older fact: the grant",
        [gift("9", 5, 300, delay=5), gift("1", 10, 300, lives=360), receipt("B", 20, 1_000, paying=300)],
        [(369, {"burned": 0}), (370, {"burned": 300, "available": 35})],
    ),
    Case(
        "section 6",
        "of equal burn days and one day of becoming available the older fact: the gift",
        [gift("9", 5, 300, lives=365, delay=5), gift("1", 10, 300), receipt("B", 20, 1_000, paying=300)],
        [(375, {"burned": 0, "available": 335}), (385, {"burned": 335})],
    ),
    Case(
        "section 6",
        "a lot of the last purchase's own day burns with the older ones: the one available first pays",
        [
            gift("G1", 0, 300, delay=50),
            gift("G2", 40, 300),
            receipt("C", 40, 1_000),
            receipt("D", 55, 1_000, paying=100),  # of G2, available since day 40: it and G1 burn on day 405
            back("RC", 56, of="C", _1=1_000),
            back("RD", 56, of="D", _1=1_000),
        ],
        [(365, {"burned": 300}), (405, {"burned": 500}), (421, {"burned": 600, "available": 0})],
    ),
    Case(
        "section 6",
        "whatever paid first, of equal burn days the lot available first pays next",
        [
            gift("G1", 0, 100, lives=60),
            gift("G2", 0, 300, delay=30),
            gift("G3", 10, 300),
            receipt("C", 40, 1_000),
            receipt("D", 41, 1_000, paying=250),  # G1, then 150 of G3: it and G2 burn on day 405
            back("RC", 42, of="C", _1=1_000),
            back("RD", 42, of="D", _1=1_000),  # without purchases each burns by its own day
        ],
        [
            (60, {"burned": 100}),
            (365, {"burned": 400}),
            (375, {"burned": 550}),
            (407, {"burned": 700, "available": 0}),
        ],
    ),
    Case(
        "section 7",
        "a return takes what is left when its turn comes, whatever arrived first",
        [back("S", 9, of="A", _1=800), back("R", 5, of="A", _1=800), receipt("A", 0, 1_000)],
        [
            (5, {"returns_sum": 800, "turnover": 200, "pending": {"2026-01-24": 10}}),
            (9, {"returns_sum": 1_000, "turnover": 0, "pending": {}, "cancelled": 50, "returns_count": 2}),
        ],
    ),
    Case(
        "section 7",
        "more pieces than are left are those that are left; of an article it never had there is nothing",
        [
            Receipt("A", on(0), (Line("a", 3000, None, 0, rub(300)), Line("b", 1000, None, 0, rub(100)))),
            pieces("R1", 1, "A", "a", 2000),
            pieces("R2", 2, "A", "a", 2000),
            Return("R3", on(3), "A", (ReturnLine("x", 1000, rub(50)), ReturnLine("b", 5000))),
        ],
        [(1, {"returns_sum": 200}), (2, {"returns_sum": 300}), (3, {"returns_sum": 400, "returns_count": 3})],
    ),
    Case(
        "section 7",
        "what takes nothing counts in nothing",
        [receipt("A", 0, 100), back("R", 1, "A", _1=100), back("S", 2, "A", _1=1), back("T", 3, "A", x=5)],
        [(3, {"returns_sum": 100, "returns_count": 1, "turnover": 0, "cancelled": 5})],
    ),
    Case(
        "section 7",
        "a return flows on to the next line of the article, and no further than the last",
        [
            Receipt("A", on(0), (Line("a", 1000, None, 0, rub(100)), Line("a", 1000, None, 0, rub(300)))),
            back("R", 1, of="A", a=150),
            back("S", 2, of="A", a="250.01"),
        ],
        [(1, {"pending": {"2026-01-24": 12}}), (2, {"pending": {}, "returns_sum": 400})],
    ),
    Case(
        "section 7",
        "pieces and kopecks mixed add up to the whole line",
        [
            Receipt("A", on(0), (Line("a", 3000, None, 0, rub(100)),), rub(50)),
            pieces("R1", 1, "A", "a", 1000),
            back("R2", 2, "A", a="33.34"),
            pieces("R3", 3, "A", "a", 1000),
        ],
        [
            (1, {"returns_sum": Decimal("33.33"), "restored": Decimal("16.66")}),
            (2, {"returns_sum": Decimal("66.67"), "restored": Decimal("33.33")}),
            (3, {"returns_sum": 100, "restored": 50, "debt": 0}),
        ],
    ),
    Case(
        "section 7",
        "earned anew from whole kopecks returned: 66.67 of 100 are left, not two thirds",
        [Receipt("A", on(0), (Line("a", 3000, None, 0, rub(100)),)), pieces("R", 1, "A", "a", 1000)],
        [(1, {"cancelled": Decimal("33.33"), "pending": {"2026-01-24": Decimal("66.67")}})],
        (Programme(levels=((0, 100),), bonus_unit=1),),
    ),
    Case(
        "section 7",
        "thousandths of a piece",
        [Receipt("A", on(0), (Line("a", 1000, None, 0, rub(100)),))]
        + [pieces(f"R{i}", i, "A", "a", 333) for i in (1, 2, 3, 4)],
        [
            (1, {"returns_sum": Decimal("33.30")}),
            (3, {"returns_sum": Decimal("99.90"), "last_purchase_on": day(0)}),
            (4, {"returns_sum": 100, "last_purchase_on": None}),
        ],
    ),
    Case(
        "section 7",
        "back in the reverse order: the debt, then the last lot spent, then those before it",
        [
            *GIFTS,
            receipt("B", 1, 1_000, paying=700),
            back("R1", 5, of="B", _1=100),
            back("R2", 6, of="B", _1=200),
            back("R3", 7, of="B", _1=300),
            back("R4", 8, of="B", _1=400),
        ],
        [
            (1, {"available": 0, "debt": 100, "pending": {"2026-01-25": 15}}),
            (5, {"available": 0, "debt": 30, "restored": 70, "pending": {"2026-01-25": 13}}),
            (6, {"available": 110, "debt": 0, "next_burn": burn(50, 110), "pending": {"2026-01-25": 10}}),
            (7, {"available": 320, "next_burn": burn(40, 20)}),
            (8, {"available": 600, "next_burn": burn(30, 100), "cancelled": 15, "pending": {}}),
            (30, {"available": 500, "burned": 100, "next_burn": burn(40, 200)}),
            (40, {"available": 300, "burned": 300, "next_burn": burn(50, 300)}),
            (50, {"available": 0, "burned": 600, "next_burn": None}),
        ],
    ),
    Case(
        "section 7",
        "spent and returned twice, a gift still keeps its day",
        [
            gift("G", 0, 500, lives=30),
            receipt("B", 3, 1_000, paying=500),
            back("R", 5, of="B", _1=1_000),
            receipt("C", 7, 1_000, paying=500),
            back("S", 9, of="C", _1=1_000),
        ],
        [(9, {"available": 500, "restored": 1_000, "next_burn": burn(30, 500)}), (30, {"burned": 500})],
    ),
    Case(
        "section 7",
        "on the burn day itself it is too late",
        [gift("G", 0, 500, lives=30), receipt("B", 3, 1_000, paying=500), back("R", 30, of="B", _1=1_000)],
        [(30, {"available": 0, "restored": 500, "burned": 500, "cancelled": 25})],
    ),
    Case(
        "section 7",
        "what came back too late pays debt, covers what is cancelled, and the rest burns",
        [
            gift("G", 0, 500, lives=30),
            receipt("B", 3, 1_000, paying=500),
            receipt("C", 35, 1_000, paying=325),
            back("R", 40, of="B", _1=1_000),
        ],
        [
            (35, {"available": 0, "debt": 300, "pending": {"2026-02-28": 33}}),
            (40, {"available": 0, "debt": 0, "restored": 500, "cancelled": 25, "burned": 175}),
        ],
    ),
    Case(
        "section 7",
        "pieces pay debt in the order they come back: the last one spent pays first",
        [
            gift("G1", 0, 300, lives=30),
            gift("G2", 0, 300),
            receipt("B", 3, 1_000, paying=600),
            receipt("C", 35, 1_000, paying=420),
            back("R", 40, of="B", _1=1_000),
        ],
        [
            (35, {"available": 0, "debt": 400}),
            (40, {"available": 0, "debt": 0, "restored": 600, "cancelled": 20, "burned": 180}),
        ],
    ),
    Case(
        "section 7",
        "what had been debt comes back as new, though a gift paid it meanwhile",
        [receipt("B", 1, 1_000, paying=300), gift("G", 2, 500, lives=30), back("R", 5, of="B", _1=1_000)],
        [
            (2, {"available": 200, "debt": 0}),
            (5, {"available": 500, "next_burn": burn(32, 200)}),
            (32, {"available": 300, "burned": 200, "next_burn": burn(370, 300)}),
        ],
    ),
    Case(
        "section 7",
        "what a receipt had earned comes back as new",
        [TEN, receipt("B", 20, 1_000, paying=500), back("R", 25, of="B", _1=1_000)],
        [(25, {"available": 500, "next_burn": burn(390, 500), "last_purchase_on": day(0)})],
    ),
    Case(
        "section 7",
        "own lot first, though another burns sooner",
        [TEN, gift("G", 0, 500, lives=60), back("R", 20, of="A", _1=5_000)],
        [(20, {"available": 750, "cancelled": 250}), (60, {"available": 250, "burned": 500})],
    ),
    Case(
        "section 7",
        "then other lots, the one that burns first",
        [
            TEN,
            receipt("B", 20, 1_000, paying=500),
            gift("G1", 21, 300),
            gift("G2", 21, 300, lives=30),
            back("R", 22, of="A", _1=10_000),
        ],
        [(22, {"available": 100, "debt": 0, "cancelled": 500}), (51, {"available": 125, "burned": 0})],
    ),
    Case(
        "section 7",
        "bonuses come back before anything is cancelled: what would burn covers it, other lots stay",
        [
            gift("G1", 0, 500, lives=30),
            receipt("B", 3, 1_000, paying=500),
            receipt("C", 20, 1_000, paying=25),
            gift("G2", 36, 100),
            back("R", 40, of="B", _1=1_000),
        ],
        [(39, {"available": 148}), (40, {"available": 148, "burned": 475, "cancelled": 25, "debt": 0})],
    ),
    Case(
        "section 7",
        "what burned of its own lot is counted once over several returns",
        [
            TEN,
            receipt("B", 15, 1_000, paying=300),
            back("R1", 25, of="A", _1=3_000),
            back("R2", 26, of="A", _1=3_000),
            back("R3", 27, of="A", _1=4_000),
        ],
        [
            (24, {"available": 0, "burned": 200}),
            (25, {"debt": 0, "cancelled": 0, "pending": {"2026-02-08": 35}}),
            (26, {"debt": 100, "cancelled": 100}),
            (27, {"debt": 300, "cancelled": 300, "burned": 200}),
            (29, {"debt": 265, "available": 0}),
        ],
        BURNS_SOON,
    ),
    Case(
        "section 7",
        "what burned is not taken from other lots",
        [TEN, gift("G", 30, 300, lives=60), back("R", 40, of="A", _1=10_000)],
        [(40, {"available": 300, "cancelled": 0, "burned": 500, "debt": 0})],
        BURNS_SOON,
    ),
    Case(
        "section 7",
        "pending bonuses are cancelled as such, though older ones burned",
        [TEN, receipt("B", 20, 2_000), back("R", 25, of="B", _1=2_000)],
        [(25, {"pending": {}, "cancelled": 100, "burned": 500, "debt": 0})],
        BURNS_SOON,
    ),
    Case(
        "section 8",
        "a receipt of which a kopeck is left is a purchase",
        [TEN, receipt("B", 300, 1_000), back("R", 310, of="B", _1="999.99")],
        [(310, {"cancelled": 50, "last_purchase_on": day(300)}), (400, {"available": 500, "burned": 0})],
    ),
    Case(
        "section 8",
        "without a purchase left the day a grant appeared counts alone",
        [gift("G", 0, 500), receipt("B", 10, 1_000), back("R", 20, of="B", _1=1_000)],
        [(20, {"next_burn": burn(365, 500), "last_purchase_on": None})],
    ),
    Case(
        "section 8",
        "bonuses available on their burn day burn the next morning",
        [TEN],
        [(30, {"available": 500, "burned": 0, "next_burn": burn(31, 500)}), (31, {"burned": 500})],
        (Programme(confirm_days=30, burn=model.AfterPurchase(30)),),
    ),
    Case(
        "section 8",
        "even if something is returned that day, as that return moves no burn day",
        [TEN, receipt("B", 0, 1_000), back("R", 30, of="B", _1=1_000)],
        [(30, {"available": 500, "burned": 0, "cancelled": 50}), (31, {"burned": 500})],
        (Programme(confirm_days=30, burn=model.AfterPurchase(30)),),
    ),
    Case(
        "section 2",
        "levels change at the start of a version's first day",
        [TEN, receipt("B", 9, 10_000), at_midnight(receipt("C", 10, 1_000))],
        [
            (9, {"earned": 1_000, "level": 0, "rate": 5, "turnover": 20_000}),
            (10, {"earned": 1_200, "level": 1, "rate": 20, "turnover": 21_000}),
        ],
        (*SHOP, Programme(since=day(10), levels=((0, 1), (20_000_00, 20)))),
    ),
    Case("section 2", "a version changes the level of who bought nothing that day", [TEN], [
        (9, {"level": 0, "rate": 5}),
        (10, {"level": 1, "rate": 2}),
    ], (*SHOP, Programme(since=day(10), levels=((0, 1), (10_000_00, 2), (10_000_01, 3))))),
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
    return value if figure in NOT_SUMS else Decimal(value) / 100


NOT_SUMS = ("level", "rate", "receipts_count", "returns_count", "last_purchase_on")


@pytest.mark.parametrize("case", WORKED_CASES, ids=lambda case: f"{case.number}: {case.says}")
def test_worked_cases_of_the_rules(rules: Rules, case: Case) -> None:
    holds(rules, case)


def holds(rules: Rules, case: Case) -> None:
    for when, figures in case.then:
        shown = rules.state(case.facts, case.programmes, on(when).date())
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


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: f"{case.number}: {case.says}")
def test_sentences_of_the_rules(rules: Rules, case: Case) -> None:
    holds(rules, case)


SPREAD = [
    (100, [100, 100, 100], [34, 33, 33]),
    (2, [1, 1, 1], [1, 1, 0]),
    (500, [100_00, 0, 300_00], [125, 0, 375]),
    (10, [100, 200, 400], [1, 3, 6]),  # 1 3/7, 2 6/7, 5 5/7
    (6, [100, 200, 100], [2, 3, 1]),  # a tie that the last line loses
    (6, [200, 100, 100], [3, 2, 1]),
]


@pytest.mark.parametrize(("redeemed", "amounts", "shares"), SPREAD)
def test_redeemed_kopecks_are_spread_by_largest_remainder_and_ties_go_to_the_earlier_line(
    rules: Rules, redeemed: int, amounts: list[int], shares: list[int]
) -> None:
    """Seen by what comes back with each line alone."""
    lines = tuple(Line(str(i), 1000, None, 0, amount) for i, amount in enumerate(amounts))
    paid = Receipt("A", on(0), lines, redeemed)
    returns = [Return("R", on(1), "A", (ReturnLine(str(i), quantity=1000),)) for i in range(len(lines))]
    assert [rules.state([paid, one], SHOP, day(1)).restored for one in returns] == shares


PRICES = [
    ("99 kopecks of 100 roubles", 100_00, 1000, 99, 99_01, True),
    ("seen from the price", 100_00, 1000, 0, 99_01, True),
    ("said without a price", None, 1000, 99, 99_01, True),
    ("a rouble", 1000_00, 1000, 1_00, 999_00, False),
    ("a rouble, seen from the price", 1000_00, 1000, 0, 999_00, False),
    ("a rouble, said without a price", None, 1000, 1_00, 999_00, False),
    ("just below 1 %", 99_01, 1000, 99, 98_02, True),
    ("just below 1 %, said without a price", None, 1000, 99, 98_02, True),
    ("1 %", 99_00, 1000, 99, 98_01, False),
    ("1 %, seen from the price", 99_00, 1000, 0, 98_01, False),
    ("1 %, said without a price", None, 1000, 99, 98_01, False),
    ("1 % of all the pieces", 33_00, 3000, 99, 98_01, False),
    ("below 1 % of all the pieces", 33_34, 3000, 99, 99_03, True),
    ("said to be little, by the price it is more", 200_00, 1000, 50, 198_50, False),
    ("said, though the price is no less", 100_00, 1000, 2_00, 100_00, False),
    ("half a kopeck is rounded up, and a kopeck of little is much", 33, 500, 0, 16, False),
    ("rounded up as the price says", 33, 500, 0, 17, True),
    ("dearer than the price", 100_00, 1000, 0, 101_00, True),
]


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "amount", "full"), [row[1:] for row in PRICES], ids=[row[0] for row in PRICES]
)
def test_a_rounding_is_no_discount(
    rules: Rules, price: int | None, quantity: int, discount: int, amount: int, full: bool
) -> None:
    """Everything at full price earns all of it, kopeck by kopeck."""
    generous = (Programme(levels=((0, 100),), bonus_unit=1),)
    sold = Receipt("A", on(0), (Line("a", quantity, price, discount, amount),))
    assert rules.state([sold], generous, day(0)).earned == (amount if full else 0)


VERSIONS = [
    ("after a purchase, then after accrual: as new", model.AfterPurchase(365), model.AfterAccrual(30), day(50)),
    ("never, then after accrual: as new", model.Never(), model.AfterAccrual(30), day(50)),
    ("never, then after a purchase: as new", model.Never(), model.AfterPurchase(100), day(120)),
    ("after a purchase, then never: as new", model.AfterPurchase(365), model.Never(), None),
    ("after accrual, then never: keeps its day", model.AfterAccrual(30), model.Never(), day(30)),
    ("after accrual, then another: keeps its day", model.AfterAccrual(30), model.AfterAccrual(5), day(30)),
    ("on a date, then after a purchase: keeps it", model.FixedDates(((2, 1),)), model.AfterPurchase(5), day(22)),
    ("after accrual, then on a date: keeps its day", model.AfterAccrual(30), model.FixedDates(((2, 1),)), day(30)),
]


@pytest.mark.parametrize(("says", "spent", "returned", "burns_on"), VERSIONS, ids=[row[0] for row in VERSIONS])
def test_what_came_back_keeps_its_own_burn_day_or_is_as_new_under_the_version_of_the_return(
    rules: Rules, says: str, spent: model.BurnRule, returned: model.BurnRule, burns_on: date | None
) -> None:
    versions = (Programme(burn=spent), Programme(since=day(10), burn=returned))
    shown = rules.state(SPENT_AND_BACK, versions, day(20))
    assert (shown.available, shown.next_burn) == (rub(500), burns_on and (burns_on, rub(500)))


def test_a_date_that_passed_before_the_return_burns_what_came_back(rules: Rules) -> None:
    """Given on 10 January, spent on the 13th, returned on the 30th; the burn day is the 30th, then the 29th."""
    for date_ in ((1, 30), (1, 29)):
        shown = rules.state(SPENT_AND_BACK, (Programme(burn=model.FixedDates((date_,))),), day(20))
        assert (shown.available, shown.restored, shown.next_burn) == (0, rub(500), None)
        assert (shown.burned, shown.cancelled) == (rub(525), 0)  # the 25 of the receipt too


def test_what_becomes_available_on_one_day_may_all_be_paid_with(rules: Rules) -> None:
    gifts: list[Fact] = [gift("G1", 0, 300, delay=14), gift("G2", 0, 200, delay=14), TEN]
    assert [rules.redeem_limits(gifts, SHOP, on(when), rub(5_000))[1] for when in (13, 14)] == [0, rub(1_000)]


def test_the_cap_is_rounded_down_to_a_kopeck(rules: Rules) -> None:
    assert rules.redeem_limits([TEN], SHOP, on(20), 3) == (1, rub(500))
    assert rules.redeem_limits([TEN], (Programme(redeem_cap=30),), on(20), 99_99) == (29_99, rub(500))


def test_thirds_of_a_line_returned_one_by_one_are_the_whole_line_and_give_back_its_whole_share(
    rules: Rules,
) -> None:
    paid = Receipt("B", on(1), (Line("A", 3000, None, 0, 100_00),), redeemed=50_00)
    grant = Grant("G", on(0), 50_00)
    thirds = [Return(f"R{i}", on(2 + i), "B", (ReturnLine("A", quantity=1000),)) for i in range(3)]
    sums = [rules.state([grant, paid, *thirds[:n]], SHOP, day(9)) for n in (1, 2, 3)]
    assert [shown.returns_sum for shown in sums] == [33_33, 66_66, 100_00]
    assert [shown.restored for shown in sums] == [16_66, 33_33, 50_00]


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
    """Also lines already returned in part: all of each is asked back after the last fact, what is left goes."""
    facts = list(history.facts)
    last = datetime.combine(history.last_day + timedelta(days=1), histories.NOON)
    for sold in [fact for fact in facts if isinstance(fact, Receipt)]:
        articles = dict.fromkeys(line.article for line in sold.lines)
        all_of_it = tuple(ReturnLine(name, amount=histories.sum_of(sold, name)) for name in articles)
        facts.append(Return(f"back {sold.number}", last, sold.number, all_of_it))
    shown = rules.state(facts, SHOP, last.date())
    assert (shown.turnover, shown.level, shown.last_purchase_on) == (0, 0, None)
    assert (shown.pending_sum, shown.restored) == (sum_of_late_grants(facts, last.date()), shown.spent)
    assert shown.cancelled <= shown.earned <= shown.cancelled + shown.burned


def sum_of_late_grants(facts: list[Fact], as_of: date) -> int:
    grants = [fact for fact in facts if isinstance(fact, Grant)]
    return sum(it.amount for it in grants if it.at.date() + timedelta(days=it.confirm_days) > as_of)
