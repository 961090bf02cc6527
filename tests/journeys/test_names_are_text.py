"""In a real browser: what people and files say is text everywhere, whatever it means in Markdown, HTML or Excel."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from loyalty import acts, db, export, settings, tables
from loyalty.models import customers
from loyalty.segments import membership
from loyalty.segments.tree import is_
from tests.browser import App, settle, visit
from tests.till import HEADER

STARS = "**b** $x$ [a](https://x) <b>"
ICONS = ":red[r] :material/home: www.x.ru - =1+1"
FORMULA = "=1+1"
TODAY = "2026-02-01"
FILE_NAME = "**b** $x$ [a](www.x.ru) =1+1.csv"  # «/», «<» and «>» are in no file's name
PHONE = "+79161110001"
# What the page would be made of, were a name not text: its addresses, formulas, bold and coloured letters, icons.
MADE = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const href = one.getAttribute('href') ?? '';
  const said = one.children.length ? '' : one.textContent.trim();
  return /^https:\\/\\/x|www\\.x\\.ru|^mailto:/.test(href) || one.matches('.katex, b')
    || (one.matches('strong, em, span, a') && ['b', 'r', 'a', 'x', 'home'].includes(said));
}).map((one) => one.outerHTML.slice(0, 200))"""


def line(on: str, number: str, who: str, goods: str, amount: str, *, kind: str = "Продажа", of: str = "") -> str:
    """A row of the flat file in which every word is a name."""
    place = f"{STARS};{ICONS};{STARS}"  # shop, place of sale, cashier
    return f"{on};{number};{kind};{of};{place};{who};{FORMULA};{goods};{ICONS};1;{amount};0;{amount};;{STARS}"


SALES = [
    line("10.01.2026", "1", f"К-1;{STARS};{PHONE};*7*", STARS, "10000"),
    line("11.01.2026", "2", f"К-2;{ICONS};{PHONE};", ICONS, "2000"),
    line("12.01.2026", "3", f";;{PHONE};", STARS, "3000"),  # whose?
    line("13.01.2026", "4", f"<К>_3_;{STARS};+79161110003;*7*", STARS, "500"),  # a twin, and a warning of the card
    line("14.01.2026", "5-**b**", "К-1;;;", STARS, "700", kind="Возврат", of="[9](https://x)"),
    line(f"{STARS}", "6", "К-1;;;", ICONS, "900"),  # a rejected row
]


def is_text(page: Page, *words: str) -> None:
    """Nothing on the screen is made of names, and these are seen on it as they were typed."""
    settle(page)
    assert page.evaluate(MADE) == []
    said = " ".join(page.locator("body").inner_text().replace("\u00a0", " ").split())
    for word in words:
        assert word in said, f"{word!r} is not on {page.url}:\n{said}"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()
    settle(page)


def fill(page: Page, **typed: str) -> None:
    """Fill fields by their labels."""
    for label, words in typed.items():
        page.get_by_label(label.replace("_", " "), exact=True).last.fill(words)
    page.wait_for_timeout(500)  # what is typed is sent after a pause
    settle(page)


def download(page: Page, name: str) -> tuple[str, bytes]:
    with page.expect_download() as started:
        page.get_by_role("button", name=name).first.click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


@pytest.mark.browser
@pytest.mark.slow
def test_names_are_text(running_app: Callable[..., App], page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    app = running_app(today=TODAY)
    monkeypatch.setenv("LOYALTY_DATABASE_URL", app.database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY)
    _start(page, app)
    _import(page, app)
    _programme(page, app)
    _card(page, app)
    _campaign(page, app)
    _trigger(page, app)
    _families(page, app)
    for path in (
        "",
        "/overview",
        "/customers",
        "/journal",
        "/twins",
        "/whose",
        "/import",
        "/program",
        "/campaigns",
        "/triggers",
        "/rehearsal",
    ):
        visit(page, app.address + path)
        is_text(page, STARS)  # the shop's name, if nothing else
    _exports()
    db.engine().dispose()


def _start(page: Page, app: App) -> None:
    visit(page, app.address)
    fill(page, Как_называется_магазин=STARS)
    press(page, "Дальше")
    is_text(page, "Шаг 2 из 2", STARS)


def _import(page: Page, app: App) -> None:
    visit(page, f"{app.address}/import")
    rows = "\r\n".join((HEADER, *SALES, "")).encode("utf-8-sig")
    page.locator('input[type="file"]').set_input_files({"name": FILE_NAME, "mimeType": "text/csv", "buffer": rows})
    expect(page.get_by_role("button", name="Загрузить", exact=True)).to_be_enabled(timeout=20_000)
    page.get_by_text("Как читаются колонки").click()
    is_text(page, FILE_NAME, STARS)
    page.get_by_role("button", name="Загрузить", exact=True).click()
    expect(page.get_by_role("button", name="Посмотреть клиентов")).to_be_visible(timeout=60_000)
    is_text(page, FILE_NAME, "Карта *7*")


def _programme(page: Page, app: App) -> None:
    visit(page, f"{app.address}/program")
    press(page, "Новая версия")
    page.get_by_role("textbox", name="Уровень").first.fill(STARS)
    page.wait_for_timeout(500)
    is_text(page, f"Уровень «Базовый» будет называться «{STARS}»")
    page.get_by_role("button", name="Сохранить с 02.02.2026").click()
    is_text(page, "Сохранить новые условия?")
    page.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
    is_text(page, f"«{STARS}»")


def _card(page: Page, app: App) -> None:
    visit(page, f"{app.address}/customer?id={customer('К-1')}")
    is_text(page, STARS)
    press(page, "Подарить бонусы")
    fill(page, Сколько_бонусов="300", За_что=ICONS)
    press(page, "Подарить")
    is_text(page, "Подарено 300")
    name, printed = download(page, "Для печати")
    assert name == "Бонусы --b-- $x$ [a](https---x) -b- 01.02.2026.html"
    sheet = page.context.new_page()
    sheet.set_content(printed.decode())
    is_plain_page(sheet, STARS, ICONS)
    _, movements = download(page, "Excel")
    assert {cell.data_type for row in load_workbook(io.BytesIO(movements)).active.rows for cell in row} <= {
        "s",
        "n",
        "d",
    }
    page.get_by_role("row", name="Возврат 5-**b**").click()
    is_text(page, "Возврат 5-**b**", "чек не найден")
    _segment(page, app)
    page.get_by_role("tab", name="О клиенте").click()
    settle(page)
    fill(page, Город=STARS, Улица=ICONS, Дом="<b>", Комментарий=STARS, Откуда_пришёл=ICONS)
    press(page, "Добавить близкого")
    fill(page, Кто=ICONS, Имя=STARS)
    page.get_by_test_id("stDateInput").last.get_by_role("spinbutton").first.click()
    page.keyboard.type("01012000")
    settle(page)
    press(page, "Сохранить")
    is_text(page, "Сохранено", STARS, f"{STARS}, {ICONS}, <b>", FILE_NAME)


def _segment(page: Page, app: App) -> None:
    """A segment called so, on her card and in her history."""
    with db.writing() as session:
        act, question = acts.begin(session, acts.Origin.SCREEN), is_("search", words="К-1")
        membership.save(session, STARS, question, act, settings.now(), date.fromisoformat(TODAY))
    visit(page, f"{app.address}/customer?id={customer('К-1')}")
    is_text(page, "Сегменты:", f"Теперь в сегменте «{STARS}»")
    page.get_by_role("link", name=STARS).click()
    is_text(page, STARS)
    page.go_back()
    is_text(page, "Сегменты:")


def _campaign(page: Page, app: App) -> None:
    """A campaign called so, to a segment called so, that says so."""
    visit(page, f"{app.address}/campaign_edit?{urlencode({'segment': STARS})}")
    page.get_by_text("Рекламное сообщение").click()
    fill(page, Название=STARS, Текст_сообщения=f"{STARS} {ICONS} =1+1")
    is_text(page, f"Сегмент «{STARS}»", f"{STARS} {ICONS} =1+1")
    press(page, "Запустить")
    is_text(page, "Запустить рассылку?")
    page.keyboard.press("Escape")
    press(page, "Сохранить")
    is_text(page, f"Черновик «{STARS}» сохранён", f"Сегмент «{STARS}»")
    visit(page, f"{app.address}/campaign_edit?{urlencode({'name': STARS, 'step': 'reached'})}")
    is_text(page, f"Рассылка «{STARS}»", "Получат", f"{STARS} {ICONS} =1+1")


def _trigger(page: Page, app: App) -> None:
    """A trigger called so, of a segment called so, that says so."""
    visit(page, f"{app.address}/trigger_edit")
    fill(page, Название=STARS)
    page.get_by_label("Только из сегмента").click()
    page.get_by_role("option", name=STARS).click()
    page.get_by_text("Служебное", exact=True).click()
    fill(page, Текст=f"{STARS} {ICONS} =1+1")
    is_text(page, f"если в сегменте «{STARS}»", f"{STARS} {ICONS} =1+1")
    press(page, "Сохранить")
    is_text(page, f"Триггер «{STARS}» сохранён", f"если в сегменте «{STARS}»")
    page.locator("label").filter(has_text=f"Включить «{STARS}»").click()
    is_text(page, "Включить триггер?", f"если в сегменте «{STARS}»")
    press(page, "Включить")
    is_text(page, "Включены: 1", f"«{STARS}» включён")
    visit(page, f"{app.address}/rehearsal?{urlencode({'trigger': STARS})}")
    is_text(page, "Репетиция")


def is_plain_page(page: Page, *words: str) -> None:
    assert page.evaluate(MADE) == []
    said = page.locator("body").inner_text()
    assert all(word in said for word in words), said
    page.close()


def _families(page: Page, app: App) -> None:
    visit(page, f"{app.address}/whose")
    is_text(page, f"Это {ICONS}", STARS)
    press(page, "Другой клиент")
    page.get_by_placeholder("Имя, телефон").fill("**b**")
    is_text(page, STARS)
    visit(page, f"{app.address}/twins")
    press(page, "Один человек")
    is_text(page, f"{STARS}", "<К>_3_")
    press(page, "Объединить")
    is_text(page, f"Объединено: {STARS}")
    visit(page, f"{app.address}/customer?id={customer('К-1')}")
    page.get_by_role("tab", name="О клиенте").click()
    is_text(page, f"Объединена с карточкой «{STARS}»")
    press(page, "Отменить объединение")
    is_text(page, f"{STARS} снова станет отдельной карточкой")


def _exports() -> None:
    """Excel and CSV hold no formula."""
    with db.reading() as session:
        for what, (columns, rows) in export.KINDS_OF_EXPORT.items():
            book = load_workbook(io.BytesIO(tables.to_xlsx(columns, rows(session, None)))).active
            assert "f" not in {cell.data_type for row in book.rows for cell in row}, what
            text = tables.to_csv(columns, rows(session, None)).decode()
            assert not any(cell.startswith(("=", "@")) for row in text.splitlines() for cell in row.split(";")), (
                what
            )


def customer(code: str) -> int:
    with db.reading() as session:
        return int(session.connection().scalar(select(customers.c.id).where(customers.c.external_id == code)))
