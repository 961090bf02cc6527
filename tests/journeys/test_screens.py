"""Every screen of a shop that has lived a little, in a real browser: nothing spills over, nothing is said to the
console, axe finds no serious fault, at every width, in both themes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import DESKTOP, PHONE, App, opened_page, running, settle, visit
from tests.till import NOBODY, file_of, give_back, loyalty, sale

pytestmark = pytest.mark.browser
TODAY = "2026-11-20"
TABLET = {"width": 768, "height": 1024}
# In light and dark at 1440 px, in light at the others: themes differ by colours alone.
VIEWS = {"wide": (DESKTOP, False), "wide-dark": (DESKTOP, True), "tablet": (TABLET, False), "phone": (PHONE, False)}
# Groups within each other, and a level that is gone.
QUESTION = quote(json.dumps({"any": [
    {"all": [{"is": "bought", "groups": ["Платья"], "last_days": 365}, {"not": {"is": "level", "in": ["Нет"]}}]},
    {"not": {"any": [{"is": "city", "in": ["Москва"]}, {"not": {"all": [{"is": "age", "from": 30}]}}]}},
]}))  # fmt: skip
AUTUMN = "Осенняя коллекция"
CAMPAIGN = quote(AUTUMN)
SCREENS = (
    "/",
    "/overview",
    "/customers",
    "/customers?show=burns",
    "/customer?id={loyal}",
    "/returns",
    "/whose",
    "/twins",
    "/segments",
    "/segment?name=%D0%A0%D0%B0%D0%B7%D0%BE%D0%B2%D1%8B%D0%B5",
    "/segment_edit",
    f"/segment_edit?where={QUESTION}&who={{loyal}}",
    "/campaigns",
    "/campaign_edit",
    "/campaign_edit?name=Черновик&step=no_consent",
    "/campaign?name=Отправлена",
    f"/campaign?name={CAMPAIGN}",
    f"/campaign?name={CAMPAIGN}&step=no_consent",
    "/messages_totals",
    "/control_group",
    "/program",
    "/import",
    "/consents",
    "/returns",
    "/triggers",
    f"/trigger_edit?name={quote('День рождения')}",
    "/rehearsal",
    "/gateways",
    "/journal",
)
SPILLS = """() => {
  const said = (element) => `${element.tagName} ${element.className} ${element.innerText ?? ''}`.slice(0, 120)
  const scrolls = (element) => {
    for (let at = element; at && at.dataset?.testid !== 'stMain'; at = at.parentElement)
      if (at !== element && getComputedStyle(at).overflowX !== 'visible') return true
    return false
  }
  const main = document.querySelector('[data-testid="stMain"]')
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page itself'] : []
  const right = main.getBoundingClientRect().right + 1
  for (const element of main.querySelectorAll('*'))
    if (element.getBoundingClientRect().right > right && element.getClientRects().length && !scrolls(element))
      found.push(said(element))
  return found.slice(0, 5)
}"""

# Cells that another part's styles have got hold of: the lines of their rows would not meet.
TORN = """() => [...document.querySelectorAll('.lt tbody tr')].filter((row) =>
  getComputedStyle(row).display === 'table-row' &&
  [...row.cells].some((cell) => getComputedStyle(cell).display !== 'table-cell')
).map((row) => row.innerText)"""
# Rows of folded tables of which a line begins with a sign between two values, or with a space.
BEGIN_WITH_A_SIGN = r"""() => [...document.querySelectorAll('.lt.folded tbody tr')].filter((row) => {
  const firsts = new Map() // by the middle of a line: its first letter
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (getComputedStyle(node.parentElement).visibility !== 'visible') continue
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      const box = range.getClientRects()[0]
      if (!box?.width) continue
      const middle = (box.top + box.bottom) / 2
      const line = [...firsts.keys()].find((other) => Math.abs(other - middle) < 8) ?? middle
      if (!(firsts.get(line)?.left <= box.left)) firsts.set(line, {left: box.left, letter: node.data[at]})
    }
  }
  return [...firsts.values()].some(({letter}) => /[\s·—–×;:,]/.test(letter))
}).map((row) => row.innerText)"""
FOCUSED = """() => {
  const at = document.activeElement
  const label = at.labels?.[0] ?? at
  return (at.getAttribute('aria-label') ?? label.innerText).replace(/^[a-z_]+\\n/, '').trim()
}"""


@pytest.fixture(scope="module")
def lived_in(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The demo shop, a receipt of two people's phone, a return of nothing, a file with mistakes."""
    folder = tmp_path_factory.mktemp("lived-in")
    database = folder / "loyalty.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{database}"
    family = "К-91;Вера Седова;+79160000091;", "К-92;Ольга Седова;+79160000091;"
    lines = [
        *(sale("10.11.2026", f"9000{at}", who, "4900") for at, who in enumerate(family)),
        sale("12.11.2026", "90007", ";;+79160000091;", "3500"),
        give_back("13.11.2026", "90008", "70000", NOBODY, "900"),
        sale("45.11.2026", "90009", NOBODY, "1"),
    ]
    for command in (("demo", "--customers", 150), ("import", file_of(folder / "чеки.csv", lines))):
        done = loyalty(url, *command, today=TODAY)
        assert done.returncode in (0, 1), done.stderr
    autumn = folder / "autumn.json"
    autumn.write_text(
        json.dumps({"name": AUTUMN, "text": "Ждём! {отписка}", "control_percent": 30}), encoding="utf-8"
    )
    for command in (("campaign", "add", autumn, "--start"), ("send", "--once")):  # its window is over
        assert loyalty(url, *command, today="2026-10-20T12:00").returncode == 0
    for trigger in ("День рождения", "90 дней без покупок"):
        assert loyalty(url, "trigger", "on", trigger, today=TODAY).returncode == 0
    for at, (name, *flags) in enumerate((("Отправлена", "--start"), ("Черновик",))):
        file = folder / f"{at}.json"
        file.write_text(json.dumps({"name": name, "text": "{имя|Здравствуйте}, ждём! {отписка}"}), encoding="utf-8")
        assert loyalty(url, "campaign", "add", file, *flags, today=TODAY).returncode == 0
    with running(url, folder, today=TODAY, worker=False) as app:
        yield app


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """One width and theme for all screens."""
    size, dark = VIEWS[request.param]
    with opened_page(browser, size, dark) as page:
        yield page


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_keeps_quiet_and_can_be_read(screen: str, view: Page, lived_in: App) -> None:
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    view.on("console", hear)
    view.on("pageerror", lambda error: said.append(str(error)))
    visit(view, lived_in.address + screen.format(loyal=loyal(lived_in)))
    view.remove_listener("console", hear)
    assert said == []
    assert view.evaluate(SPILLS) == []
    assert view.evaluate(TORN) == []
    assert view.evaluate(BEGIN_WITH_A_SIGN) == []
    assert faults(view) == []


def loyal(app: App) -> int:
    """Whose bonuses are the most: her card has all there is to show."""
    with closing(sqlite3.connect(app.database_url.removeprefix("sqlite:///"))) as connection:
        return int(connection.execute("SELECT id FROM customers ORDER BY available DESC").fetchone()[0])


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical, with the place of each."""
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:160]}"
        for one in serious
        for node in one["nodes"]
    ]


def test_the_first_screen_of_a_card_says_what_matters_on_a_phone(browser: Browser, lived_in: App) -> None:
    with opened_page(browser, PHONE) as phone:
        visit(phone, f"{lived_in.address}/customers")
        visit(phone, f"{lived_in.address}/customer?id={loyal(lived_in)}")
        call = phone.locator("a[href^='tel:+7']").first
        figures = [phone.get_by_text(label).first for label in ("Доступно", "Сгорит")]
        for seen in (phone.locator("h1"), call, *figures, phone.get_by_role("tab", name="История")):
            box = seen.bounding_box()
            assert box is not None and box["y"] + box["height"] < PHONE["height"], seen


def test_the_menu_goes_by_itself_on_a_phone(browser: Browser, lived_in: App) -> None:
    with opened_page(browser, PHONE) as phone:
        visit(phone, f"{lived_in.address}/overview")
        phone.get_by_test_id("stExpandSidebarButton").click()
        phone.get_by_test_id("stSidebarNavLink").filter(has_text="Программа").click()
        phone.get_by_role("heading", name="Программа", exact=True).wait_for()
        settle(phone)
        phone.wait_for_function(
            "document.querySelector('[data-testid=\"stSidebar\"]').getBoundingClientRect().right <= 1"
        )


def test_a_gift_is_found_and_given_by_the_keyboard_alone(browser: Browser, lived_in: App) -> None:
    with opened_page(browser, DESKTOP) as page:
        visit(page, f"{lived_in.address}/customers")
        tabbed_to(page, "Поиск")
        page.keyboard.type("Седова Вера")
        page.get_by_role("link", name="Седова Вера").wait_for()
        settle(page)
        tabbed_to(page, "Седова Вера")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Седова Вера").wait_for()
        settle(page)
        tabbed_to(page, "Подарить бонусы")
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        settle(page)
        tabbed_to(page, "Сколько бонусов")
        page.keyboard.type("150")
        tabbed_to(page, "За что")
        page.keyboard.type("За отзыв")
        settle(page)
        tabbed_to(page, "Подарить")
        page.keyboard.press("Enter")
        page.get_by_text("Подарено 150").wait_for()


def test_the_fields_of_a_condition_can_be_read_and_stay_on_the_page(view: Page, lived_in: App) -> None:
    visit(view, f"{lived_in.address}/segment_edit")
    for name in ("Покупали товары", "Сгорят бонусы", "Пол"):
        search = view.get_by_label("Добавить условие")
        search.fill(name)
        view.locator(".st-key-segment-found").get_by_role("button", name=name, exact=True).first.click()
        view.locator("[class*='fields']").get_by_text(name, exact=True).first.wait_for()
        settle(view)
        assert view.evaluate(SPILLS) == []
        assert faults(view) == []
    view.get_by_role("button", name="Отмена").click()
    settle(view)


def tabbed_to(page: Page, name: str) -> None:
    """Press Tab until what has this name is focused."""
    for _ in range(60):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"«{name}» is not reached by Tab")
