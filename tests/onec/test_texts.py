"""Delimited texts: bytes in, cells out, whatever the encoding, the delimiter and the quotes are."""

from pathlib import Path

import pytest

from loyalty.onec.books.texts import text_format
from loyalty.onec.columns import headers
from tests.onec import onec_files as make
from tests.onec.books import case, cells, refusal
from tests.onec.onec_files import SALES_HEADER, sale_row

CUSTOMER = SALES_HEADER.index("Клиент")


def encoding_of(path: Path) -> str:
    return text_format(path, None, None, headers.known_count).encoding


@pytest.mark.parametrize(
    "encoding",
    ["cp1251", "cp866", "mac_cyrillic", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_encoding_and_delimiter_are_found_by_content(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = make.text_file(
        tmp_path / "a.txt", [sale_row(), sale_row(Номер="2")], encoding=encoding, delimiter=delimiter
    )
    assert [row[CUSTOMER] for row in cells(path)] == ["Клиент", "Иванова Анна", "Иванова Анна"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "mac_cyrillic"])
@pytest.mark.parametrize(
    "header, row",
    [
        (("дата", "номер", "код клиента", "сумма"), ("10.01.2026", "1", "К-01", "10")),
        (("Date", "Number", "Customer", "Sum"), ("10.01.2026", "1", "Ёлкина Юлия", "10")),
        (("ДАТА", "НОМЕР", "КЛИЕНТ", "СУММА"), ("10.01.2026", "№ 1", "ООО «ЭЛЬФ»", "10")),
        (("Дата", "Номер", "Клиент", "Сумма"), ("10.01.2026", "1", "Smith", "10")),
    ],
    ids=["small", "latin", "capital", "header alone"],
)
def test_one_byte_encodings_are_told_by_their_letters(
    tmp_path: Path, encoding: str, header: tuple[str, ...], row: tuple[str, ...]
) -> None:
    if encoding == "cp866" and "«" in row[2]:
        row = tuple(cell.replace("«", '"').replace("»", '"') for cell in row)  # DOS has no such quotes
    path = make.text_file(tmp_path / "a.csv", [row], header, encoding=encoding)
    assert cells(path) == [list(header), list(row)]


def test_letters_alike_in_two_encodings_are_read_as_windows(tmp_path: Path) -> None:
    path = make.text_file(tmp_path / "a.csv", [("1", "чай")], ("номер", "товар"), encoding="mac_cyrillic")
    assert encoding_of(path) == "cp1251" and cells(path) == [["номер", "товар"], ["1", "чай"]]


@pytest.mark.parametrize("name, encoding", [("56-cp866.csv", "cp866"), ("57-mac.csv", "mac_cyrillic")])
def test_dos_and_mac_files_of_shops(name: str, encoding: str) -> None:
    assert encoding_of(case(name)) == encoding
    told = dict(zip(*cells(case(name)), strict=True))
    assert {label.lower(): text for label, text in told.items()}["код клиента"] == "К-01"
    assert told.get("клиент", "Иванова Анна") == "Иванова Анна"


def test_letters_beyond_the_first_megabyte_still_decide_the_encoding(tmp_path: Path) -> None:
    header = ("Date", "Number", "Customer_id", "Amount", "Name")
    rows = [("05.03.2026", str(n), "7", "10", "x" * 100) for n in range(12_000)]
    for encoding in ("cp1251", "cp866", "mac_cyrillic"):
        path = make.text_file(
            tmp_path / "a.csv", [*rows, ("05.03.2026", "z", "7", "1", "Ёж Анна")], header, encoding=encoding
        )
        assert cells(path)[-1][-1] == "Ёж Анна"


def test_utf8_that_breaks_after_many_letters_is_damaged_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Дата;Номер;Сумма\nПлатье летнее в горошек\n".encode() + b"\xd0\xff\n")
    assert "повреждён" in refusal(path)


# --- marks within ---------------------------------------------------------------------------------


def test_two_files_glued_have_no_mark_in_a_cell() -> None:
    read = cells(case("72-glued.csv"))
    assert [row[0] for row in read] == ["Дата", "10.01.2026", "Дата", "11.01.2026"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", ""])
def test_files_are_glued_with_or_without_a_line_end_between(tmp_path: Path, encoding: str, end: str) -> None:
    parts = [f"Дата;Номер;Сумма\r\n10.01.2026;{n};5{end}".encode(encoding) for n in (1, 2)]
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(parts))
    header = ["Дата", "Номер", "Сумма"]
    assert cells(path) == [header, ["10.01.2026", "1", "5"], header, ["10.01.2026", "2", "5"]]


def test_a_mark_inside_a_value_is_no_line_end(tmp_path: Path) -> None:
    path = make.text_file(tmp_path / "a.csv", [("1", "\ufeffИванова \ufeffАнна")], ("Номер", "Клиент"))
    assert cells(path)[1] == ["1", "Иванова Анна"]


# --- quotes ---------------------------------------------------------------------------------------


def test_inner_quotes_unquoted_and_doubled(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    names = ['Чай "Ahmad" чёрный', '"Ромашка чай', 'ООО "Ромашка"', '"Чай ""Ahmad"""']
    lines = [
        "Дата;Номер;Код клиента;Номенклатура;Сумма",
        *(f"05.03.2026;{n};7;{name};10" for n, name in enumerate(names, 1)),
    ]
    path.write_text("\n".join(lines), encoding="cp1251")
    assert [row[3] for row in cells(path)[1:]] == [*names[:3], 'Чай "Ahmad"']


def test_a_quoted_value_may_hold_a_line_end_and_a_delimiter(tmp_path: Path) -> None:
    path = make.text_file(tmp_path / "a.csv", [sale_row(Номенклатура="Платье;\nлетнее")])
    assert "Платье;\nлетнее" in cells(path)[1]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content, word",
    [
        ("Дата;Номер\n1;\x002\n".encode(), "нулевые байты"),
        (b"a;" * 1_000_000, "длиннее мегабайта"),
        (("к;" * 600 + "\n").encode() * 3, "512 колонок"),
    ],
    ids=["zeros", "long", "wide"],
)
def test_what_is_no_text_gets_one_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert word in refusal(path)
