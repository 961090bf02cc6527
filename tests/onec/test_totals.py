"""What a file comes to in money: the totals of the report, to be compared with 1C's own."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from loyalty.files.importing import import_file
from loyalty.sales.documents import ReturnDocument
from loyalty.sales.sums import Sums
from tests.till import ANNA, BORIS, HEADER, NOBODY, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


FILE = [
    sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "2000,50"),
    sale("11.01.2026", "3", NOBODY, "100"), give_back("11.01.2026", "7", "1", ANNA, "4000"),
]  # fmt: skip
TOTALS = {
    "receipts": 3, "receipts_sum": 12_100_50, "returns": 1, "returns_sum": 4_000_00, "earned": 600_00,
    "file_sum": None,
}  # fmt: skip


def test_the_totals_of_a_file_are_those_of_its_documents(took: Any) -> None:
    report = took(*FILE)
    assert report.totals == TOTALS
    assert report.days == [
        {"day": "2026-01-10", "receipts": 2, "receipts_sum": 12_000_50, "returns": 0, "returns_sum": 0},
        {"day": "2026-01-11", "receipts": 1, "receipts_sum": 100_00, "returns": 1, "returns_sum": 4_000_00},
    ]


def test_they_are_the_same_when_the_file_comes_again_whatever_was_known_before(took: Any) -> None:
    took(sale("09.01.2026", "9", BORIS, "500"), FILE[0])
    first = took(*FILE)
    again = took(*FILE)
    assert (first.imported, first.unchanged, again.unchanged) == (3, 1, 4)
    assert first.totals == again.totals == TOTALS
    assert first.days == again.days


def test_what_is_rejected_or_voided_is_not_counted_and_other_files_are_not(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "9", ANNA, "500"))
    path = tmp_path / "voided.csv"
    rows = [(FILE[1], "Нет"), (FILE[0], "Да"), (sale("10.01.2026", "5", ANNA, "50", bonuses="70"), "Да")]
    path.write_text(
        "\n".join([f"{HEADER};Проведен", *(f"{row};{word}" for row, word in rows), ""]), encoding="utf-8"
    )
    report = import_file(path)
    assert report.rejected == 1
    assert report.totals == {**TOTALS, "receipts": 1, "receipts_sum": 10_000_00, "returns": 0, "returns_sum": 0,
                             "earned": 500_00}  # fmt: skip


def test_totals_of_a_report_may_count_returns_either_way() -> None:
    sums = Sums(2, 100)
    for amount in (10, 20):
        sums.add(ReturnDocument("5", "", datetime(2026, 1, 11), []), amount)
    assert sums == Sums(2, 100, 2, 30)
    assert (sums.may_be(), Sums(0, 0, 1, 30).may_be()) == ({70, -70, 130, 100}, {-30, 30, 0})
    assert [sums.differ_from(total) for total in (70, -70, 60, 130)] == [0, 0, 10, 60]


def test_a_changed_document_counts_as_it_is_now(took: Any) -> None:
    took(*FILE)
    report = took(sale("10.01.2026", "1", ANNA, "9000"))
    assert (report.totals["receipts_sum"], report.totals["earned"]) == (9_000_00, 450_00)


def test_what_was_paid_with_bonuses_is_not_taken_from_what_was_earned(took: Any) -> None:
    took(FILE[0])
    paid = [sale("10.02.2026", "4", ANNA, "1000", bonuses="400"), sale("11.02.2026", "5", BORIS, "200")]
    assert [took(*paid).totals["earned"] for _ in range(2)] == [30_00 + 10_00] * 2


def test_a_return_by_pieces_alone_counts_with_what_its_receipt_says(took: Any) -> None:
    scarf = sale("10.01.2026", "1", ANNA, "3000").replace("A1;Платье", "A2;Шарф")
    took(FILE[0], scarf, *FILE[1:3])
    rows = [
        give_back("11.01.2026", "7", "1", ANNA, "4000"),
        give_back("11.01.2026", "7", "1", ANNA, "").replace("A1;Платье", "A2;Шарф"),
        give_back("11.01.2026", "8", "2", BORIS, "500"),
        give_back("12.01.2026", "9", "3", NOBODY, ""),
    ]
    for _ in range(2):
        report = took(*(row.replace(";1;;0;;", ";1;;;;") for row in rows))
        assert report.totals["returns_sum"] == 7_600_00
        assert [day["returns_sum"] for day in report.days] == [7_500_00, 100_00]
