"""Which receipt a return belongs to, from what it says of it: number, shop, days and goods."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import db
from loyalty.files.importing import Report
from loyalty.identity import same
from loyalty.models import articles, customers, joins, products, receipts, returns
from loyalty.sales.documents import DocumentLine
from loyalty.sales.goods import product_ids
from loyalty.sales.matching import EARLY_DAYS, Basis, Candidate, Likeness, choose, choose_later, find
from tests.till import ANNA, BORIS, NOBODY, give_back, imports_into, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)


def on(day: int, shop: str = "Центр", number: str = "7", year: int = 2026) -> Candidate:
    """A receipt of that day of March, of later days read in first."""
    id_ = 100 - day + 100 * (year - 2026) + {"Центр": 0, "Юг": 1_000, "Север": 2_000}[shop]
    return Candidate(id_, number, shop, date(year, 3, day), None)


def back(day: int, said: date | None = None) -> Basis:
    return Basis("7", "Центр", date(2026, 3, day), said)


@pytest.mark.parametrize(
    ("says", "basis", "known", "chosen"),
    [
        ("the latest before it", back(9), [on(1), on(5), on(3)], on(5)),
        ("of its own day, too", back(9), [on(9), on(5)], on(9)),
        ("none after it", back(9), [on(10)], None),
        ("none of another number", back(9), [on(5, number="8")], None),
        ("of the day it says, though a later one is there", back(9, date(2026, 3, 1)), [on(1), on(5)], on(1)),
        ("of the day it says, though that is after it", back(9, date(2026, 3, 12)), [on(5), on(12)], on(12)),
        ("none where the day it says has none", back(9, date(2026, 3, 2)), [on(1), on(5)], None),
        ("of its own shop, though another has a later one", back(9), [on(1), on(5, "Юг")], on(1)),
        ("of the only other shop, the latest", back(9), [on(5, "Юг"), on(1, "Юг")], on(5, "Юг")),
        ("none where two other shops have one", back(9), [on(5, "Юг"), on(1, "Север")], None),
    ],
)
def test_a_return_is_of_the_receipt(
    says: str, basis: Basis, known: list[Candidate], chosen: Candidate | None
) -> None:
    assert choose(basis, known) == chosen


ALL_GOODS = {one.id for one in (on(10), on(20), on(10, "Юг"), on(10, "Север"), on(10, year=2027))}


@pytest.mark.parametrize(
    ("says", "known", "chosen"),
    [
        ("the first after it", [on(20), on(10)], on(10)),
        ("none without all its goods", [on(15), on(20)], on(20)),
        ("none of another year", [on(10, year=2027)], None),
        ("none of another number", [on(10, number="8")], None),
        ("of its own shop, though another has an earlier one", [on(10, "Юг"), on(20)], on(20)),
        ("of the only other shop", [on(10, "Юг")], on(10, "Юг")),
        ("none where two other shops have one", [on(10, "Юг"), on(10, "Север")], None),
    ],
)
def test_stamped_before_all_receipts_of_its_number_a_return_is_of(
    says: str, known: list[Candidate], chosen: Candidate | None
) -> None:
    assert choose_later(back(9), known, ALL_GOODS) == chosen


def test_a_return_is_stamped_so_many_days_early_at_most() -> None:
    for late in (EARLY_DAYS, EARLY_DAYS + 1):
        one = on(1)._replace(day=back(9).day + timedelta(days=late))
        chosen = one if late == EARLY_DAYS else None
        assert choose_later(back(9), [one], {one.id}) == chosen
        assert find(back(9), [one], Likeness(same={one.id})) == chosen


ANNAS, BORISES = Likeness(same={on(1).id}, others={on(5).id}), Likeness(others={on(5).id, on(3).id})


@pytest.mark.parametrize(
    ("says", "basis", "like", "chosen"),
    [
        ("the customer's, though another is later", back(9), ANNAS, on(1)),
        ("nobody's rather than somebody else's", back(9), BORISES, on(1)),
        ("the one with the goods, though another is later", back(9), Likeness(goods={on(3).id}), on(3)),
        ("the customer's rather than that with the goods", back(9), Likeness({on(1).id}, set(), {on(5).id}), on(1)),
        ("none where the day said is somebody else's", back(9, date(2026, 3, 5)), ANNAS, None),
        ("somebody else's of the day said with all goods", back(9, date(2026, 3, 5)),
         Likeness(others={on(5).id}, goods={on(5).id}), on(5)),
    ],
)  # fmt: skip
def test_of_several_receipts_of_a_number_a_return_is_of(
    says: str, basis: Basis, like: Likeness, chosen: Candidate | None
) -> None:
    assert choose(basis, [on(1), on(5), on(3)], like) == chosen


@pytest.mark.parametrize(
    ("says", "number", "said", "known", "chosen"),
    [
        ("zeros that Excel cut", "7", None, [on(1, number="000007")], on(1, number="000007")),
        ("zeros that Excel cut from receipts", "000007", None, [on(1, number="7")], on(1, number="7")),
        ("its own number, though", "7", None, [on(1), on(5, number="000007")], on(1)),
        ("not between two spellings", "7", None, [on(1, number="007"), on(5, number="000007")], None),
        ("but of the day said", "7", date(2026, 3, 1), [on(1, number="007"), on(5, number="000007")],
         on(1, number="007")),
    ],
)  # fmt: skip
def test_leading_zeros_are_nothing_where_one_receipt_alone_has_the_number(
    says: str, number: str, said: date | None, known: list[Candidate], chosen: Candidate | None
) -> None:
    assert find(Basis(number, "Центр", date(2026, 3, 9), said), known, Likeness()) == chosen


@pytest.mark.parametrize(
    ("says", "known", "others"),
    [
        ("the other spelling's one", [on(1, number="000007")], {on(1).id}),
        ("its own number's one, though another spelling has one, too", [on(5), on(1, number="000007")], {on(5).id}),
    ],
)
def test_none_is_found_where_somebody_elses_is(says: str, known: list[Candidate], others: set[int]) -> None:
    assert find(back(9), known, Likeness(others=others)) is None


def test_goods_are_known_again_by_code_name_and_group_and_articles_by_code_or_name(session: Session) -> None:
    says = [
        ("A1", "Платье", "Платья"), ("A1", "Платье летнее", "Платья"), ("A1", "Платье", "Лето"),
        ("A2", "Платье", ""), ("", "Шарф", "Шарфы"), ("", "ШАРФ", ""),
    ]  # fmt: skip
    lines = [DocumentLine(*one, 1000, None, 0, 100) for one in says]
    known = product_ids(session, lines[:2] + lines[:1])
    found, c = product_ids(session, lines), products.c
    assert {one: found[one] for one in says[:2]} == known
    stored = session.connection().execute(select(c.sku, c.name, c.group_name, c.id, c.article_id)).all()
    assert {tuple(row[:3]): row.id for row in stored} == found == product_ids(session, lines[::-1])
    article = {tuple(row[:3]): row.article_id for row in stored}
    assert [[article[one] == article[other] for other in says].index(True) for one in says] == [0, 0, 0, 3, 4, 4]
    assert set(session.connection().scalars(select(articles.c.key))) == {"A1", "A2", "=шарф"}


# --- Through files ---------------------------------------------------------------------------------------


@pytest.fixture
def took(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Report]]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield imports_into(tmp_path)


def turnovers() -> dict[str | None, int]:
    """In roubles, by code."""
    with db.reading() as session:
        query = select(customers.c.external_id, customers.c.turnover).where(customers.c.joined_to.is_(None))
        rows = session.connection().execute(query)
        return {code: turnover // 100 for code, turnover in rows}


def waiting() -> list[str]:
    with db.reading() as session:
        query = select(returns.c.number).where(returns.c.receipt_id.is_(None), returns.c.superseded_at.is_(None))
        return list(session.connection().scalars(query))


DRESS, NEW_NAME, SCARF = "A1;Платье", "A1;Платье летнее", "A2;Шарф"


def test_a_return_stamped_early_is_told_by_its_goods(took: Any) -> None:
    """Receipt 1 of the centre is a dress, that of the south a dress and a scarf; returns are of days before."""
    south = sale("10.01.2026", "1", BORIS, "5000").replace("Центр", "Юг")
    took(sale("10.01.2026", "1", ANNA, "1000"), south, south.replace(DRESS, SCARF))
    took(give_back("08.01.2026", "7", "1", NOBODY, "100"))
    assert (turnovers(), waiting()) == ({"К-1": 900, "К-2": 10_000}, [])
    both = give_back("08.01.2026", "8", "1", NOBODY, "200")
    took(both, both.replace(DRESS, SCARF))
    assert (turnovers(), waiting()) == ({"К-1": 900, "К-2": 9_600}, [])
    took(give_back("08.01.2026", "9", "1", NOBODY, "300").replace(DRESS, "A3;Шляпа"))
    assert (turnovers(), waiting()) == ({"К-1": 900, "К-2": 9_600}, ["9"])


@pytest.mark.parametrize(("on_day", "is_left"), [("08.02.2026", 900), ("09.02.2026", 1_000)])
def test_a_receipt_that_comes_later_is_looked_for_as_long(took: Any, on_day: str, is_left: int) -> None:
    took(give_back("08.01.2026", "7", "1", ANNA, "100"))
    took(sale(on_day, "1", ANNA, "1000"))
    assert turnovers() == {"К-1": is_left}


def test_a_renamed_article_is_the_same_goods(took: Any) -> None:
    took(give_back("08.01.2026", "7", "1", NOBODY, "100").replace(DRESS, NEW_NAME))
    assert waiting() == ["7"]
    took(sale("10.01.2026", "1", ANNA, "1000"))
    assert (turnovers(), waiting()) == ({"К-1": 900}, [])


def test_a_return_that_says_the_day_waits_for_the_receipt_of_that_day(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "1000"))
    took(give_back("08.01.2026", "7", "1 от 09.01.2026", NOBODY, "100"))
    assert (turnovers(), waiting()) == ({"К-1": 1_000}, ["7"])


def told(report: Report) -> list[str]:
    return [warning.replace("\xa0", " ") for warning in report.warnings]


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS)
def test_across_new_year_a_return_is_of_the_customers_receipt(took: Any, order: tuple[int, ...]) -> None:
    rows = [
        sale("28.12.2025", "000005", ANNA, "10000"),
        sale("03.01.2026", "000005", BORIS, "10000"),
        give_back("10.01.2026", "000001", "000005", ANNA, "10000"),
    ]
    for which in order:
        took(rows[which])
    assert (turnovers(), waiting()) == ({"К-1": 0, "К-2": 10_000}, [])


def test_a_return_takes_nobody_elses_bonuses_and_waits_for_its_receipt(took: Any) -> None:
    took(sale("03.01.2026", "000005", BORIS, "10000"))
    report = took(give_back("10.01.2026", "000001", "000005", ANNA, "10000"))
    assert (turnovers(), waiting()) == ({"К-1": 0, "К-2": 10_000}, ["000001"])
    assert told(report) == [
        "Возврат 000001 от 10.01.2026: чек 000005 — другого покупателя. Его бонусы не тронуты, "
        "возврат ждёт своего чека",
        "Возвратов без чека: 1 — загрузите чеки за январь 2026 или раньше",
    ]
    took(sale("28.12.2025", "000005", ANNA, "10000"))
    assert (turnovers(), waiting()) == ({"К-1": 0, "К-2": 10_000}, [])


def receipt_days() -> list[date | None]:
    """Of the receipts that returns are matched to."""
    with db.reading() as session:
        query = select(receipts.c.day).join(returns, returns.c.receipt_id == receipts.c.id)
        return list(session.connection().scalars(query.where(returns.c.superseded_at.is_(None))))


def test_a_return_is_rather_of_the_customers_receipt_than_of_a_later_one_of_nobody(took: Any) -> None:
    took(sale("28.12.2025", "5", ANNA, "1000"), sale("03.01.2026", "5", NOBODY, "1000"))
    took(give_back("10.01.2026", "1", "5", "К-1;;;", "100"))
    assert turnovers() == {"К-1": 900}


FAMILY = [
    sale("01.12.2025", str(number), f"К-{number};;+7916111000{1 + number // 3};", "10") for number in (1, 2, 3, 4)
]
"""Two families, each with one phone: ends in 1 and in 2."""


@pytest.mark.parametrize(
    ("who", "is_of"),
    [
        (";;+79161110001;", "that phone"),
        (";Анна;+79161110001;", "that phone"),
        (";;+79161110001;77", "that phone"),
        (";;+79161110002;", "nobody"),
        ("К-9;;+79161110009;", "nobody"),
    ],
)
def test_where_several_have_a_phone_a_return_of_that_phone_is_of_the_receipt_of_that_phone(
    took: Any, who: str, is_of: str
) -> None:
    took(*FAMILY, sale("28.12.2025", "5", ";;+79161110001;", "1000"), sale("03.01.2026", "5", NOBODY, "1000"))
    took(give_back("10.01.2026", "7", "5", who, "100"))
    assert receipt_days() == [date(2025, 12, 28) if is_of == "that phone" else date(2026, 1, 3)]


@pytest.mark.parametrize(
    ("bought", "brought"), [(";;+79161110001;", "К-9;;+79161110009;"), ("К-1;;;", ";;+79161110001;")]
)
def test_of_whom_it_is_open_a_return_and_a_receipt_may_both_be(took: Any, bought: str, brought: str) -> None:
    took(*FAMILY, sale("28.12.2025", "5", bought, "1000"))
    took(give_back("10.01.2026", "7", "5", brought, "100"))
    assert receipt_days() == [date(2025, 12, 28)]


def test_a_report_speaks_of_its_own_returns_that_wait(took: Any) -> None:
    assert took(give_back("10.01.2026", "1", "8", ANNA, "100")).unmatched_returns == 1
    report = took(sale("03.01.2026", "5", ANNA, "1000"), give_back("10.01.2026", "2", "5", ANNA, "100"))
    assert (report.unmatched_returns, told(report)) == (0, [])


def test_of_two_receipts_of_nobody_a_return_is_of_the_one_with_its_goods(took: Any) -> None:
    took(sale("28.12.2025", "5", NOBODY, "1000"), sale("03.01.2026", "5", NOBODY, "1000").replace(DRESS, SCARF))
    took(give_back("10.01.2026", "7", "5", NOBODY, "100"))
    assert receipt_days() == [date(2025, 12, 28)]


def test_a_return_is_of_what_a_receipt_is_now(took: Any) -> None:
    for day in ("10.01.2026", "05.01.2026"):
        took(sale(day, "1", ANNA, "1000"))
    took(give_back("12.01.2026", "7", "1", ANNA, "100"))
    assert (turnovers(), waiting()) == ({"К-1": 900}, [])


def test_a_receipt_moved_to_long_after_its_return_loses_it(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "1000"), give_back("12.01.2026", "7", "1", ANNA, "100"))
    assert turnovers() == {"К-1": 900}
    took(sale("20.03.2026", "1", ANNA, "1000"))
    assert (turnovers(), waiting()) == ({"К-1": 1_000}, ["7"])


def test_somebody_elses_receipt_of_another_day_than_the_return_says_is_not_spoken_of(took: Any) -> None:
    took(sale("03.01.2026", "5", BORIS, "10000"))
    report = took(give_back("10.01.2026", "1", "5 от 04.01.2026", ANNA, "10000"))
    assert told(report) == ["Возвратов без чека: 1 — загрузите чеки за 04.01.2026"]


def test_a_present_is_brought_back_by_whoever_got_it_where_number_day_and_goods_say_so(took: Any) -> None:
    took(sale("03.01.2026", "5", BORIS, "10000"))
    took(give_back("10.01.2026", "1", "5 от 03.01.2026", ANNA, "4000"))
    assert (turnovers(), waiting()) == ({"К-1": 0, "К-2": 6_000}, [])
    took(give_back("10.01.2026", "2", "5 от 03.01.2026", ANNA, "1000").replace(DRESS, SCARF))
    assert (turnovers(), waiting()) == ({"К-1": 0, "К-2": 6_000}, ["2"])


def test_who_turns_out_to_be_one_person_gets_her_returns_matched_and_back(took: Any) -> None:
    took(sale("03.01.2026", "5", BORIS, "10000"), give_back("10.01.2026", "1", "5", ANNA, "4000"))
    assert waiting() == ["1"]
    with db.writing() as session:
        ids = [session.connection().scalar(select(customers.c.id).where(customers.c.external_id == code))
               for code in ("К-1", "К-2")]  # fmt: skip
        same.join(session, ids[0] or 0, ids[1] or 0)
    assert (turnovers()["К-2"], waiting()) == (6_000, [])
    with db.writing() as session:
        same.undo(session, session.connection().scalar(select(joins.c.id)) or 0)
    assert (turnovers()["К-2"], waiting()) == (10_000, ["1"])


@pytest.mark.parametrize("order", ORDERS)
def test_a_return_by_code_of_a_sale_by_phone_whatever_comes_first(took: Any, order: tuple[int, ...]) -> None:
    """A stranger of a phone turns out to be Anna: only then the return by her code is of that receipt."""
    rows = [
        sale("03.01.2026", "5", ";;+79161110001;", "10000"),
        give_back("10.01.2026", "1", "5", "К-1;;;", "4000"),
        sale("04.01.2026", "6", ANNA, "100"),
    ]
    for which in order:
        took(rows[which])
    assert (turnovers(), waiting()) == ({"К-1": 6_100}, [])


@pytest.mark.parametrize("order", ORDERS)
def test_a_basis_without_its_zeros_is_the_only_receipt_of_that_number(took: Any, order: tuple[int, ...]) -> None:
    rows = [
        sale("10.01.2026", "000123", ANNA, "10000"),
        give_back("12.01.2026", "000124", "123 от 10.01.2026", ANNA, "4000"),
        give_back("13.01.2026", "000125", "00000000123", ANNA, "1000"),
    ]
    for which in order:
        took(rows[which])
    assert (turnovers(), waiting()) == ({"К-1": 5_000}, [])


def test_goods_written_otherwise_are_the_same_goods(took: Any) -> None:
    tea = "A1;Платье;", ";Чай чёрный;"
    took(sale("10.01.2026", "000123", ANNA, "200").replace(*tea))
    report = took(give_back("12.01.2026", "1", "000123", ANNA, "100").replace("A1;Платье;", ";Чай  ЧЕРНЫЙ ;"))
    assert (turnovers(), report.warnings) == ({"К-1": 100}, [])


def test_the_report_says_which_days_are_missing(took: Any) -> None:
    report = took(
        give_back("10.01.2026", "1", "5 от 03.01.2026", ANNA, "100"),
        give_back("10.02.2026", "2", "6", ANNA, "100"),
        give_back("11.02.2026", "3", "", ANNA, "100"),
    )
    assert told(report) == [
        "Возвратов без чека: 2 — загрузите чеки за 03.01.2026, февраль 2026 или раньше",
        "Возвратов, где не назван чек продажи: 1 — бонусы за них не сняты. "
        "Выгрузите их с колонкой «Документ продажи»",
    ]


def test_of_many_days_that_are_missing_the_months_are_named(took: Any) -> None:
    report = took(*(
        give_back("10.04.2026", str(day), f"{day} от {day:02}.{3 if day < 5 else 4:02}.2026", ANNA, "100")
        for day in range(1, 10)
    ))  # fmt: skip
    assert told(report) == ["Возвратов без чека: 9 — загрузите чеки за март 2026, апрель 2026"]


@pytest.mark.parametrize("brought", [";ШАРФ", "A2;Шарф"], ids=["no code either", "a code that the receipt has not"])
def test_goods_without_a_code_are_told_by_their_name(took: Any, brought: str) -> None:
    row = sale("10.01.2026", "1", ANNA, "1000").replace(DRESS, ";Платье")
    took(row, row.replace("Платье", "Шарф").replace("1000", "500"))
    took(give_back("12.01.2026", "7", "1", ANNA, "800").replace(DRESS, brought))
    assert turnovers() == {"К-1": 1_000}  # of the dress nothing came back
