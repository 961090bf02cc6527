"""Charts in one style: the theme's colours, a light horizontal grid, Russian numbers and months, no toolbar.

The colours are Streamlit's stand-ins, which the browser replaces by the theme's own, light or dark:
the first three of theme.chartCategoricalColors.
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st
from streamlit.elements.lib import streamlit_plotly_theme as theme

from loyalty.wording import NBSP

ACCENT, CONTRAST, GREY = theme.CATEGORY_0, theme.CATEGORY_1, theme.CATEGORY_2
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}
MARGIN = {"l": 4, "r": 4, "t": 24, "b": 4}
LABELS_MAX = 7  # under the bars of a chart on a phone


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
    said = f"%{{y:,.0f}}{NBSP}{unit}" if unit else "%{y:,.0f}"
    for at, (name, values, colour) in enumerate(series):
        title = "" if at else "<b>%{customdata}</b><br>"
        figure.add_bar(
            name=name,
            x=positions,
            y=list(values),
            marker={"color": colour, "cornerradius": 3, "line": {"width": 0}},
            customdata=full,
            hovertemplate=f"{title}{name}: {said}<extra></extra>",
        )
    figure.update_layout(barmode="stack" if stacked else "group", bargap=0.3, bargroupgap=0.08)
    ticks = _sparse(labels)
    figure.update_xaxes(tickvals=ticks, ticktext=[labels[i] for i in ticks], unifiedhovertitle={"text": " "})
    figure.update_yaxes(tickformat=",.0f", ticksuffix=unit and f"{NBSP}{unit}", rangemode="tozero", nticks=6)
    return figure


def _sparse(labels: Sequence[str]) -> list[int]:
    """Which labels to show: long ones would meet each other, on a phone all the sooner."""
    step = max(1, -(-len(labels) // LABELS_MAX))
    dated = [i for i, label in enumerate(labels) if "<br>" in label]  # a label with its year is not to be left out
    return list(range(dated[-1] % step if dated else 0, len(labels), step))
