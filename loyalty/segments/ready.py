"""Segments that a shop begins with: made once, the owner's from then on; one that she deletes stays deleted.

RFM in borders that an owner can check by heart: how long ago she bought last against how many purchases she has
made. Every customer who has ever bought is in exactly one of its cells; money is what a cell shows of itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session

from loyalty import ready_made
from loyalty.acts import Act
from loyalty.segments import stored
from loyalty.segments.tree import All, Any_, Tree, is_

MADE = "ready_segments"  # the setting: names of those made so far
PREFIX = "РФМ: "


class Band(NamedTuple):
    """A row or a column of the picture: its words, and its borders, both included."""

    words: str
    low: int
    high: int | None

    @property
    def range(self) -> dict[str, int]:
        """As a criterion is told it; from nothing is not said."""
        borders = {"from": self.low or None, "to": self.high}
        return {key: border for key, border in borders.items() if border is not None}


class Cell(NamedTuple):
    """A cell of the picture: its name, its column, its row, and what one does about them."""

    name: str
    days: Band
    times: Band
    advice: str

    @property
    def segment(self) -> str:
        """The name its segment is made under."""
        return PREFIX + self.name

    @property
    def tree(self) -> Tree:
        """Its question."""
        return All((is_("days_without_purchase", **self.days.range), is_("purchases_count", **self.times.range)))


DAYS = (Band("до 60 дней", 0, 60), Band("61–180 дней", 61, 180), Band("181–365 дней", 181, 365),
        Band("больше года", 366, None))  # fmt: skip
"""Days since the last purchase, the latest first."""
TIMES = (Band("4 покупки и больше", 4, None), Band("2–3 покупки", 2, 3), Band("1 покупка", 1, 1))
"""Purchases ever, the most first."""

_CELLS = (
    (("Чемпионы", "Благодарите первыми: ранний доступ, подарки"),
     ("Лояльные", "Покажите новинки, пока не остыли"),
     ("Нельзя потерять", "Напишите лично, верните подарком"),
     ("Ушедшие лояльные", "Спросите, что случилось")),
    (("Растущие", "Подскажите, сколько до следующего уровня"),
     ("Остывающие", "Напомните о бонусах"),
     ("Под угрозой", "Предложите повод прийти"),
     ("Ушедшие", "Верните сильным предложением или отпустите")),
    (("Новички", "Доведите до второй покупки"),
     ("Сомневающиеся", "Подтолкните ко второй покупке"),
     ("Спящие", "Разбудите недорогим способом"),
     ("Случайные", "Не тратьте на них много")),
)  # fmt: skip
CELLS = tuple(
    Cell(name, days, times, advice)
    for times, row in zip(TIMES, _CELLS, strict=True)
    for days, (name, advice) in zip(DAYS, row, strict=True)
)
"""The picture row by row."""


def everything() -> Iterator[tuple[str, Tree]]:
    """All ready segments: name and question."""
    for cell in CELLS:
        yield cell.segment, cell.tree
    yield "Разовые", is_("purchases_count", **{"from": 1, "to": 1})
    yield "2–3 покупки", is_("purchases_count", **{"from": 2, "to": 3})
    yield "Постоянные", is_("purchases_count", **{"from": 4})
    first_one = All((is_("purchases_count", **{"from": 1, "to": 1}), is_("days_without_purchase", to=30)))
    yield "Новые", Any_((is_("days_since_registration", to=30), first_one))
    yield "Потерянные", is_("days_without_purchase", **{"from": 366})
    silent = is_("days_without_purchase", **{"from": 90})
    yield "90 дней без покупок", silent
    yield "Спящие с бонусами", All((silent, is_("available", **{"from": 100_00})))
    yield "День рождения за 14 дней", is_("birthday_within", days=14)


def is_due(session: Session) -> bool:
    """Whether a shop lives here that some were never made in."""
    return ready_made.is_due(session, MADE, (name for name, _ in everything()))


def add_missing(session: Session) -> list[str]:
    """Make those that were never made here; their names. Nobody is in them until they are refreshed."""

    def add(name: str, tree: Tree, act: Act) -> None:
        stored.add(session, name, tree, act, is_ready_made=True)

    return ready_made.add_missing(session, MADE, dict(everything()), add)
