"""Exports: one object a line for machines, Russian headings and roubles for people, as of any day."""

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from loyalty import db
from loyalty.engine.entries import Kind, Origin
from loyalty.errors import NotFound, Refused
from loyalty.explain.reasons import Source, reason
from loyalty.export import export
from loyalty.files.importing import import_file
from loyalty.program.terms import BurnRule, Program
from loyalty.tables import Column, Type, to_csv, to_xlsx, write
from tests.till import ANNA, BORIS, NOBODY, file_of, give_back, sale

TODAY = "2026-03-01"
CUSTOMER_NAMES = """
id external_id card phone name birth_date sex city street house email registered_on source level rate
turnover receipts_count receipts_sum returns_count returns_sum last_purchase_on available pending spent
burned debt next_burn_on next_burn
"""
RECEIPT_NAMES = (
    "id number shop at customer_id external_id place cashier payment total discount redeemed earned lines"
)
RETURN_NAMES = "id number shop at receipt_number customer_id amount matched"
ENTRY_NAMES = "customer_id external_id kind amount effective_on receipt_number reason"


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Anna bought for 10 000, paid 400 of 800 with bonuses and gave the 800 back; Boris came in February."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY)
    lines = [
        sale("10.01.2026", "1", ANNA, "10000"),
        sale("30.01.2026", "2", ANNA, "800", bonuses="400"),
        give_back("04.02.2026", "9", "2", ANNA, "800"),
        sale("20.02.2026", "3", BORIS, "1999,90"),
        sale("20.02.2026", "4", NOBODY, "300"),
        give_back("21.02.2026", "10", "777", BORIS, "50"),
    ]
    import_file(file_of(tmp_path / "sales.csv", lines))
    return tmp_path


def rows(folder: Path, what: str, as_of: date | None = None) -> list[dict[str, Any]]:
    path = folder / f"{what}.jsonl"
    with db.reading() as session:
        count = export(session, what, path, as_of)
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert count == len(found)
    return found


def person(folder: Path, code: str, as_of: date | None = None) -> dict[str, Any]:
    return next(row for row in rows(folder, "customers", as_of) if row["external_id"] == code)


def test_a_customer_has_the_names_of_the_contract_in_its_order(shop: Path) -> None:
    anna = person(shop, "К-1")
    assert list(anna) == CUSTOMER_NAMES.split()
    told = {name: anna[name] for name in ("phone", "card", "birth_date", "level", "rate", "turnover", "spent")}
    assert told == {
        "phone": "+79161110001",
        "card": None,
        "birth_date": None,
        "level": "Базовый",
        "rate": 5,
        "turnover": 1_000_000,
        "spent": 40_000,
    }
    assert (anna["receipts_count"], anna["returns_count"], anna["returns_sum"]) == (2, 1, 80_000)
    assert (anna["last_purchase_on"], anna["available"], anna["next_burn_on"]) == (
        "2026-01-10",
        50_000,
        "2027-01-10",
    )


@pytest.mark.parametrize(
    ("day", "pending", "available", "burned", "turnover"),
    [
        (date(2026, 1, 9), 0, 0, 0, 0),
        (date(2026, 1, 23), 50_000, 0, 0, 1_000_000),
        (date(2026, 1, 24), 0, 50_000, 0, 1_000_000),
        (date(2026, 1, 30), 2_000, 10_000, 0, 1_080_000),
        (date(2027, 1, 9), 0, 50_000, 0, 1_000_000),
        (date(2027, 1, 10), 0, 40_000, 10_000, 1_000_000),  # what came back burns a year after it came back
        (date(2027, 2, 4), 0, 0, 50_000, 1_000_000),
    ],
)
def test_a_customer_as_of_any_day(
    shop: Path, day: date, pending: int, available: int, burned: int, turnover: int
) -> None:
    anna = person(shop, "К-1", day)
    found = (anna["pending"], anna["available"], anna["burned"], anna["turnover"])
    assert found == (pending, available, burned, turnover)


def test_who_came_later_is_listed_without_figures(shop: Path) -> None:
    boris = person(shop, "К-2", date(2026, 1, 31))
    assert (boris["turnover"], boris["receipts_count"], boris["last_purchase_on"]) == (0, 0, None)


def test_receipts_say_what_they_earned_when_sold(shop: Path) -> None:
    found = rows(shop, "receipts")
    assert list(found[0]) == RECEIPT_NAMES.split()
    told = [(row["number"], row["external_id"], row["total"], row["redeemed"], row["earned"]) for row in found]
    assert told == [
        ("1", "К-1", 1_000_000, 0, 50_000),
        ("2", "К-1", 80_000, 40_000, 2_000),
        ("3", "К-2", 199_990, 0, 9_900),
        ("4", None, 30_000, 0, 0),
    ]
    assert (found[0]["at"][:10], found[0]["lines"], found[3]["customer_id"]) == ("2026-01-10", 1, None)
    assert len(rows(shop, "receipts", date(2026, 1, 31))) == 2


def test_returns_say_whether_their_receipt_is_known(shop: Path) -> None:
    found = rows(shop, "returns")
    assert list(found[0]) == RETURN_NAMES.split()
    told = [(row["number"], row["receipt_number"], row["amount"], row["matched"]) for row in found]
    assert told == [("9", "2", 80_000, True), ("10", "777", 5_000, False)]


def test_movements_say_why_those_ahead_included(shop: Path) -> None:
    found = [row for row in rows(shop, "entries") if row["external_id"] == "К-1"]
    assert list(found[0]) == ENTRY_NAMES.split()
    told = [(row["effective_on"], row["amount"], row["receipt_number"], row["reason"]) for row in found]
    assert told[:4] == [
        ("2026-01-10", 50_000, "1", "Начислено 5\u00a0% за чек 1 от 10.01.2026"),
        ("2026-01-24", 50_000, "1", "Стали доступны бонусы за чек 1 от 10.01.2026"),
        ("2026-01-30", 40_000, "2", "Оплачен чек 2 от 30.01.2026: бонусы за чек 1 от 10.01.2026"),
        ("2026-01-30", 2_000, "2", "Начислено 5\u00a0% за чек 2 от 30.01.2026"),
    ]
    assert told[-1][3] == "Сгорят бонусы, которые вернул возврат 9 от 04.02.2026: 365\u00a0дней без покупок"
    assert len(rows(shop, "entries", date(2026, 1, 24))) == 2


def test_csv_is_what_russian_excel_opens(shop: Path) -> None:
    path = shop / "customers.csv"
    with db.reading() as session:
        export(session, "customers", path)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    anna = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    told = {name: anna[name] for name in ("Клиент", "Телефон", "Оборот", "Последняя покупка", "Чеков", "Процент")}
    assert told["Телефон"] == "+79161110001"
    assert (told["Оборот"], told["Последняя покупка"]) == ("10000,00", "10.01.2026")
    assert (told["Чеков"], told["Процент"]) == ("2", "5,00")


def test_excel_gets_numbers_and_days_to_count_with(shop: Path) -> None:
    path = shop / "Клиенты.XLSX"
    with db.reading() as session:
        export(session, "customers", path)
    sheet = load_workbook(path).active
    headings = [cell.value for cell in sheet[1]]
    anna = dict(zip(headings, sheet[2], strict=True))
    assert (anna["Оборот"].value, anna["Оборот"].number_format) == (10_000, "#,##0.00")
    assert anna["Последняя покупка"].value == datetime(2026, 1, 10)
    assert anna["Последняя покупка"].number_format == "dd.mm.yyyy"
    assert (anna["Телефон"].value, anna["Процент"].value) == ("+79161110001", 5)


def test_a_name_is_never_a_formula() -> None:
    columns = [Column("name", "Клиент"), Column("phone", "Телефон")]
    evil = [("=HYPERLINK(1)", "+79161110001"), ("-1+1", "+7 916"), ("Анна\x07", None)]
    lines = to_csv(columns, evil).decode("utf-8-sig").splitlines()
    assert lines[1:3] == ["'=HYPERLINK(1);+79161110001", "'-1+1;+7 916"]
    sheet = load_workbook(io.BytesIO(to_xlsx(columns, evil))).active
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [
        ("=HYPERLINK(1)", "s"),
        ("-1+1", "s"),
        ("Анна", "s"),
    ]


def test_half_percents_and_ancient_birthdays_survive() -> None:
    columns = [Column("rate", "Процент", Type.PERCENT), Column("born", "День", Type.DAY)]
    sheet = load_workbook(io.BytesIO(to_xlsx(columns, [(750, date(1899, 5, 1))]))).active
    assert [cell.value for cell in sheet[2]] == [7.5, "01.05.1899"]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("прежний", encoding="utf-8")

    def broken() -> Any:
        yield ("Анна",)
        raise Refused("посреди выгрузки")

    with pytest.raises(Refused):
        write(path, [Column("name", "Клиент")], broken())
    assert [found.read_text(encoding="utf-8") for found in tmp_path.iterdir()] == ["прежний"]


def test_a_wrong_place_or_ending_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="jsonl"):
        write(tmp_path / "x.pdf", [], [])
    with pytest.raises(NotFound, match="Нет такой папки"):
        write(tmp_path / "нет" / "x.csv", [], [])


RECEIPT = Source(Origin.RECEIPT, "000123", date(2026, 1, 10))
RETURN = Source(Origin.RETURN, "5", date(2026, 1, 20))
GIFT = Source(Origin.GRANT, "", date(2026, 1, 10), "Подарок ко дню рождения", 30)


@pytest.mark.parametrize(
    ("kind", "fact", "lot", "sentence"),
    [
        (Kind.GRANTED, GIFT, GIFT, "Подарок ко дню рождения"),
        (Kind.AVAILABLE, None, GIFT, "Стали доступны бонусы (подарок ко дню рождения от 10.01.2026)"),
        (
            Kind.OVERSPENT,
            RECEIPT,
            None,
            "Оплачен чек 000123 от 10.01.2026 бонусами, которых не было на счёте: долг",
        ),
        (Kind.CAME_BACK, RETURN, RETURN, "Вернулись бонусы, которыми был оплачен товар: возврат 5 от 20.01.2026"),
        (
            Kind.CANCELLED,
            RETURN,
            RECEIPT,
            "Отменены бонусы за чек 000123 от 10.01.2026: товар вернули, возврат 5 от 20.01.2026",
        ),
        (Kind.OWED, RETURN, None, "Товар вернули, а бонусы за него уже потрачены: долг, возврат 5 от 20.01.2026"),
        (Kind.DEBT_PAID, None, RECEIPT, "Долг погасили бонусы за чек 000123 от 10.01.2026"),
        (
            Kind.BURNED,
            None,
            GIFT,
            "Сгорели бонусы (подарок ко дню рождения от 10.01.2026): подарок действует 30\u00a0дней",
        ),
        (Kind.BURNED, None, RECEIPT, "Сгорели бонусы за чек 000123 от 10.01.2026: 365\u00a0дней без покупок"),
    ],
)
def test_every_movement_has_its_sentence(
    kind: Kind, fact: Source | None, lot: Source | None, sentence: str
) -> None:
    assert reason(kind, fact, lot, terms=Program()) == sentence


def test_burning_names_the_rule_it_follows() -> None:
    on_dates = Program(burn=BurnRule.FIXED_DATES, burn_dates=((12, 31),))
    assert reason(Kind.BURNED, None, RECEIPT, terms=on_dates).endswith(": настала дата сгорания")
    after_accrual = Program(burn=BurnRule.AFTER_ACCRUAL, burn_days=31)
    assert reason(Kind.BURNED, None, RECEIPT, terms=after_accrual).endswith(
        "31\u00a0день с тех пор, как стали доступны"
    )
