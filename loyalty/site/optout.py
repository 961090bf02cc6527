"""The page of refusal: opened it only asks, its button unsubscribes, as a mail program's click does (RFC 8058)."""

from urllib.parse import parse_qs

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loyalty import acts, db, settings
from loyalty.acts import Origin
from loyalty.customers import consents
from loyalty.customers.consents import CHANNELS, EMAIL, LINK, SMS
from loyalty.identity import forgotten
from loyalty.messages.consent.optout import PATH, PUBLIC_ADDRESS, Refusals, Whose
from loyalty.site.page import note, page, paragraphs
from loyalty.waiting import Deed, line

BODY_BYTES_MAX = 4_096
PATIENCE_S = 2.0
ONLY = {SMS: "Только не SMS, письма пусть приходят", EMAIL: "Только не письма, SMS пусть приходят"}
BY = {SMS: "SMS", EMAIL: "писем"}
STAYS = "Карта, бонусы и сообщения о ваших покупках от этого не изменятся."
AGAIN = "Если передумаете, скажите об этом в магазине."


async def asked(request: Request) -> Response:
    """What she would refuse, and the button; nothing is written, whoever opens the link."""
    return await run_in_threadpool(_asked, request.path_params["token"])


async def refused(request: Request) -> Response:
    """The button was pressed, or a mail program unsubscribes for her; pressed again it is as calm."""
    said = b""
    async for part in request.stream():
        said += part
        if len(said) > BODY_BYTES_MAX:
            return _not_found()
    wants = parse_qs(said.decode("utf-8", "replace")).get("what", [""])[0]
    return await run_in_threadpool(_refused, request.path_params["token"], wants)


def _asked(token: str) -> Response:
    with db.reading() as session:
        whose, shop = _whose(session, token), settings.shop_name(session)
        said = {} if whose is None else _said(session, whose.customer_id)
    if whose is None:
        return _not_found()
    if all(said.get(channel) is False for channel in CHANNELS):
        return page("Рекламы больше не будет", paragraphs("Вы уже отказались от рассылок.", AGAIN), shop=shop)
    buttons = "<button>Не присылать рекламу</button>"
    if said.get(whose.channel) is not False and any(said.get(one) for one in CHANNELS if one != whose.channel):
        buttons += f'<button class="second" name="what" value="{whose.channel}">{ONLY[whose.channel]}</button>'
    return page("Отказаться от рассылок?", f'<form method="post">{buttons}</form>{note(STAYS)}', shop=shop)


def _refused(token: str, what: str) -> Response:
    with db.reading() as session:
        whose, shop = _whose(session, token), settings.shop_name(session)
    if whose is None:
        return _not_found()
    channels = (what,) if what == whose.channel else tuple(CHANNELS)

    def write(session: Session) -> None:
        if not forgotten.erased(session, [consents.root_of(session, whose.customer_id)]):
            act = acts.begin(session, Origin.SITE)
            consents.refuse(session, whose.customer_id, act, method=LINK, channels=channels)

    try:
        with db.writing(patience_s=PATIENCE_S) as session:
            write(session)
    except db.Busy:  # a long import: what she said waits in its turn, and she need not
        line.add(Deed("отказ от рассылок по ссылке", write, lambda _: "Отказ от рассылок записан", db.engine()))
    done = (
        f"Рекламных {BY[what]} от нас больше не будет." if len(channels) == 1 else "Рекламы от нас больше не будет."
    )
    return page("Готово, вы отписаны", paragraphs(done, f"{STAYS} {AGAIN}"), shop=shop)


def _whose(session: Session, token: str) -> Whose | None:
    """Whose link it is; nobody's where the shop has no address on the Internet."""
    return Refusals(session).whose(token) if settings.get(session, PUBLIC_ADDRESS) else None


def _said(session: Session, customer_id: int) -> dict[str, bool]:
    """Whether she agreed or refused, by channel; somebody erased has refused everything."""
    id_ = consents.root_of(session, customer_id)
    if forgotten.erased(session, [id_]):
        return dict.fromkeys(CHANNELS, False)
    words = {channel: consents.latest(session, [id_], channel) for channel in CHANNELS}
    return {channel: said[id_] for channel, said in words.items() if id_ in said}


def _not_found() -> Response:
    words = (
        "Похоже, ссылка скопирована не целиком. Откройте её из сообщения ещё раз.",
        "Отказаться от рассылок можно и в магазине.",
    )
    return page("Такой страницы нет", paragraphs(*words), status=404)


ROUTES = [
    Route(f"{PATH}{{token:path}}", asked, methods=["GET"]),
    Route(f"{PATH}{{token:path}}", refused, methods=["POST"]),
]
