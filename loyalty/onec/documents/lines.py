"""Rows of a sales file, parsed and staged as runs of one document: the fast loop of the import."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from loyalty.money import ONE_PIECE, line_cost
from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import cells as texts
from loyalty.onec.columns import numbers, values, words
from loyalty.onec.columns.catalogue import SALES
from loyalty.onec.columns.cells import Bad
from loyalty.onec.columns.dates import date_parser
from loyalty.onec.columns.headers import normalised
from loyalty.onec.columns.plan import Plan
from loyalty.onec.columns.profile import Witness
from loyalty.onec.columns.tables import PAGE_BREAK
from loyalty.onec.columns.words import OTHER, RETURN, SALE, SHIFT, STUBS
from loyalty.onec.documents.heads import BASIS, NAMING, SEPARATOR, TOTAL, Head, HeadReader, heard, picker
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.onec.memo import Memo
from loyalty.wording import sentence

# Places in a staged line: plain tuples of what marshal takes, several million of them go by. Quantities are
# thousandths, sums and prices kopecks, None where the file has none; COMPUTED: price × quantity made the amount.
ROW, LINE_NUMBER, SKU, NAME, GROUP, QUANTITY, PRICE, DISCOUNT, AMOUNT, BONUS, COMPUTED = range(11)
Line = tuple[Any, ...]

_LINE_FIELDS = (
    "sku", "name", "variant", "group", "quantity", "price", "discount", "amount", "bonuses", "line_number",
)  # fmt: skip
_RARE_FIELDS = ("discount_auto", "discount_manual", "discount_percent", "amount_before")
_BACK_FIELDS = ("return_quantity", "return_amount")


class CellError(NamedTuple):
    """A field's cell can't be used."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrandTotal:
    """The file's own «Итого»: where it stands, and its sum in kopecks."""

    row: int
    amount: int


class Stager:
    """Reads rows once, stages documents, and counts what decides the meaning of «Сумма» and the totals."""

    def __init__(self, plan: Plan, staging: Staging, report: Reading, width: int, zone: str) -> None:
        self._mapping, self._staging, self._report = plan.mapping, staging, report
        fields = plan.mapping.fields
        self._width = width
        self.witness = Witness()
        self._heads = HeadReader(plan, report, zone, self.witness)
        self._parse_line = _line_parser(plan, self.witness)
        self._pick_back = picker(fields, _BACK_FIELDS) if fields.keys() & set(_BACK_FIELDS) else None
        self._money, self._pieces = (
            numbers.money_parser(plan.money_mark),
            numbers.quantity_parser(plan.quantity_mark),
        )
        self._labels = [normalised(label) for label in plan.mapping.labels]
        self.votes: Counter[str] = Counter()  # "before", "after": what «Сумма» means in rows with bonuses
        self.shift_rows = self.continued = 0
        self.grand_totals: list[GrandTotal] = []
        self.day_totals: dict[date, int] = {}  # «Итого за 05.03.2026», kopecks
        self.breaks: set[int] = set()  # rows that stand within a document and are none of its

    def run(self, rows: Iterable[RawRow]) -> None:
        """Stages every row; the report gets the rows that belong to no document."""
        width, pick_head, parse = self._width, self._heads.pick, self._parse_line
        last: tuple[str, ...] | None = None
        head, run, errors = Head(OTHER), [], []  # type: Head, list[Line], list[tuple[Any, ...]]
        for number, cells, _level in rows:
            if cells is PAGE_BREAK:
                self.breaks.add(number)
                continue
            surplus = None
            if len(cells) != width:
                surplus = _fit(cells, width)
            cells.append("")
            raw = pick_head(cells)
            if raw != last:
                if last is not None and self._continues(raw, cells):
                    self.continued += 1
                else:
                    self._flush(head, run, errors)
                    head, run, errors, last = self._heads.read(raw), [], [], raw
            if head.kind == SALE or head.kind == RETURN:
                line = surplus or parse(cells)
                if line.__class__ is CellError:
                    errors.append((number, self._label(line[0]), line[1], line[2]))
                else:
                    run.append((number, *line))
                    if self._pick_back is not None:
                        self._take_back(head, run, errors, cells)
            elif head.kind == SHIFT:
                self.shift_rows += 1
            elif self._loose(head, number, cells):
                last = None
        self._flush(head, run, errors)

    def _continues(self, raw: tuple[str, ...], cells: list[str]) -> bool:
        """Whether a row without a document of its own is one more line of the document above it."""
        if any(raw[at].strip() for at in NAMING):
            return False
        fields = self._mapping.fields
        name = cells[fields.get("name", -1)].strip() or cells[fields.get("sku", -1)].strip()
        return bool(name) and not words.is_total(name) and normalised(name) not in STUBS and self._has_sum(cells)

    def _has_sum(self, cells: list[str]) -> bool:
        fields = self._mapping.fields
        return any(cells[fields.get(name, -1)].strip() for name in ("amount", "quantity", "price", *_BACK_FIELDS))

    def _take_back(self, head: Head, run: list[Line], errors: list[tuple[Any, ...]], cells: list[str]) -> None:
        """Columns of returns: their part of the row is a return of this very document."""
        assert self._pick_back is not None
        raw = self._pick_back(cells)
        pieces, amount = self._pieces(raw[0]), self._money(raw[1])
        for name, text, told in zip(_BACK_FIELDS, raw, (pieces, amount), strict=True):
            if isinstance(told, Bad):
                errors.append((run[-1][ROW], self._label(name), text, told.reason))
                return
        if not pieces and not amount:
            return
        line = run.pop()
        back = (*line[:QUANTITY], abs(pieces or 0), line[PRICE], 0, abs(amount) if amount else None, 0, 0)  # type: ignore[arg-type]
        sold = line[AMOUNT] or (line[QUANTITY] and "quantity" in self._mapping.fields and not line[COMPUTED])
        if head.kind == RETURN:
            run.append(back)
            return
        content = list(head.content)
        content[BASIS] = head.owners[0].rsplit(SEPARATOR, 1)[1]  # the basis: goods of this very receipt came back
        content[TOTAL] = None  # the document's total is of what was sold
        self._staging.put(head.key(RETURN), (tuple(content), [back], []))
        if sold:
            run.append(line)

    def _label(self, name: str) -> str:
        column = self._mapping.fields.get(name)
        if column is not None and column < len(self._mapping.labels) and self._mapping.labels[column]:
            return self._mapping.labels[column]
        return SALES[name].label if name in SALES else ""

    def _flush(self, head: Head, run: list[Line], errors: list[tuple[Any, ...]]) -> None:
        """Ends a run of rows that say the same of their document."""
        if not run and not errors:
            return
        for line in run:
            amount, bonus, price = line[AMOUNT], line[BONUS], line[PRICE]
            differ = amount and line[QUANTITY] and (amount < 0) != (line[QUANTITY] < 0)
            if differ and head.kind == SALE and not (amount < 0 and words.DISCOUNT_LINE.search(line[NAME])):
                errors.append((line[ROW], self._label("quantity"), "", "количество и сумма строки разных знаков"))
            if price and amount is not None and not line[COMPUTED]:
                full = line_cost(price, abs(line[QUANTITY])) - line[DISCOUNT]
                if not bonus:
                    self.votes["gaps"] += full > abs(amount)
                elif full == abs(amount):
                    self.votes["before"] += 1
                elif full == abs(amount) + bonus:
                    self.votes["after"] += 1
        self._staging.put(head.key(head.kind), (head.content, run, errors))

    def _loose(self, head: Head, number: int, cells: list[str]) -> bool:
        """A row without a document: a heading, a total, blank, or an error; whether it ends what is above it."""
        filled = [text for cell in cells[:-1] if (text := cell.strip())]
        if not filled:
            return True
        if [normalised(text) for text in cells[: len(self._labels)]] == self._labels:
            self.breaks.add(number)
            return False
        amount = self._sum_of(cells)
        named = bool(cells[self._mapping.fields.get("name", -1)].strip())
        total = next((text for text in filled if words.is_total(text)), None)
        if total is not None or (head.empty and not named and amount is not None):
            if amount is not None:
                self._total(number, amount, total or "", filled)
            return True
        if head.skipped or len(filled) == 1 or all(normalised(text) in STUBS for text in filled):
            return not head.skipped
        if not named and (head.empty or (not head.owners and amount is None)):
            return True  # a footer: signatures, «Ответственный: …»
        if not self._has_sum(cells) and self._is_caption(cells):
            return True
        column, value, reason = head.problem or ("number", "", "нет номера и даты документа")
        for owner in head.owners:
            self._staging.put_orphan(owner, number)
        reason = sentence(reason)
        self._report.errors.add(RowError(number, self._label(column), value, reason))
        self._report.taken += 1
        self._report.rejected += 1
        self._staging.reject([number], reason)
        return False

    def _total(self, row: int, amount: int, words_of: str, filled: list[str]) -> None:
        """A totals row: of a day that it names, of some other part, or of the file."""
        if not words.PART_TOTALS.match(words_of):
            self.grand_totals.append(GrandTotal(row, amount))
        elif found := words.DAY_IN_TOTAL.search(" ".join(filled)):
            day = date_parser()(found[0])
            if isinstance(day, datetime):
                self.day_totals[day.date()] = self.day_totals.get(day.date(), 0) + amount

    def _is_caption(self, cells: list[str]) -> bool:
        """«Подпись | ____», «Дата печати | 12.01.2026»: words for a date, and no number."""
        date, number = (cells[self._mapping.fields.get(name, -1)].strip() for name in ("date", "number"))
        is_number = any(map(str.isdigit, number)) and isinstance(date_parser()(number), Bad)
        return bool(date) and not any(map(str.isdigit, date)) and not is_number

    def _sum_of(self, cells: list[str]) -> int | None:
        for name in ("amount", "total"):
            if name in self._mapping.fields:
                told = self._money(cells[self._mapping.fields[name]])
                if isinstance(told, int):
                    return told
        return None


def _fit(cells: list[str], width: int) -> CellError | None:
    """Makes the row as wide as the header; text beyond it means that a delimiter stands inside a value."""
    surplus = None
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        surplus = CellError("", "", "в строке больше колонок, чем в заголовке")
    del cells[width:]
    cells.extend([""] * (width - len(cells)))
    return surplus


def _line_parser(plan: Plan, witness: Witness) -> Callable[[list[str]], tuple[Any, ...] | CellError]:
    """A function from a row's cells to a staged line without its row number."""
    fields = plan.mapping.fields
    pick, pick_rare = picker(fields, _LINE_FIELDS), picker(fields, _RARE_FIELDS)
    rare = any(name in fields for name in _RARE_FIELDS)
    money: Memo[str, Any] = Memo(heard(numbers.money_parser(plan.money_mark), witness.money.look))
    prices: Memo[str, Any] = Memo(heard(numbers.price_parser(plan.price_mark), witness.prices.look))
    quantities: Memo[str, Any] = Memo(heard(numbers.quantity_parser(plan.quantity_mark), witness.quantities.look))
    codes, names = Memo(texts.clean_code), Memo(texts.clean_name)
    has_quantity = "quantity" in fields

    def parse(cells: list[str]) -> tuple[Any, ...] | CellError:
        sku, name, variant, group, raw_quantity, raw_price, raw_discount, raw_amount, raw_bonus, number = pick(
            cells
        )
        quantity, price, discount = quantities[raw_quantity], prices[raw_price], money[raw_discount]
        amount, bonus = money[raw_amount], money[raw_bonus]
        if Bad in (quantity.__class__, price.__class__, discount.__class__, amount.__class__, bonus.__class__):
            told = (quantity, price, discount, amount, bonus)
            raws = (raw_quantity, raw_price, raw_discount, raw_amount, raw_bonus)
            return _first_bad(("quantity", "price", "discount", "amount", "bonuses"), raws, told)
        if price is not None and price < 0:
            price = -price
        if discount and discount < 0:  # a markup, unless less was paid than the price asks
            cheaper = price is None or not amount or abs(amount) < line_cost(price, abs(quantity or ONE_PIECE))
            discount = -discount if cheaper else 0
        title = names[name]
        if variant and (variant := names[variant]):
            title = f"{title}, {variant}" if title else variant
        if quantity is None:
            quantity = ONE_PIECE if not has_quantity or amount else 0
            if amount is not None and amount < 0:
                quantity = -quantity
        computed = 0
        if rare or amount is None:
            extra = _rare_sums(pick_rare(cells) if rare else ("",) * 4, money, quantity, price, discount, amount)
            if extra.__class__ is CellError:
                return extra
            discount, amount, computed = extra
        return (
            number and codes[number], codes[sku], title, names[group], quantity, price, discount or 0,
            amount, abs(bonus) if bonus else 0, computed,
        )  # fmt: skip

    return parse


def _first_bad(fields: tuple[str, ...], raws: tuple[str, ...], told: tuple[Any, ...]) -> CellError:
    """The leftmost of the fields that could not be read."""
    return next(
        CellError(field, raw, number.reason)
        for field, raw, number in zip(fields, raws, told, strict=True)
        if isinstance(number, Bad)
    )


def _rare_sums(
    raw: tuple[str, ...],
    money: Memo[str, Any],
    quantity: int,
    price: int | None,
    discount: int | None,
    amount: int | None,
) -> Any:
    """Discount and amount of a line from automatic and manual discounts, percents and full sums.

    Returns (discount, amount, whether the amount was computed), or a CellError.
    """
    automatic, manual, before = money[raw[0]], money[raw[1]], money[raw[3]]
    percent = numbers.parse_percent(raw[2]) if raw[2] else None
    told = (automatic, manual, percent, before)
    if any(isinstance(number, Bad) for number in told):
        return _first_bad(_RARE_FIELDS, raw, told)
    if automatic or manual:
        discount = max(discount or 0, abs(automatic or 0) + abs(manual or 0))
    full = None if before is None else abs(before)
    if full is None and price is not None and quantity:
        full = line_cost(price, abs(quantity))
    if not discount and isinstance(percent, Decimal) and full is not None:
        discount = values.percent_of(full, percent)
    if amount is not None:
        if not discount and before is not None and full is not None and full > abs(amount):
            discount = full - abs(amount)
        return discount, amount, 0
    if full is None:
        return discount, None, 1
    if (discount or 0) > full:
        return CellError("discount", "", "скидка больше стоимости строки")
    left = full - (discount or 0)
    return discount, -left if quantity < 0 or (before or 0) < 0 else left, 1
