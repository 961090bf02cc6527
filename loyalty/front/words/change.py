"""What one line of the table says."""

from typing import NamedTuple


class Change(NamedTuple):
    """What is written instead of `was` in the files whose names begin with `stem`."""

    stem: str
    was: str
    now: str
    times: int = 1


def changes(stem: str, *words: tuple[str, str] | tuple[str, str, int]) -> list[Change]:
    """The lines of one file: (its own, Russian) or (its own, Russian, how often it stands there)."""
    return [Change(stem, *word) for word in words]
