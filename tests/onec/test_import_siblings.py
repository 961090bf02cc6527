"""Siblings of the files in cases/import: the same faults in other words, marks and places, written here.

In the language of tests.came_in. Where what is right can be argued about, being stopped with a question or rejected
with a reason will do as well; a figure that is silently wrong never does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.came_in import ANY, B, Expected, NothingIn, Outcome, R, Refused, against, room, settle

TODAY = "2026-06-30"
Made = Callable[[Path, int], Path]
Sheet = tuple[str, Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Sibling:
    """Files made one after another; any of the outcomes will do, and `never` is in nothing that was said."""

    id: str
    files: Sequence[Made]
    outcomes: Sequence[Outcome]
    never: str = ""


def of(id: str, files: Made | Sequence[Made], *outcomes: Outcome, never: str = "") -> Sibling:
    return Sibling(id, [files] if callable(files) else files, outcomes, never)


def csv(*lines: str, encoding: str = "utf-8-sig") -> Made:
    """A text file of these lines."""

    def made(folder: Path, number: int) -> Path:
        path = folder / f"{number}.csv"
        path.write_text("\n".join((*lines, "")), encoding=encoding)
        return path

    return made


def book(*sheets: Sheet) -> Made:
    """A workbook; None is an empty cell."""

    def made(folder: Path, number: int) -> Path:
        path, workbook = folder / f"{number}.xlsx", Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets:
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        workbook.save(path)
        return path

    return made


HEADER = "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма"
COAT, SCARF = "К-01;Пальто;1;10000;10000", "К-02;Шарф;1;2000;2000"
DAY_1, DAY_2 = "10.01.2026 12:00:00", "11.01.2026 12:00:00"
FIRST, SECOND = R("000001", 10_000, "К-01", "2026-01-10", 1, 500), R("000002", 2000, "К-02", "2026-01-11", 1, 100)
BOTH = [R("000001", 12_000, "К-01", "2026-01-10", 2, 600), SECOND]
ROWS = (f"{DAY_1};000001;{COAT}", f"{DAY_1};000001;К-01;Шарф;1;2000;2000", f"{DAY_2};000002;{SCARF}")
PHONE_1, PHONE_2 = "+79161234567", "+79161234568"
JAN_10, JAN_11, FEB_10 = datetime(2026, 1, 10, 12), datetime(2026, 1, 11, 12), datetime(2026, 2, 10, 12)


# --- What kind of document ------------------------------------------------------------------------------


def kinds(word: str, *of_rows: str) -> Made:
    """The coat of К-01 four times over at most: a document a row, each of a kind."""
    rows = (f"{10 + i}.01.2026 12:00:00;00000{i + 1};{kind};{COAT}" for i, kind in enumerate(of_rows))
    return csv(f"Дата;Номер;{word};Код клиента;Номенклатура;Количество;Цена;Сумма", *rows)


def documents(*names: str, column: str = "Документ") -> Made:
    rows = (f"{name};{COAT}" for name in names)
    return csv(f"{column};Код клиента;Номенклатура;Количество;Цена;Сумма", *rows)


SOLD_AND_BACK = Expected([FIRST], [B(10_000, {"К-01", None}, "000002", on="2026-01-11")])
ONLY_FIRST: list[Outcome] = [Expected([FIRST]), Refused()]
CHECK = "Чек ККМ 000001 от 10.01.2026 12:00:00"
KIND = [
    of(
        "kind: the type of a receipt, an income returned",
        kinds("Тип чека", "Приход", "Возврат прихода"),
        SOLD_AND_BACK,
    ),
    of(
        "kind: the type of an operation, a customer's return",
        kinds("Тип операции", "продажа", "возврат покупателя"),
        SOLD_AND_BACK,
    ),
    of(
        "kind: the sign of settlement in capitals",
        kinds("Признак расчета", "ПРИХОД", "ВОЗВРАТ ПРИХОДА"),
        SOLD_AND_BACK,
    ),
    of("kind: an operation, goods returned", kinds("Операция", "Продажа товара", "Возврат товара"), SOLD_AND_BACK),
    of(
        "kind: a receipt for a return",
        documents(CHECK, "Чек на возврат 000002 от 11.01.2026 12:00:00"),
        SOLD_AND_BACK,
    ),
    of("kind: annulled", kinds("Операция", "Продажа", "Аннулирование"), *ONLY_FIRST),
    of("kind: storno", kinds("Вид", "Продажа", "Сторно продажи"), *ONLY_FIRST),
    of("kind: put off and a draft", kinds("Тип чека", "Продажа", "Отложен", "Черновик чека"), *ONLY_FIRST),
    of("kind: money put into the drawer", kinds("Вид операции", "Продажа", "Внесение", "Изъятие"), *ONLY_FIRST),
    of("kind: paid out by the shop", kinds("Признак расчёта", "Приход", "Расход", "Возврат расхода"), *ONLY_FIRST),
    of(
        "kind: goods come from a supplier",
        documents(CHECK, "Поступление товаров и услуг 000002 от 11.01.2026 12:00:00"),
        Expected([FIRST], warns="поступление"),
        Expected([FIRST], rejected=1, rejects="поступление"),
    ),
    of(
        "kind: goods go back to a supplier",
        documents(CHECK, "Возврат товаров поставщику 000002 от 11.01.2026 12:00:00", column="Регистратор"),
        Expected([FIRST], warns="поставщик"),
        Expected([FIRST], rejected=1, rejects="поставщик"),
    ),
    of(
        "kind: an agent's report",
        documents(CHECK, "Отчёт комиссионера (агента) о продажах 000002 от 11.01.2026 12:00:00"),
        Expected([FIRST], warns="комиссионер"),
        Expected([FIRST], rejected=1, rejects="комиссионер"),
        Refused("комиссионер"),
    ),
    of(
        "kind: the shift's report beside its receipts",
        documents(CHECK, "Отчет о розничных продажах 000002 от 10.01.2026 21:00:00", column="Регистратор"),
        Expected([FIRST], warns="розничных продажах"),
        Expected([FIRST], rejected=1, rejects="розничных продажах"),
        Refused("розничных продажах"),
    ),
    of(
        "kind: an order and an invoice are no sale",
        documents(CHECK, "Заказ клиента 000002 от 11.01.2026", "Счет на оплату 000003 от 11.01.2026"),
        Expected([FIRST], warns=("заказ", "счет")),
        Expected([FIRST], rejected=2, rejects=("заказ", "счет")),
    ),
    of("kind: a status of the cancelled", kinds("Статус", "Оплачен", "Отменён"), *ONLY_FIRST),
    of("kind: a status of the new", kinds("Статус чека", "Пробит", "Новый"), *ONLY_FIRST),
    *(
        of(f"kind: said under the heading «{heading}»", kinds(heading, sold, back), SOLD_AND_BACK)
        for heading, sold, back in (
            ("Приход/Расход", "Приход", "Возврат прихода"),
            ("Отметка", "", "возврат"),
            ("", "", "Возврат товара"),
            ("Возврат", "Нет", "Да"),
            ("Возврат", "", "+"),
            ("Признак возврата", "0", "1"),
        )
    ),
    of(
        "kind: a return said among other marks is not passed over",
        kinds("Отметка", "VIP", "Возврат"),
        Expected(None, None, warns="отметка.*возврат"),
        Refused(),
    ),
    of(
        "kind: the kind of goods stands where the document's would",
        csv(
            "Дата;Номер;Тип;Признак;Код клиента;Номенклатура;Количество;Цена;Сумма",
            f"{DAY_1};000001;Товар;Приход;{COAT}",
            f"{DAY_2};000002;Товар;Возврат прихода;{COAT}",
        ),
        SOLD_AND_BACK,
    ),
    *(
        of(f"kind: «{heading}: Да» is of a sale", kinds(heading, "Да", "Нет"), Expected(None, total=20_000))
        for heading in ("Возврат возможен", "Был возврат")
    ),
    of(
        "kind: goods and services are kinds of lines",
        csv(
            "Дата;Номер;Тип;Код клиента;Номенклатура;Количество;Цена;Сумма",
            f"{DAY_1};000001;Товар;{COAT}",
            f"{DAY_2};000002;Услуга;{SCARF}",
        ),
        Expected([FIRST, SECOND]),
    ),
    of(
        "kind: operations of 1C:Бухгалтерия",
        kinds("Вид операции", "Товары (накладная)", "Услуги (акт)"),
        Expected([FIRST, R("000002", 10_000, "К-01")]),
    ),
    of("kind: not posted", kinds("Проведен", "Да", "Нет"), Expected([FIRST])),
    of("kind: marked for deletion", kinds("Пометка удаления", "Нет", "Да"), Expected([FIRST])),
]

# --- Totals among the rows ------------------------------------------------------------------------------


def totals(*rows: str) -> Made:
    return csv(HEADER, *rows)


TOTAL = [
    of(
        f"total: {place} under each receipt",
        totals(*ROWS[:2], f"{DAY_1};000001;К-01;{word};2;;12000", ROWS[2], f"{DAY_2};000002;К-02;{word};1;;2000"),
        Expected(BOTH, total=14_000),
    )
    for place, word in {
        "the whole": "Итого:",
        "ALL": "ВСЕГО",
        "the receipt's": "Итог по чеку",
        "the document's sum": "Сумма по документу",
        "the document's with its number": "Итого по документу 000001",
        "all": "Всего:",
    }.items()
]
TOTAL += [
    of(
        "total: a subtotal above its receipt",
        totals(f"{DAY_1};000001;К-01;Итого по чеку;2;;12000", *ROWS[:2]),
        Expected(BOTH[:1], total=12_000),
    ),
    of(
        "total: a subtotal without number",
        totals(*ROWS[:2], ";;;Итого по чеку;2;;12000", ROWS[2], ";;;Итого по чеку;1;;2000", ";;;Всего;3;;14000"),
        Expected(BOTH, total=14_000),
    ),
    of(
        "total: the words stand in the number's column",
        totals(*ROWS[:2], ";Итого по чеку 000001;;;2;;12000", ROWS[2], "Итого за день;;;;3;;14000"),
        Expected(BOTH, total=14_000),
    ),
    of(
        "total: of each day",
        totals(*ROWS[:2], "Итого за 10.01.2026;;;;2;;12000", ROWS[2], "Итого за 11.01.2026;;;;1;;2000"),
        Expected(BOTH, total=14_000),
    ),
    of(
        "total: only a sum, and no words",
        totals(*ROWS, ";;;;;;14000"),
        Expected(BOTH, total=14_000),
        Expected(BOTH, total=14_000, rejected=1),
    ),
    of(
        "total: a row for the receipt, its sum in another column",
        csv(
            "Дата;Номер;Код клиента;Товар;Количество;Цена;Сумма;Сумма чека",
            f"{DAY_1};000001;К-01;;;;;12000",
            *(";;;Пальто;1;10000;10000;", ";;;Шарф;1;2000;2000;", f"{DAY_2};000002;К-02;;;;;2000"),
            ";;;Шарф;1;2000;2000;",
        ),
        Expected(BOTH, total=14_000),
        NothingIn(),
    ),
    of(
        "total: a row for the receipt under its lines",
        totals(*ROWS[:2], f"{DAY_1};000001;К-01;;2;;12000", ROWS[2], f"{DAY_2};000002;К-02;;1;;2000"),
        Expected(BOTH, total=14_000),
        NothingIn(),
    ),
    of(
        "total: free goods with no article and no price, below others, are no total of nothing",
        csv(
            "Дата;Номер;Код клиента;Артикул;Номенклатура;Количество;Цена;Скидка;Сумма",
            *(f"{DAY_1};000001;К-01;;Чай;2;100;200;0", f"{DAY_1};000001;К-01;B;Сапоги;1;;5000;0"),
            f"{DAY_1};000001;К-01;;Пакет;5;;50;0",
        ),
        Expected([R("000001", 0, "К-01", lines=3)], total=0),
    ),
    of(
        "total: of free goods, a named row of the receipt is its total",
        csv(
            "Дата;Номер;Код клиента;Артикул;Номенклатура;Количество;Цена;Скидка;Сумма",
            *(f"{DAY_1};000001;К-01;A;Чай;2;100;200;0", f"{DAY_1};000001;К-01;B;Сапоги;1;;5000;0"),
            f"{DAY_1};000001;К-01;;Чек 000001;3;;5200;0",
        ),
        Expected([R("000001", 0, "К-01", lines=2)], total=0),
    ),
    of(
        "total: a numbered line that costs as much as the others together is goods",
        csv(
            "Дата;Номер;Код клиента;Номер строки;Артикул;Номенклатура;Количество;Цена;Сумма",
            *(f"{DAY_1};000001;К-01;1;A;Пальто;1;10000;10000", f"{DAY_1};000001;К-01;2;B;Шарф;1;2000;2000"),
            f"{DAY_1};000001;К-01;3;;Сертификат;2;;12000",
        ),
        Expected([R("000001", 24_000, "К-01", lines=3)], total=24_000),
    ),
    of(
        "total: a named row that costs as much as the others and has no number is the receipt's",
        csv(
            "Дата;Номер;Код клиента;Номер строки;Артикул;Номенклатура;Количество;Цена;Сумма",
            *(f"{DAY_1};000001;К-01;1;A;Пальто;1;10000;10000", f"{DAY_1};000001;К-01;2;B;Шарф;1;2000;2000"),
            f"{DAY_1};000001;К-01;;;Чек 000001;2;;12000",
        ),
        Expected([R("000001", 12_000, "К-01", lines=2)], total=12_000),
    ),
    of(
        "total: goods that are called so are goods",
        totals(f"{DAY_1};000001;К-01;Набор «Всего понемногу»;1;10000;10000", ROWS[2]),
        Expected([FIRST, SECOND]),
    ),
]

# --- Whose it is ----------------------------------------------------------------------------------------


def named_by(column: str, *values: str) -> Made:
    """A receipt a row: 1, 2, … thousand roubles."""
    rows = (f"10.01.2026;{i:06};{value};Чай;1;{i}000" for i, value in enumerate(values, 1))
    return csv(f"Дата;Номер;{column};Номенклатура;Количество;Сумма", *rows)


def whose(*people: Any) -> list[R]:
    return [R(f"{i:06}", i * 1000, who) for i, who in enumerate(people, 1)]


def nobodys(about: str, column: str, known: str, who: str, *values: str) -> Sibling:
    """None of these values is anybody, and the last receipt is somebody's."""
    return of(
        f"nobody: {about}",
        named_by(column, *values, known),
        Expected(whose(*(None for _ in values), who), people=[who], rejected=0),
        Expected(whose(*(None for _ in values), who)[-1:], people=[who], rejected=len(values), rejects="."),
    )


WHO = [
    nobodys(
        "phones of zeros and nines",
        "Телефон",
        "89161234567",
        PHONE_1,
        "+70000000000",
        "8 (000) 000-00-00",
        "+7 (999) 999-99-99",
    ),
    nobodys("phones of ones", "Телефон", "89161234567", PHONE_1, "1111111", "81111111111", "+7 111 111 11 11"),
    nobodys("no phone, in words", "Телефон", "89161234567", PHONE_1, "-", "не указан", "б/н", "нет"),
    nobodys("no card, in words", "Карта", "2200001", "card:2200001", "-", "б/н", "отсутствует", "не указана"),
    nobodys("cards of zeros", "Карта", "2200001", "card:2200001", "0000000000000", "00", "без карты"),
    nobodys(
        "codes that are errors", "Код клиента", "К-01", "К-01", "#ССЫЛКА!", "#VALUE!", "#REF!", "#ИМЯ?", "#ЗНАЧ!"
    ),
    nobodys(
        "codes of nothing",
        "Код клиента",
        "К-01",
        "К-01",
        "<>",
        "null",
        "Неопределено",
        "00000000-0000-0000-0000-000000000000",
    ),
    nobodys("cards that are errors", "Дисконтная карта", "2200001", "card:2200001", "#N/A", "#Н/Д", "#DIV/0!"),
    of(
        "rounded: a card as 2.2E+12",
        named_by("Карта", "2.2E+12", "2.2E+12"),
        Expected(whose(None, None), warns="округл|карт"),
        NothingIn("карт"),
    ),
    of(
        "rounded: a phone as 7,91612E+10",
        named_by("Телефон", "7,91612E+10", "7,91612E+10", "89161234567"),
        Expected(whose(None, None, PHONE_1), people=[PHONE_1], warns="округл|телефон"),
        Expected(whose(None, None, PHONE_1)[-1:], people=[PHONE_1], rejected=2, rejects="."),
    ),
    of(
        "retail: other words for nobody in particular",
        csv(
            "Дата;Номер;Код клиента;Клиент;Номенклатура;Количество;Сумма",
            *("10.01.2026;000001;00-01;Частное лицо;Чай;1;1000", "10.01.2026;000002;00-02;Физлицо;Чай;1;2000"),
            *(
                "10.01.2026;000003;00-03;Розница;Чай;1;3000",
                "10.01.2026;000004;00-04;<Розничный покупатель>;Чай;1;4000",
            ),
            "10.01.2026;000005;00-05;Иванова Анна;Чай;1;5000",
        ),
        Expected(whose(None, None, None, None, "00-05"), people=["00-05"]),
    ),
    of(
        "in one cell: the phone first",
        csv(
            "Дата;Номер;Клиент;Номенклатура;Количество;Сумма",
            "10.01.2026;000001;89161234567 Иванова Анна;Чай;1;1000",
            "10.01.2026;000002;Иванова Анна (8-916-123-45-67);Чай;1;2000",
            "10.01.2026;000003;Иванова Анна, тел. +7 916 123-45-67;Чай;1;3000",
        ),
        Expected(whose(PHONE_1, PHONE_1, PHONE_1), people=[PHONE_1]),
        Expected(whose(*[{PHONE_1, None}] * 3), warns="телефон|клиент|покупател"),
    ),
    of(
        "in one cell: two phones",
        named_by(
            "Телефон", "89161234567; 84957654321".replace(";", ","), "+7 916 123-45-67 доб. 12", "79161234567.0"
        ),
        Expected(whose(PHONE_1, PHONE_1, PHONE_1), people=[PHONE_1]),
        Expected([R(f"{i:06}", i * 1000, {PHONE_1, None}, maybe=True) for i in (1, 2, 3)], rejects="телефон"),
    ),
    of(
        "spaces: no-break, soft hyphen, BOM in the code",
        named_by("Код клиента", "К-01", "К-01\u00a0", "\ufeffК-01", "К-\u00ad01", " К-01\u2060"),
        Expected(whose(*["К-01"] * 5), people=["К-01"]),
    ),
    of(
        "spaces: marks of direction in the card and the number",
        csv(
            "Дата;Номер;Карта;Номенклатура;Количество;Сумма",
            *("10.01.2026;000001;2200001;Чай;1;1000", "10.01.2026;\u200e000002;\u200f2200001;Чай;1;2000"),
        ),
        Expected(whose("card:2200001", "card:2200001"), people=["card:2200001"]),
    ),
    of(
        "apostrophe: zeros saved by it",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма",
            *("10.01.2026;'000001;'00012;Чай;1;1000", "10.01.2026;000002;00012;Чай;1;2000"),
        ),
        Expected(whose("00012", "00012"), people=["00012"]),
    ),
    of(
        "equals sign: in quotes of its own",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма",
            *('10.01.2026;"=""000001""";"=""00012""";Чай;1;1000', "10.01.2026;000002;00012;Чай;1;2000"),
        ),
        Expected(whose("00012", "00012"), people=["00012"]),
    ),
    *(
        of(
            f"columns: {about}",
            csv(
                f"Дата;Номер;{phone};{name};Номенклатура;Количество;Сумма",
                *("10.01.2026;000001;89161234567;Иванова Анна;Чай;1;1000",),
                "10.01.2026;000002;89161234568;Петров Пётр;Чай;1;2000",
            ),
            Expected(whose(PHONE_1, PHONE_2), people=[PHONE_1, PHONE_2], names={PHONE_1: "Иванова"}),
            Expected(whose(None, None), people=[], warns="покупател|клиент"),
        )
        for about, phone, name in (
            ("the buyer's phone and name", "Телефон покупателя", "Покупатель (ФИО)"),
            ("a cell phone", "Сотовый", "Имя покупателя"),
            ("words cut short", "Конт. тел.", "Держатель карты"),
        )
    ),
    of(
        "family: the name in another order",
        [
            csv("Код клиента;ФИО;Телефон", "К-01;Иванова Анна;89161234567", "К-02;Иванова Ольга;89161234567"),
            csv(
                "Дата;Номер;Телефон;Клиент;Номенклатура;Количество;Сумма",
                *("10.01.2026;000001;89161234567;Ольга Иванова;Чай;1;1000",),
                "10.01.2026;000002;89161234567;;Чай;1;2000",
            ),
        ],
        Expected([R("000001", 1000, "К-02"), R("000002", 2000, None)], people=["К-01", "К-02"]),
        Expected(whose(None, None), people=["К-01", "К-02"], warns="дво|двух|нескольк|обо|разны"),
    ),
    of(
        "masked: stars in other places",
        named_by("Телефон", "+7 916 ***-**-67", "8916XXX4567", "ivanova@mail.ru", "89161234567"),
        Expected(whose(None, None, None, PHONE_1), people=[PHONE_1], warns="."),
        Expected(whose(None, None, None, PHONE_1)[-1:], people=[PHONE_1], rejected=3, rejects="телефон"),
    ),
]

# --- Marks of sums --------------------------------------------------------------------------------------


def sums(*values: str) -> Made:
    rows = (f'1{i}.01.2026;00000{i};К-0{i};Пальто;1;"{value}"' for i, value in enumerate(values, 1))
    return csv("Дата;Номер;Код клиента;Номенклатура;Количество;Сумма", *rows)


def come_as(id: str, values: Sequence[str], totals_: Sequence[Any], *more: Outcome) -> Sibling:
    wanted = [R(f"00000{i}", total, f"К-0{i}") for i, total in enumerate(totals_, 1)]
    maybe = [R(one.number, one.total, one.who, maybe=True) for one in wanted]
    return of(f"marks: {id}", sums(*values), Expected(wanted), *more, Expected(maybe, rejects="."), Refused("."))


MARK = [
    come_as("dots and a comma", ("1.234.567,89", "12.500,00", "900,00"), ("1234567.89", 12_500, 900)),
    come_as("dots and no comma", ("1.234.567", "12.500", "900"), (1_234_567, 12_500, 900)),
    come_as("apostrophes", ("12'500", "1'234'567,80", "1’234,50"), (12_500, "1234567.80", "1234.50")),
    come_as("spaces and a point", ("1 234.5", "12 500.00", "1\u202f234.05"), ("1234.50", 12_500, "1234.05")),
    come_as("commas and a point", ("1,234.50", "12,500.00", "1,234,567.00"), ("1234.50", 12_500, 1_234_567)),
    come_as("roubles in words", ("12 500 ₽", "900 руб. 50 коп.", "1 000 RUB"), (12_500, "900.50", 1000)),
    come_as("the sign first", ("₽12 500", "р. 900,50", "1 000=00"), (12_500, "900.50", 1000)),
    come_as("floats as they are", ("299.99999999999994", "0.30000000000000004", "1E+3"), (300, "0.30", 1000)),
    of(
        "marks: a comma and three digits among others",
        sums("12,500", "1 250,50", "3,75"),
        Expected(None, None, rejects="12,500"),
        Refused("запят|тысяч|копе"),
        Expected([R("000001", "12.50"), R("000002", "1250.50"), R("000003", "3.75")], warns="12,500|запят|тысяч"),
    ),
    of(
        "marks: not a number at all",
        sums("NaN", "undefined", "Infinity", "null", "1000"),
        Expected([R("000005", 1000, "К-05")], rejected=4, rejects="."),
        Expected([R("000005", 1000, "К-05"), *(R(f"00000{i}", 0) for i in (1, 2, 3, 4))], warns="."),
    ),
    of(
        "marks: brackets for a negative sum",
        csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;К-01;Пальто;(1);10000;(10 000,00)"),
        SOLD_AND_BACK,
        Expected([FIRST], rejected=1, rejects="."),
    ),
    of(
        "units: in the quantity",
        csv(HEADER, "10.01.2026;000001;К-01;Сыр;0,35кг;1 000;350", "11.01.2026;000002;К-02;Носки;2 шт.;200;400"),
        Expected([R("000001", 350, "К-01", earned=17), R("000002", 400, "К-02", earned=20)]),
        NothingIn("колич|числ"),
    ),
    of(
        "discount: percents in the roubles' column",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Скидка;Сумма",
            *("10.01.2026;000001;К-01;Пальто;1;10000;10 %;9000", "11.01.2026;000002;К-02;Шарф;1;2000;-5%;1900"),
            "12.01.2026;000003;К-03;Шарф;1;2000;;2000",
        ),
        Expected(
            [
                R("000001", 9000, "К-01", earned=0, maybe=True),
                R("000002", 1900, "К-02", earned=0, maybe=True),
                R("000003", 2000, "К-03", earned=100),
            ]
        ),
    ),
    of(
        "discount: words instead of percents",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Скидка, %;Сумма",
            *("10.01.2026;000001;К-01;Пальто;1;10000;undefined;10000",),
            *("11.01.2026;000002;К-02;Шарф;1;2000;Infinity%;2000", "12.01.2026;000003;К-03;Шарф;1;2000;1e999;2000"),
            "13.01.2026;000004;К-04;Шарф;1;2000;нет;2000",
        ),
        Expected(
            [
                *(R("000001", 10_000, "К-01", maybe=True), R("000002", 2000, "К-02", maybe=True)),
                *(R("000003", 2000, "К-03", maybe=True), R("000004", 2000, "К-04", maybe=True)),
            ]
        ),
        Refused("процент|скидк"),
    ),
]

# --- Days and times -------------------------------------------------------------------------------------


def days(*values: str) -> Made:
    rows = (f"{value};00000{i};К-01;Пальто;1;1000" for i, value in enumerate(values, 1))
    return csv("Дата;Номер;Код клиента;Номенклатура;Количество;Сумма", *rows)


def dated(id: str, values: Sequence[str], wanted: Sequence[str], *more: Outcome) -> Sibling:
    receipts = [R(f"00000{i}", 1000, "К-01", on, maybe=True) for i, on in enumerate(wanted, 1)]
    return of(f"dates: {id}", days(*values), Expected(receipts), NothingIn("дат"), *more)


DATE = [
    dated("slashes, the year first", ("2026/01/25", "2026/02/03"), ("2026-01-25", "2026-02-03")),
    dated("dashes, two digits of the year", ("25-01-26", "03-02-26"), ("2026-01-25", "2026-02-03")),
    dated("short months in words", ("5 янв 2026", "12 фев. 2026 г."), ("2026-01-05", "2026-02-12")),
    dated(
        "months in words with a time",
        ("5 января 2026, 14:30", "12 февраля 2026 г. 9:05"),
        ("2026-01-05T14:30", "2026-02-12T09:05"),
    ),
    dated(
        "the month first, with AM",
        ("1/25/2026 1:30 PM", "2/3/2026 11:00 AM"),
        ("2026-01-25T13:30", "2026-02-03T11:00"),
    ),
    dated("the day first, with slashes", ("25/01/2026", "03/02/2026"), ("2026-01-25", "2026-02-03")),
    dated("either, and nothing decides", ("03/02/2026", "05/02/2026"), ("2026-02-03", "2026-02-05")),
    dated(
        "zones",
        ("2026-01-09T22:15:00+00:00", "2026-01-10T02:00:00+05:00", "2026-01-10T01:15:00+03:00"),
        ("2026-01-10T01:15", "2026-01-10T00:00", "2026-01-10T01:15"),
    ),
    dated(
        "zones without a colon, fractions",
        ("2026-01-09T22:15:00.123456Z", "2026-01-10 12:00:00 +0300"),
        ("2026-01-10T01:15", "2026-01-10T12:00"),
    ),
    dated("a serial number of Excel", ("46047", "46056,5"), ("2026-01-25", "2026-02-03T12:00")),
    dated("digits only", ("20260125", "20260203143000"), ("2026-01-25", "2026-02-03")),
    dated("words around", ("25.01.2026г.", "вс 25.01.2026", "25.01.2026 (вс)"), ("2026-01-25",) * 3),
    dated("no such day", ("31.02.2026", "00.00.0000", "10.01.2026"), ("9", "9", "2026-01-10")),
]

# --- Sheets, second tables, continuation rows -----------------------------------------------------------


TOP = ("Дата", "Номер", "Код клиента", "Номенклатура", "Количество", "Цена", "Сумма")
COAT_ROW = (JAN_10, "000001", "К-01", "Пальто", 1, 10_000, 10_000)
SCARF_ROW = (JAN_11, "000002", "К-02", "Шарф", 1, 2000, 2000)
BACK_ROW = (FEB_10, "В00001", "К-01", "Пальто", 1, 10_000, 10_000)
RETURNED = [B(10_000, {"К-01", None}, "В00001", on="2026-02-10")]
SHEET = [
    of(
        "sheets: other columns on the second",
        book(
            ("Январь", [TOP, COAT_ROW, SCARF_ROW]),
            ("Февраль", [TOP[::-1], (FEB_10, "000003", "К-02", "Шарф", 1, 2000, 2000)[::-1]]),
        ),
        Expected([FIRST, SECOND, R("000003", 2000, "К-02", "2026-02-10")]),
        Expected([FIRST, SECOND], warns="Февраль"),
    ),
    of(
        "sheets: a summary first, the receipts second",
        book(("Итоги", [("Месяц", "Сумма"), ("Январь", 12_000)]), ("Чеки", [TOP, COAT_ROW, SCARF_ROW])),
        Expected([FIRST, SECOND]),
        Refused("лист"),
    ),
    of(
        "sheets: all of them and then by months",
        book(("Все", [TOP, COAT_ROW, SCARF_ROW]), ("Январь", [TOP, COAT_ROW, SCARF_ROW])),
        Expected([FIRST, SECOND], total=12_000),
        Refused("лист"),
    ),
    of(
        "sheets: an empty one and a list of customers beside",
        book(
            ("Продажи", [TOP, COAT_ROW, SCARF_ROW]),
            ("Клиенты", [("Код клиента", "ФИО", "Телефон"), ("К-01", "Иванова Анна", "89161234567")]),
            ("Лист3", []),
        ),
        Expected([FIRST, SECOND], phones={"К-01": {PHONE_1, None}}),
        Refused("лист"),
    ),
    of(
        "sheets: of returns, by another name",
        book(("Чеки", [TOP, COAT_ROW, SCARF_ROW]), ("Возврат товара", [TOP, BACK_ROW])),
        Expected([FIRST, SECOND], RETURNED),
        Expected([FIRST, SECOND], warns="Возврат товара"),
        Refused("Возврат товара"),
    ),
    of(
        "tables: returns below, in a text",
        csv(
            *("Продажи за январь", HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;{SCARF}", ";;;Итого;;;12000"),
            *("", "Возвраты за январь", HEADER, f"10.02.2026;В00001;{COAT}", ";;;Итого;;;10000"),
        ),
        Expected([FIRST, SECOND], RETURNED),
        Expected([FIRST, SECOND], rejected={1, 2}, rejects="возврат"),
        Refused("возврат"),
    ),
    of(
        "tables: returns below without a header of their own",
        csv(
            *("Продажи", HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;{SCARF}"),
            *("Возвраты покупателей", f"10.02.2026;В00001;{COAT}"),
        ),
        Expected([FIRST, SECOND], RETURNED),
        Expected([FIRST, SECOND], rejected={1, 2}, rejects="возврат"),
        Refused("возврат"),
    ),
    of(
        "continuation: empty cells in a text",
        totals(ROWS[0], ";;;Шарф;1;2000;2000", ROWS[2]),
        Expected(BOTH, total=14_000),
        Expected(BOTH[1:], rejected=2),
    ),
    of(
        "continuation: an empty row between receipts",
        totals(ROWS[0], ";;;Шарф;1;2000;2000", ";;;;;;", ROWS[2], ";;;;;;", "Итого;;;;;;14000"),
        Expected(BOTH, total=14_000),
        Expected(BOTH[1:], rejected=2),
    ),
    of(
        "continuation: the number repeated, the day not",
        totals(ROWS[0], ";000001;;Шарф;1;2000;2000", ROWS[2]),
        Expected(BOTH, total=14_000),
        Expected(BOTH[1:], rejected=2),
    ),
    of(
        "continuation: merged cells, the customer in the second row only",
        totals(f"{DAY_1};000001;;Пальто;1;10000;10000", ";;К-01;Шарф;1;2000;2000", ROWS[2]),
        Expected([R("000001", 12_000, {"К-01", None}), SECOND]),
        Expected(BOTH[1:], rejected=2),
    ),
    of(
        "glued: headers in other letters",
        csv(HEADER, f"{DAY_1};000001;{COAT}", HEADER.upper(), f"{DAY_2};000002;{SCARF}"),
        Expected([FIRST, SECOND], rejected=0),
    ),
    of(
        "glued: other columns after the second header",
        csv(
            HEADER,
            f"{DAY_1};000001;{COAT}",
            "Номер;Дата;Код клиента;Номенклатура;Количество;Цена;Сумма",
            f"000002;{DAY_2};{SCARF}",
        ),
        Expected([FIRST, SECOND]),
        Expected([FIRST], rejected={1, 2}),
        Refused(),
    ),
]

# --- Rows multiplied, totals repeated -------------------------------------------------------------------


JOIN = [
    of(
        "join: payments by goods by discounts",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма;Сумма документа;Оплата;Наименование скидки",
            *(
                f"{DAY_1};000001;К-01;{goods};12000;{paid};{why}"
                for paid in ("Наличные", "Карта", "Сертификат")
                for why in ("День рождения", "Карта 5%")
                for goods in ("Пальто;1;10000;10000", "Шарф;1;2000;2000")
            ),
            f"{DAY_2};000002;{SCARF};2000;Наличные;",
        ),
        Expected(BOTH, total=14_000),
        Expected([SECOND], rejected=12, rejects="."),
        Refused("документ|оплат|повтор"),
    ),
    of(
        "join: payments by goods, the total in other words",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма;Итого по чеку;Вид оплаты",
            *(
                f"{DAY_1};000001;К-01;{goods};12000;{paid}"
                for goods in ("Пальто;1;10000;10000", "Шарф;1;2000;2000")
                for paid in ("Наличные", "Карта")
            ),
        ),
        Expected(BOTH[:1], total=12_000),
        NothingIn(),
    ),
    of(
        "join: payments by goods, and no total says so",
        csv(
            f"{HEADER};Способ оплаты",
            *(f"{DAY_1};000001;{COAT};Наличные", f"{DAY_1};000001;К-01;Шарф;1;2000;2000;Наличные"),
            *(f"{DAY_1};000001;{COAT};Карта", f"{DAY_1};000001;К-01;Шарф;1;2000;2000;Карта"),
        ),
        Expected(BOTH[:1]),
        Expected([R("000001", 24_000, "К-01")], warns="оплат|повтор"),
        NothingIn("оплат|повтор"),
    ),
    of(
        "repeated: the receipt's total is the only sum",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма чека",
            f"{DAY_1};000001;К-01;Пальто;1;12000",
            f"{DAY_1};000001;К-01;Шарф;1;12000",
            f"{DAY_2};000002;К-02;Шарф;1;2000",
        ),
        Expected([R("000001", 12_000, "К-01"), R("000002", 2000, "К-02")], total=14_000),
        Expected([R("000002", 2000, "К-02")], rejected=2),
        NothingIn("сумм"),
    ),
    of(
        "repeated: to pay for the receipt, beside the lines",
        csv(
            f"{HEADER};К оплате",
            f"{DAY_1};000001;{COAT};12000",
            f"{DAY_1};000001;К-01;Шарф;1;2000;2000;12000",
            f"{DAY_2};000002;{SCARF};2000",
        ),
        Expected(BOTH, total=14_000),
        NothingIn(),
    ),
    of(
        "two sums: without and with VAT, other words",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма без НДС;Ставка НДС;Всего с НДС",
            "10.01.2026;000001;К-01;Пальто;1;10000;20%;12000",
        ),
        Expected([R("000001", 12_000, "К-01", earned=600)]),
        Refused("НДС|сумм"),
    ),
    of(
        "two sums: before and after the discount",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма;Сумма со скидкой",
            "10.01.2026;000001;К-01;Пальто;1;10000;10000;9000",
            "11.01.2026;000002;К-02;Шарф;1;2000;2000;2000",
        ),
        Expected([R("000001", 9000, "К-01", earned=0), R("000002", 2000, "К-02", earned=100)]),
        Refused("сумм"),
    ),
    of(
        "cost: what the goods cost the shop is no sum",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Себестоимость;Выручка;Валовая прибыль",
            "10.01.2026;000001;К-01;Пальто;1;6000;10000;4000",
        ),
        Expected([FIRST]),
    ),
    of(
        "equal rows: three in a row, out of order of time",
        csv(
            HEADER,
            f"10.01.2026 12:01:00;000001;{COAT}",
            f"10.01.2026 12:01:00;000001;{COAT}",
            "10.01.2026 12:00:00;000001;К-01;Шарф;1;2000;2000",
        ),
        Expected([R("000001", 22_000, "К-01", "2026-01-10T12:00", 3)], warns="."),
    ),
    of(
        "equal rows: the whole export pasted twice",
        csv(HEADER, *ROWS, *ROWS),
        Expected(BOTH, total=14_000, warns="."),
    ),
    of(
        "lines missing: the document's total is more",
        csv(
            f"{HEADER};СуммаДокумента", f"{DAY_1};000001;{COAT};10000", f"{DAY_2};000002;К-02;Шарф;1;2000;2000;7000"
        ),
        Expected([FIRST, SECOND], warns=("2 ?000", "7 ?000")),
        Expected([FIRST], rejected=1, rejects="7 ?000"),
    ),
]

# --- Discounts, exchanges, returns ----------------------------------------------------------------------


def with_returns(header: str, *rows: str) -> Made:
    return csv(header, *rows)


BACKS = "Дата;Номер;Вид;Документ продажи;Код клиента;Артикул;Номенклатура;Количество;Сумма"
SOLD = "10.01.2026 12:00:00;000123;Продажа;;К-01;A1;Пальто;1;10000"
BACK = [
    *(
        of(
            f"basis: {about}",
            csv(BACKS, SOLD, f"12.01.2026 12:00:00;000124;Возврат;{basis};К-01;A1;Пальто;1;10000"),
            Expected([R("000123", 10_000, "К-01")], [B(10_000, "К-01", "000124", matched=True)]),
            Expected([R("000123", 10_000, "К-01")], [B(ANY, {"К-01", None}, "000124", matched=False)], warns="чек"),
        )
        for about, basis in (
            ("without its zeros", "123"),
            ("as 1C presents it", "Чек ККМ 000123 от 10.01.2026 12:00:00"),
            ("a short year", "№000123 от 10.01.26"),
            ("after a slash", "000123/10.01.2026"),
            ("in brackets", "Чек 123 (10.01.2026 12:00)"),
        )
    ),
    of(
        "basis: two receipts end alike",
        csv(
            BACKS,
            SOLD,
            "11.01.2026 12:00:00;ЦБ-000123;Продажа;;К-02;A1;Пальто;1;10000",
            "12.01.2026 12:00:00;000124;Возврат;0123;К-02;A1;Пальто;1;10000",
        ),
        Expected(
            [R("000123", 10_000, "К-01"), R("ЦБ-000123", 10_000, "К-02")],
            [B(ANY, {"К-02", None}, "000124")],
            turnover={"К-01": 10_000},
        ),
    ),
    of(
        "basis: last year's number, and nobody is named",
        csv(
            BACKS,
            "28.12.2025 12:00:00;000005;Продажа;;К-01;A1;Пальто;1;10000",
            "03.01.2026 12:00:00;000005;Продажа;;К-02;B1;Шарф;1;2000",
            "10.01.2026 12:00:00;000001;Возврат;000005;;A1;Пальто;1;10000",
        ),
        Expected(
            [R("000005", 10_000, "К-01"), R("000005", 2000, "К-02")],
            [B(10_000, "К-01", "000001", matched=True)],
            turnover={"К-02": 2000},
        ),
        Expected(
            [R("000005", 10_000, "К-01"), R("000005", 2000, "К-02")],
            [B(ANY, None, "000001", matched=False)],
            turnover={"К-01": 10_000, "К-02": 2000},
            warns="чек",
        ),
    ),
    of(
        "the same goods: another case, yo, spaces",
        csv(
            BACKS,
            "10.01.2026 12:00:00;000123;Продажа;;К-01;;Мёд Липовый 0,5;2;800",
            "12.01.2026 12:00:00;000124;Возврат;000123;К-01;;МЕД\u00a0липовый  0,5;1;400",
        ),
        Expected([R("000123", 800, "К-01")], [B(400, "К-01", "000124", "000123", True)], turnover={"К-01": 400}),
    ),
    of(
        "returns: own columns, other words",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Продано, шт;Сумма продаж;Возвращено, шт;Сумма возвратов",
            f"{DAY_1};000001;К-01;Пальто;1;10000;;",
            f"{DAY_2};000002;К-02;Шарф;2;4000;1;2000",
        ),
        Expected([FIRST, R("000002", 4000, "К-02")], [B(2000, "К-02")]),
        Refused("возврат|вернули|возвращ"),
    ),
    of(
        "returns: own columns, and what is left beside them",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма;Количество возврата;Сумма возврата;Итого",
            f"{DAY_1};000001;К-01;Пальто;1;10000;0;0;10000",
            f"{DAY_2};000002;К-02;Шарф;2;4000;1;2000;2000",
        ),
        Expected([FIRST, R("000002", 4000, "К-02")], [B(2000, "К-02")]),
        Refused("возврат|итого"),
    ),
    of(
        "returns: a document of negative rows, and no word of it",
        csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;К-01;Пальто;-1;10000;-10000"),
        SOLD_AND_BACK,
    ),
    of(
        "returns: only the sum is negative",
        csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;К-01;Пальто;1;10000;-10000"),
        SOLD_AND_BACK,
        Expected([FIRST], rejected=1, rejects="."),
    ),
    of(
        "discount line: by the card, no quantity",
        csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_1};000001;К-01;Скидка по карте 5%;;;-500"),
        Expected([R("000001", 9500, "К-01", earned={0, 475})]),
        NothingIn("скидк|минус|отрицат|знак"),
    ),
    of(
        "discount line: rounding of the receipt",
        csv(HEADER, f"{DAY_1};000001;К-01;Сыр;1;100,40;100,40", f"{DAY_1};000001;К-01;Округление;1;-0,40;-0,40"),
        Expected([R("000001", 100, "К-01", earned={5, 0})]),
        NothingIn("скидк|минус|отрицат|округл|знак"),
    ),
    of(
        "bonus line: paid with bonuses, as a negative line",
        csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_1};000001;К-01;Оплата бонусами;1;-300;-300"),
        Expected([R("000001", 10_000, "К-01", redeemed=300)], warns="бонус"),
        Expected([R("000001", 9700, "К-01")], warns="бонус"),
        NothingIn("бонус|минус|отрицат|скидк|знак"),
    ),
    of(
        "exchange: another article comes back",
        csv(HEADER, f"{DAY_1};000001;К-01;Куртка;1;12000;12000", f"{DAY_1};000001;К-01;Шарф;-1;2000;-2000"),
        Expected([R("000001", 10_000, "К-01", earned=500)]),
        Expected([R("000001", 12_000, "К-01")], [B(2000, {"К-01", None})], warns="."),
        NothingIn("минус|отрицат|возврат|обмен"),
    ),
    of(
        "exchange: more comes back than goes",
        csv(HEADER, f"{DAY_1};000001;К-01;Шарф;1;2000;2000", f"{DAY_1};000001;К-01;Пальто;-1;10000;-10000"),
        Expected([R("000001", 2000, "К-01")], [B(10_000, {"К-01", None})], warns="."),
        Expected([], [B(8000, {"К-01", None})]),
        NothingIn("минус|отрицат|возврат|обмен"),
    ),
]

# --- Numbers that begin anew, the same receipts again ---------------------------------------------------


SHIFTS = "Дата;Номер чека;Смена;Код клиента;Номенклатура;Количество;Сумма"
NUMBER = [
    of(
        "shifts: nobody's receipts",
        csv(
            "Дата;Номер чека;Номенклатура;Количество;Сумма",
            "10.01.2026 10:00:00;1;Пальто;1;10000",
            "10.01.2026 11:00:00;2;Шарф;1;2000",
            "11.01.2026 10:00:00;1;Сапоги;1;7000",
            "11.01.2026 11:00:00;2;Сумка;1;5000",
        ),
        Expected(
            [
                R("1", 10_000, None, "2026-01-10"),
                R("2", 2000, None, "2026-01-10"),
                R("1", 7000, None, "2026-01-11"),
                R("2", 5000, None, "2026-01-11"),
            ],
            total=24_000,
        ),
        Refused("номер"),
    ),
    of(
        "shifts: the same customer and goods again the next day",
        csv(SHIFTS, "10.01.2026 10:00:00;1;101;К-01;Хлеб;1;50", "11.01.2026 10:00:00;1;102;К-01;Хлеб;1;50"),
        Expected([R("1", 50, "К-01", "2026-01-10"), R("1", 50, "К-01", "2026-01-11")]),
        NothingIn("номер|смен|дат"),
    ),
    of(
        "shifts: in three files, the last one again",
        [
            csv(SHIFTS, "10.01.2026 10:00:00;1;101;К-01;Пальто;1;10000"),
            csv(SHIFTS, "11.01.2026 10:00:00;1;102;К-02;Шарф;1;2000"),
            csv(SHIFTS, "11.01.2026 10:00:00;1;102;К-02;Шарф;1;2000"),
        ],
        Expected([R("1", 10_000, "К-01", "2026-01-10"), R("1", 2000, "К-02", "2026-01-11")]),
    ),
    of(
        "tills: the same numbers at two tills on one day",
        csv(
            "Дата;Номер чека;Касса;Код клиента;Номенклатура;Количество;Сумма",
            "10.01.2026 10:00:00;1;Касса 1;К-01;Пальто;1;10000",
            "10.01.2026 10:05:00;1;Касса 2;К-02;Шарф;1;2000",
        ),
        Expected([R("1", 10_000, "К-01"), R("1", 2000, "К-02")]),
        NothingIn("номер|касс|разн"),
    ),
    of(
        "again: with the till first, without it later",
        [
            csv(
                "Дата;Номер;Касса ККМ;Код клиента;Номенклатура;Количество;Цена;Сумма",
                f"{DAY_1};000001;Касса 1;{COAT}",
                f"{DAY_2};000002;Касса 1;{SCARF}",
            ),
            csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;{SCARF}"),
        ],
        Expected([FIRST, SECOND], total=12_000, replaces=True),
        Expected([FIRST, SECOND], total=12_000, refused={1: "."}),
    ),
    of(
        "again: without a shop first, with it later",
        [
            csv(HEADER, f"{DAY_1};000001;{COAT}", f"{DAY_2};000002;{SCARF}"),
            csv(
                "Дата;Номер;Магазин;Код клиента;Номенклатура;Количество;Цена;Сумма",
                f"{DAY_1};000001;Магазин №1;{COAT}",
                f"{DAY_2};000002;Магазин №1;{SCARF}",
            ),
        ],
        Expected([FIRST, SECOND], total=12_000),
        Expected([FIRST, SECOND], total=12_000, refused={1: "."}),
    ),
    of(
        "two shops: the same numbers are different receipts",
        csv(
            "Дата;Номер;Магазин;Код клиента;Номенклатура;Количество;Цена;Сумма",
            f"{DAY_1};000001;Ленина;{COAT}",
            f"{DAY_1};000001;Шоурум;{SCARF}",
        ),
        Expected([R("000001", 10_000, "К-01"), R("000001", 2000, "К-02")]),
    ),
    of(
        "a list first, the goods later",
        [
            csv("Дата;Номер;Код клиента;Сумма документа", f"{DAY_1};000001;К-01;9000"),
            csv(
                "Дата;Номер;Код клиента;Артикул;Номенклатура;Количество;Цена;Скидка;Сумма",
                f"{DAY_1};000001;К-01;A1;Пальто;1;10000;3000;7000",
                f"{DAY_1};000001;К-01;A2;Шарф;1;2000;0;2000",
            ),
        ],
        Expected([R("000001", 9000, "К-01", lines=2, earned=100)], bonuses={"К-01": 100}, replaces=True),
    ),
    of(
        "a list after the goods, with another sum",
        [
            csv(HEADER, *ROWS[:2]),
            csv("Дата;Номер;Код клиента;Сумма документа", f"{DAY_1};000001;К-01;9000"),
        ],
        Expected(BOTH[:1], warns="."),
        Expected(BOTH[:1], rejected=1),
        Expected([R("000001", 9000, "К-01")], warns=".", replaces=True),
        Expected(BOTH[:1], refused={1: "."}),
    ),
    *(
        of(
            f"row numbers: {about}",
            csv(
                f"{word};Документ;Код клиента;Номенклатура;Количество;Цена;Сумма",
                f"1;{CHECK};{COAT}",
                f"2;{CHECK};К-01;Шарф;1;2000;2000",
                f"3;Чек ККМ 000002 от 11.01.2026 12:00:00;{SCARF}",
            ),
            Expected(BOTH, total=14_000),
        )
        for about, word in (
            ("as in a list", "№ п/п"),
            ("cut short", "п/п"),
            ("a Latin letter", "N"),
            ("a Latin word", "No."),
            ("in words", "Номер строки"),
        )
    ),
    of(
        "row numbers: beside day and number",
        csv(f"№;{HEADER}", *(f"{i};{row}" for i, row in enumerate(ROWS, 1))),
        Expected(BOTH, total=14_000),
    ),
]

# --- Letters and people ---------------------------------------------------------------------------------


PLAIN = (HEADER, f"{DAY_1};000001;{COAT}")
LETTERS = [
    of(
        "letters: cp866 with lines drawn",
        csv("Отчёт по продажам ─────", *PLAIN, encoding="cp866"),
        Expected([FIRST]),
        Refused("кодировк"),
        never="не найдены колонки",
    ),
    of(
        "letters: a Mac's, with capitals",
        csv(*PLAIN, encoding="mac_cyrillic"),
        Expected([FIRST], people=["К-01"]),
        Refused(),
        never="Љ-01",
    ),
    of("letters: koi8-r", csv(*PLAIN, encoding="koi8_r"), Expected([FIRST], people=["К-01"]), Refused()),
    of("letters: utf-16 without a mark", csv(*PLAIN, encoding="utf-16-le"), Expected([FIRST]), Refused()),
    of(
        "letters: decoded twice",
        csv("\n".join(PLAIN).encode().decode("cp1251", "replace"), encoding="utf-8"),
        Expected([FIRST]),
        Refused(),
    ),
    of(
        "page: a table of HTML with a comment first",
        csv("<!-- отчёт --><table><tr><td>Дата</td><td>Номер</td><td>Сумма</td></tr></table>"),
        Refused("веб-страница"),
    ),
    of(
        "page: a sign-in page", csv("", "<!DOCTYPE html><html><body>Войдите</body></html>"), Refused("веб-страница")
    ),
    of(
        "no header: a till's journal of another make",
        csv("$$$TRANSACTIONS", "#", "1;10.01.2026;12:00;1;Продажа;10000"),
        Refused("заголов|колонк|столбц|журнал"),
    ),
]
PEOPLE_HEADER = "Код клиента;ФИО;Телефон;Дата рождения;Пол;Email;Согласие"


def people(*rows: str) -> Made:
    return csv(
        PEOPLE_HEADER, *(f"К-0{i};Иванова Анна Петровна;8916123456{i};{row}" for i, row in enumerate(rows, 1))
    )


PERSON = [
    of(
        "birth: other ways to write it",
        people("1965-03-15;ж;;", "15 марта 1965;ж;;", "15/03/65;ж;;", "15.3.1965;ж;;"),
        Expected(
            [],
            people=["К-01", "К-02", "К-03", "К-04"],
            rejected=0,
            born={f"К-0{i}": {"1965-03-15", None} for i in (1, 2, 3, 4)},
        ),
    ),
    of(
        "birth: no such day",
        people("31.04.1985;ж;;", "00.00.0000;ж;;", "29.02.1990;ж;;", "01.01.0001;ж;;"),
        Expected(
            [], people=["К-01", "К-02", "К-03", "К-04"], rejected=0, born={f"К-0{i}": None for i in (1, 2, 3, 4)}
        ),
    ),
    of(
        "birth: in the future or long ago",
        people("15.03.2065;ж;;", "01.01.1753;ж;;", "12.03;ж;;"),
        Expected([], people=["К-01", "К-02", "К-03"], rejected=0, born={f"К-0{i}": None for i in (1, 2, 3)}),
    ),
    of(
        "sex: other words",
        people(";жен.;;", ";F;;", ";-;;", ";не указан;;"),
        Expected(
            [], people=["К-01", "К-02", "К-03", "К-04"], rejected=0, sexes={"К-01": {"f", None}, "К-03": None}
        ),
    ),
    of(
        "email: none",
        people(";;нет;", ";;-;", ";;anna@;", ";;;"),
        Expected([], people=["К-01", "К-02", "К-03", "К-04"], rejected=0),
    ),
    of(
        "consent: plus, words, a day",
        people(";;;+", ";;;да, 12.03.2024", ";;;отказ", ";;;устно"),
        Expected([], people=["К-01", "К-02", "К-03", "К-04"], rejected=0),
    ),
    of(
        "people: two of a phone, and nobody in particular",
        csv(
            "Код;Наименование;Телефон;Карта",
            "00-01;Розничный покупатель;;",
            "00-02;Частное лицо;;",
            "00-03;Иванова Анна;+70000000000;0",
            "00-04;Петрова Вера;нет;б/н",
            "00-05;Ким Нина;89161234567;2200001",
        ),
        Expected(
            [],
            people=["00-03", "00-04", "00-05"],
            cards={"00-03": None, "00-04": None, "00-05": "2200001"},
            phones={"00-03": None, "00-04": None, "00-05": PHONE_1},
            rejected=0,
        ),
    ),
]

# --- Cells of a workbook --------------------------------------------------------------------------------


CELLS = [
    of(
        "cells: formulas in the quantity nobody has computed",
        book(("Лист1", [TOP, (JAN_10, "000001", "К-01", "Пальто", "=1+1", 10_000, 20_000)])),
        Expected([R("000001", 20_000, "К-01")]),
        NothingIn("формул"),
    ),
    of(
        "cells: a formula for the code",
        book(("Лист1", [TOP, (JAN_10, "000001", '=VLOOKUP("x",A1:B2,2)', "Пальто", 1, 10_000, 10_000)])),
        Expected([R("000001", 10_000, None)], people=[]),
        NothingIn("формул"),
    ),
    of(
        "cells: sums that are floats",
        book(
            (
                "Лист1",
                [
                    TOP,
                    (JAN_10, "000001", "К-01", "Сыр", 0.3330001, 899.9000001, 299.6666667),
                    (JAN_11, "000002", "К-02", "Шарф", 1, 2000.0000000002, 1999.9999999999998),
                ],
            )
        ),
        Expected([R("000001", "299.67", "К-01", maybe=True), R("000002", 2000, "К-02")]),
    ),
    of(
        "cells: numbers for codes, cards and phones",
        book(
            (
                "Лист1",
                [
                    ("Дата", "Номер", "Телефон", "Карта", "Номенклатура", "Количество", "Сумма"),
                    (JAN_10, 1, 79161234567, 2200001, "Пальто", 1, 10_000),
                    (JAN_11, 2, 89161234567.0, None, "Шарф", 1, 2000),
                ],
            )
        ),
        Expected([R("1", 10_000, {PHONE_1, "card:2200001"}), R("2", 2000, {PHONE_1, "card:2200001"})]),
    ),
    of(
        "cells: errors in the sum",
        book(("Лист1", [TOP, COAT_ROW, (JAN_11, "000002", "К-02", "Шарф", 1, 2000, "#VALUE!")])),
        Expected([FIRST], rejected=1),
        Expected([FIRST, SECOND], warns="."),
    ),
]

# --- What only looks like a fault -----------------------------------------------------------------------


INNOCENT = [
    of(
        "innocent: goods that cost as much as those above",
        csv(
            HEADER,
            f"{DAY_1};000001;К-01;Шарф;1;1000;1000",
            f"{DAY_1};000001;К-01;Ремень;1;2000;2000",
            f"{DAY_1};000001;К-01;Юбка;1;3000;3000",
        ),
        Expected([R("000001", 6000, "К-01", lines=3, earned=300)]),
    ),
    of(
        "innocent: goods that cost as much as those below",
        csv(
            HEADER,
            f"{DAY_1};000001;К-01;Юбка;1;3000;3000",
            f"{DAY_1};000001;К-01;Шарф;1;1000;1000",
            f"{DAY_1};000001;К-01;Ремень;1;2000;2000",
        ),
        Expected([R("000001", 6000, "К-01", lines=3, earned=300)]),
    ),
    of(
        "innocent: goods without a name that cost as much as those above",
        csv(
            HEADER,
            f"{DAY_1};000001;К-01;Шарф;1;1000;1000",
            f"{DAY_1};000001;К-01;Ремень;1;2000;2000",
            f"{DAY_1};000001;К-01;;1;3000;3000",
        ),
        Expected([R("000001", 6000, "К-01")]),
        Expected([R("000001", 3000, "К-01")], warns="."),
        NothingIn(),
    ),
    of(
        "innocent: goods called like totals and returns",
        csv(
            HEADER,
            f"{DAY_1};000001;К-01;Итоговый шарф;1;1000;1000",
            f"{DAY_1};000001;К-01;Возвратная тара;1;2000;2000",
            f"{DAY_2};000002;К-02;Всего хорошего (открытка);1;300;300",
            f"{DAY_2};000002;К-02;Сумма (сумка);1;400;400",
        ),
        Expected([R("000001", 3000, "К-01", lines=2), R("000002", 700, "К-02", lines=2)]),
        NothingIn(),
    ),
    of(
        "innocent: people called like nobody",
        csv(
            "Дата;Номер;Код клиента;Клиент;Номенклатура;Количество;Сумма",
            "10.01.2026;000001;К-01;Розничкина Анна;Чай;1;1000",
            "10.01.2026;000002;К-02;Гость Ирина;Чай;1;2000",
            "10.01.2026;000003;К-03;Итогова Нина;Чай;1;3000",
            "10.01.2026;000004;К-04;Возвратова Юлия;Чай;1;4000",
            "10.01.2026;000005;К-05;Нет Анна;Чай;1;5000",
        ),
        Expected([R(f"{i:06}", i * 1000, f"К-0{i}") for i in (1, 2, 3, 4, 5)]),
    ),
    of(
        "innocent: words in a comment",
        csv(
            f"{HEADER};Комментарий",
            f"{DAY_1};000001;{COAT};Возврат не принимается",
            f"{DAY_2};000002;{SCARF};Отменена доставка",
        ),
        Expected([FIRST, SECOND]),
    ),
    of(
        "innocent: the bank's card and the shop's phone",
        csv(
            "Дата;Номер;Телефон магазина;Номер платежной карты;Номенклатура;Количество;Сумма",
            "10.01.2026;000001;89161234567;427600001234;Чай;1;1000",
            "11.01.2026;000002;89161234567;427600001234;Чай;1;2000",
        ),
        Expected([R("000001", 1000, None), R("000002", 2000, None)], people=[]),
        Refused(),
    ),
    of(
        "innocent: the till's and the seller's codes",
        csv(
            "Дата;Номер;Код кассира;Код магазина;Код товара;Товар;Количество;Сумма",
            "10.01.2026;000001;К-7;М-1;Т-1;Чай;1;1000",
            "11.01.2026;000002;К-7;М-1;Т-1;Чай;1;2000",
        ),
        Expected([R("000001", 1000, None), R("000002", 2000, None)], people=[]),
    ),
    of(
        "innocent: bonuses earned and left are not bonuses paid",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма;Начислено бонусов;Остаток бонусов",
            "10.01.2026;000001;К-01;Пальто;1;10000;500;1500",
        ),
        Expected([R("000001", 10000, "К-01", redeemed=0, earned=500)]),
    ),
    of(
        "innocent: other dates and numbers beside",
        csv(
            "Дата рождения;Дата доставки;Дата;Номер заказа;Номер чека;Код клиента;Номенклатура;Количество;Сумма",
            "01.02.1980;20.01.2026;10.01.2026;З-77;000001;К-01;Пальто;1;10000",
            "01.02.1980;21.01.2026;11.01.2026;З-78;000002;К-02;Шарф;1;2000",
        ),
        Expected([R("000001", 10_000, "К-01", "2026-01-10"), R("000002", 2000, "К-02", "2026-01-11")]),
    ),
    of(
        "innocent: what was paid in cash and by card",
        csv(
            f"{HEADER};Наличными;Картой;Сдача",
            f"{DAY_1};000001;{COAT};5000;5000;0",
            f"{DAY_2};000002;{SCARF};3000;0;1000",
        ),
        Expected([FIRST, SECOND]),
    ),
    of(
        "innocent: two equal goods paid in two ways",
        csv(
            f"{HEADER};Сумма документа;Способ оплаты",
            f"{DAY_1};000001;{COAT};20000;Наличные",
            f"{DAY_1};000001;{COAT};20000;Карта",
        ),
        Expected([R("000001", 20000, "К-01", lines=2)]),
        NothingIn(),
        Expected([R("000001", 20000, "К-01")]),
    ),
    of(
        "innocent: a receipt of nothing and a gift",
        csv(HEADER, f"{DAY_1};000001;К-01;Подарок;1;0;0", f"{DAY_2};000002;{SCARF}"),
        Expected([R("000001", 0, "К-01", earned=0), SECOND]),
        Expected([SECOND], rejected=1),
    ),
    of(
        "innocent: quantities that look like sums",
        csv(HEADER, f"{DAY_1};000001;К-01;Гвозди;1000;1;1000", f"{DAY_2};000002;К-02;Гвозди;2000;0,5;1000"),
        Expected([R("000001", 1000, "К-01", earned=50), R("000002", 1000, "К-02", earned=50)]),
    ),
    of(
        "innocent: a customer's only name is a number",
        csv(
            "Дата;Номер;Код клиента;Клиент;Номенклатура;Количество;Сумма",
            "10.01.2026;000001;12;89161234567;Чай;1;1000",
        ),
        Expected([R("000001", 1000, "12")]),
    ),
    of(
        "innocent: a return's own reason and customer",
        csv(
            "Дата;Номер;Вид;Причина возврата;Код клиента;Номенклатура;Количество;Сумма",
            "10.01.2026;000001;Продажа;;К-01;Пальто;1;10000",
            "11.01.2026;000002;Возврат;Не подошёл;К-01;Пальто;1;10000",
        ),
        Expected([R("000001", 10000, "К-01")], [B(10000, {"К-01", None}, "000002")]),
    ),
    of(
        "innocent: a column of returns that is empty",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма;Сумма возврата",
            "10.01.2026;000001;К-01;Пальто;1;10000;",
            "11.01.2026;000002;К-02;Шарф;1;2000;0,00",
        ),
        Expected([R("000001", 10000, "К-01"), R("000002", 2000, "К-02")]),
    ),
    of(
        "innocent: days of the first twelve, one column as 1C writes it",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Сумма",
            "01.02.2026;000001;К-01;Пальто;1;10000",
            "03.04.2026;000002;К-02;Шарф;1;2000",
        ),
        Expected([R("000001", 10000, "К-01", "2026-02-01"), R("000002", 2000, "К-02", "2026-04-03")]),
    ),
    of(
        "innocent: codes in scientific clothes",
        named_by("Код клиента", "1E5", "2E10", "1E5"),
        Expected([R("000001", 1000, "1E5"), R("000002", 2000, "2E10"), R("000003", 3000, "1E5")]),
        Expected([R("000001", 1000, None), R("000002", 2000, None), R("000003", 3000, None)], warns="."),
        NothingIn(),
    ),
    of(
        "innocent: cards of one digit repeated and short codes",
        named_by("Код клиента", "1", "2", "111", "0001"),
        Expected(
            [R("000001", 1000, "1"), R("000002", 2000, "2"), R("000003", 3000, "111"), R("000004", 4000, "0001")]
        ),
    ),
    of(
        "innocent: the sum of a document is a price of one piece",
        csv(
            f"{HEADER};Сумма чека",
            f"{DAY_1};000001;К-01;Шарф;2;1000;2000;2000",
            f"{DAY_2};000002;К-02;Шарф;3;1000;3000;3000",
        ),
        Expected([R("000001", 2000, "К-01"), R("000002", 3000, "К-02")]),
    ),
    of(
        "innocent: a title line that looks like a header",
        csv(
            "Дата формирования: 01.02.2026;Номер отчёта: 5;Сумма: 12000",
            HEADER,
            f"{DAY_1};000001;{COAT}",
            f"{DAY_2};000002;{SCARF}",
        ),
        Expected([FIRST, SECOND]),
    ),
    of(
        "innocent: two shops' receipts of one number, the second without goods' names",
        csv(
            "Дата;Номер;Магазин;Код клиента;Номенклатура;Количество;Цена;Сумма",
            f"{DAY_1};000001;Ленина;{COAT}",
            f"{DAY_1};000001;Шоурум;К-02;;1;2000;2000",
        ),
        Expected([R("000001", 10000, "К-01"), R("000001", 2000, "К-02")]),
        Expected([R("000001", 10000, "К-01")], rejected=1),
    ),
]

# --- Tills, footers, hidden sheets ----------------------------------------------------------------------


def _with_hidden(folder: Path, number: int) -> Path:
    path, workbook = folder / f"{number}.xlsx", Workbook()
    for title, row in (
        ("Январь", [DAY_1, "000001", *COAT.split(";")]),
        ("Черновик", [DAY_2, "9", *SCARF.split(";")]),
    ):
        sheet = workbook.create_sheet(title)
        sheet.append(HEADER.split(";"))
        sheet.append(row)
        sheet.sheet_state = "hidden" if title == "Черновик" else "visible"
    workbook.remove(workbook.worksheets[0])
    workbook.save(path)
    return path


AROUND = [
    *(
        of(
            f"tills: two of them count from one, only days are told, {about}",
            csv(
                "Дата;Номер;Касса;Код клиента;Номенклатура;Количество;Цена;Сумма",
                *(f"10.01.2026;1;Касса 1;{COAT}", f"10.01.2026;1;Касса 2;{other};Шарф;1;2000;2000"),
            ),
            Expected([R("1", 10_000, "К-01", earned=500), R("1", 2000, other or None)]),
        )
        for about, other in (("one customer is named", ""), ("each has a customer", "К-02"))
    ),
    of(
        "footer: signatures and the day of printing",
        csv(
            *(HEADER, *ROWS, "", "Руководитель;;;Сидорова О. П.;;;", "Подпись;______;;____________;;;"),
            "Дата печати;12.01.2026;;;;;",
        ),
        Expected(BOTH, rejected=0),
    ),
    of(
        "minus: goods whose name only begins like bonuses and discounts",
        csv(
            *(HEADER, f"{DAY_1};000001;К-01;Баллон газовый;1;2000;2000"),
            f"{DAY_1};000001;К-01;Шарф, уценка;1;1000;1000",
            f"{DAY_2};000002;К-01;Баллон газовый;-1;2000;-2000",
            *(f"{DAY_2};000002;К-01;Шарф, уценка;-1;1000;-1000", f"{DAY_2};000002;К-01;Чай;1;3000;3000"),
        ),
        Expected([R("000001", 3000, "К-01"), R("000002", 3000, "К-01", redeemed=0)], [B(3000, "К-01")]),
    ),
    of(
        "rounded: cards of 17 digits in a column of numbers",
        book(
            (
                "Лист1",
                [
                    ["Дата", "Номер", "Карта", "Номенклатура", "Количество", "Сумма"],
                    [JAN_10, "000001", 22000012345678901, "Чай", 1, 1000],
                    [JAN_11, "000002", 22000012345678902, "Чай", 1, 2000],
                ],
            )
        ),
        Expected(whose(None, None), people=[], warns="округл"),
        NothingIn("округл"),
    ),
    of("sheets: a hidden one is said to be hidden", _with_hidden, Expected([FIRST], warns="Черновик.*скрыт")),
]

# --- Headings -------------------------------------------------------------------------------------------

CHEAPER = Expected([R("000001", 9000, "К-01", earned=0), SECOND])
HEADING = [
    *(
        of(
            f"heading: a discount of {ten} under «{heading}»",
            csv(
                f"Дата;Номер;Код клиента;Номенклатура;Количество;Цена;{heading}",
                *(f"{DAY_1};000001;К-01;Пальто;1;10000;{ten}", f"{DAY_2};000002;К-02;Шарф;1;2000;0"),
            ),
            CHEAPER,
        )
        for heading, ten in (
            ("Скидка (%)", "10"),
            ("Скидка в %", "10"),
            ("Скидка, в процентах", "10,00"),
            ("ПроцентРучнойСкидки", "10"),
            ("Скидка", "-10%"),
            ("Скидка (руб.)", "1000"),
        )
    ),
    *(
        of(
            f"heading: «{paid}» is what is paid of «{full}»",
            csv(
                f"Дата;Номер;Код клиента;Номенклатура;Количество;Цена;{full};{off};{paid}",
                *(f"{DAY_1};000001;К-01;Пальто;1;10000;10000;{ten};9000", f"{DAY_2};000002;{SCARF};0;2000"),
            ),
            CHEAPER,
        )
        for full, off, ten, paid in (
            ("Сумма", "Скидка", "1000", "Итого"),
            ("Сумма", "Скидка", "-1000", "К оплате"),
            ("Сумма", "Скидка, %", "10", "Итого"),
            ("Стоимость", "Сумма скидки", "1000", "Всего"),
        )
    ),
    *(
        of(
            f"heading: «{paid}» has «{vat}» in it, and «Сумма» has not",
            csv(
                f"Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма;{vat};{paid}",
                f"{DAY_1};000001;К-01;Пальто;1;8000;8000;2000;10000",
                f"{DAY_2};000002;К-02;Шарф;1;1600;1600;400;2000",
            ),
            Expected([R("000001", 10_000, "К-01"), R("000002", 2000, "К-02")]),
        )
        for vat, paid in (("НДС", "Всего с НДС"), ("Сумма НДС", "Всего"))
    ),
    of(
        "heading: what is paid is without the discount and without the bonuses",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Сумма;Скидка;Бонусы;К оплате",
            *(f"{DAY_1};000001;{COAT};0;0;10000", f"{DAY_2};000002;{SCARF};200;300;1500"),
        ),
        Expected([FIRST, R("000002", 1800, "К-02", redeemed=300)]),
        Expected(None, warns="расходится"),
    ),
    of(
        "heading: two sums in a line, and nothing says why they differ",
        csv(f"{HEADER};Итого", f"{DAY_1};000001;{COAT};9500", f"{DAY_2};000002;{SCARF};1900"),
        Expected([R("000001", {10_000, 9500}), R("000002", {2000, 1900})], warns="расходится"),
        Refused("сумм"),
    ),
    of(
        "heading: bonuses earned and spent below one heading",
        book(
            (
                "Лист1",
                [
                    [*HEADER.split(";"), "Бонусы", None],
                    [*[None] * 7, "Начислено", "Списано"],
                    [DAY_1, "000001", *COAT.split(";"), 500, 0],
                    [DAY_2, "000002", *SCARF.split(";"), 85, 300],
                ],
            )
        ),
        Expected([R("000001", 10_000, "К-01", redeemed=0), R("000002", 2000, "К-02", redeemed=300)]),
    ),
    of(
        "heading: two prices and no sum",
        csv(
            "Дата;Номер;Код клиента;Номенклатура;Количество;Цена;Цена со скидкой",
            *(f"{DAY_1};000001;К-01;Пальто;1;10000;9000", f"{DAY_2};000002;К-02;Шарф;1;2000;2000"),
        ),
        CHEAPER,
        Refused("две.*цена со скидкой"),
    ),
    of(
        "heading: a phone or an e-mail, and ways to pay beside it",
        csv(
            "Дата;Номер чека;Товар;Количество;Цена;Цена со скидкой;Сумма;Картой, ₽;Телефон или email покупателя",
            *("10.01.2026;000001;Чай;1;1000;1000;1000;1000;+79161234567",),
            "10.01.2026;000002;Чай;1;2000;2000;2000;2000;+79161234568",
        ),
        Expected(whose(PHONE_1, PHONE_2)),
        never="не использована",
    ),
]

# --- Grouped reports ------------------------------------------------------------------------------------


def grouped(levels: Sequence[str], *rows: tuple[int, str, int], told: bool = True) -> Made:
    """A report of documents: the names of its levels one under another, then each row's level, text and sum."""

    def made(folder: Path, number: int) -> Path:
        path, workbook = folder / f"{number}.xlsx", Workbook()
        sheet = workbook.active
        for row in ([levels[0], "Количество", "Сумма"], *([level] for level in levels[1:])):
            sheet.append(row)
        for level, text, amount in rows:
            sheet.append([text, 1, amount])
            if told and level:
                sheet.row_dimensions[sheet.max_row].outlineLevel = level
        workbook.save(path)
        return path

    return made


def above(*groups: str) -> list[tuple[int, str, int]]:
    """The coat and the scarf of К-01, under these groups and her, «»."""
    groups_of_it = [(level, text or "Иванова Анна, К-01", 12_000) for level, text in enumerate(groups)]
    at = len(groups)
    return [
        *groups_of_it,
        *((at, "Чек ККМ 000001 от 10.01.2026 12:00:00", 12_000), (at + 1, "Пальто", 10_000)),
        (at + 1, "Шарф", 2000),
    ]


GROUPED = [
    *(
        of(
            f"grouped: {middle} between the customer and the receipt",
            grouped(("Клиент", middle, "Документ", "Номенклатура"), *above("", "Сидорова Ольга, С-05")),
            Expected(BOTH[:1], people=["К-01"]),
        )
        for middle in ("Продавец", "Ответственный", "Менеджер", "Организация", "Кассир")
    ),
    *(
        of(
            f"grouped: {first} above the customer",
            grouped((first, "Клиент", "Документ", "Номенклатура"), *above(name, "")),
            Expected(BOTH[:1], people=["К-01"]),
        )
        for first, name in (
            ("Организация", "ООО Ромашка"),
            ("Вид карты", "Золотая"),
            ("Период, месяц", "Январь 2026"),
            ("Период, день", "10.01.2026"),
            ("Магазин", "Ленина, 5"),
        )
    ),
    of(
        "grouped: levels of shop, seller and customer that nothing tells but their order",
        grouped(
            ("Магазин", "Продавец", "Покупатель", "Документ", "Номенклатура"),
            *above("Ленина, 5", "Сидорова Ольга, С-05", ""),
            *((2, "Петров Пётр, К-02", 2000), (3, "Чек ККМ 000002 от 11.01.2026 12:00:00", 2000)),
            (4, "Шарф", 2000),
            told=False,
        ),
        Expected(BOTH, people=["К-01", "К-02"]),
    ),
    of(
        "grouped: by the seller alone, nobody's receipts",
        grouped(("Продавец", "Документ", "Номенклатура"), *above("Сидорова Ольга, С-05")),
        Expected([R("000001", 12_000, None)], people=[]),
    ),
]

# --- What the generator of tests.onec.test_any_file has found ------------------------------------------------


FOUND = [
    of(
        "page: a header between a receipt's lines and its total",
        totals(*ROWS[:2], HEADER, f"{DAY_1};000001;К-01;Итого по чеку;2;;12000", ROWS[2]),
        Expected(BOTH),
    ),
    of(
        "page: a header between a receipt's row and its lines",
        totals(f"{DAY_1};000001;К-01;;2;;12000", HEADER, *ROWS[:2], f"{DAY_2};000002;К-02;;1;;2000", ROWS[2]),
        Expected(BOTH),
        Expected(BOTH[1:], rejected=ANY, rejects="."),
    ),
    of(
        "page: a header among a receipt's continuation rows",
        totals(ROWS[0], HEADER, ";;;Шарф;1;2000;2000", ROWS[2]),
        Expected(BOTH),
        Expected(BOTH[1:], rejected=2),
    ),
    *(
        of(
            f"grouped: a discount in a report without prices, {about}",
            csv(
                f"Клиент;Количество;{word};Сумма",
                *("Документ;;;", "Номенклатура;;;", "Иванова Анна, К-01;2;3000;9000"),
                *("Чек ККМ 000001 от 10.01.2026 12:00:00;2;3000;9000", "Пальто;1;3000;7000", "Шарф;1;;2000"),
            ),
            Expected([R("000001", 9000, "К-01", lines=2, earned=100)]),
            Refused("скидк"),
        )
        for about, word in (("of hand", "Сумма ручной скидки"), ("automatic", "СуммаАвтоматическойСкидки"))
    ),
]

SIBLINGS = {
    one.id: one
    for one in (
        *KIND,
        *TOTAL,
        *WHO,
        *MARK,
        *DATE,
        *SHEET,
        *JOIN,
        *BACK,
        *NUMBER,
        *LETTERS,
        *PERSON,
        *CELLS,
        *INNOCENT,
        *AROUND,
        *HEADING,
        *GROUPED,
        *FOUND,
    )
}


@pytest.mark.parametrize("id", SIBLINGS)
def test_a_sibling_comes_in_as_it_must(id: str, migrated_sqlite: Path, tmp_path: Path) -> None:
    sibling = SIBLINGS[id]
    with room(tmp_path / "room", migrated_sqlite, TODAY) as shop:
        files = [made(shop.folder, number) for number, made in enumerate(sibling.files)]
        settle(id, against(shop, files, "auto", sibling.outcomes, sibling.never))
