"""Charts as data: what plotly is given is its own figure, and every point says itself in words."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import pytest

from loyalty.ui import charts
from loyalty.ui.figures import speaking
from loyalty.wording import bonuses, roubles

ROOT = Path(__file__).resolve().parents[2]
MONTHS = ["окт", "ноя", "дек", "янв<br>2026"]


def drawn(figure: charts.Drawing) -> go.Figure:
    """As plotly checks it, with the names of colours replaced by a colour."""
    return go.Figure(coloured(figure.plotly))


def coloured(value: Any) -> Any:
    if isinstance(value, str):
        return "#123456" if value.startswith("@") else value
    if isinstance(value, list):
        return [coloured(one) for one in value]
    return {name: coloured(one) for name, one in value.items()} if isinstance(value, dict) else value


def monthly(*sums: list[int], **options: Any) -> charts.Drawing:
    names = ("Участники", "Без карты", "Сгорело")
    colours = (charts.ACCENT, charts.GREY, charts.CONTRAST)
    series = [charts.series(name, values, roubles, colour) for name, values, colour in zip(names, sums, colours)]  # noqa: B905
    return charts.bars(MONTHS, MONTHS, series, unit="₽", **options)


def ticks(figure: charts.Drawing, axis: str = "yaxis") -> list[str]:
    return [text.replace("\u00a0", " ") for text in figure.plotly["layout"][axis]["ticktext"]]


def test_bars_are_a_figure_that_plotly_takes() -> None:
    figure = monthly([100_00, 200_00, 0, 50_00], [10_00, 20_00, 30_00, 0], stacked=True, running=3)
    first, second = drawn(figure).data
    assert list(first.y) == [100, 200, None, 50]  # nothing is no bar of no height, whose edge would be seen
    assert list(second.marker.pattern.shape) == ["", "", "", "/"]


def test_what_is_not_over_is_hatched_and_said() -> None:
    figure = monthly([100_00] * 4, running=3)
    assert [point["note"] for point in figure.points] == [None, None, None, "ещё идёт"]
    assert figure.legend[-1] == {"name": "ещё идёт", "colour": "@muted", "look": "hatched"}
    assert monthly([100_00] * 4).legend[-1]["name"] == "Участники"


def test_a_point_is_told_with_its_unit() -> None:
    rows = monthly([1_234_50] * 4, [10_00] * 4).points[3]["rows"]
    assert [(row["name"], row["value"].replace("\u00a0", " ")) for row in rows] == [
        ("Участники", "1 234,50 ₽"),
        ("Без карты", "10 ₽"),
    ]


def test_a_series_of_nothing_is_left_out() -> None:
    assert [entry["name"] for entry in monthly([100_00] * 4, [0] * 4, [5_00] * 4).legend] == [
        "Участники",
        "Сгорело",
    ]


@pytest.mark.parametrize(
    ("sums", "lines"),
    [
        ([54_000_000_00, 0, 0, 0], ["0", "20 млн ₽", "40 млн ₽"]),
        ([847_938_00, 0, 0, 0], ["0", "200 тыс. ₽", "400 тыс. ₽", "600 тыс. ₽", "800 тыс. ₽"]),
        ([-900_00, 2_100_00, 0, 0], ["0", "1 тыс. ₽", "2 тыс. ₽"]),
        ([-2_000_00, 1_000_00, 0, 0], ["−2 тыс. ₽", "−1 тыс. ₽", "0", "1 тыс. ₽"]),
        ([0, 0, 0, 0], ["0", "1 ₽"]),
    ],
)
def test_lines_across_are_few_and_round(sums: list[int], lines: list[str]) -> None:
    figure = monthly(sums)
    assert ticks(figure) == lines
    low, high = figure.plotly["layout"]["yaxis"]["range"]
    assert low <= min(sums) / 100 and high > max(sums) / 100


def test_a_long_row_of_labels_keeps_the_one_with_its_year() -> None:
    labels = [f"{at}" if at != 13 else "янв<br>2026" for at in range(26)]
    shown = ticks(charts.bars(labels, labels, [charts.series("Ч", [1] * 26, bonuses, charts.ACCENT)]), "xaxis")
    assert "янв<br>2026" in shown and len(shown) <= 7


def test_steps_part_at_today_and_mark_what_burns() -> None:
    days = [date(2025, 11, 1), date(2025, 11, 15), date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1)]
    said = [bonuses(amount * 100) for amount in (0, 300, 300, 100, 100)]
    figure = charts.steps(days, [0, 300, 300, 100, 100], today=date(2026, 2, 1), said=said)
    past, ahead, falls = drawn(figure).data
    assert (past.line.dash, ahead.line.dash, past.line.shape) == (None, "dot", "hv")
    assert past.x[-1] == ahead.x[0] == 92
    assert (list(falls.x), list(falls.y)) == ([120], [100])
    assert [point["title"] for point in figure.points] == ["01.11.2025", "15.11.2025", "Сегодня", "01.03.2026"]
    assert ticks(figure, "xaxis") == ["ноя<br>2025", "дек", "янв<br>2026", "фев", "мар", "апр", "май"]
    assert [entry["name"] for entry in figure.legend][-1] == "сгорит"


def test_what_stays_has_nothing_that_burns() -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)]
    figure = charts.steps(days, [0, 300, 300], today=days[1], said=["0", "300", "300"])
    assert "сгорит" not in [entry["name"] for entry in figure.legend]


def test_the_build_in_static_is_the_one_that_is_asked_for_and_checked() -> None:
    asked = re.search(r'"app/(static/.*?)"', (ROOT / "loyalty/ui/chart/chart.js").read_text(encoding="utf-8"))
    assert asked is not None
    head = (ROOT / asked[1]).read_bytes()[:200].decode()
    assert f"v{plotly.offline.get_plotlyjs_version()}" in head  # the schema that these tests hold figures to


@pytest.mark.parametrize(
    ("past", "says"),
    [
        ([100, 120, 150, 140, 180, 210], True),
        ([0, 1, 0, 1, 2, 3, 0, 1], False),  # small counts
        ([100, 200, 100, 200, 300, 100], False),  # three values
        ([100, 300, 120, 310, 90, 280, 140, 330], False),  # a zigzag
        ([100, 100, 100, 120, 140, 160], True),
        ([], False),
    ],
)
def test_a_past_is_drawn_only_where_it_says_something(past: list[float], says: bool) -> None:
    assert speaking(past) == (past if says else None)
