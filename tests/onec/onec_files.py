"""Makes files as 1C writes them, for tests of everything that reads them; all people and goods are invented."""

import csv
import re
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment

SALES_HEADER = (
    "Дата", "Номер", "Вид", "Документ продажи", "Магазин", "Место продажи", "Кассир", "Код клиента", "Клиент",
    "Телефон", "Карта", "Артикул", "Номенклатура", "Группа", "Количество", "Цена", "Скидка", "Сумма", "Бонусы",
    "Способ оплаты",
)  # fmt: skip
CUSTOMERS_HEADER = (
    "Код клиента", "Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Телефон", "Email", "Город", "Улица",
    "Дом", "Карта", "Дата регистрации", "Комментарий", "Согласие",
)  # fmt: skip
USUAL = {
    "Дата": "05.03.2026 10:00:00", "Номер": "000001", "Магазин": "Шоурум", "Место продажи": "Шоурум",
    "Кассир": "Петрова Ольга", "Код клиента": "00-00012", "Клиент": "Иванова Анна", "Телефон": "+7 (916) 123-45-67",
    "Карта": "2000000000012", "Артикул": "A1", "Номенклатура": "Платье летнее", "Группа": "Платья",
    "Количество": "1",
    "Цена": "1 000,00", "Скидка": "0", "Сумма": "1 000,00", "Бонусы": "0", "Способ оплаты": "Карта",
}  # fmt: skip

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRINGS = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"

Row = Sequence[Any]


def sale_row(header: Sequence[str] = SALES_HEADER, **changes: Any) -> list[Any]:
    """A line of a usual sale; keywords name columns, spaces as underscores: Код_клиента."""
    values = USUAL | {name.replace("_", " "): value for name, value in changes.items()}
    return [values.get(name, "") for name in header]


def text_file(
    path: Path,
    rows: Iterable[Row],
    header: Row | None = SALES_HEADER,
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ";",
    above: Iterable[Row] = (),
) -> Path:
    """A delimited text, quoted where needed, with title lines above the header."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows(above)
        if header is not None:
            writer.writerow(header)
        writer.writerows(rows)
    return path


def xlsx_file(
    path: Path,
    rows: Iterable[Row],
    header: Row | None = SALES_HEADER,
    *,
    header_row: int = 1,
    levels: Sequence[int] = (),
    indents: Sequence[int] = (),
    sheet: str = "Лист_1",
    first_sheet: Iterable[Row] | None = None,
) -> Path:
    """A workbook; `levels` and `indents` belong to the rows below the header."""
    book = Workbook()
    table = book.active
    if first_sheet is not None:
        table.title = "Обложка"
        for row in first_sheet:
            table.append(list(row))
        table = book.create_sheet(sheet)
    table.title = sheet
    for number in range(1, header_row):
        table.cell(number, 1, "Период: 01.06.2026 - 30.06.2026" if number == 2 else "Отчёт по продажам")
    below = header_row
    for place, row in enumerate([*([header] if header is not None else []), *rows]):
        for column, value in enumerate(row, 1):
            if value not in ("", None):
                table.cell(below + place, column, value)
    first = below + (header is not None)
    for place, level in enumerate(levels):
        table.row_dimensions[first + place].outline_level = level
    for place, indent in enumerate(indents):
        table.cell(first + place, 1).alignment = Alignment(indent=indent)
    book.save(path)
    return path


def xls_file(path: Path, rows: Iterable[Row], header: Row = SALES_HEADER, levels: Sequence[int] = ()) -> Path:
    """An old XLS workbook."""
    book = xlwt.Workbook()
    table = book.add_sheet("TDSheet")
    for number, row in enumerate([header, *rows]):
        for column, value in enumerate(row):
            if value not in ("", None):
                table.write(number, column, value)
    for place, level in enumerate(levels, 1):
        table.row(place).level = level
    book.save(str(path))
    return path


def zip_parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook, by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_zip(path: Path, parts: dict[str, bytes]) -> Path:
    """A workbook, or anything else, of those parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def share_strings(path: Path, part: str = "xl/sharedStrings.xml") -> Path:
    """Moves a workbook's texts into shared strings, as 1C does; some versions name the part SharedStrings.xml."""
    parts = zip_parts(path)
    texts: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        texts.append(match[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = re.sub(rb't="inlineStr"><is><t[^>]*>(.*?)</t></is>', shared, parts[name], flags=re.DOTALL)
    strings = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    parts[part] = b'\xef\xbb\xbf<sst xmlns="%s" count="%d" uniqueCount="%d">%s</sst>' % (
        _MAIN, len(texts), len(texts), strings,
    )  # fmt: skip
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % _STRINGS
    )
    return write_zip(path, parts)


def bomb(path: Path, megabytes: int = 64) -> Path:
    """A small workbook that unpacks to megabytes of nothing."""
    xlsx_file(path, [sale_row()])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(megabytes << 20))
    return path


GROUPED_HEADER = ("Клиент", "Количество", "Сумма")
GROUPED_ROWS = (  # (level, row): customer, receipt, item
    (0, ("Регистратор",)),
    (0, ("Номенклатура",)),
    (0, ("Иванова Анна, 00-00012", 3, 3000)),
    (1, ("Чек ККМ 0001 от 05.03.2026 10:00:00", 2, 2500)),
    (2, ("Платье летнее, ", 1, 2000)),
    (2, ("Ремень", 1, 500)),
    (1, ("Чек ККМ 0002 от 06.03.2026 9:00:00", 1, 500)),
    (2, ("Ремень", 1, 500)),
    (0, ("Петрова Ольга, 00-00013", 1, 700)),
    (1, ("Чек ККМ 0003 от 07.03.2026 9:30:00", 1, 700)),
    (2, ("Шарф", 1, 700)),
    (0, ("Итого", 4, 3700)),
)
SUMMARY_ROWS = (
    ("ООО Ромашка", 257, 55448),
    ("Иванов Иван", 257, 55448),
    ("Пиво Балтика №3", 12, 2557),
    ("Итого", 90910, 18997284),
)


def many_sales(path: Path, receipts: int, lines: int = 3) -> Path:
    """A long flat file of distinct receipts."""
    rows = (
        sale_row(
            Номер=f"{receipt:09}", Дата=f"{1 + receipt % 28:02}.03.2026 10:{receipt % 60:02}:00",
            Код_клиента=f"{receipt % 5000:08}", Карта="", Телефон=f"+7916{receipt % 5000:07}", Артикул=f"A{line}",
        )
        for receipt in range(receipts)
        for line in range(lines)
    )  # fmt: skip
    return text_file(path, rows)


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>
<office:spreadsheet>%s</office:spreadsheet></office:body></office:document-content>"""
_ODS_ROW = (
    '<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-01-10T12:30:00">'
    '<text:p>10.01.26 12:30</text:p></table:table-cell><table:table-cell office:value-type="string">'
    '<text:p>000001</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="299.6667">'
    "<text:p>299,67</text:p></table:table-cell></table:table-row>"
)


def ods_file(path: Path, tables: str = "") -> Path:
    """An OpenDocument table of those `<table:table>`s, as LibreOffice writes them."""
    tables = tables or f'<table:table table:name="Лист1">{_ODS_ROW * 40}</table:table>'
    return write_zip(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b'<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": (_ODS % tables).encode(),
        },
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    size = len(content)
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])
    return head + length + content


def _counted(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: Any, style: int) -> bytes:
    head = struct.pack("<II", column, style)
    if isinstance(value, str) and value.startswith("#"):
        return _record(3, head + b"\x2a")
    if isinstance(value, str):
        return _record(6, head + _counted(value))
    return _record(5, head + struct.pack("<d", value))


def xlsb_file(path: Path, rows: Iterable[Row], formats: Sequence[str] = ("General",)) -> Path:
    """A binary workbook; a cell is a value, or a value and the number of its format; texts with # are #N/A."""
    sheet = b""
    for number, row in enumerate(rows):
        sheet += _record(0, struct.pack("<IIHBBB", number, 0, 300, 0, number % 3, 0) + bytes(4))
        for column, value in enumerate(row):
            value, style = value if isinstance(value, tuple) else (value, 0)
            sheet += _xlsb_cell(column, value, style)
    used, count = struct.pack("<IIII", 0, 9, 0, 9), struct.pack("<I", len(formats))
    sheet = _record(129) + _record(148, used) + _record(145) + sheet + _record(146) + _record(130)
    styles = b"".join(_record(44, struct.pack("<H", 164 + n) + _counted(text)) for n, text in enumerate(formats))
    xfs = b"".join(_record(47, struct.pack("<HH", 0, 164 + n) + bytes(12)) for n in range(len(formats)))
    styles = (
        _record(278)
        + _record(615, count)
        + styles
        + _record(616)
        + _record(617, count)
        + xfs
        + _record(618)
        + _record(279)
    )
    book = _record(156, struct.pack("<II", 0, 1) + _counted("rId1") + _counted("Лист1"))
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{types}/worksheet" Target="worksheets/sheet1.bin"/>'
        f'<Relationship Id="rId2" Type="{types}/styles" Target="styles.bin"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.bin": _record(131) + _record(143) + book + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": links.encode(),
        "xl/styles.bin": styles,
        "xl/worksheets/sheet1.bin": sheet,
    }
    return write_zip(path, parts)
