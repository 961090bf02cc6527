"""Files wait here for the worker, one at a time; whoever sent one may leave, its result waits for her."""

import json
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session

from loyalty import db, settings
from loyalty.demo.load import load
from loyalty.errors import LoyaltyError, Refused
from loyalty.files.importing import import_file
from loyalty.files.questions import FileAsks, answered
from loyalty.files.shapes import remember
from loyalty.models import Import, imports
from loyalty.onec.columns.plan import Mapping
from loyalty.segments import refreshing

SILENT_S = 60
"""A running import that said nothing for so long is dead: its worker was killed, and nothing of it was written."""
TELL_EVERY_S = 0.3


class Stage(NamedTuple):
    """How far an import is; `words` say what it is doing."""

    fraction: float
    words: str


def add(
    session: Session,
    path: Path | None,
    file_name: str,
    origin: str,
    kind: str = "auto",
    mapping: Mapping | None = None,
) -> int:
    """Put a file in the queue; its place's id. The file must stay where it is until it is done."""
    said = {"mapping": mapping.as_json()} if mapping else None
    place = Import(
        file_name=file_name, path=str(path) if path else None, kind=kind, origin=origin,
        queued_at=settings.utc_now(), report=said,
    )  # fmt: skip
    session.add(place)
    session.flush()
    assert place.id is not None
    return place.id


def add_demo(session: Session, customers: int) -> int:
    """Put the demo shop in the queue."""
    return add(session, None, str(customers), origin="demo", kind="demo")


def work() -> bool:
    """Take the oldest file that waits, or whose worker died, and import it; whether there was one."""
    with db.writing() as session:
        place = _claim(session)
        if place is None:
            return False
        session.expunge(place)
    assert place.id is not None
    tell = _Teller(place.id)
    tell(0.0, "Начинаю")
    try:
        if place.kind == "demo":
            _load_demo(place, tell)
        else:
            _import(place, tell)
    except FileAsks as asks:
        _fail(place.id, str(asks), asks.as_json())
    except LoyaltyError as error:
        _fail(place.id, str(error))
    except Exception:  # whatever it was, the files behind this one must not wait for it
        _fail(place.id, "Программа не справилась с этим файлом и записала причину в журнал worker.log")
        raise
    finally:
        tell.close()
    return True


def _fail(import_id: int, problem: str, asked: dict[str, Any] | None = None) -> None:
    with db.writing() as session:
        failed = session.get_one(Import, import_id)
        if failed.status != "done":
            failed.status, failed.problem, failed.finished_at = "failed", problem, settings.utc_now()
            failed.report = asked or failed.report


def answer(session: Session, import_id: int, value: Any) -> int:
    """Queue a file again with the answer to its question, remembered for files of its shape; the new place's id."""
    asked = session.get_one(Import, import_id)
    kept = asked.report or {}
    if "question" not in kept:
        raise Refused("На этот вопрос уже ответили")
    if asked.path is None or not Path(asked.path).exists():
        raise Refused("Файла здесь больше нет. Загрузите его на этом экране ещё раз")
    mapping = answered(Mapping(**kept["mapping"]), kept["question"]["key"], value)
    remember(session, kept["shape"], mapping)
    said = [choice["words"] for choice in kept["question"]["choices"] if choice["value"] == value]
    asked.problem, asked.report = kept["question"]["words"], {"answer": said[0] if said else str(value)}
    return add(session, Path(asked.path), asked.file_name, asked.origin, mapping=mapping)


def _claim(session: Session) -> Import | None:
    i = imports.c
    for id_, status in session.connection().execute(
        select(i.id, i.status).where(i.status.in_(("queued", "running"))).order_by(i.id)
    ):
        if status == "running" and not _silent(id_):
            continue
        mine = update(imports).where(i.id == id_, i.status == status).values(status="running")
        if session.connection().execute(mine).rowcount:
            _Teller(id_)(0.0, "Начинаю")
            return session.get_one(Import, id_)
    return None


def _import(place: Import, tell: "_Teller") -> None:
    said = (place.report or {}).get("mapping")
    if place.path is None or not Path(place.path).exists():
        raise LoyaltyError("Файл пропал раньше, чем до него дошла очередь. Загрузите его ещё раз")
    import_file(
        Path(place.path),
        kind=place.kind,
        mapping=Mapping(**said) if said else None,
        name=place.file_name,
        origin=place.origin,
        import_id=place.id,
        progress=tell,
    )


def _load_demo(place: Import, tell: "_Teller") -> None:
    with db.writing() as session:
        load(session, int(place.file_name), progress=tell)
        session.delete(session.get_one(Import, place.id))
    refreshing.after_import()


def progress(import_id: int) -> Stage | None:
    """How far a running import is; None when it is not running."""
    try:
        said = json.loads(_path(import_id).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Stage(min(max(said["fraction"], 0.0), 1.0), said["words"])


def _silent(import_id: int) -> bool:
    try:
        return time.time() - _path(import_id).stat().st_mtime > SILENT_S
    except OSError:
        return True


def _path(import_id: int) -> Path:
    return settings.files_dir() / "progress" / f"{import_id}.json"


class _Teller:
    """Leaves progress in a small file: the database is taken by the import itself."""

    def __init__(self, import_id: int) -> None:
        self.path, self.told_at = _path(import_id), 0.0
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, fraction: float, words: str) -> None:
        if time.monotonic() - self.told_at < TELL_EVERY_S:
            return
        self.told_at = time.monotonic()
        spare = self.path.with_suffix(".new")
        spare.write_text(json.dumps({"fraction": fraction, "words": words}), encoding="utf-8")
        os.replace(spare, self.path)

    def close(self) -> None:
        self.path.unlink(missing_ok=True)
