"""1C files of every kind: bytes in, documents or one clear sentence out (1c.md §10, acceptance.md Import)."""

import json
import random
import tracemalloc
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from loyalty.customers.names import split_name
from loyalty.engine.facts import full_price
from loyalty.errors import NeedsMapping, UnreadableFile
from loyalty.onec import Mapping, Source, open_file
from loyalty.onec.columns.dates import date_parser
from loyalty.onec.columns.numbers import money_parser, quantity_parser
from loyalty.onec.columns.values import parse_presentation
from loyalty.onec.documents.people import split_address
from loyalty.sales.documents import CustomerDocument, CustomerRef, ReturnDocument, SaleDocument
from tests.onec import onec_files as make
from tests.onec.onec_files import SALES_HEADER, sale_row

TODAY = date(2026, 7, 1)
parse_date, parse_money, parse_quantity = date_parser(), money_parser(""), quantity_parser("")
SHARED = Path(__file__).resolve().parents[3] / "shared"


def opened(path: Path, **options: Any) -> Source:
    return open_file(path, today=TODAY, **options)


def read(path: Path, **options: Any) -> tuple[list[Any], Source]:
    """All documents, and the source with its counts."""
    with opened(path, **options) as source:
        documents = list(source.documents())
        assert source.rows == sum(len(d.rows) for d in documents) + source.rejected + source.skipped
        return documents, source


def only(path: Path, **options: Any) -> Any:
    documents, source = read(path, **options)
    assert source.errors.first == []
    assert len(documents) == 1
    return documents[0]


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(UnreadableFile) as caught, opened(path, **options) as source:
        list(source.documents())
    return str(caught.value)


# --- the contract's flat files -------------------------------------------------------------------


def test_the_template_is_read_whole(tmp_path: Path) -> None:
    sale = only(
        make.text_file(tmp_path / "a.csv", [sale_row(), sale_row(Артикул="A2", Скидка="200", Сумма="800,5")])
    )
    assert isinstance(sale, SaleDocument)
    assert (sale.number, sale.shop, sale.at) == ("000001", "Шоурум", datetime(2026, 3, 5, 10))
    assert sale.customer == CustomerRef("00-00012", "2000000000012", "+79161234567", "Иванова Анна")
    assert (sale.place, sale.cashier, sale.payment, sale.redeemed) == ("Шоурум", "Петрова Ольга", "Карта", 0)
    assert [(x.sku, x.quantity, x.price, x.discount, x.amount) for x in sale.lines] == [
        ("A1", 1000, 100000, 0, 100000),
        ("A2", 1000, 100000, 20000, 80050),
    ]
    assert sale.rows == [2, 3]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    header = list(SALES_HEADER)
    random.Random(7).shuffle(header)
    plain = only(make.text_file(tmp_path / "a.csv", [sale_row()]))
    assert only(make.text_file(tmp_path / "b.csv", [sale_row(header)], header)) == plain


def zip_fields() -> list[tuple[str, int]]:
    names = (
        "date number kind basis shop place cashier customer_code customer phone card sku name group quantity price"
    )
    return [(name, column) for column, name in enumerate((names + " discount amount bonuses payment").split())]


def test_customers_file(tmp_path: Path) -> None:
    row = ("00-00012", "Иванова", "Анна", "Петровна", "02.04.1990", "Женский", "8(916)1234567", "a@b.ru", "Москва",
           "Ленина", "5", "S03058    ", "01.02.2025", "VIP", "Да")  # fmt: skip
    person = only(make.text_file(tmp_path / "c.csv", [row], make.CUSTOMERS_HEADER))
    assert isinstance(person, CustomerDocument)
    assert person.ref == CustomerRef("00-00012", "S03058", "+79161234567", "Иванова Анна Петровна")
    assert (person.last_name, person.first_name, person.middle_name) == ("Иванова", "Анна", "Петровна")
    assert (person.birth_date, person.registered_on) == (date(1990, 4, 2), date(2025, 2, 1))
    assert (person.sex, person.sms_consent, person.city, person.house) == ("f", True, "Москва", "5")


def test_a_client_list_of_1c_without_phones_is_read_by_code(tmp_path: Path) -> None:
    header = (
        "Наименование",
        "Код",
        "Бизнес-регион",
        "Дата регистрации",
        "Комментарий",
        "Пол",
        "Дата рождения",
        "Адрес",
    )
    row = (
        "Иванова Анна Петровна",
        "00-00012",
        "",
        "01.01.0001 0:00:00",
        "",
        "Женский",
        "",
        "г. Москва, ул. Ленина, д. 5",
    )
    person = only(make.xlsx_file(tmp_path / "c.xlsx", [row], header, header_row=4))
    assert person.ref.code == "00-00012" and person.registered_on is None
    assert (person.city, person.street, person.house) == ("Москва", "ул. Ленина", "5")


def test_a_customer_with_only_a_phone_is_kept_and_one_with_nothing_is_reported(tmp_path: Path) -> None:
    rows = [("Анна", "89161234567"), ("Ольга", "")]
    documents, source = read(make.text_file(tmp_path / "c.csv", rows, ("ФИО", "Телефон")))
    assert [d.ref.phone for d in documents] == ["+79161234567"]
    assert (source.rejected, source.errors.first[0].row) == (1, 3)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("Иванова Анна Петровна", ("Иванова", "Анна", "Петровна")),
        ("Анна Петровна Иванова", ("Иванова", "Анна", "Петровна")),
        ("Ирина Петрова", ("Петрова", "Ирина", "")),
        ("Петрова Ирина", ("Петрова", "Ирина", "")),
        ("Анна Петровна", ("", "Анна", "Петровна")),
        ("Абрамович Роман", ("Абрамович", "Роман", "")),
        ("Мария", ("", "Мария", "")),
        ("ООО Ромашка", ("ООО Ромашка", "", "")),
    ],
)
def test_full_names_are_split_by_their_endings(text: str, parts: tuple[str, ...]) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    "text, parts",
    [
        ("г. Москва, ул. Ленина, д. 5, кв. 12", ("Москва", "ул. Ленина", "5, кв. 12")),
        ("101000, Московская обл, Химки г, Лесная ул, дом 7", ("Химки", "Лесная ул", "7")),
        ("Казань, ул. Баумана 10", ("Казань", "ул. Баумана", "10")),
        ("где-то у вокзала", (None, "где-то у вокзала", None)),
    ],
)
def test_addresses_are_split_where_they_can_be(text: str, parts: tuple[str | None, ...]) -> None:
    assert split_address(text) == parts


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, kopecks",
    [("1323", 132300), ("231.7400", 23174), ("1 234,50", 123450), ("12\u00a0345,6", 1234560),
     ("1\u202f000", 100000), ("1'234.50", 123450), ("1,234.50", 123450),
     ("(1 234,50)", -123450), ("-5", -500),
     ("-", None), ("", None),
     ("null", None), ("100 руб.", 10000)],
)  # fmt: skip
def test_sums(text: str, kopecks: int | None) -> None:
    assert parse_money(text) == kopecks


@pytest.mark.parametrize("text", ["1,234", "12а", "1e5", "--5", "10%"])
def test_sums_that_are_none(text: str) -> None:
    assert hasattr(parse_money(text), "reason")


def test_quantities_have_three_decimals() -> None:
    assert parse_quantity("0,350") == 350
    assert parse_quantity("0,3505") == 351


@pytest.mark.parametrize(
    "text, when",
    [("31.10.2025 0:00:00", datetime(2025, 10, 31)), ("02.04.23", datetime(2023, 4, 2)),
     ("5.3.2026 9:05", datetime(2026, 3, 5, 9, 5)), ("20250102030405", datetime(2025, 1, 2, 3, 4, 5)),
     ("20250102", datetime(2025, 1, 2)), ("2020-07-24T11:06:32", datetime(2020, 7, 24, 11, 6, 32)),
     ("45678,5", datetime(2025, 1, 21, 12)), ("01.01.0001 0:00:00", None), ("01.01.0001", None),
     ("0001-01-01T00:00:00", None), ("", None), ("01.01.0001 00:00:00", None)],
)  # fmt: skip
def test_dates(text: str, when: datetime | None) -> None:
    assert parse_date(text) == when


@pytest.mark.parametrize("text", ["31.02.2026", "05.13.2026", "вчера", "05.03.2026 25:00:00", "2026"])
def test_dates_that_are_none(text: str) -> None:
    assert hasattr(parse_date(text), "reason")


def test_presentations() -> None:
    told = parse_presentation("Реализация товаров и услуг 00АМ-000017 от 31.01.2026 9:00:00")
    assert told == ("Реализация товаров и услуг", "00АМ-000017", datetime(2026, 1, 31, 9))
    assert parse_presentation("000123 от 05.03.2026") == ("", "000123", datetime(2026, 3, 5))
    assert parse_presentation("Чай от Ahmad 5") is None


def test_padded_codes_and_nbsp_numbers(tmp_path: Path) -> None:
    row = sale_row(Карта="S03058    ", Код_клиента="000000123\u00a0", Сумма="12\u00a0345,60", Цена="12\u00a0345,60")
    sale = only(make.text_file(tmp_path / "a.csv", [row]))
    assert (sale.customer.card, sale.customer.code, sale.lines[0].amount) == ("S03058", "000000123", 1234560)


def test_a_name_may_carry_its_code(tmp_path: Path) -> None:
    header = ("Дата", "Номер", "Клиент", "Номенклатура", "Количество", "Сумма")
    row = ("02.04.26", "7", "Иванова Анна, 00-00012", "Чай, ", "2", "50")
    sale = only(make.text_file(tmp_path / "a.csv", [row], header))
    assert sale.customer == CustomerRef("00-00012", None, None, "Иванова Анна")
    assert sale.lines[0].name == "Чай" and sale.at == datetime(2026, 4, 2)


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("header_row", [1, 5, 9])
def test_the_header_is_found_below_titles(tmp_path: Path, header_row: int) -> None:
    rows = [sale_row(), ["Итого", *[""] * 16, 1000]]
    documents, source = read(make.xlsx_file(tmp_path / "a.xlsx", rows, header_row=header_row))
    assert documents[0].rows == [header_row + 1]
    assert source.warnings == [] and source.skipped == header_row + 1


def test_a_header_of_two_lines(tmp_path: Path) -> None:
    upper = ("Дата", "Номер", "Клиент", "", "Товар", "", "Сумма, руб.:")
    lower = ("", "", "Код", "Телефон", "Артикул", "Количество", "")
    row = ("05.03.2026", "7", "00-1", "89161234567", "A1", "2", "50")
    sale = only(make.text_file(tmp_path / "a.csv", [lower, row], upper))
    assert (sale.customer.code, sale.customer.phone, sale.lines[0].sku) == ("00-1", "+79161234567", "A1")
    assert (sale.lines[0].quantity, sale.lines[0].amount, sale.rows) == (2000, 5000, [3])


def test_the_sheet_with_the_header_is_chosen(tmp_path: Path) -> None:
    path = make.xlsx_file(tmp_path / "a.xlsx", [sale_row()], first_sheet=[["Магазин «Весна»"], ["Отчёт"]])
    assert only(path).number == "000001"


def test_metadata_names_of_a_1c_dump(tmp_path: Path) -> None:
    header = ("Ref_Key", "Number", "Date", "Posted", "DeletionMark", "ВидОперации", "Магазин", "ДисконтнаяКарта",
              "СтатусЧекаККМ", "НомерСтроки", "Номенклатура", "Количество", "Цена", "Сумма",
              "СуммаАвтоматическойСкидки", "СуммаРучнойСкидки", "СуммаСкидкиОплатыБонусом")  # fmt: skip
    rows = [
        ("guid", "RM-1", "2026-03-05T11:06:32", "true", "false", "Продажа", "4001   ", "S03058    ", "Архивный",
         "1", "Платье", "1", "1890", "1123", "500", "67", "200"),
        ("guid", "RM-2", "2026-03-05T11:06:33", "false", "false", "Продажа", "4001", "S1", "Архивный",
         "1", "Платье", "1", "100", "100", "0", "0", "0"),
        ("guid", "RM-3", "2026-03-05T11:06:33", "true", "false", "Продажа", "4001", "S1", "Отложенный",
         "1", "Платье", "1", "100", "100", "0", "0", "0"),
    ]  # fmt: skip
    documents, source = read(make.text_file(tmp_path / "a.csv", rows, header))
    first, second = documents
    assert (first.number, first.shop, first.customer.card, first.redeemed) == ("RM-1", "4001", "S03058", 20000)
    assert (first.lines[0].amount, first.lines[0].discount) == (132300, 56700)
    assert (first.voided, second.voided) == (False, True)
    assert any("Отложенный" in warning for warning in source.warnings) and source.skipped == 2


def test_a_dump_without_a_header_needs_a_mapping_once(tmp_path: Path) -> None:
    path = tmp_path / "ПродажаЗаголовок.txt"
    path.write_text(
        "05.03.2026 10:00:00;17;4001;1323,00;00-7;\n06.03.2026 9:00:00;18;4001;5,5;;\n", encoding="cp1251"
    )
    with opened(path) as source:
        assert source.missing and source.preview(2).rows[0] == (
            1,
            ["05.03.2026 10:00:00", "17", "4001", "1323,00", "00-7", ""],
        )
        with pytest.raises(NeedsMapping):
            list(source.documents())
        shape = source.shape
    memory = {shape: Mapping("sales", {"date": 0, "number": 1, "shop": 2, "amount": 3, "customer_code": 4})}
    memory = {key: Mapping(**json.loads(json.dumps(value.as_json()))) for key, value in memory.items()}
    documents, source = read(path, remembered=memory.get)
    assert [(d.number, d.lines[0].amount, d.customer and d.customer.code) for d in documents] == [
        ("17", 132300, "00-7"),
        ("18", 550, None),
    ]


def test_a_shape_does_not_depend_on_the_data(tmp_path: Path) -> None:
    one = opened(make.text_file(tmp_path / "a.csv", [sale_row()], above=[["Отчёт"]]))
    two = opened(make.text_file(tmp_path / "b.csv", [sale_row(Номер="2")] * 5, encoding="cp1251"))
    other = opened(make.text_file(tmp_path / "c.csv", [sale_row()[1:]], SALES_HEADER[1:]))
    assert one.shape == two.shape != other.shape
    for source in (one, two, other):
        source.close()


def test_a_remembered_mapping_wins_over_synonyms_and_finds_its_header_anywhere(tmp_path: Path) -> None:
    header = ("Дата", "Номер", "Код клиента", "Стоимость", "Сумма")
    path = make.text_file(tmp_path / "a.csv", [("05.03.2026", "1", "7", "10", "20")], header)
    with opened(path) as source:
        corrected = source.mapping
        corrected.fields["amount"] = 3
        memory = {source.shape: corrected}
    later = make.text_file(tmp_path / "b.csv", [("05.03.2026", "1", "7", "10", "20")], header, above=[["Отчёт"]])
    assert only(later, remembered=memory.get).lines[0].amount == 1000


def test_a_mapping_of_an_unknown_header_is_not_used_for_another_file_as_wide(tmp_path: Path) -> None:
    row = ("05.03.2026", "1", "7", "10")
    path = make.text_file(tmp_path / "a.csv", [row], ("When", "No", "Who", "Paid"))
    with opened(path) as source:
        fields = {"date": 0, "number": 1, "customer_code": 2, "amount": 3}
        memory = {source.shape: Mapping("sales", fields, 1, labels=["When", "No", "Who", "Paid"])}
    assert only(path, remembered=memory.get).lines[0].amount == 1000
    other = make.text_file(tmp_path / "b.csv", [row], ("Jour", "Numéro", "Âge", "Taille"))
    with opened(other, remembered=memory.get) as source:
        assert source.missing


def test_a_file_without_required_columns_says_which(tmp_path: Path) -> None:
    path = make.text_file(
        tmp_path / "a.csv", [("05.03.2026", "7", "10")], ("Дата операции", "Телефон", "Сумма покупки")
    )
    with opened(path) as source:
        assert source.missing == ["Номер"]
        with pytest.raises(NeedsMapping, match="Номер"):
            list(source.documents())


def test_preview_shows_cells_and_documents(tmp_path: Path) -> None:
    rows = [sale_row(), sale_row(Номер="2", Сумма="десять"), sale_row(Номер="3")]
    with opened(make.text_file(tmp_path / "a.csv", rows)) as source:
        preview = source.preview(2)
        assert [number for number, _ in preview.rows] == [2, 3]
        assert [d.number for d in preview.documents] == ["000001"]
        assert preview.errors[0].column == "Сумма"
        assert len(list(source.documents())) == 2


# --- workbooks ------------------------------------------------------------------------------------


def test_numbers_and_dates_of_a_workbook_look_as_a_person_sees_them(tmp_path: Path) -> None:
    row = sale_row(
        Дата=datetime(2026, 3, 5, 10, 15, 1), Номер=17, Телефон=79161234567.0, Код_клиента="000000123",
        Количество=0.35, Цена=1999.9, Сумма=699.97, Скидка=0,
    )  # fmt: skip
    with opened(make.xlsx_file(tmp_path / "a.xlsx", [row])) as source:
        cells = source.preview(1).rows[0][1]
        assert (cells[0], cells[1], cells[9], cells[14]) == ("05.03.2026 10:15:01", "17", "79161234567", "0.35")
        sale = next(source.documents())
    assert (sale.at, sale.customer.code, sale.lines[0].amount) == (
        datetime(2026, 3, 5, 10, 15, 1),
        "000000123",
        69997,
    )


def test_an_old_workbook_reads_the_same(tmp_path: Path) -> None:
    rows = [sale_row(), sale_row(Артикул="A2")]
    assert only(make.xls_file(tmp_path / "a.xls", rows)) == only(make.text_file(tmp_path / "a.csv", rows))


# --- documents ------------------------------------------------------------------------------------


def test_rows_of_a_document_may_lie_apart(tmp_path: Path) -> None:
    rows = [sale_row(Номер=n, Артикул=a) for a in ("A1", "A2") for n in ("1", "2", "3")]
    documents, _ = read(make.text_file(tmp_path / "a.csv", rows))
    assert [(d.number, d.rows) for d in documents] == [("1", [2, 5]), ("2", [3, 6]), ("3", [4, 7])]


def test_one_number_in_two_years_and_two_shops_is_four_documents(tmp_path: Path) -> None:
    rows = [sale_row(Магазин=shop, Дата=day) for shop in ("А", "Б") for day in ("05.03.2025", "05.03.2026")]
    documents, _ = read(make.text_file(tmp_path / "a.csv", rows))
    assert len(documents) == 4


def test_negative_lines_are_a_return_without_a_basis(tmp_path: Path) -> None:
    rows = [sale_row(), sale_row(Артикул="A2", Количество="-1", Сумма="-500")]
    (sale, back), source = read(make.text_file(tmp_path / "a.csv", rows))
    assert isinstance(back, ReturnDocument) and (back.number, back.receipt_number) == (sale.number, "")
    assert (back.lines[0].quantity, back.lines[0].amount) == (1000, 50000)
    assert source.warnings


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_return_document_names_its_receipt(tmp_path: Path, sign: str) -> None:
    row = sale_row(
        Вид="Возврат", Документ_продажи="000123 от 05.03.2026", Количество=sign + "1", Сумма=sign + "500"
    )
    back = only(make.text_file(tmp_path / "a.csv", [row]))
    assert (back.receipt_number, back.receipt_on) == ("000123", date(2026, 3, 5))
    assert (back.lines[0].quantity, back.lines[0].amount) == (1000, 50000)


def test_the_registrar_tells_kind_number_and_moment(tmp_path: Path) -> None:
    header = (
        "Регистратор",
        "Дата документа",
        "Номер Заказа клиента",
        "Код клиента",
        "Номенклатура",
        "Количество",
        "Выручка",
    )
    rows = [
        ("Реализация товаров и услуг 00АМ-000017 от 31.01.2026 9:00:00", "31.01.2026", "55", "7", "Чай", 1, 100),
        ("Возврат товаров от клиента НФНФ-001062 от 01.02.2026 9:30:00", "01.02.2026", "55", "7", "Чай", -1, -100),
        ("Заказ клиента 55 от 01.02.2026 9:30:00", "01.02.2026", "55", "7", "Чай", 1, 100),
    ]
    (sale, back), source = read(make.xlsx_file(tmp_path / "a.xlsx", rows, header))
    assert (sale.number, sale.at) == ("00АМ-000017", datetime(2026, 1, 31, 9))
    assert isinstance(back, ReturnDocument) and back.number == "НФНФ-001062"
    assert any("Заказ клиента" in warning for warning in source.warnings)


def test_receipts_win_over_the_shift_report_of_the_same_sales(tmp_path: Path) -> None:
    header = ("Регистратор", "Код клиента", "Номенклатура", "Количество", "Сумма")
    receipt = ("Чек ККМ 1 от 05.03.2026 10:00:00", "7", "Чай", 1, 100)
    shift = ("Отчёт о розничных продажах 9 от 05.03.2026 23:59:59", "", "Чай", 1, 100)
    documents, source = read(make.xlsx_file(tmp_path / "a.xlsx", [receipt, shift], header))
    assert len(documents) == 1 and any("Отчёты о розничных" in warning for warning in source.warnings)
    assert "чеки ККМ" in refusal(make.xlsx_file(tmp_path / "b.xlsx", [shift], header))


def test_a_retail_buyer_is_nobody_unless_there_is_a_card(tmp_path: Path) -> None:
    rows = [
        sale_row(Клиент="Розничный покупатель", Код_клиента="00-1", Карта="", Телефон=""),
        sale_row(Номер="2", Клиент="Розничный покупатель", Код_клиента="00-1", Карта="77", Телефон=""),
        sale_row(Номер="3", Клиент="", Код_клиента="", Карта="", Телефон=""),
    ]
    documents, _ = read(make.text_file(tmp_path / "a.csv", rows))
    assert [d.customer for d in documents] == [None, CustomerRef(None, "77", None, None), None]


def test_a_bad_phone_rejects_only_a_sale_that_nothing_else_identifies(tmp_path: Path) -> None:
    rows = [
        sale_row(Телефон="7,9E+10"),
        sale_row(Номер="2", Телефон="7,9E+10", Код_клиента="", Карта=""),
    ]
    documents, source = read(make.text_file(tmp_path / "a.csv", rows))
    assert [d.customer.phone for d in documents] == [None]
    error = source.errors.first[0]
    assert (error.row, error.column, error.value) == (3, "Телефон", "7,9E+10") and "Excel" in error.reason
    assert any("7,9E+10" in warning for warning in source.warnings)


def test_a_repeated_row_counts_once_and_says_so(tmp_path: Path) -> None:
    rows = [sale_row(), sale_row(Номер="2"), sale_row(), sale_row(Артикул="A2")]
    (first, _second), source = read(make.text_file(tmp_path / "a.csv", rows))
    assert len(first.lines) == 2 and source.skipped == 2
    assert "Строка 4 повторяет" in source.warnings[0]


def test_equal_rows_together_are_so_many_goods(tmp_path: Path) -> None:
    (sale,), source = read(make.text_file(tmp_path / "a.csv", [sale_row(), sale_row(), sale_row(Артикул="A2")]))
    assert len(sale.lines) == 3 and not source.warnings


def test_a_document_total_proves_two_equal_rows(tmp_path: Path) -> None:
    header = ("Дата", "Номер", "Код клиента", "Номенклатура", "Сумма", "Сумма документа")
    row, lone = ("05.03.2026", "1", "7", "Чай", "10", "20"), ("05.03.2026", "2", "7", "Чай", "10", "10")
    documents, _ = read(make.text_file(tmp_path / "a.csv", [row, row, lone, lone], header))
    assert [len(d.lines) for d in documents] == [2, 1]


def test_line_numbers_tell_equal_rows_apart(tmp_path: Path) -> None:
    header = ("НомерСтроки", "Дата", "Номер", "Код клиента", "Номенклатура", "Сумма")

    def row(line: str, number: str, total: str = "10") -> tuple[str, ...]:
        return (line, "05.03.2026", number, "7", "Чай", total)

    rows = [row("1", "1"), row("2", "1"), row("1", "2"), row("1", "2"), row("1", "3"), row("1", "3", "11")]
    documents, source = read(make.text_file(tmp_path / "a.csv", rows, header))
    assert [(d.number, len(d.lines)) for d in documents] == [("1", 2), ("2", 1)]
    assert source.rejected == 2 and "номер строки 1" in source.errors.first[1].reason.lower()


@pytest.mark.parametrize(
    "changes, column, reason",
    [
        ({"Сумма": "сто"}, "Сумма", "не число"),
        ({"Сумма": "1,234"}, "Сумма", "непонятно, что отделяет знак"),
        ({"Количество": "0"}, "Количество", "равно нулю"),
        ({"Количество": "-1"}, "Количество", "разных знаков"),
        ({"Дата": "31.02.2026"}, "Дата", "не бывает"),
        ({"Дата": ""}, "Дата", "нет даты"),
        ({"Дата": "02.07.2026"}, "Дата", "позже сегодняшнего"),
        ({"Номер": ""}, "Номер", "нет номера"),
        ({"Вид": "Перепись"}, "Вид", "непонятный вид"),
        ({"Бонусы": "1500"}, "Бонусы", "больше суммы"),
        ({"Сумма": "", "Цена": ""}, "Сумма", "нет суммы"),
    ],
)
def test_a_bad_row_has_its_column_value_and_reason(
    tmp_path: Path, changes: dict[str, str], column: str, reason: str
) -> None:
    rows = [sale_row(**changes), sale_row(Номер="2")]
    documents, source = read(make.text_file(tmp_path / "a.csv", rows))
    assert [d.number for d in documents] == ["2"]
    error = source.errors.first[0]
    assert (error.row, error.column) == (2, column) and reason in error.reason.lower()
    assert source.errors.count == source.rejected == 1


@pytest.mark.parametrize(
    "changes", [{"Сумма": "сто"}, {"Дата": "31.02.2026"}, {"Телефон": "89161234", "Карта": "", "Код_клиента": ""}]
)
def test_a_bad_row_takes_its_whole_document_with_it(tmp_path: Path, changes: dict[str, str]) -> None:
    rows = [sale_row(Артикул="A1"), sale_row(Номер="2"), sale_row(Артикул="A2", **changes)]
    documents, source = read(make.text_file(tmp_path / "a.csv", rows))
    assert [d.number for d in documents] == ["2"]
    reasons = {error.row: error.reason for error in source.errors.first}
    assert reasons[2] == "Строка того же чека 000001 с ошибкой в строке 4" and source.rejected == 2


@pytest.mark.parametrize("changes", [{"Код_клиента": "00-99"}, {"Дата": "06.03.2026 10:00:00"}])
def test_two_customers_or_two_dates_in_one_document_are_an_error(tmp_path: Path, changes: dict[str, str]) -> None:
    documents, source = read(make.text_file(tmp_path / "a.csv", [sale_row(), sale_row(Артикул="A2", **changes)]))
    assert documents == [] and source.rejected == 2
    assert source.errors.first[1].reason.startswith("В одном документе")


def test_a_row_wider_than_the_header_is_an_error(tmp_path: Path) -> None:
    documents, source = read(
        make.text_file(tmp_path / "a.csv", [[*sale_row(), "лишнее"], [*sale_row(Номер="2"), ""]])
    )
    assert [d.number for d in documents] == ["2"] and "больше колонок" in source.errors.first[0].reason


def test_missing_sums_come_from_price_and_discount(tmp_path: Path) -> None:
    header = ("Дата", "Номер", "Код клиента", "Артикул", "Количество", "Цена", "Скидка, %", "Скидка")
    rows = [
        ("05.03.2026", "1", "7", "A", "2", "99,99", "", "10"),
        ("05.03.2026", "2", "7", "A", "1", "33,33", "15", ""),
    ]
    documents, _ = read(make.text_file(tmp_path / "a.csv", rows, header))
    assert [(d.lines[0].discount, d.lines[0].amount) for d in documents] == [(1000, 18998), (500, 2833)]


@pytest.mark.parametrize(
    ("amount", "discount", "earns"),
    [("1100", 0, True), ("1000", 0, True), ("900", 10000, False)],
    ids=["a markup", "a markup that nobody paid", "a discount with a minus"],
)
def test_a_discount_below_zero_is_a_markup_unless_less_was_paid(
    tmp_path: Path, amount: str, discount: int, earns: bool
) -> None:
    (sale,), _ = read(make.text_file(tmp_path / "a.csv", [sale_row(Цена="1000", Скидка="-100", Сумма=amount)]))
    line = sale.lines[0]
    assert (line.amount, line.discount) == (int(amount) * 100, discount)
    assert full_price(line.price, line.quantity, line.discount, line.amount) is earns


def test_sum_with_and_without_discount(tmp_path: Path) -> None:
    header = ("Дата", "Номер", "Код клиента", "Артикул", "Сумма", "Сумма со скидкой")
    sale = only(make.text_file(tmp_path / "a.csv", [("05.03.2026", "1", "7", "A", "100", "90")], header))
    assert (sale.lines[0].amount, sale.lines[0].discount) == (9000, 1000)


@pytest.mark.parametrize("column", ["Бонусы", "СуммаСкидкиОплатыБонусом"])
@pytest.mark.parametrize("paid, amount", [("700", 100000), ("1000", 100000)])
def test_arithmetic_tells_whether_bonuses_are_taken_off_already(
    tmp_path: Path, column: str, paid: str, amount: int
) -> None:
    header = ("Дата", "Номер", "Код клиента", "Артикул", "Количество", "Цена", "Сумма", column)
    rows = [("05.03.2026", "1", "7", article, "1", "1000", paid, "300") for article in "AB"]
    sale = only(make.text_file(tmp_path / "a.csv", rows, header))
    assert (sale.lines[0].amount, sale.redeemed) == (amount, 60000)


def test_one_discounted_row_that_happens_to_add_up_proves_nothing(tmp_path: Path) -> None:
    """1000 sold for 800 with 200 paid by bonuses is not 1000 of which 800 was left to pay."""
    rows = [sale_row(Цена="1000", Скидка="0", Сумма="800", Бонусы="200")]
    assert only(make.text_file(tmp_path / "a.csv", rows)).lines[0].amount == 80000


@pytest.mark.parametrize("column, amount", [("Бонусы", 70000), ("СуммаСкидкиОплатыБонусом", 100000)])
def test_without_prices_the_header_tells_it_and_a_person_may_say_otherwise(
    tmp_path: Path, column: str, amount: int
) -> None:
    header = ("Дата", "Номер", "Код клиента", "Артикул", "Сумма", column)
    path = make.text_file(tmp_path / "a.csv", [("05.03.2026", "1", "7", "A", "700", "300")], header)
    assert only(path).lines[0].amount == amount
    with opened(path) as source:
        mapping = source.mapping
    mapping.amount_after_bonuses = amount == 70000
    assert only(path, mapping=mapping).lines[0].amount == 170000 - amount


def test_a_grand_total_that_differs_is_told(tmp_path: Path) -> None:
    path = make.text_file(tmp_path / "a.csv", [sale_row(), ["Итого", *[""] * 16, "5 000"]])
    _, source = read(path)
    assert any("5\u00a0000\u00a0₽" in warning for warning in source.warnings)


def test_blank_rows_totals_and_repeated_headers_are_skipped_and_counted(tmp_path: Path) -> None:
    rows = [sale_row(), [], ["Итого по магазину", *[""] * 16, "1000"], SALES_HEADER, sale_row(Номер="2")]
    documents, source = read(make.text_file(tmp_path / "a.csv", rows))
    assert (len(documents), source.rows, source.skipped, source.errors.count) == (2, 6, 4, 0)


# --- grouped reports ------------------------------------------------------------------------------


def grouped_file(path: Path, by: str) -> Path:
    rows, levels = [row for _, row in make.GROUPED_ROWS], [level for level, _ in make.GROUPED_ROWS]
    if by == "xls":
        return make.xls_file(path.with_suffix(".xls"), rows, make.GROUPED_HEADER, levels)
    told = {by: levels if by == "levels" else [level * 3 for level in levels]} if by != "arithmetic" else {}
    return make.xlsx_file(path, rows, make.GROUPED_HEADER, header_row=5, **told)


@pytest.mark.parametrize("by", ["levels", "indents", "xls", "arithmetic"])
def test_a_grouped_report_with_receipts_is_read(tmp_path: Path, by: str) -> None:
    documents, source = read(grouped_file(tmp_path / "a.xlsx", by))
    told = [(d.number, d.customer.code, [(x.name, x.amount) for x in d.lines]) for d in documents]
    assert told == [
        ("0001", "00-00012", [("Платье летнее", 200000), ("Ремень", 50000)]),
        ("0002", "00-00012", [("Ремень", 50000)]),
        ("0003", "00-00013", [("Шарф", 70000)]),
    ]
    assert source.errors.count == 0 and documents[0].at == datetime(2026, 3, 5, 10)


def test_a_grouped_report_without_receipts_says_what_to_export(tmp_path: Path) -> None:
    header = ("Клиент", "Количество", "Выручка")
    sentence = refusal(
        make.xlsx_file(tmp_path / "a.xlsx", make.SUMMARY_ROWS, header, header_row=5, levels=[0, 1, 2, 0])
    )
    assert "нет чеков" in sentence and "Выгрузите из 1С" in sentence


# --- refusals -------------------------------------------------------------------------------------


def test_a_header_alone_and_totals_alone_are_refused(tmp_path: Path) -> None:
    assert "ни одной строки" in refusal(make.text_file(tmp_path / "a.csv", []))
    assert "только итоги" in refusal(make.text_file(tmp_path / "b.csv", [["Итого", *[""] * 16, "5 000"]]))


# --- rejected rows, files again, memory -----------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx", "grouped"])
def test_rejected_rows_can_be_fixed_and_read_again(tmp_path: Path, kind: str) -> None:
    if kind == "grouped":
        path = grouped_file(tmp_path / "a.xlsx", "levels")
    else:
        rows = [sale_row(Сумма="сто"), sale_row(Артикул="A2"), sale_row(Номер="2"), sale_row(Номер="3")]
        path = (make.text_file if kind == "csv" else make.xlsx_file)(tmp_path / f"a.{kind}", rows)
    rejected = tmp_path / "a.csv.rejected.csv"
    with opened(path) as source:
        documents = list(source.documents())
        source.reject(documents[-1], "так нельзя", "Номер", documents[-1].number)
        written = source.write_rejected(rejected)
        assert written == source.rejected == source.errors.count
    text = rejected.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].endswith(";Причина") and "Так нельзя" in text
    rejected.write_text(text.replace("сто", "100"), encoding="utf-8-sig")
    again, source = read(rejected)
    assert documents[-1].number in [d.number for d in again] and source.errors.count == 0
    assert again[-1].lines == documents[-1].lines and again[-1].customer == documents[-1].customer


def test_the_same_file_gives_the_same_documents_twice(tmp_path: Path) -> None:
    with opened(make.many_sales(tmp_path / "a.csv", 50)) as source:
        heard: list[float] = []
        once = list(source.documents(heard.append))
        assert once == list(source.documents()) and len(once) == 50
        assert source.rows == 151
        assert heard == sorted(heard) and heard[-1] == 1.0


def test_temporary_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    with opened(make.many_sales(tmp_path / "a.csv", 10)) as source:
        list(source.documents())
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_the_file(tmp_path: Path) -> None:
    def peak(receipts: int) -> int:
        path = make.many_sales(tmp_path / f"{receipts}.csv", receipts)
        tracemalloc.start()
        with opened(path) as source:
            assert sum(1 for _ in source.documents()) == receipts
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(500)  # imports and regular expressions are paid once
    short, long = peak(6_000), peak(24_000)
    assert long < short * 1.6 + (2 << 20)


def test_totals_of_days_are_compared_with_their_documents(tmp_path: Path) -> None:
    def total(text: str, amount: str) -> list[str]:
        return [{"Дата": text, "Сумма": amount}.get(name, "") for name in SALES_HEADER]

    rows = [
        sale_row(), total("Итого за 05.03.2026", "1000"),
        sale_row(Дата="06.03.2026", Номер="2"), total("Итого за 06.03.2026:", "1500"), total("Итого", "2000"),
    ]  # fmt: skip
    _documents, source = read(make.text_file(tmp_path / "a.csv", rows))
    assert source.totals.days == {date(2026, 3, 5): 100_000, date(2026, 3, 6): 150_000}
    (told,) = source.warnings
    assert told.replace("\xa0", " ") == "Итого за 06.03.2026 в файле — 1 500 ₽, а чеки этого дня дают 1 000 ₽."
    assert source.totals.file_sum() == 200_000


def test_what_only_late_rows_tell_makes_a_second_look(tmp_path: Path) -> None:
    """The plan is made from the first 20,000 rows; marks, orders and kinds further on are heard all the same."""
    header = ("Дата", "Номер", "Код клиента", "Номенклатура", "Сумма", "Примечание кассира")
    rows = [("01/02/2026", f"{n}", "7", "Чай", "1,000", "") for n in range(21_000)]
    late = [("13/02/2026", "a", "7", "Чай", "12,50", ""), ("13/02/2026", "b", "7", "Чай", "5", "Возврат")]
    plain = [(*row[:4], "1000", "") for row in rows]
    documents, source = read(make.text_file(tmp_path / "a.csv", [*plain, *late], header))
    assert source.plan.money_mark == "," and documents[0].at.date() == date(2026, 2, 1)
    assert [d.number for d in documents if isinstance(d, ReturnDocument)] == ["b"]
    with pytest.raises(UnreadableFile, match="1,000"):
        read(make.text_file(tmp_path / "b.csv", rows, header))
