"""What a file really is, by its bytes, or one sentence of refusal."""

import re
import zipfile
from pathlib import Path

from loyalty.errors import UnreadableFile
from loyalty.onec.books.package import plain
from loyalty.onec.books.torn import locked

UNPACKED_LIMIT = 6 << 30  # 1,048,576 rows of 40 columns unpack to about 3 GB
RATIO_LIMIT = 250  # real sheets compress 8 to 40 times, a bomb about 1,000

SAVE_AS = "Сохраните отчёт в 1С как «Лист Excel2007 (*.xlsx)» или CSV и загрузите снова."
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

_COMMENTS = re.compile(r"^(?:\s*<!--.*?(?:-->|\Z))+", re.DOTALL)
_WEB_PAGE = re.compile(
    r"<(?:!doctype|!\[|/?[a-z][a-z0-9]*[\s>/:])|mime-version:|content-type:\s*(?:text/html|multipart/)"
)
_BOOKS = (("xlsx", r"xl/workbook\w*\.xml"), ("xlsb", r"xl/workbook\.bin"), ("ods", r"content\.xml"))


def file_type(path: Path) -> str:
    """«xlsx», «xlsb», «ods», «xls» or «text» by the first bytes; raises UnreadableFile for everything else."""
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
        return _check_workbook(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _check_old_workbook(path)
        return "xls"
    _refuse_markup(head)
    return "text"


def _refuse_foreign(head: bytes) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableFile(f"Это {what}, а не таблица. {SAVE_AS}")
    for magic, what in _BINARY:  # letters that a text may begin with too: zero bytes settle it
        if head.startswith(magic) and b"\x00" in head:
            raise UnreadableFile(f"Это {what}, а не таблица. {SAVE_AS}")


def _refuse_markup(head: bytes) -> None:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    text = _COMMENTS.sub("", text.lstrip("\ufeff")).lstrip().lower()
    if text.startswith("<") and ("office:spreadsheet" in text or "<workbook" in text):
        raise UnreadableFile(f"Это таблица в старом формате XML. {SAVE_AS}")
    if _WEB_PAGE.match(text) or (text.startswith("<?xml") and "<html" in text):
        raise UnreadableFile(f"Это веб-страница, а не таблица. {SAVE_AS}")
    if text.startswith(("<?xml", "<коммерческаяинформация")):
        raise UnreadableFile(
            "Это обмен с сайтом в формате XML: розничных чеков в нём нет. "
            "Выгрузите из 1С список чеков с товарами в XLSX или CSV."
        )


def _check_workbook(path: Path) -> str:
    """«xlsx», «xlsb» or «ods»; refuses, before unpacking, a zip that is torn, a bomb, locked, or no book."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"Файл «{path.name}» повреждён или скачан не до конца. Сохраните его из 1С ещё раз."
        ) from error
    names = {plain(entry.filename) for entry in entries}
    found = next((kind for kind, part in _BOOKS if any(re.fullmatch(part, name) for name in names)), None)
    if found is None:
        if any(name.startswith("word/") for name in names):
            raise UnreadableFile(f"Это документ Word, а не таблица. {SAVE_AS}")
        raise UnreadableFile("Это архив ZIP, а не таблица. Распакуйте его и загрузите сам файл выгрузки.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise locked()
    packed = max(1, sum(entry.compress_size for entry in entries))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or (unpacked > 32 << 20 and unpacked > packed * RATIO_LIMIT):
        raise UnreadableFile(
            f"Файл «{path.name}» при распаковке разрастается до {max(1, unpacked >> 20)} МБ: "
            "это не похоже на выгрузку из 1С, и открывать его опасно."
        )
    return found


def _check_old_workbook(path: Path) -> None:
    with path.open("rb") as file:
        content = file.read(64 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise locked()
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableFile(f"Это документ Word, а не таблица. {SAVE_AS}")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnreadableFile(f"Файл «{path.name}» повреждён или это не книга Excel. {SAVE_AS}")
