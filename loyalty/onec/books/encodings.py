"""Which encoding a text is in: by its mark, by its zeros, by being UTF-8, else by which letters come out of it."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from loyalty.errors import UnreadableFile

ROW_BYTES_LIMIT = 1 << 20  # also the size of a chunk: a chunk without a line end is an over-long row
SAMPLE_LINES = 50
_SAMPLE_BYTES = 1 << 18
_DOUBT_LETTERS = 20  # that were valid UTF-8: after so many the file is of no other encoding
_ONE_BYTE = ("cp1251", "cp866", "mac_cyrillic")

_LETTERS = re.compile("[А-Яа-яЁё№«»–—…₽°\u00a0]+")
_ODD_CASE = re.compile("[а-яё][А-ЯЁ]")
_FULL_LINES = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")

Known = Callable[[list[str]], int]
"""How many labels of a row mean something."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What reading a text through tells: Python's name of its encoding, whether it has quotes, and marks within."""

    encoding: str
    has_quotes: bool
    has_marks: bool


def scan(path: Path, asked: str | None, known: Known) -> Scanned:
    """Reads the file through; raises UnreadableFile for what is no text."""
    with path.open("rb") as file:
        encoding = asked or _by_mark(file.read(4096))
    found = _through(path, encoding or "utf-8", sure=encoding is not None)
    if found is None:
        encoding = _by_letters(path, known)
        found = _through(path, encoding, sure=True)
        assert found is not None
    return found


def _through(path: Path, encoding: str, sure: bool) -> Scanned | None:
    """None when the text may be of another encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    has_quotes = has_marks = False
    beyond_ascii = 0
    with path.open("rb") as file:
        while chunk := file.read(ROW_BYTES_LIMIT):
            if len(chunk) == ROW_BYTES_LIMIT and b"\n" not in chunk and b"\r" not in chunk:
                raise UnreadableFile("В файле есть строка длиннее мегабайта: это не выгрузка из 1С.")
            has_quotes = has_quotes or b'"' in chunk
            if not encoding.startswith("utf-16") and b"\x00" in chunk:
                raise UnreadableFile(
                    "В файле есть нулевые байты: это не текст, или файл повреждён. Выгрузите его из 1С ещё раз."
                )
            try:
                text = decoder.decode(chunk, final=len(chunk) < ROW_BYTES_LIMIT)
            except UnicodeError as error:
                at = error.start if isinstance(error, UnicodeDecodeError) else 0
                beyond_ascii += sum(byte >= 0xC0 for byte in chunk[:at])
                if sure or beyond_ascii > _DOUBT_LETTERS:
                    raise UnreadableFile(
                        "Текст файла повреждён: часть букв не читается. Выгрузите его из 1С ещё раз."
                    ) from error
                return None
            has_marks = has_marks or "\ufeff" in text
            beyond_ascii += len(chunk) - len(text)
    return Scanned(encoding, has_quotes, has_marks)


def _by_mark(head: bytes) -> str | None:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        upper = head[first::2]
        if half and b"\x00" in head and upper.count(0) + upper.count(4) > half * 0.8:  # Latin and Cyrillic pages
            return encoding
    return None


def _by_letters(path: Path, known: Known) -> str:
    """windows-1251, DOS or Mac: where more headers are known, else where fewer signs are no letters of Russian."""
    sample = b"\n".join(_lines_beyond_ascii(path))
    best, best_score = _ONE_BYTE[0], (-1, 0)
    for encoding in _ONE_BYTE:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]
        score = (max(known(line.split(delimiter)) for line in lines for delimiter in ";\t,"), -_oddity(text))
        if score > best_score:
            best, best_score = encoding, score
    return best


def _oddity(text: str) -> int:
    """How much in the text is not of Russian writing."""
    words = re.sub(r"[\x00-\x7f]+", " ", text)
    return len(_LETTERS.sub("", words).replace(" ", "")) + len(_ODD_CASE.findall(words))


def _lines_beyond_ascii(path: Path) -> Iterator[bytes]:
    """Lines that an encoding makes a difference to, some hundred kilobytes of them; they may stand far down."""
    left = _SAMPLE_BYTES
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(ROW_BYTES_LIMIT)):
            for line in _FULL_LINES.findall(chunk):
                yield line
                left -= len(line)
                if left <= 0:
                    break


def lines(path: Path, scanned: Scanned) -> Iterator[str]:
    """The text's lines with their ends."""
    with path.open(encoding=scanned.encoding, newline="") as file:
        yield from without_marks(file) if scanned.has_marks else file


def sample(path: Path, scanned: Scanned) -> list[str]:
    """The first lines that are not blank."""
    return [line for line in islice(lines(path, scanned), SAMPLE_LINES) if line.strip()]


def without_marks(text: Iterable[str]) -> Iterator[str]:
    """Lines without byte order marks, which `copy a.csv+b.csv` leaves where the second file begins.

    Where the first file had no line end, its last line is parted from the header of the second.
    """
    first = ""
    for line in text:
        first = first or line.strip("\ufeff\r\n")
        before, mark, after = line.partition("\ufeff")
        if mark and before and after.strip("\r\n") == first:
            yield before + "\r\n"
            yield after
        else:
            yield line.replace("\ufeff", "") if mark else line
