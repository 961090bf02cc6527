"""A small shop for tests: sales in the flat file of contract.md, the real command line, and a cast of three."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from loyalty import db
from loyalty.engine import ledger
from loyalty.files.importing import Report, import_file
from loyalty.models import customers
from tests import forked

ROOT = Path(__file__).resolve().parents[1]
HEADER = (
    "Дата;Номер;Вид;Документ продажи;Магазин;Место продажи;Кассир;Код клиента;Клиент;Телефон;Карта;"
    "Артикул;Номенклатура;Группа;Количество;Цена;Скидка;Сумма;Бонусы;Способ оплаты"
)
ANNA = "К-1;Анна Сергеева;+79161110001;"
BORIS = "К-2;Борис Орлов;+79161110002;"
NOBODY = ";;;"


def sale(on: str, number: str, who: str, amount: str, *, bonuses: str = "") -> str:
    """One line of a receipt: an article at its full price."""
    return f"{on};{number};Продажа;;Центр;Шоурум;Ольга;{who};A1;Платье;Платья;1;{amount};0;{amount};{bonuses};Карта"


def give_back(on: str, number: str, receipt: str, who: str, amount: str) -> str:
    """A return of the article."""
    return f"{on};{number};Возврат;{receipt};Центр;Шоурум;Ольга;{who};A1;Платье;Платья;1;{amount};0;{amount};;Карта"


def file_of(path: Path, lines: Iterable[str]) -> Path:
    """A sales file as 1C would save it."""
    path.write_text("\n".join((HEADER, *lines, "")), encoding="cp1251")
    return path


def imports_into(folder: Path) -> Callable[..., Report]:
    """took(line, …): a sales file of these lines is imported; its report."""
    numbers = itertools.count()
    return lambda *lines: import_file(file_of(folder / f"{next(numbers)}.csv", lines))


def emptied() -> None:
    """Everything is gone from the product's database, as if nothing had been said."""
    with db.writing() as session:
        session.connection().execute(customers.update().values(joined_to=None))
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())


@contextmanager
def shop_that_adds_up(url: str, today: date, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's own database is this one, and `check` finds nothing in it at the end."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", url)
    monkeypatch.setenv("LOYALTY_TODAY", today.isoformat())
    yield
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    db.engine().dispose()


def environment(url: str, today: str, **more: str) -> dict[str, str]:
    return {**os.environ, "LOYALTY_DATABASE_URL": url, "LOYALTY_TODAY": today, "PYTHONIOENCODING": "ascii", **more}


def loyalty(
    url: str, *arguments: object, today: str = "2026-12-01", fresh: bool = False
) -> "subprocess.CompletedProcess[str]":
    """The command line in a process of its own; `fresh`: in a new interpreter, as a script would run it."""
    if not fresh and forked.POSSIBLE:
        return forked.command(environment(url, today), *arguments)
    return subprocess.run(
        [sys.executable, "-m", "loyalty", *map(str, arguments)],
        cwd=ROOT,
        env=environment(url, today),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
