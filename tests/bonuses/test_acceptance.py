"""The complaints of acceptance.md that concern what exists, each through the real import and the real till.

Case 9, merging, comes with merging.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from loyalty import acts, db, settings
from loyalty.engine import ledger
from loyalty.engine.facts import load_entries
from loyalty.engine.figures import balance
from loyalty.errors import Refused
from loyalty.files.importing import Report, import_file
from loyalty.models import Grant, customers, receipts
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from loyalty.sales.receipts import Outcome
from loyalty.sales.till import sell
from loyalty.service import night
from tests.till import ANNA, HEADER, file_of, give_back, sale, shop_that_adds_up

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
TODAY = date(2027, 6, 1)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


class Bonuses(NamedTuple):
    """In roubles, at the end of a day."""

    available: int
    pending: int
    spent: int
    burned: int
    debt: int


def on(day: str, code: str = "К-1") -> Bonuses:
    with db.reading() as session:
        id_ = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == code))
        held = balance(load_entries(session, [id_]).get(id_, []), date.fromisoformat(day))
    sums = (held.available, held.pending, held.spent, held.burned, held.debt)
    return Bonuses(*(amount // 100 for amount in sums))


def grant(amount: int, day: str, lifetime: int | None, kind: str) -> None:
    """Bonuses given to Anna, in roubles."""
    with db.writing() as session:
        id_ = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == "К-1"))
        act = acts.begin(session, acts.Origin.SCREEN)
        session.add(
            Grant(
                customer_id=id_, given_to=id_, kind=kind, number=kind, at=datetime.fromisoformat(f"{day} 12:00"),
                amount=amount * 100, lifetime_days=lifetime, act_id=act.id,
            )
        )  # fmt: skip
        session.flush()
        ledger.refresh(session, [id_], TODAY)


def at_the_till(number: str, rub: int, paying: int, day: str) -> Outcome:
    at = datetime.fromisoformat(f"{day} 12:00")
    line = DocumentLine("A1", "Платье", "Платья", 1000, rub * 100, 0, rub * 100)
    document = SaleDocument(number, "Центр", at, [line], paying * 100, CustomerRef(code="К-1"))
    with db.writing() as session:
        return sell(session, document, TODAY)


def receipts_count() -> int:
    with db.reading() as session:
        return session.connection().scalar(select(func.count()).select_from(receipts)) or 0


def test_case_1_spent_bonuses_are_not_deducted_again_when_their_lot_burns(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("30.01.2026", "2", ANNA, "800", bonuses="400"))
    assert on("2027-01-29") == Bonuses(120, 0, 400, 0, 0)
    assert on("2027-01-30") == Bonuses(0, 0, 400, 120, 0)


@pytest.mark.parametrize("kind", ["", "подарок", "ёлка №1 (2026)", "x" * 300, "receipt", "'; DROP TABLE entries"])
def test_case_2_a_lot_with_an_odd_label_burns_like_any_other(took: Any, kind: str) -> None:
    took(sale("10.01.2026", "1", ANNA, "10"))
    grant(500, "2026-01-11", 30, kind)
    assert (on("2026-02-09").available, on("2026-02-10").available) == (500, 0)
    assert on("2026-02-10").burned == 500


def test_case_3_nobody_buys_waits_returns_and_keeps_the_bonuses(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    assert on("2026-03-01").available == 500
    took(give_back("02.03.2026", "1", "1", ANNA, "10000"))
    assert on("2026-03-02") == Bonuses(0, 0, 0, 0, 0)


def test_case_3_nor_spends_them_and_returns(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("30.01.2026", "2", ANNA, "1000", bonuses="500"))
    took(give_back("31.01.2026", "1", "1", ANNA, "10000"))
    assert on("2026-01-31") == Bonuses(0, 25, 500, 0, 500)
    assert on("2026-02-13") == Bonuses(0, 0, 500, 0, 475)


@pytest.mark.parametrize("parts", [["1000"], ["500", "500"], ["333,33", "333,33", "333,34"]])
def test_case_4_refunding_a_receipt_paid_with_bonuses_restores_them_once(took: Any, parts: list[str]) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("30.01.2026", "2", ANNA, "1000", bonuses="500"))
    back = [give_back("04.02.2026", f"В{i}", "2", ANNA, part) for i, part in enumerate(parts)]
    took(*back)
    took(*back)
    assert on("2026-02-04") == Bonuses(500, 0, 500, 0, 0)
    assert on("2026-12-31") == Bonuses(500, 0, 500, 0, 0)


def test_case_5_what_is_checked_at_the_till_is_what_is_taken(took: Any) -> None:
    took(sale("20.05.2027", "1", ANNA, "10000"))
    grant(300, "2027-05-21", None, "подарок")
    assert on("2027-06-01") == Bonuses(300, 500, 0, 0, 0)
    with pytest.raises(Refused, match="Сейчас доступно 300"):  # the other 500 are promised, not there
        at_the_till("2", 2000, 301, "2027-06-01")
    at_the_till("2", 2000, 300, "2027-06-01")
    assert on("2027-06-01") == Bonuses(0, 585, 300, 0, 0)


def test_case_5_of_several_lots_the_one_that_burns_first_is_spent(took: Any) -> None:
    took(sale("20.04.2027", "1", ANNA, "10000"))
    grant(300, "2027-05-20", 20, "подарок")
    at_the_till("2", 1000, 300, "2027-06-01")
    assert on("2027-06-09").burned == 0
    assert on("2027-06-01").available == 500


def test_case_6_two_tills_cannot_spend_the_same_bonuses(took: Any) -> None:
    took(sale("10.05.2027", "1", ANNA, "10000"))

    def till(number: str) -> str:
        try:
            return at_the_till(number, 1000, 500, "2027-06-01").value
        except Refused as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as tills:
        done = sorted(tills.map(till, ("A", "B")))
    assert done == ["imported", "Сейчас доступно 0\u00a0₽ бонусами, просят 500\u00a0₽"]
    assert on("2027-06-01")[:3] == (0, 25, 500)


@pytest.mark.parametrize(("rub", "allowed"), [(1, 50), (3, 150), (999, 49_950), (1000, 50_000)])
def test_case_7_the_whole_allowed_part_can_be_paid(took: Any, rub: int, allowed: int) -> None:
    took(sale("10.05.2027", "1", ANNA, "20000"))
    line = DocumentLine("A1", "Платье", "Платья", 1000, rub * 100, 0, rub * 100)
    at = datetime(2027, 6, 1, 12)
    for paying in (allowed + 1, allowed):
        document = SaleDocument("2", "Центр", at, [line], paying, CustomerRef(code="К-1"))
        with db.writing() as session:
            if paying > allowed:
                with pytest.raises(Refused, match="Бонусами можно оплатить не больше"):
                    sell(session, document, TODAY)
            else:
                assert sell(session, document, TODAY) is Outcome.IMPORTED


def test_case_7_a_line_paid_with_bonuses_earns_on_money_only(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "20000"), sale("30.01.2026", "2", ANNA, "2000", bonuses="1000"))
    assert on("2026-01-30").pending == 50


def test_case_8_the_receipt_that_crosses_a_threshold_earns_at_the_old_level(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "49999,99"), sale("11.01.2026", "2", ANNA, "10000"))
    took(sale("12.01.2026", "3", ANNA, "10000"))
    assert on("2026-01-12").pending == 2499 + 500 + 700


def test_case_10_bonuses_burn_at_the_shops_midnight(took: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    monkeypatch.delenv("LOYALTY_TODAY")
    with db.writing() as session:
        settings.name_shop(session, "Магазин", "Asia/Vladivostok")
        evening = datetime(2027, 1, 9, 14, 30, tzinfo=UTC)  # half past midnight in Vladivostok
        assert settings.shop_time(session, evening).date() == date(2027, 1, 10)
    assert (on("2027-01-09").available, on("2027-01-10").available) == (500, 0)
    for zone in ("Asia/Vladivostok", "Europe/Kaliningrad"):
        here = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
        assert settings.shop_today(zone) == here


def test_case_10_a_receipt_just_before_midnight_is_of_its_own_day(took: Any) -> None:
    took(sale("10.01.2026 23:59:59", "1", ANNA, "10000"))
    assert (on("2026-01-23").available, on("2026-01-24").available) == (0, 500)


def test_case_11_the_same_file_twice_doubles_nothing(took: Any) -> None:
    rows = [sale("10.01.2026", "1", ANNA, "10000"), sale("11.01.2026", "2", ANNA, "500")]
    took(*rows)
    before = on("2026-03-01")
    report: Report = took(*rows)
    assert (report.imported, report.unchanged, receipts_count()) == (0, 2, 2)
    assert on("2026-03-01") == before


def test_case_11_a_row_repeated_inside_a_file_counts_once_and_is_told(took: Any) -> None:
    row = sale("10.01.2026", "1", ANNA, "10000")
    report = took(row, sale("10.01.2026", "2", ANNA, "1"), row)
    assert on("2026-01-10").pending == 500
    assert any("Строка 4 повторяет строку чека 1" in warning for warning in report.warnings)


def test_case_11_two_real_receipts_that_look_alike_are_two(took: Any) -> None:
    report = took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", ANNA, "10000"))
    assert (report.imported, receipts_count(), on("2026-01-10").pending) == (2, 2, 1000)


def test_case_12_one_phone_however_it_is_written_is_one_person(took: Any) -> None:
    ways = ("89161110001", "+7 916 111-00-01", "9161110001", "8 (916) 111 00 01", "7916 1110001", "79161110001.0")
    report = took(*(sale("10.01.2026", str(i), f";Анна;{way};", "1000") for i, way in enumerate(ways)))
    assert (report.imported, report.customers_created) == (len(ways), 1)
    with db.reading() as session:
        assert session.connection().scalars(select(customers.c.phone)).all() == ["+79161110001"]


def test_case_12_a_phone_spoiled_by_excel_is_no_phone(took: Any) -> None:
    report = took(
        sale("10.01.2026", "1", ";Анна;7,91611E+10;", "1000"),
        sale("10.01.2026", "2", "К-1;Анна;7.9E+10;", "1000"),
    )
    assert (report.imported, report.rejected) == (1, 1)
    assert (report.errors[0].row, report.errors[0].column) == (2, "Телефон")
    with db.reading() as session:
        c = customers.c
        assert session.connection().execute(select(c.external_id, c.phone)).all() == [("К-1", None)]


def test_case_13_customers_with_only_a_phone_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"Анна {i};8916{i:07}" for i in range(300)]
    path.write_text("\n".join(("ФИО;Телефон", *rows)), encoding="cp1251")
    report = import_file(path)
    assert (report.rows, report.imported, report.customers_created, report.skipped) == (301, 300, 300, 1)


def test_case_13_what_is_not_taken_is_told_row_by_row(tmp_path: Path) -> None:
    good = [sale("10.01.2026", str(i), ANNA, "100") for i in range(20)]
    bad = [sale("32.13.2026", f"x{i}", ANNA, "100") for i in range(280)]
    path = file_of(tmp_path / "sales.csv", [*good, *bad, "", "Итого;;;;;;;;;;;;;;;;;2000;;"])
    report = import_file(path)
    accounted = report.imported + report.unchanged + report.changed + report.rejected + report.skipped
    assert (report.imported, report.rejected, accounted) == (20, 280, report.rows)
    assert [error.row for error in report.errors] == list(range(22, 302))
    assert report.rejected_file
    left = Path(report.rejected_file).read_text(encoding="utf-8-sig").splitlines()
    assert left[0] == f"{HEADER};Причина"
    assert len(left) == 281


def test_the_day_nobody_ran_the_night_changes_no_balance(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    before = [on(day) for day in ("2026-01-23", "2026-01-24", "2027-01-09", "2027-01-10")]
    night.run(TODAY)
    assert [on(day) for day in ("2026-01-23", "2026-01-24", "2027-01-09", "2027-01-10")] == before
