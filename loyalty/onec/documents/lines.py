"""Rows of a sales file, parsed and staged as runs of one document: the fast loop of the import."""

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from loyalty.money import ONE_PIECE, line_cost
from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import values
from loyalty.onec.columns.catalogue import SALES, STUBS
from loyalty.onec.columns.headers import Mapping, normalised
from loyalty.onec.columns.values import Bad, Memo
from loyalty.onec.documents.heads import OTHER, RETURN, SALE, SHIFT, Head, HeadReader, picker
from loyalty.onec.documents.reading import Reading, RowError
from loyalty.onec.documents.staging import Staging
from loyalty.wording import sentence

# Places in a staged line: plain tuples of what marshal takes, several million of them go by.
ROW, DIGEST, LINE_NUMBER, SKU, NAME, GROUP, QUANTITY, PRICE, DISCOUNT, AMOUNT, BONUS, COMPUTED = range(12)
Line = tuple[Any, ...]

_LINE_FIELDS = (
    "sku", "name", "variant", "group", "quantity", "price", "discount", "amount", "bonuses", "line_number",
)  # fmt: skip
_RARE_FIELDS = ("discount_auto", "discount_manual", "discount_percent", "amount_before")
_TOTAL_WORDS = ("итого", "всего")


class CellError(NamedTuple):
    """A field's cell can't be used."""

    field: str
    value: str
    reason: str


class Stager:
    """Reads rows once, stages documents, and counts what decides the meaning of «Сумма» and the totals."""

    def __init__(self, mapping: Mapping, staging: Staging, report: Reading, width: int) -> None:
        self._mapping, self._staging, self._report = mapping, staging, report
        self._width = max(width, max(mapping.fields.values(), default=0) + 1)
        self._heads = HeadReader(mapping.fields, report)
        self._parse_line = _line_parser(mapping.fields)
        self._labels = [normalised(label) for label in mapping.labels]
        self.votes: Counter[str] = Counter()  # "before", "after": what «Сумма» means in rows with bonuses
        self.shift_rows = 0
        self.signed_sum = self.absolute_sum = 0
        self.grand_total: tuple[int, int] | None = None  # row, kopecks

    def run(self, rows: Iterable[RawRow]) -> None:
        """Stages every row; the report gets the rows that belong to no document."""
        width, pick_head, parse = self._width, self._heads.pick, self._parse_line
        last: tuple[str, ...] | None = None
        head, run, errors = Head(OTHER), [], []  # type: Head, list[Line], list[tuple[Any, ...]]
        for number, cells, _level in rows:
            surplus = None
            if len(cells) != width:
                surplus = _fit(cells, width)
            cells.append("")
            raw = pick_head(cells)
            if raw != last:
                self._flush(head, run, errors)
                head, run, errors, last = self._heads.read(raw), [], [], raw
            if head.kind == SALE or head.kind == RETURN:
                line = surplus or parse(cells)
                if line.__class__ is CellError:
                    errors.append((number, self._label(line[0]), line[1], line[2]))
                else:
                    run.append((number, hash(tuple(cells)), *line))
            elif head.kind == SHIFT:
                self.shift_rows += 1
            else:
                self._loose(head, number, cells)
                last = None
        self._flush(head, run, errors)

    def _label(self, name: str) -> str:
        column = self._mapping.fields.get(name)
        if column is not None and column < len(self._mapping.labels) and self._mapping.labels[column]:
            return self._mapping.labels[column]
        return SALES[name].label if name in SALES else ""

    def _flush(self, head: Head, run: list[Line], errors: list[tuple[Any, ...]]) -> None:
        """Ends a run: negative lines of a sale are a return of the same number (1c.md §6.2)."""
        if not run and not errors:
            return
        for line in run:
            amount, bonus, price = line[AMOUNT], line[BONUS], line[PRICE]
            if amount and head.kind == SALE and (amount < 0) != (line[QUANTITY] < 0):
                reason = "количество и сумма строки разных знаков"
                errors.append((line[ROW], self._label("quantity"), "", reason))
            if amount:
                self.signed_sum += amount if head.kind == SALE else -abs(amount)
                self.absolute_sum += abs(amount)
            if price and amount is not None and not line[COMPUTED]:
                full = line_cost(price, abs(line[QUANTITY])) - line[DISCOUNT]
                if not bonus:
                    self.votes["gaps"] += full > abs(amount)
                elif full == abs(amount):
                    self.votes["before"] += 1
                elif full == abs(amount) + bonus:
                    self.votes["after"] += 1
        negative = []
        if head.kind == SALE and not errors:
            negative = [line for line in run if line[QUANTITY] < 0 or (line[AMOUNT] or 0) < 0]
        if negative:
            self._report.warnings.add(
                "negative", "Строки продаж с отрицательным количеством или суммой учтены как возвраты."
            )
            run = [line for line in run if line[QUANTITY] >= 0 and (line[AMOUNT] or 0) >= 0]
        if run or errors:
            self._staging.put(head.key(head.kind), (head.content, run, errors))
        if negative:
            self._staging.put(head.key(RETURN), (head.content, negative, []))

    def _loose(self, head: Head, number: int, cells: list[str]) -> None:
        """A row without a document: a heading, a total, a blank one, or an error."""
        texts = [cell.strip() for cell in cells[:-1]]
        filled = [text for text in texts if text]
        if not filled or [normalised(text) for text in texts[: len(self._labels)]] == self._labels:
            return
        first = filled[0].lower()
        parsed = self._parse_line(cells)
        amount = None if parsed.__class__ is CellError else parsed[AMOUNT - 2]
        named = bool(cells[self._mapping.fields.get("name", -1)].strip())
        if first.startswith(_TOTAL_WORDS) or (head.empty and not named and amount is not None):
            if amount is not None and not first.startswith(("итого по", "всего по")):
                self.grand_total = number, amount
            return
        if head.skipped or len(filled) == 1 or all(normalised(text) in STUBS for text in filled):
            return
        if not named and (head.empty or (not head.owners and amount is None)):
            return  # a footer: signatures, «Ответственный: …»
        column, value, reason = head.problem or ("number", "", "нет номера и даты документа")
        for owner in head.owners:
            self._staging.put_orphan(owner, number)
        reason = sentence(reason)
        self._report.errors.add(RowError(number, self._label(column), value, reason))
        self._report.taken += 1
        self._report.rejected += 1
        self._staging.reject([number], reason)


def _fit(cells: list[str], width: int) -> CellError | None:
    """Makes the row as wide as the header; text beyond it means that a delimiter stands inside a value."""
    surplus = None
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        surplus = CellError("", "", "в строке больше колонок, чем в заголовке")
    del cells[width:]
    cells.extend([""] * (width - len(cells)))
    return surplus


def _line_parser(fields: dict[str, int]) -> Callable[[list[str]], tuple[Any, ...] | CellError]:
    """A function from a row's cells to a staged line without its row number and digest."""
    pick, pick_rare = picker(fields, _LINE_FIELDS), picker(fields, _RARE_FIELDS)
    rare = any(name in fields for name in _RARE_FIELDS)
    money: Memo[str, Any] = Memo(values.parse_money)
    quantities: Memo[str, Any] = Memo(values.parse_quantity)
    codes, names = Memo(values.clean_code), Memo(values.clean_name)
    has_quantity = "quantity" in fields

    def parse(cells: list[str]) -> tuple[Any, ...] | CellError:
        sku, name, variant, group, raw_quantity, raw_price, raw_discount, raw_amount, raw_bonus, number = pick(
            cells
        )
        quantity, price, discount = quantities[raw_quantity], money[raw_price], money[raw_discount]
        amount, bonus = money[raw_amount], money[raw_bonus]
        if Bad in (quantity.__class__, price.__class__, discount.__class__, amount.__class__, bonus.__class__):
            numbers = (quantity, price, discount, amount, bonus)
            raws = (raw_quantity, raw_price, raw_discount, raw_amount, raw_bonus)
            return _first_bad(("quantity", "price", "discount", "amount", "bonuses"), raws, numbers)
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


def _first_bad(fields: tuple[str, ...], raws: tuple[str, ...], numbers: tuple[Any, ...]) -> CellError:
    """The leftmost of the fields that could not be read."""
    return next(
        CellError(field, raw, number.reason)
        for field, raw, number in zip(fields, raws, numbers, strict=True)
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
    percent = values.parse_percent(raw[2]) if raw[2] else None
    numbers = (automatic, manual, percent, before)
    if any(isinstance(number, Bad) for number in numbers):
        return _first_bad(_RARE_FIELDS, raw, numbers)
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
