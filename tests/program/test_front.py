"""The front end as it is served: every line of the table is found, and browsers get what the table says."""

import asyncio
import gzip
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import Page
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message
from streamlit.web.server.starlette.starlette_gzip_middleware import SelectiveGZipMiddleware
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from loyalty.front import InRussian, pinned
from loyalty.front.words import STREAMLIT, WORDS
from tests.browser import App, visit

ROOT = Path(__file__).resolve().parents[2]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-encoding": "gzip, deflate, br"}
SELECTBOX = next(name for name in pinned.changed() if "/Selectbox." in name)


def asked(app: ASGIApp, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What a browser gets by an address: status, headers, content."""
    sent: list[Message] = []

    async def request() -> None:
        async def receive() -> Message:
            return await asyncio.Future()  # a browser that waits and sends no more

        async def send(message: Message) -> None:
            sent.append(message)

        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await app(
            {"type": "http", "method": method, "path": path, "query_string": b"", "root_path": "", "headers": raw},
            receive,
            send,
        )

    asyncio.run(request())
    given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], given, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture(scope="module")
def served() -> ASGIApp:
    """Streamlit's own files as it serves them, behind the middleware."""
    handler = create_streamlit_static_handler(str(pinned.folder()), None)
    return InRussian(SelectiveGZipMiddleware(handler, minimum_size=500))


def test_the_table_is_of_the_pinned_streamlit() -> None:
    pinned_here = re.search(r"^streamlit==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned_here is not None
    assert (pinned_here[1], version("streamlit")) == (STREAMLIT, STREAMLIT)


def test_every_line_is_found_as_often_as_it_says_when_its_turn_comes() -> None:
    found = dict.fromkeys(WORDS, 0)
    for name, changes in pinned.changed().items():
        text = pinned.original(name)
        for change in changes:
            found[change] += text.count(change.was)
            text = text.replace(change.was, change.now)
    assert [(change, times) for change, times in found.items() if times != change.times] == []


def test_no_line_stands_twice() -> None:
    assert len({(change.stem, change.was) for change in WORDS}) == len(WORDS)


@pytest.mark.parametrize("path", ["/", "/customers", "/a/b/nothing"])
def test_the_page_is_russian_by_whatever_address(served: ASGIApp, path: str) -> None:
    status, headers, content = asked(served, path, **BROWSER)
    page = content.decode()
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert int(headers["content-length"]) == len(content)
    assert '<html lang="ru">' in page and "<title>Бонусы</title>" in page
    assert "./static/" not in page and "SourceSans" not in page


def test_a_browser_that_has_streamlits_own_page_gets_ours(served: ASGIApp) -> None:
    """Its copy is from before the upgrade."""
    handler = create_streamlit_static_handler(str(pinned.folder()), None)
    etag = asked(handler, "/", **BROWSER)[1]["etag"]
    assert asked(handler, "/", **BROWSER, if_none_match=etag)[0] == 304
    assert asked(served, "/", **BROWSER, if_none_match=etag)[0] == 200


def test_a_changed_file_is_kept_for_a_year_by_an_address_with_the_version(served: ASGIApp) -> None:
    status, headers, content = asked(served, f"/front-{pinned.version()}/{SELECTBOX}")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "immutable" in headers["cache-control"]
    assert content.decode().count("`Ничего не найдено`") == 1
    assert content.decode().count("`No results`") == 0


def test_a_changed_file_is_packed_for_who_can_unpack_it(served: ASGIApp) -> None:
    address = f"/front-{pinned.version()}/{SELECTBOX}"
    plain, packed = asked(served, address), asked(served, address, accept_encoding="gzip, br")
    assert (packed[1]["content-encoding"], packed[1]["vary"]) == ("gzip", "accept-encoding")
    assert gzip.decompress(packed[2]) == plain[2] and len(packed[2]) < len(plain[2]) / 2
    assert asked(served, address, range="bytes=0-9")[1]["accept-ranges"] == "none"


@pytest.mark.parametrize("beginning", ["", f"/front-{pinned.version()}"])
@pytest.mark.parametrize("name", ["static/js/nothing.js", "static/../../config.py", "static/js"])
def test_a_missing_file_is_missing(served: ASGIApp, beginning: str, name: str) -> None:
    assert asked(served, f"{beginning}/{name}", **BROWSER)[0] == 404


def test_the_head_of_the_page_is_of_our_page(served: ASGIApp) -> None:
    whole, head = asked(served, "/customers", **BROWSER), asked(served, "/customers", "HEAD", **BROWSER)
    assert head[:2] == whole[:2]


def test_the_version_is_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "WORDS", [WORDS[0]._replace(now="?"), *WORDS[1:]])
    assert pinned.version.__wrapped__() != pinned.version()


def test_what_the_table_does_not_name_comes_as_it_is(served: ASGIApp) -> None:
    name = next(path.relative_to(pinned.folder()).as_posix() for path in pinned.folder().glob("static/css/index.*"))
    status, headers, content = asked(served, f"/front-{pinned.version()}/{name}")
    same = content == (pinned.folder() / name).read_bytes()
    assert status == 200 and same
    assert headers["content-type"].startswith("text/css") and "immutable" in headers["cache-control"]


@pytest.mark.parametrize("words", ["Не та", pinned.original(pinned.PAGE).replace("Streamlit", "Streamlot")])
def test_another_page_of_the_server_stays_itself(words: str) -> None:
    app = InRussian(HTMLResponse(words))
    same = asked(app, "/anything", **BROWSER)[2].decode() == words
    assert same


@pytest.mark.browser
def test_the_browser_understands_every_changed_file(running_app: Callable[..., App], page: Page) -> None:
    """Most of them are asked for by screens the product does not have yet."""
    app = running_app(worker=False)
    visit(page, app.address)
    scripts = [f"/front-{pinned.version()}/{name}" for name in pinned.changed() if name.endswith(".js")]
    assert len(scripts) > 20
    for script in scripts:
        page.evaluate("script => import(script)", script)
