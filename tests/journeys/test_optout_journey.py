"""In a browser, on a phone: a message's link is opened, the button is pressed, and nothing more is sent
(acceptance 23 and 46)."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, options, settings
from loyalty.acts import Origin
from loyalty.customers import consents, people
from loyalty.customers.consents import EMAIL, SMS
from loyalty.messages import campaigns
from loyalty.messages.consent.optout import PATH, PUBLIC_ADDRESS, Refusals
from loyalty.messages.sending import sender
from loyalty.models import messages
from loyalty.sales.documents import CustomerDocument, CustomerRef
from tests.browser import PHONE, App, opened_page, running_shop

pytestmark = pytest.mark.browser
ADDRESS = "https://bonus.shop.ru"
NAMES = ("Анна", "Борис", "Вера", "Галина", "Дарья")


def tell(session: Session) -> None:
    """Five customers with consent to SMS, one of them to e-mail as well; a shop with a public address."""
    settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
    options.put(session, PUBLIC_ADDRESS, ADDRESS)
    options.put(session, "quiet_hours", "none")
    options.put(session, "frequency_cap", "none")
    act = acts.begin(session, Origin.IMPORT)
    known = [
        CustomerDocument(
            CustomerRef(f"К-{at}", None, f"+7916111000{at}"), first_name=name, email=f"{at}@example.com",
            sms_consent=True,
        )
        for at, name in enumerate(NAMES)
    ]  # fmt: skip
    people.upsert(session, known, act)
    consents.say_now(session, 2, is_given=True, act=act, method=consents.PAPER, channel=EMAIL)


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_shop(tell, migrated_sqlite, tmp_path_factory.mktemp("optout")) as started:
        yield started


@pytest.fixture(autouse=True)
def its_database(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", app.database_url)
    monkeypatch.setenv("LOYALTY_TODAY", "2026-03-01")
    yield
    db.engine().dispose()


@pytest.fixture(scope="module")
def handset(browser: Browser) -> Iterator[Page]:
    with opened_page(browser, PHONE) as opened:
        yield opened


def link(customer_id: int, channel: str = SMS) -> str:
    """As it stands in her message, behind the public address."""
    with db.reading() as session:
        return Refusals(session).link(customer_id, channel).removeprefix(ADDRESS)


def said(customer_id: int) -> dict[str, bool]:
    with db.reading() as session:
        found = {one: consents.latest(session, [customer_id], one) for one in (SMS, EMAIL)}
    return {channel: words[customer_id] for channel, words in found.items() if customer_id in words}


def asked(
    address: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(address, body, named, method=method)) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def launched(name: str) -> None:
    """A campaign to everybody waits to be sent."""
    with db.writing() as session:
        now = settings.now(settings.timezone(session))
        draft = campaigns.Draft(name, "{имя|Здравствуйте}, скидка. {отписка}")
        campaigns.add(session, draft, acts.begin(session, Origin.SCREEN), now)
        campaigns.launch(session, name, acts.begin(session, Origin.SCREEN), now)


def sent(name: str) -> dict[int, str]:
    """It is sent: the text of each who got it, the reason of each who did not, by customer."""
    sender.run(once=True)
    m = messages.c
    with db.reading() as session:
        last = campaigns.get(session, name).id
        query = select(m.customer_id, m.status, m.reason, m.text).where(m.campaign_id == last)
        return {id_: text if status == "delivered" else reason for id_, status, reason, text in
                session.connection().execute(query)}  # fmt: skip


def test_46_a_link_on_a_phone_ends_messages_by_its_button_and_not_by_opening(app: App, handset: Page) -> None:
    launched("Первая")
    texts = sent("Первая")
    found = re.search(rf"{re.escape(ADDRESS)}(/o/\S+)", texts[1])
    assert found and len(found[0]) < 45
    handset.goto(app.address + found[1])
    expect(handset.get_by_role("heading", name="Отказаться от рассылок?")).to_be_visible()
    expect(handset.get_by_text("Шоурум «Лето»")).to_be_visible()
    assert "Анна" not in handset.content() and "916" not in handset.content()
    assert handset.evaluate("document.documentElement.scrollWidth") <= 390
    serious = [fault["id"] for fault in Axe().run(handset).response["violations"] if fault["impact"] != "minor"]
    assert serious == []
    assert said(1) == {SMS: True}
    handset.get_by_role("button", name="Не присылать рекламу").click()
    expect(handset.get_by_role("heading", name="Готово, вы отписаны")).to_be_visible()
    assert said(1) == {SMS: False, EMAIL: False}
    handset.reload()  # the form again: as calm
    expect(handset.get_by_role("heading", name="Готово, вы отписаны")).to_be_visible()
    handset.goto(app.address + found[1])
    expect(handset.get_by_text("Вы уже отказались от рассылок.")).to_be_visible()
    launched("Вторая")
    again = sent("Вторая")
    assert again[1] == "opted_out"
    assert all(text.startswith(name) for (_, text), name in zip(sorted(again.items())[1:], NAMES[1:], strict=True))


def test_she_may_keep_the_other_channel_that_she_agreed_to(app: App, handset: Page) -> None:
    handset.goto(app.address + link(2))
    handset.get_by_role("button", name="Только не SMS, письма пусть приходят").click()
    expect(handset.get_by_text("Рекламных SMS от нас больше не будет.")).to_be_visible()
    assert said(2) == {SMS: False, EMAIL: True}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_46_a_mail_program_that_looks_changes_nothing(app: App, method: str) -> None:
    status, _, headers = asked(app.address + link(3), method)
    assert status == 200 and said(3) == {SMS: True}
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"


def test_a_mail_programs_one_click_unsubscribes(app: App) -> None:
    for _ in range(2):
        status, page, _ = asked(app.address + link(4, EMAIL), "POST", b"List-Unsubscribe=One-Click")
        assert status == 200 and "Готово" in page
    assert said(4) == {SMS: False, EMAIL: False}


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda token: token[:-1], lambda token: token + "a", lambda token: "", lambda token: "1", lambda token: "-",
        lambda token: token.replace(token[0], "z" if token[0] != "z" else "y", 1), lambda token: "ы-" + token,
        lambda token: token.swapcase(), lambda token: token + "/x",
    ],
)  # fmt: skip
def test_46_no_link_can_be_guessed_or_made_of_another(app: App, spoilt: Callable[[str], str]) -> None:

    token = link(5).removeprefix(PATH)
    for method in ("GET", "POST"):
        status, page, _ = asked(
            app.address + PATH + quote(spoilt(token), safe="/"), method, b"" if method == "POST" else None
        )
        assert status == 404 and "Такой страницы нет" in page
    assert said(5) == {SMS: True}


def test_23_a_refusal_between_the_queue_and_the_sending_counts(app: App) -> None:
    launched("Третья")
    assert asked(app.address + link(5), "POST", b"")[0] == 200
    assert sent("Третья")[5] == "opted_out"


def test_a_long_body_is_not_read(app: App) -> None:
    status, _, _ = asked(app.address + link(3), "POST", b"what=" + b"x" * 10_000)
    assert status == 404 and said(3) == {SMS: True}


def test_a_refusal_is_not_lost_while_somebody_else_writes_for_long(app: App) -> None:
    with sqlite3.connect(app.database_url.removeprefix("sqlite:///"), isolation_level=None) as importing:
        importing.execute("BEGIN IMMEDIATE")
        status, page, _ = asked(app.address + link(3), "POST", b"what=sms")
        assert status == 200 and "Рекламных SMS от нас больше не будет" in page
        assert said(3) == {SMS: True}
        importing.execute("ROLLBACK")
    for _ in range(100):
        if said(3) == {SMS: False}:
            return
        time.sleep(0.1)
    raise AssertionError("it was never written")


def test_who_comes_through_a_proxy_sees_the_page_of_refusal_and_no_dashboard(app: App) -> None:
    assert asked(app.address + link(5), X_Forwarded_For="203.0.113.7")[0] == 200
    for path in ("/", "/customers", "/_stcore/health", "/static/index.html"):
        status, page, _ = asked(app.address + path, X_Forwarded_For="203.0.113.7")
        assert status == 404 and "только ссылки из сообщений" in page
    assert asked(app.address + "/")[0] == 200


def test_without_a_public_address_there_is_no_page(app: App) -> None:
    token = link(5)
    with db.writing() as session:
        options.put(session, PUBLIC_ADDRESS, "")
    assert asked(app.address + token)[0] == 404
    with db.writing() as session:
        options.put(session, PUBLIC_ADDRESS, ADDRESS)
    assert asked(app.address + token)[0] == 200
