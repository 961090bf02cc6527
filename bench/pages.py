"""How fast the screens answer in a real browser: `python -m bench.pages FOLDER REPEATS SALES`.

A process of its own. Prints one JSON object: by what is measured, of every repeat the seconds until the screen's
name is there, its figures, the whole of it. The database and the day come from LOYALTY_DATABASE_URL and
LOYALTY_TODAY; SALES is a file to load meanwhile.
"""

import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Error, Page
from sqlalchemy import select
from sqlmodel import Session

from bench import gifts
from bench.errors import Stopped
from bench.screens import FIRST, SCREENS, TABS, Screen
from bench.servers import chromium, served
from bench.watching import PATIENCE_MS, Answer, answered, clear, type_into, visit
from loyalty import db, settings, wording
from loyalty.errors import LoyaltyError
from loyalty.models import customers
from loyalty.reports.customers import listed as report

TRIVIAL, PRODUCT = "bench/trivial_page.py", "app.py"
NOTHING_TYPED = "Ищу «»"
STARTS = 3
GIFTS_DURING_IMPORT = 3


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


def from_start(browser: Browser, script: str, figures: str, name: str, log: Path) -> list[Answer]:
    """The first visitor's first screen, in a browser that has never been here, of a server that just started."""
    found = []
    for _ in range(STARTS):
        with served(script, log) as address:
            page = new_page(browser)
            found.append(visit(page, address, figures, name=name))
            page.context.close()
    return found


def new_page(browser: Browser) -> Page:
    """A browser that remembers nothing."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU").new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def each_screen(page: Page, address: str, repeats: int) -> dict[str, list[Answer]]:
    """From a click in the menu; by address where the menu does not show it, and what the trivial page adds."""
    found: dict[str, list[Answer]] = {}
    for turn in range(repeats + 1):
        for screen in SCREENS:
            link = page.get_by_test_id("stSidebarNav").get_by_text(screen.name, exact=True)
            if link.count():
                key = "menu"
                link.click()
                took = answered(page, screen.figures, name=screen.name, at=_path(screen))
            else:
                key = "address"
                took = visit(page, address + _path(screen), screen.figures, name=screen.name)
                visit(page, address, FIRST.figures, name=FIRST.name)
            if turn:  # the first time the browser loads what it keeps
                found.setdefault(f"{key} {screen.name}", []).append(took)
    return found


def _path(screen: Screen) -> str:
    return "/" if screen == FIRST else f"/{screen.address}"


def tabs(page: Page, address: str, sought: list[Person]) -> dict[str, list[Answer]]:
    """From a click on a tab of the card to what is in it."""
    found: dict[str, list[Answer]] = {}
    for person in sought:
        visit(page, f"{address}/customer?id={person.id}", "Доступно", name=person.name)
        for tab in (*list(TABS)[1:], *list(TABS)[:1]):  # away from the one that is open, and back
            page.get_by_role("tab", name=tab).click()
            found.setdefault(f"tab {tab}", []).append(answered(page, TABS[tab], name=person.name))
    return found


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
        page.get_by_role("grid", name="Список клиентов").get_by_role("link").first.click()
        found.append(answered(page, "Доступно", name=person.name, at="/customer?"))
        page.get_by_test_id("stSidebarNav").get_by_text("Клиенты").click()
        answered(page, " из |клиент", name="Клиенты", at="/customers")
        clear(page, everyone)
    return found


def measured(folder: Path, repeats: int, sales: Path) -> dict[str, list[Answer]]:
    """Everything, in one browser: the trivial page first, the product after."""
    if "LOYALTY_DATABASE_URL" not in os.environ:  # else it would be the shop's own that gets another name
        raise Stopped("LOYALTY_DATABASE_URL не указан: экраны меряются на базе, сделанной для замера")
    with db.writing() as session:
        settings.name_shop(session, "Замер", settings.DEFAULT_TIMEZONE)
    with db.reading() as session:
        sought = people(session, repeats)
        count = report.count(session, report.Wanted(), settings.today(session))
    everyone = f" {wording.plural(count, 'клиент', 'клиента', 'клиентов')}".replace("\xa0", " ").strip()
    found: dict[str, list[Answer]] = {}
    with chromium() as browser:
        found["trivial_first"] = from_start(browser, TRIVIAL, NOTHING_TYPED, "", folder / "trivial.log")
        found["first"] = from_start(browser, PRODUCT, FIRST.figures, FIRST.name, folder / "app.log")
        with (
            served(TRIVIAL, folder / "trivial.log") as trivial,
            served(PRODUCT, folder / "app.log") as product,
        ):
            page = new_page(browser)
            visit(page, trivial, NOTHING_TYPED)  # what the browser loads once in a life
            found["trivial_open"] = [visit(page, trivial, NOTHING_TYPED) for _ in range(repeats)]
            found["trivial_search"] = _trivial_search(page, [person.words for person in sought])
            visit(page, product, FIRST.figures)
            found |= each_screen(page, product, repeats)
            found["search"] = search(page, product, everyone, sought)
            visit(page, f"{product}/customer?id={sought[0].id}", "Доступно")
            cards = [f"{product}/customer?id={one.id}" for one in sought]
            found["card_open"] = [
                visit(page, card, "Доступно", name=one.name) for card, one in zip(cards, sought, strict=True)
            ]
            found["card_click"] = card_by_click(page, product, everyone, sought)
            found |= tabs(page, product, sought)
            found["gift"] = _alone(gifts.given(page, cards))
            if waited := gifts.during_import(page, cards[:GIFTS_DURING_IMPORT], sales):
                found["gift_waits"] = _alone(waited)
    return found


def _trivial_search(page: Page, words: list[str]) -> list[Answer]:
    found = []
    for one in words:
        found.append(type_into(page, one, f"Ищу «{one}»"))
        clear(page, NOTHING_TYPED)
    return found


def _alone(seconds: list[float]) -> list[Answer]:
    """Of what is but one sentence."""
    return [Answer(one, one, one) for one in seconds]


def main(folder: Path, repeats: int, sales: Path) -> int:
    """The measurements as JSON, or one sentence on stderr."""
    try:
        print(json.dumps(measured(folder, repeats, sales)))
    except (Stopped, LoyaltyError) as stopped:
        print(stopped, file=sys.stderr)
    except Error as error:
        print(f"Экран не ответил за {PATIENCE_MS // 1000} с: {error.message.splitlines()[0]}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
