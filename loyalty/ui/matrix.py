"""A picture of two scales: cells with a figure each, tinted by a share; on a phone a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.ui.components import component, heard
from loyalty.ui.leads import Lead, follow

_drawn = component("matrix")


@dataclass(frozen=True)
class Square:
    """One cell: what it is, its figure, what stands under it, where it leads; `share` from 0 to 1 is its tint."""

    title: str
    value: str
    note: str
    lead: Lead
    hint: str = ""
    share: float = 0


def matrix(
    columns: Sequence[str], rows: Sequence[str], squares: Sequence[Sequence[Square]], *, alt: str, key: str
) -> None:
    """Draw it; a click on a cell leads where it says."""
    data = {
        "alt": alt,
        "columns": list(columns),
        "rows": [
            {"title": title, "cells": [_said(one) for one in line]}
            for title, line in zip(rows, squares, strict=True)
        ],
    }
    leads = (one.lead for line in squares for one in line)
    follow(_drawn(key=key, data=data, on_open_change=heard).open, leads)


def _said(one: Square) -> dict[str, object]:
    return {
        "title": one.title,
        "value": one.value,
        "note": one.note,
        "hint": one.hint,
        "leads": one.lead.address,
        "words": one.lead.words,
        "tint": round(min(max(one.share, 0), 1) * 100),
    }
