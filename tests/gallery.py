"""The gallery of parts (tests/parts.py): `python -m tests.gallery` shows it until Ctrl+C.

With a folder (`python -m tests.gallery docs/look`) it takes the pictures of docs/look.md instead.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import DESKTOP, PHONE, ROOT, free_port, opened_browser, opened_page, visit, wait_until_answers
from tests.parts import PARTS

VIEWS = (("", DESKTOP, False), ("-phone", PHONE, False), ("-dark", DESKTOP, True))


@contextmanager
def served() -> Iterator[str]:
    """Its address. Streamlit takes fonts and settings from beside the script, so they are linked there."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        for name, kept in (("parts.py", "tests/parts.py"), ("static", "static"), (".streamlit", ".streamlit")):
            (place / name).symlink_to(ROOT / kept)
        port = free_port()
        options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
        with open(place / "gallery.log", "wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "parts.py", *options],
                cwd=place,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_answers(address, server, place / "gallery.log")
            yield address
        finally:
            server.terminate()
            server.wait(10)


def pictures(folder: Path) -> None:
    """A picture a part, wide, narrow and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, opened_browser() as browser:
        for suffix, viewport, dark in VIEWS:
            with opened_page(browser, viewport, dark) as page:
                visit(page, address)
                for name in PARTS:
                    picture(page, name, folder / f"{name}{suffix}.png")


def picture(page: Page, name: str, path: Path) -> None:
    """One part; of the dialog, what it opens."""
    place = page.locator(f".stVerticalBlock.st-key-part-{name}").first
    if name == "dialog":
        place.get_by_role("button").click()
        place = page.get_by_role("dialog")
        place.wait_for()
        page.wait_for_timeout(500)
    place.screenshot(path=path, animations="disabled")
    if name == "dialog":
        page.keyboard.press("Escape")
        place.wait_for(state="hidden")
    print(path)


def main() -> None:
    if len(sys.argv) > 1:
        pictures(Path(sys.argv[1]))
        return
    with served() as address:
        print(address)
        try:
            while sys.stdin.readline():
                pass
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
