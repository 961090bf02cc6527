"""A file from the browser: kept for the worker, looked into, its columns corrected by a person, queued once."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.demo.load import CUSTOMERS
from loyalty.errors import LoyaltyError
from loyalty.files import queue
from loyalty.files.importing import remember, remembered
from loyalty.models import imports
from loyalty.money import line_cost
from loyalty.onec import FIELDS, Document, Mapping, RowError, Source, open_file
from loyalty.onec.books import sniff, texts
from loyalty.onec.columns import headers
from loyalty.onec.columns.numbers import money_parser, quantity_parser
from loyalty.onec.columns.plan import Plan
from loyalty.onec.documents.assembling import amounts_are_after_bonuses
from loyalty.sales.documents import CustomerDocument, CustomerRef, ReturnDocument, SaleDocument
from loyalty.wording import number, phone, plural, quantity, roubles

KINDS = {"sales": "Продажи", "customers": "Клиенты"}
ROWS_LOOKED_AT = 300
DOCUMENTS_SHOWN = 8
UNUSED_AFTER = timedelta(days=1)
MAIN_FIELDS = {
    "sales": (
        "date", "number", "kind", "basis", "customer_code", "customer", "phone", "card", "sku", "name", "group",
        "quantity", "price", "discount", "amount", "bonuses", "shop", "place", "cashier", "payment",
    ),
    "customers": (
        "customer_code", "card", "phone", "full_name", "last_name", "first_name", "middle_name", "birth_date",
        "sex", "email", "city", "street", "house", "address", "registered_on", "consent", "comment",
    ),
}  # fmt: skip
"""The fields a person is asked about first; the others wait under «Ещё»."""

TEMPLATE = (
    "Дата;Номер;Вид;Документ продажи;Магазин;Место продажи;Кассир;Код клиента;Клиент;Телефон;Карта;Артикул;"
    "Номенклатура;Группа;Количество;Цена;Скидка;Сумма;Бонусы;Способ оплаты\r\n"
    "10.01.2026 12:30;000123;Продажа;;Магазин на Лесной;шоурум;Анна;К-0001;Иванова Мария Сергеевна;"
    "+7 916 123-45-67;2000417;ПЛ-10;Платье льняное;Платья;1;8900,00;0,00;8900,00;0,00;карта\r\n"
    "10.01.2026 12:30;000123;Продажа;;Магазин на Лесной;шоурум;Анна;К-0001;Иванова Мария Сергеевна;"
    "+7 916 123-45-67;2000417;ШР-02;Шарф;Аксессуары;2;1200,00;400,00;2000,00;0,00;карта\r\n"
    "12.01.2026 18:05;000007;Возврат;000123 от 10.01.2026;Магазин на Лесной;шоурум;Анна;К-0001;"
    "Иванова Мария Сергеевна;+7 916 123-45-67;2000417;ШР-02;Шарф;Аксессуары;1;1200,00;200,00;1000,00;0,00;карта\r\n"
)
"""The flat file of contract.md with a receipt of two lines and a return of one of them."""


class Column(NamedTuple):
    """A column of the file: its place, its header, and the first value under it."""

    at: int
    label: str
    example: str


class Look(NamedTuple):
    """A file looked into: what it is in words, what is recognised, and its first documents as understood."""

    summary: str
    mapping: Mapping
    shape: str
    missing: list[str]
    columns: list[Column]
    recognised: list[tuple[str, Column]]
    ignored: list[Column]
    documents: list[dict[str, Any]]
    errors: list[RowError]
    amount_meaning: str | None


class Ready(NamedTuple):
    """A file that can be queued, and whether its columns were corrected by a person and are worth remembering."""

    path: Path
    file_name: str
    look: Look
    by_hand: bool = False
    keep_mapping: bool = True


def template() -> bytes:
    """The template as Excel and 1C open it: UTF-8 with a mark."""
    return TEMPLATE.encode("utf-8-sig")


def keep(upload_id: str, file_name: str, content: BinaryIO) -> Path:
    """Put an upload where the worker finds it; the same upload again is the same file."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", Path(file_name.replace("\\", "/")).name).strip(". ")[-120:]
    folder = _folder() / blake2b(upload_id.encode(), digest_size=12).hexdigest()
    path = folder / (name or "файл")
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        spare = path.with_name(path.name + ".part")
        with spare.open("wb") as file:
            copyfileobj(content, file, 1 << 20)
        spare.replace(path)
    except OSError as error:
        raise LoyaltyError(
            f"Файл некуда сохранить: {error.strerror}. Освободите место на диске и загрузите его снова"
        ) from error
    return path


def forget_unused(session: Session) -> None:
    """Delete uploads of yesterday and before that nobody queued."""
    used = {Path(path).parent for path in session.connection().scalars(select(imports.c.path)) if path}
    before = (settings.utc_now() - UNUSED_AFTER).timestamp()
    for folder in _folder().glob("*"):
        if folder.is_dir() and folder not in used and folder.stat().st_mtime < before:
            rmtree(folder, ignore_errors=True)


def look(session: Session, path: Path, mapping: Mapping | None = None) -> Look:
    """Read a file's first rows, with a person's mapping or a remembered one; UnreadableFile if it's no use."""
    with open_file(
        path, mapping=mapping, remembered=lambda shape: remembered(session, shape), today=settings.today(session)
    ) as source:
        preview = source.preview(ROWS_LOOKED_AT)
        if better := _better(source.mapping, preview.rows, mapping):
            return look(session, path, better)
        found = _columns(source, [cells for _number, cells in preview.rows])
        fields = {name: at for name, at in source.mapping.fields.items() if at < len(found)}
        documents = preview.documents
        if len(preview.rows) == ROWS_LOOKED_AT and len(documents) > 1:
            documents = documents[:-1]  # its other rows may be further on
        known = FIELDS[source.kind]
        return Look(
            summary=_summary(path, source, len(found)),
            mapping=source.mapping,
            shape=source.shape,
            missing=source.missing,
            columns=found,
            recognised=[(field.label, found[fields[name]]) for name, field in known.items() if name in fields],
            ignored=[column for column in found if column.at not in fields.values()],
            documents=[_in_words(document) for document in documents[:DOCUMENTS_SHOWN]],
            errors=preview.errors,
            amount_meaning=_amount_meaning(source, [cells for _number, cells in preview.rows]),
        )


def _better(found: Mapping, rows: Sequence[tuple[int, list[str]]], asked: Mapping | None) -> Mapping | None:
    """A mapping that tells more: the fields of a header row a person named, or a header of unknown words."""
    if found.fields:
        return None
    if asked:
        fields = headers.map_columns(found.labels, found.kind)
        return replace(found, fields=fields) if fields else None
    words = [(number, [cell for cell in cells if cell.strip()]) for number, cells in rows[:2]]
    if len(words) < 2 or len(words[0][1]) < 2 or found.header_row:
        return None
    has_digits = [any(char.isdigit() for cell in cells for char in cell) for _number, cells in words]
    return Mapping(found.kind, {}, words[0][0], sheet=found.sheet) if has_digits == [False, True] else None


def corrected(
    look: Look, kind: str, fields: dict[str, int | None], amount_after_bonuses: bool | None = None
) -> Mapping:
    """The look's mapping as a person changed it."""
    chosen = {name: at for name, at in fields.items() if at is not None and name in FIELDS[kind]}
    return replace(look.mapping, kind=kind, fields=chosen, amount_after_bonuses=amount_after_bonuses)


def with_kind(look: Look, kind: str) -> Mapping:
    """The file's columns recognised anew as sales or customers."""
    return replace(look.mapping, kind=kind, fields=headers.map_columns(look.mapping.labels, kind))


def with_header(look: Look, row: int) -> Mapping:
    """The file's header in another row, 0: it has none; its labels are read when the file is opened again."""
    return Mapping(look.mapping.kind, {}, row, encoding=look.mapping.encoding, sheet=look.mapping.sheet)


def enqueue(session: Session, files: Sequence[Ready]) -> list[int]:
    """Queue files, customers first, and remember what a person corrected; the ids in the given order.

    An upload queued already, and not refused since, is not queued again.
    """
    query = select(imports.c.path, imports.c.id).where(imports.c.status != "failed")
    known = {row.path: row.id for row in session.connection().execute(query)}
    ids: dict[Path, int] = {}
    for file in sorted(files, key=lambda file: file.look.mapping.kind):
        mapping = file.look.mapping if file.by_hand else None
        if mapping and file.keep_mapping:
            remember(session, file.look.shape, mapping)
        queued = known.get(str(file.path))
        ids[file.path] = queued or queue.add(session, file.path, file.file_name, "browser", mapping=mapping)
    return [ids[file.path] for file in files]


def enqueue_demo(session: Session) -> int:
    """Queue the demo shop once; the id of its place."""
    query = select(imports.c.id).where(imports.c.kind == "demo", imports.c.status.in_(("queued", "running")))
    waiting: int | None = session.connection().scalar(query)
    return waiting or queue.add_demo(session, CUSTOMERS)


def _folder() -> Path:
    return settings.files_dir() / "uploads"


def _columns(source: Source, rows: Sequence[Sequence[str]]) -> list[Column]:
    width = max([len(source.mapping.labels), *(len(cells) for cells in rows)], default=0)
    labels = [*source.header, *(f"Колонка {at + 1}" for at in range(len(source.header), width))]

    def example(at: int) -> str:
        return next((cells[at].strip() for cells in rows if at < len(cells) and cells[at].strip()), "")

    found = [Column(at, label, example(at)) for at, label in enumerate(labels)]
    while (
        found and not found[-1].example and not (source.mapping.labels[found[-1].at : found[-1].at + 1] or [""])[0]
    ):
        found.pop()  # the delimiter at the end of every row makes a column of nothing
    return found


def _summary(path: Path, source: Source, width: int) -> str:
    """«Продажи, 20 колонок, кодировка windows-1251»."""
    parts = [KINDS[source.kind], plural(width, "колонка", "колонки", "колонок")]
    if sniff.file_type(path) == "text":
        encoding = texts.text_format(
            path, source.mapping.encoding, source.mapping.delimiter, headers.known_count
        ).encoding
        parts.append(f"кодировка {_ENCODINGS.get(encoding, encoding)}")
    elif source.mapping.sheet:
        parts.append(f"лист «{source.mapping.sheet}»")
    return ", ".join(parts)


_ENCODINGS = {
    "cp1251": "windows-1251", "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp866": "DOS (866)", "mac_cyrillic": "Mac",
    "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
}  # fmt: skip


def _in_words(document: Document) -> dict[str, Any]:
    if isinstance(document, CustomerDocument):
        name = " ".join(part for part in (document.last_name, document.first_name, document.middle_name) if part)
        return {
            "Клиент": name or "без имени",
            "Телефон": phone(document.ref.phone),
            "Карта": document.ref.card or "",
            "День рождения": document.birth_date,
            "Город": document.city or "",
        }
    title = "Возврат" if isinstance(document, ReturnDocument) else "Чек"
    return {
        "Дата": document.at,
        "Документ": f"{title} {document.number}",
        "Клиент": _whose(document.customer),
        "Товары": _goods(document),
        "Сумма": sum(line.amount or 0 for line in document.lines),
        "Бонусами": document.redeemed or None if isinstance(document, SaleDocument) else None,
    }


def _whose(ref: CustomerRef | None) -> str:
    if ref is None:
        return "без клиента"
    known_by = phone(ref.phone) or (f"карта {ref.card}" if ref.card else f"код {ref.code}" if ref.code else "")
    return ", ".join(part for part in (ref.name, known_by) if part)


def _goods(document: SaleDocument | ReturnDocument) -> str:
    first = document.lines[0].name or document.lines[0].sku
    more = len(document.lines) - 1
    return f"{first} и ещё {number(more)}" if more else first


def _amount_meaning(source: Source, rows: Sequence[Sequence[str]]) -> str | None:
    """Which of its two meanings «Сумма» has in this file, with the row's arithmetic that says so."""
    fields = source.mapping.fields
    if source.kind != "sales" or not {"bonuses", "amount", "price"} <= fields.keys():
        return None
    proofs = [proof for proof in islice((_proof(source.plan, cells) for cells in rows), ROWS_LOOKED_AT) if proof]
    votes, told = Counter(vote for vote, _ in proofs), source.mapping.amount_after_bonuses
    decided = amounts_are_after_bonuses(source.mapping, votes)
    proofs = [proof for proof in proofs if proof[0] != "gaps"]
    example = next((sentence for vote, sentence in proofs if (vote == "after") == decided), "")
    if not proofs and told is None:
        return "«Сумма» — до или после оплаты бонусами? В первых строках ими не платили, ответит весь файл"
    meaning = "после оплаты бонусами" if decided else "до оплаты бонусами"
    if not example:
        example_or_why = ", как указано вами" if told is not None else ""
        return f"«Сумма» в этом файле — {meaning}{example_or_why}"
    return f"«Сумма» в этом файле — {meaning}: {example}"


def _proof(plan: Plan, cells: Sequence[str]) -> tuple[str, str] | None:
    """A row's vote on what «Сумма» is (see amounts_are_after_bonuses) and its arithmetic in words."""

    fields, money = plan.mapping.fields, money_parser(plan.money_mark)

    def cell(name: str) -> str:
        at = fields.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    price, discount, amount, bonus = (money(cell(name)) for name in ("price", "discount", "amount", "bonuses"))
    pieces = quantity_parser(plan.quantity_mark)(cell("quantity")) or 1000
    if not (
        isinstance(price, int) and isinstance(amount, int) and isinstance(bonus, int) and isinstance(pieces, int)
    ):
        return None
    discount, amount, bonus = abs(discount) if isinstance(discount, int) else 0, abs(amount), abs(bonus)
    full = line_cost(abs(price), abs(pieces)) - discount
    if not bonus:
        return ("gaps", "") if full > amount else None
    if full not in (amount, amount + bonus):
        return None
    sum_ = f"{roubles(abs(price))} × {quantity(abs(pieces))}" + (
        f" − скидка {roubles(discount)}" if discount else ""
    )
    if full == amount:
        return (
            "before",
            f"{sum_} = {roubles(full)}, столько и стоит в «Сумме», хотя бонусами оплачено {roubles(bonus)}",
        )
    return "after", f"{sum_} = {roubles(full)}, а в «Сумме» {roubles(amount)} — меньше на {roubles(bonus)} бонусами"
