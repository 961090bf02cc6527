"""In a browser: the owner's question made by clicking, counted, saved; a file makes one leave, and it is seen."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESKTOP, PHONE, App, opened_page, running, settle, visit
from tests.till import file_of, loyalty, sale

pytestmark = pytest.mark.browser
TODAY, CUSTOMERS = "2026-11-20", 600
VIEWS = {"wide": DESKTOP, "phone": PHONE}
WHERE = {"all": [
    {"is": "bought", "groups": ["Платья"], "last_days": 365, "pieces": {"from": 2}},
    {"is": "days_without_purchase", "from": 90},
    {"is": "burns_within", "days": 30, "from": 500_00},
]}  # fmt: skip
SENTENCE = (
    "Клиенты, которые покупали товары из группы «Платья» за последние 365 дней, всего 2 шт. или больше, "
    "и у которых после последней покупки прошло 90 дней или больше, и у которых за 30 дней сгорит 500 бонусов "
    "или больше"
)


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The demo shop."""
    folder = tmp_path_factory.mktemp("demo")
    database = folder / "loyalty.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{database}"
    done = loyalty(url, "demo", "--customers", CUSTOMERS, today=TODAY)
    assert done.returncode == 0, done.stderr
    with running(url, folder, today=TODAY, worker=False) as started:
        yield started


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1440 px and 390 px wide."""
    with opened_page(browser, VIEWS[request.param]) as opened:
        yield opened


def command(app: App, *arguments: object) -> Any:
    """What the command line says of the same shop."""
    done = loyalty(app.database_url, *arguments, "--json", today=TODAY)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names(app: App) -> set[str]:
    """Of all segments."""
    return {one["name"] for one in command(app, "segment", "list")["segments"]}


def add(page: Page, word: str, name: str) -> None:
    """A condition found by a word and added by a click; the second click of two adds nothing."""
    page.get_by_label("Добавить условие").fill(word)
    page.locator(".st-key-segment-found").get_by_role("button", name=name, exact=True).first.dblclick()
    expect(page.get_by_label("Добавить условие")).to_have_value("")
    settle(page)


def write(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)
    settle(page)


def make(page: Page) -> None:
    """«Покупали платья дважды за год, не были 90 дней, и у кого за месяц сгорят больше 500 бонусов»."""
    add(page, "плать", "Платья")
    page.get_by_role("combobox", name="Когда").click()
    page.get_by_role("option", name="За последние дни").click()
    settle(page)
    write(page, "Штук, от", "2")
    add(page, "не был", "Дней без покупок")
    write(page, "От, дней", "90")
    add(page, "сгор", "Сгорят бонусы")
    write(page, "В ближайшие, дней", "30")
    write(page, "От, бонусов", "500")
    page.get_by_role("button", name="Готово").click()
    settle(page)


def heading(page: Page) -> str:
    """The live count."""
    return page.locator(".st-key-segment-count").get_by_role("heading").inner_text().replace("\u00a0", " ")


def test_the_question_is_made_by_clicking_and_saved(app: App, view: Page, tmp_path: Path) -> None:
    (tmp_path / "segment.json").write_text(json.dumps({"name": "Любой", "where": WHERE}), encoding="utf-8")
    count = command(app, "segment", "count", tmp_path / "segment.json")["count"]
    assert count > 0
    visit(view, app.address + "/segment_edit")
    make(view)
    assert heading(view).split()[0] == str(count)
    expect(view.get_by_text(SENTENCE)).to_be_visible()
    members = view.locator(".st-key-segment-sample").get_by_role("link")
    assert members.count() == count
    size = view.viewport_size
    assert size is not None
    if size["width"] < 768:
        view.get_by_label("Поиск", exact=True).scroll_into_view_if_needed()
        expect(view.locator(".st-key-segment-count").get_by_role("heading")).to_be_in_viewport()
    name = f"Платья на {size['width']}"
    write(view, "Название", name)
    view.get_by_role("button", name="Сохранить", exact=True).dblclick()
    expect(view.get_by_role("heading", name=name)).to_be_visible()
    (known,) = (one for one in command(app, "segment", "list")["segments"] if one["name"] == name)
    assert known["members"] == count and known["sentence"].replace("\u00a0", " ") == SENTENCE


def test_she_leaves_with_a_file_and_it_is_seen(app: App, browser: Browser, tmp_path: Path) -> None:
    name = "Пора написать"
    (tmp_path / "segment.json").write_text(json.dumps({"name": name, "where": WHERE}), encoding="utf-8")
    command(app, "segment", "add", tmp_path / "segment.json")
    with closing(sqlite3.connect(app.database_url.removeprefix("sqlite:///"))) as connection:
        inside = "SELECT customer_id FROM memberships JOIN segments ON segments.id = segment_id WHERE name = ?"
        whose = f"SELECT id, external_id, last_name FROM customers WHERE id IN ({inside}) ORDER BY id LIMIT 1"
        id_, code, surname = connection.execute(whose, (name,)).fetchone()
    with opened_page(browser, DESKTOP) as page:
        address = f"{app.address}/segment_edit?name={name}&who={id_}"
        visit(page, address)
        expect(page.get_by_text("в сегменте", exact=True)).to_be_visible()
        file = file_of(tmp_path / "чек.csv", [sale("20.11.2026", "990001", f"{code};;;", "4900")])
        assert loyalty(app.database_url, "import", file, today=TODAY).returncode == 0
        visit(page, address)
        expect(page.get_by_text("не в сегменте", exact=True)).to_be_visible()
        expect(page.get_by_text("0 дней, с 20.11.2026")).to_be_visible()
        visit(page, f"{app.address}/segment?name={name}")
        page.get_by_role("tab", name="Движение").click()
        settle(page)
        page.get_by_text(surname).first.click()
        expect(page.get_by_role("heading", name=surname)).to_be_visible()
        settle(page)
        expect(page.get_by_text(name).first).to_be_visible()


def test_a_segment_is_deleted_only_where_nothing_stands_on_it(app: App, browser: Browser, tmp_path: Path) -> None:
    base, above = "Снизу", "Сверху"
    for called, where in ((base, WHERE), (above, {"is": "segment", "name": base})):
        (tmp_path / "segment.json").write_text(json.dumps({"name": called, "where": where}), encoding="utf-8")
        command(app, "segment", "add", tmp_path / "segment.json")
    with opened_page(browser, DESKTOP) as page:
        for called in (base, above, base):
            visit(page, f"{app.address}/segment_edit?name={called}")
            page.get_by_role("button", name="Ещё").first.click()
            page.get_by_text("Удалить сегмент").click()
            dialog = page.get_by_role("dialog").filter(has_text="Удалить сегмент?")
            if called == base and above in names(app):
                expect(dialog.get_by_role("link", name=above)).to_be_visible()
                continue
            dialog.get_by_role("button", name="Удалить").click()
            page.wait_for_url("**/segments")
    assert not {base, above} & names(app)


def test_what_is_not_saved_is_asked_about_and_groups_are_made_by_the_keyboard(app: App, browser: Browser) -> None:
    with opened_page(browser, DESKTOP) as page:
        visit(page, app.address + "/segment_edit")
        for word, name in (("моск", "Москва"), ("золот", "Золотой")):
            page.get_by_label("Добавить условие").focus()
            page.keyboard.type(word)
            expect(
                page.locator(".st-key-segment-found").get_by_role("button", name=name, exact=True)
            ).to_be_visible()
            settle(page)
            tabbed_to(page, name)
            page.keyboard.press("Enter")
            expect(page.get_by_label("Добавить условие")).to_have_value("")
            settle(page)
        both = int(heading(page).split()[0])
        page.get_by_role("button", name="Ещё", exact=True).first.click()
        page.get_by_role("menuitem", name="В новую группу").or_(page.get_by_text("В новую группу")).first.click()
        settle(page)
        page.get_by_role("radio", name="любое").first.click()
        settle(page)
        assert int(heading(page).split()[0]) > both
        asked: list[str] = []

        def answer(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", answer)
        page.goto(app.address + "/customers")
        assert asked == ["beforeunload"]


def tabbed_to(page: Page, words: str) -> None:
    """Press Tab until what begins with these words is focused."""
    for _ in range(40):
        focused = page.evaluate("document.activeElement.innerText ?? ''")
        if words in focused:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"«{words}» is not reached by Tab")
