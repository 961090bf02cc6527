"""Components of our own: a script and its style sheet beside this file, drawn in the page itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st


def component(name: str, **options: Any) -> Callable[..., Any]:
    """`table` is table/table.js, dressed by table/table.css if it is to be seen.

    Its styles are not isolated: its text is the page's own, for search, print, readers and the house's font.
    """
    place = Path(__file__).with_name(name)
    script, dress = (place / f"{name}.{kind}" for kind in ("js", "css"))
    css = dress.read_text(encoding="utf-8") if dress.exists() else None
    js = script.read_text(encoding="utf-8")
    return st.components.v2.component(f"loyalty.{name}", css=css, js=js, isolate_styles=False, **options)


def heard() -> None:
    """A component tells of an event only where something listens; what it means is done in the page's own run."""
