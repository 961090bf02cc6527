"""What a column's cells say together, and what one cell says by that: numbers, dates, words, nobody's signs."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.errors import UnreadableFile
from loyalty.onec import open_file
from loyalty.onec.columns.cells import Bad, clean
from loyalty.onec.columns.dates import DAY_FIRST, MONTH_FIRST, Order, date_parser, parse_time
from loyalty.onec.columns.nobody import is_retail, read_code, read_phone
from loyalty.onec.columns.numbers import (
    ODD,
    Evidence,
    money_parser,
    parse_percent,
    price_parser,
    quantity_parser,
)  # fmt: skip
from loyalty.onec.columns.values import bare_number, parse_flag, parse_name, parse_presentation
from loyalty.onec.columns.words import OTHER, RETURN, SALE, SHIFT, UNKNOWN, is_finished, is_total, kind_of

TODAY = date(2026, 6, 30)


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "fine", "mark"),
    [
        (["12,500", "9,900", "900"], False, None),
        (["12,500", "14,999"], False, "."),  # three decimals are no sum
        (["12,500", "0,350"], True, ","),
        (["12,500", "3,75"], True, ","),
        (["12,500", "3,75"], False, ODD),
        (["1.234,50", "7"], False, ","),
        (["1,234.50", "12,500"], False, "."),
        (["1.234.567", "12.500"], False, ","),
        (["1,5", "1.5"], False, ODD),
        (["12", "7 000", ""], False, ""),
        (["12,500", "12.500"], False, None),
    ],
)
def test_the_mark_is_the_columns(cells: list[str], fine: bool, mark: str | None) -> None:
    seen = Evidence()
    seen.look(cells)
    assert seen.decimal_mark(fine) == mark


@pytest.mark.parametrize(
    ("text", "mark", "kopecks"),
    [
        ("12,500", ",", 1250), ("12,500", ".", 1250000), ("12.500", ",", 1250000), ("1 234,5", "", 123450),
        ("1'234.50", "", 123450), ("350,00 р.", ",", 35000), ("₽ 5", "", 500), ("200 руб.", "", 20000),
        ("(5,10)", ",", -510), ("5-", "", -500), ("−7", "", -700), (",5", "", 50), ("299.6666667", ".", 29967),
        ("", "", None), ("-", "", None), ("null", "", None),
    ],
)  # fmt: skip
def test_sums_by_the_columns_mark(text: str, mark: str, kopecks: int | None) -> None:
    assert money_parser(mark)(text) == kopecks


@pytest.mark.parametrize("text", ["12а", "1e5", "10%", "1,23,4", "#Н/Д", "299.667", "1" * 20, "..", "٣", "²"])
def test_what_is_no_sum(text: str) -> None:
    assert isinstance(money_parser(".")(text), Bad)


def test_an_odd_cell_is_refused_where_it_counts_and_read_where_it_does_not() -> None:
    assert isinstance(money_parser(ODD)("12,500"), Bad) and price_parser(ODD)("12,500") == 1250
    assert money_parser(ODD)("3,75") == 375 and quantity_parser(",")("0,350 кг") == 350


def test_an_uncomputed_formula_says_what_to_do() -> None:
    told = money_parser("")("#формула не посчитана")
    assert isinstance(told, Bad) and "сохраните" in told.reason


SUMS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)
STYLES = [(",", " "), (",", "."), (".", ","), (".", "'"), (",", ""), (".", "")]


@given(SUMS, st.sampled_from(STYLES))
def test_sums_written_in_one_way_are_read_or_asked_about(sums: list[int], style: tuple[str, str]) -> None:
    decimal, group = style
    cells = [f"{kopecks // 100:,}".replace(",", group) + f"{decimal}{kopecks % 100:02}" for kopecks in sums]
    seen = Evidence()
    seen.look(cells)
    mark = seen.decimal_mark(fine=False)
    assert mark == decimal and [money_parser(mark)(cell) for cell in cells] == sums


# --- dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["1/5/2026", "1/25/2026"], MONTH_FIRST),
        (["25/1/2026", "1/5/2026"], DAY_FIRST),
        (["1/5/2026", "3/4/2026"], None),
        (["1/12/2026"], MONTH_FIRST),  # the first of December has not come yet
        (["01.05.2026", "03.04.2026"], DAY_FIRST),  # nobody writes months first with dots
        (["1/25/2026", "25/1/2026"], DAY_FIRST),
        (["5/5/2026"], DAY_FIRST),
        (["2026-01-05", "10 января 2026"], DAY_FIRST),
        (["1/5/0001 x", "вчера"], DAY_FIRST),
    ],
)
def test_the_order_is_the_columns(cells: list[str], order: str | None) -> None:
    seen = Order()
    seen.look(cells)
    assert seen.decided(TODAY) == order


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("10.01.2026 12:00+03", "2026-01-10T12:00"), ("10.01.2026 13:00+00", "2026-01-10T16:00"),
        ("2025-12-31T21:30:00Z", "2026-01-01T00:30"), ("2026-01-11T12:00:00.000+0000", "2026-01-11T15:00"),
        ("2026-01-11T12:00:00-05:30", "2026-01-11T20:30"), ("10 января 2026 г.", "2026-01-10"),
        ("10.01.26г", "2026-01-10"), ("10,01,2026", "2026-01-10"), ("5 янв 2026", "2026-01-05"),
        ("2026/01/25", "2026-01-25"), ("02.04.98", "1998-04-02"), ("20260110120000", "2026-01-10T12:00"),
        ("1.1.2026 9:05 PM", "2026-01-01T21:05"), ("45000,5", "2023-03-15T12:00"),
    ],
)  # fmt: skip
def test_days_and_moments(text: str, when: str) -> None:
    assert date_parser()(text) == datetime.fromisoformat(when)


@pytest.mark.parametrize(
    "text", ["31.02.2026", "10.01.2026 25:00", "2026", "03.2026", "10.01.2026 12:00 +99", "xx"]
)
def test_what_is_no_day(text: str) -> None:
    assert isinstance(date_parser()(text), Bad)


def test_a_birth_date_of_two_digits_has_passed() -> None:
    born = date_parser(latest=TODAY)
    assert [born(text).year for text in ("15.03.65", "02.11.58", "01.02.26", "01.07.26")] == [
        1965,
        1958,
        2026,
        1926,
    ]  # type: ignore[union-attr]


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SALE, "Продажа|Чек ККМ|Приход|Реализация товаров и услуг|Расходная накладная|Розница|УПД|Покупка|SALE"),
        (RETURN, "Возврат|Чек ККМ на возврат|Возврат прихода|Возврат товаров от клиента|ВОЗВРАТ ПРОДАЖИ|return"),
        (OTHER, "Возврат поставщику|Приходная накладная|Поступление товаров|Расход|Возврат расхода"),
        (OTHER, "Приходный кассовый ордер"),
        (OTHER, "Отмена продажи|Аннулирование чека|Отложенный чек|Сторно|Чек коррекции|Корректировка реализации"),
        (OTHER, "Отчёт комиссионера о продажах|Внесение|Инкассация|Заказ клиента|Аванс|Z-отчёт"),
        (SHIFT, "Отчет о розничных продажах|Отчёт о розничных возвратах"),
        (UNKNOWN, "Товар|Услуга|1|Прочее"),
    ],
)  # fmt: skip
def test_kinds_of_documents(kind: str, words: str) -> None:
    assert {word: kind_of(word) for word in words.split("|")} == dict.fromkeys(words.split("|"), kind)


def test_states_of_receipts() -> None:
    done, not_done = (
        "Завершен|Пробитый|Архивный|Оплачен|Проведён|Доставлен|",
        "Не оплачен|Отменён|Черновик|Новый|В работе",
    )
    assert {word: is_finished(word) for word in done.split("|")} == dict.fromkeys(done.split("|"), True)
    assert {word: is_finished(word) for word in not_done.split("|")} == dict.fromkeys(not_done.split("|"), False)
    assert is_finished("Ромашка") is None


def test_totals_by_their_words() -> None:
    assert all(map(is_total, ("Итого", "ИТОГО:", "Всего по чеку", "Итог", "Сумма по документу", "Общий итог")))
    assert not any(map(is_total, ("Сумка", "Итоговая книга учёта", "Чай Всевышний", "")))


# --- nobody -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Розничный покупатель", "РОЗНИЧНЫЙ  ПОКУПАТЕЛЬ", "Розничный покупатель (основной)", "Физ. лицо", "Розница",
        "Розничные покупатели", "Розничный покупатель Ленина, 5",
        "Продажа населению", "Частное лицо", "Покупатель", "Аноним", "Розничный клиент 2",
    ],
)  # fmt: skip
def test_a_stand_in_is_nobody(name: str) -> None:
    assert is_retail(name)


@pytest.mark.parametrize("name", ["Иванова Анна", "Розина Анна", "Клиентова Ольга", "ООО Покупатель и Ко", "Ли"])
def test_a_person_is_somebody(name: str) -> None:
    assert not is_retail(name)


@pytest.mark.parametrize(
    "text", ["0", "000000000", "нет", "Без карты", "#Н/Д", "#REF!", "2,20001E+12", "-", "1111111"]
)
def test_what_is_no_code_is_nobodys(text: str) -> None:
    assert read_code(text).value is None


@pytest.mark.parametrize(
    ("text", "code"),
    [('="00012"', "00012"), ("'00012", "00012"), ("К-01\u200b", "К-01"), ("12345.0", "12345"), ("11111", "11111")],
)
def test_codes_as_people_mean_them(text: str, code: str) -> None:
    assert read_code(text).value == code


@pytest.mark.parametrize(
    ("text", "is_broken"),
    [
        ("+7 (900) 000-00-00", False), ("0", False), ("anna@example.ru", False), ("+7916*****67", False),
        ("7916XXXXX67", False), ("8916123456", True), ("7,9E+10", True), ("нет", False),
    ],
)  # fmt: skip
def test_a_phone_that_is_none_is_nobodys_and_one_with_a_slip_can_be_mended(text: str, is_broken: bool) -> None:
    assert (read_phone(text).value, read_phone(text).is_broken) == (None, is_broken)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Иванова Анна, 89161234567", ("Иванова Анна", "", "+79161234567")),
        ("8-916-123-45-67 Иванова Анна", ("Иванова Анна", "", "+79161234567")),
        ("Иванова Анна (тел. +7 916 123-45-67)", ("Иванова Анна", "", "+79161234567")),
        ("Иванова Анна, 00-00012", ("Иванова Анна", "00-00012", "")),
        ("Иванова Анна", ("Иванова Анна", "", "")),
    ],
)
def test_a_name_with_its_code_or_phone(text: str, named: tuple[str, str, str]) -> None:
    assert parse_name(text) == named


# --- never a traceback ------------------------------------------------------------------------------

NASTY = st.text(
    st.one_of(st.sampled_from("0123456789.,-+ /:%()'\"#=№eEеТZг\u00a0\u200b\ufeff"), st.characters()), max_size=24
)
PARSERS = (
    *(make(mark) for make in (money_parser, price_parser, quantity_parser) for mark in ("", ",", ".", ODD)),
    date_parser(), date_parser(MONTH_FIRST), date_parser(latest=TODAY), parse_percent, parse_time, parse_flag,
    parse_presentation, bare_number, parse_name, read_code, read_phone, is_retail, kind_of, is_finished, is_total,
    clean,
)  # fmt: skip


@given(NASTY)
def test_no_cell_breaks_a_parser(text: str) -> None:
    for parse in PARSERS:
        parse(text)
    for seen in (Evidence(), Order()):
        seen.look([text])
    seen.decided(TODAY)


HEADINGS = st.sampled_from(
    [
        "Дата", "Номер", "№", "Вид", "Сумма", "Сумма документа", "Количество", "Цена", "Скидка", "Бонусы", "Клиент",
        "Код клиента", "Телефон", "Карта", "Номенклатура", "Артикул", "Документ", "Магазин", "Касса", "Смена",
        "Статус", "Сумма без НДС", "Количество возврата", "Сумма возврата", "Время", "Итого", "", "Что-то",
    ]
)  # fmt: skip
CELLS = st.one_of(
    NASTY,
    st.sampled_from(
        [
            "10.01.2026", "10.01.2026 12:30", "1/5/2026", "000001", "1", "2", "100", "12,50", "12,500", "-5",
            "Чай", "Итого", "Возврат", "Продажа", "Чек ККМ 1 от 10.01.2026 12:00:00", "К-1", "Скидка",
            "+79161234567", "10%", "Итого по чеку", "#Н/Д", "NaN%", "Отмена",
        ]
    ),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    header=st.lists(HEADINGS, min_size=1, max_size=9),
    rows=st.lists(st.lists(CELLS, max_size=10), max_size=12),
    kind=st.sampled_from(["auto", "sales", "customers"]),
)
def test_no_table_breaks_the_reader(header: list[str], rows: list[list[str]], kind: str, tmp_path: Path) -> None:
    """Whatever stands in it: documents, rejected rows or one sentence, and every row is accounted for."""
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    try:
        with open_file(path, today=TODAY, kind=kind) as source:
            source.preview()
            documents = list(source.documents())
            taken = sum(len(document.rows) for document in documents) + source.rejected + source.skipped
            assert taken == source.rows
            source.write_rejected(tmp_path / "rejected.csv")
            source.totals.file_sum()
    except UnreadableFile as refusal:
        assert str(refusal)
