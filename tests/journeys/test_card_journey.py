"""In a real browser, on a desktop and on a phone: a card's line of events, and a list that becomes a segment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from loyalty import acts
from loyalty.segments import membership
from loyalty.segments.tree import is_
from tests.browser import DESKTOP, PHONE, App, opened_page, running_shop, settle, visit
from tests.pages.factory import TODAY, small_shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    def tell(session: Session) -> None:
        small_shop(session)
        act = acts.begin(session, acts.Origin.SCREEN)
        for name, days in (("Недавние", 0), ("Были тихими", 5)):
            question = is_("days_without_purchase", **{"from": days})
            membership.save(session, name, question, act, datetime(2026, 2, 25, 9, tzinfo=UTC), TODAY)
        membership.save(
            session, "Были тихими", is_("days_without_purchase", **{"from": 900}), act,
            datetime(2026, 2, 27, 9, tzinfo=UTC), TODAY, was="Были тихими",
        )  # fmt: skip

    with running_shop(tell, migrated_sqlite, tmp_path_factory.mktemp("card")) as started:
        yield started


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with opened_page(browser, request.param) as page:
        yield page


def rows(page: Page) -> list[str]:
    """Groups and events as they stand in the line."""
    line = page.get_by_role("grid", name="История клиента, новое сверху").locator("tbody tr")
    return [" ".join(words.replace("\u00a0", " ").split()) for words in line.all_inner_texts()]


def test_all_that_happened_is_one_line_with_why_a_click_away(screen: Page, app: App) -> None:
    visit(screen, f"{app.address}/customer?id=1")
    found = rows(screen)
    assert found[0] == "Впереди, если больше ничего не случится"
    groups = ["Февраль 2026", "Январь 2026", "Май 2023"]
    assert [row for row in found if row in groups] == groups
    assert any("Больше не в сегменте «Были тихими»: сегмент изменили" in row for row in found)
    screen.get_by_role("row").filter(has_text="Потрачено").click()
    expect(screen.get_by_text("05.02.2026: потрачено 400")).to_be_visible()
    screen.get_by_role("row").filter(has_text="Чек 000003").click()
    expect(screen.get_by_role("heading", name="Покупка 000003")).to_be_visible()
    expect(screen.get_by_text("Юбка")).to_be_visible()

    screen.get_by_role("button", name="Сегменты", exact=True).click()
    settle(screen)
    events = [row for row in rows(screen) if "2026 " in row and ":" in row]
    assert len(events) == 3 and all("сегменте" in row for row in events)
    assert screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_her_segments_open_and_former_ones_have_their_days(screen: Page, app: App) -> None:
    visit(screen, f"{app.address}/customer?id=1")
    screen.get_by_role("button", name="Раньше: 1").click()
    expect(screen.get_by_text("25.02.2026 – 27.02.2026")).to_be_visible()
    screen.keyboard.press("Escape")
    screen.get_by_role("link", name="Недавние").click()
    expect(screen.get_by_role("heading", name="Недавние", exact=True)).to_be_visible()


def test_what_is_filtered_becomes_a_segment_in_one_click(screen: Page, app: App) -> None:
    visit(screen, f"{app.address}/customers?show=has_bonuses&show=consent")
    expect(screen.get_by_text("1 из 2 клиентов")).to_be_visible()
    screen.get_by_role("link", name="Сохранить как сегмент").click()
    settle(screen)
    assert "/segment_edit" in screen.url
    said = " ".join(screen.locator("body").inner_text().replace("\u00a0", " ").split())
    assert "доступно больше 0 бонусов, и у которых есть согласие на SMS" in said
    assert screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit(screen, f"{app.address}/customers")
    expect(screen.get_by_text("Сохранить как сегмент")).to_have_count(0)
