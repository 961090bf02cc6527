"""Two customers who are one, and back: usable at once, exact when undone, whatever happened meanwhile (C5)."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import acts, db
from loyalty.customers import grants
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.identity import same
from loyalty.models import Join, customers, joins, receipts
from loyalty.models import acts as acts_table
from loyalty.models import grants as grants_table
from loyalty.sales import till
from loyalty.sales.documents import CustomerRef, DocumentLine, SaleDocument
from tests.people.test_identity import TODAY, Said, bought, emptied, refs, state, take
from tests.till import ANNA, BORIS, sale

CODES = ("К-1", "К-2", "К-3")


@pytest.fixture(autouse=True)
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    yield
    everything_agrees()
    db.engine().dispose()


def everything_agrees() -> None:
    """`check` is clean; nothing is left on who was joined to another, and nobody is joined to one of those."""
    with db.reading() as session:
        assert list(ledger.check(session)) == []
        gone, into = customers.c, customers.alias().c
        chains = select(func.count()).where(gone.joined_to == into.id, into.joined_to.is_not(None))
        assert session.connection().scalar(chains) == 0
        figures = gone.turnover + gone.available + gone.pending + gone.debt + gone.receipts_count
        assert (
            session.connection().scalar(select(func.count()).where(gone.joined_to.is_not(None), figures > 0)) == 0
        )
        for of in (receipts, grants_table):
            lost = select(func.count()).where(of.c.customer_id == gone.id, gone.joined_to.is_not(None))
            assert session.connection().scalar(lost) == 0


def known(session: Session) -> dict[str | None, int]:
    c = customers.c
    rows = session.connection().execute(select(c.external_id, c.id).where(c.external_id.is_not(None)))
    return dict(rows.all())


def join(gone: str, into: str) -> None:
    with db.writing() as session:
        same.join(session, known(session)[gone], known(session)[into], "Ольга")
    everything_agrees()


def by_hand(session: Session) -> list[Join]:
    """Joins that a person made and nobody undid, in order."""
    query = select(Join).join(acts_table, acts_table.c.id == joins.c.act_id).order_by(joins.c.id)
    query = query.where(joins.c.undone_act_id.is_(None), acts_table.c.origin == acts.Origin.SCREEN.value)
    return list(session.scalars(query))


def undo(which: int) -> None:
    with db.writing() as session:
        some = by_hand(session)
        same.undo(session, some[which % len(some)].id or 0, "Ольга")
    everything_agrees()


def undo_all(first: int = 0) -> None:
    while True:
        with db.reading() as session:
            left = len(by_hand(session))
        if not left:
            return
        undo(first % left)


def sold(number: str, who: CustomerRef, redeemed: int = 0) -> SaleDocument:
    line = DocumentLine("A1", "Платье", "Платья", 1000, None, 0, 100_000)
    return SaleDocument(number, "", datetime(2026, 12, 1, 12), [line], redeemed, who)


def sell(document: SaleDocument) -> None:
    with db.writing() as session:
        till.sell(session, document, TODAY)
    everything_agrees()


def give(code: str, key: str) -> None:
    with db.writing() as session:
        if code in known(session):
            grants.give(session, known(session)[code], "gift", 500_00, "За отзыв", key)
    everything_agrees()


def correct(key: str) -> None:
    """Halve a gift as it stands."""
    with db.writing() as session:
        g = grants_table.c
        query = select(g.id, g.amount).where(g.number == key, g.superseded_at.is_(None))
        for id_, amount in session.connection().execute(query).all():
            grants.correct(session, id_, amount // 2, "Ошиблись")
    everything_agrees()


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    made: list[tuple[Any, ...]] = []
    for number in range(draw(st.integers(3, 8))):
        match draw(st.sampled_from(("file", "file", "join", "join", "undo", "gift", "correct", "sell"))):
            case "file":
                said = [
                    bought(number * 10 + i, who)
                    for i, who in enumerate(draw(st.lists(refs(), min_size=1, max_size=3)))
                ]
                made.append(("file", said))
            case "join":
                made.append(("join", *draw(st.permutations(CODES))[:2]))
            case "undo":
                made.append(("undo", draw(st.integers(0, 5))))
            case "sell":
                made.append(("sell", f"T{number}", draw(refs().filter(lambda who: who.code is not None))))
            case kind:
                made.append((kind, draw(st.sampled_from(CODES)), f"g{draw(st.integers(0, 2))}"))
    return made


def lived(some: list[tuple[Any, ...]], with_joins: bool) -> None:
    emptied()
    for kind, *what in some:
        match kind:
            case "file":
                take(*what[0])
            case "sell":
                sell(sold(*what))
            case "gift":
                give(*what)
            case "correct":
                correct(what[1])
            case "join" if with_joins:
                with db.reading() as session:
                    there = set(what) <= known(session).keys()
                if there:
                    join(*what)
            case "undo" if with_joins:
                with db.reading() as session:
                    there = bool(by_hand(session))
                if there:
                    undo(what[0])


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps(), st.integers(0, 5))
def test_undone_all_is_as_if_nobody_had_ever_been_joined(some: list[tuple[Any, ...]], first: int) -> None:
    lived(some, with_joins=False)
    without = state()
    lived(some, with_joins=True)
    undo_all(first)
    assert state() == without


def available(code: str) -> int:
    with db.reading() as session:
        return (
            session.connection().scalar(select(customers.c.available).where(customers.c.external_id == code)) or 0
        )


def test_what_two_had_is_one_sum_and_may_be_spent_at_once(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "6000"))
    with pytest.raises(Refused, match="доступно"):
        sell(sold("T-1", CustomerRef("К-2"), 500_00))
    join("К-1", "К-2")
    assert (available("К-1"), available("К-2")) == (0, 800_00)
    sell(sold("T-1", CustomerRef(phone="+79161110001"), 500_00))  # by the phone of who is gone
    assert (available("К-1"), available("К-2")) == (0, 300_00)


def test_turnover_of_two_lifts_the_level_of_one(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "30000"), sale("11.01.2026", "2", BORIS, "30000"))
    took(sale("12.01.2026", "3", BORIS, "10000"))
    join("К-1", "К-2")
    assert available("К-2") == 1_500_00 + 1_500_00 + 700_00


def test_a_file_that_names_either_finds_the_joined_one(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "10000"))
    join("К-1", "К-2")
    took(
        sale("11.01.2026", "3", ANNA, "100"),
        sale("11.01.2026", "4", ";;+79161110001;", "100"),
        sale("11.01.2026", "5", BORIS, "100"),
    )
    with db.reading() as session:
        c = customers.c
        counts = dict(session.connection().execute(select(c.external_id, c.receipts_count)).all())
    assert counts == {"К-1": 0, "К-2": 5}
    undo(0)
    with db.reading() as session:
        counts = dict(session.connection().execute(select(c.external_id, c.receipts_count)).all())
    assert counts == {"К-1": 3, "К-2": 2}


def test_what_was_bought_and_paid_since_is_each_ones_again(took: Any) -> None:
    took(sale("10.01.2026", "1", ANNA, "10000"), sale("10.01.2026", "2", BORIS, "4000"))
    join("К-1", "К-2")
    sell(sold("T-1", CustomerRef("К-2"), 500_00))  # more than his own 200
    undo(0)
    with db.reading() as session:
        c = customers.c
        left = session.connection().execute(select(c.external_id, c.available, c.debt)).all()
    assert {tuple(row) for row in left} == {("К-1", 500_00, 0), ("К-2", 0, 300_00)}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_nested_joins_are_undone_in_any_order(order: tuple[int, ...]) -> None:
    everybody: list[Said] = [bought(n, CustomerRef(f"К-{n}")) for n in range(1, 5)]
    take(*everybody)
    apart = state()
    join("К-1", "К-2")
    join("К-2", "К-3")
    join("К-1", "К-4")  # all of them: she is К-3 by now
    with db.reading() as session:
        ids = [row.id for row in by_hand(session)]
        assert [len(numbers) for numbers, _ in state().owned] == [4]
    for which in order:
        with db.writing() as session:
            same.undo(session, ids[which] or 0)
            same.undo(session, ids[which] or 0)  # again: nothing new
        everything_agrees()
    assert state() == apart


def test_joined_again_the_same_changes_nothing() -> None:
    take(bought(1, CustomerRef("К-1")), bought(2, CustomerRef("К-2")))
    for gone, into in (("К-1", "К-2"), ("К-1", "К-2"), ("К-2", "К-1")):
        join(gone, into)
    with db.reading() as session:
        assert len(by_hand(session)) == 1


def test_a_gift_to_who_is_gone_is_the_others_and_goes_back_with_her() -> None:
    take(bought(1, CustomerRef("К-1")), bought(2, CustomerRef("К-2")))
    join("К-1", "К-2")
    give("К-1", "g")
    assert (available("К-1"), available("К-2")) == (0, 50_00 + 50_00 + 500_00)
    correct("g")
    undo(0)
    assert (available("К-1"), available("К-2")) == (50_00 + 250_00, 50_00)


def test_an_open_receipt_of_a_shared_phone_is_theirs_while_they_are_one(took: Any) -> None:
    phone = "+79161110009"
    took(sale("10.01.2026", "1", f"К-1;Анна;{phone};", "100"), sale("10.01.2026", "2", f"К-2;Нюра;{phone};", "100"))
    took(sale("10.01.2026", "3", f";;{phone};", "100"))
    before = state()
    assert before.open == {"3"}
    join("К-1", "К-2")
    assert state().open == frozenset()
    undo(0)
    assert state() == before
