"""The middleware that gives browsers the front end in Russian.

The page names the version in the addresses of its files, and they name each other relatively: so a browser may keep
each of them for a year, as Streamlit lets it, and still has nothing of yesterday's table after an upgrade.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loyalty.front import pinned

_FILE = re.compile(r"^(?P<version>/front-[0-9a-f]{12})?/(?P<name>static/.+)$")
_FOR_A_YEAR = "public, immutable, max-age=31536000"
# What would make Streamlit answer with less than the whole page, or with the one a browser has already.
_SHORTENING = ("accept-encoding", "if-none-match", "if-modified-since", "range")


class InRussian:
    """Stands before Streamlit; everything but its page and its changed files passes by untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif (asked := _FILE.match(scope["path"])) and not pinned.exists(asked["name"]):
            await PlainTextResponse("Такого файла нет", 404)(scope, receive, send)  # Streamlit would send its page
        elif asked and asked["version"]:
            await self._file(asked["name"], scope, receive, send)
        elif "text/html" in MutableHeaders(scope=scope).get("accept", ""):
            await self._page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _file(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """A file of the front end by its address with the version."""
        content = pinned.in_russian(name)
        if content is None:
            path = f"/{name}"
            await self.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)
            return
        headers = {"cache-control": _FOR_A_YEAR, "vary": "accept-encoding", "accept-ranges": "none"}
        if "gzip" in MutableHeaders(scope=scope).get("accept-encoding", ""):
            content, headers["content-encoding"] = pinned.packed(name), "gzip"
        await Response(content, media_type="text/javascript", headers=headers)(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever Streamlit answers with its own page is answered with ours: it alone knows its addresses.

        It is asked for its page also where the browser asks for headers alone: they are to be of the same page.
        """
        headers = [(key, value) for key, value in scope["headers"] if key.decode().lower() not in _SHORTENING]
        start: Message | None = None

        async def given(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _may_be_the_page(message):
                start = message
            elif start is None:
                await send(message)
            elif message.get("body") == pinned.original(pinned.PAGE).encode():
                await Response(pinned.page(), media_type="text/html", headers={"cache-control": "no-cache"})(
                    scope, receive, send
                )
            else:
                held, start = start, None
                await send(held)
                await send(message)

        method = "GET" if scope["method"] == "HEAD" else scope["method"]  # the server sends no body to a HEAD
        await self.app({**scope, "method": method, "headers": headers}, receive, given)


def _may_be_the_page(start: Message) -> bool:
    headers = MutableHeaders(raw=list(start["headers"]))
    length = str((pinned.folder() / pinned.PAGE).stat().st_size)
    return start["status"] == 200 and headers.get("content-length") == length
