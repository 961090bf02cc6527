"""Takes README's pictures: `python -m tests.screenshots FOLDER`, on the demo shop, wide, narrow and dark."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser import DESKTOP, PHONE, ROOT, opened_browser, opened_page, running, shot, visit

TODAY = "2026-02-01"
CUSTOMERS = "500"
# Picture's name -> the address of its page, after the dashboard's own.
PAGES: dict[str, str] = {"overview": "/"}


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{Path(scratch) / 'demo.db'}"
        environment = {**os.environ, "LOYALTY_DATABASE_URL": url, "LOYALTY_TODAY": TODAY, "PYTHONUTF8": "1"}
        for command in (["migrate"], ["demo", "--customers", CUSTOMERS]):
            subprocess.run([sys.executable, "-m", "loyalty", *command], cwd=ROOT, env=environment, check=True)
        with running(url, Path(scratch), today=TODAY) as app, opened_browser() as browser:
            for suffix, viewport, dark in (
                ("", DESKTOP, False),
                ("-phone", PHONE, False),
                ("-dark", DESKTOP, True),
            ):
                with opened_page(browser, viewport, dark) as page:
                    for name, path in PAGES.items():
                        visit(page, app.address + path)
                        print(shot(page, folder / f"{name}{suffix}.png", whole=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens")
