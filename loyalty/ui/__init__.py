"""Widgets that every screen shares: headers, cards, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, bars, chart
from loyalty.ui.forms import Form, field_error, flash, form, put_aside, show_flash
from loyalty.ui.layout import Card, back_link, cards, empty, header, link, section, side_by_side, small_cards
from loyalty.ui.leaving import ask_before_leaving, lost_with_page
from loyalty.ui.steps import steps
from loyalty.ui.tables import Kind, compared, excel_button, sorted_heading, table, words_table
from loyalty.ui.text import badge, bullets, file_name, lines, plain
from loyalty.ui.words import explained

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Card",
    "Form",
    "Kind",
    "ask_before_leaving",
    "back_link",
    "badge",
    "bars",
    "bullets",
    "cards",
    "chart",
    "compared",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "file_name",
    "flash",
    "form",
    "header",
    "lines",
    "link",
    "lost_with_page",
    "plain",
    "put_aside",
    "section",
    "show_flash",
    "side_by_side",
    "small_cards",
    "sorted_heading",
    "steps",
    "table",
    "words_table",
]
