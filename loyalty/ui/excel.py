"""Any table as an Excel workbook, by one button."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from loyalty import wording
from loyalty.tables import Column, Type, to_book, to_xlsx
from loyalty.ui.kinds import TYPES, Kinds, own, said
from loyalty.ui.text import file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def book_button(name: str, sheets: Callable[[], Mapping[str, tuple[pd.DataFrame, Kinds]]], *, key: str) -> None:
    """One button that gives several tables as sheets of one file; asked only on the click."""
    st.download_button(
        "Excel",
        data=lambda: to_book(
            (title, *_columns_and_rows(frame, kinds)) for title, (frame, kinds) in sheets().items()
        ),
        file_name=file_name(name, "xlsx"),
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def to_excel(frame: pd.DataFrame, kinds: Kinds) -> bytes:
    """The frame as a workbook for people: roubles as numbers, days as days."""
    return to_xlsx(*_columns_and_rows(frame, kinds))


def _columns_and_rows(frame: pd.DataFrame, kinds: Kinds) -> tuple[Sequence[Column], Iterator[list[Any]]]:
    columns = [Column(str(name), str(name), TYPES.get(kinds.get(str(name), "text"), Type.TEXT)) for name in frame]
    quantities = [kinds.get(str(name)) == "quantity" for name in frame]
    rows = (
        [said(value, "quantity") if thousandths else _plain(value)
         for thousandths, value in zip(quantities, row, strict=True)]
        for row in frame.itertuples(index=False)
    )  # fmt: skip
    return columns, rows


def _plain(value: Any) -> Any:
    """Who searches the sheet types plain spaces."""
    return value.replace(wording.NBSP, " ") if isinstance(value, str) else own(value)
