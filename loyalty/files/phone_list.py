"""A file of phones: which column has them, whose they are, and why a row is nobody's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import db, wording
from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.errors import UnreadableFile
from loyalty.models import customers, identities
from loyalty.onec.books import sniff, texts
from loyalty.onec.books.sheets import RawRow, open_sheets
from loyalty.onec.columns import headers
from loyalty.segments.criteria.people import PHONES_MAX

LOOKED_AT = 500
"""Rows that say which column has the phones."""

NOBODY = "такого клиента нет"


class Unfound(NamedTuple):
    """A row of the file that is nobody's: its number, what stands there, why."""

    row: int
    written: str
    reason: str


@dataclass(frozen=True)
class PhoneList:
    """Phones of customers in the order of the file, rows that are nobody's, how many rows said one again."""

    found: tuple[str, ...]
    unfound: tuple[Unfound, ...]
    repeated: int


def read(session: Session, path: Path) -> PhoneList:
    """Look everybody up; UnreadableFile where the file has no phones or is no table."""
    phones, unfound, repeated = _phones(path)
    if len(phones) > PHONES_MAX:
        raise UnreadableFile(
            f"В файле больше {wording.number(PHONES_MAX)} телефонов: разделите его на несколько списков."
        )
    known = _known(session, list(phones))
    found = tuple(phone for phone in phones if phone in known)
    strangers = [Unfound(row, wording.phone(phone), NOBODY) for phone, row in phones.items() if phone not in known]
    return PhoneList(found, tuple(sorted([*unfound, *strangers])), repeated)


def _phones(path: Path) -> tuple[dict[str, int], list[Unfound], int]:
    """Each phone with its first row; rows without a phone; how many rows repeat one."""
    column = _column(list(islice(_rows(path), LOOKED_AT)))
    if column is None:
        raise UnreadableFile(
            f"В файле «{path.name}» не нашлось телефонов. Нужна колонка с номерами вида +7 916 123-45-67."
        )
    phones, unfound, repeated = dict[str, int](), list[Unfound](), 0
    for number, cells, _ in _rows(path):
        written = cells[column].strip() if column < len(cells) else ""
        try:
            phone = normalise_phone(written)
        except BadPhone as bad:
            if phones or any(letter.isdigit() for letter in written):  # else it is the heading
                unfound.append(Unfound(number, written, str(bad)))
            continue
        if phone is None:
            if phones and any(cells):
                unfound.append(Unfound(number, "", "телефона нет"))
        elif phone in phones:
            repeated += 1
        else:
            phones[phone] = number
    return phones, unfound, repeated


def _rows(path: Path) -> Iterator[RawRow]:
    """Rows of the first sheet that has any."""
    kind = sniff.file_type(path)
    text = texts.text_format(path, None, None, headers.known_count) if kind == "text" else None
    for sheet in open_sheets(path, kind, text):
        rows = sheet.rows()
        first = next(rows, None)
        if first is not None:
            yield first
            yield from rows
            return


def _column(rows: Sequence[RawRow]) -> int | None:
    """The column with the most phones, the leftmost of equals."""
    counts = Counter(at for _, cells, _ in rows for at, cell in enumerate(cells) if _is_phone(cell))
    return min(counts, key=lambda at: (-counts[at], at)) if counts else None


def _is_phone(written: str) -> bool:
    try:
        return normalise_phone(written) is not None
    except BadPhone:
        return False


def _known(session: Session, phones: Sequence[str]) -> set[str]:
    """Phones that are somebody's now, as the criterion `phones` takes them."""
    c, i = customers.c, identities.c
    hers = select(c.phone).where(db.among(session, c.phone, phones))
    now = (i.kind == "phone", i.ended_act_id.is_(None), i.until.is_(None))
    known = select(i.value).where(*now, db.among(session, i.value, phones))
    return {phone for (phone,) in session.connection().execute(hers.union(known)) if phone}
