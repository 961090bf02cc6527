"""Widgets that every screen shares: headers, cards, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, bars, chart
from loyalty.ui.forms import field_error, flash, form_key, once, reopen, show_flash
from loyalty.ui.layout import Card, back_link, cards, empty, header, link, section, side_by_side, small_cards
from loyalty.ui.steps import steps
from loyalty.ui.tables import Kind, compared, excel_button, sorted_heading, table, words_table
from loyalty.ui.text import plain
from loyalty.ui.words import explained
from loyalty.ui.writing import show_waiting, write

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Card",
    "Kind",
    "back_link",
    "bars",
    "cards",
    "chart",
    "compared",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "flash",
    "form_key",
    "header",
    "link",
    "once",
    "plain",
    "reopen",
    "section",
    "show_flash",
    "show_waiting",
    "side_by_side",
    "small_cards",
    "sorted_heading",
    "steps",
    "table",
    "words_table",
    "write",
]
