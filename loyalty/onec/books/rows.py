"""What every reader of this room gives: sheets of raw rows, no larger than a table may be."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from loyalty.errors import UnreadableFile

COLUMNS_LIMIT = 512
ROWS_LIMIT = 1 << 20  # of a sheet, as Excel has it

RawRow: TypeAlias = tuple[int, list[str], int | None]
"""1-based row number, cells as a person sees them, and the depth of the row in a grouped report where told."""


class Carried(str):
    """The text of a merged cell above: a document's number is said of every row, a sum only of the first."""

    __slots__ = ()


class Sheet:
    """One table of a file; each kind of file reads its `rows()` in its own way."""

    def __init__(self, path: Path, name: str, hidden: bool = False) -> None:
        self.name = name
        self.hidden = hidden
        self._path = path
        self._read = 0.0

    def rows(self) -> Iterator[RawRow]:
        """All rows in order; may be called again and starts over. Raises UnreadableFile."""
        raise NotImplementedError

    def fraction(self) -> float:
        """How much of the table the latest `rows()` has read, 0 to 1."""
        return min(1.0, self._read)


def put(texts: list[str], column: int, text: str) -> None:
    """Sets a cell of a row that may be shorter."""
    texts.extend([""] * (column + 1 - len(texts)))
    texts[column] = text


def too_wide() -> UnreadableFile:
    return UnreadableFile(f"В файле больше {COLUMNS_LIMIT} колонок: это не список чеков и не список клиентов.")


def check_width(cells: list[str]) -> None:
    """Refuses a table of too many columns; empty cells at the end don't count."""
    if any(cells[COLUMNS_LIMIT:]):
        raise too_wide()
