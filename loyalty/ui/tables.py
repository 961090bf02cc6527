"""Tables: figures in Russian and at the right, every row shown, nothing cut off, Excel by one button.

A column's kind says how its values are shown and written: "money", "bonuses" and "signed" (a movement) are kopecks,
"percent" basis points, "count" a whole number, "quantity" thousandths, "day" a date, "time" a datetime, "text"
words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from loyalty import wording
from loyalty.tables import Column, Type, to_xlsx
from loyalty.ui.text import file_name, plain

Kind = Literal["money", "bonuses", "signed", "percent", "count", "quantity", "day", "time", "text"]
Kinds = Mapping[str, Kind]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_SHOWN_MAX = 12
ROW_PX = 36
ROWS_MEASURED_MAX = 500
LETTER_PX, DIGIT_PX, CELL_PADDING_PX, COLUMN_PX_MAX = 7.6, 6.9, 18, 420
LINK = {
    "light": "#0F766E",
    "dark": "#2DD4BF",
}  # theme.linkColor of .streamlit/config.toml: cells take no theme colour

_SAY: dict[Kind, Callable[[Any], str]] = {
    "money": wording.roubles,
    "bonuses": wording.bonuses,
    "signed": wording.signed,
    "percent": wording.percent,
    "count": wording.number,
    "quantity": wording.quantity,
    "day": wording.day,
    "time": wording.time,
}
_TYPES: dict[Kind, Type] = {
    "money": Type.MONEY,
    "bonuses": Type.MONEY,
    "signed": Type.MONEY,
    "percent": Type.PERCENT,
    "count": Type.WHOLE,
    "day": Type.DAY,
    "time": Type.MOMENT,
}


def table(
    frame: pd.DataFrame,
    kinds: Kinds,
    *,
    alt: str,
    key: str | None = None,
    rows_shown: int = ROWS_SHOWN_MAX,
    config: Mapping[str, ColumnConfig] | None = None,
    links: str | None = None,
    **options: Any,
) -> Any:
    """Show a frame whose columns are named in Russian; at most `rows_shown` rows high, less if it has less.

    `alt` names the table for screen readers; `links` is the column that looks like links where a click opens
    something; `options` go to st.dataframe (on_select, selection_mode…).
    """
    shown = styled(frame, kinds)
    if links is not None:
        shown = shown.set_properties(subset=[links], color=LINK[st.context.theme.type or "light"])
    return st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(frame) <= rows_shown else (rows_shown + 1) * ROW_PX + 2,
        row_height=ROW_PX,
        column_config={**_columns(frame, kinds), **(config or {})},
        placeholder="",
        key=key,
        alt=alt,
        **options,
    )


def words_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of words that wrap: one text for the browser to lay out, where st.table has one a cell."""
    lines = [headings, [":--"] * len(headings), *([plain(cell) for cell in row] for row in rows)]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines), width="stretch")


def compared(names: tuple[str, str], rows: Sequence[tuple[str, str, str, bool]]) -> None:
    """Two of a kind side by side: (what, of the one, of the other, whether they contradict each other)."""
    lines = [["", *map(plain, names)], [":--"] * 3]
    for what, one, other, differs in rows:
        values = [plain(value) or "—" for value in (one, other)]
        lines.append([what, *(f":orange-background[{value}]" if differs else value for value in values)])
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines), width="stretch")


def styled(frame: pd.DataFrame, kinds: Kinds) -> Any:
    """The frame with values shown in Russian; sorting still goes by the values."""
    shown = {name: _sayer(kind) for name, kind in kinds.items() if kind in _SAY and name in frame}
    return frame.style.format(shown)  # type: ignore[arg-type]


def _sayer(kind: Kind) -> Callable[[Any], str]:
    say = _SAY[kind]
    return lambda value: "" if pd.isna(value) else say(value if kind in ("day", "time") else int(value))


def sorted_heading(frame: pd.DataFrame, name: str, descending: bool, kinds: Kinds) -> ColumnConfig:
    """The heading of the column that a list is sorted by, with an arrow."""
    return _column(frame, name, kinds.get(name, "text"), f"{name} {'▾' if descending else '▴'}")


def _columns(frame: pd.DataFrame, kinds: Kinds) -> dict[str, ColumnConfig]:
    return {str(name): _column(frame, str(name), kinds.get(str(name), "text"), str(name)) for name in frame.columns}


def _column(frame: pd.DataFrame, name: str, kind: Kind, label: str) -> ColumnConfig:
    """As wide as its longest value: the browser would measure the first ten rows only."""
    say = _sayer(kind) if kind in _SAY else str
    longest = max((len(say(value)) for value in frame[name].head(ROWS_MEASURED_MAX)), default=0)
    letter_px = LETTER_PX if kind == "text" else DIGIT_PX
    width = max(longest * letter_px + CELL_PADDING_PX, len(label) * LETTER_PX + CELL_PADDING_PX)
    alignment: Literal["left", "right"] = "left" if kind in ("text", "day", "time") else "right"
    return st.column_config.Column(label, alignment=alignment, width=min(int(width), COLUMN_PX_MAX))


def excel_button(
    name: str,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    kinds: Kinds,
    *,
    key: str | None = None,
    label: str = "Excel",
) -> None:
    """One button that gives the whole table as a file; a callable is asked only on the click."""
    st.download_button(
        label,
        data=lambda: to_excel(frame() if callable(frame) else frame, kinds),
        file_name=file_name(name, "xlsx"),
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
        key=key or f"excel-{name}",
    )


def to_excel(frame: pd.DataFrame, kinds: Kinds) -> bytes:
    """The frame as a workbook for people: roubles as numbers, days as days."""
    columns = [Column(str(name), str(name), _TYPES.get(kinds.get(str(name), "text"), Type.TEXT)) for name in frame]
    says = [_SAY["quantity"] if kinds.get(str(name)) == "quantity" else _plain for name in frame]
    rows = ([say(value) for say, value in zip(says, row, strict=True)] for row in frame.itertuples(index=False))
    return to_xlsx(columns, rows)


def _plain(value: Any) -> Any:
    """A frame's value as Python's own; None for what is missing."""
    if isinstance(value, str):
        return value.replace(wording.NBSP, " ")  # who searches the sheet types plain spaces
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():  # a whole number beside missing ones
        return int(value)
    return value.item() if hasattr(value, "item") else value
