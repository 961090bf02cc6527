"""Who comes from outside, through the owner's proxy, sees the customer's pages and nothing of the staff's."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from loyalty import db, settings
from loyalty.messages.consent.optout import PATH, PUBLIC_ADDRESS
from loyalty.messages.sending.gateways import HOOK
from loyalty.site.page import page, paragraphs

FOR_ANYBODY = (PATH, HOOK)
_BROUGHT_BY_A_PROXY = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "cf-connecting-ip")


class OnlyCustomers:
    """Stands before the dashboard, which knows no passwords yet; who sits at the shop's PC passes by untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or connection."""
        is_web = scope["type"] in ("http", "websocket")
        if not is_web or scope["path"].startswith(FOR_ANYBODY) or not await _is_outside(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            words = "По этому адресу открываются только ссылки из сообщений магазина."
            await page("Такой страницы нет", paragraphs(words), status=404)(scope, receive, send)


async def _is_outside(headers: Headers) -> bool:
    """Whether a proxy brings it, of a shop that has given itself a public address."""
    if not any(name in headers for name in _BROUGHT_BY_A_PROXY):
        return False
    return await run_in_threadpool(_has_public_address)


def _has_public_address() -> bool:
    with db.reading() as session:
        return bool(settings.get(session, PUBLIC_ADDRESS))
