"""Where providers call back: /hook/{gateway}/{secret} takes what became of messages, and what people wrote."""

from urllib.parse import parse_qsl

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from loyalty import acts, db, settings
from loyalty.acts import Origin
from loyalty.errors import LoyaltyError
from loyalty.messages.consent import replies
from loyalty.messages.sending import gateways, statuses
from loyalty.messages.sending.gateways import HOOK, Account
from loyalty.sms.gateway import Called

BODY_BYTES_MAX = 1_000_000
PATIENCE_S = 5


async def called(request: Request) -> Response:
    """One call: 404 for an address of nobody's, 403 where it is not signed, 503 where it should be repeated."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            return PlainTextResponse("too long", 413)
    form = parse_qsl(request.url.query, keep_blank_values=True)
    if "json" not in request.headers.get("content-type", ""):
        form += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    where = request.path_params
    return await run_in_threadpool(_called, where["kind"], where["secret"], dict(request.headers), form, body)


def _called(kind: str, secret: str, headers: dict[str, str], form: list[tuple[str, str]], body: bytes) -> Response:
    try:
        with db.reading() as session:
            account = gateways.called_by(session, kind, secret)
        if account is None:
            return PlainTextResponse("not found", 404)
        said = gateways.opened(account).called(headers, form, body)
        if said is None:
            return PlainTextResponse("not signed", 403)
        if said.statuses or said.replies:
            with db.writing(patience_s=PATIENCE_S) as session:
                is_whole = _write(session, account, said)
            if not is_whole:
                return PlainTextResponse("later", 503)
    except LoyaltyError:  # the database is busy, or the gateway itself can't be asked: it will call again
        return PlainTextResponse("later", 503)
    return PlainTextResponse(said.answer)


def _write(session: Session, account: Account, said: Called) -> bool:
    """Whether all of it could be written."""
    if said.replies:
        act = acts.begin(session, Origin.SITE)
        for phone, text in said.replies:
            replies.took(session, phone, text, act)
    return statuses.called(session, account, said, settings.now(settings.timezone(session)))


ROUTES = [Route(f"{HOOK}{{kind}}/{{secret}}", called, methods=["GET", "POST"])]
