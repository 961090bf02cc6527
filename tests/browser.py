"""The product in a real browser: starts it on a database of its own, opens pages, takes pictures."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlmodel import Session

from loyalty import db
from loyalty.launcher.services import answers, dashboard_command, worker_command
from tests.pages.factory import TODAY

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
START_PATIENCE_S = 90.0
IDLE_PATIENCE_MS = 30_000
# How long nothing happens: what is typed is sent 300 ms after the last key; a page that opens has nothing to send.
STILL_MS, OPENED_MS = 360, 120
# As root in a container, without a screen, and silent: Chromium would otherwise look for its maker's hosts.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
]
# Streamlit says on its root whether a script runs, marks what awaits redrawing, draws skeletons meanwhile.
IDLE = """([since, still]) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const isIdle = app !== null
    && app.getAttribute('data-test-script-state') === 'notRunning'
    && app.getAttribute('data-test-connection-state') === 'CONNECTED'
    && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
    && document.fonts.status === 'loaded';
  if (!isIdle || window.idleFor !== since)
    Object.assign(window, {idleFor: since, idleFrom: performance.now(), idleFrames: 0});
  window.idleFrames += 1;  // on a busy machine the clock runs on while nothing is drawn
  return isIdle && performance.now() - window.idleFrom >= still && window.idleFrames > still / 20;
}"""


WAITS = count()  # names each wait, so that one does not go on with the former one's stillness


@dataclass(frozen=True)
class App:
    """The running product: where it answers, and the database it runs on."""

    address: str
    database_url: str


def chromium() -> str | None:
    """Chromium's program on this machine; None when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Headless Chromium with the house's flags."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def opened_page(browser: Browser, viewport: dict[str, int], dark: bool = False) -> Iterator[Page]:
    """A page as a Russian shop's browser shows it, in a session of its own."""
    context = browser.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]},
        locale="ru-RU",
        timezone_id="Europe/Moscow",
        color_scheme="dark" if dark else "light",
    )
    yield context.new_page()
    context.close()


@contextmanager
def running(database_url: str, folder: Path, today: str | None = None, worker: bool = True) -> Iterator[App]:
    """Dashboard and worker, as start.py starts them, on a free port; their words go to `folder`/*.log."""
    port = free_port()
    environment = {
        **os.environ,
        "LOYALTY_DATABASE_URL": database_url,
        "LOYALTY_INBOX": str(folder / "inbox"),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("LOYALTY_LAUNCHER_PORT", None)
    if today:
        environment["LOYALTY_TODAY"] = today
    commands = {"dashboard": dashboard_command(sys.executable, port)}
    if worker:
        commands["worker"] = worker_command(sys.executable)
    children = []
    try:
        for name, command in commands.items():
            with open(folder / f"{name}.log", "wb") as log:
                children.append(
                    subprocess.Popen(
                        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                    )
                )
        address = f"http://127.0.0.1:{port}"
        wait_until_answers(address, children[0], folder / "dashboard.log")
        yield App(address, database_url)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def running_shop(
    tell: Callable[[Session], None], template: Path, folder: Path, today: date = TODAY
) -> Iterator[App]:
    """The dashboard on a copy of the migrated `template` where `tell` told all; for a module of tests."""
    url = f"sqlite:///{shutil.copyfile(template, folder / 'loyalty.db')}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_DATABASE_URL", url)
        patch.setenv("LOYALTY_TODAY", today.isoformat())
        with db.writing() as session:
            tell(session)
        db.engine().dispose()
    with running(url, folder, today.isoformat(), worker=False) as started:
        yield started


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until_answers(address: str, dashboard: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while not answers(address):
        if dashboard.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the dashboard does not answer:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.2)


def settle(page: Page, still_ms: int = STILL_MS) -> None:
    """Wait until Streamlit has drawn everything and stays so: a run may start another one."""
    page.wait_for_function(IDLE, arg=[next(WAITS), still_ms], timeout=IDLE_PATIENCE_MS)


def visit(page: Page, address: str) -> None:
    """Open an address of the dashboard and wait until it is drawn."""
    page.goto(address, wait_until="domcontentloaded")
    settle(page, OPENED_MS)


def shot(page: Page, path: Path, whole: bool = False) -> Path:
    """A picture of the settled page; `whole` stretches the window to the page's full height first."""
    settle(page)
    size = page.viewport_size
    if whole and size:
        # Streamlit scrolls inside its main section, so a "full page" picture would show the window only.
        height = page.evaluate("document.querySelector('[data-testid=\"stMain\"]')?.scrollHeight ?? 0")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], int(height))})
        settle(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, animations="disabled")
    if whole and size:
        page.set_viewport_size(size)
    return path


# --- Fixtures -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one a module: while it is open, the tests beside it can run no event loop."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine")
    with opened_browser() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page as on a desktop, 1440 px wide."""
    with opened_page(browser, DESKTOP) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page as on a phone, 390 px wide."""
    with opened_page(browser, PHONE) as opened:
        yield opened


@pytest.fixture
def running_app(sqlite_url: str, tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Starts the product on the test's own database: `app = running_app(today="2026-02-01")`."""
    from contextlib import ExitStack

    with ExitStack() as started:

        def start(database_url: str = sqlite_url, **options: object) -> App:
            return started.enter_context(running(database_url, tmp_path, **options))  # type: ignore[arg-type]

        yield start
