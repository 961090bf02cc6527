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
from loyalty.messages.optout import PATH, PUBLIC_ADDRESS, Refusals, Whose
from loyalty.site.page import note, page, paragraphs
from loyalty.waiting import Deed, line

EVERYTHING = "all"
BODY_BYTES_MAX = 4_096
BY = {SMS: "по SMS", EMAIL: "по почте"}
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
    return await run_in_threadpool(_refused, request.path_params["token"], wants == EVERYTHING)


def _asked(token: str) -> Response:
    with db.reading() as session:
        whose, shop = _whose(session, token), settings.shop_name(session)
        given = [] if whose is None else _still_given(session, whose.customer_id)
    if whose is None:
        return _not_found()
    if not given:
        return page("Рекламы больше не будет", paragraphs("Вы уже отказались от рассылок.", AGAIN), shop=shop)
    by, other = BY[whose.channel], [channel for channel in given if channel != whose.channel]
    only = f'<button name="what" value="{whose.channel}">Не присылать рекламу {by}</button>'
    whole = (
        f'<button class="second" name="what" value="{EVERYTHING}">Не присылать ничего: ни SMS, ни писем</button>'
    )
    if whose.channel not in given:
        title, buttons = f"Реклама {by} уже отключена", whole
    else:
        title, buttons = "Отказаться от рассылок?", only + (whole if other else "")
    return page(title, f'<form method="post">{buttons}</form>{note(STAYS)}', shop=shop)


def _refused(token: str, everything: bool) -> Response:
    with db.reading() as session:
        whose, shop = _whose(session, token), settings.shop_name(session)
    if whose is None:
        return _not_found()
    channels = tuple(CHANNELS) if everything else (whose.channel,)

    def write(session: Session) -> None:
        if not forgotten.erased(session, [whose.customer_id]):
            act = acts.begin(session, Origin.SITE)
            consents.refuse(session, whose.customer_id, act, method=LINK, channels=channels)

    try:
        with db.writing(patience_s=5) as session:
            write(session)
    except db.Busy:  # a long import: what she said waits in its turn, and she need not
        line.add(Deed("отказ от рассылок по ссылке", write, lambda _: "Отказ от рассылок записан", db.engine()))
    if everything:
        done = "Ни SMS, ни писем с рекламой от нас больше не будет."
    else:
        done = f"Рекламы {BY[whose.channel]} от нас больше не будет."
    return page("Готово, вы отписаны", paragraphs(done, f"{STAYS} {AGAIN}"), shop=shop)


def _whose(session: Session, token: str) -> Whose | None:
    """Whose link it is; nobody's where the shop has no address on the Internet."""
    return Refusals(session).whose(token) if settings.get(session, PUBLIC_ADDRESS) else None


def _still_given(session: Session, customer_id: int) -> list[str]:
    """Channels by which she may still be written to as far as her own word goes."""
    id_ = consents.root_of(session, customer_id)
    if forgotten.erased(session, [id_]):
        return []
    return [channel for channel in CHANNELS if consents.latest(session, [id_], channel).get(id_) is not False]


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
