"""Messages to send, and what is to be found out of a gateway."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from loyalty.sms.gateway import Known, NotAccepted, Outcome, Outgoing, Uncertain

ANNA, BORIS, VERA = "79161234567", "79161234568", "79161234569"
HOSTILE = "Скидка 10 % & подарок +5; {имя {{ <b>😀</b>\nвторая: строка\\n = «всё»"
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)


def to(*phones: str, text: str = "Здравствуйте!") -> list[Outgoing]:
    """The same text to phones; ids from 1."""
    return [Outgoing(number, f"+{phone}", text) for number, phone in enumerate(phones, 1)]


def each(*texts: str) -> list[Outgoing]:
    """A text each to Anna, Boris and Vera."""
    return [Outgoing(number, f"+{phone}", text) for number, (phone, text) in
            enumerate(zip((ANNA, BORIS, VERA), texts, strict=False), 1)]  # fmt: skip


def known(one: Outgoing, outcome: Outcome, client_id: int = 7) -> Known:
    """What the gateway is asked about again."""
    return Known(one.id, outcome.gateway_id, one.address, client_id)


def refused(do: Callable[[], object]) -> NotAccepted:
    """The refusal that it raises."""
    try:
        found = do()
    except NotAccepted as error:
        return error
    raise AssertionError(f"it was not refused: {found}")


def uncertain(do: Callable[[], object]) -> Uncertain:
    """The silence that it raises."""
    try:
        found = do()
    except Uncertain as error:
        return error
    raise AssertionError(f"it is known: {found}")


def recorded(shared_data: Path, provider: str) -> dict[str, str]:
    """What a provider really answered, by case, as text."""
    path = shared_data.parent / "integrations" / "samples" / "sms" / f"{provider}_recorded_responses.json"
    return {one["case"]: json.dumps(one["response"]) for one in json.loads(path.read_text("utf-8"))}
