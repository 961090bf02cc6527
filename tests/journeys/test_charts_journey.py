"""Charts and figures in a real browser: the theme's colours, the way to the list, the keyboard, the finger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import DESKTOP, PHONE, App, opened_page, running_shop, settle, visit
from tests.pages.factory import small_shop

pytestmark = pytest.mark.browser

LIGHT_ACCENT, DARK_ACCENT = "rgb(15, 118, 110)", "rgb(45, 212, 191)"  # .streamlit/config.toml
REVENUE = "Выручка по месяцам: участники программы и покупки без карты"
BALANCE = "Сколько бонусов было доступно и будет, если больше ничего не случится"
JANUARY = "show=bought&from=2026-01-01&to=2026-01-31"


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The small shop, served once for all: nothing here writes."""
    with running_shop(small_shop, migrated_sqlite, tmp_path_factory.mktemp("charts")) as served:
        yield served


def drawn(page: Page, name: str) -> Locator:
    """The chart of that alternative text, once plotly has drawn it."""
    chart = page.get_by_role("group", name=name)
    expect(chart.locator(".chart-canvas[data-drawn]")).to_be_visible(timeout=15_000)
    return chart


def fill(chart: Locator) -> str:
    """The colour of the first bar."""
    return str(chart.locator(".bars path").first.evaluate("bar => getComputedStyle(bar).fill"))


def test_the_theme_colours_the_bars_and_a_switch_redraws_them(app: App, browser: Browser) -> None:
    with opened_page(browser, DESKTOP) as page:
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        visit(page, f"{app.address}/overview")
        chart = drawn(page, REVENUE)
        assert fill(chart) == LIGHT_ACCENT
        page.emulate_media(color_scheme="dark")
        expect(chart.locator(".bars path").first).to_have_css("fill", DARK_ACCENT, timeout=10_000)
        assert not wrong


def test_a_click_on_a_bar_leads_to_the_buyers_of_its_month(app: App, page: Page) -> None:
    visit(page, f"{app.address}/overview")
    chart = drawn(page, REVENUE)
    at = bar(page, chart)
    page.mouse.move(*at)
    expect(chart.get_by_text("Январь 2026")).to_be_visible()
    expect(chart.get_by_text("12\u00a0000\u00a0₽")).to_be_visible()
    page.mouse.click(*at)
    page.wait_for_url(f"**/customers?{JANUARY}")


def bar(page: Page, chart: Locator) -> tuple[float, float]:
    """A place on the bar of January 2026: the highest of all."""
    boxes = [path.bounding_box() for path in chart.locator(".bars path").all()]
    box = max((one for one in boxes if one), key=lambda one: one["height"])
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_keyboard_walks_the_bars_and_follows(app: App, page: Page) -> None:
    visit(page, f"{app.address}/overview")
    chart = drawn(page, REVENUE)
    chart.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    said = chart.get_by_role("status")
    expect(said).to_have_text(
        "Январь 2026. Участники программы 12\u00a0000\u00a0₽. Без карты 0\u00a0₽. Enter: Кто купил"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers?{JANUARY}")


def test_a_finger_sees_the_figures_first_and_then_may_go(app: App, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="ru-RU")  # type: ignore[arg-type]
    page = context.new_page()
    visit(page, f"{app.address}/overview")
    chart = drawn(page, REVENUE)
    chart.scroll_into_view_if_needed()
    page.touchscreen.tap(*bar(page, chart))
    way = chart.get_by_role("button", name="Кто купил")
    expect(way).to_be_visible()
    assert "customers" not in page.url
    way.tap()
    page.wait_for_url(f"**/customers?{JANUARY}")
    context.close()


def test_the_figure_of_buyers_leads_to_them_and_explains_itself(app: App, page: Page) -> None:
    visit(page, f"{app.address}/overview")
    help_ = page.get_by_text("Клиенты, у которых за это время есть хотя бы один чек")
    expect(help_).to_be_hidden()
    page.get_by_label("Что такое «Покупатели»").press("Enter")
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.locator(".figures").get_by_role("button", name="Кто купил").click()
    page.wait_for_url("**/customers?show=bought&from=2025-04-01&to=2026-03-01")


def test_on_a_phone_figures_stand_in_two_columns_of_one_width(app: App, phone: Page) -> None:
    visit(phone, f"{app.address}/overview")
    boxes = [one.bounding_box() for one in phone.locator(".figure").all()]
    widths = {round(box["width"]) for box in boxes[:4] if box}
    assert len(widths) == 1 and len({round(box["x"]) for box in boxes if box}) == 2
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_card_draws_its_balance_with_the_same_part(app: App, page: Page) -> None:
    visit(page, f"{app.address}/customer?id=1")
    chart = drawn(page, BALANCE)
    expect(chart.locator(".chart-legend")).to_contain_text("дальше, если ничего не случится")
    lines = chart.locator(".scatterlayer .js-line")
    assert [line.evaluate("path => path.style.strokeDasharray !== ''") for line in lines.all()] == [False, True]
    expect(chart.get_by_text("сегодня")).to_be_visible()
    settle(page)
    box = chart.locator(".chart-plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    expect(chart.locator(".chart-box")).to_contain_text("доступно")
