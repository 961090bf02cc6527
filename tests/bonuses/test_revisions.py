"""Documents that change, come late, refer to each other across files, and people known by different signs."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.files.importing import Report, import_file
from loyalty.models import Import, ProgramVersion, customers, receipts, returns
from loyalty.program.terms import Program
from loyalty.reports import overview
from loyalty.reports.periods import Period, span
from tests.till import ANNA, BORIS, HEADER, NOBODY, emptied, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)
PEOPLE = "Код клиента;ФИО;Телефон;Карта"
ANNA_BY_PHONE = ";Анна Сергеева;8 (916) 111-00-01;"


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


@pytest.fixture
def took_people(tmp_path: Path) -> Any:
    """took_people(line, …): a customers file."""
    numbers = itertools.count()

    def take(*lines: str) -> Report:
        path = tmp_path / f"people {next(numbers)}.csv"
        path.write_text("\n".join((PEOPLE, *lines, "")), encoding="utf-8")
        return import_file(path)

    return take


class Figures(NamedTuple):
    """In roubles."""

    turnover: int
    available: int
    pending: int
    spent: int
    debt: int


def figures(code: str | None = "К-1", phone: str | None = None) -> Figures:
    with db.reading() as session:
        c = customers.c
        query = select(c.turnover, c.available, c.pending, c.spent, c.debt)
        query = query.where(c.phone == phone if phone else c.external_id == code)
        return Figures(*(sum_ // 100 for sum_ in session.connection().execute(query).one()))


def people() -> set[tuple[str | None, ...]]:
    """Code, phone and card of everybody."""
    with db.reading() as session:
        c = customers.c
        return {tuple(row) for row in session.connection().execute(select(c.external_id, c.phone, c.card))}


def revisions(number: str) -> list[tuple[int, bool]]:
    """Total in roubles and whether it is current, of every revision of a receipt, in order."""
    with db.reading() as session:
        c = receipts.c
        query = select(c.total, c.superseded_at).where(c.number == number).order_by(c.id)
        return [(total // 100, gone is None) for total, gone in session.connection().execute(query)]


def counted(number: str) -> int:
    """What counts of a return, in roubles."""
    with db.reading() as session:
        query = select(returns.c.counted).where(returns.c.number == number, returns.c.superseded_at.is_(None))
        return session.connection().execute(query).scalar_one() // 100


def revenue() -> int:
    """Of this year, net of returns, in roubles."""
    with db.reading() as session:
        since = date(2026, 1, 1)
        year = span(Period.YEAR, TODAY, since)
        return overview.overview(session, year, since).sales.revenue // 100


def plain(report: Report) -> list[str]:
    return [warning.replace("\xa0", " ") for warning in report.warnings]


def unmatched() -> int:
    with db.reading() as session:
        c = returns.c
        query = select(c.id).where(c.receipt_id.is_(None), c.superseded_at.is_(None))
        return len(session.connection().execute(query).all())


# --- Revisions -----------------------------------------------------------------------------------------


def test_a_changed_document_replaces_the_old_one_which_is_kept(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    report = took(sale("10.01.2026", "1", ANNA, "8000"))
    assert (report.changed, report.imported, report.unchanged) == (1, 0, 0)
    assert revisions("1") == [(10_000, False), (8_000, True)]
    assert figures() == Figures(8_000, 400, 0, 0, 0)


def test_changed_back_it_is_as_at_first(took: Any) -> None:
    for amount in ("10000", "8000", "10000"):
        took(sale("10.01.2026", "1", ANNA, amount))
    assert revisions("1") == [(10_000, False), (8_000, False), (10_000, True)]
    assert figures() == Figures(10_000, 500, 0, 0, 0)


def test_a_former_revision_says_which_act_ended_it(took: Any) -> None:
    for amount in ("10000", "8000", "9000"):
        took(sale("10.01.2026", "1", ANNA, amount))
    with db.reading() as session:
        c = receipts.c
        rows = session.connection().execute(select(c.act_id, c.superseded_by).order_by(c.id)).all()
    first, second, third = (row.act_id for row in rows)
    assert [row.superseded_by for row in rows] == [second, third, None]
    assert first < second < third


def test_a_line_for_nothing_costs_nothing(took: Any) -> None:
    row = sale("10.01.2026", "1", ANNA, "10000")
    took(row, row.replace("A1;Платье", "A2;Пакет").replace(";10000;0;10000;", ";0;0;0;"))
    with db.reading() as session:
        assert session.scalars(select(receipts.c.total)).one() == 10_000_00


def test_a_return_by_pieces_alone_that_waits_has_no_sum_yet(took: Any) -> None:
    took(give_back("12.01.2026", "7", "1", ANNA, "2000").replace(";2000;0;2000;", ";;;;"))
    with db.reading() as session:
        assert session.connection().execute(select(returns.c.amount, returns.c.counted)).one() == (0, 0)


def test_a_moved_date_within_the_year_is_a_revision(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    took(sale("30.11.2026", "1", ANNA, "10000"))
    assert figures() == Figures(10_000, 0, 500, 0, 0)


def test_the_customer_of_a_document_is_changed_and_both_know(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "1000"))
    assert took(sale("10.01.2026", "1", BORIS, "10000")).changed == 1
    assert figures("К-1") == Figures(0, 0, 0, 0, 0)
    assert figures("К-2") == Figures(11_000, 550, 0, 0, 0)


def test_a_document_that_turns_out_to_be_nobodys(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    took(sale("10.01.2026", "1", NOBODY, "10000"))
    assert figures() == Figures(0, 0, 0, 0, 0)
    took(sale("10.01.2026", "1", ANNA, "10000"))
    assert figures() == Figures(10_000, 500, 0, 0, 0)


@pytest.mark.parametrize(("column", "word"), [("Проведен", "Нет"), ("Пометка удаления", "Да")])
def test_a_document_voided_in_1c_is_out_and_posted_again_is_in(
    tmp_path: Path, took: Any, column: str, word: str
) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("11.01.2026", "2", ANNA, "1000"))
    path = tmp_path / "voided.csv"
    row = sale("10.01.2026", "1", ANNA, "10000")
    path.write_text(f"{HEADER};{column}\n{row};{word}\n", encoding="utf-8")
    assert import_file(path).changed == 1
    assert import_file(path).unchanged == 1
    assert revisions("1") == [(10_000, False)]
    assert figures() == Figures(1_000, 50, 0, 0, 0)
    took(row)
    assert figures() == Figures(11_000, 550, 0, 0, 0)


def test_a_voided_receipt_leaves_its_return_waiting(tmp_path: Path, took: Any) -> None:
    row = sale("10.01.2026", "1", ANNA, "10000")
    took(row, give_back("20.01.2026", "1", "1", ANNA, "4000"))
    assert figures().turnover == 6_000
    path = tmp_path / "voided.csv"
    path.write_text(f"{HEADER};Проведен\n{row};Нет\n", encoding="utf-8")
    import_file(path)
    assert (unmatched(), figures()) == (1, Figures(0, 0, 0, 0, 0))
    took(row)
    assert (unmatched(), figures().turnover) == (0, 6_000)


# --- Returns -------------------------------------------------------------------------------------------


def test_a_return_before_its_receipt_waits_and_is_matched(took: Any) -> None:
    first = took(give_back("20.01.2026", "1", "1", ANNA, "4000"))
    assert (first.imported, first.unmatched_returns) == (1, 1)
    assert figures() == Figures(0, 0, 0, 0, 0)
    assert took(sale("10.01.2026", "1", ANNA, "10000")).unmatched_returns == 0
    assert (unmatched(), figures()) == (0, Figures(6_000, 300, 0, 0, 0))


def test_in_one_file_the_order_of_return_and_receipt_is_nothing(took: Any) -> None:
    report = took(give_back("20.01.2026", "1", "1", ANNA, "4000"), sale("10.01.2026", "1", ANNA, "10000"))
    assert (report.imported, report.unmatched_returns) == (2, 0)
    assert figures() == Figures(6_000, 300, 0, 0, 0)


def test_a_receipt_replaced_under_its_return_keeps_it(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), give_back("20.01.2026", "1", "1", ANNA, "4000"))
    took(sale("10.01.2026", "1", ANNA, "12000"))
    assert (unmatched(), figures()) == (0, Figures(8_000, 400, 0, 0, 0))


def test_a_receipt_given_to_another_takes_its_return_along(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), give_back("20.01.2026", "1", "1", ANNA, "4000"))
    took(sale("10.01.2026", "1", BORIS, "10000"))
    assert figures("К-1") == Figures(0, 0, 0, 0, 0)
    assert figures("К-2") == Figures(6_000, 300, 0, 0, 0)


def test_a_return_changed_or_voided_gives_its_part_back(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), give_back("20.01.2026", "1", "1", ANNA, "4000"))
    took(give_back("20.01.2026", "1", "1", ANNA, "9000"))
    assert figures().turnover == 1_000
    path = tmp_path / "voided.csv"
    row = give_back("20.01.2026", "1", "1", ANNA, "9000")
    path.write_text(f"{HEADER};Проведен\n{row};Нет\n", encoding="utf-8")
    import_file(path)
    assert figures() == Figures(10_000, 500, 0, 0, 0)


def test_a_return_of_more_than_is_left_takes_what_is_left_and_is_told(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), give_back("20.01.2026", "1", "1", ANNA, "8000"))
    report = took(give_back("21.01.2026", "2", "1", ANNA, "3000"))
    assert (report.imported, report.rejected) == (1, 0)
    (warning,) = plain(report)
    assert "Возврат 2 от 21.01.2026: вернули на 3 000 ₽, а в чеке 1 осталось 2 000 ₽ таких товаров" in warning
    assert (figures().turnover, counted("2")) == (0, 2_000)
    took(give_back("20.01.2026", "1", "1", ANNA, "1000"))  # the first one mended: there is room for both
    assert (figures().turnover, counted("2")) == (6_000, 3_000)


def test_of_two_returns_the_later_one_gets_what_is_left_in_any_order_of_files(took: Any) -> None:
    rows = [
        sale("10.01.2026", "1", ANNA, "10000"),
        give_back("22.01.2026", "2", "1", ANNA, "7000"),
        give_back("21.01.2026", "1", "1", ANNA, "7000"),
    ]
    for order in itertools.permutations(rows):
        for row in order:
            assert took(row).rejected == 0
        assert (figures().turnover, counted("1"), counted("2")) == (0, 7_000, 3_000)
        emptied()


def test_goods_that_the_receipt_has_not_count_in_nothing_and_are_told(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    report = took(give_back("20.01.2026", "1", "1", ANNA, "100").replace("A1;Платье", "A2;Шарф"))
    (warning,) = plain(report)
    assert "таких товаров не осталось — не учтено ничего" in warning
    assert (figures().turnover, counted("1")) == (10_000, 0)


def test_a_return_moved_to_another_receipt_leaves_the_former_owner(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "10000"))
    took(sale("10.01.2026", "3", NOBODY, "10000"), give_back("20.01.2026", "1", "1", NOBODY, "4000"))
    assert (figures("К-1").turnover, figures("К-2").turnover) == (6_000, 10_000)
    assert took(give_back("20.01.2026", "1", "2", NOBODY, "4000")).changed == 1  # nothing but the basis
    assert (figures("К-1").turnover, figures("К-2").turnover) == (10_000, 6_000)
    took(give_back("20.01.2026", "1", "3", BORIS, "12000"))
    assert (figures("К-1").turnover, figures("К-2").turnover, counted("1")) == (10_000, 10_000, 10_000)
    took(give_back("20.01.2026", "1", "", BORIS, "12000"))
    assert (unmatched(), counted("1")) == (1, 12_000)


def test_a_return_that_met_last_years_receipt_alone_leaves_it(took: Any) -> None:
    took(sale("05.03.2025", "7", ANNA, "10000"), give_back("10.04.2026", "1", "7", NOBODY, "4000"))
    assert figures("К-1").turnover == 6_000
    took(sale("05.03.2026", "7", BORIS, "10000"))  # nothing else of the old receipt is said again
    assert (figures("К-1").turnover, figures("К-2").turnover) == (10_000, 6_000)


@pytest.mark.parametrize("who", [NOBODY, ANNA], ids=["nobody", "Anna"])
def test_a_return_moved_to_another_receipt_leaves_its_place_to_those_after_it(took: Any, who: str) -> None:
    took(sale("10.01.2026", "1", who, "10000"), sale("10.01.2026", "2", who, "10000"))
    took(give_back("20.01.2026", "7", "1", who, "8000"), give_back("21.01.2026", "8", "1", who, "5000"))
    assert (counted("7"), counted("8")) == (8_000, 2_000)
    took(give_back("20.01.2026", "7", "2", who, "8000"))
    assert (counted("7"), counted("8")) == (8_000, 5_000)


@pytest.mark.parametrize("who", [ANNA, NOBODY])
def test_a_return_that_met_last_years_receipt_first_leaves_it(took: Any, who: str) -> None:
    took(sale("05.03.2025", "7", who, "10000"), sale("05.03.2025", "8", ANNA, "10000"))
    took(give_back("10.04.2026", "1", "7", NOBODY, "4000"))
    took(give_back("11.04.2026", "2", "7 от 05.03.2025", NOBODY, "8000"))
    assert (counted("1"), counted("2")) == (4_000, 6_000)
    took(sale("05.03.2026", "7", BORIS, "10000"))
    assert (figures("К-2").turnover, counted("1"), counted("2")) == (6_000, 4_000, 8_000)
    assert figures("К-1").turnover == (12_000 if who == ANNA else 10_000)


def test_of_two_receipts_of_a_number_the_day_said_decides_and_may_be_mended(took: Any) -> None:
    took(sale("05.03.2025", "7", ANNA, "10000"), sale("05.03.2026", "7", BORIS, "10000"))
    took(give_back("10.04.2026", "1", "7 от 05.03.2025", NOBODY, "4000"))
    assert took(give_back("10.04.2026", "1", "7 от 05.03.2026", NOBODY, "4000")).changed == 1
    assert (figures("К-1").turnover, figures("К-2").turnover) == (10_000, 6_000)


def test_returns_of_a_receipt_without_a_customer_are_limited_by_it(took: Any) -> None:
    took(give_back("21.01.2026", "2", "1", ANNA, "7000"), give_back("20.01.2026", "1", "1", ANNA, "7000"))
    report = took(sale("10.01.2026", "1", NOBODY, "10000"))
    assert (counted("1"), counted("2"), len(report.warnings)) == (7_000, 3_000, 1)
    assert revenue() == 0
    took(sale("10.01.2026", "1", NOBODY, "6000"))
    assert (counted("1"), counted("2"), revenue()) == (6_000, 0, 0)
    took(sale("10.01.2026", "1", ANNA, "20000"))
    assert (counted("1"), counted("2"), figures("К-1").turnover) == (7_000, 7_000, 6_000)


def test_numbers_start_anew_each_year_and_a_return_says_of_which(took: Any) -> None:
    took(sale("05.03.2025", "000123", ANNA, "10000"), sale("05.03.2026", "000123", BORIS, "10000"))
    assert revisions("000123") == [(10_000, True), (10_000, True)]
    took(give_back("10.04.2026", "1", "000123 от 05.03.2025", ANNA, "4000"))
    assert (figures("К-1").turnover, figures("К-2").turnover) == (6_000, 10_000)
    took(give_back("10.04.2026", "2", "000123", BORIS, "1000"))
    assert (figures("К-1").turnover, figures("К-2").turnover) == (6_000, 9_000)


def test_a_return_is_of_the_latest_receipt_before_it(took: Any) -> None:
    took(sale("05.03.2025", "7", ANNA, "10000"), sale("05.03.2026", "7", BORIS, "10000"))
    took(give_back("10.01.2026", "1", "7", ANNA, "4000"))
    assert (figures("К-1").turnover, figures("К-2").turnover) == (6_000, 10_000)


def test_goods_are_brought_back_to_another_shop(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    took(give_back("20.01.2026", "1", "1", ANNA, "4000").replace("Центр", "Окраина"))
    assert (unmatched(), figures()) == (0, Figures(6_000, 300, 0, 0, 0))


def test_in_another_shop_two_receipts_of_a_number_are_not_guessed_between(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "1", BORIS, "10000").replace("Центр", "Юг"))
    took(give_back("20.01.2026", "1", "1", NOBODY, "4000").replace("Центр", "Окраина"))
    assert (unmatched(), figures().turnover) == (1, 10_000)
    took(give_back("20.01.2026", "1", "1", ANNA, "4000").replace("Центр", "Окраина"))  # she says whose it is
    assert (unmatched(), figures().turnover) == (0, 6_000)


# --- Late files ----------------------------------------------------------------------------------------


def test_a_late_file_brings_back_what_had_burned(took: Any) -> None:
    took(sale("10.01.2025", "1", ANNA, "10000"))
    assert figures() == Figures(10_000, 0, 0, 0, 0)
    took(sale("05.01.2026", "2", ANNA, "1000"))
    assert figures() == Figures(11_000, 550, 0, 0, 0)


def test_a_late_receipt_lifts_the_level_of_those_after_it(took: Any) -> None:
    took(sale("11.01.2026", "2", ANNA, "10000"))
    assert figures().available == 500
    took(sale("10.01.2026", "1", ANNA, "50000"))
    assert figures().available == 2_500 + 700


def test_any_order_of_files_gives_the_same_state(took: Any) -> None:
    files = [
        [sale("10.01.2025", "1", ANNA, "60000"), sale("12.01.2025", "9", BORIS, "500")],
        [give_back("11.02.2025", "1", "1", ANNA, "20000")],
        [sale("05.02.2026", "2", ANNA, "1000", bonuses="400")],
        [sale("01.12.2025", "3", ANNA, "3000"), give_back("20.11.2026", "3", "3", ANNA, "1000")],
    ]
    found = set()
    for order in itertools.permutations(files):
        for lines in order:
            assert took(*lines).rejected == 0
        found.add((figures("К-1"), figures("К-2")))
        emptied()
    assert len(found) == 1


def test_an_excess_is_told_by_the_file_that_brings_it_about_and_by_no_other(took: Any) -> None:
    def told(*lines: str) -> list[str]:
        return [words.replace("Возврат ", "").split(":")[0] for words in plain(took(*lines)) if "Возврат" in words]

    row, first = sale("10.01.2026", "1", ANNA, "10000"), give_back("20.01.2026", "8", "1", ANNA, "9000")
    second, third = (give_back("21.01.2026", number, "1", ANNA, "2000") for number in "54")
    assert told(row, first) == []
    assert told(second) == ["5 от 21.01.2026"]
    assert told(sale("10.01.2026", "2", ANNA, "10000"), give_back("22.01.2026", "7", "2", ANNA, "1")) == []
    assert told(third) == ["4 от 21.01.2026", "5 от 21.01.2026"]  # by number: of the second nothing counts any more
    assert told(row.replace("Ольга", "Вера")) == ["4 от 21.01.2026", "5 от 21.01.2026"]
    assert told(first.replace("Ольга", "Вера")) == []
    assert told(give_back("19.01.2026", "6", "1", ANNA, "10000")) == [
        "8 от 20.01.2026", "4 от 21.01.2026"
    ]  # fmt: skip
    assert (counted("6"), counted("8"), counted("4"), counted("5")) == (10_000, 0, 0, 0)


def test_an_excess_of_pieces_alone_is_told_without_a_sum(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "2000"))
    row = give_back("12.01.2026", "7", "1", ANNA, "2000").replace(";1;2000;0;2000;", ";3;;;;")
    assert plain(took(row)) == [
        "Возврат 7 от 12.01.2026: вернули больше, а в чеке 1 осталось 2 000 ₽ таких товаров — столько и учтено"
    ]
    scarf, end = row.replace("A1;Платье", "A2;Шарф"), "таких товаров не осталось — не учтено ничего"
    assert plain(took(scarf.replace(";7;", ";8;"))) == [
        f"Возврат 8 от 12.01.2026: вернули больше, а в чеке 1 {end}"
    ]
    assert plain(took(scarf.replace(";7;Возврат;1;", ";9;Возврат;2;"))) == [
        "Возвратов без чека: 1 — загрузите чеки за январь 2026 или раньше"
    ]
    assert plain(took(sale("11.01.2026", "2", ANNA, "2000"))) == [
        f"Возврат 9 от 12.01.2026: вернули больше, а в чеке 2 {end}"
    ]


def test_a_receipt_paid_beyond_the_cap_of_its_day_is_told(took: Any) -> None:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        for first, cap in ((date(2020, 1, 1), 5000), (date(2026, 2, 2), 2000)):
            terms = replace(Program(), redeem_cap=cap)
            session.add(ProgramVersion(in_force_from=first, terms=terms.to_json(), act_id=act.id))
    paid = sale("01.02.2026", "2", ANNA, "1000", bonuses="500")
    assert plain(took(sale("10.01.2026", "1", ANNA, "50000"), paid)) == []
    assert plain(took(paid.replace(";2;", ";3;").replace("500", "500,01"))) == [
        "Чек 3 от 01.02.2026: бонусами оплачено 500,01 ₽, по программе можно не больше 500 ₽"
    ]
    cheaper = paid.replace(";2;", ";4;").replace(";1000;0;1000;", ";999,99;0;999,99;")
    gift = cheaper.replace("A1;Платье", "A2;Пакет").replace(";999,99;0;999,99;500;", ";0;0;0;0;")
    assert plain(took(cheaper, gift)) == [
        "Чек 4 от 01.02.2026: бонусами оплачено 500 ₽, по программе можно не больше 499,99 ₽"
    ]
    assert plain(took(paid.replace("01.02", "02.02").replace(";2;", ";5;"))) == [
        "Чек 5 от 02.02.2026: бонусами оплачено 500 ₽, по программе можно не больше 200 ₽"
    ]


BOTH_ORDERS = pytest.mark.parametrize("order", [(0, 1), (1, 0)])


@BOTH_ORDERS
def test_of_one_minute_and_number_the_first_shop_by_name_is_first_in_any_order_of_files(
    took: Any, order: tuple[int, ...]
) -> None:
    files = [sale("10.01.2026", "1", ANNA, "50000"), sale("10.01.2026", "1", ANNA, "10000").replace("Центр", "Юг")]
    for which in order:
        took(files[which])
    assert figures().available == 2_500 + 700


@BOTH_ORDERS
@pytest.mark.parametrize("who", [NOBODY, ANNA], ids=["nobody", "Anna"])
def test_of_two_such_returns_too(took: Any, who: str, order: tuple[int, ...]) -> None:
    took(sale("10.01.2026", "1", who, "10000"))
    back = give_back("20.01.2026", "7", "1", who, "7000")
    for which in order:
        took((back, back.replace("Центр", "Юг"))[which])
    with db.reading() as session:
        rows = session.connection().execute(select(returns.c.shop, returns.c.counted)).all()
    assert dict(rows) == {"Центр": 7_000_00, "Юг": 3_000_00}


# --- Who is who ----------------------------------------------------------------------------------------


def test_customers_are_counted_when_they_are_new(took: Any, took_people: Any) -> None:
    assert took_people("К-1;Сергеева Анна;+79161110001;").customers_created == 1
    report = took(sale("10.01.2026", "1", ANNA, "100"), sale("10.01.2026", "2", BORIS, "100"))
    assert report.customers_created == 1
    assert took_people("К-1;Сергеева Анна;+79161110001;", "К-2;Орлов Борис;;").customers_created == 0


def test_the_customers_file_may_come_after_the_sales(took: Any, took_people: Any) -> None:
    took(sale("10.01.2026", "1", "К-1;;;", "10000"))
    report = took_people("К-1;Сергеева Анна Петровна;8-916-111-00-01;0007")
    assert (report.changed, report.customers_created) == (1, 0)
    assert people() == {("К-1", "+79161110001", "0007")}
    took(sale("11.01.2026", "2", ";;;0007", "100"), sale("11.01.2026", "3", ANNA_BY_PHONE, "100"))
    assert (len(people()), figures().turnover) == (1, 10_200)


def test_a_family_on_one_phone_stays_two_people(took: Any) -> None:
    took(
        sale("10.01.2026", "1", "К-1;Анна Сергеева;+79161110001;", "10000"),
        sale("10.01.2026", "2", "К-9;Олег Сергеев;+79161110001;", "1000"),
    )
    assert people() == {("К-1", "+79161110001", None), ("К-9", "+79161110001", None)}
    assert (figures("К-1").turnover, figures("К-9").turnover) == (10_000, 1_000)
    took(sale("11.01.2026", "3", ANNA_BY_PHONE, "100"))
    assert (figures("К-1").turnover, figures("К-9").turnover) == (10_100, 1_000)


def test_a_customer_of_a_phone_alone_is_kept_and_later_gets_her_code(took: Any) -> None:
    assert took(sale("10.01.2026", "1", ANNA_BY_PHONE, "10000")).customers_created == 1
    assert people() == {(None, "+79161110001", None)}
    assert took(sale("11.01.2026", "2", ANNA, "1000")).customers_created == 0
    assert people() == {("К-1", "+79161110001", None)}
    assert figures() == Figures(11_000, 550, 0, 0, 0)


def test_a_card_alone_is_somebody_too(took: Any) -> None:
    took(sale("10.01.2026", "1", ";;;0042", "10000"), sale("10.01.2026", "2", ";;; 0042 ", "10"))
    assert people() == {(None, None, "0042")}


def test_the_order_of_files_does_not_change_who_is_who(took: Any, took_people: Any) -> None:
    found = set()
    for order in itertools.permutations(range(3)):
        for which in order:
            if which == 0:
                took_people("К-1;Сергеева Анна;89161110001;0007", "К-2;Орлов Борис;89161110002;")
            elif which == 1:
                took(sale("10.01.2026", "1", "К-1;;;0007", "10000"), sale("10.01.2026", "2", BORIS, "700"))
            else:
                took(sale("11.01.2026", "3", ";;;0007", "100"), sale("12.01.2026", "4", ";;89161110002;", "10"))
        found.add((frozenset(people()), figures("К-1"), figures("К-2")))
        emptied()
    assert len(found) == 1


@pytest.mark.parametrize("who", ["00-001;Розничный покупатель;;", ";розничный покупатель;;", NOBODY, ";Анна;;"])
def test_a_sale_to_nobody_counts_in_revenue_alone(took: Any, who: str) -> None:
    report = took(sale("10.01.2026", "1", who, "10000"))
    assert (report.imported, report.customers_created, people()) == (1, 0, set())
    with db.reading() as session:
        rows = session.connection().execute(select(receipts.c.total, receipts.c.customer_id)).all()
    assert [tuple(row) for row in rows] == [(10_000_00, None)]


def test_a_return_of_a_sale_to_nobody(took: Any) -> None:
    report = took(sale("10.01.2026", "1", NOBODY, "10000"), give_back("11.01.2026", "1", "1", NOBODY, "10000"))
    assert (report.imported, report.unmatched_returns, unmatched()) == (2, 0, 0)


def test_a_document_of_the_future_is_rejected_and_today_is_not(took: Any) -> None:
    report = took(sale("02.12.2026", "1", ANNA, "100"), sale("01.12.2026", "2", ANNA, "100"))
    assert (report.imported, report.rejected, report.errors[0].column) == (1, 1, "Дата")


def test_a_customers_file_is_done_when_it_is_in(took_people: Any) -> None:
    took_people("К-1;Сергеева Анна;+79161110001;")
    with db.reading() as session:
        place = session.scalars(select(Import)).one()
        assert (place.status, place.kind) == ("done", "customers")
        assert place.report and place.finished_at


def test_a_return_of_too_much_before_its_receipt_counts_what_fits_and_says_so(took: Any) -> None:
    took(give_back("12.01.2026", "7", "1", ANNA, "3000"))
    report = took(sale("10.01.2026", "1", ANNA, "2000"))
    assert any("в чеке 1 осталось" in warning for warning in report.warnings)
    with db.reading() as session:
        assert session.scalars(select(returns.c.counted)).one() == 2000_00
        assert list(ledger.check(session)) == []


def test_a_return_by_pieces_alone_has_its_sum(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "2000"))
    took(give_back("12.01.2026", "7", "1", ANNA, "2000").replace(";2000;0;2000;", ";;;;"))
    assert revenue() == 0
    with db.reading() as session:
        assert session.scalars(select(returns.c.counted)).one() == 2000_00
        assert list(ledger.check(session)) == []


def test_a_card_of_two_codes_is_known_as_both_theirs_and_the_report_says_so(took: Any, took_people: Any) -> None:
    took_people("К-1;Сергеева Анна;;0007")
    report = took_people("К-2;Орлов Борис;;0007")
    assert any("Карта 0007 есть и у другого клиента" in warning for warning in report.warnings)
    took(sale("10.01.2026", "1", ";Борис Орлов;;0007", "100"), sale("10.01.2026", "2", ";;;0007", "10"))
    assert (figures("К-1").turnover, figures("К-2").turnover) == (0, 100)


def test_overspending_that_a_customers_file_causes_is_told(took: Any, took_people: Any) -> None:
    took(sale("10.01.2026", "1", ANNA_BY_PHONE, "10000"), sale("10.02.2026", "2", ANNA, "1000", bonuses="500"))
    report = took_people("К-2;Орлов Борис;+79161110001;", "К-3;Сергеева Анна;+79161110001;")  # of which Anna was 1?
    assert [words for words in plain(report) if "в долг" in words] == [
        "Чек 2 от 10.02.2026: бонусов не хватало, 500 ₽ записано в долг клиента"
    ]


def test_a_return_that_a_customers_file_says_is_hers_leaves_a_receipt_of_nobody(
    took: Any, took_people: Any
) -> None:
    rows = [
        sale("10.01.2026", "7", NOBODY, "10000"),
        give_back("20.01.2026", "1", "7", ";;+79161110001;", "8000"),
        give_back("21.01.2026", "2", "7", NOBODY, "5000"),
    ]
    took(sale("10.01.2026", "7", "К-1;Анна Сергеева;;", "10000"), *(row.replace("Центр", "Юг") for row in rows))
    assert (figures().turnover, counted("1"), counted("2")) == (10_000, 8_000, 2_000)
    took_people("К-1;Сергеева Анна;+79161110001;")
    assert (figures().turnover, counted("1"), counted("2")) == (2_000, 8_000, 5_000)


def test_overspending_that_a_late_file_causes_is_told(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.02.2026", "2", ANNA, "1000", bonuses="500"))
    report = took(sale("09.02.2026", "3", ANNA, "1000", bonuses="500"))
    assert any("Чек 2 от 10.02.2026: бонусов не хватало, 500 ₽" in warning for warning in plain(report))


def test_overspending_is_told_once_and_again_only_where_it_grows(took: Any) -> None:
    def told(*lines: str) -> list[str]:
        return [warning.split(":")[0] for warning in plain(took(*lines)) if "в долг" in warning]

    row = sale("10.03.2026", "2", ANNA, "2000", bonuses="600")
    assert told(sale("10.01.2026", "1", ANNA, "10000"), row) == ["Чек 2 от 10.03.2026"]  # 500 were there
    assert told(sale("11.03.2026", "3", ANNA, "100")) == []
    assert told(sale("01.03.2026", "4", ANNA, "1000", bonuses="200")) == ["Чек 2 от 10.03.2026"]  # only 300 were
    assert told(sale("15.01.2026", "5", ANNA, "4000")) == []  # another 200 were there
    assert told(sale("10.03.2026", "6", BORIS, "2000", bonuses="0,01")) == ["Чек 6 от 10.03.2026"]
    some = [sale(on, number, BORIS, "10", bonuses="1") for on, number in (("12.03.2026", "8"), ("12.03.2026", "7"))]
    assert told(*some, sale("11.03.2026", "9", BORIS, "10", bonuses="1")) == [
        "Чек 9 от 11.03.2026", "Чек 7 от 12.03.2026", "Чек 8 от 12.03.2026"
    ]  # fmt: skip
