"""The benchmark's result as a table: what took how long, against what, and whether it is within its limit."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("Что измерено", "Время", "Процессор", "Память", "По процессору", "Отношение", "Предел", "")
GAP = "  "


@dataclass(frozen=True)
class Row:
    """One line; `value` is what is compared with `limit`, None: only shown. `unit` is put behind both.

    `of_sqlite`: the value will be the ratio to sqlite3's own time, known when the whole run is over.
    """

    name: str
    wall_s: float | None = None
    cpu_s: float | None = None
    peak_bytes: int | None = None
    value: float | None = None
    limit: float | None = None
    unit: str = "×"
    judged: bool = True
    of_sqlite: bool = False
    cpu_ratio: float | None = None

    @property
    def within(self) -> bool | None:
        """Whether the limit is kept; None where nothing is judged."""
        if self.value is None or self.limit is None or not self.judged:
            return None
        return self.value <= self.limit

    def cells(self) -> tuple[str, ...]:
        verdict = {None: "", True: "да", False: "НЕТ"}[self.within]
        return (
            self.name,
            seconds(self.wall_s),
            seconds(self.cpu_s),
            "" if self.peak_bytes is None else f"{self.peak_bytes / 2**20:.0f} МБ",
            "" if self.cpu_ratio is None else number(self.cpu_ratio) + "×",
            "" if self.value is None else number(self.value) + self.unit,
            "" if self.limit is None else "≤ " + f"{self.limit:g}".replace(".", ",") + self.unit,
            verdict,
        )


def seconds(value: float | None) -> str:
    """«12,3 с», with more places where it is short."""
    return "" if value is None else number(value) + " с"


def number(value: float) -> str:
    """With a comma and three significant places."""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}".replace(".", ",")


def printed(rows: Sequence[Row]) -> str:
    """The rows under their headings, figures to the right."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [
        GAP.join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    return "\n".join([lines[0], "─" * len(lines[0]), *lines[1:]])
