"""What a gateway is: it takes a batch of messages and answers for each; a provider is a file beside this one.

Nothing here knows the database. A gateway never tries again by itself: who calls it knows what was written down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from loyalty.errors import LoyaltyError
from loyalty.money import Kopecks


@dataclass(frozen=True, slots=True)
class Access:
    """How the shop reaches a provider; what has no value is the provider's own."""

    key: str = field(default="", repr=False)
    sender: str = ""
    url: str = ""  # elsewhere than the provider's own
    price: Kopecks | None = None  # a part, by the shop
    callback: str = field(default="", repr=False)  # the public address it may call, with its secret
    secret: str = field(default="", repr=False)  # by which callbacks are signed, where the provider has it so
    folder: Path | None = None  # where the sandbox writes


class State(StrEnum):
    """What a gateway says of a message; the names of messages' statuses."""

    SENT = "sent"  # it took it
    DELIVERED = "delivered"
    FAILED = "failed"  # and never will be delivered; it may be tried elsewhere where `is_passing`
    UNKNOWN = "unknown"


FINAL = frozenset({State.DELIVERED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send: our id, +7XXXXXXXXXX or an e-mail, and what it says."""

    id: int
    address: str
    text: str
    subject: str = ""
    unsubscribe: str = ""  # the address of her page of refusal, where the shop has one


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `reason` is a key of messages.reasons, `detail` the provider's own words."""

    state: State
    gateway_id: str = ""
    reason: str = ""
    detail: str = ""
    cost: Kopecks | None = None
    parts: int | None = None
    at: datetime | None = None  # UTC, by the gateway's clock
    is_passing: bool = False  # surely not accepted, and later or elsewhere it might be
    is_opt_out: bool = False  # the provider's stop list: written down as her refusal


@dataclass(frozen=True, slots=True)
class Known:
    """A message that the gateway is asked about again."""

    id: int
    gateway_id: str
    address: str
    client_id: int  # of its batch


@dataclass(frozen=True, slots=True)
class Price:
    """What a message will cost by the gateway's own word."""

    parts: int
    cost: Kopecks


@dataclass(frozen=True, slots=True)
class Called:
    """What a provider's callback said: news of messages by `gateway_id`, what people wrote, and our answer."""

    statuses: Mapping[str, Outcome] = field(default_factory=dict)
    replies: Sequence[tuple[str, str]] = ()  # phone, text
    answer: str = "ok"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the key found."""

    balance: Kopecks | None
    senders: Sequence[str] | None = None


class NotAccepted(LoyaltyError):
    """The request surely was not taken: nobody was written to; str() is the sentence for the owner.

    `is_permanent`: it will not be until somebody mends something (key, money, sender), so that sending pauses.
    `reason` is a key of messages.reasons. `wait_s`: not to be asked earlier, where the gateway says so.
    """

    def __init__(self, words: str, reason: str, *, is_permanent: bool = False, wait_s: int | None = None) -> None:
        super().__init__(words)
        self.reason, self.is_permanent, self.wait_s = reason, is_permanent, wait_s


class Uncertain(LoyaltyError):
    """The connection broke after the request may have been taken: who got it is to be found out, not sent again."""


class Gateway(Protocol):
    """A provider. Each method raises NotAccepted, and Uncertain where its answer never came or makes no sense."""

    batch_max: int
    """How many messages a request may hold."""
    tells_delivery: bool
    """Whether it ever says «delivered»."""
    can_find: bool
    """Whether `find` can answer for a batch whose answer never came."""

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """Send each; by message id. One that is missing in the answer is unknown. Addresses differ in a batch."""

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """What became of a batch of which nothing was heard; None: surely not accepted. Missing: it can't tell.

        `since`: when it was claimed, UTC by the machine's clock and not the product's, which may be set.
        """

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """News of messages, by id; as many as one likes: it makes requests of the size it may.

        NotAccepted with `wait_s` where it may be asked no oftener.
        """

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """What each would cost; None where it can't be asked. Nothing is sent."""

    def check(self) -> Checked:
        """One request that shows that the key works, with the balance where it tells one."""

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """What a callback says; None where it is not signed as it should be."""
