"""What a campaign costs before it is sent: parts of every text after substitution, the price, the worst case.

A long name may add a part: who costs more than most is named. By Latin letters parts are saved; how many, is said.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from loyalty.messages import gateways
from loyalty.messages.audience import Recipient
from loyalty.money import Kopecks
from loyalty.sms import parts
from loyalty.sms.translit import latin


@dataclass(frozen=True)
class Price:
    """What the recipients' messages cost together; `cost` is None where the shop has not said what a part costs.

    `usual` is how many parts most of them are, `dearer` are those that are more, the longest first.
    """

    messages: int
    parts: int
    usual: int
    most: int
    dearer: Sequence[Recipient]
    part_price: Kopecks | None

    @property
    def cost(self) -> Kopecks | None:
        """All together."""
        return None if self.part_price is None else self.part_price * self.parts

    @property
    def worst(self) -> Kopecks | None:
        """The dearest single message."""
        return None if self.part_price is None else self.part_price * self.most


def of(session: Session, channel: str, reached: Sequence[Recipient]) -> Price:
    """The price by the shop's own price of a part; an e-mail has no parts."""
    account = gateways.accounts(session, channel)[0]
    counts = Counter(one.parts for one in reached)
    usual = min(counts, key=lambda size: (-counts[size], size), default=0)
    dearer = sorted((one for one in reached if one.parts > usual), key=_length, reverse=True)
    total = sum(size * count for size, count in counts.items())
    return Price(len(reached), total, usual, max(counts, default=0), dearer, account.price)


def _length(one: Recipient) -> int:
    return len(one.text)


def in_latin(reached: Sequence[Recipient]) -> int:
    """How many parts the same messages are in Latin letters."""
    return sum(parts.count(latin(one.text)).parts for one in reached)


def longest(reached: Sequence[Recipient], count: int) -> list[Recipient]:
    """Some of them to look at, the longest text first."""
    return sorted(reached, key=lambda one: (-len(one.text), one.id))[:count]
