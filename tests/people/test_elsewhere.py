"""The same receipts told by another report: asked about once, never counted twice."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from loyalty import acts, db
from loyalty.errors import NeedsAnswer
from loyalty.models import customers, products, receipt_lines, receipts, returns
from loyalty.sales import intake
from loyalty.sales.documents import CustomerRef, Document, DocumentLine, ReturnDocument, SaleDocument
from loyalty.sales.intake import Counts
from loyalty.sales.numbers import bare, spellings
from tests.till import emptied, shop_that_adds_up

TODAY = date(2026, 12, 1)
NOON = time(12)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def sale(
    number: str, day: int, amount: int, of: str, who: str | None = "К-1", goods: str = "Пальто", at: time = NOON
) -> SaleDocument:
    lines = [DocumentLine("", goods, "", 1000, None, 0, amount * 100)]
    ref = CustomerRef(who) if who else None
    return SaleDocument(number, of, datetime.combine(date(2026, 1, day), at), lines, None, ref, rows=[1])


def file(*documents: Document, same: bool | None = None) -> Counts:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        return intake.take_documents(
            session, documents, act=act, today=TODAY, on_rejected=lambda document, result: None, same_receipts=same
        )


def what(counts: Counts) -> tuple[int, int, int, int]:
    return counts.imported, counts.unchanged, counts.changed, counts.rejected


def known() -> list[tuple[str, str, int]]:
    """Number, shop and roubles of all receipts that count."""
    with db.reading() as session:
        c = receipts.c
        query = select(c.number, c.shop, c.total).where(c.superseded_at.is_(None)).order_by(c.number, c.shop)
        return [(number, of, total // 100) for number, of, total in session.connection().execute(query)]


def turnover(code: str = "К-1") -> int:
    with db.reading() as session:
        query = select(func.sum(customers.c.turnover)).where(customers.c.external_id == code)
        return (session.connection().scalar(query) or 0) // 100


SHOP = [sale("000001", 10, 10_000, "Магазин №1"), sale("000002", 11, 2_000, "Магазин №1", "К-2")]
BOTH = [("000001", "Магазин №1", 10_000), ("000002", "Магазин №1", 2_000)]
OTHERS = {
    "no shop": [replace(one, shop="") for one in SHOP],
    "a till": [replace(one, shop="Касса 1") for one in SHOP],
    "without zeros": [replace(one, number=bare(one.number)) for one in SHOP],
    "bare days": [replace(one, shop="", at=datetime.combine(one.at.date(), time())) for one in SHOP],
}
each_report = pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)


@each_report
def test_what_another_report_has_told_is_asked_about_and_nothing_is_written(other: list[SaleDocument]) -> None:
    file(*SHOP)
    with pytest.raises(NeedsAnswer) as asked:
        file(*(replace(one, customer=CustomerRef(card="22")) for one in other))
    assert asked.value.key == "same_receipts"
    assert asked.value.question.replace("\xa0", " ") == (
        "Эти чеки уже загружены из другого отчёта: № 000001 от 10.01.2026 12:00 на 10 000 ₽ "
        "(магазин «Магазин №1»). Это те же чеки?"
    )
    assert known() == BOTH


@pytest.mark.parametrize("report", ["no shop", "a till", "without zeros"])
def test_what_is_told_in_every_point_need_not_be_asked_about(report: str) -> None:
    file(*SHOP)
    told = file(*OTHERS[report])
    assert what(told) == (0, 2, 0, 0) and known() == BOTH
    assert [text.replace("\xa0", " ") for text in told.warnings.as_list()] == [
        "2 документа из этого файла уже загружены из другого отчёта: второй раз не учтены"
    ]


def test_one_namesake_of_a_bare_day_in_two_named_shops_is_chance() -> None:
    file(sale("7", 10, 990, "Центр", at=time()))
    assert what(file(sale("7", 10, 990, "Юг", "К-2", at=time()))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("agreeing", "namesakes", "of", "is_asked"),
    [(2, 2, "Юг", True), (2, 3, "Юг", True), (2, 4, "Юг", False), (1, 1, "Юг", False), (1, 1, "", True)],
)
def test_of_bare_days_most_namesakes_must_agree(agreeing: int, namesakes: int, of: str, is_asked: bool) -> None:
    file(*(sale(str(number), 10, number, "Центр", at=time()) for number in range(1, 5)))
    two = [
        sale(str(number), 10, number if number <= agreeing else 50, of, "К-2", at=time())
        for number in range(1, namesakes + 1)
    ]
    if is_asked:
        with pytest.raises(NeedsAnswer):
            file(*two)
    else:
        assert what(file(*two)) == (namesakes, 0, 0, 0)


def test_sales_and_returns_that_are_told_in_every_point_are_told_of_together() -> None:
    back = ReturnDocument("5", "Центр", SHOP[0].at, SHOP[0].lines, "000001", None, CustomerRef("К-1"), rows=[1])
    file(*SHOP, back)
    told = file(*OTHERS["a till"], replace(back, shop="Касса 1"))
    assert what(told) == (0, 3, 0, 0)
    assert told.warnings.as_list()[0].split("\xa0")[0] == "3"


def test_namesakes_of_another_day_and_other_shifts_of_one_shop_are_others() -> None:
    def two(day: int, of: str, who: str, series: str = "") -> list[SaleDocument]:
        return [replace(sale(number, day, 100, of, who, at=time()), series=series) for number in ("1", "2")]

    file(*two(10, "Центр", "К-1", "101"))
    assert what(file(*two(10, "Центр", "К-2", "102"))) == (2, 0, 0, 0)
    assert what(file(*two(11, "Юг", "К-3"))) == (2, 0, 0, 0)


@pytest.mark.parametrize(("goods", "told"), [("", ""), ("Пальто", "Куртка"), ("Пальто", "")])
def test_where_goods_are_others_or_none_are_named_it_is_asked(goods: str, told: str) -> None:
    file(sale("1", 10, 100, "Центр", goods=goods))
    with pytest.raises(NeedsAnswer):
        file(sale("1", 10, 100, "Касса 1", goods=told))


def test_of_a_bare_day_without_a_shop_the_question_names_neither() -> None:
    at = datetime(2026, 1, 10)
    file(ReturnDocument("5", "", at, SHOP[0].lines, rows=[1]))
    with pytest.raises(NeedsAnswer) as asked:
        file(ReturnDocument("5", "Касса 1", at, SHOP[0].lines, rows=[1]))
    assert asked.value.question.replace("\xa0", " ") == (
        "Эти возвраты уже загружены из другого отчёта: № 5 от 10.01.2026 на 10 000 ₽. Это те же возвраты?"
    )


def test_two_documents_are_not_told_by_one() -> None:
    file(SHOP[0])
    told = [sale(number, 10, 10_000, of) for number, of in (("1", "Касса 1"), ("000001", "Касса 2"))]
    assert what(file(*told, same=True)) == (1, 1, 0, 0)


def test_zeros_are_looked_for_at_the_length_of_the_numbers_that_are_known() -> None:
    file(sale("0001", 10, 100, "Центр"))
    assert what(file(sale("1", 10, 100, "Касса 1"), same=True)) == (0, 1, 0, 0)


@each_report
def test_the_same_receipts_count_once(other: list[SaleDocument]) -> None:
    file(*SHOP)
    for _ in range(2):
        assert what(file(*other, same=True)) == (0, 2, 0, 0)
    assert known() == BOTH


@each_report
def test_other_receipts_count_for_themselves(other: list[SaleDocument]) -> None:
    file(*SHOP)
    assert what(file(*other, same=False)) == (2, 0, 0, 0)
    assert what(file(*other)) == (0, 2, 0, 0)  # known by themselves now: nothing to ask
    assert len(known()) == 4


def test_goods_written_otherwise_in_the_other_report_replace_none() -> None:
    file(*SHOP)
    assert what(file(sale("000001", 10, 10_000, "Касса 1", goods="Куртка"), same=True)) == (0, 1, 0, 0)


def test_what_is_new_in_the_other_report_is_new() -> None:
    file(*SHOP)
    assert what(file(*OTHERS["a till"], sale("000003", 12, 500, "Касса 1"), same=True)) == (1, 2, 0, 0)


def test_two_shops_with_a_namesake_now_and_then_are_not_asked_about() -> None:
    """Bare days, numbers from 1 in both: of three of a day one is of the same sum."""
    one = [sale(str(number), 10, amount, "Центр", at=time()) for number, amount in ((1, 990), (2, 500), (3, 70))]
    two = [sale(str(number), 10, amount, "Юг", at=time()) for number, amount in ((1, 990), (2, 700), (3, 1_500))]
    file(*one)
    assert what(file(*two)) == (3, 0, 0, 0)
    assert len(known()) == 6


def test_a_second_apart_they_are_others() -> None:
    file(*SHOP)
    later = [replace(one, shop="Касса 1", at=one.at.replace(second=1)) for one in SHOP]
    assert what(file(*later)) == (2, 0, 0, 0)


def test_of_one_second_with_another_sum_it_is_a_revision_once_that_is_answered() -> None:
    file(*SHOP)
    dearer = sale("000001", 10, 11_000, "Касса 1")
    assert what(file(dearer, same=True)) == (0, 0, 1, 0)
    assert known() == [("000001", "Магазин №1", 11_000), BOTH[1]]
    assert what(file(*SHOP)) == (0, 1, 1, 0) and known() == BOTH


def test_returns_are_asked_about_too() -> None:
    back = ReturnDocument("5", "Центр", SHOP[0].at, SHOP[0].lines, "000001", None, CustomerRef("К-1"), rows=[1])
    file(*SHOP, back)
    again = replace(back, shop="Касса 1", number="00005", customer=None)
    with pytest.raises(NeedsAnswer, match="Эти возвраты"):
        file(again)
    assert what(file(again, same=True)) == (0, 1, 0, 0)
    with db.reading() as session:
        assert session.connection().scalar(select(func.count()).select_from(returns)) == 1


LIST = sale("000001", 10, 10_000, "Касса 1", "К-1", "")
GOODS = sale("000001", 10, 10_000, "Магазин №1", None)


@pytest.mark.parametrize("order", list(itertools.permutations((LIST, GOODS))))
def test_who_bought_and_what_come_from_two_reports_in_any_order(order: tuple[SaleDocument, ...]) -> None:
    first, second = order
    file(first)
    assert what(file(second, same=True)) == (0, 0, 1, 0)
    assert ([total for _, _, total in known()], turnover()) == ([10_000], 10_000)
    for one in order:
        assert what(file(one, same=True)) == (0, 1, 0, 0)
    assert turnover() == 10_000
    with db.reading() as session:
        query = select(products.c.name).join(receipt_lines, receipt_lines.c.product_id == products.c.id)
        query = query.join(receipts, receipts.c.id == receipt_lines.c.receipt_id)
        assert session.scalars(query.where(receipts.c.superseded_at.is_(None))).all() == ["Пальто"]


def test_goods_of_the_first_report_stay_where_the_other_one_says_whose_it_is() -> None:
    file(GOODS)
    hers = sale("000001", 10, 10_000, "Касса 1", goods="Куртка")
    assert (what(file(hers, same=True)), turnover()) == ((0, 0, 1, 0), 10_000)
    assert (what(file(GOODS)), turnover()) == ((0, 1, 0, 0), 10_000)


def test_a_list_of_another_sum_in_the_other_report_is_rejected() -> None:
    file(GOODS)
    assert what(file(sale("000001", 10, 9_000, "Касса 1", "К-1", ""), same=True)) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("number", "short", "among"),
    [
        ("000123", "123", {"123", "000123", "00000123", "000000123"}),
        ("ЦБ-000123", "ЦБ-123", {"ЦБ-000123", "ЦБ-123", "ЦБ-00000123"}),
        ("000", "0", {"0", "000000"}),
        ("ГЛ00-7", "ГЛ00-7", {"ГЛ00-7", "ГЛ00-000007"}),
        ("чек", "чек", {"чек"}),
    ],
)
def test_spellings_of_a_number(number: str, short: str, among: set[str]) -> None:
    assert bare(number) == short
    assert {number, *among} <= spellings(number)
    assert {bare(spelt) for spelt in spellings(number)} == {short}


FILES = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FILES
@given(st.data(), st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_reports_of_one_shop_in_any_order_give_the_same_receipts(data: st.DataObject, amounts: list[int]) -> None:
    """Four reports of the same receipts, each with a part of them, some of them twice."""
    emptied()
    sold = [sale(f"{number:06}", 10 + number, amount, "Центр") for number, amount in enumerate(amounts)]
    reports = [
        sold,
        [replace(one, shop="") for one in sold],
        [replace(one, shop="Касса 1", number=bare(one.number)) for one in sold],
        [replace(one, lines=[replace_name(one.lines[0])], shop="Касса 2") for one in sold],
    ]
    seen: set[str] = set()
    for which in data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=5)):
        part = data.draw(st.lists(st.sampled_from(reports[which]), unique_by=lambda one: one.number, min_size=1))
        assert file(*part, same=True).rejected == 0
        seen |= {bare(one.number) for one in part}
    assert sorted((bare(number), total) for number, _, total in known()) == sorted(
        (bare(one.number), amount) for one, amount in zip(sold, amounts, strict=True) if bare(one.number) in seen
    )
    assert turnover() == sum(total for _, _, total in known())


def replace_name(line: DocumentLine) -> DocumentLine:
    return line._replace(name="")
