"""What reading a file found: counted rows, bad rows with their reasons, and bounded warnings."""

from collections import Counter
from dataclasses import dataclass, field

ERRORS_KEPT = 10_000
WARNINGS_PER_TOPIC = 20


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


class Warnings:
    """Sentences by topic: the first few of each, then how many more there were."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, topic: str, text: str) -> None:
        kept = self._texts.setdefault(topic, [])
        if text in kept:  # the same sentence about the whole file
            return
        self._counts[topic] += 1
        if len(kept) < WARNINGS_PER_TOPIC:
            kept.append(text)

    def as_list(self) -> list[str]:
        """All sentences kept, each topic closed by «…и ещё N»."""
        texts = []
        for topic, kept in self._texts.items():
            texts += kept
            more = self._counts[topic] - len(kept)
            if more:
                texts.append(f"…и ещё таких предупреждений: {more}.")
        return texts


@dataclass(slots=True)
class Report:
    """Counts of one reading: `taken` rows are in documents, sound or rejected; the rest is skipped."""

    rows: int = 0
    taken: int = 0
    rejected: int = 0
    errors: Errors = field(default_factory=Errors)
    warnings: Warnings = field(default_factory=Warnings)
