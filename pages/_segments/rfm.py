"""The RFM picture of «Сегменты»: how long ago against how often, each cell leading to its segment."""

from collections.abc import Sequence

from loyalty import ui, wording
from loyalty.reports.segments import listed as report
from loyalty.segments import ready
from loyalty.segments.tree import as_json
from loyalty.segments.worth import Worth
from pages._segments.links import edit_where, open_segment

HINT = "Когда купили в последний раз и сколько раз всего. Чем гуще цвет, тем больше выручки"


def show(cells: Sequence[report.Cell], everybody: Worth) -> None:
    """The picture under what it found."""
    if not any(cell.worth.customers for cell in cells):
        return
    width = len(ready.DAYS)
    with ui.section(title(cells, everybody), hint=HINT, height="content"):
        ui.matrix(
            [band.words for band in ready.DAYS],
            [band.words for band in ready.TIMES],
            [
                [square(cell, everybody) for cell in cells[first : first + width]]
                for first in range(0, len(cells), width)
            ],
            alt="РФМ: клиенты по давности и числу покупок",
            key="rfm",
        )


def title(cells: Sequence[report.Cell], everybody: Worth) -> str:
    """What the picture found: who brings the most."""
    best = max(cells, key=lambda cell: cell.worth.revenue)
    part = report.share(best.worth.revenue, everybody.revenue)
    if not part:
        return "РФМ: кто и как покупает"
    return f"«{best.of.name}» принесли {wording.percent(part)} выручки"


def square(cell: report.Cell, everybody: Worth) -> ui.Square:
    """A cell: how many they are, what they brought, what to do about them."""
    of, name, mine = cell
    part = report.share(mine.revenue, everybody.revenue)
    return ui.Square(
        of.name,
        wording.number(mine.customers),
        f"{wording.percent(part or 0)} выручки",
        open_segment(f"Открыть «{name}»", name) if name else edit_where("Создать сегмент", as_json(of.tree)),
        hint=of.advice,
        share=(part or 0) / 10_000,
    )
