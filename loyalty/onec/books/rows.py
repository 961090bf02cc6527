"""What every reader of this room gives: sheets of raw rows."""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

RawRow: TypeAlias = tuple[int, list[str], int | None]
"""1-based row number, cells as a person sees them, and the depth of the row in a grouped report where told."""


class Carried(str):
    """The text of a merged cell above: a document's number is said of every row, a sum only of the first."""

    __slots__ = ()


class Sheet(Protocol):
    """One table of a file; `rows()` may be called again and starts over."""

    name: str
    hidden: bool

    def rows(self) -> Iterator[RawRow]: ...

    def fraction(self) -> float:
        """How much of the table the latest `rows()` has read, 0 to 1."""
        ...
