"""A gift from the card: from the click to its toast; and while a large import runs, to being told that it waits."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import func, select

from bench.errors import Stopped
from bench.machine import ROOT
from bench.watching import PATIENCE_MS, visit
from loyalty import db
from loyalty.models import grants

IMPORT_PATIENCE_S = 900.0
TOAST = ('[data-testid="stToast"]', "Подарено")
WAITS = ('[data-testid="stMain"]', "Ждёт записи")
# Milliseconds from the person's last deed until such a place shows the words; null: never.
SEEN = """async ({place, words, patience}) => {
  const shown = () => [...document.querySelectorAll(place)].some(found => found.innerText.includes(words))
  const deadline = performance.now() + patience
  while (!shown()) {
    if (performance.now() > deadline) return null
    await new Promise(requestAnimationFrame)
  }
  return performance.now() - window.lastDone
}"""


def seen(page: Page, place: str, words: str) -> float:
    """Seconds from the click until it stands there."""
    took = page.evaluate(SEEN, {"place": place, "words": words, "patience": PATIENCE_MS})
    if took is None:
        raise Stopped(f"За {PATIENCE_MS // 1000} с не появилось «{words}»")
    return float(took) / 1000


def give(page: Page, card: str, reason: str) -> None:
    """Everything up to the click that gives it, and the click."""
    visit(page, card, "Доступно")
    page.get_by_role("button", name="Подарить бонусы").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Сколько бонусов").fill("100")
    dialog.get_by_label("За что").fill(reason)
    dialog.get_by_role("button", name="Подарить", exact=True).click()


def given(page: Page, cards: list[str]) -> list[float]:
    """From the click to the toast, on each of the cards."""
    found = []
    for place, card in enumerate(cards):
        give(page, card, f"Замер {place}")
        found.append(seen(page, *TOAST))
    return found


def during_import(page: Page, cards: list[str], sales: Path) -> list[float]:
    """From the click to being told that it waits; each is there once, when the import is over."""
    found = []
    with importing(sales):
        for place, card in enumerate(cards):
            give(page, card, f"Замер при загрузке {place}")
            found.append(seen(page, *WAITS))
    seen(page, *TOAST)
    with db.reading() as session:
        made = select(func.count()).select_from(grants).where(grants.c.reason.startswith("Замер при загрузке"))
        if session.connection().scalar(made) != len(cards):
            raise Stopped("Подарки, сделанные во время загрузки, записаны не по одному разу")
    return found


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
            if child.poll() is not None or time.monotonic() > deadline:
                raise Stopped("Загрузка кончилась раньше, чем её застали за записью: файл для этого слишком мал")
            time.sleep(0.05)
        yield
        if child.poll() is not None:
            raise Stopped("Загрузка кончилась раньше, чем все подарки были отправлены: файл для этого слишком мал")
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
