"""In a real browser: a gift while another process writes is told to wait, outlives its tab, and is given once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from loyalty import db
from loyalty.models import grants
from tests.browser import DESKTOP, App, opened_page, visit
from tests.pages.factory import TODAY, small_shop
from tests.program.holder import held
from tests.till import shop_that_adds_up

MARIA = 1
PATIENCE_MS = 20_000  # of a busy machine; the other process would write until it is told to stop


def give(page: Page, roubles: int) -> None:
    """The dialog filled in and sent by a hasty double click."""
    page.get_by_role("button", name="Подарить бонусы").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Сколько бонусов").fill(str(roubles))
    dialog.get_by_label("За что").fill("За отзыв")
    dialog.get_by_role("button", name="Подарить", exact=True).dblclick()


@pytest.mark.browser
def test_a_gift_waits_for_who_writes_though_its_tab_is_reloaded_and_closed(
    running_app: Callable[..., App], browser: Browser, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop_that_adds_up(sqlite_url, TODAY, monkeypatch):
        with db.writing() as session:
            small_shop(session)
        app = running_app(today=TODAY.isoformat(), worker=False)
        address = f"{app.address}/customer?id={MARIA}"
        with held(sqlite_url) as let_go:
            with opened_page(browser, DESKTOP) as page:
                visit(page, address)
                give(page, 500)
                waits = page.get_by_text("Ждёт записи: подарок 500 бонусов — Алёшина Мария Сергеевна")
                expect(waits).to_be_visible(timeout=PATIENCE_MS)
                expect(page.get_by_text("Сейчас записываются другие изменения")).to_be_visible()
                expect(page.get_by_role("dialog")).to_have_count(0)
                page.reload()
                expect(waits).to_be_visible(timeout=PATIENCE_MS)
            with opened_page(browser, DESKTOP) as page:  # her tab is closed, another is opened
                visit(page, address)
                expect(page.get_by_text("Ждёт записи")).to_be_visible(timeout=PATIENCE_MS)
                let_go()
                expect(page.get_by_test_id("stToast")).to_contain_text("Подарено 500", timeout=PATIENCE_MS)
                expect(page.get_by_text("Ждёт записи")).to_have_count(0, timeout=PATIENCE_MS)
        with db.reading() as session:
            assert session.connection().scalars(select(grants.c.amount)).all() == [500_00]
