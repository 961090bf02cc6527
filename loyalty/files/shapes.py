"""What a person said of files of one shape: remembered, listed, forgotten; and read from a file of her answers."""

import json
from dataclasses import fields, replace
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.errors import Refused
from loyalty.models import ColumnMapping
from loyalty.onec import FIELDS
from loyalty.onec.columns.plan import Mapping
from loyalty.system_words import os_error

KINDS = {"sales": "Продажи", "customers": "Клиенты"}
_MAY_BE = {
    "kind": tuple(FIELDS),
    "decimal": (",", "."),
    "dates": ("dmy", "mdy"),
    "default_kind": ("sales", "returns"),
}
_KIND_MAY_BE = ("sale", "return", "other")


class Shape(NamedTuple):
    """Files of one shape, by their columns; `at` is the shop's time."""

    shape: str
    kind: str
    labels: list[str]
    said: str  # what the person said, in words
    at: datetime


def remembered(session: Session, shape: str) -> Mapping | None:
    """What a person said of files of this shape."""
    kept = session.get(ColumnMapping, shape)
    return Mapping(**kept.mapping) if kept else None


def remember(session: Session, shape: str, mapping: Mapping) -> None:
    """Keep what a person said for every file of this shape; which sheet and whose receipts is said of one file."""
    kept = replace(mapping, sheet="", one_sheet=False, same_receipts=mapping.same_receipts or None)
    if kept.says_something:
        session.merge(ColumnMapping(shape=shape, mapping=kept.as_json(), updated_at=settings.utc_now()))


def forget(session: Session, shape: str) -> None:
    """Files of this shape are understood anew, or asked about."""
    if kept := session.get(ColumnMapping, shape):
        session.delete(kept)


def all_remembered(session: Session) -> list[Shape]:
    """Shapes of files that a person explained, the latest first."""
    zone = ZoneInfo(settings.timezone(session))
    query = select(ColumnMapping).order_by(ColumnMapping.updated_at.desc())  # type: ignore[attr-defined]
    found = []
    for kept in session.scalars(query):
        mapping = Mapping(**kept.mapping)
        at = kept.updated_at.astimezone(zone).replace(tzinfo=None)
        found.append(Shape(kept.shape, KINDS[mapping.kind], _labels(mapping), _in_words(mapping), at))
    return found


def _labels(mapping: Mapping) -> list[str]:
    """Headers of the file; of one without them, what its columns are."""
    labels = [label for label in mapping.labels if label]
    return labels or [FIELDS[mapping.kind][name].label for name in mapping.fields]


def _in_words(mapping: Mapping) -> str:
    """«Дата — «Когда», Сумма — «Вышло»; сначала месяц»: what is different from the program's own guess, if told."""
    said = []
    if mapping.fields:
        known, labels = FIELDS[mapping.kind], mapping.labels
        said += [
            f"{known[name].label} — «{labels[at]}»" if at < len(labels) and labels[at] else
            f"{known[name].label} — колонка {at + 1}"
            for name, at in sorted(mapping.fields.items(), key=itemgetter(1)) if name in known
        ]  # fmt: skip
    if mapping.amount_after_bonuses is not None:
        said.append(f"«Сумма» — {'после' if mapping.amount_after_bonuses else 'до'} оплаты бонусами")
    if mapping.decimal:
        said.append("копейки после запятой" if mapping.decimal == "," else "копейки после точки")
    if mapping.dates:
        said.append("в датах сначала день" if mapping.dates == "dmy" else "в датах сначала месяц")
    kinds = {"sale": "продажа", "return": "возврат", "other": "не загружать"}
    said += [f"«{word}» — {kinds[kind]}" for word, kind in mapping.kinds.items()]
    if mapping.ignored:
        said.append("не нужны: " + ", ".join(f"«{label}»" for label in mapping.ignored))
    if mapping.same_receipts:
        said.append("те же чеки, что в другом отчёте")
    return ", ".join(said)


# --- Answers in a file ----------------------------------------------------------------------------------


def from_file(path: Path, kind: str = "sales") -> Mapping:
    """A mapping written as JSON (see Mapping.as_json), of `kind` where it says none; Refused if unfit."""
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(f"Файл ответов «{path.name}» не открывается: {os_error(error)}") from error
    except ValueError as error:
        raise Refused(f"Файл ответов «{path.name}» — не JSON") from error
    return from_json(said, kind)


def from_json(said: Any, kind: str = "sales") -> Mapping:
    """Checked values of a mapping; Refused in a sentence that names what doesn't fit."""
    if not isinstance(said, dict):
        raise Refused("Ответы о файле — это объект JSON с ключами: " + ", ".join(_known()))
    said = {"kind": kind, **said}
    types = get_type_hints(Mapping)
    for key, value in said.items():
        if key not in _known():
            raise Refused(f"Непонятный ключ «{key}» в ответах о файле. Бывают: {', '.join(_known())}")
        if not _fits(value, types[key]):
            raise Refused(f"Ключ «{key}» в ответах о файле: не подходит значение {_shown(value)}")
        if key in _MAY_BE and value is not None and value not in _MAY_BE[key]:
            allowed = ", ".join(f"«{one}»" for one in _MAY_BE[key])
            raise Refused(f"Ключ «{key}» в ответах о файле: вместо {_shown(value)} может быть {allowed}")
    mapping = Mapping(**said)
    if mapping.encoding and not _is_encoding(mapping.encoding):
        raise Refused(f"Нет такой кодировки: «{mapping.encoding}»")
    if mapping.delimiter and len(mapping.delimiter) != 1:
        raise Refused("Разделитель в ответах о файле — один знак")
    if mapping.header_row < 0 or mapping.header_height < 1:
        raise Refused("Строки заголовка в ответах о файле считаются с 1 (0 — заголовка нет)")
    for name, at in mapping.fields.items():
        if name not in FIELDS[mapping.kind]:
            raise Refused(f"Непонятное поле «{name}» в «fields». Бывают: {', '.join(FIELDS[mapping.kind])}")
        if at < 0:
            raise Refused(f"Поле «{name}» в «fields»: колонки считаются с 0")
    for word, kind in mapping.kinds.items():
        if kind not in _KIND_MAY_BE:
            raise Refused(f"«{word}» в «kinds»: может быть {', '.join(f'«{one}»' for one in _KIND_MAY_BE)}")
    return mapping


def _is_encoding(name: str) -> bool:
    try:
        return "я".encode(name) != b""
    except (LookupError, UnicodeError):
        return False


def _known() -> list[str]:
    return [field.name for field in fields(Mapping)]


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value of JSON is of a type as Mapping writes its own."""
    if isinstance(kind, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    if kind is type(None):
        return value is None
    if get_origin(kind) is dict:
        of = get_args(kind)[1]
        return isinstance(value, dict) and all(_fits(one, of) for one in value.values())
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_fits(one, get_args(kind)[0]) for one in value)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
