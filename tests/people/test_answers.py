"""«Чей это чек?»: which receipts wait, what an answer changes and keeps, and how it is taken back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.errors import NotFound
from loyalty.identity import same, signs
from loyalty.identity.deciding import Said
from loyalty.models import Join, receipts, returns
from loyalty.sales import answers, intake
from loyalty.sales.documents import CustomerRef, Document, ReturnDocument, SaleDocument
from tests.people.test_identity import (
    ANNA,
    CARD,
    OLEG,
    PHONE,
    TODAY,
    answered,
    bought,
    by,
    id_of,
    receipt_id,
    said,
    take,
    whose,
)  # fmt: skip

NOON = datetime(2026, 1, 15, 12)


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Anna and Oleg share a phone: receipt 3 is one of theirs."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    take(bought(1, ANNA), bought(2, OLEG), bought(3, by()))
    yield
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    db.engine().dispose()


def asked_again(number: str) -> None:
    """The answer was wrong; bonuses follow."""
    with db.writing() as session:
        learned = answers.ask_again(session, receipt_id(number), acts.begin(session, acts.Origin.SCREEN))
        ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)
        assert list(ledger.check(session)) == []


def waiting(limit: int = 200, offset: int = 0) -> list[answers.Open]:
    with db.reading() as session:
        return answers.waiting(session, limit, offset)


def numbers(some: list[answers.Open]) -> list[str]:
    return [one.number for one in some]


def recent(limit: int = 5) -> list[tuple[str, int, str]]:
    """Number, year and whose, of the last answers."""
    codes = {id_of(code): code for code in ("К-1", "К-2")}
    with db.reading() as session:
        return [(one.number, one.year, codes[who]) for one, who in answers.recent(session, limit)]


def gone_id(number: str) -> int:
    """Of a receipt's first revision."""
    with db.reading() as session:
        query = select(receipts.c.id).where(receipts.c.number == number).order_by(receipts.c.id)
        return session.connection().scalar(query) or 0


# --- What waits ------------------------------------------------------------------------------------------


def test_open_receipts_wait_the_latest_first_as_they_stand_now() -> None:
    late = replace(bought(5, by(name="Пётр"), roubles=700), shop="Центр", at=NOON)
    take(late, bought(4, by()), replace(bought(6, by()), at=NOON), replace(bought(7, by()), customer=None))
    take(bought(3, by(), roubles=900))
    found = waiting()
    assert numbers(found) == ["5", "6", "4", "3"]
    her, him = id_of("К-1"), id_of("К-2")
    said_of = Said(None, PHONE, "Пётр")
    assert found[0] == answers.Open(receipt_id("5"), "5", "Центр", NOON, 700_00, said_of, [her, him])
    assert [(one.id, one.total) for one in found[3:]] == [(receipt_id("3"), 900_00)]
    assert (numbers(waiting(2)), numbers(waiting(2, 1))) == (["5", "6"], ["6", "4"])


def test_as_many_are_shown_as_a_page_has() -> None:
    take(*(bought(10 + n, by()) for n in range(210)))
    with db.reading() as session:
        assert [one.number for one in answers.waiting(session)] == [str(219 - n) for n in range(200)]


def test_a_card_of_two_is_asked_about_too() -> None:
    take(bought(8, CustomerRef("К-1", CARD)), bought(9, CustomerRef("К-2", CARD)), bought(10, by(None, CARD)))
    found = waiting()[0]
    assert (found.number, found.said, found.may_be) == ("10", Said(CARD, None, ""), [id_of("К-1"), id_of("К-2")])
    answered("10", "К-2")
    asked_again("10")
    assert (whose("10"), waiting()[0]) == ("открыт", found)


def test_whose_it_may_be_is_of_its_day() -> None:
    def pass_on(session: Session, act: acts.Act, learned: answers.Learned) -> None:
        signs.end(session, id_of("К-1"), "phone", PHONE, date(2026, 1, 20), act, learned)
        signs.add(session, id_of("К-3"), "phone", PHONE, act, learned, since=date(2026, 1, 20))

    take(bought(8, CustomerRef("К-3")), bought(9, by()), bought(10, by()))  # 19 and 20 January
    said(pass_on)
    found = {one.number: one.may_be for one in waiting()}
    assert found["9"] == [id_of("К-1"), id_of("К-2")]
    assert found["10"] == [id_of("К-2"), id_of("К-3")]


def test_those_of_a_file_are_counted_apart_and_nobodys_are_not() -> None:
    with db.writing() as session:
        act, before = acts.begin(session, acts.Origin.IMPORT), answers.count(session)
        documents: list[Document] = [bought(4, by()), bought(5, by()), bought(6, CustomerRef("К-1"))]
        documents += [replace(bought(7, by()), customer=None), bought(3, by(), roubles=900)]
        counts = intake.take_documents(session, documents, act=act, today=TODAY, on_rejected=lambda *_: None)
        assert (before, answers.count(session), answers.count(session, act.id)) == (1, 3, 3)
        (warning,) = counts.warnings.as_list()
        assert warning.replace("\xa0", " ").startswith("3 чека: телефон или карта у нескольких клиентов")
        assert answers.count(session, act.id - 1) == 0


@pytest.mark.parametrize(("count", "words"), [(1, "1 чек"), (2, "2 чека"), (5, "5 чеков")])
def test_how_many_a_file_leaves_to_be_answered_is_told(count: int, words: str) -> None:
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        documents = [bought(number, by()) for number in range(10, 10 + count)]
        counts = intake.take_documents(session, documents, act=act, today=TODAY, on_rejected=lambda *_: None)
    assert [text.replace("\xa0", " ") for text in counts.warnings.as_list()] == [
        f"{words}: телефон или карта у нескольких клиентов. Ответьте на «Чей это чек?»"
    ]


# --- Answers ---------------------------------------------------------------------------------------------


def test_a_receipt_or_a_customer_that_there_is_not() -> None:
    take(bought(3, by(), roubles=900))
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        for receipt, customer in ((77, id_of("К-1")), (gone_id("3"), id_of("К-1")), (receipt_id("3"), 77)):
            with pytest.raises(NotFound):
                answers.answer(session, receipt, customer, act)
    assert (whose("3"), recent()) == ("открыт", [])


def test_the_same_answer_again_changes_nothing_though_files_have_said_more() -> None:
    take(bought(4, by()))
    given = {"3": "К-2", "4": "К-1"}
    for number, code in given.items():
        answered(number, code)
    take(bought(3, by(), roubles=900), bought(4, by(), roubles=900))
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        for number, code in given.items():
            assert answers.answer(session, receipt_id(number), id_of(code), act) == answers.Learned()
    assert (waiting(), recent()) == ([], [("4", 2026, "К-1"), ("3", 2026, "К-2")])


def test_a_return_of_the_same_number_is_not_answered_for() -> None:
    answered("3", "К-2")
    back = ReturnDocument("3", "", NOON, bought(3, by()).lines, "77", customer=by(), rows=[1])
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.IMPORT)
        intake.take_documents(session, [back], act=act, today=TODAY, on_rejected=lambda *_: None)
        assert session.connection().execute(select(returns.c.customer_id)).one() == (None,)


def test_who_is_joined_to_another_answers_for_her_until_that_is_undone() -> None:
    with db.writing() as session:
        same.join(session, id_of("К-2"), id_of("К-1"))
    take(bought(4, CustomerRef("К-4", None, PHONE)), bought(5, by()))
    answered("5", "К-2")
    assert whose("5") == "К-1"
    take(bought(5, by(), roubles=700))
    assert whose("5") == "К-1"
    with db.writing() as session:
        same.undo(session, session.scalars(select(Join.id)).one())
    assert whose("5") == "К-2"


# --- Taken back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codes", [("К-2",), ("К-2", "К-1"), ("К-2", "К-1", "К-2")], ids=", ".join)
def test_asked_again_a_receipt_is_as_it_says_itself_however_often_it_was_answered(codes: tuple[str, ...]) -> None:
    for code in codes:
        answered("3", code)
    asked_again("3")
    assert (whose("3"), numbers(waiting()), recent()) == ("открыт", ["3"], [])
    take(bought(3, by(), roubles=700))
    assert (whose("3"), [one.said for one in waiting()]) == ("открыт", [Said(None, PHONE, "")])
    answered("3", "К-1")
    asked_again("3")
    assert whose("3") == "открыт"


def test_asked_again_it_is_hers_whom_it_names_by_now() -> None:
    take(bought(4, by(name="Анна Сергеева")))
    answered("4", "К-2")
    assert whose("4") == "К-2"
    asked_again("4")
    assert whose("4") == "К-1"


def test_asked_again_a_receipt_that_names_nobody_is_nobodys() -> None:
    take(replace(bought(4, by()), customer=None))
    answered("4", "К-2")
    assert whose("4") == "К-2"
    asked_again("4")
    assert whose("4") is None


def test_asked_again_it_is_of_its_own_day() -> None:
    def pass_on(session: Session, act: acts.Act, learned: answers.Learned) -> None:
        signs.end(session, id_of("К-2"), "phone", PHONE, date(2026, 1, 20), act, learned)

    take(bought(9, by()), bought(10, by()))  # 19 and 20 January
    for number in ("9", "10"):
        answered(number, "К-2")
    said(pass_on)
    for number in ("9", "10"):
        asked_again(number)
    assert (whose("9"), whose("10")) == ("открыт", "К-1")


@pytest.mark.parametrize(
    "which",
    [lambda: 77, lambda: receipt_id("3"), lambda: gone_id("4")],
    ids=["none such", "nobody has answered", "replaced since"],
)
def test_nothing_to_take_back(which: Callable[[], int]) -> None:
    take(bought(4, by()))
    answered("4", "К-1")
    take(bought(4, by(), roubles=900))
    with db.writing() as session, pytest.raises(NotFound):
        answers.ask_again(session, which(), acts.begin(session, acts.Origin.SCREEN))
    assert (whose("3"), whose("4")) == ("открыт", "К-1")


def test_taken_back_twice_is_refused() -> None:
    answered("3", "К-1")
    asked_again("3")
    with pytest.raises(NotFound):
        asked_again("3")


def test_the_last_answers_are_shown_each_receipt_once_as_it_stands() -> None:
    last_year = bought(3, by())
    last_year.at = last_year.at.replace(year=2025)
    elsewhere = bought_elsewhere()
    take(last_year, elsewhere, bought(4, by()), bought(5, by()), bought(6, by()))
    for number in ("6", "5", "4"):
        answered(number, "К-1")
    answered("6", "К-2")
    asked_again("5")
    take(bought(4, by(), roubles=900))
    assert recent() == [("6", 2026, "К-2"), ("4", 2026, "К-1")]
    assert recent(1) == [("6", 2026, "К-2")]
    for year, shop_, code in ((2025, "", "К-1"), (2026, "Юг", "К-2")):
        answer_that(year, shop_, code)
    before = [("3", 2026, "К-2"), ("3", 2025, "К-1"), ("6", 2026, "К-2"), ("4", 2026, "К-1")]
    assert recent() == before
    answer_that(2026, "", "К-1")
    answered("5", "К-1")
    assert recent(6) == [("5", 2026, "К-1"), ("3", 2026, "К-1"), *before]
    with db.reading() as session:
        assert len(answers.recent(session)) == 5


def bought_elsewhere() -> SaleDocument:
    """The same number in another shop a minute later: of the same second it would be the same receipt."""
    sold = bought(3, by())
    return replace(sold, shop="Юг", at=sold.at + timedelta(minutes=1))


def answer_that(year: int, shop_: str, code: str) -> None:
    """Of several receipts with the number 3."""
    with db.writing() as session:
        r = receipts.c
        query = select(r.id).where(r.number == "3", r.year == year, r.shop == shop_)
        id_ = session.connection().execute(query).scalar_one()
        learned = answers.answer(session, id_, id_of(code), acts.begin(session, acts.Origin.SCREEN))
        ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)


def test_of_one_number_each_is_taken_back_alone() -> None:
    last_year = bought(3, by())
    last_year.at = last_year.at.replace(year=2025)
    take(last_year, bought_elsewhere())
    answer_that(2026, "Юг", "К-1")
    answer_that(2025, "", "К-1")
    with pytest.raises(NotFound):
        ask_that_again(2026, "")
    answer_that(2026, "", "К-2")
    ask_that_again(2026, "")
    with db.reading() as session:
        r = receipts.c
        left = session.connection().execute(select(r.year, r.shop, r.customer_id).where(r.number == "3"))
        assert {(year, shop_): who for year, shop_, who in left} == {
            (2026, ""): None, (2026, "Юг"): id_of("К-1"), (2025, ""): id_of("К-1")
        }  # fmt: skip


def ask_that_again(year: int, shop_: str) -> None:
    with db.writing() as session:
        r = receipts.c
        query = select(r.id).where(r.number == "3", r.year == year, r.shop == shop_)
        id_ = session.connection().execute(query).scalar_one()
        learned = answers.ask_again(session, id_, acts.begin(session, acts.Origin.SCREEN))
        ledger.refresh(session, learned.touched, TODAY, loose=learned.loose)
