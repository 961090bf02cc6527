"""What providers' answers are made of: phones without a plus, sums as numbers or texts, moments."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeVar

from loyalty.money import ROUBLE, Kopecks
from loyalty.sms.gateway import NotAccepted, Outcome, Outgoing

T = TypeVar("T")
SUM_MAX = 1_000_000_000  # roubles: more is no sum


def digits(address: str) -> str:
    """+79161234567 as providers take it: 79161234567."""
    return "".join(letter for letter in address if letter in "0123456789")


def by_digits(batch: Sequence[Outgoing]) -> dict[str, Outgoing]:
    """A batch by the phones that answers name."""
    return {digits(one.address): one for one in batch}


def kopecks(told: object) -> Kopecks | None:
    """Roubles as 1.44, "1.44" or "1,44" in kopecks, halves up; None where it is no sum."""
    if told is None or isinstance(told, bool):
        return None
    try:
        sum_ = Decimal(str(told).strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not sum_.is_finite() or abs(sum_) > SUM_MAX:
        return None
    return int((sum_ * ROUBLE).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(told: object) -> int | None:
    """A number as 7 or "7"; None where it is none."""
    if isinstance(told, bool):
        return None
    try:
        return int(str(told).strip())
    except ValueError:
        return None


def moment(unix: object) -> datetime | None:
    """Unix seconds as a moment; None where it is none, as in a 0."""
    seconds = whole(unix)
    if not seconds or not 0 < seconds < 10_000_000_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def written(iso: object) -> datetime | None:
    """2026-03-14T10:30:00Z as a moment; None where it is none."""
    try:
        at = datetime.fromisoformat(str(iso))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def as_object(text: str) -> Mapping[str, Any] | None:
    """A JSON object; None where a text is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def as_list(value: object) -> Sequence[Any]:
    """A list as it is, one thing as a list of it, what is numbered from "0" in its order; else nothing."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return ()
    numbered = [key for key in value if str(key).isdecimal()]
    return [value[key] for key in sorted(numbered, key=int)] if numbered else [value]


def asked_in_turn(pieces: Iterable[T], ask: Callable[[T], Mapping[int, Outcome]]) -> dict[int, Outcome]:
    """News by several requests; where one fails, what those before it said counts.

    NotAccepted where nothing was said before.
    """
    found: dict[int, Outcome] = {}
    for piece in pieces:
        try:
            found |= ask(piece)
        except NotAccepted:
            if not found:
                raise
            break
    return found


class Sign(NamedTuple):
    """What a provider without codes means by its words (in lower case); `pauses` until somebody mends something."""

    said: str
    reason: str
    words: str
    pauses: bool = False


def understood(signs: Sequence[Sign], *texts: str) -> Sign:
    """The first sign that is in the first text that has any; a refusal of which nothing is known."""
    found = (sign for text in texts for sign in signs if sign.said in text.lower())
    return next(found, Sign("", "other", "отказ"))
