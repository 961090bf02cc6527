"""First and last days, ties and halves: where a small slip would go unnoticed by everything else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loyalty import acts, db
from loyalty.customers import grants
from loyalty.engine import ledger
from loyalty.engine.facts import load_facts
from loyalty.engine.sale import spread
from loyalty.export import KINDS_OF_EXPORT
from loyalty.files.importing import import_file
from loyalty.models import ProgramVersion, customers, receipts, returns
from loyalty.program.terms import Level, Program
from loyalty.sales import intake
from loyalty.sales.documents import CustomerDocument, CustomerRef, DocumentLine, ReturnDocument, SaleDocument
from loyalty.sales.receipts import Outcome, Result, content, record
from tests.till import ANNA, BORIS, HEADER, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def as_of(day: date) -> dict[str, Any]:
    """Anna in the export of customers at the end of a day."""
    columns, rows = KINDS_OF_EXPORT["customers"]
    with db.reading() as session:
        (row,) = list(rows(session, day))
    return {column.name: value for column, value in zip(columns, row, strict=True)}


def test_a_gift_of_a_day_is_in_that_days_export_and_not_in_the_one_before(took: Any) -> None:
    took(sale("01.01.2026", "1", ANNA, "10"))
    with db.writing() as session:
        anna = session.scalars(select(customers.c.id)).one()
        grants.give(session, anna, "gift", 500_00, "За отзыв", "g")
        assert (list(load_facts(session, [anna])), load_facts(session, [anna + 1])) == ([anna], {})
    assert [as_of(TODAY - timedelta(days=back))["available"] for back in (0, 1)] == [500_00, 0]


def test_the_day_before_a_gift_nothing_of_it_is_to_burn(took: Any) -> None:
    took(sale("01.10.2026", "1", ANNA, "10000"))
    with db.writing() as session:
        grants.give(session, session.scalars(select(customers.c.id)).one(), "birthday", 100_00, "Юбилей", "g")
    burns = [
        (known["next_burn_on"], known["next_burn"]) for known in (as_of(TODAY - timedelta(days=1)), as_of(TODAY))
    ]
    assert burns == [(date(2027, 10, 1), 500_00), (date(2026, 12, 31), 100_00)]


def test_documents_of_a_day_are_in_that_days_export(took: Any) -> None:
    took(sale("01.10.2026", "1", ANNA, "10000"), give_back("03.10.2026", "1", "1", ANNA, "4000"))
    turnover = [as_of(date(2026, 9, 30) + timedelta(days=n))["turnover"] for n in range(4)]
    assert turnover == [0, 10_000_00, 10_000_00, 6_000_00]


def test_levels_move_on_the_first_day_of_a_version_and_back(took: Any) -> None:
    took(sale("01.10.2026", "1", ANNA, "10000"))
    levels = (Level("Базовый", 0, 500), Level("Новый", 5_000_00, 900))
    first = TODAY + timedelta(days=3)
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        for day, terms in ((date(2020, 1, 1), Program()), (first, replace(Program(), levels=levels))):
            session.add(ProgramVersion(in_force_from=day, terms=terms.to_json(), act_id=act.id))
    for ahead, level in ((2, ("Базовый", 500)), (3, ("Новый", 900)), (4, ("Новый", 900)), (2, ("Базовый", 500))):
        with db.writing() as session:
            ledger.bring_to(session, TODAY + timedelta(days=ahead))
            c = customers.c
            assert tuple(session.connection().execute(select(c.level, c.rate)).one()) == level
            assert list(ledger.check(session)) == []


def test_a_day_touches_those_with_movements_since_the_former_one_and_nobody_twice(took: Any) -> None:
    took(sale("01.10.2026", "1", ANNA, "10000"), sale("25.11.2026", "2", BORIS, "1000"))  # his 50 from 9 December
    touched = []
    with db.writing() as session:
        for day in (1, 2, 8, 9, 9, 10, 9, 8):
            touched.append(ledger.bring_to(session, date(2026, 12, day)))
            assert list(ledger.check(session)) == []
    assert touched == [0, 0, 0, 1, 0, 0, 0, 1]


def test_a_kopeck_that_two_lines_tie_for_is_the_earlier_ones(took: Any) -> None:
    assert spread(1, [5, 5]) == [1, 0]
    assert spread(2, [1, 1, 1]) == [1, 1, 0]
    assert spread(100, [7, 7, 7]) == [34, 33, 33]
    assert spread(1, [1, 2, 2]) == [0, 1, 0]
    assert spread(0, [1, 1]) == [0, 0]
    took(sale("01.01.2026", "1", ANNA, "10000"))
    paid = sale("01.03.2026", "2", ANNA, "500", bonuses="400,01")
    took(paid, paid.replace("A1;Платье", "A2;Шарф").replace("400,01", "0"))
    took(give_back("02.03.2026", "1", "2", ANNA, "500"))
    with db.reading() as session:
        assert session.connection().scalar(select(customers.c.came_back)) == 200_01


LINE = DocumentLine("A1", "Платье", "Платья", 1000, 100, 0, 100)
SOLD = SaleDocument("1", "", datetime(2026, 1, 10), [LINE])
BACK = ReturnDocument("1", "", datetime(2026, 1, 10), [LINE], "7", date(2026, 1, 9))


def taken(*documents: SaleDocument | ReturnDocument) -> list[Result]:
    """What was rejected of them."""
    said: list[Result] = []
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        intake.take_documents(
            session, documents, act=act, today=TODAY, on_rejected=lambda _document, result: said.append(result)
        )
    return said


def test_a_return_that_names_a_line_takes_that_line() -> None:
    cheaper = LINE._replace(price=200_00, discount=100_00, amount=100_00)
    lines = [LINE._replace(price=200_00, amount=200_00), cheaper]
    taken(replace(SOLD, lines=lines, customer=CustomerRef("К-1")))
    taken(replace(BACK, receipt_number="1", receipt_on=None, lines=[cheaper._replace(receipt_line=1)]))
    with db.reading() as session:
        c = customers.c
        assert session.connection().execute(select(c.turnover, c.available)).one() == (200_00, 10_00)


@pytest.mark.parametrize(
    "other",
    [
        replace(SOLD, at=datetime(2026, 1, 10, 1)),
        replace(SOLD, redeemed=1),
        replace(SOLD, place="Зал"),
        replace(SOLD, cashier="Ольга"),
        replace(SOLD, payment="Карта"),
        replace(SOLD, lines=[LINE, LINE]),
        *(replace(SOLD, lines=[LINE._replace(**{name: value})]) for name, value in (
            ("sku", "A2"), ("name", "Шарф"), ("group", "Шарфы"), ("quantity", 999), ("price", None),
            ("discount", 1), ("amount", 99),
        )),
    ],
)  # fmt: skip
def test_anything_else_said_of_a_sale_is_news(other: SaleDocument) -> None:
    assert content(other) != content(SOLD)
    assert content(replace(other)) == content(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(BACK, receipt_number="8"),
        replace(BACK, receipt_on=None),
        replace(BACK, receipt_on=date(2025, 1, 9)),
        replace(BACK, lines=[LINE._replace(receipt_line=0)]),
        replace(BACK, lines=[LINE._replace(amount=None)]),
    ],
)
def test_anything_else_said_of_a_return_is_news(other: ReturnDocument) -> None:
    assert content(other) != content(BACK)


def changed(document: SaleDocument, **line: Any) -> SaleDocument:
    return replace(document, lines=[LINE, LINE._replace(**line)])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (changed(SOLD, amount=-1), ("сумма строки меньше нуля", "Сумма", "\u22120,01 ₽")),
        (changed(SOLD, quantity=-500), ("количество меньше нуля", "Количество", "-0.5")),
        (replace(BACK, lines=[LINE._replace(amount=-1)]), ("сумма строки меньше нуля", "Сумма", "\u22120,01 ₽")),
        (replace(SOLD, redeemed=101), ("бонусами оплачено 1,01 ₽, а чек на 1 ₽", "Бонусы", "1,01 ₽")),
        (replace(SOLD, redeemed=-1), ("бонусами оплачено \u22120,01 ₽, а чек на 1 ₽", "Бонусы", "\u22120,01 ₽")),
        (replace(SOLD, redeemed=100), None),
        (replace(SOLD, redeemed=None), None),
        (changed(SOLD, amount=0, quantity=0), None),
        (replace(BACK, lines=[LINE._replace(amount=None)]), None),
        (replace(changed(SOLD, amount=-1), voided=True), None),
    ],
)
def test_what_cannot_have_happened_is_rejected_with_its_column(
    document: SaleDocument | ReturnDocument, why: tuple[str, str, str] | None
) -> None:
    told = [
        (one.reason.replace("\xa0", " "), one.column, one.value.replace("\xa0", " ")) for one in taken(document)
    ]
    assert told == ([why] if why else [])


def test_a_batch_says_which_revision_is_current_of_every_document_and_what_it_comes_to() -> None:
    sold = [replace(SOLD, number=number) for number in ("1", "2", "3")]
    taken(*sold)
    dearer = [LINE._replace(amount=500)]
    told = [
        sold[0], replace(sold[1], lines=dearer), replace(sold[2], voided=True), replace(SOLD, number="4"),
        replace(SOLD, number="5", redeemed=101), replace(SOLD, number="6", voided=True),
    ]  # fmt: skip
    with db.writing() as session:
        batch = record(session, told, acts.begin(session, acts.Origin.IMPORT))
        query = select(receipts.c.id, receipts.c.number).where(receipts.c.superseded_at.is_(None))
        current = {row.number: row.id for row in session.connection().execute(query)}
    assert batch.ids == [current["1"], current["2"], 0, current["4"], 0, 0]
    assert [result.outcome for result in batch.results] == [
        Outcome.UNCHANGED, Outcome.CHANGED, Outcome.CHANGED, Outcome.IMPORTED, Outcome.REJECTED, Outcome.UNCHANGED
    ]  # fmt: skip
    assert batch.totals == [100, 500, 100, 100, 100, 100]


def test_rows_are_counted_by_what_became_of_their_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "DOCUMENTS_AT_ONCE", 2)
    her, lines = CustomerRef("К-1", phone="+79161110001"), [LINE._replace(amount=10_000_00)]
    said = [replace(SOLD, number=str(n), lines=lines, customer=her, rows=[10 * n, 10 * n + 1]) for n in range(5)]
    bad = replace(SOLD, number="7", redeemed=101, rows=[70])
    backs = [replace(BACK, receipt_number=to, receipt_on=None, number=to, rows=[90, 91, 92]) for to in ("1", "77")]
    parts: list[float] = []
    rejected = []
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        told = {"act": act, "today": TODAY, "progress": parts.append}
        told |= {"on_rejected": lambda document, result: rejected.append((document.number, result.column))}
        first = intake.take_documents(session, [*said[:3], bad, *backs], **told)
        again = intake.take_documents(session, [replace(said[0], place="Зал"), *said[1:]], **told)
    assert (rejected, parts) == ([("7", "Бонусы")], [1.0, 1.0])
    for counts, right in ((first, (12, 0, 0, 1, 1, 1)), (again, (4, 4, 2, 0, 0, 1))):
        assert len(counts.touched) == 1
        assert right == (
            counts.imported, counts.unchanged, counts.changed, counts.rejected, counts.customers_created,
            counts.unmatched_returns,
        )  # fmt: skip


def test_every_part_of_a_file_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "DOCUMENTS_AT_ONCE", 1)
    her, him = CustomerRef("К-1"), CustomerRef("К-2")
    taken(replace(SOLD, customer=her), replace(SOLD, number="2", customer=him))
    taken(
        replace(SOLD, number="3", customer=her),
        replace(SOLD, number="4"),
        replace(BACK, receipt_number="4", receipt_on=None, lines=[LINE._replace(amount=150)]),
        replace(SOLD, number="5", customer=him),
    )
    with db.reading() as session:
        assert list(session.scalars(select(customers.c.turnover))) == [200, 200]
        assert list(session.scalars(select(returns.c.counted))) == [100]


def test_rows_of_a_customers_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "DOCUMENTS_AT_ONCE", 2)
    phone = "+79161110001"
    said = [
        CustomerDocument(CustomerRef("К-1", None, phone), "Сергеева", "Анна", rows=[2]),
        CustomerDocument(CustomerRef("К-2", None, phone), "Орлов", "Борис", rows=[3, 4]),
        CustomerDocument(CustomerRef(None, None, phone), city="Тула", rows=[5, 6]),  # hers or his?
        CustomerDocument(CustomerRef("К-3")),
    ]
    parts: list[float] = []
    rejected: list[tuple[int, Result]] = []
    with db.writing() as session:
        told = {"act": acts.begin(session, acts.Origin.IMPORT), "today": TODAY, "progress": parts.append}
        told |= {"on_rejected": lambda document, result: rejected.append((document.rows[0], result))}
        counts = [intake.take_customers(session, said, **told)]
        said[1] = replace(said[1], city="Тула")
        counts.append(intake.take_customers(session, said[:2], **told))
    why = "такой телефон или карта у нескольких клиентов, а по имени не понять, о ком строка"
    assert rejected == [(5, Result(Outcome.REJECTED, why, "Клиент"))]
    assert [(one.imported, one.unchanged, one.changed, one.rejected, one.customers_created) for one in counts] == [
        (4, 0, 0, 2, 3), (0, 1, 2, 0, 0)
    ]  # fmt: skip
    assert parts == [1.0]  # of the second nobody was to be counted


def test_batches_are_as_large_as_said_and_in_order() -> None:
    assert list(intake.batched(range(5), 2)) == [[0, 1], [2, 3], [4]]


HER = CustomerRef("К-1", "0007", "+79161110001", "Анна", 1)


@pytest.mark.parametrize("said", [{"code": "К-2"}, {"card": None}, {"phone": None}, {"id": 2}], ids=", ".join)
def test_another_customer_is_news_and_another_spelling_of_her_name_is_not(said: dict[str, Any]) -> None:
    sold = replace(SOLD, customer=HER)
    assert content(replace(sold, customer=HER._replace(**said))) != content(sold)
    assert content(replace(sold, customer=HER._replace(name="Анна Сергеева"))) == content(sold)


def test_a_file_without_bonuses_says_nothing_new_of_a_receipt_that_was_paid_with_them(
    tmp_path: Path, took: Any
) -> None:
    took(sale("01.01.2026", "1", ANNA, "10000"), sale("01.03.2026", "2", ANNA, "1000", bonuses="300"))
    rows = [row.split(";") for row in (HEADER, sale("01.03.2026", "2", ANNA, "1000"))]
    path = tmp_path / "plain.csv"
    path.write_text("\n".join(";".join(row[:18] + row[19:]) for row in rows), encoding="utf-8")
    assert import_file(path).unchanged == 1
    with db.reading() as session:
        assert session.connection().scalar(select(customers.c.spent)) == 300_00
