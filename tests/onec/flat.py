"""Writes facts as the flat sales file of contract.md, the way 1C would."""

import csv
from collections.abc import Container, Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from tests.bonuses import model

HEADER = (
    "Дата", "Номер", "Вид", "Документ продажи", "Код клиента", "Номер строки", "Артикул", "Номенклатура",
    "Количество", "Цена", "Скидка", "Сумма", "Бонусы",
)  # fmt: skip


def write(
    path: Path,
    facts: Iterable[tuple[str, model.Fact]],
    encoding: str = "utf-8-sig",
    voided: Container[int] = (),
    sold_on: Mapping[str, date] = MappingProxyType({}),
) -> Path:
    """A file of (customer's code, receipt or return) pairs; grants have no place in a sales file.

    `voided` are the places of those that 1C has not posted, if it says so at all. `sold_on` are the days of
    receipts: a return stamped on a day before its receipt's says it, as nothing else tells whose it is.
    """
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow((*HEADER, "Проведен") if voided else HEADER)
        for place, (code, fact) in enumerate(facts):
            posted = ["Нет" if place in voided else "Да"] if voided else []
            writer.writerows([*row, *posted] for row in _rows(code, fact, sold_on))
    return path


def _rows(code: str, fact: model.Fact, sold_on: Mapping[str, date]) -> Iterable[list[str]]:
    at = f"{fact.at:%d.%m.%Y %H:%M:%S}"
    if isinstance(fact, model.Receipt):
        for i, line in enumerate(fact.lines):
            paid = money(fact.redeemed) if i == 0 else "0"
            price = money(line.price) if line.price is not None else ""
            yield [at, fact.number, "Продажа", "", code, str(i + 1), line.article, f"Товар {line.article}",
                   pieces(line.quantity), price, money(line.discount), money(line.amount), paid]  # fmt: skip
    elif isinstance(fact, model.Return):
        day = sold_on.get(fact.receipt_number, date.min)
        basis = fact.receipt_number + (f" от {day:%d.%m.%Y}" if day > fact.at.date() else "")
        for i, back in enumerate(fact.lines):
            amount = money(back.amount) if back.amount is not None else ""
            quantity = pieces(back.quantity) if back.quantity is not None else ""
            yield [at, fact.number, "Возврат", basis, code, str(i + 1), back.article,
                   f"Товар {back.article}", quantity, "", "", amount, ""]  # fmt: skip


def money(kopecks: int) -> str:
    """1234,50 as 1C writes it."""
    return f"{kopecks // 100},{kopecks % 100:02}"


def pieces(milli: int) -> str:
    """2,5 as 1C writes it."""
    return f"{milli / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")
