"""What a campaign costs before it is sent: parts of every text after substitution, the price, the worst case.

A long name may add a part: who costs more than most is named. By Latin letters parts are saved; how many, is said.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from sqlmodel import Session

from loyalty.messages.audience import Recipient
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account
from loyalty.messages.writing.text import SMS
from loyalty.money import Kopecks
from loyalty.sms import translit
from loyalty.sms.gateway import Outgoing

SAMPLE = 20  # messages whose price the gateway is asked


@dataclass(frozen=True)
class Price:
    """What the recipients' messages cost together; `cost` is None where the shop has not said what a part costs.

    `usual` is how many parts most of them are, `dearer` are those that are more, the longest first; `latin` is how
    many all parts would be in Latin letters.
    """

    messages: int
    parts: int
    usual: int
    most: int
    dearer: Sequence[Recipient]
    latin: int
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
    latin = sum(translit.length(one.text).parts for one in reached) if channel == SMS else total
    return Price(len(reached), total, usual, max(counts, default=0), dearer, latin, account.price)


def _length(one: Recipient) -> int:
    return len(one.text)


class Quote(NamedTuple):
    """What the gateway itself says that some of the messages cost."""

    messages: int
    parts: int
    cost: Kopecks


def asked(account: Account, reached: Sequence[Recipient]) -> Quote | None:
    """The gateway's own word for a sample; None where it tells no prices. Nothing is sent, nothing may be open.

    NotAccepted, Uncertain where it does not answer.
    """
    step = max(len(reached) // SAMPLE, 1)
    sample = [Outgoing(one.id, one.address, one.text, one.subject) for one in reached[::step][:SAMPLE]]
    told = gateways.opened(account).prices(sample)
    if not told:
        return None
    return Quote(len(told), sum(one.parts for one in told.values()), sum(one.cost for one in told.values()))


def longest(reached: Sequence[Recipient], count: int) -> list[Recipient]:
    """Some of them to look at, the longest text first."""
    return nsmallest(count, reached, key=lambda one: (-len(one.text), one.id))
