"""All tables of a file that tell of the same things, as one: sheets of one shape, a second table below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from loyalty.onec.books.sheets import Carried, RawRow, Sheet
from loyalty.onec.columns import headers
from loyalty.onec.columns.headers import Header, normalised
from loyalty.onec.columns.words import RETURNS, normal

PAGE_BREAK: list[str] = []
"""The cells of a header that only stands again, on the next page: it ends nothing."""
LOOKED_AT = headers.HEADER_ROWS + 10
_DIGIT = re.compile(r"\d")
SALES, RETURNED = "sales", "returns"
KIND_WORDS = {SALES: "Продажа", RETURNED: "Возврат"}


def kind_in(title: str) -> str | None:
    """«Возвраты за январь» heads returns, «Продажи» sales; «Продажи и возвраты» and «Лист1» say nothing."""
    text = normal(title)
    sold, back = any(word in text for word in ("продаж", "чеки", "реализ")), RETURNS.search(text) is not None
    return None if sold == back else SALES if sold else RETURNED


@dataclass(slots=True)
class Part:
    """One more table: how its columns go into the first one's, and what its title says its rows are."""

    columns: list[int]  # place of each of its columns among all labels, -1: nowhere
    kind: str | None


@dataclass(slots=True)
class Tables:
    """One stream of rows below one header, whatever sheets and places they stand in; rows are numbered through."""

    sheets: list[Sheet]
    header: Header | None
    kind: str
    labels: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # sheets with other columns, or hidden
    hidden: set[str] = field(default_factory=set)
    sums: tuple[int, ...] = ()  # columns in which a merged cell counts once, not in each of its rows
    _starts: list[int] = field(default_factory=list)
    _done: int = 0

    def __post_init__(self) -> None:
        self.labels = list(self.header.labels) if self.header else []

    @property
    def name(self) -> str:
        return self.sheets[0].name

    def fraction(self) -> float:
        """How much the latest `rows()` has read, 0 to 1."""
        at = min(self._done, len(self.sheets) - 1)
        return (at + self.sheets[at].fraction()) / len(self.sheets)

    def where(self, row: int) -> str:
        """«лист «Март», строка 3» for a row of a further sheet; "" for one of the first."""
        at = max((place for place, start in enumerate(self._starts) if start < row), default=0)
        return f"лист «{self.sheets[at].name}», строка {row - self._starts[at]}" if at else ""

    def rows(self) -> Iterator[RawRow]:
        """Rows numbered through all sheets, in the first header's columns; a further header is an empty row."""
        self._starts = []
        number = 0
        for done, sheet in enumerate(self.sheets):
            self._done = done
            self._starts.append(number)
            start, part = number, None
            told = kind_in(sheet.name) if done else None  # what the next header's rows are, as a title says
            current = [] if done else [normalised(label) for label in self.labels]
            for own, cells, level in sheet.rows():
                number = start + own
                if self.sums and sheet.name:  # a book: a text has no merged cells
                    self._once(cells)
                if part is None and cells and cells[0][:1].isdigit():  # a row of data, as nearly all are
                    yield number, cells, level
                    continue
                if self._is_header(cells, done == 0 and self.header is not None and own <= self._below()):
                    labels = [normalised(cell) for cell in cells]
                    is_again = told is None and labels == current[: len(labels)]
                    if not is_again:
                        part, told, current = self._part(cells, told), None, labels
                    yield number, PAGE_BREAK if is_again else [], level
                    continue
                if current and cells and cells[0] and not any(cells[1:]) and own > self._below():
                    told = kind_in(cells[0])
                    part = self._same(told) if told else part
                elif not current and told is None and cells:
                    told = kind_in(cells[0])
                yield number, self._placed(cells, part) if part else cells, level

    def _once(self, cells: list[str]) -> None:
        for at in self.sums:
            if at < len(cells) and cells[at].__class__ is Carried:
                cells[at] = ""

    def _below(self) -> int:
        return self.header.row + self.header.height - 1 if self.header else 0

    def _is_header(self, cells: list[str], is_first: bool) -> bool:
        """Whether a row heads a table of its own; labels are rare among cells, so most rows fail at once."""
        if is_first or self.header is None or len(cells) < 3:
            return False
        known = unknown = 0
        for cell in cells:
            if not cell:
                continue
            if len(cell) < 40 and not _DIGIT.search(cell) and headers.is_label(cell):
                known += 1
            elif known < 2:
                unknown += 1
                if unknown > 2 or _DIGIT.search(cell):
                    return False
        return known >= 3 and not headers.required_missing(headers.map_columns(cells, self.kind), self.kind)

    def _part(self, cells: list[str], kind: str | None) -> Part | None:
        """How the columns of another header go into ours; None: it is ours again. `kind`: as its title says."""
        kind = kind if self.kind == "sales" else None
        labels = [normalised(cell) for cell in cells]
        own = [normalised(label) for label in self.labels]
        if labels == own[: len(labels)] and not kind:
            return None
        fields, ours = headers.map_columns(cells, self.kind), headers.map_columns(self.labels, self.kind)
        by_column = {column: ours.get(name, -1) for name, column in fields.items()}
        places = []
        for column, label in enumerate(labels):
            place = by_column.get(column, -1)
            if place < 0 and label:
                place = own.index(label) if label in own else self._added(cells[column].strip())
            places.append(place)
        if kind and "kind" not in fields:
            if "kind" not in ours:
                self._added("Вид")
        else:
            kind = None
        return Part(places, kind)

    def _same(self, kind: str) -> Part | None:
        """Rows go on in the same columns below a title that says what they are."""
        if self.kind != "sales" or self.header is None:
            return None
        if "kind" not in headers.map_columns(self.labels, self.kind):
            self._added("Вид")
        return Part(list(range(len(self.labels))), kind)

    def _added(self, label: str) -> int:
        """The place of a column that only a further table has, behind the first one's."""
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def _placed(self, cells: list[str], part: Part) -> list[str]:
        placed = [""] * len(self.labels)
        for place, cell in zip(part.columns, cells, strict=False):
            if place >= 0:
                placed[place] = cell
        if part.kind and any(placed):
            at = headers.map_columns(self.labels, self.kind)["kind"]
            placed[at] = placed[at] or KIND_WORDS[part.kind]
        return placed


def head_of(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """The first rows of a sheet, among which its header is looked for."""
    return [(number, cells) for number, cells, _level in islice(sheet.rows(), LOOKED_AT)]


def is_blank(head: list[tuple[int, list[str]]]) -> bool:
    return not any(cell.strip() for _number, cells in head for cell in cells)
