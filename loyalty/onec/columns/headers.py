"""Finds the header row, tells sales from customers, and maps columns to logical fields."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from loyalty.onec.columns.catalogue import DECISIVE, FIELDS, IGNORED, OWNERS
from loyalty.onec.memo import Memo

HEADER_ROWS = 40
REASON = "Причина"
"""The column we add to rejected rows: the mended file is still of its old shape."""
_CAMEL = re.compile(r"(?<=[а-яёa-z])(?=[А-ЯЁA-Z])")
_BRACKETS = re.compile(r"\([^)]*\)")
_WHOSE = re.compile(
    r"(?:^| )(?:покупател[яь]|клиента?|контрагента?|партнера|держателя карты|владельца карты|физ\.? ?лица"
    r"|получателя)$"
)
_PERCENT = re.compile(r"(?:,|\s)*(?:\(\s*%\s*\)|\(?(?:в |, ?)(?:%|процентах)\)?)$")
"""Another measure, not a remark in brackets."""
_ROW_NUMBERS = frozenset({"№", "n", "№ п/п", "п/п", "№п/п", "n п/п", "номер п/п"})
_DATA_LIKE = re.compile(r"[+-]?[\d\s\u00a0.,:/-]*\d[\d\s\u00a0.,:/-]*(?:руб\.?|шт\.?|%)?")


@dataclass(slots=True)
class Header:
    """A header row found: its 1-based number, height in rows and one label a column."""

    row: int
    height: int
    labels: list[str]
    score: int


def normalised(label: str) -> str:
    """A header as the catalogue writes it: lower case, е for ё, CamelCase split, no padding or end marks."""
    label = label.replace("\u00a0", " ").replace("_", " ").strip()
    label = _CAMEL.sub(" ", label)
    label = re.sub(r"\s+", " ", label).lower().replace("ё", "е").strip(" :*.").strip()
    return _PERCENT.sub(", %", label)


def spellings(label: str) -> list[str]:
    """Names to look a header up by, the fullest first: without brackets, before a comma, after the dot."""
    full = normalised(label)
    names = [full]
    bare = re.sub(r"\s+", " ", _BRACKETS.sub("", full)).strip(" :*.")
    names.append(bare)
    head, dot, last = bare.rpartition(".")
    if dot:
        owner, last = head.rsplit(".", 1)[-1].strip(), last.strip()
        if last == "код" and owner in OWNERS["customer"]:
            names.append("код карты" if owner == "дисконтная карта" else "код клиента")
        elif last in ("номер", "ссылка", "дата", "вид", "наименование", "группа") and owner:
            names += {"наименование": [owner], "ссылка": [owner]}.get(last, [f"{last} {owner}"])
            if owner in ("чек", "документ", "чек ккм", "регистратор"):
                names.append(last)
        else:
            names.append(last)
    else:
        names.append(bare.split(",")[0].strip(" :*."))
    names.append(_WHOSE.sub("", names[-1]).strip())
    return list(dict.fromkeys(name for name in names if name))


def _ranks(kind: str) -> dict[str, list[tuple[str, int]]]:
    """Header -> the fields it may mean, with its place among that field's headers."""
    ranks: dict[str, list[tuple[str, int]]] = {}
    for name, known in FIELDS[kind].items():
        for place, header in enumerate(known.headers):
            ranks.setdefault(header, []).append((name, place))
    return ranks


_RANKS = {kind: _ranks(kind) for kind in FIELDS}


def is_known(label: str) -> bool:
    """Whether a header means something in either kind of file."""
    return any(name in ranks for name in spellings(label) for ranks in _RANKS.values())


_LABELS = Memo(is_known)


def counts_rows(label: str) -> bool:
    """«№», «№ п/п»: it may count rows as well as receipts."""
    return normalised(label) in _ROW_NUMBERS


def may_be(label: str, name: str) -> bool:
    """Whether a heading is one of a sales field's."""
    return any(field == name for spelling in spellings(label) for field, _ in _RANKS["sales"].get(spelling, ()))


def is_label(cell: str) -> bool:
    """`is_known`, remembered: a table's cells are asked by the million."""
    return _LABELS[cell]


def known_count(cells: Sequence[str]) -> int:
    """How many cells of a row are known headers."""
    return sum(1 for cell in cells if cell and len(cell) < 80 and is_known(cell))


def map_columns(labels: Sequence[str], kind: str) -> dict[str, int]:
    """Field -> column. Of several columns for a field the surest header wins, then the leftmost."""
    best: dict[str, tuple[int, int]] = {}
    for column, label in enumerate(labels):
        for depth, name in enumerate(spellings(label)):
            found = _RANKS[kind].get(name)
            if found:
                for field_name, place in found:
                    rank = (place + depth * 3, column)
                    if field_name not in best or rank < best[field_name]:
                        best[field_name] = rank
                break
    return _settle({name: column for name, (_, column) in best.items()}, labels, kind)


def _settle(fields: dict[str, int], labels: Sequence[str], kind: str) -> dict[str, int]:
    """The ambiguity rules of 1c.md §8."""
    if kind == "customers":
        if "full_name" in fields and fields["full_name"] == fields.get("first_name"):
            del fields["full_name"]
        return fields
    if fields.keys() & {"document", "document_id"} and normalised(labels[fields.get("number", 0)]) in _ROW_NUMBERS:
        fields.pop("number", None)  # «№» beside a document counts the rows
    if fields.get("customer") == fields.get("customer_code"):
        fields.pop("customer", None)
    names = {name: normalised(labels[column]) for name, column in fields.items()}
    if names.get("amount") == "сумма со скидкой" and "amount_before" not in fields:
        plain = [column for column, label in enumerate(labels) if normalised(label) == "сумма"]
        if plain:
            fields["amount_before"] = plain[0]
    if "total" in fields and fields.get("amount") == fields["total"] and {"price", "quantity"} <= fields.keys():
        del fields["amount"]  # else the document's sum stands for its only line's (see assembling)
    if "document" in fields and names.get("number", "").startswith("номер заказа"):
        del fields["number"]  # the customer order's number is not the sale's
    if names.get("customer") == "получатель" and "name" not in fields:
        del fields["customer"]
    return fields


def is_ignored(label: str) -> bool:
    """Whether a heading is of a column that often stands there and decides nothing."""
    return any(name in IGNORED for name in spellings(label))


def unclear(labels: Sequence[str], kind: str, used: Collection[int]) -> list[int]:
    """Columns that look as if something hung on them, and that nobody understood."""
    found = []
    for column, label in enumerate(labels):
        names = spellings(label)
        if column in used or not names or any(name in _RANKS[kind] or name in IGNORED for name in names):
            continue
        if any(word.startswith(DECISIVE[kind]) for word in names[0].split()):
            found.append(column)
    return found


def required_missing(fields: dict[str, int], kind: str) -> list[str]:
    """Fields a file of this kind can't do without, in the owner's words."""
    if kind == "customers":
        if fields.keys() & {"customer_code", "card", "phone", "phone_spare"}:
            return []
        return ["Код клиента, Карта или Телефон"]
    missing = []
    if not fields.keys() & {"number", "document", "document_id"}:
        missing.append("Номер")
    if not fields.keys() & {"date", "document"}:
        missing.append("Дата")
    if not fields.keys() & {"amount", "price", "amount_before", "return_amount"}:
        missing.append("Сумма")
    return missing


def find_header(rows: Sequence[tuple[int, list[str]]]) -> Header | None:
    """The likeliest header among the first rows, of one or two lines; None when nothing is known there."""
    best: Header | None = None
    for index, (number, cells) in enumerate(rows[:HEADER_ROWS]):
        candidates = [Header(number, 1, [cell.strip() for cell in cells], 0)]
        upper = sum(1 for cell in cells if cell.strip())  # a title alone is no upper line
        if index + 1 < len(rows) and upper > 1 and _is_lower_header(rows[index + 1][1], cells):
            height = rows[index + 1][0] - number + 1
            candidates.append(Header(number, height, _joined(cells, rows[index + 1][1]), 0))
        for candidate in candidates:
            candidate.score = _score(candidate.labels)
            if candidate.score >= 2 and (
                best is None or candidate.score > best.score or _is_under(candidate, best)
            ):
                best = candidate
    return best


def _is_under(candidate: Header, best: Header) -> bool:
    """Whether it is the same header with its lower line, which says no less."""
    return candidate.row == best.row and candidate.score == best.score


def _score(labels: list[str]) -> int:
    if sum(1 for label in labels if _DATA_LIKE.fullmatch(label)) > len(labels) // 3:
        return 0
    return max(len(set(map_columns(labels, kind).values())) for kind in FIELDS)


def _is_lower_header(cells: Sequence[str], upper: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    parts = [at for at, cell in enumerate(cells) if cell.strip() and not "".join(upper[at : at + 1]).strip()]
    divides = bool(parts) and not any(letter.isdigit() for cell in filled for letter in cell)
    is_stub = len(filled) == 1 and bool(cells[0].strip())  # the next level of a grouped report
    return (
        bool(filled)
        and not is_stub
        and not any(_DATA_LIKE.fullmatch(cell.strip()) for cell in filled)
        and (divides or any(map(is_known, filled)))
    )


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Labels of a two-line header; a merged upper cell covers the empty ones to its right."""
    width = max(len(upper), len(lower))
    tops = [upper[column].strip() if column < len(upper) else "" for column in range(width)]
    lows = [lower[column].strip() if column < len(lower) else "" for column in range(width)]
    labels, over = [], ""
    for top, low in zip(tops, lows, strict=True):
        over = top or (over if low else "")
        if not (over and low) or over == low:
            labels.append(low or top)
            continue
        is_own = is_known(low) and lows.count(low) == 1 and normalised(low) not in ("код", "наименование", "номер")
        labels.append(low if is_own else f"{over}.{low}")
    return labels


def detect_kind(labels: Sequence[str]) -> str:
    """«sales» when documents with sums are there, else «customers» when people are."""
    sales, customers = (map_columns(labels, kind) for kind in ("sales", "customers"))
    if not required_missing(sales, "sales"):
        return "sales"
    personal = customers.keys() & {
        "birth_date",
        "sex",
        "email",
        "registered_on",
        "consent",
        "address",
        "middle_name",
    }
    sums = sales.keys() & {"amount", "quantity", "price"}
    if not required_missing(customers, "customers") and (personal or not sums):
        return "customers"
    return "customers" if not sums and len(customers) > len(sales) else "sales"


def shape_of(labels: Sequence[str], width: int, delimiter: str | None) -> str:
    """A digest of the header that doesn't depend on the data: files of one shape share a mapping."""
    names = [normalised(label) for label in labels]
    while names and names[-1] in ("", normalised(REASON)):
        names.pop()
    text = "\x1f".join(names) if any(names) else f"no header\x1f{width}\x1f{delimiter or ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
