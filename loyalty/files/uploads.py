"""A file from the browser: kept for the worker, its columns corrected by a person, queued once."""

import re
from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.demo.load import CUSTOMERS
from loyalty.errors import LoyaltyError
from loyalty.files import queue
from loyalty.files.looking import Column, Look, look
from loyalty.files.shapes import KINDS, remember
from loyalty.files.template import TEMPLATE, template
from loyalty.models import imports
from loyalty.onec import Mapping
from loyalty.onec.columns import headers

__all__ = [
    "KINDS", "TEMPLATE", "Column", "Look", "Ready", "corrected", "enqueue", "enqueue_demo", "forget_unused", "keep",
    "look", "missing", "place", "template", "with_header", "with_kind", "with_sheet",
]  # fmt: skip

UNUSED_AFTER = timedelta(days=1)
NAME_BYTES_MAX = 210  # of 255 that a disk gives a name: what is made of the file stands beside it, «.rejected.csv»


class Ready(NamedTuple):
    """A file that can be queued, and whether what a person said of it is worth remembering."""

    path: Path
    file_name: str
    look: Look
    by_hand: bool = False
    keep_mapping: bool = True


def place(upload_id: str, file_name: str) -> Path:
    """Where an upload is kept, in a folder of its own whatever its name."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", Path(file_name.replace("\\", "/")).name).strip(". ")
    name = name.encode(errors="ignore")[-NAME_BYTES_MAX:].decode(errors="ignore")
    return _folder() / blake2b(upload_id.encode(), digest_size=12).hexdigest() / (name or "файл")


def keep(upload_id: str, file_name: str, content: BinaryIO) -> Path:
    """Put an upload where the worker finds it; the same upload again is the same file."""
    path = place(upload_id, file_name)
    if path.exists():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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


def missing(look: Look, fields: Values[str, int]) -> list[str]:
    """What such a file can't do without and no column gives, in the owner's words.

    A grouped report needs no columns for it: its documents stand in rows of their own.
    """
    return [] if look.is_grouped else headers.required_missing(dict(fields), look.kind)


def corrected(
    look: Look,
    fields: Values[str, int] | None = None,
    answers: Values[str, Any] | None = None,
    ignored: Sequence[str] = (),
) -> Mapping | None:
    """The mapping by which a file is read as a person says; None where she said nothing.

    `fields`: columns she named, None: as the program guessed. Answers alone leave the columns to be recognised.
    """
    if fields is not None:
        base = replace(look.mapping, fields=dict(fields))
    elif look.said is not None:
        base = look.said
    else:
        base = Mapping(look.kind, labels=list(look.mapping.labels), encoding=look.mapping.encoding)
    kept = [label for label in base.ignored if label not in ignored]
    base = replace(base, **(answers or {}), ignored=[*kept, *ignored])
    return base if look.said is not None or base.says_something else None


def with_kind(look: Look, kind: str) -> Mapping:
    """The file's columns recognised anew as sales or customers."""
    return replace(look.mapping, kind=kind, fields=headers.map_columns(look.mapping.labels, kind))


def with_header(look: Look, row: int) -> Mapping:
    """The file's header in another row, 0: it has none; its labels are read when the file is opened again."""
    height = 1 if row else 0
    return Mapping(look.kind, {}, row, height, encoding=look.mapping.encoding, sheet=look.mapping.sheet)


def with_sheet(look: Look, sheet: str) -> Mapping:
    """One sheet of the book alone."""
    return Mapping(look.mapping.kind, sheet=sheet, one_sheet=True)


def enqueue(session: Session, files: Sequence[Ready]) -> list[int]:
    """Queue files, customers first, and remember what a person corrected; the ids in the given order.

    Files of yesterday that nobody queued go.

    An upload queued already, and not refused since, is not queued again.
    """
    query = select(imports.c.path, imports.c.id).where(imports.c.status != "failed")
    known = {row.path: row.id for row in session.connection().execute(query)}
    ids: dict[Path, int] = {}
    for file in sorted(files, key=lambda file: file.look.mapping.kind):
        mapping = file.look.said if file.by_hand else None
        if mapping and file.keep_mapping:
            remember(session, file.look.shape, mapping)
        queued = known.get(str(file.path))
        ids[file.path] = queued or queue.add(session, file.path, file.file_name, "browser", mapping=mapping)
    forget_unused(session)
    return [ids[file.path] for file in files]


def enqueue_demo(session: Session) -> int:
    """Queue the demo shop once; the id of its place."""
    query = select(imports.c.id).where(imports.c.kind == "demo", imports.c.status.in_(("queued", "running")))
    waiting: int | None = session.connection().scalar(query)
    return waiting or queue.add_demo(session, CUSTOMERS)


def _folder() -> Path:
    return settings.files_dir() / "uploads"
