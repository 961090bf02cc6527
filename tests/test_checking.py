"""`check` by itself after imports and at night, what it does about differences, and the count by new rules."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from loyalty import db, settings
from loyalty.engine import ledger
from loyalty.models import customers, entries, imports, returns, runs
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
    assert recount.run() == "Движения бонусов изменились у 1\u00a0клиента"
    assert recount.run() is None
    with db.reading() as session:
        told = session.connection().scalars(select(runs.c.summary).where(runs.c.job == "recount")).all()
        assert told == ["Движения бонусов изменились у 1\u00a0клиента"]
