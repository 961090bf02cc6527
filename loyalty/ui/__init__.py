"""Widgets that every screen shares: headers, figures, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, bars, chart, series, steps
from loyalty.ui.excel import excel_button
from loyalty.ui.figures import Figure, figures
from loyalty.ui.forms import field_error, flash, form_key, once, reopen, show_flash
from loyalty.ui.kinds import Kind
from loyalty.ui.layout import Badge, back_link, empty, frame, header, link, section, side_by_side
from loyalty.ui.leads import Lead
from loyalty.ui.tables import Lines, Sort, Tone, compared, table, words_table
from loyalty.ui.text import dialled, plain
from loyalty.ui.words import explained

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Badge",
    "Figure",
    "Kind",
    "Lead",
    "Lines",
    "Sort",
    "Tone",
    "back_link",
    "bars",
    "chart",
    "compared",
    "dialled",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "figures",
    "flash",
    "form_key",
    "frame",
    "header",
    "link",
    "once",
    "plain",
    "reopen",
    "section",
    "series",
    "show_flash",
    "side_by_side",
    "steps",
    "table",
    "words_table",
]
