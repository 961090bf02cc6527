"""Gifts given by hand: the terms of the day, once, explained; rules.md case 15 through the database."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts
from loyalty.customers import grants
from loyalty.engine import ledger
from loyalty.engine.facts import load_entries
from loyalty.engine.figures import balance
from loyalty.errors import NotFound, Refused
from loyalty.models import Customer
from loyalty.models import grants as grants_table
from loyalty.program import stored
from loyalty.program.terms import GiftTerms, Program

TODAY = date(2026, 1, 10)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())


@pytest.fixture
def maria(session: Session) -> int:
    act = acts.begin(session, acts.Origin.SCREEN)
    customer = Customer(first_name="Мария", act_id=act.id, updated_at=act.at)
    session.add(customer)
    session.flush()
    assert customer.id is not None
    ledger.refresh(session, [customer.id], TODAY)
    return customer.id


def available(session: Session, customer_id: int, day: date) -> int:
    return balance(load_entries(session, [customer_id])[customer_id], day).available


def test_a_birthday_gift_lives_30_days_and_a_manual_one_as_long_as_earned_bonuses(
    session: Session, maria: int
) -> None:
    grants.give(session, maria, "birthday", 500_00, "юбилей", "a")
    grants.give(session, maria, "manual", 300_00, "извинение", "b")
    assert available(session, maria, TODAY) == 800_00
    assert available(session, maria, date(2026, 2, 8)) == 800_00
    assert available(session, maria, date(2026, 2, 9)) == 300_00
    assert available(session, maria, date(2027, 1, 9)) == 300_00
    assert available(session, maria, date(2027, 1, 10)) == 0
    assert list(ledger.check(session)) == []


def test_a_double_click_gives_once(session: Session, maria: int) -> None:
    for _ in range(2):
        grants.give(session, maria, "manual", 500_00, "извинение", "one and the same")
    assert available(session, maria, TODAY) == 500_00


def test_a_gift_made_smaller_counts_as_it_is_now(session: Session, maria: int) -> None:
    grants.give(session, maria, "manual", 500_00, "извинение", "a")
    grants.correct(session, session.scalars(select(grants_table.c.id)).one(), 200_00, "описка")
    assert available(session, maria, TODAY) == 200_00


def test_a_gift_has_the_terms_of_the_programme_in_force(session: Session, maria: int) -> None:
    later = Program(gifts={"welcome": GiftTerms(confirm_days=3, lifetime_days=10)})
    stored.save(session, TODAY, later, TODAY)
    grants.give(session, maria, "welcome", 100_00, "новый клиент", "a")
    assert available(session, maria, date(2026, 1, 12)) == 0
    assert available(session, maria, date(2026, 1, 13)) == 100_00
    assert available(session, maria, date(2026, 1, 23)) == 0


@pytest.mark.parametrize(("amount", "reason"), [(0, "за так"), (-1, "за так"), (10**12, "за так"), (100, "  ")])
def test_a_gift_without_a_sum_or_a_reason_is_refused(
    session: Session, maria: int, amount: int, reason: str
) -> None:
    with pytest.raises(Refused):
        grants.give(session, maria, "manual", amount, reason, "a")
    assert available(session, maria, TODAY) == 0


def test_nobody_gets_a_gift_who_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        grants.give(session, 404, "manual", 100, "за так", "a")
