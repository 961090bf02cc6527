"""A balance over time as steps, with today marked: ECharts, a quarter of plotly's weight, opens with the card."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from loyalty.wording import MONTHS, number

MUTED = "#858E89"  # seen on white and on black: a marker takes no theme colour
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
        "xAxis": [_hidden(max=at[-1], axisPointer=SNAP), _months(days)],
        "yAxis": [_hidden(max=top, interval=step, splitLine={"show": True}), _sums(top, step)],
        "series": [
            # The first one is pointed at, whole and unseen; what is seen are its two parts.
            _line(points, lineStyle={"opacity": 0}, markLine=_mark(now)),
            _line([p for p in points if p[0] <= now], lineStyle={"width": 2.5}),
            _line([p for p in points if p[0] >= now], lineStyle={"width": 2.5, "type": "dotted"}),
        ],
    }
    st.echarts_chart(spec, alt=alt, height=height, key=key)


def _line(points: Sequence[tuple[int, float, str]], **options: Any) -> dict[str, Any]:
    """Lines of one name are of one colour, the theme's first."""
    data = [list(point) for point in points]
    return {"type": "line", "name": "Доступно", "step": "end", "showSymbol": False, "data": data, **options}


def _mark(now: int) -> dict[str, Any]:
    return {
        "symbol": "none",
        "silent": True,
        "data": [{"xAxis": now}],
        "lineStyle": {"color": MUTED, "width": 1.5, "type": "dotted", "opacity": 1},
        "label": {"formatter": "сегодня", "color": MUTED},
    }


def _hidden(**options: Any) -> dict[str, Any]:
    """The axis that numbers are placed by; its neighbour carries the words, which a number's axis can't."""
    return {"type": "value", "min": 0, "position": "right", **NO_AXIS, "axisLabel": {"show": False},
            "splitLine": {"show": False}, **options}  # fmt: skip


def _months(days: Sequence[date]) -> dict[str, Any]:
    """A category a day, the first days of months named."""
    names = [""] * ((days[-1] - days[0]).days + 1)
    starts = _month_starts(days[0], days[-1])
    for day in starts:
        names[(day - days[0]).days] = _tick(day, day == starts[0])
    return {"type": "category", "position": "bottom", "boundaryGap": False, "data": names,
            "axisTick": {"show": False}, "axisPointer": {"show": False},
            "axisLabel": {"interval": 0, "hideOverlap": True, "lineHeight": 15}}  # fmt: skip


def _sums(top: float, step: float) -> dict[str, Any]:
    """A category a line across, named in Russian."""
    names = [number(round(step * line)) for line in range(round(top / step) + 1)]
    return {"type": "category", "position": "left", "boundaryGap": False, "data": names, **NO_AXIS,
            "axisPointer": {"show": False}, "axisLabel": {"interval": 0}}  # fmt: skip


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
