"""How to refuse advertising: a short signed link of her own, or words where the shop has no public address.

The link is a number (customer and channel) and a signature of it by the shop's secret: nobody can guess one, and
nothing about her is in it. The page itself is loyalty.site.
"""

import hmac
from ipaddress import ip_address
from string import ascii_letters, digits
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlmodel import Session

from loyalty import secret, settings
from loyalty.customers.consents import EMAIL, SMS
from loyalty.errors import Refused

PUBLIC_ADDRESS, REFUSAL_WORDS = "public_address", "refusal_words"
"""Settings: the address under which this server can be reached from outside; how to refuse where it has none."""

WORDS = "Отказаться от рассылок можно на кассе"
WORDS_MAX = 70
PATH = "/o/"
SIGNS = digits + ascii_letters
SIGNATURE_LENGTH = 10  # of 62 signs: 2^59 to try for one that is somebody's
_CHANNELS = (SMS, EMAIL)


class Whose(NamedTuple):
    """Whose link it is, and by which channel it was sent to her."""

    customer_id: int
    channel: str


class Refusals:
    """Links of many customers, or the words in their stead: settings are read once."""

    def __init__(self, session: Session) -> None:
        self.address = settings.get(session, PUBLIC_ADDRESS).rstrip("/")
        self.words = settings.get(session, REFUSAL_WORDS, WORDS)
        self._key = secret.of(session, "optout")

    def link(self, customer_id: int, channel: str = SMS) -> str:
        """The address of her page; empty where the shop has no address on the Internet."""
        return f"{self.address}{PATH}{self.token(customer_id, channel)}" if self.address else ""

    def how(self, customer_id: int, channel: str = SMS) -> str:
        """What a message says of refusing: the link, else the words."""
        return self.link(customer_id, channel) or self.words

    def token(self, customer_id: int, channel: str = SMS) -> str:
        """What stands after PATH."""
        number = _spelt(customer_id * len(_CHANNELS) + _CHANNELS.index(channel))
        return f"{number}-{self._signature(number)}"

    def whose(self, token: str) -> Whose | None:
        """Whose link it is; None where it is none of ours."""
        number, dash, signature = token.partition("-")
        if not dash or not number or set(number) - set(SIGNS) or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(number)):
            return None
        customer_id, channel = divmod(_read(number), len(_CHANNELS))
        return Whose(customer_id, _CHANNELS[channel])

    def _signature(self, number: str) -> str:
        whole = int.from_bytes(hmac.digest(self._key, number.encode(), "sha256"))
        return _spelt(whole)[-SIGNATURE_LENGTH:]


def link(session: Session, customer_id: int, channel: str = SMS) -> str:
    """The address of her page of refusal; empty where the shop has no address on the Internet."""
    return Refusals(session).link(customer_id, channel)


def _spelt(number: int) -> str:
    """A number in 62 signs."""
    found = ""
    while number:
        number, sign = divmod(number, len(SIGNS))
        found = SIGNS[sign] + found
    return found or SIGNS[0]


def _read(number: str) -> int:
    found = 0
    for sign in number:
        found = found * len(SIGNS) + SIGNS.index(sign)
    return found


def checked_address(said: str) -> str:
    """A public address as it is stored: «https://shop.ru», empty for none; Refused says what is wrong with it."""
    said = said.strip().rstrip("/")
    if not said:
        return ""
    form = "Адрес в интернете пишут так: https://bonus.shop.ru"
    try:
        parts = urlsplit(said)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(f"{form}, а не «{said}»") from None
    if parts.scheme != "https":
        raise Refused(f"{form}. Без https страницу по дороге может подменить кто угодно")
    if parts.query or parts.fragment or parts.username or parts.path or "." not in host or not said.isascii():
        raise Refused(f"{form}, а не «{said}»")
    if _is_at_home(host):
        raise Refused(f"«{host}» виден только в магазине, а ссылку открывают с телефона. {form}")
    return f"https://{host}" + (f":{port}" if port else "")


def _is_at_home(host: str) -> bool:
    """Whether an address means nothing outside of the shop's own network."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host.endswith((".local", ".lan", ".localhost", ".internal"))


def checked_words(said: str) -> str:
    """Words of refusal as they are stored; Refused where there are none, or too many for a message."""
    said = " ".join(said.split())
    if not said:
        raise Refused("Напишите, как отказаться от рассылок: это стоит в конце каждого сообщения")
    if len(said) > WORDS_MAX:
        raise Refused(f"Слишком длинно: помещается {WORDS_MAX} знаков, ведь за каждую часть SMS платят")
    return said
