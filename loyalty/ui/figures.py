"""Figures in a row of one height, two columns on a phone: a label, the figure, how it changed and against what.

HTML of our own: st.metric has a colour for a fall but no word, draws its past with a third chart library, and wraps
its cards raggedly (decision 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from loyalty.ui.components import component, heard
from loyalty.ui.leads import Lead, follow
from loyalty.wording import Change

SPARK_VALUES_MIN, SPARK_HIGHEST_MIN = 4, 10
SPARK_HEIGHTS_MAX = 4  # that a line goes up and down in all; days apart by chance go ten

_drawn = component("figure")


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, the figure in words, how it changed, its past as numbers, where it leads."""

    label: str
    value: str
    of: str | None = None  # «из 63», smaller
    change: Change | None = None
    past: Sequence[float] | None = None
    help: str | None = None
    lead: Lead | None = None


def figures(shown: Sequence[Figure], *, key: str, alt: str = "Показатели") -> None:
    """Show them; a line of the past only where it says something."""
    data = {"alt": alt, "figures": [_said(one) for one in shown]}
    follow(_drawn(key=key, data=data, on_open_change=heard).open, (one.lead for one in shown))


def _said(figure: Figure) -> dict[str, object]:
    change = figure.change
    return {
        "label": figure.label,
        "value": figure.value,
        "of": figure.of,
        "change": change and change.said,
        "against": change and change.against,
        "tone": change and {True: "good", False: "bad", None: "neutral"}[change.good],
        "past": speaking(figure.past),
        "help": figure.help,
        "lead": figure.lead and figure.lead.words,
        "leads": figure.lead and figure.lead.address,
    }


def speaking(past: Sequence[float] | None) -> list[float] | None:
    """A past worth a line: not of a few values, of small counts, or a zigzag that goes nowhere."""
    if not past or len(set(past)) < SPARK_VALUES_MIN or max(past) < SPARK_HIGHEST_MIN:
        return None
    way = sum(abs(now - before) for before, now in pairwise(past))
    return list(past) if way <= SPARK_HEIGHTS_MAX * (max(past) - min(past)) else None
