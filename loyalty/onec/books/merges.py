"""Merged cells: what stands in the upper one is seen in every row that the merge covers."""

from collections.abc import Sequence

from loyalty.onec.books.rows import Carried, put


class Merges:
    """Carries the upper value of each merge down its first column; merges across columns alone are as they are.

    Ranges are (first row, last row, column), rows from 1, columns from 0, sorted. A row costs at most its columns,
    however long and many the merges are; a row without a value of its own stays empty.
    """

    def __init__(self, ranges: Sequence[tuple[int, int, int]]) -> None:
        self._ranges = ranges
        self._next = 0
        self._open: dict[int, tuple[int, str]] = {}  # column -> last row, text

    def filled(self, row: int, texts: list[str]) -> list[str]:
        """The row's texts with covered cells filled; rows must come in order."""
        if self._next == len(self._ranges) and not self._open:
            return texts
        for column, (last, text) in list(self._open.items()):
            if last < row:
                del self._open[column]
            elif any(texts) and not any(texts[column : column + 1]):
                put(texts, column, Carried(text))
        while self._next < len(self._ranges) and self._ranges[self._next][0] <= row:
            first, last, column = self._ranges[self._next]
            self._next += 1
            if first == row and column < len(texts) and texts[column]:
                self._open[column] = (last, texts[column])
        return texts
