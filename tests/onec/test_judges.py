"""The judges of the import room are judged: what is otherwise is seen, and an alternative excuses only itself."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.bonuses.true_sales import true_shop
from tests.came_in import (
    ANY,
    NO_REPORT,
    UNUSABLE,
    B,
    CameIn,
    Expected,
    File,
    NothingIn,
    Outcome,
    R,
    Receipt,
    Refused,
    Return,
    judge,
    unaccounted,
)
from tests.onec.any_shape import drawn, written
from tests.onec.test_any_file import REJECTED, RIGHT, STOPPED, WRONG, base, compared, owner, redeemed

ONE = Receipt("1", Decimal(100), "К-01", "2026-01-10T12:00:00", 2, Decimal(5), Decimal(0))
BACK = Return("2", Decimal(40), "К-01", "2026-01-11T12:00:00", "1", True)
ANNA = {"К-01": {"name": "Анна", "bonuses": Decimal(3), "turnover": Decimal(60), "phone": None, "birth_date": None}}


def came(code: int = 0, receipts: Any = (ONE,), returns: Any = (BACK,), **report: Any) -> CameIn:
    file = File("a.csv", code, {**NO_REPORT, **report}, "")
    return CameIn([file], list(receipts), list(returns), ANNA)


FITS = Expected([R("1", 100, "К-01", "2026-01-10", 2, 5)], [B(40, "К-01", of="1", matched=True)], people=["К-01"])


@pytest.mark.parametrize(
    "outcome",
    [
        FITS,
        Expected([R("1", {100, 200})], [B(ANY)], count=1, total=100),
        Expected(None, None, total="100.00"),
        Expected(None, None, names={"К-01": "^анна$"}, phones={"К-01": None}, bonuses={"К-01": 3}),
    ],
)
def test_what_is_as_it_must_be_has_nothing_against_it(outcome: Outcome) -> None:
    assert judge(came(), [Refused(), outcome]) == (outcome, "")


@pytest.mark.parametrize(
    "outcome",
    [
        Expected([R("1", 101)], None),
        Expected([R("1", 100, None)], None),
        Expected([R("1", 100, on="2026-01-11")], None),
        Expected([R("1", 100, lines=1)], None),
        Expected([R("1", 100), R("1", 100)], None),
        Expected([R("1", 100), R("3", 7, maybe=True)], None),  # nothing was rejected
        Expected([], None),
        Expected([R("1", 100)]),  # a return nobody expects
        Expected(None, [B(40, None)]),
        Expected(None, None, people=["К-01", "К-02"]),
        Expected(None, None, phones={"К-01": "+79161234567"}),
        Expected(None, None, bonuses={"К-01": 4}),
        Expected(None, None, warns="замен"),
        Expected(None, None, rejected=1),
        Expected(None, None, refused={0: "."}),
        Refused(),
        NothingIn(),
    ],
)
def test_what_is_otherwise_is_seen(outcome: Outcome) -> None:
    fits, against = judge(came(), [outcome])
    assert fits is None
    assert against


def test_what_must_never_be_said_is_excused_by_no_alternative() -> None:
    assert judge(came(warnings=["Клиент Ђванова"]), [FITS], "ђванова")[0] is None


def test_a_file_is_stopped_only_with_its_words_and_with_nothing_written() -> None:
    stopped: dict[str, Any] = {"errors": [{"row": None, "reason": "Это веб-страница"}]}
    bare = CameIn([File("a.csv", UNUSABLE, {**NO_REPORT, **stopped}, "")], [], [], {})
    assert judge(bare, [Refused("веб-страница")])[0]
    assert judge(bare, [NothingIn("веб")])[0]
    assert judge(bare, [Refused("кодировк")])[0] is None
    assert judge(bare, [Expected([])])[0] is None
    assert judge(came(UNUSABLE, **stopped), [Refused("веб-страница")])[0] is None


def test_rows_that_are_nowhere_and_codes_that_lie_are_seen() -> None:
    assert not [*unaccounted(came(rows=3, imported=2, skipped=1).files[0])]
    assert [*unaccounted(came(rows=4, imported=2, skipped=1).files[0])]
    assert [*unaccounted(came(0, rows=1, rejected=1).files[0])]
    assert [*unaccounted(came(1, rows=1, imported=1).files[0])]


@pytest.mark.parametrize("seed", range(12))
def test_the_same_seed_is_the_same_file(seed: int, tmp_path: Path) -> None:
    first = written(seed, tmp_path)
    content = first.path.read_bytes()
    again = written(seed, tmp_path)
    assert again == first
    assert again.path.suffix == ".xlsx" or again.path.read_bytes() == content


def test_true_sales_that_come_in_otherwise_are_wrong() -> None:
    shape, truth = drawn(Random(3)), true_shop(Random(3), backs=False)
    right = [
        Receipt(
            *(sale.number, Decimal(sale.total) / 100, owner(sale, shape), f"{sale.at:%Y-%m-%dT%H:%M:%S}"),
            *(len(sale.lines), Decimal(base(sale, shape) * 5 // 10_000), Decimal(redeemed(sale, shape)) / 100),
        )
        for sale in truth.sales
    ]

    def told(code: int, receipts: list[Receipt], returns: Any = (), **report: Any) -> str:
        return compared(came(code, receipts, returns, **report), truth, shape)[0]

    assert told(0, right) == RIGHT
    assert told(1, right[1:], rejected=1) == REJECTED
    assert told(0, right[1:]) == WRONG
    assert told(1, right[2:], rejected=1) == WRONG
    assert told(0, [*right, ONE]) == told(0, right, [BACK]) == told(0, [*right, right[0]]) == WRONG
    for change in (
        {"total": ONE.total + 1},
        {"who": "К-77"},
        {"lines": 9},
        {"redeemed": Decimal(7)},
        {"earned": Decimal(99_999)},
        {"at": "2025-01-10"},
    ):
        assert told(0, [replace(right[0], **change), *right[1:]]) == WRONG
    assert told(UNUSABLE, right) == WRONG
    assert compared(CameIn(came(UNUSABLE).files, [], [], {}), truth, shape)[0] == STOPPED
