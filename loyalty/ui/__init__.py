"""Widgets that every screen shares: headers, cards, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, bars, chart
from loyalty.ui.excel import excel_button
from loyalty.ui.forms import field_error, flash, form_key, once, reopen, show_flash
from loyalty.ui.kinds import Kind
from loyalty.ui.layout import (
    Badge,
    Card,
    back_link,
    cards,
    empty,
    frame,
    header,
    link,
    section,
    side_by_side,
    small_cards,
)
from loyalty.ui.steps import steps
from loyalty.ui.tables import Lines, Sort, Tone, compared, table, words_table
from loyalty.ui.text import dialled, plain
from loyalty.ui.words import explained

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Badge",
    "Card",
    "Kind",
    "Lines",
    "Sort",
    "Tone",
    "back_link",
    "bars",
    "cards",
    "chart",
    "compared",
    "dialled",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "flash",
    "form_key",
    "frame",
    "header",
    "link",
    "once",
    "plain",
    "reopen",
    "section",
    "show_flash",
    "side_by_side",
    "small_cards",
    "steps",
    "table",
    "words_table",
]
