"""Damaged files of every kind: rows or one sentence come out of them, never anything else."""

import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment

from loyalty.errors import UnreadableFile
from tests.onec import onec_files as make
from tests.onec.books import RawRow, tables

ROUNDS = 100
PARTS = {".xlsx", ".xlsb", ".ods"}


def workbook(path: Path) -> Path:
    """A book with everything that is read beside the values."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Дата", "Номер", "Код", "Товар", "Сумма", "Формула", "Ошибка"])
    for number in range(2, 42):
        sheet.append([datetime(2026, 1, 1 + number % 28, 10), f"{number:06}", 12, "Чай <зелёный> & Ко", 299.6667])
        sheet.cell(number, 3).number_format = "000000"
        sheet.cell(number, 5).number_format = '#,##0.00" ₽"'
        sheet.cell(number, 6, "=E2*2")
        sheet.cell(number, 7, "#N/A").data_type = "e"
        sheet.cell(number, 4).alignment = Alignment(indent=number % 3)
        sheet.row_dimensions[number].outline_level = number % 4
    sheet.merge_cells("A2:A5")
    book.create_sheet("Скрытый").sheet_state = "hidden"
    book.save(path)
    return make.share_strings(path)


def text(path: Path) -> Path:
    rows = [make.sale_row(Номер=str(number), Клиент='ООО "Ромашка"') for number in range(40)]
    return make.text_file(path, rows, encoding="utf-8" if path.suffix == ".csv" else "utf-16")


def binary(path: Path) -> Path:
    return make.xlsb_file(path, [("Чай", (299.6667, 1), "#", 46032.5)] * 40, ["General", "0.00"])


def old(path: Path) -> Path:
    return make.xls_file(path, [make.sale_row(Номер=number) for number in range(40)], levels=[1, 2] * 20)


KINDS: dict[str, Callable[[Path], Path]] = {
    "a.xlsx": workbook, "a.xls": old, "a.xlsb": binary, "a.ods": make.ods_file, "a.csv": text, "a.txt": text,
}  # fmt: skip


def hurt(content: bytes, luck: random.Random) -> bytes:
    """The bytes cut, changed, emptied or repeated somewhere."""
    at, size = luck.randrange(len(content) + 1), luck.choice((1, 8, 200, 4000))
    match luck.randrange(6):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + content[at + size :]
        case 2:
            return content[: at + size] + content[at:]
        case 3:
            return content[:at] + bytes(size) + content[at + size :]
        case 4:
            return content[:at] + luck.randbytes(size) + content[at + size :]
    changed = bytearray(content)
    for _ in range(luck.choice((1, 5, 50))):
        if changed:
            changed[luck.randrange(len(changed))] = luck.randrange(256)
    return bytes(changed)


def misled(content: bytes, luck: random.Random) -> bytes:
    """XML that is whole but says something else: other numbers, tags and attributes gone."""
    match luck.randrange(4):
        case 0:
            numbers = list(re.finditer(rb"\d+", content))
            rest = luck.choice((b"0", b"-1", b"1048576", b"99999999999999999999", b"1e308", b"NaN"))
        case 1:
            numbers = list(re.finditer(rb"[A-Z]+(?=\d)", content))
            rest = luck.choice((b"XFD", b"ZZZZZZZ", b"a", b""))
        case 2:
            numbers = list(re.finditer(rb"</?[^>]*>", content))
            rest = b""
        case _:
            numbers = list(re.finditer(rb'"[^"]*"', content))
            rest = luck.choice((b'""', b'"&#0;"', '"я"'.encode(), b"''"))
    if not numbers:
        return content
    chosen = luck.choice(numbers)
    return content[: chosen.start()] + rest + content[chosen.end() :]


def hurt_parts(path: Path, luck: random.Random) -> None:
    parts = make.zip_parts(path)
    name = luck.choice(sorted(parts))
    match luck.randrange(4):
        case 0:
            del parts[name]
        case 1:
            parts[name] = hurt(parts[name], luck)
        case _:
            for _ in range(luck.choice((1, 3, 20))):
                parts[name] = misled(parts[name], luck)
    make.write_zip(path, parts)


def read(path: Path) -> list[RawRow]:
    """All rows; UnreadableFile is as good, and nothing else is."""
    try:
        rows = [row for sheet in tables(path) for row in sheet.rows()]
    except UnreadableFile as refusal:
        assert str(refusal).endswith(".")
        return []
    for number, cells, level in rows:
        assert number >= 1 and all(isinstance(cell, str) for cell in cells) and level in (None, *range(500))
    return rows


@pytest.mark.parametrize("name", KINDS)
def test_whole_files_of_this_test_are_read(tmp_path: Path, name: str) -> None:
    assert len(read(KINDS[name](tmp_path / name))) >= 40


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_gives_rows_or_a_sentence(tmp_path: Path, name: str) -> None:
    whole = KINDS[name](tmp_path / name).read_bytes()
    for seed in range(ROUNDS):
        path = tmp_path / f"{seed}-{name}"
        path.write_bytes(whole)
        luck = random.Random(seed)
        if path.suffix in PARTS and luck.random() < 0.8:
            hurt_parts(path, luck)
        else:
            path.write_bytes(hurt(whole, luck))
        read(path)
        path.unlink()


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    content = path.read_bytes().replace(entry.CRC.to_bytes(4, "little"), b"\x00\x00\x00\x00")
    path.write_bytes(content)
    assert read(path) == []
