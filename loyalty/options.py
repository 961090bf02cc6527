"""Settings of the shop that a command can read and set: a catalogue of them, a row each."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlmodel import Session

from loyalty import settings
from loyalty.errors import Problems, Refused
from loyalty.messages.consent import optout
from loyalty.messages.results import measuring
from loyalty.messages.sending import limits


class Option(NamedTuple):
    """A setting: what it is, what holds where nobody set it, and how what is typed is understood.

    `read` raises Refused with a sentence that says how it is written; what was typed is stored.
    """

    words: str
    default: str
    read: Callable[[str], object]


OPTIONS: dict[str, Option] = {
    limits.QUIET_HOURS: Option(
        "тихие часы: когда ничего не отправляется", limits.DEFAULTS[limits.QUIET_HOURS], limits.read_quiet_hours
    ),
    limits.FREQUENCY_CAP: Option(
        "не чаще: рекламных сообщений одному клиенту / за сколько дней",
        limits.DEFAULTS[limits.FREQUENCY_CAP],
        limits.read_cap,
    ),
    limits.VALIDITY: Option(
        "сколько часов сообщение ждёт, если отправить нельзя; потом оно устарело",
        limits.DEFAULTS[limits.VALIDITY],
        limits.read_validity,
    ),
    limits.HELD: Option(
        "почему отправка ждёт вашего решения; none — продолжить", limits.DEFAULTS[limits.HELD], limits.read_held
    ),
    optout.PUBLIC_ADDRESS: Option(
        "адрес этой программы в интернете: по нему клиент открывает страницу отказа", "", optout.checked_address
    ),
    optout.REFUSAL_WORDS: Option(
        "как отказаться от рассылок, пока адреса в интернете нет: стоит в сообщении вместо ссылки",
        optout.WORDS,
        optout.checked_words,
    ),
    measuring.MARGIN: Option(
        "сколько процентов выручки остаётся магазину: по ним считается прибыль рассылок",
        measuring.NONE,
        measuring.read_margin,
    ),
}


def get(session: Session, name: str) -> str:
    """A setting as it is typed; Refused where there is none of that name."""
    return settings.get(session, name, _known(name).default)


def put(session: Session, name: str, value: str) -> None:
    """Set it; Refused by a sentence where there is none of that name, or the value does not fit."""
    typed = value.strip()
    _known(name).read(typed)
    settings.put(session, name, typed)


def put_all(session: Session, values: Mapping[str, str]) -> None:
    """Set several; Problems by name, all at once, and then none is set."""
    wrong = {}
    for name, value in values.items():
        try:
            put(session, name, value)
        except Refused as error:
            wrong[name] = str(error)
    if wrong:
        raise Problems(wrong)


def _known(name: str) -> Option:
    if name not in OPTIONS:
        raise Refused(f"Нет настройки «{name}». Есть: {', '.join(OPTIONS)}")
    return OPTIONS[name]
