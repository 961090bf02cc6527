"""What a file really is, by its bytes: type, encoding, delimiter and quoting, or one sentence of refusal."""

import codecs
import csv
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from loyalty.errors import UnreadableFile

COLUMNS_LIMIT = 512
ROW_BYTES_LIMIT = 1 << 20  # also the size of a chunk: a chunk without a line end is an over-long row
UNPACKED_LIMIT = 6 << 30  # 1,048,576 rows of 40 columns unpack to about 3 GB
RATIO_LIMIT = 250  # real sheets compress 8 to 40 times, a bomb about 1,000
SAMPLE_LINES = 50

_SAVE_AS = "Сохраните отчёт в 1С как «Лист Excel2007 (*.xlsx)» или CSV и загрузите снова."
_FOREIGN = (
    (b"\x89PNG", "картинка"),
    (b"\xff\xd8\xff", "картинка"),
    (b"GIF8", "картинка"),
    (b"II*\x00", "картинка"),
    (b"MM\x00*", "картинка"),
    (b"%PDF", "документ PDF"),
    (b"Rar!", "архив RAR"),
    (b"7z\xbc\xaf", "архив 7-Zip"),
    (b"\x1f\x8b", "архив GZ"),
    (b"{\\rtf", "документ RTF"),
    (b"SQLite format 3", "база данных"),
    (b"1CDBMSV", "база 1С целиком"),
)
_BINARY = ((b"MZ", "программа"), (b"BM", "картинка"), (b"RIFF", "картинка или звук"), (b"\x7fELF", "программа"))


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How to read a text file: Python's encoding name, delimiter, and whether quotes mean anything."""

    encoding: str
    delimiter: str
    quoted: bool


def file_type(path: Path) -> str:
    """«xlsx», «xls» or «text» by the first bytes; raises UnreadableFile for everything else."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UnreadableFile(
            f"Не удалось открыть файл «{path.name}»: он занят другой программой или недоступен."
        ) from error
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \r\n\t"):
        raise UnreadableFile(f"Файл «{path.name}» пуст. Выгрузите его из 1С ещё раз.")
    if path.suffix.lower() == ".mxl" or head.startswith(b"MOXCEL"):
        raise UnreadableFile(
            "Это таблица во внутреннем формате 1С (MXL). Откройте её в 1С и пересохраните как XLSX."
        )
    _refuse_foreign(head)
    if head.startswith(b"PK"):
        _check_workbook(path)
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _check_old_workbook(path)
        return "xls"
    _refuse_markup(head)
    return "text"


def _refuse_foreign(head: bytes) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableFile(f"Это {what}, а не таблица. {_SAVE_AS}")
    for magic, what in _BINARY:  # letters that a text may begin with too: zero bytes settle it
        if head.startswith(magic) and b"\x00" in head:
            raise UnreadableFile(f"Это {what}, а не таблица. {_SAVE_AS}")


def _refuse_markup(head: bytes) -> None:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    text = text.lstrip("\ufeff \r\n\t").lower()
    if text.startswith(("<?xml", "<коммерческаяинформация")):
        if "office:spreadsheet" in text or "<workbook" in text:
            raise UnreadableFile(f"Это таблица в старом формате XML. {_SAVE_AS}")
        raise UnreadableFile(
            "Это обмен с сайтом в формате XML: розничных чеков в нём нет. "
            "Выгрузите из 1С список чеков с товарами в XLSX или CSV."
        )
    if text.startswith(("<html", "<!doctype", "<table", "mime-version:")):
        raise UnreadableFile(f"Это веб-страница, а не таблица. {_SAVE_AS}")


def _check_workbook(path: Path) -> None:
    """Refuses, before anything is unpacked, a zip that is torn, a bomb, locked, or no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile(
            f"Файл «{path.name}» повреждён или скачан не до конца. Сохраните его из 1С ещё раз."
        ) from error
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.xml" not in names:
        if any(name.startswith("word/") for name in names):
            raise UnreadableFile(f"Это документ Word, а не таблица. {_SAVE_AS}")
        if "mimetype" in names and "content.xml" in names:
            raise UnreadableFile("Это таблица OpenDocument. Пересохраните её как XLSX и загрузите снова.")
        if "xl/workbook.bin" in names:
            raise UnreadableFile("Это двоичная книга Excel (XLSB). Пересохраните её как XLSX.")
        raise UnreadableFile("Это архив ZIP, а не таблица. Распакуйте его и загрузите сам файл выгрузки.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("Книга защищена паролем. Снимите пароль в Excel и загрузите её снова.")
    packed = max(1, sum(entry.compress_size for entry in entries))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or (unpacked > 32 << 20 and unpacked > packed * RATIO_LIMIT):
        raise UnreadableFile(
            f"Файл «{path.name}» при распаковке разрастается до {max(1, unpacked >> 20)} МБ: "
            "это не похоже на выгрузку из 1С, и открывать его опасно."
        )


def _check_old_workbook(path: Path) -> None:
    with path.open("rb") as file:
        content = file.read(64 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("Книга защищена паролем. Снимите пароль в Excel и загрузите её снова.")
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableFile(f"Это документ Word, а не таблица. {_SAVE_AS}")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnreadableFile(f"Файл «{path.name}» повреждён или это не книга Excel. {_SAVE_AS}")


def text_format(
    path: Path, encoding: str | None, delimiter: str | None, known: Callable[[list[str]], int]
) -> TextFormat:
    """Encoding, delimiter and quoting of a text; `known` counts the labels of a row that mean something."""
    encoding, has_quotes = _scan(path, encoding)
    delimiter = delimiter or _delimiter(path, encoding, known)
    quoted = not has_quotes or _quotes_hold(path, encoding, delimiter)
    return TextFormat(encoding, delimiter, quoted)


def _scan(path: Path, asked: str | None) -> tuple[str, bool]:
    """Reads the file through once: its encoding, and whether it has a quote anywhere."""
    with path.open("rb") as file:
        head = file.read(4096)
        encoding = asked or _by_mark(head)
        decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
        file.seek(0)
        has_quotes = False
        beyond_ascii = 0  # letters that were valid UTF-8: after a few the file can't be windows-1251
        while chunk := file.read(ROW_BYTES_LIMIT):
            if len(chunk) == ROW_BYTES_LIMIT and b"\n" not in chunk and b"\r" not in chunk:
                raise UnreadableFile("В файле есть строка длиннее мегабайта: это не выгрузка из 1С.")
            has_quotes = has_quotes or b'"' in chunk
            if not (encoding or "").startswith("utf-16") and b"\x00" in chunk:
                raise UnreadableFile(f"В файле есть нулевые байты: это не текст, или файл повреждён. {_SAVE_AS}")
            try:
                text = decoder.decode(chunk, final=len(chunk) < ROW_BYTES_LIMIT)
            except UnicodeError as error:
                at = error.start if isinstance(error, UnicodeDecodeError) else 0
                beyond_ascii += sum(byte >= 0xC0 for byte in chunk[:at])
                if encoding is not None or beyond_ascii > 20:
                    raise UnreadableFile(
                        "Текст файла повреждён: часть букв не читается. Выгрузите его из 1С ещё раз."
                    ) from error
                return _scan(path, "cp1251")
            beyond_ascii += len(chunk) - len(text)
    return encoding or "utf-8", has_quotes


def _by_mark(head: bytes) -> str | None:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    if half and head[1::2].count(0) + head[1::2].count(4) > half * 0.8:  # Latin and Cyrillic pages
        return "utf-16-le" if b"\x00" in head else None
    return None


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        yield from file


def _delimiter(path: Path, encoding: str, known: Callable[[list[str]], int]) -> str:
    """«;», tab or «,»: the one under which labels are known, else the most stable count of columns."""
    sample = [line for line in islice(_lines(path, encoding), SAMPLE_LINES) if line.strip()]
    best, best_score = ";", (0, 0.0)
    for candidate in ";\t,":
        try:
            rows = [row for row in csv.reader(sample, delimiter=candidate) if any(row)]
        except csv.Error:  # under this one a cell would be longer than any cell is
            continue
        counts = Counter(len(row) for row in rows if len(row) > 1)
        if not counts:
            continue
        stable = counts.most_common(1)[0][1] / len(rows)
        score = (max(known(row) for row in rows), stable)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _quotes_hold(path: Path, encoding: str, delimiter: str) -> bool:
    """Whether quotes are quotes, not letters of «"Ромашка», which would swallow the lines up to the next quote."""
    try:
        quoted, records = _broken(path, encoding, delimiter, True)
    except csv.Error:  # an unclosed quote swallowed the rest of the file
        return False
    try:
        letters, lines = _broken(path, encoding, delimiter, False)
    except csv.Error:
        return True
    return quoted < letters or (quoted == letters and records == lines)


def _broken(path: Path, encoding: str, delimiter: str, quoted: bool) -> tuple[int, int]:
    """How many rows are not as wide as most of the first ones, and how many rows there are."""
    sample = islice(records(_lines(path, encoding), delimiter, quoted), 200)
    widths = Counter(len(row) for row in sample if len(row) > 1)
    expected = widths.most_common(1)[0][0] if widths else 1
    broken = count = 0
    for row in records(_lines(path, encoding), delimiter, quoted):
        count += 1
        broken += bool(row) and len(row) != expected
    return broken, count


def records(lines: Iterator[str] | IO[str], delimiter: str, quoted: bool) -> Iterator[list[str]]:
    """Rows of a text as lists of cells."""
    return iter(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE))
