"""How fast the screens answer in a real browser: `python -m bench.pages FOLDER REPEATS`.

A process of its own. Prints one JSON object: by what is measured, seconds of every repeat. The database and the day
come from LOYALTY_DATABASE_URL and LOYALTY_TODAY.
"""

import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Error, Page
from sqlalchemy import select
from sqlmodel import Session

from bench.errors import Stopped
from bench.servers import chromium, served
from loyalty import db, settings, wording
from loyalty.errors import LoyaltyError
from loyalty.models import customers
from loyalty.reports import customers as report

PATIENCE_MS = 30_000
TYPING_PAUSE_MS = 60
ROW_MIDDLE_PX = (60, 52)  # in the list's first row, below its headings

# When a person last did something on the page.
WATCH = """() => {
  for (const kind of ['input', 'pointerup'])
    addEventListener(kind, () => { window.lastDone = performance.now() }, true)
}"""
# Milliseconds until the page shows the words, and until it rests as well: nothing runs, nothing awaits redrawing,
# two frames are painted since. Streamlit says on its root whether a script runs. null: it never came to that.
DRAWN = """async ([words, since, at, patience]) => {
  const shows = () => {
    const main = document.querySelector('[data-testid="stMain"]')
    return main !== null && location.href.includes(at) && main.innerText.replace(/\\s/g, ' ').includes(words)
  }
  const rests = () => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app !== null
      && app.getAttribute('data-test-script-state') === 'notRunning'
      && app.getAttribute('data-test-connection-state') === 'CONNECTED'
      && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
  }
  const frame = () => new Promise(requestAnimationFrame)
  const deadline = performance.now() + patience
  let shown = null
  for (let calm = 0; calm < 3; calm = shows() && rests() ? calm + 1 : 0) {
    if (performance.now() > deadline) return null
    if (shown === null && shows()) shown = performance.now()
    await frame()
  }
  const began = since === 'start' ? 0 : window.lastDone
  return [shown - began, performance.now() - began]
}"""


class Answer(NamedTuple):
    """Seconds until the awaited words are there, and until the whole page is drawn."""

    shown: float
    drawn: float


class Person(NamedTuple):
    """Whom the benchmark looks for: how, how many will be found, and whose card it opens."""

    id: int
    name: str
    phone: str
    words: str
    found: str


def people(session: Session, count: int) -> list[Person]:
    """Half with the longest histories, half from all over the list; sought by surname, name, phone or card."""
    c = customers.c
    columns = (c.id, c.last_name, c.first_name, c.middle_name, c.phone, c.card)
    known = select(*columns).where(c.phone.is_not(None), c.card.is_not(None), c.last_name != "")
    execute = session.connection().execute
    longest = execute(known.order_by(c.receipts_count.desc(), c.id).limit(count // 2)).all()
    last = session.connection().scalar(select(c.id).order_by(c.id.desc()).limit(1)) or 1
    every = max(last // (count - count // 2), 1)
    ordinary = execute(known.where(c.id % every == every // 2).order_by(c.id).limit(count - len(longest))).all()
    if len(longest) + len(ordinary) < count:
        raise Stopped("В базе слишком мало клиентов, чтобы мерить экраны")
    today, chosen = settings.today(session), []
    for place, row in enumerate([*longest, *ordinary]):
        words = (row.last_name, row.phone[-7:], f"{row.first_name} {row.last_name}", row.card)[place % 4]
        matching = report.count(session, report.Wanted(words=words), today)
        name = " ".join((row.last_name, row.first_name, row.middle_name))
        chosen.append(Person(row.id, name, row.phone, words, f"{wording.number(matching)} из".replace("\xa0", " ")))
    return chosen


def answered(page: Page, words: str, *, since: str = "done", at: str = "") -> Answer:
    """How long after the person's last deed (or the visit's start) the page `at` that address showed the words."""
    took = page.evaluate(DRAWN, [words, since, at, PATIENCE_MS])
    if took is None:
        raise Stopped(f"Экран {page.url} за {PATIENCE_MS // 1000} с так и не показал «{words}»")
    return Answer(*(float(milliseconds) / 1000 for milliseconds in took))


def visit(page: Page, address: str, words: str) -> Answer:
    """Open an address by itself, as from a link in a letter."""
    page.goto(address, wait_until="commit")
    took = answered(page, words, since="start")
    page.evaluate(WATCH)
    return took


def type_into(page: Page, words: str, awaited: str) -> Answer:
    """Type into the page's search, key by key, and wait for what it finds."""
    field = page.get_by_test_id("stMain").locator("input").first
    field.click()
    field.press_sequentially(words, delay=TYPING_PAUSE_MS)
    return answered(page, awaited)


def clear(page: Page, awaited: str) -> None:
    """Empty the search and wait for the whole list."""
    field = page.get_by_test_id("stMain").locator("input").first
    field.fill("")
    field.press("Enter")
    answered(page, awaited)


def search(page: Page, address: str, everyone: str, sought: list[Person]) -> list[Answer]:
    """Typing a search in the list of customers."""
    visit(page, f"{address}/customers", everyone)
    found = []
    for person in sought:
        found.append(type_into(page, person.words, person.found))
        clear(page, everyone)
    return found


def card_by_click(page: Page, address: str, everyone: str, sought: list[Person]) -> list[Answer]:
    """From a click on the customer in the list to her card."""
    visit(page, f"{address}/customers", everyone)
    found = []
    for person in sought:
        type_into(page, person.phone[-10:], "1 из ")
        table = page.get_by_test_id("data-grid-canvas").first.bounding_box()
        if table is None:
            raise Stopped("В списке клиентов нет таблицы, на которую можно нажать")
        page.mouse.click(table["x"] + ROW_MIDDLE_PX[0], table["y"] + ROW_MIDDLE_PX[1])
        found.append(answered(page, person.name, at="/customer?"))
        page.get_by_test_id("stSidebarNav").get_by_text("Клиенты").click()
        answered(page, " из ", at="/customers")
        clear(page, everyone)
    return found


def measured(folder: Path, repeats: int) -> dict[str, list[float]]:
    """Everything, in one browser: the trivial page first and last, the product between."""
    if "LOYALTY_DATABASE_URL" not in os.environ:  # else it would be the shop's own that gets another name
        raise Stopped("LOYALTY_DATABASE_URL не указан: экраны меряются на базе, сделанной для замера")
    with db.writing() as session:
        settings.name_shop(session, "Замер", settings.DEFAULT_TIMEZONE)
    with db.reading() as session:
        sought = people(session, repeats)
        count = report.count(session, report.Wanted(), settings.today(session))
    everyone = f" {wording.plural(count, 'клиент', 'клиента', 'клиентов')}".replace("\xa0", " ").strip()
    found: dict[str, list[Answer]] = {}
    with (
        served("bench/trivial_page.py", folder / "trivial.log") as trivial,
        served("app.py", folder / "app.log") as product,
        chromium() as browser,
    ):
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU").new_page()
        page.set_default_timeout(PATIENCE_MS)
        visit(page, trivial, "Ищу «»")  # what the browser loads once in a life
        found["trivial_open"] = [visit(page, trivial, "Ищу «»") for _ in range(repeats)]
        found["trivial_search"] = _trivial_search(page, [person.words for person in sought])
        visit(page, f"{product}/customers", everyone)
        found["search"] = search(page, product, everyone, sought)
        visit(page, f"{product}/customer?id={sought[0].id}", sought[0].name)
        found["card_open"] = [visit(page, f"{product}/customer?id={one.id}", one.name) for one in sought]
        found["card_click"] = card_by_click(page, product, everyone, sought)
    drawn = {what: [answer.drawn for answer in some] for what, some in found.items()}
    return drawn | {f"{what}_shown": [answer.shown for answer in some] for what, some in found.items()}


def _trivial_search(page: Page, words: list[str]) -> list[Answer]:
    found = []
    for one in words:
        found.append(type_into(page, one, f"Ищу «{one}»"))
        clear(page, "Ищу «»")
    return found


def main(folder: Path, repeats: int) -> int:
    """The measurements as JSON, or one sentence on stderr."""
    try:
        print(json.dumps(measured(folder, repeats)))
    except (Stopped, LoyaltyError) as stopped:
        print(stopped, file=sys.stderr)
    except Error as error:
        print(f"Экран не ответил за {PATIENCE_MS // 1000} с: {error.message.splitlines()[0]}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
