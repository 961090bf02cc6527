"""A test message: to one's own phone, once, past the queue; it is in no campaign's results.

Nothing is written to the database and no transaction is open while the gateway is asked.
"""

from secrets import randbelow

from sqlmodel import Session

from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.errors import Problems, Refused
from loyalty.messages import reasons
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account
from loyalty.messages.writing.text import EMAIL
from loyalty.sms.gateway import Outgoing, State

ID_MAX = 2_147_483_647  # of ids as gateways know them
ADDRESS = "test_address"  # the setting, by channel: where the last one went


def address(said: str, channel: str) -> str:
    """Where it goes: a phone as +7XXXXXXXXXX, or an e-mail; Problems of «to»."""
    if channel == EMAIL:
        said = said.strip()
        if "@" not in said or len(said.split()) != 1:
            raise Problems({"to": "Напишите адрес почты, на который отправить"})
        return said
    try:
        phone = normalise_phone(said)
    except BadPhone as why:
        raise Problems({"to": str(why)}) from None
    if phone is None:
        raise Problems({"to": "Напишите телефон, на который отправить"})
    return phone


def account(session: Session, channel: str) -> Account:
    """The gateway that it goes by: the channel's first."""
    return gateways.accounts(session, channel)[0]


def send(by: Account, to: str, text: str, subject: str = "") -> str:
    """Send it once; what the gateway said, in a sentence. Refused, NotAccepted or Uncertain where it did not go."""
    id_ = 1 + randbelow(ID_MAX)
    outcome = gateways.opened(by).send([Outgoing(id_, to, text, subject)], id_).get(id_)
    if outcome is None or outcome.state is State.UNKNOWN:
        raise Refused("Шлюз не ответил, отправлено ли сообщение")
    if outcome.state is State.FAILED:
        told = ". ".join(filter(None, (reasons.words(outcome.reason), outcome.detail)))
        raise Refused(f"Шлюз не отправил: {told}")
    return (
        "Записано в «Песочницу»: с этого компьютера ничего не ушло" if by.is_sandbox else "Отправлено: шлюз принял"
    )
