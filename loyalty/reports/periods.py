"""The periods an owner looks at: their days, the buckets of a chart, the same period a year before; pure."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from loyalty import wording

MONTH_DAYS = 30
QUARTER_WEEKS = 13
YEAR_MONTHS = 12


class Period(StrEnum):
    """The values are the words to show."""

    MONTH = "Месяц"
    QUARTER = "Квартал"
    YEAR = "Год"
    ALL = "Всё"


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, in buckets that begin on `starts`."""

    first: date
    last: date
    starts: tuple[date, ...]
    labels: tuple[str, ...]  # under the bars
    titles: tuple[str, ...]  # in the hover and in Excel
    by: str  # «по месяцам»

    @property
    def running(self) -> int:
        """The place of the bucket that is not over yet: today's."""
        return len(self.starts) - 1

    def bounds(self) -> list[tuple[date, date]]:
        """Each bucket's first and last day."""
        ends = [start - timedelta(days=1) for start in self.starts[1:]]
        return list(zip(self.starts, [*ends, self.last], strict=True))

    def year_before(self) -> tuple[date, date]:
        """The same days a year earlier."""
        return a_year_before(self.first), a_year_before(self.last)


def span(period: Period, today: date, first_day: date) -> Span:
    """30 days by day, 13 weeks by week, 12 calendar months, or everything by month, up to today.

    Never from before the bucket of the first day that the data has.
    """
    if period is Period.MONTH:
        days = _since(first_day, [today - timedelta(days=MONTH_DAYS - 1 - i) for i in range(MONTH_DAYS)])
        return _span(days, today, [wording.day_short(d) for d in days], [wording.day(d) for d in days], "дням")
    if period is Period.QUARTER:
        monday = today - timedelta(days=today.weekday())
        weeks = _since(first_day, [monday - timedelta(weeks=QUARTER_WEEKS - 1 - i) for i in range(QUARTER_WEEKS)])
        labels = [wording.day_short(d) for d in weeks]
        return _span(weeks, today, labels, [f"Неделя {wording.week(d)} {d.year}" for d in weeks], "неделям")
    months_back = YEAR_MONTHS - 1
    if period is Period.ALL:
        months_back = max((today.year - first_day.year) * 12 + today.month - first_day.month, 0)
    months = _since(first_day, [_months_before(today, back) for back in range(months_back, -1, -1)])
    labels = [
        wording.MONTHS[d.month - 1] + (f"<br>{d.year}" if d.month == 1 or not i else "")
        for i, d in enumerate(months)
    ]
    return _span(months, today, labels, [wording.month(d).capitalize() for d in months], "месяцам")


def _since(first_day: date, starts: list[date]) -> list[date]:
    """Without the buckets that ended before the first day; the last one stays."""
    return starts[min(max(bisect_right(starts, first_day) - 1, 0), len(starts) - 1) :]


def _span(starts: list[date], last: date, labels: list[str], titles: list[str], by: str) -> Span:
    return Span(starts[0], last, tuple(starts), tuple(labels), tuple(titles), f"по {by}")


def _months_before(today: date, back: int) -> date:
    index = today.year * 12 + today.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
