"""The product's table in a real browser: rows open by mouse and keyboard, headings sort, a phone has two lines."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import Session

from loyalty import acts
from loyalty.customers import people
from loyalty.engine import ledger
from loyalty.sales import receipts
from loyalty.sales.documents import CustomerDocument, CustomerRef
from tests.browser import DESKTOP, PHONE, App, opened_page, running_shop, settle, visit
from tests.pages.factory import TODAY, line, sale
from tests.pages.family import family_shop

pytestmark = pytest.mark.browser

MARIA = "Алёшина Мария Сергеевна"
STRANGE = "**b** $x$ [a](https://x) <b>"
MANY = 40
CARD = re.compile(r"/customer\?id=\d+$")


def crowded_shop(session: Session) -> None:
    """The family's shop with forty more customers, one of them of a strange name."""
    family_shop(session)
    act = acts.begin(session, acts.Origin.IMPORT)
    codes = [CustomerRef(code=f"Н-{at}") for at in range(MANY)]
    names = [STRANGE, *(f"Новикова-Преображенская{at}" for at in range(1, MANY))]
    documents = [CustomerDocument(ref, name, "Александра", "") for ref, name in zip(codes, names, strict=True)]
    people.upsert(session, documents, act)
    began = datetime(2026, 1, 5, 12)
    sales = [
        sale(f"1{at:05}", began + timedelta(days=at), [line(100 * (at * 7 % MANY + 1))], ref)
        for at, ref in enumerate(codes)
    ]
    ledger.refresh(session, receipts.record(session, sales, act).touched, TODAY)


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The crowded shop, served once for all: nothing here writes."""
    with running_shop(crowded_shop, migrated_sqlite, tmp_path_factory.mktemp("table")) as started:
        yield started


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[Page]:
    """One page for all tests: what the browser loads once in a life, it loads once."""
    with opened_page(browser, DESKTOP) as page:
        yield page


@pytest.fixture
def customers(desktop: Page, app: App) -> Page:
    """The list of customers on a desktop."""
    visit(desktop, f"{app.address}/customers")
    return desktop


def row(page: Page, words: str) -> Locator:
    return page.locator(".lt tbody tr").filter(has_text=words)


def shown(page: Page, place: int) -> list[str]:
    """What a column shows, from the left."""
    return page.locator(f".lt tbody td:nth-child({place + 1})").all_inner_texts()


def headings(page: Page) -> list[str]:
    return page.locator(".lt th").all_inner_texts()


def find(page: Page, words: str) -> None:
    page.get_by_placeholder("Имя, телефон").fill(words)
    expect(page.get_by_text(" из 43 клиентов")).to_be_visible()
    settle(page)


@pytest.mark.parametrize("place", [0, 3, 9])
def test_a_click_on_any_cell_opens_the_card_without_a_reload(customers: Page, place: int) -> None:
    customers.evaluate("window.stayed = true")
    find(customers, "Мария")
    row(customers, MARIA).locator("td").nth(place).click()
    expect(customers.get_by_role("heading", name=MARIA)).to_be_visible()
    assert CARD.search(customers.url)
    assert customers.evaluate("window.stayed")


@pytest.mark.parametrize("how", [{"modifiers": ["Control"]}, {"button": "middle"}], ids=["ctrl", "middle"])
@pytest.mark.parametrize("place", [0, 4])
def test_a_card_opens_in_a_tab_of_its_own(customers: Page, place: int, how: dict[str, object]) -> None:
    find(customers, "Мария")
    with customers.context.expect_page() as opened:
        row(customers, MARIA).locator("td").nth(place).locator("a").or_(
            row(customers, MARIA).locator("td").nth(place)
        ).last.click(**how)  # type: ignore[arg-type]
    expect(opened.value.get_by_role("heading", name=MARIA)).to_be_visible(timeout=15_000)
    assert "/customers" in customers.url


def test_keys_alone_find_a_customer_open_her_and_come_back(customers: Page) -> None:
    customers.get_by_placeholder("Имя, телефон").focus()
    customers.keyboard.type("алёшина")
    expect(customers.get_by_text("2 из 43 клиентов")).to_be_visible()
    settle(customers)
    focused = customers.locator(".lt :focus")
    for _ in range(6):
        customers.keyboard.press("Tab")
        if focused.count():
            break
    first, second = shown(customers, 0)
    expect(focused).to_have_text(first)
    assert focused.evaluate("link => getComputedStyle(link.closest('tr')).outlineStyle") == "solid"
    customers.keyboard.press("ArrowDown")
    expect(focused).to_have_text(second)
    expect(focused).to_have_role("link")
    customers.keyboard.press("Enter")
    expect(customers.get_by_role("heading", name=second)).to_be_visible()
    customers.get_by_test_id("stMain").get_by_role("link", name="Клиенты").press("Enter")
    expect(customers.get_by_text("2 из 43 клиентов")).to_be_visible()
    assert customers.get_by_placeholder("Имя, телефон").input_value() == "алёшина"
    expect(customers.locator('.lt a[tabindex="0"]')).to_have_text(second)


def test_who_comes_back_is_on_her_page_where_she_was(customers: Page) -> None:
    main = customers.get_by_test_id("stMain")
    customers.get_by_role("button", name="Посл. чек").click()
    settle(customers)
    customers.get_by_test_id("stPaginationNext").click()
    settle(customers)
    last = row(customers, "").last
    name = last.locator("a").inner_text()
    last.scroll_into_view_if_needed()
    at = main.evaluate("main => main.scrollTop")
    assert at > 0
    last.locator("td").nth(5).click()
    expect(customers.get_by_role("heading", name=name)).to_be_visible()
    main.get_by_role("link", name="Клиенты").click()
    expect(row(customers, name)).to_be_visible()
    settle(customers)
    assert abs(main.evaluate("main => main.scrollTop") - at) < 50


def test_one_heading_sorts_one_column_both_ways_and_none_moves(customers: Page) -> None:
    place = headings(customers).index("Сумма")
    heading = customers.get_by_role("columnheader", name="Сумма")
    lefts = "[...document.querySelectorAll('.lt th')].map(th => Math.round(th.getBoundingClientRect().left))"
    before = customers.evaluate(lefts)
    for direction, reverse in (("descending", True), ("ascending", False)):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", direction)
        settle(customers)
        sums = [int(re.sub(r"\D", "", said)) for said in shown(customers, place)]
        assert sums == sorted(sums, reverse=reverse) and len(sums) == 25
        assert customers.evaluate(lefts) == before
    assert customers.locator(".lt th[aria-sort]").count() == 1


def test_figures_stand_under_their_headings(customers: Page) -> None:
    edges = customers.evaluate("""() => {
      const ends = (cell) => {
        const range = document.createRange()
        range.selectNodeContents(cell)
        const box = range.getBoundingClientRect()
        return [Math.round(box.left), Math.round(box.right)]
      }
      const rows = [...document.querySelectorAll('.lt tr')]
      return rows.map(row => [...row.cells].map(cell => cell.textContent ? ends(cell) : null))
    }""")
    for place, name in enumerate(headings(customers)):
        side = int(name in ("Доступно", "Ждёт", "Сгорит", "Чеков", "Сумма"))
        ends = {line[place][side] for line in edges if line[place]}
        assert max(ends) - min(ends) <= 1, name


@pytest.mark.parametrize("place", [0, 7])
def test_words_can_be_marked_without_opening_the_row(customers: Page, place: int) -> None:
    find(customers, "Мария")
    cell = row(customers, MARIA).locator("td").nth(place)
    words, box = cell.inner_text(), cell.bounding_box()
    assert box
    customers.mouse.move(box["x"] + 4, box["y"] + 20)
    customers.mouse.down()
    customers.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20, steps=6)
    customers.mouse.up()
    settle(customers)
    assert customers.evaluate("getSelection().toString()").strip() == words
    assert "/customers" in customers.url


def test_enter_opens_a_row_though_words_are_marked(customers: Page) -> None:
    find(customers, "Мария")
    link = row(customers, MARIA).locator("a.open")
    link.evaluate("one => getSelection().selectAllChildren(one)")
    link.press("Enter")
    customers.wait_for_url("**/customer?id=*")


def test_foreign_words_are_shown_as_they_were_typed(customers: Page) -> None:
    find(customers, "**b**")
    assert shown(customers, 0) == [f"{STRANGE} Александра"]
    assert customers.locator(".lt b").count() == 0


def test_a_chosen_row_stays_marked_and_says_why(desktop: Page, app: App) -> None:
    page = desktop
    visit(page, f"{app.address}/customer?id=1")
    expect(page.get_by_text("Доступно 500", exact=True)).to_be_visible()
    chosen = page.locator('.lt tr[aria-selected="true"]')
    assert chosen.count() == 0
    row(page, "Потрачено").first.click()
    expect(page.get_by_text("05.02.2026: потрачено 400")).to_be_visible()
    expect(chosen).to_contain_text("Потрачено")
    chosen.press("ArrowUp")
    page.keyboard.press("Enter")
    settle(page)
    expect(chosen).not_to_contain_text("Потрачено")
    chosen.click()
    expect(page.get_by_text("Доступно 500", exact=True)).to_be_visible()
    assert chosen.count() == 0

    row(page, "Возврат 000001").first.click()
    expect(page.get_by_role("heading", name="Возврат 000001")).to_be_visible()
    row(page, "Чек 000003").first.click()
    expect(page.get_by_role("heading", name="Покупка 000003")).to_be_visible()
    expect(page.get_by_text("Юбка")).to_be_visible()


def test_a_small_table_is_sorted_by_values(desktop: Page, app: App) -> None:
    page = desktop
    visit(page, f"{app.address}/program")
    heading = page.get_by_role("columnheader", name="Покупки от")
    heading.get_by_role("button").click()
    assert [said.replace("\u00a0", " ") for said in shown(page, 1)] == ["100 000 ₽", "50 000 ₽", "0 ₽"]
    heading.get_by_role("button").click()
    assert [said.replace("\u00a0", " ") for said in shown(page, 1)] == ["0 ₽", "50 000 ₽", "100 000 ₽"]


def test_a_phone_shows_two_lines_a_customer(browser: Browser, app: App) -> None:
    with opened_page(browser, PHONE) as page:
        visit(page, f"{app.address}/customers")
        page.get_by_role("combobox", name="По чему сортировать").select_option("Доступно")
        settle(page)
        box = {part: row(page, MARIA).locator(part).bounding_box() for part in (".title", ".value", ".note")}
        title, value, note = box[".title"], box[".value"], box[".note"]
        assert title and value and note
        assert abs(title["y"] - value["y"]) < 3 < note["y"] - title["y"] < 30
        assert value["x"] + value["width"] > 350
        expect(row(page, MARIA).locator(".aside").first).to_contain_text("сгорит")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        row(page, MARIA).locator(".note").first.click()
        expect(page.get_by_role("heading", name=MARIA)).to_be_visible()


def test_cells_of_a_row_share_its_line(page: Page, app: App) -> None:
    """Figures' cards and tables' cells of figures are in one document."""
    visit(page, f"{app.address}/customer?id=1")
    heights = "row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().height))"
    rows = page.evaluate(f"[...document.querySelectorAll('.lt:not(.folded) tbody tr')].map({heights})")
    assert rows and all(len(set(row)) == 1 for row in rows)


@pytest.mark.parametrize("path", ["/customers", "/customer?id=1", "/twins", "/program"])
def test_nothing_is_cut_off(browser: Browser, app: App, path: str) -> None:
    with opened_page(browser, DESKTOP) as page:
        visit(page, app.address + path)
        for width in (1440, 1024, 768, 390):
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
            fits = "one => one.scrollWidth <= one.clientWidth + 1"
            assert page.evaluate(f"[...document.querySelectorAll('.lt-scroller')].every({fits})"), width
