"""Every file of cases/import, and what must come of it as its README says: «либо» is an alternative, «НЕ» is never.

The numbers are worked out by hand from the files and rules.md; the product is asked only by its command line.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.came_in import ANY, B, Expected, NothingIn, Outcome, R, Refused, against, room, settle

TOTALS = "totals"


@dataclass(frozen=True)
class Case:
    """The files are named by cases.json; any of the outcomes will do, and `never` is in none of what was said."""

    id: str
    about: str
    outcomes: Sequence[Outcome]
    never: str = ""

    def __init__(self, id: str, about: str, *outcomes: Outcome, never: str = "") -> None:
        for name, value in (("id", id), ("about", about), ("outcomes", outcomes), ("never", never)):
            object.__setattr__(self, name, value)


ANNA, OLGA = "+79161234567", "+79161234568"
TWO_BOOK_RECEIPTS = Expected([R("000001", 1000, "К-01", "2026-01-10T12:30", 1, 50), R("000002", 2000, "К-02")])
COAT_AND_SCARF = [R("000001", 12_000, "К-01", lines=2, earned=600), R("000002", 2000, "К-02", earned=100)]
FIRST, SECOND = R("000001", 10_000, "К-01", earned=500), R("000002", 2000, "К-02", earned=100)
EVIL = {"card:2000000009001": ".", "card:2000000009002": ".", "card:2000000009003": "Новикова"}


LIST_CARDS = [f"card:20000000010{i:02}" for i in range(0, 60, 3)]
LIST_BACKS = [  # case 92: returns among its receipts
    *(B(990, None, "ГЛ00-000901"), B(12_990, "card:2000000001045", "ГЛ00-000916")),
    *(B(12_990, "card:2000000001030", "ГЛ00-000931"), B(12_990, "card:2000000001015", "ГЛ00-000946")),
    *(B("1234.50", "card:2000000001000", "ГЛ00-000961"), B(990, "card:2000000001045", "ГЛ00-000976")),
    *(B(12_990, "card:2000000001030", "ГЛ00-000991"), B(20_100, None, "ГЛ00-001006")),
]


def grouped(first: int, total: Any) -> list[R]:
    """The six receipts of cases 91 and 93."""
    return [R(f"ЛН00-{first + i:06}", total, [*EVIL][i % 3], f"2026-10-0{i + 1}T12:05:03", 3) for i in range(6)]


BOOKS = [
    Case(
        *("01", "three sheets, a month each"),
        Expected(
            [
                *(R("000001", 1000, "К-01", "2026-01-10"), R("000002", 2000, "К-02", "2026-01-11")),
                *(R("000003", 1000, "К-01", "2026-02-10"), R("000004", 2000, "К-02", "2026-02-11")),
                R("000005", 2000, "К-01", "2026-03-10"),
            ],
            total=8000,
        ),
        Expected([R("000001", 1000, "К-01"), R("000002", 2000, "К-02")], warns=("Февраль", "Март")),
    ),
    Case("02", "strict open xml", TWO_BOOK_RECEIPTS, Refused("(строг|strict).*сохран")),
    Case("03", "backslashes in the zip", TWO_BOOK_RECEIPTS),
    Case("04", "an empty fill", TWO_BOOK_RECEIPTS),
    Case(
        *("05", "an old book that overlaps itself"),
        Expected([R(f"{n:06}", 100, f"К-{n % 7}", earned=5) for n in range(1, 121)], total=12_000),
    ),
    Case("23", "the part's name in another case", TWO_BOOK_RECEIPTS),
    Case("24", "shared strings not declared", TWO_BOOK_RECEIPTS),
    Case("25", "an impossible creation time", TWO_BOOK_RECEIPTS),
    Case(
        *("13", "merged cells"),
        Expected([R("000001", 13_000, "К-01", "2026-01-10", 3, 650), SECOND]),
        Expected([SECOND], rejected=3, rejects="."),
    ),
    Case("14", "a web page that begins with div", Refused("Это веб-страница, а не таблица")),
    Case("15", "a web page that begins with meta", Refused("Это веб-страница, а не таблица")),
    Case(
        "52", "a price of many digits", Expected([R("000001", 100, "К-01"), R("000002", 2000, "К-02")], rejected=0)
    ),
    Case("60", "formulas nobody has computed", NothingIn("формул")),
    Case(
        *("78", "continuation rows and the receipt's total"),
        Expected([R("000001", 13_000, "К-01", "2026-01-10", 3, 650)]),
        NothingIn(),
    ),
    Case(
        *("82", "sums with more digits than are seen"),
        Expected([R("000001", "299.67", "К-01"), R("000002", "246.90", "К-02"), R("000003", 2000, "К-02")]),
    ),
]

WHOSE = [
    Case(
        *("06", "codes that are an Excel error"),
        Expected(
            [
                R("000001", 1000, "К-01"),
                R("000002", 2000, None),
                R("000003", 3000, None),
                R("000004", 50_000, None),
            ],
            people=["К-01"],
        ),
        Expected([R("000001", 1000, "К-01")], people=["К-01"], rejected=3, rejects="."),
    ),
    Case(
        *("07", "codes and cards that are a Russian Excel error"),
        Expected(
            [
                *(R("000001", 1000, "К-01"), R("000002", 2000, None), R("000003", 3000, None)),
                *(R("000004", 4000, None), R("000005", 5000, None)),
            ],
            people=["К-01"],
        ),
        Expected([R("000001", 1000, "К-01")], people=["К-01"], rejected=4, rejects="."),
    ),
    Case(
        *("18", "unusual words for the customer's columns"),
        Expected([R("000001", 10_000, ANNA), R("000002", 2000, OLGA)], people=[ANNA, OLGA]),
        Expected([R("000001", 10_000, None), R("000002", 2000, None)], people=[], warns="покупател|клиент"),
    ),
    Case(
        *("21", "cards that Excel has rounded"),
        Expected([R("000001", 10_000, None), R("000002", 2000, None), R("000003", 40_000, None)], warns="округл"),
        NothingIn("карт|округл"),
    ),
    Case(
        *("22", "zeros saved by an equals sign"),
        Expected(
            [R("000001", 10_000, "00012"), R("000002", 2000, "00012"), R("000003", 3000, "00012")],
            people=["00012"],
            phones={"00012": ANNA},
            total=15_000,
        ),
    ),
    Case(
        *("41", "a zero for no card"),
        Expected(
            [
                *(R("000001", 10_000, None), R("000002", 2000, None), R("000003", 40_000, None)),
                *(R("000004", 7000, None), R("000005", 5000, None), R("000006", 5000, "card:2200001")),
            ],
            people=["card:2200001"],
        ),
    ),
    Case(
        *("42", "a placeholder for no phone"),
        Expected(
            [
                *(R("000001", 10_000, None), R("000002", 2000, None), R("000003", 40_000, None)),
                R("000004", 5000, ANNA),
            ],
            people=[ANNA],
            rejected=0,
        ),
    ),
    Case(
        *("44", "the retail customer by other names"),
        Expected(
            [R(f"{n:06}", sum_, None) for n, sum_ in enumerate((10_000, 2000, 40_000, 5000, 5000), 1)], people=[]
        ),
    ),
    Case(
        *("50", "name and phone in one cell"),
        Expected([R("000001", 10_000, ANNA), R("000002", 2000, ANNA), R("000003", 7000, ANNA)], people=[ANNA]),
    ),
    Case(
        *("66", "a card reissued"),
        Expected(
            [R("000001", 10_000, "К-01"), R("000002", 2000, "К-01"), R("000003", 7000, "К-01")],
            people=["К-01"],
            total=19_000,
        ),
        Expected([R("000001", 10_000, "К-01"), R("000002", 2000, "К-01"), R("000003", 7000)], warns="карт"),
    ),
    Case(
        *("67", "a phone of two people"),
        Expected([R("000001", 10_000, "К-02")], people=["К-01", "К-02"]),
        Expected([R("000001", 10_000, None)], people=["К-01", "К-02"], warns="дво|двух|нескольк|обо|разны"),
    ),
    Case(
        *("74", "an invisible letter in the code"),
        Expected(
            [R("000001", 10_000, "К-01"), R("000002", 2000, "К-01"), R("000003", 3000, "К-01")], people=["К-01"]
        ),
    ),
    Case(
        *("83", "an address or stars for a phone"),
        Expected(
            [R("000001", 10_000, None), R("000002", 2000, None), R("000003", 2000, ANNA)],
            people=[ANNA],
            warns=r"anna@example\.ru|телефон",
        ),
        Expected([R("000003", 2000, ANNA)], people=[ANNA], rejected=2, rejects="телефон"),
    ),
    Case(
        *("93", "the card's owner is the customer"),
        Expected(grouped(701, 11_960), people=[*EVIL], names=EVIL, total=71_760),
    ),
]

PEOPLE = [
    Case(
        *("11", "years of birth in two digits"),
        Expected(
            [],
            people=["К-01", "К-02", "К-03", "К-04"],
            born={"К-01": "1965-03-15", "К-02": "1958-11-02", "К-03": "1985-07-07", "К-04": None},
            phones={"К-01": ANNA, "К-02": OLGA, "К-03": "+79161234569", "К-04": "+79161234560"},
        ),
    ),
    Case(
        *("12", "birth dates that are not dates"),
        Expected(
            [],
            people=["К-01", "К-02", "К-03", "К-04"],
            born={"К-01": None, "К-02": None, "К-03": "1985-07-07", "К-04": None},
            phones={"К-01": ANNA, "К-02": OLGA, "К-03": "+79161234569", "К-04": "+79161234560"},
            sexes={"К-01": "f", "К-02": "m", "К-03": None, "К-04": "f"},
            rejected=0,
            warns=(r"15\.03", "1985"),
        ),
    ),
    Case(
        *("79", "a date or a channel for consent"),
        Expected([], people=["К-01", "К-02", "К-03"], phones={"К-01": ANNA}, rejected=0, warns="Соглас"),
    ),
    Case(
        *("84", "a list of counterparties"),
        Expected(
            [],
            people=["00-000002", "00-000003", "00-000004"],
            cards={"00-000002": None, "00-000003": None, "00-000004": None},
            phones={"00-000002": ANNA, "00-000003": OLGA, "00-000004": "+79161234569"},
            born={"00-000002": None, "00-000004": None},
        ),
    ),
]

SUMS = [
    Case(
        *("08", "goods × payments"),
        Expected(COAT_AND_SCARF, total=14_000),
        Refused("документ|оплат"),
        Expected([SECOND], rejected=4, rejects="документ|оплат"),
        Expected([R("000001", 24_000, "К-01"), SECOND], warns="000001.*12 ?000|12 ?000.*000001"),
    ),
    Case(
        *("09", "the document's total on every line"),
        Expected([R("000001", 12_000, "К-01"), R("000002", 2000, "К-02")], total=14_000),
        NothingIn("сумм[аыу] строк"),
        Expected([R("000002", 2000, "К-02")], rejected=3, rejects="сумм[аыу] строк"),
    ),
    Case(
        *("10", "American thousands"),
        Expected(
            [
                *(R("000001", 12_500, "К-01"), R("000002", 9900, "К-02"), R("000003", 8750, "К-03")),
                *(R("000004", 900, "К-04"), R("000005", 14_999, "К-05")),
            ]
        ),
        Expected([R("000004", 900, "К-04")], rejected=4, rejects="."),
        Refused("запят|тысяч|копе"),
    ),
    Case("39", "a row for the receipt, then its lines", Expected(COAT_AND_SCARF, total=14_000)),
    Case("40", "a subtotal under each receipt", Expected(COAT_AND_SCARF, total=14_000)),
    Case("49", "sums without and with VAT", Expected([R("000001", 12_000, "К-01", earned=600)])),
    Case(
        *("53", "the discount as a line of its own"),
        Expected([R("000001", 9000, "К-01", earned={0, 450}), R("000002", 1500, "К-02", earned={0, 75})]),
        NothingIn("скидк|минус|отрицат"),
    ),
    Case(
        *("55", "the receipt's bonuses on each line"),
        Expected(
            [R("000001", 10_000, "К-01"), R("000002", 800, "К-01", redeemed=600)],
            warns="бонус",
        ),
    ),
    Case(
        *("58", "a discount in percent"),
        Expected([R("000001", 9000, "К-01", earned=0), SECOND], total=11_000),
    ),
    Case(
        *("59", "units in the cell"),
        Expected([R("000001", 350, "К-01", earned=17), R("000002", 400, "К-02", earned=20)], total=750),
    ),
    Case(
        *("61", "rounding to roubles is no discount"),
        Expected([R("000001", 299, "К-01", earned=14), R("000002", 100, "К-02", earned=5)]),
    ),
    Case(
        *("63", "an exchange within a receipt"),
        Expected([R("000001", 12_000, "К-01", earned=600)], bonuses={"К-01": 600}, turnover={"К-01": 12_000}),
        Expected(
            [R("000001", 22_000, "К-01")], [B(10_000, "К-01")], bonuses={"К-01": 600}, turnover={"К-01": 12_000}
        ),
    ),
    Case(
        *("68", "NaN percent"),
        Expected([SECOND], rejected=1, rejects="процент|число"),
        Expected([R("000001", 10_000, "К-01"), SECOND], rejected=0),
    ),
    Case(
        "75",
        "the receipt's total beside the line's sum",
        Expected([R("000001", 12_000, "К-01", lines=2, earned=600)]),
    ),
    Case(
        *("76", "lines that do not make up the document"),
        Expected([R("000001", 10_000, "К-01"), SECOND], warns=("10 ?000", "12 ?000")),
        Expected([SECOND], rejected=1, rejects="10 ?000.*12 ?000", warns=("10 ?000", "12 ?000")),
    ),
    Case(
        *("91", "goods without a name"),
        Expected(grouped(751, 11_960), total=71_760),
        Expected(
            [R(one.number, 8980, one.who) for one in grouped(751, 8980)],
            warns=("8 ?980", "11 ?960"),
        ),
    ),
    Case(
        *("96", "equal rows together and apart"),
        Expected(
            [R("000001", 3000, "К-01", lines=3), R("000002", 2000, "К-02", lines=1), R("000003", 2000, "К-01")],
            warns=".",
        ),
    ),
]

TIMES = [
    Case(
        *("16", "times with a zone"),
        Expected(
            [
                R("000001", 10_000, "К-01", "2026-01-01T00:30"),
                R("000002", 2000, "К-01", "2026-01-10T01:15"),
                R("000003", 2000, "К-01", "2026-01-10T15:00"),
                R("000004", 2000, "К-01", "2026-01-11T15:00"),
            ]
        ),
    ),
    Case(
        *("17", "month before day"),
        Expected(
            [
                *(R("000001", 10_000, "К-01", "2026-01-05"), R("000002", 2000, "К-01", "2026-01-12")),
                *(R("000003", 2000, "К-01", "2026-01-25"), R("000004", 2000, "К-01", "2026-02-03")),
            ]
        ),
        NothingIn("дат|месяц|день"),
    ),
    Case(
        *("64", "a column «Время» with day and time"),
        Expected([R("00012", 10_000, None, "2026-01-10T12:00"), R("00013", 2000, ANY, "2026-01-10T13:00")]),
        Refused("Дата|Время"),
    ),
    Case(
        *("69", "a short zone"),
        Expected(
            [
                R("000001", 10_000, "К-01", "2026-01-10T12:00"),
                R("000002", 2000, "К-01", "2026-01-10T16:00"),
                R("000003", 2000, "К-02", "2026-01-11T12:00"),
            ]
        ),
        Expected([R("000003", 2000, "К-02")], rejected=2, rejects="дат"),
    ),
    Case("81", "a short zone at midnight", Expected([R("000001", 10_000, "К-01", "2026-01-01T01:00")])),
    Case(
        *("73", "dates in words"),
        Expected(
            [
                R("000001", 10_000, "К-01", "2026-01-10", maybe=True),
                *(R(f"00000{n}", 2000, "К-02", "2026-01-10", maybe=True) for n in (2, 3, 4, 5)),
            ],
            rejects="",
        ),
    ),
    Case(
        *("95", "minutes that differ"),
        Expected([R("000001", 3000, "К-01", "2026-01-10T12:18", lines=2)], rejected=0, warns="врем|минут|12:19"),
    ),
]

NUMBERS = [
    Case(
        *("19", "numbers anew in every shift, in two files"),
        Expected(
            [
                *(R("1", 10_000, "К-01", "2026-01-10"), R("2", 2000, "К-02", "2026-01-10")),
                *(R("1", 7000, "К-03", "2026-01-11"), R("2", 5000, "К-04", "2026-01-11")),
            ],
            total=24_000,
        ),
        Expected([R("1", 7000, "К-03"), R("2", 5000, "К-04")], warns="замен", replaces=True),
    ),
    Case(
        *("20", "numbers anew in every shift, in one file"),
        Expected(
            [
                *(R("1", 10_000, "К-01", "2026-01-10"), R("2", 2000, "К-02", "2026-01-10")),
                *(R("1", 7000, "К-03", "2026-01-11"), R("2", 5000, "К-04", "2026-01-11")),
            ],
            total=24_000,
        ),
    ),
    Case(
        *("36", "the same receipts without their shop"),
        Expected([FIRST, SECOND], total=12_000),
        Expected([FIRST, SECOND], total=12_000, refused={1: "номер|чек|магазин"}),
    ),
    Case(
        *("36b", "the same receipts with the till for a shop"),
        Expected([FIRST, SECOND], total=12_000),
        Expected([FIRST, SECOND], total=12_000, refused={1: "чек"}),
    ),
    Case(
        *("38", "a column of row numbers"),
        Expected(
            [
                *(R("000123", 12_000, "К-01", "2026-01-10", 2), R("000124", 2000, "К-02", "2026-01-11")),
                *(R("000125", 7000, "К-03", "2026-01-12"), R("000126", 5000, "К-04", "2026-01-12")),
            ],
            total=26_000,
        ),
    ),
    Case(
        *("51", "a list without goods after the goods"),
        Expected([R("000001", 9000, "К-01", lines=2, earned=100)], bonuses={"К-01": 100}),
        Expected([R("000001", 9000, "К-01", lines=2, earned=100)], bonuses={"К-01": 100}, refused={1: "."}),
    ),
    Case("72", "two files glued together", Expected([FIRST, SECOND], rejected=0)),
    Case(
        *("92", "the same receipts from two reports"),
        Expected(None, LIST_BACKS, count=112, total="767571.30", people=LIST_CARDS),
        Expected(None, LIST_BACKS, count=112, total="767571.30", people=LIST_CARDS, refused={1: "."}),
    ),
]

KINDS = [
    Case(
        *("31", "the sign of settlement"),
        Expected([R("1001", 10_000, ANNA), R("1003", 2000, OLGA)], [B(10_000, {ANNA, None}, "1002")], total=12_000),
    ),
    Case(
        *("32", "a report by receipts"),
        Expected([R("000101", 10_000, None)], [B(10_000, None, "000102")]),
    ),
    Case(
        *("33", "purchases and cash orders are no sales"),
        Expected(
            [R("0000-000012", 10_000, "00-00000012"), R("0000-000013", 2000, "00-00000013")],
            people=["00-00000012", "00-00000013"],
            rejected=0,
            warns=("приходная накладная", "ордер"),
        ),
    ),
    Case("35", "cancelled and put off", Expected([FIRST])),
    Case(
        *("43", "a status of another program"),
        Expected([FIRST, SECOND]),
        Refused("Завершен"),
        never="нет ни одного чека",
    ),
    Case(
        *("45", "returns in columns of their own"),
        Expected(
            [R("000001", 10_000, "К-01"), R("000002", 4000, "К-01")],
            [B(2000, "К-01"), B(10_000, {"К-01", None})],
            total=14_000,
        ),
        Refused("возврат"),
    ),
    Case(
        *("46", "a second table of returns"),
        Expected([FIRST, SECOND], [B(10_000, {"К-01", None}, "В00001", on="2026-01-12")]),
    ),
    Case(
        *("47", "a second sheet of returns"),
        Expected([R("000001", 1000, "К-01"), SECOND], [B(2000, "К-02", "000003", "000002", True)]),
        Expected([R("000001", 1000, "К-01"), SECOND], warns="Возвраты"),
    ),
    Case(
        *("48", "a gift for nothing in a grouped report"),
        Expected(
            [
                R("000001", 10_000, "00-00000012", lines=2),
                *(R("000002", 2000, "00-00000012"), R("000003", 3000, "00-00000013")),
            ],
            people=["00-00000012", "00-00000013"],
        ),
    ),
    Case(
        *("37", "a warehouse on each line"),
        Expected(
            [R("УТ-000007", 12_020, "К-01", lines=2, earned=601)],
            [B(2010, "К-01", "УТ-000001", "УТ-000007", True)],
            bonuses={"К-01": 500},
            turnover={"К-01": 10_010},
        ),
    ),
    Case(
        *("62", "the receipt of a return without its zeros"),
        Expected(
            [R("000123", 10_000, "К-01")],
            [B(10_000, "К-01", "000124", matched=True), B(0, "К-01", "000125", matched=True)],
            turnover={"К-01": 0},
        ),
        Expected(
            [R("000123", 10_000, "К-01")],
            [B(10_000, "К-01", matched=True), B(ANY, ANY, matched=False)],
            turnover={"К-01": 0},
            warns="возврат|чек",
        ),
        Expected(
            [R("000123", 10_000, "К-01")],
            [B(ANY, ANY, matched=False), B(ANY, ANY, matched=False)],
            turnover={"К-01": 10_000},
            warns="возврат|чек",
        ),
    ),
    Case(
        *("65", "the same goods with other spaces"),
        Expected([R("000123", 200, "К-01")], [B(100, "К-01", "000124", "000123", True)], turnover={"К-01": 100}),
    ),
    Case(
        *("80", "a return in the new year"),
        Expected(
            [R("000005", 10_000, "К-01", "2025-12-28"), R("000005", 10_000, "К-02", "2026-01-03")],
            [B(10_000, "К-01", "000001", matched=True)],
            turnover={"К-01": 0, "К-02": 10_000},
        ),
        Expected(
            [R("000005", 10_000, "К-01", "2025-12-28"), R("000005", 10_000, "К-02", "2026-01-03")],
            [B(ANY, {"К-01", None}, "000001", matched=False)],
            turnover={"К-01": 10_000, "К-02": 10_000},
            warns="возврат|чек",
        ),
    ),
]

TEXTS = [
    Case(
        *("56", "the encoding of DOS"),
        Expected([FIRST]),
        Refused("кодировк"),
        never="не найдены колонки",
    ),
    Case(
        *("57", "the encoding of a Mac"),
        Expected([FIRST], people=["К-01"], names={"К-01": "^Иванова Анна$"}),
        Refused(),
        never="Ђванова",
    ),
    Case("71", "a journal of transactions without a header", Refused("заголов|колонк|столбц|журнал")),
    Case(
        *("94", "strange words for columns"),
        Refused("(?=.*Дата)(?=.*Сумма)"),  # «Чек» is read as the number
        Expected([R("Ж-1", "1234.50"), R("Ж-2", 2000)], total="3234.50"),
    ),
]

CASES = {case.id: case for case in (*BOOKS, *WHOSE, *PEOPLE, *SUMS, *TIMES, *NUMBERS, *KINDS, *TEXTS)}


@pytest.fixture(scope="session")
def told(shared_cases: Path) -> dict[str, Any]:
    """The files of each case, in order, the day and the kind."""
    cases: dict[str, Any] = json.loads((shared_cases / "cases.json").read_text(encoding="utf-8"))
    return cases


def test_every_case_is_judged(told: dict[str, Any]) -> None:
    assert sorted(told) == sorted(CASES)


@pytest.mark.parametrize("id", [pytest.param(id, id=f"{id} {case.about}") for id, case in sorted(CASES.items())])
def test_a_shops_file_comes_in_as_it_must(
    id: str, told: dict[str, Any], shared_cases: Path, migrated_sqlite: Path, tmp_path: Path
) -> None:
    case, given = CASES[id], told[id]
    with room(tmp_path / "room", migrated_sqlite, given["today"]) as shop:
        files = [Path(shutil.copy(shared_cases / name, shop.folder / name)) for name in given["files"]]
        settle(id, against(shop, files, given["kind"], case.outcomes, case.never))


def test_the_report_says_what_counts(shared_cases: Path, migrated_sqlite: Path, tmp_path: Path) -> None:
    """Contract.md: the documents of this file that count, in kopecks, and what its own totals row says."""
    with room(tmp_path / "room", migrated_sqlite, "2026-06-30") as shop:
        name = "40-subtotal-per-receipt.csv"
        came = shop.take([Path(shutil.copy(shared_cases / name, shop.folder / name))])
    said = came.files[0].report.get("totals")
    names = ("receipts", "receipts_sum", "returns", "returns_sum", "earned", "file_sum")
    wanted = dict(zip(names, (2, 14_000_00, 0, 0, 700_00, 14_000_00), strict=True))
    settle(TOTALS, "" if said == wanted else f"totals: {said}, а не {wanted}")
