"""Takes README's pictures: `python -m tests.screenshots [FOLDER]`, of an empty shop and of the demo shop."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser

from loyalty.files import uploads
from tests.browser import DESKTOP, PHONE, ROOT, App, opened_browser, opened_page, running, settle, shot, visit
from tests.till import file_of, sale

TODAY = "2026-11-20"
NOON = f"{TODAY}T12:00"  # at night nothing is sent
CUSTOMERS = "2000"
QUESTION = {"all": [
    {"is": "bought", "groups": ["Платья"], "last_days": 365, "pieces": {"from": 2}},
    {"is": "days_without_purchase", "from": 90},
    {"any": [{"is": "burns_within", "days": 30, "from": 500_00}, {"is": "level", "in": ["Золотой"]}]},
]}  # fmt: skip
# Picture's name -> the address of its page, after the dashboard's own.
PAGES = {
    "today": "/",
    "overview": "/overview",
    "customers": "/customers",
    "twins": "/twins",
    "segments": "/segments",
    "segment": "/segment?name=%D0%A0%D0%A4%D0%9C%3A%20%D0%A7%D0%B5%D0%BC%D0%BF%D0%B8%D0%BE%D0%BD%D1%8B",
    "segment-edit": f"/segment_edit?where={quote(json.dumps(QUESTION))}",
    "campaigns": "/campaigns",
    "campaign-edit": "/campaign_edit?name=Новый%20год",
    "control-group": "/control_group",
    "program": "/program",
    "triggers": "/triggers",
    "trigger-edit": f"/trigger_edit?name={quote('День рождения')}",
    "rehearsal": "/rehearsal",
    "gateways": "/gateways",
    "consents": "/consents",
    "journal": "/journal",
}
# The demo shop, and what somebody did in it.
SWITCHED_ON = ("День рождения", "90 дней без покупок", "Бонусы стали доступны", "Бонусы сгорят через 14 дней")
LIVED_IN = (["demo", "--customers", CUSTOMERS], *(["trigger", "on", name] for name in SWITCHED_ON), ["night"])
CAMPAIGNS = (
    ("2026-10-20", {"name": "Тёплая осень", "segment": "Постоянные", "at": None,
                    "text": "{имя|Здравствуйте}, тёплые вещи уже в шоуруме. {отписка}"}),
    ("2026-11-06", {"name": "Чёрная пятница", "control_percent": 20, "at": None,
                    "text": "{имя|Здравствуйте}, у вас {бонусы} бонусов! Скидки до воскресенья. {отписка}"}),
    (TODAY, {"name": "Новый год", "at": "2026-12-30T12:00", "control_percent": 10,
             "text": "{имя отчество|Здравствуйте}, с наступающим! На вашем счёте {бонусы} бонусов, ждём вас "
                     "в гости до Рождества. {отписка}"}),
    (TODAY, {"name": "Возвращайтесь", "segment": "Потерянные",
             "text": "{имя|Здравствуйте}, мы скучаем: вас ждут {бонусы} бонусов. {отписка}"}),
)  # fmt: skip
VIEWS = (("", DESKTOP, False), ("-phone", PHONE, False), ("-dark", DESKTOP, True))


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch, opened_browser() as browser:
        for name, take in (("empty", take_first_start), ("demo", take_shop)):
            place = Path(scratch) / name
            place.mkdir()
            url = f"sqlite:///{place / 'loyalty.db'}"
            commands = [["migrate"], *(LIVED_IN if name == "demo" else ())]
            environment = {**os.environ, "LOYALTY_DATABASE_URL": url, "LOYALTY_TODAY": NOON, "PYTHONUTF8": "1"}
            for command in commands:
                subprocess.run([sys.executable, "-m", "loyalty", *command], cwd=ROOT, env=environment, check=True)
            if name == "demo":
                send_campaigns(place, environment)
            with running(url, place, today=NOON) as app:
                take(browser, app, folder, place)


def send_campaigns(place: Path, environment: dict[str, str]) -> None:
    """Two that are sent, with a price, one that waits for its time, and a draft."""

    def run(today: str, *arguments: object) -> None:
        asked = [sys.executable, "-m", "loyalty", *map(str, arguments)]
        subprocess.run(asked, cwd=ROOT, env={**environment, "LOYALTY_TODAY": f"{today}T12:00"}, check=True)

    run(TODAY, "segment", "refresh")
    run(TODAY, "gateway", "set", "sandbox", "--price", "3,20")
    for at, (today, told) in enumerate(CAMPAIGNS):
        file = place / f"{at}.json"
        file.write_text(json.dumps(told), encoding="utf-8")
        run(today, "campaign", "add", file, *(["--start"] if "at" in told else []))
        run(today, "send", "--once")


def take_first_start(browser: Browser, app: App, folder: Path, _scratch: Path) -> None:
    for suffix, viewport, dark in VIEWS:
        with opened_page(browser, viewport, dark) as page:
            visit(page, app.address)
            print(shot(page, folder / f"welcome{suffix}.png", whole=True))


def take_shop(browser: Browser, app: App, folder: Path, scratch: Path) -> None:
    file = scratch / "продажи.csv"
    file.write_bytes(uploads.template())
    for suffix, viewport, dark in VIEWS:
        with opened_page(browser, viewport, dark) as page:
            for name, path in {**PAGES, "customer": f"/customer?id={somebody(scratch)}"}.items():
                visit(page, app.address + path)
                print(shot(page, folder / f"{name}{suffix}.png", whole=True))
            visit(page, app.address + "/import")
            page.locator('input[type="file"]').set_input_files(file)
            page.get_by_role("button", name="Загрузить", exact=True).wait_for()
            settle(page)
            print(shot(page, folder / f"import{suffix}.png", whole=True))
    take_open_receipts(browser, app, folder, scratch)


def take_open_receipts(browser: Browser, app: App, folder: Path, scratch: Path) -> None:
    """Receipts that name nothing but a family's phone; the demo shop has none of its own."""
    with sqlite3.connect(scratch / "loyalty.db") as connection:
        shared = "SELECT phone FROM customers GROUP BY phone HAVING count(*) > 1 ORDER BY max(receipts_count) DESC"
        phones = [row[0] for row in connection.execute(f"{shared} LIMIT 3")]
    days = ("19.11.2026", "18.11.2026", "18.11.2026")
    lines = [
        sale(day, f"70000{at}", f";;{phone};", "4900")
        for at, (day, phone) in enumerate(zip(days, phones, strict=False))
    ]
    file = file_of(scratch / "чеки.csv", lines)
    subprocess.run(
        [sys.executable, "-m", "loyalty", "import", str(file)],
        cwd=ROOT,
        env={**os.environ, "LOYALTY_DATABASE_URL": app.database_url, "LOYALTY_TODAY": NOON, "PYTHONUTF8": "1"},
        check=True,
    )
    for suffix, viewport, dark in VIEWS:
        with opened_page(browser, viewport, dark) as page:
            visit(page, app.address + "/whose")
            print(shot(page, folder / f"whose{suffix}.png", whole=True))


def somebody(scratch: Path) -> int:
    """A loyal customer, with bonuses of every kind."""
    with sqlite3.connect(scratch / "loyalty.db") as connection:
        loyal = "available > 0 AND pending > 0 AND spent > 0"
        return int(
            connection.execute(f"SELECT id FROM customers WHERE {loyal} ORDER BY receipts_count DESC").fetchone()[0]
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
