"""Which gateway sends a channel's messages, which is its reserve, what each said last; first «Песочница».

The key is written and never read out again but by who opens the gateway. A gateway that is put aside keeps its key:
what it sent is asked about yet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Literal, NamedTuple

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from loyalty import models, settings
from loyalty.errors import LoyaltyError, NotFound, Problems, Refused
from loyalty.messages.consent.optout import PUBLIC_ADDRESS
from loyalty.money import Kopecks
from loyalty.sms.catalogue import GATEWAYS, SANDBOX, Provider, provider
from loyalty.sms.gateway import Access, Gateway

MAIN, RESERVE, ASIDE = 0, 1, 2
PRICE_MAX = 100_00
CHANNELS = ("sms", "email")
HOOK = "/hook/"  # of the public address, where providers call


@dataclass(frozen=True, slots=True)
class Account:
    """A gateway of a channel as the shop has set it; `place` is MAIN, RESERVE or ASIDE."""

    channel: str
    kind: str
    place: int
    access: Access
    balance: Kopecks | None = None
    asked_at: datetime | None = None  # when the balance was
    trouble: str = ""  # why nothing leaves: a sentence
    trouble_at: datetime | None = None
    hook: str = field(default="", repr=False)

    @property
    def provider(self) -> Provider:
        """What is known of its kind."""
        return GATEWAYS[self.kind]

    @property
    def title(self) -> str:
        """What it is called."""
        return self.provider.title

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing leaves the PC."""
        return self.kind == SANDBOX

    @property
    def good_for(self) -> int | None:
        """For how many parts the balance is enough; None where either is unknown."""
        if self.balance is None or not self.price:
            return None
        return max(0, self.balance // self.price)

    @property
    def price(self) -> Kopecks | None:
        """A part, by the shop."""
        return self.access.price


def accounts(session: Session, channel: str) -> list[Account]:
    """Who sends a channel's messages, in the order to try: the main one, then its reserve."""
    rows = {row.place: row for row in _rows(session, channel) if row.place != ASIDE}
    if MAIN not in rows or rows[MAIN].kind == SANDBOX:
        return [_account(session, rows[MAIN]) if MAIN in rows else _sandbox(channel)]
    return [_account(session, rows[place]) for place in sorted(rows)]


def everything(session: Session) -> list[Account]:
    """All gateways of all channels, those put aside too."""
    known = [_account(session, row) for channel in CHANNELS for row in _rows(session, channel)]
    without = [channel for channel in CHANNELS if not any(a.channel == channel and a.place == MAIN for a in known)]
    return sorted([*map(_sandbox, without), *known], key=lambda a: (CHANNELS.index(a.channel), a.place))


def account(session: Session, channel: str, kind: str) -> Account:
    """A gateway by its kind, also one that is put aside: what it sent is still asked of it. NotFound."""
    row = _row(session, channel, kind)
    if row is not None:
        return _account(session, row)
    if kind == SANDBOX:
        return _sandbox(channel)
    raise NotFound(f"Шлюз {provider(kind).title} не настроен")


def called_by(session: Session, kind: str, secret: str) -> Account | None:
    """Whose callback address ends so; None where it is nobody's."""
    rows = session.exec(select(models.Gateway).where(models.Gateway.kind == kind)).all()
    found = next((row for row in rows if row.hook and compare_digest(secret.encode(), row.hook.encode())), None)
    return _account(session, found) if found else None


def opened(account: Account) -> Gateway:
    """The gateway itself; one for all who ask in this process, so that connections are kept."""
    return _opened(account.kind, account.access)


@lru_cache(maxsize=16)
def _opened(kind: str, access: Access) -> Gateway:
    return GATEWAYS[kind].opens(access)


def said(session: Session, account: Account, *, trouble: str | None = None, balance: Kopecks | None = None) -> None:
    """Keep what a gateway said last: a trouble («» where it is over), its balance; None changes nothing."""
    row = _row(session, account.channel, account.kind)
    if row is None:  # the sandbox that nobody has set: it says nothing
        return
    if trouble is not None and trouble != row.trouble:
        row.trouble, row.trouble_at = trouble, settings.now() if trouble else None
    if balance is not None:
        row.balance, row.asked_at = balance, settings.now()
    session.add(row)


class Tried(NamedTuple):
    """What a gateway said when it was asked whether the key works: a trouble, else its balance and senders."""

    trouble: str = ""
    balance: Kopecks | None = None
    senders: Sequence[str] | None = None


def tried(account: Account) -> Tried:
    """Ask it; with no transaction open, as it may take half a minute."""
    try:
        found = opened(account).check()
    except LoyaltyError as error:
        return Tried(str(error))
    return Tried("", found.balance, found.senders)


def keep(session: Session, account: Account, found: Tried) -> None:
    """Write down what it said."""
    said(session, account, trouble=found.trouble, balance=found.balance)


def in_sandbox(session: Session) -> list[str]:
    """Channels whose messages do not leave the PC; letters only where somebody writes any."""
    return [
        channel
        for channel in CHANNELS
        if accounts(session, channel)[0].is_sandbox and (channel != "email" or _writes_letters(session))
    ]


def _writes_letters(session: Session) -> bool:
    by_letter = (table.c.id for table in (models.campaigns, models.triggers))
    return any(
        session.connection().scalar(sa_select(id_).where(id_.table.c.channel == "email").limit(1)) is not None
        for id_ in by_letter
    )


KEPT: Literal["kept"] = "kept"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is said of a gateway; None, and KEPT of the price, leave what was."""

    kind: str
    key: str | None = field(default=None, repr=False)
    sender: str | None = None
    url: str | None = None
    price: Kopecks | Literal["kept"] | None = KEPT
    is_reserve: bool = False


def change(session: Session, channel: str, new: Setting) -> Account:
    """Set a channel's gateway, or its reserve; Problems by field (key, sender, url, price), Refused by a sentence.

    The former main one is put aside, and does not become the reserve by itself: who changes gateways wants no more
    messages to leave through the old one, and a reserve is what was called so. It keeps its key.
    """
    known = provider(new.kind)
    if channel not in known.channels:
        raise Refused(f"{known.title} не отправляет {'письма' if channel == 'email' else 'SMS'}")
    rows = {row.kind: row for row in _rows(session, channel)}
    main = next((row for row in rows.values() if row.place == MAIN), None)
    if new.is_reserve:
        _refuse_reserve(known, main)
    row = rows.get(new.kind) or models.Gateway(channel=channel, kind=new.kind, place=ASIDE)
    _fill(row, known, new)
    place = RESERVE if new.is_reserve else MAIN
    _make_room(session, rows.values(), row, place)
    row.place, row.trouble, row.trouble_at = place, "", None
    session.add(row)
    session.flush()
    return _account(session, row)


def _refuse_reserve(known: Provider, main: models.Gateway | None) -> None:
    if known.kind == SANDBOX:
        raise Refused("Песочница не бывает запасной: сообщения считались бы отправленными")
    if main is None or main.kind == SANDBOX:
        raise Refused("Сначала выберите основной шлюз: пока работает песочница, запасной не нужен")
    if main.kind == known.kind:
        raise Refused(f"{known.title} — основной шлюз, запасным может быть только другой")


def _fill(row: models.Gateway, known: Provider, new: Setting) -> None:
    """What was said, each part checked; what was not said stays."""
    problems: dict[str, str] = {}

    def checked(name: str, check: Callable[[str], str], said: str) -> str:
        try:
            return check(said)
        except Refused as refused:
            problems[name] = str(refused)
            return said

    is_key_said = known.key and (new.key or (known.needs_key and not row.key))
    key = checked("key", known.key_of, new.key or "") if is_key_said else row.key
    sender = (row.sender if new.sender is None else new.sender) or _mailbox(known, key)
    sender = checked("sender", known.sender_of, sender)
    url = checked("url", known.url_of, row.url if new.url is None else new.url)
    price = row.price if new.price == KEPT else new.price
    if price is not None and not 0 <= price <= PRICE_MAX:
        problems["price"] = "Цена одной SMS — от 0 до 100 ₽"
    if problems:
        raise Problems(problems)
    if key != row.key:
        row.balance = row.asked_at = None  # another account
    row.key, row.sender, row.url, row.price = key, sender, url, price
    if known.calls_back and not row.hook:
        row.hook = token_urlsafe(24)


def _mailbox(known: Provider, key: str) -> str:
    """Letters are from whose mailbox it is, where nothing else is said."""
    login = key.partition(":")[0]
    return login if "email" in known.channels and "@" in login else ""


def _make_room(session: Session, rows: Iterable[models.Gateway], row: models.Gateway, place: int) -> None:
    """Nobody else has this place; beside the sandbox there is no reserve either."""
    for other in rows:
        if other is not row and (other.place == place or row.kind == SANDBOX):
            other.place = ASIDE
            session.add(other)


def put_aside(session: Session, channel: str, kind: str) -> None:
    """Nothing leaves through a reserve any more; Refused where it is the main one."""
    row = _row(session, channel, kind)
    if row is None or row.place == ASIDE:
        return
    if row.place == MAIN:
        raise Refused("Основной шлюз нельзя убрать: выберите вместо него другой или песочницу")
    row.place = ASIDE
    session.add(row)


def _rows(session: Session, channel: str) -> list[models.Gateway]:
    query = select(models.Gateway).where(models.Gateway.channel == channel)
    return list(session.exec(query.order_by(col(models.Gateway.place), col(models.Gateway.id))))


def _row(session: Session, channel: str, kind: str) -> models.Gateway | None:
    return next((row for row in _rows(session, channel) if row.kind == kind), None)


def _sandbox(channel: str) -> Account:
    return Account(channel, SANDBOX, MAIN, Access(folder=settings.files_dir()))


def _account(session: Session, row: models.Gateway) -> Account:
    access = Access(
        row.key, row.sender, row.url, row.price, _callback(session, row), row.hook, settings.files_dir()
    )
    return Account(
        row.channel, row.kind, row.place, access,
        row.balance, row.asked_at, row.trouble, row.trouble_at, row.hook,
    )  # fmt: skip


def _callback(session: Session, row: models.Gateway) -> str:
    """The address that the provider may call; empty where the shop has none that is seen from outside."""
    public = settings.get(session, PUBLIC_ADDRESS).rstrip("/")
    return f"{public}{HOOK}{row.kind}/{row.hook}{GATEWAYS[row.kind].asks}" if public and row.hook else ""
