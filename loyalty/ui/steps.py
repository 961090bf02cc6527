"""A balance over time as steps, with today marked: ECharts, a quarter of plotly's weight, opens with the card."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import streamlit as st

from loyalty.wording import MONTHS, number

Point = tuple[int, float, str]  # days since the first, value, its words
SERIES = "Доступно"
MUTED = "#858E89"  # seen on white and on black: a marker takes no theme colour
SMALL = {"color": MUTED, "fontSize": 11}
DIGIT_PX, TWO_LINES_PX = 7, 38
MONTHS_SHOWN_MAX, LINES_ACROSS_MAX = 7, 5
SNAP = {"show": True, "snap": True, "label": {"show": False}, "lineStyle": {"color": MUTED}}
NO_AXIS = {"axisLine": {"show": False}, "axisTick": {"show": False}}


def steps(
    days: Sequence[date],
    values: Sequence[float],
    *,
    today: date,
    hover: Sequence[str],
    alt: str,
    height: int = 260,
    key: str | None = None,
) -> None:
    """Draw what stays between the days it changes on; what is ahead of `today`, one of `days`, is dotted.

    `hover` says each point in words; `alt` says in a sentence what the chart shows.
    """
    at = [(day - days[0]).days for day in days]
    now = (today - days[0]).days
    points = list(zip(at, values, hover, strict=True))
    top, step = _scale(max(values, default=0))
    spec = {
        "animation": False,
        "grid": {
            "left": 14 + DIGIT_PX * len(number(top)),
            "right": 14,
            "top": 22,
            "bottom": TWO_LINES_PX,
            "outerBoundsMode": "none",
        },
        "tooltip": {"trigger": "axis", "formatter": "{@[2]}", "confine": True},
        "xAxis": _hidden(max=at[-1], axisPointer=SNAP, axisLine={"show": True, "onZero": False}),
        "yAxis": [_hidden(max=top, interval=step, splitLine={"show": True}), _sums(top, step)],
        "series": [
            _pointed_at(points, _marks(days, now)),
            _drawn([p for p in points if p[0] <= now], cap="square"),
            _drawn([p for p in points if p[0] >= now], type="dotted"),
        ],
    }
    st.echarts_chart(spec, alt=alt, height=height, key=key)


def _pointed_at(points: Sequence[Point], mark: dict[str, Any]) -> dict[str, Any]:
    """The whole, which answers the pointer: its area is seen, its line is not."""
    return {"type": "line", "name": SERIES, "step": "end", "showSymbol": False, "data": [list(p) for p in points],
            "lineStyle": {"opacity": 0}, "areaStyle": {"opacity": 0.1}, "markLine": mark}  # fmt: skip


def _drawn(points: Sequence[Point], **style: Any) -> dict[str, Any]:
    """Each step as lines of its own: one line through all would leave out rises below two pixels, and slope.

    Series of one name are of one colour, the theme's first.
    """
    lines = []
    for (at, value, _), (until, then, _) in pairwise(points):
        lines.append({"coords": [[at, value], [until, value]]})
        if then != value:
            lines.append({"coords": [[until, value], [until, then]]})
    return {"type": "lines", "name": SERIES, "coordinateSystem": "cartesian2d", "silent": True, "data": lines,
            "lineStyle": {"width": 2.5, "opacity": 1, **style}}  # fmt: skip


def _marks(days: Sequence[date], now: int) -> dict[str, Any]:
    """Today's line, and months named under the axis: a number's axis can't speak, a category a day is slow."""
    starts = _month_starts(days[0], days[-1])
    months = [
        {
            "xAxis": (day - days[0]).days,
            "label": {"formatter": _tick(day, day == starts[0]), "position": "start"},
            "lineStyle": {"width": 0},
        }
        for day in starts
    ]
    return {
        "symbol": "none",
        "silent": True,
        "data": [{"xAxis": now, "label": {"formatter": "сегодня"}}, *months],
        "lineStyle": {"color": MUTED, "width": 1.5, "type": "dotted", "opacity": 1},
        "label": {**SMALL, "lineHeight": 15},
    }


def _hidden(**options: Any) -> dict[str, Any]:
    """The axis that numbers are placed by, without words."""
    return {"type": "value", "min": 0, "position": "right", **NO_AXIS, "axisLabel": {"show": False},
            "splitLine": {"show": False}, **options}  # fmt: skip


def _sums(top: float, step: float) -> dict[str, Any]:
    """A category a line across, named in Russian."""
    names = [number(round(step * line)) for line in range(round(top / step) + 1)]
    return {"type": "category", "position": "left", "boundaryGap": False, "data": names, **NO_AXIS,
            "axisPointer": {"show": False}, "axisLabel": {"interval": 0, **SMALL}}  # fmt: skip


def _scale(highest: float) -> tuple[int, int]:
    """Where the chart ends and how far apart its lines across are: round numbers."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * LINES_ACROSS_MAX >= highest:
                return step * max(-int(-highest // step), 1), step
        size *= 10


def _month_starts(first: date, last: date, at_most: int = MONTHS_SHOWN_MAX) -> list[date]:
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
    return f"{name}\n{day.year}" if first or day.month == 1 else name
