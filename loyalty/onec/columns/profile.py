"""One look at all rows of a file before any of them is read: what each column's values say together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, zip_longest
from typing import NamedTuple

from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns.cells import clean
from loyalty.onec.columns.dates import Order, date_parser
from loyalty.onec.columns.numbers import Evidence
from loyalty.onec.columns.plan import Plan
from loyalty.onec.columns.values import parse_presentation

_AT_ONCE = 2048
_SEEN_KEPT = 50_000
_FEW = 12
_SAMPLE = 5_000
MONEY = (
    "amount", "total", "bonuses", "amount_before", "amount_bare", "discount", "discount_auto", "discount_manual",
    "return_amount",
)  # fmt: skip
QUANTITIES = ("quantity", "return_quantity")
SUMS = frozenset({*MONEY, *QUANTITIES, "discount_percent"})


class Row(NamedTuple):
    """A row of the sample: what tells its document, and its cells."""

    document: tuple[str, ...]
    cells: list[str]


@dataclass(slots=True)
class Profile:
    """What was seen: evidence of marks and orders, filled columns, and the first rows that belong to documents."""

    rows: int = 0
    is_whole: bool = True  # no row was left out
    money: Evidence = field(default_factory=Evidence)
    prices: Evidence = field(default_factory=Evidence)
    quantities: Evidence = field(default_factory=Evidence)
    dates: Order = field(default_factory=Order)
    filled: set[int] = field(default_factory=set)
    percents: Counter[bool] = field(default_factory=Counter)  # cells of «Скидка» with and without a percent sign
    kinds: Counter[str] = field(default_factory=Counter)  # words of «Вид»
    few: dict[int, set[str]] = field(default_factory=dict)  # all that a column of few different cells says
    times_are_moments: bool = False  # «Время» holds whole dates
    numbers_count_rows: bool = False  # «№» is 1, 2, 3, … a row
    sample: list[Row] = field(default_factory=list)


_NEEDED = {*MONEY, *QUANTITIES, "price", "date", "time", "kind"}


def look(
    rows: Iterable[RawRow],
    fields: dict[str, int],
    watched: Iterable[int],
    counting: int | None,
    limit: int | None = None,
) -> Profile:
    """Read all rows once, or the first `limit` and a few more, and say what they tell together.

    `watched` columns are only asked whether they hold anything, and what where that is little; `counting` is «№».
    """
    found, seen = Profile(), defaultdict[int, set[str]](set)
    columns = {at for name, at in fields.items() if name in _NEEDED} | set(watched)
    names = {at: {name for name, own in fields.items() if own == at} for at in columns}
    source, counts, few = iter(rows), _Counting(), set(columns)
    while some := list(islice(source, _AT_ONCE)):
        found.rows += len(some)
        filled = [cells for _number, cells, _level in some if cells]
        for column, cells in enumerate(zip_longest(*filled, fillvalue="")):
            if column in columns:
                _look_at(found, column, cells, seen[column], names[column], "date" in fields)
                few -= {column} if len(seen[column]) > _FEW else set()
            if column == counting:
                counts.look(cells)
        if len(found.sample) < _SAMPLE:
            found.sample.extend(_documents(filled, fields))
        if limit is not None and found.rows >= limit:
            found.is_whole = len(some) < _AT_ONCE
            break
    found.few = {at: {clean(one) for one in seen[at]} - {""} for at in few}
    found.numbers_count_rows = bool(counts)
    return found


@dataclass(slots=True)
class Witness:
    """What cells say while they are read, where a plan was made from the first rows alone."""

    money: Evidence = field(default_factory=Evidence)
    prices: Evidence = field(default_factory=Evidence)
    quantities: Evidence = field(default_factory=Evidence)
    dates: Order = field(default_factory=Order)

    def denies(self, plan: Plan, today: date) -> bool:
        """Whether all rows together say something else than the plan does."""
        said, mapping = plan.mapping, plan.mapping.fields
        marks = (
            (said.decimal, plan.money_mark, self.money.decimal_mark(fine=False)),
            (None if "price" in mapping else "", plan.price_mark, self.prices.decimal_mark(fine=True)),
            (None if "quantity" in mapping else "", plan.quantity_mark, self.quantities.decimal_mark(fine=True)),
            (said.dates, plan.dates, self.dates.decided(today)),
        )
        return any(asked is None and heard is not None and planned != heard for asked, planned, heard in marks)


class _Counting:
    """Whether a column's cells are 1, 2, 3, … without a gap."""

    def __init__(self) -> None:
        self.holds, self._next = True, 1

    def look(self, cells: Iterable[str]) -> None:
        for cell in cells if self.holds else ():
            text = clean(cell).removesuffix(".0").rstrip(".")
            if text.isdigit():
                self.holds = text == str(self._next)
                self._next += 1
                if not self.holds:
                    return

    def __bool__(self) -> bool:
        return self.holds and self._next > 3


def _look_at(
    found: Profile, column: int, cells: Sequence[str], seen: set[str], names: set[str], has_date: bool
) -> None:
    new = [one for one in dict.fromkeys(cells) if one not in seen]  # the first doubtful one is shown
    if not new:
        return
    if len(seen) > _SEEN_KEPT:
        seen.clear()
    seen.update(new)
    new = [one for one in new if one]
    if new:
        found.filled.add(column)
    if names.intersection(MONEY):
        found.money.look(new)
    if "price" in names:
        found.prices.look(new)
    if names.intersection(QUANTITIES):
        found.quantities.look(new)
    if "date" in names:
        found.dates.look(new)
    if "discount" in names:
        found.percents.update(cell.rstrip().endswith("%") for cell in new if cell.strip(" 0,.-"))
    if "time" in names and not has_date:
        read = date_parser()
        found.times_are_moments = any(not isinstance(read(cell), (tuple, type(None))) for cell in new[:20])
    if "kind" in names:
        found.kinds.update(map(clean, new))


def _documents(rows: Iterable[list[str]], fields: dict[str, int]) -> Iterator[Row]:
    """Rows that name their document; a row that names none belongs to the one above it."""
    own = [fields[name] for name in ("number", "document", "document_id") if name in fields]
    if not own:
        return
    last: tuple[str, ...] = ()
    for cells in rows:
        told = tuple(cells[at].strip() if at < len(cells) else "" for at in own)
        if any(told):
            last = told
        if last:
            yield Row(last, cells)


def cell(row: Row, fields: dict[str, int], name: str) -> str:
    """A field's cell of a sampled row."""
    at = fields.get(name, -1)
    return row.cells[at].strip() if 0 <= at < len(row.cells) else ""


def day_of(row: Row, fields: dict[str, int]) -> str:
    """The day as written, to tell two days apart without reading them."""
    text = cell(row, fields, "date")
    if not text and (document := cell(row, fields, "document")):
        told = parse_presentation(document)
        return told.at.date().isoformat() if told else ""
    return text.replace("T", " ").split(" ")[0]
