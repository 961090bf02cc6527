"""The shapes in which programs and people write the same sales: layout, words, marks, dates, encodings.

`written(seed, folder)` makes a true shop and writes it through a shape drawn from the same seed. A shape has named
features («layout:flat», «returns:negative», …) by which failures are counted.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment

from tests.bonuses.true_sales import Back, Line, Sale, Truth, true_shop

WORDS: dict[str, tuple[str, ...]] = {  # integrations/1c.md §8
    "date": ("Дата", "Дата чека", "Дата документа", "Дата продажи", "Дата операции", "Дата и время", "Период"),
    "time": ("Время", "Время продажи"),
    "number": ("Номер", "Номер чека", "№ чека", "Номер документа", "№ документа", "НомерЧекаККМ"),
    "kind": ("Вид", "Вид операции", "Операция", "Тип документа", "Вид документа", "Хозяйственная операция",
             "Тип чека", "ВидОперации", "Признак расчёта"),
    "document": ("Документ", "Регистратор"),
    "basis": ("Документ продажи", "Основание", "Документ основание", "Чек продажи"),
    "shop": ("Магазин", "Торговая точка", "Подразделение"),
    "cashier": ("Кассир", "Продавец", "Ответственный", "Сотрудник"),
    "code": ("Код клиента", "Код контрагента", "ИД клиента", "customer_id"),
    "name": ("Клиент", "Контрагент", "Покупатель", "ФИО", "Имя клиента", "Дисконтная карта.Владелец карты"),
    "phone": ("Телефон", "Номер телефона", "Телефон клиента", "Моб. телефон", "Мобильный", "НомерТелефона"),
    "card": ("Карта", "Дисконтная карта", "№ карты", "Номер карты", "ДисконтнаяКарта", "Бонусная карта"),
    "article": ("Артикул", "Арт.", "SKU"),
    "item": ("Номенклатура", "Товар", "Название", "Наименование товара", "Наименование"),
    "group": ("Группа товаров", "Вид номенклатуры", "Номенклатура.Вид номенклатуры", "Категория"),
    "quantity": ("Количество", "Кол-во", "Кол.", "К-во"),
    "price": ("Цена", "Розничная цена", "Цена, руб"),
    "off": ("Скидка", "СуммаСкидки", "Сумма скидки", "Скидка, руб", "СуммаАвтоматическойСкидки"),
    "percent": ("Скидка, %", "% скидки", "Процент скидки", "ПроцентСкидкиНаценки"),
    "amount": ("Сумма", "Сумма, руб.", "Сумма со скидкой", "Сумма продажи", "Выручка", "Всего", "К оплате"),
    "bonus": ("Оплата бонусами", "Бонусов списано", "Списано бонусов"),
    "doc_total": ("Сумма документа", "Сумма чека", "Итого по чеку", "СуммаДокумента"),
    "back_quantity": ("Количество возврата", "Возврат, кол-во", "Возвращено, количество"),
    "back_amount": ("Сумма возврата", "Возврат, сумма", "Возвращено, сумма"),
    "comment": ("Комментарий", "Примечание"), "vat": ("Ставка НДС",), "unit": ("Ед. изм.", "Единица измерения"),
    "vat_sum": ("Сумма НДС", "НДС"), "row": ("№", "№ п/п"), "payment": ("Способ оплаты", "Вид оплаты"),
}  # fmt: skip
ORDER = (
    "row", "document", "date", "time", "number", "kind", "basis", "shop", "cashier", "code", "name", "phone",
    "card", "payment", "article", "item", "group", "unit", "quantity", "price", "percent", "off", "vat", "vat_sum",
    "amount", "back_quantity", "back_amount", "doc_total", "bonus", "comment",
)  # fmt: skip
OF_A_LINE = frozenset(
    ("article", "item", "group", "unit", "quantity", "price", "percent", "off", "vat", "vat_sum", "amount",
     "back_quantity", "back_amount", "row")
)  # fmt: skip
KINDS = (
    *(("Продажа", "Возврат"), ("Продажа", "Возврат от покупателя"), ("Приход", "Возврат прихода")),
    *(("Чек ККМ", "Чек ККМ на возврат"), ("Реализация товаров и услуг", "Возврат товаров от клиента")),
)
PRESENTED = (
    *(("Чек ККМ", "Чек ККМ на возврат"), ("Реализация товаров и услуг", "Возврат товаров от клиента")),
    ("Чек", "Чек на возврат"),
)
TOTAL_WORDS = ("Итого", "ИТОГО:", "Всего", "Итого по отчету", "ВСЕГО:")
SUBTOTAL_WORDS = ("Итого по чеку", "Итого", "Итого по документу", "Всего по чеку", "Сумма чека")
MONTHS = {1: "Январь", 2: "Февраль", 3: "Март", 4: "Апрель", 5: "Май"}
NOBODY = "Розничный покупатель"
NBSP = "\u00a0"
PLACEHOLDERS = {
    "code": ("0", "-", "<>", "нет"),
    "card": ("0", "Без карты", "нет", "000000000"),
    "phone": ("0", "-", "нет", "+7 (900) 000-00-00"),
}
PAGE = 25


class Money(NamedTuple):
    kopecks: int


class Pieces(NamedTuple):
    thousandths: int


class Moment(NamedTuple):
    at: datetime


class Clock(NamedTuple):
    at: datetime


class Row(NamedTuple):
    """Values by column; a title has its text in the first column. `level` is the group's depth."""

    cells: dict[str, Any]
    level: int = 0


@dataclass(frozen=True)
class Shape:
    """How a file is written."""

    layout: str  # flat, continuation, header row, bare header row, subtotal, bare subtotal, grouped
    returns: str  # none, kind, negative, columns, same row, below, sheet
    sign: int  # of the returns' quantities and sums
    document: str  # columns, or one cell that presents it
    identity: str  # code, card, phone, all
    ending: str
    encoding: str
    delimiter: str
    dates: str
    decimal: str
    thousands: str
    totals: str  # none, bottom, top
    doc_total: str  # none, every, first
    discount: str  # none, off, percent
    sheets: str  # one, months
    titles: int
    price: bool
    bonuses: bool
    basis: bool
    twins: bool
    shuffled: bool  # columns
    extras: tuple[str, ...]
    real_cells: bool  # numbers and dates of a workbook are no texts
    whole: bool  # 1 000 and not 1 000,00
    top: str  # of a grouped report: customer, shop, none
    outline: str  # of a grouped report: levels, indents, none
    case: str  # of the header's letters
    words: dict[str, str] = field(repr=False, default_factory=dict)
    kinds: tuple[str, str] = ("Продажа", "Возврат")
    total_word: str = "Итого"
    subtotal_word: str = "Итого по чеку"
    nobody: tuple[str, str] = (NOBODY, "")  # name, and what stands for her code, card or phone
    pages: bool = False  # the header again on every page
    footer: bool = False

    def features(self) -> frozenset[str]:
        plain = (
            "words",
            "kinds",
            "total_word",
            "subtotal_word",
            "extras",
            "titles",
            "sign",
            "top",
            "outline",
            "nobody",
        )
        found = {f"{one.name}:{getattr(self, one.name)}" for one in fields(self) if one.name not in plain}
        if self.layout != "grouped" or self.top != "customer":
            found |= {f"nobody:{self.nobody[0]}", f"nobody's:{self.nobody[1]}"}
        found |= {f"extra:{name}" for name in self.extras}
        found |= {
            f"word:{key}={word}" for key, word in self.words.items() if key in self.columns() or key == "document"
        }
        if self.layout == "grouped":
            found |= {f"grouped:{self.top}", f"grouped:outline {self.outline}"}
            if self.discount == "off" and not self.price:
                found.add(f"grouped, no price:{self.words['off']}")
        if self.returns not in ("none", "columns", "same row", "below", "sheet"):
            found |= {f"returns:{self.returns}{self.sign:+}", f"returned as:{self.kinds[1]}"}
        if self.subtotal_word and "subtotal" in self.layout:
            found.add(f"subtotal word:{self.subtotal_word}")
        if self.totals != "none":
            found.add(f"total word:{self.total_word}")
        return frozenset(found)

    def columns(self) -> list[str]:
        """Which there are, in their usual order."""
        if self.layout == "grouped":
            return self._grouped_columns()
        has = {"item", "quantity", "amount", *self.extras}
        has |= {"document"} if self.document == "presentation" else {"date", "number"}
        has |= {"code", "name", "phone", "card"} if self.identity == "all" else {self.identity, "name"}
        has |= {"time"} if self.dates == "date and time" and self.document == "columns" else set()
        has |= {"kind"} if self.returns == "kind" and self.document == "columns" else set()
        has |= {"basis"} if self.basis else set()
        has |= {"back_quantity", "back_amount"} if self.returns in ("columns", "same row") else set()
        has |= {"price"} if self.price else set()
        has |= {self.discount} if self.discount != "none" else set()
        has |= {"doc_total"} if self.doc_total != "none" else set()
        has |= {"bonus"} if self.bonuses else set()
        return [name for name in ORDER if name in has]

    def _grouped_columns(self) -> list[str]:
        has = ["tree"]
        if self.top != "customer":
            has += ["code", "name", "phone", "card"] if self.identity == "all" else [self.identity, "name"]
        has += ["quantity"] + ["price"] * self.price + ["off"] * (self.discount == "off") + ["amount"]
        return has

    def __str__(self) -> str:
        said = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.name != "words"]
        return "\n  ".join(("Shape", *said, f"words={self.words}"))


class Written(NamedTuple):
    path: Path
    shape: Shape
    truth: Truth


def drawn(chance: Random) -> Shape:
    """A shape that some program could have."""
    layout, ending = chance.choice(LAYOUTS), chance.choice(("csv", "csv", "txt", "xlsx", "xlsx"))
    is_grouped, together = layout == "grouped", layout in ("flat", "continuation")
    document = "presentation" if is_grouped or chance.random() < 0.2 else "columns"
    returns = chance.choice(RETURNS[layout])
    ending = "xlsx" if returns == "sheet" else ending
    decimal, thousands = chance.choice(MARKS)
    discount = chance.choice(("none", "off", "off", "percent") if not is_grouped else ("none", "off"))
    shape = Shape(
        layout=layout,
        returns=returns,
        sign=chance.choice((1, 1, -1)),
        document=document,
        identity=chance.choice(("code", "card", "phone", "all")),
        ending=ending,
        encoding=chance.choice(("utf-8", "utf-8-sig", "cp1251", "cp1251", "utf-16") * 2 + ("utf-8-sig", "cp866")),
        delimiter="\t" if ending == "txt" else chance.choice((";", ";", ";", ",", "\t")),
        dates=chance.choice(DATES[document]),
        decimal=decimal,
        thousands=thousands,
        totals=chance.choice(("none", "none", "bottom", "bottom", "bottom", "top")),
        doc_total=chance.choice(("none", "none", "every", "first"))
        if together and returns != "same row"
        else "none",
        discount=discount,
        sheets="one",
        titles=chance.choice((0, 0, 1, 3, 5)),
        price=chance.random() < 0.7 or discount == "percent",
        bonuses=chance.random() < 0.3 and not is_grouped,
        basis=chance.random() < 0.6 and returns in ("kind", "negative", "below", "sheet") and not is_grouped,
        twins=chance.random() < 0.3 and together,
        shuffled=chance.random() < 0.4 and not is_grouped,
        extras=tuple(sorted(chance.sample(EXTRAS, chance.choice((0, 0, 1, 2, 4))))) if not is_grouped else (),
        real_cells=chance.random() < 0.6,
        whole=chance.random() < 0.3 and thousands not in (",", "."),
        top=chance.choice(("customer", "customer", "shop", "none")),
        outline=chance.choice(("levels", "levels", "indents", "none")) if ending == "xlsx" else "none",
        case=chance.choice(("as is", "as is", "as is", "upper", "lower", "colon")),
        words={key: chance.choice(words) for key, words in WORDS.items()},
        kinds=chance.choice(PRESENTED if document == "presentation" else KINDS),
        total_word=chance.choice(TOTAL_WORDS),
        subtotal_word=chance.choice(SUBTOTAL_WORDS),
        nobody=(chance.choice((NOBODY, NOBODY, "", f"{NOBODY} (основной)")), ""),
        pages=chance.random() < 0.1 and not is_grouped,
        footer=chance.random() < 0.15,
    )
    return settled(shape, chance)


LAYOUTS = (
    *("flat", "flat", "flat", "flat", "grouped", "grouped", "grouped", "grouped"),
    *("continuation", "continuation", "header row", "header row", "bare header row", "bare header row"),
    *("subtotal", "subtotal", "bare subtotal"),
)
MARKS = (
    *((",", ""), (",", ""), (",", NBSP), (",", NBSP), (",", " "), (",", "'"), (",", ".")),
    *((".", ""), (".", ""), (".", "'"), (".", ",")),
)
RETURNS = {
    **dict.fromkeys(
        ("flat",), ("none", "kind", "kind", "kind", "negative", "columns", "same row", "below", "sheet")
    ),
    **dict.fromkeys(("continuation",), ("none", "kind", "kind", "negative", "columns", "below", "sheet")),
    **dict.fromkeys(
        ("header row", "bare header row", "subtotal", "bare subtotal"),
        ("none", "kind", "kind", "negative", "sheet"),
    ),
    "grouped": ("none", "kind", "kind"),
}
DATES = {
    "columns": ("seconds", "seconds", "minutes", "day", "yy", "iso", "iso space", "date and time"),
    "presentation": ("seconds", "seconds", "minutes"),
}
EXTRAS = ("article", "article", "group", "unit", "vat", "vat_sum", "row", "comment", "shop", "cashier", "payment")


def settled(shape: Shape, chance: Random) -> Shape:
    """Without what does not go together."""
    changes: dict[str, Any] = {"extras": tuple(dict.fromkeys(shape.extras))}
    if shape.returns == "negative":
        changes["sign"] = -1
    if shape.returns in ("columns", "same row", "below", "sheet"):
        changes["sign"] = 1
    if chance.random() < 0.4 and shape.identity != "all":
        changes["nobody"] = (shape.nobody[0], chance.choice(PLACEHOLDERS[shape.identity]))
    if shape.document == "presentation" and shape.returns in ("negative", "columns"):
        changes["returns"] = "kind"
    if shape.top == "customer" and shape.layout == "grouped":
        changes["identity"] = "code"
    if shape.ending == "xlsx" and shape.layout != "grouped" and shape.returns != "sheet" and chance.random() < 0.25:
        changes["sheets"] = "months"
    if shape.ending != "xlsx" and shape.encoding in ("cp866", "cp1251", "utf-16", "utf-8", "utf-8-sig"):
        changes["real_cells"] = False
    if shape.ending == "xlsx":
        changes |= {"encoding": "-", "delimiter": "-"}
        if changes.get("real_cells", shape.real_cells):
            changes |= {"decimal": "-", "thousands": "-", "whole": False}
    if shape.words["kind"] == "Признак расчёта" or shape.kinds[0] == "Приход":
        changes["words"] = {**shape.words, "kind": "Признак расчёта"}
        changes["kinds"] = ("Приход", "Возврат прихода") if shape.document == "columns" else shape.kinds
    return replace(shape, **changes)


# --- Rows -----------------------------------------------------------------------------------------------


Document = Sale | Back


def sheets_of(truth: Truth, shape: Shape) -> list[tuple[str, list[Row]]]:
    """Sheets by name: titles, header and everything below it."""
    everything = in_time([*truth.sales, *truth.backs])
    if shape.layout == "grouped":
        return [("TDSheet", [*titles(shape), *stubs(shape), *grouped(everything, shape)])]
    if shape.returns in ("same row", "below", "sheet", "none"):
        everything = list(truth.sales)
    if shape.returns == "sheet":
        return [
            ("Продажи", [*titles(shape), *table(everything, shape, truth)]),
            ("Возвраты", [*titles(shape), *table(truth.backs, shape, truth)]),
        ]
    if shape.sheets == "months":
        by_month: dict[int, list[Document]] = {}
        for document in everything:
            by_month.setdefault(document.at.month, []).append(document)
        rows = {month: [*titles(shape), *table(those, shape, truth)] for month, those in by_month.items()}
        if shape.returns == "below":
            rows[max(rows)] += second_table(truth, shape)
        return [(MONTHS[month], those) for month, those in sorted(rows.items())]
    rows_of_all = [*titles(shape), *table(everything, shape, truth)]
    return [("Лист_1", rows_of_all + (second_table(truth, shape) if shape.returns == "below" else []))]


def second_table(truth: Truth, shape: Shape) -> list[Row]:
    return [Row({}), Row({"title": "Возвраты"}), *table(truth.backs, shape, truth)]


def in_time(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=lambda document: document.at)


def titles(shape: Shape) -> list[Row]:
    above = ("Отчёт по продажам", "Период: 01.01.2026 - 31.03.2026", "", 'Отбор: Организация Равно "ИП Орлова"', "")
    return [Row({"title": text}) for text in above[: shape.titles]]


def header(shape: Shape) -> Row:
    return Row({name: lettered(shape.words[name], shape.case) for name in shape.columns()})


def lettered(word: str, case: str) -> str:
    """In the header's letters; names of 1C's own (ДатаДокумента) as they are."""
    if any(letter.isupper() for letter in word[1:]) and " " not in word:
        return word
    return {"upper": word.upper(), "lower": word.lower(), "colon": f"{word}:"}.get(case, word)


def table(documents: Sequence[Document], shape: Shape, truth: Truth) -> list[Row]:
    """Header, rows, totals."""
    rows = [row for document in documents for row in rows_of(document, shape, truth)]
    for number, row in enumerate(rows, 1):
        if "row" in shape.extras:
            row.cells["row"] = number
    if shape.pages:
        pages = (rows[i : i + PAGE] for i in range(0, len(rows), PAGE))
        rows = [row for number, page in enumerate(pages) for row in ([header(shape)] if number else []) + page]
    if shape.totals == "none":
        return [header(shape), *rows]
    sums = [total_of(document, shape) for document in documents]
    cells = {"title": shape.total_word, "amount": Money(sum(sums)) if "amount" in shape.columns() else None}
    if shape.returns in ("columns", "same row"):
        cells["amount"] = Money(sum(one.total for one in documents if isinstance(one, Sale)))
        cells["back_amount"] = Money(sum(back.amount for back in truth.backs))
        if shape.sheets == "months":
            del cells["back_amount"]
    total = Row(cells)
    return [header(shape), total, *rows] if shape.totals == "top" else [header(shape), *rows, total]


def total_of(document: Document, shape: Shape) -> int:
    return document.total if isinstance(document, Sale) else shape.sign * document.amount


def quantity_of(document: Document, shape: Shape) -> int:
    return document.quantity if isinstance(document, Sale) else shape.sign * document.quantity


def rows_of(document: Document, shape: Shape, truth: Truth) -> Iterator[Row]:
    """A document's rows in a layout without groups."""
    of_all, lines = document_cells(document, shape), [*line_rows(document, shape, truth)]
    total = Money(total_of(document, shape))
    whole = {"quantity": Pieces(quantity_of(document, shape)), "amount": total}
    if shape.layout == "header row":
        yield Row({**of_all, "amount": total})
        yield from (Row({**of_all, **line, "bonus": None}) for line in lines)
    elif shape.layout == "bare header row":
        yield Row({**of_all, **whole})
        yield from (Row(line) for line in lines)
    else:
        for place, line in enumerate(lines):
            first = place == 0
            above = of_all if first or shape.layout != "continuation" else {}
            more: dict[str, Any] = {} if first else {"bonus": None}
            if shape.doc_total == "every" or (shape.doc_total == "first" and first):
                more["doc_total"] = total
            yield Row({**above, **line, **more})
    if shape.layout == "subtotal":
        yield Row({**of_all, **whole, "item": shape.subtotal_word, "bonus": None})
    elif shape.layout == "bare subtotal":
        yield Row({**whole, "item": shape.subtotal_word})


def document_cells(document: Document, shape: Shape) -> dict[str, Any]:
    sale = document if isinstance(document, Sale) else document.of
    kind = shape.kinds[isinstance(document, Back)]
    cells: dict[str, Any] = {
        "document": f"{kind} {document.number} от {moment(document.at, shape.dates)}",
        "date": Moment(document.at),
        "time": Clock(document.at),
        "number": document.number,
        "kind": kind,
        "shop": sale.shop,
        "cashier": sale.cashier,
        "payment": "Карта",
        "comment": "",
        "bonus": Money(sale.redeemed) if isinstance(document, Sale) and sale.redeemed else None,
        **person_cells(sale, shape),
    }
    if isinstance(document, Back):
        cells["basis"] = f"{sale.number} от {sale.at:%d.%m.%Y}"
        cells["comment"] = "Не подошёл размер"
    return cells


def person_cells(sale: Sale, shape: Shape) -> dict[str, Any]:
    if sale.who is None:
        name, placeholder = shape.nobody
        return {"name": name, shape.identity: placeholder}
    phone = sale.who.phone
    return {
        "code": sale.who.code,
        "name": sale.who.name,
        "card": sale.who.card,
        "phone": f"+7 ({phone[:3]}) {phone[3:6]}-{phone[6:8]}-{phone[8:]}",
    }


def line_rows(document: Document, shape: Shape, truth: Truth) -> Iterator[dict[str, Any]]:
    if isinstance(document, Sale):
        back = next((back for back in truth.backs if back.of is document), None)
        parts = {place: (quantity, amount) for place, quantity, amount in back.parts} if back else {}
        for place, line in enumerate(document.lines):
            cells = line_cells(line, line.quantity, line.amount, line.off)
            if shape.returns == "same row" and place in parts:
                quantity, amount = parts[place]
                cells |= {"back_quantity": Pieces(quantity), "back_amount": Money(amount)}
            yield cells
        return
    for place, quantity, amount in document.parts:
        line = document.of.lines[place]
        off = line.off * quantity // line.quantity
        cells = line_cells(line, shape.sign * quantity, shape.sign * amount, off)
        if shape.returns == "columns":
            cells |= {"back_quantity": cells["quantity"], "back_amount": cells["amount"]}
            cells |= {"quantity": None, "amount": None, "off": None, "percent": None, "vat_sum": None}
        yield cells


def line_cells(line: Line, quantity: int, amount: int, off: int) -> dict[str, Any]:
    return {
        "article": line.article,
        "item": line.name,
        "group": line.group,
        "vat": "20%",
        "unit": "кг" if line.quantity % 1000 else "шт",
        "vat_sum": Money(amount // 6),
        "quantity": Pieces(quantity),
        "price": Money(line.price),
        "amount": Money(amount),
        "off": Money(off) if off else None,
        "percent": line.percent or None,
    }


# --- A grouped report -----------------------------------------------------------------------------------


TOPS = {"customer": "Клиент", "shop": "Магазин", "none": "Документ"}


def stubs(shape: Shape) -> list[Row]:
    """The header, and under its first word the names of the deeper groups."""
    first = Row(
        {name: TOPS[shape.top] if name == "tree" else lettered(shape.words[name], shape.case)
         for name in shape.columns()}
    )  # fmt: skip
    return [
        first,
        *(Row({"tree": word}) for word in (["Документ"] if shape.top != "none" else []) + ["Номенклатура"]),
    ]


def grouped(documents: Sequence[Document], shape: Shape) -> Iterator[Row]:
    """Groups of the top, documents in them, goods in those; sums on every level, and what they come to."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        if shape.returns != "none" or isinstance(document, Sale):
            groups.setdefault(top_of(document, shape), []).append(document)
    depth = 0 if shape.top == "none" else 1
    for name, those in groups.items():
        if depth:
            yield Row({"tree": name, **sums(those, shape)})
        for document in those:
            kind = shape.kinds[isinstance(document, Back)]
            title = f"{kind} {document.number} от {moment(document.at, shape.dates)}"
            sale = document if isinstance(document, Sale) else document.of
            who = person_cells(sale, shape) if shape.top != "customer" else {}
            yield Row({"tree": title, **who, **sums([document], shape)}, depth)
            for cells in line_rows(document, shape, Truth((), (), ())):
                yield Row({**cells, "tree": cells["item"]}, depth + 1)
    if shape.totals != "none":
        yield Row({"tree": shape.total_word, **sums([one for those in groups.values() for one in those], shape)})


def top_of(document: Document, shape: Shape) -> str:
    sale = document if isinstance(document, Sale) else document.of
    if shape.top == "customer":
        return f"{sale.who.name}, {sale.who.code}" if sale.who else NOBODY
    return sale.shop if shape.top == "shop" else ""


def sums(documents: Sequence[Document], shape: Shape) -> dict[str, Any]:
    return {
        "quantity": Pieces(sum(quantity_of(one, shape) for one in documents)),
        "amount": Money(sum(total_of(one, shape) for one in documents)),
    }


# --- Texts and cells ------------------------------------------------------------------------------------


FORMS = {"minutes": "%d.%m.%Y %H:%M", "day": "%d.%m.%Y", "date and time": "%d.%m.%Y", "yy": "%d.%m.%y",
         "iso": "%Y-%m-%dT%H:%M:%S", "iso space": "%Y-%m-%d %H:%M:%S"}  # fmt: skip


def moment(at: datetime, form: str) -> str:
    """As 1C says a moment: the hour without a zero."""
    if form in FORMS:
        return at.strftime(FORMS[form])
    return f"{at:%d.%m.%Y} {at.hour}:{at:%M:%S}"


def number(value: int, decimals: int, shape: Shape, trim: bool) -> str:
    """An integer of so many decimals with the shape's marks."""
    decimal, thousands = (shape.decimal, shape.thousands) if shape.decimal != "-" else (",", "")
    whole, part = divmod(abs(value), 10**decimals)
    grouped_ = f"{whole:,}".replace(",", thousands)
    rest = f"{part:0{decimals}}"
    if trim:
        rest = rest.rstrip("0")
    return ("-" if value < 0 else "") + grouped_ + (decimal + rest if rest else "")


def text(value: Any, shape: Shape) -> str:
    if isinstance(value, Money):
        return number(value.kopecks, 2, shape, shape.whole and value.kopecks % 100 == 0)
    if isinstance(value, Pieces):
        return number(value.thousandths, 3, shape, True)
    if isinstance(value, Moment):
        return moment(value.at, shape.dates)
    if isinstance(value, Clock):
        return f"{value.at.hour}:{value.at:%M:%S}"
    return "" if value is None else str(value)


def cell(value: Any, shape: Shape) -> Any:
    """A workbook's cell."""
    if shape.real_cells:
        if isinstance(value, Money):
            return value.kopecks / 100
        if isinstance(value, Pieces):
            return value.thousandths / 1000
        if isinstance(value, Moment) and shape.dates in ("seconds", "minutes"):
            return value.at
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return text(value, shape) or None


def laid(row: Row, columns: Sequence[str]) -> list[Any]:
    """A row's values by place; a title goes into the first column that is free."""
    if "title" not in row.cells:
        return [row.cells.get(name) for name in columns]
    free = next(name for name in columns if row.cells.get(name) is None)
    return [row.cells["title"] if name == free else row.cells.get(name) for name in columns]


def columns_of(shape: Shape, chance: Random) -> list[str]:
    columns = shape.columns()
    if shape.shuffled:
        chance.shuffle(columns)
    return columns


def written(seed: int, folder: Path) -> Written:
    """The file of a seed."""
    chance = Random(seed)
    shape = drawn(chance)
    truth = true_shop(
        chance,
        backs=shape.returns != "none",
        bonuses=shape.bonuses,
        discounts=chance.random() < 0.7,
        twins=shape.twins,
    )
    columns, sheets = columns_of(shape, chance), sheets_of(truth, shape)
    if shape.footer:
        sheets[-1][1].extend(Row({"title": line}) for line in ("", "Ответственный: Петрова О. И. ____________"))
    path = folder / f"{seed}.{shape.ending}"
    if shape.ending == "xlsx":
        write_book(path, sheets, columns, shape)
    else:
        with path.open("w", encoding=shape.encoding, newline="") as file:
            writer = csv.writer(file, delimiter=shape.delimiter, lineterminator=chance.choice(("\r\n", "\n")))
            writer.writerows([text(value, shape) for value in laid(row, columns)] for row in sheets[0][1])
    return Written(path, shape, truth)


def write_book(path: Path, sheets: Sequence[tuple[str, list[Row]]], columns: Sequence[str], shape: Shape) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for place, row in enumerate(rows, 1):
            for column, value in enumerate(laid(row, columns), 1):
                shown = cell(value, shape)
                if shown is not None:
                    made = sheet.cell(place, column, shown)
                    if isinstance(shown, datetime):
                        made.number_format = "dd.mm.yyyy hh:mm:ss"
            if row.level and shape.outline == "levels":
                sheet.row_dimensions[place].outline_level = row.level
            if row.level and shape.outline == "indents":
                sheet.cell(place, 1).alignment = Alignment(indent=row.level * 2)
    book.save(path)
