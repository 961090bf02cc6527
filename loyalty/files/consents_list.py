"""A file of consents and refusals: each row somebody's word, with its day, text, place and proof (contract.md)."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlmodel import Session

from loyalty import settings
from loyalty.acts import Act
from loyalty.customers import consent_texts, consents, suppression
from loyalty.customers.consents import EMAIL, FILE, SMS
from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.errors import UnreadableFile
from loyalty.messages.consent.replies import with_address
from loyalty.models import consents as told
from loyalty.models import customers, identities
from loyalty.models.people import joined_root
from loyalty.onec.books import sniff, texts
from loyalty.onec.books.sheets import open_sheets
from loyalty.onec.columns import headers
from loyalty.onec.columns.cells import Bad, clean_text
from loyalty.onec.columns.dates import date_parser
from loyalty.onec.columns.values import parse_flag

COLUMNS = {
    "code": "Код клиента", "phone": "Телефон", "said": "Согласие", "text": "Текст", "at": "Когда", "place": "Где",
    "proof": "Подтверждение", "channel": "Канал",
}  # fmt: skip
CHANNELS = {
    "": (SMS, EMAIL), "sms": (SMS,), "смс": (SMS,), "телефон": (SMS,), "почта": (EMAIL,), "email": (EMAIL,),
    "e-mail": (EMAIL,),
}  # fmt: skip
"""A word that names no channel is of all of them, as a refusal on the command line is."""
LETTERS_MAX = 500
HEADER_ROWS = 20


class Rejected(NamedTuple):
    """A row that was not taken, as it stands in the file."""

    row: int
    cells: Sequence[str]
    reason: str


@dataclass
class Report:
    """What became of the rows: rows = imported + unchanged + rejected.

    `outweighed` are consents that were taken, and a later refusal holds.
    """

    file: str
    labels: Sequence[str] = ()
    rows: int = 0
    imported: int = 0
    unchanged: int = 0
    outweighed: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_file: Path | None = None


class _Bad(Exception):
    """Why a row can't be taken."""


class _Word(NamedTuple):
    """What a row says; `at` is UTC, None where a refusal has no day."""

    code: str
    phone: str | None
    is_given: bool
    channels: Sequence[str]
    text: str
    at: datetime | None
    place: str
    proof: str


def take(session: Session, path: Path, act: Act) -> Report:
    """Take every row that can be; the others are in «<file>.rejected.csv» with the reason. UnreadableFile."""
    report, taking = Report(path.name), _Taking(session, act, path.name)
    for number, cells, row in _rows(path, report):
        report.rows += 1
        try:
            word = taking.read(row)
            changed, outweighed = taking.take(word)
        except _Bad as why:
            report.rejected.append(Rejected(number, cells, str(why)))
            continue
        report.imported += changed
        report.unchanged += not changed
        report.outweighed += outweighed
    if report.rejected:
        report.rejected_file = _leave(path, report)
    return report


def _rows(path: Path, report: Report) -> Iterator[tuple[int, list[str], Mapping[str, str]]]:
    """Rows below the header, with their number, as they stand and by column."""
    kind = sniff.file_type(path)
    text = texts.text_format(path, None, None, headers.known_count) if kind == "text" else None
    known: dict[str, int] = {}
    for number, cells, _ in open_sheets(path, kind, text)[0].rows():
        if not any(cell.strip() for cell in cells):
            continue
        if not known:
            known = _header(cells)
            if not known and number > HEADER_ROWS:
                break
            report.labels = list(cells)
            continue
        yield (
            number,
            list(cells),
            {name: clean_text(cells[at]) if at < len(cells) else "" for name, at in known.items()},
        )
    if not known:
        wanted = "; ".join(list(COLUMNS.values())[:-1])
        raise UnreadableFile(f"В файле «{path.name}» не нашлось нужных колонок: {wanted}")


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Where each column is; nothing where this is no header of such a file."""
    names = {headers.normalised(label): name for name, label in COLUMNS.items()}
    spelt = [[*headers.spellings(cell)] for cell in cells]
    found = {names[one]: at for at, some in reversed(list(enumerate(spelt))) for one in some if one in names}
    return found if "said" in found and ("code" in found or "phone" in found) else {}


class _Taking:
    """Rows of one file, one after another."""

    def __init__(self, session: Session, act: Act, file: str) -> None:
        self.session, self.act, self.file = session, act, file
        self.zone = ZoneInfo(settings.timezone(session))
        self.now = settings.now(self.zone.key)
        self._day = date_parser(zone=self.zone.key)

    def read(self, row: Mapping[str, str]) -> _Word:
        """What a row says; _Bad where that is not clear."""
        said = parse_flag(row["said"])
        if not isinstance(said, bool):
            raise _Bad("в колонке «Согласие» ожидалось «Да» или «Нет»")
        channels = CHANNELS.get(row.get("channel", "").casefold())
        if channels is None:
            raise _Bad(f"канал «{row['channel']}» непонятен: бывают SMS и почта")
        try:
            phone = normalise_phone(row.get("phone", ""))
        except BadPhone as bad:
            raise _Bad(str(bad)) from None
        code = row.get("code", "")
        if not (code or phone):
            raise _Bad("нет ни кода, ни телефона: клиента не узнать")
        if long := next((COLUMNS[name] for name, text in row.items() if len(text) > LETTERS_MAX), ""):
            raise _Bad(f"в колонке «{long}» больше {LETTERS_MAX} знаков")
        at = self._moment(row.get("at", ""), said)
        return _Word(
            code, phone, said, channels, row.get("text", ""), at, row.get("place", ""), row.get("proof", "")
        )

    def _moment(self, text: str, said: bool) -> datetime | None:
        when = self._day(text)
        if isinstance(when, Bad):
            raise _Bad(f"«Когда» — {when.reason}")
        if when is None:
            if said:
                raise _Bad("не сказано, когда дано согласие")
            return None
        at = when.replace(tzinfo=self.zone)
        if when.time() == time():
            at = consents.day_of_word(self.session, when.date(), is_given=said)
        if at > self.now:
            raise _Bad("этот день ещё не настал")
        return at

    def take(self, word: _Word) -> tuple[bool, bool]:
        """Write it down for everybody whom the row means; whether that is new, and a later refusal outweighs."""
        whom = self._whom(word)
        if not whom:
            if word.is_given or not word.phone or SMS not in word.channels:
                raise _Bad("такого клиента нет")
            fresh = not suppression.among(self.session, [word.phone])
            suppression.suppress(self.session, word.phone, word.at or self.now, FILE)
            return fresh, False
        if word.is_given and word.code and word.phone and not self._is_known_by(whom, word.phone):
            raise _Bad("у клиента с этим кодом другой телефон: согласие не его")
        changed = [self._say(id_, word, channel) for id_ in whom for channel in word.channels]
        self.session.flush()
        holds = [consents.latest(self.session, whom, channel) for channel in word.channels]
        return any(changed), word.is_given and not all(all(one.values()) for one in holds)

    def _whom(self, word: _Word) -> list[int]:
        """By the code, else everybody of the phone."""
        if word.code:
            c, i = customers.c, identities.c
            query = select(joined_root).join(identities, i.customer_id == c.id)
            coded = query.where(i.kind == "code", i.value == word.code).distinct()
            return list(self.session.connection().scalars(coded))
        return with_address(self.session, SMS, word.phone or "")

    def _is_known_by(self, whom: Sequence[int], phone: str) -> bool:
        """Whether one of these has, or had, this phone; or has none yet, so that it may be hers."""
        c, i = customers.c, identities.c
        query = select(c.id).outerjoin(identities, (i.customer_id == c.id) & (i.kind == "phone"))
        query = query.where(joined_root.in_(whom), or_(c.phone.is_(None), c.phone == phone, i.value == phone))
        return self.session.connection().scalar(query.limit(1)) is not None

    def _say(self, id_: int, word: _Word, channel: str) -> bool:
        place = ", ".join(filter(None, (word.place, f"файл «{self.file}»")))
        if word.at is None:
            return bool(
                consents.refuse(self.session, id_, self.act, method=FILE, channels=[channel], place=place,
                                proof=word.proof)
            )  # fmt: skip
        k = told.c
        same = select(k.id).where(k.customer_id == id_, k.channel == channel, k.is_given.is_(word.is_given))
        if self.session.connection().scalar(same.where(k.at == word.at)) is not None:
            return False
        version = consent_texts.called(self.session, channel, word.text) if word.text else None
        consents.say(
            self.session, id_, is_given=word.is_given, at=word.at, act=self.act, channel=channel,
            wording=word.text, place=place, proof=word.proof, method=FILE, text_id=version.id if version else None,
        )  # fmt: skip
        if not word.is_given:
            consents.bar_address(self.session, id_, channel, word.at, FILE)
        return True


def _leave(path: Path, report: Report) -> Path:
    """The rejected rows beside the file, ready to be mended and taken again."""
    place = path.with_name(f"{path.name}.rejected.csv")
    keep = len(report.labels) - (report.labels[-1:] == [headers.REASON])
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([*report.labels[:keep], headers.REASON])
        for row in report.rejected:
            writer.writerow([*([*row.cells] + [""] * keep)[:keep], row.reason])
    return place
