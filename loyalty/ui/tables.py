"""The one table of the product: figures at the right, rows that open or are chosen, two lines on a phone.

It is a component of our own (decision 14): table/table.js draws it as HTML and table/table.css dresses it. What is
shown goes there as data and becomes text, never HTML: a name is foreign text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import Formatter
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import pandas as pd
import streamlit as st

from loyalty.ui.components import component, heard
from loyalty.ui.kinds import FIGURES, Kind, Kinds, own, said_alike

ROWS_SHOWN_MAX = 12
LONG_TEXT = 28  # letters; a column with longer ones wraps and takes what room is left
GROWING_MAX = 2  # columns that share the room; of more only the longest takes it
FOLDED_FROM = 4  # columns; fewer are two lines a row on a phone where its lines are said, or words are long

Tone = Literal["", "quiet", "good", "warn"]
Part = Literal["title", "value", "note", "aside"]

_FIGURE = re.compile(r"[+−]?\d[\d\u00a0 ]*(,\d+)?(\u00a0[₽%])?")

_component = component("table", html='<div class="lt"></div>')


@dataclass(frozen=True)
class Lines:
    """A row on a phone: `title` with `value` at the right, under them a quiet `note` and an `aside` at the right.

    `title` and `value` are columns; `note` and `aside` are columns with words before each, «сгорит {Сгорит} ·
    {Когда}»: an empty cell takes the words before it along, and a sign between two stands at no line's beginning.
    """

    title: str
    value: str | None = None
    note: str = ""
    aside: str = ""

    def parts(self) -> dict[str, tuple[Part, str]]:
        """By column, in the order of reading: where it stands, and the words before it."""
        found: dict[str, tuple[Part, str]] = {self.title: ("title", "")}
        if self.value:
            found[self.value] = ("value", "")
        places: tuple[tuple[Part, str], ...] = (("note", self.note), ("aside", self.aside))
        for part, pattern in places:
            for words, column, _, _ in Formatter().parse(pattern):
                if column:
                    found[column] = (part, words)
        return found

    @classmethod
    def of(cls, names: Sequence[str], kinds: Kinds) -> "Lines":
        """What suits any table: the first column, the last figure, all others with their headings."""
        figures = [name for name in names[1:] if kinds.get(name) in FIGURES]
        others = [name for name in names[1:] if name not in figures[-1:]]
        note = " · ".join(f"{name}: {{{name}}}" if name in figures else f"{{{name}}}" for name in others)
        return cls(names[0], figures[-1] if figures else None, note)


class Compared(NamedTuple):
    """One of two that are compared: its name, and the address of its page."""

    name: str
    address: str


@dataclass(frozen=True)
class Sort:
    """A list sorted by whoever gives its rows, a page at a time: by what, and what a click on a heading asks."""

    by: str
    descending: bool
    asked: Callable[[str], None]


def table(
    frame: pd.DataFrame,
    kinds: Kinds,
    *,
    alt: str,
    key: str | None = None,
    rows_shown: int = ROWS_SHOWN_MAX,
    on_open: Callable[[Any], None] | None = None,
    address: str | None = None,
    selected: Literal["first", "none"] | None = None,
    sort: Sort | None = None,
    phone: Lines | None = None,
    tones: Mapping[str, Sequence[Tone]] | None = None,
    groups: Sequence[str] | None = None,
) -> Any:
    """Show a frame whose columns are named in Russian and whose index are the rows' ids, `rows_shown` rows high.

    `alt` names the table for screen readers. A click or Enter on a row goes to the `address` of its id
    («customer?id={}»), or gives the id to `on_open`. `selected` marks a row that the page shows beside and
    returns its id: "first" has one always, "none" none at first. Headings sort what is shown, or ask `sort`; rows
    in `groups`, each under the words of its group, keep their order.
    """
    names = [str(name) for name in frame.columns]
    lines = phone or Lines.of(names, kinds)
    values = {name: [own(value) for value in frame[name]] for name in names}
    cells = {name: said_alike(values[name], kinds.get(name, "text")) for name in names}
    rows = [{"id": own(id_), "cells": [cells[name][at] for name in names]} for at, id_ in enumerate(frame.index)]
    for at, row in enumerate(rows):
        if address:
            row["href"] = address.format(quote(str(row["id"])))
        if groups:
            row["group"] = groups[at]
        elif sort is None:
            row["keys"] = [_sorts_by(values[name][at]) for name in names]
        if tones:
            row["tones"] = [tones[name][at] if name in tones else "" for name in names]
    columns = _columns(names, [cells[name] for name in names], kinds, lines)
    return _drawn(
        key or f"table {alt}",
        {
            "alt": alt,
            "columns": columns,
            "rows": rows,
            "shown": rows_shown,
            "folds": phone is not None or len(names) >= FOLDED_FROM or sum(map(_is_long, cells.values())) > 1,
            "opens": lines.title if on_open or address else None,
            "selects": selected,
            "sort": "asked" if sort else None if groups else "own",
            "sorted": sort and {"by": sort.by, "descending": sort.descending},
        },
        on_open,
        sort.asked if sort else None,
    )


def words_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, alt: str = "Подробности", key: str | None = None
) -> None:
    """A table of words that wrap, as they stand; a column of figures at the right."""
    columns = [[row[at] for row in rows] for at in range(len(headings))]
    kinds: dict[str, Kind] = {
        heading: "figure"
        for heading, cells in zip(headings, columns, strict=True)
        if all(_FIGURE.fullmatch(cell) for cell in cells if cell)
    }
    shown = [{"id": at, "cells": list(row)} for at, row in enumerate(rows)]
    lines = Lines.of(headings, kinds)
    _drawn(
        key or f"table {alt}",
        {"alt": alt, "columns": _columns(headings, columns, kinds, lines), "rows": shown, "shown": len(rows)},
    )


def compared(
    things: tuple[Compared, Compared],
    rows: Sequence[tuple[str, str, str, bool]],
    *,
    key: str,
) -> None:
    """Two of a kind side by side: (what, of the one, of the other, whether they contradict each other)."""
    names = [thing.name for thing in things]
    headings = ["", *names]
    shown = [
        {"id": at, "cells": [what, one or "—", other or "—"]}
        | ({"tones": ["", "warn", "warn"], "tag": "разные"} if differs else {})
        for at, (what, one, other, differs) in enumerate(rows)
    ]
    columns = _columns(headings, [[str(row[at]) for row in rows] for at in range(3)], {}, None)
    for column, thing in zip(columns[1:], things, strict=True):
        column["href"] = thing.address
    _drawn(
        key,
        {
            "alt": f"{names[0]} и {names[1]}: сравнение",
            "columns": columns,
            "even": True,
            "rows": shown,
            "shown": len(rows),
        },
    )


def _drawn(
    key: str,
    data: dict[str, Any],
    on_open: Callable[[Any], None] | None = None,
    on_sort: Callable[[str], None] | None = None,
) -> Any:
    """Mount the component; the id of the chosen row, where rows are chosen.

    The component is told what is chosen: it may be a new one, on a tab that was opened again.
    """
    ids = [row["id"] for row in data["rows"]]
    names = [column["name"] for column in data["columns"]]
    first = ids[0] if data.get("selects") == "first" and ids else None
    chosen = (st.session_state.get(key) or {}).get("chosen", first)
    chosen = chosen if chosen in ids else first

    def opened() -> None:
        id_ = st.session_state[key]["open"]
        if on_open and id_ in ids:
            on_open(id_)

    def sorted_by() -> None:
        heading = st.session_state[key]["sort"]
        if on_sort and heading in names:
            on_sort(heading)

    _component(
        key=key,
        data={**data, "name": key, "chosen": chosen},
        on_open_change=opened,
        on_sort_change=sorted_by,
        on_chosen_change=heard,
    )
    return chosen


def _columns(
    names: Sequence[str], cells: Sequence[Sequence[str]], kinds: Kinds, lines: Lines | None
) -> list[dict[str, object]]:
    """What the component needs to know of each column; one of long words takes the room that is left."""
    texts = [at for at, name in enumerate(names) if kinds.get(name, "text") == "text"]
    letters = {at: max(map(len, cells[at]), default=0) for at in texts}
    long = [at for at in texts if _is_long(cells[at])] or texts[:1]
    growing = long if len(long) <= GROWING_MAX else [max(long, key=letters.__getitem__)]
    parts = lines.parts() if lines else {}
    order = {name: at for at, name in enumerate(parts)}
    found: list[dict[str, object]] = []
    for at, name in enumerate(names):
        kind = kinds.get(name, "text")
        part, words = parts.get(name, ("", ""))
        found.append(
            {
                "name": name,
                "kind": kind,
                "right": kind in FIGURES,
                "grows": at in growing,
                "wraps": at in long or at in texts[:1],
                "part": part,
                "words": words,
                "order": order.get(name, len(names)),
            }
        )
    return found


def _is_long(cells: Sequence[str]) -> bool:
    return any(len(cell) > LONG_TEXT for cell in cells)


def _sorts_by(value: Any) -> Any:
    """What a value is sorted by in the browser: a day by itself, not by how it is written."""
    if isinstance(value, Fraction):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
