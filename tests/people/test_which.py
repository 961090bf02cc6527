"""Which document is it: numbers that start anew, documents moved to another day, lists without goods."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, event, select

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.models import customers, numberings, receipt_lines, receipts, return_lines, returns
from loyalty.sales import answers, intake, till
from loyalty.sales.alike import Goods, Telling, Whom, share_goods, telling_of, tellings, with_goods
from loyalty.sales.documents import CustomerRef, Document, DocumentLine, ReturnDocument, SaleDocument
from loyalty.sales.intake import Counts
from loyalty.sales.receipts import Outcome, Result
from loyalty.sales.which import Numberings, said_by_till, waves
from tests.till import emptied, shop_that_adds_up

TODAY = date(2026, 12, 1)
COAT, BOOTS, SCARF, BAG = "Пальто", "Сапоги", "Шарф", "Сумка"
NOTHING = ""


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def line(name: str, amount: int) -> DocumentLine:
    return DocumentLine("", name, "", 1000, None, 0, amount * 100)


def sale(
    number: str,
    day: int,
    who: str | None,
    *goods: tuple[str, int],
    hour: int = 12,
    series: str = "",
    of: str = "Центр",
) -> SaleDocument:
    """A receipt of that day of January, sums in roubles; goods without a name come from a list."""
    ref = CustomerRef(who) if who else None
    at = datetime(2026, 1, day, hour)
    return SaleDocument(number, of, at, [line(*one) for one in goods], None, ref, rows=[1], series=series)


def back(number: str, day: int, who: str | None, *goods: tuple[str, int], basis: str = "1") -> ReturnDocument:
    ref = CustomerRef(who) if who else None
    return ReturnDocument(
        number, "Центр", datetime(2026, 1, day, 12), [line(*one) for one in goods], basis, None, ref, rows=[1]
    )


class Told(NamedTuple):
    """What became of a file."""

    imported: int
    unchanged: int
    changed: int
    rejected: int
    warnings: list[str]
    reasons: list[Result]


def file(*documents: Document) -> Told:
    """All that a file says, in one act."""
    reasons: list[Result] = []

    def rejected(document: object, result: Result) -> None:
        plain = {name: getattr(result, name).replace("\xa0", " ") for name in ("reason", "value")}
        reasons.append(replace(result, **plain))

    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        counts: Counts = intake.take_documents(session, documents, act=act, today=TODAY, on_rejected=rejected)
        texts = [text.replace("\xa0", " ") for text in counts.warnings.as_list()]
        return Told(counts.imported, counts.unchanged, counts.changed, counts.rejected, texts, reasons)


def what(told: Told) -> tuple[int, int, int, int]:
    return told[:4]


def facts() -> list[tuple[object, ...]]:
    """Every current receipt and return: number, shop, day, customer's code, its goods and sums in roubles."""
    found = []
    with db.reading() as session:
        for table, lines, of in (
            (receipts, receipt_lines, receipt_lines.c.receipt_id),
            (returns, return_lines, return_lines.c.return_id),
        ):
            c = table.c
            sums = dict[int, list[int]]()
            for id_, amount in session.connection().execute(select(of, lines.c.amount)):
                sums.setdefault(id_, []).append((amount or 0) // 100)
            query = select(c.id, c.number, c.shop, c.day, customers.c.external_id)
            query = query.outerjoin(customers, customers.c.id == c.customer_id).where(c.superseded_at.is_(None))
            for id_, number, of_shop, day, code in session.connection().execute(query):
                found.append((number, of_shop, day.day, code or "", tuple(sorted(sums[id_]))))
    return sorted(found)


def daily() -> set[str]:
    with db.reading() as session:
        return set(session.connection().scalars(select(numberings.c.shop)))


SHIFT_10 = [sale("1", 10, "К-1", (COAT, 10_000)), sale("2", 10, "К-2", (SCARF, 2_000))]
SHIFT_11 = [sale("1", 11, "К-3", (BOOTS, 7_000)), sale("2", 11, "К-4", (BAG, 5_000))]
FOUR = [
    ("1", "Центр", 10, "К-1", (10_000,)), ("1", "Центр", 11, "К-3", (7_000,)),
    ("2", "Центр", 10, "К-2", (2_000,)), ("2", "Центр", 11, "К-4", (5_000,)),
]  # fmt: skip


# --- Numbers that start anew -----------------------------------------------------------------------------


@pytest.mark.parametrize("files", [(SHIFT_10, SHIFT_11), (SHIFT_11, SHIFT_10), ([*SHIFT_10, *SHIFT_11],)])
def test_numbers_of_every_shift_are_four_receipts(files: tuple[list[SaleDocument], ...]) -> None:
    told = [file(*some) for some in files]
    assert sum(one.imported for one in told) == 4
    assert facts() == FOUR
    assert [text for one in told for text in one.warnings] == [
        "Номера чеков магазина «Центр» начинаются заново каждый день: чеки различаются и по дню"
    ]
    for some in files:
        assert what(file(*some)) == (0, len(some), 0, 0)
    assert facts() == FOUR


def test_two_days_of_one_number_in_one_file_are_two_receipts_whatever_they_sold() -> None:
    same = [sale("1", day, "К-1", (COAT, 10_000)) for day in (10, 11, 12)]
    assert what(file(*same)) == (3, 0, 0, 0)
    assert what(file(*same)) == (0, 3, 0, 0)
    assert what(file(same[1])) == (0, 1, 0, 0)
    assert len(facts()) == 3


def test_a_file_that_says_the_shift_tells_two_receipts_of_one_day_apart() -> None:
    day = [
        sale("1", 10, "К-1", (COAT, 10_000), hour=10, series="101"),
        sale("1", 10, "К-2", (COAT, 10_000), hour=18, series="102"),
    ]
    assert what(file(*day)) == (2, 0, 0, 0)
    assert what(file(*day)) == (0, 2, 0, 0)
    plain = [replace(one, series="") for one in day]
    assert what(file(plain[1])) == (0, 1, 0, 0)  # the same told without the shift
    assert what(file(plain[0])) == (0, 1, 0, 0)
    assert what(file(sale("1", 10, "К-1", (COAT, 9_000), hour=10, series="101"))) == (0, 0, 1, 0)
    assert [one[-1] for one in facts()] == [(9_000,), (10_000,)]


def test_a_shift_said_later_is_the_receipt_that_was_known_without_it() -> None:
    file(sale("1", 10, "К-1", (COAT, 10_000), hour=10))
    day = [
        sale("1", 10, "К-1", (COAT, 10_000), hour=10, series="101"),
        sale("1", 10, "К-2", (SCARF, 10_000), hour=18, series="102"),
    ]
    assert what(file(*day)) == (1, 1, 0, 0)
    assert what(file(*reversed(day))) == (0, 2, 0, 0)
    assert facts() == [("1", "Центр", 10, "К-1", (10_000,)), ("1", "Центр", 10, "К-2", (10_000,))]


@pytest.mark.parametrize(("known_at", "said_at"), [(10, 0), (10, 11), (0, 0), (0, 10)])
@pytest.mark.parametrize("order", [1, -1])
def test_a_shift_said_later_at_another_time_is_told_by_customer_and_goods(
    known_at: int, said_at: int, order: int
) -> None:
    file(sale("1", 10, "К-1", (COAT, 100), hour=known_at))
    hers = sale("1", 10, "К-1", (COAT, 100), hour=said_at, series="101")
    other = sale("1", 10, "К-2", (SCARF, 200), hour=said_at, series="102")
    assert what(file(*[other, hers][::order])) == ((1, 1, 0, 0) if known_at == said_at else (1, 0, 1, 0))
    assert facts() == [("1", "Центр", 10, "К-1", (100,)), ("1", "Центр", 10, "К-2", (200,))]


def test_a_shift_said_later_is_told_by_the_second_and_of_a_shop_known_to_number_anew_as_well() -> None:
    file(*SHIFT_10, *SHIFT_11)
    assert what(file(sale("1", 10, "К-9", (SCARF, 50), series="101"))) == (0, 0, 1, 0)
    assert what(file(sale("1", 11, "К-3", (BOOTS, 50), hour=9, series="102"))) == (0, 0, 1, 0)
    assert len(facts()) == 4


def test_one_receipt_is_not_that_of_two_shifts() -> None:
    file(sale("1", 10, "К-1", (COAT, 100), hour=10))
    told = [sale("1", 10, who, (COAT, 100), hour=0, series=name) for who, name in (("К-1", "101"), ("К-2", "102"))]
    assert what(file(*told)) == (1, 0, 1, 0)
    assert [one[3] for one in facts()] == ["К-1", "К-2"]


def test_told_without_a_shift_a_receipt_of_another_customer_and_goods_is_of_another_shift() -> None:
    file(sale("1", 10, "К-1", (COAT, 100), hour=10, series="101"))
    assert what(file(sale("1", 10, "К-2", (SCARF, 200), hour=18))) == (1, 0, 0, 0)
    assert what(file(sale("1", 10, "К-1", (COAT, 100), hour=18, series="101"))) == (0, 0, 1, 0)
    assert what(file(sale("1", 10, "К-2", (SCARF, 300), hour=19))) == (0, 0, 1, 0)
    assert what(file(sale("1", 10, "К-3", (BOOTS, 50), hour=19))) == (0, 0, 1, 0)  # of its second
    assert facts() == [("1", "Центр", 10, "К-1", (100,)), ("1", "Центр", 10, "К-3", (50,))]


def test_of_one_day_it_is_a_revision_whatever_it_says() -> None:
    file(sale("1", 10, "К-1", (COAT, 100)))
    assert what(file(sale("1", 10, "К-9", (BOOTS, 200), hour=13))) == (0, 0, 1, 0)
    assert (facts(), daily()) == ([("1", "Центр", 10, "К-9", (200,))], set())


@pytest.mark.parametrize("bare", [False, True], ids=["times known", "bare days"])
@pytest.mark.parametrize(
    ("says", "told", "shift"),
    [
        ("its customer's", ("К-1", (COAT, 100)), "101"),
        ("one of its sum", (None, (COAT, 300)), "104"),
        ("the latest with its goods", (None, (COAT, 90)), "102"),
    ],
)
def test_told_without_shift_and_time_a_receipt_is(
    says: str, told: tuple[str | None, tuple[str, int]], shift: str, bare: bool
) -> None:
    sold = [("К-1", (COAT, 100), 10), ("К-3", (BOOTS, 300), 20), (None, (COAT, 300), 9), ("К-2", (COAT, 100), 18)]
    shifts = dict(zip(("101", "103", "104", "102"), sold, strict=True))
    file(*(sale("1", 10, who, what_, hour=0 if bare else hour, series=name)
           for name, (who, what_, hour) in shifts.items()))  # fmt: skip
    assert what(file(sale("1", 10, *told, hour=0)))[0] == 0
    with db.reading() as session:
        query = select(receipts.c.series, receipts.c.total, receipts.c.at).where(receipts.c.superseded_at.is_(None))
        rows = {series: (total // 100, at.hour) for series, total, at in session.connection().execute(query)}
    assert rows == {
        name: (told[1][1], 0) if name == shift else (amount, 0 if bare else hour)
        for name, (_, (_, amount), hour) in shifts.items()
    }


def test_a_shift_over_midnight_is_found_by_itself_and_what_says_none_by_its_day() -> None:
    file(sale("1", 10, "К-1", (COAT, 100), series="101"), sale("2", 12, "К-2", (SCARF, 200)))
    told = file(sale("1", 11, "К-1", (COAT, 100), hour=1, series="101"), sale("2", 12, "К-2", (SCARF, 300)))
    assert what(told) == (0, 0, 2, 0)
    assert told.warnings[0].startswith("Чек 1: был от 10.01.2026, теперь от 11.01.2026.")


@pytest.mark.parametrize(
    ("says", "sold", "daily", "first"),
    [
        (
            "other numbers and other shops",
            [("1", 10, "", "Юг"), ("2", 10, "", "Юг"), ("1", 10, "", "")],
            "",
            [0, 1, 2],
        ),
        ("days of one number", [("1", 10, "", "Юг"), ("2", 10, "", "Юг"), ("1", 11, "", "Юг")], "", [0, 1]),
        (
            "the same where they start anew",
            [("1", 10, "", "Юг"), ("1", 11, "", "Юг"), ("1", 11, "", "Юг")],
            "Юг",
            [0, 1],
        ),
        (
            "shifts of a day",
            [("1", 10, "101", "Юг"), ("1", 10, "102", "Юг"), ("1", 10, "101", "Юг")],
            "Центр",
            [0, 1],
        ),
    ],
)
def test_of_documents_that_may_be_one_the_first_is_taken_first(
    says: str, sold: list[tuple[str, int, str, str]], daily: str, first: list[int]
) -> None:
    documents = [sale(number, day, None, series=series, of=of) for number, day, series, of in sold]
    rest = [i for i in range(len(sold)) if i not in first]
    assert waves(documents, Numberings({daily})) == (first, rest)


def test_where_numbers_start_anew_the_day_alone_tells_receipts_apart() -> None:
    file(*SHIFT_10, *SHIFT_11)
    assert what(file(sale("1", 12, "К-1", (COAT, 10_000)))) == (1, 0, 0, 0)
    assert what(file(sale("1", 11, "К-3", (BOOTS, 6_000)))) == (0, 0, 1, 0)  # a revision of its day
    assert len(facts()) == 5


def test_other_shops_keep_their_numbers() -> None:
    file(*SHIFT_10, *SHIFT_11)
    assert daily() == {"Центр"}
    file(sale("7", 10, "К-1", (COAT, 10_000), of="Юг"))
    assert what(file(sale("7", 12, "К-1", (COAT, 10_000), of="Юг"))) == (0, 0, 1, 0)


def test_who_was_first_every_morning_is_found_again_when_the_numbering_shows() -> None:
    """Bread at nine each day is taken for a moved receipt, with a warning, until another number tells."""
    for day in (10, 11, 12):
        told = file(sale("1", day, "К-1", (COAT, 100)))
    assert (
        "Чек 1: был от 11.01.2026, теперь от 12.01.2026. Учтён один раз, с новой датой: проверьте" in told.warnings
    )
    assert [one[2] for one in facts()] == [12]
    file(sale("2", 12, "К-2", (SCARF, 2_000)))
    file(sale("2", 13, "К-3", (BOOTS, 2_000)))
    assert [(one[0], one[2]) for one in facts()] == [("1", 10), ("1", 11), ("1", 12), ("2", 12), ("2", 13)]
    for day in (10, 11, 12):
        assert what(file(sale("1", day, "К-1", (COAT, 100)))) == (0, 1, 0, 0)


def test_returns_are_numbered_anew_too_and_stay_with_their_receipts() -> None:
    file(*SHIFT_10, *SHIFT_11)
    mine = [back("1", 12, "К-1", (COAT, 10_000)), back("1", 13, "К-3", (BOOTS, 7_000))]
    assert what(file(mine[0])) == (1, 0, 0, 0)
    assert what(file(mine[1])) == (1, 0, 0, 0)
    with db.reading() as session:
        query = select(customers.c.external_id, customers.c.turnover).order_by(customers.c.external_id)
        turnovers = {code: turnover for code, turnover in session.connection().execute(query)}  # noqa: C416
    assert turnovers == {"К-1": 0, "К-2": 2_000_00, "К-3": 0, "К-4": 5_000_00}


def test_returns_that_show_the_numbering_belong_to_their_receipts() -> None:
    file(sale("7", 10, "К-1", (COAT, 10_000)), sale("8", 10, "К-2", (SCARF, 2_000)))
    file(back("1", 12, "К-1", (COAT, 10_000), basis="7"), back("1", 13, "К-2", (SCARF, 2_000), basis="8"))
    with db.reading() as session:
        turnovers = list(session.connection().scalars(select(customers.c.turnover)))
    assert (daily(), turnovers) == ({"Центр"}, [0, 0])


@pytest.mark.parametrize("who", ["К-1", None])
def test_a_return_that_is_voided_leaves_what_it_took_of_its_receipt_to_others(who: str | None) -> None:
    first, second = (back(number, day, who, (COAT, 80)) for number, day in (("7", 12), ("8", 13)))
    file(sale("1", 10, who, (COAT, 100)), first, second)
    assert [row[-2] for row in heads(returns, "counted")] == [80_00, 20_00]
    file(replace(first, voided=True))
    assert [row[-2] for row in heads(returns, "counted")] == [80_00]


@pytest.mark.parametrize("who", ["К-1", None])
def test_a_return_goes_back_to_the_receipt_of_its_day_when_the_numbering_shows(who: str | None) -> None:
    file(sale("1", 10, who, (COAT, 100)), back("7", 10, who, (COAT, 100)))
    file(sale("1", 11, who, (COAT, 100)), sale("2", 11, "К-2", (SCARF, 2_000)))
    file(sale("2", 12, "К-3", (BOOTS, 2_000)))
    with db.reading() as session:
        query = select(receipts.c.day).join(returns, returns.c.receipt_id == receipts.c.id)
        assert list(session.connection().scalars(query)) == [date(2026, 1, 10)]


def test_every_shop_that_shows_its_numbering_is_told() -> None:
    file(*SHIFT_10)
    told = file(*SHIFT_11, sale("5", 10, "К-1", (COAT, 100), of="Юг", series="101"))
    assert (len(told.warnings), daily()) == (2, {"Центр", "Юг"})
    told = file(sale("1", 12, "К-1", (COAT, 10_000)), sale("5", 10, "К-5", (COAT, 1), of="Север", series="101"))
    assert what(told) == (2, 0, 0, 0)


def test_what_was_mended_voided_or_moved_back_stays_so_when_the_numbering_shows() -> None:
    gone = sale("3", 10, "К-1", (COAT, 100))
    for one in (gone, replace(gone, lines=[line(COAT, 200)]), replace(gone, voided=True)):
        file(one)
    for day in (10, 11, 10):
        file(sale("1", day, "К-1", (COAT, 100 + day)))
    file(SHIFT_10[1])
    file(SHIFT_11[1])
    assert [one[:3] + one[4:] for one in facts()] == [
        ("1", "Центр", 10, (110,)), ("1", "Центр", 11, (111,)),
        ("2", "Центр", 10, (2_000,)), ("2", "Центр", 11, (5_000,)),
    ]  # fmt: skip


def test_a_return_of_its_own_day_again_belongs_to_what_its_receipt_is_now() -> None:
    file(sale("7", 10, "К-1", (COAT, 100)), sale("8", 10, "К-1", (COAT, 100)))
    for day, basis in ((12, "7"), (13, "8")):  # taken for one that has moved
        file(back("1", day, "К-1", (COAT, 50), basis=basis))
    file(sale("7", 10, "К-1", (COAT, 150)))
    file(back("2", 12, "К-2", (SCARF, 1), basis="9"))
    file(back("2", 13, "К-3", (BOOTS, 1), basis="9"))
    with db.reading() as session:
        query = select(returns.c.day, receipts.c.number, receipts.c.total).order_by(returns.c.day)
        query = query.join(receipts, receipts.c.id == returns.c.receipt_id)
        rows = session.connection().execute(query.where(receipts.c.superseded_at.is_(None))).all()
    assert [(row.day.day, row.number, row.total // 100) for row in rows] == [(12, "7", 150), (13, "8", 100)]


# --- Moved documents -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "now"),
    [
        ("the same customer", sale("1", 20, "К-1", (BOOTS, 1))),
        ("the same goods", sale("1", 20, "К-9", (COAT, 1))),
        ("most of the goods", sale("1", 20, None, (COAT, 1), (SCARF, 2), (BOOTS, 3))),
        ("nothing", sale("1", 20, None, (NOTHING, 500))),
    ],
)
def test_another_day_is_a_revision_where_it_says(says: str, now: SaleDocument) -> None:
    file(sale("1", 10, "К-1", (COAT, 10_000), (SCARF, 500)) if says != "nothing" else
         sale("1", 10, None, (NOTHING, 500)))  # fmt: skip
    told = file(now)
    assert (what(told), daily()) == ((0, 0, 1, 0), set())
    assert told.warnings[0].startswith("Чек 1: был от 10.01.2026, теперь от 20.01.2026.")
    assert [one[2] for one in facts()] == [20]


@pytest.mark.parametrize(
    ("says", "now"),
    [
        ("another customer and other goods", sale("1", 20, "К-9", (BOOTS, 1))),
        ("other goods, of nobody", sale("1", 20, None, (BOOTS, 1))),
        (
            "another customer, and of two goods the bag that everybody buys",
            sale("1", 20, "К-9", (BOOTS, 1), (BAG, 2)),
        ),
        ("another customer, in a list", sale("1", 20, "К-9", (NOTHING, 1))),
    ],
)
def test_another_day_is_another_receipt_where_it_says(says: str, now: SaleDocument) -> None:
    file(sale("1", 10, "К-1", (COAT, 10_000), (BAG, 500)))
    assert (what(file(now)), daily()) == ((1, 0, 0, 0), {"Центр"})
    assert [one[2] for one in facts()] == [10, 20]


def test_a_document_that_is_voided_on_another_day_is_not_the_one_that_is_known() -> None:
    file(sale("1", 10, "К-1", (COAT, 10_000)))
    gone = sale("1", 20, "К-9", (BOOTS, 1))
    gone.voided = True
    assert what(file(gone)) == (0, 1, 0, 0)
    assert [one[2] for one in facts()] == [10]


def test_a_tills_number_with_another_content_is_refused_but_on_another_day_of_daily_numbers() -> None:
    def sell(document: SaleDocument) -> str:
        with db.writing() as session:
            return till.sell(session, replace(document, rows=[]), TODAY).value

    assert sell(sale("1", 10, "К-1", (COAT, 10_000))) == "imported"
    with pytest.raises(Refused, match="уже проведён с другим содержанием"):
        sell(sale("1", 11, "К-3", (BOOTS, 7_000)))
    file(*SHIFT_11)
    assert daily() == {"Центр"}
    assert sell(sale("1", 10, "К-1", (COAT, 10_000))) == "unchanged"
    with pytest.raises(Refused, match="уже проведён с другим содержанием"):
        sell(sale("1", 11, "К-1", (SCARF, 1)))
    assert sell(sale("1", 12, "К-1", (SCARF, 1))) == "imported"


def test_whose_receipt_it_is_as_answered_holds_for_its_day_alone() -> None:
    file(*SHIFT_10, *SHIFT_11)
    answer(11, "К-2")
    file(sale("1", 10, "К-1", (COAT, 9_000)), sale("1", 11, "К-3", (BOOTS, 6_000)))
    assert [one[3:] for one in facts() if one[0] == "1"] == [("К-1", (9_000,)), ("К-2", (6_000,))]
    file(back("1", 11, "К-4", (BAG, 1)))  # a return has its own number
    assert [one[3] for one in facts() if one[0] == "1"] == ["К-1", "К-2", "К-4"]


def answer(day: int, code: str, number: str = "1") -> None:
    """A person says that the receipt of that day is this customer's."""
    with db.writing() as session:
        owner = (
            session.connection().execute(select(customers.c.id).where(customers.c.external_id == code)).scalar_one()
        )
        query = select(receipts.c.id).where(receipts.c.number == number, receipts.c.day == date(2026, 1, day))
        receipt = session.connection().execute(query.where(receipts.c.superseded_at.is_(None))).scalar_one()
        learned = answers.answer(session, receipt, owner, acts.begin(session, acts.Origin.SCREEN))
        ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)


def test_whose_receipt_it_is_as_answered_holds_when_its_shift_is_said_later() -> None:
    file(sale("1", 10, "К-1", (COAT, 100)), sale("2", 10, "К-2", (COAT, 100)), back("1", 10, "К-3", (COAT, 1)))
    answer(10, "К-2")
    answer(10, "К-1", "2")
    file(replace(back("1", 10, "К-3", (COAT, 2)), series="101"))  # a return has its own number
    assert what(file(sale("1", 10, "К-1", (COAT, 95)))) == (0, 0, 1, 0)
    assert [one[3:] for one in facts()] == [("К-2", (95,)), ("К-3", (2,)), ("К-1", (100,))]
    for amount in (90, 80):
        told = file(sale("1", 10, "К-1", (COAT, amount), series="101"), sale("2", 10, "К-2", (COAT, amount)))
        assert what(told) == (0, 0, 2, 0)
        assert [one[3:] for one in facts()] == [("К-2", (amount,)), ("К-3", (2,)), ("К-1", (amount,))]
    assert what(file(sale("1", 10, "К-1", (SCARF, 7), hour=18, series="102"))) == (1, 0, 0, 0)
    assert [one[3:] for one in facts() if one[0] == "1"] == [("К-1", (7,)), ("К-2", (80,)), ("К-3", (2,))]


def test_whose_receipt_it_is_by_the_till_holds_when_its_shift_is_said_later() -> None:
    with db.writing() as session:
        for number in "12":
            till.sell(session, replace(sale(number, 10, "К-1", (COAT, 100)), rows=[]), TODAY)
    file(sale("2", 10, None, (COAT, 95)))
    for amount in (90, 80):
        for one in (sale("1", 10, None, (COAT, amount), series="101"), sale("2", 10, None, (COAT, amount))):
            assert what(file(one)) == (0, 0, 1, 0)
        assert [one[3:] for one in facts()] == [("К-1", (amount,)), ("К-1", (amount,))]


@pytest.mark.parametrize(
    ("says", "one", "other", "same"),
    [
        ("one code, though other phones", Whom("1", None, "+7"), Whom("1", None, "+8"), True),
        ("other codes, though one phone", Whom("1", None, "+7"), Whom("2", None, "+7"), False),
        ("a code that one alone gives is no sign", Whom("1", None, "+7"), Whom(None, None, "+7"), True),
        ("one card", Whom("1", "9", "+7"), Whom(None, "9", "+8"), True),
        ("names, where there is nothing else", Whom(name="Анна Сергеева"), Whom("1", name="Сергеева А."), True),
        ("other names", Whom(name="Анна"), Whom(name="Олег"), False),
        ("a name that one alone gives", Whom(name="Анна"), Whom(None, None, "+7"), None),
        ("nothing", Whom(), Whom(), None),
    ],
)
def test_two_documents_name_one_person(says: str, one: Whom, other: Whom, same: bool | None) -> None:
    assert (one.same(other), other.same(one)) == (same, same)


@pytest.mark.parametrize(
    ("says", "one", "other", "shared"),
    [
        ("two of three", {("1", "а"), ("2", "б"), ("3", "в")}, {("1", "а"), ("2", "б"), ("4", "г")}, True),
        ("all of the shorter", {("1", "а"), ("2", "б"), ("3", "в")}, {("3", "в")}, True),
        (
            "two of the shorter's three",
            {("1", "а"), ("2", "б"), ("3", "в"), ("4", "г"), ("5", "д")},
            {("1", "а"), ("2", "б"), ("6", "е")},
            True,
        ),
        ("half is not most", {("1", "а"), ("2", "б")}, {("1", "а"), ("4", "г")}, False),
        ("one code, whatever names", {("1", "а")}, {("1", "б")}, True),
        ("other codes, though one name", {("1", "а")}, {("2", "а")}, False),
        ("one name, where one has no code", {("1", "а")}, {("", "а")}, True),
        ("one name without codes", {("", "а")}, {("", "а"), ("1", "б")}, True),
        ("nothing", set(), {("1", "а")}, False),
    ],
)
def test_two_documents_share_goods(says: str, one: set[Goods], other: set[Goods], shared: bool) -> None:
    assert [share_goods(*map(frozenset, pair)) for pair in ((one, other), (other, one))] == [shared, shared]


def test_a_document_says_the_same_before_and_after_it_is_kept() -> None:
    ref = CustomerRef("К-1", "0009", "+79161110001", "Анна")
    goods = [line(COAT, 1), line("", 2)._replace(sku="A1"), line("Чай  ЧЁРНЫЙ", 3)._replace(sku="A2"), line("", 4)]
    documents = [replace(one, lines=goods, customer=who) for who in (ref, None)
                 for one in (sale("1" if who else "2", 10, None), back("1" if who else "2", 12, None))]  # fmt: skip
    file(*documents)
    told = Telling(Whom(*ref[:3], "Анна"), frozenset({("", "пальто"), ("A1", ""), ("A2", "чай черный")}))
    for table, kind in ((receipts, SaleDocument), (returns, ReturnDocument)):
        said = {one.number: telling_of(one) for one in documents if isinstance(one, kind)}
        assert said == {"1": told, "2": told._replace(whom=Whom())}
        with db.reading() as session:
            rows = session.connection().execute(select(table.c.id, table.c.number))
            ids = {row.id: row.number for row in rows}
            kept = tellings(session, table, list(ids))
            assert with_goods(session, table, list(ids)[:1]) == {next(iter(ids))}
        assert {ids[id_]: one for id_, one in kept.items()} == said


# --- Lists without goods ---------------------------------------------------------------------------------

WITH_GOODS = sale("1", 10, "К-1", (COAT, 7_000), (SCARF, 2_000))


def test_a_list_without_goods_erases_no_lines() -> None:
    file(WITH_GOODS)
    assert what(file(sale("1", 10, "К-1", (NOTHING, 9_000)))) == (0, 1, 0, 0)
    told = file(sale("1", 10, "К-1", (NOTHING, 9_500)))
    assert what(told) == (0, 0, 0, 1)
    reason = (
        "загружен с товарами на 9 000 ₽ от 10.01.2026, а в этом списке без товаров 9 500 ₽ от 10.01.2026: "
        "выгрузите его с товарами"
    )
    assert told.reasons == [Result(Outcome.REJECTED, reason, "Сумма", "9 500 ₽")]
    told = file(sale("1", 11, None, (NOTHING, 9_000)))  # of another day: who knows
    assert (what(told), told.warnings) == ((0, 0, 0, 1), [])
    assert facts() == [("1", "Центр", 10, "К-1", (2_000, 7_000))]


def test_a_list_of_returns_erases_no_lines() -> None:
    file(WITH_GOODS, back("5", 12, "К-1", (COAT, 4_000)))
    assert what(file(back("5", 12, "К-1", (NOTHING, 4_000), basis=""))) == (0, 1, 0, 0)
    assert what(file(back("5", 12, "К-1", (NOTHING, 3_000)))) == (0, 0, 0, 1)
    pieces = line(SCARF, 0)._replace(amount=None)  # they are worth what their receipt says
    file(replace(back("6", 12, None), lines=[pieces]))
    assert what(file(back("6", 12, None, (NOTHING, 2_000)))) == (0, 1, 0, 0)
    assert what(file(back("6", 12, "К-1", (NOTHING, 2_000)))) == (0, 0, 1, 0)
    assert what(file(back("5", 12, "К-1", (COAT, 3_000)))) == (0, 0, 1, 0)
    assert [row[4:6] for row in heads(returns, "amount", "counted")] == [(3_000_00, 3_000_00), (0, 2_000_00)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_list_says_who_and_a_report_says_what_in_any_order(order: tuple[int, ...]) -> None:
    files = [sale("1", 10, "К-1", (NOTHING, 9_000)), sale("1", 10, None, (COAT, 7_000), (SCARF, 2_000))]
    for which in order:
        file(files[which])
    assert facts() == [("1", "Центр", 10, "К-1", (2_000, 7_000))]
    for one in files:
        assert what(file(one)) == (0, 1, 0, 0)
    assert facts() == [("1", "Центр", 10, "К-1", (2_000, 7_000))]


def heads(table: Table, *more: str) -> list[tuple[object, ...]]:
    """What current documents say beside their lines, and whose they are."""
    names = ("number", "place", "cashier", "payment", *more)
    query = select(*(table.c[name] for name in names), customers.c.external_id).order_by(table.c.number)
    query = query.outerjoin(customers, customers.c.id == table.c.customer_id)
    with db.reading() as session:
        return [tuple(row) for row in session.connection().execute(query.where(table.c.superseded_at.is_(None)))]


SAID: dict[str, Any] = {"place": "Шоурум", "cashier": "Ольга", "payment": "Карта"}


def test_what_a_list_does_not_say_of_a_receipt_stays() -> None:
    coat = line(COAT, 7_000)._replace(discount=500_00)
    full = replace(sale("1", 10, None, (COAT, 7_000)), lines=[coat], redeemed=300_00, **SAID)
    file(full)
    list_, new = sale("1", 10, "К-1", (NOTHING, 7_000)), sale("2", 10, "К-2", (SCARF, 500))
    assert what(file(list_, new)) == (1, 0, 1, 0)
    other = ("2", "", "", "", 0, 500_00, 0, "К-2")
    columns = ("discount", "total", "redeemed")
    assert heads(receipts, *columns) == [("1", "Шоурум", "Ольга", "Карта", 500_00, 7_000_00, 300_00, "К-1"), other]
    assert [one[-1] for one in facts()] == [(7_000,), (500,)]
    file(replace(list_, place="Склад", cashier="Вера", payment="СБП", customer=CustomerRef(card="9")))
    assert what(file(replace(full, lines=[line(COAT, 6_000)], place="", cashier="", payment=""))) == (0, 0, 1, 0)
    assert heads(receipts, *columns)[0] == ("1", "", "", "", 0, 6_000_00, 300_00, None)


@pytest.mark.parametrize(
    ("known", "told", "paid"),
    [(0, 1, 1), (0, 0, 0), (0, None, 0), (300_00, 500_00, 300_00), (300_00, 0, 300_00), (None, 1, 1)],
)
def test_a_list_says_what_was_paid_with_bonuses_where_nothing_was_known(
    known: int | None, told: int | None, paid: int
) -> None:
    file(replace(WITH_GOODS, redeemed=known))
    list_ = replace(sale("1", 10, "К-1", (NOTHING, 9_000)), redeemed=told)
    assert what(file(list_)) == ((0, 0, 1, 0) if paid != (known or 0) else (0, 1, 0, 0))
    assert heads(receipts, "redeemed") == [("1", "", "", "", paid, "К-1")]


def test_what_a_list_said_stays_where_goods_come_to_it() -> None:
    file(
        replace(sale("1", 10, "К-1", (NOTHING, 7_000)), **SAID), replace(sale("2", 10, "К-2", (NOTHING, 1)), **SAID)
    )
    goods = replace(sale("2", 10, None, (SCARF, 1)), place="Склад", cashier="Вера", payment="СБП")
    file(back("5", 12, "К-1", (NOTHING, 1)))
    file(sale("1", 10, None, (COAT, 7_000)), goods, back("5", 12, None, (COAT, 1)))
    assert heads(returns) == [("5", "", "", "", "К-1")]
    assert heads(receipts) == [
        ("1", "Шоурум", "Ольга", "Карта", "К-1"), ("2", "Склад", "Вера", "СБП", "К-2"),
    ]  # fmt: skip


def test_what_a_list_does_not_say_of_a_return_stays() -> None:
    full = replace(back("5", 12, None, (COAT, 4_000)), receipt_on=date(2026, 1, 10), **SAID)
    file(WITH_GOODS, full)
    assert what(file(back("5", 12, "К-1", (NOTHING, 4_000), basis=""))) == (0, 0, 1, 0)
    columns = ("receipt_number", "receipt_on", "amount", "counted")
    assert heads(returns, *columns) == [
        ("5", "Шоурум", "Ольга", "Карта", "1", date(2026, 1, 10), 4_000_00, 4_000_00, "К-1")
    ]
    assert facts()[1] == ("5", "Центр", 12, "К-1", (4_000,))


def test_a_list_may_be_mended_by_a_list() -> None:
    file(sale("1", 10, "К-1", (NOTHING, 9_000)))
    assert what(file(sale("1", 10, "К-1", (NOTHING, 9_500)))) == (0, 0, 1, 0)


# --- Any order -------------------------------------------------------------------------------------------

PEOPLE, GOODS = ("К-1", "К-2", "К-3", None), (COAT, BOOTS, SCARF)
Day = tuple[int, list[SaleDocument]]


@st.composite
def days(draw: st.DrawFn) -> list[SaleDocument]:
    """Receipts of a till that numbers anew each day; two of them leave no doubt about that."""
    found = [sale("9", 1, "К-8", (BAG, 1)), sale("9", 2, "К-9", (NOTHING + "Зонт", 1))]
    for day in draw(st.lists(st.integers(3, 7), min_size=1, max_size=4, unique=True)):
        for number in range(1, draw(st.integers(1, 3)) + 1):
            who, name = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(GOODS))
            found.append(sale(str(number), day, who, (name, draw(st.integers(1, 3)))))
    return found


def is_key(one: SaleDocument) -> tuple[object, ...]:
    ref = one.customer
    return (
        one.number,
        "Центр",
        one.at.day,
        (ref.code if ref else "") or "",
        tuple((line.amount or 0) // 100 for line in one.lines),
    )


MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@MANY
@given(st.data(), days())
def test_daily_numbers_in_any_order_and_any_split_lose_no_receipt(
    data: st.DataObject, sold: list[SaleDocument]
) -> None:
    emptied()
    order = data.draw(st.permutations(sold))
    files = data.draw(st.integers(1, 4))
    split: list[list[SaleDocument]] = [[] for _ in range(files)]
    for one in order:
        for place in data.draw(st.sets(st.integers(0, files - 1), min_size=1)):
            split[place].append(one)
    for some in split:
        file(*some)
    assert facts() == sorted(is_key(one) for one in sold)
    assert daily() == {"Центр"}
    for some in split:
        told = file(*some)
        assert what(told) == (0, len(some), 0, 0)
        assert told.warnings == []
    assert facts() == sorted(is_key(one) for one in sold)


def test_what_the_till_said_is_found_by_number_and_not_among_all_receipts(sqlite_engine: Engine) -> None:
    """A look at every receipt for every batch of a file would cost the square of the file."""
    asked: list[tuple[str, Any]] = []
    with db.writing(sqlite_engine) as session:
        acts.begin(session, acts.Origin.TILL)
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        for table in (receipts, returns):
            said_by_till(session, table, ["1", "2"])
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", told).all() for query, told in asked[:]]
    steps = [step for plan in plans for *_, step in plan if "acts" not in step]
    assert len([step for step in steps if step.startswith("SEARCH re") and "(number=?)" in step]) == 4
    assert [step for step in steps if step.startswith("SCAN re")] == []
