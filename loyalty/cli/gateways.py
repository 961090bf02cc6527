"""`gateway set KIND`, `gateway list`, `gateway check`: who sends the messages; a key is never shown again."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from loyalty import db, wording
from loyalty.cli.telling import DONE, UNUSABLE, print_json
from loyalty.errors import NotFound, Refused
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import ASIDE, MAIN, RESERVE, Account
from loyalty.sms.catalogue import SANDBOX, key_in_file, provider
from loyalty.system_words import os_error

CHANNELS = {"sms": "SMS", "email": "Почта"}
PLACES = {MAIN: "отправляет", RESERVE: "запасной", ASIDE: "отложен"}
KEY_FILE_MAX = 10_000


def put(options: Namespace) -> int:
    """Set a channel's gateway or its reserve; the sandbox is set for all channels unless one is named."""
    known = provider(options.kind)
    said = gateways.Setting(
        options.kind, _key(options.key_file) if options.key_file else None, options.sender, options.url,
        gateways.KEPT if options.price is None else options.price, options.reserve,
    )  # fmt: skip
    if options.channel:
        channels: tuple[str, ...] = (options.channel,)
    else:
        channels = gateways.CHANNELS if known.kind == SANDBOX else known.channels
    with db.writing() as session:
        made = [gateways.change(session, channel, said) for channel in channels]
    if options.json:
        print_json({"gateways": [_json(one) for one in made]})
        return DONE
    for one in made:
        print(f"{CHANNELS[one.channel]}: {one.title} — {PLACES[one.place]}")
    return DONE


def _key(path: Path) -> str:
    try:
        if path.stat().st_size > KEY_FILE_MAX:
            raise Refused(f"Файл «{path.name}» слишком велик для ключа")
        return key_in_file(path.read_bytes())
    except FileNotFoundError:
        raise NotFound(f"Нет такого файла: {path}") from None
    except OSError as error:
        raise Refused(f"Файл «{path.name}» не открывается: {os_error(error)}") from None


def show(options: Namespace) -> int:
    """Which gateway sends each channel, its reserve, and those put aside."""
    with db.reading() as session:
        known = gateways.everything(session)
    if options.json:
        print_json({"gateways": [_json(one) for one in known]})
        return DONE
    for one in known:
        print(f"{CHANNELS[one.channel]}: {one.title} — {PLACES[one.place]}")
        for line in _lines(one):
            print(f"  {line}")
    return DONE


def _lines(one: Account) -> list[str]:
    access = one.access
    told = [
        one.is_sandbox and one.place != ASIDE and "сообщения не уходят с этого компьютера",
        access.sender and f"отправитель: {access.sender}",
        access.url and f"адрес: {access.url}",
        access.price is not None and f"цена одной SMS: {wording.roubles(access.price)}",
        one.balance is not None and f"баланс: {wording.roubles(one.balance)}",
        one.trouble and f"не работает: {one.trouble}",
    ]
    return [line for line in told if line]


def _json(one: Account) -> dict[str, Any]:
    """Without the key: only whether there is one."""
    return {
        "channel": one.channel,
        "gateway": one.kind,
        "place": ("main", "reserve", "aside")[one.place],
        "has_key": bool(one.access.key),
        "sender": one.access.sender,
        "url": one.access.url,
        "price": one.access.price,
        "balance": one.balance,
        "asked_at": one.asked_at and one.asked_at.isoformat(),
        "trouble": one.trouble,
        "callback": one.access.callback or None,
    }


def check(options: Namespace) -> int:
    """Ask each gateway that sends, or may, whether its key works; 2 where one does not."""
    with db.reading() as session:
        used = [one for channel in gateways.CHANNELS for one in gateways.accounts(session, channel)]
    told = [_checked(one) for one in used]
    failed = [one for one in told if one["trouble"]]
    if options.json:
        print_json({"gateways": told})
    for one in told:
        if not one["trouble"] and not options.json:
            print(_works(one))
    if failed:
        print(". ".join(dict.fromkeys(one["trouble"] for one in failed)), file=sys.stderr)
        return UNUSABLE
    return DONE


def _checked(one: Account) -> dict[str, Any]:
    """What it said, written down as well."""
    found = gateways.tried(one)
    with db.writing() as session:
        gateways.keep(session, one, found)
    return {
        "channel": one.channel,
        "gateway": one.kind,
        "works": not found.trouble,
        "trouble": found.trouble,
        "balance": found.balance,
        "senders": None if found.senders is None else list(found.senders),
    }


def _works(one: dict[str, Any]) -> str:
    title = provider(one["gateway"]).title
    told = [f"баланс {wording.roubles(one['balance'])}" if one["balance"] is not None else ""]
    if one["senders"]:
        told.append(f"отправители: {', '.join(one['senders'])}")
    return f"{CHANNELS[one['channel']]}: {title} работает" + "".join(f", {words}" for words in told if words)
