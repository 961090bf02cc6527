"""Widgets that every screen shares: headers, figures, tables, charts, forms; the only room here that draws."""

from loyalty.ui.charts import ACCENT, CONTRAST, GREY, Series, bars, chart, series, steps
from loyalty.ui.excel import book_button, excel_button
from loyalty.ui.figures import Figure, figures
from loyalty.ui.forms import Form, form
from loyalty.ui.funnel import Rung, funnel
from loyalty.ui.kinds import Kind
from loyalty.ui.layout import Badge, back_link, dot, empty, frame, header, link, section, side_by_side
from loyalty.ui.leads import Lead, asked_id
from loyalty.ui.leaving import ask_before_leaving, put_aside, remember
from loyalty.ui.matrix import Square, matrix
from loyalty.ui.placing import Word, placing
from loyalty.ui.tables import Compared, Lines, Sort, compared, table, words_table
from loyalty.ui.tasks import task
from loyalty.ui.text import bullets, dialled, file_name, lines, plain
from loyalty.ui.words import apologise, explained, field_error, flash, show_flash
from loyalty.ui.writing import show_waiting, write, write_by_click

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GREY",
    "Badge",
    "Compared",
    "Figure",
    "Form",
    "Kind",
    "Lead",
    "Lines",
    "Rung",
    "Series",
    "Sort",
    "Square",
    "Word",
    "apologise",
    "ask_before_leaving",
    "asked_id",
    "back_link",
    "bars",
    "book_button",
    "bullets",
    "chart",
    "compared",
    "dialled",
    "dot",
    "empty",
    "excel_button",
    "explained",
    "field_error",
    "figures",
    "file_name",
    "flash",
    "form",
    "frame",
    "funnel",
    "header",
    "lines",
    "link",
    "matrix",
    "placing",
    "plain",
    "put_aside",
    "remember",
    "section",
    "series",
    "show_flash",
    "show_waiting",
    "side_by_side",
    "steps",
    "table",
    "task",
    "words_table",
    "write",
    "write_by_click",
]
