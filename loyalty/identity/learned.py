"""What deciding who is who brought about: it is passed along, and whoever began tells the ledger."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Learned:
    """What matching documents to people did; `touched` customers still need a refresh."""

    created: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    taught: set[int] = field(default_factory=set)  # of whom something new was said
    loose: set[int] = field(default_factory=set)  # receipts that are nobody's now
    shared_cards: list[str] = field(default_factory=list)
