"""A sale at the till: its limits, said twice, and what files say of it afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loyalty import db
from loyalty.acts import Origin, begin
from loyalty.errors import LoyaltyError, NotFound, Refused
from loyalty.files.importing import Report, import_file
from loyalty.identity import signs
from loyalty.identity.learned import Learned
from loyalty.models import ProgramVersion, acts, customers, receipts, returns
from loyalty.program.terms import Program
from loyalty.sales import till
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from loyalty.sales.receipts import Outcome
from tests.till import ANNA, BORIS, HEADER, NOBODY, give_back, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)
HER = CustomerRef(phone="+79161110001")


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        yield


def line(amount: int = 100_000, quantity: int = 1000, **more: Any) -> DocumentLine:
    return DocumentLine("A1", "Платье", "Платья", quantity, amount, 0, amount)._replace(**more)


def bill(number: str = "T-1", redeemed: int = 0, who: CustomerRef | None = HER, **more: Any) -> SaleDocument:
    """1 000 ₽ at noon today, in the shop of the files."""
    said = {"at": datetime(2026, 12, 1, 12), "lines": [line()], "shop": "Центр"} | more
    return SaleDocument(number, redeemed=redeemed, customer=who, **said)


def sell(document: SaleDocument) -> Outcome:
    with db.writing() as session:
        return till.sell(session, document, TODAY)


def available(code: str = "К-1") -> int:
    with db.reading() as session:
        query = select(customers.c.available).where(customers.c.external_id == code)
        return session.connection().scalar(query) or 0


def stands(number: str = "T-1") -> list[tuple[int, str | None]]:
    """Redeemed and whose, of the current revision."""
    with db.reading() as session:
        r, c = receipts.c, customers.c
        query = select(r.redeemed, c.external_id).outerjoin(c.id.table, c.id == r.customer_id)
        rows = session.connection().execute(query.where(r.number == number, r.superseded_at.is_(None)))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (bill(" "), "нет номера"),
        (bill(redeemed=-300), "меньше нуля"),
        (bill(redeemed=100_001, lines=[line(), line(0)]), "больше самого чека"),
        (bill(redeemed=50_001), "не больше 500"),
        (bill(redeemed=100_000), "не больше 500"),
        (bill(redeemed=50_000, lines=[line(99_999), line(0)]), "не больше 499,99"),
        (bill(at=datetime(2026, 12, 2)), "не наступила"),
        (bill(at=datetime(2027, 1, 1)), "не наступила"),
        (bill(lines=[]), "ни одной строки"),
        (bill(lines=[line(-100)]), "не меньше нуля"),
        (bill(lines=[line(), line(-1)]), "не меньше нуля"),
        (bill(lines=[line(quantity=0)]), "количество больше нуля"),
        (bill(lines=[line(quantity=-1000)]), "количество больше нуля"),
        (bill(lines=[line(discount=-1)]), "не меньше нуля"),
        (bill(lines=[line(price=-1)]), "не меньше нуля"),
        (bill(lines=[line(amount=None)]), "не меньше нуля"),
        (bill(redeemed=100, who=None), "только участник"),
        (bill(redeemed=1, who=CustomerRef(phone="+79160000000")), "Сейчас доступно 0"),
        (bill(who=CustomerRef(name="Анна")), "не назван"),
        (bill(who=CustomerRef(card="")), "не назван"),
    ],
)
def test_what_no_till_may_say(took: Any, wrong: SaleDocument, why: str) -> None:
    took(sale("10.01.2026", "1", ANNA, "20000"))
    with pytest.raises(Refused, match=why):
        sell(wrong)
    assert (available(), stands(wrong.number)) == (1000_00, [])


def test_what_a_till_may_say(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA + "0007", "20000"))
    cases: list[tuple[dict[str, Any], int]] = [
        ({"lines": [line(), line(0, price=0), line(0, price=None)]}, 50_00),
        ({"lines": [line(quantity=1)]}, 50_00),
        ({"lines": [line(0)]}, 0),
        ({"lines": [line(20_00), line(30_00)], "redeemed": 25_00}, 1_00),
        ({"redeemed": None}, 50_00),
        ({"who": CustomerRef(id=1)}, 50_00),
        ({"who": CustomerRef("К-1")}, 50_00),
        ({"who": CustomerRef(card="0007")}, 50_00),
        ({"at": datetime(2026, 12, 1, 23, 59)}, 50_00),
    ]
    for said, earned in cases:
        with db.reading() as session:  # nothing of it stays
            assert till.sell(session, bill(**said), TODAY) is Outcome.IMPORTED
            c, paid = customers.c, said.get("redeemed") or 0
            left = session.connection().execute(select(c.external_id, c.available, c.pending)).one()
            assert (said, *left) == (said, "К-1", 1000_00 - paid, earned)


def test_who_sold_is_kept() -> None:
    with db.writing() as session:
        till.sell(session, bill("T-1"), TODAY, "Ольга")
        till.sell(session, bill("T-2"), TODAY)
        a = acts.c
        query = select(a.origin, a.person).join(receipts, receipts.c.act_id == a.id).order_by(a.id)
        assert session.connection().execute(query).all() == [("till", "Ольга"), ("till", "")]


def test_a_phone_of_two_is_asked_about_unless_a_name_tells() -> None:
    for code, name in (("К-1", "Сергеева Анна"), ("К-2", "Орлов Борис")):
        sell(bill(code, who=CustomerRef(code, phone=HER.phone, name=name)))
    with pytest.raises(Refused, match="у нескольких клиентов"):
        sell(bill())
    assert stands() == []
    sell(bill(who=HER._replace(name="Борис")))
    assert stands() == [(0, "К-2")]


def test_a_phone_passed_on_is_whose_it_was_on_the_sales_day() -> None:
    for code, phone in (("К-1", HER.phone), ("К-2", None)):
        sell(bill(code, who=CustomerRef(code, phone=phone)))
    with db.writing() as session:
        act, learned, day = begin(session, Origin.SCREEN), Learned(), date(2026, 11, 20)
        signs.end(session, 1, "phone", str(HER.phone), day, act, learned)
        signs.add(session, 2, "phone", str(HER.phone), act, learned, since=day)
    sell(bill("T-0", at=datetime(2026, 11, 19)))
    sell(bill("T-1", at=datetime(2026, 11, 20)))
    assert (stands("T-0"), stands("T-1")) == ([(0, "К-1")], [(0, "К-2")])


@pytest.mark.parametrize("who", [HER, None], ids=["hers", "nobodys"])
def test_a_return_in_a_file_waits_for_the_tills_receipt(took: Any, who: CustomerRef | None) -> None:
    took(give_back("01.12.2026", "7", "T-1", NOBODY, "3000"))
    sell(bill(who=who))
    with db.reading() as session:
        assert session.connection().scalar(select(returns.c.counted)) == 1000_00


def test_the_cap_is_of_the_sales_own_day(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    with db.writing() as session:
        act = begin(session, Origin.SCREEN)
        for first, cap in ((date(2020, 1, 1), 3000), (TODAY, 2000)):
            terms = replace(Program(), redeem_cap=cap)
            session.add(ProgramVersion(in_force_from=first, terms=terms.to_json(), act_id=act.id))
    yesterday = datetime(2026, 11, 30, 23, 59)
    for wrong, most in ((bill(redeemed=200_01), "200"), (bill(redeemed=300_01, at=yesterday), "300")):
        with pytest.raises(Refused, match=f"не больше {most}"):
            sell(wrong)
    assert sell(bill("T-1", 200_00)) is sell(bill("T-0", 300_00, at=yesterday)) is Outcome.IMPORTED


def test_of_one_minute_what_receipts_before_it_paid_is_not_there(took: Any) -> None:
    """Receipt 5 paid with all there was; the next day it came back."""
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("01.06.2026", "5", ANNA, "1000", bonuses="500"))
    took(give_back("02.06.2026", "1", "5", ANNA, "1000"))
    for number, shop in (("6", "Центр"), ("5", "Юг")):
        with pytest.raises(Refused, match=r"Ко времени чека \(01\.06\.2026 00:00\)"):
            sell(bill(number, 500_00, at=datetime(2026, 6, 1), shop=shop))
    for number, shop in (("4", "Центр"), ("5", "Альфа")):
        with db.reading() as session:  # nothing of it stays
            asked = bill(number, 500_00, at=datetime(2026, 6, 1), shop=shop)
            assert till.sell(session, asked, TODAY) is Outcome.IMPORTED


def test_a_customer_that_there_is_not() -> None:
    with pytest.raises(NotFound):
        sell(bill(who=CustomerRef(id=77)))


def test_nobody_spends_what_is_spent_since_or_was_not_there_yet(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))  # 500 from 24 January
    early = bill("T-0", 100_00, at=datetime(2026, 1, 23, 23, 59))
    with pytest.raises(Refused, match="Ко времени чека"):
        sell(early)
    assert sell(bill("T-1", 500_00)) is Outcome.IMPORTED
    for at in (datetime(2026, 11, 30, 12), datetime(2026, 12, 1, 11), datetime(2026, 12, 1, 12)):
        with pytest.raises(Refused, match="Сейчас доступно 0"):
            sell(bill("T-2", 1, at=at))
    assert available() == 0


def test_the_same_again_is_done_already_and_other_content_is_refused(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    assert sell(bill(redeemed=300_00)) is Outcome.IMPORTED
    assert sell(bill(redeemed=300_00)) is Outcome.UNCHANGED
    with pytest.raises(LoyaltyError, match="другим содержанием"):
        sell(bill(redeemed=200_00))
    took(sale("01.12.2026", "T-1", ANNA, "900", bonuses="300"))
    assert sell(bill(redeemed=300_00)) is Outcome.UNCHANGED
    assert (available(), stands()) == (200_00, [(300_00, "К-1")])


def test_numbers_start_anew_in_each_shop_and_year(took: Any) -> None:
    took(sale("01.12.2025", "T-1", ANNA, "1000"), sale("01.12.2026", "T-1", ANNA, "1000").replace("Центр", "Юг"))
    assert sell(bill()) is Outcome.IMPORTED
    assert len(stands()) == 3


def plain(report: Report) -> list[str]:
    return [warning.replace("\xa0", " ") for warning in report.warnings]


def without_bonuses(path: Path, *lines: str) -> Report:
    """A file that has no column «Бонусы»."""
    rows = [";".join(row.split(";")[:18] + row.split(";")[19:]) for row in (HEADER, *lines)]
    path.write_text("\n".join((*rows, "")), encoding="cp1251")
    return import_file(path)


def test_files_without_bonuses_keep_what_the_till_took(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    sell(bill(redeemed=300_00))
    for who in (ANNA, NOBODY, ANNA):
        assert without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", who, "1000")).warnings == []
        assert stands() == [(300_00, "К-1")]
    again = without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", ANNA, "1000"))
    assert (again.unchanged, again.changed) == (1, 0)
    said = took(sale("01.12.2026", "T-1", ANNA, "1000", bonuses="300"))  # the same, in words
    assert (said.unchanged, said.warnings) == (1, [])


def test_of_a_receipt_that_no_till_knows_a_file_without_bonuses_says_that_none_paid(tmp_path: Path) -> None:
    without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", ANNA, "1000"))
    assert stands() == [(0, "К-1")]


def test_what_turns_out_to_cost_nothing_was_paid_with_nothing(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    sell(bill(redeemed=300_00))
    without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", ANNA, "0"))
    assert (available(), stands()) == (500_00, [(0, "К-1")])


def test_a_file_that_names_nobody_keeps_the_tills_customer_however_often(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    sell(bill(redeemed=300_00))
    for amount in ("1000", "1100", "900"):
        without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", NOBODY, amount))
        assert stands() == [(300_00, "К-1")]
    took(sale("01.12.2026", "T-1", BORIS, "900", bonuses="300"))
    assert stands() == [(300_00, "К-2")]


def test_another_sum_of_bonuses_in_a_file_counts_and_is_told(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    sell(bill(redeemed=300_00))
    without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", ANNA, "1000"))
    report = took(sale("01.12.2026", "T-1", ANNA, "1000", bonuses="0"))
    assert any(
        "Чек T-1 от 01.12.2026: касса списала 300 ₽ бонусами, а в файле 0 ₽" in warning for warning in plain(report)
    )
    assert (available(), stands()) == (500_00, [(0, "К-1")])
    assert took(sale("01.12.2026", "T-1", ANNA, "1000", bonuses="300")).warnings == []
    report = without_bonuses(tmp_path / "a.csv", sale("01.12.2026", "T-1", ANNA, "200"))
    assert any("а весь чек в файле на 200 ₽" in warning for warning in plain(report))


def test_voided_in_1c_and_posted_again_the_till_still_took_bonuses(tmp_path: Path, took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"))
    sell(bill(redeemed=300_00))
    row = sale("01.12.2026", "T-1", NOBODY, "1000")
    path = tmp_path / "voided.csv"
    path.write_text(f"{HEADER};Проведен\n{row};Нет\n", encoding="utf-8")
    import_file(path)
    assert (available(), stands()) == (500_00, [])
    without_bonuses(tmp_path / "a.csv", row)
    assert (available(), stands()) == (200_00, [(300_00, "К-1")])
