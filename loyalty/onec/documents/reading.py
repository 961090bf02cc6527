"""What reading a file found: counted rows, bad rows with their reasons, warnings."""

from dataclasses import dataclass, field

from loyalty.sales.warnings import Warnings

ERRORS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row can't be imported; `row` is its 1-based number in the file."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Errors:
    """The first 10,000 bad rows, and the count of all."""

    first: list[RowError] = field(default_factory=list)
    count: int = 0

    def add(self, error: RowError) -> None:
        self.count += 1
        if len(self.first) < ERRORS_KEPT:
            self.first.append(error)

    def __len__(self) -> int:
        return self.count


@dataclass(slots=True)
class Reading:
    """Counts of one reading: `taken` rows are in documents, sound or rejected; the rest is skipped."""

    rows: int = 0
    taken: int = 0
    rejected: int = 0
    errors: Errors = field(default_factory=Errors)
    warnings: Warnings = field(default_factory=Warnings)
