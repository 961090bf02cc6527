"""A gift from the card: from the click to its toast; and while a large import runs, to being told that it waits."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page
from sqlalchemy import func, select

from bench.errors import Stopped
from bench.machine import ROOT
from bench.watching import PATIENCE_MS, visit
from loyalty import db
from loyalty.models import grants

IMPORT_PATIENCE_S = 900.0
IN_IMPORT = "Замер при загрузке"
GIVEN, WAITS = "Подарено", "Ждёт записи"
# Milliseconds from the person's last deed until the page shows one of the words, and which; null: never.
SEEN = """async ({words, patience}) => {
  const shown = () => words.find(one => document.body.innerText.includes(one))
  const deadline = performance.now() + patience
  while (!shown()) {
    if (performance.now() > deadline) return null
    await new Promise(requestAnimationFrame)
  }
  return [performance.now() - window.lastDone, shown()]
}"""


def seen(page: Page, *words: str) -> tuple[float, str]:
    """Seconds from the click until one of them stands there, and which."""
    took = page.evaluate(SEEN, {"words": words, "patience": PATIENCE_MS})
    if took is None:
        raise Stopped(f"За {PATIENCE_MS // 1000} с не появилось «{words[0]}»")
    return float(took[0]) / 1000, str(took[1])


def filled_in(page: Page, card: str, reason: str) -> Locator:
    """The dialog with everything typed; its button."""
    visit(page, card, "Доступно")
    page.get_by_role("button", name="Подарить бонусы").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Сколько бонусов").fill("100")
    dialog.get_by_label("За что").fill(reason)
    return dialog.get_by_role("button", name="Подарить", exact=True)


def given(page: Page, cards: list[str]) -> list[float]:
    """From the click to the toast, on each of the cards."""
    found = []
    for card in cards:
        filled_in(page, card, "Замер").click()
        found.append(seen(page, GIVEN)[0])
    return found


def during_import(page: Page, cards: list[str], sales: Path) -> list[float]:
    """From the click to being told that it waits, on each card; every gift is there once when all is over.

    Empty where the file is so short that its import was over before the click.
    """
    found, before = [], in_import()
    for card in cards:
        button = filled_in(page, card, IN_IMPORT)
        with importing(sales):
            button.click()
            took, told = seen(page, WAITS, GIVEN)
        if told == WAITS:
            found.append(took)
        seen(page, GIVEN)
    if (made := in_import() - before) != len(cards):
        raise Stopped(f"Подарков во время загрузки {len(cards)}, а записано {made}")
    return found


def in_import() -> int:
    """How many such gifts the database has."""
    with db.reading() as session:
        return session.connection().scalar(select(func.count()).where(grants.c.reason == IN_IMPORT)) or 0


@contextmanager
def importing(sales: Path) -> Iterator[None]:
    """The file is being written into the database; killed at the end, and nothing of it is there."""
    command = [sys.executable, "-m", "loyalty", "import", str(sales), "--json"]
    child = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + IMPORT_PATIENCE_S
        while not is_held():
            if child.poll() is not None:
                break
            if time.monotonic() > deadline:
                raise Stopped("Загрузку не удалось застать за записью")
            time.sleep(0.02)
        yield
    finally:
        child.kill()
        child.wait()


def is_held() -> bool:
    """Whether somebody writes so that no gift could be."""
    try:
        with db.writing(patience_s=0) as session:
            db.one_at_a_time(session, db.INTAKE)
    except db.Busy:
        return True
    return False
