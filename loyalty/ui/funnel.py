"""A funnel: how many there are, whom each step leaves out, how many are left; each row leads to its people."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty import wording
from loyalty.ui.components import component, heard

_drawn = component("funnel", html='<ol class="funnel"></ol>')


@dataclass(frozen=True)
class Rung:
    """A row: how many are there; with `out` how many the step leaves out, `left` being those after it.

    `key` is given back by a click; without one there is nothing to open.
    """

    words: str
    left: int
    out: int | None = None
    key: str | None = None
    is_end: bool = False


def funnel(rungs: Sequence[Rung], *, key: str, alt: str) -> str | None:
    """Show it; the key of the row that was clicked in this run."""
    most = max((rung.left for rung in rungs), default=0) or 1
    rows = [
        {
            "words": rung.words,
            "figure": wording.number(rung.left if rung.out is None else -rung.out),
            "share": rung.left / most,
            "isOut": rung.out is not None,
            "isEnd": rung.is_end,
            "key": rung.key,
        }
        for rung in rungs
    ]
    opened: str | None = _drawn(key=key, data={"alt": alt, "rows": rows}, on_open_change=heard).open
    return opened if opened in {rung.key for rung in rungs} else None
