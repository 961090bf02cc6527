"""Segments on screen, on the big shop: `python -m bench.segments.screens FOLDER` prints rows as JSON."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.sync_api import Error, Page

from bench.errors import Stopped
from bench.pages import NOTHING_TYPED, PRODUCT, TRIVIAL, new_page
from bench.sales import TODAY
from bench.screens import FIRST
from bench.segments.asking import BUSY
from bench.segments.by_hand import Asked
from bench.servers import chromium, served
from bench.table import Row
from bench.watching import Answer, answered, visit
from loyalty import db, wording
from loyalty.errors import LoyaltyError
from loyalty.segments import membership, stored
from loyalty.segments import tree as trees
from loyalty.segments.evaluating import Evaluator

LIMIT_S = 0.5
SHOWN, CHANGES = 6, 5
DAYS = "последней покупки прошло"  # how the condition that is changed begins


def rows(folder: Path) -> Iterator[Row]:
    """From an address to the figures of a segment, and from a key to the live count."""
    with db.reading() as session:
        sizes = {name: len(membership.members(session, name)) for name in stored.questions(session)}
        first, evaluator = Asked(TODAY, BUSY), Evaluator(session, TODAY)
        counts = [(one.silent_days, evaluator.count(one.tree)) for one in map(first.changed, range(1, CHANGES + 2))]
    names = sorted(sizes, key=lambda name: -sizes[name])
    with (
        chromium() as browser,
        served(TRIVIAL, folder / "trivial.log") as trivial,
        served(PRODUCT, folder / "app.log") as product,
    ):
        page = new_page(browser)
        visit(page, trivial, NOTHING_TYPED)  # what the browser loads once in a life
        opens = median(visit(page, trivial, NOTHING_TYPED).shown for _ in range(SHOWN))
        visit(page, product, FIRST.figures)
        yield Row("Пустая страница: открыть по адресу", opens)
        shown = [_segment(page, product, name) for name in names[: SHOWN + 1]]
        yield _row("Страница сегмента, первая: до цифр, сверх пустой", shown[0], opens)
        yield _row("Страница сегмента: до цифр, сверх пустой", _typical(shown[1:]), opens, LIMIT_S)
        again = [_segment(page, product, name) for name in names[: SHOWN + 1]]
        yield _row("Страница сегмента, ещё раз: до цифр, сверх пустой", _typical(again), opens, LIMIT_S)
        yield _row(
            "Условия сегмента: от правки до числа", _typical(_edited(page, product, first, counts)), 0, LIMIT_S
        )


def _segment(page: Page, product: str, name: str) -> Answer:
    return visit(page, f"{product}/segment?name={quote(name)}", "Средний чек", name=name)


def _edited(page: Page, product: str, first: Asked, counts: list[tuple[int, int]]) -> list[Answer]:
    """One condition changed again and again; the first time is not counted."""
    where = quote(trees.key(first.tree))
    visit(page, f"{product}/segment_edit?where={where}", r"\d клиент", name="Новый сегмент")
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name=re.compile(DAYS)).first.click()
    field = main.get_by_role("textbox", name=re.compile("^От")).first
    found = []
    for days, count in counts:
        field.fill(str(days))
        field.press("Enter")
        said = f"{wording.number(count)} клиент".replace(wording.NBSP, " ")
        found.append(answered(page, said, name="Новый сегмент"))
    return found[1:]


def _typical(some: list[Answer]) -> Answer:
    return Answer(*(median(one[part] for one in some) for part in range(3)))


def _row(name: str, took: Answer, besides_s: float, limit: float | None = None) -> Row:
    return Row(name, took.drawn, value=took.shown - besides_s, limit=limit, unit=" с")


def main(folder: Path) -> int:
    """The rows as JSON, or one sentence on stderr."""
    try:
        print(json.dumps([asdict(row) for row in rows(folder)]))
    except (Stopped, LoyaltyError) as stopped:
        print(stopped, file=sys.stderr)
    except Error as error:
        print(f"Экран не ответил: {error.message.splitlines()[0]}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
