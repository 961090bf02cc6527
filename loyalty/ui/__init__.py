"""Widgets that every screen shares: headers, figures, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, bars, chart, series, steps
from loyalty.ui.figures import Figure, figures
from loyalty.ui.forms import field_error, flash, form_key, once, reopen, show_flash
from loyalty.ui.layout import back_link, empty, header, link, section, side_by_side
from loyalty.ui.leads import Lead
from loyalty.ui.tables import Kind, compared, excel_button, sorted_heading, table, words_table
from loyalty.ui.text import plain
from loyalty.ui.words import explained

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Figure",
    "Kind",
    "Lead",
    "back_link",
    "bars",
    "chart",
    "compared",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "figures",
    "flash",
    "form_key",
    "header",
    "link",
    "once",
    "plain",
    "reopen",
    "section",
    "series",
    "show_flash",
    "side_by_side",
    "sorted_heading",
    "steps",
    "table",
    "words_table",
]
