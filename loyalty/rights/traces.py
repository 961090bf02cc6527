"""Where else a person may have left her name: reports of files, lists of phones, files that lie here."""

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from loyalty import settings
from loyalty.customers.names import folded, parts_of
from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.customers.suppression import hasher
from loyalty.identity.registering import CARD, CODE, PHONE
from loyalty.models import forgotten, imports, segments
from loyalty.segments import tree as trees

if TYPE_CHECKING:
    from loyalty.rights.erasing import Hers

STRUCK = "…"
DIGITS_MIN = 6  # of a card or a code that is looked for in free text: a shorter one is in any number


class Tells:
    """Whether a text tells who she is: her phone however it is written, her card, code, e-mail or name."""

    def __init__(self, hers: "Hers") -> None:
        self._phones = [phone[-10:] for phone in hers.of(PHONE)]
        self._signs = [
            folded(value) for kind in (CARD, CODE) for value in hers.of(kind) if len(value) >= DIGITS_MIN
        ]
        self._signs += [folded(email) for email in hers.emails]
        self._names = [set(parts) for name in hers.names if len(parts := parts_of(name)) > 1]

    def __call__(self, text: str) -> bool:
        """True where it does."""
        low = folded(text)
        digits = re.sub(r"\D", "", text)
        if any(phone in digits for phone in self._phones) or any(sign in low for sign in self._signs):
            return True
        words = set(parts_of(text)) if self._names else set()
        return any(name <= words for name in self._names)


def forget(session: Session, hers: "Hers") -> Iterator[str]:
    """Strike her out of reports of files and of lists of phones; what it was, in words."""
    tells = Tells(hers)
    if count := _reports(session, tells):
        yield f"строки в отчётах о загруженных файлах ({count})"
    if count := _lists(session, set(hers.of(PHONE))):
        yield f"телефон в списках сегментов ({count})"


def _reports(session: Session, tells: Tells) -> int:
    i, count = imports.c, 0
    for id_, report, problem in session.connection().execute(select(i.id, i.report, i.problem)).all():
        left = _struck(report, tells)
        why = STRUCK if problem and tells(problem) else problem
        if (left, why) != (report, problem):
            changed = update(imports).where(i.id == id_).values(report=left, problem=why)
            session.connection().execute(changed)
            count += 1
    return count


def _struck(said: Any, tells: Tells) -> Any:
    """The same JSON without the texts that tell."""
    if isinstance(said, str):
        return STRUCK if tells(said) else said
    if isinstance(said, dict):
        return {key: _struck(value, tells) for key, value in said.items()}
    return [_struck(one, tells) for one in said] if isinstance(said, list) else said


def _lists(session: Session, phones: set[str]) -> int:
    """Fixed lists of phones that segments have."""
    s, count = segments.c, 0
    has_list: ColumnElement[bool] = s.question.contains('"phones"')
    for id_, question in session.connection().execute(select(s.id, s.question).where(has_list)).all():
        left = _without(json.loads(question), phones)
        if left != json.loads(question):
            written = trees.key(trees.parse(left))
            session.connection().execute(update(segments).where(s.id == id_).values(question=written))
            count += 1
    return count


def _without(node: Any, phones: set[str]) -> Any:
    if isinstance(node, dict):
        return {
            key: [one for one in value if one not in phones] if node.get("is") == "phones" and key == "list"
            else _without(value, phones)
            for key, value in node.items()
        }  # fmt: skip
    return [_without(one, phones) for one in node] if isinstance(node, list) else node


def strike_files(session: Session) -> None:
    """Rows of whom was forgotten leave the files of rejected rows that lie among the product's own."""
    key = hasher(session)
    gone = set(session.connection().scalars(select(forgotten.c.hash)))

    def tells(cell: str) -> bool:
        value = cell.strip()
        phone = with_phone(value)
        return key(CARD, value) in gone or key(CODE, value) in gone or bool(phone and key(PHONE, phone) in gone)

    for path in sorted((settings.files_dir() / "rejected").glob("*.csv")):
        rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
        left = [row for row in rows if not any(map(tells, row))]
        if left != rows:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(left)


def with_phone(text: str) -> str | None:
    """A phone, if the text is one."""
    try:
        return normalise_phone(text)
    except BadPhone:
        return None
