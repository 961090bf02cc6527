"""Workbooks of every kind: bytes in, cells as a person sees them out, with levels, merges and hidden sheets."""

import re
import resource
import sys
import zipfile
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from loyalty.onec import open_file
from loyalty.onec.books.seen import NOT_COMPUTED, as_seen, shower
from tests.onec import onec_files as make
from tests.onec.books import case, cells, refusal, rows, shared, tables
from tests.onec.onec_files import SALES_HEADER, sale_row

SHEET = "xl/worksheets/sheet1.xml"


def book(path: Path, *table: tuple[Any, ...], formats: dict[str, str] | None = None) -> Path:
    """A workbook of those rows; `formats` are by column letter, from row 2 on."""
    made = Workbook()
    for row in table:
        made.active.append(list(row))
    for letter, number_format in (formats or {}).items():
        for cell in made.active[letter][1:]:
            cell.number_format = number_format
    made.save(path)
    return path


def rewritten(path: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> Path:
    parts = make.zip_parts(path)
    assert change(parts[part]) != parts[part]
    return make.write_zip(path, parts | {part: change(parts[part])})


# --- what a person sees ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, number_format, shown",
    [
        (299.6667, "0.00", "299.67"),
        (299.6667, "#,##0.00", "299.67"),
        (299.665, "0.00", "299.67"),  # 299.66499… as a float: Excel rounds what it shows
        (-299.665, "0.00;[Red]-0.00", "-299.67"),
        (1234567.891, '#,##0.00\\ "₽"', "1234567.89"),
        (1234.5, '_-* #,##0.00\\ _₽_-;\\-* #,##0.00\\ _₽_-;_-* "-"??\\ _₽_-;_-@_-', "1234.5"),
        (299.6667, "[$₽-419]0", "300"),
        (0.5, "0", "1"),
        (-0.4, "0", "0"),
        (0.1, "0%", "10%"),
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (12, "000000", "000012"),
        (1234567, "000000", "1234567"),
        (12, '"К-"000', "К-012"),
        (9161234567, "(000) 000-00-00", "(916) 123-45-67"),
        (79161234567, "#,##0.00", "79161234567"),
        (-12, "0000", "-0012"),
        (12.5, "0000", "12.5"),
    ],
)
def test_numbers_are_read_as_their_format_shows_them(value: float, number_format: str, shown: str) -> None:
    show = shower(number_format)
    assert show is not None and show(float(value)) == shown


@pytest.mark.parametrize(
    "number_format",
    ["", "General", "@", "0.00E+00", "# ?/?", "dd.mm.yyyy", "[h]:mm:ss", "mmm", '[>1000]0," тыс.";0', "#,##0,"],
)
def test_formats_that_do_not_round_leave_the_value(number_format: str) -> None:
    assert shower(number_format) is None


@pytest.mark.parametrize(
    "value, shown",
    [
        (0.1 + 0.2, "0.3"),
        (1999.9000000000001, "1999.9"),
        (12.0, "12"),
        (79161234567.0, "79161234567"),
        (2000000000012.0, "2000000000012"),
        (1e-7, "0.0000001"),
        (True, "Да"),
        (None, ""),
        (datetime(2026, 3, 5), "05.03.2026"),
        (datetime(2026, 3, 5, 10, 15, 0, 999_997), "05.03.2026 10:15:01"),
        (date(2026, 3, 5), "05.03.2026"),
        (time(9, 5), "09:05:00"),
    ],
)
def test_values_without_a_format(value: object, shown: str) -> None:
    assert as_seen(value) == shown


def test_formats_of_a_book_count(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        ("Дата", "Код", "Сумма", "Скидка", "Есть", "Цена", "Время"),
        (datetime(2026, 3, 5, 10, 15, 1), 12, 299.6667, 0.1, True, 0.1 + 0.2, time(9, 5)),
        formats={"B": "000000", "C": "0.00", "D": "0%"},
    )
    assert cells(path)[1] == ["05.03.2026 10:15:01", "000012", "299.67", "10%", "Да", "0.3", "09:05:00"]


def test_unrounded_sums_of_a_shop_are_as_its_owner_sees_them() -> None:
    assert [row[6] for row in cells(case("82-unrounded.xlsx"))[1:]] == ["299.67", "246.9", "2000"]


def test_errors_are_their_words(tmp_path: Path) -> None:
    made = Workbook()
    for column, error in enumerate(["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!"], 1):
        made.active.cell(1, column, error).data_type = "e"
    made.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == [["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!"]]
    assert [row[3] for row in cells(case("06-na-codes.xlsx"))] == ["Код клиента", "К-01", *["#N/A"] * 3]


def test_a_formula_never_computed_is_said_so(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Цена", "Сумма", "Ошибка", "Есть"), (10, "=A2*2", "=1/0", "=A2"))
    path = rewritten(path, lambda xml: xml.replace(b"<f>A2</f><v />", b"<f>A2</f><v>10</v>"))
    assert cells(path)[1] == ["10", NOT_COMPUTED, NOT_COMPUTED, "10"]
    path = rewritten(path, lambda xml: re.sub(rb'r="B2">(.*?)<v />', rb'r="B2" t="str">\1<v></v>', xml))
    assert cells(path)[1] == ["10", "", NOT_COMPUTED, "10"]  # computed, and empty
    assert [row[7] for row in cells(case("60-no-cached.xlsx"))[1:]] == [NOT_COMPUTED] * 2


# --- merges ---------------------------------------------------------------------------------------


def test_a_merge_over_rows_stands_in_each_of_them(tmp_path: Path) -> None:
    made = Workbook()
    table = [("Отчёт",), ("№", "Товар", "Сумма"), (1, "Чай", 10), (None, "Кофе", 20), (None, None), (2, "Сок", 5)]
    for row in table:
        made.active.append(row)
    for area in ("A1:C1", "A3:A5"):
        made.active.merge_cells(area)
    made.save(tmp_path / "a.xlsx")
    assert [" ".join(filter(None, row)) for row in cells(tmp_path / "a.xlsx")] == [
        "Отчёт",
        "№ Товар Сумма",
        "1 Чай 10",
        "1 Кофе 20",
        "",
        "2 Сок 5",
    ]


def test_receipts_of_merged_cells_have_their_number_in_every_line() -> None:
    read = cells(case("13-merged.xlsx"))[1:]
    assert [row[1] for row in read] == ["000001"] * 3 + ["000002"]
    assert {tuple(row[:4]) for row in read[:3]} == {("10.01.2026 12:30:00", "000001", "К-01", "Иванова Анна")}
    assert [row[1] for row in cells(case("78-merged-total.xlsx"))[1:]] == ["000001", "", ""]  # not merged: as it is


def test_a_merge_of_a_million_rows_costs_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Номер", "Сумма"), ("1", 5))
    merges = b'<mergeCells><mergeCell ref="A2:B1048576"/><mergeCell ref="A1:A1048576"/></mergeCells></worksheet>'
    path = rewritten(path, lambda xml: xml.replace(b"</worksheet>", merges))
    assert cells(path) == [["Номер", "Сумма"], ["1", "5"]]


def test_a_header_of_two_lines_may_be_merged_down(tmp_path: Path) -> None:
    made = Workbook()
    header = ("Дата", "Номер", "Клиент", None, "Сумма"), (None, None, "Код", "Телефон", None)
    for row in (*header, ("05.03.2026", "7", "00-1", "89161234567", 50)):
        made.active.append(row)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        made.active.merge_cells(area)
    made.save(tmp_path / "a.xlsx")
    with open_file(tmp_path / "a.xlsx", today=date(2026, 7, 1)) as source:
        [sale] = source.documents()
    assert (sale.number, sale.customer.code, sale.rows) == ("7", "00-1", [3])


# --- sheets, levels, places -----------------------------------------------------------------------


def test_hidden_sheets_come_last_and_say_so(tmp_path: Path) -> None:
    made = Workbook()
    made.active.title = "Старый"
    made.active.sheet_state = "hidden"
    made.create_sheet("Январь").append(["Дата"])
    made.create_sheet("Февраль").append(["Дата"])
    made.create_chartsheet("График")
    made.save(tmp_path / "a.xlsx")
    told = [(sheet.name, sheet.hidden) for sheet in tables(tmp_path / "a.xlsx")]
    assert told == [("Январь", False), ("Февраль", False), ("Старый", True)]


def test_outline_levels_and_indents_are_told_apart_from_none(tmp_path: Path) -> None:
    table = [("a",), ("b",), ("c",)]
    outlined = make.xlsx_file(tmp_path / "a.xlsx", table, ("Клиент",), levels=[0, 1, 2])
    indented = make.xlsx_file(tmp_path / "b.xlsx", table, ("Клиент",), indents=[0, 2, 4])
    old = make.xls_file(tmp_path / "c.xls", table, ("Клиент",), levels=[0, 1, 2])
    plain = make.xlsx_file(tmp_path / "d.xlsx", table, ("Клиент",))
    assert [level for *_, level in rows(outlined)] == [level for *_, level in rows(old)] == [0, 0, 1, 2]
    assert [level for *_, level in rows(indented)] == [0, 0, 4, 8]
    assert [level for *_, level in rows(plain)] == [None] * 4


def test_rows_keep_their_numbers_over_gaps(tmp_path: Path) -> None:
    made = Workbook()
    made.active["C3"], made.active["B70000"] = "x", 5
    made.save(tmp_path / "a.xlsx")
    read = rows(tmp_path / "a.xlsx")
    assert [number for number, *_ in read] == list(range(1, 70_001))
    assert read[2][1] == ["", "", "x"] and read[-1][1] == ["", "5"]


def test_rows_can_be_read_again_and_tell_how_far_they_are(tmp_path: Path) -> None:
    sheet = tables(make.xlsx_file(tmp_path / "a.xlsx", [sale_row(Номер=n) for n in range(5_000)]))[0]
    heard = [sheet.fraction() for _ in sheet.rows()]
    assert heard == sorted(heard) and 0 < heard[2_500] < 1 and sheet.fraction() == 1.0
    assert len(list(sheet.rows())) == 5_001


# --- books that were called damaged ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["02-strict", "03-backslash", "04-empty-fill", "23-rel-case", "24-no-sst-type", "25-core-date"],
)
def test_books_that_excel_opens_are_read(name: str) -> None:
    read = cells(case(f"{name}.xlsx"))
    assert [row[:2] for row in read] == [
        ["Дата", "Номер"],
        ["10.01.2026 12:30:00", "000001"],
        ["11.01.2026 12:30:00", "000002"],
    ]
    assert [row[9] for row in read[1:]] == ["1000", "2000"]


def test_an_old_book_whose_streams_overlap_is_read() -> None:
    assert len(cells(case("05-ole-overlap.xls"))) == 121


def test_the_sample_of_1c_own_writer_reads() -> None:
    sample = next(iter(sorted(shared("integrations/samples/xlsx").glob("*.xlsx"))))
    read = cells(sample)
    assert len(read) == 5 and read[1][2] != ""


@pytest.mark.parametrize("part", ["xl/SharedStrings.xml", "xl/sharedStrings.xml", "XL\\sharedstrings.XML"])
def test_parts_are_found_by_any_spelling(tmp_path: Path, part: str) -> None:
    path = make.share_strings(make.xlsx_file(tmp_path / "a.xlsx", [sale_row()]), part)
    assert "Иванова Анна" in cells(path)[1]


def test_the_workbook_part_may_have_another_name(tmp_path: Path) -> None:
    path = make.xlsx_file(tmp_path / "a.xlsx", [sale_row()])
    parts = {
        name.replace("workbook.xml", "workbook22.xml"): content.replace(b"workbook.xml", b"workbook22.xml")
        for name, content in make.zip_parts(path).items()
    }
    assert len(cells(make.write_zip(path, parts))) == 2


@pytest.mark.parametrize("dimension", [b"C3", b"A1:XFD1048576", b"", b"?"])
def test_a_wrong_dimension_is_ignored(tmp_path: Path, dimension: bytes) -> None:
    path = make.xlsx_file(tmp_path / "a.xlsx", [sale_row(), sale_row(Номер="2")])
    path = rewritten(path, lambda xml: xml.replace(b'ref="A1:T3"', b'ref="%s"' % dimension))
    assert len(cells(path)) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: re.sub(rb' r="[A-Z]*\d+"', b"", xml),
        lambda xml: re.sub(rb'<c r="(\w+)"( s="\d+")?', rb"<c\2 r='\1'", xml),
        lambda xml: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(b" xmlns=", b" xmlns:x="),
        lambda xml: xml.replace(b"<row ", b"\n  <row\n ").replace(b"<c ", b"\n<c\t"),
    ],
    ids=["no places", "other order", "prefixes", "white space"],
)
def test_every_way_to_write_a_sheet_reads_the_same(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    table = ("Код", "Сумма", "Дата", "Сумма 2"), (12, 299.6667, datetime(2026, 3, 5), "=B2"), (13, 5, None, 7)
    path = book(tmp_path / "a.xlsx", *table, formats={"A": "000000", "B": "0.00"})
    as_usual = cells(path)
    assert as_usual[1] == ["000012", "299.67", "05.03.2026", NOT_COMPUTED]
    if b'r="C3"' in make.zip_parts(path)[SHEET]:  # without places an empty cell has to be written
        change_all = change
    else:
        change_all = lambda xml: change(xml.replace(b'<c r="D3"', b'<c r="C3" /><c r="D3"'))  # noqa: E731
    assert cells(rewritten(path, change_all)) == as_usual


def test_days_counted_from_1904_are_days(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Дата",), (datetime(2026, 3, 5),))
    path = rewritten(
        path, lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" '), "xl/workbook.xml"
    )
    assert cells(path)[1] == ["06.03.2030"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of memory")
def test_two_far_cells_take_no_memory(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Дата", "Номер"))
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576" s="0"/></row></sheetData>'
    path = rewritten(path, lambda xml: xml.replace(b"</sheetData>", far))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [last] = deque(tables(path)[0].rows(), maxlen=1)
    assert last == (1_048_576, ["1"], None)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    full = rewritten(path, lambda xml: xml.replace(b'<c r="XFD1048576" s="0"/>', b'<c r="XFD1048576"><v>1</v></c>'))
    assert "512 колонок" in refusal(full)


# --- old books and OpenDocument -------------------------------------------------------------------


def test_an_old_workbook_reads_the_same(tmp_path: Path) -> None:
    table = [sale_row(), sale_row(Артикул="A2")]
    assert cells(make.xls_file(tmp_path / "a.xls", table)) == cells(make.text_file(tmp_path / "a.csv", table))


def test_formats_and_merges_of_an_old_workbook_count(tmp_path: Path) -> None:
    import xlwt

    made = xlwt.Workbook()
    sheet = made.add_sheet("TDSheet")
    for column, (value, number_format) in enumerate(
        [(299.6667, "0.00"), (0.1, "0%"), (12, "000000"), (0.3, "General")]
    ):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=number_format))
    sheet.write(0, 4, datetime(2026, 3, 5, 10), xlwt.easyxf(num_format_str="dd.mm.yyyy"))
    sheet.write_merge(1, 2, 0, 0, "000001")
    sheet.write(1, 1, "Чай")
    sheet.write(2, 1, "Кофе")
    made.save(str(tmp_path / "a.xls"))
    assert [[text for text in row if text] for row in cells(tmp_path / "a.xls")] == [
        ["299.67", "10%", "000012", "0.3", "05.03.2026 10:00:00"],
        ["000001", "Чай"],
        ["000001", "Кофе"],
    ]


def cell(kind: str, value: str, shown: str, more: str = "") -> str:
    name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
    told = f' office:{name}="{value}"' if value else ""
    return f'<table:table-cell office:value-type="{kind}"{told} {more}><text:p>{shown}</text:p></table:table-cell>'


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


@pytest.mark.parametrize(
    "one, shown",
    [
        (cell("float", "299.6667", "299,67"), "299.67"),
        (cell("currency", "1234.5", "1 234,50 ₽"), "1234.5"),
        (cell("float", "1234", "1,234"), "1234"),
        (cell("float", "-5.5", "-5,50"), "-5.5"),
        (cell("percentage", "0.1", "10%"), "10%"),
        (cell("float", "12", "000012"), "000012"),
        (cell("float", "79161234567", "7,92E+10"), "79161234567"),
        (cell("date", "2026-03-05T10:15:00", "05.03.26"), "05.03.2026 10:15:00"),
        (cell("boolean", "true", "ИСТИНА"), "Да"),
        (cell("string", "", "#N/A", 'calcext:value-type="error" table:formula="of:=NA()"'), "#N/A"),
        (cell("string", "", "Чай<text:s text:c=\"2\"/>чёрный<text:span>!</text:span>"), "Чай  чёрный!"),
        ('<table:table-cell table:formula="of:=[.A1]*2"/>', NOT_COMPUTED),
    ],
)  # fmt: skip
def test_cells_of_opendocument_are_as_a_person_sees_them(tmp_path: Path, one: str, shown: str) -> None:
    path = make.ods_file(tmp_path / "a.ods", f'<table:table table:name="1">{ods_row(one)}</table:table>')
    assert cells(path) == [[shown]]


def test_repeated_merged_and_grouped_rows_of_opendocument(tmp_path: Path) -> None:
    def text(shown: str, more: str = "") -> str:
        return cell("string", "", shown, more)

    twice = text("x", 'table:number-columns-repeated="2"')
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    table = (
        ods_row(text("1", 'table:number-rows-spanned="3"'), text("Сок"))
        + ods_row("<table:covered-table-cell/>", text("Вода"))
        + ods_row(empty, more='table:number-rows-repeated="2"')
        + f"<table:table-row-group>{ods_row(text('Чай'), twice)}</table:table-row-group>"
        + ods_row(empty, more='table:number-rows-repeated="1048000"')
    )
    path = make.ods_file(tmp_path / "a.ods", f'<table:table table:name="А &amp; Б">{table}</table:table>')
    assert tables(path)[0].name == "А & Б"
    assert rows(path) == [
        (1, ["1", "Сок"], 0), (2, ["1", "Вода"], 0), (3, [], 0), (4, [], 0), (5, ["Чай", "x", "x"], 1),
    ]  # fmt: skip


def test_a_binary_workbook_is_as_a_person_sees_it(tmp_path: Path) -> None:
    formats = ["General", "dd.mm.yyyy hh:mm", "0.00", "000000", "0%"]
    table = [("Дата", "Сумма", "Код"), ((46032.5, 1), (299.6667, 2), "#"), (0.1 + 0.2, (0.1, 4), (12.0, 3))]
    assert rows(make.xlsb_file(tmp_path / "a.xlsb", table, formats)) == [
        (1, ["Дата", "Сумма", "Код"], 0),
        (2, ["10.01.2026 12:00:00", "299.67", "#N/A"], 1),
        (3, ["0.3", "10%", "000012"], 2),
    ]


def test_a_workbook_under_any_name_is_a_workbook(tmp_path: Path) -> None:
    path = make.xlsx_file(tmp_path / "a.xls", [sale_row()])
    assert zipfile.is_zipfile(path) and cells(path)[0] == list(SALES_HEADER)
