"""Charts: bars and steps in one style, drawn by plotly's basic build from static/ (decision 15).

A figure here is plotly's own, as plain data: `tests/figures/test_charts.py` holds it to plotly's schema. Every word
of it is made here, since the build speaks no Russian. Colours are names that the browser takes from the theme.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from loyalty.ui.components import component, heard
from loyalty.ui.leads import Lead, follow
from loyalty.wording import MONTHS, short

ACCENT, CONTRAST, GREY = "@accent", "@contrast", "@grey"
MUTED, LINE, GROUND = "@muted", "@line", "@ground"
GOES_ON = "ещё идёт"
LABELS_MAX = 7  # under the bars of a chart on a phone
MONTHS_SHOWN_MAX = 7
LINES_ACROSS_MAX = 4
ROOM = 1.05  # above the highest
TEXT_PX = 12
BARS_THICK, BARS_WIDE_MIN = 0.7, 6

_drawn = component("chart")


@dataclass(frozen=True)
class Series:
    """Values of one name, and each of them in words."""

    name: str
    values: Sequence[float]
    said: Sequence[str]
    colour: str = ACCENT


@dataclass(frozen=True)
class Drawing:
    """What the browser draws: plotly's figure, the names of its colours, and every point in words."""

    plotly: dict[str, Any]
    legend: list[dict[str, str]]
    points: list[dict[str, Any]]
    steps: bool = False


def chart(
    drawing: Drawing,
    *,
    alt: str,
    key: str,
    height: int | Literal["stretch"] = 300,
    leads: Sequence[Lead | None] = (),
) -> None:
    """Draw it; `alt` says in a sentence what it shows, `leads` where a click on each point goes.

    With a mouse a click leads at once, a finger gets the point's figures with a link, the keyboard walks by arrows.
    """
    ways = leads or [None] * len(drawing.points)
    data = {
        "alt": alt,
        "figure": drawing.plotly,
        "legend": drawing.legend,
        "points": [
            {**point, "leads": way and way.address} for point, way in zip(drawing.points, ways, strict=True)
        ],
        "steps": drawing.steps,
        "lead": next((way.words for way in ways if way), None),
    }
    follow(_drawn(key=key, data=data, height=height, on_open_change=heard).open, ways)


def series(name: str, kopecks: Iterable[int], say: Callable[[int], str], colour: str) -> Series:
    """Sums as the database has them, each told by `say`."""
    sums = [int(amount) for amount in kopecks]
    return Series(name, [amount / 100 for amount in sums], [say(amount) for amount in sums], colour)


def bars(
    labels: Sequence[str],
    titles: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    stacked: bool = False,
    running: int | None = None,
) -> Drawing:
    """Bars by label, `titles` being the labels in full; the place `running` is not over yet and is hatched.

    A series of nothing is left out.
    """
    series = [one for one in series if any(one.values)] or series[:1]
    places = range(len(labels))
    piled = [sum(one.values[at] for one in series) for at in places] if stacked else []
    reached = [*piled, *(value for one in series for value in one.values)]
    layout = _layout(min(0, *reached), max(reached), unit)
    thick = BARS_THICK * min(1, len(labels) / BARS_WIDE_MIN)  # a few bars would be walls
    layout |= {"barmode": "relative" if stacked else "group", "bargap": 1 - thick, "bargroupgap": 0.08}
    shown = _sparse(labels)
    layout["xaxis"] |= {"tickvals": shown, "ticktext": [labels[at] for at in shown]}
    layout["xaxis"]["range"] = [-0.5, len(labels) - 0.5]
    legend = [_marked(one.name, one.colour) for one in series]
    if running is not None:
        legend.append({"name": GOES_ON, "colour": MUTED, "look": "hatched"})
    points = [
        {
            "at": at,
            "title": titles[at],
            "note": GOES_ON if at == running else None,
            "rows": [{**_marked(one.name, one.colour), "value": one.said[at]} for one in series],
        }
        for at in places
    ]
    return Drawing({"data": [_bar(one, running) for one in series], "layout": layout}, legend, points)


def _bar(one: Series, running: int | None) -> dict[str, Any]:
    hatch = ["/" if at == running else "" for at in range(len(one.values))]
    edge = {"width": 1, "color": MUTED if one.colour == GREY else one.colour}  # grey alone is faint on white
    return {
        "type": "bar",
        "name": one.name,
        "x": list(range(len(one.values))),
        "y": [value or None for value in one.values],  # nothing, not an edge lying on the axis
        "marker": {
            "color": one.colour,
            "cornerradius": 3,
            "line": edge,
            "pattern": {"shape": hatch, "fillmode": "replace", "solidity": 0.35, "size": 6},
        },
    }


def _marked(name: str, colour: str) -> dict[str, str]:
    return {"name": name, "colour": colour, "look": "edged" if colour == GREY else ""}


def steps(days: Sequence[date], values: Sequence[float], *, today: date, said: Sequence[str]) -> Drawing:
    """What stays between the days it changes on; what is ahead of `today`, one of `days`, is dotted.

    `said` is each value in words, but for the last day, which only lets the line go on. A fall ahead is marked.
    """
    at = [(day - days[0]).days for day in days]
    now = days.index(today)
    burns = [place for place in range(now + 1, len(days)) if values[place] < values[place - 1]]
    layout = _layout(0, max(values))
    layout["xaxis"] |= _months(days[0], days[-1]) | {"range": [0, at[-1]]}
    layout["margin"]["t"] = 20  # for the word above
    layout["shapes"] = [_upright(at[now])]
    layout["annotations"] = [_over(at[now], "сегодня")]
    past = _line(at[: now + 1], values[: now + 1], {"width": 2.5})
    ahead = _line(at[now:], values[now:], {"width": 2.5, "dash": "dot"})
    falls = {
        "type": "scatter",
        "mode": "markers",
        "x": [at[place] for place in burns],
        "y": [values[place] for place in burns],
        "marker": {"color": CONTRAST, "size": 8, "line": {"width": 1.5, "color": GROUND}},
        "cliponaxis": False,
    }
    legend = [{"name": "доступно", "colour": ACCENT, "look": "line"}]
    if now + 1 < len(days):
        legend.append({"name": "дальше, если ничего не случится", "colour": ACCENT, "look": "dotted"})
    if burns:
        legend.append({"name": "сгорит", "colour": CONTRAST, "look": "round"})
    return Drawing(
        {"data": [past, ahead, falls], "layout": layout}, legend, _told(days, at, said, today), steps=True
    )


def _told(days: Sequence[date], at: Sequence[int], said: Sequence[str], today: date) -> list[dict[str, Any]]:
    return [
        {
            "at": place,
            "title": "Сегодня" if day == today else f"{day:%d.%m.%Y}",
            "note": None,
            "rows": [{"name": "доступно", "value": words}],
        }
        for day, place, words in list(zip(days, at, said, strict=True))[:-1]
    ]


def _line(at: Sequence[int], values: Sequence[float], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(at),
        "y": list(values),
        "line": {"shape": "hv", "color": ACCENT, **line},
        "cliponaxis": False,
    }


def _upright(at: int) -> dict[str, Any]:
    dotted = {"color": MUTED, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": dotted, "layer": "below"}


def _over(at: int, words: str) -> dict[str, Any]:
    return {"x": at, "y": 1, "yref": "paper", "text": words, "showarrow": False, "xanchor": "auto",
            "yanchor": "bottom", "font": {"size": TEXT_PX, "color": MUTED}}  # fmt: skip


def _layout(lowest: float, highest: float, unit: str = "") -> dict[str, Any]:
    """The house's template: no frame, light lines across at round values in short words."""
    lines = _scale(lowest, highest)
    return {
        "margin": {"l": 4, "r": 8, "t": 8, "b": 4},
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": TEXT_PX, "color": MUTED},
        "xaxis": {"showgrid": False, "zeroline": False, "tickangle": 0, "ticklabelstandoff": 4, "automargin": True},
        "yaxis": {
            "range": [lowest * ROOM, max(highest, 1) * ROOM],
            "tickvals": list(lines),
            "ticktext": [short(line * 100, unit) for line in lines],
            "ticklabelstandoff": 6,
            "gridcolor": LINE,
            "zerolinecolor": MUTED if lowest < 0 else LINE,
            "automargin": True,
        },
    }


def _scale(lowest: float, highest: float) -> list[int]:
    """Round values within reach that lines across are drawn at; zero is always one, and few there are."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            below, above = int(min(lowest, 0) // -step), int(max(highest, 1) // step)
            if below + above <= LINES_ACROSS_MAX:
                return [line * step for line in range(-below, above + 1)]
        size *= 10


def _sparse(labels: Sequence[str]) -> list[int]:
    """Which labels to show: long ones would meet each other, on a phone all the sooner."""
    step = max(1, -(-len(labels) // LABELS_MAX))
    dated = [i for i, label in enumerate(labels) if "<br>" in label]  # a label with its year is not to be left out
    return list(range(dated[-1] % step if dated else 0, len(labels), step))


def _months(first: date, last: date) -> dict[str, Any]:
    """Months named under an axis of days; few of them, and a year with the first and with each January."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    apart = next(size for size in (1, 2, 3, 6, 12, 24, 60, 1200) if count / size <= MONTHS_SHOWN_MAX)
    every = [divmod(first.year * 12 + first.month - 1 + at, 12) for at in range(count)]
    starts = [date(year, month + 1, 1) for year, month in every if (year * 12 + month) % apart == 0]
    starts = [day for day in starts if day >= first]
    return {
        "tickvals": [(day - first).days for day in starts],
        "ticktext": [
            MONTHS[day.month - 1] + (f"<br>{day.year}" if not at or day.year != before.year else "")
            for at, (before, day) in enumerate(pairwise([first, *starts]))
        ],
    }
