"""`check` by itself after imports and at night, what it does about differences, and the count by new rules."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, Table, delete, func, insert, select, update
from sqlmodel import Session

from loyalty import db, settings
from loyalty.engine import facts, ledger
from loyalty.models import customers, entries, imports, receipts, returns, runs
from loyalty.reports import history
from loyalty.service import checking, recount
from tests.till import ANNA, BORIS, NOBODY, give_back, imports_into, sale, shop_that_adds_up

TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Anna, Boris and somebody without a card bought; she who has no card brought some back."""
    with shop_that_adds_up(database_url, TODAY, monkeypatch):
        imports_into(tmp_path)(
            sale("10.01.2026", "1", ANNA, "10000"),
            sale("11.01.2026", "2", BORIS, "1000"),
            sale("12.01.2026", "3", NOBODY, "500"),
            give_back("13.01.2026", "1", "3", NOBODY, "200"),
        )
        yield


def spoil_boris() -> int:
    """Somebody has changed his bonuses past the program; his id."""
    with db.writing() as session:
        id_ = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == "К-2"))
        change = update(entries).where(entries.c.customer_id == id_).values(amount=entries.c.amount + 1)
        session.connection().execute(change)
        assert id_ is not None
        return id_


def checked_words() -> list[str | None]:
    with db.reading() as session:
        return list(session.connection().scalars(select(imports.c.checked)))


def test_whom_an_import_touched_is_checked_once_and_its_report_says_so() -> None:
    assert checking.after_imports() == 1
    assert checking.after_imports() == 0
    assert checked_words() == ["Всё сходится, проверено: 2\u00a0клиента"]
    with db.reading() as session:
        (taken,) = history.taken_files(session)
        assert taken.checked == "Всё сходится, проверено: 2\u00a0клиента"


def test_what_an_import_left_wrong_is_told_and_mended() -> None:
    boris = spoil_boris()
    checking.after_imports()
    assert checked_words() == ["Не сходится у 1\u00a0клиента, проверено: 2\u00a0клиента"]
    with db.reading() as session:
        found = checking.latest(session)
    assert found and found.ids == [boris]
    with db.writing() as session:
        assert checking.mend(session) == 1
    with db.reading() as session:
        again = checking.latest(session)
        assert again and again.ids == []
        assert list(ledger.check(session)) == []


def test_at_night_everybody_is_checked_once_a_day() -> None:
    boris = spoil_boris()
    found = checking.night(TODAY)
    assert found and (found.ids, found.customers) == ([boris], 2)
    assert checking.night(TODAY) is None
    with db.reading() as session:
        assert not checking.is_due(session, TODAY)
        assert [event.result for event in history.events(session) if event.what == "Сверка"] == [found.words]
    with db.writing() as session:
        checking.mend(session)


def test_returns_of_receipts_without_a_customer_are_checked_and_mended() -> None:
    with db.writing() as session:
        session.connection().execute(update(returns).values(counted=1))
    with db.reading() as session:
        (wrong,) = ledger.check(session)
        assert (wrong.customer_id, wrong.stored, wrong.computed) == (None, "1", "20000")
    found = checking.night(TODAY)
    assert found and found.is_wrong and found.ids == []
    with db.writing() as session:
        checking.mend(session)


def test_after_an_upgrade_everybody_is_counted_once_by_the_new_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between two parts, it goes on with the next."""
    with db.reading() as session:
        assert not recount.is_due(session), "an empty shop was counted by no older rules"
    spoil_boris()
    with db.writing() as session:
        settings.put(session, recount.BY, "1")
    monkeypatch.setattr(recount, "CUSTOMERS_AT_ONCE", 1)

    def killed(_part: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recount.run(killed)
    with db.reading() as session:
        assert settings.get(session, recount.REACHED) == "1"
    assert recount.run() == "Пересчитанное изменилось у 1\u00a0клиента"
    assert recount.run() is None
    with db.reading() as session:
        told = session.connection().scalars(select(runs.c.summary).where(runs.c.job == "recount")).all()
        assert told == ["Пересчитанное изменилось у 1\u00a0клиента"]


# --- What is told, and counted anew ----------------------------------------------------------------------


def id_by(name: str, value: str) -> Any:
    return select(customers.c.id).where(customers.c[name] == value).scalar_subquery()


ANNAS, BORISES = id_by("external_id", "К-1"), id_by("external_id", "К-2")
e = entries.c
EARNED = "2026-01-10 earned 50000"
LAST = select(func.max(e.seq)).where(e.customer_id == ANNAS).scalar_subquery()


def of_anna(**values: Any) -> Executable:
    return update(entries).where(e.customer_id == ANNAS, e.seq == 0).values(**values)


def back(number: str, counted: int) -> Executable:
    return update(returns).where(returns.c.number == number).values(counted=counted)


SPOILT: list[tuple[str, Executable, list[tuple[str | None, str, str, str]]]] = [
    ("a sum", of_anna(amount=1), [("К-1", "движение бонусов 1", "2026-01-10 earned 1", EARNED)]),
    ("a kind", of_anna(kind="granted"), [("К-1", "движение бонусов 1", "2026-01-10 granted 50000", EARNED)]),
    (
        "a day",
        of_anna(effective_on=date(2026, 1, 11)),
        [("К-1", "движение бонусов 1", "2026-01-11 earned 50000", EARNED)],
    ),
    ("another fact", of_anna(fact_id=77), [("К-1", "движение бонусов 1", EARNED, EARNED)]),
    ("another lot", of_anna(lot_id=77), [("К-1", "движение бонусов 1", EARNED, EARNED)]),
    ("another part of a lot", of_anna(lot_part=7), [("К-1", "движение бонусов 1", EARNED, EARNED)]),
    (
        "one movement less",
        delete(entries).where(e.customer_id == ANNAS, e.seq == LAST),
        [("К-1", "движение бонусов 4", "нет", "2027-01-10 burned 35000")],
    ),
    (
        "one movement more",
        insert(entries).values(customer_id=BORISES, seq=3, effective_on=date(2028, 1, 1), kind="burned", amount=1),
        [("К-2", "движение бонусов 4", "2028-01-01 burned 1", "нет")],
    ),
    (
        "figures",
        update(customers).where(customers.c.id == ANNAS).values(available=1, turnover=2, rate=3),
        [
            ("К-1", "показатель rate", "3", "500"),
            ("К-1", "показатель turnover", "2", "700000"),
            ("К-1", "показатель available", "1", "35000"),
        ],
    ),
    ("a return", back("2", 1), [("К-1", "сумма возврата 2", "1", "300000")]),
    ("a return of nobody's receipt", back("1", 1), [(None, "сумма возврата 1", "1", "20000")]),
    ("a return that waits", back("3", 1), [(None, "сумма возврата 3", "1", "10000")]),
    ("a former revision of a return", back("4", 1), []),
]


@pytest.fixture
def more(tmp_path: Path) -> None:
    """Anna brought some back; one return waits for its receipt, two have ended."""
    (tmp_path / "more").mkdir()
    took = imports_into(tmp_path / "more")
    took(
        give_back("13.01.2026", "2", "1", ANNA, "3000"),
        give_back("14.01.2026", "3", "77", ANNA, "100"),
        give_back("14.01.2026", "4", "77", BORIS, "100"),
        sale("12.01.2026", "5", NOBODY, "500"),
        give_back("15.01.2026", "5", "5", NOBODY, "10"),
    )
    with db.writing() as session:
        for number in "45":
            gone = update(returns).where(returns.c.number == number).values(superseded_at=settings.utc_now())
            session.connection().execute(gone)


def told(session: Session, **only: Any) -> list[tuple[str | None, str, str, str]]:
    """Whose, what, and both values; a return by its number."""
    codes = dict(session.connection().execute(select(customers.c.id, customers.c.external_id)).all())
    numbers = dict(session.connection().execute(select(returns.c.id, returns.c.number)).all())
    found = []
    for id_, what, stored, computed in ledger.check(session, **only):
        thing, _, which = what.rpartition(" ")
        words = f"{thing} {numbers[int(which)]}" if "возврат" in what else what
        found.append((codes[id_] if id_ else None, words, stored, computed))
    return found


@pytest.mark.usefixtures("more")
def test_everything_spoilt_is_told_and_counted_anew() -> None:
    for spoilt, change, right in SPOILT:
        with db.reading() as session:  # nothing of it stays
            session.connection().execute(change)
            assert (spoilt, told(session)) == (spoilt, right)
            whose = [code for code, *_ in right if code]
            assert told(session, only=[]) == []
            for code, id_ in session.connection().execute(select(customers.c.external_id, customers.c.id)).all():
                assert told(session, only=[id_]) == (right if code in whose else [])
            found = ledger.refresh(session, all_ids(session, customers), TODAY, loose=facts.loose_receipts(session))
            assert (spoilt, told(session)) == (spoilt, right if spoilt == "a return that waits" else [])
            assert len(found.counted_anew) == (spoilt in ("a return", "a return of nobody's receipt"))
            assert (found.overspent, found.excess) == ({}, set())


def all_ids(session: Session, table: Table) -> list[int]:
    return list(session.connection().scalars(select(table.c.id).order_by(table.c.id.desc())))


@pytest.mark.usefixtures("more")
def test_customers_are_taken_some_at_a_time_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (facts, ledger):
        monkeypatch.setattr(room, "CUSTOMERS_AT_ONCE", 1)
    parts: list[float] = []
    with db.reading() as session:
        for _, change, _ in SPOILT[:-2]:
            session.connection().execute(change)
        one, other = all_ids(session, customers)
        assert list(facts.customer_chunks(session)) == [[other], [one]]
        wrong = {code for code, *_ in told(session, progress=parts.append)}
        assert (wrong, parts) == ({"К-1", "К-2", None}, [other / one, 1.0])
        parts.clear()
        loose = facts.loose_receipts(session)
        day = TODAY + timedelta(days=1)
        found = ledger.refresh(session, [one, other, one], day, parts.append, loose=loose)
        assert (told(session), parts, len(found.counted_anew)) == ([], [0.5, 1.0], 2)


@pytest.mark.usefixtures("more")
def test_receipts_of_nobody_that_something_came_back_of_are_known(tmp_path: Path) -> None:
    took = imports_into(tmp_path)
    took(*(give_back("16.01.2026", number, "3", NOBODY, "10") for number in "67"))
    took(sale("12.01.2026", "8", NOBODY, "500"), give_back("16.01.2026", "8", "8", NOBODY, "10"))
    took(sale("12.01.2026", "3", NOBODY, "600"))
    with db.reading() as session:
        r = receipts.c
        query = select(r.id).where(r.number.in_(("3", "8")), r.superseded_at.is_(None)).order_by(r.id)
        assert list(facts.loose_receipts(session)) == list(session.connection().scalars(query))
