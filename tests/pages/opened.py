"""A shop on a database of its own, and its screens opened without a browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from loyalty import db, settings

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-02-01"


_made = PagesManager.__init__


def _as_on_the_server(self: PagesManager, *arguments: Any, **options: Any) -> None:
    """On the server st.navigation says once which pages there are; AppTest forgets it, and opens files past it."""
    _made(self, *arguments, **options)
    PagesManager.uses_pages_directory = False


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product's own database is the test's; it is the 1st of February 2026."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY)
    monkeypatch.setattr(PagesManager, "__init__", _as_on_the_server)
    yield sqlite_url
    db.engine().dispose()


@pytest.fixture
def named_shop(shop: str) -> str:
    """A shop whose first start is behind it."""
    with db.writing() as session:
        settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
    return shop


def opened(page: str) -> AppTest:
    """A screen as its first visitor sees it, by its file's name."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    return checked(app.switch_page(f"pages/{page}.py").run())


def started() -> AppTest:
    """The product as it opens by itself."""
    return checked(AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run())


def checked(app: AppTest) -> AppTest:
    """The same; no screen may show a traceback."""
    assert not app.exception, app.exception[0].message
    return app


def words(app: AppTest) -> str:
    """Everything the screen says, with plain spaces."""
    said = [element.value for kind in ("title", "header", "subheader", "caption", "markdown", "warning", "error")
            for element in app.get(kind)]  # fmt: skip
    said += [f"{metric.label}: {metric.value}" for metric in app.metric]
    return seen("\n".join(said)).replace("\u00a0", " ")


def seen(markdown: str) -> str:
    """What a person reads where Markdown's signs were escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown.replace(":small[]", ""))


def keyed(app: AppTest, ending: str) -> str:
    """A widget's key by its end: fields of a form are named by its opening as well."""
    kinds = (app.text_input, app.text_area, app.number_input, app.selectbox, app.date_input, app.radio, app.button,
             app.checkbox, app.segmented_control)  # fmt: skip
    return next(str(one.key) for kind in kinds for one in kind if one.key and one.key.endswith(f" {ending}"))
