"""A grouped 1C report with documents becomes flat rows; one without documents is told apart (1c.md §5.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from loyalty.onec.books.sheets import RawRow
from loyalty.onec.columns import values
from loyalty.onec.columns.headers import is_ignored, is_known, may_be, normalised
from loyalty.onec.columns.numbers import money_parser
from loyalty.onec.columns.plan import Mapping
from loyalty.onec.columns.profile import SUMS
from loyalty.onec.columns.tables import PAGE_BREAK
from loyalty.onec.columns.words import STUBS, is_total

ADDED = ("Документ", "Клиент", "Магазин", "Артикул", "Номенклатура", "Сумма документа")
_ADDED_FIELDS = ("document", "customer", "shop", "sku", "name", "total")
_NUMBERS = SUMS | {"price"}
_OF_DOCUMENT = (
    "phone", "phone_spare", "card", "customer_code", "customer", "cashier", "place", "till", "payment", "kind",
    "basis", "status",
)  # fmt: skip
_SHOP_STUBS = frozenset({"склад", "магазин", "торговая точка", "подразделение", "касса"})
_OF_A_CUSTOMER = ("customer", "customer_code", "phone", "card")
_DOCUMENT_STUBS = frozenset(
    {"документ", "регистратор", "чек", "чек ккм", "документ продажи", "номер чека", "заказ клиента / реализация"}
)
_SHOP_WORDS = ("магазин", "склад", "касса", "торговая точка", "филиал", "подразделение")


def flat_mapping(mapping: Mapping) -> Mapping:
    """The mapping of the flat rows that a Flattener makes: six columns added in front."""
    groups = _label_columns(mapping)
    own_fields = {name: at + len(ADDED) for name, at in mapping.fields.items() if at not in groups}
    added = {name: column for column, name in enumerate(_ADDED_FIELDS)}
    goods = {name: own_fields[name] for name in ("sku", "name") if name in own_fields}
    fields = own_fields | added | goods
    own = ["" if position in groups else label for position, label in enumerate(mapping.labels)]
    return replace(mapping, fields=fields, labels=[*ADDED, *own])


def _label_columns(mapping: Mapping) -> list[int]:
    """Columns of group names: the first, and those left of the first number that are not a document's own."""
    first_number = min((mapping.fields[name] for name in _NUMBERS if name in mapping.fields), default=1)
    own = {mapping.fields[name] for name in _OF_DOCUMENT if name in mapping.fields}
    return [column for column in range(max(1, first_number)) if not column or column not in own]


def may_be_grouped(fields: dict[str, int]) -> bool:
    """Whether the header has sums but no number and no date of its own: documents, if any, are rows.

    A date in front may be the uppermost group, «Период, месяц», where no column is for documents.
    """
    sums = fields.keys() & {"amount", "quantity", "total"}
    dated = "date" in fields and (fields["date"] != 0 or "document" in fields)
    return bool(sums) and not dated and not fields.keys() & {"number", "document_id"}


def _is_stub(text: str) -> bool:
    return normalised(text) in STUBS or is_known(text) or is_ignored(text)


class Flattener:
    """Keeps the groups above a row and yields the deepest rows under each document.

    Levels come from the file; where it has none, a document's rows end when they add up to its sum.
    """

    def __init__(self, mapping: Mapping, levels_told: bool, mark: str) -> None:
        self._names = _label_columns(mapping)
        self._sku = mapping.fields.get("sku", -1)
        self._amount = mapping.fields.get("amount", mapping.fields.get("quantity", -1))
        self._is_money = "amount" in mapping.fields
        self._of_document = {
            name: mapping.fields[name]
            for name in _OF_DOCUMENT
            if name in mapping.fields and mapping.fields[name] not in self._names
        }
        self._levels_told = levels_told
        self._parse = money_parser(mark)
        self._stubs = [normalised(label) for label in mapping.labels[:1]]
        self._groups: dict[int, str] = {}  # level -> text of the group above
        self._chain: list[str] = []  # groups since the latest document
        self._document = ""
        self._document_cells: list[str] = []
        self._document_level = 0
        self._left: int | None = None  # of the document's sum
        self._held: RawRow | None = None  # the latest row, until it is known to be the deepest
        self._held_is_item = False

    def flatten(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        width = max(self._names, default=0) + 1
        for number, cells, level in rows:
            if cells is PAGE_BREAK:
                continue
            cells = cells + [""] * (width - len(cells))
            yield from self._next((number, cells, level or 0))
        yield from self._release()

    def _next(self, row: RawRow) -> Iterator[RawRow]:
        _number, cells, level = row
        assert level is not None
        texts = [cells[column].strip() for column in self._names]
        filled = [text for text in texts if text]
        amount = self._number(cells)
        if not filled:
            if amount is not None and self._document and self._inside(level, amount):
                yield from self._item(row, amount)  # goods without a name
            return
        document = next((text for text in texts if values.parse_presentation(text)), None)
        if document:
            yield from self._release()
            self._open(document, row, amount)
        elif is_total(filled[0]):
            yield from self._release()
            self._document = ""
            yield from self._grand_total(row)
        elif amount is None and all(map(_is_stub, filled)):
            self._stubs.append(normalised(filled[0]))
        elif self._document and self._inside(level, amount):
            yield from self._item(row, amount)
        else:
            yield from self._release()
            self._document = ""
            self._group(level, filled[0])

    def _group(self, level: int, text: str) -> None:
        """Groups above the next document; without levels, those in a row are the deepest ones above it."""
        self._chain.append(text)
        first, own = level, [text]
        if not self._levels_told:
            places = [place for place, stub in enumerate(self._stubs) if stub in _DOCUMENT_STUBS]
            own = self._chain if places else own
            first = max(0, places[0] - len(own)) if places else 0
        self._groups = {depth: name for depth, name in self._groups.items() if depth < first}
        self._groups |= dict(enumerate(own, first))

    def _item(self, row: RawRow, amount: int | None) -> Iterator[RawRow]:
        yield from self._release(under=row[2])
        self._held, self._held_is_item = row, True
        if self._left is not None:
            self._left -= amount or 0

    def _grand_total(self, row: RawRow) -> Iterator[RawRow]:
        """«Итого» as it stands, for the check of the whole file."""
        number, cells, level = row
        yield number, ["", "", "", "", cells[self._names[0]], "", *cells], level

    def _open(self, document: str, row: RawRow, amount: int | None) -> None:
        _number, cells, level = row
        self._document, self._document_cells, self._document_level = document, cells, level or 0
        self._left, self._chain = amount, []
        self._held, self._held_is_item = row, False
        if self._levels_told:
            self._groups = {depth: text for depth, text in self._groups.items() if depth < self._document_level}

    def _inside(self, level: int, amount: int | None) -> bool:
        if self._levels_told:
            return level > self._document_level
        if self._left is None:
            return True
        if self._left == 0:  # a gift, at no price
            return amount == 0
        return amount is None or abs(amount) <= abs(self._left)

    def _release(self, under: int | None = None) -> Iterator[RawRow]:
        """The held row, unless an item (at level `under`) shows that it only headed what follows."""
        held, self._held = self._held, None
        if held is None:
            return
        if under is not None and (not self._held_is_item or (self._levels_told and under > (held[2] or 0))):
            return
        yield self._flat(held, self._held_is_item)

    def _flat(self, row: RawRow, is_item: bool) -> RawRow:
        number, cells, level = row
        customer, shop = self._above()
        own = {name: self._own(name, cells) for name in self._of_document}
        sku, names = "", []
        if is_item:
            texts = {column: cells[column].strip() for column in self._names}
            sku = texts.get(self._sku, "")
            names = [text for column, text in texts.items() if text and column != self._sku]
            if len(names) > 1 and not sku:
                sku = names.pop(0)
            cells = list(cells)
            for name, column in self._of_document.items():
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = own[name]
        total = (
            self._document_cells[self._amount]
            if self._is_money and self._amount < len(self._document_cells)
            else ""
        )
        added = [self._document, own.get("customer") or customer, shop, sku, ", ".join(names), total]
        return number, [*added, *cells], level

    def _own(self, name: str, cells: list[str]) -> str:
        """A document's own cell: said in the row, else in the row of the document."""
        column = self._of_document[name]
        said = (one[column].strip() for one in (cells, self._document_cells) if column < len(one))
        return next(filter(None, said), "")

    def _above(self) -> tuple[str, str]:
        """Customer and shop among the groups above, by the header's stubs, else by their words.

        Where a stub says which group is the customer, no other one is: not the seller, not the manager.
        """
        customer = shop = ""
        named = any(may_be(stub, "customer") for stub in self._stubs)
        for place, (_depth, text) in enumerate(sorted(self._groups.items())):
            stub = self._stubs[place] if place < len(self._stubs) else ""
            if stub in _SHOP_STUBS or (not may_be(stub, "customer") and text.lower().startswith(_SHOP_WORDS)):
                shop = text
            elif may_be(stub, "customer") or not (named or self._tells_otherwise(stub)):
                customer = text
        return customer, shop

    def _tells_otherwise(self, stub: str) -> bool:
        """Whether a stub that we know is of nothing that names a customer."""
        is_document = stub in _DOCUMENT_STUBS
        return _is_stub(stub) and not is_document and not any(may_be(stub, name) for name in _OF_A_CUSTOMER)

    def _number(self, cells: list[str]) -> int | None:
        if not 0 <= self._amount < len(cells):
            return None
        value = self._parse(cells[self._amount])
        return value if isinstance(value, int) else None
