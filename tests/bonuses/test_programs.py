"""The stored versions of the programme: what a day may change, what it may not, and how it is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
import sqlmodel
from sqlalchemy.engine import Engine
from sqlmodel import Session

from loyalty import acts, db
from loyalty.engine import ledger
from loyalty.engine.facts import load_programs
from loyalty.errors import Refused
from loyalty.models import Customer, ProgramVersion, Receipt
from loyalty.program import stored
from loyalty.program.terms import BurnRule, GiftTerms, Level, Program
from loyalty.program.words import differences, gifts, terms

TODAY = date(2026, 1, 10)
TOMORROW = TODAY + timedelta(days=1)
NOW = datetime(2026, 1, 10, 12)
STAMP = datetime(2026, 1, 10, 9, tzinfo=UTC)
OWN = Program()
GENEROUS = replace(OWN, levels=(Level("Базовый", 0, 700), *OWN.levels[1:]))
STRICT = replace(OWN, redeem_cap=3000)


def customer(session: Session, turnover_roubles: int = 0) -> Customer:
    act = acts.begin(session, acts.Origin.SCREEN)
    made = Customer(turnover=turnover_roubles * 100, act_id=act.id, updated_at=act.at)
    session.add(made)
    session.flush()
    return made


def receipt(session: Session, whose: Customer | None) -> None:
    act = acts.begin(session, acts.Origin.TILL)
    session.add(
        Receipt(
            number="1", shop="", year=2026, at=NOW, day=TODAY, customer_id=whose.id if whose else None,
            content="", act_id=act.id,
        )
    )  # fmt: skip
    session.flush()


def plain(words: list[str]) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in words]


def test_an_empty_database_promises_the_shops_own_terms(session: Session) -> None:
    assert stored.versions(session, TODAY) == ((stored.BEGINNING, OWN), [], [])


def test_before_the_first_receipt_a_version_replaces_the_initial_one(session: Session) -> None:
    stored.save(session, TODAY, GENEROUS, TODAY)
    stored.save(session, TODAY, STRICT, TODAY)
    assert stored.versions(session, TODAY) == ((stored.BEGINNING, STRICT), [], [])
    assert load_programs(session).on(date(2020, 1, 1)) == STRICT


def test_customers_without_purchases_move_to_the_levels_that_replace_the_initial_ones(session: Session) -> None:
    whose = customer(session)
    ledger.refresh(session, [whose.id or 0], TODAY)
    renamed = replace(OWN, levels=(Level("Друг", 0, 600), *OWN.levels[1:]))
    stored.save(session, TODAY, renamed, TODAY)
    session.refresh(whose)
    assert (whose.level, whose.rate) == ("Друг", 600)
    assert not list(ledger.check(session))


def test_a_sale_to_nobody_promises_nothing(session: Session) -> None:
    receipt(session, None)
    stored.save(session, TODAY, GENEROUS, TODAY)
    assert stored.versions(session, TODAY).current.program == GENEROUS


def test_after_the_first_receipt_a_version_begins_tomorrow_at_the_earliest(session: Session) -> None:
    receipt(session, customer(session))
    assert stored.earliest_start(session, TODAY) == TOMORROW
    with pytest.raises(Refused, match=r"не раньше завтра, 11\.01\.2026"):
        stored.save(session, TODAY, GENEROUS, TODAY)
    stored.save(session, TOMORROW, GENEROUS, TODAY)
    assert stored.versions(session, TODAY).current.program == OWN
    assert stored.versions(session, TOMORROW).current.program == GENEROUS


def test_a_planned_version_leaves_the_past_as_it_was(session: Session) -> None:
    stored.save(session, TOMORROW, GENEROUS, TODAY)
    programs = load_programs(session)
    assert [programs.on(day) for day in (date(2020, 1, 1), TODAY, TOMORROW)] == [OWN, OWN, GENEROUS]


def test_a_planned_version_is_replaced_or_deleted_until_its_day(session: Session) -> None:
    stored.save(session, TOMORROW, GENEROUS, TODAY)
    stored.save(session, TOMORROW, STRICT, TODAY)
    assert stored.versions(session, TODAY).coming == [(TOMORROW, STRICT)]
    with pytest.raises(Refused, match="уже действует"):
        stored.delete_planned(session, TOMORROW, TOMORROW)
    stored.delete_planned(session, TOMORROW, TODAY)
    stored.delete_planned(session, TOMORROW, TODAY)
    assert stored.versions(session, TODAY) == ((stored.BEGINNING, OWN), [], [])


def test_past_versions_are_listed_newest_first(session: Session) -> None:
    days = [TODAY + timedelta(days=n) for n in (1, 2, 3)]
    for day, program in zip(days, (GENEROUS, STRICT, GENEROUS), strict=True):
        stored.save(session, day, program, TODAY)
    known = stored.versions(session, days[1])
    assert known.current == (days[1], STRICT)
    assert known.coming == [(days[2], GENEROUS)]
    assert [version.in_force_from for version in known.past] == [days[0], stored.BEGINNING]


def test_the_same_terms_under_another_day_are_refused(session: Session) -> None:
    with pytest.raises(Refused, match="Условия те же"):
        stored.save(session, TOMORROW, OWN, TODAY)
    assert not stored.versions(session, TODAY).coming


def test_terms_that_cannot_be_promised_are_refused(session: Session) -> None:
    with pytest.raises(Refused, match="от 0 до 100"):
        stored.save(session, TOMORROW, replace(OWN, redeem_cap=20_000), TODAY)


def test_a_double_click_makes_one_version(engine: Engine) -> None:
    def click() -> None:
        with db.writing(engine) as session:
            stored.save(session, TOMORROW, GENEROUS, TODAY)

    clicks = [Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    with db.reading(engine) as session:
        assert len(session.exec(sqlmodel.select(ProgramVersion)).all()) == 2  # the initial one is there too
        assert stored.versions(session, TODAY).coming == [(TOMORROW, GENEROUS)]


def test_the_impact_counts_customers_by_todays_turnover(session: Session) -> None:
    for turnover in (-500, 0, 10_000, 50_000, 70_000, 150_000):
        customer(session, turnover)
    levels = (OWN.levels[0], Level("Серебряный", 60_000 * 100, 800), Level("Золотой", 100_000 * 100, 900))
    assert stored.impact(session, OWN, replace(OWN, levels=levels)) == stored.Impact(
        customers=6, level_changes=1, rate_rises=1, rate_falls=2
    )
    assert stored.impact(session, OWN, OWN) == (6, 0, 0, 0)
    assert [count for _, count in stored.customers_by_level(session, OWN)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("changed", "section"),
    [
        ({"levels": ()}, "levels"),
        ({"redeem_cap": -1}, "redeem_cap"),
        ({"confirm_days": -1}, "confirm_days"),
        ({"bonus_unit": 0}, "bonus_unit"),
        ({"burn_days": 0}, "burn"),
        ({"burn_days": 10}, "burn"),
        ({"burn": BurnRule.FIXED_DATES}, "burn"),
        ({"gifts": {"welcome": GiftTerms(0, 0)}}, "gifts"),
    ],
)
def test_a_problem_is_told_beside_the_part_that_has_it(changed: dict[str, object], section: str) -> None:
    program = replace(OWN, **changed)  # type: ignore[arg-type]
    assert stored.problems(program) == {section: program.problem()}
    assert not stored.problems(OWN)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"redeem_cap": 3000}, "Бонусами можно будет оплатить до 30 % чека вместо 50 %"),
        ({"confirm_days": 1}, "Бонусы станут доступны через 1 день после покупки, а не через 14 дней"),
        ({"confirm_days": 0}, "Бонусы станут доступны сразу после покупки, а не через 14 дней"),
        ({"bonus_unit": 1000}, "Бонусы за чек будут округляться вниз до 10 ₽, а не до 1 ₽"),
        ({"earn_on_redeemed": True}, "За часть чека, оплаченную бонусами, бонусы тоже начнут начисляться"),
        (
            {"burn": BurnRule.NEVER},
            "Новые бонусы не сгорают (сейчас сгорают через 365 дней после последней покупки)",
        ),
        (
            {"burn": BurnRule.FIXED_DATES, "burn_dates": ((7, 1), (1, 1))},
            "Новые бонусы сгорают каждый год 1 января и 1 июля "
            "(сейчас сгорают через 365 дней после последней покупки)",
        ),
        (
            {"gifts": {**OWN.gifts, "birthday": GiftTerms(3, 10)}},
            "Подарок ко дню рождения: можно тратить через 3 дня, срок — 10 дней",
        ),
        ({"levels": OWN.levels[:2]}, "Уровня «Золотой» больше не будет"),
        (
            {"levels": (*OWN.levels, Level("Платина", 200_000 * 100, 1250))},
            "Появится уровень «Платина»: 12,5 % при покупках от 200 000 ₽",
        ),
        (
            {"levels": (*OWN.levels[:2], Level("VIP", 100_000 * 100, 1000))},
            "Уровень «Золотой» будет называться «VIP»",
        ),
        (
            {"levels": (*OWN.levels[:2], Level("Золотой", 90_000 * 100, 1000))},
            "«Золотой» начнётся при покупках от 90 000 ₽, а не от 100 000 ₽",
        ),
        ({"levels": GENEROUS.levels}, "«Базовый» будет получать 7 % вместо 5 %"),
    ],
)
def test_a_difference_is_one_plain_sentence(changed: dict[str, object], sentence: str) -> None:
    assert plain(differences(OWN, replace(OWN, **changed))) == [sentence]  # type: ignore[arg-type]


def test_the_terms_are_told_in_plain_words() -> None:
    assert plain([f"{name}: {words}" for name, words in (*terms(OWN), *gifts(OWN))]) == [
        "Оплата бонусами: До 50 % суммы чека, 1 бонус = 1 ₽",
        "Подтверждение: Бонусы можно тратить через 14 дней после покупки",
        "Сгорание: Бонусы сгорают через 365 дней после последней покупки",
        "Округление: Бонусы за чек округляются вниз до 1 ₽",
        "За что не начисляются: За товары со скидкой и за часть чека, оплаченную бонусами",
        "Приветственный подарок: Можно тратить сразу, срок — 30 дней",
        "Подарок ко дню рождения: Можно тратить сразу, срок — 30 дней",
        "Бонусы, начисленные вручную: Можно тратить сразу, срок — как у обычных бонусов",
    ]
