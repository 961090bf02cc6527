"""Charts in one style: the theme's colours, a light horizontal grid, Russian numbers and months, no toolbar.

The colours are Streamlit's stand-ins, which the browser replaces by the theme's own, light or dark:
the first three of theme.chartCategoricalColors, and the greys of text and grid.
"""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import streamlit as st
from streamlit.elements.lib import streamlit_plotly_theme as theme

from loyalty.wording import MONTHS, NBSP

ACCENT, CONTRAST, GREY = theme.CATEGORY_0, theme.CATEGORY_1, theme.CATEGORY_2
MUTED = theme.GRAY_70
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}
MARGIN = {"l": 4, "r": 4, "t": 24, "b": 4}


def chart(figure: go.Figure, *, alt: str, height: int = 300, key: str | None = None) -> None:
    """Draw a figure in the house style; `alt` says in a sentence what it shows."""
    figure.update_layout(
        height=height,
        margin=MARGIN,
        separators=f",{NBSP}",
        hovermode="x unified",
        dragmode=False,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "title": None,
            "itemclick": False,
            "itemdoubleclick": False,
        },
        hoverlabel={"namelength": -1},
    )
    figure.update_xaxes(
        tickangle=0,
        tickfont={"size": 11},
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        title=None,
        automargin=True,
    )
    figure.update_yaxes(showgrid=True, zeroline=False, fixedrange=True, title=None, automargin=True)
    st.plotly_chart(figure, config=CONFIG, alt=alt, height=height, key=key)


def bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float], str]],
    *,
    unit: str = "",
    stacked: bool = False,
    titles: Sequence[str] | None = None,
) -> go.Figure:
    """Bars by label; series are (name, values, colour); hover says the name and the value with its unit."""
    figure = go.Figure()
    full = list(titles or labels)
    positions = list(range(len(full)))
    for name, values, colour in series:
        figure.add_bar(
            name=name,
            x=positions,
            y=list(values),
            marker={"color": colour, "cornerradius": 3, "line": {"width": 0}},
            customdata=full,
            hovertemplate=f"%{{y:,.0f}}{NBSP}{unit}" if unit else "%{y:,.0f}",
        )
    figure.update_layout(barmode="stack" if stacked else "group", bargap=0.3, bargroupgap=0.08)
    ticks = _sparse(labels)
    figure.update_xaxes(
        tickvals=ticks, ticktext=[labels[i] for i in ticks], unifiedhovertitle={"text": "%{customdata}"}
    )
    figure.update_yaxes(tickformat=",.0f", rangemode="tozero", nticks=6)
    return figure


def _sparse(labels: Sequence[str]) -> list[int]:
    """Which labels to show: long ones would meet each other, on a phone all the sooner."""
    at_most = 12 if all(len(label.partition("<br>")[0]) <= 3 for label in labels) else 6
    return list(range(0, len(labels), max(1, -(-len(labels) // at_most))))


def steps(
    days: Sequence[date], values: Sequence[float], *, today: date, hover: Sequence[str], unit: str = ""
) -> go.Figure:
    """A balance that changes on days and stays between them, with today marked; what is ahead is dotted."""
    figure = go.Figure()
    past = [i for i, day in enumerate(days) if day <= today]
    ahead = [i for i, day in enumerate(days) if day >= today]
    for part, dash in ((past, "solid"), (ahead, "dot")):
        figure.add_scatter(
            x=[days[i] for i in part],
            y=[values[i] for i in part],
            mode="lines",
            line={"shape": "hv", "color": ACCENT, "width": 2.5, "dash": dash},
            customdata=[hover[i] for i in part],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(hovermode="closest")
    figure.add_vline(x=today.isoformat(), line={"color": MUTED, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=today.isoformat(),
        y=1,
        yref="paper",
        yanchor="bottom",
        text="сегодня",
        showarrow=False,
        font={"color": MUTED},
    )
    if days:
        ticks = _month_starts(days[0], days[-1])
        figure.update_xaxes(tickvals=ticks, ticktext=[_tick(day, day == ticks[0]) for day in ticks])
    figure.update_yaxes(tickformat=",.0f", rangemode="tozero", nticks=6)
    return figure


def _month_starts(first: date, last: date, at_most: int = 9) -> list[date]:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(size for size in (1, 2, 3, 6, 12, 24, 60, 1200) if months / size <= at_most)
    found, year, month = [], first.year, first.month
    while date(year, month, 1) <= last:
        if (month - 1) % min(step, 12) == 0 and date(year, month, 1) >= first:
            found.append(date(year, month, 1))
        month += 1
        if month > 12:
            year, month = year + 1, 1
    return found


def _tick(day: date, first: bool) -> str:
    name = MONTHS[day.month - 1]
    return f"{name}<br>{day.year}" if first or day.month == 1 else name
