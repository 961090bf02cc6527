"""The screens' answers as rows: medians beside the trivial page, each against its limit."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.machine import run
from bench.sales import TODAY
from bench.screens import FIRST
from bench.table import Row
from bench.watching import Answer

WARM_LIMIT_S, FIRST_LIMIT_S, WAITS_LIMIT_S = 0.5, 1.5, 1.0
WHERE = {"menu": "из меню до цифр", "tab": "вкладка карточки, до её начала"}


def pages(url: str, folder: Path, repeats: int, sales: Path) -> Iterator[Row]:
    """Every screen until its name and figures are there: the time of a row is until the whole of it is drawn."""
    environment = {"LOYALTY_DATABASE_URL": url, "LOYALTY_TODAY": TODAY.isoformat(), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "bench.pages", str(folder), str(repeats), str(sales)]
    said = json.loads(run("Замер экранов", command, environment).output)
    found = {what: _typical([Answer(*one) for one in some]) for what, some in said.items()}
    opens = found["trivial_open"].shown

    yield _row("Пустая страница: первая после запуска", found["trivial_first"])
    yield _row(f"{FIRST.name}: первая после запуска до цифр", found["first"], FIRST_LIMIT_S)
    yield _row("Пустая страница: открыть по адресу", found["trivial_open"])
    for what, took in found.items():
        kind, _, name = what.partition(" ")
        if kind == "address":
            yield _row(f"{name}: по адресу до цифр, сверх пустой страницы", took, WARM_LIMIT_S, besides_s=opens)
        elif kind in WHERE:
            yield _row(f"{name}: {WHERE[kind]}", took, WARM_LIMIT_S)
    yield _row(
        "Карточка: по адресу до цифр, сверх пустой страницы", found["card_open"], WARM_LIMIT_S, besides_s=opens
    )
    yield _row("Карточка: из списка до имени и сумм", found["card_click"], WARM_LIMIT_S)
    yield _row("Пустая страница: ответ на набор слова", found["trivial_search"])
    yield _row("Клиенты: от последней буквы до списка", found["search"], WARM_LIMIT_S, whole=True)
    yield _row("Подарок: от нажатия до «Подарено»", found["gift"], WARM_LIMIT_S)
    if "gift_waits" in found:  # a short file is in before the click
        yield _row("Подарок при загрузке: до «Ждёт записи»", found["gift_waits"], WAITS_LIMIT_S)


def _typical(some: list[Answer]) -> Answer:
    return Answer(*(median(one[part] for one in some) for part in range(3)))


def _row(
    name: str, took: Answer, limit: float | None = None, *, besides_s: float = 0.0, whole: bool = False
) -> Row:
    """Judged by its figures, which the name precedes, or by the whole; `besides_s` is the trivial page's part."""
    value = (took.drawn if whole else took.shown) - besides_s
    return Row(name, took.drawn, value=None if limit is None else value, limit=limit, unit=" с")
