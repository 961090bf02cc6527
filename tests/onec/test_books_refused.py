"""What is no table is named for what it is, in one sentence, before anything is unpacked."""

import shutil
from pathlib import Path

import pytest

from tests.onec import onec_files as make
from tests.onec.books import case, refusal, shared
from tests.onec.onec_files import SALES_HEADER, sale_row

PAGE = "<table><tr><td>Дата</td></tr></table>"


@pytest.mark.parametrize(
    "name, content, word",
    [
        ("a.csv", b"", "пуст"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "пуст"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "картинка"),
        ("a.csv", b"\xff\xd8\xff\xe0" + bytes(50), "картинка"),
        ("a.csv", b"%PDF-1.7\n", "PDF"),
        ("a.csv", b"MZ\x90\x00\x03" + bytes(50), "программа"),
        ("a.mxl", b"MOXCEL\x00", "пересохраните как XLSX"),
        ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        ("a.xls", b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "повреждён"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "паролем"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "повреждён"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_gets_one_sentence(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert word in refusal(path)


@pytest.mark.parametrize(
    "page",
    [
        f"<html>{PAGE}</html>",
        f"\ufeff  <!DOCTYPE html>{PAGE}",
        f"<div>\n{PAGE}</div>",
        f"<!-- 1С:Предприятие -->\n<!-- отчёт --><body>{PAGE}",
        f'<meta http-equiv="content-type">{PAGE}',
        f"<style>td{{mso-number-format:\\@}}</style>{PAGE}",
        f"<font size=2>{PAGE}",
        f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{PAGE}</html>',
        f"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n{PAGE}",
        f"Content-Type: multipart/related; boundary=x\r\n\r\n{PAGE}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_a_web_page_under_xls_is_named_for_what_it_is(tmp_path: Path, page: str, encoding: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(page.encode(encoding, errors="ignore"))
    assert "Это веб-страница, а не таблица" in refusal(path)


@pytest.mark.parametrize("name", ["14-html-div.xls", "15-html-meta.xls"])
def test_web_pages_of_shops_are_named_too(name: str) -> None:
    assert "Это веб-страница, а не таблица" in refusal(case(name))


def test_a_text_may_begin_with_a_bracket(tmp_path: Path) -> None:
    path = make.text_file(tmp_path / "a.csv", [("<пусто>", "1"), ("<Не указан>", "2")], None)
    with pytest.raises(pytest.fail.Exception):
        refusal(path)


def test_a_million_columns_of_a_workbook_are_refused(tmp_path: Path) -> None:
    path = make.xlsx_file(tmp_path / "a.xlsx", [["x"] * 600], header=SALES_HEADER)
    assert "512 колонок" in refusal(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert "разрастается" in refusal(make.bomb(tmp_path / "a.xlsx"))


def test_a_zip_and_a_document_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert "ZIP" in refusal(make.write_zip(path, {"sales.csv": b"1;2"}))
    assert "Word" in refusal(make.write_zip(path, {"word/document.xml": b"<x/>"}))
    text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    assert "OpenDocument" in refusal(make.write_zip(path, text))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_torn_workbook_is_one_sentence(tmp_path: Path, part: str) -> None:
    path = make.share_strings(make.xlsx_file(tmp_path / "a.xlsx", [sale_row(Номер=n) for n in range(50)]))
    parts = make.zip_parts(path)
    make.write_zip(path, parts | {part: parts[part][: len(parts[part]) // 2]})
    assert "повреждена" in refusal(path)


def test_a_truncated_zip_is_one_sentence(tmp_path: Path) -> None:
    path = make.xlsx_file(tmp_path / "a.xlsx", [sale_row()])
    path.write_bytes(path.read_bytes()[:-200])
    assert "повреждён" in refusal(path)


def test_an_opendocument_table_under_a_password_is_said_so(tmp_path: Path) -> None:
    path = make.ods_file(tmp_path / "a.ods")
    parts = make.zip_parts(path)
    locked = b'<manifest><file-entry><encryption-data checksum="x"/></file-entry></manifest>'
    make.write_zip(path, parts | {"META-INF/manifest.xml": locked, "content.xml": b"\x01\x02\x03"})
    assert "паролем" in refusal(path)


@pytest.mark.parametrize("name", ["orders_2.05_bitrix_cp1251.xml", "offers0_1_2.07_utf8bom.xml"])
def test_commerceml_is_told_what_to_export_instead(tmp_path: Path, name: str) -> None:
    source = shared(f"integrations/samples/commerceml/{name}")
    assert "чеков в нём нет" in refusal(Path(shutil.copy(source, tmp_path / "a.csv")))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert "Не удалось открыть" in refusal(tmp_path / "нет.csv")
