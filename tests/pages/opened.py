"""A shop on a database of its own, and its screens opened without a browser."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from loyalty import db, settings
from loyalty.models import Customer, customers
from tests.pages import factory

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-02-01"


components = cache(manifest_scanner.scan_component_manifests)


def as_on_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the server st.navigation says once which pages there are; AppTest forgets it, and opens files past it.

    And the server looks once for components in all that is installed; AppTest would for every screen it opens.
    """
    made = PagesManager.__init__

    def made_so(self: PagesManager, *arguments: Any, **options: Any) -> None:
        made(self, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", made_so)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", components)


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product's own database is the test's; it is the 1st of February 2026."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY)
    as_on_the_server(monkeypatch)
    yield sqlite_url
    db.engine().dispose()


@pytest.fixture
def named_shop(shop: str) -> str:
    """A shop whose first start is behind it."""
    with db.writing() as session:
        settings.name_shop(session, "Шоурум «Лето»", "Europe/Moscow")
    return shop


@pytest.fixture
def sold(named_shop: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small shop's history, and its own today."""
    monkeypatch.setenv("LOYALTY_TODAY", factory.TODAY.isoformat())
    with db.writing() as session:
        factory.small_shop(session)
    return named_shop


def by_card(card: str) -> int:
    """A customer's id."""
    with db.reading() as session:
        return int(session.connection().scalars(select(customers.c.id).where(customers.c.card == card)).one())


def maria() -> int:
    """The id of the small shop's first customer."""
    return by_card("20000417")


def person(card: str = "20000417") -> Customer:
    """What is stored of a customer, Maria if nobody is named."""
    with Session(db.engine()) as session:
        return session.get_one(Customer, by_card(card))


def opened(page: str) -> AppTest:
    """A screen as its first visitor sees it, by its file's name."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    return checked(app.switch_page(f"pages/{page}.py").run())


def started() -> AppTest:
    """The product as it opens by itself."""
    return checked(AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run())


def card_of(id_: int | str, tab: str = "История") -> AppTest:
    """A customer's card on one of its tabs."""
    app = started()
    app.query_params["id"] = str(id_)
    app.switch_page("pages/customer.py").run()
    return on_tab(app, tab)


def on_tab(app: AppTest, tab: str) -> AppTest:
    """The card on another of its tabs."""
    app.session_state["card_tab"] = tab
    return checked(app.run())


def press(app: AppTest, *keys: str) -> AppTest:
    """Press buttons; one in a dialog together with the one that opened it, as AppTest runs the whole page anew."""
    for key in keys:
        app.button(key=key).click()
    return checked(app.run())


def toasts(app: AppTest) -> list[str]:
    """What is told by the way, with plain spaces."""
    return [plainly(seen(toast.value)) for toast in app.toast]


def checked(app: AppTest) -> AppTest:
    """The same; no screen may show a traceback."""
    assert not app.exception, app.exception[0].message
    return app


def words(app: AppTest) -> str:
    """Everything the screen says, with plain spaces."""
    said = [element.value for kind in ("title", "header", "subheader", "caption", "markdown", "warning", "error")
            for element in app.get(kind)]  # fmt: skip
    said += [f"{label}: {value}" for label, value in figures(app).items()]
    return plainly(seen("\n".join(said)))


def figures(app: AppTest) -> dict[str, str]:
    """Every figure on the screen by its label, with plain spaces."""
    return {label: plainly(figure["value"]) for label, figure in whole_figures(app).items()}


def whole_figures(app: AppTest) -> dict[str, dict[str, Any]]:
    """The same with how each changed, its past and where it leads."""
    found = [figure for data in _given(app, "loyalty.figure") for figure in data["figures"]]
    return {plainly(figure["label"]): figure for figure in found}


def chart(app: AppTest, alt: str) -> dict[str, Any]:
    """What the chart whose alternative text begins so was given: its points in words, its legend, its figure."""
    return next(data for data in _given(app, "loyalty.chart") if plainly(data["alt"]).startswith(alt))


def charts(app: AppTest) -> list[str]:
    """The alternative texts of all charts on the screen."""
    return [plainly(data["alt"]) for data in _given(app, "loyalty.chart")]


def _given(app: AppTest, component: str) -> list[dict[str, Any]]:
    """The data of our components of a kind: AppTest knows only that they are there."""
    protos = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in protos if proto.component_name == component]


def plainly(words: str) -> str:
    """With plain spaces."""
    return words.replace("\u00a0", " ")


def shown(app: AppTest, name: str) -> list[dict[str, str]]:
    """What a table shows, by its key or its name for readers: a row's texts by heading, with plain spaces."""
    data = _table(app, name)
    headings = [column["name"] for column in data["columns"]]
    return [dict(zip(headings, map(plainly, row["cells"]), strict=True)) for row in data["rows"]]


def column(app: AppTest, name: str, heading: str) -> list[str]:
    """One column of a table as it is shown."""
    return [row[heading] for row in shown(app, name)]


def marked(app: AppTest, name: str) -> list[bool]:
    """Of each row of a table, whether it bears a word of its own, as what differs does."""
    return ["tag" in row for row in _table(app, name)["rows"]]


def has_table(app: AppTest, name: str) -> bool:
    """Whether the screen has such a table."""
    return any(name in (data["name"], data["alt"]) for data in _given(app, "loyalty.table"))


def act(app: AppTest, name: str, event: str, value: object) -> AppTest:
    """What the browser sends from a table: a row's id to "open", a heading to "sort"; from a chart a lead."""
    key = _table(app, name)["name"] if has_table(app, name) else name
    states = app._tree.get_widget_states()
    proto = next(element.proto for element in app.get("bidi_component") if element.key == key)
    states.widgets.add(
        id=f"$$STREAMLIT_INTERNAL_KEY_{proto.id}__events",
        json_trigger_value=json.dumps([{"event": event, "value": value}]),
    )
    return checked(app._run(states))


def _table(app: AppTest, name: str) -> dict[str, Any]:
    return next(data for data in _given(app, "loyalty.table") if name in (data["name"], data["alt"]))


def seen(markdown: str) -> str:
    """What a person reads where Markdown's signs were escaped."""
    called = re.sub(r"\[([^\]]*)\]\(tel:[^)]*\)", r"\1", markdown)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", called.replace(":small[]", ""))


def keyed(app: AppTest, ending: str) -> str:
    """A widget's key by its end: fields of a form are named by its opening as well."""
    kinds = (app.text_input, app.text_area, app.number_input, app.selectbox, app.date_input, app.radio, app.button,
             app.checkbox, app.segmented_control)  # fmt: skip
    return next(str(one.key) for kind in kinds for one in kind if one.key and one.key.endswith(f" {ending}"))
